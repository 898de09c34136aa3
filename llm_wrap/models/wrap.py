"""What the parser finds in a wrap.

Decimals keep the digits as printed, with the sign applied and thousands commas removed: "(0.12%)" is Decimal("-0.12"),
"147.6150" keeps its last zero, "(0.00)" is Decimal("-0.00"). `line` is the 1-based line of the source text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from llm_wrap.models.plain import SPARSE

Region = Literal["asia", "europe", "us", "latam"]
WrapKind = Literal["recap", "preview", "pre-open"]
EconomicStatus = Literal["revised", "preliminary", "advance", "flash", "final"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One story: a headline and its body.

    Attributes:
        headline: without its trailing colon; empty for a Synopsis paragraph that is labelled in place of a Digest.
        body: the paragraphs, joined by a newline; may be empty.
        sentences: the body's sentences in order, each an exact substring of `body`.
        line: of the headline.
        tickers: unique, in order of first mention, without markup ("~F~" is F).
        sources: outlets named in brackets ("(Reuters, WSJ)"), unique, in order of first mention.
    """

    headline: str
    body: str
    sentences: tuple[str, ...] = ()
    line: int = 0
    tickers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Headline, newline, body: the text that evidence offsets count in. The body alone where there is no headline."""
        return f"{self.headline}\n{self.body}" if self.headline else self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A row of Notable Gainers or Decliners. `change_pct` in percent: -1.2 is down 1.2 %."""

    change_pct: Decimal
    ticker: str | None
    name: str | None
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLevel:
    """A row of Markets: `change` in index points, `change_pct` in percent, `level` in index points.

    `note` is what a row says in place of its figures, or of its change, as printed: "closed".
    """

    name: str
    change: Decimal | None
    change_pct: Decimal | None
    level: Decimal | None
    note: str | None = field(default=None, metadata=SPARSE)
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyRate:
    """A row of Currencies. `pair` as printed: "$-¥" is yen per dollar, so a rise is a weaker yen. `note` as of an index."""

    pair: str
    change: Decimal | None
    change_pct: Decimal | None
    level: Decimal | None
    note: str | None = field(default=None, metadata=SPARSE)
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EconomicPrint:
    """A released figure.

    Attributes:
        indicator: as printed, without the status bracket: "Industrial Production m/m".
        status: from "(revised)", "(preliminary)", "(advance)", "(flash)", "(final)"; `revised` is status == "revised".
        actual, consensus, prior: in `unit`; None where the row does not say. `prior` is the same period's first estimate
            where the row has that alone ("versus flash 55.4"); a `row_note` issue then says so.
        unit: "%", "A$B" (prefix and scale of "A$7.31B"), or None for an index level.
        when: of a release to come, day and hour as its row or its heading prints them: "Fri 7 Nov 08:30 ET", "today".
    """

    country: str | None
    period: str | None
    indicator: str
    revised: bool = False
    status: EconomicStatus | None = None
    actual: Decimal | None = None
    consensus: Decimal | None = None
    prior: Decimal | None = None
    unit: str | None = None
    when: str | None = field(default=None, metadata=SPARSE)
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of any further table. `change` in `change_unit` ("bp", None = the unit of the level), `level` in `unit`; `note` as of an index."""

    name: str
    change: Decimal | None = None
    change_unit: str | None = None
    change_pct: Decimal | None = None
    level: Decimal | None = None
    unit: str | None = None
    note: str | None = field(default=None, metadata=SPARSE)
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A further table under Data, e.g. Commodities, Treasuries, Crypto, Futures."""

    name: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyNews:
    """A row of company news of a preview or pre-open: "7201.JP -- broker upgrades to buy"."""

    ticker: str | None
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named section that is no table, kept as its lines."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleMove:
    """An index move that the title line claims: "Nikkei +0.42%", "FTSE 100 +0.48% to 10303.88"."""

    name: str
    change_pct: Decimal
    level: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseIssue:
    """A defect of the source or a line that could not be read. Errors are data: one bad line does not lose the file.

    Attributes:
        line: 1-based; 0 where the issue is about the whole text.
        kind: stable word, e.g. `ticker_conflict`, `arithmetic_mismatch`, `unparsed_line`.
        message: one sentence for a reader.
        text: the source text that it is about, as printed.
    """

    line: int
    kind: str
    message: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketWrap:
    """One daily wrap, all of it.

    Attributes:
        session_date: the trading day that it reports on.
        as_of: time stamp as printed ("04:10 ET"), where there is one.
        title: the title line as printed; `title_moves` what it claims.
        synopsis: its paragraphs.
        tables: further tables under Data. sections: anything else that had a heading.
    """

    session_date: date | None = None
    title: str | None = None
    title_moves: tuple[TitleMove, ...] = ()
    as_of: str | None = None
    region: Region | None = None
    kind: WrapKind | None = None
    synopsis: tuple[str, ...] = ()
    digest: tuple[DigestItem, ...] = ()
    gainers: tuple[Mover, ...] = ()
    decliners: tuple[Mover, ...] = ()
    economic: tuple[EconomicPrint, ...] = ()
    markets: tuple[IndexLevel, ...] = ()
    currencies: tuple[CurrencyRate, ...] = ()
    tables: tuple[Table, ...] = ()
    company_news: tuple[CompanyNews, ...] = ()
    sections: tuple[Section, ...] = ()
    disclaimer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """What `parse_wrap` gives back: the wrap, and all that was wrong with it."""

    wrap: MarketWrap
    issues: tuple[ParseIssue, ...] = ()
