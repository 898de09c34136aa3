"""A mail's HTML cut to a size, in the open. In: its parts with their ranks. Out: what is kept, and how much is left out where.

Mail programs hide what is past their own limit (Gmail from about 102 kB on) without a word about what it was. Here rows go
first from the parts of highest rank, and a part that lost rows says how many. The mail's text part always has all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

LIMIT = 80_000  # bytes of the whole document; quoted-printable makes a tenth more of it
_NOTE = 240  # bytes for the words that say what is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of the mail.

    Attributes:
        rank: parts of higher rank lose rows first; 0 loses none.
        head, foot: markup around the rows.
        rows: each whole markup of its own.
        noun: what one row is, in the plural: "rows", "items".
        least: rows that are kept as long as another part has more than its least.
        lost: how many rows were left out.
    """

    rank: int
    head: str = ""
    rows: tuple[str, ...] = ()
    foot: str = ""
    noun: str = "rows"
    least: int = 0
    lost: int = 0

    @property
    def size(self) -> int:
        """In bytes."""
        note = _NOTE if self.lost and (self.head or self.rows) else 0
        return _bytes(self.head) + sum(map(_bytes, self.rows)) + _bytes(self.foot) + note


def fit_parts(parts: Sequence[Part], room: int) -> tuple[Part, ...]:
    """The parts within `room` bytes together: rows go from the last part of the highest rank first, down to `least` of
    each, then all; then whole parts go, with an empty head. Rank 0 stays, whatever its size."""
    kept = list(parts)
    over = sum(part.size for part in kept) - room
    for least in (True, False):
        for rank in sorted({part.rank for part in kept if part.rank}, reverse=True):
            for place in range(len(kept) - 1, -1, -1):
                if over <= 0:
                    return tuple(kept)
                if kept[place].rank == rank:
                    kept[place], over = _shorten(kept[place], over, kept[place].least if least else 0)
    for place in range(len(kept) - 1, -1, -1):
        if over > 0 and kept[place].rank:
            over -= kept[place].size
            kept[place] = replace(kept[place], head="", foot="")
    return tuple(kept)


def _shorten(part: Part, over: int, least: int) -> tuple[Part, int]:
    rows = list(part.rows)
    before = part.size
    target = before - over
    size = before + (0 if part.lost else _NOTE)
    while len(rows) > least and size > target:
        size -= _bytes(rows.pop())
    lost = part.lost + len(part.rows) - len(rows)
    if not lost:
        return part, over
    shorter = replace(part, rows=tuple(rows), lost=lost)
    return shorter, over - (before - shorter.size)


def _bytes(markup: str) -> int:
    return len(markup.encode("utf-8"))
