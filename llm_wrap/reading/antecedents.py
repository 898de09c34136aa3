"""What a sentence leaves to the one before it: the release that it speaks of without its name. In: tokens, passages. Out: a release and its sentence.

The last release before is meant ("Consensus is 0.3%", "It is seen at 3.1%", "Core is expected"), or the rate of the bank before ("Rate seen unchanged at 2.50%").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from llm_wrap.reading.figure_signs import sign_figure
from llm_wrap.reading.names import name_part
from llm_wrap.reading.places import Passage
from llm_wrap.reading.tokens import Line, find_bank, read_line
from llm_wrap.reading.wordings import FORESEES

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

# Words before the figure that are neither of expectation nor of time.
_MAX_WORDS = 3
# A sentence that names no release speaks of the one before it.
_OF_THE_LAST = re.compile(
    r"\b(?:[Cc]onsensus|[Ee]conomists|[Aa]nalysts\ (?:look|expect|see|forecast|project|reckon)|[Ff]orecasts?|[Mm]edian|[Ee]stimates?|[Pp]oll|Street)\b"
)
_IT_IS = re.compile(
    r"\b(?:[Ii]t|(?:[Tt]he\ |[A-Z][a-z]{1,15}'s\ )?(?:figure|reading|rate|print|index|gauge|number|release|survey|measure|pace)|(?<!20[0-9][0-9]\ )[Gg]rowth)\ (?:is|are|probably|likely|should|may)\b"
)
_CHANGE_FIRST = re.compile(
    r"(?:The\ )?(?:Contraction|Growth|Expansion|Decline|Drop|Deflation|Increase|Rise)\ (?:is\ |are\ )?(?:seen|expected|forecast|likely|probably|projected)\b"
)
_GROWTH = re.compile(r"\b[Gg]rowth\ (?:is|are|probably|likely|should|may)\b")
_GROW = frozenset(
    {"gdp", "exports", "imports", "retail sales", "industrial production", "loans", "money", "credit", "earnings"}
)
_PART_FIRST = re.compile(
    r"(?:The\ )?([Cc]ore(?:-core)?|[Hh]eadline|[Uu]nderlying|[Ss]ervices|[Mm]anufacturing|[Cc]omposite|[Cc]onstruction|[Cc]ontinuing|[Oo]ne-year|[Ff]ive-year|[Cc]ontrol\ group|[Aa]nnual|[Ee]x-[a-z]{4,14}|[Mm]onthly):?\ (?!CPI|PPI|PCE|inflation|PMI)"
)
# What a bank does with its rate.
_RATE_MOVES = re.compile(
    r"\b(?:[Rr]ates?|[Cc]uts?|[Hh]olds?|[Hh]ikes?|[Uu]nchanged|[Ss]teady|[Mm]edian|[Cc]onsensus)\b"
)
# "It stands at 5.50%.", "The prior was 3.1%.", "In June: 4.2%."
_IT_WAS = re.compile(r"(?:[Ii]t|[Tt]hey|(?:The\ )?(?:rate|index|gauge|figure|reading|[Pp]rior|[Pp]revious|[Ll]ast))\b")


class Antecedent(NamedTuple):
    """A release and the sentence that names it."""

    text: str
    release: FoundIndicator


def find_antecedent(
    line: Line, before: Sequence[Passage], named: Sequence[FoundIndicator], *, row: bool
) -> Antecedent | None:
    """The release of a sentence before of which a sentence, or its first clause, speaks without its name. `named` are those that it does name.

    `row`: it is a row of the list that the sentence before began.
    """
    first = line.text.split("; ", 1)[0]
    kinds = line.between(0, len(first))
    if not before or (named and named[0].start < len(first)) or "N" not in kinds:
        return None
    part = _PART_FIRST.match(line.text)
    if len(re.findall("[wc]", kinds[: kinds.index("N")])) > _MAX_WORDS:
        return None  # it has a subject of its own: "Bank economists welcomed relief for mortgage holders, 62% of whom"
    if not (
        _OF_THE_LAST.search(first)
        or _IT_IS.search(first)
        or _CHANGE_FIRST.match(first)
        or (part and (row or re.search("[EJ]", kinds)))
    ):
        return _find_rate_before(first, before) if re.search("[ELAJ]", kinds) else None
    from llm_wrap.reading.indicators import find_indicators

    for passage in reversed(before[-2:]):
        last = find_indicators(passage.text)
        if last:
            break
    else:
        return _find_rate_before(first, before)
    if (len(last) > 1 and last[0].key != last[-1].key) or (_GROWTH.search(line.text) and last[-1].key not in _GROW):
        return None
    release = last[-1]
    return Antecedent(
        passage.text, release._replace(words=name_part(release, part.group(1).lower())) if part else release
    )


def _find_rate_before(first: str, before: Sequence[Passage]) -> Antecedent | None:
    """The policy rate of the bank of the sentence before: "BoK decision Thursday. Rate seen unchanged at 2.50%"."""
    from llm_wrap.reading.indicators import FoundIndicator, find_indicators

    text = before[-1].text
    bank = find_bank(text)
    if bank is None or "%" not in first or not _RATE_MOVES.search(first) or find_bank(first):
        return None
    if any(one.key != "policy rate" for one in find_indicators(text)):
        return None
    return Antecedent(text, FoundIndicator("policy rate", *bank, "policy rate"))


def find_former_behind(text: str, unit: str | None) -> Decimal | None:
    """What it was, where the next sentence says no more: "It stands at 5.50%.", "The prior was 3.1%."."""
    line = read_line(text)
    if (
        not (_IT_WAS.match(text) or re.match("i?M", line.kinds))
        or FORESEES.search(line.kinds)
        or line.kinds.count("N") != 1
    ):
        return None
    place = line.kinds.index("N")
    number = line.tokens[place].number
    return sign_figure(line, place) if number and number.unit == unit else None
