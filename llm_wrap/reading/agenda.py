"""What lies ahead of the session, or falls on it: dated and datable events of the prose. In: passages. Out: events by day.

Ahead by its words ("next week"), by its date ("10-Nov"), or by the tense of its sentence ("results due Thursday"). What
has been ("met on Tuesday"), what is only said to be good or bad at a time ("guidance for Q4"), and the period that a
figure is for ("CPI in August") are no events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from llm_wrap.models import CalendarEvent
from llm_wrap.reading.clauses import cut_clause, cut_part
from llm_wrap.reading.cues import REPORTING, SESSION_NOUNS
from llm_wrap.reading.periods import NO_EVENT, PAST_LEAD, place_period
from llm_wrap.reading.places import Passage, part_line
from llm_wrap.reading.release_periods import FIGURE_OPENS
from llm_wrap.reading.same_events import drop_headings, is_same_event, join_days
from llm_wrap.reading.tense import find_cue, is_hour_of, judge_tense, names_event
from llm_wrap.reading.times import FoundTime, find_times
from llm_wrap.reading.weekdays import looks_ahead

# Not the weekday: "Black Friday", "Cyber Monday", "Good Friday", "Mail on Sunday", "Sunday Times".
_NAMED_DAYS = ("Black ", "Cyber ", "Good ", "Super ", "Ash ", "Easter ", "Mail on ", "The ")
_NAMED_AFTER = (" Times", " Telegraph", " Mail", ".com")
# "weakest in six months", "first cut in two years": a length of time and no day.
_RECORD = re.compile(
    r"\b(?:[a-z]{2,12}est|first|second|third|fourth|fifth|most|least|best|worst|low|high|time|record|only)\b",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:until|till|through|by|before|to|on or before|no later than|ahead of|deadline of)\s(?:the\s)?\Z", re.I
)
_SINCE = re.compile(r"\bsince\s(?:the\s)?\Z", re.IGNORECASE)
# "Seoul capped fuel prices from Friday": decided, and to come.
_FROM_THEN = re.compile(
    r"\b(?:capped|banned|barred|suspended|halted|scrapped|lifted|raised|cut|lowered|imposed|levied|ordered|extended|eased|tightened|doubled|halved|waived|restricted|"
    r"introduced)\b[^.;,]{0,24}\ from\ \Z"
)
# "the week to Wednesday", "from 38% on Wednesday", "pushed to 1-Aug from 9-Jul": a figure's stretch, a former figure, a former date.
_FORMER_FIGURE = re.compile(
    r"\b(?:from|against|versus|vs\.?)\ " + FIGURE_OPENS + r"[^ ]{0,11}\ (?:bp\ |points\ )?(?:on|in|at)\ (?:the\ )?\Z"
)
# "moved its vote to the week of 3-Aug from Tuesday", "from a lapse date of 30-Jun": a former date.
_FORMER_DATE = re.compile(
    r"\b(?:moved|moves|postponed|pushed|shifted|delayed|put\ off|brought\ forward|rescheduled|deferred)\b[^.;]{0,90}\bto\ [^.;]{3,30}\ from\ \Z|"
    r"\b(?:lapse|former|original|earlier|previous|initial)\ date\ of\ \Z|\b(?:moved|moves|shifted|brought\ forward)\b[^.;]{0,60}\bfrom\ \Z"
)
_FORMER = re.compile(
    r"(?:\b(?:the\ (?:[a-z]+\ )?(?:week|month|year|quarter|period|days)|[a-z0-9]+\ (?:weeks|months|days|quarters))\ (?:to|ended|ending|through)\ |"
    r"\b(?:to|until|till)\ (?:[0-9]{1,2}[- ][A-Z][a-z]{2,8}|[A-Z][a-z]{2,8}\.?[- ][0-9]{1,2})\ from\ |"
    r"\b(?:originally|initially|previously|first|once)\ (?:set|scheduled|due|planned|slated|expected|meant|timed|called)\ (?:for\ |on\ |to\ [a-z]+\ (?:on\ |in\ )?)?)(?:the\ )?\Z"
)
# "brought forward to Friday from next Tuesday", "has called a walkout for Monday"
_MOVED = re.compile(
    r"\b(?:moved|postponed|pushed|shifted|delayed|extended|prolonged|adjourned|put\ off|put\ back|brought\ forward|rescheduled|deferred)\b"
)
_BEGINS = re.compile(
    r"\b(?:start|starts|start-up|launch|opening|completion|closing|delivery|deliveries|listing|debut|vote|election|ruling|decision|meeting|summit|hearing|trial|deadline|"
    r"rollout|release|commissioning|production|IPO|results)\b"
)
_CALLED = re.compile(
    r"(?<!had\ )(?<!been\ )\b(?:called|set|fixed|convened|summoned|invited|arranged|pencilled\ in|booked|scheduled|announced|planned)\b"
)
_WAS_SET = re.compile(r"\b(?:due|set|planned|scheduled|slated|expected|called|fixed)\ (?:[a-z]+\ ){0,2}\Z")
_IS_MOVED = re.compile(
    r"\b(?:has|have|was|were|is|are)\ (?:now\ )?(?:been\ )?(?:moved|postponed|pushed|shifted|delayed|adjourned|put\ off|put\ back|brought\ forward|rescheduled|deferred)\b"
)
_AROUND = re.compile(r"\b(?:ahead\ of|before|after|into)\ (?:the|a)\ (?:long\ |holiday\ )?\Z", re.IGNORECASE)
_SCRAPPED = re.compile(r"\b(?:scrapped|cancelled|canceled|abandoned|shelved|called\ off)\b")
_WEEKDAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_OF_DAY = frozenset(("later in the day", "later on the day", "tonight", "this evening", "this afternoon"))
_HEADS = re.compile(r"(?:[A-Za-z]{2,12}\ ){0,3}")
_SENTENCE_MARK = re.compile(r"[.;]")
_CLAUSE_MARK = re.compile(r"[.;,]")
# A day that is denied: "on Monday, not Tuesday", "rather than at the end of March", "not, as first planned, in May", "neither on Friday nor on". Not "not until
# March", "not before Friday" and "if not Friday", which are days.
_DENIED = re.compile(
    r"\b(?:[Rr]ather\ than|[Ii]nstead\ of|[Aa]s\ opposed\ to|[Bb]eyond|[Nn]o\ longer|[Nn]either|[Nn]or|(?<!if\ )(?<!or\ )[Nn]ot)"
    r"(?:,?\ as\ (?:[a-z]{2,10}\ ){0,3}(?:planned|scheduled|reported|expected|announced|said|thought|feared|hoped|late\ as),?|,)?"
    r"\ (?:(?:on|for|in|at|by|from|during|to)\ )?(?:(?:[A-Z0-9][A-Za-z0-9-]{0,9}\ ){1,3}or\ (?:(?:on|in|at|by)\ )?)?(?:the\ )?\Z"
)
_CALLED_OFF = re.compile(
    r"\b(?:(?:was|were|has\ been|have\ been|been)\ (?:called\ off|cancelled|canceled|scrapped|abandoned|dropped|shelved)|(?:will\ not|won't|no\ longer)\ "
    r"(?:take|be|meet|go|happen)|[Nn]o\ (?:[a-z]+\ ){1,3}(?:is|are)\ (?:planned|scheduled|due|set|expected)|[Tt]here\ (?:is|are|will\ be)\ no\b|ruled\ out\b|is\ off\b|(?:doesn't|does\ not|won't|will\ not)\ (?:sit|meet|vote|convene)\b|"
    r"(?:was|were|has\ been|have\ been|is|are)\ (?:indefinitely\ )?(?:postponed|delayed|suspended)(?!\ (?:[a-z]+\ ){0,4}(?:to|until|till|from)\ ))\b"
)
_NEITHER = re.compile(r"\b[Nn]either\b[^.;,]{1,50}\ (?:looks?|is|are|will|likely)\b")
# "Equities set to open higher Tuesday": the session itself, and no event of it.
_SESSION_TALK = re.compile(
    r"\b(?:Asia|Europe|Wall\ Street|equities|stocks|shares|futures|markets|boards|indices)\b[^.;]{0,20}\b(?:set|poised|seen|expected|likely|to)\ (?:to\ )?(?:open|start|trade|fall|rise|gain)|"
    r"\b(?:firmer|softer|higher|lower|flat|weaker|stronger|mixed|steady|quiet)\ (?:opening|open|start)\b"
)
# "the 2 April tariffs"
_ATTRIBUTE = re.compile(r"\ [a-z]{3,}")
_LAST_YEAR = re.compile(r",?\ (?:of\ )?(?:last\ year|a\ year\ (?:ago|earlier|before))\b")
MAX_EVENTS = 200
FAR = 100  # days


def list_agenda(passages: Iterable[Passage], session: date) -> tuple[CalendarEvent, ...]:
    """The events, by first day and then by place; one that two passages tell stands once."""
    events: list[CalendarEvent] = []
    latest: dict[tuple[str, int, int | None], date] = {}  # the latest weekday that a list has come to
    for passage in passages:
        place = passage.place
        of_list = (place.section, place.item, None if place.section == "sections" else place.sentence)
        for event in drop_headings(join_days(_read_passage(passage, session, latest.get(of_list, session)))):
            if event.words in _WEEKDAYS:
                latest[of_list] = max(latest.get(of_list, session), event.start)
            if len(events) < MAX_EVENTS and not any(is_same_event(event, other) for other in events):
                events.append(event)
    return tuple(sorted(events, key=lambda event: (event.start, event.end)))


def _read_passage(passage: Passage, session: date, latest: date) -> Iterator[CalendarEvent]:
    for part in part_line(passage):
        for event in _read_sentence(part, session):
            if event.start == event.end == session < latest and event.words in _WEEKDAYS:
                day = session + timedelta(days=7)  # "GDP on Wednesday, RBI decides on Friday", on a Friday
                event = replace(event, start=day, end=day)
            latest = max(latest, event.start) if event.words in _WEEKDAYS else latest
            yield event


def _read_sentence(passage: Passage, session: date) -> Iterator[CalendarEvent]:
    # What a row tells is of its company, which so stands before "reports Thursday".
    lead = "It " if passage.is_row else passage.lead
    text = lead + passage.text
    moved = None
    times = find_times(text, session)
    for time in times:
        if time.kind == "following":
            moved = (time.first, time.last) if moved and time.last >= session else None
        elif time.kind == "gone" or _is_named_day(text, time) or _is_length(text, time) or _is_called_off(text, time):
            moved = None
        else:
            moved = place_ahead(text, time, session, row=passage.is_row)
        if moved is not None and not is_denied(text, time) and not _is_of_heading(text, time, times):
            first, last = moved
            yield CalendarEvent(
                what=cut_part(text, time, times).removeprefix(lead),
                words=time.words,
                start=first,
                end=last,
                place=passage.place,
                company=(passage.name or passage.ticker) if passage.is_row else None,
            )


def _is_of_heading(text: str, time: FoundTime, times: Sequence[FoundTime]) -> bool:
    """ "Thursday: Nvidia results, US jobs later in the day": of that Thursday, which heads all of it."""
    head = times[0]
    return head is not time and not head.start and text.startswith(":", head.end) and time.words in _OF_DAY


def is_denied(text: str, time: FoundTime) -> bool:
    """Whether a sentence says of a time that it is not then: "on Monday, not Tuesday"."""
    return _DENIED.search(text[max(0, time.start - 80) : time.start]) is not None


def _is_named_day(text: str, time: FoundTime) -> bool:
    before, after = text[: time.start], text[time.end :]
    if "weekend" in time.words and _AROUND.search(before):
        return True  # "squared positions ahead of the weekend", "reopens on Tuesday after the long weekend"
    if time.words == "weekend" and before.lower().endswith("over the ") and judge_tense(text, time) != "ahead":
        return True  # "after softening his tone over the weekend"
    return time.kind == "weekday" and (before.endswith(_NAMED_DAYS) or after.startswith(_NAMED_AFTER))


def _is_called_off(text: str, time: FoundTime) -> bool:
    """ "The call planned for Thursday was called off"."""
    clause = cut_clause(text, time)
    if _CALLED_OFF.search(clause) or _NEITHER.search(clause):
        return True
    before = _SENTENCE_MARK.split(text[: time.start])[-1]
    return _WAS_SET.search(before) is not None and _SCRAPPED.search(before) is not None


def _is_length(text: str, time: FoundTime) -> bool:
    """Whether "in six months" is how long it has been: behind a superlative, or without anything to come."""
    if not time.words.lower().startswith(("in ", "within ", "over the ", "during ")):
        return False
    if (
        _RECORD.search(_SENTENCE_MARK.split(text[max(0, time.start - 50) : time.start])[-1]) is not None
        or judge_tense(text, time) == "behind"
    ):
        return True
    return re.fullmatch(r"[Ii]n [^ ]+ [a-z]+", time.words) is not None and judge_tense(text, time) != "ahead"


def _is_former(text: str, time: FoundTime) -> bool:
    """ "A vote set for Thursday was put off until 6 November": the first of the two is no more."""
    return (
        _WAS_SET.search(text[: time.start]) is not None
        and _IS_MOVED.search(text[time.end : time.end + 60].partition(";")[0]) is not None
    )


def _is_arranged(before: str, *, later: bool) -> bool:
    """ "The vote was brought forward to" or, on a later day, "has called a walkout for"."""
    clause = _CLAUSE_MARK.split(before[-90:])[-1].removesuffix("the ")
    if clause.endswith((" to ", " until ", " till ")):
        return _MOVED.search(clause) is not None
    return later and clause.endswith(" for ") and _CALLED.search(clause) is not None


def _is_start_moved(before: str) -> bool:
    """ "The plant's start was moved to March": what begins or is decided then, and no figure of it."""
    clause = _CLAUSE_MARK.split(before[-90:])[-1]
    return _MOVED.search(clause) is not None and _BEGINS.search(clause) is not None


def place_ahead(text: str, time: FoundTime, session: date, *, row: bool = False) -> tuple[date, date] | None:
    """First and last day of an event that is not over at the session's start; None for anything else.

    A bare weekday is the next one of its name, but for the session's own and the two before it, which may as well be those just gone:
    of these, and of all in a `row` of a company, the sentence has to look ahead.
    """
    before = text[: time.start]
    if time.kind == "following":
        return None  # only what it follows can tell
    if _FORMER.search(before) or _is_former(text, time) or _SINCE.search(before):
        return None
    if _FORMER_DATE.search(before) and not (before.endswith(" from ") and re.match(r"\ on\b", text[time.end :])):
        return None
    if time.kind == "fixed":
        return None if _FORMER_FIGURE.search(before) else _place_fixed(text, time, session)
    tense = judge_tense(text, time)
    if tense == "none" and before.endswith("(") and text[time.end :].startswith(")"):
        tense = "ahead"  # "This week: Tesla (today), Intel (Thursday)"
    if (
        tense == "none"
        and time.words.lower() == "today"
        and _HEADS.fullmatch(before)
        and text.startswith(":", time.end)
    ):
        tense = "ahead"  # "Today: German Ifo", "Results today: ABB, Nordea"
    if _FORMER_FIGURE.search(before) and tense != "ahead":
        return None
    if is_hour_of(text, time):
        return (time.first, time.last) if tense == "ahead" else None
    if PAST_LEAD.search(before) and not (time.kind == "coming" or tense == "ahead"):
        return None
    if time.kind == "coming":
        return time.first, time.last
    if time.kind == "weekday":
        if _is_arranged(before, later=time.first > session):
            return time.first, time.last
        if _FROM_THEN.search(before) and time.first > session and not text[time.end :].startswith(("'s", "’s")):
            return time.first, time.last
        if (
            tense == "behind"
            or PAST_LEAD.search(before)
            or _SESSION_TALK.search(before)
            or (row and tense != "ahead")
            or (time.first == session and tense != "ahead")
            or (_may_be_gone(time, session) and not looks_ahead(text, time, row=row))
        ):
            return None
        return time.first, time.last
    if time.kind == "current":
        if _SESSION_TALK.search(text):
            return None  # "For today we expect a slightly firmer opening"
        owned = text[time.end :].startswith(("'s", "’s")) and not names_event(text, time)
        if tense != "ahead" or time.last < session or owned or NO_EVENT.search(before):
            return None
        return max(time.first, session), time.last
    if time.last >= session and before.endswith((" to ", " until ")) and _is_start_moved(before):
        return max(time.first, session), time.last
    return place_period(text, time, session)


def _may_be_gone(time: FoundTime, session: date) -> bool:
    return time.is_bare_weekday and (session - time.first).days % 7 <= 2


def _place_fixed(text: str, time: FoundTime, session: date) -> tuple[date, date] | None:
    before = text[: time.start]
    cue = find_cue(text, time)
    deadline = _DEADLINE.search(before) is not None
    first, last = time.first, time.last
    if last < session or first.year > session.year + 3:  # a bond's last day
        return None
    far = (first - session).days > FAR and re.search(
        r"20[0-9]{2}", time.words
    ) is None  # as likely to be that of last year
    if _LAST_YEAR.match(text[time.end :]):
        return None
    if (
        far
        and before.endswith(("the ", "The ", "its ", "their "))
        and _ATTRIBUTE.match(text[time.end :])
        and not names_event(text, time)
    ):
        return None
    if (
        cue is None
        or cue.tense != "behind"
        or deadline
        or cue.word in REPORTING
        or before.endswith((" is ", " is on "))
    ):
        return first, last
    near = session < first and not far
    return (first, last) if near and cue.word in SESSION_NOUNS else None  # "as of the close of 24 November"
