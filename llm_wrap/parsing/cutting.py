"""Cuts the lines of a wrap into sections.

A heading opens a section: a known name, or a line that stands as one, whose words and lines tell what it is (`guessing`). A
disclaimer opens one by its first words; rows that stand in prose ("+13.6% 9627.JP (…): …", "Nikkei: 395.62 or +0.89% to
44768.12") open one by their shape, because their heading is missing.
"""

from __future__ import annotations

import re
from itertools import takewhile

from llm_wrap.parsing.columns import read_heads
from llm_wrap.parsing.dates import has_date, is_date_line
from llm_wrap.parsing.economic import read_economic_row
from llm_wrap.parsing.economic_header import COUNTRIES, EconomicHeader, read_header
from llm_wrap.parsing.guessing import as_block, guess_by_lines, guess_by_words
from llm_wrap.parsing.layout import Line, is_rule
from llm_wrap.parsing.movers import read_mover
from llm_wrap.parsing.pairs import CURRENCY_STARTS, is_pair
from llm_wrap.parsing.patterns import has_digit, is_ticker, read_number
from llm_wrap.parsing.rows import SEPARATORS, ends_as_row, read_named_row
from llm_wrap.parsing.sections import (
    Heading,
    Kind,
    Section,
    is_disclaimer,
    is_greeting,
    is_prose,
    read_heading,
    read_way,
    says_none,
)
from llm_wrap.parsing.title import is_title, read_title_moves

_PROSE: frozenset[Kind] = frozenset({"signature", "preamble", "synopsis", "digest", "news", "named", "company_news"})
_TABLES: frozenset[Kind] = frozenset(
    {"gainers", "decliners", "movers", "data", "economic", "markets", "currencies", "table"}
)
_OPEN: frozenset[Kind] = _TABLES | {"news", "named", "company_news"}
_MOVERS: frozenset[Kind] = frozenset({"gainers", "decliners", "movers"})


_PARAGRAPH = 50  # characters of the first line of one
_RELEASE = 120  # characters of a line that may be a release among news
_MOVES_GAP = 2  # and between a title and the moves of its indices
_HEAD_GAP = 12  # lines between title and date
_MAX_HEAD = 60  # lines above the first known heading among which title and date are looked for


def cut_sections(lines: list[Line]) -> list[Section]:
    """The sections in order; the first is the preamble, which may be empty."""
    sections = [Section("preamble", "", None, [])]
    headings = [read_heading(line.text) for line in lines]
    menu = _find_menu_end(lines)
    headings[:menu] = [None] * menu
    last_heading = max(
        (
            line.number
            for line, found in zip(lines, headings, strict=True)
            if (found and found.kind != "disclaimer") or line.level
        ),
        default=0,
    )
    head_end = _find_head_end(lines, headings)
    guessed: set[int] = set()  # places in `sections`
    loud = _count_loud(lines, headings) >= _LEAST_LOUD
    for index, line in enumerate(lines):
        current = sections[-1]
        heading = headings[index]
        if line.text[-1] == ")" and current.heading and _continues_heading(line.text, current.heading.text):
            sections.append(Section(current.kind, current.name, line, []))  # on a further page
            if len(sections) - 2 in guessed:
                guessed.add(len(sections) - 1)
            continue
        if current.kind == "preamble" and index and not line.blank_before and is_greeting(lines[index - 1].text):
            line = line._replace(blank_before=True)
        if line.text == "--" and current.kind != "preamble":
            sections.append(Section("signature", "", line, []))  # what stands below "--" in a mail is its sender's
            continue
        if heading and heading.kind == "disclaimer" and current.kind == "disclaimer":
            heading = None
        parts = heading and current.kind in _MOVERS and _parts_movers(heading, lines[index + 1 : index + 2])
        if heading and not parts and not _is_false_heading(heading, line, current):
            rest = [line._replace(text=heading.rest)] if heading.rest else []
            sections.append(Section(heading.kind, heading.name, line, rest))
            continue
        if _opens_disclaimer(line, lines[index + 1 : index + 4], current, last_heading):
            sections.append(Section("disclaimer", "", None, [line]))
            continue
        if current.kind != "preamble" and line.blank_before and _opens_signature(line, lines[index + 1 : index + 2]):
            sections.append(Section("signature", "", line, []))
            continue
        other = _read_other_heading(line, lines[index + 1 : index + 3], current, loud) if index >= head_end else None
        if other:
            guessed.add(len(sections))
            sections.append(Section(other, line.text.strip(" *_#=-:"), line, []))
            continue
        if current.kind in _PROSE or current.kind == "data":
            shape = _shape_of(line.text, current.kind)
            if shape:
                sections.append(Section(shape, "", None, [line]))
                continue
            if line.cells and (opened := _open_by_heads(lines[index : index + _FOLLOWING], current)):
                sections.append(opened)
                continue
        elif current.heading is None and current.kind in ("gainers", "decliners", "markets", "currencies"):
            shape = _shape_of(line.text, current.kind)
            if shape and shape != current.kind:
                sections.append(Section(shape, "", None, [line]))
                continue
        current.lines.append(line)
    sections = _find_synopsis(sections)
    return [_settle(section) if place in guessed else _settle_news(section) for place, section in enumerate(sections)]


