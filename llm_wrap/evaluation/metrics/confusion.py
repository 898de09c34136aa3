"""How often which label was said for which truth.

The array has a row for each label that is true and a column for each label that is said, and one more column: items that
got no label. They are in no label's column, so they lower every score that is made from the array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.float64]


def count_confusions(truth: Sequence[str], said: Sequence[str | None], labels: Sequence[str]) -> Counts:
    """Counts, (labels, labels + 1): row = truth, column = said, the last column = not labelled.

    A label that is said and is none of `labels` counts as not labelled. KeyError where a truth is none of them.
    """
    counts: Counts = count_by_group(truth, said, labels, [0] * len(truth), 1)[0]
    return counts


def count_by_group(
    truth: Sequence[str], said: Sequence[str | None], labels: Sequence[str], groups: Sequence[int], count: int
) -> Counts:
    """A confusion array for each of `count` groups (wraps): (count, labels, labels + 1). `groups` numbers each item's."""
    import numpy as np

    place = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((count, len(labels), len(labels) + 1))
    for true, told, group in zip(truth, said, groups, strict=True):
        counts[group, place[true], place.get(told or "", len(labels))] += 1
    return counts
