"""The page in a real browser: Debian's chromium, driven by playwright, with axe-core for accessibility."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from llm_wrap.brief.html import render_html
from llm_wrap.models import Brief, MarketWrap
from tests.brief.planting import PAYLOADS, plant
from tests.brief.samples import make_brief, make_long_brief, make_unlabelled_brief
from tests.conftest import Visit, need
from tests.delivery.mails import read_corpus

_MAKERS: dict[str, Callable[[], Brief]] = {
    "rich": make_brief,
    "long": make_long_brief,
    "unlabelled": make_unlabelled_brief,
    "bare": lambda: Brief(wrap=MarketWrap()),
    "hostile": lambda: plant(make_brief(), " ".join(PAYLOADS)),
}


@pytest.fixture
def visit(browse: Callable[..., Visit]) -> Callable[..., Visit]:
    return lambda brief, width=1200, scheme="light": browse(render_html(brief), width, scheme)


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("name", _MAKERS)
def test_it_fits_and_is_silent(visit: Callable[..., Visit], name: str, width: int) -> None:
    seen = visit(_MAKERS[name](), width)
    seen.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    wide = "[...document.querySelectorAll('body *')].filter(part => part.getBoundingClientRect().right > innerWidth)"
    assert seen.page.evaluate(f"{wide}.map(part => part.outerHTML)") == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.messages == []
    assert len(seen.requests) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("name", ["rich", "bare"])
def test_axe_finds_no_violation(visit: Callable[..., Visit], name: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    seen = visit(_MAKERS[name](), width, scheme)
    seen.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    found = Axe().run(seen.page).response
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}


def test_axe_would_find_one(visit: Callable[..., Visit]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    seen = visit(make_brief())
    seen.page.evaluate("document.querySelector('h1').style.color = '#eee'")
    assert [rule["id"] for rule in Axe().run(seen.page).response["violations"]] == ["color-contrast"]


@pytest.mark.parametrize("name", ["rich", "long", "preview"])
def test_on_any_screen_the_three_parts_stand_beside_or_below_each_other(visit: Callable[..., Visit], name: str) -> None:
    """Items, the reading and the tables: none over another, in one column on a phone, and none empty."""
    seen = visit(_MAKERS[name]() if name in _MAKERS else read_corpus("2025-08-20-europe-preopen-a"), 400)
    boxes = (
        "['items', 'middle', 'tables'].map(name => document.querySelector('.' + name).getBoundingClientRect().toJSON())"
    )
    for width in (400, 768, 1000, 1200, 1660, 1700, 1920):
        seen.page.set_viewport_size({"width": width, "height": 1000})
        parts = seen.page.evaluate(boxes)
        for one, other in combinations(parts, 2):
            apart = one["right"] <= other["left"] + 1 or other["right"] <= one["left"] + 1
            below = one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1
            assert apart or below, width
        columns = len({part["left"] for part in parts})
        assert columns == (1 if width < 992 else 2 if width < 1664 else 3), width
        assert min(part["height"] for part in parts) > 100


def test_dark_is_dark(visit: Callable[..., Visit]) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    light = visit(make_brief(), 1200, "light").page.evaluate(shade)
    assert light != visit(make_brief(), 1200, "dark").page.evaluate(shade)


def test_a_cite_opens_the_full_text_at_its_sentence(visit: Callable[..., Visit]) -> None:
    page = visit(make_brief()).page
    assert not page.locator("#digest-3-1").is_visible()
    page.locator('a[href="#digest-3-1"]').click()
    assert page.locator("#digest-3-1").is_visible()


def test_a_keyboard_reaches_the_skip_link_first_and_opens_an_item(visit: Callable[..., Visit]) -> None:
    page = visit(make_brief()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the brief"
    page.locator("article summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("article details").first.get_attribute("open") is not None


def test_a_keyboard_goes_the_way_of_the_eye(visit: Callable[..., Visit]) -> None:
    """In one column and in three the reading comes before the tables, in two the tables are on top."""
    page = visit(make_brief()).page
    need(
        page.evaluate("CSS.supports('reading-flow', 'grid-rows')"), "a Chromium that knows reading-flow (137 or newer)"
    )
    where = "document.activeElement.closest('.columns > div')?.className"
    for width, place, order in (
        (400, "beside", ["items", "middle", "tables"]),
        (1280, "beside", ["items", "tables", "middle"]),
        (1280, "under", ["items", "tables", "middle"]),
        (1280, "below", ["items", "tables", "middle"]),
        (1700, "under", ["items", "middle", "tables"]),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(f"document.querySelector('.columns').className = 'columns two {place}'")
        page.locator(".skip").focus()
        met: list[str] = []
        for _ in range(page.locator("a[href], summary").count()):
            page.keyboard.press("Tab")
            part = page.evaluate(where)
            if part and part not in met[-1:]:
                met.append(part)
            elif met and not part:
                break
        assert met == order, (width, place)


def test_print_shows_the_whole_width_on_white(visit: Callable[..., Visit]) -> None:
    page = visit(make_brief(), 1200, "dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(page.pdf()) > 10_000
