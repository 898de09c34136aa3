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
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.text import render_text
from llm_wrap.brief.view import view_brief
from llm_wrap.cli.commands import app
from llm_wrap.delivery.mail_html import render_mail_html
from llm_wrap.models import (
    Attribution,
    Brief,
    CalendarEvent,
    CurrencyMove,
    DigestItem,
    Expectation,
    LedgerEntry,
    MarketWrap,
    Mover,
    NearName,
    ParseIssue,
    Place,
    Reading,
    Section,
    TapeCheck,
    TapeVerdict,
    WatchedName,
)
from llm_wrap.reading.day import read_day
from tests.conftest import SAMPLE
from tests.delivery.mails import HEADERS, make_mail, read_corpus

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
        WatchedName(name="Tata Motors", matched=(), change_pct=None, places=(), near=(NearName(name="Tata Motors Passenger Vehicles", places=(HERE,)),)),
        WatchedName(name="7201.JP", matched=("Nissan",), change_pct=Decimal("1.1"), places=(HERE, HERE)),
    ),
    ledger=(LedgerEntry(kind="sign_conflict", text="Nissan stands among the decliners.", line=23),),
)  # fmt: skip
SAID = (
    "No mention today: NOBODY",
    "near: Tata Motors Passenger Vehicles",
    "Hanseo Memory",
    "disagrees",
    "16-Nov",
    "-4.1 pp",
    "single source",
    "Maeil",
    "Nissan",
)


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


def _against(*moves: tuple[str, str, TapeVerdict]) -> Reading:
    """Checks of the first item: tickers, their moves and verdicts."""
    return Reading(
        tape=tuple(
            TapeCheck(source="digest", item=0, company=name, ticker=name, sentiment="positive",
                      change_pct=Decimal(change), verdict=verdict)
            for name, change, verdict in moves
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    "render",
    [
        render_html,
        render_markdown,
        lambda brief: render_text(brief, width=400),
        lambda brief: render_mail_html(make_mail(brief), HEADERS),
    ],
)
def test_an_items_label_line_says_that_the_tape_disagrees(brief: Brief, render: object) -> None:
    """ "positive for Netflix; confidence 90%" stood there alone on a day on which it fell by a tenth."""
    shown = render(replace(brief, reading=_against(("NFLX", "-10.3", "contradicts"))))  # type: ignore[operator]
    assert "tape disagrees: NFLX -10.3%" in shown
    assert "tape disagrees" not in render(replace(brief, reading=Reading()))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ([("AAA", "-1.9", "contradicts")], ""),
        ([("AAA", "5.0", "confirms")], ""),
        ([("AAA", "-5.0", "contradicts"), ("BBB", "1.0", "confirms")], "tape disagrees: AAA -5.0%"),
        ([("AAA", "-3.0", "contradicts"), ("BBB", "6.0", "confirms")], ""),  # a group, the tape of which agrees rather
        ([("AAA", "-2.0", "contradicts"), ("BBB", "-6.0", "contradicts"), ("CCC", "-3.5", "contradicts")],
         "tape disagrees: BBB -6.0%, CCC -3.5% and 1 more"),
    ],
)  # fmt: skip
def test_only_a_strong_move_stands_beside_a_label(
    brief: Brief, moves: list[tuple[str, str, TapeVerdict]], said: str
) -> None:
    view = view_brief(replace(brief, reading=_against(*moves)))
    assert [item.tape for item in view.items] == [said, *[""] * (len(view.items) - 1)]


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


def test_an_event_that_headline_and_body_tell_is_entered_once(read_brief: Brief) -> None:
    day = date(2025, 11, 20)
    head, again, other = (
        CalendarEvent(
            what=what, words=words, start=day, end=day, place=Place(section="digest", item=0, sentence=sentence)
        )
        for what, words, sentence in (
            ("Levy on parts from 20-Nov", "20-Nov", None),
            ("The ministry, asked; it confirmed 20-Nov", "20-Nov", 1),
            ("A vote is due on Thursday", "Thursday", 2),
        )
    )
    brief = replace(read_brief, reading=replace(read_brief.reading, calendar=(head, again, other)))
    first, second = Calendar.from_ical(render_ics(brief)).walk("VEVENT")
    assert (str(first["summary"]), str(second["summary"])) == (head.what, other.what)
    assert str(first["description"]).split("\n") == [again.what, f"“20-Nov” in the wrap of {brief.wrap.session_date}"]


