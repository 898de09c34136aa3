"""TF-IDF with logistic regression, fitted on the training items: what a model of words without their order reaches.

Words and pairs of words, the headline's twice. The strength of the regularisation was chosen by cross-validation within
evals/train; nothing of dev or test decided it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.predictions import Prediction

_STRENGTH = 20.0


def say_tfidf(fitted_on: Sequence[EvalItem], items: Sequence[EvalItem]) -> list[Prediction]:
    """Labels with their probabilities, as a model gives them. Deterministic."""
    themes = _fit([one for one in fitted_on if one.theme], "theme", items)
    sentiments = _fit([one for one in fitted_on if one.sentiment], "sentiment", items)
    rows = []
    for one, theme, sentiment in zip(items, themes, sentiments, strict=True):
        likeliest = max(theme, key=lambda label: theme[label]), max(sentiment, key=lambda label: sentiment[label])
        rows.append(
            Prediction(
                id=one.id,
                status="labelled",
                theme=likeliest[0],
                sentiment=likeliest[1],
                confidence=min(theme[likeliest[0]], sentiment[likeliest[1]]),
                themes=theme,
                sentiments=sentiment,
            )
        )
    return rows


def make_classifier() -> Any:
    """The pipeline, not yet fitted; takes texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, max_features=60_000)
    return make_pipeline(words, LogisticRegression(C=_STRENGTH, solver="newton-cg"))


def item_text(one: EvalItem) -> str:
    return f"{one.item.headline} {one.item.headline} {one.item.body}"


def _fit(fitted_on: Sequence[EvalItem], field: str, items: Sequence[EvalItem]) -> list[dict[str, float]]:
    classifier = make_classifier()
    classifier.fit([item_text(one) for one in fitted_on], [getattr(one, field) for one in fitted_on])
    labels = [str(label) for label in classifier.classes_]
    told = classifier.predict_proba([item_text(one) for one in items])
    return [dict(zip(labels, (float(chance) for chance in row), strict=True)) for row in told]
