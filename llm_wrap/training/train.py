"""The training run: seeded, resumable from its last checkpoint, loss on the answer only.

The run's folder gets `checkpoint.pt` (each eighth of an epoch), `log.jsonl`, `recipe.json` and `made_from.json`: the
hashes of the data, and the same of the adapter that the run began with.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError, SettingsError
from llm_wrap.files import replacing, write_whole
from llm_wrap.llm.weights import file_sha256
from llm_wrap.training.dataset import Example, file_hashes, read_examples, split_examples, vary
from llm_wrap.training.encoding import Encoded, LabelTokens, encode_example, read_label_tokens
from llm_wrap.training.export import read_adapter
from llm_wrap.training.serving import serve_model

# Steps of a run from which the half minute that compiling takes is won back.
_WORTH_COMPILING = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that decides the outcome besides the data.

    Attributes:
        held_out: the share kept for watching the run.
        start: SHA-256 of the adapter that the run began with; "" from scratch.
        carry: how far the adapter goes along the run's way, see `export.carry_on`.
    """

    rank: int = 16
    alpha: int = 32
    learning_rate: float = 4e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    batch: int = 8
    epochs: float = 3.0
    seed: int = 7
    held_out: float = 0.08
    start: str = ""
    carry: float = 1.0


@dataclass(frozen=True, slots=True)
class RunData:
    """Everything in tokens: one list of batches over all epochs, and the held-out rows."""

    batches: list[list[Encoded]]
    held_out: list[Encoded]
    labels: LabelTokens
    per_epoch: int


