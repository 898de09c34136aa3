"""A sentence as the guard reads it: words, marks, and quantities each as one token.

quantity = [sign] [currency] digits [scale] [unit]      "$1.5B"  "1.5 billion dollars"  "25 bps"  "a third"  "two years"
         | period | date                                "Q3"  "the third quarter"  "17-Apr"  "April 17"  "2027"
range    = quantity ("-" | "to" | "and") quantity       the first has the scale and the currency of the second: "$4.5-7.0B"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from llm_wrap.summary.guard_dates import read_named_date, read_named_period
from llm_wrap.summary.guard_fractions import read_fraction, read_part_of_unit, read_ratio
from llm_wrap.summary.guard_quantities import Quantity, inherit, make_amount
from llm_wrap.summary.guard_tokens import Token, split_tokens
from llm_wrap.summary.guard_units import lower_at, make_token, read_after_number, skip_hyphen
from llm_wrap.summary.guard_words import (
    CURRENCIES,
    CURRENCY_CODES,
    FRACTIONS,
    HALVES,
    MULTIPLES,
    NUMBER_WORDS,
    ORDINAL_WORDS,
    PHRASES,
    SCALES,
    STOPWORDS,
    SYMBOLS,
    TIME_UNITS,
    UNITS,
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
        said = PHRASES.get((raw[index].lower, lower_at(raw, index + 1)))
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
    yield from _share([_lend_time(joined, index) for index in range(len(joined))])


def _join(raw: Sequence[Token], index: int) -> tuple[Token, int]:
    token = raw[index]
    if token.kind == "word":
        for reader in (
            read_named_date,
            read_named_period,
            read_part_of_unit,
            read_fraction,
            _read_currency_first,
            _read_number_words,
        ):
            found = reader(raw, index)
            if found is not None:
                return found
        return token, 1
    if token.kind == "quantity" and token.quantity is not None:
        return read_ratio(raw, index) or read_after_number(raw, index)
    return token, 1


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
    made, used = read_after_number(
        [*raw[: index + 1], replace(after, quantities=tuple(plain)), *raw[index + 2 :]], index + 1
    )
    return replace(made, text=f"{token.text} {made.text}"), used + 1


def _read_number_words(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "twenty-six"  "forty"  "a dozen"  "nineteenth"  "doubled"  "sixfold"  "two years"."""
    token = raw[index]
    if token.lower in MULTIPLES:
        return make_token(raw, index, 1, Quantity("multiple", Decimal(MULTIPLES[token.lower]), "times"))
    if token.lower in HALVES:
        return make_token(raw, index, 1, Quantity("multiple", Decimal("0.5"), "times"))
    ordinal = ORDINAL_WORDS.get(token.lower)
    if ordinal is not None and ordinal > 1:
        return make_token(raw, index, 1, Quantity("ordinal", Decimal(ordinal)))
    number = NUMBER_WORDS.get(token.lower)
    named = token.text[0].isupper() and index > 0 and raw[index - 1].kind == "word"
    paired = token.text[0].isupper() and lower_at(raw, index + 1) in NUMBER_WORDS and raw[index + 1].text[0].isupper()
    if number is not None and (named or paired or lower_at(raw, index + 1) == "&"):
        return None  # "Seven & i", "Ninety One"
    if token.lower in ("a", "an") and len(lower_at(raw, index + 1)) > 4 and lower_at(raw, index + 1) in SCALES:
        number = 1  # "a trillion"
    if number is None:
        return None
    used = 1
    if 20 <= number <= 90:
        after = skip_hyphen(raw, index + 1)
        ones = NUMBER_WORDS.get(lower_at(raw, after), 0)
        if 1 <= ones <= 9:
            number, used = number + ones, after - index + 1
    if lower_at(raw, index + used) in ("hundred", "dozen"):
        number, used = number * NUMBER_WORDS[lower_at(raw, index + used)], used + 1
    value = Decimal(number)
    if lower_at(raw, index + used) == "and" and lower_at(raw, index + used + 1) in ("a", "half"):
        end = index + used + (2 if lower_at(raw, index + used + 1) == "a" else 1)
        if lower_at(raw, end) in ("half", "quarter"):  # "two and a half times"
            value, used = value + FRACTIONS[lower_at(raw, end)], end + 1 - index
    quantity = make_amount(value, 0, "", str(number))
    made = Token(
        " ".join(one.text for one in raw[index : index + used]), "quantity", token.lower, token.lower, (quantity,)
    )
    joined, total = read_after_number([*raw[:index], made, *raw[index + used :]], index)
    if (
        number == 1
        and joined.quantity is not None
        and not joined.quantity.scaled
        and joined.quantity.unit in ("", "quarter")
    ):
        return None  # "one of the", "no one"
    return joined, total + used - 1


def _lend_time(tokens: Sequence[Token], index: int) -> Token:
    """ "three free hours": a word between a small number and its unit of time."""
    token, after = tokens[index], tokens[index + 1 : index + 3]
    quantity = token.quantity
    if quantity is None or (quantity.family, quantity.unit) != ("amount", "") or quantity.scaled or len(after) < 2:
        return token
    unit = UNITS.get(after[1].lower, "") if after[1].lower.endswith("s") else ""
    between = after[0].kind == "word" and after[0].lower not in STOPWORDS and not after[0].capital
    if unit not in TIME_UNITS or not between:
        return token
    return replace(token, quantities=(*token.quantities, replace(quantity, unit=unit)))


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
                if link and token.quantity.family == "amount" and (token.quantity.unit or token.quantity.scaled):
                    yield token.quantity
                break
            if token.lower in _LINKS or (token.text == "," and distance == 1):
                link = True  # "4.8, 2.5 and 3.5%"
            elif token.lower not in _BETWEEN:
                break
