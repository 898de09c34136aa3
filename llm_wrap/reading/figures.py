"""What a number of a sentence is: a figure of a release, a move in basis points, a year, or something counted. In: its place. Out: its kind and value."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.patterns import Number, read_number
from llm_wrap.reading.release_periods import MONTHS

_SCALE = re.compile(r"\ ?(?:bn|bln|mn|mln|tn|trn|k|m|[BMT]n|[mbtr]{1,2}illion)\Z")  # "15.2 bn" is 15.2B
_TARGET_RANGE = re.compile(r"(?<![0-9.])(?P<lower>[0-9]\.[0-9]{2})%?[-–](?P<upper>[0-9]\.[0-9]{2})%\Z")  # "4.25-4.50%"
# Behind a number these make it none of a release.
_COUNTED = re.compile(
    r"\ (?:[a-z]{1,12}\ )?(?:economists|analysts|forecasters|respondents|institutions|institutes|banks|forecasts|estimates|polled|surveyed|out\ of|brokers|houses)\b|\ (?:expect|see|predict|say)\b|\ (?:years?|months?|days?|weeks?|quarters?|straight|consecutive|cents?|points?)\b|\ of\ (?:the\ )?[0-9]|\ ?(?:[ap]\.?m\b|ET\b|GMT\b)"
)
_CLOCK = re.compile(r"[0-2]?[0-9]\.(?:[0-5]0|[0-5]5)")  # "at 10.00", "from 9.15 on"
_TICKER = re.compile(r"\.[A-Z]{2}\b")  # "(500209.IN)"
_OF_FORECASTERS = re.compile(
    r"\ of\ (?:the\ |all\ )?(?:economists|analysts|forecasters|respondents)\b"
)  # "80% of economists"
_BASIS_POINTS = re.compile(r"(?:\ |-)?(?:bps?\b|basis)")
_PERCENT = re.compile(r"\ ?(?:%|pct|per\ ?cent)\Z")


class Figure(NamedTuple):
    """The kind of a token that a number is (`tokens` has them), and its value where it is a figure."""

    kind: str
    number: Number | None = None


def read_upper_bound(text: str) -> Decimal | None:
    """The upper bound of a target range for a rate, a quarter point wide, which stands for it in calendars; None where `text` ends in none.

    >>> read_upper_bound("4.25-4.50%"), read_upper_bound("1.8-2.3%")
    (Decimal('4.50'), None)
    """
    found = _TARGET_RANGE.search(text)
    if found is None or Decimal(found["upper"]) - Decimal(found["lower"]) != Decimal("0.25"):
        return None
    return Decimal(found["upper"])


def _is_of_date(text: str, start: int) -> bool:
    """Whether a year is that of a period or a day, or long gone: "Q3 2025", "since 2021"."""
    lead = text[max(start - 12, 0) : start]
    return (
        lead.endswith(("since ", *(f"{month} " for month in MONTHS.split("|"))))
        or re.search(r"Q[1-4] \Z", lead) is not None
    )


def read_figure(text: str, start: int, end: int) -> Figure:
    """What the number that stands there in `text` is."""
    word = text[start:end]
    if start and (text[start - 1].isalnum() or text[start - 1] in "/-"):
        return Figure("#")
    behind = text[end : end + 40]
    if (
        (_CLOCK.fullmatch(word) and text[:start].endswith((" at ", " from ", " by ")))
        or _TICKER.match(behind)
        or _OF_FORECASTERS.match(behind)
    ):
        return Figure("#")
    if word.endswith(("bp", "bps")) or ("%" not in word and _BASIS_POINTS.match(behind)):
        return Figure("b")
    figure, percent = _PERCENT.subn("%", word)
    scaled = _SCALE.sub(lambda scale: scale.group().strip()[0].upper(), figure)
    number = read_number(scaled.replace(" ", "").replace("−", "-"))
    if number is None:
        return Figure("#")
    if number.unit is None and re.fullmatch(r"20[0-9]{2}", word):
        return Figure("w" if _is_of_date(text, start) else "T")
    if "%" not in word and not percent and _COUNTED.match(behind):
        return Figure("#")
    return Figure("N", number)
