"""Whether what a sentence puts at a time is ahead of the reader or behind. In: a sentence and a time in it.

The cue that stands nearest decides, first on the left of the time ("said on Monday", "due Monday"), then on its right
("At a forum on Thursday, an adviser repeated"), never across a semicolon. Without any cue a nominal line ("Fed decision
Wednesday") is ahead. An unsure case is behind: a calendar with a wrong entry is worse than one with an entry less.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from llm_wrap.reading.times import FoundTime

Tense = Literal["ahead", "behind", "none"]

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]{0,30}")
_BY_SO_MUCH = re.compile(r"\bby\ (?=[0-9$€£¥])")  # "passed by 38 to 11 on Wednesday"
_DEALINGS = re.compile(r"\ (?:dealings|trading|trade|session|hours)\b")
_HOUR_BEFORE = re.compile(
    r"\b(?:report|reports|reporting|due|out|publish|publishes|release|releases|announce|results|earnings)\ (?:[a-z]+\ ){0,2}(?:after|before|ahead\ of)\ \Z"
)
_HOUR_AFTER = re.compile(r"['’]s\ (?:market\ |opening\ |closing\ )?(?:close|bell|open)\b")
_BARRIERS = re.compile(r"[;]|\ (?:--|–|—)\ ")

# Words that put what they govern ahead.
_AHEAD = frozenset(
    """
    will would shall may might could can should must due expected scheduled slated planned plans plan planning set likely poised ahead
    upcoming awaits await awaiting awaited looming looms looks look eyes eye eyed deadline until till by before tentatively coming forecast
    seen anticipated anticipates anticipate expects expect pending aims aim hopes hope hoping seeks seek intends intend pledged pledges
    postponed delayed rescheduled extended pushed deferred timed invited watching next forthcoming agenda
    follows follow preparing prepares brace braces bracing effective starting beginning targeting targeted proposed
    opens closes meets releases publishes votes decides begins ends expires holds resumes travels testifies
    convenes gathers speaks launches debuts takes comes arrives returns unveils delivers presents kicks rolls continues sits goes appears
    possible joins attends addresses considers reviews debates hears rules lapses reopens concludes meet begin resume expire speak
    publish arrive
    """.split()
)
# Verbs that are as often nouns: they count behind a name ("Nvidia reports tonight", not "media reports").
_AHEAD_OF_NAME = frozenset("reports starts hosts lists prices visits launches debuts returns targets pays sees".split())
_STARTING = frozenset("starts launches debuts returns".split())
_STARTS_OF = frozenset("housing wafer building home product new total annual strong weak".split())
# These govern only what stands right behind them.
_NEAR = {"by": 3, "until": 3, "till": 3, "before": 8, "ahead": 9}  # words
# Words that put it behind. Regular pasts are known by their ending.
_BEHIND = frozenset(
    """
    said met rose fell told spoke held began came took went saw made gave got left lost won ran led hit cut grew sank slid shed sold
    bought paid kept felt found knew became thought brought caught taught fought broke chose drove froze hid rode shook shot sent spent
    stood struck swung threw wore wrote written done shown known was were had did been dropped beat slumped
    since ago previously earlier overnight flew drew drove sat swore sought withdrew fled built dealt lent meant repaid swept tore undertook woke
    gone given read rang heard
    says notes adds cites flags warns reiterates
    """.split()
)
# Market words that stand behind "Wednesday's": they are behind only there.
_SESSION_NOUNS = frozenset(
    """
    rout slump selloff sell-off slide rebound rally loss losses gain gains drop plunge surge jump decline close session crash retreat
    advance bounce tumble fall rise pullback selling move moves trade trading high highs low lows peak settlement fix fixing
    """.split()
)
_RESUMES = frozenset("resume resumes begin begins start starts restart restarts reopen halt suspend".split())
_WEAK = frozenset(
    "follows following follow close session sell rise fall drop gain jump rally advance decline slide".split()
)
# Words in -ed that are no past of their own.
_NO_PAST = frozenset(
    """
    expected scheduled slated planned postponed delayed rescheduled extended pushed deferred timed invited awaited anticipated eyed pledged
    targeted proposed forecasted need speed proceed exceed feed indeed fed embed bed red hundred united limited advanced seed
    mixed detailed combined related based listed unchanged revised unadjusted adjusted estimated projected proposed required unified
    interested concerned increased improved prolonged closely-watched long-awaited highly-anticipated hotly-anticipated armed so-called
    troubled distressed indebted unsecured secured convertible shared
    """.split()
)
# What reports an event without being it: "agreed talks on 10-Nov" is ahead.
REPORTING = frozenset(
    """
    said told agreed confirmed announced set fixed called moved reiterated noted added indicated suggested signalled signaled warned
    reported cited says notes adds cites flags warns reiterates urged ordered gave given brought decided filed proposed approved was were
    imposed levied asked sought requested demanded raised lowered cut increased threatened vowed accepted granted backed endorsed
    """.split()
)
# Before a past verb's infinitive: "met to discuss on Monday".
_DONE_THEN_TO = frozenset(
    """
    voted met gathered failed declined refused moved managed rose fell helped continued began started returned came went flew used led
    climbed jumped rallied
    """.split()
)
_LEADS_TO = frozenset(
    """
    set due expected likely scheduled slated plans planned poised is are about aims hopes ready agreed forecast seen going intends wants
    seeks vowed pledged promised invited prepares preparing supposed on
    """.split()
)
_BASE_VERBS = frozenset(
    """
    meet speak discuss visit release publish report announce hold host vote decide rule testify sign launch start begin open close end
    expire take come go return resume travel attend unveil present deliver set cut raise lift hike lower ease impose apply list debut
    trade price issue pay buy sell acquire complete finalise finalize show rise fall slow moderate extend last run continue face file
    submit respond appear address give make be have hear review consider debate convene gather join introduce roll enter lapse implement
    conclude ship offer reveal update brief talk leave arrive reopen restart pick edge remain stay keep do see get seek build
    """.split()
)


_EVENTS = frozenset(
    """
    vote votes election elections ballot runoff primary referendum decision decisions meeting meetings summit talks report reports results earnings data
    payrolls release releases speech testimony hearing minutes auction sale cpi ppi gdp pce pmi pmis inflation jobs employment figures print numbers
    survey briefing conference budget deadline expiry settlement launch debut listing ipo agm statement review call event gathering forum announcement
    cut hike opening holiday strike protest march ruling verdict session plenum congress visit retail sales claims prices production trade tankan
    """.split()
)
# Behind a plural these are its verb.
_PLURAL_VERBS = frozenset(
    "hold decide convene gather discuss debate announce unveil present report vote consider sign".split()
)
# Verbs that are no nouns: their third person is a verb wherever it stands.
_ONLY_VERBS = frozenset(
    """
    give make take go come begin meet speak decide publish announce deliver resume expire unveil present submit respond appear hear consider
    convene join introduce enter implement reveal conclude leave arrive reopen keep seek build buy sell pay complete bring
    """.split()
)


class _Cue(NamedTuple):
    tense: Tense
    word: str


def judge_tense(text: str, time: FoundTime) -> Tense:
    """ "ahead", "behind", or "none" where the sentence has no cue.

    >>> from datetime import date
    >>> from llm_wrap.reading.times import find_times
    >>> sentence = "Powell said on Monday that minutes are due Wednesday."
    >>> [judge_tense(sentence, one) for one in find_times(sentence, date(2025, 11, 6))]
    ['behind', 'ahead']
    """
    after = text[time.end :]
    possessive = after.startswith(("'s", "’s"))
    if possessive and not is_hour_of(text, time) and _first_words(after[2:], 2) & _SESSION_NOUNS:
        return "behind"
    if time.kind == "weekday" and (
        _DEALINGS.match(after) or (possessive and not is_hour_of(text, time) and not names_event(text, time))
    ):
        return "behind"  # "in early Thursday dealings", "Monday's flood"
    cue = find_cue(text, time)
    return cue.tense if cue else "none"


def names_event(text: str, time: FoundTime) -> bool:
    """Whether what belongs to a day is an event of the calendar: "Sunday's vote", and not "Monday's flood"."""
    return not _first_words(text[time.end + 2 :], 5).isdisjoint(_EVENTS)


def is_hour_of(text: str, time: FoundTime) -> bool:
    """Whether an hour of that day is meant: "to report after Thursday's close"."""
    return _HOUR_BEFORE.search(text[: time.start]) is not None and _HOUR_AFTER.match(text[time.end :]) is not None


def find_cue(text: str, time: FoundTime) -> _Cue | None:
    """The cue that decides, or None."""
    left = _BY_SO_MUCH.sub("", _BARRIERS.split(text[max(0, time.start - 400) : time.start])[-1])
    right = _BARRIERS.split(text[time.end : time.end + 300])[0]
    words = _WORD.findall(left)
    nearest = _nearest_left(words)
    if nearest is not None:
        return nearest
    return _nearest_right(_WORD.findall(right))


def _first_words(text: str, count: int) -> set[str]:
    return {word.lower() for word in _WORD.findall(text[:60])[:count]}


def _nearest_left(words: list[str]) -> _Cue | None:
    lowered = [word.lower() for word in words]
    for place in range(len(words) - 1, -1, -1):
        word = lowered[place]
        before = lowered[place - 1] if place else ""
        lead = lowered[place - 2] if place > 1 else ""
        if before == "to" and (word in _BASE_VERBS or lead in _LEADS_TO):
            if lead in ("was", "were") or (
                lead in _LEADS_TO and lowered[place - 3 : place - 2] in (["was"], ["were"], ["been"])
            ):
                return _Cue("behind", word)  # "he was to speak", "was due to end": he did not, or has
            return _Cue("behind" if lead in _DONE_THEN_TO else "ahead", word)
        if word in _PLURAL_VERBS and before.endswith("s") and before not in ("as", "is", "was", "has"):
            return _Cue("ahead", word)  # "ministers hold a call on Tuesday"
        if word in ("forecast", "plan") and before in ("its", "own", "their", "his", "the", "a", "new"):
            continue  # "reaffirmed its own forecast at a conference on Tuesday"
        if before in ("and", "then") and _is_present(word):
            return _Cue("ahead", word)  # "flagged a record and gives details on 29-Jan"
        if before in ("is", "are", "be", "remain", "remains", "stay", "stays") and _is_past(word):
            return _Cue("ahead", word)  # "is closed on Friday"
        if word == "due" and before == "fell":
            return _Cue("behind", word)  # "the note that fell due on Sunday"
        if word in ("until", "till") and before == "had":
            return _Cue("behind", word)  # "had until Thursday to bid, and said it would not"
        if (
            word in _SESSION_NOUNS
            and place >= len(words) - 2
            and lowered[-1] not in ("from", "until", "till", "through")
        ):
            if before in _RESUMES or (before == "the" and lead in ("until", "by", "after", "before")):
                continue  # "will resume trading on Thursday", "until the close on Friday", "reports after the close on Tuesday"
            return _Cue("behind", word)  # "the drop on Tuesday"
        if word in _NEAR and place < len(words) - _NEAR[word]:
            continue
        if word in _AHEAD_OF_NAME and place and _is_name(words[place - 1]):
            return _Cue("ahead", word)
        if word in _STARTING and before and before not in _STARTS_OF:
            return _Cue("ahead", word)
        cue = _read_cue(words[place], word, before)
        if cue == "ahead" and before in ("was", "were", "had", "have", "has") and word not in ("until", "by", "before"):
            # "was due this week" has been; "has scheduled" is still to come.
            return _Cue("behind" if before in ("was", "were", "had") else "ahead", word)
        if cue and not (word in _WEAK and place == 0):
            return _Cue(cue, word)
    return None


def _is_name(word: str) -> bool:
    """Whether a capitalised word stands before the verb and does not merely open the sentence."""
    return word[0].isupper() and (
        word.lower() not in ("media", "press", "local", "other", "earlier", "fresh", "separate")
    )


def _nearest_right(words: list[str]) -> _Cue | None:
    lowered = [word.lower() for word in words]
    for place, word in enumerate(lowered[:40]):
        if word == "to" and place + 1 < len(lowered) and lowered[place + 1] in _BASE_VERBS:
            return _Cue("ahead", word)
        before = lowered[place - 1] if place else ""
        if word in _WEAK or word in _SESSION_NOUNS or word in _NEAR:
            continue
        cue = _read_cue(words[place], word, before)
        if (
            cue == "behind"
            and word in ("was", "were")
            and lowered[place + 1 : place + 2]
            and (lowered[place + 1] in ("due", "scheduled", "expected", "set"))
        ):
            return _Cue("behind", word)
        if cue == "behind" and before in ("is", "are", "be"):
            return _Cue("ahead", word)  # "From Monday, short selling is allowed"
        if cue:
            return _Cue(cue, word)
    return None


def _read_cue(printed: str, word: str, before: str) -> Tense | None:
    if word == "may" and printed == "May":
        return None
    if word in _AHEAD:
        return "ahead"
    if printed[:1].isupper() and printed.lower() != "said" and before:
        return None  # a name: "Fed", "United"
    if word in _BEHIND or _is_past(word):
        return "behind"
    return None


def _is_present(word: str) -> bool:
    return word.endswith("s") and (word[:-1] in _ONLY_VERBS or word[:-2] in _ONLY_VERBS)


def _is_past(word: str) -> bool:
    return word in _BEHIND or (len(word) > 4 and word.endswith("ed") and word not in _NO_PAST)
