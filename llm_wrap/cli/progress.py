"""Progress bars on a terminal's stderr for whatever labels items; silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from llm_wrap.models import LabelledItem
from llm_wrap.pipeline import Reporter


@contextmanager
def show_progress() -> Iterator[Reporter]:
    """A reporter whose bars start with the first thing that takes time."""
    if not sys.stderr.isatty():
        yield Reporter(on_new_host=_announce_host)
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
        yield Reporter(on_items, on_item, on_pull, _announce_host)
    finally:
        progress.stop()


def _announce_host(host: str) -> None:
    print(
        f"llm-wrap: the text of this wrap is now sent to {host}, for the first time from here; allow_hosts in the "
        "settings can forbid hosts, and the model 'embedded' sends nothing",
        file=sys.stderr,
    )
