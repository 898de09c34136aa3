"""`python -m llm_wrap.training`: makes the adapter again, step by step."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from llm_wrap.errors import InputError, LlmWrapError

_HELP = """\
Makes the adapter that teaches the embedded model the label guide. Needs the extra: pip install -e '.[train]'

  1. data     what the training files hold
  2. train    LoRA on two cores, about an hour; stops and goes on where it was (same command)
  3. export   the newest checkpoint as RUN/adapter.gguf, which llama.cpp loads
  4. check    whether llama.cpp and torch say the same with it, on some held-out rows
  5. judge    labels the held-out rows and the dev cases through the served model (a second an item)
  6. fit      confidences and the review threshold's table, from what was judged
  7. card     puts adapter and card into the package

The test cases of evals/corpus (2026) are not touched by any of it.
"""
_DATA = Path("evals/train")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one step; 2 and one line on stderr where it cannot."""
    options = _parser().parse_args(arguments)
    try:
        steps = {
            "data": _data,
            "train": _train,
            "export": _export,
            "check": _check,
            "judge": _judge,
            "fit": _fit,
            "card": _card,
        }
        steps[options.step](options)
    except LlmWrapError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m llm_wrap.training", description=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["data", "train", "export", "check", "judge", "fit", "card"])
    parser.add_argument("--run", type=Path, default=Path("adapter-run"), help="the run's folder (default: %(default)s)")
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        default=sorted(_DATA.glob("*.jsonl")),
        help="training files (default: all in evals/train)",
    )
    parser.add_argument("--weights", type=Path, help="the base weights, a GGUF file: for train, judge and card")
    parser.add_argument("--corpus", type=Path, default=Path("evals/corpus"), help="dev cases (default: %(default)s)")
    parser.add_argument("--epochs", type=float, default=3.0, help="train: passes over the data (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=4e-4, help="train: highest learning rate (default: %(default)s)")
    parser.add_argument("--start", type=Path, help="train: begin with the adapter in this checkpoint of an earlier run")
    parser.add_argument("--seed", type=int, default=7, help="train: seed of order and start (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="train: cores to use (default: %(default)s)")
    parser.add_argument("--adapter", type=Path, help="judge: another adapter file than RUN/adapter.gguf")
    parser.add_argument("--bare", action="store_true", help="judge: the base model without any adapter")
    parser.add_argument("--headlines", type=Path, help='judge: also 400 of these {"text", "label"} headlines')
    parser.add_argument("--review-below", type=float, default=0.5, help="card: confidence that needs no review")
    parser.add_argument("--note", default="", help="card: what a reader of the recipe must know beside it")
    parser.add_argument("--name", default="wrap-labels-1", help="card: the adapter's name (default: %(default)s)")
    parser.add_argument("--into", type=Path, default=Path("llm_wrap/llm/adapters"), help="card: folder (%(default)s)")
    return parser


def _data(options: argparse.Namespace) -> None:
    from llm_wrap.training.dataset import read_examples, split_examples

    examples = read_examples(options.data)
    split = split_examples(examples)
    print(f"{len(examples)} items: {len(split.train)} to train on, {len(split.held_out)} held out")
    for field in ("theme", "sentiment", "style"):
        counts = Counter(getattr(example, field) for example in examples)
        print(f"{field}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    print(f"key sentence not in the body, not trained on: {sum(not example.sentence_known for example in examples)}")


def _train(options: argparse.Namespace) -> None:
    from llm_wrap.training.train import Recipe, train_adapter

    recipe = Recipe(epochs=options.epochs, seed=options.seed, learning_rate=options.rate)
    train_adapter(_weights(options), options.data, options.run, recipe, options.threads, options.start)


def _export(options: argparse.Namespace) -> None:
    import json

    from llm_wrap.training.export import read_checkpoint, write_adapter

    lora = read_checkpoint(options.run / "checkpoint.pt")
    alpha = json.loads((options.run / "recipe.json").read_text("utf-8"))["alpha"]
    target = options.run / "adapter.gguf"
    write_adapter(lora, alpha, target, options.name)
    print(f"{target}: {len(lora)} tensors, {target.stat().st_size:,} bytes")


def _check(options: argparse.Namespace) -> None:
    import json

    from llm_wrap.training.dataset import read_examples, split_examples
    from llm_wrap.training.parity import check_parity

    held_out = split_examples(read_examples(options.data)).held_out
    alpha = json.loads((options.run / "recipe.json").read_text("utf-8"))["alpha"]
    checkpoint, adapter = options.run / "checkpoint.pt", options.run / "adapter.gguf"
    print(check_parity(_weights(options), checkpoint, adapter, held_out[:: max(1, len(held_out) // 12)], alpha))


def _judge(options: argparse.Namespace) -> None:
    from llm_wrap.training.dataset import read_examples, split_examples
    from llm_wrap.training.judging import judge_example, read_dev_cases, read_headlines, write_judged
    from llm_wrap.training.serving import serve_model

    sets = {"dev": read_dev_cases(options.corpus), "held_out": split_examples(read_examples(options.data)).held_out}
    if options.headlines:
        sets["headlines"] = read_headlines(options.headlines, 400)
    adapter = None if options.bare else options.adapter or options.run / "adapter.gguf"
    options.run.mkdir(parents=True, exist_ok=True)
    with serve_model(_weights(options), adapter) as server:
        for name, examples in sets.items():
            judged = []
            for example in examples:
                judged.append(judge_example(server, example))
                print(f"{name}: {len(judged)} of {len(examples)}", end="\r", file=sys.stderr, flush=True)
            write_judged(options.run / f"judged-{name}.jsonl", judged)
            print(f"{name}: {len(examples)} items judged", file=sys.stderr, flush=True)


def _fit(options: argparse.Namespace) -> None:
    import json

    from llm_wrap.labelling.confidence import Calibration
    from llm_wrap.training.figures import fit_temperatures, review_table, score_labels, score_polarity
    from llm_wrap.training.judging import read_judged

    for path in sorted(options.run.glob("judged-*.jsonl")):
        judged = read_judged(path)
        score = score_polarity(judged) if path.stem == "judged-headlines" else score_labels(judged)
        print(path.stem, json.dumps(score))
    paths = [options.run / f"judged-{name}.jsonl" for name in ("dev", "held_out")]
    rows = [row for path in paths if path.is_file() for row in read_judged(path)]
    theme, sentiment = fit_temperatures(rows)
    print(f"temperatures fitted on {len(rows)} items: theme {theme}, sentiment {sentiment}")
    for line in review_table(rows, Calibration(theme, sentiment)):
        print(json.dumps(line))


def _card(options: argparse.Namespace) -> None:
    import shutil

    from llm_wrap.training.card import build_card, write_card
    from llm_wrap.training.judging import read_judged

    names = ("dev", "held_out", "headlines")
    judged = {name: read_judged(path) for name in names if (path := options.run / f"judged-{name}.jsonl").is_file()}
    card = build_card(
        name=options.name,
        weights=_weights(options),
        adapter=options.run / "adapter.gguf",
        data=options.data,
        run=options.run,
        judged=judged,
        review_below=options.review_below,
        note=options.note,
    )
    options.into.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.run / "adapter.gguf", options.into / f"{options.name}.gguf")
    write_card(card, options.into / f"{options.name}.json")
    print(options.into / f"{options.name}.json")


def _weights(options: argparse.Namespace) -> Path:
    if options.weights is None or not options.weights.is_file():
        raise InputError("--weights FILE: the base weights are needed, a GGUF file that `llm-wrap models pull` stores")
    return Path(options.weights)


if __name__ == "__main__":
    sys.exit(main())
