"""`llm-wrap bench --hosted`: a brief from a hosted model, against a stand-in that takes one second for every answer.

In this process, after all imports, so that what is timed is the waiting and what we do meanwhile.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from llm_wrap.cache import AnswerCache
from llm_wrap.choice import choose_from_settings
from llm_wrap.cli.bench import timed
from llm_wrap.config import Settings, load_settings, override
from llm_wrap.desk import label_wrap
from llm_wrap.labelling.task import answer_shape, build_messages
from llm_wrap.labelling.themes import load_themes
from llm_wrap.llm.plain_loop import ask_plainly
from llm_wrap.models import DigestItem, LabelledItem, ParseResult
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import choose_items, make_brief
from llm_wrap.reporter import Reporter

_RUNS = 3


def bench_hosted(text: str, *, latency_s: float = 1.0, many: int = 200, limit: int = 20) -> None:
    """Prints the lines of the table: a brief, `many` items at a `limit`, and the tokens."""
    result = parse_wrap(text)
    items = choose_items(result.wrap)[1]
    with _serve(latency_s) as url:
        settings = override(load_settings(None, {}), model="bench", base_url=url, cache=False)
        questions, requests = _preview(items, settings)  # imports all that a run needs
        calls, brief_s = _time_brief(result, settings)
        loop_s = timed(lambda: ask_plainly(url, questions))
        many_s = _time_many(items, override(settings, concurrency=limit), many)
    ideal = many / limit * latency_s
    what = f"{len(items)} items with summaries and the day, {settings.concurrency} at once, {latency_s:g} s an answer"
    print(f"hosted   {brief_s:6.2f} s   {what}, {calls} calls: {brief_s / latency_s:.2f}x of one answer")
    print(f"                   {loop_s:.2f} s for a plain instructor loop over them: {loop_s / brief_s:.1f}x as long")
    print(f"         {many_s:6.2f} s   {many} items, {limit} at once: {many_s / ideal:.2f}x of the ideal ({ideal:g} s)")
    _print_tokens(text, requests, settings)


def _time_brief(result: ParseResult, settings: Settings) -> tuple[int, float]:
    """HTTP requests of a brief, and its median seconds."""
    calls: list[int] = []

    def brief() -> None:
        made = make_brief(result, settings, {})
        _assert_labelled(made.labels)
        calls.append(made.usage.calls)

    seconds = statistics.median(timed(brief) for _ in range(_RUNS))
    return calls[-1], seconds


def _time_many(items: tuple[DigestItem, ...], settings: Settings, count: int) -> float:
    many = tuple(
        replace(items[number % len(items)], headline=f"{items[number % len(items)].headline} {number}")
        for number in range(count)
    )
    themes = load_themes(settings.themes)

    def label() -> None:
        run = label_wrap("digest", many, themes, settings, {}, AnswerCache(None), Reporter(), labels_only=True)
        _assert_labelled(run.labels)

    return timed(label)


def _assert_labelled(labels: tuple[LabelledItem, ...]) -> None:
    missing = {labelled.reason for labelled in labels if labelled.label is None}
    if missing:
        raise RuntimeError(f"the stand-in's answers were refused: {missing}")


def _preview(items: tuple[DigestItem, ...], settings: Settings) -> tuple[list[Any], list[dict[str, Any]]]:
    from llm_wrap.llm.chat import preview_requests

    choice = choose_from_settings(load_themes(settings.themes), settings, {}, AnswerCache(None), Reporter())
    task = choice.task
    questions = [(build_messages(task, item), answer_shape(task, item)) for item in items]
    return questions, preview_requests(task.model_name, questions, max_tokens=task.max_tokens)


def _print_tokens(text: str, requests: list[dict[str, Any]], settings: Settings) -> None:
    """The prompt's tokens with the prefix that all requests share counted once, since servers keep it."""
    from llm_wrap.llm.tokens import TokenCounter

    counter = TokenCounter(settings.models_dir / "tiktoken")
    total = sum(map(counter.count_request, requests))
    first = requests[0]
    shared = counter.count(first["messages"][0]["content"]) + counter.count(json.dumps(first["response_format"]))
    own = counter.count(text)
    once = total - (len(requests) - 1) * shared
    print(
        f"         {once:6,} tok {once / own:.2f}x of the wrap's own {own:,} tokens, what all share counted once "
        f"({total:,} with it each time)"
    )


@contextmanager
def _serve(seconds: float) -> Iterator[str]:
    command = [sys.executable, "-m", "llm_wrap.cli.bench_server", str(seconds)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
