"""A PDF with text to text lines. Needs the light library pypdf, which the `pdf` extra brings.

A page's text is laid out as printed, so that paragraphs keep the space between them and cells their gaps, and its words are
those of the text in the order in which the PDF has it; where the layout loses text, or columns of prose stand side by side,
that text is taken as it is. Lines that the page's width or its end cut are joined: letters are of different widths, so that
no column tells later where a line was full.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from llm_wrap.errors import InputError

MAX_PAGES = 100
MAX_CHARACTERS = 5_000_000
MAX_MENDED = 20_000  # characters of a page; a dense one has some 6,000


def pdf_to_text(data: bytes, display: str) -> str:
    """The text of a PDF, pages joined by a line end.

    Raises:
        InputError: pypdf is missing, the file is damaged or locked, or its pages are pictures.
    """
    try:
        import pypdf
    except ImportError:
        raise InputError(
            f"{display} is a PDF, and reading one needs pypdf: run pip install pypdf, or save it as text."
        ) from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about odd files are no news to a reader
    pages: list[list[str]] = []
    size = 0
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{display} is locked with a password: save it without one.")
        for page in reader.pages[:MAX_PAGES]:
            pages.append(_read_page(page).split("\n"))
            size += sum(map(len, pages[-1]))
            if size > MAX_CHARACTERS:
                break
    except InputError:
        raise
    except Exception as error:  # a damaged PDF raises anything from KeyError to RecursionError out of pypdf
        raise InputError(f"{display} is a damaged PDF ({type(error).__name__}): save it again, or as text.") from None
    text = join_lines(pages)
    if not text.strip():
        raise InputError(f"{display} is a PDF of pictures without text: run it through OCR, or save the wrap as text.")
    return text


def _read_page(page: Any) -> str:
    plain = str(page.extract_text()).replace("\u00a0", " ")
    try:
        laid_out = str(page.extract_text(extraction_mode="layout")).replace("\u00a0", " ")
    except Exception:  # an older pypdf, or a font or an operator that only this way stumbles over
        return plain
    if _count_letters(laid_out) < 0.98 * _count_letters(plain):
        return plain
    mended = mend_words(laid_out, plain)
    return plain if _has_columns(mended) else mended


def _count_letters(text: str) -> int:
    return len(text) - sum(map(str.isspace, text))


def mend_words(laid_out: str, plain: str) -> str:
    """`laid_out` without the gaps in it where the same letters stand side by side in `plain`.

    The layout has a gap wherever letters were moved closer together ("T" and "uesday"); the plain text has the words
    whole and loses the cells of a table. Only a gap that both have is one.

    >>> mend_words("rose T        uesday\\nNikkei   0.9", "rose Tuesday\\nNikkei 0.9")
    'rose Tuesday\\nNikkei   0.9'
    """
    if len(plain) > MAX_MENDED:
        return laid_out
    words = plain.split()
    letters = "".join(words)
    ends = set(accumulate(map(len, words)))
    trailing = {"".join(line.split()) for line in plain.split("\n") if line[-1:] == " "}
    mended = (_mend_line(line, letters, ends) for line in laid_out.split("\n"))
    return "\n".join(f"{line} " if line and "".join(line.split()) in trailing else line for line in mended)


def _mend_line(line: str, letters: str, ends: set[int]) -> str:
    """The line in runs as long as `letters` has them; `ends`: where a word of theirs ends."""
    parts = _part_words(line)
    out: list[str] = []
    first = 0
    while first < len(parts):
        start = -1
        last, run = first, ""
        while last < len(parts) and (found := letters.find(run + parts[last][1])) >= 0:
            run += parts[last][1]
            start, last = found, last + 1
        out.append("".join(parts[first]))
        place = start + len(parts[first][1])
        for gap, word in parts[first + 1 : last]:
            out.append(gap + word if place in ends else word)
            place += len(word)
        first = max(last, first + 1)
    return "".join(out)


def _part_words(line: str) -> list[tuple[str, str]]:
    """The words of a line, each with the space before it."""
    parts: list[tuple[str, str]] = []
    gap = ""
    for piece in _PIECE.findall(line):
        if piece.isspace():
            gap = piece
        else:
            parts.append((gap, piece))
            gap = ""
    return parts


_PIECE = re.compile(r"\s+|\S+")
_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_LEAST_COLUMN = 25  # characters
# "+6.6% GE (GE Aerospace): …"  "(8.7%) AAL: …"  "• …": a row or an item begins
_BEGINS = re.compile(r"[-+(\u2212]?[0-9.]{1,8}%\)? [A-Z0-9~.*/]{1,14}(?: \(|:)|[^\w\s\"'(+$-] ")
_MOVE = re.compile(r"[-+(\u2212][0-9]{1,3}\.[0-9]{1,2}%")  # of a title, which names an index and its move
_LEAST_WIDTH = 60  # characters of a line that is one of prose
_SAMPLE = 500  # lines, enough to know their width
_INDENT = 0.8  # of a letter: what pypdf takes a column of the layout to be
# What a line and the next word come to where that word had no room, in widths:
_ABOUT = 0.96  # of a line; they are not those of the page's own face
_LONG = 0.85  # of a line of prose that ends no sentence
_MOST = 0.8  # of the lines


def _has_columns(text: str) -> bool:
    """Whether prose stands beside prose, which reads across the page as nonsense."""
    lines = [line for line in text.split("\n") if line.strip()]
    beside = 0
    for line in lines:
        parts = [part for part in _GAP.split(line.strip()) if len(part) >= _LEAST_COLUMN and part.count(" ") >= 3]
        beside += len(parts) > 1
    return beside >= 3 and beside * 10 > len(lines)


def join_lines(pages: Sequence[Sequence[str]]) -> str:
    """The text of pages of lines, with each paragraph in one line that the width or the end of a page cut. The running heads
    and feet inside a paragraph come behind it.

    >>> first = ["Freedonia's shares rose as chip makers and banks led a broad rally of its", "stocks, and", "", "Page 1"]
    >>> join_lines([first, ["bonds fell.", "", "FRD   3.1   5.2", "", "Page 2"]])
    "Freedonia's shares rose as chip makers and banks led a broad rally of its stocks, and bonds fell.\\nPage 1\\n\\nFRD   3.1   5.2\\nPage 2"
    """
    running = _find_running(pages)
    setting = _find_setting([line for page in pages for line in page if _squeeze(line) not in running])
    out: list[str] = []
    marks: list[str] = []
    last = ""  # the line above as it was cut
    for page in pages:
        gap = False  # whether a blank line stands above; the end of a page does not tell
        top = True
        own = [line for line in page if line.strip() and _squeeze(line) not in running]
        margin = min((len(line) - len(line.lstrip()) for line in own), default=0)  # each page is laid out by itself
        for line in page:
            body = line.strip()
            if _squeeze(line) in running:
                marks.append(body)
            elif not body:
                gap = not top
            else:
                if setting and last and not gap and _goes_on(out[-1], last, body, setting, torn=top):
                    out[-1] += body if _is_torn(last, body) else f" {body}"
                else:
                    out += [*marks, *([""] if gap else []), line[margin:].rstrip()]
                    marks = []
                last = "" if _GAP.search(body) else line[margin:]
                gap = top = False
    return "\n".join(out + marks)


def _is_torn(upper: str, lower: str) -> bool:
    """Whether a word was cut at its hyphen: "$7.10-" "7.40", but not "short-" "and long-dated"."""
    hyphen = upper[-1] == "-" and upper[-2:-1] not in ("", " ") and lower[0].isalnum()
    return hyphen and lower.partition(" ")[0] not in ("and", "or", "to")


Measure = Callable[[str], float]


class _Setting(NamedTuple):
    """How lines were cut: at `width` in `measure`; `trailing`: with the space at which they were still at their ends, as in a
    browser's view of plain text."""

    measure: Measure
    width: float
    trailing: bool

    def is_full(self, line: str, word: str, share: float = 1.0) -> bool:
        """Whether `word` had no room behind `line` in that share of the width."""
        return _reach(self.measure, f"{line.rstrip()} {word}") > share * self.width


