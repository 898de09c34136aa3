"""`llm-wrap brief … --out-dir`: a brief for each of many wraps."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from llm_wrap.cli.output import write_brief
from llm_wrap.cli.progress import show_series_progress
from llm_wrap.config import Settings
from llm_wrap.errors import InputError, OutputError
from llm_wrap.series import BriefRecord, SeriesResult, SeriesWrap, make_series, name_briefs, total_usage
from llm_wrap.sources import find_wraps

_ENDINGS = {"text": ".txt", "md": ".md", "html": ".html", "json": ".json"}


def run_series(
    files: Sequence[str],
    settings: Settings,
    environment: Mapping[str, str],
    format_: str | None,
    out_dir: Path,
    *,
    llm: bool,
) -> int:
    """Writes what is not there yet, a line for each wrap that lacks something, a line at the end; gives the exit code."""
    form = format_ or "html"
    wraps = plan_series(files, out_dir, form)
    _prepare(out_dir)
    with show_series_progress(len(wraps)) as (reporter, advance):

        def tell(result: SeriesResult) -> None:
            if result.problem:
                print(f"llm-wrap: {result.problem}", file=sys.stderr)
            advance()

        results = make_series(
            wraps,
            out_dir,
            settings,
            environment,
            lambda brief, out: write_brief(brief, form, out, up_colour=settings.up_colour),
            form,
            llm=llm,
            reporter=reporter,
            on_result=tell,
        )
    print(f"llm-wrap: {out_dir}: {describe_results(results)}", file=sys.stderr)
    states = {result.state for result in results}
    if states == {"unread"}:
        return 2
    return 1 if states & {"incomplete", "unread"} else 0


def plan_series(files: Sequence[str], out_dir: Path, form: str) -> tuple[SeriesWrap, ...]:
    """The wraps that `files` name and where their briefs go. Briefs of an earlier run are no wraps, and none may replace a
    wrap."""
    record = BriefRecord(out_dir)
    found = [(file, name) for file, name in find_wraps(files) if not record.names(Path(file))]
    if not found:
        raise InputError(f"{', '.join(files)}: holds nothing but briefs of an earlier run")
    wraps = name_briefs(found, out_dir, _ENDINGS[form])
    sources = {Path(file).resolve() for file, _ in found}
    for wrap in wraps:
        if wrap.out.resolve() in sources:
            raise OutputError(f"{wrap.out}: is a wrap that its brief would replace; name another folder or format")
    return wraps


def describe_results(results: Sequence[SeriesResult]) -> str:
    """One line: how many briefs, of what kind, and what they used.

    >>> describe_results([SeriesResult(SeriesWrap("a", Path("b")), "kept")])
    '1 brief there already'
    """
    counts = Counter(result.state for result in results)
    reasons = sorted({reason for result in results for reason in result.reasons})
    said = [
        (counts["made"], f"made{' whole' if counts['incomplete'] else ''}"),
        (counts["kept"], "there already"),
        (counts["incomplete"], f"incomplete ({', '.join(reasons)}): the same command tries them again"),
        (counts["unread"], "not made, since the file is no wrap or cannot be read"),
    ]
    parts = [f"{count} brief{'' if count == 1 else 's'} {what}" for count, what in said if count]
    usage = total_usage(results)
    if usage.calls or usage.cache_hits:
        about = "about " if usage.estimated else ""
        cost = "" if usage.cost_usd is None else f", US${usage.cost_usd:f}"
        parts.append(
            f"{usage.calls} calls, {usage.cache_hits} answers from the cache, "
            f"{about}{usage.prompt_tokens:,} tokens in, {usage.completion_tokens:,} out{cost}"
        )
    return "; ".join(parts)


def _prepare(out_dir: Path) -> None:
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out_dir}: cannot make this folder ({error.strerror})") from error
