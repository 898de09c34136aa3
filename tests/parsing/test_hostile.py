"""Input that nobody sane would send: never an exception, never much time, never a foreign text taken for a wrap."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llm_wrap.parsing import account_lines, parse_wrap
from llm_wrap.parsing.claims import MAX_WORDS
from llm_wrap.parsing.harvest import MAX_BRACKETS
from llm_wrap.parsing.layout import MAX_LINES

ROW = "Nikkei: 395.62 or +0.89% to 44768.12"
WRAP = f"""Sep 12 ,2025
Synopsis:
Asian shares closed up Friday as investors weighed tariffs.
Digest:
Chip orders rise:
Orders at Kestrel (9627.JP) rose 5.2% (Reuters).
Notable Gainers:
+13.6% 9627.JP (Ain Holdings): reports Q1
Data:
Economic:
Japan July
Factory Orders m/m (revised) (1.2%) versus (1.6%) in prior month
Markets:
{ROW}
Currencies:
A$-$: (0.00) or (0.06%) to 0.6656
"""

FOREIGN = {
    "recipe": "Summary\nA quick dinner.\n\nIngredients:\n- 2 eggs\n- 1.5 cups flour\n\nMethod:\nBeat the eggs. Add flour. Bake at 180.",
    "csv": "date,symbol,open,close\n2025-09-12,AAPL,229.10,230.03\n2025-09-12,MSFT,506.65,509.90\n",
    "source code": 'def main():\n    """Summary: prints a total."""\n    data = [1, 2]\n    print(f"{sum(data)} or more to come")\n',
    "news article": (
        "Shares of chipmakers rallied on Friday as investors bet on lower rates. The index rose 1.2% to a record.\n\n"
        "Analysts said that demand would hold. Futures pointed higher and yields fell, while the dollar eased."
    ),
    "bank statement": (
        "Account summary\nStatement date: 12-Sep-2025\nOpening balance: 1,204.10\n01-Sep Coffee shop -3.50 1,200.60\n"
        "02-Sep Salary +2,500.00 3,700.60\nData\nInterest rate: 1.25%\nClosing balance: 3,700.60\n"
    ),
    "lorem ipsum": "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. "
    * 9,
    "readme": "# tool\n\n## Summary\nParses files and prints a table.\n\n## Data\nSee the folder.\n\n## Events\nNone.\n",
    "minutes": "Date: 12-Sep-2025\nSummary:\nWe met and talked.\nKey events:\nMoving house in May.\nNotes:\nAnn brings cake.\n",
    "invoice": "Invoice 2025-09-12\nWidget: 3 or 5% to 12\nTotal: $45.00\nVAT 20%\n",
    "log": "2025-09-12 10:00:01 INFO started\n2025-09-12 10:00:02 WARN retry 3 of 5: 20% done\n",
    "json": '{"markets": [{"name": "Nikkei", "level": 44768.12}]}',
    "empty": "",
    "blank": " \n\t\n",
    "one word": "Data",
    "headings alone": "Synopsis:\nDigest:\nMarkets:\n",
}

WRAPS = {
    "markets alone": f"Markets:\n{ROW}",
    "one row and no heading": ROW,
    "movers alone": "Notable Gainers\n+3.2% XYZ: wins order",
    "economic alone": "Economic\nJapan July\nCPI y/y 3.1% versus consensus 3.0% and 3.3% in prior month",
    "synopsis alone": "Synopsis:\nAsian shares closed up Friday. The Nikkei led gains while bond yields fell.",
    "yields alone": "Treasuries:\nUS 10-Yr 4.31% (+6 bps)",
    "company news alone": "Pre-open Company News:\n7201.JP -- broker upgrades to buy from hold",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_text_is_no_wrap(name: str) -> None:
    assert "not_a_wrap" in [issue.kind for issue in parse_wrap(FOREIGN[name]).issues]


@pytest.mark.parametrize("name", WRAPS)
def test_one_section_is_a_wrap(name: str) -> None:
    result = parse_wrap(WRAPS[name])
    assert "not_a_wrap" not in [issue.kind for issue in result.issues]
    assert {issue.kind for issue in result.issues} <= {"bad_date"}


def test_zero_width_and_bidi_characters_change_nothing() -> None:
    dirty = WRAP.replace("Digest", "Di\u200bge\u202est").replace("9627.JP", "9627\u200d.JP").replace("or", "o\u00adr")
    assert parse_wrap(dirty).wrap == parse_wrap(WRAP).wrap


@pytest.mark.parametrize("marks", ["**", "__", "****"])
def test_a_line_of_emphasis_marks_alone_is_somebodys(marks: str) -> None:
    text = WRAP.replace("Markets:", f"{marks}\nMarkets:")
    line = text.splitlines().index(marks) + 1
    assert [account.owner for account in account_lines(text) if account.line == line] == ["rule"]


def test_nul_bytes_change_nothing() -> None:
    assert parse_wrap(WRAP.replace("\n", "\0\n\0")).wrap == parse_wrap(WRAP).wrap


def test_a_heading_in_lookalike_letters_is_that_heading_and_reported() -> None:
    result = parse_wrap(WRAP.replace("Synopsis", "\u0405ynopsis"))
    assert result.wrap.synopsis == parse_wrap(WRAP).wrap.synopsis
    assert [(issue.line, issue.kind) for issue in result.issues] == [(2, "lookalike_heading")]


def test_digits_of_other_scripts_are_no_figures() -> None:
    result = parse_wrap(WRAP.replace(ROW, "Nikkei: ٣٩٥ or +٠.٨٩% to ٤٤٧٦٨"))
    assert result.wrap.markets == ()
    assert [issue.kind for issue in result.issues] == ["bad_row"]


HOSTILE = {
    "open brackets": "Synopsis:\n" + "(" * 400_000,
    "closed brackets": "Synopsis:\n" + ")" * 400_000,
    "pairs": "Digest:\n" + "()" * 200_000,
    "tickers": "Digest:\n" + " ".join(f"(N{number}.HK)" for number in range(40_000)),
    "one long line": "Synopsis:\n" + "a" * 400_000,
    "one long row": "Markets:\nNikkei: " + "1" * 400_000,
    "digits": "Markets:\n" + "1,111" * 80_000,
    "colons": "Markets:\n" + ": " * 200_000,
    "short lines": "Synopsis:\n" + "a\n" * 200_000,
    "rows": "Markets:\n" + (ROW + "\n") * 10_000,
    "stops": "Synopsis:\n" + ". A" * 130_000,
    "old ticker pattern": "Notable Gainers:\n+1% " + "A (" * 2_000,
    "bullets": "Digest:\n" + "".join("  " * (n % 60) + "• ab\n" for n in range(6_000)),
    "quotes": "> > > > > > > > > > > > a\n" * 15_000,
    "dates": "Sep 12 ,2025 " * 30_000,
    "title": "StreetAccount Summary - " + "Nikkei +0.42%, " * 30_000,
    "cells": "Markets:\n" + "Index | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 1 | 2\n" * 8_000,
    "separators": "Markets:\n" + "a: 1 x 2 -- 1 x 2 - 1 x 2 | 1 x 2 -- 1 x 2 - 1 x 2\n" * 8_000,
    "bare tickers": "Digest:\nHead:\n" + "Foo (AA) Bar (BB) Baz (CC) Qux (DD) Foo (EE).\n" * 8_000,
    "claims": f"Markets:\n{ROW}\nSynopsis:\n" + "The Nikkei fell 1.2% on the day and led the advances.\n" * 8_000,
    "commas": "Notable Decliners:\n(" + "1," * 200_000 + "%",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_more_time_than_its_size(name: str) -> None:
    text = HOSTILE[name]
    started = time.process_time()
    parse_wrap(text)
    seconds = time.process_time() - started
    assert seconds < len(text) / 1_000_000 * 2 + 0.2  # 0.5 MB/s: far below the aim, far above anything quadratic


def test_lines_beyond_the_limit_are_reported() -> None:
    result = parse_wrap("Markets:\n" + f"{ROW}\n" * (MAX_LINES + 5))
    assert len(result.wrap.markets) == MAX_LINES - 1
    assert "over_limit" in [issue.kind for issue in result.issues]


def test_prose_beyond_the_limits_is_reported_and_its_words_are_kept() -> None:
    many = "Orders rose (Reuters).\n" * (MAX_BRACKETS + 3)
    result = parse_wrap(f"Markets:\n{ROW}\nSynopsis:\n{many}")
    assert len(result.wrap.synopsis) == MAX_BRACKETS + 3
    assert [issue.line for issue in result.issues if issue.kind == "over_limit"] == [MAX_BRACKETS + 4]
    claims = f"The Nikkei rose{' and rose' * 48}.\n" * (MAX_WORDS // 99)
    result = parse_wrap(f"Markets:\n{ROW}\nSynopsis:\n{claims}The Nikkei fell{' and fell' * 48}.\n")
    assert [(issue.line, issue.kind) for issue in result.issues if issue.line] == [(MAX_WORDS // 99 + 4, "over_limit")]


def test_memory_is_bounded_by_the_input() -> None:
    text = WRAP + "Digest:\n" + "".join(f"Story {n}:\nOrders (N{n}.HK) rose 5% (Reuters).\n" for n in range(20_000))
    tracemalloc.start()
    parse_wrap(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 25 * len(text)


ALPHABET = st.sampled_from([*" \n\t:%()+-.,;$0123456789", "Synopsis", "Digest", "Markets", "Nikkei", " or ", " to ", "9988.HK",
                            "(Reuters)", "• ", "> ", "\u2212", "\u00a0", "\u200b", "Sep 12 ,2025", "versus", "\0", "é", "\ud800"])  # fmt: skip


@given(st.lists(ALPHABET, max_size=120).map("".join))
@example(".  . A")
@example("a.  . B\nSynopsis:\n.  .  A")
def test_any_text_gives_a_result_and_every_line_an_owner(text: str) -> None:
    result = parse_wrap(text)
    reported = {issue.line for issue in result.issues}
    foreign = any(issue.kind == "not_a_wrap" for issue in result.issues)
    above = ""  # one issue stands for all lines of a paragraph that could not be read
    for account in account_lines(text):
        assert account.owner
        assert account.owner != "unparsed_line" or account.line in reported or above == account.owner or foreign
        above = account.owner


@given(st.integers(0, len(WRAP)), st.integers(0, len(WRAP)), st.text(max_size=12))
def test_a_wrap_with_a_piece_torn_out(start: int, end: int, put: str) -> None:
    parse_wrap(WRAP[:start] + put + WRAP[end:])
