"""What a model says about an item, after every check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Sentiment = Literal["positive", "negative", "mixed", "neutral"]
LabelStatus = Literal["labelled", "needs_review", "unlabelled"]
ItemSource = Literal["digest", "synopsis"]
ConfidenceSource = Literal["logprob", "votes", "none"]

SENTIMENTS: tuple[Sentiment, ...] = get_args(Sentiment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Exact words of the item that the label rests on; `start` and `end` are character offsets in `DigestItem.text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLabel:
    """What a model says about one item, after every check.

    Attributes:
        confidence: 0 to 1, that of the less certain of theme and sentiment; None where the model gives no signal.
        confidence_source: where it comes from: label-token log-probabilities, agreement of votes, or nowhere.
    """

    theme: str
    secondary_themes: tuple[str, ...]
    sentiment: Sentiment
    sentiment_target: str | None
    confidence: float | None
    confidence_source: ConfidenceSource
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a label came about. Tokens, attempts and seconds are those of the call that made it, 0 where none was made now."""

    model: str
    prompt: str
    cached: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    attempts: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryDraft:
    """A model's sentence about an item and the numbers (0-based) of the item's sentences that it says it rests on.

    Nobody has checked it: it is never shown before the guard has let it through.
    """

    text: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledItem:
    """An item's label, or the reason why it has none. An item without a label is never `neutral` and never `other`.

    Attributes:
        source: where `item` counts: in `wrap.digest` or in `wrap.synopsis`.
        reason: stable word for needs_review and unlabelled (e.g. `low_confidence`, `timeout`); None when labelled.
        label: None exactly when status is `unlabelled`.
        draft: the sentence that came with the label, where one was asked for.
    """

    source: ItemSource
    item: int
    status: LabelStatus
    reason: str | None
    label: ItemLabel | None
    provenance: Provenance
    draft: SummaryDraft | None = None
