"""What the prose says of prices and releases, against the tables: the flow. Each kind of claim has a module of its own.

    leads           "The Hang Seng led the advances"
    countries       "Australia off slightly", "US equities finished higher"
    market_claims   "WTI gained 2.7% to $69.10"
    company_claims  "Shares fell 9.7%"
    print_claims    "March retail sales rose 0.9%"

Only claims about the session are held against the tables: one that speaks of a week, a year, futures or a record is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from llm_wrap.models import MarketWrap
from llm_wrap.parsing.company_claims import SHARES, About, check_companies, find_about, find_shares
from llm_wrap.parsing.countries import contradict_countries, contradict_regions, is_round_up
from llm_wrap.parsing.dates import WEEKDAYS
from llm_wrap.parsing.digest import Prose
from llm_wrap.parsing.layout import Block
from llm_wrap.parsing.leads import check_leads, read_table
from llm_wrap.parsing.market_claims import YIELDS, Found, Rows, check_markets
from llm_wrap.parsing.moves import Words
from llm_wrap.parsing.print_claims import check_prints, find_prints
from llm_wrap.parsing.quotes import find_quotes, list_yields

MAX_WORDS = 40_000  # of prose; a real wrap has some two thousand

MAX_CLAIMS = 500
# A story of other trading than the session's.
_ELSEWHERE = re.compile(
    r"\bafter[- ]hours|\bpre-?market|\bpost-?market|\bfutures\b|\bthe week\b|\bthis week|\bthe month\b|\blate trading"
)


class Claim(NamedTuple):
    """A claim that the table contradicts. `words` is the start of it, to find its line."""

    message: str
    sentence: str
    words: str
    kind: str = "prose_table_mismatch"


def check_claims(prose: Sequence[Prose], wrap: MarketWrap) -> Iterator[tuple[Block, Claim]]:
    """The claims of `prose` that the wrap's tables contradict."""
    table = read_table(wrap.markets)
    tickers = {one.ticker for part in prose for one in part.mentions.tickers}
    tickers.update(row.ticker for row in (*wrap.gainers, *wrap.decliners) if row.ticker)
    today = WEEKDAYS[wrap.session_date.weekday()] if wrap.session_date else ""
    is_recap = wrap.kind == "recap"
    yields = list_yields(wrap) if any("yield" in block.text for block, _ in prose) else []
    rows = Rows(find_quotes(wrap, tickers), yields, today, wrap.region in ("us", "latam"))
    shares = find_shares(wrap)
    prints = find_prints(wrap.economic)
    home = "united states" if wrap.region == "us" else ""
    opens = {*rows.quotes, *prints, *YIELDS, *SHARES, *(shares.by_name if shares else ())}
    opening = set(wrap.synopsis)
    items = {item.line: item for item in wrap.digest}
    left, most = MAX_WORDS, MAX_CLAIMS
    about: About | None = None
    headline = ""
    is_session = is_recap
    for block, mentions in prose:
        text = block.text
        lowered = text.lower()
        words = Words(text, lowered)
        left -= len(words.low)
        if left < 0:
            message = (
                f"The prose has more than {MAX_WORDS:,} words; those from here on are not held against the tables."
            )
            yield block, Claim(message, text, text[:40], "over_limit")
            return
        places = [place for place, word in enumerate(words.low) if word in opens]
        in_opening = text in opening
        item = items.get(block.line)
        if item or in_opening:
            about = find_about(item) if item and shares else None
            headline = item.headline if item else ""
            is_session = is_recap and not _ELSEWHERE.search(headline.lower())
        found: list[Found] = []
        if table and (" led " in lowered or any(words.low[place] in rows.quotes for place in places)):
            found += check_leads(text, lowered, table)
            if is_round_up(lowered, table.pattern):
                found += contradict_countries(text, lowered, wrap.markets)
        if is_session:
            found += contradict_regions(words, wrap, today) if in_opening else ()
            found += check_markets(words, places, rows, opening=in_opening)
            found += check_companies(words, places, shares, mentions.tickers, about, today) if shares else ()
        if prints:
            found += check_prints(words, places, prints, headline, home)
        if len(found) > most:
            message = f"More than {MAX_CLAIMS:,} claims of the prose are not what the tables have; those from here on are not told."
            yield block, Claim(message, text, text[:40], "over_limit")
            return
        most -= len(found)
        for one in found:
            yield block, Claim(one.message, one.sentence, one.words)
