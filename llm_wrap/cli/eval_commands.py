"""`llm-wrap eval`: how well wraps are read and items are labelled, and how sure one can be of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llm_wrap.cli.options import FILE_PATH, config_option, settings_of

if TYPE_CHECKING:
    from llm_wrap.evaluation.cases import Split


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
corpus_option = click.option(
    "--corpus", type=FILE_PATH, default=Path("evals/corpus"), show_default=True, help="The cases, two files each."
)
themes_option = click.option(
    "--themes", type=FILE_PATH, metavar="FILE", help="The theme file that the labels are of, if not the nine."
)
sentences_option = click.option(
    "--folder", type=FILE_PATH, default=Path("evals/summaries"), show_default=True, help="Faithful sentences."
)
train_option = click.option(
    "--train", type=FILE_PATH, default=Path("evals/train"), show_default=True, help="Items they are about."
)


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
    llm-wrap eval reading               what the reading of the day finds, per module
    llm-wrap eval summaries             what the summaries' guard lets through and what it stops
    llm-wrap eval weights               what the guard weighs with, fitted again, and what each threshold costs

    The figures need the extra: pip install -e '.[eval]'. Labelling does not.
    """


@eval_group.command("reading", short_help="How much of the reading of the day is right, per module.")
@click.argument("folder", type=FILE_PATH, default=Path("evals/reading"))
@click.option("--split", metavar="NAME", help="Only these cases: own, dev, test, dev2, … as FOLDER has them.")
@click.option("--misses", is_flag=True, help="Show what was missed and what was found wrongly.")
def eval_reading(folder: Path, split: str | None, misses: bool) -> int:
    """Precision and recall of each module of the reading on the cases in FOLDER (evals/reading).

    Exit code: 1 where a module is under 95 % precision or 85 % recall.
    """
    from llm_wrap.cli.eval_reading import run_eval_reading

    return run_eval_reading(folder, split=split, misses=misses)


@eval_group.command("parse", short_help="How much the parser reads right, per field.")
@click.argument("folder", type=FILE_PATH, default=Path("evals/corpus"))
def eval_parse(folder: Path) -> int:
    """How much of the corpus in FOLDER (evals/corpus) the parser reads right, per field, and what it does not."""
    from llm_wrap.cli.eval_parse import run_eval_parse

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
    split: Split,
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


@eval_group.command("summaries", short_help="The summaries' guard both ways; a model's summaries; key sentences.")
@model_option
@base_url_option
@click.option("--split", type=click.Choice(["dev", "test", "train"]), default="dev", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), default=40, show_default=True, help="Items that --model is asked.")
@click.option(
    "--key-sentences",
    "predictions",
    type=FILE_PATH,
    multiple=True,
    metavar="FILE",
    help="A file of eval run: its key sentences beside the items' first.",
)
@sentences_option
@train_option
@click.option("--by-check", is_flag=True, help="Instead: what each check finds, and blocks, that no other does.")
@click.option("-v", "--verbose", is_flag=True, help="Also each failure, those of the held-out half apart.")
@corpus_option
@config_option
def eval_summaries(
    model: str | None,
    base_url: str | None,
    split: Split,
    limit: int,
    predictions: tuple[Path, ...],
    folder: Path,
    train: Path,
    by_check: bool,
    verbose: bool,
    corpus: Path,
    config: Path | None,
) -> int:
    """Hold the guard against faithful sentences, and against the same with one error each.

    With --model it is a model's summaries that are scored: how many hold, how short they are, how many of the labelled key facts they
    tell. With --key-sentences it is how often a model's key sentence is the labelled one.

    With --by-check it is the price of each check, for the sentences that the guard was tuned on and for those held out: errors that only this
    check finds (they would get through without it) beside false alarms that only it raises (true sentences that would be shown without it).
    A check that finds little and blocks much is one to mend; both figures are counts, as cited.

    Exit code: 0 no error of numbers, units, dates or tickers gets through, 1 one does. With --by-check it is 0: a table, no test.
    """
    from llm_wrap.cli import eval_summaries as run

    if by_check and (predictions or model or base_url):
        raise click.UsageError("--by-check scores the guard: leave out --model, --base-url and --key-sentences")
    if predictions:
        return run.run_eval_key_sentences(predictions, corpus, train)
    if model or base_url:
        settings = settings_of(config, model=model, base_url=base_url)
        return run.run_eval_publish(corpus, split, limit, settings, os.environ, verbose=verbose)
    if by_check:
        return run.run_eval_checks(folder, corpus, train, verbose=verbose)
    return run.run_eval_guard(folder, corpus, train, verbose=verbose)


@eval_group.command("weights", short_help="Fits what the summaries' guard weighs with; what each threshold costs.")
@sentences_option
@train_option
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.58,
    show_default=True,
    help="Probability above which a name or a number is taken to stand at the place of another.",
)
@click.option("-o", "--out", type=FILE_PATH, metavar="FILE", help="Write weights that are fitted to all the sentences.")
@corpus_option
def eval_weights(folder: Path, train: Path, threshold: float, out: Path | None, corpus: Path) -> int:
    """Fit the logistic models that tell whether names and numbers stand where the source has them, to faithful sentences and to
    the same with names and numbers exchanged.

    Prints, for a range of thresholds, the share of exchanges seen beside the false alarms: with each writer's sentences judged
    by weights that have seen none of them, and by weights fitted to all. The package's own weights are llm_wrap/summary/guard_weights.json: fitted so, on the
    sentences that are not held out.
    """
    from llm_wrap.cli.eval_weights import run_eval_weights

    return run_eval_weights(folder, corpus, train, threshold, out)


