"""The commonest labels of the training items, whatever the text: what an accuracy is worth when it knows nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.predictions import Prediction


def say_majority(fitted_on: Sequence[EvalItem], items: Sequence[EvalItem]) -> list[Prediction]:
    """The commonest theme and sentiment of `fitted_on`, for each of `items`."""
    theme = _commonest([one.theme for one in fitted_on])
    sentiment = _commonest([one.sentiment for one in fitted_on])
    return [Prediction(id=one.id, status="labelled", theme=theme, sentiment=sentiment) for one in items]


def _commonest(labels: Iterable[str | None]) -> str | None:
    """The first by name of equals; None where there is no label."""
    counts = Counter(sorted(label for label in labels if label))
    return counts.most_common(1)[0][0] if counts else None
