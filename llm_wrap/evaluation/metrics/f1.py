"""Precision, recall and F1 of each label, and their mean. In: confusion arrays, (..., labels, labels + 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label: `support` items truly have it. Precision is None where it was never said, recall where it is never true."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


def macro_f1(counts: Array) -> Array:
    """The mean F1 over the labels that are true of any item; (...). NaN where there are no items.

    >>> import numpy as np
    >>> macro_f1(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])).round(3).item()
    0.667
    """
    import numpy as np

    labels = counts.shape[-2]
    hits = np.diagonal(counts[..., :labels], axis1=-2, axis2=-1)
    true = counts.sum(-1)
    said = counts[..., :labels].sum(-2)
    present = true > 0
    f1 = np.where(present, 2 * hits / np.maximum(true + said, 1), 0.0)
    number = present.sum(-1)
    mean: Array = np.where(number > 0, f1.sum(-1) / np.maximum(number, 1), np.nan)
    return mean


def score_labels(counts: Array, labels: tuple[str, ...]) -> tuple[LabelScore, ...]:
    """Each label's score, in the order of `labels`; labels that never occur are shown as such."""
    scores = []
    for place, label in enumerate(labels):
        hits, true, said = counts[place, place], counts[place].sum(), counts[:, place].sum()
        scores.append(
            LabelScore(
                label=label,
                precision=float(hits / said) if said else None,
                recall=float(hits / true) if true else None,
                f1=float(2 * hits / (true + said)) if true + said else None,
                support=int(true),
            )
        )
    return tuple(scores)
