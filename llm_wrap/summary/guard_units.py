"""What belongs to a number: its scale, its unit and its currency, behind it or with a hyphen between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from llm_wrap.summary.guard_quantities import Quantity, make_month
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import (
    CURRENCIES,
    CURRENCY_CODES,
    CURRENCY_PAIRS,
    CURRENCY_WORDS,
    MONTH_NAMES,
    SCALES,
    UNIT_SCALES,
    UNITS,
)


def lower_at(raw: Sequence[Token], index: int) -> str:
    """The token at `index` in lower case; "" past either end."""
    return raw[index].lower if 0 <= index < len(raw) else ""


def skip_hyphen(raw: Sequence[Token], index: int) -> int:
    """`index`, or the one behind it where a hyphen stands there, or the end of what is quoted: '"a hundred" MW'."""
    if index >= len(raw):
        return index
    hyphen = raw[index].text == "-" and raw[index].kind == "tag"
    closing = raw[index].text == '"' and sum(token.text == '"' for token in raw[:index]) % 2 == 1
    return index + (hyphen or closing)


def make_token(raw: Sequence[Token], index: int, used: int, *quantities: Quantity) -> tuple[Token, int]:
    """One token for the `used` tokens from `index` on, and their number."""
    text = " ".join(token.text for token in raw[index : index + used]).replace(" - ", "-").replace(' "', '"')
    return Token(text, "quantity", text.lower(), text.lower(), quantities), used


def read_after_number(raw: Sequence[Token], index: int) -> tuple[Token, int]:
    """Takes the scale, the unit and the currency that stand behind a number."""
    token = raw[index]
    quantity = token.quantity
    assert quantity is not None
    if quantity.family not in ("amount", "year", "ordinal"):
        return token, 1
    place = index + 1
    quantities = token.quantities
    scale = SCALES.get(lower_at(raw, skip_hyphen(raw, place)), 0)
    if (
        scale
        and len(lower_at(raw, skip_hyphen(raw, place))) > 1
        and not quantity.scaled
        and quantity.family != "ordinal"
    ):
        place = skip_hyphen(raw, place) + 1
        quantities = tuple(
            replace(
                one,
                family="amount",
                value=one.value.scaleb(scale),
                rounding=(one.rounding or Decimal("0.5")).scaleb(scale),
                scaled=True,
            )
            for one in quantities
        )
    if not quantity.unit:
        unit, after_unit = find_unit(raw, place)
        if quantity.family == "year" and unit in CURRENCIES and not lower_at(raw, place).endswith("s"):
            unit, after_unit = "", place  # "a 2026 dollar note"
        place = after_unit
        if unit:
            quantities = tuple(_with_unit(one, unit) for one in quantities)
    if quantity.family == "ordinal" or (
        quantity.family == "year" and quantities[0].family == "year" and not quantities[0].unit
    ):
        day = raw[index + 1] if index + 1 < len(raw) else None
        if quantity.family == "ordinal" and day and day.kind == "word" and day.lower in MONTH_NAMES:
            return make_token(raw, index, 2, make_month(day.lower, int(quantity.value)))
        return token, 1
    quantity = quantities[0]
    after = raw[place] if place < len(raw) else None
    if (
        after
        and after.lower in MONTH_NAMES
        and after.text[0].isupper()
        and not quantity.unit
        and 1 <= quantity.value <= 31
    ):
        return make_token(raw, index, place - index + 1, make_month(after.lower, int(quantity.value)))
    if place == index + 1:
        return token, 1
    return make_token(raw, index, place - index, *quantities)


def find_unit(raw: Sequence[Token], place: int) -> tuple[str, int]:
    """The unit at `place` and the place after it: "basis points", "-year", "percent", "Swiss francs", "barrels"."""
    start = skip_hyphen(raw, place)
    first = lower_at(raw, start).removesuffix("'")
    second_place = skip_hyphen(raw, start + 1)
    pair = f"{first} {lower_at(raw, second_place)}"
    if pair in UNITS:
        return UNITS[pair], second_place + 1
    if first in UNITS and (len(first) > 1 or first == "%"):
        return UNITS[first], start + 1
    code = raw[start].text if start < len(raw) else ""
    if code in CURRENCY_CODES:
        return code, start + 1
    if first in CURRENCY_WORDS:
        return CURRENCY_WORDS[first], start + 1
    for length in (2, 3):
        phrase = " ".join(lower_at(raw, start + step) for step in range(length))
        currency = CURRENCY_PAIRS.get(phrase) or CURRENCY_PAIRS.get(phrase.removesuffix("s"))
        if currency:
            return currency, start + length
    if first == "of" and lower_at(raw, start + 1) in ("a", "one"):
        unit, after = find_unit(raw, start + 2)  # "0.3 of a point"
        if unit == "point":
            return unit, after
    return "", place


def _with_unit(quantity: Quantity, unit: str) -> Quantity:
    if unit in UNIT_SCALES:
        unit, power = UNIT_SCALES[unit]
        return replace(
            quantity,
            family="amount",
            unit=unit,
            value=quantity.value.scaleb(power),
            rounding=quantity.rounding.scaleb(power),
            scaled=True,
        )
    return replace(quantity, family="multiple" if unit == "times" else "amount", unit=unit)
