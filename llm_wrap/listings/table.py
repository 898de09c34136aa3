"""The table of companies and their lines: which tickers are one company, and what prose calls it.

In: `listings.csv` of the package, and files of the same shape that the user names. Out: `Listing` records. A row of the
user's stands over one of ours that shares a line with it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llm_wrap.errors import SettingsError
from llm_wrap.listings.symbols import Symbol, read_symbol

_OWN = Path(__file__).parent / "listings.csv"
_COLUMNS = ["name", "aliases", "lines"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A company: `names` as prose writes them, the full one first, and its lines."""

    names: tuple[str, ...]
    symbols: tuple[Symbol, ...]


@cache
def own_listings() -> tuple[Listing, ...]:
    """The table that comes with the package."""
    return tuple(read_listings(_OWN.read_text(encoding="utf-8"), str(_OWN.name)))


def merge_listings(added: Iterable[Listing]) -> tuple[Listing, ...]:
    """Our table under the user's rows: one of ours that shares a line with one of theirs is theirs."""
    extra = tuple(added)
    if not extra:
        return own_listings()
    taken = {symbol for listing in extra for symbol in listing.symbols}
    return (*extra, *(listing for listing in own_listings() if not taken.intersection(listing.symbols)))


def read_listings(text: str, where: str) -> Iterator[Listing]:
    """The rows of a table; SettingsError names the line that is none.

    >>> [one.names for one in read_listings("name,aliases,lines\\nAcme Tools,Acme,1234.T ACMTY\\n", "mine.csv")]
    [('Acme Tools', 'Acme')]
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    if not lines or [name.strip() for name in lines[0][1].split(",")] != _COLUMNS:
        raise SettingsError(f"{where}: the first line is not {','.join(_COLUMNS)}")
    for (number, _), row in zip(lines[1:], csv.reader(line for _, line in lines[1:]), strict=True):
        if len(row) != len(_COLUMNS) or not row[0].strip():
            raise SettingsError(f"{where}:{number}: a row is a name, its other names (|) and its lines (blank between)")
        symbols = [read_symbol(token) for token in row[2].split()]
        known = tuple(symbol for symbol in symbols if symbol)
        if len(known) != len(symbols) or not known:
            raise SettingsError(f"{where}:{number}: {row[2]!r} are not tickers")
        names = (row[0].strip(), *(name.strip() for name in row[1].split("|") if name.strip()))
        yield Listing(tuple(dict.fromkeys(names)), known)
