"""What is wrong with a wrap, as its source printed it. Reads records, changes none.

Each check is a function from the wrap to issues; `audit_wrap` runs the table of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from llm_wrap.models import MarketWrap, ParseIssue
from llm_wrap.parsing.dates import FoundDate
from llm_wrap.parsing.layout import Block
from llm_wrap.parsing.mentions import find_mentions


def audit_wrap(
    wrap: MarketWrap, dates: list[tuple[int, FoundDate]], synopsis: list[Block], title: str | None
) -> Iterator[ParseIssue]:
    """All issues of the wrap's content."""
    yield from check_tickers(wrap, synopsis)


def check_tickers(wrap: MarketWrap, synopsis: list[Block]) -> Iterator[ParseIssue]:
    """One company under two tickers: the same code under two exchanges with the same name before it."""
    seen: dict[str, tuple[str, str, int]] = {}
    reported: set[str] = set()
    mentions = [(m.ticker, m.name, block.line, block.text) for block in synopsis for m in find_mentions(block.text).tickers]
    for item in wrap.digest:
        mentions += [(m.ticker, m.name, item.line, item.text) for m in find_mentions(item.text).tickers]
    mentions += [(r.ticker, r.name or "", r.line, f"{r.ticker} ({r.name})") for r in (*wrap.gainers, *wrap.decliners) if r.ticker]
    for ticker, name, line, text in mentions:
        base, dot, _ = ticker.rpartition(".")
        if not dot:
            continue
        first = seen.setdefault(base, (ticker, name, line))
        if first[0] != ticker and ticker not in reported and (name.split()[:1] == first[1].split()[:1] or not name):
            reported.add(ticker)
            message = f"{name or base} stands under two tickers: {first[0]} (line {first[2]}) and {ticker}."
            yield ParseIssue(line=line, kind="ticker_conflict", message=message, text=text[:200])
