"""`llm-wrap eval reading`: how much of the reading is right, per module and split."""

from __future__ import annotations

from pathlib import Path

from llm_wrap.errors import InputError
from llm_wrap.evaluation.reading_accuracy import ModuleScore, score_reading
from llm_wrap.evaluation.reading_cases import load_reading_cases

PRECISION, RECALL = 0.95, 0.85  # what each module promises


def run_eval_reading(folder: Path, *, split: str | None, misses: bool) -> int:
    """Prints the table; 1 where a module falls short of its promise. InputError where no case is of `split`."""
    cases = load_reading_cases(folder)
    if split is not None:
        splits = dict.fromkeys(case.split for case in cases)
        if split not in splits:
            raise InputError(f"{folder} has no split {split}, but {', '.join(splits)}")
        cases = tuple(case for case in cases if case.split == split)
    scores = score_reading(cases)
    print(f"{'module':<14}{'cases':<7}{'written by':<15}{'precision':>20}{'recall':>20}")
    for score in scores:
        print(
            f"{score.module:<14}{score.cases:<7}{'us' if score.split == 'own' else f'others, {score.split}':<15}"
            f"{_share(score.right, score.found):>20}{_share(score.right, score.expected):>20}"
        )
        if misses:
            for name, words in score.wrong:
                print(f"    {name}: {words}")
    return 0 if all(_holds(score) for score in scores) else 1


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part} of {whole})" if whole else "-"


def _holds(score: ModuleScore) -> bool:
    return (score.precision is None or score.precision >= PRECISION) and (
        score.recall is None or score.recall >= RECALL
    )
