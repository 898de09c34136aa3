"""The commonest labels of the training items, whatever the text: what an accuracy is worth when it knows nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.predictions import Prediction


def say_majority(fitted_on: Sequence[EvalItem], items: Sequence[EvalItem]) -> list[Prediction]:
    """The commonest theme and sentiment of `fitted_on`, with their shares as probabilities, for each of `items`."""
    themes = _shares([one.theme for one in fitted_on if one.theme])
    sentiments = _shares([one.sentiment for one in fitted_on if one.sentiment])
    theme, sentiment = (
        max(themes, key=lambda label: themes[label]),
        max(sentiments, key=lambda label: sentiments[label]),
    )
    return [
        Prediction(
            id=one.id,
            status="labelled",
            theme=theme,
            sentiment=sentiment,
            confidence=min(themes[theme], sentiments[sentiment]),
            themes=themes,
            sentiments=sentiments,
        )
        for one in items
    ]


def _shares(labels: Sequence[str]) -> dict[str, float]:
    return {label: count / len(labels) for label, count in sorted(Counter(labels).items())}
