"""Rows of a training file become the prompt and the answer that the product sends and reads."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from llm_wrap.errors import InputError
from llm_wrap.labelling.answers import response_model
from llm_wrap.labelling.themes import load_themes
from llm_wrap.parsing.sentences import make_item
from llm_wrap.training.dataset import (
    THEMES,
    fill_messages,
    read_example,
    read_examples,
    split_examples,
    vary,
    write_answer,
)

FILES = sorted((Path(__file__).parents[2] / "evals" / "train").glob("*.jsonl"))
ROW = {
    "id": "x1",
    "headline": "Freedonia lifts chip-tool levy",
    "body": "Freedonia removed its 15% duty on lithography tools. Local toolmakers called it a blow.",
    "theme": "trade",
    "secondary_themes": ["ai_semis"],
    "sentiment": "mixed",
    "sentiment_target": "Freedonia semiconductor sector",
    "key_sentence": 1,
}


def test_the_answer_is_compact_json_whose_sentence_counts_from_the_headline():
    example = read_example(ROW, "here")
    assert write_answer(example) == (
        '{"theme":"trade","also":["ai_semis"],"sentiment":"mixed",'
        '"target":"Freedonia semiconductor sector","sentence":2}'
    )


def test_the_prompt_numbers_the_sentences_from_the_headline():
    messages = fill_messages(read_example(ROW, "here").item)
    assert messages[-1]["content"].splitlines() == [
        "[0] Freedonia lifts chip-tool levy",
        "[1] Freedonia removed its 15% duty on lithography tools.",
        "[2] Local toolmakers called it a blow.",
    ]


def test_paragraphs_are_split_one_by_one():
    assert make_item("H", "no stop at the end\nSecond one.").sentences == ("no stop at the end", "Second one.")


def test_without_a_body_the_headline_decides():
    example = read_example({**ROW, "body": "", "key_sentence": 0}, "here")
    assert (example.sentence, example.sentence_known) == (0, True)


def test_a_key_sentence_outside_the_body_is_not_trained_on():
    assert not read_example({**ROW, "key_sentence": 7}, "here").sentence_known


@pytest.mark.parametrize("wrong", [{"theme": "tariffs"}, {"sentiment": "bullish"}, {"sentiment_ok": ["good"]}])
def test_a_label_that_the_guide_does_not_have_is_refused(wrong):
    with pytest.raises(InputError, match="here"):
        read_example({**ROW, **wrong}, "here")


def test_an_id_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{json.dumps(ROW)}\n")
    with pytest.raises(InputError, match=r"rows\.jsonl:2"):
        read_examples([path])


def test_the_themes_are_those_of_the_theme_file():
    assert load_themes().names == THEMES


def test_every_row_in_the_repository_gives_an_answer_that_the_product_accepts():
    assert FILES
    examples = read_examples(FILES)
    assert len(examples) >= 1420
    for example in examples:
        answer = response_model("numbered", THEMES, example.item).model_validate_json(write_answer(example))
        assert answer.model_dump()["theme"] == example.theme


def test_the_split_is_stable_stratified_and_disjoint():
    examples = read_examples(FILES)
    split = split_examples(examples)
    assert {e.id for e in split.train}.isdisjoint({e.id for e in split.held_out})
    assert len(split.train) + len(split.held_out) == len(examples)
    assert split_examples(list(reversed(examples))).held_out == list(reversed(split.held_out))
    held, everything = Counter(e.sentiment for e in split.held_out), Counter(e.sentiment for e in examples)
    for sentiment, count in everything.items():
        assert held[sentiment] / count == pytest.approx(0.08, abs=0.02)


def test_varying_drops_a_headline_now_and_then_and_never_a_body():
    example = read_example(ROW, "here")
    chance = random.Random(1)
    variants = [vary(example, chance) for _ in range(400)]
    dropped = sum(not variant.item.headline for variant in variants)
    assert 5 < dropped < 60
    assert {variant.item.body for variant in variants} == {example.item.body}
    assert {variant.sentence for variant in variants} == {2}


def test_an_item_without_a_body_keeps_its_headline():
    example = read_example({**ROW, "body": ""}, "here")
    chance = random.Random(1)
    assert all(vary(example, chance) == example for _ in range(200))
