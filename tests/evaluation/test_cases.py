"""The cases themselves: each fits its schema, and nothing that a model is fitted on is a scored text in other words."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from llm_wrap.cli.schema import find_schema
from llm_wrap.evaluation.cases import load_cases
from llm_wrap.evaluation.items import load_corpus_items, load_rows
from llm_wrap.labelling.themes import load_themes
from llm_wrap.models import SENTIMENTS
from llm_wrap.parsing import parse_wrap
from llm_wrap.parsing.sentences import make_item
from llm_wrap.pipeline import choose_items
from llm_wrap.sources import read_wrap_text
from tests.evaluation.near_duplicates import THRESHOLD, find_near_duplicates

EVALS = Path(__file__).parents[2] / "evals"
CORPUS = EVALS / "corpus"
TRAIN = sorted((EVALS / "train").glob("*.jsonl"))


def scored_texts():
    return {one.id: one.item.text for split in ("dev", "test") for one in load_corpus_items(CORPUS, split).items}


def test_every_case_fits_the_schema_and_the_label_guide():
    validator = jsonschema.Draft202012Validator(find_schema("case"))
    paths = sorted(CORPUS.glob("*.json"))
    assert len(paths) > 60
    wrong = []
    for path in paths:
        case = json.loads(path.read_text("utf-8"))
        wrong += [f"{path.name}: {list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(case)]
        for item in case.get("items", []):
            where = f"{path.name}: item {item['item']}"
            if item["theme_ok"][0] != item["theme"] or item["sentiment_ok"][0] != item["sentiment"]:
                wrong.append(f"{where}: the chosen label is not the first acceptable one")
            if not item["item"] < len(case["wrap"].get(item["source"], [])):
                wrong.append(f"{where}: there is no such item")
        if case["wrap"].get("session_date") not in (None, path.name[:10]):
            wrong.append(f"{path.name}: the name is not the session date")
    assert wrong == []


def test_the_test_split_has_enough_of_every_label():
    """Enough for an interval that says something: a class that falls short is a case to write, not a floor to lower."""
    items = load_corpus_items(CORPUS, "test").items
    assert len({one.group for one in items}) >= 60
    assert len(items) >= 300
    themes, sentiments = Counter(one.theme for one in items), Counter(one.sentiment for one in items)
    floors = dict.fromkeys(load_themes().names, 15) | {"trade": 60, "ai_semis": 60, "macro": 60, "other": 0}
    assert {name: themes[name] for name, floor in floors.items() if themes[name] < floor} == {}
    assert {name: sentiments[name] for name in SENTIMENTS if sentiments[name] < 50} == {}


def test_dev_and_train_are_large_enough():
    assert len(load_corpus_items(CORPUS, "dev").items) >= 100
    assert len(load_rows(TRAIN, "train").items) >= 2500


def test_every_training_row_fits_the_schema():
    validator = jsonschema.Draft202012Validator(find_schema("item"))
    assert TRAIN
    wrong = [
        f"{path.name}:{number}: {error.message[:200]}"
        for path in TRAIN
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for error in validator.iter_errors(json.loads(line))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "value"),
    [(("items", 0, "theme"), "chips"), (("items", 0, "sentiment_ok"), []), (("wrote",), None), (("wrap", "tapes"), [])],
)
def test_the_schema_refuses_what_is_wrong(path, value):
    case = json.loads(min(CORPUS.glob("2026-*.json")).read_text("utf-8"))
    holder = case
    for key in path[:-1]:
        holder = holder[key]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(find_schema("case")).validate(case)


def test_what_is_scored_is_what_a_brief_would_label():
    """The truth's texts are those that the parser finds, sentence by sentence."""
    for case in load_cases(CORPUS):
        source, items = choose_items(parse_wrap(read_wrap_text(str(case.path)).text).wrap)
        for labels in case.items:
            text = case.wrap[labels["source"]][labels["item"]]
            truth = make_item("", text) if isinstance(text, str) else make_item(text["headline"], text["body"])
            found = items[labels["item"]]
            assert source == labels["source"]
            assert (found.headline, found.body, found.sentences) == (truth.headline, truth.body, truth.sentences)


def test_nothing_that_is_fitted_on_is_a_scored_item_in_other_words():
    fitted = {one.id: one.item.text for one in load_rows(TRAIN, "train").items}
    assert len(fitted) > 2000
    assert find_near_duplicates(fitted, scored_texts()) == []


def test_dev_and_test_are_not_each_other():
    dev, test = ({one.id: one.item.text for one in load_corpus_items(CORPUS, split).items} for split in ("dev", "test"))
    assert find_near_duplicates(dev, test) == []


def test_a_copy_with_every_fifth_word_changed_is_found():
    scored = scored_texts()
    chance = random.Random(3)
    copies = {
        f"copy of {name}": " ".join(w if chance.random() > 0.2 else "so" for w in text.split())
        for name, text in scored.items()
    }
    found = {(one.fitted, one.scored) for one in find_near_duplicates(copies, scored)}
    assert len(found) >= 0.99 * len(scored)
    assert all(fitted == f"copy of {name}" for fitted, name in found)
    assert 0.2 <= THRESHOLD <= 0.3


def test_a_line_separator_within_a_text_ends_no_row(tmp_path: Path) -> None:
    row = {"id": "a", "headline": "Rates\u2028held", "body": "", "theme": "macro", "sentiment": "neutral"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\r\n\r\n", "utf-8")
    assert [one.id for one in load_rows([tmp_path / "rows.jsonl"], "rows").items] == ["a"]
