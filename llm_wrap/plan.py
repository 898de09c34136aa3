"""What a run would ask and cost, before it is started: nothing is sent, no key is looked for, no weights are fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from llm_wrap.cache import AnswerCache, open_cache
from llm_wrap.choice import choose_from_settings, find_cost
from llm_wrap.config import Settings
from llm_wrap.labelling.task import (
    CONTENT_FREE,
    LabellingTask,
    answer_shape,
    build_messages,
    item_key,
    recall_items,
    recall_prior,
)
from llm_wrap.labelling.themes import load_themes
from llm_wrap.models import LabelledItem, ParseResult, Provenance
from llm_wrap.pipeline import choose_items
from llm_wrap.reporter import Reporter

if TYPE_CHECKING:
    from llm_wrap.summary.writer import Question

_USUAL_SUMMARY, _USUAL_DAY = 50, 220  # tokens: a sentence of 30 words and its cites; five sentences
_USUAL_ANSWER = 90  # tokens: evidence of a sentence, two or three labels, the JSON around them


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a run would use if every answer were right at once; an answer that fails its checks is asked for once more.

    Attributes:
        votes: answers about each item where the server gives no probabilities; all are counted.
        cached: items whose answers are in the cache and pass every check.
        completion_tokens: at most; `usual_tokens` is what such answers take as a rule.
        estimated: whether the token counts are estimates, since the vocabulary is not there or is another model's.
        usual_usd, most_usd: None where the model's price is unknown.
    """

    model: str
    host: str | None
    items: int
    votes: int
    cached: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    usual_tokens: int
    estimated: bool
    usual_usd: Decimal | None
    most_usd: Decimal | None


def plan_run(results: Sequence[ParseResult], settings: Settings, environment: Mapping[str, str]) -> RunPlan:
    """The plan for parsed wraps under `settings`; the same item in two of them is asked about once. SettingsError and
    ModelUnavailable as a run would raise them."""
    from llm_wrap.llm.account import Bill
    from llm_wrap.llm.chat import preview_requests
    from llm_wrap.llm.prices import price_by_batch, total_cost
    from llm_wrap.llm.tokens import TokenCounter

    items = [item for result in results for item in choose_items(result.wrap)[1]]
    with open_cache(settings.cache_dir if settings.cache else None) as cache:
        choice = choose_from_settings(load_themes(settings.themes), settings, environment, cache, Reporter())
        task = choice.task
        known = recall_items(task, "digest", items, cache)
        missing = [item for number, item in enumerate(items) if number not in known]
        asked = list({item_key(task, item): item for item in missing}.values()) if settings.cache else missing
        if asked and recall_prior(task, cache) is None:
            asked = [CONTENT_FREE, *asked]
        asked *= task.votes  # each vote is a call
        days = [question for result in results if (question := _plan_day(task, result, cache)) is not None]
    questions = [(build_messages(task, item), answer_shape(task, item), task.max_tokens) for item in asked]
    questions += [(day.messages, day.shape(), day.max_tokens) for day in days]
    counter = TokenCounter(settings.models_dir / "tiktoken")
    previews = preview_requests(task.model_name, [question[:2] for question in questions], max_tokens=task.max_tokens)
    prompts = [counter.count_request(request) for request in previews]
    cost_of = find_cost(choice, batch=settings.batch) if questions else None
    if settings.batch and cost_of is not None:
        cost_of = price_by_batch(cost_of)
    item_tokens = _USUAL_ANSWER + (_USUAL_SUMMARY if task.summarise else 0)
    usual = [min(item_tokens, task.max_tokens)] * len(asked) + [_USUAL_DAY] * len(days)
    most = [limit for _, _, limit in questions]
    return RunPlan(
        model=task.model_name,
        host=choice.host,
        items=len(items),
        votes=task.votes,
        cached=len(known),
        calls=len(questions),
        prompt_tokens=sum(prompts),
        completion_tokens=sum(most),
        usual_tokens=sum(usual),
        estimated=not counter.is_exact(task.model_name),
        usual_usd=total_cost(cost_of, [Bill(*pair) for pair in zip(prompts, usual, strict=True)]),
        most_usd=total_cost(cost_of, [Bill(*pair) for pair in zip(prompts, most, strict=True)]),
    )


def _plan_day(task: LabellingTask, result: ParseResult, cache: AnswerCache) -> Question | None:
    """What will be asked about the day of a wrap, as near as can be told before its items are labelled; None for nothing."""
    if not task.summarise:
        return None
    from llm_wrap.summary.writer import SummaryWriter, preview_day

    source, items = choose_items(result.wrap)
    recalled = recall_items(task, source, items, cache)
    nobody = Provenance(model=task.model_name, prompt="")
    labels = [
        recalled.get(number)
        or LabelledItem(source=source, item=number, status="unlabelled", reason=None, label=None, provenance=nobody)
        for number in range(len(items))
    ]
    if len(recalled) == len(items):
        writer = SummaryWriter(task.identity, result.wrap.synopsis, items, labels, cache)
        if writer.recall() is not None:
            return None
    return preview_day(result.wrap.synopsis, items, labels)
