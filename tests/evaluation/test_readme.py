"""The table of evals/README.md is what the recorded predictions give."""

from __future__ import annotations

import pytest

from llm_wrap.cli.eval_report import make_blocks
from llm_wrap.evaluation.report.blocks import Heading, Table
from llm_wrap.evaluation.report.markdown import render_markdown
from tests.evaluation.samples import ROOT

README = ROOT / "evals" / "README.md"
SHOWN = (
    "Figures, beside what any model has to beat",
    "How far two readers agreed",
    "Confidence",
    "Coverage, latency and cost",
)


def test_the_table_is_what_is_recorded(monkeypatch, request):
    monkeypatch.chdir(ROOT)
    text = README.read_text("utf-8")
    for path in sorted((ROOT / "evals" / "recorded").glob("*.jsonl")):
        opening, closing = f"<!-- {path.stem} -->\n", "<!-- end -->"
        before, found, rest = text.partition(opening)
        assert found, f"evals/README.md has no place for {path.name}: {opening}"
        shown, _, after = rest.partition(closing)
        made = "\n" + _render(path.relative_to(ROOT)) + "\n"
        if request.config.getoption("--update-table"):
            text = before + found + made + closing + after
            README.write_text(text, "utf-8")
        elif _of_the_model(shown) != _of_the_model(made):
            pytest.fail("evals/README.md is behind what is recorded: run this test with --update-table")


def _of_the_model(text):
    """The rows and the column of the model. The baselines are refitted with every training file, and may be behind."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if "|" in line]
    return [row[:3] if len(row) == len(rows[0]) else row for row in rows if "TF-IDF + LR" not in row[:3]]


def _render(path):
    """The first tables of the report, without the plots' words."""
    blocks, taking = [], False
    for block in make_blocks([path]):
        if isinstance(block, Heading):
            taking = block.text in SHOWN
        elif taking and isinstance(block, Table):
            blocks.append(block)
    assert len(blocks) == len(SHOWN)
    return render_markdown(blocks)
