"""Reads how likely each label was from the token log-probabilities of a JSON answer.

At the value of a field, a string or a number, every alternative token that begins a label gives its probability to that label.
A token that begins two labels ("ne": negative, neutral) gives it by what follows where the model took that token, else in
halves, or whole to the label that it spells ("1", of 1 and 10). A label that is not among the listed tokens has at most the probability of the least likely of them, and gets that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """One generated token, and the natural log-probabilities of the tokens that could have stood there."""

    text: str
    alternatives: Mapping[str, float]


def read_chances(tokens: Sequence[TokenChoice], field: str, labels: Sequence[str]) -> dict[str, float] | None:
    """The probability of each label as the value of `field`, summing to 1; None where the tokens do not say.

    >>> tokens = [TokenChoice('{"theme":"', {}), TokenChoice("tr", {"tr": -0.1, "mac": -2.4}), TokenChoice('ade"}', {})]
    >>> {name: round(chance, 2) for name, chance in read_chances(tokens, "theme", ["trade", "macro"]).items()}
    {'trade': 0.91, 'macro': 0.09}
    """
    text = "".join(token.text for token in tokens)
    value = re.search(rf'"{re.escape(field)}"[ \n\t]{{0,8}}:[ \n\t]{{0,8}}"?', text)
    if value is None:
        return None
    position = 0
    for index, token in enumerate(tokens):
        end = position + len(token.text)
        if position <= value.end() < end:
            opening = text[position : value.end()]  # the part of this token that stands before the label, e.g. ' "'
            spread = _spread(tokens, index, opening, "", tuple(labels))
            floor = math.exp(min(token.alternatives.values(), default=0.0))
            chances = {label: max(spread[label], floor) for label in labels}
            total = math.fsum(chances.values())
            return {label: chance / total for label, chance in chances.items()}
        position = end
    return None


def _spread(
    tokens: Sequence[TokenChoice], index: int, opening: str, stem: str, labels: tuple[str, ...]
) -> dict[str, float]:
    chances = dict.fromkeys(labels, 0.0)
    if index >= len(tokens):
        return chances
    taken = tokens[index].text
    for token, logprob in tokens[index].alternatives.items():
        if not token.startswith(opening) or len(token) == len(opening):
            continue
        so_far = stem + token[len(opening) :]
        fitting = tuple(label for label in labels if _begins(so_far, label))
        if not fitting:
            continue
        probability = math.exp(min(logprob, 0.0))
        shares = dict.fromkeys((so_far,) if so_far in fitting else fitting, 1.0)
        if len(fitting) > 1 and token == taken:
            deeper = _spread(tokens, index + 1, "", so_far, fitting)
            shares = deeper if math.fsum(deeper.values()) > 0 else shares
        total = math.fsum(shares.values())
        for label, share in shares.items():
            chances[label] += probability * share / total
    return chances


def _begins(so_far: str, label: str) -> bool:
    return label.startswith(so_far) or (so_far.startswith(label) and so_far[len(label)] in '",}')
