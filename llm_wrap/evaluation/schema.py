"""JSON Schema (2020-12) of what a labelled case is, for whoever adds one: a case of the corpus, and a labelled item (a row of
a training file, a reader's correction)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llm_wrap.models import SENTIMENTS

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema(wrap_schema: Mapping[str, Any], themes: Sequence[str]) -> Schema:
    """Of NAME.json beside a wrap. `wrap_schema` is that of the published wrap, of which a truth may leave anything out."""
    labels = _labels(themes)
    item = {
        "source": {"enum": ["digest", "synopsis"], "description": "Where `item` counts."},
        "item": {"type": "integer", "minimum": 0, "description": "0-based place in `source`."},
        **labels,
        "why": {"type": "string", "minLength": 1, "description": "One line: why these labels."},
    }
    optional = {"key_sentence_ok", "secondary_themes", "key_facts", "borderline"}
    return {
        "$schema": _DIALECT,
        "title": "llm_wrap case",
        "description": "What is true of a wrap: NAME.json beside NAME.txt, .md, .html or .eml.",
        **_closed(
            {
                "wrap": {
                    **_relax(wrap_schema),
                    "description": "What must be read out of it; what is left out is not compared.",
                },
                "items": {"type": "array", "items": _closed(item, optional), "description": "The labels of its items."},
                "layout": {"type": "string", "description": "What is particular about its layout."},
                "wrote": {"type": "string", "minLength": 1, "description": "Who or what wrote and labelled it."},
            },
            {"items", "layout"},
        ),
    }


def item_schema(themes: Sequence[str]) -> Schema:
    """Of one line of a .jsonl file that `eval run --data` and `adapter train --data` read."""
    text = {"type": "string"}
    said = {
        "theme": {"type": ["string", "null"]},
        "sentiment": {"type": ["string", "null"]},
        "sentiment_target": {"type": ["string", "null"]},
        "confidence": {"type": ["number", "null"]},
        "status": text,
    }
    provenance = {
        "by": {**text, "description": "Who corrected it, as they call themselves."},
        "at": {**text, "format": "date-time", "description": "When, UTC."},
        "file": {**text, "description": "The wrap's file name."},
        "item": {"type": "integer", "minimum": 1, "description": "The item's number as brief and explain show it."},
        "model": {"type": ["string", "null"], "description": "What had labelled it; null where nothing had."},
        "prompt": {"type": ["string", "null"]},
        "said": {
            **_closed(said, {"sentiment_target"}),
            "type": ["object", "null"],
            "description": "What the model had said.",
        },
        "note": {"type": ["string", "null"], "description": "Why, in the reader's words."},
    }
    properties = {
        "id": {**text, "minLength": 1, "description": "Unique within all files that are read together."},
        "headline": {**text, "description": "May be empty where there is a body."},
        "body": {**text, "description": "Paragraphs joined by a newline; may be empty."},
        **_labels(themes),
        "style": {**text, "description": "Manner of writing; slices of a report."},
        "group": {**text, "description": "What it came with, its wrap say: chance acts on groups."},
        "date": {**text, "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "region": {"enum": ["asia", "europe", "us", "latam", None]},
        "provenance": {**_closed(provenance, {"note"}), "description": "Of a reader's correction."},
    }
    told = _closed(properties, set(properties) - {"id", "headline", "body", "theme", "sentiment"})
    return {"$schema": _DIALECT, "title": "llm_wrap labelled item", **told}


def _labels(themes: Sequence[str]) -> Schema:
    theme: Schema = {"enum": list(themes)}
    sentiment: Schema = {"enum": list(SENTIMENTS)}
    return {
        "theme": {**theme, "description": "By the label guide."},
        "secondary_themes": {"type": "array", "items": theme, "maxItems": 2, "uniqueItems": True},
        "theme_ok": {
            "type": "array", "items": theme, "minItems": 1, "uniqueItems": True,
            "description": "What a careful second reader could also give, the theme itself first.",
        },
        "sentiment": {**sentiment, "description": "Likely direct effect on the target's equities."},
        "sentiment_ok": {
            "type": "array", "items": sentiment, "minItems": 1, "uniqueItems": True,
            "description": "What a careful second reader could also give, the sentiment itself first.",
        },
        "sentiment_target": {"type": ["string", "null"], "description": "Region, sector or company, in words of the item."},
        "key_sentence": {"type": ["integer", "null"], "minimum": 0, "description": "0-based in the body; null: the headline."},
        "key_sentence_ok": {
            "type": "array",
            "items": {"type": ["integer", "null"], "minimum": 0},
            "description": "The choices of all readers, where they differ.",
        },
        "key_facts": {"type": "array", "items": {"type": "string"}, "description": "What a summary must not lose."},
        "borderline": {"type": "boolean", "description": "Whether careful readers could disagree."},
        "why": {"type": "string"},
    }  # fmt: skip


def _closed(properties: Schema, optional: set[str] | frozenset[str] = frozenset()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _relax(schema: Any) -> Any:
    """The schema with nothing required: a truth leaves out what it is not a case of."""
    if isinstance(schema, Mapping):
        return {
            key: _relax(value) for key, value in schema.items() if not (key == "required" and isinstance(value, list))
        }
    return [_relax(part) for part in schema] if isinstance(schema, list) else schema
