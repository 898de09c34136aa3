"""A reader's correction: what it keeps, and that scoring and training read it."""

from __future__ import annotations

import json

import jsonschema
import pytest

from llm_wrap.cli.brief import run_brief
from llm_wrap.cli.correct import corrections_folder, run_correct
from llm_wrap.cli.eval_run import Source, run_eval
from llm_wrap.cli.schema import find_schema
from llm_wrap.config import load_settings, override
from llm_wrap.errors import InputError
from llm_wrap.evaluation.predictions import read_predictions
from llm_wrap.training.dataset import read_examples
from tests.conftest import SAMPLE


@pytest.fixture
def settings(fake_openai):
    return override(load_settings(None, {}), model="some-model", base_url=fake_openai.url)


def read_rows(folder):
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.jsonl"))]


def test_it_keeps_the_text_the_labels_who_when_and_what_the_model_said(settings, tmp_path, capsys):
    assert run_brief(str(SAMPLE), settings, {}, "md", tmp_path / "b.md", llm=True) == 0
    assert (
        run_correct(
            str(SAMPLE),
            2,
            tmp_path / "mine",
            settings,
            {"USER": "ada"},
            theme="ai_semis",
            sentiment=None,
            note="no duty in it",
        )
        == 0
    )
    (row,) = read_rows(tmp_path / "mine")
    jsonschema.Draft202012Validator(find_schema("item")).validate(row)
    assert (row["theme"], row["sentiment"]) == ("ai_semis", "mixed"), "what is not corrected stays"
    told = row["provenance"]
    assert told["said"] == {
        "theme": "trade", "sentiment": "mixed", "sentiment_target": None, "confidence": None, "status": "labelled",
    }  # fmt: skip
    assert (told["by"], told["file"], told["item"], told["model"], told["note"]) == (
        "ada",
        SAMPLE.name,
        2,
        "some-model",
        "no duty in it",
    )
    assert told["prompt"].startswith("label_and_summarise@sha256:")
    assert (row["date"], row["region"]) == ("2025-08-14", "asia")
    assert capsys.readouterr().out.strip().endswith(".jsonl")


def test_a_corrected_target_is_shown(settings, tmp_path, capsys):
    assert (
        run_correct(str(SAMPLE), 2, tmp_path, settings, {}, theme="trade", sentiment="negative", target="Nvidia") == 0
    )
    assert "item 2 is trade, negative for Nvidia; the model said nothing that is known" in capsys.readouterr().err


def test_a_set_without_labels_is_said_to_be_scored_on_nothing(settings, tmp_path, capsys):
    data = tmp_path / "my.csv"
    data.write_text("text,topic\nFreedonia lifts levy,trade\n", encoding="utf-8")
    assert run_eval(Source(data=data), tmp_path / "out.jsonl", settings, {}) == 0
    assert "nothing is scored" in capsys.readouterr().err


def test_training_and_scoring_read_it(settings, tmp_path, fake_openai):
    for number, theme in ((1, "macro"), (2, "trade")):
        run_correct(str(SAMPLE), number, tmp_path / "mine", settings, {}, theme=theme, sentiment="mixed")
    files = sorted((tmp_path / "mine").glob("*.jsonl"))
    assert {one.theme for one in read_examples(files)} == {"macro", "trade"}
    out = tmp_path / "p.jsonl"
    assert run_eval(Source(data=tmp_path / "mine"), out, settings, {}) == 0
    assert len(read_predictions(out).rows) == len(fake_openai.requests) == 2


def test_a_second_thought_replaces_the_first(settings, tmp_path, capsys):
    for theme in ("macro", "policy"):
        run_correct(str(SAMPLE), 1, tmp_path, settings, {}, theme=theme, sentiment="neutral")
    (row,) = read_rows(tmp_path)
    assert row["theme"] == "policy"
    assert "an earlier correction was replaced" in capsys.readouterr().err


def test_it_goes_to_the_state_folder_where_no_other_is_named(settings, fake_openai):
    run_correct(str(SAMPLE), 1, None, settings, {}, theme="macro", sentiment="neutral")
    assert len(read_rows(corrections_folder(settings))) == 1
    assert fake_openai.requests == [], "no model is asked"


@pytest.mark.parametrize(
    ("number", "given", "message"),
    [
        (1, {"theme": "chips", "sentiment": "mixed"}, "'chips' is no theme; they are trade"),
        (99, {"theme": "macro", "sentiment": "mixed"}, "has items 1 to"),
        (1, {"theme": "macro", "sentiment": None}, "--sentiment must be given"),
        (1, {"theme": None, "sentiment": None}, "nothing to correct"),
    ],
)
def test_what_cannot_be_a_correction_is_refused(settings, tmp_path, number, given, message):
    with pytest.raises(InputError, match=message):
        run_correct(str(SAMPLE), number, tmp_path, settings, {}, **given)
    assert list(tmp_path.glob("*.jsonl")) == []
