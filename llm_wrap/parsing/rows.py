"""Rows of index levels, currencies and every further table.

    row    = name (": " | " -- " | " - " | " | " | " ") values       "Nikkei: 395.62 or +0.89% to 44768.12"
    values = change "or" pct "to" level | pct "to" level | bp "to" level | level "(" bp ")" | level change pct | …

A row is read in full or not at all: words behind the last value are handed back as `rest`, a figure there refuses the row.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.layout import MAX_ROW
from llm_wrap.parsing.patterns import Number, has_digit, read_number
from llm_wrap.parsing.row_tokens import ROLES, SHUT, UNITS, RowTokens, read_token, split_row


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
_MOST_BARS = 8  # a row has a name and three figures, each perhaps with a blank cell and a word
SEPARATORS = (": ", " -- ", " – ", " — ", " | ", " - ")
_BEHIND = frozenset({"higher", "lower", "firmer", "weaker"})


def read_named_row(text: str, *, yields: bool = False) -> NamedRow | None:
    """The row that `text` is, or None. `yields`: a bare unsigned percentage is a level, as in a table of yields.

    >>> read_named_row("Shanghai Composite: (4.71) or (0.12%) to 3870.60").values.change_pct
    Decimal('-0.12')
    >>> read_named_row("US 10-Yr 4.31% (+6 bps)").name
    'US 10-Yr'
    """
    if len(text) > MAX_ROW or text.count(" | ") > _MOST_BARS:
        return None
    plain = PLAIN_ROW.fullmatch(text)
    if plain and (plain["down"] == "(") == bool(plain["end1"]) and (plain["fall"] == "(") == bool(plain["end2"]):
        return NamedRow(plain["name"], _read_plain(plain))
    printed = text.strip("| ")
    row = split_row(printed)
    text, tokens = row.text, row.tokens
    crowded = _find_fourth(row) if len(tokens) > 8 and "(" not in text else -1
    tried: list[int] = []
    for separator in SEPARATORS:
        place = text.find(separator)
        if not 1 <= place <= 60:
            continue
        start = text.count(" ", 0, place + len(separator))
        tried.append(start)
        read = read_values(row, start, yields=yields) if start > crowded else None
        if read:
            name = printed.partition(separator)[0].strip(" |:-")
            return None if _holds_more(name.split()[1:]) else NamedRow(name, *read)
    if text.endswith(":"):
        return None
    # No separator: the values are the longest run of tokens at the end that reads as values.
    for index in range(1, min(len(tokens), 10)):
        token = tokens[index]
        reading = row.readings[index]
        if reading is False:
            reading = row.readings[index] = read_token(token)
        if reading is None:
            continue
        if index in tried:
            if isinstance(reading, Number) and reading.signed:
                return None  # as below
            continue
        if isinstance(reading, str):
            if (reading not in ("level", "still", "up", "down") and token != "-") or token[0] == "(":
                continue
        elif token[-1] in ",;." or not _may_start(reading, tokens, index, yields):
            continue
        name = " ".join(tokens[:index])
        if _holds_more(tokens[1:index]):
            return None
        if ": " in name or " -- " in name or " – " in name or " — " in name:
            return None  # the row has a separator, and what stands behind it was not understood
        read = read_values(row, index, yields=yields) if index > crowded else None
        if read and (not read[1] or index > 1 or not isinstance(reading, str) or read[1][0] == "("):
            return NamedRow(_end_name(name.replace(" ,", ",").strip(" :=-")), *read)
        if isinstance(reading, Number) and reading.signed:
            return None  # more figures than a row has columns, and a change is part of no name
    return None


def _holds_more(tokens: list[str]) -> bool:
    """Whether there is more in a name than a name, a level or "closed": what stands there was not understood."""
    return has_level_figure(tokens) or any(token.lower() in SHUT for token in tokens)


def has_level_figure(tokens: list[str]) -> bool:
    """Whether a figure as levels and changes are printed is among them: "6,735.11", "(0.3%)", and not the 100 of FTSE 100."""
    return any(
        ("." in token or "," in token or "%" in token)
        and has_digit(token)
        and read_number(token.strip(",;.")) is not None
        for token in tokens
    )


_FOOTNOTES = "*†‡§¹²³⁴⁵⁶⁷⁸⁹"


def strip_footnote(name: str) -> str:
    """A row's name without the mark of a footnote.

    >>> strip_footnote("S&P 500*"), strip_footnote("Dow Jones ¹")
    ('S&P 500', 'Dow Jones')
    """
    return name.rstrip(_FOOTNOTES).rstrip() or name


# "S&P 500 ended down 18.61 pts"
_NAME_ENDS = frozenset("ended closed finished settled was is trading traded at".split())


def _end_name(name: str) -> str:
    head, _, last = name.rpartition(" ")
    return head if last.lower() in _NAME_ENDS and head else name


def ends_as_row(text: str) -> bool:
    """Whether a row that `text` may be has no words behind its figures; told by the last one.

    >>> ends_as_row("Nikkei: 395.62 or +0.89% to 44768.12"), ends_as_row("Nikkei: 3 or 5% to 12.1 stores")
    (True, False)
    """
    last = text.rstrip(" ,;|").rpartition(" ")[2].strip("()").lower()
    return not last.isalpha() or last in UNITS or ROLES.get(last) == "still"


def _read_plain(row: re.Match[str]) -> Values:
    """The figures of a row in the usual form; the same as `read_values` gives, four times as fast."""
    change = Decimal(row["change"].replace(",", ""))
    percent = Decimal(row["percent"])
    return Values(
        change=change.copy_negate() if row["down"] in ("-", "(") else change,
        change_pct=percent.copy_negate() if row["fall"] in ("-", "(") else percent,
        level=Decimal(row["level"].replace(",", "")),
    )


_LONGEST = 60  # months of a tenor


def _may_start(number: Number, tokens: list[str], index: int, yields: bool) -> bool:
    """Whether a number may be the first value of a row without a separator ("FTSE 100 +0.48%": 100 may not)."""
    if number.unit in ("m", "M") and number.value <= _LONGEST and index + 1 < len(tokens):
        return False  # "Euribor 3m 2.024% +0.6": a tenor
    if number.signed or (number.unit and number.unit != ""):
        return True
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    if following[:1] in "+-" and following and (len(tokens[index]) >= 5 or tokens[index - 1].isdigit()):
        return True  # "Dow 46358 -243": no name ends in so high a number
    return (
        following in ("or", "|")
        or index == len(tokens) - 1
        or "." in tokens[index]
        or "," in tokens[index]
        or (yields and following.startswith("("))
    )


def _find_fourth(row: RowTokens) -> int:
    """The place of the fourth figure from the end, or -1. Figures from there on would be more than a row has columns."""
    figures = 0
    for index in range(row.last_figure, -1, -1):
        figures += has_digit(row.tokens[index])
        if figures == 4:
            return index
    return -1


class _Token(NamedTuple):
    """A figure. `is_level`: it stands behind "to" or "at"; `joined`: behind "or"."""

    number: Number
    is_level: bool
    joined: bool


def read_values(row: RowTokens, start: int, *, yields: bool = False) -> tuple[Values, str] | None:
    """The figures from the token `start` on and the words behind them; None where no figure stands there.

    A figure among the words behind them means that the row was not understood, and none of it is used.
    """
    _, tokens, readings, last_figure = row
    found: list[_Token] = []
    still = shut = False
    role = ""
    sign = 0
    rises = False
    used = start
    for index in range(start, len(tokens)):
        reading = readings[index]
        if reading is False:
            reading = readings[index] = read_token(tokens[index])
        if isinstance(reading, Number):
            if len(found) == 3:
                break
            is_level = role == "level"
            said = reading.signed and ("+" in tokens[index] or "-" in tokens[index] or role == "or")
            # "up 26.75 (0.40%)", "+26.75 (0.40%)": the bracket is no minus; "+26.75 or (0.40%)" contradicts itself
            if not is_level and not said and (sign or (rises and reading.bracketed)):
                reading = reading._replace(value=reading.value.copy_abs() * (sign or 1), signed=True)
            rises = rises or tokens[index][0] == "+"
            found.append(_Token(reading, is_level, role == "or"))
            role = ""
            used = index + 1
        elif (reading == "still" or (tokens[index] == "-" and len(tokens) == start + 1)) and len(found) < 3:
            still = True
            shut = shut or tokens[index].strip("(),").lower() in SHUT
            used = index + 1
        elif reading in ("level", "or", "joins"):
            role = reading
        elif reading in ("up", "down"):
            sign = 1 if reading == "up" else -1
            if found and not found[-1].is_level and not found[-1].number.signed and tokens[index].lower() in _BEHIND:
                last = found[-1].number  # "0.3% lower at 9,250"
                found[-1] = found[-1]._replace(number=last._replace(value=last.value * sign, signed=True))
                used = index + 1
        elif reading != "points" or not found:
            break
    if not found and not still:
        return None
    if shut and any(token.number.signed and token.number.value for token in found):
        return None  # "45493.66 closed closed +14.0%": what moved is not the day's
    figured = used <= last_figure
    if figured and tokens[used][0] not in "(,;|":
        return None
    rest = " ".join(tokens[used:]).strip(" ,;|")
    if figured and not (rest.startswith("(") and rest.endswith(")")):
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
        elif (yields and len(percent) + len(plain) <= 2) or _opens_level(found):
            level = percent.pop(0)
    if level is None and plain:
        level = _find_level(found, plain)
        plain = [one for one in plain if one is not level]
    if level is None and points and not points[0].signed and not plain:
        level = points.pop(0)  # "54bp +1bp", a spread
    if len(percent) > 1 or len(points) > 1 or len(plain) > 1 or (points and plain):
        return None
    change = points[0] if points else plain[0] if plain else None
    if change is not None and change.unit != "bp" and not _is_change(change, level, percent):
        return None
    return Values(
        change=change.value if change else None,
        change_unit="bp" if points else None,
        change_pct=percent[0].value if percent else None,
        level=level.value if level else None,
        unit=level.unit if level else None,
    )


def _opens_level(found: list[_Token]) -> bool:
    """Whether the first figure is a rate and the second its change: "4.13% +1.0", and not "+4.13% 1.0"."""
    first, second = found[0].number, found[1].number if len(found) == 2 else None
    return second is not None and second.unit is None and first.unit == "%" and second.signed and not second.bracketed


def _is_change(change: Number, level: Number | None, percent: list[Number]) -> bool:
    """Whether a figure without a sign, or in a bracket, may be the change: "153.07 (152.69)" is two levels, and in "-0.28%
    (6,735.11)" the bracket is one."""
    if change.signed and not change.bracketed:
        return True
    if level is None:
        return not (change.bracketed and percent and percent[0].signed and not percent[0].bracketed)
    return abs(change.value) * 2 <= abs(level.value)


