"""Consensus and prior of releases to come. In: passages. Out: expectations; `prints` meets them.

    expectation = indicator {word} cue {word} consensus [rate] ["in" period] [("from" | "versus" | "prior") prior]

A figure that is out already ("rose 5.2% versus consensus 5.0%") is no expectation, nor is what a central bank or a company
itself forecasts, nor a forecast for a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from llm_wrap.models import Expectation, MarketWrap
from llm_wrap.reading.agenda import place_ahead
from llm_wrap.reading.estimates import MONTHS, first_figure, list_figures, read_estimates
from llm_wrap.reading.places import Passage
from llm_wrap.reading.prints import is_same_release
from llm_wrap.reading.regions import find_country
from llm_wrap.reading.times import find_times

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

_STRONG = re.compile(
    r"\b(?:expected|forecast|forecasted|seen|projected|estimated|predicted|anticipated|tipped|likely|probably|[Cc]onsensus|[Ee]conomists|median|forecasts|"
    r"estimates?|expects?|pencil(?:led|s)?\ in|poll(?:ed)?|may\ have|might\ have|should\ have|set\ to|[Ee]xpectations\ (?:are|for)|should|[Ss]urvey\ (?:puts|has|sees|of\ economists|of\ analysts)|pegged|eyed|"
    r"(?:may|might|could)\ (?:tick|edge|rise|fall|ease|slow|slip|dip|drop|grow|shrink|climb|show|come|pick|accelerate|moderate|widen|narrow|rebound|stay|hold)|foreseen|[Mm]arkets\ expect|[Tt]raders\ expect|look(?:s|ing)?\ for|[Cc]ons\b|est\b)"
)
# A figure that is out: "rose 5.2% vs consensus", "above the 5.0% forecast", "than expected", "had expected".
_OUT = re.compile(
    r"\b(?:(?:than|as|was|were|been|had|have|has)\ (?:widely\ |been\ )?(?:expected|forecast|anticipated|estimated|predicted|seen|projected|pencill?ed|looked\ for|called\ for)|(?:beat|beats|beating|"
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
_PERIOD = re.compile(rf"(?<![A-Za-z0-9-])(?:{MONTHS})(?:-(?:{MONTHS}))?(?![A-Za-z0-9])(?!\ [0-9])(?!-[0-9])")
_SURVEY = re.compile(rf"\bin\ the\ (?P<month>{MONTHS})\ (?:survey|reading|report|print|poll|data|release)\b")
# Behind a figure that comes first: "rise in German", "reading for".
_OF_RELEASE = re.compile(
    r"(?:\ [mqyw]/[mqyw])?(?:\ (?:annuali[sz]ed|annual|monthly|quarterly|further|seasonally|adjusted|rise|increase|gain|jump|rebound|climb|growth|expansion|drop|fall|"
    r"decline|contraction|dip|slide|loss|slump|decrease|reading|print|rate|pace|surplus|deficit)){0,4}(?:\ (?:is|are|was)\ (?:expected|seen|forecast|likely|tipped))?\ (?:in|for|of|on)\ (?:[A-Za-z.'&-]{1,15}\ ){0,4}"
)
# "and core at 3.0%", "while France's is seen at 0.9%": the name of the release is not said again.
_OTHER = re.compile(
    r"(?:,|,?\ (?:and|while|with|but))\ (?:the\ |that\ of\ )?(?P<who>core|headline|services|manufacturing|composite|construction|[A-Z][a-z]+(?:\ [A-Z][a-z]+)?)"
    r"(?:'s)?(?:\ (?:rate|measure|gauge|reading|print|figure|index|PMI|component|one))?(?:\ (?:is|are|seen|expected|forecast|tipped|likely))*(?P<rest>\ (?:at|to|up|down|rising|"
    r"falling|unchanged|steady|easing|slowing|edging|ticking|rise|fall|show|print)\b)"
)
# Releases that only one country has under their name.
_AMERICAN = re.compile(
    r"Michigan|ISM|JOLTS|ADP|PCE|Philly|Philadelphia|Empire|NFP|[Nn]on-?farm|(?:[Ii]nitial|[Cc]ontinuing|[Jj]obless|[Ww]eekly)\ (?:jobless\ )?claims|Case-Shiller"
)
_RATES_ONLY = frozenset({"gdp", "cpi", "ppi", "wpi", "pce", "unemployment", "policy rate", "participation"})
MAX_EXPECTATIONS = 60


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
    due = None
    begins = [_find_leading(text, named, place, len(carried)) for place in range(len(named))]
    for place, indicator in enumerate(named):
        end = len(text)
        if place + 1 < len(named):
            following = begins[place + 1]
            end = named[place + 1].start if following is None else following
        begin = named[place - 1].end if place else 0
        start = len(carried) if carried else indicator.end
        lead = text[begin : indicator.start]
        leading = begins[place]
        if leading is not None:
            start = leading
        elif not _is_ahead(lead, text[start:end], text):
            continue
        due = due or _find_due(passage, before, after, session)
        for who, piece in _split_others(text[start:end]):
            words, country = _name_other(indicator.words, who)
            for draft in read_estimates(text[start + piece[0] : start + piece[1]]):
                if indicator.key in _RATES_ONLY and (draft.unit or "")[-1:] in ("K", "M"):
                    continue  # "the economy may shed 20K jobs"
                rate = draft.rate or find_rate(f"{lead[-12:]} {words}")
                first = start + piece[0] if carried or who or leading is not None else indicator.start
                yield Expectation(
                    country=country or _find_country(text, indicator, before),
                    indicator=f"{words} {rate}" if rate and rate not in words else words,
                    period=_find_period(text, indicator, text[indicator.end if not carried else start : end]),
                    consensus=draft.consensus,
                    prior=draft.prior,
                    unit=draft.unit,
                    due=due,
                    words=text[first : start + piece[0] + draft.end].strip(" ,"),
                    place=passage.place,
                    stated_on=session,
                )


def _find_leading(text: str, named: Sequence[FoundIndicator], place: int, floor: int) -> int | None:
    """Where the figure stands that comes before its release ("economists see a 0.3% rise in CPI"); None where it comes behind."""
    begin = max(named[place - 1].end if place else 0, floor)
    lead = text[begin : named[place].start]
    figures = list(list_figures(lead))
    if not figures or not _OF_RELEASE.fullmatch(lead[figures[-1].end :]):
        return None
    clause = re.split(r";\ |\.\ ", text[: begin + figures[-1].start])[-1]
    if (
        not _STRONG.search(clause + lead[figures[-1].end :])
        or _OUT.search(clause)
        or _YEARLY.search(text[begin + figures[-1].start :][:120])
    ):
        return None
    return begin + lead.rfind(" ", 0, max(figures[-1].start - 9, 0)) + 1


def _split_others(segment: str) -> Iterator[tuple[str | None, tuple[int, int]]]:
    """ "seen at 3.1% and core at 3.0%": the release itself (None), then each other one that shares its name."""
    start, who = 0, None
    for hit in _OTHER.finditer(segment):
        if first_figure(segment[start : hit.start()]) is None or (
            hit["who"][0].isupper() and find_country(hit["who"]) is None
        ):
            continue
        yield who, (start, hit.start())
        start, who = hit.start("rest"), hit["who"]
    yield who, (start, len(segment))


def _name_other(words: str, who: str | None) -> tuple[str, str | None]:
    """The name of the release that shares another's, and its country where that is what differs."""
    if who is None:
        return words, None
    if who[0].isupper():
        return words, find_country(who)
    kind = re.search(r"\b(?:[Cc]ore|[Hh]eadline|[Ss]ervices|[Mm]anufacturing|[Cc]omposite|[Cc]onstruction)\ ", words)
    put = "" if who == "headline" else f"{who} "
    return (words[: kind.start()] + put + words[kind.end() :] if kind else put + words), None


