"""Whether what a sentence puts at a time is ahead of the reader or behind. In: a sentence and a time in it.

The cue that stands nearest decides, first on the left of the time ("said on Monday", "due Monday"), then on its right
("At a forum on Thursday, an adviser repeated"), never across a semicolon. Without any cue a nominal line ("Fed decision
Wednesday") is ahead. An unsure case is behind: a calendar with a wrong entry is worse than one with an entry less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from llm_wrap.reading.cues import (
    AHEAD,
    AHEAD_OF_NAME,
    BASE_VERBS,
    BEHIND,
    DONE_THEN_TO,
    EVENTS,
    LEADS_TO,
    NEAR,
    NO_PAST,
    ONLY_VERBS,
    PLURAL_VERBS,
    RESUMES,
    SESSION_NOUNS,
    SOMETIMES_PAST,
    STARTING,
    STARTS_OF,
    WEAK,
)
from llm_wrap.reading.times import FoundTime

Tense = Literal["ahead", "behind", "none"]

WORD = re.compile(r"[A-Za-z][A-Za-z'-]{0,30}")
_BY_SO_MUCH = re.compile(r"\bby\ (?=[0-9$€£¥])")  # "passed by 38 to 11 on Wednesday"
_DEALINGS = re.compile(r"\ (?:dealings|trading|trade|session|hours)\b")
_HOUR_BEFORE = re.compile(
    r"\b(?:report|reports|reporting|due|out|publish|publishes|release|releases|announce|results|earnings)\ (?:[a-z]+\ ){0,2}(?:after|before|ahead\ of)\ \Z"
)
_HOUR_AFTER = re.compile(r"['’]s\ (?:market\ |opening\ |closing\ )?(?:close|bell|open)\b")
_NEXT_CLAUSE = re.compile(r",\ (?:and|but|so|while|though)\ ")
_IS = re.compile(r"^['’]s\ [^.;,]{0,60}\ (?:is|are)\ (?:the|a|an|its|one|next)\b")
_AGENDA = re.compile(r"\ (?:agenda|calendar|docket|diary|line-up|schedule)\b")
_BRINGS = re.compile(r"\ (?:brings|sees|has|features|offers)\b")
_BARRIERS = re.compile(r"[;]|\ (?:--|–|—)\ ")


_ALL = frozenset(("all", "both", "each"))
_MODALS = frozenset(("will", "would", "should", "may", "might", "could", "can", "must", "to"))
_MEANT = frozenset(("planned", "hoped", "wanted", "intended", "expected", "meant", "aimed"))
_DEGREES = frozenset("better quick quicker slow slower able unable keen happy right wrong enough free".split())
_GO = (["go"], ["goes"], ["head"], ["heads"])
_CUTS = frozenset(("cut", "hit", "split", "bid"))
_UP_TO = frozenset(("until", "by", "after", "before", "of", "from", "at"))
# "stocks close lower on Tuesday": the session that is being told.
_HOW_IT_ENDED = frozenset(("lower", "higher", "down", "up", "mixed", "flat", "near", "little", "off"))
_NO_SUBJECT = frozenset("is are be been remain remains stay stays as more not and than if the a".split()) | {""}
AUXILIARIES = frozenset("is are be been has have do does".split())
_SET_TO = frozenset(("", "to", "for", "on", "in", "by", "at"))
PLANS = frozenset("plan plans deadline deadlines target targets hopes forecast aims agenda".split())
OPENS_AHEAD = re.compile(r"(?:Ahead(?!\ of)|Looking\ ahead|Coming\ up|Still\ to\ come|Next\ up)\b")
_FORECASTS = frozenset("consensus estimates expectations forecasts forecast views street guidance peers rivals".split())
# "by the close on Friday", and not "a report by Handelsblatt on Friday"
_BY_WHEN = frozenset(("", "the", "noon", "midnight", "close", "late", "early", "end", "lunch", "on", "at", "as"))
_OBJECT = frozenset("the a an its their his her our by from on for with after in at against despite".split())


class _Cue(NamedTuple):
    tense: Tense
    word: str


class _Placed(NamedTuple):
    place: int
    cue: _Cue


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
    if possessive and not is_hour_of(text, time) and _first_words(after[2:], 2) & SESSION_NOUNS:
        return "behind"
    if time.kind == "weekday" and (
        _DEALINGS.match(after) or (possessive and not is_hour_of(text, time) and not names_event(text, time))
    ):
        return "behind"  # "in early Thursday dealings", "Monday's flood"
    if opens_day(text, time):
        return "ahead"
    cue = find_cue(text, time)
    if OPENS_AHEAD.match(text) and (cue is None or cue.word in SESSION_NOUNS):
        return "ahead"  # "Ahead: China trade Monday"
    return cue.tense if cue else "none"


def opens_day(text: str, time: FoundTime) -> bool:
    """Whether what stands behind a day makes it one to come: "On today's agenda", "Today sees US housing starts", "Today's auction is the first since August"."""
    after = text[time.end :]
    if after.startswith(("'s", "’s")):
        is_event = names_event(text, time) and _IS.search(_NEXT_CLAUSE.split(after[:120])[0]) is not None
        return is_event or _AGENDA.match(after[2:]) is not None
    return not text[: time.start].strip() and _BRINGS.match(after) is not None


def has_verb(text: str) -> bool:
    """Whether words have a verb, or "due": a cue that is no noun and no preposition."""
    words = WORD.findall(text)
    return any(one.cue.word not in NEAR and one.cue.word not in PLANS | SESSION_NOUNS for one in list_left(words))


def opens_with_verb(text: str) -> bool:
    """Whether words begin with a verb, and so are of what stands before them: "faces two votes on Thursday"."""
    words = WORD.findall(text[:60])[:1]
    return bool(words) and words[0].islower() and (has_verb(words[0]) or words[0] in BASE_VERBS | AUXILIARIES)


def names_event(text: str, time: FoundTime) -> bool:
    """Whether what belongs to a day is an event of the calendar: "Sunday's vote", and not "Monday's flood"."""
    return not _first_words(text[time.end + 2 :], 5).isdisjoint(EVENTS)


def is_hour_of(text: str, time: FoundTime) -> bool:
    """Whether an hour of that day is meant: "to report after Thursday's close"."""
    return _HOUR_BEFORE.search(text[: time.start]) is not None and _HOUR_AFTER.match(text[time.end :]) is not None


def find_cue(text: str, time: FoundTime) -> _Cue | None:
    """The cue that decides, or None."""
    left, right = cut_sides(text, time)
    nearest = next(list_left(WORD.findall(left.rpartition(" whether ")[2])), None)
    if nearest is not None:
        return nearest.cue
    return find_right(WORD.findall(right))


def cut_sides(text: str, time: FoundTime) -> tuple[str, str]:
    """What stands before a time and behind it, as far as its cues may be."""
    left = _BY_SO_MUCH.sub("", _BARRIERS.split(text[max(0, time.start - 400) : time.start])[-1])
    right = _BARRIERS.split(text[time.end : time.end + 300])[0]
    return left, _NEXT_CLAUSE.split(right)[0] if left.count(" ") > 2 else right


def _first_words(text: str, count: int) -> set[str]:
    return {word.lower() for word in WORD.findall(text[:60])[:count]}


def list_left(words: list[str]) -> Iterator[_Placed]:
    """The cues among the words before a time, the last one first."""
    lowered = [word.lower() for word in words]
    for place in range(len(words) - 1, -1, -1):
        cue = _judge_word(words, lowered, place)
        if cue is not None:
            yield _Placed(place, cue)


def _judge_word(words: list[str], lowered: list[str], place: int) -> _Cue | None:
    """What the word at a place says of the time that the words lead to; None where it is no cue."""
    word = lowered[place]
    before = lowered[place - 1] if place else ""
    lead = lowered[place - 2] if place > 1 else ""
    following = lowered[place + 1] if place + 1 < len(words) else ""
    if before == "to" and (word in BASE_VERBS or lead in LEADS_TO):
        if (
            lead in ("was", "were")
            or (lead in _MEANT and lowered[place - 3 : place - 2] == ["had"])
            or (lead in LEADS_TO and lowered[place - 3 : place - 2] in (["was"], ["were"], ["been"]))
            or (lowered[place - 3 : place - 2] in (["was"], ["were"]) and lead in _DEGREES)
        ):
            return _Cue("behind", word)  # "he was to speak", "was due to end": he did not, or has
        return _Cue("behind" if lead in DONE_THEN_TO else "ahead", word)
    if (
        word in PLURAL_VERBS
        and (before in _ALL or _is_plural(before) or _are_two(words, place))
        and following not in _HOW_IT_ENDED
    ):
        return _Cue("ahead", word)  # "ministers hold a call on Tuesday", "US markets close on Thursday"
    if word in ("forecast", "plan") and before in ("its", "own", "their", "his", "the", "a", "new"):
        return None  # "reaffirmed its own forecast at a conference on Tuesday"
    if is_present(word) and words[place].islower():
        return _Cue("ahead", word)  # "flagged a record and gives details on 29-Jan", "sells 10-year notes today"
    if before in ("is", "are", "be", "remain", "remains", "stay", "stays") and (_is_past(word) or word == "shut"):
        return _Cue("ahead", word)  # "is closed on Friday"
    if word in SESSION_NOUNS and following in _HOW_IT_ENDED and not _MODALS & {before, lead}:
        return _Cue("behind", word)
    if word == "notes" and following != "that" and not (place and _is_name(words[place - 1])):
        return None  # "10-year notes"
    if word == "runs" and following in ("out", "until", "till", "from", "to"):
        return _Cue("ahead", word)
    if word == "out" and before in ("is", "are"):
        return _Cue("ahead", word)  # "GDP is out on Friday"
    if (
        word == "up"
        and before in ("is", "are")
        and (lead == "time" or words[place + 2 : place + 4] in (["the", "close"], ["the", "bell"], ["the", "open"]))
    ):
        return _Cue("ahead", word)  # "Tesla is up after the close today", "time is up for bidders on Monday"
    if word == "overnight" and before in ("out", "due", "published"):
        return None
    if word in SOMETIMES_PAST and _governs(before, following):
        return _Cue("behind", word)  # "advanced the bill on Sunday", and not "advanced talks on Sunday"
    if word == "set" and following not in _SET_TO and before not in AUXILIARIES:
        return _Cue("behind", word)  # "set fresh records on Monday", and not "set for Monday"
    if word == "say" and before == "not":
        return _Cue("behind", word)  # "could not say on Wednesday when"
    if word == "due" and before == "fell":
        return _Cue("behind", word)  # "the note that fell due on Sunday"
    if word in ("until", "till") and before == "had":
        return _Cue("behind", word)  # "had until Thursday to bid, and said it would not"
    if word in SESSION_NOUNS and place >= len(words) - 2 and lowered[-1] not in ("from", "until", "till", "through"):
        if before in RESUMES or before in _MODALS or (before == "the" and lead in _UP_TO):
            return None  # "will resume trading on Thursday", "until the close on Friday", "reports after the close on Tuesday"
        return _Cue("behind", word)  # "the drop on Tuesday"
    if word in _CUTS and (before in ("a", "the", "rate", "another", "first") or before.endswith("'s")):
        return None  # "the RBNZ's cut on Wednesday"
    if word in NEAR and before == "due" and lead in ("was", "were"):
        return _Cue("behind", word)  # "was due before year-end"
    if word == "ahead" and following == "of" and not _FORECASTS.isdisjoint(lowered[place + 2 : place + 4]):
        return None  # "EPS ahead of consensus late Tuesday"
    if word == "out" and before == "put":
        return _Cue("behind", word)
    if word == "by" and following not in _BY_WHEN:
        return None  # "a report by Handelsblatt on Tuesday"
    if word in NEAR and (place < len(words) - NEAR[word] or following.endswith("ing")):
        return None  # "threatened tariffs before softening his tone over the weekend"
    if word == "polls" and before == "the" and lead == "to" and lowered[place - 3 : place - 2] in _GO:
        return _Cue("ahead", word)  # "the Dutch head to the polls today"
    if word in AHEAD_OF_NAME and place and _is_name(words[place - 1]):
        return _Cue("ahead", word)
    if word in STARTING and before and before not in STARTS_OF:
        return _Cue("ahead", word)
    cue = _read_cue(words[place], word, before)
    if cue == "ahead" and before in ("been", "first", "originally", "initially") and lead in ("had", "was", "were"):
        return _Cue("behind", word)  # "had been due on Thursday"
    if cue == "ahead" and before in ("was", "were", "had", "have", "has") and word not in ("until", "by", "before"):
        # "was due this week" has been; "has scheduled" is still to come.
        return _Cue("behind" if before in ("was", "were", "had") else "ahead", word)
    if cue and not (word in WEAK and place == 0):
        return _Cue(cue, word)
    return None


def _are_two(words: list[str], place: int) -> bool:
    """Whether two names stand before a verb: "Tesla and Alphabet report on Wednesday"."""
    return place > 2 and words[place - 2] == "and" and words[place - 1][0].isupper() and words[place - 3][0].isupper()


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "'s")) and word not in AHEAD


def _governs(before: str, following: str) -> bool:
    """Whether a participle is the sentence's verb: what it is done to or by stands behind it, and no "is" or "more" before it."""
    return following in _OBJECT and before not in _NO_SUBJECT


