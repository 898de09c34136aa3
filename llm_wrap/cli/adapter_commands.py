"""`llm-wrap adapter`: makes the adapter that teaches the embedded model the label guide, step by step."""

from __future__ import annotations

import os
from pathlib import Path

import click

from llm_wrap.cli.options import FILE_PATH, config_option, settings_of

run_option = click.option(
    "--run", type=FILE_PATH, default=Path("adapter-run"), show_default=True, help="The run's folder."
)
data_option = click.option(
    "--data", type=FILE_PATH, multiple=True, metavar="FILE", help="Training files; repeat it. [evals/train/*.jsonl]"
)


@click.group("adapter")
def adapter_group() -> None:
    """Train the embedded model on labelled items, yours too.

    \b
    llm-wrap adapter train     LoRA on the CPU, about two hours; stops and goes on where it was (same command)
    llm-wrap adapter check     llama.cpp and torch must say the same with it
    llm-wrap adapter judge     label the held-out rows and the dev cases through the served model
    llm-wrap adapter card      fit the confidences, write the card; a brief uses it by the setting `adapter`

    Training needs the extra: pip install -e '.[train]'. The test cases of evals/corpus (2026) are not touched.
    """


@adapter_group.command("data")
@data_option
def adapter_data(data: tuple[Path, ...]) -> int:
    """Show what the training files hold."""
    from llm_wrap.cli.adapter import run_data

    return run_data(data)


@adapter_group.command("train", short_help="Train, or go on where the run stopped.")
@data_option
@run_option
@click.option(
    "--start",
    metavar="FILE",
    help="Begin with this adapter (GGUF); 'shipped' is the one in the package, for a few corrections of your own.",
)
@click.option(
    "--stages",
    type=FILE_PATH,
    metavar="FILE",
    help="Several runs, one from the other, as a TOML file says; the last of evals/train/stages.toml makes the shipped adapter.",
)
@click.option("--epochs", type=click.FloatRange(min=0.01), default=3.0, show_default=True, help="Passes over the data.")
@click.option("--rate", type=float, default=4e-4, show_default=True, help="Highest learning rate.")
@click.option("--seed", type=int, default=7, show_default=True, help="Of the order and of the first matrices.")
@click.option("--threads", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Cores to use. [all]")
@config_option
def adapter_train(
    data: tuple[Path, ...],
    run: Path,
    start: str | None,
    stages: Path | None,
    epochs: float,
    rate: float,
    seed: int,
    threads: int,
    config: Path | None,
) -> int:
    """Train LoRA matrices on every linear layer, loss on the answer only, and export them as RUN/adapter.gguf.

    A run that was stopped goes on from its last checkpoint with the same command. With --stages, each run has its own
    folder, RUN/1 and so on, and the other options but --threads come from the file.
    """
    from llm_wrap.cli.adapter import run_stages, run_train

    settings = settings_of(config)
    if stages is not None:
        if data or start:
            raise click.UsageError("--stages says which data and where to begin; leave --data and --start out.")
        return run_stages(settings, stages, run, threads=threads)
    return run_train(settings, data, run, start, epochs=epochs, rate=rate, seed=seed, threads=threads)


@adapter_group.command("check", short_help="Compare llama.cpp with torch.")
@data_option
@run_option
@config_option
def adapter_check(data: tuple[Path, ...], run: Path, config: Path | None) -> int:
    """Say whether llama.cpp and torch give the same labels with the adapter, on some held-out rows."""
    from llm_wrap.cli.adapter import run_check

    return run_check(settings_of(config), data, run)


@adapter_group.command("judge", short_help="Label held-out rows and dev cases with it.")
@data_option
@run_option
@click.option("--corpus", type=FILE_PATH, default=Path("evals/corpus"), show_default=True, help="Where dev cases are.")
@click.option("--adapter", type=FILE_PATH, metavar="FILE", help="Another adapter than RUN/adapter.gguf.")
@click.option("--bare", is_flag=True, help="The base model without any adapter.")
@click.option("--headlines", type=FILE_PATH, metavar="FILE", help='Also 400 of these {"text", "label"} headlines.')
@config_option
def adapter_judge(
    data: tuple[Path, ...],
    run: Path,
    corpus: Path,
    adapter: Path | None,
    bare: bool,
    headlines: Path | None,
    config: Path | None,
) -> int:
    """Label the held-out rows and the dev cases through the served model; about a second an item."""
    from llm_wrap.cli.adapter import run_judge

    chosen = None if bare else adapter or run / "adapter.gguf"
    return run_judge(settings_of(config), data, run, corpus, chosen, headlines)


@adapter_group.command("figures")
@run_option
def adapter_figures(run: Path) -> int:
    """Print the figures of what was judged, the temperatures that fit it, and the table of review thresholds."""
    from llm_wrap.cli.adapter import run_figures

    return run_figures(run)


@adapter_group.command("card", short_help="Write adapter and card where a brief can use them.")
@run_option
@click.option("--name", default="wrap-labels-own", show_default=True, help="The adapter's name.")
@click.option("--into", type=FILE_PATH, default=Path(), help="Folder for NAME.gguf and NAME.json. [here]")
@click.option(
    "--review-below",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Confidence that needs no review (see: figures).",
)
@click.option("--note", default="", help="What a reader of the recipe must know beside it.")
@config_option
def adapter_card(
    run: Path,
    name: str,
    into: Path,
    review_below: float,
    note: str,
    config: Path | None,
) -> int:
    """Fit the confidences on what was judged and write NAME.gguf with its card NAME.json."""
    from llm_wrap.cli.adapter import run_card

    return run_card(settings_of(config), run, name, into, review_below, note)
