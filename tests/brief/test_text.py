from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.figures import signed
from llm_wrap.brief.text import print_brief
from llm_wrap.models import Brief, Evidence, MarketWrap, Mover
from tests.brief.planting import NOT_DRAWN, PAYLOADS, missing_fields, plant, plant_names
from tests.brief.samples import make_brief, make_long_brief, make_unlabelled_brief

_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def _print(
    brief: Brief, width: int = 100, *, terminal: bool = False, encoding: str = "utf-8", full: bool = False
) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=file, width=width, force_terminal=terminal, color_system="truecolor" if terminal else None)
    print_brief(brief, console, full=full)
    file.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("make", [make_brief, make_long_brief, make_unlabelled_brief, lambda: Brief(wrap=MarketWrap())])
def test_no_line_is_wider_than_the_terminal_or_100(make: Callable[[], Brief], width: int) -> None:
    for full in (False, True):
        lines = _print(make(), width, full=full).splitlines()
        assert max(cell_len(line) for line in lines) <= min(width, 100)


def test_every_figure_stands_as_printed_in_the_wrap(brief: Brief) -> None:
    text = _print(brief)
    for row in (*brief.wrap.markets, *brief.wrap.currencies):
        for value in (row.change, row.change_pct, row.level):
            assert value is None or format(value, "f") in text
    assert "-0.00" in text
    assert "A$3.94B" in text
    assert "+1.5 bp" in text
    assert "-7.4%" in text


def test_a_row_without_figures_says_why(brief: Brief) -> None:
    (row,) = (line.split() for line in _print(brief).splitlines() if line.startswith("SENSEX"))
    assert row[:4] == ["SENSEX", "closed", "–", "–"]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_an_index_on_top_keeps_its_move_in_its_line(brief: Brief, width: int) -> None:
    lines = _print(brief, width).splitlines()
    for row in brief.wrap.markets:
        if row.change_pct is not None:
            assert any(f"{row.name} {signed(row.change_pct, '%')}" in line for line in lines[:6]), row.name


def test_a_headline_is_bold_and_not_dim_as_its_number_is(brief: Brief) -> None:
    assert "\x1b[2m 1  \x1b[0m\x1b[1mMemory makers lift capex plans" in _print(brief, terminal=True)


def test_rows_read_as_their_heads_say(brief: Brief) -> None:
    rows = {tuple(line.replace("│", " ").split()[:9]) for line in _print(brief).splitlines()}
    assert ("actual", "consensus", "prior") in rows
    assert ("Japan", "Core", "Machinery", "Orders", "m/m", "-3.4%", "-1.1%", "-0.8%", "October,") in rows
    assert ("Australia", "Trade", "Balance", "A$3.94B", "–", "A$1.83B", "September,", "revised") in rows
    assert ("level", "change", "%") in rows
    assert ("Hang", "Seng", "25912.40", "+90.30", "+0.35%", "██") in rows
    assert ("JGB", "10-yr", "1.742%", "+1.5", "bp") in rows


def test_an_item_shows_sentiment_target_confidence_evidence_and_origin(brief: Brief) -> None:
    text = _print(brief)
    assert "▲ positive for Asian memory makers; confidence 97%; also Companies" in text
    assert "evidence: “HBM capacity is sold out through next year”" in text
    assert "004410.KS 6871.JP 7731.JP | Maeil, Nikkei | see issue 2" in text
    assert "needs review (low confidence)" in text
    assert "unlabelled (timeout)" in text
    assert "US cloud operators paused lease talks in Johor. [4.1" in text


def test_evidence_that_is_the_whole_key_sentence_is_not_said_twice(brief: Brief) -> None:
    words = brief.items[1].sentences[0]
    start = brief.items[1].text.index(words)
    label = brief.labels[1].label
    assert label is not None
    told = replace(
        brief.labels[1], label=replace(label, evidence=(Evidence(text=words, start=start, end=start + len(words)),))
    )
    text = _print(replace(brief, labels=(brief.labels[0], told, *brief.labels[2:])), 200)
    assert text.count(words[:40]) == 1
    assert "evidence: this sentence" in text


