"""Page numbers, running heads and feet of a text that was printed in pages.

mark = "Page" number ["of" number]               "Page 3 of 4", alone on its line or at its end
     | a line that stands beside two of these or more in the same words
"""

from __future__ import annotations

from typing import NamedTuple

from llm_wrap.parsing.layout import Line

_NEAR = 2  # lines above and below a page number among which a running head or foot is looked for
_CLOSED = ".!?:;)\"'"


class Pages(NamedTuple):
    """The text's own lines, and the marks between its pages."""

    lines: list[Line]
    marks: list[Line]


def is_page_number(text: str) -> bool:
    """Whether a line is a page number.

    >>> is_page_number("Page 3 of 4"), is_page_number("Page 3 of the filing")
    (True, False)
    """
    words = text.lower().replace("/", " of ").split()
    if len(words) not in (2, 4) or words[0] != "page":
        return False
    return words[1].isdecimal() and (len(words) == 2 or (words[2] == "of" and words[3].isdecimal()))


def part_pages(lines: list[Line]) -> Pages:
    """Takes the marks out. A paragraph that a page end cut in two is one again."""
    numbers = [place for place, line in enumerate(lines) if len(line.text) < 20 and is_page_number(line.text)]
    if not numbers:
        return Pages(lines, [])
    beside: dict[str, set[int]] = {}
    for number in numbers:
        for place in range(max(0, number - _NEAR), min(len(lines), number + _NEAR + 1)):
            if place != number and not lines[place].bullet and len(lines[place].text) < 120:
                beside.setdefault(lines[place].text, set()).add(place)
    running = {place for places in beside.values() if len(places) >= 2 for place in places}
    dropped = running.union(numbers)
    kept: list[Line] = []
    torn = False
    for place, line in enumerate(lines):
        if place in dropped:
            torn = True
            continue
        if torn and kept and line.blank_before and kept[-1].text[-1] not in _CLOSED and not line.bullet:
            line = line._replace(blank_before=False)
        kept.append(line)
        torn = False
    return Pages(kept, [lines[place] for place in sorted(dropped)])
