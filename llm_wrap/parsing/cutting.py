"""Cuts the lines of a wrap into sections.

A heading opens a section; a disclaimer opens one by its first words; rows that stand in prose ("+13.6% 9627.JP (…): …",
"Nikkei: 395.62 or +0.89% to 44768.12") open one by their shape, because their heading is missing.
"""

from __future__ import annotations

from llm_wrap.parsing.dates import is_date_line
from llm_wrap.parsing.economic import COUNTRIES, read_header
from llm_wrap.parsing.layout import Line
from llm_wrap.parsing.movers import read_mover
from llm_wrap.parsing.patterns import has_digit, is_ticker, read_number
from llm_wrap.parsing.rows import SEPARATORS, ends_as_row, read_named_row
from llm_wrap.parsing.sections import Heading, Kind, Section, is_disclaimer, is_prose, read_heading

_PROSE: frozenset[Kind] = frozenset({"signature", "preamble", "synopsis", "digest", "news", "named", "company_news"})
_TABLES: frozenset[Kind] = frozenset(
    {"gainers", "decliners", "movers", "data", "economic", "markets", "currencies", "table"}
)
_OPEN: frozenset[Kind] = _TABLES | {"news", "named", "company_news"}
_MOVERS: frozenset[Kind] = frozenset({"gainers", "decliners", "movers"})


def cut_sections(lines: list[Line]) -> list[Section]:
    """The sections in order; the first is the preamble, which may be empty."""
    sections = [Section("preamble", "", None, [])]
    headings = [read_heading(line.text) for line in lines]
    last_heading = max((line.number for line, found in zip(lines, headings, strict=True) if found), default=0)
    for index, line in enumerate(lines):
        current = sections[-1]
        heading = headings[index]
        if line.text == "--" and current.kind != "preamble":
            sections.append(Section("signature", "", line, []))  # what stands below "--" in a mail is its sender's
            continue
        if heading and heading.kind == "disclaimer" and current.kind == "disclaimer":
            heading = None
        if heading and not _is_false_heading(heading, line, current):
            rest = [line._replace(text=heading.rest)] if heading.rest else []
            sections.append(Section(heading.kind, heading.name, line, rest))
            continue
        if _opens_disclaimer(line, lines[index + 1 : index + 4], current, last_heading):
            sections.append(Section("disclaimer", "", None, [line]))
            continue
        if current.kind in _OPEN and _opens_unknown(line, lines[index + 1 : index + 2], current):
            sections.append(Section("unknown", line.text.strip(" *_#=-:"), line, []))
            continue
        if current.kind in _PROSE or current.kind == "data":
            shape = _shape_of(line.text, current.kind)
            if shape:
                sections.append(Section(shape, "", None, [line]))
                continue
        elif current.heading is None and current.kind in ("gainers", "decliners", "markets", "currencies"):
            shape = _shape_of(line.text, current.kind)
            if shape and shape != current.kind:
                sections.append(Section(shape, "", None, [line]))
                continue
        current.lines.append(line)
    return sections


def _opens_disclaimer(line: Line, following: list[Line], current: Section, last_heading: int) -> bool:
    """Whether the disclaimer starts here: by its words, or as prose below the last of the tables."""
    text = line.text
    if current.kind in ("disclaimer", "preamble", "signature") or not (text[0].isupper() or text[0] in "©(*\"'"):
        return False
    if current.kind in _TABLES:
        if text[-1].isdigit() or text[-1] == "%" or " versus " in text or (current.kind in _MOVERS and line.bullet):
            return False
        if is_disclaimer(text):
            return True
        if line.cells and any(below.cells and len(below.cells.texts) >= len(line.cells.texts) for below in following):
            return False  # a row of words in columns that go on below it
        return line.number > last_heading and bool(current.lines) and is_prose(text) and read_named_row(text) is None
    return line.number > last_heading and not line.bullet and is_disclaimer(text, among_prose=True)


_REGION_WORDS = frozenset(
    """
    asia europe emea americas us latam global world north south latin america pacific developed emerging markets china greater
    mainland australia asean nordics g10 majors em dm a-shares h-shares large mid small caps
    """.split()
)


def is_subheading(text: str) -> bool:
    """Whether a line divides a table by region: "Asia:", "Hong Kong", "Emerging markets:".

    >>> is_subheading("Asia Pacific:"), is_subheading("Broker notes:")
    (True, False)
    """
    if len(text) > 40 or has_digit(text):
        return False
    name = text.strip(" *_#=-:").lower()
    return bool(name) and (name in COUNTRIES or all(word in _REGION_WORDS for word in name.replace("/", " ").split()))


