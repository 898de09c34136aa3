"""The month or quarter that a release's figures are for. In: a sentence's tokens. Out: the period as it is written there.

    period = month ["-" month] ["quarter"] | "first half of" month | "Q3" | "third quarter" | "three months to" month

A period that belongs to the figure before ("from 3.1% in July", "July's 0.3%", "(June: 6.8%)") is not that of the release to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llm_wrap.reading.wordings import FORESEES

if TYPE_CHECKING:
    from llm_wrap.reading.tokens import Line, Token

MONTHS = r"January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_QUARTERS = r"Q[1-4]|[1-4]Q|(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)[- ]quarter"
_PERIOD = re.compile(
    rf"(?<![A-Za-z0-9-])(?<![0-9]\ )(?<![0-9]-)(?:(?:three\ months|quarter)\ (?:to|through)\ (?:{MONTHS})|week\ (?:to|ended|ending|through)\ (?:[0-3]?[0-9]\ (?:{MONTHS})|(?:{MONTHS})\.?\ [0-3]?[0-9])|(?:(?:first|second)[- ]half\ (?:of\ )?|mid-)(?:{MONTHS})|(?:{MONTHS})(?:[-–/](?:{MONTHS}))?(?:\ quarter)?|{_QUARTERS})"
    r"(?![A-Za-z0-9])(?!\.?\ [0-3]?[0-9](?![0-9%KMBT]|\.[0-9]))(?!-[0-9])"
)
FIGURE_OPENS = r"[-+(]?[A-Z]{0,3}[$€£¥]?[0-9]"  # "-0.3", "(1.1", "US$4", "¥3"
# The figure of a period, behind it: "July's 0.3%", "August was -1.2%", "September 49.4"
_OWN_FIGURE = re.compile(r"'[woc]{0,3}N|'?[wf]?:?[,oVv]{0,2}N|'?[wo]{0,2}[Vv]")
_THEN_WAS = re.compile(r",?[wo]{1,2}[Vv][woi]{0,3}N")  # "; in August they fell 0.9%"
_MARKER = re.compile(r"[PpmHZ](?!U)")
_ADJACENT = re.compile(r"'?[A-Zwco]{0,2}\Z")
# "2.2% in September and is seen at"
_GOES_ON = re.compile(r"(?:io?[wc]{1,3})?,?&?w?(?:ow?[EJ]|J)[^.;]{0,10}N")
_WAS_FIGURE = re.compile(r"(?:[Vv]|,)o{0,2}NR?io?\Z")
_ELSEWHERE = re.compile(r"[;&]|,(?!i?o?\Z|[ow]{0,2}E)")  # "at 3.0%, with no October figure to compare"
# What a sentence announces: "June labour force figures", "July activity"
REPORTS = frozenset(
    "figures data numbers report reports survey release releases statistics activity trade reading readings print prints inflation payrolls labour-market".split()
)
_MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS.split("|")[:12], 1)}
SURVEYS = frozenset(
    {"manufacturing pmi", "services pmi", "composite pmi", "construction pmi", "chicago pmi", "confidence", "business confidence", "economic sentiment", "sentix",
     "current situation", "tankan", "empire", "philly", "regional fed", "housing market index", "inflation expectations"}
)  # fmt: skip
_ORDINALS = ("first", "second", "third", "fourth")


def list_periods(text: str) -> Iterator[re.Match[str]]:
    """Every month or quarter that `text` names."""
    return _PERIOD.finditer(text)


def find_period(
    line: Line,
    start: int,
    end: int,
    first: int,
    last: int,
    told: int,
    *,
    monthly: bool | None = None,
    own: bool = False,
) -> str | None:
    """The period of a release that is named at `start` to `end` and whose figures stand in `first` to `last`, all offsets of the text.

    `told`: where the last of its figures ends. `monthly`: whether its own period is a month, or a quarter, where it is known; `own`: no other clause's is.
    """
    inner = next(list_periods(line.text[start:end]), None) if start < end else None
    if inner:
        return inner.group()  # "Michigan's October sentiment"
    hits = _list_open(line)
    lead = [one for one in hits if one.end <= start]
    if lead and _ADJACENT.fullmatch(line.between(lead[-1].end, start)):
        return lead[-1].word
    inside = next(
        (one for one in hits if first <= one.start < last and not _ELSEWHERE.search(line.between(told, one.start))),
        None,
    )
    inside = inside or next((one for one in hits if end <= one.start < first), None)
    if inside:
        return inside.word
    lead = [one for one in lead if not own and (monthly is None or monthly == (quarter_of(one.word) is None))]
    if lead and _of_one_country(line, lead[-1], start) and _of_one_kind(line, lead[-1], start):
        return lead[-1].word
    return next(
        (one.word for one in hits if one.start >= told and (_announces(line, one, 2) or _is_reported(line, one))), None
    )


def _of_one_kind(line: Line, period: Token, start: int) -> bool:
    """Whether a period before a release is not that of a survey where it is none, or the other way: surveys of a month come before its figures do."""
    keys = [(one.start, one.release.key) for one in line.tokens if one.release]
    own = next((key for at, key in keys if at == start), None)
    its = next((key for at, key in reversed(keys) if at < period.start), None) or next(
        (key for at, key in keys if at < start), None
    )
    return own is None or its is None or (own in SURVEYS) == (its in SURVEYS)


def _of_one_country(line: Line, period: Token, start: int) -> bool:
    """Whether a period before a release is not that of another country's figure that is out: "Eurozone sales fell in July; German factory orders"."""
    clause = re.split("[;.]", line.between(0, period.start))[-1]
    if not re.search("[Vv]", clause) or FORESEES.search(clause):
        return True
    there, here = (
        next((one.country for one in reversed(line.tokens) if one.country and one.start < place), None)
        for place in (period.start, start)
    )
    return there is None or here is None or there == here


