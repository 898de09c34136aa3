"""The answer cache between processes: one call an item, whatever is killed, corrupted or changed. Real processes throughout."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llm_wrap.cache import AnswerCache, cache_key, open_cache
from llm_wrap.llm.adapter import shipped_adapter
from tests.conftest import ROOT
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, good_answer

WRAP = """Asia Recap
Mar 5 ,2024
Digest:
Ruritania holds its rate:
The central bank of Ruritania held its rate at 2.5% on Tuesday. Economists had expected no move.
Freedonia lifts chip-tool levy:
Freedonia removed its 15% duty on imported lithography tools. Shares of toolmakers fell 3.1% on the news.
Ruritania retail sales beat:
Ruritania retail sales rose 1.4% in February. Consensus was 0.9%.
Markets:
Nikkei: 395.62 or +0.89% to 44768.12
"""
ITEMS = 3
ROWS = ITEMS + 1  # in the cache: the answers, and the reading
posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and kill -9")


@pytest.fixture
def wrap(tmp_path: Path) -> Path:
    path = tmp_path / "wrap.txt"
    path.write_text(WRAP)
    return path


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "llm_wrap", *arguments]


def _brief(wrap: Path, url: str, **environment: str) -> subprocess.Popen[bytes]:
    command = _command("brief", str(wrap), "--model", "m", "--base-url", url, "--format", "json")
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment})


def _labels(process: subprocess.Popen[bytes]) -> list[dict[str, object]]:
    """Of a brief that must be whole."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    labels: list[dict[str, object]] = json.loads(out)["labels"]
    assert {label["status"] for label in labels} == {"labelled"}
    return labels


def _slowly(request: FakeRequest) -> Response:
    time.sleep(0.5)
    return completion(good_answer(request))


# --- one call an item -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [2, 6])
def test_processes_that_want_the_same_items_make_one_call_an_item(
    fake_openai: FakeOpenAI, wrap: Path, processes: int
) -> None:
    started = threading.Barrier(2)

    def script(request: FakeRequest) -> Response:
        if request.number == 0:
            started.wait(60)  # the first question is not answered before all processes run
            time.sleep(1)
        return completion(good_answer(request))

    fake_openai.script = script
    briefs = [_brief(wrap, fake_openai.url) for _ in range(processes)]
    started.wait(60)
    labels = [_labels(brief) for brief in briefs]
    assert len(fake_openai.requests) == ITEMS
    assert len({request.user_text for request in fake_openai.requests}) == ITEMS
    for others in labels[1:]:
        assert [label["evidence"] for label in others] == [label["evidence"] for label in labels[0]]
    fresh = [label for process in labels for label in process if not label["cached"]]
    assert len(fresh) == ITEMS, "each answer is new in one process and comes from the cache in all others"


@posix
def test_a_process_that_is_killed_over_an_item_holds_nobody_up(fake_openai: FakeOpenAI, wrap: Path) -> None:
    def script(request: FakeRequest) -> Response:
        if request.number == 0:
            time.sleep(60)
        return completion(good_answer(request))

    fake_openai.script = script
    dead = _brief(wrap, fake_openai.url, LLM_WRAP_CONCURRENCY="1")
    _wait_until(lambda: bool(fake_openai.requests))
    dead.kill()
    dead.communicate()
    start = time.monotonic()
    _labels(_brief(wrap, fake_openai.url))
    assert time.monotonic() - start < 30, "its claim stood for 120 s"
    assert len(fake_openai.requests) == 1 + ITEMS


def test_a_failure_is_not_shared_each_process_tries_itself(fake_openai: FakeOpenAI, wrap: Path) -> None:
    def script(request: FakeRequest) -> Response:
        time.sleep(0.3)
        return completion(good_answer(request, theme="sports" if request.number < 2 else "trade"))

    fake_openai.script = script
    one = _brief(wrap, fake_openai.url, LLM_WRAP_CONCURRENCY="1")
    _wait_until(lambda: bool(fake_openai.requests))
    other = _brief(wrap, fake_openai.url, LLM_WRAP_CONCURRENCY="1")
    one.communicate(timeout=60)
    assert one.returncode == 1
    _labels(other)
    assert len(fake_openai.requests) == 2 + ITEMS


def test_a_claim_is_exclusive_ends_with_its_owner_and_expires(tmp_path: Path) -> None:
    key = cache_key({"item": 1})
    with open_cache(tmp_path / "c") as one, open_cache(tmp_path / "c") as other:
        assert one.claim(key, 60)
        assert not other.claim(key, 60)
        assert not one.claim(key, 60)
        other.release(key)
        assert not other.claim(key, 60), "nobody releases another's claim"
        one.release(key)
        assert other.claim(key, 0.1)
        time.sleep(0.2)
        assert one.claim(key, 60)
        other.release(key)
        assert not other.claim(key, 60), "a claim that ran out and was taken over is its new owner's"
        assert one.trouble is None
        assert other.trouble is None
    assert AnswerCache(None).claim(key, 60), "without a cache everybody asks"


