"""What is asked about an item, and how an answer becomes a label. Pure; fresh answers and cache hits go the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from llm_wrap.cache import AnswerCache, cache_key
from llm_wrap.errors import AnswerRefused
from llm_wrap.labelling import fencing
from llm_wrap.labelling.answers import (
    MAX_TOKENS,
    SCHEMA_VERSION,
    SUMMARY_TOKENS,
    AnswerForm,
    line_numbers,
    numbered_line,
    response_model,
)
from llm_wrap.labelling.checks import check_evidence, check_sentiment, check_theme, keep_secondary, keep_target
from llm_wrap.labelling.confidence import Calibration, Chances, discount_prior, most_likely, temper, weigh_lead
from llm_wrap.labelling.fencing import fence_item
from llm_wrap.labelling.prompts import Prompt, number_sentences
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.labelling.votes import VOTE_TEMPERATURE
from llm_wrap.models import (
    SENTIMENTS,
    ConfidenceSource,
    DigestItem,
    Evidence,
    ItemLabel,
    ItemSource,
    LabelledItem,
    LabelStatus,
    Provenance,
    SummaryDraft,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

# What is asked to measure a model's own bias: an item that says nothing.
CONTENT_FREE = DigestItem(headline="N/A", body="N/A N/A", sentences=("N/A N/A",))
# A wrap's own word that what follows is old, and its short way of going on about somebody named before ("Noted that …"): no
# evidence where another sentence can be.
_TAKEN_LAST = re.compile(
    r"(?:As a reminder|Background|Note|Recall|Recap|Reminder"
    r"|Added|Also|Cited|Flagged|Highlighted|Noted|Reiterated|Said|Stressed|Warned)\b(?! by)"
)


@dataclass(frozen=True, slots=True)
class LabellingTask:
    """All that decides what a model sees beside the item, and how its probabilities are read.

    Attributes:
        identity: what the model is, for the cache key: weights, adapter and server, never the API key.
        discount: whether the model's own bias is measured with an item without content and taken off (a model that was
            not trained for these labels prefers the first option).
        votes: answers asked for about each item where there are no probabilities.
        summarise: whether a sentence about the item is asked for with its labels.
    """

    model_name: str
    identity: Mapping[str, str]
    prompt: Prompt
    form: AnswerForm
    themes: ThemeSet
    calibration: Calibration
    discount: bool = False
    votes: int = 1
    summarise: bool = False

    @property
    def max_tokens(self) -> int:
        """Of an answer."""
        return MAX_TOKENS[self.form] + (SUMMARY_TOKENS if self.summarise else 0)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A plain answer, the label probabilities that came with it (empty where there are none), and its raw text.

    Attributes:
        chances: by field: theme, sentiment, and sentence (of each numbered line) where lines were numbered.
        source: where the probabilities come from.
        whole: whether every vote that was to be asked for was; what is not whole is not kept.
    """

    answer: Mapping[str, Any]
    chances: Mapping[str, Chances]
    raw: str = ""
    source: ConfidenceSource = "logprob"
    whole: bool = True

    def to_text(self) -> str:
        """What the cache keeps."""
        kept = {"answer": self.answer, "chances": self.chances, "raw": self.raw, "source": self.source}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def build_messages(task: LabellingTask, item: DigestItem) -> list[dict[str, str]]:
    """The chat messages about `item`, as they are sent: what speaks to a model is left out of it."""
    item = fence_item(item).shown
    text = number_sentences(item) if task.form == "numbered" or task.summarise else item.text
    return task.prompt.fill(item=text, themes=task.themes.describe())


def answer_shape(task: LabellingTask, item: DigestItem) -> type[BaseModel]:
    """The pydantic model that the answer about `item` must fit. An item without content is not summed up: a small model
    does not come to an end over it."""
    summarise = task.summarise and item is not CONTENT_FREE
    return response_model(task.form, task.themes.names, item, summarise=summarise)


def item_key(task: LabellingTask, item: DigestItem) -> str:
    """The cache key of `item` under `task`: everything that the model sees, and nothing else."""
    item = fence_item(item).shown
    return cache_key(
        {
            "model": dict(task.identity),
            "prompt": task.prompt.digest,
            "form": task.form,
            "schema": SCHEMA_VERSION,
            "themes": task.themes.digest,
            "sampling": {"temperature": 0, "max_tokens": task.max_tokens},
            **({"votes": [task.votes, VOTE_TEMPERATURE]} if task.votes > 1 else {}),
            "item": [item.headline, item.body, *item.sentences],
        }
    )


def read_label(task: LabellingTask, item: DigestItem, judgement: Judgement, prior: Mapping[str, Chances]) -> ItemLabel:
    """The checked label. Where there are probabilities they decide, after correction; AnswerRefused where a check fails."""
    answer = judgement.answer
    theme = check_theme(answer, task.themes.names)
    sentiment = check_sentiment(answer)
    sure: float | None = None
    themes, sentiments = correct_chances(task, judgement, prior)
    if themes and sentiments:
        theme, theme_sure = most_likely(themes, theme)
        likeliest, sentiment_sure = most_likely(sentiments, sentiment)
        sentiment = check_sentiment({"sentiment": likeliest})
        sure = round(min(theme_sure, sentiment_sure), 4)
    evidence = choose_evidence(task, item, judgement)
    return ItemLabel(
        theme=theme,
        secondary_themes=keep_secondary(answer, theme, task.themes.names),
        sentiment=sentiment,
        sentiment_target=keep_target(answer, item, evidence.text),
        confidence=sure,
        confidence_source="none" if sure is None else judgement.source,
        evidence=(evidence,),
    )


