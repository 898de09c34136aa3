"""What is expected is kept between runs, met by a later print, and never in the way of a brief."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from llm_wrap.brief.document import render_json, to_document
from llm_wrap.config import Settings, load_settings, override
from llm_wrap.models import Brief, EconomicPrint, Expectation, MarketWrap, Place, Section
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import make_brief
from llm_wrap.reading.day import read_day
from llm_wrap.reading.prints import meet_expectation
from llm_wrap.releases import FILE

BEFORE = """Nov 6 ,2025
Synopsis:
Asia equities ended higher Thursday.
Digest:
China trade data due:
China's exports are expected to rise 3.0% y/y in October from 8.3% in September. The data are due Friday. Imports forecast to grow 3.2% from 7.4%.
Notable Gainers:
+6.1% 9988.HK (Alibaba Group): cloud price rise
Data:
Markets:
Nikkei: 671.41 or +1.34% to 50883.68
"""
AFTER = """Nov 7 ,2025
Synopsis:
Asia equities ended lower Friday.
Notable Decliners:
-1.1% 9988.HK (Alibaba Group): profit taking
Data:
Economic:
China October
Exports y/y (1.1%) versus consensus 3.0% and 8.3% in prior month
Trade Balance $90.1B versus consensus $95.6B and $90.5B in prior month
Markets:
Nikkei: (607.31) or (1.19%) to 50276.37
"""
MUCH_LATER = AFTER.replace("Nov 7 ,2025", "Jan 30 ,2026").replace(
    "Economic:\nChina October\n", "Economic:\nChina December\n"
)


def _settings(folder: Path) -> Settings:
    return override(load_settings(None, {}), state_dir=folder)


def _brief(text: str, folder: Path) -> Brief:
    return make_brief(parse_wrap(text), _settings(folder), {}, llm=False)


def _named(brief: Brief, name: str) -> Expectation:
    (one,) = [one for one in brief.reading.expectations if name in one.indicator.lower()]
    return one


def test_a_later_print_fills_in_actual_and_surprise(tmp_path: Path) -> None:
    before = _named(_brief(BEFORE, tmp_path), "exports")
    assert (before.consensus, before.prior, before.actual, str(before.due)) == (
        Decimal("3.0"),
        Decimal("8.3"),
        None,
        "2025-11-07",
    )
    after = _brief(AFTER, tmp_path)
    met = _named(after, "exports")
    assert (met.actual, met.surprise, str(met.met_on), str(met.stated_on)) == (
        Decimal("-1.1"),
        Decimal("-4.1"),
        "2025-11-07",
        "2025-11-06",
    )
    assert _named(after, "imports").actual is None


def test_a_row_of_a_calendar_is_no_print(tmp_path: Path) -> None:
    calendar = AFTER.replace(
        "Exports y/y (1.1%) versus consensus 3.0% and 8.3% in prior month", "Exports y/y: cons 3.0%, prev 8.3%"
    )
    _brief(BEFORE, tmp_path)
    brief = _brief(calendar, tmp_path)
    assert next((row.indicator, row.actual) for row in brief.wrap.economic) == ("Exports y/y", None)
    assert _named(brief, "exports").actual is None
    assert _named(_brief(AFTER.replace("Nov 7 ,2025", "Nov 10 ,2025"), tmp_path), "exports").actual == Decimal("-1.1")


def test_a_rerun_changes_nothing(tmp_path: Path) -> None:
    first = [render_json(to_document(_brief(text, tmp_path))) for text in (BEFORE, AFTER)]
    content = sqlite3.connect(tmp_path / FILE).execute("SELECT * FROM wraps ORDER BY session").fetchall()
    again = [render_json(to_document(_brief(text, tmp_path))) for text in (AFTER, BEFORE)]
    assert again[::-1] == first
    assert sqlite3.connect(tmp_path / FILE).execute("SELECT * FROM wraps ORDER BY session").fetchall() == content


def test_what_is_met_is_history_and_what_is_old_is_dropped(tmp_path: Path) -> None:
    for text in (BEFORE, AFTER):
        _brief(text, tmp_path)
    next_day = _brief(AFTER.replace("Nov 7 ,2025", "Nov 10 ,2025"), tmp_path)
    assert [one for one in next_day.reading.expectations if "exports" in one.indicator.lower()] == []
    assert _brief(MUCH_LATER, tmp_path).reading.expectations == ()


def test_a_file_that_is_none_is_set_aside_and_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database at all" * 100)
    brief = _brief(BEFORE, tmp_path)
    assert "set aside" in " ".join(brief.notes)
    assert (tmp_path / f"{FILE}.bad-1").read_bytes().startswith(b"this is no database")
    assert _brief(BEFORE, tmp_path).notes == ()


def test_rows_that_are_not_ours_are_set_aside(tmp_path: Path) -> None:
    _brief(BEFORE, tmp_path)
    base = sqlite3.connect(tmp_path / FILE)
    base.execute("UPDATE wraps SET expectations = ?", (json.dumps([{"place": "no"}]),))
    base.commit()
    base.close()
    assert "set aside" in " ".join(_brief(AFTER, tmp_path).notes)


def test_a_state_folder_that_cannot_be_written_stops_no_brief(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    brief = _brief(BEFORE, tmp_path / "file")
    assert brief.reading.expectations
    assert "could not be kept" in " ".join(brief.notes)


def test_many_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    texts = [BEFORE.replace("Nov 6 ,2025", f"Nov {day} ,2025") for day in range(10, 22)]
    with ThreadPoolExecutor(6) as pool:
        briefs = list(pool.map(lambda text: _brief(text, tmp_path), texts))
    assert all(brief.notes == () for brief in briefs)
    ((count,),) = sqlite3.connect(tmp_path / FILE).execute("SELECT count(*) FROM wraps").fetchall()
    assert count == len(texts)


CALENDAR = """European Market Pre-Open
Oct 16 ,2025
Synopsis:
Futures point higher.

