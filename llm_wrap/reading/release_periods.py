"""The month or quarter that a release's figures are for. In: words of a sentence. Out: the period as it is written there.

    period = month ["-" month] ["quarter"] | "first half of" month | "Q3" | "third quarter"

A period that belongs to the figure before ("from 3.1% in July", "July's 0.3%", "(June: 6.8%)") is not that of the release to come.
"""

from __future__ import annotations

import re

MONTHS = r"January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_QUARTERS = r"Q[1-4]|[1-4]Q|(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)[- ]quarter"
# Every period in words, for other patterns: no group of its own.
PERIODS = rf"(?:{MONTHS}|{_QUARTERS})"
_PERIOD = re.compile(
    rf"(?<![A-Za-z0-9-])(?<![0-9]\ )(?<![0-9]-)(?:(?:(?:first|second)\ half\ of\ |mid-)(?:{MONTHS})|(?:{MONTHS})(?:[-–/](?:{MONTHS}))?(?:\ quarter)?|{_QUARTERS})"
    r"(?![A-Za-z0-9])(?!\ [0-3]?[0-9](?![0-9.%KMBT]))(?!-[0-9])"
)
# What leads to the print before: "from", "after", "compared with".
FORMER = (
    r"(?:[Ff]rom(?!\ (?:a|one)\ year)|versus|vs\.?|v\.|compar(?:ed|es|ing)\ (?:to|with)|[Aa]fter|[Ff]ollowing|prior|previous(?:ly)?|prev\.?|against|same\ as|in\ line\ with|on\ a\ par\ with|same\ (?:pace|rate|level)\ as|as\ in|"
    r"(?:flat|unchanged|up|down|changed|steady|higher|lower|short)\ (?:on|of)|than|reversing|offsetting|having|matching|repeating|above|below|beyond|since|halving|doubling|half|(?:a\ )?(?:third|quarter)\ of|twice|double|undoing|erasing|recouping)"
)
_FORMER = re.compile(rf"\b{FORMER}(?![A-Za-z-])")
# Words of expectation: what stands behind them is to come again.
CUE = re.compile(
    r"\b(?:expect(?:ed|s|ations)?|forecasts?|seen|sees?|consensus|economists|analysts|median|projected|predicted|estimated|tipped|likely|probably|should|due|is|are|will|poll|survey)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9.-])[-+(]{0,2}[A-Z]{0,3}[$€£¥]?[0-9][0-9,.]{0,12}")
FIGURE_OPENS = r"[-+(]?[A-Z]{0,3}[$€£¥]?[0-9]"  # "-0.3", "(1.1", "US$4", "¥3"
_OWN_FIGURE = re.compile(r"'s\ (?:[a-z-]+\ ){0,3}" + FIGURE_OPENS)
_BESIDE_FIGURE = re.compile(r"\.?(?::|,|\ (?:at|was|saw|stood\ at|being))?\ " + FIGURE_OPENS)
_WAS = re.compile(
    r"(?:'s)?(?:\ (?!and\b)[a-z]{1,12}){0,2}\ (?:was|stood|came|rose|fell|grew|saw|had|dropped|slipped|climbed|jumped)\b"
)
_ADJACENT = re.compile(r"(?:'s)?\s(?:[A-Za-z.']+\s){0,2}")
_SURVEY = re.compile(rf"\bin\ the\ (?P<month>{PERIODS})\ (?:survey|reading|report|print|poll|data|release)\b")
_OF_ALL = re.compile(
    r"(?:'s)?\ (?:(?:are|is)\ (?:both\ |all\ )?(?:due|out)|figures|data|numbers|reports?|readings?|prints?|releases?)\b"
)
_REPORT = re.compile(
    r"(?:'s)?\ (?:[A-Za-z]{1,14}\ ){0,3}(?:figures|data|numbers|reports?|survey|releases?|statistics|activity|numbers|inflation|payrolls|CPI|GDP|PMIs?)\b"
)
_MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS.split("|")[:12], 1)}
_ORDINALS = ("first", "second", "third", "fourth")


def find_period(
    text: str, start: int, end: int, first: int, last: int, *, monthly: bool = False, own: bool = False
) -> str | None:
    """The period of a release that is named at `start` to `end` and whose figures stand in `first` to `last`; `monthly`: no quarter is its own; `own`: no other clause's is."""
    hits = [hit for hit in _PERIOD.finditer(text) if not _is_former(text, hit)]
    inner = next((hit for hit in hits if start <= hit.start() < end), None)
    if inner:
        return inner.group()  # "Michigan's October sentiment"
    lead = [hit for hit in hits if hit.end() <= start]
    if lead and _ADJACENT.fullmatch(text[lead[-1].end() : start]):
        return lead[-1].group()
    inside = next((hit for hit in hits if first <= hit.start() < last), None)
    inside = inside or next((hit for hit in hits if end <= hit.start() < first), None)
    if inside:
        return inside.group()
    survey = _SURVEY.search(text[first:last])
    if survey:
        return survey["month"]
    lead = [hit for hit in lead if not own and not (monthly and quarter_of(hit.group()))]
    if lead:
        return lead[-1].group()
    return next((hit.group() for hit in hits if hit.start() >= last and _OF_ALL.match(text[hit.end() :])), None)


def find_period_of_report(text: str) -> str | None:
    """The period of a report that a sentence announces: "releases June labour force figures tomorrow"."""
    hits = (hit for hit in _PERIOD.finditer(text) if not _is_former(text, hit))
    return next((hit.group() for hit in hits if _REPORT.match(text[hit.end() :])), None)


def find_sole_period(text: str) -> str | None:
    """The period of a sentence that has one only, and not that of a print before."""
    hits = list(_PERIOD.finditer(text))
    return hits[0].group() if len(hits) == 1 and not _is_former(text, hits[0]) else None


def _is_former(text: str, hit: re.Match[str]) -> bool:
    """Whether a period is that of the print before."""
    before, after = text[: hit.start()], text[hit.end() :]
    if _OWN_FIGURE.match(after):
        return True
    figures_before = _NUMBER.search(before) is not None
    if figures_before and (_WAS.match(after) or (_BESIDE_FIGURE.match(after) and not before.endswith(("in ", "for ")))):
        return True
    group = before.rpartition("(")[2] if before.count("(") > before.count(")") else None
    if group is not None and figures_before and not CUE.search(group):
        return True
    clause = re.split(r"[;:(]|,\ ", before)[-1]
    marker = last_match(_FORMER, clause)
    if marker is None:
        return False
    gap = clause[marker.end() :]
    if ")" in gap and "(" not in gap:
        return False  # "(consensus 2.7%, prior 2.8%) for July"
    return (" to " not in gap or len(_NUMBER.findall(gap)) < 2) and not CUE.search(gap)


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The last hit of a pattern."""
    return next(reversed(list(pattern.finditer(text))), None)


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
