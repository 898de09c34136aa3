"""Labelling over real HTTP: cache, checks, reasons, and that no item harms another."""

from __future__ import annotations

import asyncio
import json
import math
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llm_wrap.cache import AnswerCache, open_cache
from llm_wrap.labelling.choose import ModelChoice, choose_model
from llm_wrap.labelling.labeller import ask_items
from llm_wrap.labelling.task import item_key, recall_items
from llm_wrap.labelling.themes import load_themes
from llm_wrap.llm.session import ModelSession
from llm_wrap.models import DigestItem, LabelledItem
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, failure, good_answer

ITEMS = [
    DigestItem(headline=f"Headline number {n}", body=f"Body {n} says so.", sentences=(f"Body {n} says so.",))
    for n in range(4)
]


def _choose(
    url: str, tmp_path: Path, *, key: str = "sk-1", themes: Path | None = None, name: str = "some-model"
) -> ModelChoice:
    return choose_model(
        name, url, lambda host, needed: key, load_themes(themes), tmp_path / "models", AnswerCache(None), concurrency=2
    )


def _label(choice: ModelChoice, cache: AnswerCache, items: Sequence[DigestItem] = ITEMS) -> tuple[LabelledItem, ...]:
    known = recall_items(choice.task, "digest", items, cache)
    missing = {number: item for number, item in enumerate(items) if number not in known}
    session = ModelSession(
        choice.provide, concurrency=choice.concurrency, deadline_s=10, vocabulary_dir=Path(os.devnull) / "none"
    )

    async def run() -> tuple[LabelledItem, ...]:
        try:
            found = {**known, **await ask_items(choice.task, "digest", missing, session, cache)}
            return tuple(found[number] for number in range(len(items)))
        finally:
            await session.close()

    return asyncio.run(run())


