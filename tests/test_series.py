"""Many wraps in one run, as a user runs it: processes, folders and a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from llm_wrap.series import BriefRecord, name_briefs
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, failure, good_answer

ITEMS = 2  # in each wrap


def _write_wrap(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"Asia Recap\nMar {number} ,2024\nDigest:\n"
        f"Ruritania sells {number} bonds:\nRuritania sold bonds worth ${number} billion on Tuesday. Demand was firm.\n"
        f"Freedonia lifts levy {number}:\nFreedonia removed its {number}% duty on tools. Shares fell 3.1% on the news.\n"
        "Markets:\nNikkei: 395.62 or +0.89% to 44768.12\n"
    )


@pytest.fixture
def wraps(tmp_path: Path) -> Path:
    for number in range(1, 7):
        _write_wrap(tmp_path / "wraps" / f"{number}.txt", number)
    return tmp_path / "wraps"


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "llm_wrap", "brief", *arguments]


def _run(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        _command(*arguments), capture_output=True, text=True, env={**os.environ, **(env or {})}, timeout=120
    )
    assert "Traceback" not in result.stderr
    assert result.stdout == "", "the briefs are in files"
    return result


def _server(fake: FakeOpenAI) -> tuple[str, ...]:
    return ("--model", "m", "--base-url", fake.url)


def _labels(brief: Path) -> list[str]:
    return [label["status"] for label in json.loads(brief.read_text())["labels"]]


def test_every_wrap_gets_a_whole_brief_and_nothing_is_done_twice(
    fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = (str(wraps), "--out-dir", str(out), "--format", "json", *_server(fake_openai))
    first = _run(*command)
    assert first.returncode == 0
    assert first.stderr.splitlines() == [
        f"llm-wrap: {out}: 6 briefs made; 12 calls, 0 answers from the cache, 1,200 tokens in, 120 out"
    ]
    briefs = sorted(out.glob("*.json"))
    assert [brief.name for brief in briefs] == [f"{number}.json" for number in range(1, 7)]
    assert all(_labels(brief) == ["labelled"] * ITEMS for brief in briefs)

    written = [brief.stat().st_mtime_ns for brief in briefs]
    again = _run(*command)
    assert (again.returncode, again.stderr) == (0, f"llm-wrap: {out}: 6 briefs there already\n")
    assert [brief.stat().st_mtime_ns for brief in briefs] == written

    _write_wrap(wraps / "1.txt", 9)  # another text
    briefs[1].write_text("{}")  # no longer what was written
    briefs[2].unlink()
    third = _run(*command)
    assert "3 briefs made; 3 briefs there already; 2 calls, 4 answers from the cache" in third.stderr
    assert len(fake_openai.requests) == 6 * ITEMS + ITEMS
    other_model = _run(*command[:-4], "--model", "other", *command[-2:])
    assert "6 briefs made" in other_model.stderr, "another model makes every brief anew"


def test_what_is_incomplete_is_exit_1_and_tried_again(fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path) -> None:
    def script(request: FakeRequest) -> Response:
        return failure(400) if "levy 3" in request.user_text and ill else completion(good_answer(request))

    ill = True
    fake_openai.script = script
    (wraps / "recipe.txt").write_text("Banana bread\n\nBake for 50 minutes at 180 degrees.\n" * 5)
    out = tmp_path / "out"
    command = (str(wraps), "--out-dir", str(out), "--format", "json", *_server(fake_openai))
    first = _run(*command)
    assert first.returncode == 1
    lines = first.stderr.splitlines()
    assert any("recipe.txt: " in line for line in lines)
    assert any("3.txt: 1 of 2 items are unlabelled (bad_request)." in line for line in lines)
    assert "5 briefs made whole; 1 brief incomplete (bad_request)" in lines[-1]
    assert "1 brief not made" in lines[-1]
    assert _labels(out / "3.json") == ["labelled", "unlabelled"]

    ill = False
    second = _run(*command)
    assert second.returncode == 1, "the recipe is still no wrap"
    assert "1 brief made; 5 briefs there already; 1 brief not made" in second.stderr
    assert _labels(out / "3.json") == ["labelled", "labelled"]


def test_a_killed_run_goes_on_where_it_was(fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path) -> None:
    def script(request: FakeRequest) -> Response:
        time.sleep(0.15)
        return completion(good_answer(request))

    fake_openai.script = script
    out = tmp_path / "out"
    command = _command(str(wraps), "--out-dir", str(out), "--format", "json", *_server(fake_openai))
    environment = {**os.environ, "LLM_WRAP_CONCURRENCY": "2"}
    for kills in (3, 7):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment)
        end = time.monotonic() + 60
        while len(fake_openai.requests) < kills and time.monotonic() < end:
            time.sleep(0.01)
        process.kill()
        process.wait()
        assert all(_labels(brief) == ["labelled"] * ITEMS for brief in out.glob("*.json")), "whole or not at all"
    assert subprocess.run(command, env=environment, capture_output=True).returncode == 0
    assert sorted(brief.name for brief in out.iterdir() if not brief.name.startswith(".")) == [
        f"{number}.json" for number in range(1, 7)
    ]
    assert len(fake_openai.requests) <= 6 * ITEMS + 2 * 2, "two were under way at each kill"


def test_a_rate_limit_holds_back_the_whole_run_and_is_waited_out(
    fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path
) -> None:
    """It is longer than an item's deadline, so that without patience the items would be lost."""
    times: list[float] = []
    limited: list[float] = []
    lock = threading.Lock()

    def script(request: FakeRequest) -> Response:
        with lock:
            times.append(time.monotonic())
            if request.number in (3, 4):
                limited.append(time.monotonic())
                return failure(429, **{"Retry-After": "3"})
        return completion(good_answer(request))

    fake_openai.script = script
    result = _run(
        str(wraps), "--out-dir", str(tmp_path / "out"), *_server(fake_openai),
        env={"LLM_WRAP_DEADLINE_S": "2", "LLM_WRAP_CONCURRENCY": "2"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "6 briefs made" in result.stderr
    assert len(times) == 6 * ITEMS + len(limited)
    held = [at for at in times if limited[-1] < at < limited[0] + 3]
    assert held == [], "nobody asks while the server wants us to wait, but for what was under way"


def test_questions_of_all_wraps_share_one_limit(fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path) -> None:
    under_way: list[int] = []
    most = [0]

    def script(request: FakeRequest) -> Response:
        under_way.append(1)
        most[0] = max(most[0], len(under_way))
        time.sleep(0.1)
        under_way.pop()
        return completion(good_answer(request))

    fake_openai.script = script
    result = _run(
        str(wraps), "--out-dir", str(tmp_path / "out"), *_server(fake_openai), env={"LLM_WRAP_CONCURRENCY": "3"}
    )
    assert result.returncode == 0
    assert most[0] == 3, "as many at once as the setting says, over the borders of wraps"


def test_max_tokens_holds_for_the_whole_run(fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
    fake_openai.script = lambda request: completion(good_answer(request), usage=usage)
    result = _run(
        str(wraps), "--out-dir", str(tmp_path / "out"), *_server(fake_openai), "--max-tokens", "4200",
        env={"LLM_WRAP_CONCURRENCY": "1"},
    )  # fmt: skip
    assert result.returncode == 1
    assert "over_budget" in result.stderr
    assert len(fake_openai.requests) == 3, "the fourth could have passed it"


def test_a_dry_run_counts_all_wraps_and_the_same_item_once(
    fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path
) -> None:
    (wraps / "copy.txt").write_bytes((wraps / "1.txt").read_bytes())
    result = subprocess.run(
        _command(str(wraps), "--out-dir", str(tmp_path / "out"), *_server(fake_openai), "--dry-run"),
        capture_output=True, text=True,
    )  # fmt: skip
    assert "wraps   7" in result.stdout
    assert "calls   12;" in result.stdout
    assert fake_openai.requests == []
    assert not (tmp_path / "out").exists()


def test_the_same_item_in_two_wraps_is_asked_once(fake_openai: FakeOpenAI, wraps: Path, tmp_path: Path) -> None:
    fake_openai.script = lambda request: (time.sleep(0.2), completion(good_answer(request)))[1]
    (wraps / "copy.txt").write_bytes((wraps / "1.txt").read_bytes())
    _run(str(wraps), "--out-dir", str(tmp_path / "out"), *_server(fake_openai))
    assert len(fake_openai.requests) == 6 * ITEMS


def test_briefs_among_the_wraps_are_never_taken_for_wraps_nor_replace_one(wraps: Path, tmp_path: Path) -> None:
    command = (str(wraps), "--no-llm", "--out-dir")
    assert "6 briefs made" in _run(*command, str(wraps / "briefs")).stderr
    assert "6 briefs there already" in _run(*command, str(wraps / "briefs")).stderr
    assert "6 briefs made" in _run(*command, str(wraps), "--format", "md").stderr, "beside them"
    assert "6 briefs there already" in _run(*command, str(wraps), "--format", "md").stderr
    refused = _run(*command, str(wraps), "--format", "text")
    assert refused.returncode == 2
    assert "is a wrap that its brief would replace" in refused.stderr
    assert len(list(wraps.glob("*.txt"))) == 6


def test_patterns_files_and_folders_name_each_wrap_once(wraps: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = _run(str(wraps / "[1-3].txt"), str(wraps / "1.txt"), str(wraps), "--no-llm", "--out-dir", str(out))
    assert "6 briefs made" in result.stderr
    for arguments, says in (
        ((str(wraps / "2026-*.txt"), "--out-dir", str(out)), "no file matches"),
        ((str(wraps / "1.txt"), str(wraps / "2.txt")), "--out-dir"),
        (("-", "--out-dir", str(out)), "standard input"),
        ((str(wraps), "--out-dir", str(wraps / "1.txt")), "cannot make this folder"),
    ):
        wrong = _run(*arguments)
        assert wrong.returncode == 2
        assert len(wrong.stderr.splitlines()) == 1
        assert says in wrong.stderr


def test_names_that_clash_keep_what_tells_them_apart() -> None:
    def names(*files: tuple[str, str]) -> list[str]:
        return [wrap.out.as_posix() for wrap in name_briefs(files, Path("out"), ".html")]

    assert names(("w/a.txt", "a.txt"), ("w/x/a.txt", "x/a.txt")) == ["out/a.html", "out/x/a.html"]
    assert names(("w/a.txt", "a.txt"), ("w/a.eml", "a.eml"), ("w/b.txt", "b.txt")) == [
        "out/a.txt.html", "out/a.eml.html", "out/b.html",
    ]  # fmt: skip
    assert names(("w/A.txt", "A.txt"), ("v/a.txt", "a.txt")) == ["out/w-A.txt.html", "out/v-a.txt.html"]
    assert names(("u/w/a.txt", "a.txt"), ("v/w/a.txt", "a.txt")) == ["out/u-w-a.txt.html", "out/v-w-a.txt.html"]


def test_a_record_that_was_cut_off_loses_its_last_line_only(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
        BriefRecord(tmp_path, "r").conclude(tmp_path / name, "digest")
    record = tmp_path / ".llm-wrap-briefs.jsonl"
    record.write_bytes(record.read_bytes()[:-20])
    (tmp_path / "three").write_text("three")
    BriefRecord(tmp_path, "r").conclude(tmp_path / "three", "digest")
    read = BriefRecord(tmp_path, "r")
    assert [read.holds(tmp_path / name, "digest") for name in ("one", "two", "three")] == [True, False, True]
    assert not BriefRecord(tmp_path, "other recipe").holds(tmp_path / "one", "digest")
    assert not read.holds(tmp_path / "one", "other file")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for child processes in /proc")
def test_one_embedded_server_serves_all_wraps(models_dir: Path, wraps: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        _command(str(wraps / "[1-3].txt"), "--out-dir", str(tmp_path / "out")),
        stderr=subprocess.PIPE, text=True, env={**os.environ, "LLM_WRAP_MODELS_DIR": str(models_dir)},
    )  # fmt: skip
    servers: set[str] = set()
    while process.poll() is None:
        for child in Path("/proc").glob("[0-9]*"):
            try:
                if (child / "stat").read_text().split()[3] == str(process.pid) and "llm_wrap.llm.serve" in (
                    child / "cmdline"
                ).read_text():
                    servers.add(child.name)
            except (OSError, IndexError):
                continue
        time.sleep(0.02)
    assert process.stderr is not None
    assert "3 briefs made" in process.stderr.read()
    assert process.returncode == 0
    assert len(servers) == 1
