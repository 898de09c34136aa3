"""Whether a copy is there, by its Message-ID, in a Maildir."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_wrap.delivery.sent import SentMaildir, read_message_id
from llm_wrap.errors import MailError


@pytest.mark.parametrize(
    ("data", "message_id"),
    [
        (b"Subject: s\r\nMessage-ID: <1@x>\r\n\r\ntext", "<1@x>"),
        (b"Subject: s\nmessage-id:<1@x> \n\nMessage-ID: <2@x>\n", "<1@x>"),
        (b"Message-ID:\r\n <1@x>\r\nSubject: s\r\n\r\n", "<1@x>"),
        (b"Subject: s\r\n\r\nMessage-ID: <2@x>\r\n\r\nmore", ""),
        (b"Subject: s\r\nMessage-ID: <1@x>", "<1@x>"),
        (b"Subject: s\r\nX: \xff\xfe\r\nMessage-ID: <1@x>\r\n\r\n", "<1@x>"),
        (b"", ""),
    ],
)
def test_the_message_id_of_the_header_counts(data: bytes, message_id: str) -> None:
    assert read_message_id(data) == message_id


@pytest.mark.parametrize("part", ["new", "cur"])
def test_a_copy_is_found_read_or_unread(tmp_path: Path, part: str) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    folder = SentMaildir(tmp_path)
    assert not folder.has("<1@x>")
    (tmp_path / "new" / "other").write_bytes(b"Message-ID: <2@x>\r\n\r\n")
    (tmp_path / "tmp" / "half").write_bytes(b"Message-ID: <1@x>\r\n\r\n")
    assert not folder.has("<1@x>"), "what is still being written was not filed"
    (tmp_path / part / "1").write_bytes(b"Message-ID: <1@x>\r\n\r\n" + b"x" * 100_000)
    assert folder.has("<1@x>")


def test_a_folder_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(MailError) as raised:
        SentMaildir(tmp_path).has("<1@x>")
    assert str(raised.value) == f"{tmp_path}: no Maildir; check [mail.sent] maildir in the settings"
    (tmp_path / "cur").mkdir()
    with pytest.raises(MailError, match=r"cannot be read .*new"):
        SentMaildir(tmp_path).has("<1@x>")
