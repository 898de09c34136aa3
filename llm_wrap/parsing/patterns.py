"""The shapes of single tokens: numbers, tickers, percentages. Pure converters, no flow.

    number  = ["("] [sign] [currency] [sign] digits [scale] [")"]        "(1.19)"  "+0.89%"  "A$7.31B"  "+2.1bp"
    ticker  = ["~"] base "." exchange ["~"]                              "9988.HK"  "~AMPX-US~"  "285A.JP"

A bracket around a number is a minus sign (the house style of market tables), unless a sign stands inside it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple


class Number(NamedTuple):
    """A number as printed. `unit` joins what stands before and after the digits: "%", "bp", "A$B", or None."""

    value: Decimal
    unit: str | None
    signed: bool
    bracketed: bool


# "+0.89%"  "(1.19)"  "A$7.31B"  "-$1.23"  "(0.12)%"  "+2.1bp"  "1,234.5"
# Every repetition is bounded, and no two neighbours can match the same character, so a match is linear.
_NUMBER = re.compile(
    r"""
    ^(?P<open>\()?
    (?P<sign>[-+\u2013]?)                                      # an en dash is a minus to some editors
    (?P<prefix>[A-Z]{0,3}[$\u20ac\xa3\xa5\u20a9\u20b9\u0e3f\u20b1\u20ab]|R\$|R[sp]\.?|[A-Z]{2,4}|)   # A$, HK$, EUR, CNY, Rs
    (?P<inner>[-+]?)
    (?P<digits>[0-9][0-9,]{0,20}(?:\.[0-9]{1,12})?|\.[0-9]{1,12})
    (?P<suffix>%|bps?|pts?|pp|[KMBT]n?|k|m|b|mn|bn|tn|tr|mln|bln|trln|)
    (?P<close>\))?
    (?P<late>%|bps?|)                                          # "(0.12)%", "(2.1)bp"
    (?P<per>/[0-9]{0,3}[A-Za-z]{1,6})?\Z                       # "$61.14/bbl"  "EUR32.05/MWh"  "Rs1,21,640/10g"
    """,
    re.VERBOSE,
)
# "395.62"  "+0.89%": most figures, read four times as fast
_PLAIN = re.compile(r"([-+]?)([0-9]{1,15}(?:\.[0-9]{1,12})?)(%?)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3}){0,6},[0-9]{3}(?:\.[0-9]{1,12})?")

# "9988.HK"  "000660.KS"  "M1GU.SP"  "BT/A.LN"  "NOVO-B.DC"  "SAABb.ST"
TICKER = re.compile(r"[0-9A-Z]{1,10}[a-z]?\*?(?:[-./&][0-9A-Z]{1,4})?\.[A-Z]{2}")
# "AKBNK TI"  "7203 JP"  "NOVOB DC Equity": a code and its exchange as Bloomberg has them
_SPACED_TICKER = re.compile(
    r"[0-9A-Z]{1,10}\*?(?:[-./&][0-9A-Z]{1,4})?\ (?P<exchange>[A-Z]{2})(?:\ (?:Equity|EQUITY))?"
)
_BLOOMBERG = frozenset(
    """
    US UN UW UQ UR JP JT HK CH CG CS TT TW KS KP KQ IN IS IB SP MK TB TF IJ PM VN VM AU AT NZ LN FP GY GR GF NA BB SM IM SW SE VX AV
    PL SS DC NO FH ID GA PW HB CP CK RO BU TI RM RX SJ AB UH DU DH QD KK EY BH OM IT BZ BS MM MF CI CC AR AF CB CN CT PE NL KN
    """.split()
)
# A ticker anywhere in prose: no letter, digit or dot may touch it.
TICKER_IN_PROSE = re.compile(
    r"(?<![0-9A-Za-z.$/-])[0-9A-Z]{1,10}[a-z]?(?:[-/&][0-9A-Z]{1,4})?\.[A-Z]{2}(?![0-9A-Za-z])(?!\.[A-Za-z0-9])"
)
# "ORCL"  "BRK.B"  "F"  "^ASIAREADS"  "+OPENAI"
BARE_TICKER = re.compile(r"[A-Z]{1,6}[0-9]?(?:[./-][A-Z]{1,2})?")
MARKED_TICKER = re.compile(r"[\^+][0-9A-Z]{2,16}")


def read_number(token: str) -> Number | None:
    """The number that `token` is in full, or None.

    >>> read_number("(0.12%)")
    Number(value=Decimal('-0.12'), unit='%', signed=True, bracketed=True)
    >>> read_number("A$7.31B").unit
    'A$B'
    """
    if token.isalpha() or "a" <= token[:1] <= "z" or len(token) > 60:
        return None  # a word, which most tokens are
    plain = _PLAIN.fullmatch(token)
    if plain:
        mark, digits, unit = plain.groups()
        value = Decimal(digits)
        return Number(value.copy_negate() if mark == "-" else value, unit or None, bool(mark), False)
    if token[-1:] == ")" and "(" in token[1:] and (token[0].isupper() or token[0] in "$€£¥"):  # "$(0.84)", "SEK(1.2B)"
        prefix, _, inner = token.partition("(")
        token = f"({prefix}{inner}"
    found = _NUMBER.fullmatch(token)
    if not found:
        return None
    opened, sign, prefix, inner, digits, suffix, closed, late, per = found.groups()
    if bool(opened) != bool(closed) or (sign and inner) or (late and suffix):
        return None
    if "," in digits:
        if not _GROUPED.fullmatch(digits):
            return None
        digits = digits.replace(",", "")
    sign = sign or inner
    value = Decimal(digits)
    # "(0.12%)" is a fall; "(+0.12%)" says itself what it is.
    if sign in ("-", "\u2013") or (opened and not sign):
        value = value.copy_negate()
    suffix = suffix or late
    unit = prefix + _SUFFIXES.get(suffix, suffix) + (per or "")
    return Number(value, unit or None, bool(sign or opened), bool(opened))


_SUFFIXES = {"bps": "bp", "pt": "pts"}


def read_figure(token: str) -> Number | None:
    """The number that `token` is, the comma or stop of its sentence aside: "52.3," and "52.3." are 52.3."""
    return read_number(token.rstrip(",;."))


def has_digit(text: str) -> bool:
    """Whether a digit of any script is in `text`.

    >>> has_digit("FTSE 100"), has_digit("Nikkei"), has_digit("٣")
    (True, False, True)
    """
    if text.isalpha():  # most words, and the quickest to say
        return False
    return _DIGIT.search(text) is not None or not (text.isascii() or all(not char.isdigit() for char in text))


_DIGIT = re.compile("[0-9]")


def is_ticker(token: str) -> bool:
    """Whether `token` is a ticker with an exchange suffix, e.g. "9988.HK"."""
    return token[-3:-2] == "." and len(token) <= 18 and TICKER.fullmatch(token) is not None


def is_spaced_ticker(text: str) -> bool:
    """Whether `text` is a ticker with its exchange behind a space.

    >>> is_spaced_ticker("AKBNK TI"), is_spaced_ticker("7203 JP"), is_spaced_ticker("CPI UK")
    (True, True, False)
    """
    if " " not in text or len(text) > 24:
        return False
    found = _SPACED_TICKER.fullmatch(text)
    return found is not None and found["exchange"] in _BLOOMBERG


def strip_ticker_marks(token: str) -> str:
    """ "~F~" is F, "~AMPX-US~" is AMPX-US.

    >>> strip_ticker_marks("~F~")
    'F'
    """
    return token.strip("~")


def match_bracket(text: str, start: int) -> int:
    """The index of the ")" that closes the "(" at `start`, or -1. Looks at 400 characters at most.

    >>> match_bracket("(Sun (S) Co): up", 0)
    11
    """
    depth = 0
    for index in range(start, min(len(text), start + 400)):
        if text[index] == "(":
            depth += 1
        elif text[index] == ")":
            depth -= 1
            if depth == 0:
                return index
    return -1
