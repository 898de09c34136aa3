"""Page numbers, running heads and feet of a text that was printed in pages.

mark = "Page" number ["of" number]               "Page 3 of 4", alone on its line or at its end
     | address number "/" number                 "https://example.org/wrap 1/2", the foot that a browser prints
     | title … number "of" number               "Closing Bell | September 23, 2025   2 of 3": a line of the top again, with the page
     | date "," time [title]                     "3/4/25, 6:11 PM Market recap", its head, where there is such a foot
     | a line that stands beside two of these or more in the same words
"""

from __future__ import annotations

import re
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


# "https://example.org/wrap 1/2"
_BROWSER_FOOT = re.compile(r"\A(?:https?|file)://\S{1,300} [0-9]{1,3}/[0-9]{1,3}")
# "3/4/25, 6:11 PM"  "04/03/2025, 18:11 European market recap"
_BROWSER_HEAD = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}, [0-9]{1,2}:[0-9]{2}(?: [AP]M)?(?: .{1,200})?")


def _find_browser_marks(lines: list[Line]) -> set[int]:
    """The heads and feet that a browser prints on each page."""
    feet = {place for place, line in enumerate(lines) if "://" in line.text and _BROWSER_FOOT.fullmatch(line.text)}
    if not feet:
        return feet
    heads = (0, *(foot + 1 for foot in feet))
    return feet.union(head for head in heads if head < len(lines) and _BROWSER_HEAD.fullmatch(lines[head].text))


# "Closing Bell | September 23, 2025 2 of 3"  "Morning Note - Page 2"
_NUMBERED = re.compile(r"(?:\A|[ |-])(?:[Pp]age )?(?P<page>[0-9]{1,3})(?: ?(?:of|/) ?(?P<pages>[0-9]{1,3}))?\Z")
_TOP = 12  # lines
_LEAST_TITLE = 8  # characters


def _find_feet(lines: list[Line]) -> set[int]:
    """The lines that are one of the top again with the number of the page."""
    tops = tuple(line.text for line in lines[:_TOP] if len(line.text) >= _LEAST_TITLE and not line.text[-1].isdigit())
    feet: set[int] = set()
    for place, line in enumerate(lines):
        text = line.text
        if text[-1].isdigit() and len(text) < 120 and text.startswith(tops):
            number = _NUMBERED.search(text[-20:])
            paged = number and (number["pages"] or "page" in number[0].lower())
            if number and paged and int(number["page"]) <= int(number["pages"] or number["page"]):
                feet.add(place)
    return feet


def _find_numbered_ends(lines: list[Line]) -> list[int]:
    """Lines that end in a page number behind words that others have before theirs, too: "Prepared by X   Page 2 of 4"."""
    ends: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        words = line.text.rsplit(" ", 4)
        if len(words) == 5 and len(line.text) < 120 and is_page_number(" ".join(words[1:])):
            ends.setdefault(words[0], []).append(place)
    return [place for places in ends.values() if len(places) > 1 for place in places]


def part_pages(lines: list[Line]) -> Pages:
    """Takes the marks out. A paragraph that a page end cut in two is one again."""
    numbers = [place for place, line in enumerate(lines) if len(line.text) < 20 and is_page_number(line.text)]
    numbers += _find_numbered_ends(lines)
    printed = _find_browser_marks(lines) | _find_feet(lines)
    if not numbers and not printed:
        return Pages(lines, [])
    beside: dict[str, set[int]] = {}
    for number in numbers:
        for place in range(max(0, number - _NEAR), min(len(lines), number + _NEAR + 1)):
            if place != number and not lines[place].bullet and len(lines[place].text) < 120:
                beside.setdefault(lines[place].text, set()).add(place)
    running = {place for places in beside.values() if len(places) >= 2 for place in places}
    dropped = running.union(numbers, printed)
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
