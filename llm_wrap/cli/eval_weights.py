"""`llm-wrap eval weights`: fits what the guard weighs with, and shows what each threshold costs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llm_wrap.cli.eval_summaries import load_items, read_still_true
from llm_wrap.cli.output import write_text
from llm_wrap.errors import InputError
from llm_wrap.evaluation.guard_fit import (
    Example,
    collect_examples,
    collect_headlines,
    count_cost,
    fit_models,
    score_example,
    score_unseen,
)
from llm_wrap.evaluation.summary_cases import load_faithful, read_training_items
from llm_wrap.summary.guard_weights import GuardWeights, write_weights

_STEPS = tuple(step / 100 for step in range(36, 100, 4))


def run_eval_weights(folder: Path, corpus: Path, train: Path, threshold: float, out: Path | None) -> int:
    """Prints exchanges seen against false alarms; with `out`, writes the weights that are fitted to all."""
    items = dict(load_items(corpus, train))
    sentences = load_faithful(folder, items)
    examples = list(collect_examples(sentences, read_still_true(folder)))
    if len({one.writer for one in examples}) < 2:
        raise InputError(f"{folder}: weights are tried with each writer left out, and these sentences are of one")
    headlines = list(
        collect_headlines((item for _, item in read_training_items(sorted(train.glob("*.jsonl")))), sentences)
    )
    models = fit_models([*examples, *headlines])
    seen = [score_example(one, models) for one in examples]
    _print_trade(examples, score_unseen(examples, headlines), seen, threshold)
    if out is not None:
        write_text(write_weights(GuardWeights(models, threshold)), out)
        print(f"weights fitted to all: {out}")
    return 0


def _print_trade(examples: Sequence[Example], unseen: Sequence[float], seen: Sequence[float], chosen: float) -> None:
    faithful = sum(one.faithful for one in examples)
    print(f"{'':12}{'weights that have not seen the writer':^50}{'weights fitted to all':^50}")
    print(f"{'threshold':<12}" + f"{'false alarms':>20}{'as cited':>12}{'as in a brief':>18}" * 2)
    for step in sorted({*_STEPS, chosen}):
        cells = [f"{step:.2f}{' *' if step == chosen else ''}".ljust(12)]
        for scores in (unseen, seen):
            cost = count_cost(examples, scores, step)
            cells.append(f"{cost.alarms} of {faithful} {cost.alarms / faithful:6.1%}".rjust(20))
            cells.append(f"{cost.cited:12.1%}{cost.item:18.1%}")
        print("".join(cells))
