"""Consensus and prior of releases to come. In: passages. Out: expectations; `prints` meets them.

    expectation = indicator {word} cue {word} consensus [rate] ["in" period] [("from" | "versus" | "prior") prior]

A figure that is out already ("rose 5.2% versus consensus 5.0%") is no expectation, nor is what a central bank or a company
itself forecasts, nor a forecast for a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from llm_wrap.models import Expectation, MarketWrap
from llm_wrap.parsing.patterns import Number, read_number
from llm_wrap.reading.agenda import place_ahead
from llm_wrap.reading.places import Passage
from llm_wrap.reading.prints import is_same_release
from llm_wrap.reading.regions import find_country
from llm_wrap.reading.times import find_times

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

_STRONG = re.compile(
    r"\b(?:expected|forecast|forecasted|seen|projected|estimated|predicted|anticipated|tipped|likely|probably|[Cc]onsensus|[Ee]conomists|median|forecasts|"
    r"estimates?|expects?|pencil(?:led|s)?\ in|poll(?:ed)?|may\ have|might\ have|should\ have|set\ to|[Ee]xpectations\ are|[Mm]arkets\ expect|[Tt]raders\ expect|look(?:s|ing)?\ for|[Cc]ons\b|est\b)"
)
# A figure that is out: "rose 5.2% vs consensus", "above the 5.0% forecast", "than expected", "had expected".
_OUT = re.compile(
    r"\b(?:(?:than|as|was|were|been|had|have|has)\ (?:widely\ |been\ )?(?:expected|forecast|anticipated|estimated|predicted|seen|projected)|(?:beat|beats|beating|"
    r"missed|misses|missing|topped|topping|exceeded|exceeding|undershot|below|above|under|over|short\ of|ahead\ of|matching|matched|in\ line\ with|against)\ "
    r"(?:the\ |a\ |an\ |market\ |Bloomberg\ |Reuters\ |FactSet\ |economists'\ |analysts'\ )*(?:[0-9.,$%]+\ )?(?:consensus|expectations|forecasts?|estimates?|expected))"
)
_ACTUAL_VERSUS = re.compile(
    r"[0-9]%?[KMBT]?(?:\ [mqyw]/[mqyw])?,?\ (?:versus|vs\.?|against|compared\ (?:to|with)|and\ (?:beat|missed))\ (?:the\ |a\ )?"
    r"(?:Bloomberg\ |FactSet\ |market\ |Reuters\ )?(?:consensus|expected|expectations?|forecasts?|estimates?|est|cons)\b"
)
_PAST_VERB = re.compile(
    r"\b(?:rose|fell|grew|slowed|eased|climbed|dropped|declined|came\ in|printed|jumped|slid|shrank|contracted|expanded|increased|decreased|"
    r"accelerated|moderated|ticked\ (?:up|down)|edged\ (?:up|down|lower|higher)|held|was|were|stood|hit|reached|surged|plunged|rebounded|showed|unchanged\ at|"
    r"registered|remained|improved|picked\ up|narrowed|widened|cooled|quickened|softened|tumbled|sank|gained|lost|beat|missed|posted|recorded)\b"
)
_INSTITUTIONS = (
    r"\b(?:IMF|OECD|World\ Bank|ECB|Fed(?:eral\ Reserve)?|BoJ|BOJ|BoE|BOE|RBA|RBNZ|BoK|BOK|RBI|PBOC|Bank\ of\ [A-Z][a-z]+|government|ministry|[Cc]entral\ bank|"
    r"Cabinet\ Office|Treasury|ADB|Banxico|Riksbank|SNB|BSP|Goldman(?:\ Sachs)?|JPMorgan|Nomura|UBS|Citi(?:group)?|Barclays|ING|company|management|staff|officials|"
    r"policymakers|EIA|IEA|OPEC|EC|Bundesbank|Beijing|Commission|board)\b"
)
_INSTITUTION = re.compile(
    _INSTITUTIONS
    + r"(?:[^.;]{0,30}?\b(?:expects|sees|forecasts|projects|projected|forecasted|estimates|estimated|predicts|targets|targeting|looks\ for)|"
    r"[^.;]{0,30}?\b(?:raised|cut|lifted|lowered|kept|trimmed|maintained|upgraded|downgraded)\b[^.;]{0,40}\b(?:forecast|projection|estimate|outlook|target|view))\b"
)
# "Economists forecast employment fell by 5K": what they forecast may stand in the past tense.
_FORECASTERS = re.compile(
    r"\b(?:[Ee]conomists|[Aa]nalysts|[Ss]urvey|[Pp]oll|[Ss]treet|[Mm]arkets?|[Tt]raders)\b[^.;,]{0,40}\b(?:expect|expects|forecast|forecasts|see|sees|predict|estimate|"
    r"reckon|look\ for)\b"
)
_YEARLY = re.compile(
    r"\b(?:(?:in|for|this|next|through|by|over|during)\ (?:mid-|end-|late\ |early\ )?(?:20[0-9]{2}|year|the\ (?:full\ |fiscal\ )?year|fiscal|FY\ ?[0-9]{0,4})|full[- ]year|(?:bank|government|company|ministry|group|it|their|its)(?:'s)?\ (?:own\ )?(?:forecast|estimate|projection)|"
    r"FY\ ?(?:20)?[0-9]{2}|in\ the\ year\ to|target\ of)\b"
)
_MONTHS = (
    r"January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Q[1-4]|"
    r"(?:first|second|third|fourth)[- ]quarter"
)
_PRIOR = re.compile(
    rf"(?:\((?:{_MONTHS}):|\bsame\ as(?:\ in)?|\breversing(?:\ an?)?|\bhaving\ (?:risen|fallen|grown|dropped|gained|declined|climbed)(?:\ by)?|\bfrom|\bversus|\bvs\.?|\bcompared\ (?:to|with)|\bafter(?:\ an?|\ falling|\ rising|\ growing|\ gaining|\ dropping|\ climbing|\ declining)?(?:\ by)?|\bfollowing(?:\ an?)?|\bprior(?:\ (?:month|quarter|reading|week|print))?(?:\ (?:was|of|at))?|"
    r"\bprevious(?:ly)?(?:\ (?:month|quarter|reading|week|print))?(?:\ (?:was|of|at))?|\blast(?:\ month)?(?:\ at)?|\bup\ from|\bdown\ from|\bprev\.?|\bagainst|\bthan)"
    r"(?:\ an?|\ the|\ its|\ (?:[A-Z][a-z]{2,8})(?:'s)?|\ upwardly|\ downwardly|\ revised|\ (?:[a-z]{3,8})'s|\ rise\ of|\ growth\ of|\ expansion\ of|\ increase\ of|\ contraction\ of|\ slump\ of|\ fall\ of|\ drop\ of|\ decline\ of|\ gain\ of|\ month's){0,4}[ :]\Z"
)
_DOWN = re.compile(
    r"\b(?:fall(?:en|ing)?|declin(?:e|ed|ing)|drop(?:ped|ping)?|contract(?:ed|ing|ion)?|shr[iu]nk(?:ing)?|decreas(?:e|ed|ing)|slip(?:ped|ping)?|slid(?:e|ing)?|tumbl(?:e|ed|ing)|"
    r"down|lose|los(?:ing|t)|retreat|plunge|minus|negative|fell|dipp?(?:ed|ing)?)(?:\ (?:by|of|an?|another|about|around|some|further|a\ further|roughly|off)){0,2}\ \Z"
)
_DOWN_AFTER = re.compile(
    r"(?:\ [mqyw]/[mqyw])?\ (?:fall|decline|drop|contraction|decrease|slide|dip|slump|retreat|plunge)\b"
)
_PERIOD = re.compile(rf"(?<![A-Za-z0-9-])(?:{_MONTHS})(?![A-Za-z0-9])(?!\ [0-9])(?!-[0-9])")
_SURVEY = re.compile(rf"\bin\ the\ (?P<month>{_MONTHS})\ (?:survey|reading|report|print|poll|data|release)\b")
_FIGURE = re.compile(
    r"\(?[-+–]?(?:[A-Z]{0,3}[$€£¥₩₹])?[-+]?[0-9][0-9,]{0,14}(?:\.[0-9]{1,4})?(?:%|bps?|[KMBT]n?|k|mn|bn|mln|bln|pct)?\)?%?"
)
_NOT_FIGURE = re.compile(r"(?:-year|-month|-day|th\b|st\b|nd\b|rd\b|-[A-Z]|:[0-9])")
MAX_EXPECTATIONS = 60


class _Figure(NamedTuple):
    number: Number
    start: int
    end: int


@dataclass
class _Draft:
    consensus: Decimal | None
    prior: Decimal | None
    unit: str | None
    rate: str | None
    end: int


def list_expectations(passages: Sequence[Passage], wrap: MarketWrap) -> tuple[Expectation, ...]:
    """What the prose expects of releases, each once, in the order of the wrap."""
    found: list[Expectation] = []
    paragraph: list[Passage] = []
    following = {one.place: other for one, other in pairwise(passages)}
    for passage in passages:
        if passage.place.section not in ("synopsis", "digest", "sections"):
            continue
        if paragraph and _paragraph(paragraph[0]) != _paragraph(passage):
            paragraph = []
        after = following.get(passage.place)
        after = after if after is not None and _paragraph(after) == _paragraph(passage) else None
        for one in _read_sentence(passage, paragraph, after, wrap.session_date):
            if one.period is None and paragraph and found and found[-1].place.item == passage.place.item:
                one = replace(one, period=found[-1].period)  # a list of one month's releases names it once
            if len(found) < MAX_EXPECTATIONS and not any(is_same_release(one, other) for other in found):
                found.append(one)
        paragraph.append(passage)
    return tuple(found)


def _paragraph(passage: Passage) -> tuple[str, int, int | None]:
    place = passage.place
    return place.section, place.item, place.sentence if place.section == "sections" else None


def _read_sentence(
    passage: Passage, before: Sequence[Passage], after: Passage | None, session: date | None
) -> Iterator[Expectation]:
    text = passage.text
    if not _STRONG.search(text):
        return  # most sentences: the names of releases are not looked for in them, nor their fifty patterns compiled
    from llm_wrap.reading.indicators import find_indicators, find_rate

    named = find_indicators(text)
    carried = ""
    if (
        not named
        and before
        and re.search(r"\b(?:[Cc]onsensus|[Ee]conomists|[Ff]orecasts?|[Mm]edian|[Ee]stimates?)\b", text)
    ):
        last = find_indicators(before[-1].text)
        if len(last) == 1 or (last and last[0].key == last[-1].key):
            carried = f"{before[-1].text} "
            text = carried + text
            named = [one for one in find_indicators(text) if one.start < len(carried)][-1:]
    if not _STRONG.search(text[len(carried) :]) or _INSTITUTION.search(text):
        return
    for place, indicator in enumerate(named):
        end = named[place + 1].start if place + 1 < len(named) else len(text)
        begin = named[place - 1].end if place else 0
        start = len(carried) if carried else indicator.end
        segment = text[start:end]
        lead = text[begin : indicator.start]
        if not _is_ahead(lead, segment, text):
            continue
        for draft in _read_figures(segment):
            words = indicator.words
            rate = draft.rate or find_rate(f"{lead[-12:]} {words}")
            period = _find_period(text, indicator, segment)
            yield Expectation(
                country=_find_country(text, indicator.start, before),
                indicator=f"{words} {rate}" if rate and rate not in words else words,
                period=period,
                consensus=draft.consensus,
                prior=draft.prior,
                unit=draft.unit,
                due=_find_due(passage, before, after, session),
                words=(
                    text[start : start + draft.end] if carried else text[indicator.start : indicator.end + draft.end]
                ).strip(),
                place=passage.place,
                stated_on=session,
            )


def _is_ahead(lead: str, segment: str, text: str) -> bool:
    """Whether the figure behind an indicator is expected, and not out."""
    figure = _first_figure(segment)
    if figure is None:
        return False
    upto = segment[: figure.start]
    if _OUT.search(segment) or _ACTUAL_VERSUS.search(segment) or _OUT.search(re.split(r"[;.]\ ", lead)[-1]):
        return False
    if _YEARLY.search(re.split(r"[;.]\ ", lead)[-1] + segment[: figure.end + 30]):
        return False
    past = _PAST_VERB.search(upto)
    cue = _STRONG.search(upto)
    if cue:
        return not (past and past.start() < cue.start())
    clause = re.split(r";\ |\.\ ", lead)[-1]
    if _FORECASTERS.search(clause):
        return True
    if past:
        return False
    behind = segment[figure.end : figure.end + 25]
    if re.match(r"\ (?:[mqyw]/[mqyw]\ )?(?:is\ |are\ )?(?:expected|forecast|seen|consensus|estimated|likely)", behind):
        return True
    return _STRONG.search(clause) is not None or (
        not clause.strip(" ,and") and _STRONG.search(text[:200]) is not None and "," in lead
    )


def _first_figure(segment: str) -> _Figure | None:
    return next(iter(_list_figures(segment)), None)


def _list_figures(segment: str) -> Iterator[_Figure]:
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
        if number.unit is None and re.search(rf"(?:{_MONTHS})\ \Z", segment[: hit.start()]):
            continue  # "Sep 3"
        if number.unit is None and re.fullmatch(r"20[0-9]{2}", token):
            continue
        yield _Figure(number, hit.start(), hit.end())


def _read_figures(segment: str) -> list[_Draft]:
    """Consensus and prior of a segment; several where it gives figures for several rates ("0.3% m/m and 2.9% y/y")."""
    from llm_wrap.reading.indicators import find_rate

    drafts: list[_Draft] = []
    for figure in _list_figures(segment):
        before, after = segment[: figure.start], segment[figure.end :]
        value = figure.number.value
        if value > 0 and not figure.number.signed and (_DOWN.search(before) or _DOWN_AFTER.match(after)):
            value = value.copy_negate()
        rate = find_rate(after[:5]) if re.match(r"\ [mqyw]/[mqyw]", after) else None
        trailing = re.match(r"(?:\ [mqyw]/[mqyw])?,?\ (?:in\ |for\ )?(?:the\ )?(?:prior|previous|last)\b", after)
        is_prior = _PRIOR.search(before) is not None or (trailing is not None and bool(drafts))
        if is_prior and drafts:
            open_ones = [
                draft for draft in drafts if draft.prior is None and (rate is None or draft.rate in (None, rate))
            ]
            if open_ones and figure.number.unit == open_ones[0].unit:
                open_ones[0].prior = value
                open_ones[0].end = figure.end
            continue
        if is_prior:
            continue
        if drafts and (rate is None or rate == drafts[-1].rate or drafts[-1].rate is None):
            if drafts[-1].prior is None and re.search(r"(?:\band|,)\ \Z", before) and "prior" in after[:40]:
                drafts[-1].prior, drafts[-1].end = value, figure.end
            break
        unit = figure.number.unit
        drafts.append(_Draft(value, None, unit, rate, figure.end + (len(rate) + 1 if rate else 0)))
    return drafts


def _find_period(text: str, indicator: FoundIndicator, segment: str) -> str | None:
    lead = list(_PERIOD.finditer(text[: indicator.start]))
    if lead and re.fullmatch(r"(?:'s)?\s(?:[A-Za-z']+\s){0,2}", text[lead[-1].end() : indicator.start]):
        return lead[-1].group()
    behind = re.split(
        r"\b(?:from|versus|vs|prior|previous|compared|after|following|reversing|having|same\ as|against|unchanged)\b",
        segment,
    )[0]
    hit = _PERIOD.search(behind)
    if hit:
        return hit.group()
    survey = _SURVEY.search(segment)
    return survey["month"] if survey else lead[-1].group() if lead else None


def _find_country(text: str, place: int, before: Sequence[Passage]) -> str | None:
    here = find_country(text, place)
    if here:
        return here
    return next((country for one in reversed(before) if (country := find_country(one.text))), None)


def _find_due(passage: Passage, before: Sequence[Passage], after: Passage | None, session: date | None) -> date | None:
    """The day of the release: from the sentence, or from one beside it in its paragraph that speaks of a release."""
    if session is None:
        return None
    for one in (passage, *((after,) if after else ()), *reversed(before)):
        if one is not passage and not re.search(
            r"\b(?:release|released|data|figures|due|print|report|reading)\b", one.text
        ):
            continue
        for time in find_times(one.text, session):
            ahead = place_ahead(one.text, time, session)
            if ahead is not None and ahead[0] == ahead[1] and time.kind != "period":
                return ahead[0]
    return None
