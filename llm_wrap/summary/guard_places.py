"""What a number does in its sentence: which way it goes (up, down), and in which role (new, old, the change, expected)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from llm_wrap.summary.guard_context import KEPT, Passage
from llm_wrap.summary.guard_quantities import Quantity
from llm_wrap.summary.guard_roles import read_roles
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import DIRECTIONS, NEGATIONS, TIME_UNITS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: token `index` of `passage`, what it may be read as, which way it goes and in which role."""

    passage: Passage
    index: int
    readings: tuple[Quantity, ...]
    polarity: int
    roles: frozenset[str]

    @property
    def token(self) -> Token:
        return self.passage.tokens[self.index]


@lru_cache(maxsize=KEPT)
def find_places(passage: Passage) -> tuple[Place, ...]:
    """The numbers of a passage."""
    return tuple(
        Place(
            passage,
            index,
            passage.tokens[index].quantities,
            _polarity(passage, index),
            read_roles(passage.tokens, index),
        )
        for index in passage.quantities()
    )


# --- which way a number goes ------------------------------------------------------------------------------------------------------

_NOT_A_CHANGE = frozenset("to at from of versus vs against consensus between".split())
_SIDE_WORDS = {
    "below": -1,
    "under": -1,
    "lower": -1,
    "less": -1,
    "fewer": -1,
    "down": -1,
    "above": 1,
    "higher": 1,
    "more": 1,
    "up": 1,
}
_CHANGE_NOUNS = {
    "decline": -1, "drop": -1, "fall": -1, "decrease": -1, "slide": -1, "contraction": -1, "reduction": -1, "cut": -1, "loss": -1, "dip": -1,
    "increase": 1, "rise": 1, "gain": 1, "growth": 1, "jump": 1, "advance": 1, "surge": 1, "expansion": 1, "hike": 1, "climb": 1,
}  # fmt: skip


def _polarity(passage: Passage, index: int) -> int:
    """1 up, -1 down, 0 where the words do not say or the number is a level."""
    tokens = passage.tokens
    quantity = tokens[index].quantities[0]
    if quantity.signed:
        return -1 if quantity.value < 0 else 1
    return word_polarity(passage, index)


def word_polarity(passage: Passage, index: int) -> int:
    """What the words around a number say of its direction, whatever its sign."""
    tokens = passage.tokens
    quantity = tokens[index].quantities[0]
    if quantity.family not in ("amount", "fraction") or quantity.unit in TIME_UNITS:
        return 0
    after = [token for token in tokens[index + 1 : index + 4] if token.kind != "tag"]
    for place, token in enumerate(after[:2]):
        if token.lower in _SIDE_WORDS and place == 0:
            return _SIDE_WORDS[token.lower]
        if token.lower in _CHANGE_NOUNS:
            return _CHANGE_NOUNS[token.lower]
        if token.kind != "word" or token.lower in ("and", "from", "to"):
            break
    for back in range(1, 7):
        place = index - back
        if place < 0 or tokens[place].text in (":", "."):
            return 0
        if tokens[place].text in (",", ";"):
            return _shared_polarity(passage, place, index)
        token = tokens[place]
        if token.lower == "than":
            if tokens[place - 1].lower in _SIDE_WORDS and "expected" in read_roles(tokens, index):
                return 0  # "contracted 0.4%, more than the 0.1% forecast"
            if place and tokens[place - 1].lower in _BOUNDING:
                if back > 2:
                    return 0  # "more than wiped out by the A$245m"
                continue  # "shrank by more than a quarter"
            return (
                _CHANGE_NOUNS.get(tokens[place - 1].lower, _SIDE_WORDS.get(tokens[place - 1].lower, 0)) if place else 0
            )
        if token.lower == "of" and back <= 2 and place and tokens[place - 1].lower in _CHANGE_NOUNS:
            return _CHANGE_NOUNS[tokens[place - 1].lower]
        if (
            back <= 2
            and token.lower in _NOT_A_CHANGE
            and not (token.lower == "to" and place and _same_kind(tokens[place - 1], tokens[index]))
        ):
            return 0
        if (
            token.quantities
            and token.quantities[0].family in ("amount", "fraction")
            and not _coordinated(tokens, place, index)
        ):
            return 0
        sign = direction_of(token)
        if sign:
            negated = any(one.lower in NEGATIONS for one in tokens[max(0, place - 3) : place])
            return -sign if negated else sign
    return 0


_BOUNDING = frozenset("more less fewer".split())


def _same_kind(one: Token, other: Token) -> bool:
    """Whether "one to other" is a range: "1% to 2%", not "25 bp to 4.25%"."""
    return bool(one.quantities) and one.quantities[0].unit in ("", other.quantities[0].unit)


def _shared_polarity(passage: Passage, comma: int, index: int) -> int:
    """ "lost 2.8%, the zloty 1.1% and Raiffeisen 6%": a number behind a mere name has the verb of the number before it."""
    tokens = passage.tokens
    between = tokens[comma + 1 : index]
    before = tokens[comma - 1] if comma else None
    if before is None or not before.quantities or before.quantities[0].unit != tokens[index].quantities[0].unit:
        return 0
    if all(token.capital or token.kind != "word" or token.lower in _IN_LISTS for token in between):
        return _polarity(passage, comma - 1)
    return 0


_IN_LISTS = frozenset("the and a zloty peso won yen yuan baht".split())


def _coordinated(tokens: Sequence[Token], one: int, other: int) -> bool:
    between = tokens[one + 1 : other]
    return any(token.lower in ("to", "and", "or") for token in between) and not any(
        token.lower in ("but", "while", "from") for token in between
    )


def direction_of(token: Token) -> int:
    """1 or -1 for a word that says which way a number moves, else 0."""
    if token.lower in _UNCLEAR:
        return 0
    return next((sign for axis, sign in DIRECTIONS.get(token.stem, ()) if axis == "move"), 0)


_UNCLEAR = frozenset(
    "more less most than add added adds strong weak big larger record high low hot cheap cheaper dearer best worst cut's".split()
)
