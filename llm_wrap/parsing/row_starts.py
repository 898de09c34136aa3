"""Where a row starts in a hard-wrapped table: each test sees the line above and the line itself."""

from __future__ import annotations

from llm_wrap.parsing.dates import is_date_line
from llm_wrap.parsing.economic import read_header
from llm_wrap.parsing.movers import is_row_ticker
from llm_wrap.parsing.patterns import read_number
from llm_wrap.parsing.sections import is_furniture, is_mail_header
from llm_wrap.parsing.title import is_title


def starts_head(upper: str, text: str) -> bool:
    """Above the sections: a date, a header, a nav line, and not the rest of a wrapped title."""
    if is_date_line(text) or is_mail_header(text) or is_furniture(text):
        return True
    return is_title(text) and (not is_title(upper) or is_mail_header(upper))


def starts_mover(upper: str, text: str) -> bool:
    """A percentage first, or a ticker."""
    first, _, rest = text.removeprefix("+").partition(" ") if text.startswith("++") else text.partition(" ")
    number = read_number(first.rstrip(":,"))
    if number and (number.unit == "%" or rest.startswith("%")):
        return number.signed
    return first.endswith(":") and is_row_ticker(first.rstrip(":"))


def starts_named_row(upper: str, text: str) -> bool:
    """A name and a separator."""
    head = text[:60]
    return ": " in head or " -- " in head or " | " in head or text.endswith(":")


def starts_economic(upper: str, text: str) -> bool:
    """A country and period, or anything below a row that is complete."""
    last = upper.rsplit(" ", 1)[-1].lower().rstrip(".,;)")
    done = last in {"month", "quarter", "week", "year", "period", "reading", "expected", "half", "release", "day"}
    return done or read_header(upper) is not None or (read_header(text) is not None and not upper.endswith(" in"))


def starts_company_row(upper: str, text: str) -> bool:
    """A ticker and a separator."""
    first = text.split(" ", 1)[0].rstrip(":")
    return " -- " in text[:30] or (
        is_row_ticker(first) and ("." in first or text[len(first) :].startswith((":", " -")))
    )
