"""Heads of columns on two lines, as a printed table has them: put together, cell above cell.

upper = cell {cell}        "            Last         Net           %         YTD"
lower = cell {cell}        "Index      price      change      change           %"      together: Index | Last price | Net change | % change | YTD %
"""

from __future__ import annotations

import re

from llm_wrap.parsing.cell_lines import Joined
from llm_wrap.parsing.columns import read_heads
from llm_wrap.parsing.guessing import as_block
from llm_wrap.parsing.layout import MAX_LINES, Cells, Line
from llm_wrap.parsing.patterns import has_digit

# Words that single spaces part are one cell. A line of two such cells is none in `layout`, since a sentence may have two spaces.
_CELL = re.compile(r"[^ ]+(?: [^ ]+)*")
_WIDEST = 160  # characters


def join_head_lines(lines: list[Line], text: str) -> Joined:
    """Puts such heads together. `text` is what the lines were read from; `parts` tells of a lower line that it is in the upper one."""
    upper = [place for place in range(len(lines) - 1) if _may_be_heads(lines[place], lines[place + 1])]
    rows = text.split("\n", MAX_LINES) if upper else []
    found: dict[int, Line] = {}
    for place in upper:
        heads = (
            None if place - 1 in found else _join_heads(lines[place], lines[place + 1], rows[lines[place].number - 1])
        )
        if heads:
            found[place] = heads
    joined = [found.get(place, line) for place, line in enumerate(lines) if place - 1 not in found]
    return Joined(joined, {lines[place + 1].number: lines[place].number for place in found})


def _may_be_heads(upper: Line, lower: Line) -> bool:
    """Whether two lines are two that stand together, the lower in columns, without a figure."""
    if lower.cells is None or not lower.cells.places or lower.blank_before or lower.number != upper.number + 1:
        return False  # as nearly every line
    return not has_digit(upper.text) and not has_digit(lower.text)


def _join_heads(upper: Line, lower: Line, row: str) -> Line | None:
    """`row` is the upper line as it stands in the text."""
    below = lower.cells
    if below is None or len(row) > _WIDEST or row.startswith(">"):
        return None
    above = list(_CELL.finditer(row))
    if not 2 <= len(above) <= len(below.texts):
        return None
    texts = list(below.texts)
    for cell in above:
        under = [
            index for index, (first, last) in enumerate(below.places) if first < cell.end() and cell.start() < last
        ]
        if len(under) != 1:
            return None
        texts[under[0]] = f"{cell[0]} {below.texts[under[0]]}"
    joined = upper._replace(text=" ".join(texts), cells=Cells(tuple(texts), False, below.places), indent=lower.indent)
    return joined if read_heads(as_block(joined)) else None
