"""Whether something happens in a month, a quarter or a year. In: a sentence and such a time in it. Out: first and last day, or None.

A period is an event's only where something is to begin, end, be decided or be handed over in it; what a figure is for, or how
long something lasts, is not ("guidance for Q4", "CPI in August").
"""

from __future__ import annotations

import re
from datetime import date

from llm_wrap.reading.clauses import cut_clause
from llm_wrap.reading.tense import judge_tense
from llm_wrap.reading.times import FoundTime

PAST_LEAD = re.compile(
    r"\b(?:(?:[Ss]ince|[Aa]fter|[Ff]ollowing|[Aa]s of|[Ll]ate on|[Ee]arlier on|[Dd]espite|[Ss]ame as|(?:[Uu]nchanged|[Uu]p|[Dd]own|[Hh]igher|[Ll]ower|[Ll]ittle changed) from|"
    r"(?:closes|prices|levels|settlements|fixings) of)\s(?:the\s)?|(?:familiar with|briefed on|present at|knowledge of) (?:a|the)\s)\Z"
)
# Before "December", "Q4" or "2026" where something happens then.
_WHEN = re.compile(
    r"\b(?:in|by|at|during|until|till|before|from|starting|beginning|for|through|late in|early in|ahead of)\s(?:the\s)?\Z",
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
    redeem redeemed privatise privatize delist delists delisted demerge dissolve liquidate relist transfer convert divest relaunch inaugurate
    ratify pass passes enforce abolish scrap replace nominate appeal ban bans swap sell sells run step steps sworn priced
    ready available live effective stream operational commissioning relocate merge test tests
    """.split()
)
# In a month or a part of one, these are events as well: "to raise output in October".
_HAPPENS_IN_A_MONTH = frozenset(
    "extended extension payment dividend cut hike lift raise ease go goes come comes take takes file present".split()
)
_FIGURE_TALK = re.compile(
    r"\b(?:growth|inflation|CPI|GDP|guidance|earnings|EPS|revenue|margins?|sales|profit|forecasts?|estimates?|outlook|consensus|view\ of|"
    r"y/y|m/m|q/q|target\ price|demand|capex|shipments|deficit|surplus|expects?(?!\ to\ (?:complete|close|start|begin|launch|open|finish|sign|finali[sz]e|list|deliver|publish|hold|resume|ship|decide|file|exit|sell)\b)|estimated)\b"
)
# "expects first gas in the second half of 2026": a plant or a product begins.
_FIRST = re.compile(
    r"\b(?:[Ff]irst|[Mm]ass|[Cc]ommercial|[Vv]olume|[Pp]ilot)\ (?:[a-z-]+\ ){0,2}(?:output|production|sales|shipments?|deliver(?:y|ies)|flights?|gas|oil|ore|power|revenues?|exports|cargo(?:es)?|"
    r"concentrate|customers|orders|units|vehicles|cars|chips|wafers|patients?|services?)\b"
)
# "is to be wound up in early December": something is done to it then.
_DONE_TO = re.compile(
    r"\b(?:(?:to|will|would|should|could|may|must)\ be|is|are)\ (?!seen\b|balanced\b|based\b|forecast|projected\b|estimated\b|headed\b|scheduled\b|planned\b|slated\b|expected\b|needed\b|helped\b|driven\b|supported\b|reached\b|limited\b|affected\b)"
    r"(?:[a-z]+ly\ )?(?:[a-z]{2,12}ed|wound|sold|held|laid|spun|sent|built|sworn|shut|cut|paid|put|chosen|taken|begun|shown|given|made|brought)\b[^.;,]{0,40}\Z"
)
_NEXT_ONE = re.compile(
    r"\b(?:its|the|their|his|her)\ next\ (?:[a-z-]+\ ){1,3}in\ \Z"
)  # "its next opinion day in February"
# "the early figure for August follows next Friday": what the figure is for.
_FIGURE_FOR = re.compile(
    r"\b(?:figures?|data|reading|CPI|print|sales|results|numbers|index|survey|inflation|output|report|growth|GDP|exports|forecasts?|estimates?|[Bb]udget|plans?|targets?)\ (?:[a-z]+\ )?for\ \Z"
)
# "leaves a hole in the 2026 budget": a year's, and nothing in it.
_YEARS_OWN = re.compile(
    r"\ (?:budget|forecast|guidance|earnings|target|outlook|estimate|plan|profit|sales|revenue|output|growth|result|harvest|model|capex|dividend|deficit|tax)s?\b"
)
_UNTIL = re.compile(r"\b(?:until|till)\ (?:the\ )?\Z")
_LASTS = frozenset(
    """
    stay stays remain remains hold shut shuts close closed suspend suspended halt halted extend extended extends run runs last lasts valid open
    frozen freeze ban banned put off delay delayed postpone postponed pause paused exempt waive waives waived truce exclusivity waiver moratorium exemption
    """.split()
)
# "will issue no more shares this month", "price no move until March".
NO_EVENT = re.compile(
    r"\b(?:[Nn]o|[Nn]othing|never)\ (?:[a-z]+\ ){0,3}(?:until\ |till\ |in\ |by\ |before\ )?(?:the\ )?\Z"
)
_SET_FOR = re.compile(
    r"\b(?:starting|effective|(?:set|scheduled|slated|planned|due|timed)\ (?:for|in|by))\ (?:the\ )?\Z"
)
_PRICING = re.compile(
    r"\b(?:odds|[Ss]waps|[Ff]utures\ (?:imply|price)|pric(?:e|ed|ing)\ (?:in|of|[0-9])|bets|probability|chance|chances)\b"
)


def place_period(text: str, time: FoundTime, session: date) -> tuple[date, date] | None:
    """A month, quarter or year: only where something is to happen in it."""
    before = text[: time.start]
    if time.last < session or PAST_LEAD.search(before):
        return None
    if time.first <= session and before.endswith(" from "):
        return None  # "effective from July", in July
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
        NO_EVENT.search(before)
        or _FIGURE_FOR.search(before)
        or re.match(r"No\ ", clause)
        or (time.words.lower().endswith(("year", "quarter")) and text[time.end :].startswith(("'s", "’s")))
    ):
        return None
    if time.words.isdigit() and _YEARS_OWN.match(text, time.end):
        return None
    short = (time.last - time.first).days <= 31
    begins = _FIRST.search(clause) is not None and "%" not in clause
    set_for = _SET_FOR.search(before) is not None
    is_for = before.endswith((" for the ", " for "))
    if is_for and not set_for and not short:
        return None  # "orders for the first quarter"
    lasts = (
        set_for or _NEXT_ONE.search(before) is not None or (_UNTIL.search(before) is not None and bool(words & _LASTS))
    )
    done = _DONE_TO.search(before) is not None and not is_for
    if not (begins or lasts or done or words & _HAPPENS or (short and words & _HAPPENS_IN_A_MONTH)):
        return None
    if (_PRICING.search(clause) and not done) or (
        not begins and _FIGURE_TALK.search(clause) and (not short or "%" in clause)
    ):
        return None
    return max(time.first, session), time.last


def _words_around(text: str, time: FoundTime) -> set[str]:
    """The words near a time that can say what happens then: nine before it and seven behind, up to a comma or a colon."""
    left = re.split(r"[,:;]\ ", text[: time.start])[-1].split()[-9:]
    right = re.split(r"[,:;](?=\ )", text[time.end :])[0].split()[:7]
    return {word.strip(".,;:'\"()").lower() for word in (*left, *right)}
