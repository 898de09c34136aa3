"""k votes where a server gives no probabilities: real HTTP, real cache, the plan and the limits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from llm_wrap.config import Settings, load_settings, override
from llm_wrap.errors import SettingsError
from llm_wrap.models import Brief, LabelledItem
from llm_wrap.pipeline import make_brief, read_wrap
from llm_wrap.plan import plan_run
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, failure, good_answer

WRAP = """Asia Recap
Mar 5 ,2024
Digest:
Freedonia lifts chip-tool levy:
Freedonia removed its 15% duty on imported lithography tools. Shares of toolmakers fell 3.1% on the news.
Markets:
Nikkei: 395.62 or +0.89% to 44768.12
"""
Run = Callable[..., tuple[Brief, LabelledItem]]


@pytest.fixture
def settings(fake_openai: FakeOpenAI) -> Settings:
    given = {"model": "m", "base_url": fake_openai.url, "votes": 3, "summaries": "extractive", "deadline_s": 10}
    return override(load_settings(None, {}), **given)


@pytest.fixture
def wrap(tmp_path: Path) -> Path:
    path = tmp_path / "wrap.txt"
    path.write_text(WRAP)
    return path


def _label(wrap: Path, settings: Settings) -> tuple[Brief, LabelledItem]:
    brief = make_brief(read_wrap(str(wrap), settings), settings, {})
    (labelled,) = brief.labels
    return brief, labelled


def _script(*themes: str, sentiments: tuple[str, ...] = ()) -> Callable[[FakeRequest], Response]:
    """The n-th question is answered with the n-th theme; the evidence says which answer it was."""

    def script(request: FakeRequest) -> Response:
        sentence = "Freedonia removed its 15% duty on imported lithography tools."
        number = min(request.number, len(themes) - 1)
        words = " ".join(sentence.split()[: 3 + number])
        sentiment = sentiments[number] if sentiments else "mixed"
        changes = {"theme": themes[number], "secondary_themes": [], "sentiment": sentiment, "evidence": words}
        return completion(good_answer(request, **changes))

    return script


def test_agreement_is_the_confidence_and_the_evidence_is_of_an_answer_that_won(
    fake_openai: FakeOpenAI, wrap: Path, settings: Settings
) -> None:
    fake_openai.script = _script("macro", "trade", "trade")
    brief, labelled = _label(wrap, settings)
    assert labelled.label is not None
    assert (labelled.label.theme, labelled.label.confidence_source) == ("trade", "votes")
    assert labelled.label.confidence == pytest.approx(2 / 3, abs=0.001)
    assert labelled.label.evidence[0].text == "Freedonia removed its 15%", "of the second answer, the first for trade"
    assert (brief.usage.calls, brief.usage.prompt_tokens) == (3, 300)
    sent = [request.body for request in fake_openai.requests]
    assert sent[0]["temperature"] == 0
    assert all(body["temperature"] > 0 for body in sent[1:])
    assert len({body["seed"] for body in sent}) == 3

    again, recalled = _label(wrap, settings)
    assert recalled.label == labelled.label
    assert (again.usage.calls, len(fake_openai.requests)) == (0, 3)
    _label(wrap, override(settings, votes=1))
    assert len(fake_openai.requests) == 4, "another number of votes is another question"


@pytest.mark.parametrize(
    ("themes", "sentiments", "theme", "confidence", "status"),
    [
        (("trade",) * 3, ("mixed",) * 3, "trade", 1.0, "labelled"),
        (("trade", "macro", "policy"), ("mixed",) * 3, "trade", 1 / 3, "needs_review"),
        (("trade",) * 3, ("mixed", "positive", "negative"), "trade", 1 / 3, "needs_review"),
    ],
)
def test_the_less_agreed_field_decides_and_a_tie_keeps_the_first_answer(
    fake_openai: FakeOpenAI,
    wrap: Path,
    settings: Settings,
    themes: tuple[str, ...],
    sentiments: tuple[str, ...],
    theme: str,
    confidence: float,
    status: str,
) -> None:
    fake_openai.script = _script(*themes, sentiments=sentiments)
    _, labelled = _label(wrap, settings)
    assert labelled.label is not None
    assert (labelled.label.theme, labelled.label.sentiment, labelled.status) == (theme, "mixed", status)
    assert labelled.label.confidence == pytest.approx(confidence, abs=0.001)


def test_a_vote_that_fails_costs_confidence_and_is_asked_for_again_next_time(
    fake_openai: FakeOpenAI, wrap: Path, settings: Settings
) -> None:
    good = _script("trade", "trade", "trade", "trade", "trade", "trade")
    fake_openai.script = lambda request: failure(400) if request.number == 1 else good(request)
    _, labelled = _label(wrap, settings)
    assert labelled.label is not None
    assert labelled.label.confidence == pytest.approx(2 / 3 + 1 / 3 / 9, abs=0.001)
    assert len(fake_openai.requests) == 3
    _, second = _label(wrap, settings)
    assert second.label is not None
    assert second.label.confidence == 1.0
    assert len(fake_openai.requests) == 6, "what was not whole was not kept"


def test_a_vote_that_is_refused_by_a_check_says_nothing_and_is_kept_as_that(
    fake_openai: FakeOpenAI, wrap: Path, settings: Settings
) -> None:
    def script(request: FakeRequest) -> Response:
        wrong = request.number in (1, 2)  # the second vote and its re-ask
        return completion(good_answer(request, evidence="words of no item" if wrong else "Freedonia removed its"))

    fake_openai.script = script
    _, labelled = _label(wrap, settings)
    assert labelled.label is not None
    assert 0.6 < (labelled.label.confidence or 0) < 0.8
    _label(wrap, settings)
    assert len(fake_openai.requests) == 4


def test_where_the_server_gives_probabilities_each_item_is_asked_once(models_dir: Path, wrap: Path) -> None:
    embedded = override(load_settings(None, {}), models_dir=models_dir, votes=5)
    brief, labelled = _label(wrap, embedded)
    assert labelled.label is not None
    assert (labelled.label.confidence_source, brief.usage.calls) == ("logprob", 1)


def test_votes_are_in_the_plan_and_held_to_the_limits(fake_openai: FakeOpenAI, wrap: Path, settings: Settings) -> None:
    result = read_wrap(str(wrap), settings)
    once = plan_run([result], override(settings, votes=1), {})
    thrice = plan_run([result], settings, {})
    assert (once.calls, thrice.calls, thrice.votes) == (1, 3, 3)
    assert thrice.prompt_tokens == 3 * once.prompt_tokens
    assert thrice.completion_tokens == 3 * once.completion_tokens
    usage = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
    fake_openai.script = lambda request: completion(good_answer(request), usage=usage)
    brief, labelled = _label(wrap, override(settings, max_tokens=3000))
    assert labelled.label is not None
    assert len(fake_openai.requests) == 2, "the third vote could have passed the limit"
    assert brief.usage.prompt_tokens + brief.usage.completion_tokens <= 3000


def test_explain_says_that_they_are_votes(fake_openai: FakeOpenAI, wrap: Path, settings: Settings) -> None:
    fake_openai.script = _script("macro", "trade", "trade")
    _label(wrap, settings)
    config = wrap.with_name("c.toml")
    config.write_text(f'model = "m"\nbase_url = "{fake_openai.url}"\nvotes = 3\nsummaries = "extractive"\n')
    command = [sys.executable, "-m", "llm_wrap", "explain", str(wrap), "1", "--no-ask", "--config", str(config)]
    shown = subprocess.run(command, capture_output=True, text=True).stdout
    assert "theme: trade 0.667, macro 0.333" in shown
    assert "shares of votes" in shown
    assert "(votes)" in shown


@pytest.mark.parametrize("votes", [0, 16, "some"])
def test_a_number_of_votes_that_is_none(votes: object) -> None:
    with pytest.raises(SettingsError, match="votes"):
        override(load_settings(None, {}), votes=votes)
