"""The gate over what is recorded in evals/recorded. This is where CI runs it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from llm_wrap.cli.eval_gate import run_gate, run_record
from llm_wrap.config import Settings
from tests.evaluation.samples import ROOT

CORPUS = ROOT / "evals" / "corpus"
RECORDED = ROOT / "evals" / "recorded"


@pytest.fixture
def recorded(tmp_path):
    return shutil.copytree(RECORDED, tmp_path / "recorded")


def test_the_gate_is_open(models_dir, capsys):
    """Recorded predictions are of what is shipped, did not fall, and the live model says the same."""
    code = run_gate(RECORDED, CORPUS, 3, Settings(models_dir=models_dir), {})
    told = capsys.readouterr().out
    assert code == 0, told
    assert "live: 3 items asked again" in told


def test_another_adapter_or_prompt_is_a_failure_that_says_what_to_record(recorded, capsys):
    path = recorded / "dev.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    header = json.loads(lines[0])
    header["hashes"]["adapter"] = "0" * 16
    path.write_text(json.dumps(header) + "\n" + "".join(lines[1:]), "utf-8")
    assert run_gate(recorded, CORPUS, 0, Settings(), {}) == 1
    told = capsys.readouterr().out
    assert "adapter 0000000000000000 is now" in told
    assert "record again: llm-wrap eval record --split dev" in told


def test_items_that_are_missing_close_it(recorded, capsys):
    path = recorded / "dev.jsonl"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-3]), "utf-8")
    assert run_gate(recorded, CORPUS, 0, Settings(), {}) == 1
    assert "3 items were asked otherwise or not at all" in capsys.readouterr().out


def test_a_significant_fall_closes_it(recorded, capsys):
    """As if the model now called every item of the first half of the wraps a policy item, neutral."""
    path = recorded / "dev.jsonl"
    header, *rows = path.read_text("utf-8").splitlines()
    told = [json.loads(row) for row in rows]
    for row in told[: len(told) // 2]:
        row["theme"], row["sentiment"] = "policy", "neutral"
    path.write_text("\n".join([header, *map(json.dumps, told)]) + "\n", "utf-8")
    assert run_gate(recorded, CORPUS, 0, Settings(), {}) == 1
    assert "theme, the nine fell from" in capsys.readouterr().out


def test_what_is_current_is_not_recorded_again_and_accepting_moves_the_mark(recorded, capsys):
    mark = recorded / "accepted" / "dev.jsonl"
    mark.write_text("", "utf-8")
    nobody = replace(Settings(), models_dir=recorded / "no-weights-here")  # it would fail if it had to ask
    assert run_record("dev", recorded, CORPUS, nobody, {}, accept=True) == 0
    assert mark.read_text("utf-8") == (recorded / "dev.jsonl").read_text("utf-8")