def find_period_of_report(line: Line) -> str | None:
    """The period of a report that a sentence announces: "releases June labour force figures tomorrow"."""
    return next((one.word for one in _list_open(line) if _announces(line, one, 4)), None)


def find_sole_period(line: Line) -> str | None:
    """The period of a sentence that has one only, and not that of a print before."""
    every = [one for one in line.tokens if one.kind == "M"]
    return every[0].word if len(every) == 1 and _list_open(line) else None


def _is_reported(line: Line, period: Token) -> bool:
    """Whether a period is that of a report: "in today's report for August"."""
    place = line.tokens.index(period)
    return line.kinds[max(place - 2, 0) : place] == "wi" and line.tokens[place - 2].word in REPORTS


def _announces(line: Line, period: Token, words: int) -> bool:
    place = line.tokens.index(period) + 1
    behind = [one for one in line.tokens[place : place + words + 1] if one.kind != "'"][:words]
    return any(one.word in REPORTS or one.kind == ("I" if words > 2 else "G") for one in behind)


def _list_open(line: Line) -> list[Token]:
    """The periods of a sentence that are not of a print before."""
    return [
        one
        for place, one in enumerate(line.tokens)
        if one.kind == "M" and (_is_of_survey(line, place) or not _is_former(line.kinds, place))
    ]


def _is_of_survey(line: Line, place: int) -> bool:
    """Whether a period is that of the release itself: "from 51.0 in the December survey"."""
    return line.kinds[:place].endswith("io") and any(one.word in REPORTS for one in line.tokens[place + 1 : place + 2])


def _is_former(kinds: str, place: int) -> bool:
    before, after = kinds[:place], kinds[place + 1 :]
    own = _OWN_FIGURE.match(after)
    if own and (
        (own.group().startswith("'") and own.group().endswith("N")) or ("N" in before and not before.endswith("i"))
    ):
        return True
    if (re.search(r"[;,&]io?\Z", before) and _THEN_WAS.match(after)) or (before.endswith(";o") and own):
        return True
    group = before.rpartition("(")[2] if before.count("(") > before.count(")") else None
    if group is not None and "N" in before and not FORESEES.search(group):
        return True
    if _WAS_FIGURE.search(before) and _GOES_ON.match(after) and not FORESEES.search(before[-6:]):
        return True
    clause = re.split(r"[;:(,.]", before)[-1]
    marker = next(reversed(list(_MARKER.finditer(clause))), None)
    if marker is None:
        return False
    gap = clause[marker.end() :]
    if "&I" in gap:
        return False  # "GDP revised to 3.1% from 3.0% and home sales down 0.2% in July"
    if ")" in gap and "(" not in gap:
        return False  # "(consensus 2.7%, prior 2.8%) for July"
    if gap.startswith("oy"):
        return False  # "from a year ago in August"
    return not re.search(r"N[^&]*o.*N", gap) and not FORESEES.search(gap)


def quarter_of(period: str) -> int | None:
    """The quarter that a period is: "Q3", "3Q", "third quarter" and "September quarter" are one; None for a month."""
    words = period.casefold().replace("-", " ")
    if re.fullmatch(r"q[1-4]|[1-4]q", words):
        return int(words.strip("q"))
    if not words.endswith("quarter"):
        return None
    name = words.split()[0]
    if name in _ORDINALS:
        return _ORDINALS.index(name) + 1
    month = next((number for full, number in _MONTH_NUMBERS.items() if full.casefold().startswith(name[:3])), None)
    return (month + 2) // 3 if month else None