def test_what_a_row_tells_is_said_to_be_its_companys() -> None:
    """ "results due Tuesday" stood in AHEAD, and in the calendar of a mailbox, without a word on whose."""
    event = CalendarEvent(
        what="results due Tuesday",
        words="Tuesday",
        start=date(2025, 11, 11),
        end=date(2025, 11, 11),
        place=Place(section="gainers", item=0),
        company="Hanseo Memory",
    )
    brief = Brief(wrap=MarketWrap(session_date=date(2025, 11, 6)), reading=Reading(calendar=(event,)))
    (entry,) = Calendar.from_ical(render_ics(brief)).walk("VEVENT")
    assert str(entry["summary"]) == "Hanseo Memory: results due Tuesday"
    assert "Hanseo Memory: results due Tuesday" in render_text(brief, width=100)


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


def test_a_watched_name_comes_with_the_words_of_its_row_else_a_headline_else_a_sentence() -> None:
    wrap = MarketWrap(
        synopsis=("Quiet day. Alpha Mills rose.",),
        digest=(DigestItem(headline="Beta Rail merges", body="Alpha Mills is out. Gamma Oil is in.", line=3),),
        gainers=(Mover(change_pct=Decimal("2.0"), ticker="1.HK", name="Alpha Mills", reason="an order", line=8),),
        sections=(Section(name="Earnings", lines=("Delta Foods, full year",)),),
    )
    names = ("Alpha Mills", "Beta Rail", "Gamma Oil", "Delta Foods", "Omega")
    brief = Brief(wrap=wrap, items=wrap.digest, reading=read_day(wrap, (), (), items=wrap.digest, watch=names))
    section = view_reading(view_brief(brief))[0]
    assert [(row[0].words, row[-1].line) for row in section.rows] == [
        ("Alpha Mills", "item 1; Synopsis 1; gainers “an order”"),
        ("Beta Rail", "item 1 “Beta Rail merges”"),
        ("Gamma Oil", "item 1 “Gamma Oil is in.”"),
        ("Delta Foods", "Earnings “Delta Foods, full year”"),
    ]
    assert section.foot_words == "No mention today: Omega"


def test_columns_that_no_row_fills_are_left_out(read_brief: Brief) -> None:
    expected = replace(READING.expectations[0], actual=None, surprise=None, met_on=None, due=date(2025, 11, 7))
    brief = replace(read_brief, reading=replace(READING, expectations=(expected,)))
    heads = {section.anchor: section.head for section in view_reading(view_brief(brief))}
    assert heads["expectations"] == ("Release", "Consensus", "Prior")
    assert heads["watchlist"] == ("Name", "Move", "Where")


def test_the_ledger_counts_by_kind_where_the_issues_are_many(read_brief: Brief) -> None:
    issues = tuple(ParseIssue(line=line, kind="sign_conflict", message="m", text="t") for line in range(30, 38))
    ledger = tuple(LedgerEntry(kind=issue.kind, text="t", line=issue.line) for issue in issues)
    page = render_html(replace(read_brief, issues=issues, reading=replace(READING, ledger=ledger)))
    assert 'id="ledger"' in page
    assert '<a href="#issue-8" aria-label="issue 8">8</a>' in page
    assert 'id="ledger"' not in render_html(read_brief)


def test_a_move_in_doubt_is_marked_wherever_it_stands() -> None:
    brief = read_corpus("2025-11-06-asia-recap-a")
    watched = read_day(brief.wrap, brief.issues, brief.labels, items=brief.items, watch=("7201 JP",))
    page = render_html(replace(brief, reading=watched))
    row = page[page.index('id="watchlist"') :].partition("</tr>\n    </tbody>")[0]
    assert '+1.1% <a href="#issue-2" aria-label="issue 2">issue 2</a>' in row
    assert "+1.1% issue 2" in render_text(replace(brief, reading=watched), width=80)