def test_one_item_a_call_with_its_label_and_where_it_came_from(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    labels = _label(_choose(fake_openai.url, tmp_path), AnswerCache(None))
    assert [labelled.item for labelled in labels] == [0, 1, 2, 3]
    first = labels[0]
    assert (first.status, first.reason, first.source) == ("labelled", None, "digest")
    assert first.label is not None
    assert (first.label.theme, first.label.secondary_themes, first.label.sentiment) == ("trade", ("macro",), "mixed")
    assert (first.label.confidence, first.label.confidence_source) == (None, "none"), "no probabilities, no confidence"
    assert first.label.evidence[0].text == "Headline number 0"
    assert first.provenance.model == "some-model"
    assert first.provenance.prompt.startswith("label_item@sha256:")
    assert (first.provenance.attempts, first.provenance.prompt_tokens) == (1, 100)
    texts = [request.user_text for request in fake_openai.requests]
    assert sorted(texts) == [f"<item>\nHeadline number {n}\nBody {n} says so.\n</item>" for n in range(4)]
    assert "anti-involution" in fake_openai.requests[0].body["messages"][0]["content"], (
        "the guide's definitions are sent"
    )


def test_the_second_run_asks_nobody(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    with open_cache(tmp_path / "c") as cache:
        first = _label(_choose(fake_openai.url, tmp_path), cache)
        second = _label(_choose(fake_openai.url, tmp_path, key="sk-rotated"), cache)
    assert len(fake_openai.requests) == 4
    assert all(labelled.provenance.cached for labelled in second)
    assert [labelled.label for labelled in first] == [labelled.label for labelled in second]
    assert second[0].provenance.attempts == 0


def test_what_the_model_sees_is_in_the_key_and_nothing_else(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    base = _choose(fake_openai.url, tmp_path)
    themes = tmp_path / "themes.toml"
    themes.write_text('[[theme]]\nname="a"\nabout="x"\n[[theme]]\nname="b"\nabout="y"\n')
    keys = {
        "base": item_key(base.task, ITEMS[0]),
        "model": item_key(_choose(fake_openai.url, tmp_path, name="other").task, ITEMS[0]),
        "server": item_key(_choose("http://127.0.0.1:9/v1", tmp_path).task, ITEMS[0]),
        "themes": item_key(_choose(fake_openai.url, tmp_path, themes=themes).task, ITEMS[0]),
        "prompt": item_key(replace(base.task, prompt=replace(base.task.prompt, digest="0" * 64)), ITEMS[0]),
        "form": item_key(replace(base.task, form="numbered"), ITEMS[0]),
        "item": item_key(base.task, ITEMS[1]),
        "sentences": item_key(base.task, replace(ITEMS[0], sentences=("Body 0", "says so."))),
    }
    assert len(set(keys.values())) == len(keys)
    assert item_key(_choose(fake_openai.url + "/", tmp_path, key="other").task, ITEMS[0]) == keys["base"]
    assert item_key(base.task, replace(ITEMS[0], line=99, tickers=("X",))) == keys["base"], (
        "where it stands is not seen"
    )


@pytest.mark.parametrize(
    "kept",
    [
        "not json",
        "[]",
        '{"answer": {}}',
        json.dumps(
            {"answer": {"theme": "sports", "sentiment": "mixed", "evidence": "Headline number 0"}, "chances": {}}
        ),
        json.dumps({"answer": {"theme": "trade", "sentiment": "mixed", "evidence": "of another item"}, "chances": {}}),
        json.dumps(
            {
                "answer": {"theme": "trade", "sentiment": "mixed", "evidence": "Headline number 0"},
                "chances": {"theme": 1},
            }
        ),
    ],
)
def test_a_cached_answer_is_checked_again_and_a_bad_one_is_a_miss(
    fake_openai: FakeOpenAI, tmp_path: Path, kept: str
) -> None:
    choice = _choose(fake_openai.url, tmp_path)
    with open_cache(tmp_path / "c") as cache:
        cache.put(item_key(choice.task, ITEMS[0]), kept)
        (labelled,) = _label(choice, cache, ITEMS[:1])
    assert labelled.status == "labelled"
    assert not labelled.provenance.cached
    assert len(fake_openai.requests) == 1


def test_one_bad_item_leaves_the_others_alone_and_is_not_kept(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    def script(request: FakeRequest) -> Response:
        if "number 2" in request.user_text:
            return completion(good_answer(request, evidence="words of a few-shot example"))
        return completion(good_answer(request))

    fake_openai.script = script
    with open_cache(tmp_path / "c") as cache:
        labels = _label(_choose(fake_openai.url, tmp_path), cache)
        assert cache.stats().entries == 3
    assert [labelled.status for labelled in labels] == ["labelled", "labelled", "unlabelled", "labelled"]
    assert (labels[2].reason, labels[2].label) == ("evidence_not_in_item", None)
    assert labels[2].provenance.attempts == 2, "asked again once"


def test_a_bad_key_is_tried_once_and_every_item_says_so(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    fake_openai.script = lambda request: failure(401)
    labels = _label(_choose(fake_openai.url, tmp_path), AnswerCache(None))
    assert {(labelled.status, labelled.reason) for labelled in labels} == {("unlabelled", "bad_key")}
    assert len(fake_openai.requests) <= 2, "two were under way; the rest were not tried"


def _logprobs(text: str, theme: dict[str, float], sentiment: dict[str, float]) -> Any:
    content = []
    for piece, spread in ((text.partition('"theme": "')[0] + '"theme": "', {}), *_pieces(text, theme, sentiment)):
        top = [{"token": token, "logprob": math.log(p), "bytes": None} for token, p in spread.items()]
        content.append(
            {"token": piece, "logprob": math.log(spread.get(piece, 1.0)), "bytes": None, "top_logprobs": top}
        )
    return {"content": content, "refusal": None}


def _pieces(text: str, theme: dict[str, float], sentiment: dict[str, float]) -> list[tuple[str, dict[str, float]]]:
    after = text.partition('"theme": "')[2]
    theme_word, _, rest = after.partition('"')
    between, marker, tail = rest.partition('"sentiment": "')
    sentiment_word, _, end = tail.partition('"')
    return [(theme_word, theme), ('"' + between + marker, {}), (sentiment_word, sentiment), ('"' + end, {})]


@pytest.mark.parametrize(("theme_p", "status"), [(0.95, "labelled"), (0.4, "needs_review")])
def test_probabilities_become_a_confidence_and_a_low_one_asks_for_review(
    fake_openai: FakeOpenAI, tmp_path: Path, theme_p: float, status: str
) -> None:
    def script(request: FakeRequest) -> Response:
        text = good_answer(request)
        theme = {"trade": theme_p, "macro": (1 - theme_p) * 0.9}
        return completion(text, logprobs=_logprobs(text, theme, {"mixed": 0.9, "neutral": 0.1}))

    fake_openai.script = script
    with open_cache(tmp_path / "c") as cache:
        (labelled,) = _label(_choose(fake_openai.url, tmp_path), cache, ITEMS[:1])
        (again,) = _label(_choose(fake_openai.url, tmp_path), cache, ITEMS[:1])
    assert labelled.status == status
    assert labelled.reason == (None if status == "labelled" else "low_confidence")
    assert labelled.label is not None
    assert labelled.label.confidence_source == "logprob"
    assert labelled.label.confidence is not None
    assert labelled.label.confidence < 0.92
    assert again.label == labelled.label, "a hit has the same confidence"


def test_an_item_that_is_too_long_is_refused_before_it_is_sent(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    long = DigestItem(headline="Long one", body="word " * 5000)
    (labelled,) = _label(_choose(fake_openai.url, tmp_path), AnswerCache(None), [long])
    assert (labelled.status, labelled.reason) == ("unlabelled", "too_long")
    assert fake_openai.requests == []
