"""Text in, clean lines out: characters normalised, quotes and bullets taken off, hard-wrapped paragraphs joined.

    line   = {">"} indent [bullet] text            ">  > \t• Exports rose"
    block  = line {continuation}                   one paragraph, row, heading or bullet

Refuses nothing: odd characters are replaced or dropped, and the number of a line is that of the stored text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from llm_wrap.parsing.outlets import is_outlet
from llm_wrap.parsing.words import common_words

MAX_LINES = 20_000  # a real wrap has some 50 to 500; what stands below is reported, not read
MAX_ROW = 400  # characters; a table row beyond this is prose

BULLETS = "•◦▪▫‣·●○■□▢◼◻◾◽▸▹►▻▶▷»→➔➜➤➢⇒⁃∙⋅✓✔✗❖◆◇♦⦁⬤❑❏❍☐・･∗✱\uf0b7\uf0a7\uf0d8\uf0fc\uf076"
_ASCII_BULLETS = tuple(f"{mark}{space}" for mark in "-*o–—+" for space in " \t")

_TABLE: dict[int, str | None] = {}
_TABLE.update(dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x0B, 0x0C, 0x85], " "))
_TABLE.update(dict.fromkeys([0x1C, 0x1D, 0x1E, 0x1F, 0x2028, 0x2029], " "))
_TABLE.update(dict.fromkeys([*range(0x09), *range(0x0E, 0x1C), 0x7F, 0xFEFF, 0x00AD], None))  # soft hyphen too
_TABLE.update(dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)], None))  # bidi
_TABLE.update(dict.fromkeys([0x061C, 0x180E], None))
_TABLE.update(dict.fromkeys([0x2018, 0x2019, 0x201A, 0x201B, 0x2032], "'"))
_TABLE.update(dict.fromkeys([0x201C, 0x201D, 0x201E, 0x201F, 0x2033], '"'))
_TABLE.update(dict.fromkeys([0x2010, 0x2011, 0x2212, 0xFE63, 0xFF0D], "-"))
_TABLE.update({0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"})
# Tables that a terminal drew.
_TABLE.update(dict.fromkeys([*range(0x2500, 0x2580)], "+"))
_TABLE.update(dict.fromkeys([0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550], "-"))
_TABLE.update(dict.fromkeys([0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551], "|"))
# Full-width forms that a CJK input method leaves in figures.
_TABLE.update({0xFF01 + i: chr(0x21 + i) for i in range(0x5E) if 0xFF01 + i != 0xFF0D})
_ODD = frozenset(map(chr, _TABLE))


class Cells(NamedTuple):
    """The cells of a line in columns. `framed`: bars or tabs part them, which show where one is blank; wide spaces do not, so
    of those `places` tells where in its line each cell begins and ends."""

    texts: tuple[str, ...]
    framed: bool
    places: tuple[tuple[int, int], ...] = ()


class Line(NamedTuple):
    """One line of the source. `number` is 1-based; `bullet` its mark or ""; `text` is clean and never empty.

    `level`: how deep a heading it is by the text's own marks ("## Movers" is 2, "-- MARKETS -----" too), 0 where it is none.
    """

    number: int
    indent: int
    bullet: str
    text: str
    blank_before: bool
    cells: Cells | None = None
    level: int = 0


class Block(NamedTuple):
    """One or more lines that belong together, joined by a space. `last` is the number of its last line; `level` as of a line."""

    line: int
    last: int
    indent: int
    bullet: str
    text: str
    blank_before: bool
    cells: Cells | None = None
    level: int = 0


# "2\u2009251\u2009833": the thin space is what parts thousands, and among words a space is not seen to be one
_THIN_GROUPS = re.compile("(?<![0-9])[0-9]{1,3}(?:[\u2009\u202f][0-9]{3}){1,4}(?![0-9])")
# "Reuters<https://…>": where a link led, as mail programs write it into the plain text
_LINK = re.compile(r"(?<=[^\s<>])<(?:https?://|mailto:)[^<>\s]{1,2000}>")
_COMMA_PERCENT = re.compile(r"[0-9],[0-9]{1,2}\ ?%")


def normalise_text(text: str) -> str:
    """Line ends to LF, odd spaces, quotes, hyphens and invisible characters to their plain forms.

    >>> normalise_text("a\\u00a0b\\r\\nc\\u2011d")
    'a b\\nc-d'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<http" in text or "<mailto:" in text:
        text = _LINK.sub("", text)
    if "\u2009" in text or "\u202f" in text:
        mark = "." if _COMMA_PERCENT.search(text) else ","
        text = _THIN_GROUPS.sub(lambda figure: figure[0].replace("\u2009", mark).replace("\u202f", mark), text)
    odd = _ODD & set(text)
    if len(odd) > 12:
        return text.translate(_TABLE)
    for char in odd:  # far faster than translate, which looks at every character
        text = text.replace(char, _TABLE[ord(char)] or "")
    return text


