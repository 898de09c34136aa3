"""An item's sentiment beside what the companies that it is about did. In: labels, exposure. Out: a check a company.

Where the label names its target and that is a company of the wrap, only that company is held against it: in a takeover
the target and the bidder move apart. Without a target the headline decides, where it names a company that has a row. A company
named in passing is never checked, and nothing is where no label is. What reason the row gives is not weighed: that the tape went the other way
is said, and the row says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from llm_wrap.models import ItemSource, MarketWrap, Mover, Place, Sentiment, TapeCheck, TapeVerdict
from llm_wrap.reading.bearing import Bearing, Labels
from llm_wrap.reading.companies import ROLES, Company
from llm_wrap.reading.exposure import Told, group_facts
from llm_wrap.reading.roles import NEIGHBOURS

# A row that moved on another company's news: "peer loses share".
_OF_ANOTHER = frozenset(f"{word}{end}" for word in NEIGHBOURS for end in ("", "s", "'s"))
_WORD = re.compile(r"[\w&.-]+")
_BOUGHT = frozenset(("accepted", "accepts", "agreed", "agrees", "backed", "bid", "offer", "premium", "takeover"))
# "HSBC to take Hang Seng private": news of the company behind it; "SoftBank sells Nvidia stake": of the one before it.
_DEAL = re.compile(
    r"\b(?:(?P<buys>buys?|acquires?|bids? for|invests? in)|(?P<takes>takes?|builds?)|sells?|cuts?|trims?) "
)


def check_tape(labels: Labels, told: Mapping[Company, Sequence[Told]], wrap: MarketWrap) -> tuple[TapeCheck, ...]:
    """The checks, by item and then in the order of the rows."""
    return tuple(check for item, bearing in labels.items() for check in _check_item(item, bearing, told, wrap))


def _check_item(
    item: tuple[ItemSource, int], bearing: Bearing, told: Mapping[Company, Sequence[Told]], wrap: MarketWrap
) -> Iterator[TapeCheck]:
    sentiment = bearing.label.sentiment
    about = bearing.target or _find_headed(item, sentiment, told)
    for row, place in _list_rows(wrap):
        company = next(
            (one for one, places in told.items() if any(t.own and t.passage.place == place for t in places)), None
        )
        if company is None or (about and company not in about):
            continue
        here = [one for one in told[company] if _is_in(one, item)]
        if company not in bearing.target and not _is_about(company, told[company], here, row):
            continue
        verdict = judge_tape(sentiment, row.change_pct)
        if verdict == "contradicts" and about != {company} and company not in bearing.target and _says_so(here, row):
            continue
        yield TapeCheck(
            source=item[0],
            item=item[1],
            company=row.name or row.ticker or "",
            ticker=row.ticker,
            sentiment=sentiment,
            change_pct=row.change_pct,
            verdict=verdict,
            line=row.line,
        )


def judge_tape(sentiment: Sentiment, change_pct: Decimal) -> TapeVerdict:
    """
    >>> judge_tape("positive", Decimal("8.1")), judge_tape("negative", Decimal("8.1")), judge_tape("mixed", Decimal("8.1"))
    ('confirms', 'contradicts', 'open')
    """
    if sentiment not in ("positive", "negative") or not change_pct:
        return "open"
    return "confirms" if (change_pct > 0) == (sentiment == "positive") else "contradicts"


def _list_rows(wrap: MarketWrap) -> Iterator[tuple[Mover, Place]]:
    for number, row in enumerate(wrap.gainers):
        yield row, Place(section="gainers", item=number, line=row.line)
    for number, row in enumerate(wrap.decliners):
        yield row, Place(section="decliners", item=number, line=row.line)


def _find_headed(
    item: tuple[ItemSource, int], sentiment: Sentiment, told: Mapping[Company, Sequence[Told]]
) -> set[Company]:
    """The companies with a row that a headline names as its subject and beside it; of a deal the one that its news is of."""
    named: dict[Company, int] = {}
    headline, subject = "", False
    for company, places in told.items():
        if not any(one.own and one.passage.place.section in ("gainers", "decliners") for one in places):
            continue
        here = [one for one in places if _is_in(one, item)]
        for one in here:
            headline = one.headline or headline
            if one.passage.place.sentence is None:
                headline = one.passage.text
                subject = subject or one.role == "subject"
                named[company] = max(headline.casefold().find(form.casefold()) for form in one.forms)
        first = (company.label or "").split(" ")[0]
        if here and company not in named and first.casefold() not in ROLES and first in _WORD.findall(headline):
            named[company] = headline.find(first)  # "Rio, Glencore talk again"
            subject = subject or headline.startswith(first)
    deal = _find_deal(headline)
    if deal and sentiment == "positive":
        behind = {one for one, start in named.items() if start >= deal.end()}
        if deal["buys"] and not behind:  # "Pfizer to buy obesity drug developer": the one that it buys is named below
            behind = {
                one
                for one, places in told.items()
                if one not in named
                and _BOUGHT & {word for it in places if _is_in(it, item) for word in _WORD.findall(it.passage.text)}
            }
        return (behind if deal["buys"] or deal["takes"] else named.keys() - behind) or set(named)
    return set(named) if subject else set()


def _is_in(one: Told, item: tuple[str, int]) -> bool:
    return (one.passage.place.section, one.passage.place.item) == item


def _find_deal(headline: str) -> re.Match[str] | None:
    """The verb of a company that buys another, builds a stake in it or takes it private, or that sells a stake."""
    for verb in _DEAL.finditer(headline):
        behind = set(_WORD.findall(headline[verb.end() :]))
        if ("from" not in behind) if verb["buys"] else ("stake" in behind or (verb["takes"] and "private" in behind)):
            return verb
    return None


def _says_so(here: Sequence[Told], row: Mover) -> bool:
    """Whether the item itself says of the company what the tape does: its label is not of this company."""
    way = "up" if row.change_pct > 0 else "down"
    return any(one.way and one.way.way == way for one in here)


def _is_about(company: Company, places: Sequence[Told], here: Sequence[Told], row: Mover) -> bool:
    """Whether the item is about the company: as its subject in the headline or in a sentence, or telling the row's news."""
    if any(one.role == "subject" for one in here):
        return True
    return not _OF_ANOTHER & set(row.reason.casefold().split()) and any(
        any(one in group for one in here)
        and any(one.own and one.passage.place.section in ("gainers", "decliners") for one in group)
        for group in group_facts(company, places)
    )
