"""Which tokens of a sentence are the words of which release. In: a sentence's tokens. Out: a region a release, from its name to the next one.

"Economists see a 0.3% rise in CPI and core at 3.0%": CPI's begins at the figure before it, core's at its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from llm_wrap.reading.names import Name, find_names
from llm_wrap.reading.tokens import Line

# A word of expectation.
EXPECTS = re.compile(r"[EJLAn]")
_LEADING = re.compile(
    r"R?(?:[wolLEVMC'J]{0,5}i[wCcoM'RQ]{0,4}|)\Z"
)  # "rise in German", "reading for"; or nothing: "20K jobs"
_LED_ON = frozenset(("where", "when", "which", "whose"))  # "PCE, where core is seen at 0.3%"
_JOINED = re.compile(r"(?:,|,?&)[wocC']{0,4}")  # "industrial production and capacity utilisation"


class Region(NamedTuple):
    """A release and its tokens: `begin` to `end`, from its name, or from the figure before it at `lead`, to the next release. `since`: where the one before ends.

    `sharing`: the releases before it whose figures stand behind it: "starts and permits are seen at 1.30M and 1.39M".
    """

    name: Name
    lead: int | None
    begin: int
    end: int
    since: int
    is_first: bool
    sharing: tuple[Name, ...] = ()


def find_regions(line: Line) -> list[Region]:
    """The regions of a sentence, in order; releases that share their figures have one."""
    names = find_names(line)
    leads = [one.leading if one.short else _find_leading(line, names, place) for place, one in enumerate(names)]
    regions: list[Region] = []
    for place, (name, lead) in enumerate(zip(names, leads, strict=True)):
        end = len(line.tokens)
        if place + 1 < len(names):
            following = leads[place + 1]
            end = names[place + 1].at if following is None else following
        since = names[place - 1].after if place else 0
        last = regions[-1] if regions else None
        sharing: tuple[Name, ...] = ()
        led_on = {one.word for one in line.tokens[last.begin : name.at]} & _LED_ON if last else None
        if (
            last
            and last.end == name.at
            and lead is None
            and not led_on
            and _JOINED.fullmatch(line.kinds[last.begin : name.at])
        ):
            sharing, since = (*last.sharing, last.name), last.since
            regions.pop()
        is_first = not regions
        if last and not sharing and "N" not in line.kinds[last.begin : last.end] and lead is None:
            since, is_first = last.since, last.is_first  # "CPI to show headline prices up 0.4%"
        regions.append(Region(name, lead, name.after if lead is None else lead, end, since, is_first, sharing))
    return regions


def _find_leading(line: Line, names: Sequence[Name], place: int) -> int | None:
    """The place of the figure that comes before its release ("economists see a 0.3% rise in CPI"); None where it comes behind."""
    name, kinds = names[place], line.kinds
    figure = kinds.rfind("N", names[place - 1].after if place else 0, name.at)
    if figure < 0 or not _LEADING.match(kinds[figure + 1 : name.at]):
        return None
    clause = re.sub(r"\([^()]*\)", "", kinds[find_clause(line, figure) : figure])
    if not (EXPECTS.search(clause + kinds[figure + 1 : name.at]) or re.match(r"o?E", kinds[name.after :])):
        return None
    if (
        name.release.key == "policy rate"
        and not EXPECTS.search(clause)
        and re.match(r"o?E[^N;.]{0,6}N", kinds[name.after :])
    ):
        return None  # "the RBNZ's 3.25% OCR is expected to become 3.00%"
    return None if "T" in kinds[figure + 1 : figure + 12] else figure


def find_clause(line: Line, place: int) -> int:
    """The place where the clause of a token begins: behind the last stop or semicolon."""
    return max(line.kinds.rfind(".", 0, place), line.kinds.rfind(";", 0, place)) + 1
