"""`llm-wrap eval compare A B`: which of two runs is better, or that one cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from llm_wrap.cli.eval_report import find_set, name_systems, require_extra
from llm_wrap.cli.output import lay_out
from llm_wrap.errors import InputError
from llm_wrap.evaluation.compare import Difference, compare_systems
from llm_wrap.evaluation.fields import make_fields
from llm_wrap.evaluation.predictions import read_predictions
from llm_wrap.evaluation.score import join_predictions
from llm_wrap.labelling.themes import load_themes


def run_compare(first: Path, second: Path, metrics: Sequence[str], themes_file: Path | None) -> int:
    """Prints a line a metric; 0 whatever the verdict, since it is a question and no gate."""
    require_extra()
    told = [read_predictions(path) for path in (first, second)]
    evals = find_set(told[0], first)
    if told[1].header.hashes["texts"] != told[0].header.hashes["texts"]:
        raise InputError(f"{second}: is of other items ({told[1].header.data}) than {first} ({told[0].header.data})")
    fields = make_fields(evals, load_themes(themes_file))
    answered = [join_predictions(evals, file.rows) for file in told]
    wraps = len({one.group for one in evals.items})
    names = name_systems(told, (first, second))
    print(f"A  {names[0]}\nB  {names[1]}\n{evals.name}: {len(evals.items)} items of {wraps} wraps\n")
    print("\n".join(show_differences(compare_systems(fields, answered[0], answered[1], metrics or None))))
    return 0


def show_differences(told: Iterable[Difference]) -> list[str]:
    """A table: each metric of A and of B, B - A with its interval, p after Holm, what could have been seen, the verdict."""
    rows = [("", "A", "B", "B - A", "95 % interval", "p", "p, Holm", "detectable", "B is")]
    for one in told:
        low, high = one.difference.low, one.difference.high
        rows.append(
            (
                one.title,
                f"{one.first:.3f}",
                f"{one.second:.3f}",
                f"{one.difference.value:+.3f}",
                "–" if low is None or high is None else f"{low:+.3f} to {high:+.3f}",
                f"{one.p:.4f}",
                f"{one.adjusted:.4f}",
                "–" if one.detectable is None else f"{one.detectable:.3f}",
                one.verdict,
            )
        )
    return lay_out(rows, left=(0, 8))
