"""The dev cases are read; the frozen test cases are not opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm_wrap.errors import InputError
from llm_wrap.training.judging import read_dev_cases, read_headlines

CORPUS = Path(__file__).parents[2] / "evals" / "corpus"
CASE = {
    "wrap": {"digest": [{"headline": "Rates held", "body": "As expected."}], "synopsis": ["Stocks rose on data."]},
    "items": [
        {"source": "digest", "item": 0, "theme": "macro", "sentiment": "neutral", "key_sentence": 0},
        {"source": "synopsis", "item": 0, "theme": "other", "sentiment": "positive", "key_sentence": 0},
    ],
}


def test_a_dev_case_gives_its_digest_items_and_its_paragraphs(tmp_path):
    (tmp_path / "2025-08-01-asia-recap.json").write_text(json.dumps(CASE))
    first, second = read_dev_cases(tmp_path)
    assert (first.item.headline, first.sentence) == ("Rates held", 1)
    assert (second.item.headline, second.item.sentences) == ("", ("Stocks rose on data.",))


def test_a_test_case_is_not_even_opened(tmp_path):
    (tmp_path / "2025-08-01-asia-recap.json").write_text(json.dumps(CASE))
    (tmp_path / "2026-02-10-asia-recap.json").write_text("not JSON: opening it would fail")
    (tmp_path / "2025-03-10-asia-recap.json").write_text("not JSON: before July 2025 is training")
    assert {example.id.partition(":")[0] for example in read_dev_cases(tmp_path)} == {"2025-08-01-asia-recap"}


def test_a_folder_without_dev_cases_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no labelled dev cases"):
        read_dev_cases(tmp_path)


def test_the_corpus_has_dev_cases():
    assert len(read_dev_cases(CORPUS)) > 50


def test_headlines_lose_their_links_and_are_chosen_alike_each_time(tmp_path):
    path = tmp_path / "headlines.jsonl"
    rows = [{"text": f"$AB{n} - profit up https://t.co/{n}", "label": "bullish"} for n in range(9)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    some = read_headlines(path, 4)
    assert some == read_headlines(path, 4)
    assert len(some) == 4
    assert all(e.item.headline.endswith("- profit up") and e.sentiment == "positive" for e in some)
