"""One mail to one recipient over SMTP, and what certainly became of it.

    connect ─ (TLS) ─ EHLO ─ AUTH ─ MAIL ─ RCPT ─ DATA ─ text │ on_last ─ "." ─ reply ─ on_outcome
    └──────── anything here that fails: surely not accepted ──┘          └ 2xx sent, 5xx refused, else unknown

A server owns a mail from the moment that it has the final dot, whatever happens to its reply. So the dot is sent by itself,
after `on_last` has made durable that it may be accepted from now on, and `on_outcome` comes before anything else that follows
the reply. smtplib's timeouts are per read, and a server that drips
never trips them: a watchdog closes the connection at the deadline. No error text holds the password.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llm_wrap.delivery.line import Secret, clean_words, cut_after, cut_line, describe_trouble, make_context, open_line
from llm_wrap.errors import LlmWrapError, MailError
from llm_wrap.mail_address import split_address
from llm_wrap.mail_settings import MailSettings

OutcomeState = Literal["sent", "refused", "new", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt.

    Attributes:
        state: sent; refused for good; new where it surely was not accepted and may be tried again; unknown.
        reason: in words, with the server's reply; None for sent.
        server_trouble: it is the server or the login and not this mail, so others would fare no better now.
        hopeless: a setting is wrong; trying again in this run cannot help, and could lock the account.
    """

    state: OutcomeState
    reason: str | None = None
    server_trouble: bool = False
    hopeless: bool = False


class Submission:
    """A mail server, connected when the first mail goes out and kept while all is well. Not for several threads."""

    def __init__(
        self, server: MailSettings, find_secret: Callable[[], Secret | None], ca_file: Path | None = None
    ) -> None:
        self._server = server
        self._find_secret = find_secret
        self._ca_file = ca_file
        self._secret: Secret | None = None
        self._connection: _Connection | None = None

    def __enter__(self) -> Submission:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Takes leave; what the server says to that does not matter any more."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with connection.deadline(min(5.0, self._server.deadline_s)), suppress(OSError, smtplib.SMTPException):
                connection.docmd("QUIT")
            connection.close()

    def check(self) -> str:
        """Connects and logs in, sends nothing, and says how. MailError where that fails."""
        try:
            connection = self._connect()
        except _Failed as failed:
            raise MailError(failed.outcome.reason or "the mail server cannot be used") from failed
        how = f"{connection.security}, " + ("logged in" if self._secret else "no login")
        self.close()
        return how

    def send(
        self,
        sender: str,
        recipient: str,
        data: bytes,
        on_last: Callable[[], None],
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    ) -> Outcome:
        """Hands `data` over for `recipient`. `on_last` is called once, just before the server may accept it; if it raises,
        nothing was accepted, and its error goes on. `on_outcome` is called once, as soon as it is known what became of it."""
        try:
            self._connection = connection = self._reuse() or self._connect()
        except _Failed as failed:
            on_outcome(failed.outcome)
            return failed.outcome
        outcome = None
        try:
            with connection.deadline(self._server.deadline_s):
                _send_text(connection, self._prepare(connection, sender, recipient, data))
                on_last()
                outcome = _hand_over(connection)
                on_outcome(outcome)  # in here: to end the deadline takes longer than the note itself
        except _Failed as failed:
            outcome = failed.outcome
            on_outcome(outcome)
        finally:
            # After anything but a clear answer the connection's state is not known: the next mail gets a new one.
            if outcome is None or outcome.server_trouble or outcome.state == "unknown":
                self._drop()
        return outcome

    def _prepare(self, connection: _Connection, sender: str, recipient: str, data: bytes) -> bytes:
        """Everything up to DATA; gives back the text as it goes over the line."""
        text = _quote(data)
        limit = connection.esmtp_features.get("size", "").strip()
        if limit.isdigit() and 0 < int(limit) < len(text):
            raise _Failed(
                Outcome("refused", f"the server takes no mail over {int(limit):,} bytes, this one has {len(text):,}")
            )
        size = [f"size={len(text)}"] if connection.has_extn("size") else []
        with _not_accepted("the envelope"):
            _expect_sender(connection.mail(split_address(sender).address, size))
            _expect(connection.rcpt(split_address(recipient).address), "RCPT TO", 250, 251)
            _expect(connection.docmd("DATA"), "DATA", 354)
        return text

    def _reuse(self) -> _Connection | None:
        """The connection of the mail before, cleared of it, if the server still has it open."""
        if self._connection is not None:
            try:
                with self._connection.deadline(self._server.deadline_s):
                    if self._connection.docmd("RSET")[0] == 250:
                        return self._connection
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        return None

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connect(self) -> _Connection:
        server = self._server
        if server.host is None:
            raise _Failed(Outcome("new", "mail.host is not set", server_trouble=True, hopeless=True))
        end = time.monotonic() + server.deadline_s
        connection = None
        try:
            context = make_context(self._ca_file)
            connection = _Connection(server.host, server.port, server.security, context, end)
            with connection.deadline(end - time.monotonic()):
                _expect(connection.ehlo(), "EHLO", 250)
                if server.security == "starttls":
                    if not connection.has_extn("starttls"):
                        raise smtplib.SMTPNotSupportedError(
                            "the server offers no STARTTLS, and the settings require it"
                        )
                    _expect(connection.starttls(context=context), "STARTTLS", 220)
                    _expect(connection.ehlo(), "EHLO", 250)
                self._log_in(connection)
        except (OSError, smtplib.SMTPException, ValueError, LlmWrapError, _Failed) as error:
            if connection is not None:
                connection.close()
            words = error.outcome.reason if isinstance(error, _Failed) else _words(error)
            late = " (deadline)" if time.monotonic() >= end else ""
            reason = self._without_secret(f"{server.host}:{server.port}: {words}{late}")
            raise _Failed(Outcome("new", reason, server_trouble=True, hopeless=_is_hopeless(error))) from error
        return connection

    def _log_in(self, connection: _Connection) -> None:
        user = self._server.user
        if user is None:
            return
        self._secret = secret = self._secret or self._find_secret()
        if secret is None:
            raise MailError(
                f"no password for {user}: set {self._server.password_env}, or mail.password_file in the settings"
            )
        if secret.is_token:
            token = f"user={user}\x01auth=Bearer {secret.value}\x01\x01"
            connection.ehlo_or_helo_if_needed()
            connection.auth("XOAUTH2", lambda challenge=None: token if challenge is None else "")
        elif (user + secret.value).isascii():
            connection.login(user, secret.value)
        else:
            connection.log_in_plain(user, secret.value)

    def _without_secret(self, words: str) -> str:
        return words.replace(self._secret.value, "***") if self._secret else words


