"""What is scored: the theme on the roll-up, the theme on the nine, and the sentiment, each as labels, truth and answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from llm_wrap.evaluation.items import EvalItem, EvalSet
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.labelling.confidence import most_likely
from llm_wrap.labelling.themes import ThemeSet

FieldName = Literal["theme_rollup", "theme", "sentiment"]
TITLES: Mapping[str, str] = {
    "theme_rollup": "theme, rolled up",
    "theme": "theme, the nine",
    "sentiment": "sentiment",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is scored.

    Attributes:
        labels: those that a truth can have, in the order of tables.
        merge: from the model's labels to these; labels that are not in it can not be said here.
    """

    name: FieldName
    labels: tuple[str, ...]
    merge: Mapping[str, str]

    @property
    def title(self) -> str:
        return TITLES[self.name]

    def truth(self, one: EvalItem) -> str | None:
        """The item's true label; None where it is no case of this."""
        label = one.sentiment if self.name == "sentiment" else one.theme
        return None if label is None else self.merge.get(label)

    def accepted(self, one: EvalItem) -> frozenset[str]:
        """The labels that a careful second reader could give, the true one among them."""
        labels = one.sentiment_ok if self.name == "sentiment" else one.theme_ok
        return frozenset(self.merge[label] for label in labels if label in self.merge)

    def said(self, row: Prediction) -> str | None:
        """The model's label; the likeliest that can be said here where probabilities are there; None if unlabelled."""
        label = row.sentiment if self.name == "sentiment" else row.theme
        if label is None:
            return None
        if label in self.merge:
            return self.merge[label]
        chances = self.chances(row)
        return most_likely(chances)[0] if chances else None

    def chances(self, row: Prediction) -> dict[str, float] | None:
        """The probability of each label here, summing to 1; None where the model gave none."""
        given = row.sentiments if self.name == "sentiment" else row.themes
        if not given:
            return None
        merged = dict.fromkeys(self.labels, 0.0)
        for label, chance in given.items():
            if label in self.merge:
                merged[self.merge[label]] += chance
        total = sum(merged.values())
        return {label: chance / total for label, chance in merged.items()} if total > 0 else None

    def confidence(self, row: Prediction) -> float | None:
        """How sure the model is of the label that it said here."""
        chances, said = self.chances(row), self.said(row)
        return chances[said] if chances and said else None


def make_fields(evals: EvalSet, themes: ThemeSet) -> tuple[Field, ...]:
    """The fields that the set has truths for."""
    rollup = {theme.name: theme.rollup for theme in themes.themes}
    fields = (
        Field("theme_rollup", tuple(dict.fromkeys(rollup.values())), rollup),
        Field("theme", themes.names, {name: name for name in themes.names}),
        Field("sentiment", evals.sentiments, {name: name for name in evals.sentiments}),
    )
    return tuple(
        field
        for field in fields
        if not (field.name == "theme" and evals.rollup_only)
        and any(field.truth(one) is not None for one in evals.items)
    )
