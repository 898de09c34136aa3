"""The mail as a mail program reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape

from llm_wrap.delivery.message import build_message
from llm_wrap.models.delivery import BriefEntry, ListedWrap, MailContent
from tests.brief.samples import make_brief
from tests.delivery.mails import HEADERS, make_edition

EDITION = make_edition(make_brief())


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=default)  # type: ignore[return-value]


def test_a_mail_has_its_headers_and_both_parts_whole() -> None:
    brief = make_brief()
    data = build_message(MailContent(entries=(BriefEntry(edition=EDITION, brief=brief),)), HEADERS)
    assert data == build_message(MailContent(entries=(BriefEntry(edition=EDITION, brief=brief),)), HEADERS)
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78
    mail = read(data)
    assert (mail["From"], mail["To"]) == ("Morning brief <brief@example.com>", "analyst@example.com")
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<1@example.com>", "auto-generated")
    assert mail["List-Id"] == "<morning-brief.example.com>"
    assert mail["List-Unsubscribe"] == "<mailto:brief@example.com?subject=unsubscribe>"
    assert "2025" in mail["Subject"]
    assert mail.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in mail.iter_parts())
    for item in brief.items:
        for sentence in item.sentences:
            assert " ".join(sentence.split()) in " ".join(text.split())
    for row in brief.wrap.markets:
        assert row.name in text
        assert escape(row.name) in html


def test_a_correction_a_late_brief_and_listed_ones_say_so() -> None:
    entry = BriefEntry(edition=replace(EDITION, number=2), brief=make_brief(), corrects=True, late=True)
    older = replace(EDITION, identity=replace(EDITION.identity, session_date=date(2025, 11, 5)))
    mail = read(
        build_message(MailContent(entries=(entry,), listed=(ListedWrap(edition=older, title="Quiet"),)), HEADERS)
    )
    assert mail["Subject"].startswith("Correction: Late: ")
    for part in mail.iter_parts():
        assert "Correction: this replaces" in part.get_content()
        assert "Wednesday 5 November 2025: Quiet" in part.get_content()
