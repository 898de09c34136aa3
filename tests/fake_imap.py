"""A small IMAP server for tests that says what it is told to, also what no server should: real sockets on loopback."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from tests.listener import Listener

GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"
TEXT = b"From: wraps@example.com\r\nSubject: recap\r\n\r\ntext\r\n"
HEADER = b"From: wraps@example.com\r\nSubject: recap\r\n\r\n"
# What the server says to a command, before its tagged "OK"; of a UID command, to its second word.
GOOD: dict[str, bytes] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] fixed\r\n",
    "SEARCH": b"* SEARCH 5\r\n",
    "HEADERS": b'* 1 FETCH (UID 5 INTERNALDATE "12-Nov-2025 06:00:00 +0000" RFC822.SIZE 51 BODY[HEADER.FIELDS (FROM SUBJECT)] {%d}\r\n%s)\r\n'
    % (len(HEADER), HEADER),
    "TEXT": b"* 1 FETCH (UID 5 BODY[] {%d}\r\n%s)\r\n" % (len(TEXT), TEXT),
}


class FakeImap(Listener):
    """`says` replaces what GOOD says; None hangs; an answer that ends in DROP is the last on that connection. A function is
    given the connection's number. `seen` has every line that came."""

    DROP = b"<drop>"
    DRIP = b"<drip>"

    def __init__(
        self, says: Mapping[str, bytes | Callable[[int], bytes | None] | None] | None = None, greeting: bytes = GREETING
    ) -> None:
        self.says = {**GOOD, **(says or {})}
        self.greeting = greeting
        self.seen: list[bytes] = []
        super().__init__()

    def _serve(self, line: socket.socket, number: int) -> None:
        with suppress(OSError), line:
            if not self._say(line, self.greeting):
                return
            file = line.makefile("rb")
            while command := file.readline():
                self.seen.append(command)
                tag, _, words = command.strip().partition(b" ")
                name = self._name(words)
                if name == "AUTHENTICATE":
                    line.sendall(b"+ \r\n")
                    self.seen.append(file.readline())
                said = self.says.get(name, b"")
                if not self._say(line, said(number) if callable(said) else said):
                    return
                line.sendall(tag + b" OK done\r\n")
                if name == "LOGOUT":
                    return

    @staticmethod
    def _name(words: bytes) -> str:
        if b" FETCH " in words:
            return "HEADERS" if b"HEADER.FIELDS" in words else "TEXT"
        parts = words.decode("ascii", "replace").split()
        return parts[1] if parts[0] == "UID" else parts[0]

    def _say(self, line: socket.socket, words: bytes | None) -> bool:
        """False where this connection is over."""
        while words is None and not self._closing:
            time.sleep(0.02)
        if words is None:
            return False
        if words.endswith(self.DROP):
            line.sendall(words.removesuffix(self.DROP))
            line.shutdown(socket.SHUT_RDWR)
            return False
        if words.endswith(self.DRIP):
            while not self._closing:
                line.sendall(words.removesuffix(self.DRIP))
                time.sleep(0.02)
            return False
        line.sendall(words)
        return True
