"""`eval run` against a real server: what a row holds, that nothing is asked twice, and that what has no label is wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from llm_wrap.cli.eval_report import find_set
from llm_wrap.cli.eval_run import Source, run_eval
from llm_wrap.config import Settings, load_settings, override
from llm_wrap.errors import InputError
from llm_wrap.evaluation.predictions import HASHES, read_predictions
from llm_wrap.evaluation.score import join_predictions, score_system
from tests.evaluation.samples import ROOT, fields_of
from tests.fake_openai import FakeOpenAI, completion, failure, good_answer

ROWS = [
    {
        "id": f"r{n}",
        "headline": f"Levy number {n} is lifted",
        "body": "Exporters cheer. It takes effect in May.",
        "theme": "trade",
        "sentiment": "mixed",
    }
    for n in range(6)
]


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


@pytest.fixture
def settings(fake_openai: FakeOpenAI) -> Settings:
    return override(load_settings(None, {}), model="some-model", base_url=fake_openai.url)


def test_a_row_says_what_was_said_and_the_header_what_was_asked(fake_openai, settings, data, tmp_path, capsys):
    out = tmp_path / "p.jsonl"
    assert run_eval(Source(data=data), out, settings, {}) == 0
    told = read_predictions(out)
    assert [row.id for row in told.rows] == [row["id"] for row in ROWS]
    first = told.rows[0]
    assert (first.theme, first.sentiment, first.status, first.confidence_source) == (
        "trade",
        "mixed",
        "labelled",
        "none",
    )
    assert first.evidence[0] == {"text": "Levy number 0 is lifted", "start": 0, "end": 23}
    assert (first.attempts, first.prompt_tokens, first.cached) == (1, 100, False)
    assert first.seconds > 0
    assert tuple(told.header.hashes) == HASHES
    assert (told.header.model, told.header.items, told.header.usage["calls"]) == ("some-model", 6, 6)
    assert not (tmp_path / "p.jsonl.part").exists()
    said = capsys.readouterr()
    assert said.out == ""
    assert "6 items, 0 unlabelled; theme, rolled up 1.000" in said.err

    assert run_eval(Source(data=data), out, settings, {}) == 0
    assert len(fake_openai.requests) == 6, "the second run is from the cache"
    again = read_predictions(out).rows[0]
    assert again.cached
    assert again.seconds is None, "no latency is made up for an answer that was not asked for"


def test_an_item_without_a_label_is_wrong_and_the_run_says_so(fake_openai, settings, data, tmp_path):
    fake_openai.script = lambda request: (
        failure(400) if "number 2" in request.user_text else completion(good_answer(request))
    )
    out = tmp_path / "p.jsonl"
    assert run_eval(Source(data=data), out, settings, {}) == 1
    told = read_predictions(out)
    assert told.rows[2].status == "unlabelled"
    assert told.rows[2].reason
    evals = find_set(told, out)
    score = score_system("m", join_predictions(evals, told.rows), fields_of(evals), draws=10)
    assert score.fields["theme"].strict.value == pytest.approx(5 / 6)
    assert score.fields["theme"].confusions[0][-1] == 1


def test_predictions_of_other_texts_are_refused(settings, data, tmp_path):
    out = tmp_path / "p.jsonl"
    run_eval(Source(data=data), out, settings, {})
    data.write_text(data.read_text().replace("lifted", "raised"))
    with pytest.raises(InputError, match="have changed since"):
        find_set(read_predictions(out), out)


def test_a_run_that_was_killed_goes_on_where_it_was(fake_openai, data, tmp_path):
    def slow(request):
        time.sleep(0.3)
        return completion(good_answer(request))

    fake_openai.script = slow
    out = tmp_path / "p.jsonl"
    command = [sys.executable, "-m", "llm_wrap", "eval", "run", "--data", str(data), "--out", str(out), "--no-cache"]
    command += ["--model", "some-model", "--base-url", fake_openai.url]
    environment = {**os.environ, "LLM_WRAP_CONCURRENCY": "1"}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    part = tmp_path / "p.jsonl.part"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (part.exists() and len(part.read_text().splitlines()) >= 3):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists(), "nothing half written"
    kept = len(part.read_text().splitlines()) - 1
    assert 2 <= kept < 6
    asked = len(fake_openai.requests)
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    assert len(fake_openai.requests) == asked + 6 - kept
    rows = read_predictions(out).rows
    assert [row.id for row in rows] == [row["id"] for row in ROWS]
    assert all(row.attempts == 1 for row in rows), "what was said before the kill is kept with what it cost"


def test_what_another_model_left_is_not_taken_up(fake_openai, settings, data, tmp_path):
    out, part = tmp_path / "p.jsonl", tmp_path / "p.jsonl.part"
    run_eval(Source(data=data), out, settings, {})
    part.write_text(out.read_text())
    asked = len(fake_openai.requests)
    run_eval(Source(data=data), out, replace(settings, model="another"), {})
    assert len(fake_openai.requests) == asked + 6