def test_counts_in_head_and_foot_add_up(brief: Brief) -> None:
    text = _print(brief)
    assert text.count("7 items: 5 labelled, 1 needs review, 1 unlabelled. Sentiment: ") == 1
    assert text.count("7 items = 5 labelled + 1 needs review + 1 unlabelled.") == 1
    assert "Sentiment: 2 positive, 2 negative, 1 mixed, 1 neutral." in " ".join(text.split())
    assert "3,150 = 2,884 in + 266 out" in text


def test_issues_are_listed_and_marked_at_their_rows(brief: Brief) -> None:
    text = _print(brief)
    assert "Nikkei [issue 1]" in text
    assert "Prose and table differ (line 38):" in text


def test_bars_are_on_one_scale_and_point_the_right_way(brief: Brief) -> None:
    lines = _print(brief).splitlines()
    gain = next(line for line in lines if "+11.8%" in line and "│" in line)
    loss = next(line for line in lines if "-7.4%" in line and "│" in line)
    assert gain.split("│")[1].startswith("████████ ")
    assert loss.split("│")[0].endswith(" █████")


def test_plain_where_it_is_no_terminal_and_coloured_where_it_is(brief: Brief) -> None:
    assert "\x1b" not in _print(brief)
    assert _COLOUR.search(_print(brief, terminal=True))
    plain = [line.rstrip() for line in _COLOUR.sub("", _print(brief, terminal=True)).splitlines()]
    assert [line for line in plain if "▲ positive" in line] == [
        line for line in _print(brief).splitlines() if "▲ positive" in line
    ]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
def test_an_old_encoding_gets_every_word_and_no_error(brief: Brief, encoding: str) -> None:
    text = _print(brief, encoding=encoding)
    assert "positive for Asian memory makers" in text
    if encoding == "ascii":
        assert "+ positive" in text
        assert "|########" in text
        assert "$-\\xa5" in text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_from_a_wrap_acts_on_the_terminal(brief: Brief, payload: str) -> None:
    text = _print(plant(brief, payload), terminal=True, full=True)
    bare = _COLOUR.sub("", text)
    assert not set(bare) & set("\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\ufeff\x85\u2028")
    assert _COLOUR.search(text)
    joined = " ".join(bare.split())
    assert " ".join(clean(payload).split()) in joined


def test_every_text_of_the_wrap_is_printed(brief: Brief) -> None:
    planted, names = plant_names(replace(brief, wrap=replace(brief.wrap, digest=()), themes=()))
    missing = missing_fields(names, _print(planted, full=True).lower())
    # Sentences and a title's moves are parts of the body and the title.
    assert missing == {"DigestItem.sentences", "TitleMove.name"} | NOT_DRAWN
    assert "Summary.text" not in missing_fields(names, _print(planted))


def test_a_bare_brief_says_what_is_missing(bare_brief: Brief) -> None:
    text = _print(bare_brief)
    assert text.startswith("MARKET WRAP")
    assert "Session date unknown" in text
    assert "This wrap has no Digest and no Synopsis." in text


def test_a_wrap_of_decliners_alone_has_no_empty_table() -> None:
    from decimal import Decimal

    mover = Mover(change_pct=Decimal("-1.0"), ticker="6030.HK", name="Name", reason="why")
    text = _print(Brief(wrap=MarketWrap(decliners=(mover,))))
    assert "DECLINERS" in text
    assert "GAINERS" not in text


def test_printing_takes_no_second(brief: Brief) -> None:
    started = time.process_time()
    _print(brief)
    assert time.process_time() - started < 1  # a form that grows out of hand is what is looked for; it takes 30 ms


def test_the_terminal_form_imports_neither_jinja2_nor_pydantic() -> None:
    code = (
        "import sys, llm_wrap.brief.text, llm_wrap.brief.document, llm_wrap.brief.markdown; "
        "print([name for name in ('jinja2', 'pydantic', 'openai', 'markdown_it') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
