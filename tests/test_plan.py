"""Tokens and money: known before a run, held during it, and told after it."""

from __future__ import annotations

import json
import socket
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llm_wrap.config import Settings, load_settings, override
from llm_wrap.errors import SettingsError
from llm_wrap.llm.tokens import TokenCounter
from llm_wrap.models import Brief
from llm_wrap.pipeline import make_brief, read_wrap
from llm_wrap.plan import RunPlan, plan_run
from tests.conftest import SAMPLE
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, good_answer, summarise

ITEMS = 5
USAGE = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}


@pytest.fixture
def azure(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A model with a known price, at a host that leads to the fake."""
    look_up = socket.getaddrinfo

    def to_loopback(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return look_up("127.0.0.1" if name.endswith(".azure.com") else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", to_loopback)
    fake_openai.script = lambda request: completion(good_answer(request), usage=USAGE)
    port = fake_openai.url.rpartition(":")[2].removesuffix("/v1")
    return {"model": "azure/gpt-4o-mini", "azure_endpoint": f"http://desk.openai.azure.com:{port}"}


def _settings(**given: object) -> Settings:
    return override(load_settings(None, {}), **{"concurrency": 1, "deadline_s": 10, **given})


def _brief(settings: Settings) -> Brief:
    return make_brief(read_wrap(str(SAMPLE), settings), settings, {"OPENAI_API_KEY": "sk-1"})


def _plan(settings: Settings) -> RunPlan:
    return plan_run([read_wrap(str(SAMPLE), settings)], settings, {})


def _reasons(brief: Brief) -> list[str | None]:
    return [labelled.reason for labelled in brief.labels]


def test_a_plan_asks_nobody_and_counts_exactly_what_is_then_sent(fake_openai: FakeOpenAI) -> None:
    settings = _settings(model="m", base_url=fake_openai.url, summaries="extractive")
    plan = _plan(settings)
    assert fake_openai.requests == []
    assert (plan.items, plan.cached, plan.calls, plan.host) == (ITEMS, 0, ITEMS, "127.0.0.1")
    assert (plan.usual_usd, plan.most_usd, plan.estimated) == (None, None, True), "a model that nobody knows"
    _brief(settings)
    counter = TokenCounter(settings.models_dir / "tiktoken")
    assert plan.prompt_tokens == sum(counter.count_request(request.body) for request in fake_openai.requests)


def test_a_plan_counts_the_question_about_the_day(fake_openai: FakeOpenAI) -> None:
    settings = _settings(model="m", base_url=fake_openai.url, summaries="abstractive")
    fake_openai.script = lambda request: completion(
        summarise(request) if "summary" in request.asked_for else '{"sentences": []}'
    )
    plan = _plan(settings)
    assert plan.calls == ITEMS + 1
    brief = _brief(settings)
    assert len(fake_openai.requests) == ITEMS + 1
    assert [summary.kind for summary in brief.summaries] == ["abstractive"] * ITEMS
    counter = TokenCounter(settings.models_dir / "tiktoken")
    sent = sum(counter.count_request(request.body) for request in fake_openai.requests)
    assert abs(plan.prompt_tokens - sent) < 0.05 * sent, (
        "which sentences of an item the day is shown is not known before"
    )
    assert _plan(settings).calls == 0


def test_a_plan_knows_the_cache(fake_openai: FakeOpenAI) -> None:
    settings = _settings(model="m", base_url=fake_openai.url)
    _brief(settings)
    plan = _plan(settings)
    assert (plan.cached, plan.calls, plan.prompt_tokens, plan.most_usd) == (ITEMS, 0, 0, Decimal(0))


def test_a_known_model_has_a_price_before_and_after(azure: dict[str, object]) -> None:
    settings = _settings(**azure)
    plan = _plan(settings)
    assert not plan.estimated
    assert plan.usual_usd is not None
    assert plan.most_usd is not None
    assert Decimal("0.0005") < plan.usual_usd < plan.most_usd < Decimal("0.01")
    usage = _brief(settings).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.estimated) == (5000, 250, False)
    assert usage.cost_usd == Decimal("0.0009"), "5,000 x US$0.15 + 250 x US$0.60 a million"
    assert _brief(settings).usage.cost_usd == 0, "from the cache"


def test_an_embedded_model_costs_nothing() -> None:
    plan = _plan(_settings(model="embedded"))
    assert (plan.host, plan.calls, plan.most_usd) == (None, ITEMS, Decimal(0))


def test_the_call_that_could_pass_the_tokens_is_not_made(fake_openai: FakeOpenAI) -> None:
    fake_openai.script = lambda request: completion(good_answer(request), usage=USAGE)
    brief = _brief(_settings(model="m", base_url=fake_openai.url, max_tokens=4200))
    assert _reasons(brief) == [None, None, None, "over_budget", "over_budget"]
    assert len(fake_openai.requests) == 3
    assert brief.usage.prompt_tokens + brief.usage.completion_tokens <= 4200


def test_a_reask_is_held_to_the_budget_too(fake_openai: FakeOpenAI) -> None:
    fake_openai.script = lambda request: completion(good_answer(request, theme="sports"), usage=USAGE)
    brief = _brief(_settings(model="m", base_url=fake_openai.url, max_tokens=2000))
    assert len(fake_openai.requests) == 1
    assert set(_reasons(brief)) == {"over_budget"}


def test_failed_attempts_count_against_the_budget(fake_openai: FakeOpenAI) -> None:
    def script(request: FakeRequest) -> Response:
        return completion(good_answer(request, evidence="not there at all"), usage=USAGE)

    fake_openai.script = script
    brief = _brief(_settings(model="m", base_url=fake_openai.url, max_tokens=4300))
    assert len(fake_openai.requests) == 3
    assert _reasons(brief)[0] == "evidence_not_in_item"
    assert brief.usage.prompt_tokens == 3000


def test_questions_at_once_share_one_budget(fake_openai: FakeOpenAI) -> None:
    fake_openai.script = lambda request: completion(good_answer(request), usage=USAGE)
    brief = _brief(_settings(model="m", base_url=fake_openai.url, max_tokens=4300, concurrency=8))
    assert len(fake_openai.requests) == 3
    assert _reasons(brief).count(None) == 3, "who does not fit waits until the others' bills are known"


def test_max_cost(azure: dict[str, object], fake_openai: FakeOpenAI) -> None:
    brief = _brief(_settings(**azure, max_cost="0.0008"))
    asked = len(fake_openai.requests)
    assert 1 <= asked < ITEMS
    assert _reasons(brief).count("over_budget") == ITEMS - asked
    assert brief.usage.cost_usd is not None
    assert brief.usage.cost_usd <= Decimal("0.0008")
    assert _reasons(_brief(_settings(**azure, max_cost=0, cache=False))) == ["over_budget"] * ITEMS


def test_max_cost_needs_a_price(fake_openai: FakeOpenAI) -> None:
    with pytest.raises(SettingsError, match="--max-tokens"):
        _brief(_settings(model="m", base_url=fake_openai.url, max_cost="1"))
    assert fake_openai.requests == []


@pytest.mark.parametrize(
    "given", [{"max_cost": "-1"}, {"max_cost": "NaN"}, {"max_cost": "dear"}, {"max_tokens": "-5"}, {"max_tokens": "x"}]
)
def test_a_limit_that_is_none(given: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="max_"):
        _settings(**given)


def test_the_real_wrap_in_at_most_twice_its_own_tokens(real_wrap: str, tmp_path: Path) -> None:
    """Prompt tokens of a whole run; a prefix that all items share counts once, since servers keep it."""
    from llm_wrap.cache import AnswerCache
    from llm_wrap.labelling.choose import choose_model
    from llm_wrap.labelling.task import answer_shape, build_messages
    from llm_wrap.labelling.themes import load_themes
    from llm_wrap.llm.chat import preview_requests
    from llm_wrap.parsing import parse_wrap

    items = parse_wrap(real_wrap).wrap.digest
    task = choose_model(
        "openai/gpt-4o-mini",
        None,
        lambda host, needed: "k",
        load_themes(),
        tmp_path,
        AnswerCache(None),
        concurrency=1,
        summaries="auto",
    ).task
    bodies = preview_requests(
        task.model_name,
        [(build_messages(task, item), answer_shape(task, item)) for item in items],
        max_tokens=task.max_tokens,
    )
    prefixes = {json.dumps([body["messages"][0], body["response_format"]]) for body in bodies}
    assert len(prefixes) == 1, "what all items share comes first"
    counter = TokenCounter(tmp_path / "tiktoken")
    total = sum(map(counter.count_request, bodies))
    shared = counter.count(bodies[0]["messages"][0]["content"]) + counter.count(
        json.dumps(bodies[0]["response_format"])
    )
    assert total - (len(bodies) - 1) * shared <= 2 * counter.count(real_wrap)
