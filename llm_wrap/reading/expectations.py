"""Consensus and prior of releases to come. In: passages. Out: expectations; `prints` meets them.

What a release's figures are is in `clauses` and `estimates`; this adds its country, its period and the day it is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from llm_wrap.models import Expectation, MarketWrap
from llm_wrap.reading.agenda import place_ahead
from llm_wrap.reading.clauses import find_claims, may_claim
from llm_wrap.reading.estimates import MONTHS, read_estimates
from llm_wrap.reading.places import Passage
from llm_wrap.reading.prints import is_same_release
from llm_wrap.reading.regions import find_country
from llm_wrap.reading.times import find_times

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

_PERIOD = re.compile(rf"(?<![A-Za-z0-9-])(?:{MONTHS})(?:-(?:{MONTHS}))?(?![A-Za-z0-9])(?!\ [0-9])(?!-[0-9])")
# "after November's 21.3K decline", "after 50K in December", "half December's 0.8%": the month of the print before.
_OF_BEFORE = re.compile(
    r"\b(?:after|from|than|versus|vs\.?|against|following|below|above|with|prior)\ (?:(?:the\ |an?\ )?|[^,;]{0,25}[0-9][%KMBT]?\ (?:in|for|of)\ )\Z"
)
_OWN_FIGURE = re.compile(r"'s\ (?:[a-z]+\ ){0,2}[-+(]?[A-Z]{0,3}[$€£¥]?[0-9]")
_SURVEY = re.compile(rf"\bin\ the\ (?P<month>{MONTHS})\ (?:survey|reading|report|print|poll|data|release)\b")
# Behind these a day is that of all releases of the sentence: "both out on Friday", "when figures are released on Thursday".
_BOTH = re.compile(
    r"\b(?:both|all|each|(?:figures|data|numbers|reports?|they)\ (?:are|is|come|comes|due|out))\b[^.;]{0,20}\Z"
)
# Releases that only one country has under their name.
_AMERICAN = re.compile(
    r"Michigan|ISM|JOLTS|ADP|PCE|Philly|Philadelphia|Empire|NFP|[Nn]on-?farm|(?:[Ii]nitial|[Cc]ontinuing|[Jj]obless|[Ww]eekly)\ (?:jobless\ )?claims|Case-Shiller"
)
_RATES_ONLY = frozenset({"gdp", "cpi", "ppi", "wpi", "pce", "unemployment", "policy rate", "participation"})
# A sentence that names no release speaks of the one before it.
_OF_THE_LAST = re.compile(r"\b(?:[Cc]onsensus|[Ee]conomists|[Ff]orecasts?|[Mm]edian|[Ee]stimates?)\b")
# "raised their consensus to 4.9T from 4.6T": what it was is a consensus, and no print.
_REVISED_CONSENSUS = re.compile(
    r"\b(?:raised|cut|lifted|lowered|trimmed|upped|nudged|revised)\ (?:up\ |down\ )?(?:its|their|the)\ (?:[a-z]+\ ){0,2}(?:consensus|median|forecasts?|estimates?)\b"
)
MAX_EXPECTATIONS = 60


def list_expectations(passages: Sequence[Passage], wrap: MarketWrap) -> tuple[Expectation, ...]:
    """What the prose expects of releases, each once, in the order of the wrap."""
    found: list[Expectation] = []
    paragraph: list[Passage] = []
    following = {one.place: other for one, other in pairwise(passages)}
    for passage in passages:
        if passage.place.section not in ("synopsis", "digest", "sections"):
            continue
        if paragraph and _paragraph(paragraph[0]) != _paragraph(passage):
            paragraph = []
        after = following.get(passage.place)
        after = after if after is not None and _paragraph(after) == _paragraph(passage) else None
        for one in _read_sentence(passage, paragraph, after, wrap.session_date):
            if one.period is None and paragraph and found and found[-1].place.item == passage.place.item:
                one = replace(one, period=found[-1].period)  # a list of one month's releases names it once
            if len(found) < MAX_EXPECTATIONS and not any(is_same_release(one, other) for other in found):
                found.append(one)
        paragraph.append(passage)
    return tuple(found)


def _paragraph(passage: Passage) -> tuple[str, int, int | None]:
    place = passage.place
    return place.section, place.item, place.sentence if place.section == "sections" else None


def _read_sentence(
    passage: Passage, before: Sequence[Passage], after: Passage | None, session: date | None
) -> Iterator[Expectation]:
    text = passage.text
    if not may_claim(text):
        return  # most sentences: the names of releases are not looked for in them, nor their fifty patterns compiled
    from llm_wrap.reading.indicators import find_indicators, find_rate

    named = find_indicators(text)
    carried = ""
    if not named and before and _OF_THE_LAST.search(text):
        last = find_indicators(before[-1].text)
        if len(last) == 1 or (last and last[0].key == last[-1].key):
            carried = f"{before[-1].text} "
            text = carried + text
            named = [one for one in find_indicators(text) if one.start < len(carried)][-1:]
    for claim in find_claims(text, named, len(carried)):
        release = claim.release
        due = _find_due(passage, before, after, session, claim.end - len(carried))
        if claim.prior_only and due is None:
            continue
        period = _find_period(
            text, release, text[release.end if not (carried or claim.country) else claim.start : claim.end]
        )
        if period is None and claim.country and claim.shared:
            period = _find_period(text, release, text[release.end : claim.start])
        for draft in read_estimates(text[claim.start : claim.end], prior_only=claim.prior_only):
            if release.key in _RATES_ONLY and (draft.unit or "")[-1:] in ("K", "M"):
                continue  # "the economy may shed 20K jobs"
            rate = draft.rate or find_rate(f"{text[: release.start][-12:]} {claim.words}")
            yield Expectation(
                country=claim.country or _find_country(text, release, before),
                indicator=f"{claim.words} {rate}" if rate and rate not in claim.words else claim.words,
                period=period,
                consensus=draft.consensus,
                prior=None if _REVISED_CONSENSUS.search(text) else draft.prior,
                unit=draft.unit,
                due=due,
                words=text[claim.told : claim.start + draft.end].strip(" ,"),
                place=passage.place,
                stated_on=session,
            )


def _find_period(text: str, indicator: FoundIndicator, segment: str) -> str | None:
    lead = [hit for hit in _PERIOD.finditer(text[: indicator.start]) if not _is_of_before(text, hit)]
    if lead and re.fullmatch(r"(?:'s)?\s(?:[A-Za-z']+\s){0,2}", text[lead[-1].end() : indicator.start]):
        return lead[-1].group()
    behind = re.split(
        r"\b(?:from|versus|vs|prior|previous|compared|after|following|reversing|having|same\ as|against|unchanged\ (?:from|on)|above|below)\b",
        segment,
    )[0]
    hit = _PERIOD.search(behind)
    if hit:
        return hit.group()
    survey = _SURVEY.search(segment)
    return survey["month"] if survey else lead[-1].group() if lead else None


def _is_of_before(text: str, month: re.Match[str]) -> bool:
    """Whether a month is that of the print before."""
    return _OF_BEFORE.search(text[: month.start()]) is not None or _OWN_FIGURE.match(text[month.end() :]) is not None


def _find_country(text: str, indicator: FoundIndicator, before: Sequence[Passage]) -> str | None:
    here = find_country(text[: indicator.end], indicator.start)
    if here is None and _AMERICAN.search(indicator.words):
        return "US"
    here = here or find_country(text, indicator.start)
    if here:
        return here
    return next((country for one in reversed(before) if (country := find_country(one.text))), None)


def _find_due(
    passage: Passage, before: Sequence[Passage], after: Passage | None, session: date | None, end: int
) -> date | None:
    """The day of the release: from the sentence up to `end`, or from one beside it in its paragraph that speaks of a release."""
    if session is None:
        return None
    for one in (passage, *((after,) if after else ()), *reversed(before)):
        if one is not passage and not re.search(
            r"\b(?:release|released|data|figures|due|print|report|reading)\b", one.text
        ):
            continue
        for time in find_times(one.text, session):
            if one is passage and time.start >= end and not _BOTH.search(one.text[: time.start]):
                continue  # the day of the release that follows
            ahead = place_ahead(one.text, time, session)
            if ahead is not None and ahead[0] == ahead[1] and time.kind != "period":
                return ahead[0]
    return None
