"""Rows of the gainers and decliners.

mover = pct ["~"] ticker ["~"] ["(" name ")"] [":"] reason        "+13.6% 9627.JP (Ain Holdings): reports Q1"
      | pct name ["(" ticker ")"] ":" reason                      "+1.1% Rio Tinto (RIO.LN): iron ore"
      | company pct ["at" price] [":"] reason                     "9627.JP (Ain Holdings) +13.6%: reports Q1"
      | cells joined by " | ", those before the reason in any order, or as their heads say

A price is in no field of a mover and is passed over, as are the columns of its market, its sector and further spans of time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.layout import Cells, split_cells
from llm_wrap.parsing.pairs import is_currency
from llm_wrap.parsing.patterns import (
    BARE_TICKER,
    MARKED_TICKER,
    WORDLY_EXCHANGES,
    Number,
    is_ticker,
    match_bracket,
    read_number,
    read_terminal_ticker,
    sign_arrows,
    spells_name,
    strip_ticker_marks,
)


class MoverRow(NamedTuple):
    """A row of the gainers or decliners, before it becomes a record."""

    change_pct: Decimal
    ticker: str | None
    name: str | None
    reason: str


def read_mover(text: str) -> MoverRow | None:
    """The mover that `text` is, or None.

    >>> read_mover("+18.7% ~AMPX-US~ (Amprius Technologies): wins order").ticker
    'AMPX-US'
    """
    text = sign_arrows(text)
    if " | " in text:
        cells = split_cells(text)
        return read_mover_cells(cells.texts) if cells else None
    if text.startswith("++"):  # a sign printed twice is still that sign
        text = text[1:]
    head, _, rest = text.partition(" ")
    number = read_number(head.rstrip(":,"))
    if number is not None and number.unit is None and rest.startswith("% "):
        number, rest = number._replace(unit="%"), rest[2:]
    if number is None or number.unit != "%":
        return _read_mover_name_first(text)
    rest = rest.lstrip(" :-–—|")
    if not rest:
        return None
    ticker, name, reason = read_company(rest)
    return MoverRow(number.value, ticker, name, reason)


def tells_names(rows: Sequence[Cells], heads: Sequence[str]) -> bool:
    """Whether the rows of a table have a column for the company's name, so that lone words are its name and no reason."""
    if "name" in heads:
        return True
    return any(len(_list_words(row)) > 1 for row in rows)


def tells_names_by_dash(rows: Sequence[MoverRow]) -> bool:
    """Whether the rows of a list, two or more, have capitalised words and a dash behind their tickers: "LRCX.US +7.2% Lam Research - capex"."""
    unnamed = [row for row in rows if row.ticker and not row.name]
    return len(unnamed) == len(rows) > 1 and all(name_by_dash(row) is not row for row in unnamed)


def name_by_dash(row: MoverRow) -> MoverRow:
    """The row with the name that stands before its dash; the row itself where none does."""
    for dash in (" - ", " – ", " — "):
        name, found, reason = row.reason[:160].partition(dash)
        if found and not row.name and len(name.split()) <= 5 and all(map(_is_name_word, name.split())):
            return row._replace(name=name, reason=reason + row.reason[160:])
    return row


