"""Whether the server accepted a mail: looked up by its Message-ID where copies of accepted mails are kept.

Asked after a crash or a lost reply, when only a copy can tell. "Not there" counts once the server has had time to file it.
"""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path
from typing import Protocol

from llm_wrap.errors import MailError

_HEADER_BYTES = 64_000


class SentFolder(Protocol):
    """A place that has a copy of every accepted mail."""

    def has(self, message_id: str) -> bool:
        """Whether a mail with this Message-ID (with its angle brackets) is there.

        Raises:
            MailError: the place cannot be asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class SentMaildir:
    """A Maildir that the mail server files a copy in."""

    folder: Path

    def has(self, message_id: str) -> bool:
        if not (self.folder / "cur").is_dir():
            raise MailError(f"{self.folder}: no Maildir; check [mail.sent] maildir in the settings")
        try:
            for part in ("new", "cur"):
                for path in (self.folder / part).iterdir():
                    with path.open("rb") as file:
                        if read_message_id(file.read(_HEADER_BYTES)) == message_id:
                            return True
        except OSError as error:
            raise MailError(f"{self.folder}: cannot be read ({error})") from error
        return False


def read_message_id(data: bytes) -> str:
    """The Message-ID in the header that `data` begins with; "" where there is none."""
    header = data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return str(message_from_bytes(header, policy=compat32).get("Message-ID", "")).strip()
