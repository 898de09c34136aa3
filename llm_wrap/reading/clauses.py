"""The words of a sentence that are of a time in it. In: a sentence, its times. Out: its clause, or the part of it that tells the event.

    clause = what stands between semicolons, dashes, "while" and "but"
    part   = of several days in a clause, what is of one of them: "Australia jobs Thursday, Japan CPI on Friday"

A part has to stand alone: with its own verb, or of a list without verbs; not where it only goes on ("Alphabet on Thursday" behind "Tesla
reports Wednesday"), nor where it would lose who says so. Otherwise the whole clause stands for the event.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from llm_wrap.reading.tense import has_verb, opens_with_verb
from llm_wrap.reading.times import FoundTime
from llm_wrap.reading.wording import content_words

_SOURCE_TAG = re.compile(r"\s?\([A-Z][A-Za-z .,&'/-]{1,60}\)\.?\Z")
_CUT = re.compile(r";\ |\ (?:--|–|—)\ |,\ (?:while|but|although|though|whereas)\ |\ (?:while|although|whereas)\ ")
_NEXT_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day:")
# Between two parts; "and" alone only right behind a day.
_BETWEEN = re.compile(r",\ (?:and\ |with\ |then\ )?|\A\ and\ ")
_OPENS = re.compile(r"(?:[Aa]head\ )?(?:[Oo]n\ )?")
_NEXT_CLAUSE = re.compile(r",\ (?:and|so)\ ")
# A part that begins with one of these only goes on.
_ONWARD = frozenset(
    """
    on in at by for from to of until after before as if or not which who whose where when that again also then rather instead its their his her
    it they he she both this
    """.split()
)
_SAYS = re.compile(r"\b(?:said|says|told|according|reported|added|noted|warned|denied|citing|quoted)\b")

NEAR = 3  # days beside one that are looked at


class _Span(NamedTuple):
    start: int
    end: int


def cut_clause(text: str, time: FoundTime) -> str:
    """The clause that holds the time: words of the sentence, without its source tag."""
    span = _find_clause(text, time)
    return _trim(text[span.start : span.end])


def cut_part(text: str, time: FoundTime, times: Sequence[FoundTime]) -> str:
    """The part of the clause that tells what is at the time; `times` are all of the sentence.

    >>> from datetime import date
    >>> from llm_wrap.reading.times import find_times
    >>> list_parts = lambda text: [cut_part(text, one, times) for times in [find_times(text, date(2025, 11, 5))] for one in times]
    >>> list_parts("Australia jobs Thursday, Japan CPI on Friday")
    ['Australia jobs Thursday', 'Japan CPI on Friday']
    >>> list_parts("Tesla reports Thursday, Alphabet on Friday")
    ['Tesla reports Thursday', 'Tesla reports Thursday, Alphabet on Friday']
    """
    clause = _find_clause(text, time)
    inside = [one for one in times if clause.start <= one.start < clause.end and (one.kind != "period" or one == time)]
    if inside and text.startswith(":", inside[0].end):
        return cut_clause(text, time)  # the day of all behind it
    start, end = clause
    others = [one for one in inside if (one.first, one.last) != (time.first, time.last)]
    for one in [one for one in others if one.start >= time.end][:NEAR]:
        cut = _find_between(text, clause, time, one, inside[0])
        end = min(end, cut.start) if cut else end
    for one in [one for one in others if one.end <= time.start][-NEAR:]:
        cut = _find_between(text, clause, one, time, inside[0])
        start = cut.end if cut and _stands_alone(text, clause, cut, end) else start
    if len(others) == len(inside) - 1:  # the day stands there once
        start, end = _drop_sentences(text, _Span(start, end), time)
    part = _trim(text[start:end])
    return part if content_words(part.replace(time.words, "")) else cut_clause(text, time)


def _find_clause(text: str, time: FoundTime) -> _Span:
    start, end = 0, len(text)
    # "Monday: German CPI; ECB forum": the day of all behind it
    heads = not time.start and text.startswith(":", time.end) and not _NEXT_DAY.search(text, time.end)
    for cut in () if heads else _CUT.finditer(text):
        if cut.end() <= time.start:
            start = cut.end()
        elif cut.start() >= time.end:
            end = cut.start()
            break
    return _Span(start, end)


def _goes_on(part: str) -> bool:
    """Whether a part needs what stands before it: "in return for quotas", "leaving a gap", "Seoul's from Friday"."""
    first, then = (*part.split(maxsplit=2)[:2], "", "")[:2]
    owns = first.endswith(("'s", "’s")) and then in ("on", "in", "from", "at")
    return first in _ONWARD or (first.islower() and first.endswith("ing")) or owns


def _trim(part: str) -> str:
    return _SOURCE_TAG.sub("", part.strip()).rstrip(" .,;:")


def _find_between(text: str, clause: _Span, one: FoundTime, other: FoundTime, first: FoundTime) -> _Span | None:
    """Where the part of one day ends and that of the next one begins; None where they are of one part."""
    cuts = [_Span(one.end + hit.start(), one.end + hit.end()) for hit in _BETWEEN.finditer(text[one.end : other.start])]
    if not cuts:
        return None
    # "Thursday brings A and B, with C on Friday" has its day before, "A on Thursday, B and C on Friday" behind
    cut = cuts[-1 if _OPENS.fullmatch(text[clause.start : first.start]) else 0]
    before, behind = text[clause.start : cut.start], text[cut.end : clause.end]
    if _goes_on(behind) or opens_with_verb(behind) or _SAYS.search(before) or _SAYS.search(behind):
        return None
    return cut


def _stands_alone(text: str, clause: _Span, cut: _Span, end: int) -> bool:
    """Whether a part needs no verb of what stands before it: it has one, or it is of a list that has none."""
    before = text[clause.start : cut.start].rpartition(": ")[2]
    return text[cut.start : cut.end].endswith("with ") or has_verb(text[cut.end : end]) or not has_verb(before)


def _drop_sentences(text: str, part: _Span, time: FoundTime) -> _Span:
    """The part without what is a sentence of its own beside it: "API stocks are due at 16:30, and EIA data on Wednesday is expected to show a draw"."""
    start, end = part
    for cut in _NEXT_CLAUSE.finditer(text, start, end):
        before, behind = text[start : cut.start()], text[cut.end() : end]
        if _SAYS.search(before) or _SAYS.search(behind) or opens_with_verb(behind):
            continue
        if not (has_verb(before) and has_verb(behind)):
            continue
        if cut.end() <= time.start and not _goes_on(behind):
            start = cut.end()
        elif cut.start() >= time.end:
            return _Span(start, cut.start())
    return _Span(start, end)
