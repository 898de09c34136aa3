"""The figures that stand behind a release's name: consensus and prior. In: words of a sentence. Out: estimates.

    estimate = consensus [rate] {word} [marker {word} prior [rate] ["in" period] | "(" prior ")" | period prior]
             | marker prior ["in" period] "to" consensus

A figure behind "from" or "compared with" is the prior, one behind a fall is below nought, and a day, a count of months, a year or a target is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.patterns import Number, read_number
from llm_wrap.reading.release_periods import CUE, FORMER, MONTHS, PERIODS, last_match

_RATE = r"(?:\ [mqyw]/[mqyw])?"
# What leads to the prior, and the words between it and its figure: "after an upwardly revised", "versus September's".
_MARKER = re.compile(rf"(?:\b{FORMER}|\b(?:last|(?:recovering|rebounding)(?=\ from))|\((?:{PERIODS}):)(?![A-Za-z-])")
_LEADS_PRIOR = frozenset("from after prior previous previously prev following".split())
_LAST_AT = re.compile(r"\blast(?:\ (?:at|was|seen\ at)|:)?\ \Z")
_NEED_CONSENSUS = frozenset("than last half double twice third quarter halving doubling as".split())
# "a tick below September's 0.3%", "above the 0.3% of Q2"; and not "above the 2% target".
_BESIDE = frozenset("above below beyond".split())
_WHOSE = re.compile(
    rf"\b(?:{PERIODS}|[Ll]ast\ (?:month|quarter|week|year)|(?:previous|prior)\ (?:month|quarter|week|year))(?:'s)?\b"
)
_GOAL = re.compile(
    r"\ (?:[a-z]{1,12}\ ){0,2}(?:target|goal|ceiling|mark|threshold|midpoint|consensus|forecasts?|estimates?|expected|expectations?|projections?)\b"
)
_NOUN = (
    r"(?:\ (?:annual|monthly|quarterly|annuali[sz]ed))?(?:\ (?:rise|fall|gain|drop|decline|increase|growth|pace|rate|reading|slump|jump|print|figure|dip|surplus|deficit|contraction|"
    r"expansion|rebound|slide))?"
)
_OF_THEN = re.compile(
    rf"{_RATE}{_NOUN},?\ (?:(?:of|in|for|(?:seen|recorded|printed|logged)\ in|(?:reported|registered)\ (?:in|for))\ (?:the\ )?(?:{PERIODS}\b|prior|previous|month|week|quarter|preceding)|"
    r"(?:a|the|one)\ (?:month|week|quarter|year)\ (?:before|earlier|ago|prior)|(?:the\ )?(?:previous|prior|last|preceding)\ (?:month|week|quarter|time|reading|print)|previously|"
    r"prior\b|before\b|first\ reported|initially)"
)
_LABELLED = re.compile(
    rf"{_RATE}{_NOUN},?\ (?:\((?:{PERIODS}|prior|previous|prev\.?|last)\)|(?:(?:in\ |for\ )?(?:the\ )?(?:prior|previous|last|preceding)|previously|before)\b)"
)
_WAS = re.compile(
    rf"\b(?:was|were|stood\ at|came\ in\ at|read|printed|rose|fell|grew|climbed|dropped|gained|added|lost|shed|slid|shrank|eased\ to|hit|{PERIODS}\ saw)(?:\ (?:by|an?|at)){{0,2}}\ \Z"
)
_WHEN_WAS = re.compile(rf"\b(?:{PERIODS}|previous|prior|last|preceding)\ (?!and\ )[a-z ]{{2,24}}\Z")
# "consensus 49.6, August 49.4"  "half December's 0.8%"
_OWN_PERIOD = re.compile(
    rf"(?:[,(;]|\band|\bwith)\ ?(?:in\ )?{PERIODS}(?:'s|\.)?(?::|\ at)?\ \Z|\b{PERIODS}'s\ (?:[a-z]{{1,12}}\ ){{0,2}}\Z"
)
# "unchanged from July's 3.8%", "the same as in October", "seen steady at 3.5%": what is expected is what it was.
_SAME = re.compile(
    r"\b(?:(?:unchanged|no\ change|no\ move|steady|stable)\b|flat\ (?:on|from)\b|(?:the\ )?same\ (?:as|pace|rate|level|figure)|in\ line\ with|match(?:es|ing)?\b|repeat(?:s|ing)?\b|on\ a\ par\ with|as\ before|as\ in\ (?:January|February|March|April|May|June|July|August|September|October|November|December|Q[1-4])|"
    r"on\ hold|stand(?:s|ing)?\ pat|(?:hold|stay|remain|stick|stuck|held|stayed|remained)(?:s|ing)?\ (?=at\b|\Z)|(?:hold|keep|maintain|leave)(?:s|ing)?\ (?=its|the|their|(?:key\ |policy\ |interest\ )?rates?\b|policy)|kept\ at\b)",
    re.IGNORECASE,
)
_BEFORE_NEXT = re.compile(
    r",\ (?:unchanged|steady|stable)\ ?\Z"
)  # of the name behind it: "0.2%, unchanged headline at 0.6%"
_CLAUSE_END = re.compile(r"[.;]\ |,\ (?:and|while|but|with)\ ")
# "unchanged from the flash": what was before is then not told.
_SAME_AS_ELSE = re.compile(
    r"\b(?:flash|preliminary|advance|provisional|(?:first|initial|earlier)\ (?:estimate|reading|print)|consensus|forecasts?|expectations|target|guidance|confirm(?:ed|s|ing)?|final)\b"
)
_RATE_HERE = re.compile(r"\ [mqyw]/[mqyw]")
_RATE_BEFORE = re.compile(r"(?<![0-9%]\ )(?<![A-Za-z])[mqyw]/[mqyw]:?\ \Z")
# "versus $0.6B a year earlier": no print before.
_YEAR_AGO = re.compile(r"\ (?:a|one|the)\ year\ (?:earlier|ago|before)\b")
_BRACKET = re.compile(r"(?:\ [A-Za-z][A-Za-z0-9/.'-]{0,15}){0,6},?\ ?\(?\Z")
_RANGE = re.compile(
    r"\b(?:between|rang(?:e|es|ed|ing)|(?:from\ a|the|with\ a)\ (?:low|high)\ of|as\ (?:high|low)\ as)\b"
)
_DOWN = re.compile(
    r"\b(?:fall(?:en|ing)?|fell|declin(?:e|ed|ing)|drop(?:ped|ping)?|contract(?:ed|ing|ion)?|shr[aiu]nk(?:ing)?|decreas(?:e|ed|ing)|slip(?:ped|ping)?|slid(?:e|ing)?|tumbl(?:e|ed|ing)|"
    r"down|lose|loss|los(?:ing|t)|shed(?:ding)?|retreat(?:ed|ing)?|plung(?:e|ed|ing)|minus|negative|dip(?:ped|ping)?|slump(?:ed|ing)?|reduction|s[aiu]nk(?:ing)?|eas(?:e|ed|ing))"
    r"(?:\ for\ an?\ [a-z]+\ (?:month|quarter|week|year),?|,(?=\ of\ ))?(?:\ at(?=\ an?\ ann))?"
    r"(?:\ (?:by|of|an?|another|about|around|some|further|roughly|off|annuali[sz]ed|annual|quarterly|rate|pace|modest|sharper|smaller|steeper)){0,5}\ \Z"
)
# "a milder fall than July's"
_FALL_THAN = re.compile(
    r"\b(?:fall|drop|decline|slide|dip|slump|contraction|loss)\ than\ (?:in\ |the\ )?(?:[A-Za-z0-9']{2,14}\ ){0,2}\Z"
)
_DOWN_AFTER = re.compile(
    rf"{_RATE}(?:\ (?:annuali[sz]ed|annual|monthly|quarterly|seasonal|further))?\ (?:fall|decline|drop|contraction|decrease|slide|dip|slump|retreat|plunge|loss|reduction|lower)\b"
)
# "(July: flat and 1.4%)", "after a flat September", "seen flat m/m": no figure, and yet nought per cent.
_IS_NOUGHT = re.compile(
    rf"\b(?:{PERIODS}:?|[Aa]fter|[Ff]rom|vs\.?|versus|prior:?|previous:?)\ (?:an?\ |being\ |having\ been\ |remaining\ |staying\ )?\Z"
)
_NO_RISE = re.compile(
    rf"\ (?:[mq]/[mq]\b|on\ (?:the|a)\ (?:month|quarter)\b|(?:in|for)\ {PERIODS},?\ after\ (?:an?\ )?[-+]?[0-9.]{{1,5}}%\ (?:growth|rise|gain|fall|drop|decline|increase)\b)"
)
_FIGURE = re.compile(
    r"(?<![A-Za-z-])flat(?![A-Za-z-])|\(?[-+–]?(?:[A-Z]{0,3}[$€£¥₩₹]|[A-Z]{3}(?=[0-9]))?[-+]?[0-9](?:,?[0-9]){0,12}(?:\.[0-9]{1,4})?(?:%|bps?|[KMBT]n?|k|mn|bn|mln|bln|pct)?\)?%?"
)
_LENGTH = re.compile(r"\ (?:(?:bps?|basis|months?|years?|days?|weeks?|straight|consecutive)\b|of\ [0-9])")
_SCALES = re.compile(r"(?:bn|bln|mn|mln|tn|k)\Z")
_DAYS = range(1, 32)
_IN_A_DATE = re.compile(rf"(?:{MONTHS})\ \Z")
_PEOPLE = re.compile(
    r"\ (?:[a-z]{1,12}\ )?(?:economists|analysts|forecasters|respondents|institutions|banks|forecasts|estimates|polled|surveyed|out\ of)\b"
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


def first_estimate(segment: str) -> Figure | None:
    """The first figure of a segment that is not marked as the print before; where all are, the first one."""
    figures = list(list_figures(segment))
    behind = 0
    for figure in figures:
        if not is_marked_former(segment[behind : figure.start]):
            return figure
        behind = figure.end
    return figures[0] if figures else None


def is_marked_former(before: str) -> bool:
    """Whether the words before a figure make it the print before, whatever follows: "from", "prior"."""
    marker = _find_marker(before)
    if marker is not None and _LAST_AT.search(before):
        return True
    return marker is not None and marker.group().split(" ")[0].casefold() in _LEADS_PRIOR


def list_figures(segment: str) -> Iterator[Figure]:
    """The figures of a segment that can be a release's."""
    for hit in _FIGURE.finditer(segment):
        token = hit.group()
        if token == "flat":
            if _IS_NOUGHT.search(segment[: hit.start()]) or _NO_RISE.match(segment, hit.end()):
                yield Figure(Number(Decimal(0), "%", True, False), hit.start(), hit.end())
            continue
        if _NOT_FIGURE.match(segment[hit.end() :]) or (
            hit.start()
            and (
                segment[hit.start() - 1].isalnum()
                or segment[hit.start() - 1] in "/-"
                or re.search(r"[0-9]:\Z", segment[: hit.start()])
            )
        ):
            continue
        if token.count("(") != token.count(")"):
            token = token.strip("()")
        following = segment[hit.end() : hit.end() + 9]
        if re.match(r"\ ?(?:pct|percent)\b", following):
            token += "%"
        elif "%" not in token and _LENGTH.match(following):
            continue
        number = read_number(token.replace("pct", "%").rstrip(",."))
        if number is not None and number.unit and number.unit[-1] in "nk":
            number = number._replace(unit=_SCALES.sub(lambda scale: scale.group()[0].upper(), number.unit))
        if number is None or (number.unit or "").startswith("bp"):
            continue
        if number.unit is None and _PEOPLE.match(segment[hit.end() :]):
            continue
        if number.unit is None and number.value in _DAYS and _IN_A_DATE.search(segment[: hit.start()]):
            continue  # "Sep 3"
        if number.unit is None and number.value in _DAYS and re.match(rf"\ (?:{MONTHS})\b", segment[hit.end() :]):
            continue  # "3 September"
        if number.unit is None and re.fullmatch(r"20[0-9]{2}", token):
            continue
        yield Figure(number, hit.start(), hit.end())


