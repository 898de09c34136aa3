"""The Brier score (Brier 1950): how far probabilities were from what turned out, squared. 0 is best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def brier_of_shown(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """Of "the shown label is right": 0 to 1; always saying 0.5 gives 0.25.

    >>> round(brier_of_shown([0.9, 0.6], [True, False]), 3)
    0.185
    """
    if not confidence:
        return None
    return sum((sure - hit) ** 2 for sure, hit in zip(confidence, right, strict=True)) / len(confidence)


def brier_of_all(chances: Sequence[Mapping[str, float]], truth: Sequence[str]) -> float | None:
    """Of the whole distribution over labels: 0 to 2. An item without one counts as having said nothing at all: 1.

    >>> round(brier_of_all([{"a": 0.7, "b": 0.3}], ["a"]), 3)
    0.18
    """
    if not chances:
        return None
    total = 0.0
    for spread, true in zip(chances, truth, strict=True):
        labels = {true, *spread}
        total += sum((spread.get(label, 0.0) - (label == true)) ** 2 for label in labels)
    return total / len(chances)
