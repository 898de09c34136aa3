"""Whether recorded predictions may stand: they are of what is shipped now, and no worse than those accepted last. Pure.

A fall fails the gate when the sign-flip test over wraps, after Holm's correction, says that it is one; chance does not. The
accepted predictions stay until somebody accepts others, so many small falls are seen as the one that they add up to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llm_wrap.evaluation.compare import Difference, compare_systems
from llm_wrap.evaluation.fields import Field
from llm_wrap.evaluation.items import EvalItem, EvalSet
from llm_wrap.evaluation.predictions import Prediction, PredictionFile, find_mismatches, text_digest
from llm_wrap.evaluation.score import Answered
from llm_wrap.labelling.task import LabellingTask, item_key

_CLEAR = 0.3  # between the likeliest label and the next: other processors round differently, and no more than this


@dataclass(frozen=True, slots=True)
class GateResult:
    """`failures`: one line each, empty where it may stand. `differences`: recorded against accepted, where they were held."""

    failures: tuple[str, ...]
    differences: tuple[Difference, ...] = ()


def judge_binding(
    recorded: PredictionFile, evals: EvalSet, task: LabellingTask, hashes: dict[str, str], again: str
) -> GateResult:
    """Whether the predictions are of these items, asked as is asked now; `again` is the command that records them."""
    changed = find_mismatches(recorded.header.hashes, hashes)
    if changed:
        told = ", ".join(f"{name} {recorded.header.hashes.get(name)} is now {hashes[name]}" for name in changed)
        return GateResult((f"recorded for something else ({told}): record again: {again}",))
    asked = {one.id: item_key(task, one.item)[:16] for one in evals.items}
    other = [row.id for row in recorded.rows if asked.get(row.id) != row.asked]
    missing = asked.keys() - {row.id for row in recorded.rows}
    if other or missing:
        odd = min([*other, *missing])
        return GateResult((f"{len(other) + len(missing)} items were asked otherwise or not at all ({odd}): {again}",))
    return GateResult(())


def judge_fall(
    recorded: PredictionFile, accepted: PredictionFile, evals: EvalSet, fields: Sequence[Field]
) -> GateResult:
    """Whether the recorded predictions are worse than the accepted ones, on the items whose text is the same in both."""
    now, before = ({row.id: row for row in file.rows} for file in (recorded, accepted))
    same = [one for one in evals.items if _is_same(one, now.get(one.id), before.get(one.id))]
    if not same:
        return GateResult(("the accepted predictions are of other items: look at the figures, then accept these",))
    told = compare_systems(
        fields, [Answered(one, before[one.id]) for one in same], [Answered(one, now[one.id]) for one in same]
    )
    return GateResult(
        tuple(
            f"{one.title} fell from {one.first:.3f} to {one.second:.3f} (p {one.adjusted:.4f}, {one.items} items)"
            for one in told
            if one.verdict == "worse"
        ),
        told,
    )


def choose_sample(recorded: PredictionFile, evals: EvalSet, count: int) -> list[EvalItem]:
    """Items whose recorded labels are clear, spread over the set: what a live model must say again."""
    clear = {row.id for row in recorded.rows if _is_clear(row)}
    items = [one for one in evals.items if one.id in clear]
    step = max(1, len(items) // max(1, count))
    return items[::step][:count]


def judge_sample(recorded: PredictionFile, live: Sequence[Prediction]) -> GateResult:
    """Whether a live model says what is recorded."""
    before = {row.id: row for row in recorded.rows}
    return GateResult(
        tuple(
            f"{row.id}: the model says {row.theme}, {row.sentiment} ({row.status}) and not {before[row.id].theme}, "
            f"{before[row.id].sentiment}, as recorded"
            for row in live
            if (row.theme, row.sentiment) != (before[row.id].theme, before[row.id].sentiment)
        )
    )


def _is_same(one: EvalItem, now: Prediction | None, before: Prediction | None) -> bool:
    return now is not None and before is not None and now.text == before.text == text_digest(one.item)


def _is_clear(row: Prediction) -> bool:
    for chances in (row.themes, row.sentiments):
        if not chances:
            return False
        first, second = sorted(chances.values(), reverse=True)[:2]
        if first - second < _CLEAR:
            return False
    return True
