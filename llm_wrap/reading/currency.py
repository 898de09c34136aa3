"""Currency rows in plain words. In: the Currencies table. Out: who moved against whom; a row that contradicts itself has none.

A pair is "base-quote" and its rate the quote per base: "$-¥ +0.27%" is more yen for a dollar, so the yen is weaker. The
words are about the currency that is not the dollar; between two others they are about the base.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from llm_wrap.models import CurrencyMove, CurrencyRate

_SIGNS = {
    "$": "USD", "US$": "USD", "¥": "JPY", "€": "EUR", "£": "GBP", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "C$": "CAD", "CA$": "CAD",
    "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "R$": "BRL", "₩": "KRW", "₹": "INR", "฿": "THB", "₱": "PHP", "₫": "VND", "CN¥": "CNY",
    "MX$": "MXN", "Mex$": "MXN", "YEN": "JPY", "EURO": "EUR", "STERLING": "GBP", "RMB": "CNY", "STG": "GBP", "AUSSIE": "AUD",
    "KIWI": "NZD", "CABLE": "GBP", "₺": "TRY", "₽": "RUB", "₪": "ILS", "NTD": "TWD", "JP¥": "JPY", "Rp": "IDR", "RM": "MYR",
    "DOLLAR": "USD", "WON": "KRW", "YUAN": "CNY", "RUPEE": "INR", "REAL": "BRL", "PESO": "MXN", "CLP$": "CLP", "COP$": "COP",
    "AR$": "ARS",
}  # fmt: skip
_NAMES = {
    "USD": "dollar", "JPY": "yen", "EUR": "euro", "GBP": "sterling", "AUD": "Australian dollar", "NZD": "New Zealand dollar",
    "CAD": "Canadian dollar", "HKD": "Hong Kong dollar", "SGD": "Singapore dollar", "TWD": "Taiwan dollar", "BRL": "Brazilian real",
    "KRW": "won", "INR": "rupee", "THB": "baht", "PHP": "Philippine peso", "VND": "dong", "CNY": "yuan", "CNH": "offshore yuan",
    "MXN": "Mexican peso", "IDR": "rupiah", "MYR": "ringgit", "CHF": "Swiss franc", "SEK": "Swedish krona", "NOK": "Norwegian krone",
    "DKK": "Danish krone", "PLN": "zloty", "CZK": "Czech koruna", "HUF": "forint", "RON": "Romanian leu", "TRY": "lira", "RUB": "rouble",
    "ZAR": "rand", "ILS": "shekel", "CLP": "Chilean peso", "COP": "Colombian peso", "ARS": "Argentine peso", "PEN": "sol",
    "UYU": "Uruguayan peso", "PKR": "Pakistani rupee", "LKR": "Sri Lankan rupee", "BDT": "taka", "KZT": "tenge", "UAH": "hryvnia",
    "SAR": "riyal", "AED": "dirham", "EGP": "Egyptian pound", "NGN": "naira", "KES": "Kenyan shilling", "ISK": "Icelandic krona",
    "MOP": "pataca", "KWD": "Kuwaiti dinar", "QAR": "Qatari riyal", "XAU": "gold", "BTC": "bitcoin",
}  # fmt: skip
_DOLLAR_INDEX = frozenset({"dxy", "dollar index", "us dollar index", "dollar index (dxy)", "ice dollar index", "usdx"})
_CODES = re.compile(r"[A-Z]{6}")
_TAIL = re.compile(r"(?:-X|=X|\ (?:Curncy|spot|Spot|SPOT))\Z")


def word_currencies(rates: Sequence[CurrencyRate]) -> tuple[CurrencyMove, ...]:
    """The rows that can be put into words, in order."""
    return tuple(_word_rates(rates))


def _word_rates(rates: Sequence[CurrencyRate]) -> Iterator[CurrencyMove]:
    for rate in rates:
        rise = read_direction(rate)
        words = None if rise is None else word_pair(rate.pair, rise)
        if words:
            yield CurrencyMove(pair=rate.pair, words=words, line=rate.line)


def read_direction(rate: CurrencyRate) -> int | None:
    """1 for a rise of the rate, -1 for a fall, 0 for none; None where change and percent contradict each other.

    A change that rounds to zero has no sign of its own: "(0.00) or (0.06%)" is a fall.
    """
    signs = {_sign(figure) for figure in (rate.change, rate.change_pct) if figure}
    if len(signs) > 1 or (rate.change is None and rate.change_pct is None):
        return None
    return signs.pop() if signs else 0


def _sign(figure: Decimal) -> int:
    return -1 if figure < 0 else 1


def word_pair(pair: str, rise: int) -> str | None:
    """The move of a pair in words; None where the pair names no two currencies.

    >>> word_pair("$-¥", 1), word_pair("A$-$", -1), word_pair("€-£", 1)
    ('yen weaker against the dollar', 'Australian dollar weaker against the dollar', 'euro stronger against sterling')
    """
    name = _TAIL.sub("", pair.strip())
    if name.casefold() in _DOLLAR_INDEX:
        return ("dollar weaker", "dollar unchanged", "dollar stronger")[rise + 1]
    sides = _split_pair(name)
    if sides is None:
        return None
    base, quote = sides
    about, other, up = (quote, base, -rise) if base == "USD" else (base, quote, rise)
    verb = {1: "stronger", -1: "weaker", 0: "unchanged"}[up]
    return f"{_NAMES.get(about, about)} {verb} against {_with_article(other)}"


def _with_article(code: str) -> str:
    if code in ("GBP", "XAU", "BTC") or code not in _NAMES:
        return _NAMES.get(code, code)
    return f"the {_NAMES[code]}"


def _split_pair(name: str) -> tuple[str, str] | None:
    """Base and quote of "$-¥", "USD/JPY", "EURUSD" and "€:£"."""
    for mark in ("-", "/", ":", "–", " vs ", " per ", " "):
        left, found, right = name.partition(mark)
        if found:
            base, quote = _code(left.strip()), _code(right.strip())
            if base and quote and base != quote:
                return (quote, base) if mark == " per " else (base, quote)
            return None
    if _CODES.fullmatch(name) and name[:3] in _NAMES and name[3:] in _NAMES and name[:3] != name[3:]:
        return name[:3], name[3:]
    return None


def _code(side: str) -> str | None:
    if side in _SIGNS:
        return _SIGNS[side]
    upper = side.upper()
    if upper in _SIGNS:
        return _SIGNS[upper]
    return upper if len(upper) == 3 and upper.isascii() and upper.isalpha() else None