Data today (CET):
Time | Country | Release | Period | Cons | Prev
08:00 | SW | CPIF y/y, final | Sep | 3.1% | 3.2%
08:00 | UK | GDP m/m | Aug | 0.1% | -0.1%
10:00 | EC | CPI y/y, final | Sep | 2.2% | 2.2%
11:00 | SZ | Producer prices m/m | Sep | n/a | -0.6%
Economic calendar:
Date | Time | Release | Cons | Prev
Fri 17 Oct | 03:00 | CH GDP y/y Q3 | 4.7% | 5.2%
| 08:00 | GE PPI m/m Sep | -0.1% | -0.5%
Mon 20 Oct | 09:00 | ECB's Lagarde speaks | |
Markets:
DAX: 120.10 or 0.50% to 24181.37
"""
PRINTED = """European Market Recap
Oct 20 ,2025
Synopsis:
Europe closed higher.
Data:
Economic:
CH GDP y/y Q3 4.8% versus consensus 4.7% and 5.2% in prior quarter
GE PPI m/m Sep -0.1% versus consensus -0.1% and -0.5% in prior month
UK GDP m/m Aug 0.1% versus consensus 0.1% and -0.1% in prior month
SZ Producer prices m/m Sep -0.2% versus -0.6% in prior month
Markets:
DAX: 120.10 or 0.50% to 24281.37
"""


def test_rows_of_a_calendar_are_expected_on_their_day_and_met_by_a_later_print(tmp_path: Path) -> None:
    before = _brief(CALENDAR, tmp_path)
    assert [(one.country, one.indicator, one.period, str(one.due)) for one in before.reading.expectations] == [
        ("Sweden", "CPIF y/y", "Sep", "2025-10-16"),
        ("UK", "GDP m/m", "Aug", "2025-10-16"),
        ("Eurozone", "CPI y/y", "Sep", "2025-10-16"),
        ("Switzerland", "Producer prices m/m", "Sep", "2025-10-16"),
        ("China", "GDP y/y", "Q3", "2025-10-17"),
        ("Germany", "PPI m/m", "Sep", "2025-10-17"),
    ]
    assert [row.when for row in before.wrap.economic][-2:] == ["Fri 17 Oct 03:00", "Fri 17 Oct 08:00"]
    assert "ECB's Lagarde speaks" in before.wrap.sections[0].lines[0]
    met = {
        (one.country, one.indicator): (one.actual, one.surprise)
        for one in _brief(PRINTED, tmp_path).reading.expectations
    }
    assert met == {
        ("UK", "GDP m/m"): (Decimal("0.1"), Decimal("0.0")),
        ("Switzerland", "Producer prices m/m"): (Decimal("-0.2"), None),
        ("China", "GDP y/y"): (Decimal("4.8"), Decimal("0.1")),
        ("Germany", "PPI m/m"): (Decimal("-0.1"), Decimal("0.0")),
    }


@pytest.mark.parametrize(
    ("country", "other", "prior", "met"),
    [
        ("China", "JN", "0.4", True),  # a terminal's codes
        ("China", "JP", "0.3", False),  # those of ISO, where CH is Switzerland
        ("Switzerland", "JP", "0.4", True),
        ("China", "FR", "0.3", True),  # either: the figures decide
        ("China", "FR", "0.4", False),
    ],
)
def test_a_code_of_two_countries_is_told_by_its_table_or_by_the_figures(
    country: str, other: str, prior: str, met: bool
) -> None:
    day = date(2025, 11, 6)
    one = Expectation(
        country=country, indicator="CPI y/y", period="October", consensus=None, prior=Decimal("0.3"), unit="%", due=None,
        words="CPI", place=Place(section="synopsis", item=0), stated_on=day,
    )  # fmt: skip
    rows = (
        EconomicPrint(
            country=None, period="Oct", indicator="CH CPI y/y", actual=Decimal("0.2"), prior=Decimal(prior), unit="%"
        ),
        EconomicPrint(country=other, period="Oct", indicator="CPI y/y", actual=Decimal("2.0"), unit="%"),
    )
    assert (meet_expectation(one, rows, day).actual is not None) is met


def test_the_day_above_the_lines_of_a_calendar_is_theirs() -> None:
    lines = (
        "Monday 10 Nov", "Norway CPI y/y (Oct): consensus 3.1%, previous 3.6%", "Sony results",
        "Tue 11 Nov: UK unemployment rate (Sep): consensus 4.9%, prior 4.8%", "Bank holidays in Canada",
    )  # fmt: skip
    wrap = MarketWrap(session_date=date(2025, 11, 6), sections=(Section(name="The days to come", lines=lines),))
    reading = read_day(wrap)
    assert [(str(one.start), one.what) for one in reading.calendar] == [
        ("2025-11-10", lines[1]),
        ("2025-11-10", lines[2]),
        ("2025-11-11", lines[3]),
    ]
    assert [(one.country, str(one.due)) for one in reading.expectations] == [
        ("Norway", "2025-11-10"),
        ("UK", "2025-11-11"),
    ]


def test_what_stands_under_today_is_due_today() -> None:
    line = "12:30 RBA decision, cash rate seen unchanged at 3.60%"
    wrap = MarketWrap(session_date=date(2025, 9, 30), sections=(Section(name="Today's calendar", lines=(line,)),))
    reading = read_day(wrap)
    assert [(str(one.start), one.what) for one in reading.calendar] == [("2025-09-30", line)]
    assert [str(one.due) for one in reading.expectations] == ["2025-09-30"]


def test_what_the_prints_own_row_says_was_expected_stands() -> None:
    """A figure kept from prose gave a surprise of -1.3 where the row has -0.1."""
    stated, day = date(2025, 11, 6), date(2025, 11, 7)
    kept = Expectation(
        country="China", indicator="Exports y/y", period="October", consensus=Decimal("3.0"), prior=Decimal("8.0"), unit="%", due=day, words="exports",
        place=Place(section="digest", item=0), stated_on=stated,
    )  # fmt: skip
    row = EconomicPrint(
        country="China", period="October", indicator="Exports y/y", actual=Decimal("1.7"), consensus=Decimal("1.8"), prior=Decimal("8.3"), unit="%"
    )  # fmt: skip
    met = meet_expectation(kept, [row], day)
    assert (met.consensus, met.prior, met.surprise) == (Decimal("1.8"), Decimal("8.3"), Decimal("-0.1"))
    silent = EconomicPrint(country="China", period="October", indicator="Exports y/y", actual=Decimal("1.7"), unit="%")
    met = meet_expectation(kept, [silent], day)
    assert (met.consensus, met.prior, met.surprise) == (Decimal("3.0"), Decimal("8.0"), Decimal("-1.3"))