# --- kill -9 --------------------------------------------------------------------------------------------------------

_KILLS = """
import json, os, random, signal, sys, time
from pathlib import Path
from llm_wrap.cache import cache_key, open_cache

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(7)
told, last = 0, -1
for round in range(kills):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with open_cache(folder) as cache:
            number = last
            while True:
                number += 1
                cache.claim(cache_key({"n": number}), 60)
                cache.put(cache_key({"n": number}), json.dumps([number, "x" * (number * 37 % 4000)]))
                cache.release(cache_key({"n": number}))
                os.write(write, b"%d\\n" % number)
    os.close(write)
    first = os.read(read, 10_000)  # it is writing
    time.sleep(chance.random() * 0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told_by_child = [int(line) for line in first.split()]
    with os.fdopen(read) as rest:
        told_by_child += [int(line) for line in rest.read().split()]
    told += len(told_by_child)
    last = max(told_by_child)
    with open_cache(folder) as cache:
        for number in range(max(0, last - 50), last + 1):
            kept = json.loads(cache.get(cache_key({"n": number})) or "null")
            assert kept == [number, "x" * (number * 37 % 4000)], (round, number, kept)
        assert cache.trouble is None, cache.trouble
with open_cache(folder) as cache:
    check = cache.verify()
    assert cache.trouble is None and check.unsound == 0, (cache.trouble, check)
    for number in range(last + 1):
        assert json.loads(cache.get(cache_key({"n": number})) or "null") == [number, "x" * (number * 37 % 4000)]
print(json.dumps({"written": told, "sound": check.sound}))
"""


@posix
def test_a_hundred_kills_during_writes_and_every_answer_that_was_kept_is_read(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _KILLS, str(tmp_path / "c"), "100"], capture_output=True, text=True, timeout=300
    )
    assert result.returncode == 0, result.stderr
    counts = json.loads(result.stdout)
    assert counts["written"] >= 100
    assert counts["sound"] >= counts["written"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("c")] == ["c"], "nothing was set aside"


@posix
def test_a_brief_killed_in_the_middle_has_kept_what_it_knew(fake_openai: FakeOpenAI, wrap: Path) -> None:
    fake_openai.script = _slowly
    first = _brief(wrap, fake_openai.url, LLM_WRAP_CONCURRENCY="1")
    _wait_until(lambda: len(fake_openai.requests) == 2)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    _labels(_brief(wrap, fake_openai.url))
    assert len(fake_openai.requests) == ITEMS + 1, "the item that it was killed over, and no other, is asked again"


# --- corruption and planted rows ------------------------------------------------------------------------------------


def _truncate(database: Path) -> None:
    database.write_bytes(database.read_bytes()[:5_000])


def _rot(database: Path) -> None:
    pages = bytearray(database.read_bytes())
    pages[4096:] = bytes(255 - byte for byte in pages[4096:])
    database.write_bytes(bytes(pages))


