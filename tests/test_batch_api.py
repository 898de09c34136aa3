"""--batch over a fake of OpenAI's files and batches: nothing is paid twice, whatever is killed, refused, late or lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import create_model

from llm_wrap.config import load_settings, override
from llm_wrap.llm.account import Bill
from llm_wrap.llm.chat import preview_requests
from llm_wrap.llm.prices import find_price
from llm_wrap.pipeline import make_brief, read_wrap
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, failure, good_answer

WRAPS, ITEMS = 3, 2
ASKED = WRAPS * ITEMS - 1  # by batch: the first question goes directly


@pytest.fixture
def wraps(tmp_path: Path) -> Path:
    folder = tmp_path / "wraps"
    folder.mkdir()
    for number in range(1, WRAPS + 1):
        (folder / f"{number}.txt").write_text(
            f"Asia Recap\nMar {number} ,2024\nDigest:\n"
            f"Ruritania sells {number} bonds:\nRuritania sold bonds worth ${number} billion on Tuesday. Demand was firm.\n"
            f"Freedonia lifts levy {number}:\nFreedonia removed its {number}% duty on tools. Shares fell 3.1% on the news.\n"
            "Markets:\nNikkei: 395.62 or +0.89% to 44768.12\n"
        )
    return folder


@pytest.fixture
def command(fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path) -> list[str]:
    config = tmp_path / "c.toml"
    config.write_text(f'model = "m"\nbase_url = "{fake_openai.url}"\nbatch = true\nsummaries = "extractive"\n')
    return [sys.executable, "-m", "llm_wrap", "brief", str(wraps), "--out-dir", str(tmp_path / "out"), "-f", "json",
            "--config", str(config)]  # fmt: skip


def _run(command: list[str], env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(env or {})}, timeout=120)
    assert "Traceback" not in result.stderr
    return result


def _state(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "home" / "xdg_state_home").rglob("batch-*.json"))


def _statuses(tmp_path: Path) -> list[str]:
    briefs = sorted((tmp_path / "out").glob("*.json"))
    return [label["status"] for brief in briefs for label in json.loads(brief.read_text())["labels"]]


def test_the_first_question_goes_directly_and_all_others_by_one_batch(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    result = _run(command)
    assert result.returncode == 0, result.stderr
    assert _statuses(tmp_path) == ["labelled"] * WRAPS * ITEMS
    assert (len(fake_openai.requests), len(fake_openai.batches.batches)) == (1, 1)
    lines = fake_openai.batches.lines()
    assert len(lines) == len({line["custom_id"] for line in lines}) == ASKED
    direct = fake_openai.requests[0].body
    for line in lines:
        assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
        assert set(line["body"]) == set(direct), "worded as it would be asked directly"
        assert line["body"]["messages"][0] == direct["messages"][0]
    batch = fake_openai.batches.batches[0]
    assert (batch["endpoint"], batch["completion_window"]) == ("/v1/chat/completions", "24h")
    assert "5 questions are with the server as batch_0" in result.stderr
    assert "3 briefs made; 6 calls" in result.stderr
    assert "600 tokens in, 60 out" in result.stderr
    assert _state(tmp_path) == []

    again = _run(command)
    assert "3 briefs there already" in again.stderr
    assert (len(fake_openai.requests), len(fake_openai.batches.batches)) == (1, 1)


@pytest.mark.parametrize("step", ["upload", "create", "created", "retrieve", "content"])
def test_a_run_killed_at_any_step_is_gone_on_with_and_nothing_is_submitted_twice(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path, step: str
) -> None:
    reached, released = threading.Event(), threading.Event()

    def block(at: str) -> Response | None:
        if at == step and not released.is_set():
            reached.set()
            released.wait(60)
            return failure(503)
        return None

    fake_openai.batches.on_step = block
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    assert reached.wait(60)
    process.kill()
    process.wait()
    released.set()
    for path in _state(tmp_path):
        assert b"Freedonia" not in path.read_bytes(), "no text of a wrap is kept"
    result = _run(command)
    assert result.returncode == 0, result.stderr
    assert _statuses(tmp_path) == ["labelled"] * WRAPS * ITEMS
    assert len(fake_openai.batches.batches) == 1
    assert _state(tmp_path) == []
    direct = [request.user_text for request in fake_openai.requests]
    assert len(direct) == (2 if step == "upload" else 1), "before the upload nothing was under way"


def test_a_batch_that_was_made_though_the_request_failed_is_found(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    failed: list[str] = []

    def break_once(at: str) -> Response | None:
        if at == "created" and not failed:
            failed.append(at)
            return failure(500)
        return None

    fake_openai.batches.on_step = break_once
    assert _run(command).returncode == 0
    assert (failed, len(fake_openai.batches.batches)) == (["created"], 1)
    assert _statuses(tmp_path) == ["labelled"] * WRAPS * ITEMS


def test_what_expired_says_so_and_alone_is_asked_again(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    fake_openai.batches.ends_as = "expired"
    fake_openai.batches.answered = lambda line: line < 2
    first = _run(command)
    assert first.returncode == 1
    assert "batch_expired" in first.stderr
    assert _statuses(tmp_path).count("labelled") == 3
    fake_openai.batches.ends_as, fake_openai.batches.answered = "completed", lambda line: True
    second = _run(command)
    assert second.returncode == 0, second.stderr
    assert _statuses(tmp_path) == ["labelled"] * WRAPS * ITEMS
    asked = [len(fake_openai.batches.lines(number)) for number in range(len(fake_openai.batches.batches))]
    assert asked == [ASKED, ASKED - 2 - 1], "one of the three was asked directly"


def test_a_batch_that_fails_costs_the_items_and_nothing_else(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    fake_openai.batches.ends_as = "failed"
    result = _run(command)
    assert result.returncode == 1
    assert "incomplete (batch_failed)" in result.stderr
    assert _statuses(tmp_path).count("labelled") == 1
    assert len(fake_openai.batches.batches) == 1
    assert _state(tmp_path) == []


def test_one_line_that_fails_leaves_the_others_alone(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    def script(request: FakeRequest) -> Response:
        ill = request.path == "batch" and "levy 2" in request.user_text
        return failure(400, "no") if ill else completion(good_answer(request))

    fake_openai.script = script
    result = _run(command)
    assert result.returncode == 1
    assert "incomplete (bad_request)" in result.stderr
    assert _statuses(tmp_path).count("labelled") == WRAPS * ITEMS - 1


def test_an_answer_that_does_not_hold_is_asked_for_once_more_in_the_next_batch(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    def script(request: FakeRequest) -> Response:
        reasked = len(request.body["messages"]) > 2
        bad = request.path == "batch" and "levy" in request.user_text and (not reasked or "levy 3" in request.user_text)
        return completion(good_answer(request, evidence="words of no item" if bad else _headline(request)))

    fake_openai.script = script
    result = _run(command)
    assert result.returncode == 1
    assert "incomplete (evidence_not_in_item)" in result.stderr
    assert _statuses(tmp_path).count("unlabelled") == 1
    sizes = [len(fake_openai.batches.lines(number)) for number in range(len(fake_openai.batches.batches))]
    assert sizes[0] == ASKED
    assert len(sizes) == 2
    assert sizes[1] == sum("levy" in line["body"]["messages"][1]["content"] for line in fake_openai.batches.lines(0))


def _headline(request: FakeRequest) -> str:
    return request.user_text.removeprefix("<item>\n").splitlines()[0]


def test_a_refused_option_shows_at_once_and_a_resumed_run_words_its_questions_alike(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    def script(request: FakeRequest) -> Response:
        if "temperature" in request.body:
            return failure(400, "Unsupported value: 'temperature' does not support 0 with this model.")
        if "max_tokens" in request.body:
            return failure(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        return completion(good_answer(request))

    fake_openai.script = script
    fake_openai.batches.looks = 1_000
    looked = threading.Event()

    def note(at: str) -> None:
        if at == "retrieve":
            looked.set()

    fake_openai.batches.on_step = note
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert looked.wait(120)
    process.send_signal(signal.SIGINT)
    assert "stopped" in process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert len(_state(tmp_path)) == 1
    bodies = [line["body"] for line in fake_openai.batches.lines()]
    assert not [body for body in bodies if "temperature" in body or "max_tokens" in body]
    fake_openai.batches.looks = 0
    done = _run(command)
    assert done.returncode == 0, done.stderr
    assert _statuses(tmp_path) == ["labelled"] * WRAPS * ITEMS
    assert len(fake_openai.batches.batches) == 1


def test_a_batch_that_is_not_ready_in_time_leaves_its_items_pending(
    fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path
) -> None:
    """In this process, its imports done before, so that the time is the batch's."""
    settings = override(
        load_settings(None, {}), model="m", base_url=fake_openai.url, batch=True, summaries="extractive",
        state_dir=tmp_path / "state",
    )  # fmt: skip
    preview_requests("m", [([{"role": "user", "content": "?"}], create_model("Any", a=(str, ...)))], max_tokens=1)
    fake_openai.batches.looks = 1_000
    result = read_wrap(str(wraps / "1.txt"), settings)
    pending = make_brief(result, override(settings, run_deadline_s=10), {})
    assert [label.reason for label in pending.labels] == [None, "batch_pending"]
    assert "the same command goes on with it" in " ".join(pending.notes)
    fake_openai.batches.looks = 0
    done = make_brief(result, settings, {})
    assert [label.status for label in done.labels] == ["labelled"] * ITEMS
    assert len(fake_openai.batches.batches) == 1


