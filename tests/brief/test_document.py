from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from llm_wrap.brief.document import document_schema, render_json, to_document, wrap_document
from llm_wrap.models import Brief, MarketWrap, ParseResult
from tests.brief.planting import PAYLOADS, plant
from tests.brief.samples import make_brief, make_long_brief, make_unlabelled_brief

_SCHEMA = document_schema()
_VALIDATOR = jsonschema.Draft202012Validator(_SCHEMA)


def _printed(brief: Brief) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_json(to_document(brief)))
    return document


@pytest.mark.parametrize("make", [make_brief, make_long_brief, make_unlabelled_brief, lambda: Brief(wrap=MarketWrap())])
def test_the_schema_validates_what_is_printed(make: Any) -> None:
    _VALIDATOR.validate(_printed(make()))


def test_the_document_of_parse_is_valid_too(brief: Brief) -> None:
    document = json.loads(render_json(wrap_document(ParseResult(wrap=brief.wrap, issues=brief.issues))))
    _VALIDATOR.validate(document)
    assert list(document) == ["schema_version", "wrap"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("wrap", "markets", 0, "level"), 44768.12),
        (("wrap", "markets", 0, "level"), "1e5"),
        (("wrap", "session_date"), "12 Sep 2025"),
        (("wrap", "more"), 1),
        (("labels", 0, "sentiment"), "bullish"),
        (("labels", 0, "theme"), None),
        (("labels", 6, "sentiment"), "neutral"),
        (("labels", 6, "reason"), None),
        (("labels", 0, "confidence"), 1.2),
        (("schema_version",), 2),
    ],
)
def test_the_schema_refuses_what_is_wrong(brief: Brief, path: tuple[Any, ...], value: object) -> None:
    document = _printed(brief)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not _VALIDATOR.is_valid(document)


def test_a_brief_with_a_part_left_out_is_refused(brief: Brief) -> None:
    document = _printed(brief)
    del document["usage"]
    assert not _VALIDATOR.is_valid(document)


def test_every_property_is_described() -> None:
    bare = []

    def walk(schema: object, path: str) -> None:
        if isinstance(schema, dict):
            for name, part in schema.get("properties", {}).items() if "required" in schema else ():
                if not part.get("description"):
                    bare.append(f"{path}.{name}")
            for name, part in schema.items():
                walk(part, f"{path}.{name}")

    walk(_SCHEMA, "")
    assert bare == []
    assert jsonschema.Draft202012Validator.check_schema(_SCHEMA) is None


def test_names_are_those_of_the_published_document(brief: Brief) -> None:
    document = _printed(brief)
    assert list(document)[:8] == ["schema_version", "wrap", "labels", "summaries", "day", "reading", "usage", "model"]
    assert document["wrap"]["digest"][0].keys() == {"headline", "body", "sentences", "line", "tickers", "sources"}
    assert document["wrap"]["issues"][0].keys() == {"line", "kind", "message", "text"}
    assert document["reading"].keys() == {
        "tape",
        "exposure",
        "calendar",
        "expectations",
        "attribution",
        "currencies",
        "watchlist",
        "ledger",
    }
    assert document["reading"]["watchlist"][-1] == {
        "name": "Nobody Holdings",
        "matched": [],
        "change_pct": None,
        "places": [],
        "near": [],
    }
    row = document["wrap"]["currencies"][0]
    assert row == {"pair": "$-¥", "change": "-0.48", "change_pct": "-0.31", "level": "154.6150", "line": 44}
    assert document["wrap"]["markets"][3]["change"] == "-0.00"
    assert document["wrap"]["session_date"] == "2025-11-18"


def test_an_unlabelled_item_has_no_theme_and_no_sentiment(brief: Brief) -> None:
    label = _printed(brief)["labels"][6]
    assert (label["status"], label["reason"], label["theme"], label["sentiment"]) == (
        "unlabelled",
        "timeout",
        None,
        None,
    )


def test_evidence_offsets_count_in_headline_newline_body(brief: Brief) -> None:
    document = _printed(brief)
    for label in document["labels"][:6]:
        item = document["wrap"]["digest"][label["item"]]
        for piece in label["evidence"]:
            assert (item["headline"] + "\n" + item["body"])[piece["start"] : piece["end"]] == piece["text"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_any_text_comes_back_as_it_was_and_acts_on_no_terminal(brief: Brief, payload: str) -> None:
    text = render_json(to_document(plant(brief, payload)))
    assert not set(text) & set("\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\ufeff\ud800\u2028\x85")
    document = json.loads(text)
    assert document["wrap"]["title"] == payload
    assert document["wrap"]["tables"][0]["rows"][0]["name"] == payload
    _VALIDATOR.validate(document)


def test_cost_unknown_is_null(brief: Brief) -> None:
    document = _printed(replace(brief, usage=replace(brief.usage, cost_usd=None)))
    assert document["usage"]["cost_usd"] is None
    _VALIDATOR.validate(document)