@eval_group.command("report", short_help="Every figure of a run, beside the baselines.")
@click.argument("files", type=FILE_PATH, nargs=-1, required=True, metavar="FILE...")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["md", "html"]), help="Default: by the ending of --out, else md."
)
@click.option("-o", "--out", type=FILE_PATH, metavar="FILE", help="A .md or a self-contained .html, instead of stdout.")
@themes_option
def eval_report(files: tuple[Path, ...], format_: str | None, out: Path | None, themes: Path | None) -> int:
    """Report on the predictions in FILE: accuracy, macro-F1, kappa with intervals clustered by wrap; label by label;
    confusions; confidence; coverage, latency, cost; slices; the most confident errors with their evidence.

    Further FILEs of the same items stand beside it, and so do the baselines: the commonest label, keyword rules, TF-IDF with
    logistic regression fitted on evals/train, and the second labelling.
    """
    from llm_wrap.cli.eval_report import run_report

    return run_report(files, out, format_, themes)


@eval_group.command("compare", short_help="Which of two runs is better, or that one cannot tell.")
@click.argument("first", type=FILE_PATH, metavar="A")
@click.argument("second", type=FILE_PATH, metavar="B")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help="Metrics that are looked at together; repeat it. [theme_rollup, theme, sentiment, sentiment_accepted]; also NAME_macro_f1.",
)
@themes_option
def eval_compare(first: Path, second: Path, metrics: tuple[str, ...], themes: Path | None) -> int:
    """Compare the predictions in B with those in A, of the same items.

    Difference with its 95 % interval clustered by wrap, sign-flip test over wraps, Holm's correction over the metrics, the
    smallest difference that would have been found four times in five, and the verdict: better, worse or cannot tell.
    """
    from llm_wrap.cli.eval_compare import run_compare

    return run_compare(first, second, metrics, themes)


recorded_option = click.option(
    "--recorded", type=FILE_PATH, default=Path("evals/recorded"), show_default=True, help="Where they are kept."
)


@eval_group.command("record", short_help="Record predictions for the gate.")
@click.option("--split", type=click.Choice(["dev", "test"]), default="dev", show_default=True, help="Of the corpus.")
@click.option("--accept", is_flag=True, help="From now on the gate compares with these, even where they are worse.")
@recorded_option
@corpus_option
@config_option
def eval_record(split: Split, accept: bool, recorded: Path, corpus: Path, config: Path | None) -> int:
    """Label a split with the shipped model and keep what it said for `eval gate`; a second an item.

    Needed whenever prompt, guide, themes, adapter, calibration or the texts change. Does nothing where nothing has changed.
    """
    from llm_wrap.cli.eval_gate import run_record

    return run_record(split, recorded, corpus, settings_of(config), os.environ, accept=accept)


@eval_group.command("gate", short_help="For CI: are the recorded predictions current, and no worse?")
@click.option(
    "--live", type=click.IntRange(min=0), default=4, show_default=True, metavar="N", help="Items asked again."
)
@recorded_option
@corpus_option
@config_option
def eval_gate(live: int, recorded: Path, corpus: Path, config: Path | None) -> int:
    """Fail where the recorded predictions are not of what is shipped now (and say what to record again), where they are
    significantly worse than those accepted last, or where the live model says something else than is recorded.

    Exit code: 0 open, 1 closed.
    """
    from llm_wrap.cli.eval_gate import run_gate

    return run_gate(recorded, corpus, live, settings_of(config), os.environ)


@eval_group.command("attacks", short_help="How often text hidden in an item changes its label.")
@model_option
@base_url_option
@adapter_option
@click.option(
    "--attacks",
    "file",
    type=FILE_PATH,
    default=Path("evals/attacks/attacks.toml"),
    show_default=True,
    metavar="FILE",
    help="What is put into items.",
)
@click.option("--split", type=click.Choice(["dev", "test"]), default="dev", show_default=True, help="Whose items.")
@click.option(
    "--each", type=click.IntRange(min=1), default=4, show_default=True, help="Items that each attack is put into."
)
@click.option("-v", "--verbose", is_flag=True, help="Also each flip.")
@corpus_option
@config_option
def eval_attacks(
    model: str | None,
    base_url: str | None,
    adapter: Path | None,
    file: Path,
    split: Split,
    each: int,
    verbose: bool,
    corpus: Path,
    config: Path | None,
) -> int:
    """Put instructions, fake answers, fake examples, markup and the like into items and see whether their labels change; and
    whether those of the items after them stay exactly as they were.

    Exit code: 0 under 2 % of labels flip and no neighbour changes, 1 otherwise.
    """
    from llm_wrap.cli.eval_attacks import run_attacks

    settings = settings_of(config, model=model, base_url=base_url, adapter=adapter)
    return run_attacks(file, corpus, split, each, settings, os.environ, verbose=verbose)
