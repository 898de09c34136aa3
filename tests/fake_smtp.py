"""A small SMTP server for tests that can misbehave at any step: real sockets on loopback, real TLS, every mail kept."""

from __future__ import annotations

import base64
import socket
import ssl
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.listener import Listener

Stage = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "text", "dot", "rset", "quit"]


@dataclass(frozen=True)
class Act:
    """What the server does at a step.

    Attributes:
        reply: the bytes of its answer.
        store: at "dot": whether it keeps the mail, whatever it answers.
        then: "go" on, "close" or "reset" the line, "hang" with it open, or "drip" the reply for ever, a byte at a time.
        times: for how many connections; the others see a server in good health.
    """

    reply: bytes = b""
    store: bool = False
    then: Literal["go", "close", "reset", "hang", "drip"] = "go"
    times: int = 1_000_000


GOOD: dict[str, Act] = {
    "connect": Act(b"220 fake ESMTP\r\n"),
    "starttls": Act(b"220 go ahead\r\n"),
    "auth": Act(b"235 welcome\r\n"),
    "mail": Act(b"250 ok\r\n"),
    "rcpt": Act(b"250 ok\r\n"),
    "data": Act(b"354 go ahead\r\n"),
    "text": Act(),
    "dot": Act(b"250 queued\r\n", store=True),
    "rset": Act(b"250 ok\r\n"),
    "quit": Act(b"221 bye\r\n", then="close"),
}


class FakeSmtp(Listener):
    """The running server. `acts` replace steps; for "rcpt" a function of the address may stand in place of an act."""

    def __init__(
        self,
        acts: Mapping[str, Act | Callable[[str], Act]] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        offers: tuple[str, ...] = (),
    ) -> None:
        self.acts = dict(acts or {})
        self.tls, self.implicit, self.offers = tls, implicit, offers
        self.stored: list[tuple[str, bytes]] = []
        self.logins: list[str] = []
        self.commands: list[str] = []
        super().__init__()

    def message_ids(self) -> list[str]:
        """Of the mails that it keeps, in order."""
        return [
            line.partition(":")[2].strip()
            for _, data in self.stored
            for line in data.decode("ascii").partition("\r\n\r\n")[0].split("\r\n")
            if line.lower().startswith("message-id:")
        ]

    def _serve(self, line: socket.socket, number: int) -> None:
        session = _Session(self, line, number)
        try:
            session.talk()
        except (OSError, ValueError):
            pass  # the client went away, or what it said made no sense after a fault
        finally:
            session.line.close()


class _Session:
    def __init__(self, server: FakeSmtp, line: socket.socket, number: int) -> None:
        self.server, self.line, self.number = server, line, number
        self.file = line.makefile("rb")

    def talk(self) -> None:
        server = self.server
        if server.implicit:
            self._to_tls()
        if not self.act("connect"):
            return
        recipient = ""
        while command := self.file.readline():
            server.commands.append(command.decode("ascii", "replace").strip())
            word, _, rest = server.commands[-1].partition(" ")
            match word.upper():
                case "EHLO" | "HELO":
                    if not self.act("ehlo", self._greeting()):
                        return
                case "STARTTLS":
                    if not self.act("starttls"):
                        return
                    self._to_tls()
                case "AUTH":
                    self._note_login(rest)
                    if not self.act("auth"):
                        return
                case "MAIL":
                    if not self.act("mail"):
                        return
                case "RCPT":
                    recipient = rest.partition("<")[2].partition(">")[0]
                    if not self.act("rcpt", address=recipient):
                        return
                case "DATA":
                    if not self.act("data"):
                        return
                    if self._last.reply.startswith(b"354") and not self._take_text(recipient):
                        return
                case "RSET":
                    if not self.act("rset"):
                        return
                case "QUIT":
                    self.act("quit")
                    return
                case _:
                    self.line.sendall(b"502 no\r\n")

    def act(self, stage: Stage, good: bytes | None = None, address: str = "") -> bool:
        """Does the step; False where the session is over."""
        chosen = self.server.acts.get(stage)
        if callable(chosen):
            chosen = chosen(address)
        act = chosen if chosen is not None and self.number <= chosen.times else None
        act = act or (Act(good) if good is not None else GOOD[stage])
        self._last = act
        if act.then == "drip":
            while not self.server._closing:
                for byte in act.reply:
                    self.line.sendall(bytes([byte]))
                    time.sleep(0.05)
        if act.reply:
            self.line.sendall(act.reply)
        if act.then == "hang":
            while not self.server._closing:
                time.sleep(0.05)
        if act.then == "reset":
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.file.close()
            self.line.close()
        return act.then == "go"

    def _take_text(self, recipient: str) -> bool:
        if self.server.acts.get("text") is not None:
            self.file.readline()
            if not self.act("text"):
                return False
        text = bytearray()
        while (row := self.file.readline()) != b".\r\n":
            if not row:
                return False
            text += row[1:] if row.startswith(b"..") else row
        chosen = self.server.acts.get("dot", GOOD["dot"])
        assert isinstance(chosen, Act)
        if (chosen if self.number <= chosen.times else GOOD["dot"]).store:
            self.server.stored.append((recipient, bytes(text)))
        return self.act("dot")

    def _greeting(self) -> bytes:
        words = ["fake", *self.server.offers]
        if self.server.tls and not self.server.implicit and not isinstance(self.line, ssl.SSLSocket):
            words.append("STARTTLS")
        return b"".join(
            f"250{' ' if place == len(words) - 1 else '-'}{word}\r\n".encode() for place, word in enumerate(words)
        )

    def _note_login(self, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        self.server.logins.append(f"{mechanism} {base64.b64decode(initial).decode()}" if initial else mechanism)

    def _to_tls(self) -> None:
        assert self.server.tls is not None
        self.line = self.server.tls.wrap_socket(self.line, server_side=True)
        self.file = self.line.makefile("rb")
