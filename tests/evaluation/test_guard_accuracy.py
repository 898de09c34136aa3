"""What each check of the guard brings and costs, on sentences whose offences are known."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from llm_wrap.evaluation.guard_accuracy import (
    CHECKS,
    Alarm,
    GuardReport,
    Price,
    price_checks,
    score_guard,
)
from llm_wrap.evaluation.summary_cases import FaithfulSentence
from llm_wrap.models import DigestItem
from llm_wrap.summary.guard_verdict import Offence, OffenceKind
from tests.evaluation.samples import ROOT

SOURCE = "Toyota raised its guidance to ¥3.4T from ¥3.2T, and Honda did not cut its dividend, sources said."
ITEM = DigestItem(headline="Toyota raises guidance", body=SOURCE, sentences=(SOURCE,))
TRUE = FaithfulSentence(
    id="a", set="tune", item=ITEM, cites=(0,), text="Toyota raised its guidance to ¥3.4T, sources said.", writer=1
)


def _alarm(*kinds: OffenceKind) -> Alarm:
    return Alarm(TRUE, tuple(Offence("words", kind) for kind in kinds))


def test_an_error_or_alarm_counts_for_a_check_only_where_no_other_has_anything_against_it() -> None:
    report = GuardReport(
        alarms={
            "tune": [_alarm("name"), _alarm("name", "name"), _alarm("name", "swapped")],
            "second": [_alarm("unit", "date")],
            "held-4": [_alarm("hedge"), _alarm("hedge", "negation")],
        },
        found=Counter(
            {
                ("tuned", frozenset({"number"})): 5,
                ("tuned", frozenset({"number", "scale"})): 2,
                ("tuned", frozenset({"number", "direction"})): 4,
                ("held", frozenset({"direction"})): 3,
            }
        ),
    )
    tuned, held = price_checks(report, "tuned"), price_checks(report, "held")
    nothing = dict.fromkeys([*CHECKS, "several"], Price(0, 0))
    assert tuned == nothing | {"numbers": Price(7, 1), "names": Price(0, 2), "several": Price(4, 1)}
    assert held == nothing | {"directions": Price(3, 0), "hedges": Price(0, 1), "several": Price(0, 1)}


def test_every_kind_of_offence_that_a_text_can_have_belongs_to_one_check() -> None:
    kinds = [kind for own in CHECKS.values() for kind in own]
    assert sorted(kinds) == sorted(set(get_args(OffenceKind)) - {"unsupported", "too_long"})


def test_a_thorough_score_sees_the_same_errors_and_says_what_each_had() -> None:
    refused = FaithfulSentence(id="b", set="held-2", item=ITEM, cites=(0,), text="Nissan raised ¥9T.", writer=2)
    quick, thorough = score_guard([TRUE, refused]), score_guard([TRUE, refused], thorough=True)
    assert not quick.found
    assert quick.recalls == thorough.recalls
    assert quick.alarms == thorough.alarms
    prices = price_checks(thorough, "tuned")
    assert sum(one.errors for one in prices.values()) == sum(recall.seen for recall in thorough.recalls.values())
    assert prices["numbers"].errors >= 3
    assert prices["hedges"].errors == 1  # "sources said" left out
    assert prices["several"].errors == 1  # "cut", which the source denies of another: a direction and a denial
    assert price_checks(thorough, "held")["several"] == Price(0, 1)  # the name and the number


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The first sentences of a set that the guard was tuned on."""
    lines = (ROOT / "evals" / "summaries" / "tuning.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "tuning.jsonl").write_text("".join(lines[:6]), encoding="utf-8")
    return tmp_path


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "llm_wrap", "eval", "summaries", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_rows_of_the_command_add_up(few: Path) -> None:
    result = _run("--by-check", "--folder", str(few))
    assert (result.returncode, result.stderr) == (0, "")
    head, *rows, total = result.stdout.splitlines()
    assert head.split()[-4:] == ["tuned", "on", "held", "out"]
    assert len(rows) == len(CHECKS) + 1
    for column in (slice(64, 88), slice(88, 112)):
        cells = [[int(part.replace(",", "")) for part in row[column].split("/")] for row in (*rows, total)]
        assert [sum(cell) for cell in zip(*cells[:-1], strict=True)] == cells[-1]
    assert int(total[64:88].split("/")[0].replace(",", "")) > 20
    assert total[88:112].split() == ["0", "/", "0"]


def test_the_price_is_the_guards_and_no_models() -> None:
    result = _run("--by-check", "--model", "anything")
    assert result.returncode == 2
    assert "--by-check scores the guard" in result.stderr
