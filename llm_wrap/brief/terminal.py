"""A page of lines for a terminal: wrapped paragraphs, aligned columns, diverging bars. Knows nothing of a brief.

In: strings of any origin, cleaned here. Out: rich `Text` lines of at most `width` cells, printed at once by `flush`. No
markup is ever parsed, and where the console's encoding has no block characters the bars and signs are ASCII.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from rich.text import Text

from llm_wrap.brief.escaping import clean, fit_encoding

if TYPE_CHECKING:
    from rich.console import Console

MAX_WIDTH = 100
Align = Literal["left", "right"]
_GAP = 2


class Page:
    """Lines that are gathered and printed once, so that a broken pipe or Ctrl-C leaves no half line."""

    def __init__(self, console: Console, up_colour: str = "green") -> None:
        self.console = console
        self.up_colour = up_colour
        self.width = max(30, min(console.width, MAX_WIDTH))
        self.encoding = console.encoding or "ascii"
        self.styled = console.color_system is not None
        self.unicode = fit_encoding("█▌▐│▲●“·−", self.encoding) == "█▌▐│▲●“·−"
        self._lines: list[Text] = []

    def text(self, words: str, style: str = "") -> Text:
        """`words` as inert text that this terminal can show. Its style is its own: what is added behind it has none of it."""
        line = Text(fit_encoding(clean(words), self.encoding))
        line.stylize(style)
        return line

    def blank(self) -> None:
        if self._lines and self._lines[-1].plain:
            self._lines.append(Text())

    def heading(self, words: str, note: str = "") -> None:
        """A section's name over a rule, with a note at its end."""
        self.blank()
        line = self.text(words.upper(), "bold")
        if note:
            line = self.spread(line, self.text(note, "dim"))
        self.add(line)
        self._lines.append(Text(("─" if self.unicode else "-") * self.width, "dim"))

    def spread(self, left: Text, right: Text) -> Text:
        """`left` and `right` at the two ends of a line; one after the other where they do not fit."""
        room = self.width - left.cell_len - right.cell_len
        return Text.assemble(left, " " * max(room, _GAP), right)

    def add(self, line: Text, indent: int = 0, hang: int | None = None) -> None:
        """A paragraph, wrapped; its first line starts at `indent`, the others at `hang`."""
        hang = indent if hang is None else hang
        for number, part in enumerate(self._wrap(line, self.width - max(indent, hang))):
            part.pad_left(hang if number else indent)
            self._lines.append(part)

    def flow(self, pieces: Sequence[Text], gap: int = 3) -> None:
        """Pieces one behind the other, as many as a line has room for; none is broken that fits a line."""
        line = Text()
        for piece in pieces:
            if line and line.cell_len + gap + piece.cell_len > self.width:
                self.add(line)
                line = Text()
            line.append(" " * gap if line else "")
            line.append_text(piece)
        if line:
            self.add(line)

    def columns(
        self,
        rows: Sequence[Sequence[Text]],
        aligns: Sequence[Align],
        indent: int = 0,
        like: Sequence[Sequence[Sequence[Text]]] = (),
        shared: int = 0,
        spans: Sequence[int] = (),
    ) -> None:
        """Rows of cells in aligned columns, as wide as those of the tables `like` need.

        The last column takes what is left; where that is little, it goes below. The `shared` first cells of a row stand beside
        as many rows as `spans` says of it; those of a row with span 0 are not printed.
        """
        if not rows:
            return
        all_rows = [*rows, *(row for table in like for row in table)]
        widths = [max(_cell_width(row[place]) for row in all_rows) for place in range(len(aligns))]
        fixed = sum(widths[:-1]) + _GAP * (len(widths) - 1)
        room = self.width - indent
        below = fixed + min(widths[-1], 24) > room
        shown = len(widths) - 1 if below else len(widths)
        if below:
            self._shrink(widths, room - _GAP * (shown - 1), shown)
        else:
            widths[-1] = min(widths[-1], room - fixed)
        left: list[list[Text]] = []  # lines of shared cells that have not been printed
        for number, row in enumerate(rows):
            cells = [self._wrap(row[place], widths[place]) for place in range(shown)]
            if spans and not spans[number]:
                cells[:shared] = left
            goes_on = number + 1 < len(spans) and not spans[number + 1]
            height = max((len(cell) for cell in cells[shared if goes_on else 0 :]), default=1)
            left = [cell[height:] for cell in cells[:shared]]
            for level in range(height):
                parts = [cell[level] if level < len(cell) else Text() for cell in cells]
                self._lines.append(self._join(parts, widths, aligns, indent))
            if below and row[-1].plain:
                self.add(row[-1], indent + 4)

    def bar(self, value: Decimal | None, scale: Decimal, half: int, *, toned: bool = True) -> Text:
        """A bar from the middle to a side, `half` cells for `scale`; with `toned` its colour repeats the sign."""
        axis, block, left, right = ("│", "█", "▐", "▌") if self.unicode else ("|", "#", "", "")
        if value is None or not scale:
            return Text(" " * half + axis + " " * half, "dim")
        halves = int((abs(value) / scale * half * 2).to_integral_value())
        halves = min(max(halves, 1 if value else 0), half * 2)
        if not self.unicode:
            halves += halves % 2
        whole, odd = divmod(halves, 2)
        if value < 0:
            drawn = ((left if odd else "") + block * whole).rjust(half)
            return Text.assemble((drawn, "red" if toned else "cyan"), (axis, "dim"), " " * half)
        drawn = (block * whole + (right if odd else "")).ljust(half)
        return Text.assemble(" " * half, (axis, "dim"), (drawn, "green" if toned else "cyan"))

    def flush(self) -> None:
        """Prints the lines."""
        for line in self._lines:
            line.rstrip()
            if self.up_colour == "red":
                _swap_colours(line)
        if self.styled:
            self.console.print(Text("\n").join(self._lines), soft_wrap=True)
        else:  # the same bytes, without what rich does for styles
            self.console.file.write("".join(f"{line.plain}\n" for line in self._lines))
        self._lines = []

    def _wrap(self, line: Text, width: int) -> list[Text]:
        if line.cell_len <= width and "\n" not in line.plain:
            return [line.copy()]
        return list(line.wrap(self.console, max(width, 8), overflow="fold"))

    def _shrink(self, widths: list[int], room: int, shown: int) -> None:
        while sum(widths[:shown]) > room and max(widths[:shown]) > 8:
            widest = max(range(shown), key=lambda place: widths[place])
            widths[widest] -= 1

    def _join(self, parts: list[Text], widths: list[int], aligns: Sequence[Align], indent: int) -> Text:
        line = Text(" " * indent)
        for place, part in enumerate(parts):
            part.rstrip()
            space = " " * max(widths[place] - part.cell_len, 0)
            line.append_text(Text.assemble(space, part) if aligns[place] == "right" else Text.assemble(part, space))
            line.append(" " * _GAP)
        return line


def _cell_width(cell: Text) -> int:
    """Of the longest of its lines."""
    return max((line.cell_len for line in cell.split("\n")), default=0) if "\n" in cell.plain else cell.cell_len


_SWAPPED = {"green": "red", "red": "green"}


def _swap_colours(line: Text) -> None:
    """Red for up and good, green for down and bad, as East Asian screens have it."""
    line.spans = [span._replace(style=_SWAPPED.get(str(span.style), span.style)) for span in line.spans]
    line.style = _SWAPPED.get(str(line.style), line.style)
