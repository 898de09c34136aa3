from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.html import render_html
from llm_wrap.models import Brief, Cite, DaySentence, MarketWrap
from tests.brief.planting import NOT_DRAWN, PAYLOADS, missing_fields, plant, plant_names
from tests.brief.samples import make_brief, make_long_brief, make_unlabelled_brief

_VOID = {"meta", "link", "rect", "line"}
_MAKERS = [make_brief, make_long_brief, make_unlabelled_brief, lambda: Brief(wrap=MarketWrap())]


class _Page(HTMLParser):
    """What a browser would make of the page: tags with their attribute names, ids, hrefs, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.values: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.tags.append((tag, *names))
        self.ids += [names["id"] or ""] if "id" in names else []
        self.hrefs += [names["href"] or ""] if "href" in names else []
        self.values += [names["value"] or ""] if "value" in names else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)

    @property
    def shown(self) -> str:
        return " ".join("".join(self.text).split())


@pytest.mark.parametrize("make", _MAKERS)
def test_elements_nest_and_ids_are_unique_and_links_have_their_targets(make: Callable[[], Brief]) -> None:
    page = _Page(render_html(make()))
    assert page.open == []
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert all(href.startswith("#") and href[1:] in page.ids for href in page.hrefs)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_wrap_becomes_markup(brief: Brief, payload: str) -> None:
    source = render_html(plant(brief, payload))
    benign = "".join(char if char.isspace() else "w" for char in payload)  # line breaks are kept in bodies, on purpose
    assert _Page(source).tags == _Page(render_html(plant(brief, benign))).tags
    assert " ".join(clean(payload).split()) in _Page(source).shown
    assert not set(source) & set("\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\ufeff\ud800")
    assert source.encode("utf-8")


def test_nothing_is_loaded_and_nothing_runs(brief: Brief) -> None:
    source = render_html(brief)
    page = _Page(source)
    names = {name for _, *attributes in page.tags for name in attributes}
    assert not names & {"src", "srcset", "style", "action", "formaction", "background", "data", "poster"}
    assert not [name for name in names if name.startswith("on")]
    assert not {tag for tag, *_ in page.tags} & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert "url(" not in source
    assert "@import" not in source
    assert "http://" not in source
    assert "https://" not in source


def test_the_policy_allows_the_page_s_own_style_alone(brief: Brief) -> None:
    source = render_html(brief)
    style = source.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in source
    assert source.index("Content-Security-Policy") < source.index("<style>")


def test_the_order_is_that_of_a_reader(brief: Brief) -> None:
    headings = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", render_html(brief))
    words = [re.sub("<[^>]*>", " ", heading).split("  ")[0].strip() for heading in headings]
    assert words == [
        "Asia market recap", "The day", "Watchlist", "Sentiment by theme", "AI &amp; semiconductors", "Macro", "Trade",
        "Property &amp; credit", "Unlabelled", "Text and tape", "Exposure", "Ahead", "Movers", "Economic", "Indices", "Currencies", "Commodities",
        "Government bonds", "Company news", "Looking ahead", "Synopsis", "Who says so", "Issues in the source", "How this brief was made",
    ]  # fmt: skip


def test_every_text_of_the_wrap_is_there(brief: Brief) -> None:
    planted, names = plant_names(replace(brief, wrap=replace(brief.wrap, digest=()), themes=()))
    missing = missing_fields(names, _Page(render_html(planted)).shown.lower())
    assert missing == {"DigestItem.sentences", "TitleMove.name"} | NOT_DRAWN


def test_figures_are_those_of_the_wrap(brief: Brief) -> None:
    page = _Page(render_html(brief))
    wrap = brief.wrap
    wanted = [row.change_pct for row in (*wrap.gainers, *wrap.decliners)]
    for row in (*wrap.markets, *wrap.currencies, *(row for table in wrap.tables for row in table.rows)):
        wanted += [value for value in (row.level, row.change, row.change_pct) if value is not None]
    for released in wrap.economic:
        wanted += [value for value in (released.actual, released.consensus, released.prior) if value is not None]
    assert sorted(page.values) == sorted(format(value, "f") for value in wanted)
    assert "−306.12" in page.shown
    assert "A$3.94B" in page.shown


def test_rows_read_as_their_heads_say(brief: Brief) -> None:
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", render_html(brief), flags=re.DOTALL)
    rows = [[_Page(cell).shown for cell in re.split(r"</t[hd]>", row) if cell.strip()] for row in found]
    assert ["Indicator", "Actual", "Consensus", "Prior"] in rows
    assert ["Core Machinery Orders m/m Japan, October, preliminary", "−3.4%", "−1.1%", "−0.8%"] in rows
    assert ["Index", "Level", "Change", "%", "% as a bar"] in rows
    assert ["Hang Seng", "25912.40", "+90.30", "+0.35%", ""] in rows
    assert ["JGB 10-yr", "1.742%", "+1.5 bp"] in rows, "a column without a figure is no column"
    assert ["−7.4%", "", "Tebrau Digital 5302.MK cloud tenants said to pause leases"] in rows


def test_items_show_state_and_evidence(brief: Brief) -> None:
    source = render_html(brief)
    shown = _Page(source).shown
    assert "▲ positive for Asian memory makers also Companies" in shown
    assert "needs review (low confidence)" in shown
    assert "unlabelled (timeout)" in shown
    assert "Evidence: paused talks on a combined 400 MW" in shown
    assert source.count("<mark>HBM capacity is sold out through next year</mark>") == 2  # key sentence and full text
    assert shown.count("7 items: 5 labelled, 1 needs review, 1 unlabelled. Sentiment: ") == 1
    assert shown.count("7 items = 5 labelled + 1 needs review + 1 unlabelled.") == 1


def test_cites_lead_to_the_sentence(brief: Brief) -> None:
    source = render_html(brief)
    assert 'href="#digest-3-1"' in source
    assert '<span class="sentence" id="digest-3-1"><mark>Core machinery orders dropped' in source
    assert '<span class="sentence" id="synopsis-1-2">Japan lagged after weak machinery orders.</span>' in source


def test_a_cite_of_a_sentence_that_is_not_there_is_no_dead_link(brief: Brief) -> None:
    cites = (Cite(source="digest", item=40, sentence=2), Cite(source="digest", item=0, sentence=0))
    day = DaySentence(text="A day.", kind="extractive", cites=cites)
    page = _Page(render_html(replace(brief, day=(day,))))
    assert "#digest-41-3" not in page.hrefs
    assert "41.3" in page.shown


@pytest.mark.parametrize("side", ["up", "down"])
def test_only_equities_have_red_and_green_bars(brief: Brief, side: str) -> None:
    source = render_html(brief)
    currencies = source.split('id="currencies"')[1].split("</section>")[0]
    indices = source.split('id="indices"')[1].split("</section>")[0]
    assert f'class="{side}"' in indices
    assert f'class="{side}"' not in currencies
    assert 'class="flat"' in currencies


def _shades(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def _luminance(shade: str) -> float:
    channels = [int(shade[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_shades_has_contrast(bare_brief: Brief, scheme: str) -> None:
    """Also where axe cannot tell: text on the gradient of a mark, signs in a drawing."""
    light, dark = render_html(bare_brief).split("@media (prefers-color-scheme: dark)")[:2]
    shades = _shades(light) | (_shades(dark.split("* {")[0]) if scheme == "dark" else {})
    tones = ["positive", "negative", "mixed", "neutral", "unlabelled"]
    pairs = [(text, ground) for text in ("ink", "soft", "strong", "link", *tones) for ground in ("paper", "panel")]
    pairs += [("ink", "mark"), ("strong", "mark"), ("chip-ink", "chip"), ("warn-ink", "warn-panel")]
    pairs += [("on-fill", tone) for tone in tones]
    for text, ground in pairs:
        low, high = sorted((_luminance(shades[text]), _luminance(shades[ground])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"{text} on {ground}"


def test_a_bare_brief_is_a_page(bare_brief: Brief) -> None:
    shown = _Page(render_html(bare_brief)).shown
    assert "Market wrap" in shown
    assert "This wrap has no Digest and no Synopsis." in shown
    assert "Session date unknown" in shown
