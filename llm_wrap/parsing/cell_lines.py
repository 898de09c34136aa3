"""Tables that a copy out of a browser gives one cell a line: each row's cells back on one line.

heads = head line {head line}             "Index" "Change" "% Change" "Close"
row   = as many lines as there are heads  "Nikkei" "(651.47)" "(1.50%)" "42,861.37"
"""

from __future__ import annotations

from typing import NamedTuple

from llm_wrap.parsing.columns import is_figure_cell, read_head
from llm_wrap.parsing.layout import Cells, Line

_LEAST_HEADS = 3
_CELL = 40  # characters; more is no name


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

    def join(cells: list[Line]) -> None:
        texts = tuple(line.text for line in cells)
        joined.append(cells[0]._replace(text=" | ".join(texts), cells=Cells(texts, True)))
        parts.update((line.number, cells[0].number) for line in cells[1:])

    while place < len(lines):
        heads = _count_heads(lines, place)
        if heads < _LEAST_HEADS or not _is_row(lines[place + heads : place + 2 * heads], heads):
            joined.append(lines[place])
            place += 1
            continue
        join(lines[place : place + heads])
        place += heads
        while _is_row(lines[place : place + heads], heads):
            join(lines[place : place + heads])
            place += heads
    return Joined(joined, parts)


def _count_heads(lines: list[Line], start: int) -> int:
    """How many lines from `start` on are heads of columns, the first of names and the others of figures."""
    end = start
    while end < len(lines) and end - start < 8:
        line = lines[end]
        head = None if line.cells or line.level or len(line.text) > _CELL else read_head(line.text)
        if head is None or (head.role == "name") != (end == start):
            break
        end += 1
    return end - start


def _is_row(cells: list[Line], heads: int) -> bool:
    """Whether lines are a name and as many figures as there are further heads."""
    return (
        len(cells) == heads
        and len(cells[0].text) <= _CELL
        and not cells[0].level
        and cells[0].text[0].isalpha()
        and all(is_figure_cell(line.text) for line in cells[1:])
    )
