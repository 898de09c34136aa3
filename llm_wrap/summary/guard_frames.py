"""Who does what to whom, as far as words show it without a parser: verbs, voice, and the part that a name has in its clause.

    "Netco is sold to KKR by TIM"      is sold: a verb in the passive; Netco stands before it, KKR has the part "to", TIM "first"
    "TIM sells Netco to KKR"           Netco stands behind the verb, KKR has the part "to", TIM "first": the same frame
    "Trump said on Truth Social …"     Trump is "said"; Truth Social has the part "in"

A word that stands before a passive verb counts as standing behind it, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import DIRECTIONS, IRREGULAR, SPEAKS, TITLES, stem

_BE = frozenset("be is are was were been being".split())
_MODAL = frozenset("will would may could can should not".split())
_VERBS = frozenset("has have had says said sees see expects".split()) | _BE | _MODAL | frozenset(IRREGULAR)
_PARTICIPLES = frozenset("cut put set paid made led met seen hit".split())


def find_verbs(tokens: Sequence[Token]) -> tuple[bool, ...]:
    """Which words are likely verbs, by their form or by the word before."""
    return tuple(_is_verb(tokens, index) for index in range(len(tokens)))


def _is_verb(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if token.kind != "word":
        return False
    formed = (
        token.lower in _VERBS
        or token.stem in DIRECTIONS
        or (token.lower.endswith(("ed", "ing")) and len(token.lower) > 4)
    )
    return formed or (index > 0 and (tokens[index - 1].lower == "to" or tokens[index - 1].lower in _MODAL))


def find_passives(tokens: Sequence[Token], verbs: Sequence[bool]) -> tuple[bool, ...]:
    """Which verbs are in the passive: "was bought", "forecasts cut by"."""
    return tuple(verbs[index] and _is_passive(tokens, index) for index in range(len(tokens)))


def _is_passive(tokens: Sequence[Token], index: int) -> bool:
    word = tokens[index].lower
    if not word.endswith(("ed", "en", "wn", "ght", "ld")) and word not in _PARTICIPLES:
        return False
    been = any(token.lower in _BE for token in tokens[max(0, index - 3) : index])
    return been or any(token.lower == "by" for token in tokens[index + 1 : index + 3])


# Prepositions by the part that they give what follows them.
PARTS = {
    **dict.fromkeys(("of", "among", "including", "like"), "of"),
    **dict.fromkeys(("in", "at", "on", "within", "inside", "outside", "near"), "in"),
    **dict.fromkeys(("to", "for", "into", "towards"), "to"),
    **dict.fromkeys(("against", "versus", "vs", "than"), "against"),
    **dict.fromkeys(("by", "via", "per"), "by"),
    **dict.fromkeys(("below", "under"), "below"),
    **{word: word for word in ("from", "with", "over", "above", "after", "between", "as", "about")},
}
BEFORE_NAMES = frozenset("the a an about around some nearly almost just only its their".split()) | TITLES
FIRST = "first"  # who does it: nothing stands before it, or "by" and a passive
OBJECT = "object"  # to whom it is done: right behind a verb, or before a passive
AUXILIARY = _BE | _MODAL | frozenset("has have had to".split())
SAYS = "says"


def read_parts(
    tokens: Sequence[Token], verbs: Sequence[bool], passives: Sequence[bool], start: int, end: int
) -> Iterator[str]:
    """The parts that the words beside tokens `start` to `end` give them."""
    if is_speaking(tokens, start, end):
        yield SAYS
    if end > start and tokens[end - 1].lower.endswith(("'s", "s'")):
        yield "of"
        return
    place = start - 1
    while place >= max(0, start - 3) and (tokens[place].kind == "tag" or tokens[place].lower in BEFORE_NAMES):
        place -= 1
    if place < 0:
        if start == 0:
            yield OBJECT if _is_done_to(tokens, verbs, passives, end) else FIRST
        return
    if verbs[place] and tokens[place].lower not in AUXILIARY and not passives[place]:
        yield OBJECT
    part = PARTS.get(tokens[place].lower)
    if part == "by" and any(passives[max(0, place - 3) : place]):
        yield FIRST
    elif part is not None:
        yield part


def _is_done_to(tokens: Sequence[Token], verbs: Sequence[bool], passives: Sequence[bool], end: int) -> bool:
    """Whether the first verb behind token `end` is in the passive: "Netco is sold"."""
    for place in range(end, min(len(tokens), end + 8)):
        if verbs[place] and tokens[place].lower not in AUXILIARY:
            return passives[place]
    return False


_SPEAKING = frozenset(stem(word) for word in SPEAKS)


def is_speaking(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether what stands at `start` to `end` says something: "X said", "said X", "according to X", "per X"."""
    behind = [token for token in tokens[end : end + 3] if token.kind != "tag"][:1]
    if behind and behind[0].stem in _SPEAKING:
        return True
    before = tokens[start - 1] if start else None
    if before is None:
        return False
    source = before.lower == "per" or (before.lower == "to" and start > 1 and tokens[start - 2].lower == "according")
    return source or before.stem in _SPEAKING
