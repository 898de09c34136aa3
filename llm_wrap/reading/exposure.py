"""Per company, what the wrap says of it: one fact, however often it is told. In: passages and labels. Out: exposures.

Two passages about one company tell one fact where they stand in a story that is about it, or where they share content
words or figures: the company alone is not enough. A fact's direction is the sign of the row that tells it, or else the
label of the story whose subject the company is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.models import ExposedFact, Exposure, ItemSource, MarketWrap, Place, Role, Sentiment
from llm_wrap.reading.bearing import Labels
from llm_wrap.reading.companies import Company, Hit
from llm_wrap.reading.moves import MOVES, ToldWay, told_way
from llm_wrap.reading.places import Passage
from llm_wrap.reading.roles import judge_role, looks_back
from llm_wrap.reading.spotting import Spotted
from llm_wrap.reading.wording import content_words, figures

_CLAUSE = re.compile(r";\ |,\ (?:while|but|whereas)\ ")
_OF_WAY: dict[str, Sentiment] = {"up": "positive", "down": "negative"}
_AGAINST: dict[str, Sentiment] = {"positive": "negative", "negative": "positive"}


class Told(NamedTuple):
    """A company in a passage; `own`: the passage is the company's row. `headline`: that of the Digest item whose body it is in.
    `forms`: its names and tickers as they stand there. `way`: which way the passage itself says that it went."""

    passage: Passage
    role: Role
    own: bool = False
    headline: str = ""
    forms: tuple[str, ...] = ()
    way: ToldWay | None = None


def find_told(spotted: Sequence[Spotted]) -> dict[Company, list[Told]]:
    """Per company the passages that name it, in the order of the wrap.

    A Digest item whose headline has companies for its subject is about them: others in its body are named in passing.
    """
    heads = {passage.place.item: _judge_roles(passage, hits) for passage, hits in spotted if _is_headline(passage)}
    headlines = {passage.place.item: passage.text for passage, _ in spotted if _is_headline(passage)}
    told: dict[Company, list[Told]] = {}
    for passage, hits in spotted:
        roles = _judge_roles(passage, hits)
        body = passage.place.section == "digest" and not _is_headline(passage)
        named = heads.get(passage.place.item, {}) if body else {}
        own = {hit.company for hit in hits if hit.start < 0}
        for company, role in roles.items():
            opens = bool(hits) and hits[0].company is company and hits[0].start < 40
            if (
                body
                and named.get(company) != "subject"
                and ("subject" in named.values() or (looks_back(passage.text) and not opens))
            ):
                role = "passing"
            if passage.is_row and company not in own:
                role = "passing"  # the row tells its own company's story
            headline = headlines.get(passage.place.item, "") if body else ""
            mine = [hit for hit in hits if hit.company is company]
            ways = (told_way(passage.text, hit.end) for hit in mine if hit.start >= 0)
            told.setdefault(company, []).append(
                Told(
                    passage,
                    role,
                    company in own,
                    headline,
                    tuple(hit.form for hit in mine),
                    next((way for way in ways if way), None),
                )
            )
    return told


def _is_headline(passage: Passage) -> bool:
    return passage.place.section == "digest" and passage.place.sentence is None


def _judge_roles(passage: Passage, hits: Sequence[Hit]) -> dict[Company, Role]:
    roles: dict[Company, Role] = {}
    earlier: Role | None = None
    end = 0
    for hit in hits:
        role = judge_role(passage.text, hit.start, earlier, end)
        if hit.start >= 0 and (hit.company not in roles or hit.start > end):
            earlier, end = role, hit.end
        if roles.get(hit.company) != "subject":
            roles[hit.company] = roles.get(hit.company, role) if hit.form in hit.company.tickers else role
    return roles


def list_exposure(told: Mapping[Company, Sequence[Told]], wrap: MarketWrap, labels: Labels) -> tuple[Exposure, ...]:
    """One exposure a company, in order of its first mention."""
    return tuple(
        Exposure(
            ticker=company.tickers[0] if company.tickers else None,
            name=_name_as_printed(company, places),
            facts=tuple(_make_fact(company, group, wrap, labels) for group in group_facts(company, places)),
        )
        for company, places in told.items()
    )


def _name_as_printed(company: Company, places: Sequence[Told]) -> str | None:
    """The name in the company's row, else the longest that the text has; the table's own where only a ticker stands."""
    for one in places:
        if one.own and one.passage.name:
            return one.passage.name
    known = {name.casefold() for name in company.names}
    forms = (form for one in places for form in one.forms if form.casefold() in known)
    return max(forms, key=len, default=company.label)


def group_facts(company: Company, places: Sequence[Told]) -> list[list[Told]]:
    """The passages about one company, those of one fact together, in order."""
    own = frozenset(word for name in company.names for word in content_words(name))
    words = [content_words(_cut_clause(one.passage.text, company)) - own - MOVES for one in places]
    whole = [mine | (content_words(one.headline) - own) for one, mine in zip(places, words, strict=True)]
    numbers = [figures(one.passage.text) for one in places]
    stories = {
        one.passage.place.item
        for one in places
        if one.passage.place.section == "digest" and one.passage.place.sentence is None
    }
    group = list(range(len(places)))
    for later in range(len(places)):
        for former in range(later):
            if group[later] == group[former]:
                continue
            used = words if _one_item(places[former], places[later]) else whole
            if _one_story(places[former], places[later], stories) or tell_one_fact(
                used[former], used[later], numbers[former], numbers[later]
            ):
                old, new = sorted((group[later], group[former]), reverse=True)
                group = [new if number == old else number for number in group]
    grouped: dict[int, list[Told]] = {}
    for number, one in zip(group, places, strict=True):
        grouped.setdefault(number, []).append(one)
    return [_drop_others_rows(one) for one in grouped.values()]


def _cut_clause(text: str, company: Company) -> str:
    """The clause of a sentence that names the company: "UniCredit jumped; Intesa lagged" tells two things."""
    forms = (*company.names, *company.tickers)
    return " ".join(part for part in _CLAUSE.split(text) if any(form in part for form in forms)) or text


def _drop_others_rows(group: list[Told]) -> list[Told]:
    """Another company's row tells its own story: it is a place of this one's fact only where there is no other."""
    kept = [one for one in group if one.own or not one.passage.is_row]
    return kept or group


def _one_story(one: Told, other: Told, stories: set[int]) -> bool:
    """Whether both stand in a Digest item whose headline is about the company."""
    here, there = one.passage.place, other.passage.place
    return here.section == there.section == "digest" and here.item == there.item and here.item in stories


def _one_item(one: Told, other: Told) -> bool:
    here, there = one.passage.place, other.passage.place
    return (here.section, here.item) == (there.section, there.item)


def tell_one_fact(
    one: frozenset[str], other: frozenset[str], one_figures: frozenset[str], other_figures: frozenset[str]
) -> bool:
    """Whether two passages about one company share what they say, by their content words and their figures."""
    shared = len(one & other)
    least = min(len(one), len(other))
    if one_figures & other_figures and shared >= 1:
        return True
    return (shared >= 2 and shared * 4 >= least) or (shared == 1 and least <= 2)


def _make_fact(company: Company, group: Sequence[Told], wrap: MarketWrap, labels: Labels) -> ExposedFact:
    role: Role = "subject" if any(one.role == "subject" for one in group) else "passing"
    return ExposedFact(
        role=role, direction=_direct(company, group, wrap, labels), places=tuple(one.passage.place for one in group)
    )


def _direct(company: Company, group: Sequence[Told], wrap: MarketWrap, labels: Labels) -> Sentiment | None:
    for one in group:
        change = change_of(one.passage.place, wrap) if one.own else None
        if change is not None:
            return "positive" if change > 0 else "negative" if change < 0 else "neutral"
    subject = [one for one in group if one.role == "subject" and one.passage.place.section in ("digest", "synopsis")]
    for one in subject:
        if one.way and one.way.moved:
            return _OF_WAY[one.way.way]
    heads = any(_is_headline(one.passage) for one in subject)
    ways = {_OF_WAY[one.way.way] for one in subject if one.way and not heads}
    for one in subject:
        place = one.passage.place
        source: ItemSource = "digest" if place.section == "digest" else "synopsis"
        bearing = labels.get((source, place.item))
        if bearing is None or (bearing.target and company not in bearing.target):
            continue
        sentiment = bearing.label.sentiment
        if company in bearing.target or sentiment not in _AGAINST or _AGAINST[sentiment] not in ways:
            return sentiment
    return None


def change_of(place: Place, wrap: MarketWrap) -> Decimal | None:
    """The move of the row at `place`, in percent; None where it is no row of a mover."""
    if place.section == "gainers":
        return wrap.gainers[place.item].change_pct
    if place.section == "decliners":
        return wrap.decliners[place.item].change_pct
    return None
