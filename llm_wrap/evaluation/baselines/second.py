"""The second labelling of dev and test, made without sight of the first: how far two careful readers agree is as far as any
model can be said to be right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llm_wrap.evaluation.items import EvalItem, read_json_lines
from llm_wrap.evaluation.predictions import Prediction


def say_second(path: Path, items: Sequence[EvalItem]) -> list[Prediction]:
    """The second labels as predictions; an item that was not labelled a second time is unlabelled."""
    by_id = {row.get("id"): row for _, row in read_json_lines(path)}
    rows = []
    for one in items:
        told = by_id.get(one.id)
        rows.append(
            Prediction(
                id=one.id,
                status="labelled" if told else "unlabelled",
                reason=None if told else "no second label",
                theme=told.get("theme") if told else None,
                sentiment=told.get("sentiment") if told else None,
            )
        )
    return rows
