"""Whether a confidence of 0.8 is right eight times in ten: reliability, and its summary, the expected calibration error.

The error of a perfectly calibrated model is not 0 on a small set: chance alone moves the shares. `null_band` says how large
it would be (consistency resampling, Bröcker & Smith 2007, doi:10.1175/WAF993.1), so that no model is blamed for chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_BINS = 10
_DRAWS, _SEED = 2000, 7


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The items of one bin: their mean confidence and the share that is right."""

    count: int
    confidence: float
    accuracy: float


def bin_reliability(confidence: Sequence[float], right: Sequence[bool]) -> tuple[ReliabilityBin, ...]:
    """Bins of as equal a number of items as can be, by confidence: no bin of a small set is nearly empty."""
    import numpy as np

    order = np.argsort(np.asarray(confidence, float), kind="stable")
    sure, hit = np.asarray(confidence, float)[order], np.asarray(right, float)[order]
    parts = [part for part in np.array_split(np.arange(len(order)), _BINS) if len(part)]
    return tuple(ReliabilityBin(len(part), float(sure[part].mean()), float(hit[part].mean())) for part in parts)


def expected_calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """The mean distance between confidence and accuracy over the bins, weighted by their items; 0 to 1."""
    if not confidence:
        return None
    binned = bin_reliability(confidence, right)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in binned) / len(confidence)


def null_band(confidence: Sequence[float]) -> tuple[float, float] | None:
    """Between which errors 95 % of calibrated models with these very confidences would lie."""
    import numpy as np

    if not confidence:
        return None
    sure = np.sort(np.asarray(confidence, float))
    drawn = np.random.default_rng(_SEED).random((_DRAWS, len(sure))) < sure
    error: Array = np.zeros(_DRAWS)
    for part in np.array_split(np.arange(len(sure)), _BINS):
        if len(part):
            error += np.abs((drawn[:, part] - sure[part]).sum(1))
    low, high = np.quantile(error / len(sure), (0.025, 0.975))
    return float(low), float(high)