def train_adapter(
    weights: Path, data: Sequence[Path], folder: Path, recipe: Recipe, threads: int = 2, start: Path | None = None
) -> None:
    """Trains, or goes on where the run in `folder` stopped; SettingsError where that run had another recipe.

    `start` is an adapter (GGUF) that this one begins with, of the recipe's rank and alpha.
    """
    import torch

    from llm_wrap.training.lora import add_lora, compile_blocks, load_base

    folder.mkdir(parents=True, exist_ok=True)
    if start is not None:
        recipe = replace(recipe, start=file_sha256(start))
    _keep_recipe(folder / "recipe.json", recipe)
    made_from: dict[str, Any] = {"data": file_hashes(data), "began_with": describe_start(start) if start else None}
    write_whole((json.dumps(made_from, indent=1) + "\n").encode("utf-8"), folder / "made_from.json")
    torch.set_num_threads(threads)
    run = encode_run(weights, read_examples(data), recipe)
    torch.manual_seed(recipe.seed)
    model = load_base(weights)
    parameters = add_lora(model, recipe.rank, recipe.alpha)
    if start is not None:
        _set_lora(parameters, {name: torch.from_numpy(matrix) for name, matrix in read_adapter(start).items()})
    optimizer = torch.optim.AdamW(parameters.values(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    step = _resume(folder / "checkpoint.pt", parameters, optimizer)
    total = len(run.batches)
    if total - step >= _WORTH_COMPILING:
        compile_blocks(model)
    started, tokens = time.monotonic(), 0
    while step < total:
        rate = recipe.learning_rate * schedule(step / total, recipe.warm_up)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = run.batches[step]
        loss = batch_loss(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters.values(), recipe.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        tokens += sum(len(row.tokens) for row in batch)
        entry: dict[str, Any] = {
            "step": step, "of": total, "loss": round(loss.item(), 4), "rate": round(rate, 7),
            "tokens_per_s": round(tokens / (time.monotonic() - started)),
        }  # fmt: skip
        if step % max(1, run.per_epoch // 8) == 0 or step == total:
            state = {"step": step, "lora": dict(parameters), "optimizer": optimizer.state_dict()}
            _save(folder / "checkpoint.pt", state)
        if step % run.per_epoch == 0 or step == total:
            entry |= watch(model, run)
        with (folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(entry) + "\n")
        if step % 20 == 0 or "held_out_theme" in entry:
            print(json.dumps(entry), file=sys.stderr, flush=True)


def describe_start(adapter: Path) -> dict[str, Any]:
    """What an adapter was made from: its card's word for it, or its run's, or its hash alone."""
    known: dict[str, Any] = {"sha256": file_sha256(adapter)}
    card, run = adapter.with_suffix(".json"), adapter.parent
    if card.is_file():
        training = json.loads(card.read_text("utf-8"))["training"]
        return {
            **known,
            "name": adapter.stem,
            **{name: training.get(name) for name in ("recipe", "data", "began_with")},
        }
    if (run / "made_from.json").is_file():
        made_from = json.loads((run / "made_from.json").read_text("utf-8"))
        return {**known, "recipe": json.loads((run / "recipe.json").read_text("utf-8")), **made_from}
    return known


def encode_run(weights: Path, examples: Sequence[Example], recipe: Recipe) -> RunData:
    """The batches of every epoch, of rows of like length, in an order that the seed alone decides."""
    split = split_examples(examples, recipe.held_out)
    per_epoch = -(-len(split.train) // recipe.batch)
    total = round(per_epoch * recipe.epochs)
    batches: list[list[Encoded]] = []
    with serve_model(weights) as server:
        labels = read_label_tokens(server)
        known: dict[Example, Encoded] = {}

        def encode(example: Example) -> Encoded:
            if example not in known:
                known[example] = encode_example(server, labels, example)
            return known[example]

        for epoch in range(-(-total // per_epoch)):
            chance = random.Random(f"{recipe.seed}:{epoch}")
            rows = [encode(vary(example, chance)) for example in split.train]
            batches += order_batches(rows, recipe.batch, chance)
        held_out = [encode(example) for example in split.held_out]
    return RunData(batches[:total], held_out, labels, per_epoch)


def order_batches(rows: Sequence[Encoded], size: int, chance: random.Random) -> list[list[Encoded]]:
    """Shuffled batches whose rows are of like length, so that little is padded."""
    shuffled = list(rows)
    chance.shuffle(shuffled)
    pools = [shuffled[start : start + size * 16] for start in range(0, len(shuffled), size * 16)]
    batches = []
    for pool in pools:
        pool.sort(key=lambda row: len(row.tokens))
        batches += [pool[start : start + size] for start in range(0, len(pool), size)]
    chance.shuffle(batches)
    return batches


def schedule(progress: float, warm_up: float) -> float:
    """The learning rate's factor: up in a line over `warm_up` of the run, then down in a line to nothing.

    >>> [round(schedule(p, 0.1), 2) for p in (0.05, 0.1, 0.55)]
    [0.51, 1.0, 0.5]
    """
    return min((progress + 1e-3) / warm_up, 1.0) if progress < warm_up else (1 - progress) / (1 - warm_up)


def answer_logits(model: Any, batch: Sequence[Encoded]) -> list[Any]:
    """For each row the logits (answer token, vocabulary) that predict its answer.

    Rows are padded on the right, where causal attention never looks, so there is no mask to pay for. The vocabulary's
    matrix, a fifth of the model, is only applied where there is a loss.
    """
    import torch

    width = max(len(row.tokens) for row in batch)
    ids = torch.tensor([[*row.tokens, *[0] * (width - len(row.tokens))] for row in batch])
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    states = [hidden[n, row.prompt_length - 1 : len(row.tokens) - 1] for n, row in enumerate(batch)]
    logits = model.lm_head(torch.cat(states)).float()
    return list(logits.split([len(state) for state in states]))


def batch_loss(model: Any, batch: Sequence[Encoded]) -> Any:
    """Weighted cross-entropy over the batch's answers, with the labels' soft targets."""
    import torch

    losses, weights = [], []
    for row, logits in zip(batch, answer_logits(model, batch), strict=True):
        scores = torch.log_softmax(logits, -1)
        answer = torch.tensor(row.tokens[row.prompt_length :])
        loss = -scores.gather(1, answer[:, None])[:, 0]
        for position, target in row.soft.items():
            if len(target) > 1:
                soft = -sum(share * scores[position, token] for token, share in target.items())
                loss = torch.cat([loss[:position], soft[None], loss[position + 1 :]])
        losses.append(loss)
        weights.append(torch.tensor(row.weights))
    weight = torch.cat(weights)
    return (torch.cat(losses) * weight).sum() / weight.sum()


def watch(model: Any, run: RunData) -> dict[str, float]:
    """Accuracy of the two labels on the held-out rows, each read at its first token, the words before it given."""
    import torch

    hits = {"theme": 0, "sentiment": 0}
    loss = 0.0
    rows = sorted(run.held_out, key=lambda row: len(row.tokens))
    with torch.no_grad():
        for start in range(0, len(rows), 16):
            batch = rows[start : start + 16]
            for row, logits in zip(batch, answer_logits(model, batch), strict=True):
                for name, at, tokens in (
                    ("theme", row.theme_at, run.labels.themes),
                    ("sentiment", row.sentiment_at, run.labels.sentiments),
                ):
                    numbers = list(tokens.values())
                    truth = row.tokens[row.prompt_length + at]
                    scores = torch.log_softmax(logits[at, numbers], -1)
                    hits[name] += numbers[int(scores.argmax())] == truth
                    loss -= float(scores[numbers.index(truth)])
    count = max(1, len(rows))
    return {
        "held_out_theme": round(hits["theme"] / count, 4),
        "held_out_sentiment": round(hits["sentiment"] / count, 4),
        "held_out_label_loss": round(loss / count / 2, 4),
    }


def _keep_recipe(path: Path, recipe: Recipe) -> None:
    text = json.dumps(asdict(recipe), indent=1) + "\n"
    if path.is_file() and path.read_text() != text:
        raise SettingsError(f"{path}: this run was started with another recipe; give a new folder")
    write_whole(text.encode("utf-8"), path)


def _save(path: Path, state: dict[str, Any]) -> None:
    import torch

    with replacing(path) as part:
        torch.save(state, part)


def _resume(path: Path, parameters: dict[str, Any], optimizer: Any) -> int:
    import torch

    if not path.is_file():
        return 0
    state: dict[str, Any] = torch.load(path, weights_only=True)
    _set_lora(parameters, state["lora"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _set_lora(parameters: Mapping[str, Any], lora: Mapping[str, Any]) -> None:
    """InputError where the matrices are of another shape: another rank, or another base model."""
    import torch

    if {name: tuple(p.shape) for name, p in parameters.items()} != {name: tuple(p.shape) for name, p in lora.items()}:
        raise InputError("the adapter to begin with does not fit this model and rank")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(lora[name])
