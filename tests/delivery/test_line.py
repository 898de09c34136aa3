"""A line to a server: opened by a deadline, cut at one, and its troubles in words."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from llm_wrap.delivery.line import clean_words, cut_after, describe_trouble, make_context, open_line
from llm_wrap.errors import MailError


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def soon(seconds: float = 20) -> float:
    return time.monotonic() + seconds


def answer(*addresses: tuple[str, int]) -> list[tuple[object, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]


def test_the_line_is_open_within_the_time_left_and_waits_for_nothing(listener: socket.socket) -> None:
    with open_line("127.0.0.1", listener.getsockname()[1], soon()) as line:
        assert line.getpeername() == listener.getsockname()
        assert 18 < (line.gettimeout() or 0) <= 20
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), "the final dot is a packet of its own"


def test_each_address_of_a_name_is_tried(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        nobody = other.getsockname()
    asked: list[tuple[object, ...]] = []

    def look_up(host: str, port: int, **kind: int) -> list[tuple[object, ...]]:
        asked.append((host, port, kind))
        return answer(nobody, listener.getsockname())

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with open_line("mail.example.com", 25, soon()) as line:
        assert line.getpeername() == listener.getsockname()
    assert asked == [("mail.example.com", 25, {"type": socket.SOCK_STREAM})]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer(nobody, nobody))
    with pytest.raises(ConnectionRefusedError):
        open_line("mail.example.com", 25, soon())


def test_a_look_up_that_fails_or_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(socket.gaierror):
        open_line("none.example.com", 25, soon())
    given_up = threading.Event()

    def hang(*_: object, **__: object) -> list[tuple[object, ...]]:
        assert given_up.wait(20), "nobody waits for it"
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(TimeoutError, match="the name could not be looked up in time"):
        open_line("slow.example.com", 25, soon(0.05))
    given_up.set()


def test_a_line_is_cut_at_its_time_and_not_before() -> None:
    here, there = socket.socketpair()
    with here, there:
        with cut_after(here, 20):
            there.sendall(b"in time")
            assert here.recv(10) == b"in time"
        with cut_after(here, 0.02):
            assert here.recv(10) == b"", "whoever waits is let go"
        assert there.recv(10) == b"", "in both directions"
        with pytest.raises(BrokenPipeError):
            here.send(b"x")


def test_certificates_are_checked_with_tls_of_today(tmp_path: Path) -> None:
    for file in (None, tmp_path / "ca.pem"):
        if file is not None:
            trustme.CA().cert_pem.write_to_path(str(file))
        context = make_context(file)
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert len(make_context(tmp_path / "ca.pem").get_ca_certs()) == 1, "of the own authority and no other"
    for name, text in (("none.pem", None), ("empty.pem", ""), ("bad.pem", "no certificate")):
        if text is not None:
            (tmp_path / name).write_text(text)
        with pytest.raises(MailError) as raised:
            make_context(tmp_path / name)
        assert str(raised.value).startswith(f"{tmp_path / name}: holds no certificates (")


def test_a_trouble_is_told_in_one_line_that_a_terminal_can_show() -> None:
    assert (
        describe_trouble(OSError("no\r\n  route\tto \x1b[31mhost")) == "no route to \N{REPLACEMENT CHARACTER}[31mhost"
    )
    assert describe_trouble(TimeoutError()) == "TimeoutError"
    assert clean_words("x" * 201) == "x" * 200
    assert clean_words("\n") == ""
    untrusted = ssl.SSLCertVerificationError(1, "certificate verify failed")
    untrusted.verify_message = "self-signed certificate"
    assert describe_trouble(untrusted) == (
        "the server's certificate is not trusted (self-signed certificate); ca_file in the settings names your own"
    )
