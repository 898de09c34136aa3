from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.markdown import render_markdown
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.view import view_brief
from llm_wrap.models import Brief, MarketWrap, Table, TableRow
from tests.brief.planting import NOT_DRAWN, PAYLOADS, missing_fields, plant, plant_names
from tests.brief.samples import make_brief, make_long_brief, make_unlabelled_brief

_GFM = MarkdownIt("gfm-like")


def _structure(markdown: str) -> list[str]:
    """The kinds of all tokens that are not text, in order; the comment that breaks addresses counts as text."""
    kinds = []
    for token in _GFM.parse(markdown):
        kinds.append(token.type)
        kinds += [child.type for child in token.children or () if child.type != "text" and child.content != "<!-- -->"]
    return kinds


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _shown(markdown: str) -> str:
    parser = _Text()
    parser.feed(_GFM.render(markdown))
    return " ".join("".join(parser.parts).split())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_wrap_becomes_markup(brief: Brief, payload: str) -> None:
    markdown = render_markdown(plant(brief, payload))
    benign = "".join(char if char.isspace() else "w" for char in payload)  # line breaks are kept in bodies, on purpose
    assert _structure(markdown) == _structure(render_markdown(plant(brief, benign)))
    assert " ".join(clean(payload).split()) in _shown(markdown)


@pytest.mark.parametrize("make", [make_brief, make_long_brief, make_unlabelled_brief, lambda: Brief(wrap=MarketWrap())])
def test_headings_follow_one_another(make: Callable[[], Brief]) -> None:
    levels = [int(token.tag[1]) for token in _GFM.parse(render_markdown(make())) if token.type == "heading_open"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_tables_hold_the_figures_as_printed(brief: Brief) -> None:
    markdown = render_markdown(brief)
    assert "| Nikkei \\[issue 1\\] | 49876.54 | -306.12 | -0.61% |" in markdown
    assert "| S\\&P/ASX 200 | 8612.30 | -0.00 | 0.00% |" in markdown
    assert "| Australia | Trade Balance | September | revised | A\\$3.94B | – | A\\$1.83B |" in markdown


def test_every_row_of_every_table_has_the_cells_of_its_head(brief: Brief) -> None:
    tokens = _GFM.parse(render_markdown(brief))
    cells = {"th_open": 0, "td_open": 0}
    heads: list[int] = []
    rows: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = {"th_open": 0, "td_open": 0}
        elif token.type in cells:
            cells[token.type] += 1
        elif token.type == "tr_close":
            (heads if cells["th_open"] else rows).append(cells["th_open"] or cells["td_open"])
    read = [len(section.rows) for section in view_reading(view_brief(brief))]
    assert len(heads) == 9 + len(read)
    assert len(rows) == 5 + 3 + 2 + 5 + 2 + 2 + 1 + 3 + 2 + sum(read)
    assert len(read) == 5


def test_items_carry_state_evidence_and_counts(brief: Brief) -> None:
    markdown = render_markdown(brief)
    assert "▲ **positive** for Asian memory makers; confidence 97%; also Companies" in markdown
    assert "**HBM capacity is sold out through next year**" in markdown
    assert "**needs review (low confidence)**" in markdown
    assert "**unlabelled (timeout)**" in markdown
    assert markdown.count("7 items: 5 labelled, 1 needs review, 1 unlabelled. Sentiment: ") == 1
    assert markdown.count("7 items = 5 labelled + 1 needs review + 1 unlabelled.") == 1


def test_every_text_of_the_wrap_is_there(brief: Brief) -> None:
    planted, names = plant_names(replace(brief, wrap=replace(brief.wrap, digest=()), themes=()))
    in_html = {"DigestItem.body", "DigestItem.sentences", "MarketWrap.synopsis"}
    assert missing_fields(names, render_markdown(planted).lower()) == {*in_html, "TitleMove.name", *NOT_DRAWN}


def test_a_yield_that_stood_still_has_no_sign() -> None:
    row = TableRow(name="US 10-Yr", change=Decimal("0"), change_unit="bp", level=Decimal("4.31"), unit="%")
    brief = Brief(wrap=MarketWrap(tables=(Table(name="Treasuries", rows=(row,)),)))
    assert "| US 10-Yr | 4.31% | 0 bp |" in render_markdown(brief)
