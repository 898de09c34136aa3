"""Mail programs by caniemail's data: what Gmail, Outlook and Apple Mail do not have is on a list, or is not in the mail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from llm_wrap.delivery.mail_html import render_mail_html
from tests.conftest import need
from tests.delivery.mails import HEADERS, MAILS

# What some of them do without, and what is lost then.
GRACEFUL = {
    "<style> element": "dark mode: the mail is black on white",
    "@media": "dark mode: the mail is black on white",
    "Class selector": "dark mode: the mail is black on white",
    "display:none": "the preheader is there in letters of one pixel",
    "role attribute": "a screen reader may read the layout out as tables",
    "word-break": "a word wider than the window is not broken",
    "<body> element": "Outlook for the Mac puts the mail into an element of its own",
}


def missing_in(html: str) -> dict[str, list[str]]:
    modules = os.environ.get("CANIEMAIL_MODULES")
    need(bool(modules and shutil.which("node")), "caniemail (npm install caniemail; CANIEMAIL_MODULES=…/node_modules)")
    script = Path(__file__).parent / "check_clients.mjs"
    done = subprocess.run(["node", script, str(modules)], input=html, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ["one", "three", "notice"])
def test_clients_have_all_but_the_graceful_extras(name: str) -> None:
    missing = missing_in(render_mail_html(MAILS[name](), HEADERS))
    assert {title: clients for title, clients in missing.items() if title not in GRACEFUL} == {}
    assert "<style> element" in missing


def test_the_check_sees_what_a_client_has_not() -> None:
    missing = missing_in('<div style="display:flex;position:sticky">x</div>')
    assert "outlook.windows" in missing["display:flex"]
