"""A reading that is kept is shown again for the same wrap, labels, names and code, and for nothing else."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from llm_wrap.brief.ics import render_ics
from llm_wrap.cli.output import write_brief
from llm_wrap.config import Settings, load_settings, override
from llm_wrap.models import Brief, Reading
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import make_brief
from tests.conftest import ROOT
from tests.fake_openai import FakeOpenAI, FakeRequest, completion, good_answer

WRAP = """Nov 7 ,2025
Synopsis:
Asia equities ended lower Friday. Japan wages are due Monday.
Digest:
Alibaba lifts cloud outlook:
Alibaba Group said it expects cloud sales to grow 30% next year. Acme Tools is to report on Thursday, sources said.
Ruritania holds its rate:
The central bank of Ruritania held its rate at 2.5%. China CPI is expected to rise 0.2% in November after 0.1%.
Notable Decliners:
-1.1% 9988.HK (Alibaba Group): profit taking
Data:
Economic:
China October
Exports y/y (1.1%) versus consensus 3.0% and 8.3% in prior month
Markets:
Nikkei: (607.31) or (1.19%) to 50276.37
Currencies:
$-¥: +0.41 or +0.27% to 153.4650
"""
BEFORE = """Nov 6 ,2025
Digest:
China trade data due:
China's exports are expected to rise 3.0% y/y in October from 8.3% in September. The data are due Friday.
Data:
Markets:
Nikkei: 671.41 or +1.34% to 50883.68
"""
LISTINGS = "name,aliases,lines\nAcme Tools,Acme,1234.T ACMTY\n"
FORMS = ("text", "md", "html", "json")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "names.txt").write_text("BABA\n")
    (tmp_path / "mine.csv").write_text(LISTINGS)
    return override(
        load_settings(None, {}),
        cache_dir=tmp_path / "kept",
        state_dir=tmp_path / "state",
        watch=(str(tmp_path / "names.txt"),),
        listings=tmp_path / "mine.csv",
    )


def _brief(settings: Settings, wrap: str = WRAP) -> Brief:
    return make_brief(parse_wrap(wrap), settings, {}, llm=bool(settings.base_url))


def _change_rows(settings: Settings, query: str, *values: object) -> int:
    with closing(sqlite3.connect(settings.cache_dir / "cache.db")) as base, base:
        return base.execute(f"{query} WHERE value LIKE '{{\"reading\"%'", values).rowcount


def _rows(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.cache_dir / "cache.db")) as base:
        return [row for (row,) in base.execute("SELECT value FROM Cache WHERE value LIKE '{\"reading\"%'")]


def _bytes(brief: Brief, folder: Path) -> list[bytes]:
    folder.mkdir()
    for form in FORMS:
        write_brief(brief, form, folder / form)
    return [*((folder / form).read_bytes() for form in FORMS), render_ics(brief).encode()]


def test_a_kept_reading_gives_the_same_bytes_in_every_form(
    fake_openai: FakeOpenAI, settings: Settings, tmp_path: Path
) -> None:
    settings = override(settings, model="m", base_url=fake_openai.url)
    first = _brief(settings)
    kept = _brief(settings)
    assert len(_rows(settings)) == 1, "however the labels came about"
    assert _change_rows(settings, "DELETE FROM Cache") == 1
    anew = _brief(settings)
    assert kept == anew
    assert kept.reading == first.reading
    assert all(getattr(anew.reading, name) for name in ("tape", "exposure", "calendar", "expectations", "watchlist"))
    assert _bytes(kept, tmp_path / "kept-bytes") == _bytes(anew, tmp_path / "anew-bytes")


def _change_names(settings: Settings, fake: FakeOpenAI) -> str:
    Path(settings.watch[0]).write_text("BABA\nAcme\n")
    return WRAP


def _change_listings(settings: Settings, fake: FakeOpenAI) -> str:
    assert settings.listings is not None
    settings.listings.write_text(LISTINGS + "Ruritania Bank,central bank of Ruritania,RURB.L\n")
    return WRAP


def _change_book(settings: Settings, fake: FakeOpenAI) -> str:
    make_brief(parse_wrap(BEFORE), settings, {}, llm=False)
    return WRAP


def _change_labels(settings: Settings, fake: FakeOpenAI) -> str:
    def script(request: FakeRequest) -> object:
        return completion({**good_answer(request), "sentiment": "negative"})

    fake.script = script  # type: ignore[assignment]
    with closing(sqlite3.connect(settings.cache_dir / "cache.db")) as base, base:
        base.execute("DELETE FROM Cache WHERE value NOT LIKE '{\"reading\"%'")
    return WRAP


CHANGES: dict[str, Callable[[Settings, FakeOpenAI], str]] = {
    "a figure of a row": lambda settings, fake: WRAP.replace("-1.1%", "-1.2%"),
    "a line's number": lambda settings, fake: WRAP.replace("Notable Decliners", "\nNotable Decliners"),
    "a defect": lambda settings, fake: WRAP + "Hang Seng: (607.31) or (1.19%) to\n",
    "the session": lambda settings, fake: WRAP.replace("Nov 7 ,2025", "Nov 14 ,2025"),
    "the names": _change_names,
    "the listings": _change_listings,
    "the book of releases": _change_book,
    "the labels": _change_labels,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_decides_a_reading_has_it_read_anew(fake_openai: FakeOpenAI, settings: Settings, change: str) -> None:
    settings = override(settings, model="m", base_url=fake_openai.url)
    before = _brief(settings)
    wrap = CHANGES[change](settings, fake_openai)
    after = _brief(settings, wrap)
    assert after.reading != before.reading
    assert after.reading == _brief(override(settings, cache=False), wrap).reading


@pytest.mark.parametrize(
    "damage",
    [
        lambda row: row[:-1],
        lambda row: "",
        lambda row: "[" * 100_000,
        lambda row: '{"reading": 1}',
        lambda row: row.replace('"-1.1"', '"-1.7"'),
        lambda row: row.replace('"sum": "', '"sum": "0'),
        lambda row: json.dumps({**json.loads(row), "reading": {}}),
    ],
    ids=["cut off", "empty", "deep", "other JSON", "another figure", "another sum", "nothing"],
)
def test_a_damaged_reading_is_read_anew_and_mended(settings: Settings, damage: Callable[[str], str]) -> None:
    brief = _brief(settings)
    (row,) = _rows(settings)
    assert damage(row) != row
    assert _change_rows(settings, "UPDATE Cache SET value = ?", damage(row)) == 1
    assert _brief(settings) == brief
    assert _rows(settings) == [row]


def test_what_no_file_could_hold_is_read_and_kept_as_it_is(settings: Settings) -> None:
    wrap = WRAP.replace("Japan wages", "Japan \ud800 wages")
    assert _brief(settings, wrap) == _brief(settings, wrap)
    (row,) = _rows(settings)
    assert "\\ud800" in row


def test_without_the_cache_no_reading_is_looked_up_or_kept(settings: Settings) -> None:
    reading = _brief(override(settings, cache=False)).reading
    assert not settings.cache_dir.exists()
    _brief(settings)
    (row,) = _rows(settings)
    assert "Alibaba" in row
    assert _brief(override(settings, cache=False)).reading == reading != Reading()


_CHANGED_CODE = {
    "reading/currency.py": ("weaker", "softer"),
    "listings/listings.csv": ("Alibaba", "Balibaba"),
    "parsing/patterns.py": ('"""', '"""Other words. '),
    "models/reading.py": ('"""', '"""Other words. '),
}


def test_other_code_reads_anew(settings: Settings, tmp_path: Path) -> None:
    """In a copy of the installation, a file of which is changed; a comment is enough."""
    copy, wrap = tmp_path / "copy", tmp_path / "wrap.txt"
    shutil.copytree(ROOT / "llm_wrap", copy / "llm_wrap", ignore=shutil.ignore_patterns("*.gguf", "__pycache__"))
    shutil.copytree(ROOT / "prompts", copy / "prompts")
    wrap.write_text(WRAP)
    environment = {**os.environ, "LLM_WRAP_CACHE_DIR": str(settings.cache_dir)}

    def count_rows() -> int:
        command = [sys.executable, "-m", "llm_wrap", "brief", str(wrap), "--no-llm"]
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
        return len(_rows(settings))

    assert (count_rows(), count_rows()) == (1, 1)
    for number, (name, (old, new)) in enumerate(_CHANGED_CODE.items(), 2):
        path = copy / "llm_wrap" / name
        path.write_text(path.read_text().replace(old, new, 1))
        assert count_rows() == number, name
