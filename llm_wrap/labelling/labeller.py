"""Labels items one a call: cache, else model, then the same checks. An item never fails silently and never fails others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_wrap.cache import AnswerCache, cache_key
from llm_wrap.errors import AnswerRefused, ModelError, ModelUnavailable
from llm_wrap.labelling.answers import MAX_TOKENS, SCHEMA_VERSION, AnswerForm, plain_answer, response_model
from llm_wrap.labelling.checks import check_evidence, check_sentiment, check_theme, keep_secondary, keep_target
from llm_wrap.labelling.confidence import Calibration, Chances, discount_prior, most_likely, temper
from llm_wrap.labelling.prompts import Prompt, number_sentences
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.llm.chat import Reply, Spent
from llm_wrap.llm.logprobs import read_chances
from llm_wrap.llm.session import ModelSession
from llm_wrap.models import SENTIMENTS, DigestItem, ItemLabel, ItemSource, LabelledItem, LabelStatus, Provenance

_CONTENT_FREE = DigestItem(headline="N/A", body="N/A N/A", sentences=("N/A N/A",))
_PROMPT_ITEM_MAX = 12_000  # characters; a longer item is refused before it is sent


@dataclass(frozen=True, slots=True)
class LabellingTask:
    """All that decides what a model sees beside the item, and how its probabilities are read.

    Attributes:
        identity: what the model is, for the cache key: weights, adapter and server, never the API key.
        discount: whether the model's own bias is measured with an item without content and taken off (a model that was
            not trained for these labels prefers the first option).
    """

    model_name: str
    identity: Mapping[str, str]
    prompt: Prompt
    form: AnswerForm
    themes: ThemeSet
    calibration: Calibration
    discount: bool = False


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A plain answer and the label probabilities that came with it (empty where the server gives none)."""

    answer: Mapping[str, Any]
    chances: Mapping[str, Chances]

    def to_text(self) -> str:
        return json.dumps({"answer": self.answer, "chances": self.chances}, ensure_ascii=False, sort_keys=True)


async def label_items(
    items: Sequence[DigestItem],
    source: ItemSource,
    task: LabellingTask,
    session: ModelSession,
    cache: AnswerCache,
    on_done: Callable[[], None] = lambda: None,
) -> tuple[LabelledItem, ...]:
    """One `LabelledItem` an item, in their order. Calls `on_done` after each.

    Once the model turns out to be unavailable no further item is tried: each gets the same reason.
    """
    labeller = _Labeller(task, session, cache)
    gate = asyncio.Semaphore(session.concurrency)

    async def label_one(number: int, item: DigestItem) -> LabelledItem:
        async with gate:
            labelled = await labeller.label(item, source, number)
        on_done()
        return labelled

    return tuple(await asyncio.gather(*(label_one(number, item) for number, item in enumerate(items))))


def item_key(task: LabellingTask, item: DigestItem) -> str:
    """The cache key of `item` under `task`: everything that the model sees, and nothing else."""
    return cache_key(
        {
            "model": dict(task.identity),
            "prompt": task.prompt.digest,
            "form": task.form,
            "schema": SCHEMA_VERSION,
            "themes": task.themes.digest,
            "sampling": {"temperature": 0, "max_tokens": MAX_TOKENS[task.form]},
            "item": [item.headline, item.body, *item.sentences],
        }
    )


