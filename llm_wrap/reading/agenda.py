"""What lies ahead of the session, or falls on it: dated and datable events of the prose. In: passages. Out: events by day.

Ahead by its words ("next week"), by its date ("10-Nov"), or by the tense of its sentence ("results due Thursday"). What
has been ("met on Tuesday"), what is only said to be good or bad at a time ("guidance for Q4"), and the period that a
figure is for ("CPI in August") are no events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from llm_wrap.models import CalendarEvent
from llm_wrap.reading.places import Passage
from llm_wrap.reading.tense import REPORTING, find_cue, is_hour_of, judge_tense, names_event
from llm_wrap.reading.times import FoundTime, find_times
from llm_wrap.reading.wording import content_words

# Not the weekday: "Black Friday", "Cyber Monday", "Good Friday", "Mail on Sunday", "Sunday Times".
_NAMED_DAYS = ("Black ", "Cyber ", "Good ", "Super ", "Ash ", "Easter ", "Mail on ", "The ")
_NAMED_AFTER = (" Times", " Telegraph", " Mail", ".com")
# "weakest in six months", "first cut in two years": a length of time and no day.
_RECORD = re.compile(
    r"\b(?:[a-z]{2,12}est|first|second|third|fourth|fifth|most|least|best|worst|low|high|time|record|only)\b[^.;]{0,40}\Z",
    re.IGNORECASE,
)
_PAST_LEAD = re.compile(
    r"\b(?:[Ss]ince|[Aa]fter|[Ff]ollowing|[Aa]s of|[Ll]ate on|[Ee]arlier on|[Dd]espite|[Ss]ame as)\s(?:the\s)?\Z"
)
_DEADLINE = re.compile(
    r"\b(?:until|till|through|by|before|to|on or before|no later than|ahead of|deadline of)\s(?:the\s)?\Z", re.I
)
# Before "December", "Q4" or "2026" where something happens then.
_WHEN = re.compile(
    r"\b(?:in|by|during|until|till|before|from|starting|beginning|for|through|late in|early in|ahead of)\s(?:the\s)?\Z",
    re.I,
)
# Verbs and nouns of things that happen at a time; a forecast of a figure for a period is not one.
_HAPPENS = frozenset(
    """
    launch launches launching begin begins beginning start starts starting open opens opening close closes closing complete completes
    completed completion list lists listing debut vote votes election elections meet meets meeting meetings summit publish
    publishes release releases effect expire expires expiry sign signed signing resume resumes visit visits hold holds
    held host hosts ruling decision announce unveil introduce implement implemented implementation ship ships shipping delivery deliveries deliver
    deadline talks trial hearing conference ipo offering merger finalise finalize finalised finalized rollout roll production
    due mature matures maturity repay spin-off spinoff split shareholders agm plenum congress session
    submit decide enact enter step return returns reopens reopen debate adopt adopts votes takes restart ends end phase lapse lapses settle approve approval ballot referendum
    inauguration forum gathering mission delegation retire resign budget review phased apply applies force stop stops cease ceases agree agreed award awards
    rule rules hear hears speak speaks attend attends gather consider considers join joins file files reveal appoint elect leave leaves exit
    exits quit quits select pick picks convene convenes award
    follows follow arrive arrives runs shut shuts maintenance repairs suspend suspends halt halts
    stream operational commissioning relocate merge test tests
    """.split()
)
# In a month or a part of one, these are events as well: "to raise output in October".
_HAPPENS_IN_A_MONTH = frozenset(
    "extended extension payment dividend cut hike lift raise ease go goes come comes take takes file present".split()
)
_FIGURE_TALK = re.compile(
    r"\b(?:growth|inflation|CPI|GDP|guidance|earnings|EPS|revenue|margins?|sales|profit|forecasts?|estimates?|outlook|consensus|view\ of|"
    r"y/y|m/m|q/q|target\ price|demand|capex|shipments|deficit|surplus|expects?|estimated)\b"
)
# "expects first gas in the second half of 2026": a plant or a product begins.
_FIRST = re.compile(
    r"\b(?:[Ff]irst|[Mm]ass|[Cc]ommercial|[Vv]olume|[Pp]ilot)\ (?:[a-z-]+\ ){0,2}(?:output|production|sales|shipments?|deliver(?:y|ies)|flights?|gas|oil|ore|power|revenues?|exports|cargo(?:es)?|"
    r"concentrate|customers|orders|units|vehicles|cars|chips|wafers|patients?|services?)\b"
)
_NEXT_ONE = re.compile(
    r"\b(?:its|the|their|his|her)\ next\ (?:[a-z-]+\ ){1,3}in\ \Z"
)  # "its next opinion day in February"
# "the early figure for August follows next Friday": what the figure is for.
_FIGURE_FOR = re.compile(
    r"\b(?:figures?|data|reading|CPI|print|sales|results|numbers|index|survey|inflation|output|report|growth|GDP|exports|forecasts?|estimates?|[Bb]udget|plans?|targets?)\ (?:[a-z]+\ )?for\ \Z"
)
_SINCE = re.compile(r"\bsince\s(?:the\s)?\Z", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till)\ (?:the\ )?\Z")
_LASTS = frozenset(
    """
    stay stays remain remains hold shut shuts close closed suspend suspended halt halted extend extended extends run runs last lasts valid open
    frozen freeze ban banned put off delay delayed postpone postponed pause paused exempt waive waives waived truce
    """.split()
)
# "will issue no more shares this month", "price no move until March".
_NO_EVENT = re.compile(r"\b(?:no|nothing|never)\ (?:[a-z]+\ ){0,3}(?:until\ |till\ |in\ |by\ |before\ )?(?:the\ )?\Z")
_SET_FOR = re.compile(
    r"\b(?:starting|effective|(?:set|scheduled|slated|planned|due|timed)\ (?:for|in|by))\ (?:the\ )?\Z"
)
# "Seoul capped fuel prices from Friday": decided, and to come.
_FROM_THEN = re.compile(
    r"\b(?:capped|banned|barred|suspended|halted|scrapped|lifted|raised|cut|lowered|imposed|levied|ordered|extended|eased|tightened|doubled|halved|waived|restricted|"
    r"introduced)\b[^.;,]{0,24}\ from\ \Z"
)
_PRICING = re.compile(
    r"\b(?:odds|[Ss]waps|[Ff]utures\ (?:imply|price)|pric(?:e|ed|ing)\ (?:in|of|[0-9])|bets|probability|chance|chances)\b"
)
# "the week to Wednesday", "from 38% on Wednesday", "pushed to 1-Aug from 9-Jul": a figure's stretch, a former figure, a former date.
_FORMER_FIGURE = re.compile(
    r"\b(?:from|against|versus|vs\.?)\ [-+(]?[A-Z]{0,3}[$€£¥]?[0-9][^ ]{0,11}\ (?:bp\ |points\ )?(?:on|in|at)\ (?:the\ )?\Z"
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
_NOT_THEN = re.compile(r"\b(?:(?:rather\ than|instead\ of)\ (?:on\ |for\ |in\ )?|not\ (?:on|for|in)\ )(?:the\ )?\Z")
_CALLED_OFF = re.compile(
    r"\b(?:(?:was|were|has\ been|have\ been|been)\ (?:called\ off|cancelled|canceled|scrapped|abandoned|dropped|shelved)|(?:will\ not|won't|no\ longer)\ "
    r"(?:take|be|meet|go|happen)|[Nn]o\ (?:[a-z]+\ ){1,3}(?:is|are)\ (?:planned|scheduled|due|set|expected)|[Tt]here\ (?:is|are|will\ be)\ no\b|ruled\ out\b|is\ off\b|(?:doesn't|does\ not|won't|will\ not)\ (?:sit|meet|vote|convene)\b|"
    r"(?:was|were|has\ been|have\ been|is|are)\ (?:indefinitely\ )?(?:postponed|delayed|suspended)(?!\ (?:[a-z]+\ ){0,4}(?:to|until|till|from)\ ))\b"
)
# "Equities set to open higher Tuesday": the session itself, and no event of it.
_SESSION_TALK = re.compile(
    r"\b(?:Asia|Europe|Wall\ Street|equities|stocks|shares|futures|markets|boards|indices)\b[^.;]{0,20}\b(?:set|poised|seen|expected|likely|to)\ (?:to\ )?(?:open|start|trade|fall|rise|gain)"
)
_SOURCE_TAG = re.compile(r"\s?\([A-Z][A-Za-z .,&'/-]{1,60}\)\.?\Z")
_CUT = re.compile(r";\ |\ (?:--|–|—)\ |,\ (?:while|but|although|though|whereas)\ |\ (?:while|although|whereas)\ ")
MAX_EVENTS = 200


def list_agenda(passages: Iterable[Passage], session: date) -> tuple[CalendarEvent, ...]:
    """The events, by first day and then by place; one that two passages tell stands once."""
    events: list[CalendarEvent] = []
    for passage in passages:
        for event in _read_passage(passage, session):
            if len(events) < MAX_EVENTS and not any(_is_same(event, other) for other in events):
                events.append(event)
    return tuple(sorted(events, key=lambda event: (event.start, event.end)))


def _is_same(one: CalendarEvent, other: CalendarEvent) -> bool:
    if (one.start, one.end) != (other.start, other.end) or one.place == other.place:
        return False
    mine, theirs = content_words(one.what), content_words(other.what)
    shared = len(mine & theirs)
    return shared >= 2 and shared * 2 >= min(len(mine), len(theirs))


def _read_passage(passage: Passage, session: date) -> Iterator[CalendarEvent]:
    text = passage.text
    for time in find_times(text, session):
        if time.kind == "gone" or _is_named_day(text, time) or _is_length(text, time) or _is_called_off(text, time):
            continue
        moved = place_ahead(text, time, session)
        if moved is not None:
            first, last = moved
            yield CalendarEvent(
                what=cut_clause(text, time), words=time.words, start=first, end=last, place=passage.place
            )


def _is_named_day(text: str, time: FoundTime) -> bool:
    before, after = text[: time.start], text[time.end :]
    if "weekend" in time.words and re.search(
        r"\b(?:ahead\ of|before|into)\ (?:the|a)\ (?:long\ |holiday\ )?\Z", before
    ):
        return True  # "squared positions ahead of the weekend"
    return time.kind == "weekday" and (before.endswith(_NAMED_DAYS) or after.startswith(_NAMED_AFTER))


def _is_called_off(text: str, time: FoundTime) -> bool:
    """ "The call planned for Thursday was called off"."""
    return _CALLED_OFF.search(cut_clause(text, time)) is not None


def _is_length(text: str, time: FoundTime) -> bool:
    """Whether "in six months" is how long it has been: behind a superlative, or without anything to come."""
    if not time.words.lower().startswith(("in ", "within ", "over the ", "during ")):
        return False
    if _RECORD.search(text[: time.start]) is not None or judge_tense(text, time) == "behind":
        return True
    return re.fullmatch(r"[Ii]n [^ ]+ [a-z]+", time.words) is not None and judge_tense(text, time) != "ahead"


def place_ahead(text: str, time: FoundTime, session: date) -> tuple[date, date] | None:
    """First and last day of an event that is not over at the session's start; None for anything else."""
    before = text[: time.start]
    if _FORMER.search(before) or _NOT_THEN.search(before) or _SINCE.search(before):
        return None
    if _FORMER_DATE.search(before) and not (before.endswith(" from ") and re.match(r"\ on\b", text[time.end :])):
        return None
    if time.kind == "fixed":
        return None if _FORMER_FIGURE.search(before) else _place_fixed(text, time, session)
    tense = judge_tense(text, time)
    if _FORMER_FIGURE.search(before) and tense != "ahead":
        return None
    if is_hour_of(text, time):
        return (time.first, time.last) if tense == "ahead" else None
    if _PAST_LEAD.search(before) and not (time.kind == "coming" or tense == "ahead"):
        return None
    if time.kind == "coming":
        return time.first, time.last
    if time.kind == "weekday":
        if _FROM_THEN.search(before) and time.first > session and not text[time.end :].startswith(("'s", "’s")):
            return time.first, time.last
        if (
            tense == "behind"
            or _PAST_LEAD.search(before)
            or _SESSION_TALK.search(before)
            or (time.first == session and tense != "ahead")
        ):
            return None
        return time.first, time.last
    if time.kind == "current":
        owned = text[time.end :].startswith(("'s", "’s")) and not names_event(text, time)
        if tense != "ahead" or time.last < session or owned or _NO_EVENT.search(before):
            return None
        return max(time.first, session), time.last
    return _place_period(text, time, session)


