"""The day that a release is due. In: the sentences around its claim. Out: the day, or None where the text gives none.

its own    "UK CPI on Wednesday is seen at 3.8%"       before the next release of the sentence, the nearest one before it otherwise
of all     "..., when the figures are out on Friday"   behind a word for releases at large
beside     "Data due Monday."                          a sentence next to it in the paragraph that speaks of a release
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from llm_wrap.reading.agenda import is_denied, place_ahead
from llm_wrap.reading.regions import find_country
from llm_wrap.reading.times import FoundTime, find_times
from llm_wrap.reading.tokens import Line, find_bank

# What a coming day brings, with no word of expectation: "PMIs on Thursday: composite 50.7 (50.9)"
DAY_LIST = re.compile(r"D[^N#.;:(]{0,9}(?P<mark>[:(])[^.;]{0,12}N")

# A bank decides on the second day: "starts a two-day meeting today"
_TWO_DAYS = re.compile(r"\b(?:starts|begins|opens)\ (?:a|its|their)\ two-day\ (?:[a-z]+\ ){0,2}meeting\ (?:on\ )?\Z")
_OF_THE_DAY = re.compile(
    r"['’]s\ (?:[A-Z][A-Za-z-]+\ |[a-z-]+\ ){0,3}(?:ISM|Ifo|ZEW|JOLTS|ADP|claims|CPI|PPI|GDP|PMIs?|PCE|inflation|prices|orders|output|production|sales|payrolls|jobs|unemployment|trade|report|print|reading|numbers|data|figures|release|survey|index|sentiment|confidence|decision)\b"
)
# Behind these a day is that of all releases of the sentence: "both out on Friday", "when figures are released on Thursday".
_OF_ALL = re.compile(
    r"\b(?:both|all|each|(?:figures?|data|numbers?|reports?|releases?|readings?|prints?|statistics|they|it)\ (?:are|is|come|comes|due|out|will|follow|follows|land|lands|arrive|arrives)|"
    r"(?:the\ |its\ )?(?:figures|data|numbers|reports?|releases?|readings?)(?=\ (?:on\ )?\Z)|published|released|reported|issued|announced|due|out|reports|publish|publishes|releases|ahead\ of)\b(?:\ [A-Za-z]{1,12}){0,3}\ \Z"
)
# The session's own day where its words tell that it is that of a release: "when published on Monday", "Release: Thursday".
_OF_RELEASE = re.compile(
    r"\b(?:[Rr]elease|[Dd]ue|[Oo]ut|[Pp]ublication|[Dd]ata|[Ff]igures|[Rr]eport|when\ (?:published|released|reported|issued)|be\ (?:published|released|reported|issued)|(?:will|to)\ (?:publish|release|report|issue)(?:\ [A-Za-z]{1,14}){1,5}|\A(?:Both|All|Out|Due)(?:\ [A-Za-z0-9:]{1,8}){0,4}):?\ (?:on\ |at\ |by\ )?\Z"
)
# "out this morning", which names no day of the calendar
_TODAY = re.compile(
    r"\b(?:[Dd]ue|[Oo]ut|[Rr]eleased|[Pp]ublished|report|reports|releases|publishes|issues)\ (?:[a-zA-Z0-9:]+\ ){0,4}(?:this\ (?:morning|afternoon)|today)\b|\b(?:estimate|print|reading|report|decision)\ (?:(?:is|at|are|due|out|[0-9:]+|[A-Z][a-z]+|time)\ ){0,5}(?:this\ (?:morning|afternoon)|today)\b|\btoday's\ (?:[A-Z][A-Za-z]+\ )?(?:calendar|agenda|diary|docket|data|releases|figures)\b|\b(?:due|out|released|published)\ (?:later|before\ the\ (?:bell|open))(?=[ :;,.]|\Z)(?!\ (?:this|in|next|on))|\b(?:due|out)\ later(?=[:;,.]|\Z)|\btoday(?=[:,(])|\b(?:all|both)\ today\b|\bthis\ (?:morning|afternoon)(?=[,.;)]|\ with\b|\Z)|\b(?:[Dd]ata|[Ff]igures|[Nn]umbers|[Rr]eport|[Rr]elease)\ (?:[a-z]+\ ){0,4}today\b"
)
# Behind these the session's own weekday is that of a week later.
_WEEK_AHEAD = re.compile(r"\b(?:[Ww]eek\ ahead|(?:[Nn]ext|[Cc]oming)\ week)\b")
# "after Monday's report", "said on Thursday": a weekday that may be the past one.
_GONE = re.compile(
    r"\b(?:since|after|following|from|as\ of|last|said|told|(?<!when\ )(?<!be\ )(?<!is\ )(?<!are\ )(?:reported|released)|earlier|despite)\ (?:on\ |the\ |late\ )?\Z"
)
_SPEAKS_OF_RELEASE = re.compile(
    r"\b(?:releas(?:e|ed|es)|data|figures?|numbers|due|prints?|reports?|reading|publish(?:ed|es)?|publication|out|statistics|survey)\b",
    re.I,
)
# "Vale and Usiminas report after today's close"
_OF_COMPANIES = re.compile(
    r"\b(?:report|reports|results|earnings)\ (?:[a-z]+\ )?(?:after|before)\ (?:[A-Za-z]+['’]s\ |the\ )?(?:close|open|bell|market)\b"
)
_SPEAKS_OF_MEETING = re.compile(r"\b(?:decides?|decision|meets?|meeting|verdict|announces?|rate-setters)\b")
_TRADE = re.compile(
    r"(?:'s|[a-z]n|ese|[a-z]er|[a-z]y|[a-z]h)\ trade\b(?!\ (?:talks|deal|war|tensions|truce|envoy|court|row))"
)
# Releases that come out together.
_FAMILIES = (
    frozenset({"exports", "imports", "trade balance"}), frozenset({"cpi", "ppi", "wpi"}), frozenset({"personal income", "household spending", "pce"}),
    frozenset({"manufacturing pmi", "services pmi", "composite pmi", "construction pmi"}), frozenset({"industrial production", "retail sales", "investment"}),
    frozenset({"payrolls", "unemployment", "earnings", "participation"}),
)  # fmt: skip
_FIGURE = re.compile(r"[0-9](?:\.[0-9]+)?(?:%|[KMBT]\b)|[0-9]\.[0-9]")


def find_due(
    text: str,
    spans: Sequence[tuple[int, int]],
    which: int,
    after: str,
    before: Sequence[str],
    session: date,
    *,
    key: str = "",
    same: bool = False,
) -> date | None:
    """The day of the release whose claim is `spans[which]`, of all claims of `text`. `after`: the next sentence, `before`: those before it, in order.

    `key`: that of the release; a bank decides on its rate, and the meeting is its day. `same`: the sentence before names the release.
    """
    times = find_times(text, session)
    days = list(_list_days(text, times, session))
    start, end = spans[which]
    for time, day in days:
        if start <= time.start < end and not (which + 1 < len(spans) and _is_of_next(text, time, end)):
            return day
    if any(time.kind == "weekday" and time.first == session and start <= time.start < end for time in times):
        return None  # a day of its own, of which it is not told whether it is to come: no other one is its
    for time, day in reversed(days):
        if time.start < start:
            return day
    for time, day in days:
        if _OF_ALL.search(text[: time.start]) or (time.start > spans[-1][1] - 1 or _trails(text, time, spans[-1])):
            return day
    if _is_today(text):
        return session
    for other in (*([] if _FIGURE.search(after) else [after]), *reversed(before)):
        beside = next(
            (day for _, day in _list_days(other, find_times(other, session), session)),
            session if _is_today(other) else None,
        )
        if beside and (same or _speaks_of(other, key)) and not _is_elsewhere(other, text):
            return beside
    return None


def _is_today(text: str) -> bool:
    """Whether a sentence speaks of what is out today; so does a line under that heading, "Today: 12:30 RBA decision"."""
    return text.startswith("Today:") or _TODAY.search(text) is not None


def _is_elsewhere(other: str, text: str) -> bool:
    """Whether a sentence beside is of companies or another country: "Argentina votes on Sunday." is no day of US CPI."""
    there, here = find_country(other), find_country(text)
    return (None not in (there, here) and there != here) or _OF_COMPANIES.search(other) is not None


def _speaks_of(text: str, key: str) -> bool:
    """Whether a sentence beside that of a release gives the day of it: it speaks of data, of a meeting, or of a release like it."""
    if _SPEAKS_OF_RELEASE.search(text) or text.count(" ") < 5:
        return True  # "Thursday 11:30 Sydney."
    if key == "policy rate" and (_SPEAKS_OF_MEETING.search(text) or find_bank(text)):
        return True
    family = next((family for family in _FAMILIES if key in family), frozenset((key,)))
    if "trade balance" in family and _TRADE.search(text):
        return True
    from llm_wrap.reading.indicators import find_indicators

    return any(one.key in family for one in find_indicators(text))


def _trails(text: str, time: FoundTime, span: tuple[int, int]) -> bool:
    """Whether a day stands behind the last figure of the last claim, and so is that of the whole row: "A at 2.0% and B at 2.3% on Wednesday"."""
    begin = max(text.rfind("; ", 0, span[0]), 0)
    return span[0] < time.start and begin == 0 and _FIGURE.search(text[span[0] : time.start]) is not None


def _is_of_next(text: str, time: FoundTime, end: int) -> bool:
    """Whether a day at a claim's end belongs to the one behind it: "…, and on Friday" retail sales."""
    return (
        re.fullmatch(r"(?:'s)?\ ?(?:[A-Z][a-z]+(?:'s)?\ )?", text[time.end : end]) is not None
        and re.search(r"(?:,|;|\band|\bwhile|\bbut|\bis|\bare|\.)\ (?:on\ )?\Z", text[: time.start]) is not None
    )