_LEAST_LOUD = 3
_FOLLOWING = 13  # lines of a table that tell what it is


def _open_by_heads(lines: list[Line], current: Section) -> Section | None:
    """The table that the first of `lines` opens among prose with the heads of its columns; None where it names none. A short line
    right above is its heading, else it is called as what its first column holds."""
    if current.kind not in ("preamble", "synopsis", "digest", "news") or len(lines) < 2:
        return None
    heads = read_heads(as_block(lines[0]))
    if heads is None or len(heads) < _LEAST_HEADS:
        return None
    rows = [line for line in lines if line.cells and not line.level]
    kind = guess_by_lines(rows)
    if kind is None:
        return None
    above = current.lines[-1] if current.lines else None
    if (
        above
        and above.blank_before
        and not above.bullet
        and len(above.text) <= _PARAGRAPH
        and above.text[-1] not in ".!?;,"
    ):
        current.lines.pop()
        return Section(kind, above.text.strip(" *_#=-:"), above, [lines[0]])
    return Section(kind, heads[0].text or "Table", None, [lines[0]])


_LEAST_HEADS = 3


def _find_synopsis(sections: list[Section]) -> list[Section]:
    """The sections; where none is a Synopsis, paragraphs under the first heading, if that says nothing, are one."""
    if len(sections) < 2 or sections[1].kind != "unknown" or any(section.kind == "synopsis" for section in sections):
        return sections
    first = sections[1]
    told = all(
        line.text[-1] in ".!?)" and len(line.text) >= _PARAGRAPH and not line.bullet and not line.cells
        for line in first.lines
    )
    return [sections[0], first._replace(kind="synopsis"), *sections[2:]] if first.lines and told else sections


def _count_loud(lines: list[Line], headings: list[Heading | None]) -> int:
    """How many of the known headings stand in capitals."""
    return sum(heading is not None and line.text.isupper() for line, heading in zip(lines, headings, strict=True))


def _continues_heading(text: str, heading: str) -> bool:
    """Whether a line is the heading again on a further page: "Laggards (continued)"."""
    head, _, mark = text.rpartition(" (")
    return mark.lower() in ("continued)", "cont'd)", "cont.)", "contd)", "cont)") and head == heading.rstrip(": ")


_MENU_LINE = 60  # characters; what is longer stands in no menu


def _find_menu_end(lines: list[Line]) -> int:
    """Where the menus of a page end that stand above title and date: nothing there is a paragraph or has a figure; 0 for none."""
    date = next((place for place, line in enumerate(lines[:_MAX_HEAD]) if is_date_line(line.text)), 0)
    menu = lines[: max(0, date - 1)]
    if any(line.level or (len(line.text) > _MENU_LINE and "|" not in line.text and not line.cells) for line in menu):
        return 0
    return 0 if any(has_digit(line.text) for line in menu) else len(menu)


def _find_head_end(lines: list[Line], headings: list[Heading | None]) -> int:
    """Where title and date end, above which short lines are the page's or the mail's own."""
    first = next((place for place, found in enumerate(headings) if found), len(lines))
    end = 0
    for place in range(min(first, _MAX_HEAD)):
        if end and place - end > _HEAD_GAP:
            break
        if _is_head(lines[place].text):
            if end and place - end > _MOVES_GAP and len(read_title_moves(lines[place].text)) > 1:
                break  # "EURUSD +0.1% | GBPUSD +0.2%" further down is no title
            end = place + 1
    return end


def _is_head(text: str) -> bool:
    return is_date_line(text) or (is_title(text) and ". " not in text) or has_date(text)


