"""Tables of levels: what a bar is drawn of, what has a colour, which columns there are, and the signs of figures."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from llm_wrap.brief.html import render_html
from llm_wrap.brief.level_view import index_strip, level_tables
from llm_wrap.brief.markdown import render_markdown
from llm_wrap.brief.text import render_text
from llm_wrap.brief.view import view_brief
from llm_wrap.models import Brief, CurrencyMove, CurrencyRate, IndexLevel, MarketWrap, Reading, Section, Table, TableRow
from tests.brief.samples import make_brief

VIX = IndexLevel(name="VIX", change=Decimal("1.53"), change_pct=Decimal("9.33"), level=Decimal("17.92"), line=3)
INDICES = (
    IndexLevel(name="DJIA", change=Decimal("-334.33"), change_pct=Decimal("-0.71"), level=Decimal("46590.41"), line=1),
    IndexLevel(name="S&P 500", change=Decimal("35.95"), change_pct=Decimal("0.53"), level=Decimal("6699.40"), line=2),
    VIX,
)


def make_levels(**parts: object) -> Brief:
    return Brief(wrap=MarketWrap(**parts))  # type: ignore[arg-type]


def test_a_volatility_index_has_no_bar_and_its_rise_is_not_green() -> None:
    brief = make_levels(markets=INDICES)
    (table,) = level_tables(view_brief(brief))
    assert table.scale == Decimal("0.71")
    assert [row.bar for row in table.rows] == [Decimal("-0.71"), Decimal("0.53"), None]
    assert [row.pct.toned for row in index_strip(view_brief(brief))] == [True, True, False]
    page = render_html(brief)
    assert '<span dir="auto">VIX</span> <b class="neutral">+9.33%</b>' in page
    assert page.count("<rect") == 2
    lines = render_text(brief, width=80).splitlines()
    assert [line.count("█") for line in lines if re.match(r"(DJIA|S&P 500|VIX) +\d", line)] == [8, 6, 0]


@pytest.mark.parametrize(
    "name", ["VIX", "CBOE VIX", "India VIX", "VSTOXX", "VDAX-NEW", "VIX (Volatility Index)", "Nikkei VI"]
)
def test_volatility_indices_are_told_by_their_names(name: str) -> None:
    (table,) = level_tables(view_brief(make_levels(markets=(replace(VIX, name=name),))))
    assert table.scale == 0


def test_a_column_that_no_row_fills_is_left_out() -> None:
    rows = (
        TableRow(name="EUR/USD", change_pct=Decimal("13.37")),
        TableRow(name="USD/JPY", change_pct=Decimal("-1.03")),
    )
    brief = make_levels(
        tables=(Table(name="Year to date", rows=rows), Table(name="Notes", rows=(TableRow(name="Gilts"),)))
    )
    assert [table.heads for table in level_tables(view_brief(brief))] == [("%",), ("Level",)]
    assert "| EUR/USD | +13.37% |" in render_markdown(brief)
    (line,) = (line for line in render_text(brief, width=80).splitlines() if line.startswith("EUR/USD"))
    assert line.split("%")[0].split() == ["EUR/USD", "+13.37"]


def test_a_zero_has_the_sign_of_its_move() -> None:
    """In the wrap "+0.00 or +0.32%" and "(0.00) or (0.30%)"; a Decimal has no plus to keep."""
    rates = [
        CurrencyRate(pair=pair, change=Decimal(change), change_pct=Decimal(pct), level=Decimal("1.1638"), line=line)
        for line, (pair, change, pct) in enumerate(
            [("€-$", "0.00", "0.32"), ("$-CHF", "-0.00", "-0.30"), ("$-HKD", "0.00", "0.00")], 1
        )
    ]
    brief = make_levels(currencies=tuple(rates))
    markdown = render_markdown(brief)
    for row in ("| +0.00 | +0.32% |", "| -0.00 | -0.30% |", "| 0.00 | 0.00% |"):
        assert row in markdown


@pytest.mark.parametrize("width", [80, 100])
def test_bars_and_words_stand_beside_their_row_in_a_terminal(width: int) -> None:
    pairs = ("NZD/USD", "USD/CNH")
    brief = Brief(
        wrap=MarketWrap(
            markets=INDICES,
            currencies=tuple(
                CurrencyRate(
                    pair=pair, change=Decimal("0.0030"), change_pct=Decimal("0.52"), level=Decimal("0.5846"), line=line
                )
                for line, pair in enumerate(pairs, 10)
            ),
            tables=(
                Table(
                    name="Commodities",
                    rows=(
                        TableRow(
                            name="Copper LME",
                            change=Decimal("316.00"),
                            change_pct=Decimal("2.73"),
                            level=Decimal("11872.00"),
                            unit="USD/t",
                        ),
                    ),
                ),
            ),
        ),
        reading=Reading(
            currencies=tuple(
                CurrencyMove(pair=pair, words="New Zealand dollar stronger against the dollar", line=line)
                for line, pair in enumerate(pairs, 10)
            )
        ),
    )
    lines = render_text(brief, width=width).splitlines()
    for name in ("DJIA", "S&P 500", "Copper LME", *pairs):
        (line,) = (line for line in lines if line.startswith(f"{name}  "))
        assert "│" in line
        assert ("New Zealand dollar stronger" in line) == (name in pairs)


def test_of_two_entries_of_the_menu_with_one_title_each_says_what_it_is() -> None:
    sample = make_brief()
    wrap = sample.wrap
    sections = tuple(Section(name="Commodities", lines=("Gold rose.",)) for _ in range(2))
    tables = (*wrap.tables, Table(name="macro", rows=wrap.tables[0].rows))
    page = render_html(replace(sample, wrap=replace(wrap, tables=tables, sections=sections)))
    menu = re.findall(r"<a href=\"#[^\"]*\">([^<]*)</a>", page.partition("<nav")[2].partition("</nav>")[0])
    assert len(menu) == len(set(map(str.casefold, menu)))
    assert {"Macro", "macro (table)", "Commodities", "Commodities (section)", "Commodities (section 2)"} <= set(menu)
