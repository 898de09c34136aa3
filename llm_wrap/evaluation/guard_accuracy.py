"""How well the guard tells faithful sentences from unfaithful ones, both ways, on two paths.

cited   a sentence is held against the sentences that its writer cited, and errors are made of their words
item    as in a brief: sentences of the item that bear it out are cited as well (`find_cites`), and errors are made of the
        words of the whole item, so that a number or a name may be put in from a sentence that nobody cited
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from llm_wrap.evaluation.summary_cases import FaithfulSentence, SentenceSet
from llm_wrap.evaluation.summary_mutations import Mutation, MutationGroup, mutate_sentence
from llm_wrap.summary.drafts import find_cites
from llm_wrap.summary.guard import find_offences
from llm_wrap.summary.guard_verdict import Offence, OffenceKind

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
    """`faithful` and `alarms` by set; `recalls` of errors by group, made in sentences that the guard lets through as they are.

    `found`: of each error that was seen, what kinds of offences it had; only of a thorough score.
    """

    faithful: dict[SentenceSet, int] = field(default_factory=dict)
    alarms: dict[SentenceSet, list[Alarm]] = field(default_factory=dict)
    recalls: dict[tuple[Role, MutationGroup], Recall] = field(default_factory=dict)
    found: Counter[tuple[Role, frozenset[OffenceKind]]] = field(default_factory=Counter)


def score_guard(
    sentences: Iterable[FaithfulSentence],
    still_true: Collection[str] = (),
    path: GuardPath = "cited",
    *,
    thorough: bool = False,
) -> GuardReport:
    """The report. `still_true` are changed sentences that are no errors after all, found by reading them.

    With `thorough`, all that is wrong with an error is asked for, as `price_checks` needs it, and not only whether something is.
    """
    report = GuardReport()
    judge = _PATHS[path]
    for sentence in sentences:
        report.faithful[sentence.set] = report.faithful.get(sentence.set, 0) + 1
        offences = tuple(judge(sentence, sentence.text))
        if offences:
            report.alarms.setdefault(sentence.set, []).append(Alarm(sentence, offences))
            continue
        role = _role_of(sentence.set)
        for mutation in _mutate(sentence, path):
            if mutation.text in still_true:
                continue
            recall = report.recalls.setdefault((role, mutation.group), Recall())
            recall.made += 1
            found = judge(sentence, mutation.text)
            first = next(found, None)
            if first is None:
                recall.misses.append(Miss(sentence, mutation))
            elif thorough:
                report.found[role, frozenset(one.kind for one in (first, *found))] += 1
    return report


def _role_of(name: SentenceSet) -> Role:
    return "held" if name in HELD_OUT else "tuned"


class Price(NamedTuple):
    """What a check brings and what it costs: errors that it sees, and false alarms that it raises."""

    errors: int
    alarms: int


# The checks by the kinds of their offences.
CHECKS: dict[str, frozenset[OffenceKind]] = {
    "numbers": frozenset({"number", "unit", "currency", "scale", "sign", "date", "ticker"}),
    "names": frozenset({"name"}),
    "places": frozenset({"swapped"}),
    "directions": frozenset({"direction"}),
    "denials": frozenset({"negation"}),
    "hedges": frozenset({"hedge"}),
}


def price_checks(report: GuardReport, role: Role) -> dict[str, Price]:
    """Of a thorough report, by check, what only this one sees and raises; "several": what two or more do."""
    alarms = Counter(
        frozenset(offence.kind for offence in alarm.offences)
        for name, found in report.alarms.items()
        for alarm in found
        if _role_of(name) == role
    )
    errors = Counter({kinds: count for (one, kinds), count in report.found.items() if one == role})
    prices = {
        check: Price(*(sum(count for kinds, count in counts.items() if kinds <= own) for counts in (errors, alarms)))
        for check, own in CHECKS.items()
    }
    alone = prices.values()
    several = Price(
        errors.total() - sum(one.errors for one in alone), alarms.total() - sum(one.alarms for one in alone)
    )
    return {**prices, "several": several}


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
