"""Small invented wraps, one a session day, for proofs that need many."""

from __future__ import annotations

from datetime import date

_TEXT = """\
Asia Market Recap {day:%A} {day:%d-%b-%Y}

Synopsis:
Asian equities ended mixed. Volumes were thin ahead of the {day:%d %B} fixing.

Digest:
Harbour operator lifts outlook on day {day:%j}:
Kaito Ports (9301.JP) raised its full-year forecast by {number}% (Nikkei). Analysts had expected less.
Chip toolmaker wins order number {number}:
Senba Tools (6871.JP) said a customer in Taiwan ordered {number} machines (Reuters).

Notable Gainers:
+4.{digit}% 9301.JP (Kaito Ports): raised its forecast

Markets:
Nikkei: 395.62 or 0.89% to 44768.12
Hang Seng: 301.84 or 1.16% to 26388.16
"""


def make_wrap(day: date, *, text: int = 0) -> bytes:
    """The wrap of `day`; another `text` is another text of the same wrap: a correction."""
    number = 100 + day.toordinal() % 800 + 1000 * text
    return _TEXT.format(day=day, number=number, digit=number % 10).encode()