def test_two_runs_at_once_submit_once(fake_openai: FakeOpenAI, command: list[str], tmp_path: Path) -> None:
    fake_openai.batches.looks = 4
    other = [part.replace(str(tmp_path / "out"), str(tmp_path / "out2")) for part in command]
    processes = [subprocess.Popen(one, stderr=subprocess.PIPE, text=True) for one in (command, other)]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    asked = [
        line["custom_id"]
        for number in range(len(fake_openai.batches.batches))
        for line in fake_openai.batches.lines(number)
    ]
    assert len(asked) == len(set(asked)), "no question is in two batches"
    assert len(asked) + len(fake_openai.requests) <= WRAPS * ITEMS + 1, "each run may ask one question directly"


def test_a_limit_holds_for_the_batch(fake_openai: FakeOpenAI, command: list[str], tmp_path: Path) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
    fake_openai.script = lambda request: completion(good_answer(request), usage=usage)
    result = _run([*command, "--max-tokens", "4200"])
    assert result.returncode == 1
    assert "over_budget" in result.stderr
    assert _statuses(tmp_path).count("labelled") == 3, "the next could have passed it"
    assert "3,000 tokens in, 150 out" in result.stderr


def test_a_bad_key_shows_at_once_and_nothing_is_submitted(
    fake_openai: FakeOpenAI, command: list[str], tmp_path: Path
) -> None:
    fake_openai.script = lambda request: failure(401)
    result = _run(command)
    assert result.returncode == 1
    assert "bad_key" in result.stderr
    assert (len(fake_openai.requests), fake_openai.batches.files) == (1, {})