def _is_name(word: str) -> bool:
    """Whether a capitalised word stands before the verb and does not merely open the sentence."""
    return word[0].isupper() and (
        word.lower() not in ("media", "press", "local", "other", "earlier", "fresh", "separate")
    )


def find_right(words: list[str]) -> _Cue | None:
    lowered = [word.lower() for word in words]
    for place, word in enumerate(lowered[:40]):
        if word == "to" and place + 1 < len(lowered) and lowered[place + 1] in BASE_VERBS:
            return _Cue("ahead", word)
        before = lowered[place - 1] if place else ""
        if word in WEAK or word in SESSION_NOUNS or word in NEAR:
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
    if word in AHEAD:
        return "ahead"
    if printed[:1].isupper() and printed.lower() != "said" and before:
        return None  # a name: "Fed", "United"
    if word in BEHIND or _is_past(word):
        return "behind"
    return None


def is_present(word: str) -> bool:
    word = word.removeprefix("re") if word not in ("redeems", "resumes", "reopens", "reveals", "responds") else word
    return word.endswith("s") and (word[:-1] in ONLY_VERBS or word[:-2] in ONLY_VERBS)


def _is_past(word: str) -> bool:
    return word in BEHIND or (len(word) > 4 and word.endswith("ed") and word not in NO_PAST)
