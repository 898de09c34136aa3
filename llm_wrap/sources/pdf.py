"""A PDF with text to text lines. Needs the light library pypdf, which the `pdf` extra brings.

A page's text is laid out as printed, so that paragraphs keep the space between them and cells their gaps; where that loses
text, or columns of prose stand side by side, it comes in the order in which the PDF has it. Lines that the page's width cut
are joined: its letters are of different widths, so that no column tells later where a line was full.
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
    plain = str(page.extract_text())
    try:
        laid_out = str(page.extract_text(extraction_mode="layout"))
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
    words = plain.split()
    letters = "".join(words)
    ends = set(accumulate(map(len, words)))
    trailing = {"".join(line.split()) for line in plain.split("\n") if line[-1:] == " "}
    mended = (_mend_line(line, letters, ends) for line in laid_out.split("\n"))
    return "\n".join(f"{line} " if line and "".join(line.split()) in trailing else line for line in mended)


def _mend_line(line: str, letters: str, ends: set[int]) -> str:
    """The line in runs as long as `letters` has them; `ends`: where a word of theirs ends."""
    parts = _PART.findall(line)
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


_PART = re.compile(r"(\s*)(\S+)")
_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_LEAST_COLUMN = 25  # characters
# "+6.6% GE (GE Aerospace): …"  "(8.7%) AAL: …"  "• …": a row or an item begins
_BEGINS = re.compile(r"[-+(\u2212]?[0-9.]{1,8}%\)? [A-Z0-9~.*/]{1,14}(?: \(|:)|[^\w\s\"'(+$-] ")
_MOVE = re.compile(r"[-+(\u2212][0-9]{1,3}\.[0-9]{1,2}%")  # of a title, which names an index and its move
_LEAST_WIDTH = 60  # characters of the longest line, where lines were cut
_FULL = 0.95  # of the width of a full line: what it reaches with the next word, by widths that are not its own face's
_TRAILING = 0.6  # of it, what a line reaches at the least that was cut before a long word


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

    >>> join_lines([["Freedonia's shares rose as chip makers and banks led a broad rally, and", "", "Page 1"],
    ...             ["bonds fell.", "", "FRD   3.1   5.2", "", "Page 2"]])
    "Freedonia's shares rose as chip makers and banks led a broad rally, and bonds fell.\\nPage 1\\n\\nFRD   3.1   5.2\\n\\nPage 2"
    """
    running = _find_running(pages)
    setting = _find_setting([line for page in pages for line in page if line.strip() not in running])
    out: list[str] = []
    marks: list[str] = []
    last = ""  # the line above as it was cut
    for page in pages:
        gap = False  # whether a blank line stands above; the end of a page does not tell
        top = True
        for line in page:
            body = line.strip()
            if body in running:
                marks.append(body)
            elif not body:
                gap = not top
            else:
                if setting and last and not gap and _goes_on(last, body, setting):
                    cut = last[-1] == "-" and last[-2:-1].isalnum() and body[0].isalnum()
                    out[-1] += body if cut else f" {body}"
                else:
                    out += [*marks, *([""] if gap else []), line.rstrip()]
                    marks = []
                last = "" if _GAP.search(body) else line.lstrip()
                gap = top = False
    return "\n".join(out + marks)


Measure = Callable[[str], float]


class _Setting(NamedTuple):
    """How paragraphs are set. `width`: of a full line, in `measure`; `trailing`: a line that goes on ends in the space at which it was cut, and no other does (a browser's plain text)."""

    measure: Measure
    width: float
    trailing: bool

    def is_full(self, line: str, word: str) -> bool:
        """Whether `word` had no room behind `line`."""
        return self.measure(f"{line} {word}") > _FULL * self.width


def _find_setting(lines: list[str]) -> _Setting | None:
    """None where no line is long enough to be one of prose that was cut."""
    prose = [line for line in lines if line.strip() and not _GAP.search(line.strip())]
    if max((len(line.strip()) for line in prose), default=0) < _LEAST_WIDTH:
        return None
    settings = [_Setting(measure, 0, False) for measure in (len, _measure_letters)]
    # Lines that surely were cut show how long a full one is, and whether its letters are of one width.
    cut = [
        (upper.strip(), lower.split()[0])
        for upper, lower in pairwise(lines)
        if upper.strip() and lower.strip() and lower.lstrip()[0].islower() and upper.rstrip()[-1] not in ".:!?"
    ]
    for place, setting in enumerate(settings):
        widths = sorted(setting.measure(upper) for upper, _ in cut if len(upper) > _LEAST_WIDTH // 2)
        width = (
            widths[len(widths) * 9 // 10] if len(widths) > 2 else max(setting.measure(line.strip()) for line in prose)
        )
        settings[place] = setting._replace(width=width)
    best = max(settings, key=lambda setting: sum(setting.is_full(*pair) for pair in cut))
    ends = [line.strip() for line in prose if line[-1] == " "]
    trailing = len(ends) >= 3 and all(best.measure(line) > _TRAILING * best.width for line in ends)
    return best._replace(trailing=trailing)


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
        ends = [[body for line in page if (body := line.strip())][::step][:3] for page in pages]
        for rank in range(3):
            seen: dict[str, set[str]] = {}
            for end in ends:
                if len(end) > rank and all(above in found for above in end[:rank]):
                    seen.setdefault(_DIGITS.sub("0", end[rank]), set()).add(end[rank])
            counts = Counter(_DIGITS.sub("0", end[rank]) for end in ends if len(end) > rank)
            found.update(*(seen[masked] for masked in seen if counts[masked] > 1))
    return found


_DIGITS = re.compile("[0-9]{1,12}")


def _goes_on(upper: str, lower: str, setting: _Setting) -> bool:
    """Whether `lower` is the rest of the paragraph that `upper` is of: its first word had no room there."""
    if _GAP.search(lower):
        return False
    cut = upper[-1] == " "
    upper = upper.rstrip()
    full = setting.is_full(upper, lower.partition(" ")[0])
    if setting.trailing:
        return cut or (full and upper[-1] == "-")
    if _BEGINS.match(lower):
        return False
    ended = upper[-1] in ".!?"
    if not ended and " Market" in upper and _MOVE.search(lower, 0, 80):
        return True  # the title, in larger letters than the rest
    if upper[-1] == ":":
        return False
    if not ended and (lower[0].islower() or upper[-1] == "," or _MOVE.match(lower)):
        return True
    return full and not (ended and lower[-1] == ":")
