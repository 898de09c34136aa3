"""A line to a mail server: opened, secured and cut by a deadline, and what went wrong with it in words.

The timeouts of sockets are per read, and a server that drips never trips them: a watchdog cuts the line at the deadline.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from llm_wrap.errors import MailError, printable

_WORDS_SHOWN = 200  # characters of a server's reply in a reason


@dataclass(frozen=True, slots=True)
class Secret:
    """How to log in: a password, or a token for XOAUTH2."""

    value: str
    is_token: bool = False


def open_line(host: str, port: int, end: float) -> socket.socket:
    """Looks the name up and tries each address, all by `end`."""
    found: list[tuple[object, ...]] = []
    trouble: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            trouble.append(error)

    # In a thread of its own: the look-up knows no timeout.
    asking = threading.Thread(target=look_up, daemon=True)
    asking.start()
    asking.join(max(0.01, end - time.monotonic()))
    if trouble:
        raise trouble[0]
    if not found:
        raise TimeoutError("the name could not be looked up in time")
    last: OSError | None = None
    for family, kind, protocol, _, address in list(found):
        line = socket.socket(family, kind, protocol)  # type: ignore[arg-type]
        try:
            line.settimeout(max(0.01, end - time.monotonic()))
            line.connect(address)  # type: ignore[arg-type]
        except OSError as error:
            line.close()
            last = error
            continue
        line.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # the final dot must not wait for an answer to the text
        return line
    assert last is not None
    raise last


@contextmanager
def cut_after(line: socket.socket, seconds: float) -> Iterator[None]:
    """Cuts the line after `seconds`: whatever waits for it gets an error."""
    watchdog = threading.Timer(max(0.01, seconds), cut_line, (line,))
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def cut_line(line: socket.socket) -> None:
    """Ends both directions at once, from any thread."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def make_context(ca_file: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, with the certificate and its name checked. MailError where `ca_file` is none."""
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise MailError(f"{ca_file}: holds no certificates ({error})") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def describe_trouble(error: BaseException) -> str:
    """An error of the line in one line, with what to do where a setting is to blame."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the server's certificate is not trusted ({error.verify_message}); ca_file in the settings names your own"
        )
    return clean_words(str(error) or type(error).__name__)


def clean_words(words: str) -> str:
    """What a server says, on one line that a terminal can show."""
    return printable(" ".join(words.split()))[:_WORDS_SHOWN]
