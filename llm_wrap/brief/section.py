"""A section of the reading, ready to draw in any form: a title, a head, rows of cells. Text is as in the wrap: renderers escape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

Tone = Literal["", "up", "down", "weak", "warn"]
Align = Literal["left", "right"]
Spot = Literal["top", "middle", "end"]

_SHORT_WORD = 13  # characters; a column of shorter words keeps them whole on a phone


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a cell. `anchor`: what they lead to in a page; `label`: what a link of them says by itself ("item 2")."""

    words: str
    anchor: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of a cell; its tone repeats what they say.

    Attributes:
        sub: what belongs to them and stands below in a page, behind them in a line.
        hint: what `words` refer to, where a reader of a page or a mail would have to scroll for it.
        pieces: the same words in pieces, some of which lead somewhere; () where none does.
    """

    words: str
    tone: Tone = ""
    sub: str = ""
    hint: str = ""
    pieces: tuple[Piece, ...] = ()

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.words} {self.sub}" if self.words and self.sub else self.words or self.sub


@dataclass(frozen=True)
class SectionView:
    """A section of the reading.

    Attributes:
        spot: on "top" (before the themes), in the "middle" (behind the items), or at the "end" (behind the tables).
        shared: leading columns that consecutive rows may have in common: a page draws those once.
        foot: what has no row of its own, in pieces of one paragraph.
    """

    anchor: str
    title: str
    note: str
    caption: str
    spot: Spot
    head: tuple[str, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shared: int = 0
    foot: tuple[Piece, ...] = ()

    @cached_property
    def spans(self) -> tuple[int, ...]:
        """Per row, over how many rows its shared cells reach; 0 where they stand above already."""
        spans: list[int] = []
        start = 0
        for place, row in enumerate(self.rows):
            if self.shared and spans and row[: self.shared] == self.rows[start][: self.shared]:
                spans[start] += 1
                spans.append(0)
            else:
                start = place
                spans.append(1)
        return tuple(spans)

    @cached_property
    def whole(self) -> tuple[bool, ...]:
        """Per column, whether its words are short enough that none need ever be broken."""
        return tuple(
            all(
                len(word) <= _SHORT_WORD
                for row in self.rows
                for word in f"{row[column].line} {row[column].hint}".split()
            )
            for column in range(len(self.head))
        )

    @property
    def foot_words(self) -> str:
        return "".join(piece.words for piece in self.foot)


def make_cell(pieces: Sequence[Piece], tone: Tone = "", sub: str = "", hint: str = "") -> Cell:
    """A cell of pieces."""
    return Cell("".join(piece.words for piece in pieces), tone, sub, hint, tuple(pieces))


def drop_empty(section: SectionView) -> SectionView:
    """The section without the columns that have no word in any row; the first one stays."""
    kept = [
        column for column in range(len(section.head)) if not column or any(row[column].line for row in section.rows)
    ]
    return replace(
        section,
        head=tuple(section.head[column] for column in kept),
        aligns=tuple(section.aligns[column] for column in kept),
        rows=tuple(tuple(row[column] for column in kept) for row in section.rows),
        shared=sum(column < section.shared for column in kept),
    )
