"""Progress bars on a terminal's stderr for whatever labels items; silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from llm_wrap.models import LabelledItem
from llm_wrap.reporter import Reporter


@contextmanager
def show_progress() -> Iterator[Reporter]:
    """A reporter whose bars start with the first thing that takes time."""
    if not sys.stderr.isatty():
        yield Reporter(on_new_host=_announce_host, on_batch=_say)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    tasks = {}

    def on_items(total: int) -> None:
        tasks["items"] = progress.add_task("Labelling items", total=total)
        progress.start()

    def on_item(labelled: LabelledItem) -> None:
        progress.advance(tasks["items"])

    def on_pull(done: int, total: int) -> None:
        if "pull" not in tasks:
            tasks["pull"] = progress.add_task("Fetching the model, once (MB)", total=total // 1_000_000)
        progress.update(tasks["pull"], completed=done // 1_000_000)

    try:
        yield Reporter(on_items, on_item, on_pull, _announce_host, _say)
    finally:
        progress.stop()


@contextmanager
def show_series_progress(wraps: int) -> Iterator[tuple[Reporter, Callable[[], None]]]:
    """A reporter and what to call after each wrap, with one bar for all of them."""
    if not sys.stderr.isatty():
        yield Reporter(on_new_host=_announce_host, on_batch=_say), lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        briefs = progress.add_task("Briefs", total=wraps)
        pull = progress.add_task("Fetching the model, once (MB)", total=None, visible=False)

        def on_pull(done: int, total: int) -> None:
            progress.update(pull, completed=done // 1_000_000, total=total // 1_000_000, visible=done < total)

        yield Reporter(on_pull=on_pull, on_new_host=_announce_host, on_batch=_say), lambda: progress.advance(briefs)


def _announce_host(host: str) -> None:
    print(
        f"llm-wrap: the text of this wrap is now sent to {host}, for the first time from here; allow_hosts in the "
        "settings can forbid hosts, and the model 'embedded' sends nothing",
        file=sys.stderr,
    )


def _say(line: str) -> None:
    print(f"llm-wrap: {line}", file=sys.stderr)
