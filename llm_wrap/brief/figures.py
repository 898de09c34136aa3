"""Figures and dates as a reader sees them. In: Decimals of the records. Out: text with the very digits of the wrap."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

MINUS = "\u2212"
NO_FIGURE = "\u2013"

_REGIONS = {"asia": "Asia", "europe": "Europe", "us": "US", "latam": "Latin America"}
_KINDS = {"recap": "market recap", "preview": "market preview", "pre-open": "pre-open"}
_CURRENCIES = frozenset(
    "AED ARS AUD BRL CAD CHF CLP CNH CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PEN PHP PLN RMB "
    "RUB SAR SEK SGD THB TRY TWD USD VND ZAR".split()
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Not strftime: a brief reads the same under every locale.
_MONTHS = tuple("January February March April May June July August September October November December".split())


def plain(value: Decimal | None) -> str:
    """The digits as printed, without exponent; a dash where there is no figure.

    >>> plain(Decimal("147.6150")), plain(Decimal("-0.00")), plain(None)
    ('147.6150', '-0.00', '–')
    """
    return NO_FIGURE if value is None else format(value, "f")


def signed(value: Decimal | None, unit: str = "", beside: Decimal | None = None) -> str:
    """A change with its sign. A minus, of a zero too, is the wrap's; a plus is ours, for what is up, and so for a zero whose
    other figure of the same move (`beside`) is up.

    >>> signed(Decimal("0.89"), "%"), signed(Decimal("-1.0"), "%"), signed(Decimal("0.00"))
    ('+0.89%', '-1.0%', '0.00')
    >>> signed(Decimal("0.00"), beside=Decimal("0.32")), signed(Decimal("-0.00"), beside=Decimal("-0.30"))
    ('+0.00', '-0.00')
    """
    return _plus(value, beside) + plain(value) + (unit if value is not None else "")


def with_unit(value: Decimal | None, unit: str | None) -> str:
    """A figure in its unit: "%" and scale letters follow the digits, a currency precedes them.

    >>> with_unit(Decimal("-1.2"), "%"), with_unit(Decimal("7.31"), "A$B"), with_unit(Decimal("50.4"), None)
    ('-1.2%', 'A$7.31B', '50.4')
    >>> with_unit(Decimal("3.59"), "CNYT"), with_unit(Decimal("2"), "R$B"), with_unit(Decimal("24.5"), "K")
    ('CNY3.59T', 'R$2B', '24.5K')
    >>> with_unit(Decimal("-3.1"), "¥T"), with_unit(Decimal("25"), "bp"), with_unit(Decimal("61.14"), "$/bbl")
    ('-¥3.1T', '25 bp', '$61.14/bbl')
    """
    digits = plain(value)
    if value is None or not unit:
        return digits
    cut = 3 if unit[:3] in _CURRENCIES else max(unit.rfind(symbol) for symbol in "$¥€£₩₹") + 1
    currency, scale = unit[:cut], unit[cut:]
    sign = "-" if digits.startswith("-") and currency else ""
    space = " " if not currency and scale[:1].isalpha() and (len(scale) > 1) else ""
    return sign + currency + digits.removeprefix(sign) + space + scale


def signed_with_unit(value: Decimal | None, unit: str | None, beside: Decimal | None = None) -> str:
    """A change with its sign, as `signed` has it, in its unit.

    >>> signed_with_unit(Decimal("2.1"), "bp"), signed_with_unit(Decimal("0"), "bp"), signed_with_unit(Decimal("-1"), None)
    ('+2.1 bp', '0 bp', '-1')
    """
    return _plus(value, beside) + with_unit(value, unit)


def _plus(value: Decimal | None, beside: Decimal | None) -> str:
    if value is None:
        return ""
    rises = value > 0 or (value.is_zero() and not value.is_signed() and beside is not None and beside > 0)
    return "+" if rises else ""


def percent(share: float) -> str:
    """A confidence as a whole percentage that never says 100 for less than certain.

    >>> percent(0.974), percent(0.9996), percent(1.0)
    ('97%', '99%', '100%')
    """
    return f"{int(max(0.0, min(1.0, share)) * 100 + 1e-9)}%"


def long_date(day: date) -> str:
    """
    >>> long_date(date(2025, 9, 12))
    'Friday 12 September 2025'
    """
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """
    >>> short_date(date(2025, 11, 10))
    'Mon 10 Nov'
    """
    return f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]}"


def edition(region: str | None, kind: str | None) -> str:
    """What kind of wrap it is, in words.

    >>> edition("asia", "recap"), edition(None, None), edition("us", "pre-open")
    ('Asia market recap', 'Market wrap', 'US pre-open')
    """
    words = " ".join(word for word in (_REGIONS.get(region or ""), _KINDS.get(kind or "", "market wrap")) if word)
    return words[:1].upper() + words[1:]
