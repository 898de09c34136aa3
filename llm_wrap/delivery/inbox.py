"""Where wraps arrive. A source gives what it has; it is told what was handled, and only then may it forget it.

A source that fails raises LlmWrapError from `find`; the run goes on with the others and reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from llm_wrap.errors import InputError
from llm_wrap.models.delivery import FoundWrap
from llm_wrap.sources import list_wraps
from llm_wrap.sources.text import read_bytes


def nothing_is_known(source_id: str) -> bool:
    """For who wants all that is there."""
    return False


class Source(Protocol):
    """A place where wraps arrive. `find` may give what it gave before: the outbox knows what was handled."""

    @property
    def origin(self) -> str:
        """A name for it, the same in every run."""
        ...

    def find(self, is_known: Callable[[str], bool]) -> Iterator[FoundWrap]:
        """What is there, oldest first. What `is_known` says of its source_id may be left out, where that saves work.

        Raises:
            LlmWrapError: the place cannot be read; what was given before stands.
        """
        ...

    def handled(self, source_id: str) -> None:
        """Told when the thing is safe in the archive, from where the next run goes on, or is known to be no wrap."""
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The files of a folder that have a wrap's suffix. They are left as they are.

    Attributes:
        since: files that were last changed before are passed over; None takes all.
        limit: bytes; a larger file is refused.
    """

    folder: Path
    limit: int
    since: datetime | None = None

    @property
    def origin(self) -> str:
        return f"folder:{self.folder}"

    def find(self, is_known: Callable[[str], bool] = nothing_is_known) -> Iterator[FoundWrap]:
        """The files, oldest first, known ones too. One that cannot be read is told of when the others were given."""
        if not self.folder.is_dir():
            raise InputError(f"{self.folder}: no such folder; check [inbox] folder in the settings.")
        troubles = []
        for received, name in sorted(
            (_changed(name), name) for name in list_wraps(str(self.folder), may_be_empty=True)
        ):
            if self.since is not None and received < self.since:
                continue
            try:
                data = read_bytes(name, limit=self.limit)[1]
            except InputError as error:
                troubles.append(str(error))
                continue
            yield FoundWrap(
                origin=self.origin,
                name=name,
                data=data,
                received=received,
                source_id=f"{self.origin}:{Path(name).relative_to(self.folder)}:{sha256(data).hexdigest()}",
            )
        if troubles:
            raise InputError(" ".join(troubles))

    def handled(self, source_id: str) -> None:
        """Nothing to do: the outbox knows the file by its path and content."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """One wrap: a file that was named, or standard input for "-". `now`: when it is taken to have come."""

    name: str
    limit: int
    now: datetime

    @property
    def origin(self) -> str:
        return "stdin" if self.name == "-" else f"file:{self.name}"

    def find(self, is_known: Callable[[str], bool] = nothing_is_known) -> Iterator[FoundWrap]:
        name, data = read_bytes(self.name, limit=self.limit)
        yield FoundWrap(
            origin=self.origin,
            name=name,
            data=data,
            received=self.now,
            source_id=f"{self.origin}:{sha256(data).hexdigest()}",
        )

    def handled(self, source_id: str) -> None:
        """Nothing to do: it was named for this run only."""


def oldest_wanted(now: datetime, max_age_days: int) -> datetime:
    """Before this a wrap is too old to be looked at."""
    return now - timedelta(days=max_age_days)


def _changed(name: str) -> datetime:
    try:
        return datetime.fromtimestamp(Path(name).stat().st_mtime, UTC)
    except OSError:  # gone between the listing and now: reading it says so
        return datetime.now(UTC)
