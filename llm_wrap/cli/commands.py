"""The commands and their help. What a command does is in its own module, imported when it runs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from llm_wrap import __version__
from llm_wrap.cli.adapter_commands import adapter_group
from llm_wrap.cli.eval_commands import eval_group
from llm_wrap.cli.logs import log_options
from llm_wrap.cli.morning_commands import archive_group, outbox_group, run_command, status_command
from llm_wrap.cli.options import FILE_PATH, config_option, no_llm_option, settings_of
from llm_wrap.cli.schedule_commands import schedule_group, watch_command
from llm_wrap.cli.setup_commands import cache_group, doctor_command, init_command, models_group

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

wrap_argument = click.argument("file", metavar="FILE")
out_option = click.option(
    "-o", "--out", type=FILE_PATH, metavar="FILE", help="Write there, whole or not at all, instead of to stdout."
)


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="llm-wrap", message="%(prog)s %(version)s")
def app() -> None:
    """Read a daily market wrap; print a tagged brief. Start with: llm-wrap brief FILE"""


for command in (
    adapter_group, archive_group, cache_group, doctor_command, eval_group, init_command, models_group, outbox_group,
    run_command, schedule_group, status_command, watch_command,
):  # fmt: skip
    app.add_command(command)


@app.command(
    "brief",
    short_help="Print the tagged brief of a wrap, or of many into a folder.",
    epilog="Exit code: 0 whole, 1 some items are unlabelled or files unread, 2 no brief, 130 on Ctrl-C.",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", "md", "html", "json"]),
    help="Default: by the ending of --out, else text; html with --out-dir.",
)
@out_option
@click.option(
    "--out-dir",
    type=FILE_PATH,
    metavar="DIR",
    help="A brief for each FILE, folder or pattern into DIR. Run again, it makes what is missing or has changed.",
)
@click.option(
    "-m",
    "--model",
    help="embedded (default, no key), embedded/PATH.gguf, openai/NAME, or a name that --base-url's server knows.",
)
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server: http://localhost:11434/v1")
@click.option("--themes", type=FILE_PATH, metavar="FILE", help="Themes of your own (TOML) instead of the nine.")
@click.option(
    "--summaries",
    type=click.Choice(["auto", "extractive", "abstractive"]),
    help="Sentences of the wrap, or a model's own, each checked. Default: abstractive but for embedded.",
)
@click.option(
    "--cite", is_flag=True, help="Also print the sentences that are cited (text, md); html shows them on hover."
)
@no_llm_option
@click.option("--no-cache", is_flag=True, help="Ask again, and keep nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked and what it would cost; ask nobody.")
@click.option("--batch", is_flag=True, help="Ask by the server's Batch API: half the price, within a day, resumable.")
@click.option("--max-cost", metavar="USD", help="Make no call that could bring the run past this cost.")
@click.option("--max-tokens", metavar="N", help="Make no call that could bring the run past this many tokens.")
@click.option(
    "--watch", metavar="FILE|NAMES", help="Your names first: BABA,9988.HK,Siemens or a file of them, any style."
)
@click.option("--ics", type=FILE_PATH, metavar="FILE", help="Also write what lies ahead as a calendar file (RFC 5545).")
@click.option(
    "--up-colour", type=click.Choice(["green", "red"]), help="Colour of a rise; East Asian screens have it red."
)
@config_option
@log_options
def brief_command(
    files: tuple[str, ...],
    format_: str | None,
    out: Path | None,
    out_dir: Path | None,
    model: str | None,
    base_url: str | None,
    themes: Path | None,
    summaries: str | None,
    cite: bool,
    no_llm: bool,
    no_cache: bool,
    dry_run: bool,
    batch: bool,
    max_cost: str | None,
    max_tokens: str | None,
    watch: str | None,
    ics: Path | None,
    up_colour: str | None,
    config: Path | None,
) -> int:
    """Print the tagged brief of the wrap in FILE (- is standard input).

    Items by theme with sentiment, evidence and confidence, every table, every defect found in the source; what lies ahead,
    what is expected of releases, who says so, and where your own names stand.
    With --out-dir, FILE may be several: files, folders, patterns.
    """
    from llm_wrap.cli.brief import check_usage, run_brief

    settings = settings_of(
        config,
        model=model,
        base_url=base_url,
        themes=themes,
        summaries=summaries,
        cache=False if no_cache else None,
        batch=batch or None,
        max_cost=max_cost,
        max_tokens=max_tokens,
        watch=watch,
        up_colour=up_colour,
    )
    check_usage(files, out, out_dir, ics)
    if dry_run:
        from llm_wrap.cli.dry_run import run_dry

        return run_dry(files, settings, os.environ, out_dir)
    if out_dir is not None:
        from llm_wrap.cli.brief_series import run_series

        return run_series(files, settings, os.environ, format_, out_dir, llm=not no_llm)
    return run_brief(files[0], settings, os.environ, format_, out, ics, llm=not no_llm, cite=cite)


@app.command("explain", short_help="Show how one item got its label.")
@wrap_argument
@click.argument("item", type=click.IntRange(min=1), metavar="ITEM")
@click.option("-m", "--model", help="As for brief.")
@click.option("--base-url", metavar="URL", help="As for brief.")
@click.option("--themes", type=FILE_PATH, metavar="FILE", help="As for brief.")
@click.option("--ask/--no-ask", default=True, help="Ask the model where the cache has no answer (default), or do not.")
@config_option
@log_options
def explain_command(
    file: str,
    item: int,
    model: str | None,
    base_url: str | None,
    themes: Path | None,
    ask: bool,
    config: Path | None,
) -> int:
    """Show how item number ITEM (from 1) of the wrap in FILE got its label.

    The prompt as sent, the raw answer, probabilities, what each check said, the evidence in context, the cache.
    """
    from llm_wrap.cli.explain import run_explain

    settings = settings_of(config, model=model, base_url=base_url, themes=themes)
    return run_explain(file, item, settings, os.environ, ask=ask)


@app.command("parse", short_help="Print what is in a wrap, exactly; asks no model.")
@wrap_argument
@click.option(
    "-f", "--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@click.option("--coverage", is_flag=True, help="Show for each line which record owns it.")
@out_option
@config_option
@log_options
def parse_command(file: str, format_: str, coverage: bool, out: Path | None, config: Path | None) -> int:
    """Print what is in the wrap in FILE, exactly as printed there: every table, item and defect. Asks no model.

    A folder as FILE gives one JSON line for each wrap in it, parsed over all cores.
    """
    from llm_wrap.cli.parse import run_parse

    return run_parse(file, settings_of(config), format_, out, coverage=coverage)


@app.command("schema", short_help="Print the JSON Schema of the JSON forms.")
@click.option("--case", "form", flag_value="case", help="Of NAME.json beside a wrap in a corpus (evals/corpus).")
@click.option("--item", "form", flag_value="item", help="Of a labelled item: a line of evals/train, or a correction.")
def schema_command(form: str | None) -> int:
    """Print the JSON Schema of what `brief --format json` and `parse --format json` print, or of the labelled cases."""
    from llm_wrap.cli.schema import run_schema

    return run_schema(form)


@app.command("correct", short_help="Say what an item's label should have been.")
@wrap_argument
@click.argument("item", type=click.IntRange(min=1), metavar="ITEM")
@click.option("--theme", metavar="THEME", help="What it is about; the model's stays without it.")
@click.option(
    "--sentiment",
    type=click.Choice(["positive", "negative", "mixed", "neutral"]),
    help="Its likely effect; the model's stays without it.",
)
@click.option("--also", multiple=True, metavar="THEME", help="A secondary theme; at most two.")
@click.option("--target", metavar="TEXT", help="Whose equities the sentiment is about.")
@click.option("--note", metavar="TEXT", help="Why.")
@click.option("--by", metavar="NAME", help="Who says so. [your user name]")
@click.option("--into", type=FILE_PATH, metavar="FOLDER", help="Where it is kept. [corrections/ in state_dir]")
@click.option("-m", "--model", help="Whose label it corrects, as for brief.")
@click.option("--base-url", metavar="URL", help="As for brief.")
@config_option
def correct_command(
    file: str,
    item: int,
    theme: str | None,
    sentiment: str | None,
    also: tuple[str, ...],
    target: str | None,
    note: str | None,
    by: str | None,
    into: Path | None,
    model: str | None,
    base_url: str | None,
    config: Path | None,
) -> int:
    """Keep a correction of item number ITEM (from 1) of the wrap in FILE as a case of your own: its text, your labels, who,
    when, and what the model had said. Asks no model and sends nothing.

    `llm-wrap eval run --data FOLDER` scores a model on your corrections, `llm-wrap adapter train --data` learns from them.
    """
    from llm_wrap.cli.correct import run_correct

    settings = settings_of(config, model=model, base_url=base_url)
    return run_correct(
        file,
        item,
        into,
        settings,
        os.environ,
        theme=theme,
        sentiment=sentiment,
        also=also,
        target=target,
        by=by,
        note=note,
    )


@app.command("bench", short_help="Time parsing and briefs on this machine.")
@click.argument("file", required=False)
@click.option("--cold/--no-cold", default=True, help="Also time the embedded model (half a minute).")
@click.option(
    "--hosted", is_flag=True, help="Time a hosted model instead: a stand-in here that takes a second an answer."
)
def bench_command(file: str | None, cold: bool, hosted: bool) -> int:
    """Time parsing, the warm brief and the cold brief here, as ratios to a baseline of the same run.

    Without FILE the sample wrap is timed.
    """
    from llm_wrap.cli.bench import run_bench

    return run_bench(file, cold=cold, hosted=hosted)
