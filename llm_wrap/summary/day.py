"""Three to five sentences for the day without asking a model: how the session went, then the summary of the first item of each theme."""

from __future__ import annotations

from collections.abc import Sequence

from llm_wrap.models import Cite, DaySentence, LabelledItem, Summary
from llm_wrap.parsing.sentences import split_sentences

_MOST = 5


def summarise_day(
    synopsis: Sequence[str], labels: Sequence[LabelledItem], summaries: Sequence[Summary]
) -> tuple[DaySentence, ...]:
    """The Synopsis' first sentence, then the items' summaries: the heaviest theme first, one of each theme before a second of any.

    At most five; fewer where the wrap has fewer. No sentence twice.
    """
    chosen: list[DaySentence] = []
    opening = split_sentences(synopsis[0]) if synopsis else ()
    if opening:
        chosen.append(_extract(opening[0], Cite(source="synopsis", item=0, sentence=0)))
    for summary in _by_weight(labels, summaries):
        if len(chosen) == _MOST:
            break
        if summary.cites and summary.text not in {sentence.text for sentence in chosen}:
            chosen.append(DaySentence(text=summary.text, kind=summary.kind, cites=summary.cites))
    if len(chosen) < _MOST and not summaries:
        for number, sentence in enumerate(opening[1:3], 1):
            chosen.append(_extract(sentence, Cite(source="synopsis", item=0, sentence=number)))
    return tuple(chosen)


def rank_items(labels: Sequence[LabelledItem]) -> list[int]:
    """The items' numbers, the heaviest theme first; within a theme in the wrap's own order, which is its order of weight.
    The unlabelled come last."""
    groups: dict[str, list[int]] = {}
    for place, labelled in enumerate(labels):
        groups.setdefault(labelled.label.theme if labelled.label else "", []).append(place)
    heaviest = sorted(groups.items(), key=lambda group: (not group[0], -len(group[1])))  # sort is stable
    return [place for _, group in heaviest for place in group]


def _by_weight(labels: Sequence[LabelledItem], summaries: Sequence[Summary]) -> list[Summary]:
    """Rounds over the themes, heaviest first: one item of each before a second of any."""
    groups: dict[str, list[Summary]] = {}
    for place in rank_items(labels):
        label = labels[place].label
        groups.setdefault(label.theme if label else "", []).append(summaries[place])
    rounds = max((len(group) for group in groups.values()), default=0)
    return [group[turn] for turn in range(rounds) for group in groups.values() if turn < len(group)]


def _extract(text: str, *cites: Cite) -> DaySentence:
    return DaySentence(text=text, kind="extractive", cites=cites)
