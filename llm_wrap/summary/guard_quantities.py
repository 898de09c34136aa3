"""A number with all that gives it meaning, as written in one piece: "$1.5B", "(0.12%)", "11.6Mt", "17-Apr", "1H29", "2023/24"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from llm_wrap.parsing.patterns import read_number
from llm_wrap.summary.guard_words import CURRENCY_CODES, MONTH_NAMES, MONTHS, SCALES, SYMBOLS, UNIT_SCALES, UNITS

Family = Literal["amount", "date", "year", "weekday", "period", "ordinal", "fraction", "multiple"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with all that gives it meaning.

    Attributes:
        value: with its scale ("$1.5B" is 1500000000) and its sign, where one is written.
        unit: "percent", "bp", "USD", "barrel", …, or "" where the sentence gives none.
        signed: whether a sign, or the bracket that stands for a minus, is written.
        rounding: half a unit of the last digit shown.
        scaled: whether a scale ("B", "million") is written.
    """

    family: Family
    value: Decimal
    unit: str = ""
    signed: bool = False
    rounding: Decimal = Decimal(0)
    scaled: bool = False


# "$1.5B"  "-23.6"  "ISK30bn"  "412p"  "11.6Mt"  "5.9%"  "4Q25" is no number
_AMOUNT = re.compile(
    r"""
    (?P<open>\(?)
    (?P<sign>[-+]?)
    (?P<currency>(?:US|HK|NT|NZ|[ACSR])?\$|Rs|R(?=[0-9])|[\u20ac\xa3\xa5\u20a9\u20b9\u0e3f\u20b1\u20ab]|[A-Z]{3}|)
    (?P<inner>[-+]?)
    (?P<digits>[0-9][0-9,]{0,20}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})
    (?P<close>\)?)
    (?P<suffix>%|[A-Za-z]{0,5})
    (?P<late>\)?%?)
    (?P<per>/[A-Za-z]{1,6}|)
    """,
    re.VERBOSE,
)
_PERIOD = re.compile(r"(?:(?P<a>[QH])(?P<n>[1-4])|(?P<m>[1-4])(?P<b>[QH])|FY)(?P<year>(?:20)?[0-9]{2})?", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(?P<day>[0-9]{1,2})-(?P<month>[A-Za-z]{3,9})")
_MONTH_DAY = re.compile(r"(?P<month>[A-Za-z]{3,9})-(?P<day>[0-9]{1,4})")
_YEARS = re.compile(r"(?P<a>(?:19|20)[0-9]{2})/(?P<b>[0-9]{2,4})")  # "2023/24"
_ORDINAL = re.compile(r"(?P<n>[0-9]{1,3})(?:st|nd|rd|th)")


def read_whole(chunk: str) -> tuple[Quantity, ...] | None:
    """What a chunk means that is a number, a date or a period by itself."""
    if len(chunk) > 40:
        return None
    lower = chunk.lower()
    dated = _DAY_MONTH.fullmatch(chunk) or _MONTH_DAY.fullmatch(chunk)
    if dated and dated["month"].lower() in MONTH_NAMES:
        day = int(dated["day"])
        return (make_month(dated["month"], day if day <= 31 else 0),)
    period = _PERIOD.fullmatch(chunk)
    if period:
        return tuple(_read_period(period)) or None
    years = _YEARS.fullmatch(chunk)
    if years:
        return (Quantity("year", Decimal(years["a"] + years["b"][-2:])),)
    ordinal = _ORDINAL.fullmatch(lower)
    if ordinal:
        return (Quantity("ordinal", Decimal(ordinal["n"])),)
    amount = read_amount(chunk)
    return (amount,) if amount else None


def _read_period(found: re.Match[str]) -> Iterator[Quantity]:
    """ "1H29" is a half and a year, "FY26" a year."""
    letter, number = found["a"] or found["b"], found["n"] or found["m"]
    if letter:
        yield make_period(letter.upper(), int(number))
    if found["year"]:
        yield Quantity("year", Decimal(f"20{found['year'][-2:]}"))


def make_period(letter: str, number: int) -> Quantity:
    return Quantity("period", Decimal(number), "half" if letter == "H" else "quarter")


def make_month(name: str, day: int = 0) -> Quantity:
    return Quantity("date", Decimal(100 * (MONTHS.index(name[:3].lower()) + 1) + day))


def read_amount(chunk: str) -> Quantity | None:
    found = _AMOUNT.fullmatch(chunk)
    if not found:
        return None
    suffix, scale, unit = found["suffix"].lower(), 0, ""
    currency = found["currency"]
    if currency:
        unit = SYMBOLS.get(currency, currency if currency in CURRENCY_CODES else "?")
    if suffix and suffix != "%":
        if found["suffix"] in ("m", "M", "T", "t", "B", "b", "K", "k") or (suffix in SCALES and len(suffix) > 1):
            scale = SCALES[suffix]
        elif found["per"] == "/d" and suffix in ("kb", "mb", "b"):
            scale, unit = SCALES.get(suffix[:-1], 0), "barrel"
        elif suffix == "p":
            unit = unit or "penny"
        elif suffix == "y":
            unit = "year"
        elif suffix in UNITS:
            unit = unit or UNITS[suffix]
        elif suffix[0] in "kmb" and suffix[1:] in UNITS:
            scale, unit = SCALES[suffix[0]], UNITS[suffix[1:]]
        else:
            return None
    if found["suffix"] == "%" or found["late"].endswith("%"):
        unit = "percent"
    if unit == "?":
        return None
    opened, closed = bool(found["open"]), found["close"] == ")" or found["late"].startswith(")")
    bare = read_number(
        ("(" if opened and closed else "")
        + found["sign"]
        + found["inner"]
        + found["digits"]
        + (")" if opened and closed else "")
    )
    if bare is None or opened != closed:
        return None
    # "(9)", "(2024)" and "($8.1bn)" are asides, "(16%)" and "(0.2)" are falls
    aside = "." not in found["digits"] or (currency and scale)
    negative_bracket = bare.bracketed and (unit == "percent" or not aside)
    value = bare.value if not bare.bracketed or negative_bracket else abs(bare.value)
    per = found["per"][1:].lower()
    if per and unit in SYMBOLS.values():
        unit = f"{unit}/{UNITS.get(per, per)}"
    digits = found["digits"]
    if not (currency or suffix or scale or "," in digits or "." in digits or bare.signed) and 1900 <= value <= 2099:
        return Quantity("year", value)
    return make_amount(value, scale, unit, digits, signed=bare.signed and (not bare.bracketed or negative_bracket))


def make_amount(value: Decimal, scale: int, unit: str, digits: str, *, signed: bool = False) -> Quantity:
    if unit in UNIT_SCALES:
        unit, more = UNIT_SCALES[unit]
        scale += more
    places = len(digits.partition(".")[2])
    zeros = len(digits.replace(",", "")) - len(digits.replace(",", "").rstrip("0")) if not places else 0
    return Quantity(
        "amount", value.scaleb(scale), unit, signed, Decimal(5).scaleb(scale - places - 1 + zeros), scaled=scale > 0
    )


def inherit(first: Quantity, second: Quantity, written: str = "") -> tuple[Quantity, ...]:
    """`first` as it stands, and as it is if it shares the second's scale and unit."""
    unit = first.unit or ("percent" if second.unit == "bp" else second.unit)  # "25bp to 1.25"
    alone = replace(first, unit=unit)
    if not second.scaled or first.scaled or (second.unit and first.unit and first.unit != second.unit):
        return (first, alone) if alone != first else (first,)
    power = _power(second)
    return (
        replace(first, value=first.value.scaleb(power), unit=unit, rounding=first.rounding.scaleb(power), scaled=True),
        first,
    )


def _power(quantity: Quantity) -> int:
    for power in (12, 9, 6, 3):
        if abs(quantity.value) >= Decimal(10) ** power:
            return power
    return 0
