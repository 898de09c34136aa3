"""`llm-wrap brief`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from llm_wrap.cli.output import check_out, tell_others, write_brief, write_text
from llm_wrap.cli.progress import show_progress
from llm_wrap.config import Settings
from llm_wrap.errors import SettingsError
from llm_wrap.models import Brief
from llm_wrap.pipeline import make_brief, read_wrap

_ENDINGS = {".txt": "text", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}


def run_brief(
    file: str,
    settings: Settings,
    environment: Mapping[str, str],
    format_: str | None,
    out: Path | None,
    ics: Path | None = None,
    *,
    llm: bool,
    cite: bool = False,
) -> int:
    """Writes the brief, and its calendar to `ics`, and gives back the exit code."""
    chosen = format_ or _format_of(out)
    check_out(out)
    check_out(ics)
    result = read_wrap(file, settings)
    tell_others(file, result)
    with show_progress() as reporter:
        brief = make_brief(result, settings, environment, llm=llm, reporter=reporter)
    if ics is not None:
        from llm_wrap.brief.ics import render_ics

        write_text(render_ics(brief), ics)
    write_brief(brief, chosen, out, up_colour=settings.up_colour, cite=cite)
    return _conclude(brief, llm)


def check_usage(files: Sequence[str], out: Path | None, out_dir: Path | None, ics: Path | None) -> None:
    """SettingsError where these do not go together."""
    if out_dir is None and len(files) != 1:
        raise SettingsError(f"{len(files)} files: where to? Name a folder with --out-dir")
    if out_dir is not None and out is not None:
        raise SettingsError("--out is for one brief, --out-dir for many: give one of them")
    if out_dir is not None and ics is not None:
        raise SettingsError("--ics is for one brief: give it without --out-dir")
    if out_dir is not None and "-" in files:
        raise SettingsError("--out-dir: standard input has no name for its brief; use --out")


def _format_of(out: Path | None) -> str:
    if out is None:
        return "text"
    try:
        return _ENDINGS[out.suffix.lower()]
    except KeyError:
        raise SettingsError(f"{out}: which format? Give --format, or end the name in {', '.join(_ENDINGS)}") from None


def _conclude(brief: Brief, llm: bool) -> int:
    missing = [labelled for labelled in brief.labels if labelled.status == "unlabelled"]
    if not llm or not missing:
        return 0
    reasons = ", ".join(sorted({labelled.reason or "" for labelled in missing}))
    notes = "".join(f" {note}" for note in brief.notes)
    print(f"llm-wrap: {len(missing)} of {len(brief.labels)} items are unlabelled ({reasons}).{notes}", file=sys.stderr)
    return 1
