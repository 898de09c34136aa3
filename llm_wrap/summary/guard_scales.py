"""Scales without a number: "several million", "billions"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from llm_wrap.summary.guard_context import Passage
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import SCALES


def check_scales(said: Passage, known: Sequence[Passage]) -> Iterator[Offence]:
    """ "several million" where no source has it, nor a number of millions."""
    words = {token.lower.removesuffix("s") for passage in known for token in passage.tokens if token.kind == "word"}
    values = [abs(one.value) for passage in known for token in passage.tokens for one in token.quantities]
    for token in said.tokens:
        power = SCALES.get(token.lower, 0) if token.kind == "word" and len(token.lower) > 3 else 0
        low = Decimal(10) ** power
        if power and token.lower.removesuffix("s") not in words and not any(low <= one < 1000 * low for one in values):
            yield Offence(token.text, "scale")
