"""Three to five sentences for the day, taken from the wrap: how the session went, then the key sentence of each theme."""

from __future__ import annotations

from collections.abc import Sequence

from llm_wrap.models import Cite, DaySentence, LabelledItem, Summary
from llm_wrap.parsing.sentences import split_sentences

_MOST = 5


def summarise_day(
    synopsis: Sequence[str], labels: Sequence[LabelledItem], summaries: Sequence[Summary]
) -> tuple[DaySentence, ...]:
    """The Synopsis' first sentence, then key sentences: the heaviest theme first, one of each theme before a second of any.

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
            chosen.append(_extract(summary.text, *summary.cites))
    if len(chosen) < _MOST and not summaries:
        for number, sentence in enumerate(opening[1:3], 1):
            chosen.append(_extract(sentence, Cite(source="synopsis", item=0, sentence=number)))
    return tuple(chosen)


def _by_weight(labels: Sequence[LabelledItem], summaries: Sequence[Summary]) -> list[Summary]:
    """Rounds over the themes, heaviest first; within a theme in the wrap's own order, which is its order of weight."""
    groups: dict[str, list[Summary]] = {}
    for labelled, summary in zip(labels, summaries, strict=True):
        groups.setdefault(labelled.label.theme if labelled.label else "", []).append(summary)
    heaviest = sorted(
        groups.items(), key=lambda group: (not group[0], -len(group[1]))
    )  # the unlabelled last; sort is stable
    rounds = max((len(group) for _, group in heaviest), default=0)
    return [group[turn] for turn in range(rounds) for _, group in heaviest if turn < len(group)]


def _extract(text: str, *cites: Cite) -> DaySentence:
    return DaySentence(text=text, kind="extractive", cites=cites)
