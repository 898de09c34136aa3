"""Whether the exported adapter says in llama.cpp what the trained model says in torch: both read the same tokens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_wrap.training.dataset import Example
from llm_wrap.training.encoding import Encoded, LabelTokens, encode_example, read_label_tokens
from llm_wrap.training.serving import ModelServer, serve_model

_UNLISTED = 0.0  # a label that is not among the server's 20 likeliest tokens


@dataclass(frozen=True, slots=True)
class Parity:
    """Over `places` label positions: how often both name the same label, and how far their probabilities are apart."""

    places: int
    same_label: float
    mean_gap: float
    largest_gap: float


def check_parity(weights: Path, checkpoint: Path, adapter: Path, examples: Sequence[Example], alpha: int) -> Parity:
    """Compares the two at both label positions of each example, the words before given."""
    with serve_model(weights, adapter) as server:
        labels = read_label_tokens(server)
        rows = [encode_example(server, labels, example) for example in examples]
        served = [chances for row in rows for chances in _served_chances(server, row, labels)]
    trained = _trained_chances(weights, checkpoint, rows, labels, alpha)
    gaps = [max(abs(one[name] - other[name]) for name in one) for one, other in zip(served, trained, strict=True)]
    same = [max(a, key=a.__getitem__) == max(b, key=b.__getitem__) for a, b in zip(served, trained, strict=True)]
    count = len(gaps)
    return Parity(count, round(sum(same) / count, 4), round(sum(gaps) / count, 4), round(max(gaps), 4))


def _places(row: Encoded, labels: LabelTokens) -> list[tuple[int, Mapping[str, int]]]:
    return [(row.theme_at, labels.themes), (row.sentiment_at, labels.sentiments)]


def _served_chances(server: ModelServer, row: Encoded, labels: LabelTokens) -> list[dict[str, float]]:
    found = []
    for at, tokens in _places(row, labels):
        prompt = list(row.tokens[: row.prompt_length + at])
        body = {"prompt": prompt, "n_predict": 1, "n_probs": 20, "temperature": 0, "cache_prompt": True}
        listed = server.post("/completion", body)["completion_probabilities"][0]["top_logprobs"]
        chances = {int(entry["id"]): math.exp(entry["logprob"]) for entry in listed}
        found.append(_normalise({name: chances.get(number, _UNLISTED) for name, number in tokens.items()}))
    return found


def _trained_chances(
    weights: Path, checkpoint: Path, rows: Sequence[Encoded], labels: LabelTokens, alpha: int
) -> list[dict[str, float]]:
    import torch

    from llm_wrap.training.lora import add_lora, load_base
    from llm_wrap.training.train import answer_logits

    state: dict[str, Any] = torch.load(checkpoint, weights_only=True)["lora"]
    model = load_base(weights)
    rank = next(len(matrix) for name, matrix in state.items() if name.endswith("lora_a"))
    parameters = add_lora(model, rank, alpha)
    found = []
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(state[name])
        for row in rows:
            (logits,) = answer_logits(model, [row])
            for at, tokens in _places(row, labels):
                chances = torch.softmax(logits[at], -1)
                found.append(_normalise({name: float(chances[number]) for name, number in tokens.items()}))
    return found


def _normalise(chances: dict[str, float]) -> dict[str, float]:
    total = math.fsum(chances.values()) or 1.0
    return {name: chance / total for name, chance in chances.items()}
