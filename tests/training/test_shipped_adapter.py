"""The adapter in the package is the one that its card speaks of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from llm_wrap.labelling.prompts import load_prompt
from llm_wrap.llm.weights import SMOLLM2
from llm_wrap.training.dataset import PROMPT, THEMES, file_hashes

ROOT = Path(__file__).parents[2]
ADAPTERS = ROOT / "llm_wrap" / "llm" / "adapters"
CARDS = sorted(ADAPTERS.glob("*.json"))


def test_there_is_a_card():
    assert CARDS


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_the_card_names_the_adapter_the_base_the_prompt_and_the_data(path):
    card = json.loads(path.read_text("utf-8"))
    adapter = path.with_suffix(".gguf").read_bytes()
    assert adapter[:4] == b"GGUF"
    assert len(adapter) == card["adapter_bytes"] <= 10_000_000
    assert hashlib.sha256(adapter).hexdigest() == card["adapter_sha256"]
    assert card["base_sha256"] == SMOLLM2.sha256
    assert card["prompt"] == {"name": PROMPT, "sha256": load_prompt(PROMPT).digest}
    assert card["themes"] == list(THEMES)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_the_data_that_it_was_trained_on_is_in_the_repository(path):
    data = json.loads(path.read_text("utf-8"))["training"]["data"]
    assert data
    assert file_hashes(ROOT / "evals" / "train" / name for name in data) == data


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_the_calibration_is_usable(path):
    calibration = json.loads(path.read_text("utf-8"))["calibration"]
    assert 0.3 <= calibration["theme_temperature"] <= 5
    assert 0.3 <= calibration["sentiment_temperature"] <= 5
    assert 0 < calibration["review_below"] < 1
