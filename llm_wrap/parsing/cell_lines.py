"""Tables that a copy out of a browser gives one cell a line: each row's cells back on one line.

heads = head line {head line}             "Index" "Change" "% Change" "Close"        the first one may be blank
row   = as many lines as there are heads  "Nikkei" "(651.47)" "(1.50%)" "42,861.37"  or one less: "closed" for two figures
"""

from __future__ import annotations

from typing import NamedTuple

from llm_wrap.parsing.columns import FIGURES, Head, is_figure_cell, read_head
from llm_wrap.parsing.layout import Cells, Line
from llm_wrap.parsing.patterns import read_number
from llm_wrap.parsing.row_tokens import STANDSTILLS

_LEAST_HEADS = 3
_MOST_HEADS = 8
_CELL = 40  # characters; more is no name
_MONEY = "$€£¥"  # "$-¥"
_FIRST = ("name", "country", "ticker")


class Joined(NamedTuple):
    """The lines, those of such tables joined into one that has the number of its first cell; `parts` tells of each further
    cell's line where it went."""

    lines: list[Line]
    parts: dict[int, int]


def join_cell_lines(lines: list[Line]) -> Joined:
    """Puts the rows of such tables together."""
    joined: list[Line] = []
    parts: dict[int, int] = {}
    place = 0

    def join(cells: list[Line], texts: tuple[str, ...]) -> None:
        joined.append(cells[0]._replace(text=" | ".join(texts), cells=Cells(texts, True)))
        parts.update((line.number, cells[0].number) for line in cells[1:])

    while place < len(lines):
        heads = _read_heads(lines, place)
        printed = sum(bool(head.text) for head in heads)
        row = _read_row(lines, place + printed, heads) if len(heads) >= _LEAST_HEADS else None
        if row is None:
            joined.append(lines[place])
            place += 1
            continue
        join(lines[place : place + printed], tuple(head.text for head in heads))
        place += printed
        while row:
            join(lines[place : place + row.lines], row.cells)
            place += row.lines
            row = _read_row(lines, place, heads)
    return Joined(joined, parts)


class _Row(NamedTuple):
    """The cells of a row, and on how many lines they stand."""

    cells: tuple[str, ...]
    lines: int


def _read_row(lines: list[Line], start: int, heads: list[Head]) -> _Row | None:
    """The row from line `start` on, or None. The "closed" of a market may stand for two figures."""
    found = lines[start : start + len(heads)]
    if any(line.level for line in found):
        return None
    cells = tuple(line.text for line in found)
    if _fits(cells, heads):
        return _Row(cells, len(cells))
    for place, cell in enumerate(cells[: len(heads) - 1]):
        if cell.lower() in STANDSTILLS:
            spread = (*cells[:place], cell, *cells[place : len(heads) - 1])
            return _Row(spread, len(heads) - 1) if _fits(spread, heads) else None
    return None


def _fits(cells: tuple[str, ...], heads: list[Head]) -> bool:
    """Whether cells are what `heads` name: figures where those are of figures, words elsewhere."""
    if len(cells) != len(heads) or len(cells[0]) > _CELL or not (cells[0][0].isalpha() or cells[0][0] in _MONEY):
        return False
    return all(
        is_figure_cell(cell)
        if head.role in FIGURES
        else head.role == "reason" or (len(cell) <= _CELL and read_number(cell) is None)
        for cell, head in zip(cells[1:], heads[1:], strict=True)
    )


def _read_heads(lines: list[Line], start: int) -> list[Head]:
    """The heads that stand on lines of their own from `start` on: whom or what first, be it blank, and figures among the others."""
    heads: list[Head] = []
    for line in lines[start : start + _MOST_HEADS]:
        head = None if line.cells or line.level or len(line.text) > _CELL else read_head(line.text)
        if head is None or not (heads or head.role in _FIRST or head.role in FIGURES):
            break
        heads.append(head)
    figures = sum(head.role in FIGURES for head in heads)
    if figures == len(heads) > 1:
        heads.insert(0, Head("name", ""))
    return heads if figures else []