def _place_fixed(text: str, time: FoundTime, session: date) -> tuple[date, date] | None:
    before = text[: time.start]
    cue = find_cue(text, time)
    deadline = _DEADLINE.search(before) is not None
    if re.search(r"\bsince\s\Z", before, re.IGNORECASE):
        return None
    first, last = time.first, time.last
    if last < session or first.year > session.year + 3:  # a bond's last day
        return None
    if cue is not None and cue.tense == "behind" and not deadline and not _may_report(cue.word):
        return None
    return first, last


def _may_report(word: str) -> bool:
    return word in REPORTING


def _place_period(text: str, time: FoundTime, session: date) -> tuple[date, date] | None:
    """A month, quarter or year: only where something is to happen in it."""
    before = text[: time.start]
    if time.last < session or _PAST_LEAD.search(before):
        return None
    if (time.first.year - session.year) * 12 + time.first.month - session.month > 30:
        return None
    part = time.words.lower().removeprefix("the ").startswith(("early", "mid", "late", "end", "start", "beginning"))
    if not part and _WHEN.search(before) is None and not time.words.lower().startswith(("next ", "this ")):
        return None
    if judge_tense(text, time) != "ahead":
        return None
    clause = cut_clause(text, time)
    words = _words_around(text, time)
    if (
        _NO_EVENT.search(before)
        or _FIGURE_FOR.search(before)
        or re.match(r"No\ ", clause)
        or (time.words.lower().endswith(("year", "quarter")) and text[time.end :].startswith(("'s", "’s")))
    ):
        return None
    short = (time.last - time.first).days <= 31
    begins = _FIRST.search(clause) is not None and "%" not in clause
    set_for = _SET_FOR.search(before) is not None
    if before.endswith("for the ") and not set_for and not short:
        return None  # "orders for the first quarter"
    lasts = (
        set_for or _NEXT_ONE.search(before) is not None or (_UNTIL.search(before) is not None and bool(words & _LASTS))
    )
    if not (begins or lasts or words & _HAPPENS or (short and words & _HAPPENS_IN_A_MONTH)):
        return None
    if _PRICING.search(clause) or (not begins and _FIGURE_TALK.search(clause) and (not short or "%" in clause)):
        return None
    return max(time.first, session), time.last


def _words_around(text: str, time: FoundTime) -> set[str]:
    """The words near a time that can say what happens then: nine before it and seven behind, up to a comma or a colon."""
    left = re.split(r"[,:;]\ ", text[: time.start])[-1].split()[-9:]
    right = re.split(r"[,:;](?=\ )", text[time.end :])[0].split()[:7]
    return {word.strip(".,;:'\"()").lower() for word in (*left, *right)}


def cut_clause(text: str, time: FoundTime) -> str:
    """The clause that holds the time: words of the sentence, without its source tag."""
    start, end = 0, len(text)
    for cut in _CUT.finditer(text):
        if cut.end() <= time.start:
            start = cut.end()
        elif cut.start() >= time.end:
            end = cut.start()
            break
    clause = text[start:end].strip()
    return _SOURCE_TAG.sub("", clause).rstrip(" .,;:")
