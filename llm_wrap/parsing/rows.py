"""Rows of the tables: movers, index levels, currencies, and every further table.

    mover  = pct ["~"] ticker ["~"] ["(" name ")"] [":"] reason       "+13.6% 9627.JP (Ain Holdings): reports Q1"
           | pct name ["(" ticker ")"] ":" reason
    row    = name (": " | " -- " | " - " | " | " | " ") values       "Nikkei: 395.62 or +0.89% to 44768.12"
    values = change "or" pct "to" level | pct "to" level | bp "to" level | level "(" bp ")" | level change pct | …

A row is read in full or not at all: what stands behind the last value is handed back as `rest`, never dropped.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.layout import MAX_ROW
from llm_wrap.parsing.patterns import (
    BARE_TICKER,
    MARKED_TICKER,
    Number,
    is_ticker,
    match_bracket,
    read_number,
    strip_ticker_marks,
)


class Values(NamedTuple):
    """The figures of a row. `unit` is that of the level, `change_unit` that of the change where it differs."""

    change: Decimal | None = None
    change_unit: str | None = None
    change_pct: Decimal | None = None
    level: Decimal | None = None
    unit: str | None = None


class NamedRow(NamedTuple):
    """A row: its name, its figures, and what stands behind them."""

    name: str
    values: Values
    rest: str = ""


class MoverRow(NamedTuple):
    """A row of the gainers or decliners, before it becomes a record."""

    change_pct: Decimal
    ticker: str | None
    name: str | None
    reason: str


# "Nikkei: 395.62 or +0.89% to 44768.12", "Shanghai Composite: (4.71) or (0.12%) to 3,870.60"
PLAIN_ROW = re.compile(
    r"""
    ^(?P<name>[^:|]{1,60}):[ ]
    (?P<down>[-+(]?)(?P<change>[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,8})?|[0-9]{1,12}(?:\.[0-9]{1,8})?)(?P<end1>\)?)[ ]or[ ]
    (?P<fall>[-+(]?)(?P<percent>[0-9]{1,6}(?:\.[0-9]{1,8})?)%(?P<end2>\)?)[ ]to[ ]
    (?P<level>[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,8})?|[0-9]{1,12}(?:\.[0-9]{1,8})?)
    """,
    re.VERBOSE,
)
_SEPARATORS = (": ", " -- ", " – ", " — ", " | ", " - ")
_LEVEL_WORDS = {"to", "at", "@"}
_JOINERS = {"or", "|", "/", ",", ";", "and", "by", "-", "–", "="}
_STANDSTILL = {
    "unchanged",
    "unch",
    "unch.",
    "flat",
    "closed",
    "holiday",
    "n/a",
    "na",
    "--",
    "-",
    "n.a.",
    "suspended",
    "shut",
}


def read_named_row(text: str, *, yields: bool = False) -> NamedRow | None:
    """The row that `text` is, or None. `yields`: a bare unsigned percentage is a level, as in a table of yields.

    >>> read_named_row("Shanghai Composite: (4.71) or (0.12%) to 3870.60").values.change_pct
    Decimal('-0.12')
    >>> read_named_row("US 10-Yr 4.31% (+6 bps)").name
    'US 10-Yr'
    """
    if len(text) > MAX_ROW:
        return None
    plain = PLAIN_ROW.fullmatch(text)
    if plain and (plain["down"] == "(") == bool(plain["end1"]) and (plain["fall"] == "(") == bool(plain["end2"]):
        return NamedRow(plain["name"], _read_plain(plain))
    text = text.strip("| ")
    for separator in _SEPARATORS:
        name, found, tail = text.partition(separator)
        if not found or not name or len(name) > 60:
            continue
        read = read_values(tail, yields=yields)
        if read:
            return NamedRow(name.strip(" |:-"), *read)
    if text.endswith(":"):
        return None
    # No separator: the values are the longest run of tokens at the end that reads as values.
    tokens = _split_tokens(text)
    for index in range(1, min(len(tokens), 10)):
        head = tokens[index]
        number = read_number(head)
        if number is None and head.lower() not in _STANDSTILL and head.lower() not in _LEVEL_WORDS:
            continue
        if number and not _may_start(number, tokens, index, yields):
            continue
        name = " ".join(tokens[:index])
        if any(separator in name for separator in _SEPARATORS[:4]):
            return None  # the row has a separator, and what stands behind it was not understood
        read = read_values(" ".join(tokens[index:]), yields=yields)
        if read and (not read[1] or index > 1 or number):
            return NamedRow(name.strip(" :-"), *read)
    return None


def _read_plain(row: re.Match[str]) -> Values:
    """The figures of a row in the usual form; the same as `read_values` gives, four times as fast."""
    change = Decimal(row["change"].replace(",", ""))
    percent = Decimal(row["percent"])
    return Values(
        change=change.copy_negate() if row["down"] in ("-", "(") else change,
        change_pct=percent.copy_negate() if row["fall"] in ("-", "(") else percent,
        level=Decimal(row["level"].replace(",", "")),
    )


def _may_start(number: Number, tokens: list[str], index: int, yields: bool) -> bool:
    """Whether a number may be the first value of a row without a separator ("FTSE 100 +0.48%": 100 may not)."""
    if number.signed or (number.unit and number.unit != ""):
        return True
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    return (
        following in ("or", "|")
        or index == len(tokens) - 1
        or "." in tokens[index]
        or "," in tokens[index]
        or (yields and following.startswith("("))
    )


def _split_tokens(text: str) -> list[str]:
    for unit in (" bps", " bp", " pts", " %"):
        if unit in text:
            text = text.replace(unit, unit[1:])
    if ", " in text:
        text = text.replace(", ", " , ")
    return text.split()


_SIGN_WORDS = {"up": 1, "down": -1}
_FILLERS = {"points", "point", "pts"}


class _Token(NamedTuple):
    """A figure. `is_level`: it stands behind "to" or "at"; `joined`: behind "or"."""

    number: Number
    is_level: bool
    joined: bool


def read_values(text: str, *, yields: bool = False) -> tuple[Values, str] | None:
    """The figures at the start of `text` and the words behind them; None where it starts with no figure.

    A figure among the words behind them means that the row was not understood, and none of it is used.
    """
    tokens = _split_tokens(text[:MAX_ROW])
    found: list[_Token] = []
    still = False
    word = ""
    sign = 0
    used = 0
    for index, token in enumerate(tokens):
        lowered = token.lower()
        if lowered.strip("()") in _STANDSTILL and (lowered != "-" or len(tokens) == 1) and len(found) < 3:
            still = True
            used = index + 1
        elif lowered in _LEVEL_WORDS or lowered in _JOINERS:
            word = lowered
        elif lowered in _SIGN_WORDS:
            sign = _SIGN_WORDS[lowered]
        elif lowered.rstrip(",") in _FILLERS and found:
            continue
        else:
            number = read_number(token.rstrip(",;")) or read_number(token.rstrip(",;."))
            if number is None or len(found) == 3:
                break
            is_level = word in _LEVEL_WORDS
            if sign and not is_level and not number.signed:
                number = number._replace(value=number.value.copy_sign(Decimal(sign)), signed=True)
            found.append(_Token(number, is_level, word == "or"))
            word = ""
            used = index + 1
    rest = " ".join(tokens[used:]).strip(" ,;|")
    if not found and not still:
        return None
    if any(char.isdigit() for char in rest) and not (rest.startswith("(") and rest.endswith(")")):
        return None
    values = _assign(found, yields)
    return (values, rest) if values else None


def _assign(found: list[_Token], yields: bool) -> Values | None:
    """Gives each figure its column by its unit, its sign and its place."""
    level: Number | None = None
    percent: list[Number] = []
    points: list[Number] = []
    plain: list[Number] = []
    for token in found:
        number = token.number
        if token.is_level and level is None:
            level = number
        elif number.unit == "bp":
            points.append(number)
        elif number.unit == "%":
            percent.append(number)
        else:
            plain.append(number)
    if level is None and percent and not percent[0].signed:
        if points:
            level = percent.pop(0)
            # "4.31% (+6 bps)": the others of such a table sign inside the bracket, so "(0 bps)" is 0
            if points[0].bracketed and not points[0].value:
                points[0] = points[0]._replace(value=abs(points[0].value))
        elif yields and len(percent) + len(plain) <= 2:
            level = percent.pop(0)
    if level is None and plain:
        level = _find_level(found, plain)
        plain = [one for one in plain if one is not level]
    if len(percent) > 1 or len(points) > 1 or len(plain) > 1 or (points and plain):
        return None
    change = points[0] if points else plain[0] if plain else None
    return Values(
        change=change.value if change else None,
        change_unit="bp" if points else None,
        change_pct=percent[0].value if percent else None,
        level=level.value if level else None,
        unit=level.unit if level else None,
    )


def _find_level(found: list[_Token], plain: list[Number]) -> Number | None:
    """The level among figures of which none says that it is one.

    "44768.12 +395.62 +0.89%", "395.62 +0.89% 44768.12", "1.0832 (+0.12%)", but not "395.62 or +0.89%".
    """
    if len(plain) == 1:
        only = plain[0]
        changes = only.signed or any(token.joined for token in found)
        return None if changes and not (found[-1].number is only and not only.signed) else only
    if len(found) == 3 and found[1].number not in plain:
        return plain[-1]  # the percentage stands between change and level
    unsigned = [one for one in plain if not one.signed]
    return unsigned[0] if unsigned else plain[0]


def read_mover(text: str) -> MoverRow | None:
    """The mover that `text` is, or None.

    >>> read_mover("+18.7% ~AMPX-US~ (Amprius Technologies): wins order").ticker
    'AMPX-US'
    """
    if " | " in text:
        return _read_mover_cells([cell.strip() for cell in text.strip("| ").split(" | ")])
    head, _, rest = text.partition(" ")
    number = read_number(head.rstrip(":,"))
    if number is not None and number.unit is None and rest.startswith("% "):
        number, rest = number._replace(unit="%"), rest[2:]
    if number is None or number.unit != "%":
        return _read_mover_name_first(text)
    rest = rest.lstrip(" :-–—|")
    if not rest:
        return None
    ticker, name, reason = _read_company(rest)
    return MoverRow(number.value, ticker, name, reason)


def _read_mover_cells(cells: list[str]) -> MoverRow | None:
    """A row of an HTML or Markdown table: "+13.6% | 9627.JP | Ain Holdings | reason", the first cells in any order."""
    percent: Number | None = None
    ticker: str | None = None
    words: list[str] = []
    for cell in cells:
        number = read_number(cell.replace(" %", "%")) if percent is None else None
        if number and number.unit == "%":
            percent = number
        elif ticker is None and is_row_ticker(cell) and not words[1:]:
            ticker = strip_ticker_marks(cell)
        else:
            words.append(cell)
    if percent is None or not (ticker or words):
        return None
    if ticker is None and words:
        ticker, name, reason = _read_company(words[0])
        return MoverRow(percent.value, ticker, name, " | ".join([part for part in (reason, *words[1:]) if part]))
    name = words[0] if len(words) > 1 else None
    return MoverRow(percent.value, ticker, name, " | ".join(words[1:] if name else words))


def _read_mover_name_first(text: str) -> MoverRow | None:
    """ "9627.JP (Ain Holdings) +13.6%: reason": the percentage stands behind the company."""
    tokens = text[:160].split(" ")
    for index, token in enumerate(tokens[1:10], 1):
        number = read_number(token.strip(":,;|"))
        if number and number.unit == "%" and number.signed:
            company = " ".join(tokens[:index]).rstrip(" :-|,")
            ticker, name, between = _read_company(company)
            reason = " ".join(tokens[index + 1 :]).lstrip(" :-–—|,") + text[160:]
            if ticker is None and name is None:
                ticker, name = None, company
            return MoverRow(number.value, ticker, name, (between + " " + reason).strip())
    return None


def _read_company(text: str) -> tuple[str | None, str | None, str]:
    """Ticker, name and what follows them."""
    first, _, rest = text.partition(" ")
    colon = first.endswith(":")
    token = first.rstrip(":,")
    if is_row_ticker(token):
        ticker = strip_ticker_marks(token)
        if colon:
            return ticker, None, rest.strip()
        rest = rest.lstrip(" |")
        if rest.startswith("("):
            end = match_bracket(rest, 0)
            if end > 0:
                inner = rest[1:end].strip()
                if is_ticker(inner) and not is_ticker(token):
                    return inner, ticker, _strip_separator(rest[end + 1 :])  # "LVMH (MC.FP)"
                return ticker, inner, _strip_separator(rest[end + 1 :])
        return ticker, None, _strip_separator(rest)
    # The name first: "Volkswagen (VOW3.GR): reason".
    start = text.find("(", 0, 80)
    if start > 0:
        end = match_bracket(text, start)
        inner = text[start + 1 : end].strip() if end > 0 else ""
        if inner and is_row_ticker(inner):
            return strip_ticker_marks(inner), text[:start].strip(), _strip_separator(text[end + 1 :])
    for separator in (": ", " -- ", " – ", " — ", " | ", " - "):
        name, found, reason = text.partition(separator)
        if found and len(name) <= 80:
            return None, name.strip(), reason.strip()
    return None, text.rstrip(":"), ""


def _strip_separator(text: str) -> str:
    text = text.strip()
    for separator in (":", "--", "- ", "– ", "— ", "|", ","):
        if text.startswith(separator):
            return text[len(separator) :].strip()
    return text


def is_row_ticker(token: str) -> bool:
    """Whether a row's first word is its ticker: "9627.JP", "~AMPX-US~", "VRDN", "+OPENAI".

    >>> is_row_ticker("VRDN"), is_row_ticker("Viridian")
    (True, False)
    """
    if token.startswith("~") and token.endswith("~") and len(token) > 2:
        return True
    return is_ticker(token) or BARE_TICKER.fullmatch(token) is not None or MARKED_TICKER.fullmatch(token) is not None