def read_estimates(
    segment: str, *, lead: str = "", falling: bool = False, rates: tuple[str | None, ...] = (), prior_only: bool = False
) -> list[Estimate]:
    """Consensus and prior of a segment; several where it gives figures for several rates ("0.3% m/m and 2.9% y/y").

    `lead`: words before the segment that may say that nothing changes. `falling`: its figures are falls. `rates`: those of the release
    before it in a row, whose two figures those of this one are like: "0.4% m/m and 3.1% y/y; core 0.3% and 3.1%". `prior_only`: its first figure is the prior, and there is no consensus.
    """
    from llm_wrap.reading.indicators import find_rate

    figures = list(list_figures(segment))
    drafts: list[Estimate] = []
    pending: Estimate | None = None  # "from 3.1% to 3.0%": the prior comes first
    behind = priors = 0
    for place, figure in enumerate(figures):
        before, after = segment[behind : figure.start], segment[figure.end :]
        behind = figure.end
        value = _sign_figure(figure, before, after)
        if (falling or "deflation" in segment[: figure.start]) and value > 0 and not figure.number.signed:
            value = value.copy_negate()  # "PPI deflation narrowing to 2.9%"
        stated = _RATE_HERE.match(after) or _RATE_BEFORE.search(before)
        rate = find_rate(stated.group()) if stated else None
        if prior_only:
            return [Estimate(None, value, figure.number.unit, rate, figure.end)]
        role = _find_role(figure, segment, before, after, bool(drafts))
        if (
            priors
            and (not place or segment[figures[place - 1].end - 1] != ")")
            and re.fullmatch(r"(?:\ [mqyw]/[mqyw])?(?:\ and|,|/|\ or)\ ?", before)
        ):
            role = "prior"  # "after 0.3% and 2.7%"
        if role == "none":
            continue
        if role == "prior" and not (drafts or pending) and _says_same(before):
            drafts.append(Estimate(value, value, figure.number.unit, rate, figure.end))
            continue
        if role == "prior":
            if (
                segment[figure.start] == "("
                and not re.search(r"[-+–]", segment[figure.start : figure.end])
                and _BRACKET.fullmatch(before)
            ):
                value = abs(value)  # "4.6% (4.8%)"
            priors += _add_prior(drafts, value, figure, rate)
            if not drafts:
                pending = Estimate(None, value, figure.number.unit, rate, figure.end)
            continue
        if len(drafts) == 1 and len(rates) == 2 and rate is drafts[0].rate is None and before in (" and ", "/"):
            drafts[0].rate, rate = rates
        if drafts and (rate is None or rate == drafts[-1].rate or drafts[-1].rate is None):
            break
        prior = pending.prior if pending and pending.unit == figure.number.unit else None
        pending = None
        following = figures[place + 1].start if place + 1 < len(figures) else len(segment)
        said = before if drafts else lead + before
        tail = _CLAUSE_END.split(segment[figure.end : following])[0]
        if prior is None and _says_same(said + _BEFORE_NEXT.sub("", tail)):
            prior = value
        drafts.append(Estimate(value, prior, figure.number.unit, rate, figure.end + (len(rate) + 1 if rate else 0)))
    return drafts


