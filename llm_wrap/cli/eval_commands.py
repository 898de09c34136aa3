"""`llm-wrap eval`: how well wraps are read and items are labelled, and how sure one can be of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from llm_wrap.config import Settings

FILE_PATH = click.Path(path_type=Path)

model_option = click.option(
    "-m", "--model", help="As for brief: embedded (default), embedded/PATH.gguf, openai/NAME, …"
)
base_url_option = click.option("--base-url", metavar="URL", help="As for brief: an OpenAI-compatible server.")
adapter_option = click.option(
    "--adapter", type=FILE_PATH, metavar="FILE", help="An adapter of your own (GGUF) instead of the shipped one."
)
cache_option = click.option(
    "--no-cache", is_flag=True, help="Ask again what the answer cache knows: for latency and attempts."
)
config_option = click.option("--config", type=FILE_PATH, metavar="FILE", help="Settings file (see: llm-wrap init).")
corpus_option = click.option(
    "--corpus", type=FILE_PATH, default=Path("evals/corpus"), show_default=True, help="The cases, two files each."
)


def settings_of(config: Path | None, **given: object) -> Settings:
    """The settings with what the command line gave."""
    from llm_wrap.config import load_settings, override

    return override(load_settings(config, os.environ), **given)


@click.group("eval")
def eval_group() -> None:
    """How well wraps are read and labelled, with honest error bars.

    \b
    llm-wrap eval run --out FILE        label a split, or a set of yours, with any model
    llm-wrap eval report FILE           every figure of it, beside the baselines
    llm-wrap eval compare FILE FILE     which of two is better, or that one cannot tell
    llm-wrap eval gate                  for CI: recorded predictions against the last accepted ones
    llm-wrap eval attacks               how often instructions hidden in an item change its label
    llm-wrap eval parse                 what the parser reads right
    llm-wrap eval summaries             what the summaries' guard lets through and what it stops

    The figures need the extra: pip install -e '.[eval]'. Labelling does not.
    """


@eval_group.command("parse", short_help="How much the parser reads right, per field.")
@click.argument("folder", type=FILE_PATH, default=Path("evals/corpus"))
def eval_parse(folder: Path) -> int:
    """How much of the corpus in FOLDER (evals/corpus) the parser reads right, per field, and what it does not."""
    from llm_wrap.cli.evaluate import run_eval_parse

    return run_eval_parse(folder)


@eval_group.command("run", short_help="Label a split, or a set of yours, with any model.")
@model_option
@base_url_option
@adapter_option
@click.option(
    "--split", type=click.Choice(["dev", "test", "train"]), default="dev", show_default=True, help="Of the corpus."
)
@click.option(
    "--data",
    type=FILE_PATH,
    metavar="FILE",
    help="A labelled .jsonl or .csv, or a folder of .jsonl, instead of a split.",
)
@click.option(
    "--map",
    "mapping",
    metavar="FILE",
    help="How --data is read: a .toml (see evals/mappings) or text=COLUMN,theme=COLUMN.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only N items, chosen by a hash of their text.")
@click.option(
    "-o",
    "--out",
    type=FILE_PATH,
    metavar="FILE",
    default=Path("predictions.jsonl"),
    show_default=True,
    help="What was said. A run that was stopped goes on where it was.",
)
@cache_option
@corpus_option
@config_option
def eval_run(
    model: str | None,
    base_url: str | None,
    adapter: Path | None,
    split: str,
    data: Path | None,
    mapping: str | None,
    limit: int | None,
    out: Path,
    no_cache: bool,
    corpus: Path,
    config: Path | None,
) -> int:
    """Label items as a brief would and write what was said, one JSON line an item.

    Exit code: 0 all labelled, 1 some are not (they count as wrong), 2 nothing was written.
    """
    from llm_wrap.cli.eval_run import Source, run_eval

    settings = settings_of(config, model=model, base_url=base_url, adapter=adapter, cache=False if no_cache else None)
    return run_eval(
        Source(corpus=corpus, split=split, data=data, mapping=mapping, limit=limit), out, settings, os.environ
    )


@eval_group.command("summaries", short_help="What the summaries' guard lets through and what it stops.")
@click.option(
    "--folder", type=FILE_PATH, default=Path("evals/summaries"), show_default=True, help="Faithful sentences."
)
@click.option("--train", type=FILE_PATH, default=Path("evals/train"), show_default=True, help="Items they are about.")
@click.option("-v", "--verbose", is_flag=True, help="Also what it got wrong, the held-out half apart.")
@corpus_option
def eval_summaries(folder: Path, train: Path, verbose: bool, corpus: Path) -> int:
    """Hold the guard against faithful sentences, and against the same with one error each.

    Exit code: 0 no error of numbers, units, dates or tickers gets through, 1 one does.
    """
    from llm_wrap.cli.eval_summaries import run_eval_guard

    return run_eval_guard(folder, corpus, train, verbose=verbose)