def _reach(measure: Measure, line: str) -> float:
    """How far a line comes, its indent included."""
    body = line.strip()
    return measure(body) + _INDENT * measure("e") * (len(line.rstrip()) - len(body))


def _find_setting(lines: Sequence[str]) -> _Setting | None:
    """What the lines that surely were cut, since a small letter goes on, have in common; None where there are none. The
    width is the one that most of them keep to: within it themselves, past it with the word that follows."""
    cut = [
        (upper, lower.split()[0])
        for upper, lower in pairwise(lines)
        if len(upper.strip()) > _LEAST_WIDTH
        and upper.rstrip()[-1] not in ".:!?"
        and lower.strip()[:1].islower()
        and not _GAP.search(upper.strip())
    ]
    if not cut:
        return None
    found = []
    for measure in (len, _measure_letters):
        spans = [(_reach(measure, upper), _reach(measure, f"{upper.rstrip()} {word}")) for upper, word in cut[:_SAMPLE]]
        width, kept = _find_stab(spans)
        found.append((kept, width, measure))
    _, width, measure = max(found, key=lambda one: one[0])
    trailing = sum(upper[-1] == " " for upper, _ in cut) > _MOST * len(cut)
    return _Setting(measure, width, trailing)


def _find_stab(spans: Sequence[tuple[float, float]]) -> tuple[float, int]:
    """The place that most of the spans hold, and how many.

    >>> _find_stab([(1, 4), (2, 6), (3, 7), (9, 10)])
    (3.5, 3)
    """
    ends = sorted([(start, -1) for start, _ in spans] + [(end, 1) for _, end in spans])
    best = held = 0
    place = 0.0
    for (here, step), (following, _) in pairwise(ends):
        held -= step
        if held > best:
            best, place = held, (here + following) / 2
    return place, best


