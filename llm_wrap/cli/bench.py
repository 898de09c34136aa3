"""`llm-wrap bench`: figures as ratios to a baseline of the same run, since machines differ and are noisy."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llm_wrap.access import NO_KEY
from llm_wrap.cache import AnswerCache
from llm_wrap.config import load_settings
from llm_wrap.errors import InputError
from llm_wrap.labelling.answers import MAX_TOKENS, response_model
from llm_wrap.labelling.choose import choose_model
from llm_wrap.labelling.task import build_messages
from llm_wrap.labelling.themes import load_themes
from llm_wrap.llm.embedded import EmbeddedServer
from llm_wrap.llm.endpoint import EmbeddedModel
from llm_wrap.models import DigestItem
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import choose_items
from llm_wrap.sources import read_wrap_text

_WARM_RUNS = 15
_COLD_RUNS = 3
_SAMPLE = Path(__file__).resolve().parent.parent.parent / "evals" / "corpus" / "2025-09-18-asia-recap-a.txt"


def run_bench(file: str | None, *, cold: bool, hosted: bool) -> int:
    """Prints the table, or with `hosted` that part of it alone. InputError where there is no wrap to time."""
    if file is None and not _SAMPLE.is_file():
        raise InputError("no sample wrap in this installation: name a FILE")
    name = file or str(_SAMPLE)
    text = read_wrap_text(name).text
    print(f"{name}: {len(text.encode()):,} bytes, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    if hosted:
        from llm_wrap.cli.bench_hosted import bench_hosted

        bench_hosted(text)
        return 0
    seconds = _median(lambda: parse_wrap(text), 50)
    print(f"parse    {seconds * 1e3:6.2f} ms  {len(text.encode()) / seconds / 1e6:.1f} MB/s")
    _bench_parser(text)
    with tempfile.TemporaryDirectory() as folder:
        # Compiled modules as any installed program has them, also where the environment forbids to write them.
        environment = {
            **os.environ,
            "LLM_WRAP_CACHE_DIR": f"{folder}/answers",
            "PYTHONPYCACHEPREFIX": f"{folder}/compiled",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        brief = [sys.executable, "-m", "llm_wrap", "brief", name]
        _run(brief, environment)
        baseline = [sys.executable, "-c", "import typer, rich"]
        _run(baseline, environment)
        pairs = [
            (timed(lambda: _run(baseline, environment)), timed(lambda: _run(brief, environment)))
            for _ in range(_WARM_RUNS)
        ]
        base, warm = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"warm     {warm * 1e3:6.0f} ms  {warm / base:.2f}x of `import typer, rich` ({base * 1e3:.0f} ms)")
    if cold:
        _bench_cold(name, text)
    return 0


def _bench_parser(text: str) -> None:
    """Throughput on large ordinary and hostile texts, growth with size, and peak memory."""
    import tracemalloc

    wrap = parse_wrap(text).wrap
    story = "\n".join(f"{item.headline}:\n{item.body}" for item in wrap.digest) + "\n"
    ordinary = "Digest:\n" + story * (1_000_000 // len(story.encode()) + 1)
    indices = [f"Idx{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(60)]
    table = "".join(f"{name}: 395.62 or +0.89% to 44768.12\n" for name in indices)
    hostile = {
        "brackets": "Digest:\nHeadline here:\n" + "((((" * 250_000,
        "numbers": "Markets:\n" + "Nikkei: 1 or 2% to 3 4 5 6 7 8 9\n" * 30_000,
        "cells": "Markets:\n" + "Index | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 1 | 2\n" * 20_000,
        "separators": "Markets:\n" + "a: 1 x 2 -- 1 x 2 - 1 x 2 | 1 x 2 -- 1 x 2 - 1 x 2\n" * 20_000,
        "economic rows": "Economic:\nJapan July\n"
        + "CPI y/y 2.9% versus consensus 3.0% and 3.1% in prior month\n" * 18_000,
        "tickers": "Digest:\nHead:\n" + "Foo (AA) Bar (BB) Baz (CC) Qux (DD) Foo (EE) (FF).\n" * 20_000,
        "short sentences": "Digest:\n" + "Head 5: A b. C d. E f. G h. I j. K l. M n. O p. Q\n" * 20_000,
        "names first": "Notable Gainers:\n" + "Ain a b c d e f g h +13.6% reason\n" * 29_000,
        "rows in prose": "Digest:\n" + "Nikkei: 3 or 5 to 12 x\n" * 43_000,
        "claims": f"Markets:\n{table}Synopsis:\n" + (" rose 1%. ".join(indices) + "\n") * 1_100,
    }
    base = _process_seconds(ordinary)
    print(
        f"1 MB     ordinary {len(ordinary) / base / 1e6:5.1f} MB/s; 10 MB takes {_process_seconds(ordinary * 10) / base:.1f}x as long"
    )
    for name, text_ in hostile.items():
        speed = len(text_) / _process_seconds(text_)
        tracemalloc.start()
        parse_wrap(text_)
        peak = tracemalloc.get_traced_memory()[1] / len(text_.encode())
        tracemalloc.stop()
        print(f"         {name:<14} {speed / 1e6:5.1f} MB/s, peak memory {peak:.1f}x the text")


def _process_seconds(text: str) -> float:
    """The least of three: what else runs on the machine only ever adds."""
    times = []
    for _ in range(3):
        start = time.process_time()
        parse_wrap(text)
        times.append(time.process_time() - start)
    return min(times)


def _bench_cold(name: str, text: str) -> None:
    command = [sys.executable, "-m", "llm_wrap", "brief", name, "--no-cache", "--model", "embedded"]
    pairs = []
    for _ in range(_COLD_RUNS):
        start_and_answer, evaluation = _time_llama(choose_items(parse_wrap(text).wrap)[1])
        pairs.append((timed(lambda: _run(command, dict(os.environ))), start_and_answer, evaluation))
    whole, llama, evaluation = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"cold     {whole:6.2f} s   {whole / llama:.2f}x of llama.cpp loading and answering the same ({llama:.2f} s)")
    print(f"                   {whole / evaluation:.2f}x of its evaluation alone, weights loaded ({evaluation:.2f} s)")


def _time_llama(items: tuple[DigestItem, ...]) -> tuple[float, float]:
    """Seconds that the server alone takes for the same tokens: from its start, and evaluating only (by its own clock)."""
    settings = load_settings(None, {})
    choice = choose_model(
        "embedded",
        None,
        lambda host, needed: NO_KEY,
        load_themes(),
        settings.models_dir,
        AnswerCache(None),
        concurrency=1,
    )
    provided = choice.provide()
    assert isinstance(provided, EmbeddedModel)
    start = time.perf_counter()
    server = EmbeddedServer(provided)
    try:
        endpoint = server.endpoint()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        evaluated = 0.0
        for item in items:
            schema = response_model(choice.task.form, choice.task.themes.names, item).model_json_schema()
            body: dict[str, Any] = {
                "messages": build_messages(choice.task, item),
                "temperature": 0,
                "max_tokens": MAX_TOKENS[choice.task.form],
                "response_format": {"type": "json_schema", "json_schema": {"name": "ItemLabels", "schema": schema}},
                **endpoint.extra_body,
            }
            headers = {"Authorization": f"Bearer {endpoint.api_key}", "Content-Type": "application/json"}
            request = urllib.request.Request(
                f"{endpoint.base_url}/chat/completions", json.dumps(body).encode(), headers
            )
            with opener.open(request) as response:
                timings = json.load(response)["timings"]
            evaluated += (timings["prompt_ms"] + timings["predicted_ms"]) / 1e3
        return time.perf_counter() - start, evaluated
    finally:
        server.close()


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _median(call: Callable[[], object], times: int) -> float:
    return statistics.median(timed(call) for _ in range(times))
