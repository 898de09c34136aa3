"""A sentence as the guard reads it: words, marks, and quantities each as one token.

quantity = [sign] [currency] digits [scale] [unit]      "$1.5B"  "1.5 billion dollars"  "25 bps"  "a third"  "two years"
         | period | date                                "Q3"  "the third quarter"  "17-Apr"  "April 17"  "2027"
range    = quantity ("-" | "to" | "and") quantity       the first has the scale and the currency of the second: "$4.5-7.0B"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from llm_wrap.summary.guard_quantities import (
    Quantity,
    inherit,
    make_amount,
    make_month,
    make_period,
)
from llm_wrap.summary.guard_tokens import Token, split_tokens
from llm_wrap.summary.guard_words import (
    CURRENCIES,
    CURRENCY_CODES,
    CURRENCY_WORDS,
    DIRECTIONS,
    FRACTIONS,
    HALVES,
    MONTH_NAMES,
    MULTIPLES,
    NUMBER_WORDS,
    ORDINAL_WORDS,
    PHRASES,
    ROUNDING,
    SCALES,
    STOPWORDS,
    SYMBOLS,
    UNIT_SCALES,
    UNITS,
    WEEKDAY_NAMES,
    stem,
)


def read_tokens(sentence: str) -> tuple[Token, ...]:
    """The tokens of one sentence.

    >>> [t.text for t in read_tokens("Oracle (ORCL) rose 2.4% to $1.5 billion.") if t.kind == "quantity"]
    ['2.4%', '$1.5 billion']
    """
    return tuple(_assemble(list(_join_phrases(list(split_tokens(sentence))))))


def _join_phrases(raw: Sequence[Token]) -> Iterator[Token]:
    index = 0
    while index < len(raw):
        said = PHRASES.get((raw[index].lower, _lower(raw, index + 1)))
        if said is None:
            yield raw[index]
        else:
            yield Token(f"{raw[index].text} {raw[index + 1].text}", "word", said, stem(said))
        index += 1 if said is None else 2


# --- numbers in words, and what belongs to a number ---------------------------------------------------------------------------


def _assemble(raw: Sequence[Token]) -> Iterator[Token]:
    """Joins numbers with their scales, units and currencies, and reads numbers that are written in words."""
    index = 0
    joined: list[Token] = []
    while index < len(raw):
        token, used = _join(raw, index)
        joined.append(token)
        index += used
    yield from _share(joined)


def _lower(raw: Sequence[Token], index: int) -> str:
    return raw[index].lower if 0 <= index < len(raw) else ""


def _skip_hyphen(raw: Sequence[Token], index: int) -> int:
    return index + 1 if index < len(raw) and raw[index].text == "-" and raw[index].kind == "tag" else index


def _join(raw: Sequence[Token], index: int) -> tuple[Token, int]:
    token = raw[index]
    if token.kind == "word":
        for reader in (
            _read_named_date,
            _read_named_period,
            _read_part_of_unit,
            _read_fraction,
            _read_currency_first,
            _read_number_words,
        ):
            found = reader(raw, index)
            if found is not None:
                return found
        return token, 1
    if token.kind == "quantity" and token.quantity is not None:
        return _read_after_number(raw, index)
    return token, 1


def _made(raw: Sequence[Token], index: int, used: int, *quantities: Quantity) -> tuple[Token, int]:
    text = " ".join(token.text for token in raw[index : index + used]).replace(" - ", "-")
    return Token(text, "quantity", text.lower(), text.lower(), quantities), used


def _read_named_date(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "April 17"  "Sept"  "Friday"; "may" and "march" only with a capital and after a word that leads to a date."""
    token = raw[index]
    if token.lower in WEEKDAY_NAMES or token.lower.removesuffix("'s") in WEEKDAY_NAMES:
        number = sorted(WEEKDAY_NAMES).index(token.lower.removesuffix("'s"))
        return _made(raw, index, 1, Quantity("weekday", Decimal(number)))
    name = token.lower.removesuffix("'s")
    if name not in MONTH_NAMES or not token.text[0].isupper():
        return None
    after = raw[index + 1].quantity if index + 1 < len(raw) and raw[index + 1].quantities else None
    if name in ("may", "march", "mar", "sun", "sat") and not after:
        led = _lower(raw, index - 1) in _BEFORE_MONTHS or _lower(raw, index - 1) == "-"
        inside = name in ("may", "march") and index > 0 and raw[index - 1].kind == "word"  # a verb has no capital there
        if not led and not inside and _lower(raw, index + 1) != "alone":
            return None
    if after is not None and _is_day(after, raw[index + 1].text):
        return _made(raw, index, 2, make_month(name, int(after.value)))
    return _made(raw, index, 1, make_month(name))


