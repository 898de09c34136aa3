"""`llm-wrap brief`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from llm_wrap.cli.output import check_out, write_brief_text, write_text
from llm_wrap.config import Settings
from llm_wrap.errors import SettingsError
from llm_wrap.models import Brief, LabelledItem
from llm_wrap.pipeline import Reporter, make_brief, read_wrap

_ENDINGS = {".txt": "text", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}


def run_brief(
    file: str, settings: Settings, environment: Mapping[str, str], format_: str | None, out: Path | None, *, llm: bool
) -> int:
    """Writes the brief and gives back the exit code."""
    chosen = format_ or _format_of(out)
    check_out(out)
    result = read_wrap(file, settings)
    with _progress() as reporter:
        brief = make_brief(result, settings, environment, llm=llm, reporter=reporter)
    if chosen == "text":
        write_brief_text(brief, out)
    else:
        write_text(_render(brief, chosen), out)
    return _conclude(brief, llm)


def _format_of(out: Path | None) -> str:
    if out is None:
        return "text"
    try:
        return _ENDINGS[out.suffix.lower()]
    except KeyError:
        raise SettingsError(f"{out}: which format? Give --format, or end the name in {', '.join(_ENDINGS)}") from None


def _render(brief: Brief, format_: str) -> str:
    if format_ == "json":
        from llm_wrap.brief.document import render_json, to_document

        return render_json(to_document(brief))
    if format_ == "html":
        from llm_wrap.brief.html import render_html

        return render_html(brief)
    from llm_wrap.brief.markdown import render_markdown

    return render_markdown(brief)


def _conclude(brief: Brief, llm: bool) -> int:
    missing = [labelled for labelled in brief.labels if labelled.status == "unlabelled"]
    if not llm or not missing:
        return 0
    reasons = ", ".join(sorted({labelled.reason or "" for labelled in missing}))
    notes = "".join(f" {note}" for note in brief.notes)
    print(f"llm-wrap: {len(missing)} of {len(brief.labels)} items are unlabelled ({reasons}).{notes}", file=sys.stderr)
    return 1


def _announce_host(host: str) -> None:
    print(
        f"llm-wrap: the text of this wrap is now sent to {host}, for the first time from here; allow_hosts in the "
        "settings can forbid hosts, and the model 'embedded' sends nothing",
        file=sys.stderr,
    )


@contextmanager
def _progress() -> Iterator[Reporter]:
    """Progress bars on a terminal's stderr; silence elsewhere. They start with the first thing that takes time."""
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
