"""`llm-wrap run --preview`: the mail to look at, and nothing sent or kept."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from llm_wrap.cli.morning import run_preview
from llm_wrap.config import load_settings, override
from llm_wrap.errors import OutputError
from tests.conftest import SAMPLE


def preview(tmp_path: Path, out: Path | None) -> int:
    settings = override(load_settings(None, {}), state_dir=tmp_path / "state")
    return run_preview(str(SAMPLE), settings, {}, None, out, llm=False)


def test_the_suffix_says_which_part_is_written(tmp_path: Path) -> None:
    for name in ("mail.eml", "mail.html", "mail.txt"):
        assert preview(tmp_path, tmp_path / name) == 0
    mail = message_from_bytes((tmp_path / "mail.eml").read_bytes(), policy=default)
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())  # type: ignore[attr-defined]
    assert "Asia market recap, Thursday 14 August 2025" in mail["Subject"]
    assert (tmp_path / "mail.html").read_text(encoding="utf-8") == html
    assert (tmp_path / "mail.txt").read_text(encoding="utf-8") == text
    assert not (tmp_path / "state" / "outbox.sqlite3").exists()


def test_it_opens_the_page_and_leaves_the_mail_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    assert preview(tmp_path, None) == 0
    mail, page = map(Path, capsys.readouterr().out.split())
    assert opened == [page.as_uri()]
    assert mail.read_bytes().startswith(b"From: ")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert page.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        preview(tmp_path, tmp_path / "no" / "mail.eml")