_BEFORE_MONTHS = frozenset(
    """in of since by from until till to for on and late mid early last next this through before after end start beginning
    during between ending ended a than versus vs against year's""".split()
)


def _is_day(quantity: Quantity, text: str) -> bool:
    plain = quantity.family in ("amount", "ordinal") and not (quantity.unit or quantity.scaled)
    return plain and 1 <= quantity.value <= 31 and "." not in text


def _read_named_period(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "third quarter"  "second-quarter"  "first half"  "June quarter" is a month and a word."""
    number = ORDINAL_WORDS.get(raw[index].lower)
    if number is None or number > 4:
        return None
    after = _skip_hyphen(raw, index + 1)
    word = _lower(raw, after).removesuffix("'s")
    if word in ("quarter", "half") and not (word == "half" and number > 2):
        period = make_period("H" if word == "half" else "Q", number)
        return _made(raw, index, after - index + 1, period)
    return None


def _read_part_of_unit(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "half a percentage point"  "a quarter of a point"  "a quarter-point"  "a full point"  "half a million"."""
    first = _lower(raw, index)
    place = index + 1 if first in ("a", "an", "one") else index
    if _lower(raw, place) in ("full", "whole") and place > index:
        value, place = Decimal(1), place + 1
    elif place > index and _lower(raw, place) in ("point", "percentage"):
        value = Decimal(1)
    elif _lower(raw, place) in ("half", "quarter"):
        value, place = FRACTIONS[_lower(raw, place)], place + 1
        place = place + 1 if _lower(raw, place) == "of" else place
        place = place + 1 if _lower(raw, place) in ("a", "an") else place
    else:
        return None
    end = _skip_hyphen(raw, place)
    scale = SCALES.get(_lower(raw, end), 0) if len(_lower(raw, end)) > 3 else 0
    if scale:
        value, end = value.scaleb(scale), end + 1
    unit, after = _find_unit(raw, end)
    if not scale and unit != "point" and (unit not in ("year", "decade") or first in ("a", "an", "one")):
        return None
    return _made(raw, index, after - index, make_amount(value, 0, unit, "1"))


def _read_fraction(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "a third"  "two thirds"  "half"  "three quarters"  "one in five"  "nine in ten"."""
    token = raw[index]
    number = 1 if token.lower in ("a", "an") else NUMBER_WORDS.get(token.lower)
    if token.lower == "half" and _lower(raw, index - 1) not in ("first", "second", "per", "in"):
        return _made(raw, index, 1, Quantity("fraction", FRACTIONS["half"]))
    if token.lower in FRACTIONS and _lower(raw, index - 1) == "by" and not token.lower.endswith("s"):
        return _made(raw, index, 1, Quantity("fraction", FRACTIONS[token.lower]))  # "rose by third"
    if number is None:
        return None
    after = _skip_hyphen(raw, index + 1)
    part = FRACTIONS.get(_lower(raw, after))
    if part is not None and (number == 1) != _lower(raw, after).endswith("s"):
        follows = _lower(raw, after + 1)
        if _is_ordinal(token.lower, _lower(raw, after), raw[after + 1 : after + 2]):
            return None
        led = number == 1 and _lower(raw, index - 1) in _BEFORE_FRACTION
        if (
            _lower(raw, after).startswith("quarter")
            and not led
            and (number not in (1, 3) or follows not in _AFTER_QUARTER)
        ):
            return None  # "two quarters" are half a year
        return _made(raw, index, after - index + 1, Quantity("fraction", number * part))
    middle = _skip_hyphen(raw, index + 1)
    last = _skip_hyphen(raw, middle + 1)
    whole = NUMBER_WORDS.get(_lower(raw, last))
    if _lower(raw, middle) == "in" and whole and token.lower not in ("a", "an"):
        return _made(raw, index, last - index + 1, Quantity("fraction", Decimal(number) / whole))
    return None


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


def _read_currency_first(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "SEK 400bn"  "US$ 5"  "TWD 112"."""
    token = raw[index]
    unit = token.text if token.text in CURRENCY_CODES else SYMBOLS.get(token.text)
    if unit is None or index + 1 >= len(raw):
        return None
    after = raw[index + 1]
    if (
        after.quantity is None
        or after.quantity.family not in ("amount", "year")
        or after.quantity.unit not in ("", unit)
    ):
        return None
    plain = [replace(one, family="amount", unit=unit) for one in after.quantities]
    made, used = _read_after_number(
        [*raw[: index + 1], replace(after, quantities=tuple(plain)), *raw[index + 2 :]], index + 1
    )
    return replace(made, text=f"{token.text} {made.text}"), used + 1


def _read_number_words(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "twenty-six"  "forty"  "a dozen"  "nineteenth"  "doubled"  "sixfold"  "two years"."""
    token = raw[index]
    if token.lower in MULTIPLES:
        return _made(raw, index, 1, Quantity("multiple", Decimal(MULTIPLES[token.lower]), "times"))
    if token.lower in HALVES:
        return _made(raw, index, 1, Quantity("multiple", Decimal("0.5"), "times"))
    ordinal = ORDINAL_WORDS.get(token.lower)
    if ordinal is not None and ordinal > 1:
        return _made(raw, index, 1, Quantity("ordinal", Decimal(ordinal)))
    number = NUMBER_WORDS.get(token.lower)
    if token.lower in ("a", "an") and len(_lower(raw, index + 1)) > 4 and _lower(raw, index + 1) in SCALES:
        number = 1  # "a trillion"
    if number is None:
        return None
    used = 1
    if 20 <= number <= 90:
        after = _skip_hyphen(raw, index + 1)
        ones = NUMBER_WORDS.get(_lower(raw, after), 0)
        if 1 <= ones <= 9:
            number, used = number + ones, after - index + 1
    if _lower(raw, index + used) in ("hundred", "dozen"):
        number, used = number * NUMBER_WORDS[_lower(raw, index + used)], used + 1
    quantity = make_amount(Decimal(number), 0, "", str(number))
    made = Token(
        " ".join(one.text for one in raw[index : index + used]), "quantity", token.lower, token.lower, (quantity,)
    )
    joined, total = _read_after_number([*raw[:index], made, *raw[index + used :]], index)
    if (
        number == 1
        and joined.quantity is not None
        and not joined.quantity.scaled
        and joined.quantity.unit in ("", "quarter")
    ):
        return None  # "one of the", "no one"
    return joined, total + used - 1


def _read_after_number(raw: Sequence[Token], index: int) -> tuple[Token, int]:
    """Takes the scale, the unit and the currency that stand behind a number."""
    token = raw[index]
    quantity = token.quantity
    assert quantity is not None
    if quantity.family not in ("amount", "year", "ordinal"):
        return token, 1
    place = index + 1
    quantities = token.quantities
    scale = SCALES.get(_lower(raw, _skip_hyphen(raw, place)), 0)
    if (
        scale
        and len(_lower(raw, _skip_hyphen(raw, place))) > 1
        and not quantity.scaled
        and quantity.family != "ordinal"
    ):
        place = _skip_hyphen(raw, place) + 1
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
        unit, after_unit = _find_unit(raw, place)
        if quantity.family == "year" and unit in CURRENCIES and not _lower(raw, place).endswith("s"):
            unit, after_unit = "", place  # "a 2026 dollar note"
        place = after_unit
        if unit:
            quantities = tuple(_with_unit(one, unit) for one in quantities)
    if quantity.family == "ordinal" or (
        quantity.family == "year" and quantities[0].family == "year" and not quantities[0].unit
    ):
        day = raw[index + 1] if index + 1 < len(raw) else None
        if quantity.family == "ordinal" and day and day.kind == "word" and day.lower in MONTH_NAMES:
            return _made(raw, index, 2, make_month(day.lower, int(quantity.value)))
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
        return _made(raw, index, place - index + 1, make_month(after.lower, int(quantity.value)))
    if place == index + 1:
        return token, 1
    return _made(raw, index, place - index, *quantities)


def _find_unit(raw: Sequence[Token], place: int) -> tuple[str, int]:
    """The unit at `place` and the place after it: "basis points", "-year", "percent", "Swiss francs", "barrels"."""
    start = _skip_hyphen(raw, place)
    first = _lower(raw, start).removesuffix("'")
    second_place = _skip_hyphen(raw, start + 1)
    pair = f"{first} {_lower(raw, second_place)}"
    if pair in UNITS:
        return UNITS[pair], second_place + 1
    if first in UNITS and len(first) > 1:
        return UNITS[first], start + 1
    code = raw[start].text if start < len(raw) else ""
    if code in CURRENCY_CODES:
        return code, start + 1
    if first in CURRENCY_WORDS:
        return CURRENCY_WORDS[first], start + 1
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


def _share(tokens: list[Token]) -> Iterator[Token]:
    """ "1.0 billion and 1.5 billion euros", "from 5 to 7 percent": a number without a unit may have its neighbour's."""
    for index, token in enumerate(tokens):
        quantity = token.quantity
        if (
            quantity is None
            or quantity.family not in ("amount", "year")
            or (quantity.unit and quantity.unit not in CURRENCIES)
        ):
            yield token
            continue
        readings = list(token.quantities)
        neighbours = [*_linked(tokens, index)]
        if quantity.scaled and not quantity.unit:
            neighbours += [
                one for other in tokens for one in other.quantities if one.unit in CURRENCIES or one.unit in _GOODS
            ]
        for other in neighbours:
            for reading in inherit(replace(token.quantities[0], family="amount"), other):
                if reading not in readings and (reading.unit != quantity.unit or reading.scaled):
                    readings.append(reading)
        yield replace(token, quantities=tuple(readings))


_GOODS = frozenset({"tonne", "barrel", "ounce", "MW"})
_LINKS = frozenset("to from and or than versus vs against after".split())
_BETWEEN = frozenset(
    "about at least only just the some nearly an a expected under over up down , earlier previously by in".split()
)


def _linked(tokens: Sequence[Token], index: int) -> Iterator[Quantity]:
    """The amounts next to the one at `index`, with a linking word and nothing of weight between."""
    for step in (1, -1):
        link = False
        for distance in range(1, 6):
            place = index + step * distance
            if not 0 <= place < len(tokens):
                break
            token = tokens[place]
            if token.quantity is not None and token.quantity.family in ("date", "year", "period"):
                continue  # "to 2.0 GW by 2028 from 4.5"
            if token.quantity is not None:
                if link and token.quantity.family == "amount" and token.quantity.unit:
                    yield token.quantity
                break
            if token.lower in _LINKS:
                link = True
            elif token.lower not in _BETWEEN:
                break
