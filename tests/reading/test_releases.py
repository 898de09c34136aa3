"""What is expected is kept between runs, met by a later print, and never in the way of a brief."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from llm_wrap.brief.document import render_json, to_document
from llm_wrap.config import Settings, load_settings, override
from llm_wrap.models import Brief, Expectation
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import make_brief
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
