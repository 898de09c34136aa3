"""A reader's correction of a label, as a labelled item with its provenance. Pure; its file is a case for training and scoring."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.models import SENTIMENTS, DigestItem, LabelledItem, MarketWrap

STYLE = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a reader says an item is.

    Attributes:
        theme, sentiment: None leaves the model's label, which must be there then.
        at: UTC, ISO 8601.
        number: of the item in its wrap, from 1.
    """

    theme: str | None
    sentiment: str | None
    secondary_themes: tuple[str, ...]
    target: str | None
    by: str
    at: str
    file: str
    number: int
    note: str | None = None


def make_correction(
    told: Correction, wrap: MarketWrap, item: DigestItem, labelled: LabelledItem | None, themes: Sequence[str]
) -> dict[str, Any]:
    """The row, as `schema --item` describes it. InputError where a label is none, or neither side says one."""
    label = labelled.label if labelled else None
    theme = told.theme or (label.theme if label else None)
    sentiment = told.sentiment or (label.sentiment if label else None)
    secondary = told.secondary_themes or (label.secondary_themes if label and not told.theme else ())
    for name, option in ((theme, "--theme"), (sentiment, "--sentiment")):
        if name is None:
            raise InputError(f"the model has not labelled this item, so {option} must be given")
    unknown = {str(theme), *secondary} - set(themes)
    if unknown:
        raise InputError(f"{min(unknown)!r} is no theme; they are {', '.join(themes)}")
    if sentiment not in SENTIMENTS:
        raise InputError(f"{sentiment!r} is no sentiment; they are {', '.join(SENTIMENTS)}")
    row = {
        "id": correction_id(item),
        "headline": item.headline,
        "body": item.body,
        "theme": theme,
        "secondary_themes": [name for name in secondary if name != theme],
        "theme_ok": [theme],
        "sentiment": sentiment,
        "sentiment_ok": [sentiment],
        "sentiment_target": told.target or (label.sentiment_target if label else None),
        "key_sentence": _key_sentence(item, labelled),
        "borderline": False,
        "style": STYLE,
        "provenance": {
            "by": told.by,
            "at": told.at,
            "file": told.file,
            "item": told.number,
            "model": labelled.provenance.model if labelled else None,
            "prompt": (labelled.provenance.prompt or None) if labelled else None,
            "said": _said(labelled) if labelled else None,
            "note": told.note,
        },
    }
    place: Mapping[str, Any] = {
        "group": f"{told.file}",
        "date": wrap.session_date.isoformat() if wrap.session_date else None,
        "region": wrap.region,
    }
    return {**row, **{key: value for key, value in place.items() if value is not None}}


def correction_id(item: DigestItem) -> str:
    """The same for the same text: who corrects an item again replaces what they said before."""
    return f"correction-{hashlib.sha256(item.text.encode('utf-8')).hexdigest()[:16]}"


def _said(labelled: LabelledItem) -> dict[str, Any]:
    label = labelled.label
    return {
        "theme": label.theme if label else None,
        "sentiment": label.sentiment if label else None,
        "sentiment_target": label.sentiment_target if label else None,
        "confidence": label.confidence if label else None,
        "status": labelled.status,
    }


def _key_sentence(item: DigestItem, labelled: LabelledItem | None) -> int | None:
    """The sentence that the model's evidence stands in, counted from 0; the first one where nobody says."""
    label = labelled.label if labelled else None
    for part in label.evidence if label else ():
        for number, sentence in enumerate(item.sentences):
            if part.text in sentence:
                return number
    return 0 if item.sentences else None
