"""Whether a text is a market wrap at all.

A wrap shows itself by rows that nothing else has, by a title, or by one of its own headings over prose about markets. A
recipe, a bank statement, source code, a news article have none of these, though they may have a "Summary" or "Data".
"""

from __future__ import annotations

from collections.abc import Iterable

from llm_wrap.models import CurrencyRate, IndexLevel, MarketWrap
from llm_wrap.parsing.sections import Section

# Words of market prose; three different ones in the text under a wrap's own heading make it a wrap's.
_MARKET_WORDS = (
    "equit", "shares", "stocks", "stock market", "index", "indices", "futures", "yields", "treasur", "dollar", "benchmark",
    "investor", "trader", "central bank", "tariff", "rate cut", "rate hike", "basis point", "bps", "crude", "bitcoin",
    "nikkei", "hang seng", "kospi", "shanghai", "taiex", "asx", "stoxx", "ftse", "dax", "cac", "s&p", "nasdaq", "dow", "bovespa",
    "ibovespa", "merval", "ecb", "the fed", "boj", "pboc", "earnings", "inflation", "gdp", "currency", "peso", "yen", "euro",
    "consensus", "session", "rally", "selloff", "sell-off", "gains", "losses", "higher", "lower", "revenue", "guidance", "export",
)  # fmt: skip
_OWN_HEADINGS = frozenset({"synopsis", "digest", "news", "company_news", "named"})


def is_wrap(wrap: MarketWrap, sections: Iterable[Section]) -> bool:
    """Whether the records and headings that were found make a wrap."""
    levels: tuple[IndexLevel | CurrencyRate, ...] = (*wrap.markets, *wrap.currencies)
    if any(row.change_pct is not None and row.level is not None for row in levels):
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
    if wrap.title and len(wrap.title_moves) >= 2:
        return True
    headed = any(section.heading and section.kind in _OWN_HEADINGS for section in sections)
    if not headed and not (wrap.title and "streetaccount" in wrap.title.lower()):
        return False
    prose = " ".join((*wrap.synopsis, *(item.text for item in wrap.digest)))
    prose += " ".join(line for section in wrap.sections for line in section.lines)
    lowered = f" {prose[:20_000].lower()}"
    return sum(f" {word}" in lowered for word in _MARKET_WORDS) >= 3
