"""The answer cache: text only, private, and never a reason for a run to stop."""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
from pathlib import Path

import pytest

from llm_wrap.cache import AnswerCache, cache_key, open_cache

KEY = cache_key({"item": "one"})


class _Exploit:
    """Unpickling this creates the file `proof`."""

    def __init__(self, proof: Path) -> None:
        self._proof = proof

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, (str(self._proof),)


def _plant(folder: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(folder / "cache.db") as database:
        assert database.execute(sql, values).rowcount == 1
    database.close()


def test_an_answer_is_there_in_the_next_process(tmp_path: Path) -> None:
    with open_cache(tmp_path / "c") as cache:
        assert cache.get(KEY) is None
        cache.put(KEY, '{"theme": "trade"}')
    with open_cache(tmp_path / "c") as cache:
        assert cache.get(KEY) == '{"theme": "trade"}'
        assert cache.stats().entries == 1
        assert cache.clear() == 1
        assert cache.get(KEY) is None


def test_the_folder_is_private_even_if_it_was_not(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with open_cache(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_cache_keeps_nothing() -> None:
    cache = AnswerCache(None)
    cache.put(KEY, "x")
    assert cache.get(KEY) is None


@pytest.mark.parametrize("mode", [4, 2, 3])
def test_a_planted_pickle_value_is_a_miss_and_runs_nothing(tmp_path: Path, mode: int) -> None:
    folder, proof = tmp_path / "c", tmp_path / "proof"
    with open_cache(folder) as cache:
        cache.put(KEY, "good")
    _plant(folder, "UPDATE Cache SET mode = ?, value = ?", mode, pickle.dumps(_Exploit(proof)))
    with open_cache(folder) as cache:
        assert cache.get(KEY) is None
        assert cache.trouble is not None
        assert "planted" in cache.trouble
    assert not proof.exists()
    pickle.loads(pickle.dumps(_Exploit(proof)))
    assert proof.exists(), "the exploit itself must work, or this test shows nothing"


def test_a_planted_pickle_key_runs_nothing(tmp_path: Path) -> None:
    folder, proof = tmp_path / "c", tmp_path / "proof"
    with open_cache(folder) as cache:
        cache.put(KEY, "good")
    _plant(folder, "UPDATE Cache SET key = ?, raw = 0", pickle.dumps(_Exploit(proof)))
    with open_cache(folder) as cache:
        assert cache.get(KEY) is None
        cache.put(KEY, "new")
        assert cache.get(KEY) == "new"
        cache.clear()
    assert not proof.exists()


def test_a_planted_file_name_is_neither_read_nor_deleted(tmp_path: Path) -> None:
    folder, secret = tmp_path / "c", tmp_path / "secret.txt"
    secret.write_text("mine")
    with open_cache(folder) as cache:
        cache.put(KEY, "good")
    _plant(folder, "UPDATE Cache SET mode = 3, filename = ?, value = NULL", "../secret.txt")
    with open_cache(folder) as cache:
        assert cache.get(KEY) is None
        cache.clear()
    assert secret.read_text() == "mine"


@pytest.mark.parametrize("damage", ["garbage", "truncated", "no table", "other schema", "empty"])
def test_a_broken_database_is_set_aside(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "c"
    with open_cache(folder) as cache:
        for number in range(200):
            cache.put(cache_key({"n": number}), "x" * 300)
    database = folder / "cache.db"
    match damage:
        case "garbage":
            database.write_bytes(os.urandom(40_000))
        case "truncated":
            database.write_bytes(database.read_bytes()[:5_000])
        case "empty":
            database.write_bytes(b"")
        case "no table":
            with sqlite3.connect(database) as connection:
                connection.execute("DROP TABLE Cache")
            connection.close()
        case "other schema":
            database.unlink()
            with sqlite3.connect(database) as connection:
                connection.execute("CREATE TABLE Cache (a, b)")
            connection.close()
    with open_cache(folder) as cache:
        cache.put(KEY, "again")
        assert cache.get(KEY) == "again"


def test_a_folder_that_cannot_be_made_costs_the_cache_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_cache(tmp_path / "file" / "c") as cache:
        cache.put(KEY, "x")
        assert cache.get(KEY) is None
        assert cache.trouble is not None
        assert "without the answer cache" in cache.trouble
