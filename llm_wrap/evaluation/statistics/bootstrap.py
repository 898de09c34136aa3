"""The interval of a figure that is no mean (macro-F1, kappa): wraps are drawn anew, with all their items (Efron 1979).

In: one array of counts a wrap. A figure is a function of counts that takes a stack of them, so that all draws are one product.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llm_wrap.evaluation.statistics.interval import Estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Figure = Callable[[Array], Array]

DRAWS = 2000


def draw_figures(figure: Figure, counts: Array, *, draws: int = DRAWS, seed: int = 7) -> Array:
    """`figure` of `draws` sets of as many wraps, drawn with return; `counts` is (wraps, labels, labels + 1). (draws,)"""
    import numpy as np

    wraps = counts.shape[0]
    times = np.random.default_rng(seed).multinomial(wraps, np.full(wraps, 1 / wraps), size=draws).astype(float)
    return figure(np.tensordot(times, counts, axes=1))


def bootstrap_figure(figure: Figure, counts: Array, *, draws: int = DRAWS, seed: int = 7) -> Estimate:
    """The figure of all wraps with the 2.5 and 97.5 % points of the draws; no interval of one wrap."""
    import numpy as np

    value = float(figure(counts.sum(0)))
    if counts.shape[0] < 2:
        return Estimate(value, None, None)
    drawn = draw_figures(figure, counts, draws=draws, seed=seed)
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return Estimate(value, None, None)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(value, float(low), float(high))