def test_one_wrap_by_batch_and_votes(fake_openai: FakeOpenAI, command: list[str], wraps: Path) -> None:
    config = command[command.index("--config") + 1]
    brief = [*command[:4], str(wraps / "1.txt"), "-f", "json", "--config", config]
    result = _run(brief, {"LLM_WRAP_VOTES": "3"})
    assert result.returncode == 0, result.stderr
    labels = json.loads(result.stdout)["labels"]
    assert [(label["confidence_source"], label["confidence"]) for label in labels] == [("votes", 1.0)] * ITEMS
    assert len(fake_openai.requests) == 1


@pytest.mark.parametrize(("options", "says"), [(("--model", "embedded"), "hosted"), (("--no-cache",), "cache")])
def test_what_cannot_go_by_batch(wraps: Path, options: tuple[str, ...], says: str) -> None:
    command = [sys.executable, "-m", "llm_wrap", "brief", str(wraps / "1.txt"), "--batch", *options]
    if options == ("--no-cache",):
        command += ["--model", "m", "--base-url", "http://127.0.0.1:9/v1"]
    result = _run(command)
    assert result.returncode == 2
    assert says in result.stderr


def test_the_price_of_a_batch_where_it_is_known() -> None:
    url = "https://api.openai.com/v1"
    cost_of = find_price("gpt-4o-mini", url, batch=True)
    assert cost_of is not None
    assert cost_of(Bill(1_000_000, 0)) == Decimal("0.15")
    assert cost_of(Bill(1_000_000, 0, batch=True)) == Decimal("0.075")
    assert find_price("gpt-4o-mini", "https://desk.openai.azure.com/x", batch=True) is None, "not known there"
    assert find_price("gpt-4o-mini", "https://desk.openai.azure.com/x") is not None