def choose_evidence(task: LabellingTask, item: DigestItem, judgement: Judgement) -> Evidence:
    """The checked evidence: what was answered, or the likeliest line where the model gave the lines' probabilities. Then the
    first sentence has `lead_weight`, and a sentence that is background by its own word, or has no subject, is taken last."""
    given, shown = judgement.chances.get("sentence"), fence_item(item).shown
    lines = {str(number): numbered_line(shown, number) for number in line_numbers(shown)}
    if not given or set(given) != set(lines):
        return check_evidence(judgement.answer, item)
    weights = weigh_lead({number: float(chance) for number, chance in given.items()}, task.calibration.lead_weight)
    number, _ = max(weights.items(), key=lambda pair: (_TAKEN_LAST.match(lines[pair[0]]) is None, pair[1]))
    return check_evidence({"evidence": lines[number]}, item)


class LabelChances(NamedTuple):
    """The probabilities of the themes and of the sentiments after correction; None where the model gave none."""

    themes: dict[str, float] | None
    sentiments: dict[str, float] | None


def correct_chances(task: LabellingTask, judgement: Judgement, prior: Mapping[str, Chances]) -> LabelChances:
    """The judgement's probabilities without the model's bias, at the task's temperatures."""
    at = task.calibration
    return LabelChances(
        _correct(judgement.chances, prior, "theme", task.themes.names, at.theme_temperature),
        _correct(judgement.chances, prior, "sentiment", SENTIMENTS, at.sentiment_temperature),
    )


def read_draft(task: LabellingTask, item: DigestItem, judgement: Judgement) -> SummaryDraft | None:
    """The sentence that came with the labels, as it is; None where none was asked for or none came, and where the model was
    not shown all of the item."""
    text, numbers = judgement.answer.get("summary"), judgement.answer.get("summary_sentences")
    if not task.summarise or not isinstance(text, str) or not text.strip() or fence_item(item).hidden:
        return None
    given = numbers if isinstance(numbers, list) else []
    known = [number - 1 for number in given if isinstance(number, int) and 1 <= number <= len(item.sentences)]
    return SummaryDraft(text=" ".join(text.split()), sentences=tuple(dict.fromkeys(known)))


def finish_label(
    task: LabellingTask,
    source: ItemSource,
    number: int,
    item: DigestItem,
    label: ItemLabel,
    provenance: Provenance,
    draft: SummaryDraft | None = None,
) -> LabelledItem:
    """The item with its label; `needs_review` where the model is not sure enough of it, or was not shown all of it."""
    unsure = label.confidence is not None and label.confidence < task.calibration.review_below
    reason = fencing.REASON if fence_item(item).hidden else "low_confidence" if unsure else None
    status: LabelStatus = "needs_review" if reason else "labelled"
    return LabelledItem(
        source=source,
        item=number,
        status=status,
        reason=reason,
        label=label,
        provenance=provenance,
        draft=draft,
    )


def recall_items(
    task: LabellingTask, source: ItemSource, items: Sequence[DigestItem], cache: AnswerCache
) -> dict[int, LabelledItem]:
    """The items whose answers are in the cache and still pass every check, by their number."""
    prior = recall_prior(task, cache)
    if prior is None:
        return {}
    found = ((number, recall_item(task, source, number, item, prior, cache)) for number, item in enumerate(items))
    return {number: labelled for number, labelled in found if labelled is not None}


def recall_item(
    task: LabellingTask,
    source: ItemSource,
    number: int,
    item: DigestItem,
    prior: Mapping[str, Chances],
    cache: AnswerCache,
) -> LabelledItem | None:
    """The item's label from the cache, where its answer is there and still passes every check."""
    judgement = recall_judgement(task, item, cache)
    if judgement is None:
        return None
    try:
        label = read_label(task, item, judgement, prior)
    except (AnswerRefused, TypeError, ValueError, AttributeError):  # not something that we would have kept
        return None
    provenance = Provenance(model=task.model_name, prompt=task.prompt.version, cached=True)
    return finish_label(task, source, number, item, label, provenance, read_draft(task, item, judgement))


def recall_prior(task: LabellingTask, cache: AnswerCache) -> Mapping[str, Chances] | None:
    """The model's bias as measured before; nothing to take off where the task does not ask for it; None if unknown."""
    if not task.discount:
        return {}
    judgement = recall_judgement(task, CONTENT_FREE, cache)
    return None if judgement is None else judgement.chances


def recall_judgement(task: LabellingTask, item: DigestItem, cache: AnswerCache) -> Judgement | None:
    """What the cache holds about `item`, unchecked; None on a miss."""
    text = cache.get(item_key(task, item))
    try:
        kept = json.loads(text or "null")
        answer, chances = dict(kept["answer"]), dict(kept["chances"])
        source: ConfidenceSource = "votes" if kept.get("source") == "votes" else "logprob"
        return Judgement(answer, chances, str(kept.get("raw", "")), source)
    except (ValueError, KeyError, TypeError):
        return None


def _correct(
    chances: Mapping[str, Chances],
    prior: Mapping[str, Chances],
    field: str,
    labels: Sequence[str],
    temperature: float,
) -> dict[str, float] | None:
    given = chances.get(field)
    if not given or set(given) != set(labels):
        return None
    numbers = {label: float(given[label]) for label in labels}
    if not all(0.0 <= chance <= 1.0 for chance in numbers.values()):
        return None
    bias = prior.get(field)
    return temper(discount_prior(numbers, bias) if bias else numbers, temperature)
