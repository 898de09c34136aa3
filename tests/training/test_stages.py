"""The written-down training: what cannot be read is said before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_wrap.errors import InputError
from llm_wrap.training.stages import read_stages

STAGE = '[[stage]]\nfiles = ["a.jsonl"]\nepochs = 1\nrate = 3e-4\nseed = 7\n'


def test_the_stages_of_the_shipped_adapter_name_files_that_are_there():
    stages = read_stages(Path("evals/train/stages.toml"))
    assert len(stages) > 1
    assert {file.name for stage in stages for file in stage.files} == {
        path.name for path in Path("evals/train").glob("*.jsonl")
    }


def test_files_lie_beside_the_stages(tmp_path):
    (tmp_path / "a.jsonl").write_text("")
    (tmp_path / "s.toml").write_text(STAGE)
    (stage,) = read_stages(tmp_path / "s.toml")
    assert (stage.files, stage.epochs, stage.rate, stage.seed) == ((tmp_path / "a.jsonl",), 1.0, 3e-4, 7)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (STAGE, "no such file"),
        ("[[stage]]\nepochs = 1\n", "'files'"),
        ("stages = 1\n", "'stage'"),
        ("[[stage]\n", "not stages"),
        (STAGE.replace("7", "'x'"), "not stages"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path, text, told):
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(InputError, match=told) as caught:
        read_stages(tmp_path / "s.toml")
    assert "\n" not in str(caught.value)


def test_a_missing_file_of_stages(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_stages(tmp_path / "none.toml")