def _drop_column(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE Cache DROP COLUMN value")
    connection.close()


def _other_schema(database: Path) -> None:
    database.unlink()
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE Cache (a, b)")
    connection.close()


CORRUPTIONS: dict[str, Callable[[Path], object]] = {
    "garbage": lambda database: database.write_bytes(b"\xff\x00not a database " * 2_000),
    "truncated": _truncate,
    "every page but the first rotten": _rot,
    "a column lost": _drop_column,
    "another program's": _other_schema,
}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    fake = FakeOpenAI()
    yield fake
    fake.close()


@pytest.fixture(scope="module")
def filled(server: FakeOpenAI, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the answers about WRAP from `server`."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "wrap.txt").write_text(WRAP)
    _labels(_brief(folder / "wrap.txt", server.url, LLM_WRAP_CACHE_DIR=str(folder / "answers")))
    return folder / "answers"


@pytest.fixture
def answers(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "cache" / "answers")


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_a_corrupt_cache_is_set_aside_rebuilt_and_costs_calls_only(
    server: FakeOpenAI, wrap: Path, answers: Path, kind: str
) -> None:
    CORRUPTIONS[kind](answers / "cache.db")
    corrupt = (answers / "cache.db").read_bytes()
    before = len(server.requests)
    process = _brief(wrap, server.url, LLM_WRAP_CACHE_DIR=str(answers))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    (note,) = json.loads(out)["notes"]
    (aside,) = [path for path in answers.parent.iterdir() if path != answers]
    assert aside.name.startswith("answers.broken-")
    assert aside.name in note, "the brief says where the old one is"
    assert (aside / "cache.db").read_bytes()[-512:] == corrupt[-512:]
    assert len(server.requests) == before + ITEMS
    with open_cache(answers) as cache:
        assert (cache.verify().sound, cache.trouble) == (ROWS, None), "the new one works"


PLANTED = {
    "pickle value": "UPDATE Cache SET mode = 4, value = :pickle",
    "pickle key": "UPDATE Cache SET raw = 0, key = CAST(:pickle || rowid AS BLOB)",
    "file name": "UPDATE Cache SET mode = 3, value = NULL, filename = '../mine.txt'",
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_row_runs_nothing_reads_nothing_and_deletes_nothing(
    server: FakeOpenAI, wrap: Path, answers: Path, tmp_path: Path, kind: str
) -> None:
    proof, mine = tmp_path / "proof", answers.parent / "mine.txt"
    mine.write_text("mine")
    exploit = b"cposix\nmkdir\n(V" + str(proof).encode() + b"\ntR."
    with sqlite3.connect(answers / "cache.db") as database:
        assert database.execute(PLANTED[kind], {"pickle": exploit}).rowcount == ROWS
    database.close()
    before = len(server.requests)
    _labels(_brief(wrap, server.url, LLM_WRAP_CACHE_DIR=str(answers)))
    assert len(server.requests) == before + ITEMS, "a planted row is a miss"
    with open_cache(answers) as cache:
        cache.verify()
        cache.clear()
    assert mine.read_text() == "mine"
    assert not proof.exists()
    subprocess.run([sys.executable, "-c", f"import pickle; pickle.loads({exploit!r})"], check=True)
    assert proof.exists(), "the exploit itself must work, or this test shows nothing"


# --- what is in the key ---------------------------------------------------------------------------------------------


_KEY_OF_THE_FIRST_ITEM = """
import os, sys
from llm_wrap.cache import AnswerCache
from llm_wrap.config import load_settings
from llm_wrap.labelling.task import item_key
from llm_wrap.labelling.themes import load_themes
from llm_wrap.choice import choose_from_settings
from llm_wrap.pipeline import read_wrap
from llm_wrap.reporter import Reporter
settings = load_settings(None, os.environ)
wrap = read_wrap(sys.argv[1], settings).wrap
choice = choose_from_settings(load_themes(settings.themes), settings, os.environ, AnswerCache(None), Reporter())
print(item_key(choice.task, wrap.digest[0]))
"""


def test_a_changed_prompt_theme_file_model_or_adapter_misses_and_a_changed_key_hits(
    server: FakeOpenAI, wrap: Path, answers: Path, tmp_path: Path
) -> None:
    """In a copy of the installation, whose prompt and adapter card can be edited."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "llm_wrap", copy / "llm_wrap", ignore=shutil.ignore_patterns("*.gguf", "__pycache__"))
    shutil.copytree(ROOT / "prompts", copy / "prompts")
    prompt = copy / "prompts" / "label_and_summarise.md"
    card = copy / "llm_wrap" / "llm" / "adapters" / f"{shipped_adapter().name}.json"
    themes = tmp_path / "themes.toml"
    themes.write_text((ROOT / "prompts" / "themes.toml").read_text() + "# mine\n")
    hosted = {"LLM_WRAP_MODEL": "m", "LLM_WRAP_BASE_URL": server.url}

    def key(**settings: str) -> str:
        result = subprocess.run(
            [sys.executable, "-c", _KEY_OF_THE_FIRST_ITEM, str(wrap)],
            capture_output=True, text=True, cwd=copy, env={**os.environ, **settings},
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    before = len(server.requests)
    _labels(_brief(wrap, server.url, LLM_WRAP_CACHE_DIR=str(answers), OPENAI_API_KEY="sk-rotated"))
    assert len(server.requests) == before, "another API key hits"
    seen = {"known": key(**hosted, OPENAI_API_KEY="sk-rotated")}
    with open_cache(answers) as cache:
        assert cache.get(seen["known"]) is not None
    seen["model"] = key(**{**hosted, "LLM_WRAP_MODEL": "other"})
    seen["theme file"] = key(**hosted, LLM_WRAP_THEMES=str(themes))
    seen["embedded"] = key()
    prompt.write_text(prompt.read_text().replace("=== user\n", "Be brief.\n=== user\n"))
    seen["prompt"] = key(**hosted)
    card.write_text(json.dumps({**json.loads(card.read_text()), "adapter_sha256": "0" * 64}))
    seen["adapter"] = key()
    assert len(set(seen.values())) == len(seen), seen


def _wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
