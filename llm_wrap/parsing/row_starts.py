"""Where a row starts in a hard-wrapped table: each test sees the line above and the line itself."""

from __future__ import annotations

from llm_wrap.parsing.dates import is_date_line
from llm_wrap.parsing.economic import read_economic_row
from llm_wrap.parsing.economic_header import EconomicHeader, read_header
from llm_wrap.parsing.movers import is_row_ticker, read_mover, take_ticker
from llm_wrap.parsing.patterns import is_ticker, read_number, sign_arrows
from llm_wrap.parsing.sections import is_furniture, is_mail_header
from llm_wrap.parsing.title import is_title


def starts_head(upper: str, text: str) -> bool:
    """Above the sections: a date, a header, a nav line, and not the rest of a wrapped title."""
    if is_date_line(text) or is_mail_header(text) or is_furniture(text):
        return True
    return is_title(text) and (not is_title(upper) or is_mail_header(upper))


def starts_mover(upper: str, text: str) -> bool:
    """A percentage first, or a ticker."""
    text = sign_arrows(text)
    first, _, rest = text.removeprefix("+").partition(" ") if text.startswith("++") else text.partition(" ")
    number = read_number(first.rstrip(":,"))
    if number and (number.unit == "%" or rest.startswith("%")):
        return number.signed
    if first.endswith(":") and is_row_ticker(first.rstrip(":")):
        return True
    opened = take_ticker(text)  # "EQNR NO Equinor -2.6% Brent lower"
    return opened is not None and is_ticker(opened[0]) and read_mover(text) is not None


def starts_named_row(upper: str, text: str) -> bool:
    """A name and a separator."""
    head = text[:60]
    return ": " in head or " -- " in head or " | " in head or text.endswith(":")


def starts_economic(upper: str, text: str) -> bool:
    """A country and period, or anything below a row that is complete."""
    last = upper.rsplit(" ", 1)[-1].lower().rstrip(".,;)")
    done = last in {"month", "quarter", "week", "year", "period", "reading", "expected", "half", "release", "day"}
    if done or read_header(upper) is not None or (read_header(text) is not None and not upper.endswith(" in")):
        return True
    bare = EconomicHeader(None, None)
    above = read_economic_row(upper, bare, 0, labelled=True) if text[0].isupper() else None
    return above is not None and read_economic_row(text, bare, 0) is not None


def starts_company_row(upper: str, text: str) -> bool:
    """A ticker and a separator."""
    opened = take_ticker(text)
    return " -- " in text[:30] or (
        opened is not None and (is_ticker(opened[0]) or "." in opened[0] or opened[1].startswith((":", " -")))
    )
