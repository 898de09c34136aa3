"""Shares in words: "a third", "nine in ten", "half a point"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from llm_wrap.summary.guard_quantities import Quantity, make_amount
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_units import find_unit, lower_at, make_token, skip_hyphen
from llm_wrap.summary.guard_words import DIRECTIONS, FRACTIONS, NUMBER_WORDS, ROUNDING, SCALES, STOPWORDS


def read_part_of_unit(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "half a percentage point"  "a quarter of a point"  "a quarter-point"  "a full point"  "half a million"."""
    first = lower_at(raw, index)
    place = index + 1 if first in ("a", "an", "one") else index
    if first == "three" and lower_at(raw, index + 1) == "quarters" and lower_at(raw, index + 2) == "of":
        value, place = 3 * FRACTIONS["quarter"], index + 3
        place = place + 1 if lower_at(raw, place) in ("a", "an") else place
    elif lower_at(raw, place) in ("full", "whole") and place > index:
        value, place = Decimal(1), place + 1
    elif place > index and lower_at(raw, place) in ("point", "percentage"):
        value = Decimal(1)
    elif lower_at(raw, place) in ("half", "quarter"):
        value, place = FRACTIONS[lower_at(raw, place)], place + 1
        place = place + 1 if lower_at(raw, place) == "of" else place
        place = place + 1 if lower_at(raw, place) in ("a", "an") else place
    else:
        return None
    end = skip_hyphen(raw, place)
    scale = SCALES.get(lower_at(raw, end), 0) if len(lower_at(raw, end)) > 3 else 0
    if scale:
        value, end = value.scaleb(scale), end + 1
    unit, after = find_unit(raw, end)
    if (
        not scale
        and unit != "point"
        and (unit not in ("year", "decade", "century") or (unit == "year" and first in ("a", "an", "one")))
    ):
        return None
    return make_token(raw, index, after - index, make_amount(value, 0, unit, "1"))


def read_fraction(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "a third"  "two thirds"  "half"  "three quarters"  "one in five"  "nine in ten"."""
    token = raw[index]
    number = 1 if token.lower in ("a", "an") else NUMBER_WORDS.get(token.lower)
    if token.lower == "half" and lower_at(raw, index - 1) not in ("first", "second", "per", "in"):
        return make_token(raw, index, 1, Quantity("fraction", FRACTIONS["half"]))
    if token.lower in FRACTIONS and lower_at(raw, index - 1) == "by" and not token.lower.endswith("s"):
        return make_token(raw, index, 1, Quantity("fraction", FRACTIONS[token.lower]))  # "rose by third"
    if token.lower in FRACTIONS and lower_at(raw, index - 1) in ("its", "their") and lower_at(raw, index + 1) == "of":
        return make_token(raw, index, 1, Quantity("fraction", FRACTIONS[token.lower]))  # "its fifth of the field"
    if number is None:
        return None
    after = skip_hyphen(raw, index + 1)
    part = FRACTIONS.get(lower_at(raw, after))
    if part is not None and (number == 1) != lower_at(raw, after).endswith("s"):
        follows = lower_at(raw, after + 1)
        if _is_ordinal(token.lower, lower_at(raw, after), raw[after + 1 : after + 2]):
            return None
        led = number in (1, 3) and (lower_at(raw, index - 1) in _BEFORE_FRACTION or (number == 3 and after > index + 1))
        if (
            lower_at(raw, after).startswith("quarter")
            and not led
            and (number not in (1, 3) or follows not in _AFTER_QUARTER)
        ):
            return None  # "two quarters" are half a year
        fraction = Quantity("fraction", number * part)
        both = (
            (fraction, make_amount(Decimal(number), 0, "quarter", str(number))) if number == 3 and led else (fraction,)
        )
        return make_token(raw, index, after - index + 1, *both)  # "by three quarters" may be nine months
    middle = skip_hyphen(raw, index + 1)
    last = skip_hyphen(raw, middle + 1)
    whole = NUMBER_WORDS.get(lower_at(raw, last))
    if lower_at(raw, middle) == "out" and lower_at(raw, last) == "of":
        last += 1  # "nine out of ten"
        whole = NUMBER_WORDS.get(lower_at(raw, last))
    if lower_at(raw, middle) in ("in", "out") and whole and token.lower not in ("a", "an"):
        return make_token(raw, index, last - index + 1, Quantity("fraction", Decimal(number) / whole))
    return None


def read_ratio(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "6 in 10"  "9 out of 10"."""
    part = raw[index].quantity
    last = index + 2 if lower_at(raw, index + 1) == "in" else index + 3
    linked = lower_at(raw, index + 1) == "in" or (lower_at(raw, index + 1), lower_at(raw, index + 2)) == ("out", "of")
    whole = raw[last].quantity if linked and last < len(raw) else None
    if part is None or whole is None or whole.value not in _WHOLES or not 0 < part.value < whole.value:
        return None
    if (part.family, part.unit, whole.family, whole.unit) != ("amount", "", "amount", ""):
        return None
    return make_token(raw, index, last - index + 1, Quantity("fraction", part.value / whole.value))


_WHOLES = frozenset({3, 4, 5, 6, 8, 10, 20, 100})


def _is_ordinal(first: str, word: str, after: Sequence[Token]) -> bool:
    """ "a third straight month", "a third-quarter margin": no share of anything."""
    if first not in ("a", "an") or word in ("half", "quarter", "tenth") or not after:
        return False
    word = after[0].lower
    counted = after[0].kind == "word" and word not in _AFTER_FRACTION and word not in STOPWORDS
    return after[0].text == "-" or (counted and after[0].stem not in DIRECTIONS)


_BEFORE_FRACTION = ROUNDING | {"by", "than"}
_AFTER_QUARTER = frozenset("of by to more less fewer higher lower above below".split())
_AFTER_FRACTION = frozenset({"nonetheless", "last"})