def _says_same(words: str) -> bool:
    """Whether words around a figure say that it is what it was, in the period before and not in a first estimate."""
    same = _SAME.search(words)
    return same is not None and _SAME_AS_ELSE.search(words, same.end()) is None


def _add_prior(drafts: list[Estimate], value: Decimal, figure: Figure, rate: str | None) -> int:
    """1 where the figure is the prior of one of the drafts, which then has it."""
    open_ones = [one for one in drafts if one.prior is None and (rate is None or one.rate in (None, rate))]
    if not open_ones or figure.number.unit != open_ones[0].unit:
        return 0
    open_ones[0].prior, open_ones[0].end = value, figure.end
    return 1


def _sign_figure(figure: Figure, before: str, after: str) -> Decimal:
    value = figure.number.value
    falls = _DOWN.search(before) or _FALL_THAN.search(before) or _DOWN_AFTER.match(after)
    return value.copy_negate() if value > 0 and not figure.number.signed and falls else value


def _find_role(figure: Figure, segment: str, before: str, after: str, follows: bool) -> str:
    """ "consensus", "prior" or "none"; `before` goes back to the figure before, `follows`: a consensus stands already."""
    if _YEAR_AGO.match(after) or _RANGE.search(
        re.split(r"[,;]", segment[max(0, figure.start - 40) : figure.start])[-1]
    ):
        return "none"
    marker = _find_marker(before)
    if marker:
        word = marker.group().split(" ")[0].casefold()
        if word == "last" and not follows and _LAST_AT.search(before):
            return "prior"
        if _GOAL.match(after) and word not in ("prior", "previous"):
            return "none"
        if word in _BESIDE and not (_WHOSE.search(before[marker.end() :]) or _OF_THEN.match(after)):
            return "none" if follows else "consensus"
        if word in _NEED_CONSENSUS and not follows:
            return "consensus"
        return "prior"
    if not follows:
        return "prior" if re.match(rf"{_RATE}\ prior\b", after) else "consensus"
    bracketed = segment[figure.start] == "(" or before.endswith("(")
    if _LABELLED.match(after) or (
        bracketed and _BRACKET.fullmatch(before) and not CUE.search(before + after.partition(")")[0])
    ):
        return "prior"
    if _OWN_PERIOD.search(before) or (
        re.fullmatch(rf"{_RATE}(?:,|\ ?/)\ ?", before)
        and segment[: figure.start].count("(") > segment[: figure.start].count(")")
    ):
        return "prior"  # "(4.3%, 4.4%)"
    if re.search(r"[,;]\ \Z", before) and _OF_THEN.match(after):
        return "prior"  # "41.0 expected for November, 39.3 in October"
    if _WAS.search(before) and (_OF_THEN.match(after) or _WHEN_WAS.search(before)):
        return "prior"
    return "consensus"


def _find_marker(before: str) -> re.Match[str] | None:
    """The marker that leads to a figure: no other figure, comma or word of expectation stands between."""
    found = last_match(_MARKER, before)
    if found is None:
        return None
    gap = before[found.end() :]
    words = gap.strip(" :(").split()
    plain = len(words) <= 8 and all(word[0].isalpha() and word[-1] not in ",;:" for word in words)
    return found if plain and not CUE.search(gap) else None
