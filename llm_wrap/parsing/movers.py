"""Rows of the gainers and decliners.

mover = pct ["~"] ticker ["~"] ["(" name ")"] [":"] reason        "+13.6% 9627.JP (Ain Holdings): reports Q1"
      | pct name ["(" ticker ")"] ":" reason                      "+1.1% Rio Tinto (RIO.LN): iron ore"
      | company pct [":"] reason                                  "9627.JP (Ain Holdings) +13.6%: reports Q1"
      | cells joined by " | ", those before the reason in any order
      | cells under heads                                         "Company | Ticker | % chg | Why"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.layout import Cells, split_cells
from llm_wrap.parsing.patterns import (
    BARE_TICKER,
    MARKED_TICKER,
    Number,
    is_spaced_ticker,
    is_ticker,
    match_bracket,
    read_number,
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
    if " | " in text:
        cells = split_cells(text)
        return read_mover_cells(cells.texts) if cells else None
    if "[" in text or not text.isascii():
        text = _plain_marks(text)
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
    ticker, name, reason = _read_company(rest)
    return MoverRow(number.value, ticker, name, reason)


_ARROW = re.compile("(?P<up>[\u25b2\u25b3\u2191\u2b06])|[\u25bc\u25bd\u2193\u2b07]")
_SQUARE = re.compile(r"\[([^\[\]]{1,24})\]")


def _plain_marks(text: str) -> str:
    """Arrows before a figure as its sign, and a ticker's square brackets as round ones.

    >>> _plain_marks("Netweb [NETWEB] \u25b2 5.71%")
    'Netweb (NETWEB) +5.71%'
    """
    head = _SQUARE.sub(r"(\1)", text[:160])
    for found in list(_ARROW.finditer(head))[::-1]:
        behind = head[found.end() :].lstrip(" \ufe0f")
        if behind[:1].isdigit():
            head = head[: found.start()] + ("+" if found["up"] else "-") + behind
    return head + text[160:]


# "at Rs 3,418.90 - order won": the price is in no column
_PRICE = re.compile(
    r"(?:at|to|@) (?:[A-Z][A-Za-z.$]{0,3} ?|[$\u20ac\u00a3\u00a5\u20b9])?[0-9][0-9.,]{0,14}p?(?: [-\u2013\u2014] |[;:,] |$)"
)


def tells_names(rows: Sequence[Cells], heads: Sequence[str]) -> bool:
    """Whether the rows of a table have a column for the company's name, so that lone words are its name and no reason."""
    if "name" in heads:
        return True
    return any(len(_list_words(row)) > 1 for row in rows)


def _list_words(row: Cells) -> list[str]:
    """The cells of a row but for its figures and its ticker."""
    words = [cell for cell in row.texts if cell and not _is_figure(cell)]
    ticker = next((cell for cell in words if is_row_ticker(cell)), None)
    return [cell for cell in words if cell is not ticker]


def _is_figure(cell: str) -> bool:
    return read_number(cell.replace(" %", "%")) is not None


def read_mover_cells(cells: Sequence[str], *, named: bool = False) -> MoverRow | None:
    """A row in columns, "+13.6%", "9627.JP", "Ain Holdings", reason, the first cells in any order; None where the percentage or
    the ticker has no cell of its own. `named`: a lone cell of words is the name."""
    percent: Number | None = None
    ticker: str | None = None
    words: list[str] = []
    for cell in cells:
        number = read_number(cell.replace(" %", "%")) if percent is None else None
        if number and number.unit == "%":
            percent = number
        elif ticker is None and is_row_ticker(cell) and not words[1:]:
            ticker = strip_ticker_marks(cell)
        elif cell:
            words.append(cell)
    if percent is None or not (ticker or words):
        return None
    if ticker is None and words:
        ticker, name, reason = _read_company(words[0])
        return MoverRow(percent.value, ticker, name, " | ".join([part for part in (reason, *words[1:]) if part]))
    name = words[0] if words and (len(words) > 1 or named) else None
    return MoverRow(percent.value, ticker, name, " | ".join(words[1:] if name else words))


def read_headed_mover(cells: Sequence[str], heads: Sequence[tuple[str, str]]) -> MoverRow | None:
    """A row under heads, each a role and its text (`columns.read_mover_heads`); None where the percentage is none.

    >>> heads = (("percent", "% chg"), ("name", "Company"), ("ticker", "Ticker"), ("country", "Market"), ("reason", "Why"))
    >>> str(read_headed_mover(("(1.2)", "Saudi Aramco", "ARAMCO AB", "Saudi Arabia", "price cut"), heads).change_pct)
    '-1.2'
    """
    percent: Number | None = None
    said: dict[str, str] = {}
    for (role, head), cell in zip(heads, cells, strict=True):
        if role in ("percent", "change", "span") and percent is None:
            number = read_number(cell.replace(" %", "%").lstrip("\u25b2\u25bc "))
            if number and (number.unit == "%" or (number.unit is None and (role == "percent" or "%" in head))):
                percent = number
        elif cell and role == "reason" and role in said:
            said[role] += f" | {cell}"
        elif cell and role in ("name", "ticker", "reason"):
            said.setdefault(role, cell)  # a second name is that of its market
    if percent is None or not ("ticker" in said or "name" in said):
        return None
    ticker, name, reason = said.get("ticker"), said.get("name"), said.get("reason", "")
    if ticker is None and name is not None:
        ticker, name, _ = _read_company(name)
    return MoverRow(percent.value, strip_ticker_marks(ticker) if ticker else None, name, reason)


def _read_mover_name_first(text: str) -> MoverRow | None:
    """ "9627.JP (Ain Holdings) +13.6%: reason": the percentage stands behind the company."""
    tokens = text[:160].split(" ")
    for index, token in enumerate(tokens[1:10], 1):
        if ":" in token and not token.startswith(("+", "-", "(")):
            return None  # a reason has begun: a percentage in it is not that of the share
        number = read_number(token.strip(":,;|")) if "%" in token else None
        if number and number.unit == "%" and number.signed:
            company = " ".join(tokens[:index]).rstrip(" :-|,")
            ticker, name, between = _read_company(company)
            reason = " ".join(tokens[index + 1 :]).lstrip(" :-–—|,") + text[160:]
            priced = _PRICE.match(reason)
            reason = reason[priced.end() :] if priced else reason
            if ticker is None and name is None:
                ticker, name = None, company
            elif name is None:  # "4502.JP Takeda +1.9%"
                name, between = between or None, ""
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
        if inner and (is_row_ticker(inner) or (inner.isupper() and inner.isalnum() and len(inner) <= 12)):
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
    return (
        is_ticker(token)
        or BARE_TICKER.fullmatch(token) is not None
        or MARKED_TICKER.fullmatch(token) is not None
        or is_spaced_ticker(token)
    )
