"""The mail in a real browser at the widths of a phone, a reading pane and a desk, with axe-core for accessibility."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llm_wrap.delivery.mail_html import render_mail_html
from tests.conftest import Visit
from tests.delivery.mails import HEADERS, MAILS


@pytest.fixture
def visit(browse: Callable[..., Visit]) -> Callable[..., Visit]:
    return lambda name, width=360, scheme="light": browse(render_mail_html(MAILS[name](), HEADERS), width, scheme)


@pytest.mark.parametrize("name", MAILS)
def test_it_fits_and_is_silent(visit: Callable[..., Visit], name: str) -> None:
    seen = visit(name, 360)
    for width in (700, 1200, 360):
        seen.page.set_viewport_size({"width": width, "height": 900})
        wide = (
            "[...document.querySelectorAll('body *')].filter(part => part.getBoundingClientRect().right > innerWidth)"
        )
        assert seen.page.evaluate(f"{wide}.map(part => part.outerHTML.slice(0, 300))") == [], width
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.messages == []
    assert len(seen.requests) == 1


@pytest.mark.parametrize(
    ("name", "scheme"), [("one", "light"), ("one", "dark"), ("catch-up", "light"), ("notice", "dark")]
)
def test_axe_finds_no_violation(visit: Callable[..., Visit], name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(visit(name, 360, scheme).page).response
    # A mail has no landmarks: mail programs put it into a page that has them.
    serious = [rule for rule in found["violations"] if rule["id"] not in ("region", "landmark-one-main")]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in serious] == []
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}


def test_axe_would_find_one(visit: Callable[..., Visit]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    seen = visit("one")
    seen.page.evaluate("document.querySelector('h1').style.color = '#eee'")
    assert "color-contrast" in [rule["id"] for rule in Axe().run(seen.page).response["violations"]]


def test_dark_is_dark(visit: Callable[..., Visit]) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    assert visit("one", 360, "light").page.evaluate(shade) == "rgb(255, 255, 255)"
    assert visit("one", 360, "dark").page.evaluate(shade) == "rgb(21, 24, 28)"


def test_the_preheader_is_not_seen(visit: Callable[..., Visit]) -> None:
    page = visit("one").page
    first = "document.body.firstElementChild"
    assert page.evaluate(f"{first}.textContent").startswith("Memory makers raised spending plans")
    assert page.evaluate(f"{first}.getBoundingClientRect().height") == 0


def test_without_its_style_sheet_nothing_is_lost(visit: Callable[..., Visit]) -> None:
    """Gmail for other accounts and Outlook drop the sheet."""
    page = visit("one").page
    shown = page.evaluate("document.body.innerText")
    height = page.evaluate("document.body.scrollHeight")
    page.evaluate("document.querySelector('style').remove()")
    assert page.evaluate("document.body.innerText") == shown
    assert page.evaluate("document.body.scrollHeight") == height
