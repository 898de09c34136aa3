"""Whether a weekday that may be the one just gone is to come. In: a sentence and such a day in it. Out: yes or no.

On a Wednesday "Tuesday" is the day before as a rule, and the coming one only where the sentence says so: by a cue of `tense` that no sentence on
what has been has, by a list ("Tuesday: UK jobs"), or by words for the week ahead.
"""

from __future__ import annotations

import re

from llm_wrap.reading.cues import AHEAD, AHEAD_OF_NAME, LEADS_TO
from llm_wrap.reading.tense import (
    AUXILIARIES,
    OPENS_AHEAD,
    PLANS,
    WORD,
    cut_sides,
    find_right,
    list_left,
    names_event,
    opens_day,
)
from llm_wrap.reading.times import FoundTime

# "CPI rose more than expected", "the delayed report", "a plan": no word of what is to come.
_NOUN_BEFORE = frozenset("than as the a an its their his her".split())
# "reports record sales": told, and not on its way.
_TOLD_OF = frozenset(
    "a an record strong weak higher lower better worse solid robust surprise rise fall drop jump net bigger wider narrower smaller rising falling upbeat".split()
)
# "comments by Lagarde on Tuesday may weigh"
_TELLINGS = frozenset("comment comments remark remarks story note filing article interview memo letter".split())
_HOURS = frozenset("close bell market hours open".split())
_LAST_CLAUSE = re.compile(r"[.;,]\ ")
_OWNS = ("'s ", "’s ", " a ", " its ", " their ", " his ")
_NOUN = re.compile(r"\ [a-z]{3}")
_PLANNED = frozenset("expected due planned scheduled slated set".split())
_FOLLOWS = re.compile(r"\bfollows?\ \Z")  # "follows Tuesday's statement"
_LISTED = (("", ":"), (";", ":"), ("(", ")"))  # what stands around a day of a list
_WEEK_AHEAD = re.compile(r"\b(?:[Nn]ext\ week|[Ww]eek\ ahead|[Cc]oming\ week|[Cc]alendar|[Dd]iary)\b")
_IS_ON = re.compile(r"\b(?:is|are)\ (?:on\ )?\Z")  # "the vote is on Monday"


def looks_ahead(text: str, time: FoundTime, *, row: bool = False) -> bool:
    """Whether a sentence says of a day that it is to come, in words that no day just gone can have.

    What is weak alone ("by", "before the open", "better to sell", "than expected") counts where no past stands before it: "gave it
    all back by Friday". In a `row` of a mover it never does, and a headline's present tells what has been: "unveils a new chip".
    """
    before = text[: time.start]
    if opens_day(text, time) or (before.rstrip()[-1:], text[time.end : time.end + 1]) in _LISTED:
        return True  # "Tuesday: UK jobs", "UK jobs (Tue)"
    if OPENS_AHEAD.match(text) or _WEEK_AHEAD.search(before) or _IS_ON.search(before):
        return True
    if _is_told_then(before) or (_FOLLOWS.search(before) and text.startswith(("'s", "’s"), time.end)):
        return False
    if before.endswith(_OWNS) and _NOUN.match(text, time.end) and not names_event(text, time):
        return False  # "the bank's Wednesday guidance"
    left, right = cut_sides(text, time)
    words = WORD.findall(left.rpartition(" whether ")[2])
    weak = False
    for place, cue in list_left(words):
        if cue.tense == "behind":
            return False
        if not _is_weak([word.lower() for word in words], place, row=row):
            return not _fell_through(words, place, right)
        weak = True
    if weak:
        return not row
    found = find_right(WORD.findall(right))
    return found is not None and found.tense == "ahead" and not row


def _is_told_then(before: str) -> bool:
    """Whether what stands before a day makes it that of words told, or of what came first: "the ruling of Tuesday", "comes a day after the speech on Tuesday"."""
    words = _LAST_CLAUSE.split(before[-80:])[-1].lower().split()
    while words and words[-1] in ("on", "late", "early"):
        words.pop()
    if words[-1:] == ["of"]:
        return True
    for place in range(max(len(words) - 6, 0), len(words)):
        word, behind = words[place], [one for one in words[place + 1 : place + 3] if one != "the"]
        if word in _TELLINGS or (word == "report" and words[max(place - 1, 0)] in ("a", "media", "press", "newspaper")):
            return True
        if (word == "after" and behind and behind[0] not in _HOURS) or (word == "according" and behind):
            return True
    return False


def _is_weak(lowered: list[str], place: int, *, row: bool) -> bool:
    """Whether a cue of what is to come may stand in a sentence on what has been."""
    word = lowered[place]
    before = lowered[place - 1] if place else ""
    following = lowered[place + 1] if place + 1 < len(lowered) else ""
    if word in ("by", "before") or word in PLANS:
        return True
    if before == "to":
        return (lowered[place - 2] if place > 1 else "") not in LEADS_TO
    if word in AHEAD_OF_NAME:
        return row or following in _TOLD_OF
    return (word in AHEAD and before in _NOUN_BEFORE) or (row and word.endswith("s"))


def _fell_through(words: list[str], place: int, right: str) -> bool:
    """ "The vote planned for Tuesday did not take place": what was to be, and what came of it behind."""
    if words[place].lower() not in _PLANNED or words[max(place - 1, 0)].lower() in AUXILIARIES:
        return False
    behind = find_right(WORD.findall(right))
    return behind is not None and behind.tense == "behind"
