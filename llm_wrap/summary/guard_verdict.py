"""What the guard says: the words that are not in the sources, each with what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OffenceKind = Literal[
    "number", "unit", "currency", "scale", "sign", "date", "ticker", "name", "swapped", "direction", "negation", "hedge", "unsupported", "too_long"
]  # fmt: skip

# What a model is told about its words, so that it can put them right.
EXPLAINED: dict[OffenceKind, str] = {
    "number": "this number is not in the sentences that you cite",
    "unit": "this number has another unit there",
    "currency": "this amount is in another currency there",
    "scale": "this number is of another size there",
    "sign": "this number has another sign there",
    "date": "this date is not in the sentences that you cite",
    "ticker": "this ticker is not there, or belongs to another company",
    "name": "this name is not in the sentences that you cite",
    "swapped": "this belongs to something else there",
    "direction": "it goes the other way there",
    "negation": "a 'not' was added or lost",
    "hedge": "this hedge is missing: say it as carefully as the source does",
    "unsupported": "the sentences that you cite do not say this",
    "too_long": "at most 30 words",
}

# What the sources lack; every other kind contradicts them.
MISSING: frozenset[OffenceKind] = frozenset(
    {"number", "unit", "currency", "scale", "date", "ticker", "name", "unsupported"}
)


@dataclass(frozen=True, slots=True)
class Offence:
    """Words of the model's sentence (of the source where the kind is "hedge") and what is wrong with them."""

    words: str
    kind: OffenceKind

    def __str__(self) -> str:
        return f'"{self.words}": {EXPLAINED[self.kind]}'


@dataclass(frozen=True, slots=True)
class Verdict:
    """Empty `offences`: the sentence may be shown."""

    offences: tuple[Offence, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.offences
