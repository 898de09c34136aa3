"""What certainly became of a mail, over real sockets, whatever the server does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from llm_wrap.delivery.line import Secret
from llm_wrap.delivery.smtp import Submission
from llm_wrap.errors import MailError
from llm_wrap.mail_settings import MailSettings
from tests.fake_smtp import Act, FakeSmtp
from tests.proofs.smtp_faults import FAULTS, Fault, expected_at_last, meet


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_ends_in_the_right_state(fault: Fault, tmp_path: Path) -> None:
    result = meet(fault, tmp_path)
    assert result.states == fault.states, result.reasons
    assert (result.kept, result.twice) == (fault.kept, 0)
    assert result.final_states == expected_at_last(fault)
    assert all(reason for state, reason in zip(result.states, result.reasons, strict=True) if state != "sent")


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


def test_no_password_is_told_with_its_remedy() -> None:
    server = FakeSmtp(offers=("AUTH PLAIN",))
    settings = MailSettings(host="127.0.0.1", port=server.port, security="none", user="me")
    with Submission(settings, lambda: None) as submission:
        outcome = submission.send("a@example.com", "b@example.com", b"x\r\n", lambda: None)
    assert (outcome.state, outcome.hopeless) == ("new", True)
    assert "LLM_WRAP_MAIL_PASSWORD" in (outcome.reason or "")
    server.close()