class _Labeller:
    def __init__(self, task: LabellingTask, session: ModelSession, cache: AnswerCache) -> None:
        self._task = task
        self._session = session
        self._cache = cache
        self._unavailable: ModelUnavailable | None = None
        self._prior: Mapping[str, Chances] | None = None

    async def label(self, item: DigestItem, source: ItemSource, number: int) -> LabelledItem:
        """Never raises a ModelError: what the item lacks is its reason."""
        spent = Spent()
        cached = False
        try:
            prior = await self._measure_prior() if self._task.discount else {}
            label = self._recall(item, prior)
            cached = label is not None
            if label is None:
                judgement = await self._ask(item, spent)
                label = read_label(judgement.answer, judgement.chances, item, self._task, prior)
                self._cache.put(item_key(self._task, item), judgement.to_text())  # only what has passed the checks
        except ModelError as error:
            if isinstance(error, ModelUnavailable):
                self._unavailable = self._session.unavailable = error
            return LabelledItem(
                source=source, item=number, status="unlabelled", reason=error.reason, label=None, provenance=self._provenance(spent)
            )
        status, reason = _judge_confidence(label, self._task.calibration)
        return LabelledItem(
            source=source, item=number, status=status, reason=reason, label=label, provenance=self._provenance(spent, cached)
        )

    def _recall(self, item: DigestItem, prior: Mapping[str, Chances]) -> ItemLabel | None:
        """The label from the cache; a hit is checked like a fresh answer, and one that fails is a miss."""
        text = self._cache.get(item_key(self._task, item))
        if text is None:
            return None
        try:
            kept = json.loads(text)
            return read_label(kept["answer"], kept["chances"], item, self._task, prior)
        except (ValueError, KeyError, TypeError, AttributeError, AnswerRefused):
            return None

    async def _ask(self, item: DigestItem, spent: Spent) -> _Judgement:
        if self._unavailable is not None:
            raise self._unavailable
        if len(item.text) > _PROMPT_ITEM_MAX:
            raise ModelError("too_long", f"the item has {len(item.text):,} characters, more than {_PROMPT_ITEM_MAX:,}")
        client = await self._session.client()
        task = self._task
        messages = _messages(task, item)
        reply = await client.ask(
            messages,
            response_model(task.form, task.themes.names, item),
            spent,
            max_tokens=MAX_TOKENS[task.form],
        )
        if not spent.billed:
            self._session.estimate(spent, messages, reply.text)
        return _Judgement(plain_answer(task.form, reply.answer, item), _read_all_chances(reply, task.themes.names))

    async def _measure_prior(self) -> Mapping[str, Chances]:
        """What the model says to an item without content; measured once, kept in the cache like an answer."""
        if self._prior is None:
            key = item_key(self._task, _CONTENT_FREE)
            text = self._cache.get(key)
            try:
                self._prior = json.loads(text)["chances"] if text else None
            except (ValueError, KeyError, TypeError):
                self._prior = None
            if self._prior is None:
                spent = Spent()
                judgement = await self._ask(_CONTENT_FREE, spent)
                self._session.note(spent)
                self._prior = judgement.chances
                self._cache.put(key, judgement.to_text())
        return self._prior

    def _provenance(self, spent: Spent, cached: bool = False) -> Provenance:
        self._session.note(spent)
        return Provenance(
            model=self._task.model_name,
            prompt=self._task.prompt.version,
            cached=cached,
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
            attempts=spent.attempts,
        )


def read_label(
    answer: Mapping[str, Any], chances: Mapping[str, Chances], item: DigestItem, task: LabellingTask, prior: Mapping[str, Chances]
) -> ItemLabel:
    """The checked label. Where there are probabilities they decide, after correction; AnswerRefused where a check fails."""
    theme = check_theme(answer, task.themes.names)
    sentiment = check_sentiment(answer)
    sure: float | None = None
    theme_chances = _correct(chances.get("theme"), prior.get("theme"), task.calibration.theme_temperature, task.themes.names)
    sentiment_chances = _correct(
        chances.get("sentiment"), prior.get("sentiment"), task.calibration.sentiment_temperature, SENTIMENTS
    )
    if theme_chances and sentiment_chances:
        theme, theme_sure = most_likely(theme_chances)
        likeliest, sentiment_sure = most_likely(sentiment_chances)
        sentiment = check_sentiment({"sentiment": likeliest})
        sure = round(min(theme_sure, sentiment_sure), 4)
    return ItemLabel(
        theme=theme,
        secondary_themes=keep_secondary(answer, theme, task.themes.names),
        sentiment=sentiment,
        sentiment_target=keep_target(answer, item),
        confidence=sure,
        confidence_source="none" if sure is None else "logprob",
        evidence=(check_evidence(answer, item),),
    )


def _correct(given: Chances | None, prior: Chances | None, temperature: float, labels: Sequence[str]) -> dict[str, float] | None:
    if not given or set(given) != set(labels):
        return None
    chances = {label: float(given[label]) for label in labels}
    if not all(0.0 <= chance <= 1.0 for chance in chances.values()):
        return None
    return temper(discount_prior(chances, prior) if prior else chances, temperature)


def _judge_confidence(label: ItemLabel, calibration: Calibration) -> tuple[LabelStatus, str | None]:
    if label.confidence is not None and label.confidence < calibration.review_below:
        return "needs_review", "low_confidence"
    return "labelled", None


def _messages(task: LabellingTask, item: DigestItem) -> list[dict[str, str]]:
    text = number_sentences(item) if task.form == "numbered" else item.text
    return task.prompt.fill(item=text, themes=task.themes.describe())


def _read_all_chances(reply: Reply[Any], themes: tuple[str, ...]) -> dict[str, Chances]:
    found = {"theme": read_chances(reply.tokens, "theme", themes), "sentiment": read_chances(reply.tokens, "sentiment", SENTIMENTS)}
    return {name: chances for name, chances in found.items() if chances}
