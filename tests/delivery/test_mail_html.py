"""The HTML part: the facts of the text part, in a reader's order, within its size, with nothing that acts."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser

import pytest

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.figures import signed
from llm_wrap.delivery.mail_html import render_mail_html
from llm_wrap.delivery.mail_markup import LONGEST, PAGE, PANEL, SHADES
from llm_wrap.delivery.mail_size import LIMIT, Part, fit_parts
from llm_wrap.delivery.mail_text import render_mail_text
from llm_wrap.models import ExposedFact, Exposure, Mover, Place
from llm_wrap.models.delivery import MailContent
from tests.brief.planting import NOT_DRAWN, PAYLOADS, missing_fields, plant, plant_names
from tests.brief.samples import make_brief
from tests.delivery.mails import HEADERS, MAILS, corpus_names, make_mail, read_corpus

_VOID = {"meta", "hr", "br"}
_FIGURE = re.compile(r"(?<![\w.])[-+]?[$¥€£]?\d[\d,.]*\d%?|\b\d%?")


class Page(HTMLParser):
    """What a mail program would make of it: tags with their attributes, and the text, a space between elements that break."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)
        if tag not in ("b", "span", "a"):
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"
        if tag not in ("b", "span", "a"):
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "title"):
            self.text.append(data)

    @property
    def shown(self) -> str:
        return " ".join("".join(self.text).split())


def _tags(source: str) -> list[tuple[str, dict[str, str | None]]]:
    """Without `nowrap`, which short words have and long ones have not."""
    return [
        (tag, {name: value for name, value in attributes.items() if name != "nowrap"})
        for tag, attributes in Page(source).tags
    ]


def show(content: MailContent) -> Page:
    return Page(render_mail_html(content, HEADERS))


def figures(text: str) -> set[str]:
    return {found.strip(".,") for found in _FIGURE.findall(text)}


@pytest.mark.parametrize("name", MAILS)
def test_it_is_well_formed_and_within_its_size(name: str) -> None:
    source = render_mail_html(MAILS[name](), HEADERS)
    assert Page(source).open == []
    assert len(source.encode()) <= LIMIT


def test_no_wrap_of_the_corpus_is_cut() -> None:
    names = corpus_names()
    assert len(names) > 70
    sizes = {}
    for name in names:
        source = render_mail_html(make_mail(read_corpus(name)), HEADERS)
        sizes[name] = len(source.encode())
        assert "left out here" not in source, name
    print(f"largest mail of the corpus: {max(sizes.values()):,} bytes ({max(sizes, key=lambda name: sizes[name])})")
    assert max(sizes.values()) < LIMIT


@pytest.mark.parametrize("name", ["one", "corpus", "catch-up", "correction", "model-failed", "not-asked", "notice"])
def test_both_parts_have_the_same_figures(name: str) -> None:
    content = MAILS[name]()
    text, page = render_mail_text(content, HEADERS), show(content)
    in_text, in_html = figures(" ".join(text.split())), figures(page.shown)
    assert len(in_text) > 70 or name == "notice"
    assert in_text - in_html == set()
    assert in_html - in_text == set()


def test_both_parts_have_every_text_of_the_wrap() -> None:
    brief = replace(make_brief(), themes=())
    planted, names = plant_names(replace(brief, wrap=replace(brief.wrap, digest=())))
    content = make_mail(planted)
    allowed = {"DigestItem.sentences", "TitleMove.name"} | NOT_DRAWN
    assert missing_fields(names, show(content).shown.lower()) <= allowed
    assert missing_fields(names, render_mail_text(content, HEADERS).lower()) <= allowed


def test_the_order_is_that_of_a_reader() -> None:
    headings = re.findall(r"<h[12] [^>]*>(.*?)</h[12]>", render_mail_html(MAILS["one"](), HEADERS))
    words = [unescape(re.sub("<[^>]*>", "", heading)).split("\xa0")[0].strip() for heading in headings]
    assert words == [
        "Asia market recap", "The day", "Watchlist", "Sentiment by theme", "AI & semiconductors", "Macro", "Trade",
        "Property & credit", "Unlabelled", "Text and tape", "Exposure", "Ahead", "Gainers", "Decliners", "Economic", "Indices",
        "Currencies", "Commodities", "Government bonds", "Company news", "Looking ahead", "Who says so",
        "Issues in the source", "The items in full", "Synopsis", "How this brief was made", "The wrap's own notice",
    ]  # fmt: skip


