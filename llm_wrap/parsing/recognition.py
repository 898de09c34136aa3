"""Whether a text is a market wrap at all.

A wrap shows itself by rows that nothing else has, by a title, or by one of its own headings over prose about markets. A
recipe, a bank statement, source code, a news article have none of these, though they may have a "Summary" or "Data".
"""

from __future__ import annotations

from collections.abc import Iterable

from llm_wrap.models import CurrencyRate, IndexLevel, MarketWrap
from llm_wrap.parsing.layout import MAX_LINES
from llm_wrap.parsing.patterns import has_digit
from llm_wrap.parsing.sections import Section, read_heading
from llm_wrap.parsing.title import is_index

# Words of market prose, each at the start of a word. Three of them under one of a wrap's own headings make it a wrap's,
# six under a heading that many texts have ("Summary", "Events").
_MARKET_WORDS = (
    "equit", "shares", "stocks", "stock market", "futures", "yields", "treasur", "dollar", "benchmark", "investor", "trader",
    "central bank", "tariff", "rate cut", "rate hike", "basis point", "bps", "crude", "bitcoin", "nikkei", "hang seng", "kospi",
    "shanghai", "taiex", "asx", "stoxx", "ftse", "dax ", "cac 40", "s&p 500", "nasdaq", "dow ", "bovespa", "ibovespa", "merval",
    "ecb ", "fed ", "boj ", "pboc", "earnings", "inflation", "gdp ", "peso", "yen ", "euro ", "consensus", "rally", "rallied",
    "selloff", "sell-off", "revenue", "guidance", "exports", "shareholders", "regulator",
)  # fmt: skip
_OWN_KINDS = frozenset({"synopsis", "digest", "news", "company_news", "named"})
_OWN_WORDS = frozenset({"synopsis", "digest", "politics/macro/world", "company", "pre-open"})


_BRIEF_HEADING = "how this brief was made"
_SHAPE_KINDS = frozenset(
    {"synopsis", "digest", "gainers", "decliners", "movers", "economic", "markets", "currencies", "company_news"}
)
_SHAPE_HEADINGS = 2
_LEVEL_ROWS = 3  # with a change, where no percentage stands
_SHAPE_ROWS = 5
_ROW_LENGTH = 120  # characters


def has_wrap_shape(text: str) -> bool:
    """Whether a text that is no wrap looks like one all the same: two of its headings, or rows of figures with percentages.

    >>> has_wrap_shape("Notable Gainers:\\n(to follow)\\nMarkets:\\n(to follow)"), has_wrap_shape("Markets are volatile.")
    (True, False)
    """
    kinds: set[str] = set()
    rows = 0
    for line in text.split("\n", MAX_LINES)[:MAX_LINES]:
        heading = read_heading(line.strip())
        if heading is not None:
            kinds.add(heading.kind)
        elif "%" in line and len(line) <= _ROW_LENGTH and sum(map(has_digit, line.split())) >= 2:
            rows += 1
    return len(kinds & _SHAPE_KINDS) >= _SHAPE_HEADINGS or rows >= _SHAPE_ROWS


def is_wrap(wrap: MarketWrap, sections: Iterable[Section]) -> bool:
    """Whether the records and headings that were found make a wrap; a brief of ours, which has them too, is none."""
    sections = list(sections)
    if any(section.name.lower() == _BRIEF_HEADING for section in sections):
        return False
    levels: tuple[IndexLevel | CurrencyRate, ...] = (*wrap.markets, *wrap.currencies)
    if any(row.change_pct is not None and row.level is not None for row in levels):
        return True
    if sum(row.change is not None and row.level is not None for row in levels) >= _LEVEL_ROWS:
        return True
    if any(row.ticker and row.change_pct for row in (*wrap.gainers, *wrap.decliners)):
        return True
    if any(row.country and (row.consensus is not None or row.prior is not None) for row in wrap.economic):
        return True
    for table in wrap.tables:
        if any(row.level is not None and (row.change_pct is not None or row.change_unit) for row in table.rows):
            return True
    if any(row.ticker and "." in row.ticker for row in wrap.company_news):
        return True
    if sum(is_index(move.name) for move in wrap.title_moves) >= 2:
        return True
    names = [section.name.lower().split() for section in sections if section.heading and section.kind in _OWN_KINDS]
    titled = wrap.title is not None and "streetaccount" in wrap.title.lower()
    if not names and not titled:
        return False
    prose = " ".join((*wrap.synopsis, *(item.text for item in wrap.digest)))
    prose += " ".join(line for section in wrap.sections for line in section.lines)
    lowered = f" {prose[:20_000].lower()} "
    needed = 3 if titled or any(_OWN_WORDS & set(words) for words in names) else 6
    return sum(f" {word}" in lowered for word in _MARKET_WORDS) >= needed
