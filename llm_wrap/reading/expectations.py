"""Consensus and prior of releases to come. In: passages. Out: expectations; `prints` meets them.

What a release's figures are is in `claims`; this adds its country, its period and the day it is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from llm_wrap.models import Expectation, MarketWrap
from llm_wrap.reading.antecedents import find_antecedent, find_former_behind
from llm_wrap.reading.calendar_rows import list_calendar_rows
from llm_wrap.reading.claims import find_claims
from llm_wrap.reading.due import DAY_LIST, find_agenda, find_due
from llm_wrap.reading.homes import find_release_country
from llm_wrap.reading.places import Passage, part_line
from llm_wrap.reading.prints import is_same_release
from llm_wrap.reading.regions import find_country, list_countries
from llm_wrap.reading.release_periods import find_period, find_period_of_report, find_sole_period, quarter_of
from llm_wrap.reading.release_terms import is_told_in, name_release
from llm_wrap.reading.tokens import find_bank, may_tell, read_line
from llm_wrap.reading.wordings import FORESEES

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

# Releases of a month, beside which the quarter of another's may stand.
_MONTHLY = frozenset(
    {"industrial production", "retail sales", "exports", "imports", "trade balance", "investment", "claims", "ppi", "durable goods", "services pmi",
     "manufacturing pmi", "composite pmi", "home sales", "housing starts", "factory orders", "adp",
     "pce", "confidence", "job openings", "machinery orders", "household spending", "empire", "philly", "economic sentiment"}
)  # fmt: skip
# "with the release at 08:30 local time", "NFIB at 12.00 is seen at 90.0"
_HOUR = re.compile(r"\bat\ [0-2]?[0-9][.:h][0-5][0-9]\b(?!%)")
# "raised their consensus to 4.9T from 4.6T": what it was is a consensus, and no print.
_REVISED_CONSENSUS = re.compile(
    r"\b(?:raised|cut|lifted|lowered|trimmed|upped|nudged|revised)\ (?:up\ |down\ )?(?:its|their|the)\ (?:[a-z]{1,12}\ ){0,2}(?:consensus|median|forecasts?|estimates?)\b"
)
_GOES_ON = re.compile(r"[-+(]?[A-Z]{0,3}[$€£¥]?[0-9]|[a-z]")  # "prev." and "51.0", but not "exp." and "Trade deficit"
_ADJECTIVE = re.compile(r"\b[Mm]onthly\ \Z")  # "the monthly CPI at 2.3%" is a gauge of that name
_REVISES = re.compile(r"A[wo]?K[woI]")  # "economists cut core PCE to 0.13% from 0.2%"
_CUT = re.compile(r"\b(?:cons|est|exp|prev|prelim|f'cast)\.\Z")
_SAME_DAY = re.compile(r"\b(?:the|that)\ same\ (?:day|morning|afternoon|evening)\b|\balso\ (?:out|due)\ then\b")
_OF_ALL = re.compile(
    r"(?:Both|Out|Due|Released|Published|All(?:\ (?:three|four|of\ them))?|They|Figures|Data|Reports?|Releases?|The\ (?:figures|data|reports?|numbers|releases?|survey))\ "
)
_SURVEY = re.compile(r"Michigan|[Cc]laims|Empire|Phill?y|Philadelphia|PMI|GfK|ZEW|Ifo|sentiment|confidence")
# An economy's growth is its GDP.
# A row of a list that the sentence before began: "Payrolls on Friday: 110K vs 147K. Unemployment rate: 4.2% vs 4.1%."
_ROW = re.compile(r"[woCcMQ']{1,5}:?R?o?NR?(?:,?[Pp][^.;]{0,4}|\([pM]?:?)N")
MAX_EXPECTATIONS = 60


def list_expectations(passages: Sequence[Passage], wrap: MarketWrap) -> tuple[Expectation, ...]:
    """What prose and calendar expect of releases, each once, in the order of the wrap."""
    found: list[Expectation] = []
    paragraph: list[Passage] = []
    lines = [part for one in passages for part in part_line(one)]
    every = list(_join_cut([one._replace(text=one.lead + one.text) for one in lines]))
    told_before = False
    for number, passage in enumerate(every):
        if passage.place.section not in ("synopsis", "digest", "sections"):
            continue
        if paragraph and _paragraph(paragraph[0]) != _paragraph(passage):
            paragraph = []
        behind = [one for one in every[number + 1 : number + 4] if _paragraph(one) == _paragraph(passage)]
        after = behind[0] if behind else None
        row, told_before = told_before and bool(paragraph), False
        for one in _read_sentence(passage, paragraph, after, wrap.session_date, row=row):
            if one.due is None and _SAME_DAY.search(passage.text) and paragraph and found:
                one = replace(one, due=found[-1].due)
            if one.due is None and (day := _find_day_of_all(behind, wrap.session_date)):
                one = replace(one, due=day)
            period = found[-1].period if paragraph and found else None
            if one.period is None and period is not None and _shares_period(one, found[-1], quarter_of(period)):
                one = replace(one, period=period)  # a list of one month's releases names it once
            told_before = _take_in(one, found)
        paragraph.append(passage)
    for one in list_calendar_rows(wrap):
        _take_in(one, found)
    return tuple(found)


def _take_in(one: Expectation, found: list[Expectation]) -> bool:
    """Adds an expectation, or what it has to add to an earlier one of the same release; whether it is the last one now."""
    told = next((place for place, other in enumerate(found) if _is_told(one, other)), None)
    if told is not None:
        found[told] = _complete(found[told], one)
    elif len(found) < MAX_EXPECTATIONS:
        found.append(one)
    return bool(found) and found[-1].place == one.place


def _is_told(one: Expectation, other: Expectation) -> bool:
    """Whether two are of one release and of one kind: a jobless rate and a change of unemployment are two, and "0.36% in July, the annual rate at 5.33%"."""
    from llm_wrap.reading.indicators import find_rate

    if not is_same_release(one, other) or (one.unit == "%") != (other.unit == "%"):
        return False
    return one.place != other.place or find_rate(one.indicator) == find_rate(other.indicator)


def _complete(one: Expectation, again: Expectation) -> Expectation:
    """An expectation with what a later word on it adds: "RBNZ seen cutting to 2.75%. Median 2.75%, current 3.00%"."""
    if again.unit != one.unit or again.consensus != one.consensus:
        return one
    return replace(
        one,
        country=one.country or again.country,
        period=one.period or again.period,
        prior=again.prior if one.prior is None else one.prior,
        due=one.due or again.due,
    )


def _shares_period(one: Expectation, last: Expectation, quarter: int | None) -> bool:
    """Whether the period of a release before, in a `quarter` or a month, is that of this one; surveys of a month come before its figures do, and a rate has none."""
    from llm_wrap.reading.indicators import find_indicators

    for release in find_indicators(one.indicator):
        if release.key == "policy rate" or (_is_monthly(release) and quarter is not None):
            return False
    kinds = {_SURVEY.search(other.indicator) is not None for other in (one, last)}
    return one.place.item == last.place.item and len(kinds) == 1


def _find_day_of_all(behind: Sequence[Passage], session: date | None) -> date | None:
    """The day that a later sentence of the paragraph gives all before it: "Both are due tomorrow.", "Report due Monday."."""
    for text in (one.text for one in behind):
        if (
            session is not None
            and _OF_ALL.match(text)
            and (day := find_due(text, [(len(text), len(text))], 0, "", [], session))
        ):
            return day
    return None


def _join_cut(passages: Sequence[Passage]) -> Iterator[Passage]:
    """The passages, with those joined that were cut behind "cons." or "prev."."""
    held: Passage | None = None
    for passage in passages:
        if held is not None and _paragraph(held) == _paragraph(passage) and _GOES_ON.match(passage.text):
            passage = held._replace(text=f"{held.text} {passage.text}")
        elif held is not None:
            yield held
        held = passage if _CUT.search(passage.text) else None
        if held is None:
            yield passage
    if held is not None:
        yield held


def _paragraph(passage: Passage) -> tuple[str, int, int | None]:
    place = passage.place
    return place.section, place.item, place.sentence if place.section == "sections" else None


def _read_sentence(
    passage: Passage, before: Sequence[Passage], after: Passage | None, session: date | None, *, row: bool
) -> Iterator[Expectation]:
    text = passage.text
    if not (row or may_tell(text)):
        return
    bare = read_line(text)
    row = row and _ROW.match(bare.kinds) is not None and "V" not in bare.kinds
    coming = "G" in bare.kinds and re.search("[pVv]", bare.kinds)
    if "N" not in bare.kinds or not (row or coming or FORESEES.search(bare.kinds) or DAY_LIST.search(bare.kinds)):
        return  # most sentences: the names of releases are not looked for in them, nor their fifty patterns compiled
    from llm_wrap.reading.indicators import find_indicators, find_rate

    named = find_indicators(text)
    told_of = find_antecedent(bare, before, named, row=row)
    if not (named or told_of or find_bank(text)):
        return
    shift, whole = 0, text
    if told_of:
        shift, whole = len(told_of.text) + 1, f"{told_of.text} {text}"
        named = [_move(told_of.release, -shift), *named]
    line = read_line(text, named)
    full = read_line(whole, [_move(one, shift) for one in named]) if shift else line
    listed = 0 if row else None if shift else find_agenda(line, session)
    claims = list(find_claims(line, listed))
    country: str | None = None
    last_due: date | None = None
    spans = [(max(min(one.name.release.start, one.first), 0), one.until) for one in claims]
    for place, claim in enumerate(claims):
        release = claim.name.release
        due = _find_due(passage, before, after, session, spans, place, release) or (last_due if shift else None)
        last_due = due
        if claim.prior_only and due is None:
            continue
        of_bank = release.key == "policy rate"
        first = claim.first if shift else max(release.end, 0)
        until = claim.until
        period = find_period(
            full,
            release.start + shift,
            release.end + shift,
            first + shift,
            until + shift,
            max(one.end for one in claim.estimates) + shift,
            monthly=_is_monthly(release),
            own=of_bank or release.key == "claims",
        )
        if period is None and not of_bank:
            beside = (
                *((before[-1].text,) if before and not shift and _is_of_one_country(whole, before[-1].text) else ()),
                *((after.text,) if after else ()),
            )
            period = next((told for other in beside if (told := find_period_of_report(read_line(other)))), None)
            if period is not None and _is_monthly(release) and quarter_of(period) is not None:
                period = None  # "releases first quarter GDP on Thursday. Industrial production seen at 5.6%"
            if period is None and before and _is_of_last(whole, release, before[-1].text):
                # "US CPI for July out tomorrow. Core CPI expected"
                period = find_sole_period(read_line(before[-1].text))
        country = (
            claim.name.country
            or (_find_own_country(text[: claim.estimates[0].end]) if shift else None)
            or find_release_country(
                whole, release._replace(start=release.start + shift, end=release.end + shift), before
            )
            or country
        )
        for draft in claim.estimates:
            if not is_told_in(release.key, draft, text[claim.first :]):
                continue  # "the economy may shed 20K jobs"
            rate = (
                draft.rate
                or (find_rate(text[:20]) if shift else None)
                or find_rate(f"{_ADJECTIVE.sub('', whole[: release.start + shift][-12:])} {claim.name.words}")
            )
            if len(claims) == 1 and draft.prior is None and after is not None:
                draft.prior = find_former_behind(after.text, draft.unit)
            is_dated = due is not None or _HOUR.search(text) or (session is None and "D" in line.kinds)
            if not is_dated and (draft.prior is None or (draft.prior == draft.consensus and not (period or of_bank))):
                continue  # no day and no print before: most are outcomes, or what a house or a company foresees
            yield Expectation(
                country=country,
                indicator=name_release(
                    claim.name, rate if draft.unit == "%" else None, text[max(claim.told, 0) : draft.end]
                ),
                period=period,
                consensus=draft.consensus,
                prior=None if _REVISED_CONSENSUS.search(text) or _REVISES.search(line.kinds) else draft.prior,
                unit=draft.unit,
                due=due,
                words=text[max(claim.told, 0) : draft.end].strip(" ,"),
                place=passage.place,
                stated_on=session,
            )


def _find_own_country(text: str) -> str | None:
    """The country that words which leave their release to the sentence before name: "Norway's has a consensus of 3.2%"."""
    return next((one.country for one in list_countries(text)), None)


def _is_of_one_country(text: str, last: str) -> bool:
    here, there = find_country(text), find_country(last)
    return here is None or there is None or here == there


def _is_of_last(text: str, release: FoundIndicator, last: str) -> bool:
    """Whether the sentence before names the same release, of the same country where both name one."""
    from llm_wrap.reading.indicators import find_indicators

    return _is_of_one_country(text, last) and any(one.key == release.key for one in find_indicators(last))


def _is_monthly(release: FoundIndicator) -> bool | None:
    """Whether a release is of a month, or of a quarter; None where both may be."""
    if release.key in _MONTHLY:
        return True
    return False if release.key == "gdp" and "onthly" not in release.words else None


def _move(one: FoundIndicator, by: int) -> FoundIndicator:
    return one._replace(start=one.start + by, end=one.end + by)


def _find_due(
    passage: Passage,
    before: Sequence[Passage],
    after: Passage | None,
    session: date | None,
    spans: Sequence[tuple[int, int]],
    place: int,
    release: FoundIndicator,
) -> date | None:
    """The day of a release: of its sentence or of one beside it."""
    if session is None:
        return None
    return find_due(
        passage.text,
        spans,
        place,
        after.text if after else "",
        [one.text for one in before],
        session,
        key=release.key,
        same=release.start < 0,
    )