def test_items_say_what_they_are_in_words_and_by_shape() -> None:
    shown = show(MAILS["one"]()).shown
    assert "▲ positive for Asian memory makers" in shown
    assert "needs review (low confidence)" in shown
    assert "○ unlabelled (timeout)" in shown
    assert "Evidence: paused talks on a combined 400 MW" in shown
    assert "US cloud operators paused lease talks in Johor. [4.1] (model's words)" in shown
    assert "Incomplete: 1 of 7 items has no label; 1 needs review." in shown
    assert "Prompt: label_item (5f0c2b7d9e4a)" in shown
    assert "To leave the list: brief@example.com" in shown


def test_each_kind_of_mail_says_what_it_is() -> None:
    assert "Correction: this replaces the edition that you were sent before." in show(MAILS["correction"]()).shown
    late = show(MAILS["catch-up"]()).shown
    assert "3 older wraps that came since the last mail: see the end." in late
    assert "Late: this is not the last session." in late
    assert "Asia market recap, Friday 14 November 2025" in late
    assert "No wrap has come by 07:30" in show(MAILS["notice"]()).shown
    assert "No item could be labelled this morning" in show(MAILS["model-failed"]()).shown
    assert "Not labelled: no model was asked." in show(MAILS["not-asked"]()).shown
    several = show(MAILS["three"]()).shown
    assert (
        "In this mail Asia market recap, Thursday 6 November 2025: Nikkei +1.34%, Hang Seng +2.12%. Whole:" in several
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_wrap_becomes_markup(payload: str) -> None:
    brief = make_brief()
    source = render_mail_html(make_mail(plant(brief, payload)), HEADERS)
    benign = "".join(char if char.isspace() else "w" for char in payload)
    assert _tags(source) == _tags(render_mail_html(make_mail(plant(brief, benign)), HEADERS))
    assert " ".join(clean(payload).split()) in Page(source).shown
    assert not set(source) & set("\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\ufeff\ud800")


@pytest.mark.parametrize("name", MAILS)
def test_nothing_is_loaded_and_nothing_runs(name: str) -> None:
    page = show(MAILS[name]())
    tags = {tag for tag, _ in page.tags}
    assert tags <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "p", "span", "b", "br", "hr",
        "h1", "h2", "h3", "ul", "li", "a",
    }  # fmt: skip
    names = {name for _, attributes in page.tags for name in attributes}
    assert names <= {
        "lang", "dir", "charset", "name", "content", "class", "style", "bgcolor", "width", "height", "cellpadding",
        "cellspacing", "border", "role", "align", "valign", "nowrap", "scope", "colspan", "href",
    }  # fmt: skip
    assert {attributes["href"] for tag, attributes in page.tags if tag == "a"} == {HEADERS.list_unsubscribe}
    styles = " ".join(attributes.get("style") or "" for _, attributes in page.tags)
    for word in ("url(", "flex", "grid", "position", "float", "expression", "@import", "background-image"):
        assert word not in styles


def test_an_address_to_leave_that_is_no_link_is_none() -> None:
    source = render_mail_html(MAILS["notice"](), replace(HEADERS, list_unsubscribe="javascript:alert(1)"))
    assert "href" not in source
    assert "javascript:alert(1)" in Page(source).shown


def test_language_direction_and_preheader_are_set() -> None:
    source = render_mail_html(MAILS["one"](), HEADERS)
    assert '<html lang="en" dir="ltr">' in source
    body = source.split("<body")[1]
    assert body.index("Memory makers raised spending plans") < body.index("<table")
    assert 'dir="auto"' in body


