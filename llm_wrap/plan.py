"""What a run would ask and cost, before it is started: nothing is sent, no key is looked for, no weights are fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from llm_wrap.cache import open_cache
from llm_wrap.config import Settings
from llm_wrap.labelling.answers import MAX_TOKENS, response_model
from llm_wrap.labelling.task import CONTENT_FREE, build_messages, item_key, recall_items, recall_prior
from llm_wrap.labelling.themes import load_themes
from llm_wrap.models import ParseResult
from llm_wrap.pipeline import Reporter, choose_from_settings, choose_items, find_cost

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
    from llm_wrap.llm.prices import total_cost
    from llm_wrap.llm.tokens import count_request, is_exact

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
    most = MAX_TOKENS[task.form]
    questions = [(build_messages(task, item), response_model(task.form, task.themes.names, item)) for item in asked]
    vocabulary = settings.models_dir / "tiktoken"
    prompts = [
        count_request(request, vocabulary) for request in preview_requests(task.model_name, questions, max_tokens=most)
    ]
    cost_of = find_cost(choice) if asked else None
    usual = min(_USUAL_ANSWER, most)
    return RunPlan(
        model=task.model_name,
        host=choice.host,
        items=len(items),
        votes=task.votes,
        cached=len(known),
        calls=len(asked),
        prompt_tokens=sum(prompts),
        completion_tokens=most * len(asked),
        usual_tokens=usual * len(asked),
        estimated=not is_exact(task.model_name, vocabulary),
        usual_usd=total_cost(cost_of, [Bill(prompt, usual) for prompt in prompts]),
        most_usd=total_cost(cost_of, [Bill(prompt, most) for prompt in prompts]),
    )
