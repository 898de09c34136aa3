"""Other people's sets, in their own columns and with their own labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm_wrap.errors import InputError, SettingsError
from llm_wrap.evaluation.fields import make_fields
from llm_wrap.evaluation.items import take_items
from llm_wrap.evaluation.mapping import load_data, read_mapping
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.evaluation.score import join_predictions, score_system
from llm_wrap.labelling.themes import load_themes

ROOT = Path(__file__).parents[2]
MAPPINGS = sorted((ROOT / "evals" / "mappings").glob("*.toml"))
SHARED = ROOT.parent / "shared" / "data"


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_csv_with_columns_of_its_own(tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text('n,title,tone\n1,"Profit up, a lot",positive\n2,Nothing new,neutral\n', "utf-8")
    told = load_data(path, read_mapping("text=title,sentiment=tone,id=n"))
    assert [(one.id, one.item.headline, one.sentiment, one.theme) for one in told.items] == [
        ("1", "Profit up, a lot", "positive", None),
        ("2", "Nothing new", "neutral", None),
    ]
    assert [field.name for field in make_fields(told, load_themes())] == ["sentiment"]


def test_a_toml_maps_labels_leaves_out_what_it_does_not_know_and_cuts_links(tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'name = "Theirs"\nrollup_only = true\nstrip_links = true\n[columns]\ntext = "t"\ntheme = "topic"\n[theme]\n"Oil" = "commodities"\n'
    )
    path = write(
        tmp_path / "d.jsonl", {"t": "Crude up https://x.example/1", "topic": "Oil"}, {"t": "Cats", "topic": "Pets"}
    )
    told = load_data(path, read_mapping(str(mapping)))
    assert [(one.item.headline, one.theme) for one in told.items] == [("Crude up", "commodities")]
    assert [field.name for field in make_fields(told, load_themes())] == ["theme_rollup"]


def test_a_set_that_knows_no_mixed_does_not_hold_it_against_a_model(tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text('sentiments = ["positive", "negative", "neutral"]\n[columns]\ntext = "t"\nsentiment = "s"\n')
    told = load_data(write(tmp_path / "d.jsonl", {"t": "Up and down", "s": "negative"}), read_mapping(str(mapping)))
    spread = {"positive": 0.1, "negative": 0.3, "mixed": 0.55, "neutral": 0.05}
    row = Prediction(id=told.items[0].id, status="labelled", sentiment="mixed", sentiments=spread)
    (field,) = make_fields(told, load_themes())
    assert field.said(row) == "negative"
    assert field.confidence(row) == pytest.approx(0.3 / 0.45)
    assert score_system("m", join_predictions(told, [row]), [field], draws=10).fields["sentiment"].strict.value == 1.0


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_the_mappings_that_come_with_us_are_sound_and_fit_their_set(path):
    mapping = read_mapping(str(path))
    assert set(mapping.values.get("theme", {}).values()) <= set(load_themes().names)
    data = next(iter(sorted(SHARED.glob(f"{path.stem}*.jsonl"))), None)
    if data is None:
        pytest.skip(f"needs the public set {path.stem} beside the checkout")
    told = load_data(data, mapping)
    assert len(told.items) > 2000
    assert not any("http" in one.item.headline for one in told.items)
    assert take_items(told, 50).items == take_items(told, 50).items
    assert len(take_items(told, 50).items) == 50


@pytest.mark.parametrize(
    ("given", "message"),
    [("text", "neither a .toml"), ("txt=a", "no column of ours"), ("nowhere.toml", "cannot read this mapping")],
)
def test_a_mapping_that_cannot_be_read_says_why(given, message):
    with pytest.raises(SettingsError, match=message):
        read_mapping(given)


def test_rows_that_cannot_be_read_are_named(tmp_path):
    path = write(tmp_path / "d.jsonl", {"t": "a", "s": "negative"})
    with pytest.raises(InputError, match=r"d.jsonl:1: there is no column 'text'"):
        load_data(path, read_mapping("text=text,sentiment=s"))
    path.write_text('{"id": "a", "headline": "x", "sentiment": "up"}\n')
    with pytest.raises(InputError, match="the sentiment 'up' is none of"):
        load_data(path, None)
    path.write_text("not json\n")
    with pytest.raises(InputError, match=r"d\.jsonl:1: not a line of JSON"):
        load_data(path, None)
