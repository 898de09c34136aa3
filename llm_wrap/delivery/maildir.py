"""Wraps that arrive in a Maildir on this machine. Nothing in it is moved, marked or removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path

from llm_wrap.delivery.inbox import nothing_is_known
from llm_wrap.delivery.mail_filter import MailFilter
from llm_wrap.errors import InputError
from llm_wrap.models.delivery import FoundWrap
from llm_wrap.sources.text import read_bytes


@dataclass(frozen=True, slots=True)
class MaildirSource:
    """The mails of a Maildir that match, new and read ones.

    Attributes:
        limit: bytes; a larger mail is refused.
        since: what was delivered before is passed over.
    """

    folder: Path
    matching: MailFilter
    limit: int
    since: datetime

    @property
    def origin(self) -> str:
        return f"maildir:{self.folder}"

    def find(self, is_known: Callable[[str], bool] = nothing_is_known) -> Iterator[FoundWrap]:
        """The mails, oldest first. One that cannot be read is told of when the others were given."""
        if not (self.folder / "cur").is_dir():
            raise InputError(f"{self.folder}: no Maildir; check [inbox] maildir in the settings.")
        troubles = []
        for received, path in sorted(self._list()):
            # The part before the colon is the mail's name for good; a mail program adds flags behind it and moves it to cur.
            source_id = f"{self.origin}:{path.name.partition(':')[0]}"
            if received < self.since or is_known(source_id):
                continue
            try:
                data = read_bytes(str(path), limit=self.limit)[1]
            except InputError as error:
                if path.exists():  # else somebody moved it meanwhile: the next run finds it
                    troubles.append(str(error))
                continue
            subject = self.matching.match(message_from_bytes(data, policy=compat32))
            if subject is None:
                continue
            name = f"mail {path.name.partition(':')[0]} ({subject})"
            yield FoundWrap(origin=self.origin, name=name, data=data, received=received, source_id=source_id)
        if troubles:
            raise InputError(" ".join(troubles))

    def handled(self, source_id: str) -> None:
        """Nothing to do: the outbox knows the mail by its name."""

    def _list(self) -> Iterator[tuple[datetime, Path]]:
        for part in ("new", "cur"):
            for path in (self.folder / part).iterdir() if (self.folder / part).is_dir() else ():
                if path.name.startswith("."):
                    continue
                try:
                    yield datetime.fromtimestamp(path.stat().st_mtime, UTC), path
                except OSError:
                    continue  # moved meanwhile
