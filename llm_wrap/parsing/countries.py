"""A country's name for its stock market, in a paragraph that goes through the indices: "Australia off slightly".

    claim = country {"also" | "slightly" | "ended" | …} direction ("with" | "as" | "on" | "slightly" | …, or a stop)

Elsewhere the name stands for its government or its data ("Japan fell 15% against a swollen base", "India lower house"),
so the caller picks the paragraphs, and a figure or a noun behind the direction makes it no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llm_wrap.models import IndexLevel

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


def contradict_countries(text: str, rows: Sequence[IndexLevel]) -> Iterator[tuple[str, int, int]]:
    """What is wrong and where it stands in `text`, for each country all of whose `rows` went the other way."""
    lowered = text.lower()
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
            yield message, start, hit.end()
