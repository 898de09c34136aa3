"""The reading in each form of the brief, and as a calendar file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from llm_wrap.brief.html import render_html
from llm_wrap.brief.ics import fold_line, render_ics
from llm_wrap.brief.markdown import render_markdown
from llm_wrap.brief.text import render_text
from llm_wrap.cli.commands import app
from llm_wrap.models import (
    Attribution,
    Brief,
    CalendarEvent,
    CurrencyMove,
    Expectation,
    LedgerEntry,
    MarketWrap,
    Place,
    Reading,
    TapeCheck,
    WatchedName,
)
from tests.conftest import SAMPLE

HERE = Place(section="digest", item=0)
WHAT = "Ministers meet <b>in Geneva</b>, Bern; and “Łódź” on tariffs | quotas \\ more, to be followed by a long list of other matters"
READING = Reading(
    tape=(
        TapeCheck(source="digest", item=0, company="Hanseo Memory", ticker="004410.KS", sentiment="positive",
                  change_pct=Decimal("-8.1"), verdict="contradicts"),
    ),
    calendar=(
        CalendarEvent(what=WHAT, words="next week", start=date(2025, 11, 10), end=date(2025, 11, 16), place=HERE),
        CalendarEvent(what="Election", words="16-Nov", start=date(2025, 11, 16), end=date(2025, 11, 16), place=HERE),
    ),
    expectations=(
        Expectation(country="China", indicator="exports y/y", period="October", consensus=Decimal("3.0"), prior=Decimal("8.3"),
                    unit="%", due=None, words="exports", place=HERE, actual=Decimal("-1.1"), surprise=Decimal("-4.1"),
                    met_on=date(2025, 11, 7), stated_on=date(2025, 11, 6)),
    ),
    attribution=(
        Attribution(source="digest", item=0, grade="named_outlet", outlets=("Maeil",), single_source=True, words="Maeil"),
    ),
    watchlist=(
        WatchedName(name="NOBODY", matched=(), change_pct=None, places=()),
        WatchedName(name="7201.JP", matched=("Nissan",), change_pct=Decimal("1.1"), places=(HERE, HERE)),
    ),
    ledger=(LedgerEntry(kind="sign_conflict", text="Nissan stands among the decliners.", line=23),),
)  # fmt: skip
SAID = ("No mention today: NOBODY", "Hanseo Memory", "disagrees", "16-Nov", "-4.1%", "single source", "Maeil", "Nissan")


@pytest.fixture
def read_brief(brief: Brief) -> Brief:
    moves = tuple(
        CurrencyMove(pair=row.pair, words="yen weaker against the dollar", line=row.line)
        for row in brief.wrap.currencies
    )
    return replace(brief, reading=replace(READING, currencies=moves))


@pytest.mark.parametrize("render", [render_html, render_markdown, lambda brief: render_text(brief, width=100)])
def test_every_form_says_all_of_it(read_brief: Brief, render: object) -> None:
    shown = render(read_brief).replace("−", "-")  # type: ignore[operator]
    assert [words for words in (*SAID, "yen weaker") if words not in shown] == []
    assert "<b>in Geneva" not in shown or render is not render_html


def test_names_with_news_come_first(read_brief: Brief) -> None:
    shown = render_text(read_brief, width=100)
    assert shown.index("7201.JP") < shown.index("NOBODY")


def test_sections_without_rows_are_not_drawn(brief: Brief) -> None:
    for render in (render_html, render_markdown):
        assert "Watchlist" not in render(replace(brief, reading=Reading()))


def test_red_for_up_swaps_the_two_colours_and_nothing_else(read_brief: Brief) -> None:
    green, red = (render_html(read_brief, up_colour=colour) for colour in ("green", "red"))
    assert green.count("--positive: #1a6b46") == red.count("--negative: #1a6b46") > 0
    assert green.partition("</style>")[2] == red.partition("</style>")[2]
    import io

    from rich.console import Console

    from llm_wrap.brief.text import print_brief

    pages = []
    for colour in ("green", "red"):
        page = io.StringIO()
        print_brief(
            read_brief, Console(file=page, force_terminal=True, width=100, color_system="standard"), up_colour=colour
        )
        pages.append(page.getvalue())
    assert pages[0] != pages[1]
    swapped = pages[1].replace("[32m", "[x").replace("[31m", "[32m").replace("[x", "[31m")
    assert swapped == pages[0]


def test_the_calendar_file_is_read_as_it_was_meant(read_brief: Brief) -> None:
    text = render_ics(read_brief)
    assert text.count("\n") == text.count("\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    calendar = Calendar.from_ical(text)
    assert calendar.errors == []
    first, second = calendar.walk("VEVENT")
    assert str(first["summary"]) == WHAT
    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2025, 11, 10), date(2025, 11, 17))
    assert (second["dtstart"].dt, second["dtend"].dt) == (date(2025, 11, 16), date(2025, 11, 17))
    assert len({str(event["uid"]) for event in (first, second)}) == 2
    assert render_ics(read_brief) == text


def test_a_calendar_without_events_is_one() -> None:
    assert Calendar.from_ical(render_ics(Brief(wrap=MarketWrap()))).walk("VEVENT") == []


def test_folding_cuts_no_character() -> None:
    line = "SUMMARY:" + "Ł漢😀" * 60
    pieces = fold_line(line)
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


def test_the_command_writes_the_calendar_and_puts_the_names_first(tmp_path: Path) -> None:
    (tmp_path / "watch.txt").write_text("BABA # Alibaba\nZZZZ Holdings\n", encoding="utf-8")
    args = ["brief", str(SAMPLE), "--no-llm", "--watch", str(tmp_path / "watch.txt"), "--ics", str(tmp_path / "a.ics")]
    result = CliRunner().invoke(app, [*args, "-o", str(tmp_path / "a.md")], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VEVENT")
    written = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "No mention today: BABA, ZZZZ Holdings" in written


def test_a_watch_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    from llm_wrap.errors import SettingsError

    result = CliRunner().invoke(
        app, ["brief", str(SAMPLE), "--no-llm", "--watch", str(tmp_path / "no.txt")], standalone_mode=False
    )
    assert isinstance(result.exception, SettingsError)
