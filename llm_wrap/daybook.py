"""The reading of a wrap with what its reader keeps: names to watch, listings of their own, the book of releases.

In: a parsed wrap, its labels, the settings. Out: the `Reading`, and notes on what of it could not be had. Here is all the
I/O around `reading/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from llm_wrap.config import Settings
from llm_wrap.errors import SettingsError
from llm_wrap.models import Brief, DigestItem, ItemSource, LabelledItem, ParseResult, Reading
from llm_wrap.reading import read_day
from llm_wrap.reading.listings import Listing, read_listings
from llm_wrap.reading.watchlist import read_watchlist
from llm_wrap.releases import ReleaseBook

_FILE_ENDINGS = (".txt", ".csv", ".lst", ".list")


class Daybook(NamedTuple):
    """A reading, and what its reader must know about how it came about."""

    reading: Reading
    notes: tuple[str, ...]


def read_daybook(
    result: ParseResult,
    labels: Sequence[LabelledItem],
    source: ItemSource,
    items: Sequence[DigestItem],
    settings: Settings,
) -> Daybook:
    """Reads the wrap and keeps what it says of releases. SettingsError where the watch list or the listings cannot be read."""
    wrap = result.wrap
    book = ReleaseBook(settings.state_dir)
    reading = read_day(
        wrap,
        result.issues,
        labels,
        source=source,
        items=items,
        watch=load_watchlist(settings.watch),
        listings=load_listings(settings.listings),
        earlier=book.recall(wrap.session_date) if wrap.session_date else (),
    )
    book.keep(wrap, reading.expectations)
    notes = (f"What was expected of releases could not be kept: {book.trouble}.",) if book.trouble else ()
    return Daybook(reading, notes)


def watch_in_brief(brief: Brief, settings: Settings) -> Brief:
    """The brief for another reader: only the watch list is read anew. SettingsError where it cannot be."""
    reading = read_day(
        brief.wrap,
        items=brief.items,
        watch=load_watchlist(settings.watch),
        listings=load_listings(settings.listings),
    )
    return replace(brief, reading=replace(brief.reading, watchlist=reading.watchlist))


def load_watchlist(watch: Sequence[str]) -> tuple[str, ...]:
    """The names as given, or those of the one file that is given."""
    if len(watch) == 1:
        path = Path(watch[0]).expanduser()
        if path.is_file() or path.suffix.lower() in _FILE_ENDINGS:
            return read_watchlist(_read(path, "watch list"))
    return tuple(dict.fromkeys(watch))


def load_listings(path: Path | None) -> tuple[Listing, ...]:
    """The user's own rows; none where no file is named."""
    return tuple(read_listings(_read(path, "listings"), str(path))) if path else ()


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"{path}: cannot read the {what} ({reason})") from error
