"""How alike the items of one wrap are, and how many independent items the set is therefore worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clustering:
    """Attributes:
    correlation: intra-class correlation of being right: 0 = wraps do not matter, 1 = a wrap is right or wrong as a whole;
        below 0 by chance, or where items of a wrap differ more than items of different wraps.
    effective: independent items that would say as much, at most as many as there are.
    """

    items: int
    wraps: int
    correlation: float
    effective: float


def measure_clustering(values: Sequence[float], groups: Sequence[object]) -> Clustering | None:
    """By analysis of variance (Donner 1986, International Statistical Review 54), for wraps of unequal size.

    None where there are fewer than two wraps, or no wrap of two items, or all values are the same.
    """
    by_group: dict[object, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        by_group.setdefault(group, []).append(float(value))
    items, wraps = len(values), len(by_group)
    if wraps < 2 or items == wraps or len(set(values)) < 2:
        return None
    mean = sum(values) / items
    between = sum(len(rows) * (sum(rows) / len(rows) - mean) ** 2 for rows in by_group.values()) / (wraps - 1)
    within = sum((value - sum(rows) / len(rows)) ** 2 for rows in by_group.values() for value in rows) / (items - wraps)
    squares = sum(len(rows) ** 2 for rows in by_group.values())
    usual = (items - squares / items) / (wraps - 1)
    spread = between + (usual - 1) * within
    correlation = (between - within) / spread if spread else 0.0
    effect = 1 + (squares / items - 1) * max(correlation, 0.0)
    return Clustering(items=items, wraps=wraps, correlation=correlation, effective=items / effect)
