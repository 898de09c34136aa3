"""From label probabilities to a confidence that can be read as one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

Chances = Mapping[str, float]
_FLOOR = 1e-6  # a label that the server did not list among its top tokens


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a model's probabilities are corrected, and below which confidence a reader should look.

    Attributes:
        theme_temperature, sentiment_temperature: above 1 makes the model less sure of itself.
        review_below: on the lower of the two confidences.
        lead_weight: how many times likelier than the model says it is that an item's first sentence decides.
    """

    theme_temperature: float = 1.0
    sentiment_temperature: float = 1.0
    review_below: float = 0.5
    lead_weight: float = 1.0


def temper(chances: Chances, temperature: float) -> dict[str, float]:
    """`chances` at a temperature (Guo et al. 2017, arXiv 1706.04599), summing to 1.

    >>> {k: round(v, 3) for k, v in temper({"a": 0.8, "b": 0.2}, 2.0).items()}
    {'a': 0.667, 'b': 0.333}
    """
    return _normalise(
        {label: math.exp(math.log(max(chance, _FLOOR)) / temperature) for label, chance in chances.items()}
    )


def discount_prior(chances: Chances, prior: Chances) -> dict[str, float]:
    """`chances` without what the model says anyway, to an item without content (Zhao et al. 2021, arXiv 2102.09690).

    >>> {k: round(v, 2) for k, v in discount_prior({"a": 0.6, "b": 0.4}, {"a": 0.9, "b": 0.1}).items()}
    {'a': 0.14, 'b': 0.86}
    """
    return _normalise(
        {label: max(chance, _FLOOR) / max(prior.get(label, 0.0), _FLOOR) for label, chance in chances.items()}
    )


def weigh_lead(lines: Chances, weight: float) -> dict[str, float]:
    """How likely each numbered line is to decide, with `weight` on the first sentence; summing to 1.

    >>> {k: round(v, 2) for k, v in weigh_lead({"0": 0.1, "1": 0.3, "2": 0.6}, 3.0).items()}
    {'0': 0.06, '1': 0.56, '2': 0.38}
    """
    return _normalise({line: max(chance, _FLOOR) * (weight if line == "1" else 1.0) for line, chance in lines.items()})


def most_likely(chances: Chances, answered: str | None = None) -> tuple[str, float]:
    """The label with the highest probability, of equals the one that was `answered` or else the first, and that probability."""
    return max(chances.items(), key=lambda pair: (round(pair[1], 9), pair[0] == answered))


def _normalise(chances: dict[str, float]) -> dict[str, float]:
    total = math.fsum(chances.values())
    return {label: chance / total for label, chance in chances.items()}
