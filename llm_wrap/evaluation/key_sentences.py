"""Whether a model's key sentence is the labelled one more often than the item's first sentence is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb

from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.summary.item import sentence_at


@dataclass(frozen=True, slots=True)
class KeySentences:
    """Over `items` items of two or more sentences: how often each is right, and how often only one of them is.

    `chance`: how likely the items on which they differ would be as uneven if neither were better (exact sign test).
    """

    items: int
    model: int
    lead: int
    only_model: int
    only_lead: int

    @property
    def chance(self) -> float:
        apart = self.only_model + self.only_lead
        tail = sum(comb(apart, k) for k in range(max(self.only_model, self.only_lead), apart + 1))
        return min(1.0, 2 * float(tail) / float(1 << apart))


def score_key_sentences(pairs: Iterable[tuple[EvalItem, Prediction]], *, accepted: bool = False) -> KeySentences:
    """The counts, on `accepted` with the sentences that a second reader chose. An item without evidence counts with its first
    sentence, which is what is shown of it."""
    items = model = lead = only_model = only_lead = 0
    for one, said in pairs:
        if one.key_sentence is None or len(one.item.sentences) < 2:
            continue
        start = int(said.evidence[0]["start"]) if said.evidence else -1
        keys = {one.key_sentence, *(one.key_sentence_ok if accepted else ())}
        right, first = sentence_at(one.item, start) in keys, 0 in keys
        items += 1
        model += right
        lead += first
        only_model += right and not first
        only_lead += first and not right
    return KeySentences(items, model, lead, only_model, only_lead)