class _Failed(Exception):
    """The attempt is over; the server did not accept the mail."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class _Connection(smtplib.SMTP):
    """smtplib's, whose whole dealings end at a deadline."""

    def __init__(self, host: str, port: int, security: str, context: ssl.SSLContext, end: float) -> None:
        self.security = security
        self._context = context
        self._end = end
        self._line: socket.socket | None = None
        name = socket.gethostname()
        try:
            # Not smtplib's default: it asks the DNS for our own name, which can take half a minute.
            super().__init__(
                host,
                port,
                local_hostname=name if "." in name else "[127.0.0.1]",
                timeout=max(0.01, end - time.monotonic()),
            )
        except BaseException:
            self.close()
            raise

    def connect(self, host: str = "localhost", port: int = 0, source_address: object = None) -> tuple[int, bytes]:
        plain = open_line(host, port, self._end)
        self._line = plain.dup()
        with self.deadline(self._end - time.monotonic()):
            self.sock = plain
            if self.security == "tls":
                self.sock = self._context.wrap_socket(plain, server_hostname=host)
            self.file = None
            return self.getreply()

    def log_in_plain(self, user: str, password: str) -> None:
        """AUTH PLAIN in UTF-8 (RFC 4616): smtplib's own login knows ASCII alone."""
        if "PLAIN" not in self.esmtp_features.get("auth", "").split():
            raise MailError("user or password holds a letter outside ASCII, and the server offers no AUTH PLAIN")
        words = b"\0".join((b"", user.encode(), password.encode()))
        code, reply = self.docmd("AUTH", f"PLAIN {b64encode(words).decode()}")
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, reply)

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Closes the line after `seconds`: whatever waits for it gets an error."""
        assert self._line is not None
        with cut_after(self._line, seconds):
            yield

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            cut_line(line)
            line.close()
        super().close()


def _send_text(connection: _Connection, text: bytes) -> None:
    """All of it but the final dot: without that it is no mail yet."""
    with _not_accepted("the text"):
        connection.send(text)


def _hand_over(connection: _Connection) -> Outcome:
    """Sends the final dot and reads what the server makes of it."""
    with _not_accepted("the end of the text"):
        connection.send(b".\r\n")  # an error here: not all of it went out, and a text without its dot is none
    try:
        code, reply = connection.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("unknown", f"the server's answer to the text was lost: {_words(error)}", server_trouble=True)
    if 200 <= code < 300:
        return Outcome("sent")
    if 500 <= code < 600:
        return Outcome("refused", f"the server refused the text: {_shown(code, reply)}")
    # 4xx says "not now", and there are servers that say so and deliver; anything else says nothing.
    return Outcome(
        "unknown", f"the server's answer to the text leaves it open: {_shown(code, reply)}", server_trouble=True
    )


@contextmanager
def _not_accepted(what: str) -> Iterator[None]:
    """What fails in here fails before the server could accept anything."""
    try:
        yield
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _Failed(
            Outcome("new", f"the connection broke at {what}: {_words(error)}", server_trouble=True)
        ) from error


def _expect(answer: tuple[int, bytes], command: str, *codes: int) -> None:
    code, reply = answer
    if code in codes:
        return
    words = f"{command}: {_shown(code, reply)}"
    if 500 <= code < 600:
        raise _Failed(Outcome("refused", words))
    raise _Failed(Outcome("new", words, server_trouble=code == 421 or not 400 <= code < 500))


def _expect_sender(answer: tuple[int, bytes]) -> None:
    """A sender that is refused is a wrong setting, and no fault of the mail; but for 552, which is about its size."""
    code, reply = answer
    if 500 <= code < 600 and code != 552:
        raise _Failed(Outcome("new", f"MAIL FROM: {_shown(code, reply)}", server_trouble=True, hopeless=True))
    _expect(answer, "MAIL FROM", 250)


def _is_hopeless(error: BaseException) -> bool:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return 500 <= error.smtp_code < 600
    return isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError | LlmWrapError)


def _quote(data: bytes) -> bytes:
    """The text as it goes over the line, without the final dot: lines that begin with a dot get one more."""
    text = re.sub(rb"(?m)^\.", b"..", data)
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _shown(error.smtp_code, error.smtp_error)
    return describe_trouble(error)


def _shown(code: int, reply: bytes | str) -> str:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {clean_words(words)}".strip()
