"""Predictions held against a set: every figure of one system, with its interval. Pure.

An item without a prediction, or with one that is unlabelled, is wrong in every figure. Right "as labelled" is the true label;
right "accepted" is any label that a careful second reader could give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llm_wrap.errors import InputError
from llm_wrap.evaluation.fields import Field
from llm_wrap.evaluation.items import EvalItem, EvalSet
from llm_wrap.evaluation.metrics.brier import brier_of_all, brier_of_shown
from llm_wrap.evaluation.metrics.calibration import (
    ReliabilityBin,
    bin_reliability,
    expected_calibration_error,
    null_band,
)
from llm_wrap.evaluation.metrics.confusion import count_by_group
from llm_wrap.evaluation.metrics.f1 import LabelScore, macro_f1, score_labels
from llm_wrap.evaluation.metrics.kappa import cohen_kappa
from llm_wrap.evaluation.metrics.risk_coverage import CoveragePoint, accuracy_at, area_under_risk, trace_coverage
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.evaluation.statistics.bootstrap import bootstrap_figure
from llm_wrap.evaluation.statistics.clustering import Clustering, measure_clustering
from llm_wrap.evaluation.statistics.interval import Estimate, estimate_share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NOBODY = "no prediction"


@dataclass(frozen=True, slots=True)
class Answered:
    """An item and what was said about it."""

    one: EvalItem
    row: Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How honest the confidence in a field's label is: right means accepted.

    Attributes:
        ece: expected calibration error, and `band`: between what it would lie for a calibrated model of these confidences.
        brier_shown: of "the shown label is acceptable"; `brier_all` of the whole distribution against the true label.
        at_80, at_90: accuracy over the surest 80 and 90 % of the items.
        risk: mean error over all coverages.
    """

    brier_shown: float | None
    brier_all: float | None
    ece: float | None
    band: tuple[float, float] | None
    bins: tuple[ReliabilityBin, ...]
    points: tuple[CoveragePoint, ...]
    at_80: float | None
    at_90: float | None
    risk: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScore:
    """One field of one system. `confidence` is None where the system gives no probabilities."""

    field: Field
    items: int
    wraps: int
    strict: Estimate
    accepted: Estimate
    macro_f1: Estimate
    kappa: Estimate
    labels: tuple[LabelScore, ...]
    confusions: tuple[tuple[int, ...], ...]
    clustering: Clustering | None
    confidence: Confidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemScore:
    """One system: a model, a baseline, or a second labelling."""

    name: str
    fields: Mapping[str, FieldScore]
    answered: tuple[Answered, ...]


def join_predictions(evals: EvalSet, rows: Sequence[Prediction]) -> tuple[Answered, ...]:
    """Each item of the set with its row; a row of an item that is not in the set is an InputError."""
    by_id = {row.id: row for row in rows}
    strangers = by_id.keys() - {one.id for one in evals.items}
    if strangers:
        raise InputError(f"the predictions are of other items than {evals.name}: {min(strangers)} is not in it")
    return tuple(
        Answered(one, by_id.get(one.id) or Prediction(id=one.id, status="unlabelled", reason=NOBODY))
        for one in evals.items
    )


def score_system(name: str, answered: Sequence[Answered], fields: Sequence[Field], *, draws: int = 2000) -> SystemScore:
    """Every figure of a system. `draws` of the bootstrap."""
    return SystemScore(
        name=name,
        fields={field.name: score_field(field, answered, draws=draws) for field in fields},
        answered=tuple(answered),
    )


def score_field(field: Field, answered: Sequence[Answered], *, draws: int = 2000) -> FieldScore:
    """The figures of one field over the items that are a case of it."""
    import numpy as np

    cases = cases_of(field, answered)
    truth = [field.truth(case.one) or "" for case in cases]
    said = [field.said(case.row) for case in cases]
    groups = [case.one.group for case in cases]
    right = [is_accepted(field, case) for case in cases]
    number = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    counts = count_by_group(truth, said, field.labels, [number[group] for group in groups], len(number))
    nothing = Estimate(float("nan"), None, None)
    total = counts.sum(0)
    return FieldScore(
        field=field,
        items=len(cases),
        wraps=len(number),
        strict=estimate_share([a == b for a, b in zip(truth, said, strict=True)], groups) or nothing,
        accepted=estimate_share(right, groups) or nothing,
        macro_f1=bootstrap_figure(macro_f1, counts, draws=draws),
        kappa=bootstrap_figure(cohen_kappa, counts, draws=draws),
        labels=score_labels(total, field.labels),
        confusions=tuple(tuple(int(count) for count in row) for row in np.asarray(total)),
        clustering=measure_clustering([float(hit) for hit in right], groups),
        confidence=_score_confidence(field, cases, truth, right),
    )


def cases_of(field: Field, answered: Sequence[Answered]) -> list[Answered]:
    """Those whose item has a truth for the field."""
    return [case for case in answered if field.truth(case.one) is not None]


def is_right(field: Field, case: Answered) -> bool:
    """Whether the true label was said."""
    return field.said(case.row) == field.truth(case.one)


def is_accepted(field: Field, case: Answered) -> bool:
    """Whether a label was said that a careful second reader could give."""
    return field.said(case.row) in field.accepted(case.one)


def _score_confidence(
    field: Field, cases: Sequence[Answered], truth: Sequence[str], right: Sequence[bool]
) -> Confidence | None:
    told = [field.chances(case.row) for case in cases]
    if not any(told):
        return None
    sure = [field.confidence(case.row) for case in cases]
    # An unlabelled item has no confidence: it is the least sure of all for coverage, and in Brier and ECE it is sure of nothing.
    known = [value or 0.0 for value in sure]
    points = trace_coverage(sure, right)
    return Confidence(
        brier_shown=brier_of_shown(known, right),
        brier_all=brier_of_all([chances or {} for chances in told], truth),
        ece=expected_calibration_error(known, right),
        band=null_band(known),
        bins=bin_reliability(known, right),
        points=points,
        at_80=accuracy_at(points, 0.8),
        at_90=accuracy_at(points, 0.9),
        risk=area_under_risk(points),
    )