def _read_other_heading(line: Line, following: list[Line], current: Section, loud_ones: bool) -> Kind | None:
    """What a line opens that stands as a heading and is none of the known names: what its words say, else "unknown".
    `loud_ones`: the wrap's headings stand in capitals."""
    alone = _stands_alone(line)
    if not (line.level or alone or line.text[-1] == ":") or current.kind == "disclaimer" or is_subheading(line.text):
        return None  # as nearly every line
    if line.text[0] in "+-(":
        return None  # a row whose comment was cut behind a colon
    if current.kind == "movers" and read_way(line.text):
        return None  # "Down" parts their list
    kind = guess_by_words(line.text)
    if line.level:
        return _read_marked_heading(line, kind, current)
    if current.kind in _OPEN and _opens_unknown(line, following, current):
        return kind or "unknown"
    if kind in _TABLES and current.kind in _TABLES and line.text[-1] == ":" and following:
        return kind  # "S&P 500 sectors:"
    if not alone or not following:
        return None
    below = following[0]
    opened = read_heading(below.text) if below.blank_before and current.kind != "preamble" else None
    if opened and opened.kind in _TABLES and not is_subheading(line.text):
        return kind or "unknown"  # "Shares in focus" over "Winners"
    loud = line.text.isupper()
    if current.kind in _TABLES:
        if read_header(line.text) or says_none(line.text) or read_named_row(line.text) or read_mover(line.text):
            return None
        return kind or "unknown"
    if current.kind in ("named", "unknown") and (
        (loud and loud_ones) or (current.lines[-1:] and current.lines[-1].cells and guess_by_lines(current.lines))
    ):
        return kind or "unknown"  # below a table, or as all headings are
    if (
        kind is None
        and current.kind != "preamble"
        and below.cells
        and (any(map(read_number, below.cells.texts[1:])) or read_heads(as_block(below)))
    ):
        return "unknown"  # over rows in columns
    if current.kind == "preamble" and not kind and not below.blank_before and (below.bullet or below.cells):
        return "unknown"  # over bullets or rows
    if kind is None or kind == current.kind != "named":
        return None
    if kind in _TABLES:
        return kind if guess_by_lines([below]) or below.cells else None
    if current.kind in ("named", "company_news", "unknown"):
        return kind
    apart = current.kind in ("preamble", "synopsis") and (below.blank_before or below.bullet == "#")
    if kind == "synopsis":
        apart = current.kind == "preamble" and len(below.text) >= _PARAGRAPH
    return kind if current.kind != "digest" and (loud or apart) else None


def _read_marked_heading(line: Line, kind: Kind | None, current: Section) -> Kind | None:
    """The same of a heading by the text's own marks: one that lies deeper is a headline or a part of its section."""
    if current.kind == "preamble" and line.level == 1:
        return None  # the title
    above = current.heading.level if current.heading else 0
    if current.kind in ("digest", "news", "synopsis") and (
        line.level > above or (kind is None and len(line.text) > 30)
    ):
        return None
    if line.level > above > 0 and kind not in _TABLES:
        return None
    return kind or "unknown"


def _stands_alone(line: Line) -> bool:
    """Whether a line without marks can be a heading: a few words after a blank line, no sentence and no row."""
    text = line.text
    return (
        line.blank_before
        and not line.bullet
        and not line.cells
        and len(text) <= 50
        and len(text.split()) <= 7
        and (text[0].isupper() or text[0].isdigit())
        and text[-1] not in ".,;!?"
        and "%" not in text
    )


def _opens_signature(line: Line, following: list[Line]) -> bool:
    """Whether a sender's lines start here: with a closing, or with a name over a telephone number."""
    if is_closing(line.text):
        return True
    named = len(line.text) < 60 and not line.bullet and bool(following)
    apart = named and following[0].blank_before and "|" not in line.text
    number = following[0].text.rpartition("|")[2].strip() if named and not apart else ""
    return _TELEPHONE.fullmatch(number) is not None


_TELEPHONE = re.compile(r"(?:[Tt]el[.:]{0,2} ?)?\+[0-9][0-9 ()-]{6,20}")


def is_closing(text: str) -> bool:
    """Whether a line takes leave at the end of a mail: "Kind regards,".

    >>> is_closing("Best regards,"), is_closing("Best on the day")
    (True, False)
    """
    return len(text) <= 40 and any(part.strip(",. !") in _CLOSINGS for part in text.lower().split("/"))


_CLOSINGS = frozenset(
    "regards|kind regards|best regards|best wishes|warm regards|many thanks|thanks|thank you|yours sincerely|sincerely|have a good day"
    "|have a good evening|have a nice day|all the best|cheers".split("|")
)