def read_lines(text: str) -> list[Line]:
    """The non-blank lines of normalised `text`, at most MAX_LINES of the text's lines."""
    rows = text.split("\n", MAX_LINES)
    if len(rows) > MAX_LINES:
        rows.pop()
    quoted = sum(row.startswith(">") for row in rows[:2000])
    unquote = quoted >= 3 or (quoted and quoted == sum(bool(row.strip()) for row in rows[:2000]))
    if unquote:
        rows = _unquote_all(rows)
    marked = "**" in text or "__" in text
    numbered = any(row.lstrip().startswith(("1. ", "1) ")) for row in rows) and any(
        row.lstrip().startswith(("2. ", "2) ")) for row in rows
    )
    lines: list[Line] = []
    blank = True
    for number, row in enumerate(rows, 1):
        if marked and not is_rule(row.strip()):
            row = mark_run_in(row).replace("**", "").replace("__", "")
        body = row.lstrip()
        if body[:1] == "*" and len(body) > 3 and body[1] not in "* " and body.rstrip()[-1] == "*":
            body = body.strip("* ")  # "*Notable Gainers:*", as a mail program's plain part has what is bold
        if not body:
            blank = True
            continue
        lead = row[: len(row) - len(body)]
        indent = len(lead) + 3 * lead.count("\t")
        bullet = ""
        marked_heading = _read_marked_heading(body) if body[0] in "#-=~_" else None
        if marked_heading:
            level, text = marked_heading
            lines.append(Line(number, indent, "", " ".join(text.split()), blank, None, level))
            blank = False
            continue
        if body[0] in BULLETS or body.startswith(_ASCII_BULLETS):
            bullet, rest = body[0], body[1:].lstrip()
            if not rest or is_rule(body):
                rest, bullet = body, ""
            body = rest
        elif body.startswith(">> ") and len(body) > 3:  # a mark, where the text is no quoted mail
            bullet, body = "»", body[3:].lstrip()
        elif numbered and body[0].isdigit():
            rest = _after_number(body)
            bullet, body = ("#", rest) if rest else ("", body)
        clean = " ".join(body.split())
        cells = split_cells(body, len(row) - len(body)) if "  " in body or "\t" in body or "|" in body else None
        lines.append(Line(number, indent, bullet, clean, blank, cells))
        blank = False
    return lines


RUN_IN = "\ue000"  # behind bold words that open a paragraph; a private character, which no text has


def mark_run_in(row: str) -> str:
    """A row with RUN_IN between the bold words that open it and the sentences that follow.

    >>> mark_run_in("- **Pfizer's deal.** The drugmaker won a grace period").replace(RUN_IN, "|")
    "- Pfizer's deal. |The drugmaker won a grace period"
    """
    start = row.find("**")
    end = row.find("**", start + 2)
    if start < 0 or end < 0 or row[:start].strip(" \t-*+•0123456789.)>"):
        return row
    head, rest = row[start + 2 : end].strip(), row[end + 2 :].lstrip()
    if "  " in row[end:] or "\t" in row[end:] or "|" in rest:
        return row  # a row in columns
    sentence = len(rest) >= _SENTENCE and (rest[0].isupper() or rest[0] in "\"'")
    if not 3 <= len(head) <= _RUN_IN or head[-1] in ":,;-–—" or not sentence:
        return row
    return f"{row[:start]}{head} {RUN_IN}{rest}"


_SENTENCE = 20  # characters of its first line
_RUN_IN = 120  # characters of bold words
_WIDE = re.compile(" {2,}")


