"""How far the two readers agreed before anything was settled between them.

The truth is what both said or what was decided; where it was decided, evals/labels/adjudicated.jsonl has what each had said, so
the first reading is the truth with those labels put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llm_wrap.evaluation.baselines.second import say_second
from llm_wrap.evaluation.fields import Field
from llm_wrap.evaluation.items import EvalItem, EvalSet, read_json_lines
from llm_wrap.evaluation.score import Answered, FieldScore, join_predictions, score_field


@dataclass(frozen=True, slots=True)
class Agreement:
    """One field: the second reading scored against the first (`strict` and `kappa`), and how many labels were decided."""

    score: FieldScore
    decided: int


def measure_agreement(
    evals: EvalSet, fields: Sequence[Field], second: Path, adjudicated: Path
) -> tuple[Agreement, ...]:
    """For each field, over the items that were read twice; () where none was."""
    decisions = [row for _, row in read_json_lines(adjudicated)] if adjudicated.is_file() else []
    answered = join_readings(evals, second, decisions)
    if not answered:
        return ()
    read = {case.one.id for case in answered}
    return tuple(
        Agreement(
            score_field(field, answered),
            sum(row["id"] in read and field.name.startswith(str(row["field"])) for row in decisions),
        )
        for field in fields
    )


def join_readings(evals: EvalSet, second: Path, decisions: Sequence[dict[str, Any]]) -> tuple[Answered, ...]:
    """The second reading held against the first, over the items that were read twice. Only the first's own label is right:
    what both would accept came of comparing them."""
    rows = [row for row in say_second(second, evals.items) if row.status == "labelled"]
    read = {row.id for row in rows}
    items = (_first_reading(one, decisions) for one in evals.items if one.id in read)
    first = tuple(
        replace(one, theme_ok=(one.theme,) if one.theme else (), sentiment_ok=(one.sentiment,) if one.sentiment else ())
        for one in items
    )
    return join_predictions(replace(evals, items=first), rows)


def _first_reading(one: EvalItem, decisions: Sequence[dict[str, Any]]) -> EvalItem:
    for row in decisions:
        if row["id"] == one.id and row["field"] == "theme":
            one = replace(one, theme=row["first"])
        elif row["id"] == one.id and row["field"] == "sentiment":
            one = replace(one, sentiment=row["first"])
    return one
