"""A country's or a region's name for its stock market: "Australia off slightly", "US equities finished higher".

    claim = region "equities" move, all of whose main indices went the other way
          | country {"also" | "slightly" | "ended" | …} direction ("with" | "as" | "on" | "slightly" | …, or a stop)

The second is for a paragraph that goes through the indices. Elsewhere the name stands for its government or its data ("Japan fell 15% against a swollen base", "India lower house"),
so the caller picks the paragraphs, and a figure or a noun behind the direction makes it no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llm_wrap.models import IndexLevel, MarketWrap
from llm_wrap.parsing.market_claims import Found
from llm_wrap.parsing.moves import Words, ends_sentence, is_elsewhere, quote_sentence, read_move
from llm_wrap.parsing.quotes import name_index

MAX_ROUND_UP = 5_000  # characters of such a paragraph; a real one has some 600
ROUND_UP = 3  # indices in a paragraph that goes through the markets
# By a part of what its indices are called.
_INDICES = {
    "australia": ("asx",), "india": ("sensex", "nifty"), "japan": ("nikkei", "topix"), "taiwan": ("taiex",),
    "south korea": ("kospi", "kosdaq"), "singapore": ("straits times",), "thailand": ("set index",), "germany": ("dax",),
    "france": ("cac",), "italy": ("ftse mib",), "spain": ("ibex",), "switzerland": ("smi",), "norway": ("obx",),
    "brazil": ("bovespa",), "mexico": ("ipc",), "chile": ("ipsa",),
}  # fmt: skip
_MOVE = re.compile(
    r"(?:^|[.,;] (?:and |while )?)("
    + "|".join(_INDICES)
    + r") (?:(?:also|slightly|a touch|a little|a fraction|modestly|marginally|narrowly|ended|closed|finished) ){0,3}"
    r"(?:(higher|up|firmer|rose|gained|advanced|climbed)|(?:lower|down|off|softer|weaker|fell|declined|slipped|eased))"
    r"(?= (?:slightly|modestly|marginally|narrowly|a touch|a little|a fraction|with|as|on)\b|[.,;]|$)"
)
# A clause that speaks of something else than this session's close.
_ELSEWHERE = re.compile(r"\b(?:week|month|year|quarter|futures|early|earlier|from|open|opened|monday|tuesday|wednesday|"
                        r"thursday|friday|session|before|since|after)\b")  # fmt: skip


def contradict_countries(text: str, lowered: str, rows: Sequence[IndexLevel]) -> Iterator[Found]:
    """The claims of `text` about each country all of whose `rows` went the other way."""
    for hit in _MOVE.finditer(lowered):
        start, end = hit.span(1)
        if _ELSEWHERE.search(lowered[end : end + 70].split(". ", 1)[0].split(",", 1)[0]):
            continue
        up = hit[2] is not None
        own = [row for row in rows if any(part in row.name.lower() for part in _INDICES[hit[1]])]
        if own and all(row.change_pct and row.change_pct.is_signed() == up for row in own):
            message = (
                f"The text has {text[start:end]} {'up' if up else 'down'}, the table has {own[0].name} at "
                f"{own[0].change_pct}% (line {own[0].line})."
            )
            yield Found(message, text[start : hit.end()], text[start : hit.end()])


def is_round_up(lowered: str, pattern: re.Pattern[str]) -> bool:
    """Whether a paragraph goes through the indices. `pattern` finds their names in its text in lower case."""
    if len(lowered) > MAX_ROUND_UP or not any(country in lowered for country in _INDICES):
        return False
    return len(set(pattern.findall(lowered))) >= ROUND_UP


_REGIONS = {
    "us": (("us",), ("u.s.",), ("american",)),
    "asia": (("asia",), ("asian",)),
    "europe": (("european",), ("europe",)),
    "latam": (("latin", "american"), ("latam",)),
}
_MAIN = {
    "us": ("dow", "s&p 500", "nasdaq"),
    "asia": (
        "nikkei",
        "topix",
        "hang seng",
        "shanghai composite",
        "csi 300",
        "kospi",
        "taiex",
        "asx",
        "sensex",
        "nifty",
        "straits times",
    ),
    "europe": ("stoxx 600", "dax", "cac", "ftse 100", "ftse mib", "ibex", "smi", "aex"),
    "latam": ("ibovespa", "ipc", "merval", "ipsa", "colcap"),
}
_LEAST_ROWS = {"us": 2}
_SHARES = frozenset("equities stocks shares markets bourses indices equity stock share".split())


def contradict_regions(words: Words, wrap: MarketWrap, today: str) -> Iterator[Found]:
    """ "US equities finished higher", where a sentence of the Synopsis begins so and all main indices of the wrap's region fell."""
    names = _REGIONS.get(wrap.region or "", ())
    firsts = {name[0] for name in names}
    for place in [place for place, word in enumerate(words.low) if word in firsts]:
        named = next((name for name in names if tuple(words.low[place : place + len(name)]) == name), None)
        if named is None or (place and not ends_sentence(words, place - 1)):
            continue
        end = place + len(named)
        if words.low[end : end + 1] and words.low[end] not in _SHARES:
            continue
        while end < len(words.low) and words.low[end] in _SHARES:
            end += 1
        move = read_move(words, end) if end < len(words.low) else None
        if move is None or move.figure is not None:
            continue
        rows = _main_rows(wrap)
        if rows and all(row.change_pct and row.change_pct.is_signed() == move.up for row in rows):
            if is_elsewhere(words, place, move, today):
                continue
            listed = ", ".join(f"{row.name} at {row.change_pct}%" for row in rows[:3])
            message = f"The text has the market {move.told}, the table has {listed} (line {rows[0].line})."
            yield Found(message, quote_sentence(words, place), " ".join(words.printed[place:end]))


def _main_rows(wrap: MarketWrap) -> list[IndexLevel]:
    """The main indices of the wrap's region; none where there are too few to speak for it."""
    region = wrap.region or ""
    main = frozenset(_MAIN.get(region, ()))
    rows = [row for row in wrap.markets if row.change_pct is not None and not main.isdisjoint(name_index(row.name))]
    return rows if len(rows) >= _LEAST_ROWS.get(region, 3) else []
