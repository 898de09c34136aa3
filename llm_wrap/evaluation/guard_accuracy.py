"""How well the guard tells faithful sentences from unfaithful ones, both ways, on two paths.

cited   a sentence is held against the sentences that its writer cited, and errors are made of their words
item    as in a brief: sentences of the item that bear it out are cited as well (`find_cites`), and errors are made of the
        words of the whole item, so that a number or a name may be put in from a sentence that nobody cited
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from llm_wrap.evaluation.summary_cases import FaithfulSentence, SentenceSet
from llm_wrap.evaluation.summary_mutations import Mutation, MutationGroup, mutate_sentence
from llm_wrap.summary.drafts import find_cites
from llm_wrap.summary.guard import find_offences
from llm_wrap.summary.guard_verdict import Offence

GuardPath = Literal["cited", "item"]
Role = Literal["tuned", "held"]  # whether the guard was tuned on a sentence's set

# Sets on which nothing was tuned; see evals/summaries/README.md.
HELD_OUT: frozenset[SentenceSet] = frozenset(name for name in get_args(SentenceSet) if name.startswith("held"))


@dataclass(frozen=True, slots=True)
class Alarm:
    """A faithful sentence that the guard would not let through."""

    sentence: FaithfulSentence
    offences: tuple[Offence, ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """An error that the guard did not see."""

    sentence: FaithfulSentence
    mutation: Mutation


@dataclass(slots=True)
class Recall:
    """Errors of one group or kind: how many were made, and which were not seen."""

    made: int = 0
    misses: list[Miss] = field(default_factory=list)

    @property
    def seen(self) -> int:
        return self.made - len(self.misses)


@dataclass(slots=True)
class GuardReport:
    """`faithful` and `alarms` by set; `recalls` of errors by group, made in sentences that the guard lets through as they are."""

    faithful: dict[SentenceSet, int] = field(default_factory=dict)
    alarms: dict[SentenceSet, list[Alarm]] = field(default_factory=dict)
    recalls: dict[tuple[Role, MutationGroup], Recall] = field(default_factory=dict)


def score_guard(
    sentences: Iterable[FaithfulSentence], still_true: Collection[str] = (), path: GuardPath = "cited"
) -> GuardReport:
    """The report. `still_true` are changed sentences that are no errors after all, found by reading them."""
    report = GuardReport()
    judge = _PATHS[path]
    for sentence in sentences:
        report.faithful[sentence.set] = report.faithful.get(sentence.set, 0) + 1
        offences = tuple(judge(sentence, sentence.text))
        if offences:
            report.alarms.setdefault(sentence.set, []).append(Alarm(sentence, offences))
            continue
        role: Role = "held" if sentence.set in HELD_OUT else "tuned"
        for mutation in _mutate(sentence, path):
            if mutation.text in still_true:
                continue
            recall = report.recalls.setdefault((role, mutation.group), Recall())
            recall.made += 1
            if next(judge(sentence, mutation.text), None) is None:
                recall.misses.append(Miss(sentence, mutation))
    return report


def _mutate(sentence: FaithfulSentence, path: GuardPath) -> Iterator[Mutation]:
    return mutate_sentence(sentence.text, sentence.cited if path == "cited" else sentence.item.sentences)


def _judge_cited(sentence: FaithfulSentence, text: str) -> Iterator[Offence]:
    return find_offences(text, sentence.cited, sentence.item.headline, sentence.item.sentences)


def _judge_item(sentence: FaithfulSentence, text: str) -> Iterator[Offence]:
    item = sentence.item
    cited = [item.sentences[number] for number in find_cites(text, sentence.cites, item)]
    return find_offences(text, cited, item.headline, item.sentences)


_PATHS: dict[GuardPath, Callable[[FaithfulSentence, str], Iterator[Offence]]] = {
    "cited": _judge_cited,
    "item": _judge_item,
}
