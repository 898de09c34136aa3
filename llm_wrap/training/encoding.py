"""Examples to token numbers, with what the loss is taken on: the answer only, the two labels above all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llm_wrap.models import SENTIMENTS
from llm_wrap.training.dataset import THEMES, Example, write_answer
from llm_wrap.training.serving import ModelServer

# Weights of the loss, by answer token. The labels are the product; the wording of the target is not.
_LABEL_WEIGHT = 6.0
_SENTENCE_WEIGHT = 2.0
_OTHER_WEIGHT = 0.5
# What the labels that are also acceptable get of the first label token's target, so that confidence stays honest.
_ALSO_ACCEPTABLE = 0.25


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example in tokens.

    Attributes:
        tokens: prompt, answer and the end-of-turn token.
        prompt_length: how many of them are the prompt.
        weights: the loss weight of each answer token, the end-of-turn token's included.
        soft: for the two label positions (index in the answer), the target probability by token number.
        theme_at, sentiment_at: index in the answer of each label's first token.
    """

    id: str
    tokens: tuple[int, ...]
    prompt_length: int
    weights: tuple[float, ...]
    soft: dict[int, dict[int, float]]
    theme_at: int
    sentiment_at: int


@dataclass(frozen=True, slots=True)
class LabelTokens:
    """The first token of each label where it stands as a value; all different, which is checked."""

    themes: dict[str, int]
    sentiments: dict[str, int]
    end: int


def read_label_tokens(server: ModelServer) -> LabelTokens:
    """Asks the server's tokenizer."""
    opening = server.tokenize('{"theme":"', prompt=False)

    def first(label: str) -> int:
        tokens = server.tokenize('{"theme":"' + label + '","', prompt=False)
        if tokens[: len(opening)] != opening:
            raise ValueError(f"{label}: the label's first letters fuse with the quote before them")
        return tokens[len(opening)]

    themes: dict[str, int] = {name: first(name) for name in THEMES}
    sentiments: dict[str, int] = {name: first(name) for name in SENTIMENTS}
    for labels in (themes, sentiments):
        if len(set(labels.values())) < len(labels):
            raise ValueError("two labels begin with the same token")
    (end,) = server.tokenize("<|im_end|>", prompt=True)
    return LabelTokens(themes, sentiments, end)


def encode_example(server: ModelServer, labels: LabelTokens, example: Example) -> Encoded:
    """Prompt and answer in the server's tokens."""
    prompt = server.tokenize(server.render_prompt(example.item), prompt=True)
    text = write_answer(example)
    answer = [*server.tokenize(text, prompt=False), labels.end]
    theme_at = _position(server, answer, text, '"theme":"')
    sentiment_at = _position(server, answer, text, '"sentiment":"')
    sentence_at = _position(server, answer, text, '"sentence":')
    weights = [_OTHER_WEIGHT] * len(answer)
    weights[theme_at] = weights[sentiment_at] = _LABEL_WEIGHT
    weights[sentence_at] = _SENTENCE_WEIGHT if example.sentence_known else 0.0
    soft = {
        theme_at: _share(example.theme, example.theme_ok, labels.themes),
        sentiment_at: _share(example.sentiment, example.sentiment_ok, labels.sentiments),
    }
    return Encoded(
        example.id, (*prompt, *answer), len(prompt), tuple(weights), soft, theme_at, sentiment_at
    )  # fmt: skip


def _position(server: ModelServer, answer: Sequence[int], text: str, field: str) -> int:
    """Where in the answer's tokens the value of `field` begins."""
    before = server.tokenize(text[: text.rindex(field) + len(field)], prompt=False)
    if list(answer[: len(before)]) != before:
        raise ValueError(f"{text}: the value of {field} does not begin at a token")
    return len(before)


def _share(label: str, acceptable: Sequence[str], tokens: dict[str, int]) -> dict[int, float]:
    others = [name for name in dict.fromkeys(acceptable) if name != label]
    if not others:
        return {tokens[label]: 1.0}
    return {tokens[label]: 1 - _ALSO_ACCEPTABLE, **{tokens[name]: _ALSO_ACCEPTABLE / len(others) for name in others}}
