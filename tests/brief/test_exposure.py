"""Exposure in the forms of the brief: who has a row, in which order, what is told once, and that nobody is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from llm_wrap.brief.exposure_view import view_exposure
from llm_wrap.brief.html import render_html
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.section import SectionView
from llm_wrap.brief.text import render_text
from llm_wrap.brief.view import view_brief
from llm_wrap.models import (
    Brief,
    DigestItem,
    ExposedFact,
    Exposure,
    ItemLabel,
    LabelledItem,
    LabelStatus,
    MarketWrap,
    Mover,
    Place,
    PlaceSection,
    Provenance,
    Reading,
    Role,
    Sentiment,
    TapeCheck,
)
from llm_wrap.reading.day import read_day
from tests.delivery.mails import corpus_names, read_corpus

_WRAP = MarketWrap(
    synopsis=("Harbour Steel rose. Velan Foods fell.", "Harbour Steel again, and Orrin Air."),
    digest=(
        DigestItem(headline="Harbour Steel wins an order", body="Ostara Group (1111.HK) lost it.", line=4),
        DigestItem(headline="Ostara cuts costs", body="Rival Harbour Steel did so in May.", line=6),
    ),
    gainers=(Mover(change_pct=Decimal("4.2"), ticker="2222.HK", name="Harbour Steel", reason="an order", line=9),),
    decliners=(Mover(change_pct=Decimal("-1.0"), ticker="3333.HK", name="Lone Mover", reason="a sale", line=11),),
)


def _fact(role: Role, direction: Sentiment | None, *places: tuple[PlaceSection, int]) -> ExposedFact:
    return ExposedFact(
        role=role,
        direction=direction,
        places=tuple(Place(section=section, item=item, sentence=0) for section, item in places),
    )


_EXPOSURE = (
    Exposure(ticker=None, name="Velan Foods", facts=(_fact("subject", None, ("synopsis", 0)),)),
    Exposure(ticker="1111.HK", name="Ostara Group", facts=(_fact("passing", None, ("digest", 0)),)),
    Exposure(
        ticker="2222.HK",
        name="Harbour Steel",
        facts=(
            _fact("passing", None, ("digest", 1)),
            _fact("subject", "positive", ("synopsis", 0), ("digest", 0), ("digest", 0), ("gainers", 0)),
            _fact("passing", None, ("digest", 0)),
        ),
    ),
    Exposure(ticker="3333.HK", name="Lone Mover", facts=(_fact("subject", "negative", ("decliners", 0)),)),
    Exposure(ticker=None, name="Orrin Air", facts=(_fact("passing", None, ("synopsis", 1)),)),
)
_BRIEF = Brief(wrap=_WRAP, items=_WRAP.digest, reading=Reading(exposure=_EXPOSURE))


def _draw(limit: int = 12) -> SectionView:
    return view_exposure(view_brief(_BRIEF), limit)


def test_the_most_told_comes_first_a_row_a_fact() -> None:
    assert [[cell.line for cell in row] for row in _draw().rows] == [
        ["Harbour Steel 2222.HK", "+4.2%", "subject, positive", "item 1; Synopsis 1; gainers"],
        ["Harbour Steel 2222.HK", "+4.2%", "in passing", "item 2"],
        ["Ostara Group 1111.HK", "", "in passing", "item 1"],
    ]
    assert _draw().spans == (2, 0, 1)


def test_who_has_no_row_is_named_by_place_and_a_lone_mover_stands_in_its_table() -> None:
    assert _draw().foot_words == "Also named: Velan Foods (Synopsis 1); Orrin Air (Synopsis 2)"
    assert _draw(1).foot_words == "Also named: Ostara Group (item 1); Velan Foods (Synopsis 1); Orrin Air (Synopsis 2)"
    assert len(_draw(1).rows) == 2
    assert _draw().note == "the weightiest of 4 companies"


def test_half_of_the_rows_are_of_those_that_moved_most() -> None:
    """The largest faller of a day stood among the others, without its move, for it was named once."""
    names = [f"Velan {word}" for word in ("Foods", "Steel", "Air", "Bank", "Rail")]
    changes = ("-0.4", "-0.6", "-0.8", "-11.3", "-0.2")
    wrap = MarketWrap(
        digest=tuple(DigestItem(headline=f"{name} cuts costs", body="", line=4) for name in names),
        decliners=tuple(
            Mover(change_pct=Decimal(change), ticker=None, name=name, reason="", line=9)
            for name, change in zip(names, changes, strict=True)
        ),
    )
    exposure = tuple(
        Exposure(
            ticker=None,
            name=name,
            facts=(
                _fact(
                    "subject",
                    "negative",
                    ("digest", place),
                    ("decliners", place),
                    ("synopsis", place)[: 2 * (place < 2)] or ("digest", place),
                ),
            ),
        )
        for place, name in enumerate(names)
    )
    section = view_exposure(view_brief(Brief(wrap=wrap, items=wrap.digest, reading=Reading(exposure=exposure))), 2)
    assert [(row[0].words, row[1].words) for row in section.rows] == [
        ("Velan Foods", "-0.4%"),
        ("Velan Bank", "-11.3%"),
    ]
    assert section.note == "the weightiest of 5 companies"
    assert section.foot_words.startswith("Also named: Velan Steel -0.6% (item 2); ")


def test_another_companys_row_is_told_as_that_ones_and_gives_no_move() -> None:
    """ "Harbour read-across" in the row of Lone Mover made Harbour a gainer of a day on which it fell."""
    wrap = MarketWrap(
        digest=(DigestItem(headline="Harbour Steel loses an order", body="", line=4),),
        gainers=(
            Mover(change_pct=Decimal("2.0"), ticker="3333.HK", name="Lone Mover", reason="Harbour Steel read-across"),
        ),
        decliners=(Mover(change_pct=Decimal("-4.2"), ticker="2222.HK", name="Harbour Steel", reason="loses an order"),),
    )
    reading = read_day(wrap, watch=("Harbour Steel", "3333.HK"))
    view = view_brief(Brief(wrap=wrap, items=wrap.digest, reading=reading))
    assert [[cell.line for cell in row] for row in view_exposure(view, 12).rows] == [
        ["Harbour Steel 2222.HK", "-4.2%", "subject, negative", "item 1; decliners"],
        ["Harbour Steel 2222.HK", "-4.2%", "in passing", "row of Lone Mover"],
    ]
    watched = next(section for section in view_reading(view) if section.anchor == "watchlist")
    assert [(row[1].words, row[2].words, row[2].sub) for row in watched.rows] == [
        ("-4.2%", "item 1; decliners; row of Lone Mover", "“loses an order”"),
        ("+2.0%", "gainers", "“Harbour Steel read-across”"),
    ]


def test_a_watched_name_in_anothers_row_alone_is_quoted_as_that_ones() -> None:
    row = Mover(change_pct=Decimal("2.0"), ticker="3333.HK", name="Lone Mover", reason="Harbour Steel read-across")
    wrap = MarketWrap(gainers=(row,))
    view = view_brief(Brief(wrap=wrap, items=(), reading=read_day(wrap, watch=("Harbour Steel",))))
    ((_, where),) = next(section for section in view_reading(view) if section.anchor == "watchlist").rows
    assert (where.words, where.sub) == ("row of Lone Mover", "Lone Mover: “Harbour Steel read-across”")


def test_a_name_is_as_the_wrap_prints_it() -> None:
    body = "SoftBank (9984.JP) rose. CITIGROUP agreed, and 7203.JP fell."
    wrap = MarketWrap(
        digest=(DigestItem(headline="Alibaba Group and Citi meet", body=body, line=3),),
        gainers=(Mover(change_pct=Decimal("2.0"), ticker="9988.HK", name="Alibaba", reason="", line=8),),
    )
    names = {one.ticker: one.name for one in read_day(wrap).exposure}
    assert names == {"9988.HK": "Alibaba", None: "CITIGROUP", "9984.JP": "SoftBank", "7203.JP": "Toyota Motor"}


def test_a_company_of_several_rows_is_one_cell_of_the_page() -> None:
    page = render_html(_BRIEF)
    assert page.count(">Harbour Steel <span") == 1
    assert re.search(r'<th scope="row"[^>]* rowspan="2">Harbour Steel', page)
    assert '<a href="#digest-1" aria-label="item 1">1</a>; Synopsis ' in page


@pytest.mark.parametrize("name", corpus_names())
def test_over_the_corpus_nobody_is_left_out_and_every_link_leads_somewhere(name: str) -> None:
    brief = read_corpus(name)
    page = render_html(brief)
    targets = set(re.findall(r' id="([^"]*)"', page))
    assert [link for link in re.findall(r' href="#([^"]*)"', page) if link not in targets] == []
    for named in (1, 6, 12):
        section = next((one for one in view_reading(view_brief(brief), named=named) if one.anchor == "exposure"), None)
        shown = {row[0].words for row in section.rows} if section else set()
        told = section.foot_words if section else ""
        in_text = [
            one
            for one in brief.reading.exposure
            if any(p.section in ("digest", "synopsis") for f in one.facts for p in f.places)
        ]
        weighty = [one for one in in_text if any(p.section == "digest" for f in one.facts for p in f.places)]
        assert bool(section) >= bool(weighty)
        assert len(shown) <= named
        if section:
            left = [one.name for one in in_text if not any((one.name or "").startswith(words) for words in shown)]
            assert [left_out for left_out in left if left_out and left_out.split()[0] not in told] == []


def test_in_a_terminal_a_company_of_several_rows_is_named_once() -> None:
    lines = render_text(_BRIEF, width=80).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("Harbour Steel 2222.HK"))
    assert [line.split() for line in lines[start + 1 : start + 3]] == [
        ["in", "passing", "item", "2"],
        ["Ostara", "Group", "1111.HK", "in", "passing", "item", "1"],
    ]


@pytest.mark.parametrize("status", ["labelled", "needs_review"])
def test_a_direction_that_an_unsure_label_gives_says_so(status: LabelStatus) -> None:
    """ "subject, negative" stood there like any other where the item itself was sent to review."""
    label = ItemLabel(
        theme="corporate",
        secondary_themes=(),
        sentiment="negative",
        sentiment_target="Ostara",
        confidence=0.5,
        confidence_source="logprob",
        evidence=(),
    )
    labels = tuple(
        LabelledItem(
            source="digest",
            item=item,
            status=status,
            reason=None,
            label=label,
            provenance=Provenance(model="m", prompt="p"),
        )
        for item in (0, 1)
    )
    exposure = (
        Exposure(ticker=None, name="Ostara Group", facts=(_fact("subject", "negative", ("digest", 1)),)),
        Exposure(
            ticker=None, name="Lone Mover", facts=(_fact("subject", "negative", ("digest", 0), ("decliners", 0)),)
        ),
    )
    check = TapeCheck(
        source="digest", item=1, company="Ostara Group", ticker=None, sentiment="negative",
        change_pct=Decimal("1.0"), verdict="contradicts", line=9,
    )  # fmt: skip
    view = view_brief(replace(_BRIEF, labels=labels, model="m", reading=Reading(exposure=exposure, tape=(check,))))
    said = " (needs review)" if status == "needs_review" else ""
    rows = {row[0].words: row[2].words for row in view_exposure(view, 12).rows}
    assert rows == {"Ostara Group": f"subject, negative{said}", "Lone Mover": "subject, negative"}
    (tape,) = (section for section in view_reading(view) if section.anchor == "tape")
    assert tape.rows[0][1].words == f"item 2: negative{said}"
