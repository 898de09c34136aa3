"""Dates and periods in words: "April 17", "Friday", "the third quarter"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from llm_wrap.summary.guard_quantities import Quantity, make_month, make_period
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_units import lower_at, make_token, skip_hyphen
from llm_wrap.summary.guard_words import MONTH_NAMES, ORDINAL_WORDS, WEEKDAY_NAMES


def read_named_date(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "April 17"  "Sept"  "Friday"; "may" and "march" only with a capital and after a word that leads to a date."""
    token = raw[index]
    if token.lower in WEEKDAY_NAMES or token.lower.removesuffix("'s") in WEEKDAY_NAMES:
        number = sorted(WEEKDAY_NAMES).index(token.lower.removesuffix("'s"))
        return make_token(raw, index, 1, Quantity("weekday", Decimal(number)))
    name = token.lower.removesuffix("'s")
    if name not in MONTH_NAMES or not token.text[0].isupper():
        return None
    after = raw[index + 1].quantity if index + 1 < len(raw) and raw[index + 1].quantities else None
    if name in ("may", "march", "mar", "sun", "sat") and not after:
        led = lower_at(raw, index - 1) in _BEFORE_MONTHS or lower_at(raw, index - 1) == "-"
        inside = name in ("may", "march") and index > 0 and raw[index - 1].kind == "word"  # a verb has no capital there
        if not led and not inside and lower_at(raw, index + 1) != "alone":
            return None
    if after is not None and _is_day(after, raw[index + 1].text):
        return make_token(raw, index, 2, make_month(name, int(after.value)))
    return make_token(raw, index, 1, make_month(name))


_BEFORE_MONTHS = frozenset(
    """in of since by from until till to for on and late mid early last next this through before after end start beginning
    during between ending ended a than versus vs against year's""".split()
)


def _is_day(quantity: Quantity, text: str) -> bool:
    plain = quantity.family in ("amount", "ordinal") and not (quantity.unit or quantity.scaled)
    return plain and 1 <= quantity.value <= 31 and "." not in text


_MONTHS_OF = {"six": "H", "three": "Q"}  # "the first six months"


def read_named_period(raw: Sequence[Token], index: int) -> tuple[Token, int] | None:
    """ "third quarter"  "second-quarter"  "first half"  "June quarter" is a month and a word."""
    number = ORDINAL_WORDS.get(raw[index].lower)
    if number is None or number > 4:
        return None
    after = skip_hyphen(raw, index + 1)
    word = lower_at(raw, after).removesuffix("'s")
    if number == 1 and word in _MONTHS_OF and lower_at(raw, after + 1) == "months":
        return make_token(raw, index, after - index + 2, make_period(_MONTHS_OF[word], 1))
    if word in ("quarter", "half") and not (word == "half" and number > 2):
        period = make_period("H" if word == "half" else "Q", number)
        return make_token(raw, index, after - index + 1, period)
    return None
