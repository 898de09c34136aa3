"""A model's own summaries, over real HTTP: what holds is shown, what does not is asked for once more, and then the source is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from llm_wrap.config import Settings, load_settings, override
from llm_wrap.errors import SettingsError
from llm_wrap.labelling.task import item_key
from llm_wrap.models import Brief
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import make_brief
from llm_wrap.summary.drafts import count_words
from llm_wrap.summary.guard import judge_sentence
from tests.fake_openai import FakeOpenAI, FakeRequest, completion, failure, summarise

WRAP = """Nov 6 ,2025
Synopsis:
Freedonia's board rose 1.2% on steel. Banks were little changed.
Digest:
Freedonia Motor lifts its forecast:
Freedonia Motor (7777.JP) raised guidance for the year to \u00a53.4T from \u00a53.2T. Second-quarter profit fell 28%. Denso (6902.JP) may follow, sources said.
Ruritania cuts:
The Bank of Ruritania cut its rate by 25 bp to 4.25%. Governor Ottokar will not move again before March.
Sylvania Steel bids:
Sylvania Steel (900.KS) is considering a bid for Borduria Copper (901.KS). It may offer $1.5B.
"""
TRUE = {
    "Freedonia Motor": ("Freedonia Motor raised guidance to \u00a53.4 trillion from \u00a53.2 trillion.", [1]),
    "Ruritania": ("The Bank of Ruritania lowered its rate 25 basis points to 4.25%.", [1]),
    "Sylvania": ("Sylvania Steel may offer $1.5 billion for Borduria Copper.", [1, 2]),
}
DAY = [
    {"text": "Freedonia's board gained 1.2% on steel.", "cites": ["S.1"]},
    {"text": "The Bank of Ruritania cut its rate to 4.25%.", "cites": ["2.1"]},
    {"text": "Freedonia Motor raised guidance to \u00a53.4T.", "cites": ["1.1"]},
]


def _of(request: FakeRequest) -> tuple[str, list[int]]:
    text = request.user_text
    return next(told for name, told in TRUE.items() if f"[0] {name}" in text)


def _day(*sentences: dict[str, object]) -> str:
    return json.dumps({"sentences": list(sentences)})


def answer(
    item: Callable[[FakeRequest], tuple[str, list[int]]] = _of,
    repair: Callable[[FakeRequest], tuple[str, list[int]]] = _of,
    day: Callable[[FakeRequest], str] = lambda request: _day(*DAY),
) -> Callable[[FakeRequest], object]:
    def script(request: FakeRequest) -> object:
        if "theme" in request.asked_for:
            text, cites = item(request)
            return completion(summarise(request, summary=text, summary_sentences=cites))
        if "summary" in request.asked_for:
            text, cites = repair(request)
            return completion(json.dumps({"summary": text, "summary_sentences": cites}))
        return completion(day(request))

    return script


@pytest.fixture
def settings(fake_openai: FakeOpenAI) -> Settings:
    return override(load_settings(None, {}), model="m", base_url=fake_openai.url, concurrency=1)


def _brief(settings: Settings) -> Brief:
    return make_brief(parse_wrap(WRAP), settings, {})


def test_labels_and_summaries_in_one_call_an_item_and_the_day_in_one_more(
    fake_openai: FakeOpenAI, settings: Settings
) -> None:
    fake_openai.script = answer()  # type: ignore[assignment]
    brief = _brief(settings)
    assert len(fake_openai.requests) == brief.usage.calls == 4
    assert [summary.text for summary in brief.summaries] == [text for text, _ in TRUE.values()]
    assert [[cite.sentence for cite in summary.cites] for summary in brief.summaries] == [[0], [0], [0, 1]]
    assert {summary.kind for summary in brief.summaries} == {"abstractive"}
    assert [sentence.text for sentence in brief.day] == [
        "Freedonia's board gained 1.2% on steel.",
        "Freedonia Motor raised guidance to \u00a53.4T.",
        "The Bank of Ruritania cut its rate to 4.25%.",
    ], "in the order of the lines, whatever that of the answer"
    assert brief.day[0].cites[0].source == "synopsis"
    again = _brief(settings)
    assert len(fake_openai.requests) == 4
    assert (again.summaries, again.day) == (brief.summaries, brief.day)


def test_what_does_not_hold_is_asked_for_once_with_the_offending_words(
    fake_openai: FakeOpenAI, settings: Settings
) -> None:
    wrong = ("Freedonia Motor cut guidance to \u00a53.5T.", [1])
    fake_openai.script = answer(item=lambda r: wrong if "Freedonia Motor" in r.user_text else _of(r))  # type: ignore[assignment]
    brief = _brief(settings)
    (repair,) = [r for r in fake_openai.requests if r.asked_for == {"summary", "summary_sentences"}]
    assert '"\u00a53.5T": this number is not in the sentences that you cite' in repair.user_text
    assert '"cut": it goes the other way there' in repair.user_text
    assert brief.summaries[0].text == TRUE["Freedonia Motor"][0]
    assert brief.usage.calls == 5
    assert _brief(settings).summaries == brief.summaries, "from the cache, judged again"
    assert len(fake_openai.requests) == 5


def test_what_does_not_hold_twice_is_the_source_sentence_and_said_to_be(
    fake_openai: FakeOpenAI, settings: Settings
) -> None:
    wrong = ("Sylvania Steel agreed to buy Borduria Copper for $1.5B.", [1, 2])
    fake_openai.script = answer(  # type: ignore[assignment]
        item=lambda r: wrong if "Sylvania Steel bids" in r.user_text else _of(r), repair=lambda r: wrong
    )
    brief = _brief(settings)
    assert brief.summaries[2].kind == "extractive"
    assert brief.summaries[2].text in WRAP
    assert any("1 of 3 summaries by the model did not hold" in note for note in brief.notes)
    assert _brief(settings).summaries == brief.summaries
    assert len(fake_openai.requests) == 5


def test_a_planted_answer_in_the_cache_is_not_shown(fake_openai: FakeOpenAI, settings: Settings) -> None:
    from llm_wrap.cache import open_cache
    from llm_wrap.choice import choose_from_settings
    from llm_wrap.labelling.themes import load_themes
    from llm_wrap.reporter import Reporter

    fake_openai.script = answer()  # type: ignore[assignment]
    _brief(settings)
    item = parse_wrap(WRAP).wrap.digest[0]
    with open_cache(settings.cache_dir) as cache:
        task = choose_from_settings(load_themes(), settings, {}, cache, Reporter()).task
        kept = json.loads(cache.get(item_key(task, item)) or "")
        kept["answer"]["summary"] = "Freedonia Motor raised guidance to \u00a59.9T."
        cache.put(item_key(task, item), json.dumps(kept))
    shown = json.dumps([summary.text for summary in _brief(settings).summaries], ensure_ascii=False)
    assert "9.9" not in shown


def test_cites_are_completed_from_the_item(fake_openai: FakeOpenAI, settings: Settings) -> None:
    text = "Freedonia Motor raised guidance to \u00a53.4T even as second-quarter profit fell 28%."
    fake_openai.script = answer(item=lambda r: (text, [1]) if "Freedonia Motor" in r.user_text else _of(r))  # type: ignore[assignment]
    brief = _brief(settings)
    assert brief.summaries[0].text == text
    assert [cite.sentence for cite in brief.summaries[0].cites] == [0, 1]
    assert len(fake_openai.requests) == 4


def test_a_day_that_does_not_hold_is_repaired_or_made_of_what_does(fake_openai: FakeOpenAI, settings: Settings) -> None:
    bad = {"text": "The Bank of Ruritania raised its rate to 4.25%.", "cites": ["2.1"]}
    fake_openai.script = answer(day=lambda r: _day(DAY[0], bad, DAY[2]))  # type: ignore[assignment]
    brief = _brief(settings)
    texts = [sentence.text for sentence in brief.day]
    assert bad["text"] not in texts
    assert 3 <= len(texts) <= 5
    for sentence in brief.day:
        items, synopsis = brief.wrap.digest, brief.wrap.synopsis
        cited = [
            items[cite.item].sentences[cite.sentence] if cite.source == "digest" else synopsis[cite.item]
            for cite in sentence.cites
        ]
        assert judge_sentence(sentence.text, cited, " ".join(item.headline for item in items)).accepted


def test_a_model_that_fails_over_the_day_leaves_the_summaries(fake_openai: FakeOpenAI, settings: Settings) -> None:
    def script(request: FakeRequest) -> object:
        return answer()(request) if "summary" in request.asked_for else failure(400, "no")

    fake_openai.script = script  # type: ignore[assignment]
    brief = _brief(settings)
    assert [summary.kind for summary in brief.summaries] == ["abstractive"] * 3
    assert 3 <= len(brief.day) <= 5


def test_a_summary_that_is_too_long_is_not_shown(fake_openai: FakeOpenAI, settings: Settings) -> None:
    long = ("Freedonia Motor raised guidance " + "for the year and for the year " * 6 + "to \u00a53.4T.", [1])
    fake_openai.script = answer(
        item=lambda r: long if "Freedonia Motor" in r.user_text else _of(r), repair=lambda r: long
    )  # type: ignore[assignment]
    brief = _brief(settings)
    assert count_words(long[0]) > 30
    assert brief.summaries[0].kind == "extractive"


def test_extractive_asks_for_labels_only(fake_openai: FakeOpenAI, settings: Settings) -> None:
    brief = _brief(override(settings, summaries="extractive"))
    assert all("summary" not in request.asked_for for request in fake_openai.requests)
    assert {summary.kind for summary in brief.summaries} == {"extractive"}


def test_the_embedded_model_does_not_write() -> None:
    with pytest.raises(SettingsError, match="can only choose sentences"):
        _brief(override(load_settings(None, {}), model="embedded", summaries="abstractive"))
