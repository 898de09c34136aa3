"""Invented items in wraps, and predictions about them, for the tests of the harness."""

from __future__ import annotations

import random
from pathlib import Path

from llm_wrap.evaluation.fields import make_fields
from llm_wrap.evaluation.items import EvalItem, EvalSet
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.evaluation.score import Answered
from llm_wrap.labelling.themes import load_themes
from llm_wrap.parsing.sentences import make_item

ROOT = Path(__file__).parents[2]
THEMES = load_themes()
SENTIMENTS = ("positive", "negative", "mixed", "neutral")


def make_set(wraps: int = 12, items: int = 5) -> EvalSet:
    """`wraps` wraps of `items` items each; every label occurs."""
    told = []
    for number in range(wraps * items):
        wrap, place = divmod(number, items)
        theme, sentiment = THEMES.names[number % 9], SENTIMENTS[number % 4]
        told.append(
            EvalItem(
                id=f"2025-08-{wrap + 1:02d}-asia-recap:digest:{place}",
                group=f"2025-08-{wrap + 1:02d}-asia-recap",
                item=make_item(f"Headline {number}", f"Sentence one of {number}. Sentence two."),
                theme=theme,
                theme_ok=(theme,),
                sentiment=sentiment,
                sentiment_ok=(sentiment, "mixed"),
                date=f"2025-08-{wrap + 1:02d}",
                region=("asia", "europe")[wrap % 2],
                borderline=number % 3 == 0,
            )
        )
    return EvalSet(name="a set", items=tuple(told))


def say(evals: EvalSet, right: float, seed: int = 1) -> list[Prediction]:
    """Predictions that are right with probability `right`, and say so."""
    chance = random.Random(seed)
    rows = []
    for one in evals.items:
        theme = one.theme if chance.random() < right else chance.choice(THEMES.names)
        sentiment = one.sentiment if chance.random() < right else chance.choice(SENTIMENTS)
        rows.append(
            Prediction(
                id=one.id,
                status="labelled",
                theme=theme,
                sentiment=sentiment,
                confidence=right,
                confidence_source="logprob",
                themes=spread(theme, THEMES.names, right),
                sentiments=spread(sentiment, SENTIMENTS, right),
                evidence=({"text": one.item.headline, "start": 0, "end": len(one.item.headline)},),
                attempts=1,
                seconds=1.0,
            )
        )
    return rows


def spread(label, labels, share):
    rest = (1 - share) / (len(labels) - 1)
    return {name: share if name == label else rest for name in labels}


def answer(evals: EvalSet, rows: list[Prediction]) -> list[Answered]:
    return [Answered(one, row) for one, row in zip(evals.items, rows, strict=True)]


def fields_of(evals: EvalSet):
    return make_fields(evals, THEMES)
