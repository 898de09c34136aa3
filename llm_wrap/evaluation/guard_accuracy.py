"""How well the guard tells faithful sentences from unfaithful ones, both ways."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from llm_wrap.evaluation.summary_cases import FaithfulSentence, SentenceSet
from llm_wrap.evaluation.summary_mutations import Mutation, MutationGroup, mutate_sentence
from llm_wrap.summary.guard import judge_sentence
from llm_wrap.summary.guard_verdict import Offence


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
    def share(self) -> float | None:
        return (self.made - len(self.misses)) / self.made if self.made else None


@dataclass(slots=True)
class GuardReport:
    """`faithful` and `alarms` by set; `groups` and `kinds` of errors, made in sentences that the guard lets through as they are."""

    faithful: dict[SentenceSet, int] = field(default_factory=dict)
    alarms: dict[SentenceSet, list[Alarm]] = field(default_factory=dict)
    groups: dict[MutationGroup, Recall] = field(default_factory=dict)
    kinds: dict[tuple[MutationGroup, str], Recall] = field(default_factory=dict)


def score_guard(sentences: Iterable[FaithfulSentence], still_true: Collection[str] = ()) -> GuardReport:
    """The report. `still_true` are changed sentences that are no errors after all, found by reading them."""
    report = GuardReport()
    for sentence in sentences:
        report.faithful[sentence.set] = report.faithful.get(sentence.set, 0) + 1
        verdict = judge_sentence(sentence.text, sentence.cited, sentence.item.headline)
        if not verdict.accepted:
            report.alarms.setdefault(sentence.set, []).append(Alarm(sentence, verdict.offences))
            continue
        for mutation in mutate_sentence(sentence.text, sentence.cited):
            if mutation.text in still_true:
                continue
            seen = not judge_sentence(mutation.text, sentence.cited, sentence.item.headline).accepted
            group = report.groups.setdefault(mutation.group, Recall())
            kind = report.kinds.setdefault((mutation.group, mutation.kind), Recall())
            for recall in (group, kind):
                recall.made += 1
                if not seen:
                    recall.misses.append(Miss(sentence, mutation))
    return report
