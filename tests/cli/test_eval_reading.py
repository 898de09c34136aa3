"""`llm-wrap eval reading --split`: the splits are those that the cases name."""

import json
from pathlib import Path

import pytest

from llm_wrap.cli.eval_reading import run_eval_reading
from llm_wrap.errors import InputError
from llm_wrap.evaluation.reading_cases import MODULES


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    for module in MODULES:
        (tmp_path / f"{module}.jsonl").write_text("")
    told = {"session_date": "2025-11-06", "text": "Stocks rose.", "events": []}
    lines = [json.dumps({"id": f"c{place}", "split": split, **told}) for place, split in enumerate(("own", "dev9"))]
    (tmp_path / "calendar.jsonl").write_text("\n".join(lines))
    return tmp_path


def test_a_new_split_needs_no_code(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_eval_reading(cases, split="dev9", misses=False) == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [["calendar", "1"]]


def test_an_unknown_split_is_told_those_there_are(cases: Path) -> None:
    with pytest.raises(InputError, match="has no split test9, but own, dev9"):
        run_eval_reading(cases, split="test9", misses=False)
