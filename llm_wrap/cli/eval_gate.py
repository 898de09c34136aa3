"""`llm-wrap eval record` and `eval gate`: predictions that are kept in the repository, and whether they may stand."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from llm_wrap.cli.eval_compare import show_differences
from llm_wrap.cli.eval_report import require_extra
from llm_wrap.cli.eval_run import Source, load_source, run_eval
from llm_wrap.cli.output import write_text
from llm_wrap.config import Settings
from llm_wrap.errors import InputError, ModelUnavailable
from llm_wrap.evaluation.cases import Split
from llm_wrap.evaluation.fields import make_fields
from llm_wrap.evaluation.gate import GateResult, choose_sample, judge_binding, judge_fall, judge_sample
from llm_wrap.evaluation.items import EvalSet
from llm_wrap.evaluation.predictions import PredictionFile, bind_hashes, find_mismatches, read_predictions
from llm_wrap.labelling.themes import ThemeSet, load_themes
from llm_wrap.prediction import find_task, open_answers, predict_items


def run_record(
    split: Split, folder: Path, corpus: Path, settings: Settings, environment: Mapping[str, str], *, accept: bool
) -> int:
    """Records the split with the model of the settings, unless that is done; `accept` makes it what the gate compares with."""
    fresh = replace(settings, cache=False)  # latency and attempts are only known of answers that are asked for
    source, out = Source(corpus=corpus, split=split), folder / f"{split}.jsonl"
    code = 0
    if not _is_current(out, source, fresh, environment):
        folder.mkdir(parents=True, exist_ok=True)
        code = run_eval(source, out, fresh, environment)
    mark = folder / "accepted" / out.name
    if accept or not mark.exists():
        mark.parent.mkdir(parents=True, exist_ok=True)
        write_text(out.read_text(encoding="utf-8"), mark)
        print(f"llm-wrap: {mark}: from now on the gate compares with this", file=sys.stderr)
    return code


def run_gate(folder: Path, corpus: Path, live: int, settings: Settings, environment: Mapping[str, str]) -> int:
    """Prints what was held against what, and each failure; 1 where there is one."""
    require_extra()
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise InputError(f"{folder}: nothing is recorded here; llm-wrap eval record")
    themes = load_themes(settings.themes)
    failed = False
    for path in files:
        recorded = read_predictions(path)
        evals = load_source(Source.from_plain({**recorded.header.source, "corpus": str(corpus)}))
        print(f"{path.name}: {recorded.header.model}, {evals.name}, {len(evals.items)} items")
        for result in _judge(path, recorded, evals, themes, live, settings, environment):
            if result.differences:
                print("\n".join(f"  {line}" for line in show_differences(result.differences)))
            for failure in result.failures:
                failed = True
                print(f"  FAILED: {failure}")
    print("the gate is closed" if failed else "the gate is open: nothing fell")
    return 1 if failed else 0


def _judge(
    path: Path,
    recorded: PredictionFile,
    evals: EvalSet,
    themes: ThemeSet,
    live: int,
    settings: Settings,
    environment: Mapping[str, str],
) -> list[GateResult]:
    again = f"llm-wrap eval record --split {recorded.header.source['split']}"
    with open_answers(replace(settings, cache=False)) as cache:
        task = find_task(themes, settings, environment, cache)
        binding = judge_binding(recorded, evals, task, bind_hashes(task, evals.digest), again)
        if binding.failures:
            return [binding]
        mark = path.parent / "accepted" / path.name
        if not mark.is_file():
            return [GateResult((f"{mark}: nothing was accepted yet: {again} --accept",))]
        results = [judge_fall(recorded, read_predictions(mark), evals, make_fields(evals, themes))]
        if live:
            sample = choose_sample(recorded, evals, live)
            run = predict_items(sample, themes, settings, environment, cache)
            print(f"  live: {len(run.rows)} items asked again")
            results.append(judge_sample(recorded, run.rows))
    return results


def _is_current(out: Path, source: Source, settings: Settings, environment: Mapping[str, str]) -> bool:
    if not out.is_file():
        return False
    try:
        recorded = read_predictions(out)
        with open_answers(settings) as cache:
            task = find_task(load_themes(settings.themes), settings, environment, cache)
        return not find_mismatches(recorded.header.hashes, bind_hashes(task, load_source(source).digest))
    except (InputError, ModelUnavailable):
        return False
