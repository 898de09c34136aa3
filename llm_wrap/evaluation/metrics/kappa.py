"""Agreement beyond chance (Cohen 1960). In: confusion arrays, (..., labels, labels + 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def cohen_kappa(counts: Array) -> Array:
    """Cohen's kappa; (...). Not labelled is a class of its own that no truth has. NaN where chance alone agrees fully.

    >>> import numpy as np
    >>> cohen_kappa(np.array([[20.0, 5.0, 0.0], [10.0, 15.0, 0.0]])).round(3).item()
    0.4
    """
    import numpy as np

    labels = counts.shape[-2]
    total = np.maximum(counts.sum((-2, -1)), 1)
    agreed = np.diagonal(counts[..., :labels], axis1=-2, axis2=-1).sum(-1) / total
    by_chance = (counts.sum(-1) * counts[..., :labels].sum(-2)).sum(-1) / total**2
    kappa: Array = np.where(by_chance < 1, (agreed - by_chance) / np.where(by_chance < 1, 1 - by_chance, 1), np.nan)
    return kappa
