"""What a model gains by leaving out the items it is least sure of (El-Yaniv & Wiener 2010, selective classification)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """The surest `coverage` of the items, and the share of them that is right."""

    coverage: float
    accuracy: float


def trace_coverage(confidence: Sequence[float | None], right: Sequence[bool]) -> tuple[CoveragePoint, ...]:
    """One point an item, from the surest to the least sure. Items without a confidence come last.

    Items that are equally sure cannot be told apart, so each gets the mean of its tie: the order of a file decides nothing.

    >>> [round(p.accuracy, 2) for p in trace_coverage([0.9, 0.5, None, 0.9], [True, True, False, False])]
    [0.5, 0.5, 0.67, 0.5]
    """
    by_confidence: dict[float, list[bool]] = {}
    for sure, hit in zip(confidence, right, strict=True):
        by_confidence.setdefault(-1.0 if sure is None else sure, []).append(hit)
    points: list[CoveragePoint] = []
    hits, seen = 0.0, 0
    for sure in sorted(by_confidence, reverse=True):
        tied = by_confidence[sure]
        for _ in tied:
            seen += 1
            hits += sum(tied) / len(tied)
            points.append(CoveragePoint(seen / len(confidence), hits / seen))
    return tuple(points)


def accuracy_at(points: Sequence[CoveragePoint], coverage: float) -> float | None:
    """The accuracy over the surest `coverage` of all items: the first point that reaches it."""
    return next((point.accuracy for point in points if point.coverage >= coverage - 1e-9), None)


def area_under_risk(points: Sequence[CoveragePoint]) -> float | None:
    """The mean error over all coverages (AURC); lower is better, 0 is never wrong."""
    return sum(1 - point.accuracy for point in points) / len(points) if points else None
