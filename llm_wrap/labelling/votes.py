"""k answers to the same question, where a server gives no probabilities: how far they agree is the confidence. Pure.

The first answer is the one at temperature 0; the others are drawn. One that did not come, or did not hold, says nothing: its
share goes to all labels alike, so that silence makes nobody surer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

VOTE_TEMPERATURE = 0.7  # enough for an unsure model to differ from itself


def count_votes(
    answers: Sequence[Mapping[str, Any]], asked: int, fields: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """For each field the share of the `asked` votes that each of its labels has, summing to 1.

    >>> count_votes([{"theme": "trade"}, {"theme": "trade"}, {"theme": "macro"}], 3, {"theme": ["trade", "macro"]})["theme"]
    {'trade': 0.6666666666666666, 'macro': 0.3333333333333333}
    >>> count_votes([{"theme": "trade"}], 2, {"theme": ["trade", "macro"]})["theme"]
    {'trade': 0.75, 'macro': 0.25}
    """
    shares = {}
    for field, labels in fields.items():
        votes = Counter(answer.get(field) for answer in answers if answer.get(field) in labels)
        silent = (asked - votes.total()) / len(labels)
        shares[field] = {label: (votes[label] + silent) / asked for label in labels}
    return shares


def choose_answer(answers: Sequence[Mapping[str, Any]], shares: Mapping[str, Mapping[str, float]]) -> int:
    """The number of the answer that speaks for all: the first with the most votes on every field, else on as many as can be;
    its evidence then stands for a label that it gave."""
    return max(
        range(len(answers)),
        key=lambda number: ([shares[field].get(str(answers[number].get(field)), 0.0) for field in shares], -number),
    )