def _settle(section: Section) -> Section:
    """A section whose heading was no known name, as what its lines are."""
    kind: Kind = section.kind
    lines = section.lines
    shape = guess_by_lines(lines)
    if shape is None:
        if kind in _TABLES and not any(_reads_as(kind, line.text) for line in lines):
            kind = "news" if _has_levels(lines) else "named"
    elif kind not in _TABLES:
        if not (kind in ("named", "unknown") and shape == "table"):  # a calendar in columns is no table of levels
            kind = shape
    elif (shape in ("currencies", "economic") and kind in ("markets", "table")) or (
        kind in ("economic", "movers") and shape in ("markets", "currencies")
    ):
        kind = shape
    return section._replace(kind=kind)


def _settle_news(section: Section) -> Section:
    """News of the economy that are rows of releases, as the rows that they are."""
    if section.kind != "news" or not section.lines or section.lines[0].bullet != section.lines[-1].bullet:
        return section
    rows = section.lines[:12]
    told = sum(len(line.text) <= _RELEASE and _is_release(line.text) for line in rows)
    return section._replace(kind="economic") if told * 2 > len(rows) else section


def _is_release(text: str) -> bool:
    row = read_economic_row(text, EconomicHeader(None, None), 0, labelled=True)
    return row is not None and row.country is not None


def _has_levels(lines: list[Line]) -> bool:
    """Whether lines are bullets on two levels, as stories are: by their indent or, where that is one, by their marks."""
    levels = [(line.indent, line.bullet) for line in lines]
    return bool(levels) and all(line.bullet for line in lines) and len(set(levels)) > 1 and levels[0] != levels[1]


def _reads_as(kind: Kind, text: str) -> bool:
    """Whether a line is a row of such a table."""
    if kind in _MOVERS:
        return read_mover(text) is not None
    if kind == "economic":
        header = read_header(text)
        return header is not None or read_economic_row(text, EconomicHeader(None, None), 0) is not None
    return read_named_row(text) is not None


def _opens_disclaimer(line: Line, following: list[Line], current: Section, last_heading: int) -> bool:
    """Whether the disclaimer starts here: by its words, or as prose below the last of the tables."""
    text = line.text
    if current.kind in ("disclaimer", "preamble") or not (text[0].isupper() or text[0] in "©(*\"'"):
        return False
    if current.kind == "signature":
        closed = current.heading is not None and current.heading.text != "--"
        apart = line.blank_before or (bool(current.lines) and is_rule(current.lines[-1].text))
        return closed and (is_disclaimer(text) or (apart and len(text) >= 60 and is_prose(text)))
    if current.kind in _TABLES:
        if text[-1].isdigit() or text[-1] == "%" or " versus " in text or (current.kind in _MOVERS and line.bullet):
            return False
        if is_disclaimer(text):
            return True
        if line.cells and any(below.cells and len(below.cells.texts) >= len(line.cells.texts) for below in following):
            return False  # a row of words in columns that go on below it
        return line.number > last_heading and bool(current.lines) and is_prose(text) and read_named_row(text) is None
    if line.number <= last_heading or line.bullet:
        return False
    ruled = bool(current.lines) and is_rule(current.lines[-1].text) and len(text) >= 60
    below = takewhile(lambda line: ruled and not line.blank_before, following)
    return is_disclaimer(" ".join([text, *(one.text for one in below)]), among_prose=not ruled)


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


def _parts_movers(heading: Heading, following: list[Line]) -> bool:
    """Whether a heading among movers only parts their list: "Energy" above "-3.3% AR (Antero Resources): …"."""
    if heading.kind in _MOVERS or not following or following[0].text[0] not in "+-(":
        return False
    first, _, rest = following[0].text.partition(" ")
    number = read_number(first)
    ticker, _, name = rest.partition(" ")
    return number is not None and number.unit == "%" and ticker.isupper() and name[:1] == "("


def _is_false_heading(heading: Heading, line: Line, current: Section) -> bool:
    """A lone lower-case word is the end of a wrapped line; "Summary" above the sections is a nav line."""
    if line.text[0].islower() and not line.blank_before and (current.lines or not line.text.endswith(":")):
        return not line.text.endswith(":") or current.lines[-1].text[-1] not in ".:!?"
    return (
        current.kind == "preamble"
        and not line.level
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
        return not text.lstrip(" |:-").startswith(CURRENCY_STARTS)
    if current != "currencies":
        return False
    used = [separator for separator in SEPARATORS if separator in text]
    return used in ([": "], [" -- "]) and is_pair(text.partition(used[0])[0].strip(" |:-"))
