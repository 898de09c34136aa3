"""The whole way with the embedded model: real weights, the shipped adapter, the licensed wrap where it is at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm_wrap.cache import open_cache
from llm_wrap.choice import choose_from_settings
from llm_wrap.config import Settings, load_settings, override
from llm_wrap.labelling.themes import load_themes
from llm_wrap.llm.adapter import shipped_adapter, verify_adapter
from llm_wrap.llm.weights import SMOLLM2
from llm_wrap.models import Brief
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import make_brief, read_wrap
from llm_wrap.reporter import Reporter
from tests.conftest import SAMPLE

# What the label guide allows for the five items of the real wrap.
REAL_THEMES = ["ai_semis", "trade", "trade", "macro", "ai_semis"]
REAL_SENTIMENTS = [
    {"positive"},
    {"mixed", "negative", "neutral"},
    {"mixed", "negative"},
    {"negative", "mixed"},
    {"positive"},
]


@pytest.fixture
def settings(models_dir: Path, tmp_path: Path) -> Settings:
    return override(load_settings(None, {}), models_dir=models_dir, cache_dir=tmp_path / "answers")


def test_the_real_wrap_is_labelled_right_with_the_shipped_default(real_wrap: str, settings: Settings) -> None:
    brief = make_brief(parse_wrap(real_wrap), settings, {})
    labels = [labelled.label for labelled in brief.labels]
    assert [label.theme if label else None for label in labels] == REAL_THEMES
    for label, allowed in zip(labels, REAL_SENTIMENTS, strict=True):
        assert label is not None
        assert label.sentiment in allowed
        assert label.confidence_source == "logprob"
    assert {len(brief.labels), brief.usage.calls} == {5}
    assert brief.usage.prompt_tokens > 1000
    _holds_together(brief)


def test_the_second_run_gives_the_same_labels_and_asks_nobody(settings: Settings) -> None:
    result = read_wrap(str(SAMPLE), settings)
    first = make_brief(result, settings, {})
    second = make_brief(result, override(settings, models_dir="/nowhere"), {})
    assert [labelled.label for labelled in second.labels] == [labelled.label for labelled in first.labels]
    assert (second.usage.calls, second.usage.cache_hits, second.usage.prompt_tokens) == (0, len(first.items), 0)
    assert all(labelled.provenance.cached for labelled in second.labels)
    _holds_together(first)


def test_without_weights_the_tables_come_out_and_every_item_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    settings = override(load_settings(None, {}), models_dir=tmp_path / "models", cache_dir=tmp_path / "answers")
    brief = make_brief(read_wrap(str(SAMPLE), settings), settings, {})
    assert {(labelled.status, labelled.reason) for labelled in brief.labels} == {("unlabelled", "no_weights")}
    assert brief.wrap.markets
    assert "llm-wrap models pull --from FILE" in " ".join(brief.notes)


def test_an_adapter_of_the_users_own_labels_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    card = json.loads(shipped_adapter().path.with_suffix(".json").read_text(encoding="utf-8"))
    card["name"], card["calibration"]["review_below"] = "mine", 0.25
    (tmp_path / "mine.json").write_text(json.dumps(card))
    settings = override(load_settings(None, {}), adapter=tmp_path / "mine.gguf")
    with open_cache(None) as cache:
        choice = choose_from_settings(load_themes(None), settings, {}, cache, Reporter())
    assert choice.task.model_name.endswith("+mine")
    assert choice.task.calibration.review_below == 0.25


def test_an_adapter_without_a_card_leaves_the_items_unlabelled(tmp_path: Path) -> None:
    settings = override(load_settings(None, {}), adapter=tmp_path / "none.gguf")
    brief = make_brief(read_wrap(str(SAMPLE), settings), settings, {})
    assert {label.reason for label in brief.labels} == {"no_adapter"}
    assert "none.json" in brief.notes[0]


def test_the_shipped_adapter_is_the_one_of_its_card() -> None:
    card = shipped_adapter()
    assert verify_adapter(card).stat().st_size < 12_000_000
    assert card.base_sha256 == SMOLLM2.sha256


def _holds_together(brief: Brief) -> None:
    """What must be true of any brief: evidence is in its item, a summary is a sentence of the wrap."""
    assert len(brief.labels) == len(brief.items) == len(brief.summaries)
    for item, labelled in zip(brief.items, brief.labels, strict=True):
        assert labelled.label is not None
        for evidence in labelled.label.evidence:
            assert item.text[evidence.start : evidence.end] == evidence.text
        assert labelled.label.theme in {theme.name for theme in brief.themes}
    for item, summary in zip(brief.items, brief.summaries, strict=True):
        assert summary.text in (*item.sentences, item.headline)
    assert 3 <= len(brief.day) <= 5
