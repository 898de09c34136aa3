"""What `llm-wrap adapter` does, step by step."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llm_wrap.config import Settings
from llm_wrap.errors import InputError
from llm_wrap.labelling.choose import shipped_weights
from llm_wrap.llm.adapter import shipped_adapter

if TYPE_CHECKING:
    from llm_wrap.training.dataset import Example

_DATA = Path("evals/train")
_HEADLINES = 400


def run_data(data: Sequence[Path]) -> int:
    from llm_wrap.training.dataset import read_examples, split_examples

    examples = read_examples(_files(data))
    split = split_examples(examples)
    print(f"{len(examples)} items: {len(split.train)} to train on, {len(split.held_out)} held out")
    for field in ("theme", "sentiment", "style"):
        counts = Counter(getattr(example, field) for example in examples)
        print(f"{field}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    print(f"key sentence not in the body, not trained on: {sum(not example.sentence_known for example in examples)}")
    return 0


def run_train(
    settings: Settings,
    data: Sequence[Path],
    run: Path,
    start: str | None,
    *,
    epochs: float,
    rate: float,
    seed: int,
    threads: int,
    carry: float = 1.0,
) -> int:
    from llm_wrap.training.export import carry_on, read_adapter, read_checkpoint, write_adapter
    from llm_wrap.training.train import Recipe, train_adapter

    begin = shipped_adapter().path if start == "shipped" else Path(start) if start else None
    recipe = Recipe(epochs=epochs, seed=seed, learning_rate=rate, carry=carry)
    train_adapter(shipped_weights(settings.models_dir), _files(data), run, recipe, threads, begin)
    target = run / "adapter.gguf"
    lora = read_checkpoint(run / "checkpoint.pt")
    if begin and carry != 1.0:
        lora = carry_on(read_adapter(begin), lora, carry)
    write_adapter(lora, recipe.alpha, target)
    print(f"{target}: {target.stat().st_size:,} bytes")
    return 0


def run_stages(settings: Settings, stages: Path, run: Path, *, threads: int) -> int:
    """One run after the other, each in a folder of its own in `run` and each from the adapter of the one before."""
    from llm_wrap.training.stages import read_stages

    start: str | None = None
    for number, stage in enumerate(read_stages(stages), 1):
        folder = run / str(number)
        print(f"stage {number}: {', '.join(path.stem for path in stage.files)}", file=sys.stderr)
        run_train(
            settings, stage.files, folder, start,
            epochs=stage.epochs, rate=stage.rate, seed=stage.seed, threads=threads, carry=stage.carry,
        )  # fmt: skip
        start = str(folder / "adapter.gguf")
    return 0


def run_check(settings: Settings, data: Sequence[Path], run: Path) -> int:
    from llm_wrap.training.parity import check_parity

    held_out = _held_out(data)
    alpha = json.loads((run / "recipe.json").read_text("utf-8"))["alpha"]
    some = held_out[:: max(1, len(held_out) // 12)]
    print(check_parity(shipped_weights(settings.models_dir), run / "checkpoint.pt", run / "adapter.gguf", some, alpha))
    return 0


def run_judge(
    settings: Settings, data: Sequence[Path], run: Path, corpus: Path, adapter: Path | None, headlines: Path | None
) -> int:
    from llm_wrap.cli.output import counted
    from llm_wrap.training.judging import judge_example, read_dev_cases, read_headlines, write_judged
    from llm_wrap.training.serving import serve_model

    if adapter is not None and not adapter.is_file():
        raise InputError(f"{adapter}: no such adapter; `llm-wrap adapter train` ends by writing it")
    sets = {"dev": read_dev_cases(corpus), "held_out": _held_out(data)}
    if headlines:
        sets["headlines"] = read_headlines(headlines, _HEADLINES)
    run.mkdir(parents=True, exist_ok=True)
    with serve_model(shipped_weights(settings.models_dir), adapter) as server:
        for name, examples in sets.items():
            judged = (judge_example(server, example) for example in examples)
            write_judged(run / f"judged-{name}.jsonl", counted(judged, len(examples), name))
            print(f"{name}: {len(examples)} items judged", file=sys.stderr, flush=True)
    return 0


def run_figures(run: Path) -> int:
    from llm_wrap.training.figures import fit_calibration, review_table, score_labels, score_polarity
    from llm_wrap.training.judging import read_judged

    dev = run / "judged-dev.jsonl"
    if not dev.is_file():
        raise InputError(f"{run}: the dev cases were not judged here yet (llm-wrap adapter judge)")
    rows = read_judged(dev)
    fitted = fit_calibration(rows, review_below=0.0)
    for path in sorted(run.glob("judged-*.jsonl")):
        judged = read_judged(path)
        score = score_polarity if path.stem == "judged-headlines" else score_labels
        print(path.stem, json.dumps(score(judged)))
    print(
        f"fitted on {len(rows)} dev items: temperature of the theme {fitted.theme_temperature}, of the sentiment "
        f"{fitted.sentiment_temperature}"
    )
    for line in review_table(rows, fitted):
        print(json.dumps(line))
    return 0


def run_card(settings: Settings, run: Path, name: str, into: Path, review_below: float, note: str) -> int:
    from llm_wrap.training.card import build_card, write_card
    from llm_wrap.training.judging import read_judged

    names = ("dev", "held_out", "headlines")
    card = build_card(
        name=name,
        weights=shipped_weights(settings.models_dir),
        adapter=run / "adapter.gguf",
        run=run,
        judged={kind: read_judged(path) for kind in names if (path := run / f"judged-{kind}.jsonl").is_file()},
        review_below=review_below,
        note=note,
    )
    into.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(run / "adapter.gguf", into / f"{name}.gguf")
    write_card(card, into / f"{name}.json")
    print(into / f"{name}.json")
    return 0


def _files(data: Sequence[Path]) -> Sequence[Path]:
    files = data or sorted(_DATA.glob("*.jsonl"))
    if not files:
        raise InputError(f"{_DATA}: no training files here; name yours with --data")
    return files


def _held_out(data: Sequence[Path]) -> list[Example]:
    from llm_wrap.training.dataset import read_examples, split_examples

    return split_examples(read_examples(_files(data))).held_out
