"""Heads of columns on two lines, as a printed table has them: put together, cell above cell.

upper = cell {cell}        "            Last         Net           %         YTD"
lower = cell {cell}        "Index      price      change      change           %"      together: Index | Last price | Net change | % change | YTD %
"""

from __future__ import annotations

import re

from llm_wrap.parsing.cell_lines import Joined
from llm_wrap.parsing.columns import read_heads
from llm_wrap.parsing.guessing import as_block
from llm_wrap.parsing.layout import Cells, Line
from llm_wrap.parsing.patterns import has_digit

# Words that single spaces part are one cell. A line of two such cells is none in `layout`, since a sentence may have two spaces.
_CELL = re.compile(r"[^ ]+(?: [^ ]+)*")
_WIDEST = 160  # characters


def join_head_lines(lines: list[Line], rows: list[str]) -> Joined:
    """Puts such heads together. `rows` are the lines of the text; `parts` tells of the lower line that it is in the upper one."""
    joined: list[Line] = []
    parts: dict[int, int] = {}
    place = 0
    while place < len(lines):
        heads = _join_heads(lines[place], lines[place + 1], rows) if place + 1 < len(lines) else None
        joined.append(heads or lines[place])
        if heads:
            parts[lines[place + 1].number] = lines[place].number
        place += 2 if heads else 1
    return Joined(joined, parts)


def _join_heads(upper: Line, lower: Line, rows: list[str]) -> Line | None:
    below = lower.cells
    if below is None or lower.blank_before or not below.places or lower.number != upper.number + 1:
        return None  # as nearly every line
    row = rows[upper.number - 1]
    if len(row) > _WIDEST or row.startswith(">") or has_digit(upper.text) or has_digit(lower.text):
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
