"""`explain`, `doctor` and `cache verify` as a user runs them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from llm_wrap.cache import AnswerCache, cache_key
from tests.cli.test_commands import run
from tests.conftest import SAMPLE
from tests.fake_openai import FakeOpenAI, completion, good_answer, summarise


def test_explain_shows_the_way_of_one_label(fake_openai: FakeOpenAI) -> None:
    fake_openai.script = lambda request: completion(good_answer(request, sentiment_target="Nobody Inc"))
    command = ("explain", str(SAMPLE), "1", "--model", "m", "--base-url", fake_openai.url)
    unasked = run(*command, "--no-ask")
    assert (unasked.returncode, fake_openai.requests) == (1, [])
    first = run(*command, env={"OPENAI_API_KEY": "sk-secret"})
    text = first.stdout.decode()
    assert first.returncode == 0
    assert len(fake_openai.requests) == 1
    assert fake_openai.requests[0].body["messages"][0]["content"] in text, "the prompt as it was sent"
    for expected in ("not there yet", "evidence: holds", "target: dropped: 'Nobody Inc'", "trade, mixed"):
        assert expected in text
    assert "sk-secret" not in text
    assert "there: the model is not asked" in run(*command).stdout.decode()
    assert len(fake_openai.requests) == 1
    assert run("explain", str(SAMPLE), "99").returncode == 2


def test_explain_says_what_the_guard_has_against_a_summary(fake_openai: FakeOpenAI) -> None:
    wrong = "The duty is 99.9% from 2031."
    fake_openai.script = lambda request: completion(
        summarise(request, summary=wrong)
        if "theme" in request.asked_for
        else '{"summary": "", "summary_sentences": []}'
    )
    text = run("explain", str(SAMPLE), "1", "--model", "m", "--base-url", fake_openai.url).stdout.decode()
    assert 'summary: does not hold: "99.9%": this number is not in the sentences that you cite' in text


def test_doctor_names_each_remedy(tmp_path: Path) -> None:
    result = run("doctor", "--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    assert result.returncode == 1
    assert "cannot reach the server" in result.stdout.decode()
    missing = run("doctor", "--model", "embedded", env={"LLM_WRAP_MODELS_DIR": str(tmp_path / "none")})
    assert "llm-wrap models pull" in missing.stdout.decode()


def test_doctor_looks_at_the_file_and_the_adapter_that_count(tmp_path: Path, models_dir: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'model = "embedded"\nadapter = "{tmp_path}/mine.gguf"\n')
    told = run("doctor", env={"LLM_WRAP_CONFIG": str(file)})
    assert told.returncode == 1
    assert f"ok  settings  {file}" in told.stdout.decode()
    assert "mine.gguf: no adapter with its card" in told.stdout.decode()


def test_cache_verify_tells_planted_rows(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    cache = AnswerCache(folder)
    cache.put(cache_key({"n": 1}), "{}")
    cache.put(cache_key({"n": 2}), "{}")
    cache.close()
    environment = {"LLM_WRAP_CACHE_DIR": str(folder)}
    assert run("cache", "verify", env=environment).returncode == 0
    with sqlite3.connect(folder / "cache.db") as database:
        database.execute("UPDATE Cache SET mode = 4 WHERE key = ?", (cache_key({"n": 2}),))
    result = run("cache", "verify", env=environment)
    assert result.returncode == 1
    assert "1 entries are sound, 1 rows are not" in result.stdout.decode()