def _is_ahead(lead: str, segment: str, text: str) -> bool:
    """Whether the figure behind an indicator is expected, and not out."""
    figure = first_figure(segment)
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
    if re.match(
        r"\ (?:[mqyw]/[mqyw]\ )?(?:growth\ |rise\ |gain\ |fall\ |drop\ |decline\ |increase\ |expansion\ )?(?:is\ |are\ )?(?:expected|forecast|seen|consensus|estimated|likely)",
        behind,
    ):
        return True
    return _STRONG.search(clause) is not None or (
        not clause.strip(" ,and") and _STRONG.search(text[:200]) is not None and "," in lead
    )


def _find_period(text: str, indicator: FoundIndicator, segment: str) -> str | None:
    lead = list(_PERIOD.finditer(text[: indicator.start]))
    if lead and re.fullmatch(r"(?:'s)?\s(?:[A-Za-z']+\s){0,2}", text[lead[-1].end() : indicator.start]):
        return lead[-1].group()
    behind = re.split(
        r"\b(?:from|versus|vs|prior|previous|compared|after|following|reversing|having|same\ as|against|unchanged\ (?:from|on)|above|below)\b",
        segment,
    )[0]
    hit = _PERIOD.search(behind)
    if hit:
        return hit.group()
    survey = _SURVEY.search(segment)
    return survey["month"] if survey else lead[-1].group() if lead else None


def _find_country(text: str, indicator: FoundIndicator, before: Sequence[Passage]) -> str | None:
    here = find_country(text[: indicator.end], indicator.start)
    if here is None and _AMERICAN.search(indicator.words):
        return "US"
    here = here or find_country(text, indicator.start)
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
