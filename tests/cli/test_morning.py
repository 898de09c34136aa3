"""`llm-wrap run`, `status`, `outbox` and `archive` as a user types them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.fake_smtp import Act, FakeSmtp
from tests.proofs.wraps import make_wrap

DAY = date(2025, 11, 3)


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    yield server
    server.close()


@pytest.fixture
def config(tmp_path: Path, server: FakeSmtp) -> Path:
    (tmp_path / "wraps").mkdir()
    (tmp_path / "wraps" / "today.txt").write_bytes(make_wrap(DAY))
    file = tmp_path / "config.toml"
    file.write_text(
        f"""
state_dir = "{tmp_path}/state"
[mail]
host = "127.0.0.1"
port = {server.port}
security = "none"
sender = "Brief <brief@example.com>"
retry_s = 0
[[mail.to]]
address = "a@example.com"
[[mail.to]]
address = "b@example.com"
wraps = ["europe"]
[inbox]
folder = "{tmp_path}/wraps"
"""
    )
    return file


def run(config: Path, *arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "llm_wrap", *arguments, "--config", str(config)],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
    )


def test_a_morning_from_the_command_line(config: Path, server: FakeSmtp, tmp_path: Path) -> None:
    first = run(config, "run", "--no-llm")
    assert (first.returncode, first.stdout) == (0, b"")
    assert b"end found=1 taken=1 skipped=0 mails=1 sent=1" in first.stderr
    assert run(config, "run", "--no-llm").returncode == 0
    assert [to for to, _ in server.stored] == ["a@example.com"]

    listed = run(config, "outbox", "list").stdout.decode()
    assert "sent      a@example.com" in listed
    shown = run(config, "outbox", "show", "1").stdout.decode()
    assert "asia/recap/2025-11-03#1" in shown
    assert run(config, "outbox", "show", "1", "--raw").stdout == server.stored[0][1]
    assert "asia/recap/2025-11-03#1" in run(config, "archive", "list").stdout.decode()
    assert "MONDAY 3 NOVEMBER" in run(config, "archive", "show", "2025-11-03").stdout.decode().upper()
    assert run(config, "archive", "show", "2025-11-03", "--raw").stdout == make_wrap(DAY)
    missing = run(config, "archive", "show", "2025-11-04")
    assert (missing.returncode, b"no wrap of 2025-11-04" in missing.stderr) == (2, True)
    status = run(config, "status")
    assert (status.returncode, b"taken 1, mails 1, sent 1" in status.stdout) == (0, True)


def test_what_is_no_wrap_stays_in_the_status(config: Path, server: FakeSmtp, tmp_path: Path) -> None:
    note = tmp_path / "wraps" / "note.txt"
    note.write_text("Dear all,\nthe canteen is closed.\n")
    assert run(config, "run", "--no-llm").returncode == 1
    status = run(config, "status")
    assert (status.returncode, status.stdout.count(b"note.txt")) == (1, 1)
    assert run(config, "run", "--no-llm").returncode == 0
    status = run(config, "status")
    assert status.returncode == 0
    assert b"no wrap, " in status.stdout
    assert b"note.txt: This text is no market wrap" in status.stdout
    assert b"llm-wrap run --again" in status.stdout
    for arguments in (("run", "--again"), ("run", str(note)), ("run", str(note))):
        again = run(config, *arguments, "--no-llm")
        assert (again.returncode, b"no market wrap" in again.stderr) == (1, True), arguments
    assert len(server.stored) == 1


def test_a_refused_mail_stays_in_the_status_until_it_is_sent(config: Path, server: FakeSmtp) -> None:
    server.acts = {"rcpt": Act(b"550 no such user\r\n")}
    assert run(config, "run", "--no-llm").returncode == 1
    assert run(config, "run", "--no-llm").returncode == 0, "a run tells what it did"
    status = run(config, "status")
    assert status.returncode == 1
    assert b"mail 1 was refused for a@example.com (RCPT TO: 550 no such user): Late: Asia market recap" in status.stdout
    assert b"llm-wrap outbox retry NUMBER" in status.stdout
    server.acts = {}
    assert run(config, "outbox", "retry", "1").returncode == 0
    assert run(config, "run", "--no-llm").returncode == 0
    status = run(config, "status")
    assert (status.returncode, b"refused for" in status.stdout) == (0, False)


def test_an_unknown_mail_is_the_operators_to_resolve(config: Path, server: FakeSmtp) -> None:
    server.acts = {"dot": Act(store=False, then="close")}
    first = run(config, "run", "--no-llm")
    assert first.returncode == 1
    assert b"llm-wrap outbox resolve 1 --sent, or --not-sent" in first.stderr
    status = run(config, "status")
    assert (status.returncode, b"mail 1 is unknown" in status.stdout) == (1, True)
    server.acts = {}
    assert run(config, "run", "--no-llm").returncode == 1
    assert server.stored == []
    assert run(config, "outbox", "retry", "1").returncode == 1
    assert run(config, "outbox", "resolve", "1").returncode == 2
    assert run(config, "outbox", "resolve", "1", "--not-sent").returncode == 0
    assert run(config, "outbox", "hold", "1").returncode == 0
    assert run(config, "run", "--no-llm").returncode == 0
    assert server.stored == []
    assert run(config, "outbox", "retry", "1").returncode == 0
    assert run(config, "run", "--no-llm").returncode == 0
    assert len(server.stored) == 1
    assert run(config, "outbox", "resolve", "1", "--sent").returncode == 1
    assert run(config, "outbox", "hold", "7").returncode == 2


def test_a_preview_sends_and_keeps_nothing(config: Path, server: FakeSmtp, tmp_path: Path) -> None:
    out = tmp_path / "mail.eml"
    result = run(config, "run", "--preview", "--no-llm", "--out", str(out))
    assert (result.returncode, result.stdout) == (0, b"")
    mail = message_from_bytes(out.read_bytes(), policy=default)
    assert mail["To"] == "a@example.com"
    assert server.connections == 0
    assert not list(tmp_path.glob("state/outbox*"))
    other = run(config, "run", "--preview", "--no-llm", "--out", str(out), "--to", "b@example.com")
    assert (other.returncode, b"no wrap was found" in other.stderr) == (2, True)
    nobody = run(config, "run", "--preview", "--no-llm", "--to", "c@example.com")
    assert (nobody.returncode, b"is no recipient" in nobody.stderr) == (2, True)
    page = run(config, "run", "--preview", "--no-llm", BROWSER="true", TMPDIR=str(tmp_path))
    assert page.returncode == 0
    mail_file, html_file = (Path(line) for line in page.stdout.decode().splitlines())
    assert message_from_bytes(mail_file.read_bytes(), policy=default)["To"] == "a@example.com"
    assert "Kaito Ports" in html_file.read_text(encoding="utf-8")


def test_one_wrap_from_standard_input(config: Path, server: FakeSmtp) -> None:
    result = run(config, "run", "-", "--no-llm", "--log", "json", stdin=make_wrap(date(2025, 11, 4)))
    assert result.returncode == 0
    assert b'"event": "end"' in result.stderr
    assert len(server.stored) == 1


def test_a_password_is_told_nowhere(config: Path, server: FakeSmtp, tmp_path: Path) -> None:
    server.offers = ("AUTH PLAIN",)
    server.acts = {"auth": Act(b"535 hunter2 is wrong\r\n")}
    config.write_text(config.read_text().replace("[mail]\n", '[mail]\nuser = "me"\n'))
    results = [run(config, "run", "--no-llm", LLM_WRAP_MAIL_PASSWORD="hunter2")]
    results += [
        run(config, *words.split()) for words in ("status", "outbox list", "outbox show 1", "outbox show 1 --raw")
    ]
    assert results[0].returncode == 1
    assert b"535" in results[0].stderr
    assert all(b"hunter2" not in result.stdout + result.stderr for result in results)
    assert b"hunter2" not in b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    secret.chmod(0o644)
    config.write_text(config.read_text().replace("[mail]\n", f'[mail]\npassword_file = "{secret}"\n'))
    open_file = run(config, "run", "--no-llm")
    assert b"chmod 600" in open_file.stderr
    assert open_file.returncode == 1