# Widths of Helvetica's letters, in thousandths of its size; other faces keep much the same proportions.
_WIDTHS = {
    char: width
    for width, chars in (
        (220, "ijl'|"),
        (280, "ftI.,:;!/ []"),
        (330, "r()-"),
        (500, "ckszvxyJ"),
        (610, "FTZ"),
        (670, "ABEKPSVXY&"),
        (720, "CDHNRUw"),
        (780, "GOQ"),
        (830, "mM"),
        (920, "W%@\u2014"),
    )
    for char in chars
}


def _measure_letters(text: str) -> float:
    return sum(_WIDTHS.get(char, 556) for char in text)


def _find_running(pages: Sequence[Sequence[str]]) -> set[str]:
    """The lines at the head or the foot of a page that stand there on others too, whatever their numbers."""
    found: set[str] = set()
    for step in (1, -1):
        ends = [[body for line in page if (body := _squeeze(line))][::step] for page in pages]
        for rank in range(_MOST_RUNNING):
            there = [end for end in ends if len(end) > rank and all(line in found for line in end[:rank])]
            alike = Counter(_DIGITS.sub("0", end[rank]) for end in there)
            found.update(end[rank] for end in there if alike[_DIGITS.sub("0", end[rank])] > 1)
    return found


def _squeeze(line: str) -> str:
    return " ".join(line.split())


_MOST_RUNNING = 3  # lines of a head or a foot
_DIGITS = re.compile("[0-9]{1,12}")


def _goes_on(paragraph: str, upper: str, lower: str, setting: _Setting, *, torn: bool) -> bool:
    """Whether `lower` is the rest of the paragraph whose last line so far is `upper`: its first word had no room there;
    `torn`: it had none on the page either."""
    if _GAP.search(lower) or _BEGINS.match(lower):
        return False
    word = lower.partition(" ")[0]
    if setting.trailing and not torn:
        return setting.is_full(upper, word, _LONG) if upper[-1] == " " else _is_torn(upper, lower)
    line, upper = upper, upper.strip()
    ended = upper[-1] in ".!?"
    if not ended and " Market" in upper and _MOVE.search(lower, 0, 80):
        return True  # the title, in larger letters than the rest
    # A line of prose that ends no sentence ends no paragraph either, unless it is far from full.
    prose = ". " in paragraph or len(paragraph) > 2 * len(upper)
    if upper[-1] == ":" and not prose:
        return False
    if upper.rfind("(") > upper.rfind(")"):
        return True
    if not ended and (lower[0].islower() or upper[-1] == "," or _MOVE.match(lower)):
        return True
    if lower[-1] == ":" and (ended or (lower[0].isupper() and lower.count(" ") < 2)):
        return False  # a headline, or the heading of a section
    return setting.is_full(line, word, _LONG if prose and not ended else _ABOUT)
