"""Several metrics looked at together: one of them differs by chance sooner than each alone (Holm 1979)."""

from __future__ import annotations

from collections.abc import Mapping


def adjust_holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Each p value, raised so that under 0.05 means under 0.05 for all of them together.

    >>> adjust_holm({"theme": 0.01, "sentiment": 0.04, "both": 0.03})
    {'theme': 0.03, 'both': 0.06, 'sentiment': 0.06}
    """
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, value) in enumerate(sorted(p_values.items(), key=lambda pair: pair[1])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * value))
        adjusted[name] = highest
    return adjusted
