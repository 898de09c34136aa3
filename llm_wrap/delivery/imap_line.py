"""An IMAP account, and one connection to its server."""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from llm_wrap.delivery.line import clean_words, cut_after, cut_line, open_line
from llm_wrap.errors import MailError

_ANSWER_SLACK = 1_000_000  # bytes of an answer over the texts that it may hold


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Where a folder is and how to log in.

    Attributes:
        security: "tls", "starttls" (required) or "none".
        folder: as people write it. deadline_s: seconds of waiting for the server, all together.
        remedy: what to set where there is no password, in words.
    """

    host: str
    port: int
    security: str
    user: str | None
    folder: str
    deadline_s: float
    remedy: str


class Connection(imaplib.IMAP4):
    """imaplib's, with a deadline, a limit to an answer's size, and no control character in what is sent."""

    def __init__(self, account: ImapAccount, context: ssl.SSLContext | None, end: float, limit: int) -> None:
        self._account = account
        self._context = context
        self._end = end
        self._most = limit + _ANSWER_SLACK
        self._taken = 0
        self._line = open_line(account.host, account.port, end)
        self._watched = self._line.dup()
        try:
            with self.deadline(end - time.monotonic()):
                super().__init__(account.host, account.port, timeout=max(0.01, end - time.monotonic()))
        except BaseException:
            self._release()
            raise

    def _create_socket(self, timeout: float | None) -> socket.socket:
        if self._account.security != "tls":
            return self._line
        assert self._context is not None
        return self._context.wrap_socket(self._line, server_hostname=self._account.host)

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """One exchange: after `seconds` the line is cut, and its answer is counted from nothing."""
        self._taken = 0
        if self._left_over():
            self.untagged_responses.clear()  # what the server said meanwhile is of no concern to the next command
        with cut_after(self._watched, seconds):
            yield

    def _left_over(self) -> bool:
        return self.__dict__.get("state") in ("AUTH", "SELECTED")

    def read(self, size: int) -> bytes:
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line))
        return line

    def send(self, data: Any) -> None:
        """The one way out: a CR or LF in the middle would begin a command that nobody meant."""
        if any(byte < 0x20 or byte == 0x7F for byte in bytes(data).removesuffix(b"\r\n")):
            raise MailError("a control character was about to be sent to the IMAP server")
        super().send(data)

    def log_in_quoted(self, user: str, password: str) -> None:
        """LOGIN with both words quoted already."""
        status, answer = self._simple_command("LOGIN", user, password)
        if status != "OK":
            raise self.error(read_words(answer))
        self.state = "AUTH"

    def shutdown(self) -> None:
        with suppress(OSError, AttributeError):  # AttributeError: it was never opened
            super().shutdown()
        self._release()

    def _count(self, size: int) -> None:
        self._taken += size
        if self._taken > self._most:
            raise MailError(f"the server's answer is larger than {self._most:,} bytes")

    def _release(self) -> None:
        cut_line(self._watched)
        self._watched.close()
        self._line.close()


def read_words(answer: Sequence[Any]) -> str:
    """What the server says to a command, on one line."""
    first = answer[-1] if answer else b""
    return clean_words(first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first))
