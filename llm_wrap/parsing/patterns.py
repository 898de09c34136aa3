"""The shapes of single tokens: numbers, tickers, percentages. Pure converters, no flow.

    number  = ["("] [sign] [currency] [sign] digits [scale] [")"]        "(1.19)"  "+0.89%"  "A$7.31B"  "+2.1bp"
    ticker  = ["~"] base "." exchange ["~"]                              "9988.HK"  "~AMPX-US~"  "285A.JP"  "SAABb.ST"
            | base " " exchange                                          "AKBNK TI"  "7203 JP"  "BRK/B US": the terminal's way

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

# "9988.HK"  "000660.KS"  "M1GU.SP"  "BT/A.LN"  "NOVO-B.DC"  "SAABb.ST"  "HNKG_p.DE"  "7203.T"
TICKER = re.compile(
    r"[0-9A-Z]{1,10}(?:\*|(?<=[0-9A-Z]{2})[a-z]|_p)?(?:[-./&][0-9A-Z]{1,4})?(?:\.[A-Z]{2}|(?<=[0-9A-Z]{2})\.[LNOST])"
)
# A ticker anywhere in prose: no letter, digit or dot may touch it.
TICKER_IN_PROSE = re.compile(
    r"(?<![0-9A-Za-z.$/-])[0-9A-Z]{1,10}(?:(?<=[0-9A-Z]{2})[a-z]|_p)?(?:[-/&][0-9A-Z]{1,4})?\.[A-Z]{2}(?![0-9A-Za-z])(?!\.[A-Za-z0-9])"
)
# "AKBNK TI"  "NOVOB DC"  "BRK/B US"  "BP/ LN"  "7203 JP Equity"
_TERMINAL = re.compile(
    r"(?P<code>[0-9A-Z]{1,10}(?:[/*&-][0-9A-Z]{0,3})?)\ (?P<exchange>[A-Z][A-Z0-9])(?:\ (?:Equity|EQUITY))?"
)
# The exchanges of the terminal that prints a blank before them.
TERMINAL_EXCHANGES = frozenset(
    """
    AB AR AU AV BB BI BS BZ C1 C2 CB CG CH CI CN CP CS CT CY DC DH DU ET EY FH FP GA GR GY HB HK IB ID IJ IM IN IS IT JP JT KK KP KQ KS KZ
    LN LX MK MM NA NO NZ PA PE PL PM PW QD RM RO RX SJ SL SM SP SQ SS SV SW TB TI TT UH UN UQ UR UV UW US VN VX
    """.split()
)
# Those of them that are words or countries, too: alone they are no proof.
WORDLY_EXCHANGES = frozenset("AB AR AU CH CI CN CS CY HK ID IN IT JP KZ MM NO NZ PA PE PL RO UN US".split())
_NUMBERED = frozenset("AB C1 C2 CG CH CS HK JP JT KP KQ KS MK TT".split())  # where codes are numbers
# "ORCL"  "BRK.B"  "F"  "^ASIAREADS"  "+OPENAI"
BARE_TICKER = re.compile(r"[A-Z]{1,6}[0-9]?(?:[./-][A-Z]{1,2})?")
# "BHARTIARTL"  "M&M"  "BAJAJ-AUTO": longer codes of an exchange's own, which only the name beside them proves
_LONG_CODE = re.compile(r"[A-Z]{1,10}(?:[&-][A-Z]{1,6})?")
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
    """Whether `token` is a ticker with its exchange, e.g. "9988.HK" or "AKBNK TI".

    >>> is_ticker("SAABb.ST"), is_ticker("7203 JP"), is_ticker("CPI UK"), is_ticker("500 US")
    (True, True, False, False)
    """
    if token[-3:-2] == "." or token[-2:-1] == ".":
        return len(token) <= 18 and TICKER.fullmatch(token) is not None
    return " " in token and read_terminal_ticker(token) is not None


def read_terminal_ticker(text: str) -> str | None:
    """The ticker that `text` is where a blank stands before the exchange; None where it is none.

    >>> read_terminal_ticker("BRK/B US Equity"), read_terminal_ticker("TMPV")
    ('BRK/B US', None)
    """
    found = _TERMINAL.fullmatch(text) if len(text) <= 24 else None
    if not found or found["exchange"] not in TERMINAL_EXCHANGES:
        return None
    if found["code"].isdigit() and not (found["exchange"] in _NUMBERED and len(found["code"]) > 1):
        return None
    return f"{found['code']} {found['exchange']}"


def spells_name(code: str, name: str) -> bool:
    """Whether `code` is an exchange's own for the company `name`: its letters in their order, the first one first.

    >>> spells_name("BHARTIARTL", "Bharti Airtel"), spells_name("PROVISIONAL", "Bharti Airtel")
    (True, False)
    """
    letters = [char for char in name[:80].upper() if char.isalnum()]
    if len(code) < 3 or not _LONG_CODE.fullmatch(code) or letters[:1] != [code[0]]:
        return False
    left = iter(letters)
    return all(char in left for char in code if char.isalnum())


def strip_ticker_marks(token: str) -> str:
    """ "~F~" is F, "~AMPX-US~" is AMPX-US, "7203 JP Equity" is 7203 JP.

    >>> strip_ticker_marks("~F~")
    'F'
    """
    return token.strip("~").removesuffix(" Equity").removesuffix(" EQUITY")


# "▲ 5.71%"  "↓ 0.4%"  "5.71% ▲": an arrow is a sign where the figure has none
_ARROW = re.compile(r"[▲△▴↑⬆🔺▼▽▾↓⬇🔻]")
_ARROWED = re.compile(r"(?P<arrow>[▲△▴↑⬆🔺▼▽▾↓⬇🔻])\uFE0F?\ ?(?P<sign>[-+]?)(?=[0-9.])")
_BEHIND = re.compile(r"(?<![0-9.,+(-])(?P<figure>[0-9]{1,4}(?:\.[0-9]{1,4})?\ ?%)\ ?(?P<arrow>[▲△▴↑⬆🔺▼▽▾↓⬇🔻])\uFE0F?")
_UP_ARROWS = frozenset("▲△▴↑⬆🔺")
DOWN_ARROWS = frozenset("▼▽▾↓⬇🔻")
ARROWS = _UP_ARROWS | DOWN_ARROWS


def sign_arrows(text: str) -> str:
    """Arrows at a figure as its sign; one that contradicts the sign stays where it is.

    >>> sign_arrows("TMPV ▼ 3.27% at Rs 361.95"), sign_arrows("▼ +1.2%"), sign_arrows("5.71% ▲")
    ('TMPV -3.27% at Rs 361.95', '▼ +1.2%', '+5.71%')
    """
    if not _ARROW.search(text):
        return text
    return _BEHIND.sub(_sign_behind, _ARROWED.sub(_sign_before, text))


def _sign_before(found: re.Match[str]) -> str:
    sign = "+" if found["arrow"] in _UP_ARROWS else "-"
    return sign if found["sign"] in ("", sign) else found[0]


def _sign_behind(found: re.Match[str]) -> str:
    return ("+" if found["arrow"] in _UP_ARROWS else "-") + found["figure"]


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
