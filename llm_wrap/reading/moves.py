"""Which way a sentence says that a company went. In: the sentence and where the company's name ends. Out: up, down, or nothing.

    told = name {word} move        "UMC has no US fab and could lose share", "HDFC Bank and Infosys rose nonetheless"
         | move {word} "," name    "Cliffs dropped 8.2%, Nucor 4.4%": a list that spares the verb

Words of another clause say nothing of it: "Cliffs fell, but Ford gained".
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from llm_wrap.reading.wording import content_words

Way = Literal["up", "down"]
_WAYS: dict[str, Way] = {
    **dict.fromkeys(
        """
        up higher stronger rise rises rose risen rising gain gains gained gaining climb climbs climbed climbing jump jumps jumped jumping surge surges
        surged surging soar soars soared soaring rally rallied rallying leap leaps leapt advance advanced rebound rebounded recovered outperform
        outperformed
        """.split(),
        "up",
    ),
    **dict.fromkeys(
        """
        down lower weaker fall falls fell fallen falling lose loses lost losing drop drops dropped dropping slide slides slid sliding slip slips
        slipped decline declines declined declining tumble tumbled tumbling slump slumped slumping sink sinks sank plunge plunged plunging shed
        retreated eased lag lags lagged lagging underperform underperformed
        """.split(),
        "down",
    ),
}
# That two passages say so is nothing shared: every row moves.
MOVES = content_words(f"{' '.join(_WAYS)} led lead record best worst") - content_words(
    "lose loses lost losing shed eased"
)
_CLAUSE = re.compile(r";\ |\.\ |,?\ (?:while|whereas|though|although|but|yet)\ ")
_WORD = re.compile(r"[A-Za-z][\w.&'-]{0,30}")
_BRACKET = re.compile(r"\([^()]{1,60}\)")
_FIGURE = re.compile(r"\s{0,2}(?:\([^()]{1,60}\)\s)?[+-]?[0-9]")
_NOT = frozenset("not no never without neither nor didn't doesn't don't won't hardly avoid avoided".split())
# What may stand between a name and its move, other names aside.
_LINKS = frozenset("and both each all also was were is are had has shares stock closed ended finished to".split())


class ToldWay(NamedTuple):
    """`moved`: the word is the move of its shares, and not of what it makes or says: "Ford rose", not "Ford said costs rose"."""

    way: Way
    moved: bool


def told_way(text: str, end: int) -> ToldWay | None:
    """The way of the company whose name ends there.

    >>> sentence = "Cliffs (CLF) dropped 8.2%, Nucor (NUE) 4.4%; Ford (F) could lose share, but Tesla (TSLA) did not"
    >>> [told and told.way for name in ("CLF)", "NUE)", "F)", "TSLA)") for told in [told_way(sentence, sentence.index(name) + len(name))]]
    ['down', 'down', 'down', None]
    """
    if _FIGURE.match(text, end):
        return _first_way(_words(_CLAUSE.split(text[:end])[-1])[::-1])
    return _first_way(_words(_CLAUSE.split(text[end:], maxsplit=1)[0]))


def _words(clause: str) -> list[str]:
    return [word.rstrip(".") for word in _WORD.findall(_BRACKET.sub("", clause))]


def _first_way(words: list[str]) -> ToldWay | None:
    for place, word in enumerate(words):
        way = _WAYS.get(word.lower())
        if way:
            if _NOT & {one.lower() for one in words[max(0, place - 3) : place]}:
                return None
            return ToldWay(way, all(one[0].isupper() or one in _LINKS for one in words[:place]))
    return None
