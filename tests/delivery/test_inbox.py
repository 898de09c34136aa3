"""Wraps out of a Maildir, the secrets of a mail server, and what the settings open."""

from __future__ import annotations

import mailbox
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llm_wrap.access import run_token_command
from llm_wrap.config import load_settings
from llm_wrap.delivery.mail_filter import MailFilter
from llm_wrap.delivery.maildir import MaildirSource
from llm_wrap.errors import InputError, MailError, SettingsError
from llm_wrap.morning.connections import find_mail_secret, open_sent_folder, open_sources

NOW = datetime.now(UTC)
MAIL = b"From: Wraps <wraps@example.com>\r\nSubject: Asia recap\r\n\r\ntext\r\n"


def maildir_source(folder: Path, limit: int = 1000) -> MaildirSource:
    return MaildirSource(folder, MailFilter(("@example.com",), "RECAP"), limit, NOW - timedelta(days=2))


def test_a_maildir_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "Maildir"))
    keys = [box.add(MAIL + f"{n}".encode()) for n in range(3)]
    box.add(MAIL.replace(b"example.com", b"example.net"))
    for age, key in enumerate(keys):
        path = tmp_path / "Maildir" / "new" / key
        os.utime(path, (NOW.timestamp() - age * 86_399,) * 2)
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    source = maildir_source(tmp_path / "Maildir")
    found = list(source.find())
    assert [thing.data[-1:] for thing in found] == [b"2", b"1", b"0"]
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before

    # Read in a mail program: moved to cur, with flags behind the name; it is the same mail.
    message = box.get_message(keys[0])
    message.set_subdir("cur")
    message.add_flag("S")
    box[keys[0]] = message
    known = {thing.source_id for thing in found}
    assert list(source.find(known.__contains__)) == []


def test_a_maildir_that_is_none_or_holds_too_large_a_mail(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Maildir"):
        list(maildir_source(tmp_path).find())
    box = mailbox.Maildir(str(tmp_path / "Maildir"))
    box.add(MAIL)
    box.add(MAIL + b"x" * 2000)
    finding = maildir_source(tmp_path / "Maildir").find()
    assert next(finding).data == MAIL
    with pytest.raises(InputError, match=r"larger than 1,000 bytes"):
        next(finding)


def test_a_token_is_what_the_command_prints(tmp_path: Path) -> None:
    command = f"{sys.executable} -c \"print('ya29.token')\""
    assert run_token_command(command) == "ya29.token"
    for bad, words in (
        (f"{sys.executable} -c \"print('secret'); raise SystemExit(3)\"", "exit code 3"),
        (f"{sys.executable} -c \"print('two words')\"", "printed no token"),
        (f"{sys.executable} -c \"print('line\\nline')\"", "printed no token"),
        (str(tmp_path / "missing"), "cannot be run"),
        ("'", "cannot be run"),
        ("echo a; rm b", "printed no token"),
    ):
        with pytest.raises(MailError, match=words) as raised:
            run_token_command(bad)
        assert "secret" not in str(raised.value)


def test_the_settings_open_every_place(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        f"""
        [inbox]
        folder = "{tmp_path}"
        maildir = "{tmp_path}/Maildir"
        host = "imap.example.com"
        user = "desk"
        senders = ["@example.com"]
        [mail.sent]
        host = "imap.example.com"
        """
    )
    settings = load_settings(file, {"LLM_WRAP_INBOX_MAILBOX": "Wraps"})
    sources = open_sources(settings, {}, NOW)
    assert [source.origin for source in sources] == [
        f"folder:{tmp_path}",
        f"maildir:{tmp_path}/Maildir",
        "imap:desk@imap.example.com/Wraps",
    ]
    assert open_sent_folder(settings, {}, NOW) is not None
    secret = find_mail_secret(settings.inbox, {"LLM_WRAP_INBOX_PASSWORD": "p w"}, "inbox")()
    assert secret is not None
    assert (secret.value, secret.is_token) == ("p w", False)
    for bad in ("nobody", "@", "a@b\\r\\nc"):
        file.write_text(f'[inbox]\nsenders = ["{bad}"]')
        with pytest.raises(SettingsError, match="senders"):
            load_settings(file, {})
