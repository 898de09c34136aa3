"""Nothing that a wrap, a name or a setting says becomes a header of its own, on any Python that is here."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import rich

from llm_wrap.delivery.message import build_message, make_subject
from llm_wrap.errors import MailError
from llm_wrap.models import Brief, IndexLevel, MarketWrap
from llm_wrap.models.delivery import MailContent, MailHeaders
from tests.brief.samples import make_brief
from tests.conftest import ROOT
from tests.delivery.mails import HEADERS, NOW, make_entry, make_mail

BARE = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"}
BODY = {"MIME-Version", "Content-Type"}
WORDED = ("sender name", "title", "index name", "headline", "notice", "list id", "unsubscribe")
STRICT = ("sender", "recipient", "reply to", "message id", "reference")
GOLDEN = sorted((Path(__file__).parent / "headers").glob("*.config"), key=lambda path: int(path.stem))

PAYLOADS = (
    "x\r\nBcc: e@x.example",
    "x\nBcc: e@x.example",
    "x\rBcc: e@x.example",
    "x\r\n\r\n<script>alert(1)</script>",
    "x\n Bcc: e@x.example",
    "x\x85Bcc: e@x.example",
    "x\u2028Bcc: e@x.example\u2029",
    "x\x0bBcc: e@x.example\x0c",
    "x\x00\nBcc: e@x.example",
    "=?utf-8?q?a=0ABcc=3A_e=40x.example?=",
    "=?utf-8?q?a=0D=0ABcc=3A_e=40x.example?=",
    "=?utf-8?b?YQpCY2M6IGVAeC5leGFtcGxl?=",
    "é =?utf-8?q?a=0ABcc=3A_e=40x.example?= 日本",
    "=?utf-8?q?a?= =?utf-8?q?=0ABcc=3A_e=40x.example?=",
    "=\u200b?utf-8?q?a=0ABcc=3A_e=40x.example?\u200b=",
    "=?=?utf-8?q??=utf-8?q?a=0ABcc=3A_e=40x.example?=",
    'x" <e@x.example>, "y',
    "x>, <https://evil.example/",
    "=?us-ascii?q?=0ABcc=3Ae=40x.example?=" + " word" * 60,
)


def place_payload(field: str, payload: str) -> tuple[MailContent, MailHeaders]:
    """A mail with the payload in one place."""
    headers = replace(HEADERS, list_id=None, list_unsubscribe=None)
    brief = make_brief()
    bare = Brief(wrap=MarketWrap(session_date=brief.wrap.session_date))
    content = make_mail(bare)
    if field == "sender name":
        headers = replace(headers, sender=f"{payload} <brief@example.com>")
    elif field == "title":
        content = make_mail(replace(bare, wrap=replace(bare.wrap, title=payload)))
    elif field == "index name":
        row = IndexLevel(name=payload, change=None, change_pct=make_brief().wrap.markets[0].change_pct, level=None)
        content = make_mail(replace(bare, wrap=replace(bare.wrap, markets=(row,))))
    elif field == "headline":
        content = make_mail(
            replace(bare, wrap=replace(bare.wrap, digest=(replace(brief.wrap.digest[0], headline=payload),)))
        )
    elif field == "notice":
        content = MailContent(notice=payload)
    elif field == "list id":
        headers = replace(headers, list_id=payload)
    elif field == "unsubscribe":
        headers = replace(headers, list_unsubscribe=f"https://example.com/{payload}", one_click=True)
    elif field == "sender":
        headers = replace(headers, sender=payload)
    elif field == "recipient":
        headers = replace(headers, recipient=f"a{payload}@example.com")
    elif field == "reply to":
        headers = replace(headers, reply_to=f"{payload}@example.com")
    elif field == "message id":
        headers = replace(headers, message_id=f"<{payload}@example.com>")
    else:
        headers = replace(headers, references=(f"<{payload}@example.com>",))
    return content, headers


def allowed(field: str) -> set[str]:
    more = {
        "list id": {"List-Id"},
        "unsubscribe": {"List-Unsubscribe", "List-Unsubscribe-Post"},
        "reply to": {"Reply-To"},
        "reference": {"In-Reply-To", "References"},
    }
    return BARE | BODY | more.get(field, set())


def build_all() -> Iterator[tuple[str, str, bytes | None]]:
    """Each payload in each place: the mail, or None where it is refused."""
    for field in (*WORDED, *STRICT):
        for payload in PAYLOADS:
            try:
                yield field, payload, build_message(*place_payload(field, payload))
            except MailError:
                yield field, payload, None


@cache
def pythons() -> tuple[str, ...]:
    """This Python, and those of pyenv from 3.11 on."""
    found = {f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}": sys.executable}
    folder = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for path in sorted(folder.glob("3.*/bin/python")) if folder.is_dir() else ():
        parts = path.parent.parent.name.split(".")
        if parts[1:2] and parts[1].isdigit() and int(parts[1]) >= 11:
            found.setdefault(path.parent.parent.name, str(path))
    return tuple(found.values())


def run_python(python: str, *arguments: str, stdin: str = "") -> str:
    path = os.pathsep.join((str(ROOT), str(Path(rich.__file__).parent.parent)))
    done = subprocess.run(
        [python, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={
            "PYTHONPATH": path,
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": os.environ["HOME"],
        },
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def mails() -> list[tuple[str, str, bytes | None]]:
    return list(build_all())


def test_words_are_made_safe_and_addresses_are_refused(mails: list[tuple[str, str, bytes | None]]) -> None:
    refused = {field for field, _, data in mails if data is None}
    assert refused == set(STRICT)
    assert [(field, payload) for field, payload, data in mails if field in STRICT and data is not None] == []


@pytest.mark.parametrize("python", pythons())
def test_no_payload_becomes_a_header(mails: list[tuple[str, str, bytes | None]], python: str) -> None:
    """19 payloads in 12 places, read by this Python and by each other one that the machine has."""
    built = [(field, payload, data) for field, payload, data in mails if data is not None]
    assert len(built) == len(WORDED) * len(PAYLOADS)
    lines = "".join(f"{base64.b64encode(data).decode()}\n" for _, _, data in built)
    read = json.loads(run_python(python, str(Path(__file__).parent / "read_headers.py"), stdin=lines))
    assert len(read) == len(built)
    wrong = []
    for (field, payload, _), seen in zip(built, read, strict=True):
        names = set(seen["names"])
        same = sorted(seen["names"]) == sorted(seen["old"]) == sorted(seen["again"]) == seen["rewritten"]
        clean = not any(char in value for value in seen["values"].values() for char in "\r\n\x00\x85\u2028")
        whole = seen["parts"] == ["multipart/alternative", "text/plain", "text/html"]
        if names != allowed(field) or not (same and clean and whole) or seen["to"] != ["analyst@example.com"]:
            wrong.append((field, payload, sorted(names ^ allowed(field)), same, clean, whole, seen["to"]))
    assert wrong == []


@pytest.mark.parametrize("python", pythons()[1:])
def test_every_python_builds_the_same_headers(mails: list[tuple[str, str, bytes | None]], python: str) -> None:
    """The encoded line break is a trap for the Python that writes a mail, not only for one that reads it."""
    program = (
        "import base64\nfrom tests.delivery.test_headers import build_all\n"
        "for _, _, data in build_all(): print(base64.b64encode((data or b'-').split(b'MIME-Version')[0]).decode())"
    )
    printed = [base64.b64decode(line) for line in run_python(python, "-c", program).split()]
    assert printed == [(data or b"-").split(b"MIME-Version")[0] for _, _, data in mails]


def test_the_check_sees_an_injected_header() -> None:
    bad = b"From: a@b.example\r\nTo: analyst@example.com\r\nBcc: e@x.example\r\nSubject: x\r\n\r\n"
    line = base64.b64encode(bad).decode()
    (seen,) = json.loads(run_python(sys.executable, str(Path(__file__).parent / "read_headers.py"), stdin=f"{line}\n"))
    assert "Bcc" in seen["names"]


@pytest.mark.parametrize("config", GOLDEN, ids=lambda path: path.stem)
def test_headers_are_these(config: Path) -> None:
    """N.config says what a mail is, N.expected its header to the byte (line ends apart)."""
    wanted = tomllib.loads(config.read_text(encoding="utf-8"))
    brief = make_brief()
    entries = []
    for row in wanted.get("wrap", []):
        marks = {name: row.pop(name, False) for name in ("corrects", "late")}
        entries.append(make_entry(replace(brief, wrap=replace(brief.wrap, markets=(), **row)), **marks))
    content = MailContent(entries=tuple(entries), notice=wanted.get("notice"))
    given = wanted["headers"]
    given["references"] = tuple(given.get("references", ()))
    headers = MailHeaders(message_id="<f00d@example.com>", date=given.pop("date", NOW), **given)
    data = build_message(content, headers)
    head = data.split(b"MIME-Version")[0].decode("ascii").replace("\r\n", "\n")
    assert head == config.with_suffix(".expected").read_text(encoding="ascii")
    assert max(map(len, head.split("\n"))) <= 78 or "long" in wanted["says"]


def test_there_are_golden_headers() -> None:
    assert len(GOLDEN) >= 6
    assert all(isinstance(tomllib.loads(path.read_text(encoding="utf-8"))["says"], str) for path in GOLDEN)


def test_a_subject_is_short_and_says_what_the_mail_is() -> None:
    brief = make_brief()
    long = replace(brief, wrap=replace(brief.wrap, markets=(), title="Very long title " * 40))
    content = MailContent(entries=(make_entry(long, corrects=True), make_entry(brief)))
    subject = make_subject(content)
    assert len(subject) <= 150
    assert subject.startswith("Correction: Asia market recap, Tuesday 18 November 2025: Very long")
    assert subject.endswith("… (+1 more)")