def _opens_unknown(line: Line, following: list[Line], current: Section) -> bool:
    """Whether a line among the tables is a heading that we do not know: "Broker notes:"."""
    text = line.text
    if current.kind not in _TABLES:  # a heading between lists: the only line that has no bullet
        if line.bullet or not following or not following[0].bullet or not all(one.bullet for one in current.lines[:5]):
            return False
        return text.endswith(":") and len(text) <= 60 and bool(current.lines) and line.indent <= current.lines[0].indent
    if not text.endswith(":") or len(text) > 60 or has_digit(text) or "%" in text:
        return False
    if is_subheading(text) or read_header(text) is not None or not following or not text[0].isupper():
        return False
    if current.kind in ("gainers", "decliners", "movers"):
        return read_mover(following[0].text) is None
    return True


def _is_false_heading(heading: Heading, line: Line, current: Section) -> bool:
    """A lone lower-case word is the end of a wrapped line; "Summary" above the sections is a nav line."""
    if line.text[0].islower() and not line.blank_before and (current.lines or not line.text.endswith(":")):
        return not line.text.endswith(":") or current.lines[-1].text[-1] not in ".:!?"
    return (
        current.kind == "preamble"
        and heading.name.lower() in ("market summary", "summary")
        and not line.text.endswith(":")
        and not (current.lines and is_date_line(current.lines[-1].text))
    )


def _shape_of(text: str, current: Kind) -> Kind | None:
    """The table that a line belongs to by its shape alone; None for prose and for weak shapes."""
    if len(text) > 300 or (current == "preamble" and len(text) > 160):
        return None
    if text[0] in "+-(" and "%" in text[:10]:
        head, _, rest = text.partition(" ")
        number = read_number(head)
        first = rest.split(" ", 1)[0].rstrip(":")
        if number and number.unit == "%" and (is_ticker(first) or (first.startswith("~") and first.endswith("~"))):
            return "decliners" if number.value.is_signed() else "gainers"
    if " or " in text and " to " in text and len(text) < 100 and (": " in text or " -- " in text):
        if _is_at_home(text, current):
            return None
        tail = text[-12:]
        printed = "." in tail or "," in tail  # "Widget: 3 or 5% to 12" is no index
        row = read_named_row(text) if printed and "%" in text and ends_as_row(text) else None
        if row and row.values.level is not None and row.values.change_pct is not None and not row.rest:
            return "currencies" if is_pair(row.name) else "markets"
    return None


def _is_at_home(text: str, current: Kind) -> bool:
    """Whether a row of levels, if `text` is one, is of the table that it stands in: that is told without reading it."""
    if current == "markets":
        return not text.lstrip(" |:-").startswith(_CURRENCY_STARTS)
    if current != "currencies":
        return False
    used = [separator for separator in SEPARATORS if separator in text]
    return used in ([": "], [" -- "]) and is_pair(text.partition(used[0])[0].strip(" |:-"))


def is_pair(name: str) -> bool:
    """Whether a row's name is a currency pair: "$-¥", "A$-$", "EUR/USD", "USDJPY".

    >>> is_pair("$-KRW"), is_pair("EUR/USD"), is_pair("Nikkei")
    (True, True, False)
    """
    if len(name) > 12:
        return False
    for mark in ("-", "/"):
        left, found, right = name.partition(mark)
        if found and _is_currency(left.strip()) and _is_currency(right.strip()):
            return True
    return len(name) == 6 and _is_currency(name[:3]) and _is_currency(name[3:])


_CODES = frozenset(
    """
    USD EUR JPY GBP CHF CAD AUD NZD CNY CNH HKD KRW TWD SGD INR IDR MYR THB PHP VND BRL MXN CLP COP PEN ARS UYU
    SEK NOK DKK PLN HUF CZK TRY RUB ZAR ILS SAR AED EGP ISK RON
    """.split()
)
_SIGNS = frozenset(
    """
    $ ¥ € £ ₩ ₹ A$ HK$ NZ$ C$ S$ US$ NT$ R$ MX$ Mex$ Fr kr ₺ ฿ ₱ ₫ Rp Rs RM ￥
    """.split()
)
_CURRENCY_STARTS = (*_CODES, *_SIGNS)


def _is_currency(text: str) -> bool:
    return text in _CODES or text in _SIGNS
