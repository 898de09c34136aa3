"""What certainly became of a mail, over real sockets, whatever the server does."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from llm_wrap.delivery.line import Secret
from llm_wrap.delivery.smtp import Outcome, Submission
from llm_wrap.errors import MailError
from llm_wrap.mail_settings import MailSettings
from tests.fake_smtp import Act, FakeSmtp
from tests.proofs.smtp_faults import FAULTS, Fault, expected_at_last, meet

BEGINNINGS = {  # what follows is the system's
    "dropped at RCPT": "the connection broke at the envelope: ",
    "dropped in the text": "the connection broke at the text: ",
}
# What the operator reads; the server's name and port stand before the first part.
WORDS = {
    "greeting 421": "421 busy",
    "greeting 554": "554 go away",
    "dropped at EHLO": "Connection unexpectedly closed",
    "no STARTTLS where it is required": "the server offers no STARTTLS, and the settings require it",
    "STARTTLS refused": "454 not now",
    "login refused": "535 wrong",
    "login not now": "454 later",
    "sender refused": "MAIL FROM: 550 not you",
    "sender not now": "MAIL FROM: 451 later",
    "recipient refused": "RCPT TO: 550 no such user",
    "recipient greylisted": "RCPT TO: 450 later",
    "larger than the server's SIZE": "the server takes no mail over 100 bytes, this one has 136",
    "DATA refused": "DATA: 554 no",
    "DATA answered with 250": "DATA: 250 what",
    "text refused": "the server refused the text: 554 spam",
    "451 after the text, kept": "the server's answer to the text leaves it open: 451 try again",
    "dropped before the 250, kept": "the server's answer to the text was lost: Connection unexpectedly closed",
    "354 after the text, kept": "the server's answer to the text leaves it open: 354 more?",
}


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, id=fault.name, marks=[pytest.mark.waits] * fault.waits) for fault in FAULTS]
)
def test_every_fault_ends_in_the_right_state(fault: Fault, tmp_path: Path) -> None:
    result = meet(fault, tmp_path)
    assert result.states == fault.states, result.reasons
    assert (result.kept, result.twice) == (fault.kept, 0)
    assert result.final_states == expected_at_last(fault)
    assert all(reason for state, reason in zip(result.states, result.reasons, strict=True) if state != "sent")
    if fault.name in WORDS:
        assert re.sub(r"^127\.0\.0\.1:\d+: ", "", result.reasons[0] or "") == WORDS[fault.name]

    if fault.name in BEGINNINGS:
        assert (result.reasons[0] or "").startswith(BEGINNINGS[fault.name])
    if fault.name in ("greeting never comes", "greeting drips for ever", "EHLO answered for ever"):
        assert (result.reasons[0] or "").endswith(" (deadline)")


def test_every_fault_with_words_is_one_of_the_table() -> None:
    assert {*WORDS, *BEGINNINGS} <= {fault.name for fault in FAULTS}


SENT, LINE = Outcome("sent"), "127.0.0.1:PORT: "


def _open(words: str) -> Outcome:
    return Outcome("unknown", f"the server's answer to the text leaves it open: {words}", server_trouble=True)


@pytest.mark.parametrize(
    ("stage", "reply", "outcome"),
    [
        ("connect", "421 busy", Outcome("new", LINE + "421 busy", server_trouble=True)),
        ("ehlo", "550 no", Outcome("new", LINE + "EHLO: 550 no", server_trouble=True)),
        ("auth", "454 later", Outcome("new", LINE + "454 later", server_trouble=True)),
        ("auth", "500 *** is wrong", Outcome("new", LINE + "500 *** is wrong", server_trouble=True, hopeless=True)),
        ("auth", "535 5.7.8 no", Outcome("new", LINE + "535 5.7.8 no", server_trouble=True, hopeless=True)),
        ("mail", "450 later", Outcome("new", "MAIL FROM: 450 later")),
        ("mail", "421 bye", Outcome("new", "MAIL FROM: 421 bye", server_trouble=True)),
        ("mail", "500 what", Outcome("new", "MAIL FROM: 500 what", server_trouble=True, hopeless=True)),
        ("mail", "552 too big", Outcome("refused", "MAIL FROM: 552 too big")),
        ("rcpt", "250 ok", SENT),
        ("rcpt", "251 will forward", SENT),
        ("rcpt", "252 cannot verify", Outcome("new", "RCPT TO: 252 cannot verify", server_trouble=True)),
        ("rcpt", "400 later", Outcome("new", "RCPT TO: 400 later")),
        ("rcpt", "499 later", Outcome("new", "RCPT TO: 499 later")),
        ("rcpt", "500 no", Outcome("refused", "RCPT TO: 500 no")),
        ("rcpt", "599 no", Outcome("refused", "RCPT TO: 599 no")),
        ("rcpt", "600 what", Outcome("new", "RCPT TO: 600 what", server_trouble=True)),
        ("dot", "200 ok", SENT),
        ("dot", "299 ok", SENT),
        ("dot", "300 what", _open("300 what")),
        ("dot", "199 what", _open("199 what")),
        ("dot", "499 later", _open("499 later")),
        ("dot", "500 no", Outcome("refused", "the server refused the text: 500 no")),
        ("dot", "599 no", Outcome("refused", "the server refused the text: 599 no")),
        ("dot", "600 what", _open("600 what")),
        ("dot", "554 sch\xf6n", Outcome("refused", "the server refused the text: 554 sch\N{REPLACEMENT CHARACTER}n")),
    ],
)
def test_what_each_answer_means(stage: str, reply: str, outcome: Outcome) -> None:
    """Whether it is the mail or the server, and whether to try again; the secret is in no word of it."""
    server = FakeSmtp(
        {stage: Act(reply.replace("***", "hunter2").encode("latin-1") + b"\r\n", store=stage == "dot")},
        offers=("AUTH PLAIN",),
    )
    settings = MailSettings(host="127.0.0.1", port=server.port, security="none", user="me")
    with Submission(settings, lambda: Secret("hunter2")) as submission:
        told = submission.send("a@example.com", "b@example.com", b"x\r\n", lambda: None)
        connections = server.connections
        server.acts = {}
        again = submission.send("a@example.com", "c@example.com", b"y\r\n", lambda: None)
    assert replace(told, reason=told.reason and told.reason.replace(str(server.port), "PORT")) == outcome
    assert again == SENT
    reused = not (outcome.server_trouble or outcome.state == "unknown")
    assert server.connections == connections + (0 if reused else 1), "a line whose state is not known is not used again"
    server.close()


def test_a_connection_serves_several_mails_and_is_taken_leave_of() -> None:
    server = FakeSmtp(offers=("SIZE 1000",))
    with Submission(MailSettings(host="127.0.0.1", port=server.port, security="none"), lambda: None) as submission:
        for name in "bc":
            submission.send("Desk <a@example.com>", f"{name}@example.com", b".x", lambda: None)
        server.acts = {"rset": Act(b"451 no\r\n")}
        submission.send("a@example.com", "d@example.com", b"x\r\n", lambda: None)
    assert [command for command in server.commands if not command.startswith(("ehlo", "EHLO"))] == [
        "mail FROM:<a@example.com> size=5",
        "rcpt TO:<b@example.com>",
        "DATA",
        "RSET",
        "mail FROM:<a@example.com> size=5",
        "rcpt TO:<c@example.com>",
        "DATA",
        "RSET",
        "mail FROM:<a@example.com> size=3",
        "rcpt TO:<d@example.com>",
        "DATA",
        "QUIT",
    ]
    assert server.connections == 2
    assert [text for _, text in server.stored] == [b".x\r\n", b".x\r\n", b"x\r\n"]
    server.close()


@pytest.mark.parametrize(
    ("offer", "state"),
    [("SIZE 2", "refused"), ("SIZE 3", "sent"), ("SIZE 0", "sent"), ("SIZE", "sent"), ("SIZE x", "sent")],
)
def test_a_servers_size_is_kept_to_the_byte(offer: str, state: str) -> None:
    server = FakeSmtp(offers=(offer,))
    with Submission(MailSettings(host="127.0.0.1", port=server.port, security="none"), lambda: None) as submission:
        assert submission.send("a@example.com", "b@example.com", b"x\r\n", lambda: None).state == state
        assert submission.send("a@example.com", "b@example.com", b"", lambda: None).state == "sent", "the line is kept"
    assert server.connections == 1
    server.close()


@pytest.mark.parametrize(("host", "said"), [("desk.example.com", "desk.example.com"), ("desk", "[127.0.0.1]")])
def test_a_name_that_no_server_could_look_up_is_not_said(host: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    server = FakeSmtp()
    Submission(MailSettings(host="127.0.0.1", port=server.port, security="none"), lambda: None).check()
    assert server.commands[0] == f"ehlo {said}"
    server.close()


def test_without_a_host_nothing_is_tried() -> None:
    with Submission(MailSettings(), lambda: None) as submission:
        outcome = submission.send("a@example.com", "b@example.com", b"x\r\n", lambda: None)
        assert outcome == Outcome("new", "mail.host is not set", server_trouble=True, hopeless=True)
        with pytest.raises(MailError, match=r"^mail\.host is not set$"):
            submission.check()


def test_nothing_is_accepted_where_the_state_cannot_be_kept() -> None:
    """Disk full, say: the error goes on, and the server never gets the final dot."""
    server = FakeSmtp()

    def disk_full() -> None:
        raise OSError("disk full")

    with Submission(MailSettings(host="127.0.0.1", port=server.port, security="none"), lambda: None) as submission:
        with pytest.raises(OSError, match="disk full"):
            submission.send("a@example.com", "b@example.com", b"x\r\n", disk_full)
        assert submission.send("a@example.com", "b@example.com", b"y\r\n", lambda: None).state == "sent"
    assert [text for _, text in server.stored] == [b"y\r\n"]
    server.close()


@pytest.mark.parametrize(
    ("acts", "told"),
    [
        ({}, ["last", "sent"]),
        ({"dot": Act(b"554 spam\r\n")}, ["last", "refused"]),
        ({"dot": Act(then="close")}, ["last", "unknown"]),
        ({"rcpt": Act(b"450 later\r\n")}, ["new"]),
        ({"connect": Act(b"421 busy\r\n", then="close")}, ["new"]),
    ],
)
def test_what_became_of_it_is_told_once(acts: dict[str, Act], told: list[str]) -> None:
    server = FakeSmtp(acts)
    words: list[str] = []
    with Submission(MailSettings(host="127.0.0.1", port=server.port, security="none"), lambda: None) as submission:
        outcome = submission.send(
            "a@example.com",
            "b@example.com",
            b"x\r\n",
            lambda: words.append("last"),
            lambda outcome: words.append(outcome.state),
        )
    assert words == told
    assert outcome.state == told[-1]
    server.close()


def test_the_text_arrives_byte_for_byte() -> None:
    server = FakeSmtp()
    text = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nend\r\n"
    with Submission(MailSettings(host="127.0.0.1", port=server.port, security="none"), lambda: None) as submission:
        submission.send("Name <a@example.com>", "b@example.com", text, lambda: None)
    assert server.stored == [("b@example.com", text)]
    server.close()


@pytest.mark.parametrize("is_token", [False, True])
def test_logs_in_and_tells_no_secret(is_token: bool) -> None:
    server = FakeSmtp(offers=("AUTH PLAIN XOAUTH2",))
    settings = MailSettings(host="127.0.0.1", port=server.port, security="none", user="me")
    with Submission(settings, lambda: Secret("hunter2", is_token)) as submission:
        assert submission.check() == "none, logged in"
        assert Submission(replace(settings, user=None), lambda: None).check() == "none, no login"
        server.acts = {"auth": Act(b"535 hunter2 is wrong\r\n")}
        with pytest.raises(MailError, match="535") as raised:
            submission.check()
    assert "hunter2" not in str(raised.value)
    assert server.logins[0] == (
        "XOAUTH2 user=me\x01auth=Bearer hunter2\x01\x01" if is_token else "PLAIN \x00me\x00hunter2"
    )
    server.close()


def test_a_password_with_an_umlaut_is_sent_as_utf_8_or_refused_in_words() -> None:
    for offer, logins in (("AUTH LOGIN PLAIN", ["PLAIN \x00me\x00schlüssel"]), ("AUTH LOGIN", [])):
        server = FakeSmtp(offers=(offer,))
        settings = MailSettings(host="127.0.0.1", port=server.port, security="none", user="me")
        with Submission(settings, lambda: Secret("schlüssel")) as submission:
            outcome = submission.send("a@example.com", "b@example.com", b"x\r\n", lambda: None)
        assert server.logins == logins
        assert (outcome.state, outcome.hopeless) == (("sent", False) if logins else ("new", True))
        assert "ü" not in (outcome.reason or "")
        server.close()


def test_a_token_is_said_once_also_where_the_server_explains_its_refusal() -> None:
    server = FakeSmtp({"auth": Act(b"334 eyJzdGF0dXMiOiI0MDAifQ==\r\n")}, offers=("AUTH XOAUTH2",))
    settings = MailSettings(host="127.0.0.1", port=server.port, security="none", user="me")
    with Submission(settings, lambda: Secret("a-token", True)) as submission, pytest.raises(MailError):
        submission.check()
    assert [command[:4] for command in server.commands][1:] == ["AUTH", ""], "an empty answer asks for the error"
    server.close()


def test_no_password_is_told_with_its_remedy() -> None:
    server = FakeSmtp(offers=("AUTH PLAIN",))
    settings = MailSettings(host="127.0.0.1", port=server.port, security="none", user="me")
    with Submission(settings, lambda: None) as submission:
        outcome = submission.send("a@example.com", "b@example.com", b"x\r\n", lambda: None)
    assert (outcome.state, outcome.hopeless) == ("new", True)
    assert "LLM_WRAP_MAIL_PASSWORD" in (outcome.reason or "")
    server.close()
