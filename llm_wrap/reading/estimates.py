"""The figures that stand behind a release's name: consensus and prior. In: words of a sentence. Out: estimates.

    estimate = consensus [rate] {word} [("from" | "versus" | "after" | "prior" …) prior [rate]]

A figure behind "from" is the prior, one behind a fall is below nought, and a day, a count of months or a year is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.patterns import Number, read_number

MONTHS = (
    r"January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Q[1-4]|"
    r"(?:first|second|third|fourth)[- ]quarter"
)
# What stands between "after" and the figure: "an upwardly revised", "September's", "shrinking by", "an advance reading of".
_FILL = (
    rf"(?:\ (?:an?|the|its|their|by|of|at|in|was|is|upwardly|downwardly|revised|unrevised|advance|preliminary|flash|initial|first|final|earlier|annuali[sz]ed|"
    r"reading|print|figure|estimate|pace|level|rate|loss|rise|growth|expansion|increase|contraction|slump|fall|drop|decline|gain|slide|dip|jump|surplus|deficit|"
    rf"prior|previous|last|month|quarter|week|year|record|[a-z]{{3,12}}ing|[a-z]{{3,10}}'s|(?:{MONTHS}|[A-Z][a-z]{{2,9}})(?:'s)?)){{0,6}}"
)
_PRIOR = re.compile(
    rf"(?:\((?:{MONTHS}):|\b(?:same\ as(?:\ in)?|reversing|having\ [a-z]{{3,10}}(?:ed|en|wn|lid|ell|ot)?|from|versus|vs\.?|v\.|compared\ (?:to|with)|after|following|prior|"
    r"previous(?:ly)?|last|up\ from|down\ from|prev\.?|against|unchanged\ from|than))" + _FILL + r"[ :]\Z"
)
# "a tick below September's 0.3%", "above the 0.3% of Q2"; and not "above the 2% target".
_BESIDE = re.compile(
    rf"\b(?:above|below|up\ on|down\ on|short\ of|beyond)\ (?P<whose>(?:(?:{MONTHS}|last\ (?:month|quarter|week|year)|the\ (?:previous|prior)\ (?:month|quarter|week|year))'s\ )?)"
    r"(?:(?:the|its|an?)\ )?(?:revised\ )?\Z"
)
_OF_THEN = re.compile(
    rf"(?:\ [mqyw]/[mqyw])?(?:,)?\ (?:(?:of|in|for|seen\ in|recorded\ in|printed\ in|reported\ for|registered\ in)\ (?:(?:{MONTHS})\b|the\ (?:prior|previous|month|week|quarter|first|second|third|fourth))|"
    r"(?:a|the)\ (?:month|week|quarter|year)\ (?:before|earlier|ago)|(?:the\ )?(?:previous|prior|last)\ (?:month|week|quarter|time)|previously|before\b)"
)
_WAS = re.compile(
    rf"\b(?:was|were|stood\ at|came\ in\ at|read|printed|rose|fell|grew|climbed|dropped|gained|added|lost|shed|slid|shrank|eased\ to|hit|(?:{MONTHS})\ saw)(?:\ (?:by|an?|at)){{0,2}}\ \Z"
)
_DOWN = re.compile(
    r"\b(?:fall(?:en|ing)?|declin(?:e|ed|ing)|drop(?:ped|ping)?|contract(?:ed|ing|ion)?|shr[aiu]nk(?:ing)?|decreas(?:e|ed|ing)|slip(?:ped|ping)?|slid(?:e|ing)?|tumbl(?:e|ed|ing)|"
    r"down|lose|loss|los(?:ing|t)|shed(?:ding)?|retreat|plunge|minus|negative|fell|dipp?(?:ed|ing)?|slump|reduction)(?:\ for\ an?\ [a-z]+\ (?:month|quarter|week|year),?)?"
    r"(?:\ at(?=\ an?\ ann))?(?:\ (?:by|of|an?|another|about|around|some|further|roughly|off|annuali[sz]ed|annual|quarterly|rate|pace|modest|sharper|smaller|steeper)){0,5}\ \Z"
)
_DOWN_AFTER = re.compile(
    r"(?:\ [mqyw]/[mqyw])?(?:\ (?:annuali[sz]ed|annual|monthly|quarterly|seasonal|further))?\ (?:fall|decline|drop|contraction|decrease|slide|dip|slump|retreat|plunge|loss|reduction)\b"
)
_FIGURE = re.compile(
    r"\(?[-+–]?(?:[A-Z]{0,3}[$€£¥₩₹]|[A-Z]{3}(?=[0-9]))?[-+]?[0-9][0-9,]{0,14}(?:\.[0-9]{1,4})?(?:%|bps?|[KMBT]n?|k|mn|bn|mln|bln|pct)?\)?%?"
)
_NOT_FIGURE = re.compile(r"(?:-year|-month|-day|th\b|st\b|nd\b|rd\b|-[A-Z]|:[0-9])")


class Figure(NamedTuple):
    """A number in prose and its offsets."""

    number: Number
    start: int
    end: int


@dataclass
class Estimate:
    """What a sentence expects of a release. `end`: where its last figure ends. `rate`: "m/m" and the like, where it stands there."""

    consensus: Decimal | None
    prior: Decimal | None
    unit: str | None
    rate: str | None
    end: int


def first_figure(segment: str) -> Figure | None:
    """The first figure of a segment."""
    return next(iter(list_figures(segment)), None)


def list_figures(segment: str) -> Iterator[Figure]:
    """The figures of a segment that can be a release's."""
    for hit in _FIGURE.finditer(segment):
        token = hit.group()
        if _NOT_FIGURE.match(segment[hit.end() :]) or (
            hit.start() and (segment[hit.start() - 1].isalnum() or segment[hit.start() - 1] in "/-")
        ):
            continue
        if token.count("(") != token.count(")"):
            token = token.strip("()")
        following = segment[hit.end() : hit.end() + 9]
        if re.match(r"\ ?(?:pct|percent)\b", following):
            token += "%"
        elif re.match(
            r"\ (?:bps?|basis|months?|years?|days?|weeks?|straight|consecutive|economists|analysts)\b", following
        ):
            continue
        number = read_number(token.replace("pct", "%").rstrip(",."))
        if number is None or (number.unit or "").startswith("bp"):
            continue
        if number.unit is None and re.search(rf"(?:{MONTHS})\ \Z", segment[: hit.start()]):
            continue  # "Sep 3"
        if number.unit is None and re.fullmatch(r"20[0-9]{2}", token):
            continue
        yield Figure(number, hit.start(), hit.end())


