"""The reading of a wrap with what its reader keeps: names to watch, listings of their own, the book of releases.

In: a parsed wrap, its labels, the settings, the cache. Out: the `Reading`, and notes on what of it could not be had. Here is
all the I/O around `reading/`.

A reading is kept in the cache under a digest of all that decides it, its code among that, so that the same brief again need
not load what reads. What comes back was written so, or it is read anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from llm_wrap.cache import AnswerCache, cache_key
from llm_wrap.config import Settings
from llm_wrap.errors import SettingsError
from llm_wrap.models import (
    Brief,
    DigestItem,
    ItemSource,
    LabelledItem,
    MarketWrap,
    ParseIssue,
    ParseResult,
    Provenance,
    Reading,
)
from llm_wrap.models.plain import from_plain, to_plain
from llm_wrap.releases import BookRow, ReleaseBook

if TYPE_CHECKING:
    from llm_wrap.listings.table import Listing

CODE = ("models", "parsing", "listings", "reading")  # the rooms whose code a reading is made by
_FILE_ENDINGS = (".txt", ".csv", ".lst", ".list")
_NOBODY = Provenance(model="", prompt="")


class Daybook(NamedTuple):
    """A reading, and what its reader must know about how it came about."""

    reading: Reading
    notes: tuple[str, ...]


class _Material(NamedTuple):
    """All that decides a reading, beside the code. Labels are without how they came about: a cached one reads as a new one."""

    wrap: MarketWrap
    issues: tuple[ParseIssue, ...]
    labels: tuple[LabelledItem, ...]
    source: ItemSource
    items: tuple[DigestItem, ...]
    watch: tuple[str, ...]
    listings: str | None
    earlier: tuple[BookRow, ...]


def read_daybook(
    result: ParseResult,
    labels: Sequence[LabelledItem],
    source: ItemSource,
    items: Sequence[DigestItem],
    settings: Settings,
    cache: AnswerCache,
) -> Daybook:
    """Reads the wrap and keeps what it says of releases. SettingsError where the watch list or the listings cannot be read."""
    wrap = result.wrap
    book = ReleaseBook(settings.state_dir)
    material = _Material(
        wrap,
        result.issues,
        tuple(replace(labelled, provenance=_NOBODY, draft=None) for labelled in labels),
        source,
        tuple(items),
        load_watchlist(settings.watch),
        _read_listings(settings.listings),
        book.rows_before(wrap.session_date) if wrap.session_date else (),
    )
    key = cache_key({"reading of": repr(material), "code": digest_code()})
    reading = _recall(key, cache)
    if reading is None:
        reading = _read_day(material, book, settings.listings)
        if book.trouble is None:
            _keep(key, reading, cache)
    book.keep(wrap, reading.expectations)
    notes = (f"What was expected of releases could not be kept: {book.trouble}.",) if book.trouble else ()
    return Daybook(reading, (*cache.notes, *notes))


def watch_in_brief(brief: Brief, settings: Settings) -> Brief:
    """The brief for another reader: only the watch list is read anew. SettingsError where it cannot be."""
    from llm_wrap.reading.watchlist import watch_wrap

    listings = _parse_listings(_read_listings(settings.listings), settings.listings)
    watchlist = watch_wrap(brief.wrap, load_watchlist(settings.watch), listings)
    return replace(brief, reading=replace(brief.reading, watchlist=watchlist))


def load_watchlist(watch: Sequence[str]) -> tuple[str, ...]:
    """The names as given, or those of the one file that is given."""
    if len(watch) == 1:
        path = Path(watch[0]).expanduser()
        if path.is_file() or path.suffix.lower() in _FILE_ENDINGS:
            return read_watchlist(_read(path, "watch list"))
    return tuple(dict.fromkeys(watch))


def read_watchlist(text: str) -> tuple[str, ...]:
    """The names of a watch file: one a line or commas between, "#" starts a comment; unique, in order.

    >>> read_watchlist("BABA, 9988.HK  # twice\\nSiemens AG\\n")
    ('BABA', '9988.HK', 'Siemens AG')
    """
    names = (name.strip() for line in text.splitlines() for name in line.partition("#")[0].split(","))
    return tuple(dict.fromkeys(name for name in names if name))


@once
def digest_code() -> str:
    """A digest of the code that reads, of its tables and of its Python: what other code read is another reading."""
    digest = hashlib.sha256(sys.version.encode())
    for room in CODE:
        for path in sorted((Path(__file__).parent / room).iterdir()):
            if path.is_file():
                digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _read_day(material: _Material, book: ReleaseBook, listings: Path | None) -> Reading:
    from llm_wrap.reading.day import read_day  # compiles some 500 patterns: a brief whose reading is kept does without

    return read_day(
        material.wrap,
        material.issues,
        material.labels,
        source=material.source,
        items=material.items,
        watch=material.watch,
        listings=_parse_listings(material.listings, listings),
        earlier=book.read(material.earlier),
    )


def _recall(key: str, cache: AnswerCache) -> Reading | None:
    """The reading that is kept under `key`; None where there is none, or not as it was written."""
    try:
        kept = json.loads(cache.get(key) or "null")
        return from_plain(Reading, kept["reading"]) if kept["sum"] == _sum_up(kept["reading"]) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _keep(key: str, reading: Reading, cache: AnswerCache) -> None:
    plain = to_plain(reading)
    cache.put(key, json.dumps({"reading": plain, "sum": _sum_up(plain)}))


def _sum_up(plain: object) -> str:
    """A check sum, so that a byte that went bad on the disk is no other figure in a brief."""
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _read_listings(path: Path | None) -> str | None:
    return _read(path, "listings") if path else None


def _parse_listings(table: str | None, path: Path | None) -> tuple[Listing, ...]:
    """The user's own rows; none where no file is named."""
    from llm_wrap.listings.table import read_listings

    return tuple(read_listings(table, str(path))) if table is not None else ()


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"{path}: cannot read the {what} ({reason})") from error
