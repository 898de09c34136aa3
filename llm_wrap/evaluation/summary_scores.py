"""Summaries of a model over items with labelled key facts: how many hold, how short they are, and what of the item they tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from llm_wrap.models import DigestItem, Summary, SummaryDraft
from llm_wrap.parsing.words import common_words
from llm_wrap.summary.drafts import count_words, judge_draft
from llm_wrap.summary.guard_context import feature, read_passage
from llm_wrap.summary.guard_numbers import matching
from llm_wrap.summary.guard_places import find_places

Outcome = Literal["held", "repaired", "refused", "unwritten"]
_TOLD = 0.5  # share of a fact's words that must be told, beside all of its numbers


@dataclass(frozen=True, slots=True)
class SummaryCase:
    """An item, what the model wrote, what is shown of it, and the item's key facts."""

    item: DigestItem
    draft: SummaryDraft | None
    summary: Summary
    key_facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryScores:
    """Over `items` items.

    Attributes:
        held, repaired, refused, unwritten: what became of the model's sentences; `published` is the first two of all.
        words_out, words_in: of what is shown and of the bodies.
        facts_told, facts: key facts that what is shown tells, of those labelled.
    """

    items: int
    held: int
    repaired: int
    refused: int
    unwritten: int
    words_out: int
    words_in: int
    facts_told: int
    facts: int

    @property
    def published(self) -> float:
        return (self.held + self.repaired) / self.items if self.items else 0.0


def score_summaries(cases: Iterable[SummaryCase]) -> SummaryScores:
    """The scores."""
    listed = list(cases)
    outcomes = [judge_outcome(case) for case in listed]
    return SummaryScores(
        items=len(listed),
        held=outcomes.count("held"),
        repaired=outcomes.count("repaired"),
        refused=outcomes.count("refused"),
        unwritten=outcomes.count("unwritten"),
        words_out=sum(count_words(case.summary.text) for case in listed),
        words_in=sum(count_words(case.item.body or case.item.headline) for case in listed),
        facts_told=sum(tells_fact(case.summary.text, fact) for case in listed for fact in case.key_facts),
        facts=sum(len(case.key_facts) for case in listed),
    )


def judge_outcome(case: SummaryCase) -> Outcome:
    """What became of the model's sentence."""
    if case.draft is None:
        return "unwritten"
    if case.summary.kind == "extractive":
        return "refused"
    return "held" if judge_draft(case.draft, case.item).accepted else "repaired"


def tells_fact(text: str, fact: str) -> bool:
    """Whether `text` has every number of `fact` and half of its other words.

    >>> tells_fact("Duties rise to 21% from 15% on Asian goods.", "rate on Asian exports 21% from 15%")
    True
    """
    common = common_words()
    told, asked = read_passage(text, common), read_passage(fact, common)
    places = find_places(told)
    if not all(matching(place, places) for place in find_places(asked)):
        return False
    said = _features(told.tokens)
    words = _features([token for token in asked.tokens if not token.quantities])
    return not words or len(words & said) >= _TOLD * len(words)


def _features(tokens: Sequence[object]) -> frozenset[str]:
    return frozenset(said for token in tokens if (said := feature(token)) is not None)  # type: ignore[arg-type]