def read_estimates(segment: str, *, prior_only: bool = False) -> list[Estimate]:
    """Consensus and prior of a segment; several where it gives figures for several rates ("0.3% m/m and 2.9% y/y").

    `prior_only`: its first figure is the prior, and there is no consensus.
    """
    from llm_wrap.reading.indicators import find_rate

    drafts: list[Estimate] = []
    priors = 0
    for figure in list_figures(segment):
        before, after = segment[: figure.start], segment[figure.end :]
        value = _sign_figure(figure, before, after)
        rate = find_rate(after[:5]) if re.match(r"\ [mqyw]/[mqyw]", after) else None
        joined = (
            priors > 0 and re.search(r"[0-9]%?[KMBT]?(?:\ and|,|/|\ or)\ ?\Z", before) is not None
        )  # "after 0.3% and 2.7%"
        if prior_only:
            return [Estimate(None, value, figure.number.unit, rate, figure.end)]
        if segment[figure.start] == "(":
            before += "("
        if joined or _is_prior(before, after, bool(drafts)):
            open_ones = [one for one in drafts if one.prior is None and (rate is None or one.rate in (None, rate))]
            if open_ones and figure.number.unit == open_ones[0].unit:
                open_ones[0].prior = value
                open_ones[0].end = figure.end
                priors += 1
            continue
        if drafts and (rate is None or rate == drafts[-1].rate or drafts[-1].rate is None):
            if drafts[-1].prior is None and re.search(r"(?:\band|,)\ \Z", before) and "prior" in after[:40]:
                drafts[-1].prior, drafts[-1].end = value, figure.end
            break
        drafts.append(Estimate(value, None, figure.number.unit, rate, figure.end + (len(rate) + 1 if rate else 0)))
    return drafts


def _sign_figure(figure: Figure, before: str, after: str) -> Decimal:
    value = figure.number.value
    falls = _DOWN.search(before) or _DOWN_AFTER.match(after)
    return value.copy_negate() if value > 0 and not figure.number.signed and falls else value


def _is_prior(before: str, after: str, follows: bool) -> bool:
    """Whether a figure is that of the release before; `follows`: a consensus stands before it."""
    if _PRIOR.search(before):
        return True
    if not follows:
        return False
    if re.match(r"(?:\ [mqyw]/[mqyw])?,?\ (?:in\ |for\ )?(?:the\ )?(?:prior|previous|last)\b", after):
        return True
    if before.endswith("("):
        return _OF_THEN.match(after) is not None  # "(0.8% in Q2)"
    if re.search(rf"\b(?:{MONTHS})'s\ (?:[a-z]+\ ){{0,2}}\Z", before):
        return True  # "half December's 0.8%"
    beside = _BESIDE.search(before)
    if beside:
        return bool(beside["whose"]) or _OF_THEN.match(after) is not None
    return _WAS.search(before) is not None and (
        _OF_THEN.match(after) is not None or re.search(rf"\b(?:{MONTHS})\ [a-z ]{{2,12}}\Z", before) is not None
    )
