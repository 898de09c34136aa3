"""What the wrap says about itself, found by code alone: the tape, who is named where, what is due, who says so.

A `Place` is where something stands in the wrap; records carry places, so that a reader can always look.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from llm_wrap.models.labels import ItemSource, Sentiment
from llm_wrap.models.plain import SPARSE

PlaceSection = Literal["synopsis", "digest", "gainers", "decliners", "company_news", "economic", "markets", "sections"]
TapeVerdict = Literal["confirms", "contradicts", "open"]
Role = Literal["subject", "passing"]
# The best first.
Grade = Literal["statement", "named_outlet", "sources", "reportedly", "unattributed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: place `item` (0-based) of the wrap's `section`.

    Attributes:
        sentence: 0-based sentence of a digest item's body or of a Synopsis paragraph; None for its headline or a row.
        line: 1-based line of the source text; 0 where unknown.
    """

    section: PlaceSection
    item: int
    sentence: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeCheck:
    """An item's sentiment beside what the row of a company that it is about did.

    Attributes:
        company: as the row names it. change_pct: of the row, percent.
        verdict: confirms or contradicts where the sentiment is positive or negative and the row moved; open otherwise.
        line: of the row.
    """

    source: ItemSource
    item: int
    company: str
    ticker: str | None
    sentiment: Sentiment
    change_pct: Decimal
    verdict: TapeVerdict
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedFact:
    """One fact about a company, however often the wrap tells it.

    Attributes:
        role: whether the company is the story's subject or named in passing.
        direction: what the fact means for the company, by the row's sign or the item's label; None where unknown.
        places: every place that tells it, in the order of the wrap.
    """

    role: Role
    direction: Sentiment | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A company and all that the wrap says of it. `ticker` as printed where the wrap prints one."""

    ticker: str | None
    name: str | None
    facts: tuple[ExposedFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """Something ahead, or dated, that the text names.

    Attributes:
        what: the clause that names the event, words of the wrap.
        words: the exact words that give the time: "Thursday", "next week", "10-Nov".
        start, end: first and last day, both included; the same for a single day.
        company: of what a row tells, whose it is, by the row's name or ticker.
    """

    what: str
    words: str
    start: date
    end: date
    place: Place
    company: str | None = field(default=None, metadata=SPARSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A consensus or prior for a release to come; later the print that met it.

    Attributes:
        consensus, prior, actual, surprise: in `unit`; surprise is actual less consensus.
        due: the day, where the text gives one.
        words: the exact words that it was read from.
        met_on: session date of the wrap that has the print; None while it is open.
        stated_on: session date of the wrap that `place` is in.
    """

    country: str | None
    indicator: str
    period: str | None
    consensus: Decimal | None
    prior: Decimal | None
    unit: str | None
    due: date | None
    words: str
    place: Place
    actual: Decimal | None = None
    surprise: Decimal | None = None
    met_on: date | None = None
    stated_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who says so, for one item.

    Attributes:
        grade: the best that the item has: statement (a company or an authority on the record), named_outlet, sources
            (unnamed people), reportedly (hearsay without even that), unattributed.
        outlets: named ones, in order.
        single_source: whether all of it rests on one outlet or one unnamed source.
        words: the exact words that decided the grade; None for unattributed.
        lead: what headline and first sentence rest on by themselves, where that is weaker than the grade; None otherwise, and
            where they name no source.
    """

    source: ItemSource
    item: int
    grade: Grade
    outlets: tuple[str, ...]
    single_source: bool
    words: str | None
    lead: Grade | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyMove:
    """A currency row in plain words: "$-¥ +0.27%" is "yen weaker against the dollar"."""

    pair: str
    words: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NearName:
    """Another company whose name goes on where a reader's name ends: "Tata Motors Passenger Vehicles" of "Tata Motors"."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedName:
    """A name of the reader's list. `places` is empty where the wrap does not mention it.

    Attributes:
        name: as the reader wrote it. matched: the forms found in the wrap, tickers or names, in order.
        change_pct: of its row, where it has one.
        near: of a name that is not mentioned, what may be it and is counted as another's.
    """

    name: str
    matched: tuple[str, ...]
    change_pct: Decimal | None
    places: tuple[Place, ...]
    near: tuple[NearName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A defect of the source in one short line: `kind` is the issue's, `text` what a reader needs to know."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All of it, for one wrap."""

    tape: tuple[TapeCheck, ...] = ()
    exposure: tuple[Exposure, ...] = ()
    calendar: tuple[CalendarEvent, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    attribution: tuple[Attribution, ...] = ()
    currencies: tuple[CurrencyMove, ...] = ()
    watchlist: tuple[WatchedName, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
