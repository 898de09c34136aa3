"""Where results go: stdout, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from llm_wrap.errors import OutputError
from llm_wrap.files import write_whole
from llm_wrap.models import Brief, ParseResult
from llm_wrap.pipeline import name_others

Result = TypeVar("Result")
_FILE_WIDTH = 100  # columns of a text brief in a file


def write_text(text: str, out: Path | None) -> None:
    """Prints `text`, or puts it into `out`, in UTF-8 whatever the locale. OutputError as from `write_out`."""
    if not text.endswith("\n"):
        text += "\n"
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
    else:
        write_out(text.encode("utf-8"), out)


def write_out(data: bytes, out: Path) -> None:
    """Puts `data` into `out` in one rename. OutputError where that cannot be; nothing is left half written."""
    try:
        write_whole(data, out)
    except OSError as error:
        raise OutputError(f"{out}: cannot write the result ({error.strerror})") from error


def tell_others(file: str, result: ParseResult) -> None:
    """Says on stderr what else the mail holds of which `result` is one wrap."""
    told = name_others(file, result)
    if told:
        print(f"llm-wrap: {told}", file=sys.stderr)


def write_brief(brief: Brief, form: str, out: Path | None, *, up_colour: str = "green", cite: bool = False) -> None:
    """The brief as text, md, html or json. The renderers are imported when one is wanted."""
    if form == "text":
        write_brief_text(brief, out, up_colour=up_colour, cite=cite)
    else:
        write_text(_render(brief, form, up_colour, cite), out)


def write_brief_text(brief: Brief, out: Path | None, *, up_colour: str = "green", cite: bool = False) -> None:
    """The brief's terminal form: to the terminal as it is, or plain and at a fixed width into `out`."""
    from rich.console import Console

    from llm_wrap.brief.text import print_brief, render_text

    if out is None:
        print_brief(brief, Console(highlight=False), up_colour=up_colour, cite=cite)
        return
    write_text(render_text(brief, width=_FILE_WIDTH, cite=cite), out)


def _render(brief: Brief, form: str, up_colour: str, cite: bool) -> str:
    if form == "json":
        from llm_wrap.brief.document import render_json, to_document

        return render_json(to_document(brief))
    if form == "html":
        from llm_wrap.brief.html import render_html

        return render_html(brief, up_colour=up_colour)
    from llm_wrap.brief.markdown import render_markdown

    return render_markdown(brief, cite=cite)


def lay_out(rows: Sequence[Sequence[str]], left: Collection[int] = (0,)) -> list[str]:
    """Rows of cells as lines in columns; those of `left` begin at their left, the others end at their right.

    >>> lay_out([("kind", "items"), ("plea", "7")])
    ['kind  items', 'plea      7']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def counted(results: Iterable[Result], total: int, description: str) -> Iterator[Result]:
    """`results` as they come, with a progress bar on a terminal's stderr; stdout stays as it is."""
    if not sys.stderr.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        yield from progress.track(results, total=total, description=description)


def check_out(out: Path | None) -> None:
    """Fails early, before minutes of labelling, where `out` could not be written."""
    if out is None:
        return
    if out.is_dir():
        raise OutputError(f"{out}: is a folder; name a file in it")
    if not out.absolute().parent.is_dir():
        raise OutputError(f"{out}: its folder does not exist")
    if not os.access(out if out.exists() else out.absolute().parent, os.W_OK):
        raise OutputError(f"{out}: cannot be written (permission denied)")
