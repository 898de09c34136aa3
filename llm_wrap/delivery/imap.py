"""A folder of a mail server, read over IMAP and left as it is.

    connect ─ (TLS) ─ login ─ EXAMINE ─ UID SEARCH ─ UID FETCH … ─ LOGOUT

The folder is opened to read only and texts are fetched with PEEK, so mail stays unread. All waiting for the server together
ends at a deadline, and no answer may be larger than a limit. stdlib imaplib and not IMAPClient: of the protocol we need six
commands; IMAPClient sits on imaplib, sends CR LF in arguments just as well, and has neither a deadline nor a limit.
"""

from __future__ import annotations

import imaplib
import json
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from llm_wrap.delivery.imap_line import Connection, ImapAccount, read_words
from llm_wrap.delivery.imap_words import FetchedMessage, encode_mailbox, quote_string, read_fetched, read_folders
from llm_wrap.delivery.line import Secret, clean_words, describe_trouble, make_context
from llm_wrap.errors import MailError

_AT_ONCE = 500  # messages of whose headers are asked in one command
_LEAVE_S = 2.0


class Dropped(MailError):
    """The server went away in the middle of things; a new connection may do."""


class Mailbox:
    """The folder, open from `with` on. Every method raises MailError where the server fails, without the secret in it."""

    def __init__(
        self,
        account: ImapAccount,
        find_secret: Callable[[], Secret | None],
        ca_file: Path | None = None,
        limit: int = 10_000_000,
    ) -> None:
        self._account = account
        self._find_secret = find_secret
        self._ca_file = ca_file
        self._limit = limit
        self._left = account.deadline_s
        self._secret: Secret | None = None
        self._connection: Connection | None = None
        self.uid_validity = 0
        self.count = 0

    def __enter__(self) -> Mailbox:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def log_in(self) -> str:
        """Connects and logs in; says how."""
        account = self._account
        with self._dealing():
            context = make_context(self._ca_file) if account.security != "none" else None
            end = time.monotonic() + max(0.01, self._left)
            self._connection = connection = Connection(account, context, end, self._limit)
        with self._dealing():
            if account.security == "starttls":
                if "STARTTLS" not in connection.capabilities:
                    raise MailError("the server offers no STARTTLS, and the settings require it")
                connection.starttls(context)
            if account.user is not None:
                self._authenticate(connection, account.user)
        return f"{account.security}, " + ("logged in" if account.user else "no login")

    def open(self) -> None:
        """Connects, logs in and opens the folder to read only."""
        self.log_in()
        self.examine()

    def examine(self) -> None:
        """Opens the folder to read only."""
        folder = quote_string(encode_mailbox(self._account.folder))
        with self._dealing() as connection:
            status, answer = connection.select(folder, readonly=True)
            if status != "OK":
                raise MailError(f"there is no folder {self._account.folder!r} to be opened ({read_words(answer)})")
            self.count = _number(answer)
            self.uid_validity = _number(connection.response("UIDVALIDITY")[1])
        if not self.uid_validity:
            # Without it a UID may stand for another mail tomorrow, and that one would be passed over as known.
            raise MailError(f"{self._where}: the server gives the folder no UIDVALIDITY")

    def folders(self) -> list[str]:
        """The folders that can be opened."""
        with self._dealing() as connection:
            return read_folders(self._expect("LIST", *connection.list('""', '"*"')))

    def search(self, *criteria: str) -> list[int]:
        """The UIDs that fit, ascending. Texts in `criteria` are quoted already."""
        with self._dealing() as connection:
            answer = self._expect("SEARCH", *connection.uid("SEARCH", *criteria))
        found = b" ".join(piece for piece in answer if isinstance(piece, bytes)).split()
        return sorted({int(uid) for uid in found if uid.isdigit()})

    def fetch_headers(self, uids: Sequence[int], fields: str) -> Iterator[FetchedMessage]:
        """Arrival, size and the named header fields of messages; those that are gone are left out."""
        for start in range(0, len(uids), _AT_ONCE):
            part = uids[start : start + _AT_ONCE]
            yield from self._fetch(part, f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({fields})])")

    def fetch_text(self, uid: int) -> bytes | None:
        """A whole message; None where it is gone."""
        return next((message.data for message in self._fetch([uid], "(UID BODY.PEEK[])")), None)

    def close(self) -> None:
        """Takes leave; what the server says to that does not matter any more."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, imaplib.IMAP4.error, MailError), connection.deadline(_LEAVE_S):
                connection.logout()
            connection.shutdown()

    def _fetch(self, uids: Sequence[int], items: str) -> list[FetchedMessage]:
        with self._dealing() as connection:
            answer = self._expect("FETCH", *connection.uid("FETCH", _uid_set(uids), items))
        asked = set(uids)
        return [message for message in read_fetched(answer) if message.uid in asked]

    def _authenticate(self, connection: Connection, user: str) -> None:
        self._secret = secret = self._find_secret()
        if secret is None:
            raise MailError(f"no password for {user}: {self._account.remedy}")
        if secret.is_token:
            self._authenticate_token(connection, user, secret.value)
        elif "AUTH=PLAIN" in connection.capabilities:
            if "\0" in user + secret.value:
                raise MailError("user or password holds a NUL character")
            words = b"\0".join((b"", user.encode(), secret.value.encode()))
            connection.authenticate("PLAIN", lambda challenge: words)
        elif "LOGINDISABLED" in connection.capabilities:
            raise MailError(
                f"the server takes no password over this connection (security = {self._account.security!r})"
            )
        else:
            # Not imaplib's login(): it does not quote the user.
            self._secret_command(connection, user, secret.value)

    @staticmethod
    def _secret_command(connection: Connection, user: str, password: str) -> None:
        try:
            quoted = quote_string(user), quote_string(password)
        except MailError:
            raise MailError(
                "user or password holds a control or non-ASCII character, and the server offers no AUTH=PLAIN"
            ) from None
        connection.log_in_quoted(*quoted)

    @staticmethod
    def _authenticate_token(connection: Connection, user: str, token: str) -> None:
        """RFC-less XOAUTH2: token at once; a refusal comes as a challenge in JSON, which wants an empty answer."""
        if "AUTH=XOAUTH2" not in connection.capabilities:
            raise MailError("the server offers no XOAUTH2, and token_command is set")
        if any(ord(c) < 0x20 for c in user + token):
            raise MailError("user or token holds a control character")
        refusals: list[str] = []

        def answer(challenge: bytes) -> bytes:
            if not challenge:
                return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
            refusals.append(_read_refusal(challenge))
            return b""

        try:
            connection.authenticate("XOAUTH2", answer)
        except imaplib.IMAP4.error as error:
            told = f"; {refusals[0]}" if refusals else ""
            raise MailError(f"the token was refused: {describe_trouble(error)}{told}") from error

    @contextmanager
    def _dealing(self) -> Iterator[Connection]:
        """One exchange with the server within what is left of the deadline; its errors as ours."""
        start = time.monotonic()
        connection = self._connection
        try:
            if connection is None:
                yield None  # type: ignore[misc]  # it is being made
            else:
                with connection.deadline(self._left):
                    yield connection
        except (OSError, imaplib.IMAP4.error, MailError, UnicodeError, ValueError) as error:
            late = time.monotonic() - start >= self._left
            words = f"{describe_trouble(error)}{' (deadline)' if late else ''}"
            reason = f"{self._where}: {words.replace(self._secret.value, '***') if self._secret else words}"
            dropped = isinstance(error, OSError | imaplib.IMAP4.abort) and not isinstance(
                error, ssl.SSLCertVerificationError
            )
            self._abandon()
            raise (Dropped if dropped and not late else MailError)(reason) from error
        finally:
            self._left -= time.monotonic() - start

    def _abandon(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.shutdown()

    @property
    def _where(self) -> str:
        return f"{self._account.host}:{self._account.port}"

    @staticmethod
    def _expect(command: str, status: str, answer: list[Any]) -> list[Any]:
        if status != "OK":
            raise MailError(f"{command}: {read_words(answer)}")
        return answer


def _uid_set(uids: Iterable[int]) -> str:
    """UIDs as ranges: "3:5,9"."""
    parts: list[list[int]] = []
    for uid in uids:
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(f"{first}:{last}" if first != last else str(first) for first, last in parts)


def _number(answer: Sequence[Any]) -> int:
    first = answer[0] if answer else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


def _read_refusal(challenge: bytes) -> str:
    """What Google and Microsoft say to a bad token: {"status": "400", "schemes": "Bearer", "scope": "..."}."""
    try:
        told = json.loads(challenge)
    except ValueError:
        return ""
    return clean_words(f"status {told.get('status')}, scope {told.get('scope')}") if isinstance(told, dict) else ""