def _read_marked_heading(body: str) -> tuple[int, str] | None:
    """Level and text of a heading by its marks, or None.

    >>> _read_marked_heading("## Movers"), _read_marked_heading("-- MARKETS ------------"), _read_marked_heading("- Oil fell")
    ((2, 'Movers'), (2, 'MARKETS'), None)
    """
    mark = body[0]
    before = len(body) - len(body.lstrip(mark))
    inner = body.rstrip().strip(mark)
    text = inner.strip()
    if not text or not inner.startswith(" "):
        return None
    if mark == "#":
        return (before, text) if before <= 6 and len(text) <= MAX_ROW else None
    after = len(body.rstrip()) - before - len(inner)
    return (2, text) if before >= 2 and after >= 2 and inner.endswith(" ") and len(text) <= 60 else None


def split_cells(text: str, start: int = 0) -> Cells | None:
    """The cells that bars, tabs or wide spaces part `text` into, or None where nothing does. `start`: where in its line it begins.

    >>> split_cells("Spain | February | | 0.9%").texts, split_cells("DAX   22548.10   (2.61%)").framed
    (('Spain', 'February', '', '0.9%'), False)
    """
    text = text.rstrip()
    if len(text) > 2 * MAX_ROW:
        return None
    if len(text) > 2 and text[0] == text[-1] == "|":
        parts = text[1:-1].split("|")
    elif "|" in text:
        text = text.replace("| |", "|  |").replace("| |", "|  |")
        parts = f" {text} ".split(" | ")
    elif "\t" in text:
        parts = text.split("\t")
    else:
        parts = _WIDE.split(text)
        if len(parts) < 3:  # a sentence that is followed by two spaces
            return None
        places = []
        end = 0
        for part in parts:
            begin = text.index(part, end)
            end = begin + len(part)
            places.append((start + begin, start + end))
        return Cells(tuple(parts), False, tuple(places))
    return Cells(tuple([" ".join(part.split()) for part in parts]), True) if len(parts) > 1 else None


def _after_number(body: str) -> str:
    """What stands behind the number of a list ("3. Exports rise"), or "" where the line has none."""
    number, _, rest = body.partition(" ")
    rest = rest.lstrip()
    listed = len(number) <= 3 and number[-1] in ".)" and number[:-1].isdecimal()
    return rest if listed and rest and not rest[0].islower() else ""


def _unquote_all(rows: list[str]) -> list[str]:
    """The rows without the ">" of a mail quotation. The space behind it goes only where every quoted row has one."""
    bare = [_unquote(row) if row.startswith(">") else row for row in rows]
    if all(not text.strip() or text[0] == " " for text, row in zip(bare, rows, strict=True) if row.startswith(">")):
        bare = [text[1:] if row.startswith(">") else text for text, row in zip(bare, rows, strict=True)]
    return bare


def _unquote(row: str) -> str:
    """`row` without its quotation marks, up to ten deep: "> > text" is " text"."""
    for _ in range(10):
        row = row[1:]
        if row.startswith(" >"):
            row = row[1:]
        if not row.startswith(">"):
            break
    return row


def is_rule(text: str) -> bool:
    """Whether `text` is only a drawn line, "-----", "=====", "* * *", or emphasis marks around nothing, "**"."""
    return (len(text) >= 3 or text in ("**", "__")) and not text.strip("-=_*~#. +|–—:") and "  " not in text


