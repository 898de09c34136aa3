"""Two systems on the same items: is the second better, worse, or can one not tell? Pure.

A verdict needs the sign-flip test over wraps to say so after Holm's correction for all metrics that were named. "Cannot tell" is
not "equal": `detectable` says how large a difference would have been seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from llm_wrap.errors import SettingsError
from llm_wrap.evaluation.fields import Field
from llm_wrap.evaluation.metrics.confusion import count_by_group
from llm_wrap.evaluation.metrics.f1 import macro_f1
from llm_wrap.evaluation.score import Answered, cases_of, is_accepted, is_right
from llm_wrap.evaluation.statistics.bootstrap import draw_figures
from llm_wrap.evaluation.statistics.detectable import smallest_detectable
from llm_wrap.evaluation.statistics.holm import adjust_holm
from llm_wrap.evaluation.statistics.interval import Estimate, estimate_mean
from llm_wrap.evaluation.statistics.sign_flip import FLIPS, sign_flip_test

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Verdict = Literal["better", "worse", "cannot tell"]
LEVEL = 0.05
_KINDS = ("", "_accepted", "_macro_f1")
USUAL = ("theme_rollup", "theme", "sentiment", "sentiment_accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One metric of two systems.

    Attributes:
        first, second: each one's figure; `difference` is second - first with its 95 % interval.
        p: of the sign-flip test; `adjusted` for the metrics that were looked at together, and `verdict` by that.
        detectable: smallest true difference that would be found four times in five; None where no wrap differs.
    """

    metric: str
    title: str
    items: int
    first: float
    second: float
    difference: Estimate
    p: float
    detectable: float | None
    adjusted: float = 1.0
    verdict: Verdict = "cannot tell"


def known_metrics(fields: Sequence[Field]) -> tuple[str, ...]:
    """The names that can be given: a field's, its name + "_accepted", its name + "_macro_f1"."""
    return tuple(field.name + kind for field in fields for kind in _KINDS)


def compare_systems(
    fields: Sequence[Field],
    first: Sequence[Answered],
    second: Sequence[Answered],
    metrics: Sequence[str] | None = None,
    *,
    flips: int = FLIPS,
) -> tuple[Difference, ...]:
    """`second` against `first`, which are of the same items in the same order. SettingsError for a metric that is not there."""
    known = known_metrics(fields)
    names = metrics or [name for name in USUAL if name in known]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SettingsError(f"there is no metric {unknown[0]!r} here; there are {', '.join(known)}")
    by_name = {field.name + kind: (field, kind) for field in fields for kind in _KINDS}
    paired = [_pair(name, *by_name[name], first, second, flips) for name in dict.fromkeys(names)]
    adjusted = adjust_holm({one.metric: one.p for one in paired})
    return tuple(
        replace(one, adjusted=(p := adjusted[one.metric]), verdict=_judge(one.difference.value, p)) for one in paired
    )


def _judge(difference: float, p: float) -> Verdict:
    if p >= LEVEL:
        return "cannot tell"
    return "better" if difference > 0 else "worse"


def _pair(
    metric: str, field: Field, kind: str, first: Sequence[Answered], second: Sequence[Answered], flips: int
) -> Difference:
    a, b = cases_of(field, first), cases_of(field, second)
    groups = [case.one.group for case in a]
    number = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    places = [number[group] for group in groups]
    if kind == "_macro_f1":
        return _pair_f1(metric, field, a, b, places, len(number), flips)
    right: Callable[[Field, Answered], bool] = is_accepted if kind else is_right
    hits_a, hits_b = ([float(right(field, case)) for case in cases] for cases in (a, b))
    title = f"{field.title}{', accepted' if kind else ''}"
    return _pair_shares(metric, title, hits_a, hits_b, places, len(number), flips)


def _pair_shares(
    metric: str, title: str, first: list[float], second: list[float], places: list[int], wraps: int, flips: int
) -> Difference:
    import numpy as np

    items = len(first)
    told = estimate_mean([b - a for a, b in zip(first, second, strict=True)], places)
    difference, error = told if told else (Estimate(float("nan"), None, None), 0.0)
    sums_a, sums_b = (np.bincount(places, weights=hits, minlength=wraps).astype(float) for hits in (first, second))
    return Difference(
        metric=metric,
        title=title,
        items=items,
        first=sum(first) / items,
        second=sum(second) / items,
        difference=difference,
        p=sign_flip_test(lambda hits: hits / items, sums_a, sums_b, flips=flips),
        detectable=smallest_detectable(error, wraps),
    )


def _pair_f1(
    metric: str,
    field: Field,
    first: Sequence[Answered],
    second: Sequence[Answered],
    places: list[int],
    wraps: int,
    flips: int,
) -> Difference:
    import numpy as np

    truth = [field.truth(case.one) or "" for case in first]
    a, b = (
        count_by_group(truth, [field.said(case.row) for case in cases], field.labels, places, wraps)
        for cases in (first, second)
    )
    drawn = draw_figures(macro_f1, b) - draw_figures(macro_f1, a)  # the same seed: the same wraps are drawn for both
    low, high = np.quantile(drawn, (0.025, 0.975))
    values = float(macro_f1(a.sum(0))), float(macro_f1(b.sum(0)))
    return Difference(
        metric=metric,
        title=f"{field.title}, macro-F1",
        items=len(truth),
        first=values[0],
        second=values[1],
        difference=Estimate(values[1] - values[0], float(low), float(high)),
        p=sign_flip_test(macro_f1, a, b, flips=flips),
        detectable=smallest_detectable(float(drawn.std(ddof=1)), wraps),
    )
