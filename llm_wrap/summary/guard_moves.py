"""Directions that numbers themselves show: "to 19% from 18%" is a rise, whatever the verb; "3.2%, above the 3.5% expected" is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from llm_wrap.summary.guard_numbers import matching
from llm_wrap.summary.guard_places import Place, direction_of
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import RANKS


class _MovingWord(NamedTuple):
    place: int
    sign: int


def settled_turns(said: Sequence[Place], known: Sequence[Place]) -> frozenset[int]:
    """The tokens before a number whose direction is that of the same number in the sources."""
    settled: set[int] = set()
    for place in said:
        if place.polarity and any(one.polarity == place.polarity for one in matching(place, known)):
            settled |= set(range(max(0, place.index - 4), place.index + 3))
        word = _moving_word(place)
        if word is not None and word.sign in _ways(place, known):
            settled.add(word.place)
    settled |= {word.place for place in said for word in _ranked_words(place) if word.sign == place.polarity}
    return frozenset(settled)


def _ranked_words(place: Place) -> Iterator[_MovingWord]:
    """The "drop" of "slid 2.3%, the smallest drop in seven months": what is said of the number before it."""
    tokens = place.passage.tokens
    for index in range(place.index + 1, len(tokens)):
        if not place.polarity or tokens[index].quantities or tokens[index].lower in _OTHER:
            return
        sign = direction_of(tokens[index])
        if sign and tokens[index - 1].lower in RANKS:
            yield _MovingWord(index, sign)


_OTHER = frozenset("after since following despite before from while but though although when as than against".split())


def check_moves(said: Sequence[Place], known: Sequence[Place]) -> Iterator[Offence]:
    """ "lowered to 19%" where the sources have "to 19% from 18%", whatever verb they have; "fell 2%, its biggest rise"."""
    for place in said:
        word = _moving_word(place)
        if word is not None and _ways(place, known) == {-word.sign}:
            yield Offence(place.passage.tokens[word.place].text, "direction")
        for ranked in _ranked_words(place):
            if ranked.sign == -place.polarity:
                yield Offence(place.passage.tokens[ranked.place].text, "direction")


def _ways(place: Place, known: Sequence[Place]) -> set[int]:
    return {way for one in matching(place, known) if (way := _way(one, known))}


def _moving_word(place: Place) -> _MovingWord | None:
    """The verb that a "to 19%" ends, with its direction, where one word alone says it."""
    tokens = place.passage.tokens
    if not place.index or tokens[place.index - 1].lower != "to" or place.readings[0].family != "amount":
        return None
    for back in range(place.index - 2, max(-1, place.index - 12), -1):
        token = tokens[back]
        if (
            token.text in (";", ".", ",")
            or (token.quantities and token.quantities[0].unit == place.readings[0].unit)
            or token.lower in ("and", "but", "while")
        ):
            return None
        sign = direction_of(token)
        if sign and token.stem in _OF_CURRENCIES and not place.readings[0].unit:
            return None  # "weakened to 912 to the dollar" from 880
        if sign and token.lower not in ("growth", "loss", "gain"):
            return _MovingWord(back, sign)
    return None


_OF_CURRENCIES = frozenset("weaken strengthen firm soften".split())


def _way(place: Place, known: Sequence[Place]) -> int:
    """1 where the number stands after a lower one ("to 5 from 4"), -1 after a higher one, 0 where that is not said."""
    if "old" in place.roles or not place.roles & {"new"}:
        return 0
    quantity = place.readings[0]
    olds = [
        one
        for one in known
        if one.passage is place.passage
        and "old" in one.roles
        and "expected" not in one.roles
        and one.readings[0].unit == quantity.unit
        and one.readings[0].value != quantity.value
        and abs(one.index - place.index) <= _PAIR_REACH
    ]
    nearest = min(olds, key=lambda one: abs(one.index - place.index), default=None)
    if nearest is None:
        return 0
    return 1 if quantity.value > nearest.readings[0].value else -1


_PAIR_REACH = 6  # words between "to 5%" and "from 4%"
_OVER = frozenset("above over topping beat beats beating exceeding ahead more higher overshooting".split())
_UNDER = frozenset("below under short missed misses missing less fewer lower undershooting".split())


def check_comparisons(said: Sequence[Place]) -> Iterator[Offence]:
    """ "3.2%, above the 3.5% expected" contradicts itself: every number before it that could be meant is on the other side."""
    for number, place in enumerate(said):
        if "expected" not in place.roles:
            continue
        tokens = place.passage.tokens
        words = {token.lower for token in tokens[max(0, place.index - 5) : place.index] if not token.quantities}
        over = bool(words & _OVER) - bool(words & _UNDER)
        unit, value = place.readings[0].unit, place.readings[0].value
        rivals = [
            abs(one.readings[0].value) > abs(value)
            for one in said[:number]
            if one.readings[0].unit == unit
            and one.readings[0].family == "amount"
            and not one.roles & {"old", "delta", "expected"}
        ]
        if over and unit and rivals and not any(rival == (over > 0) for rival in rivals):
            word = next(
                token.text
                for token in tokens[max(0, place.index - 5) :]
                if token.lower in (_OVER if over > 0 else _UNDER)
            )
            yield Offence(word, "direction")