def _is_name_word(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit() or word in ("&", "of", "de", "and")


def _list_words(row: Cells) -> list[str]:
    """The cells of a row but for its figures and its ticker."""
    words = [cell for cell in row.texts if cell and not _is_figure(cell)]
    ticker = next((cell for cell in words if is_row_ticker(cell)), None)
    return [cell for cell in words if cell is not ticker]


def _is_figure(cell: str) -> bool:
    return _read_cell(sign_arrows(cell)) is not None


def _read_cell(cell: str) -> Number | None:
    number = read_number(cell.replace(" %", "%"))
    if number is None and " " in cell[:5]:
        sign, _, figure = cell.partition(" ")
        return read_number(figure) if is_currency(sign) else None  # "HK$ 586.00"
    return number


def read_mover_cells(cells: Sequence[str], *, named: bool = False, code: str | None = None) -> MoverRow | None:
    """A row in columns, "+13.6%", "9627.JP", "Ain Holdings", reason, the first cells in any order; None where the percentage or
    the ticker has no cell of its own, or two cells are percentages. `named`: a lone cell of words is the name; `code`: the ticker
    that stood before them."""
    percent: Number | None = None
    ticker = code
    words: list[str] = []
    listed = any(map(is_ticker, cells[:4]))  # "UCB", "UCB.BR": the first is the name
    for cell in map(sign_arrows, cells):
        number = _read_cell(cell)
        if number and number.unit == "%":
            if percent is not None:
                return None
            percent = number
        elif number and not number.signed and not words[1:] and (words or ticker):
            continue  # the price
        elif ticker is None and not words[1:] and (is_ticker(cell) if listed else is_row_ticker(cell)):
            ticker = strip_ticker_marks(cell)
        elif cell:
            words.append(cell)
    if percent is None or not (ticker or words):
        return None
    if ticker is None and words:
        ticker, name, reason = read_company(words[0])
        return MoverRow(percent.value, ticker, name, " | ".join([part for part in (reason, *words[1:]) if part]))
    name = words[0] if words and (len(words) > 1 or named) else None
    return MoverRow(percent.value, ticker, name, " | ".join(words[1:] if name else words))


# The heads of the column that has the company, where another one has its market or its sector.
_COMPANIES = frozenset("company name stock security share issuer".split())


def read_headed_mover(cells: Sequence[str], heads: Sequence[tuple[str, str]]) -> MoverRow | None:
    """A row under heads, each a role and its text (`columns.read_mover_heads`); None where its percentage or its company is not to
    be had, or there are two of them.

    >>> heads = (("percent", "% chg"), ("name", "Company"), ("ticker", "Ticker"), ("country", "Market"), ("reason", "Why"))
    >>> str(read_headed_mover(("(1.2)", "Saudi Aramco", "ARAMCO AB", "Saudi Arabia", "price cut"), heads).change_pct)
    '-1.2'
    """
    percents: dict[str, Decimal] = {}
    ticker: str | None = None
    names: list[tuple[str, str]] = []
    reasons: list[str] = []
    if len({head.lower() for _, head in heads}) < len(heads):
        return None  # two lists side by side
    for (role, head), cell in zip(heads, map(sign_arrows, cells), strict=True):
        if role in ("percent", "change", "span"):
            number = _read_cell(cell)
            if number and (number.unit == "%" or (number.unit is None and (role == "percent" or "%" in head))):
                percents.setdefault(role, number.value)
        elif cell and role == "ticker":
            ticker = strip_ticker_marks(cell)
        elif cell and role == "name":
            names.append((head.lower().strip(":* "), cell))
        elif cell and role == "reason":
            reasons.append(cell)
    roles = {role for role, _ in heads}
    told = [role for role in ("percent", "change", "span") if role in roles and (role != "span" or not percents)]
    # The year's change is the day's only where no other is: "n/a" under "% chg" is none.
    percent = next((percents[role] for role in told if role in percents), None)
    if percent is None or ("percent" in roles and "percent" not in percents):
        return None
    name = next((cell for head, cell in names if head in _COMPANIES), names[0][1] if names else None)
    if name and ticker is None and not (" " in name and _opens_bare(name)):
        ticker, name, rest = read_company(name)
        reasons[:0] = [rest] if rest else []
    elif name and not reasons and "reason" not in roles:
        name, _, reason = name.partition(" – ")
        reasons = [reason] if reason else []
    return MoverRow(percent, ticker, name, " | ".join(reasons)) if name or ticker else None


def _opens_bare(name: str) -> bool:
    """Whether a company's name opens with what may be a ticker without an exchange: "WH Smith", "SAP", but not "AKBNK TI Akbank"."""
    opened = take_ticker(name)
    return opened is not None and not is_ticker(opened[0]) and not opened[1].startswith((":", " (", " -", " –"))


def _read_mover_name_first(text: str) -> MoverRow | None:
    """ "9627.JP (Ain Holdings) +13.6%: reason": the percentage stands behind the company."""
    tokens = text[:160].split(" ")
    for index, token in enumerate(tokens[1:10], 1):
        if ":" in token and not token.startswith(("+", "-", "(")):
            return None  # a reason has begun: a percentage in it is not that of the share
        if index > 1 and tokens[0].endswith(":") and not is_row_ticker(tokens[0][:-1]):
            return None  # "Winners: NOKIA FH +3.1%, ERICB SS +2.0%"
        number = read_number(token.strip(":,;|")) if "%" in token else None
        if number and number.unit == "%" and number.signed:
            company = " ".join(tokens[:index]).rstrip(" :-|,")
            head, _, price = company.rpartition(" ")
            if head and ("." in price or "," in price) and read_number(price):
                company = head.rstrip(" :-|,")  # "Cemex 18.91 +2.1%"
            ticker, name, between = read_company(company)
            behind = " ".join(tokens[index + 1 :]) + text[160:]
            if (
                behind[:1].isupper()
                and " " in behind
                and (second := _read_mover_name_first(behind))
                and not second.reason
            ):
                return None  # "Inditex +6.5% Novo Nordisk -2.9%": two in one line
            reason = "" if read_number(behind) else _PRICE.sub("", behind, count=1).lstrip(" :-–—|,")
            if ticker is None and name is None:
                ticker, name = None, company
            elif name is None:  # "4502.JP Takeda +1.9%"
                name, between = between or None, ""
            return MoverRow(number.value, ticker, name, (between + " " + reason).strip())
    return None


# "at Rs 3,418.90 - order": the price behind a percentage
_PRICE = re.compile(
    r"\A(?:at|to|@)\ (?:[A-Z]{1,3}[a-z]?\.?\ ?)?[$€£¥₩₹]?[0-9][0-9,]{0,14}(?:\.[0-9]{1,4})?p?(?=\ [-–—|]|[:;,]|\Z)"
)


def take_ticker(text: str) -> tuple[str, str] | None:
    """The ticker that opens a row and what stands behind it; None where the row opens with another word.

    >>> take_ticker("NOKIA FH: up to Buy"), take_ticker("GE US orders rise"), take_ticker("Nokia gains")
    (('NOKIA FH', ': up to Buy'), ('GE', ' US orders rise'), None)
    """
    words = text[:60].split(" ", 3)
    for count in (3, 2):
        token = " ".join(words[:count]).rstrip(":,")
        ticker = read_terminal_ticker(token) if len(words) >= count else None
        if ticker:
            rest = text[len(token) :]
            worldly = ticker[-2:] in WORDLY_EXCHANGES and not ticker[:-3].isdigit()
            if not worldly or not rest or rest[0] in ":," or rest.lstrip().startswith(("(", "-", "–", "—", "|")):
                return ticker, rest
    token = words[0].rstrip(":,")
    return (strip_ticker_marks(token), text[len(token) :]) if is_row_ticker(token) else None


def read_company(text: str) -> tuple[str | None, str | None, str]:
    """Ticker, name and what follows them."""
    opened = take_ticker(text)
    if opened and (is_ticker(opened[0]) or not _brackets_ticker(opened[1])):
        ticker, rest = opened
        if rest.startswith(":"):
            return ticker, None, rest[1:].strip()
        rest = rest.lstrip(", |")
        inner, behind = _take_bracket(rest)
        if not inner:
            return ticker, None, _strip_separator(rest)
        if is_ticker(inner) and not is_ticker(ticker):
            return inner, ticker, behind  # "LVMH (MC.FP)"
        return ticker, inner, behind
    # The name first: "Volkswagen (VOW3.GR): reason", "Netweb Technologies [NETWEB]".
    found = _OPENING.search(text, 1, 80)
    inner, behind = _take_bracket(text[found.start() :]) if found else ("", "")
    if found:
        name = text[: found.start()].strip()
        if is_row_ticker(inner) or spells_name(inner, name) or (found[0] == "[" and _CODE.fullmatch(inner)):
            return strip_ticker_marks(inner), name, behind
    for separator in (": ", " -- ", " – ", " — ", " | ", " - "):
        name, divided, reason = text.partition(separator)
        if divided and len(name) <= 80:
            return None, name.strip(), reason.strip()
    return None, text.rstrip(":"), ""


_OPENING = re.compile(r"[(\[]")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z.&-]{1,11}")  # what square brackets behind a name hold: "[532540]"


def _take_bracket(text: str) -> tuple[str, str]:
    """What the bracket holds that `text` opens with, and what stands behind it; "" where it opens with none."""
    squared = text.startswith("[")
    end = text.find("]", 0, 80) if squared else match_bracket(text, 0) if text.startswith("(") else -1
    return (text[1:end].strip(), _strip_separator(text[end + 1 :])) if end > 0 else ("", "")


def _brackets_ticker(text: str) -> bool:
    """Whether the ticker stands in a bracket behind more of the name: "Group (UBSG.SW)" behind UBS."""
    start = text.find("(", 1, 60)
    end = match_bracket(text, start) if start > 0 else -1
    return end > 0 and is_ticker(text[start + 1 : end].strip()) and ":" not in text[:start]


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
