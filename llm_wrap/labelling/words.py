"""A second reader of sentiment: a linear model of an item's words and pairs of words.

It knows nothing of what a sentence says, only which words it uses, so it errs on other items than a language model does: the
product of what the two say (Hinton 2002, "Training products of experts") is right more often than either alone.
`llm_wrap/training/words.py` fits it; its file is JSON, beside the adapter.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from llm_wrap.errors import ModelUnavailable
from llm_wrap.models import DigestItem

_WORD = re.compile(r"[^\W0-9_]{2,}")  # letters alone: a figure decides nothing without its unit and its consensus


def split_grams(text: str) -> list[str]:
    """Words of two letters and more, and pairs of neighbours.

    >>> split_grams("Profit fell 5%, guide cut")
    ['profit', 'fell', 'guide', 'cut', 'profit fell', 'fell guide', 'guide cut']
    """
    words = _WORD.findall(text.lower())
    return [*words, *map(" ".join, pairwise(words))]


@dataclass(frozen=True, slots=True)
class WordModel:
    """Multinomial logistic regression over TF-IDF (log counts, vectors of length 1).

    Attributes:
        intercepts: by label.
        features: by word or pair: its inverse document frequency, then a coefficient for each label.
    """

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    features: Mapping[str, tuple[float, ...]]

    def read(self, item: DigestItem) -> dict[str, float]:
        """The probability of each label."""
        found = [
            ((1 + math.log(count)) * known[0], known[1:])
            for gram, count in Counter(split_grams(item.text)).items()
            if (known := self.features.get(gram))
        ]
        length = math.sqrt(math.fsum(value * value for value, _ in found)) or 1.0
        scores = [
            intercept + math.fsum(value * coefficients[n] for value, coefficients in found) / length
            for n, intercept in enumerate(self.intercepts)
        ]
        top = max(scores)
        shares = [math.exp(score - top) for score in scores]
        total = math.fsum(shares)
        return {label: share / total for label, share in zip(self.labels, shares, strict=True)}


def dump_words(model: WordModel) -> str:
    """The text of the file, one feature a line."""
    head = json.dumps({"labels": model.labels, "intercepts": [round(value, 4) for value in model.intercepts]})
    rows = ",\n".join(
        f"{json.dumps(gram, ensure_ascii=False)}: {json.dumps([round(value, 2) for value in values], separators=(',', ':'))}"
        for gram, values in sorted(model.features.items())
    )
    return head[:-1] + ', "features": {\n' + rows + "\n}}\n"


@cache
def load_words(path: Path, sha256: str) -> WordModel:
    """The model in the file. ModelUnavailable where it is not the file of that SHA-256."""
    import hashlib

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable("no_adapter", f"{path.name}: cannot read the word model ({error.strerror})") from error
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise ModelUnavailable("corrupt_adapter", f"{path.name}: not the word model of its card: install it again")
    told = json.loads(raw)
    return WordModel(
        tuple(told["labels"]), tuple(told["intercepts"]), {gram: tuple(row) for gram, row in told["features"].items()}
    )
