"""The 95 % interval of a share whose items come in wraps.

Items of one wrap share a day, a writer and a layout, so they are right and wrong together and a wrap of six says less than
six items would. The variance is taken over wraps (Miller 2024, "Adding Error Bars to Evals", arXiv 2411.00640, section 2.2;
with the correction G / (G - 1) for G wraps). Shares near 1 are not bell-shaped, so that variance is turned into the number of
independent items that would have it, and Wilson's interval is taken of that many, with Student's t of G - 1 degrees of
freedom in place of 1.96, as Korn & Graubard (1998, Survey Methodology 24) do for surveys. `tests/evaluation/
test_coverage.py` simulates it: it holds the truth in 93 to 97 % where an interval that knows no wraps falls to 75 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_LEAST_DESIGN_EFFECT = 0.25  # chance can make wraps look more alike than items are; not without a limit


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; `low` and `high` are None where there is nothing to take one from."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ShareIntervals:
    """Arrays, one entry a row of counts: shares, their interval, and of how many independent items it is."""

    share: Array
    low: Array
    high: Array
    effective: Array


def estimate_share(right: Sequence[bool], groups: Sequence[object]) -> Estimate | None:
    """The share of True with its interval; `groups` names the wrap of each item. None of no items; no interval of one wrap."""
    import numpy as np

    if not right:
        return None
    hits, sizes = _count(right, groups)
    if len(sizes) < 2:
        return Estimate(sum(right) / len(right), None, None)
    told = share_intervals(np.asarray([hits]), np.asarray(sizes))
    return Estimate(float(told.share[0]), float(told.low[0]), float(told.high[0]))


def share_intervals(hits: Array, sizes: Array) -> ShareIntervals:
    """For rows of `hits`, (rows, wraps), in wraps of `sizes` items each, (wraps,): the shares and their intervals."""
    import numpy as np
    from scipy import stats

    wraps, items = len(sizes), sizes.sum()
    share = hits.sum(-1) / items
    residuals = hits - share[..., None] * sizes
    clustered = wraps / (wraps - 1) * (residuals**2).sum(-1) / items**2
    independent = share * (1 - share) / items
    # All right or all wrong: nothing is seen of how alike wraps are, and every item is taken to count.
    effect = np.where(independent > 0, clustered / np.where(independent > 0, independent, 1), 1.0)
    effective = items / np.maximum(effect, _LEAST_DESIGN_EFFECT)
    z2 = stats.t.ppf(0.975, wraps - 1) ** 2
    centre = (share + z2 / (2 * effective)) / (1 + z2 / effective)
    half = np.sqrt(z2) / (1 + z2 / effective) * np.sqrt(share * (1 - share) / effective + z2 / (4 * effective**2))
    return ShareIntervals(share, np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0), effective)


def estimate_mean(values: Sequence[float], groups: Sequence[object]) -> tuple[Estimate, float] | None:
    """The mean of `values` (differences of two models, say) with its interval, and its standard error over wraps."""
    import numpy as np
    from scipy import stats

    if not values:
        return None
    sums, sizes = _count(values, groups)
    wraps, items = len(sizes), sum(sizes)
    mean = sum(sums) / items
    if wraps < 2:
        return Estimate(mean, None, None), float("nan")
    residuals = np.asarray(sums) - mean * np.asarray(sizes)
    error = float(np.sqrt(wraps / (wraps - 1) * (residuals**2).sum()) / items)
    half = float(stats.t.ppf(0.975, wraps - 1)) * error
    return Estimate(mean, mean - half, mean + half), error


def _count(values: Sequence[float], groups: Sequence[object]) -> tuple[list[float], list[float]]:
    """Sum and number of the values of each wrap."""
    sums: dict[object, float] = {}
    sizes: dict[object, float] = {}
    for value, group in zip(values, groups, strict=True):
        sums[group] = sums.get(group, 0.0) + value
        sizes[group] = sizes.get(group, 0.0) + 1
    return list(sums.values()), list(sizes.values())
