"""The share of items that are right."""

from __future__ import annotations

from collections.abc import Sequence


def accuracy(right: Sequence[bool]) -> float | None:
    """The share of True; None of no items, which is not 0.

    >>> accuracy([True, True, False, True]), accuracy([])
    (0.75, None)
    """
    return sum(right) / len(right) if right else None