def _find_level(found: list[_Token], plain: list[Number]) -> Number | None:
    """The level among figures of which none says that it is one.

    "44768.12 +395.62 +0.89%", "395.62 +0.89% 44768.12", "1.0832 (+0.12%)", but not "395.62 or +0.89%".
    """
    if len(plain) == 1:
        only = plain[0]
        changes = only.signed or any(token.joined for token in found)
        return None if changes and not (found[-1].number is only and not only.signed) else only
    if len(found) == 3 and found[1].number not in plain and (plain[0].signed or not plain[-1].signed):
        return plain[-1]  # the percentage stands between change and level
    unsigned = [one for one in plain if not one.signed]
    if unsigned:
        return unsigned[0]
    # A negative rate is a level, "-0.65 +0.02"; no level has a plus or a bracket: such figures are changes over several spans.
    return plain[0] if plain[0].value.is_signed() and not plain[0].bracketed else None


_COLUMNS = frozenset(
    """
    index market name ticker symbol company stock change chg move net points pts bp bps % pct percent percentage level last
    close closing price value pair currency rate yield reason comment news indicator country period actual consensus
    forecast estimate prior previous instrument commodity contract date
    """.split()
)


def is_column_heads(text: str) -> bool:
    """Whether a line names the columns of a table and holds no row.

    >>> is_column_heads("Index | Change | % | Level"), is_column_heads("Nikkei | 395.62")
    (True, False)
    """
    if len(text) > 120 or has_digit(text):
        return False
    words = [word.strip("():.,") for word in text.lower().replace("|", " ").replace("/", " ").split()]
    return len(words) >= 2 and all(not word or word in _COLUMNS for word in words)
