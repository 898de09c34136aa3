"""Whose deed it is: what a name does or has done to it, by verbs and by nouns that are made of them.

    "TIM agreed to sell Netco to KKR"      TIM agree first, sell first     Netco sell object     KKR sell to
    "Netco is sold to KKR by TIM"          Netco sell object     KKR sell to     TIM sell first
    "TIM's sale of Netco"                  TIM sell first     Netco sell object

Words of one meaning are one (`guard_context.feature`), so that active and passive, verb and noun meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from llm_wrap.summary.guard_context import KEPT, Passage
from llm_wrap.summary.guard_frames import AUXILIARY, BEFORE_NAMES, FIRST, OBJECT, PARTS
from llm_wrap.summary.guard_words import SAME_WORDS, stem


class Deed(NamedTuple):
    """What is done (a feature), and the part that the name has in it."""

    act: str
    part: str


@lru_cache(maxsize=8 * KEPT)
def read_deeds(passage: Passage, start: int, end: int) -> frozenset[Deed]:
    """The deeds that what stands at `start` to `end` has a part in."""
    if end <= start:
        return frozenset()
    if passage.tokens[end - 1].lower.endswith(("'s", "s'")):
        return frozenset(_read_owned(passage, end))
    behind = frozenset(_read_behind(passage, start))
    if any(deed.part not in _MAY_ACT for deed in behind):
        return behind  # "told Bloomberg that the White House supports": what follows is another's
    return behind.union(_read_ahead(passage, end))


_AHEAD, _BEHIND = 9, 8  # words in which the verb may be
_ENDS = frozenset({";", ".", ":"})
_MAY_ACT = frozenset({FIRST, "after", "as"})  # "after the FDA widened": behind a conjunction a name may do something
_SAYING = frozenset(SAME_WORDS.get(stem(word), stem(word)) for word in "say add argue warn report expect".split())


def _is_act(passage: Passage, place: int) -> bool:
    token = passage.tokens[place]
    plain = passage.verbs[place] and token.lower not in AUXILIARY and token.lower not in ("up", "down")
    return plain and not token.capital and passage.features[place] is not None


def _read_owned(passage: Passage, end: int) -> Iterator[Deed]:
    """ "TIM's sale": the first word behind that says something."""
    act = next((said for said in passage.features[end : end + 3] if said is not None and said[0] != "#"), None)
    if act is not None:
        yield Deed(act, FIRST)


def _read_ahead(passage: Passage, end: int) -> Iterator[Deed]:
    """The first verb behind, and the one that it leads to: "agreed to sell"."""
    found = False
    for place in range(end, min(len(passage.tokens), end + _AHEAD)):
        if passage.tokens[place].text in _ENDS:
            return
        if not _is_act(passage, place):
            continue
        led = passage.tokens[place - 1].lower == "to"
        if found and not led:
            return
        act = passage.features[place]
        assert act is not None
        yield Deed(act, OBJECT if passage.passives[place] else FIRST)
        if found:
            return
        found = True


def _read_behind(passage: Passage, start: int) -> Iterator[Deed]:
    """The nearest verb before, or the noun that an "of" or a "by" links: "bought Netco", "sold to KKR", "sale of Netco", "sold by TIM"."""
    tokens = passage.tokens
    place = start - 1
    while place >= 0 and (tokens[place].kind == "tag" or tokens[place].lower in BEFORE_NAMES):
        place -= 1
    part = PARTS.get(tokens[place].lower) if place >= 0 else None
    if part in ("of", "by") and place:
        act = passage.features[place - 1]
        if act is not None and act[0] != "#" and not passage.verbs[place - 1]:
            yield Deed(act, OBJECT if part == "of" else FIRST)
    for back in range(place, max(-1, place - _BEHIND), -1):
        if tokens[back].text in _ENDS:
            return
        if _is_act(passage, back):
            act = passage.features[back]
            assert act is not None
            if part == "by" and passage.passives[back]:
                yield Deed(act, FIRST)
            elif part is not None:
                yield Deed(act, part)
            elif back == place and act not in _SAYING:
                yield Deed(act, FIRST if passage.passives[back] else OBJECT)
            return
