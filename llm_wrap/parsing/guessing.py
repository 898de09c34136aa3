"""What a section is whose heading is none of the names that we know: by the words of the heading, and by what stands under it.

    "G-sec yields" -> table      "Best on the day" -> gainers      "Today's talking points" -> digest      "FX" over "EUR/PLN …" -> currencies

The lines have the last word: a heading that speaks of yields over paragraphs is no table, and rows of currency pairs are
currencies whatever they stand under.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from llm_wrap.parsing.columns import read_heads
from llm_wrap.parsing.layout import Block, Line
from llm_wrap.parsing.movers import read_mover
from llm_wrap.parsing.pairs import is_pair
from llm_wrap.parsing.patterns import has_digit, read_number
from llm_wrap.parsing.rows import read_named_row
from llm_wrap.parsing.sections import Kind
from llm_wrap.parsing.title import is_index

MAX_HEADING = 60  # characters
_ROW = 160  # characters; more is prose

# By words of the heading, each alone or two in a row; the first kind that has one wins.
_WORDS: tuple[tuple[Kind, str], ...] = (
    ("digest", "moved|what happened|stories|story|developments|talking points|topics|things to|to know|headlines|digest"),
    ("disclaimer", "disclaimer|disclaimers|disclosure|disclosures|important information|legal"),
    ("named", "calendar|due|ahead|agenda|diary|tomorrow|watch|view|views|comment|comments|commentary|ideas|breadth|volume|volumes|turnover|flows|technical|technicals|dividends|ex-dividend|ex-dividends|earnings|results|positioning"
     "|reports|upcoming|strategy|recommendations"),
    ("company_news", "broker changes|broker calls|rating changes|ratings|upgrades|downgrades|target prices|company news|stock news"),
    ("gainers", "up|gainers|risers|advancers|winners|leaders|best|strongest|outperformers"),
    ("decliners", "down|losers|decliners|fallers|laggards|worst|weakest|underperformers"),
    ("movers", "movers|moves|moving"),
    ("economic", "data|releases|economic|economics|macro|statistics|indicators"),
    ("currencies", "fx|currencies|currency|forex|exchange rates|foreign exchange"),
    ("table", "yields|yield|bonds|bond|rates|cds|credit|commodities|commodity|metals|energy|crypto|sectors|sector|futures|volatility|treasuries"
     "|gilts|jgbs|g-secs|swaps|money market|spreads|funding|oil"),
    ("markets", "indices|indexes|index|equities|equity|stocks|bourses|markets|market"),
    ("digest", "points|news|themes|drivers|focus"),
    ("synopsis", "brief|in short|the day|glance|bottom line|takeaways|overview|summary|snapshot|synopsis|nutshell"),
)  # fmt: skip
_KINDS: dict[str, Kind] = {}
for _kind, _names in _WORDS:
    for _name in _names.split("|"):
        _KINDS.setdefault(_name, _kind)
_ORDER = {name: place for place, (_, names) in enumerate(_WORDS) for name in names.split("|")}


def guess_by_words(heading: str) -> Kind | None:
    """What a heading speaks of, or None.

    >>> guess_by_words("Best on the day"), guess_by_words("FII/DII flows"), guess_by_words("Polish cut is priced in")
    ('gainers', 'named', None)
    """
    if len(heading) > MAX_HEADING:
        return None
    words = [word.strip("()[]:,.'\"*-–—").removesuffix("'s") for word in heading.lower().replace("/", " / ").split()]
    if len(words) > 8:
        return None
    found = [name for name in (*words, *map(" ".join, pairwise(words))) if name in _KINDS]
    if {"gainers", "decliners"} <= {_KINDS[name] for name in found}:
        return "movers"  # "Winners & losers"
    return _KINDS[min(found, key=_ORDER.__getitem__)] if found else None


def name_kinds(heading: str) -> frozenset[Kind]:
    """All that a heading speaks of: "Currency & commodity" is of currencies and of a table."""
    words = heading.lower().replace("/", " ").replace(",", " ").split() if len(heading) <= MAX_HEADING else []
    return frozenset(_KINDS[word] for word in words if word in _KINDS)


def guess_by_lines(lines: Sequence[Line]) -> Kind | None:
    """The table that most of the lines are rows of; None for prose and for what is no table."""
    rows = [line for line in lines[:40] if not line.level]
    if not rows or sum(map(_is_row, rows)) * 2 <= len(rows):
        return None
    roles = {head.role for head in read_heads(as_block(rows[0])) or ()}
    if "consensus" in roles or {"actual", "prior"} <= roles:
        return "economic"
    if "ticker" in roles and "percent" in roles and "level" not in roles:
        return "movers"
    names = [row.name for line in rows[:12] if (row := read_named_row(line.text)) is not None]
    if not names:
        names = [line.cells.texts[0] for line in rows[:12] if line.cells]
    if sum(map(is_pair, names)) * 2 > len(names):
        return "currencies"
    if sum(map(is_index, names)) * 2 > len(names):
        return "markets"
    if sum(read_mover(line.text) is not None for line in rows[:12]) * 2 > min(len(rows), 12):
        return "movers"
    return "table"


def _is_row(line: Line) -> bool:
    if len(line.text) > _ROW or line.text[-1] == "." or not has_digit(line.text):
        return bool(line.cells and line.cells.framed)
    if line.cells and any(read_number(cell) for cell in line.cells.texts):
        return True
    words = line.text.split()
    return len(words) <= 24 and sum(map(has_digit, words)) * 6 >= len(words)


def as_block(line: Line) -> Block:
    """The line as a block of its own."""
    return Block(
        line.number, line.number, line.indent, line.bullet, line.text, line.blank_before, line.cells, line.level
    )
