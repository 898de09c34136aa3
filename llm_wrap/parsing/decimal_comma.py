"""Figures of tables in which the comma is the decimal mark, as in much of Latin America and Europe.

    figure = digits {"." three digits} ["," digits]                  "134.580,43"  "+1,79%"  "5,6903"

One row says nothing ("2,363" may be either): the tables of the whole wrap decide, and only where nearly all agree. In what
order marks stand, and how many digits follow them, tells which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_wrap.parsing.layout import Line
from llm_wrap.parsing.sections import Kind, Section

_MOVERS: frozenset[Kind] = frozenset({"gainers", "decliners", "movers"})
_ROWS: frozenset[Kind] = frozenset({"data", "economic", "markets", "currencies", "table"})
_LEAST = 3  # figures that can be nothing else

# "134.580,43"  "1,79"  "5,6903": three digits behind one mark may be thousands
_COMMA = re.compile(
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:\.[0-9]{3}){1,4},[0-9]{1,8}|[0-9]{1,12},(?:[0-9]{1,2}|[0-9]{4,8}))(?![0-9,.])"
)
_POINT = re.compile(
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}\.[0-9]{1,8}|[0-9]{1,12}\.(?:[0-9]{1,2}|[0-9]{4,8}))(?![0-9,.])"
)
_FIGURE = re.compile(
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,8})?|[0-9]{1,12},[0-9]{1,8})(?![0-9,.][0-9]|[0-9])"
)
_SWAP = str.maketrans({".": None, ",": "."})


def find_decimal_comma(sections: Iterable[Section]) -> Line | None:
    """The first line with a decimal comma where that is how the tables of a wrap are printed; else None."""
    rows = [
        (line, line.text.partition(" ")[0] if section.kind in _MOVERS else line.text)
        for section in sections
        if section.kind in _MOVERS or section.kind in _ROWS
        for line in section.lines
    ]
    commas = [(line, len(found)) for line, text in rows if "," in text and (found := _COMMA.findall(text))]
    count = sum(found for _, found in commas)
    if count < _LEAST:
        return None
    points = sum(len(_POINT.findall(text)) for _, text in rows)
    return commas[0][0] if count > 4 * points else None


def write_points(line: Line, kind: Kind) -> Line:
    """The line of a table with its figures in English notation; of a mover its percentage only, the reason is prose.

    >>> write_points(Line(1, 0, "", "Ibovespa: +2.363,19 or +1,79% to 134.580,43", False), "markets").text
    'Ibovespa: +2363.19 or +1.79% to 134580.43'
    """
    if kind in _ROWS:
        cells = line.cells and line.cells._replace(texts=tuple(map(_swap, line.cells.texts)))
        return line._replace(text=_swap(line.text), cells=cells)
    if kind in _MOVERS:
        head, space, rest = line.text.partition(" ")
        cells = line.cells and line.cells._replace(texts=(_swap(line.cells.texts[0]), *line.cells.texts[1:]))
        return line._replace(text=_swap(head) + space + rest, cells=cells)
    return line


def _swap(text: str) -> str:
    return _FIGURE.sub(lambda figure: figure[0].translate(_SWAP), text)