def find_wrap_column(lines: list[Line]) -> int:
    """The column at which the text was hard-wrapped, or 0 where it was not.

    Proof of wrapping is a line that starts in lower case below one that ends no sentence; plain wraps have none.
    The column is the longest line that is so broken.
    """
    broken: list[int] = []
    for upper, lower in pairwise(lines):
        if lower.blank_before or lower.bullet:
            continue
        if lower.text[0].islower() and upper.text[-1] not in ".:!?" and len(upper.text) > 20:
            broken.append(_width(upper))
    broken.sort()
    if len(broken) == 1 and broken[0] > 50:
        if broken[0] > 100:
            return broken[0]
        widths = sorted(map(_width, lines))[-4:]
        if widths[0] > 50 and widths[-1] - min(widths[0], broken[0]) < 15:
            return widths[-1]  # one proof is enough where several lines reach as far and none reaches further
    if len(broken) < 3 and not (len(broken) == 2 and broken[0] > 50 and broken[1] - broken[0] < 15):
        return 0
    usual = broken[len(broken) * 4 // 5]
    # The few lines that reach much further are of another width, such as a disclaimer's in a forwarded mail.
    return max(width for width in broken[: len(broken) - len(broken) // 50] if width <= usual + _RAGGED)


def _width(line: Line) -> int:
    return line.indent + len(line.text) + (2 if line.bullet else 0)


_RAGGED = 4  # columns by which the longest lines of one wrapped text differ


Starts = Callable[[str, str], bool]  # of the line above and the line itself


def join_lines(lines: list[Line], column: int, starts: Starts | None = None) -> list[Block]:
    """Joins the lines of one section that were one paragraph before `column` cut it.

    `starts` tells the first line of a row in a section of rows; None for prose.
    """
    blocks: list[Block] = []
    index = 0
    while index < len(lines):
        first = lines[index]
        parts = [first.text]
        last = first
        index += 1
        while (
            index < len(lines)
            and column
            and not first.level
            and not lines[index].level
            and _continues(first, last, lines, index, column, starts)
        ):
            last = lines[index]
            # A source tag that the wrapping put at the start of a line looks like a bullet: "- FT".
            parts.append(f"{last.bullet} {last.text}" if last.bullet else last.text)
            index += 1
        text = parts[0] if len(parts) == 1 else _glue(parts)
        cells = first.cells
        if cells and len(parts) > 1:
            cells = cells._replace(texts=(*cells.texts[:-1], _glue([cells.texts[-1], *parts[1:]]).strip()))
        blocks.append(
            Block(first.number, last.number, first.indent, first.bullet, text, first.blank_before, cells, first.level)
        )
    return blocks


def _glue(parts: list[str]) -> str:
    """Joins by a space; a word that was cut at its hyphen ("anti-" "involution") needs none, and one that was divided
    ("pos-" "sible") no hyphen either."""
    text = parts[0]
    for part in parts[1:]:
        if text[-1] != "-" or not text[-2:-1].isalnum():
            text = f"{text} {part}"
        elif _is_divided(text, part):
            text = text[:-1] + part
        else:
            text += part
    return text


def _is_divided(upper: str, lower: str) -> bool:
    """Whether a hyphen between two lines is no part of their word: what both come to is a common one."""
    left, right = _WORD_END.search(upper[-30:-1]), _WORD_START.match(lower)
    return left is not None and right is not None and f"{left[0]}{right[0]}".lower() in common_words()


_WORD_END = re.compile(r"(?<![A-Za-z-])[A-Za-z]{2,20}\Z")
_WORD_START = re.compile(r"[a-z]{2,20}(?![A-Za-z-])")


# Words that end no row and no sentence: what follows them goes on.
_OPEN_WORDS = frozenset("and or versus vs to at in of the a an from by with for on consensus prior than as its".split())


def _continues(first: Line, upper: Line, lines: list[Line], index: int, column: int, starts: Starts | None) -> bool:
    """Whether lines[index] goes on where `upper`, the last line of the paragraph that `first` opened, was cut."""
    lower = lines[index]
    if lower.blank_before or (lower.cells and first.cells and len(lower.cells.texts) >= 3):
        return False  # a row in columns goes on in none
    if lower.bullet:
        return lower.bullet in "-–" and len(lower.text) < 30 and is_outlet(lower.text) and upper.text[-1] not in ".:"
    if starts is not None:
        if upper.text.rsplit(" ", 1)[-1].lower() in _OPEN_WORDS and _width(upper) > column // 2:
            return True
        if starts(upper.text, lower.text):
            return False
    if lower.text[0].islower():
        return True
    word = lower.text.split(" ", 1)[0]
    if _width(upper) + 1 + len(word) <= column:
        return False  # the next word would have fitted: the paragraph ended there
    if upper.text[-1] == ":" and upper.number - first.number <= 2 and ". " not in upper.text:
        return False  # a headline that happens to fill its line
    if first.bullet and lower.indent > first.indent:
        return True  # hanging under its bullet
    # A full line that ends a sentence may end its paragraph too. It does where a headline follows.
    return not (upper.text[-1] in ".!?" and starts is None and _headline_follows(lines, index, column))


def _headline_follows(lines: list[Line], index: int, column: int) -> bool:
    for place, line in enumerate(lines[index : index + 3], index):
        if ". " in line.text or (line is not lines[index] and line.blank_before):
            return False
        if line.text[-1] == ":":
            return place + 1 == len(lines) or not lines[place + 1].text[0].islower()
        if line.text[-1] == "." or _width(line) < column - 20:
            return False
    return False
