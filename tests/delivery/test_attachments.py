"""Mails with wraps in their attachments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from llm_wrap.delivery.identity import identify_wrap
from llm_wrap.models import FoundWrap
from llm_wrap.morning.collect import parse_found, split_found
from tests.conftest import ROOT
from tests.sources.test_carriers import WRAP, make_pdf

NOW = datetime(2025, 11, 14, 6, 0, tzinfo=UTC)


def attached(*files: tuple[str, bytes], body: str = "The wraps of the day are attached.") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "wraps@example.com", "Today's wraps"
    message.set_content(body)
    for name, data in files:
        kind = {"pdf": ("application", "pdf"), "htm": ("text", "html")}.get(name[-3:], ("text", "plain"))
        message.add_attachment(data, maintype=kind[0], subtype=kind[1], filename=name)
    return message.as_bytes()


def test_a_mail_with_several_wraps_is_all_of_them() -> None:
    asia, europe = (
        ROOT / "evals/corpus" / name for name in ("2025-08-14-asia-recap-a.txt", "2025-08-27-europe-recap-a.txt")
    )
    found = FoundWrap(origin="o", name="mail 1", data=b"", received=NOW, source_id="id")
    both = attached(("asia.txt", asia.read_bytes()), ("europe.txt", europe.read_bytes()))
    parts = split_found(replace(found, data=both))
    keys = [identify_wrap(parse_found(part).wrap)[0].key for part in parts]
    assert keys == ["asia/recap/2025-08-14", "europe/recap/2025-08-27"]
    assert [part.source_id for part in parts] == [f"id;part={keys[0]}", "id"]

    for data in (
        attached(("asia.txt", asia.read_bytes()), ("terms.txt", b"Terms of use\n" * 20)),
        attached(("asia.txt", asia.read_bytes()), ("asia-again.txt", asia.read_bytes())),
        asia.read_bytes(),
    ):
        whole = replace(found, data=data)
        assert split_found(whole) == [whole]
        assert identify_wrap(parse_found(whole).wrap)[0].key == "asia/recap/2025-08-14"


def test_a_wrap_attached_as_pdf_is_read() -> None:
    pytest.importorskip("pypdf")
    pdf = make_pdf(WRAP.splitlines())
    found = FoundWrap(origin="o", name="mail 1", data=attached(("wrap.pdf", pdf)), received=NOW, source_id="id")
    assert parse_found(found).wrap.session_date == parse_found(replace(found, data=WRAP.encode())).wrap.session_date