def test_what_is_cut_is_counted_on_top_and_in_its_place() -> None:
    brief = make_brief()
    movers = tuple(
        Mover(change_pct=Decimal(n), ticker=f"{n}.JP", name=f"Company {n}", reason="reason " * 20)
        for n in range(1, 1500)
    )
    unread = replace(brief.reading, exposure=(), watchlist=())  # whose rows would be told as those of Company 1
    content = make_mail(replace(brief, wrap=replace(brief.wrap, gainers=movers), reading=unread))
    page = show(content)
    assert page.shown.index("Shortened to fit a mail") < page.shown.index("Asia market recap", 200)
    found = re.search(r"([\d,]+) of 1,499 rows left out here: see the plain-text part\.", page.shown)
    assert found
    kept = len(re.findall(r"Company \d+ ", page.shown))
    assert kept == 1499 - int(found[1].replace(",", ""))
    assert kept > 50
    assert "All 6 items left out here: see the plain-text part." in page.shown
    assert "Memory makers lift capex plans" in page.shown  # the items by theme stay
    assert "Company 1499" in render_mail_text(content, HEADERS)


def test_of_three_wraps_each_keeps_what_is_read_first() -> None:
    content = MAILS["three"]()
    shown = show(content).shown
    assert "Shortened to fit a mail" in shown
    for entry in content.entries:
        wrap = entry.brief.wrap
        first = [day.text for day in entry.brief.day] + [item.headline for item in wrap.digest]
        assert [words for words in first if words not in shown] == []
        rows = (*wrap.gainers, *wrap.decliners, *wrap.markets)
        assert [row.name for row in rows if f"{signed(row.change_pct, '%')}" not in shown] == []
        assert [row.level for row in wrap.markets if format(row.level, "f") not in shown] == []


def test_the_exposure_is_short_and_names_the_others_by_place() -> None:
    rows = tuple(
        Exposure(
            ticker=f"{number}.HK",
            name=f"Company{number}",
            facts=(
                ExposedFact(role="subject", direction="positive", places=(Place(section="digest", item=number % 2),)),
            ),
        )
        for number in range(1, 10)
    )
    brief = make_brief()
    content = make_mail(replace(brief, reading=replace(brief.reading, exposure=rows)))
    shown = show(content).shown
    exposure = shown[shown.index("Exposure the weightiest of 9 companies") :].partition("Ahead")[0]
    assert re.findall(r"Company(\d) \d\.HK subject, positive \| item (\d)", exposure) == [
        (str(number), str(number % 2 + 1)) for number in range(1, 7)
    ]
    assert "Also named: Company8 (item 1); Company7, Company9 (item 2)" in exposure
    assert "Company9 9.HK" in render_mail_text(content, HEADERS)


def test_a_very_long_text_is_cut_and_says_so() -> None:
    brief = make_brief()
    long = replace(brief, wrap=replace(brief.wrap, sections=(replace(brief.wrap.sections[0], lines=("x" * 9000,)),)))
    shown = show(make_mail(long)).shown
    assert f"{'x' * LONGEST}… [{9000 - LONGEST:,} more characters in the text part]" in shown


def test_parts_lose_rows_from_the_highest_rank_and_the_end() -> None:
    def part(rank: int, rows: int, least: int = 0) -> Part:
        return Part(rank=rank, head="h" * 100, rows=("r" * 100,) * rows, least=least)

    parts = (part(0, 5), part(1, 20, least=10), part(9, 20), part(9, 20))
    whole = sum(one.size for one in parts)
    assert fit_parts(parts, whole) == parts
    assert [one.lost for one in fit_parts(parts, whole - 100)] == [
        0,
        0,
        0,
        4,
    ]  # the words that say so need room as well
    assert [one.lost for one in fit_parts(parts, 3000)] == [0, 7, 20, 20]
    assert [one.lost for one in fit_parts(parts, 1500)] == [0, 20, 20, 20]
    least = fit_parts(parts, 10)
    assert [one.size for one in least if one.rank and one.head] == []
    for room in range(1000, whole, 777):
        assert sum(one.size for one in fit_parts(parts, room)) <= max(room, parts[0].size + 3 * 240)


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_pair_of_shades_has_contrast(scheme: int) -> None:
    for name, shades in SHADES.items():
        for ground in (PAGE, PANEL):
            low, high = sorted((_luminance(shades[scheme]), _luminance(ground[scheme])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, name


def _luminance(shade: str) -> float:
    channels = [int(shade[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_rise_has_the_colour_of_the_reader_s_screens() -> None:
    content = MAILS["one"]()
    green, red = (render_mail_html(content, HEADERS, up_colour=colour) for colour in ("green", "red"))
    rise = 'style="color:{}">+0.35%'
    assert rise.format(SHADES["up"][0]) in green
    assert rise.format(SHADES["down"][0]) in red
