"""What no rule decides is weighed by its evidence: a logistic model a kind of doubt, fitted to the project's sentences.

    name replaced, number replaced      would another of the sources fit them better in this place?
    name exchanged, number exchanged    would two of the sentence fit better if they changed places?

The weights are in `guard_weights.json`. `llm-wrap eval weights` fits them to faithful sentences and to the same with names and
numbers exchanged, and shows what each threshold costs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llm_wrap.summary.guard_verdict import Offence

Evidence = Mapping[str, float]
WEIGHTS_FILE = "guard_weights.json"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words of the sentence that may be wrong, with what speaks for and against it.

    Attributes:
        kind: which model weighs it.
        words: the words in doubt, each with its place in the sentence.
        evidence: the features by name; one that is not there is 0.
        instead: what may belong in their place.
        certain: that they are wrong is certain, and nothing to be weighed.
    """

    kind: str
    words: tuple[tuple[int, str], ...]
    evidence: Evidence
    instead: tuple[str, ...] = ()
    certain: bool = False


@dataclass(frozen=True, slots=True)
class GuardWeights:
    """By kind of doubt a weight for each feature, "bias" among them; and the probability above which words are an offence."""

    models: Mapping[str, Mapping[str, float]]
    threshold: float

    def weigh(self, doubt: Doubt) -> float:
        """How probable it is that the words are wrong, 0 to 1."""
        if doubt.certain:
            return 1.0
        weights = self.models[doubt.kind]
        total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in doubt.evidence.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))

    def find_offences(self, doubts: Iterable[Doubt]) -> Iterator[Offence]:
        """What is more probably wrong than its threshold says, in the order of the sentence."""
        guilty = {words for doubt in doubts if self.weigh(doubt) > self.threshold for words in doubt.words}
        return (Offence(words, "swapped") for _, words in sorted(guilty))


@cache
def own_weights() -> GuardWeights:
    """The weights that come with the package."""
    return read_weights(files("llm_wrap.summary").joinpath(WEIGHTS_FILE).read_text(encoding="utf-8"))


def read_weights(text: str) -> GuardWeights:
    """The weights as `write_weights` writes them."""
    told = json.loads(text)
    return GuardWeights(told["models"], told["threshold"])


def write_weights(weights: GuardWeights) -> str:
    """JSON, a feature a line, weights to four places."""
    models = {kind: {name: round(value, 4) for name, value in model.items()} for kind, model in weights.models.items()}
    return json.dumps({"threshold": weights.threshold, "models": models}, indent=1) + "\n"