def find_agenda(line: Line, session: date | None) -> int | None:
    """Where the list of what a day of the coming week brings begins: behind the colon of "PMIs on Thursday: composite 50.7"."""
    listed = DAY_LIST.search(line.kinds)
    if listed is None or session is None:
        return None
    day, begin = line.tokens[listed.start()], line.tokens[listed.end("mark") - 1].end
    coming = any(
        day.start - 12 <= time.start < begin and 0 <= (due - session).days < (14 if "next" in time.words else 6)
        for time, due in _list_days(line.text, find_times(line.text, session), session)
    )
    return begin if coming else None


def _list_days(text: str, times: Sequence[FoundTime], session: date) -> Iterator[tuple[FoundTime, date]]:
    """The days of a text that are ahead, of all its `times`, each with the words for it."""
    for time in times:
        if time.kind == "period" or time.first != time.last or "months" in time.words or "years" in time.words:
            continue
        if is_denied(text, time):
            continue
        ahead = place_ahead(text, time, session)
        if ahead is not None and ahead[0] == ahead[1]:
            yield time, ahead[0] + timedelta(days=1 if _TWO_DAYS.search(text[: time.start]) else 0)
        elif (
            time.first == session
            and (time.kind == "weekday" or time.words == "today")
            and _OF_THE_DAY.match(text, time.end)
        ):
            yield time, time.first  # "Friday's German factory orders are seen slipping", on that Friday
        elif time.kind == "weekday" and time.first == session and _WEEK_AHEAD.search(text[: time.start]):
            yield time, time.first + timedelta(days=7)
        elif (time.first > session and not _GONE.search(text[: time.start])) or (
            time.first == session and _OF_RELEASE.search(text[: time.start])
        ):
            yield time, time.first
