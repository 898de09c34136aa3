"""`llm-wrap eval summaries`: what the guard lets through and what it stops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llm_wrap.evaluation.cases import load_cases
from llm_wrap.evaluation.guard_accuracy import GuardReport, score_guard
from llm_wrap.evaluation.summary_cases import SentenceSet, load_faithful, read_training_items
from llm_wrap.models import DigestItem
from llm_wrap.parsing import parse_wrap
from llm_wrap.sources import read_wrap_text

_SETS: tuple[tuple[SentenceSet, str], ...] = (
    ("tune", "that the guard was tuned on"),
    ("held", "that it was not"),
    ("second", "of a second look"),
)
_GROUPS = {
    "numbers": "numbers, units, currencies, scales, signs, dates, tickers",
    "swaps": "numbers and names swapped inside the source",
    "polarity": "directions turned, a 'not' more or less",
    "hedges": "hedges left out",
}
_SHOWN = 12


def run_eval_guard(folder: Path, corpus: Path, train: Path, *, verbose: bool) -> int:
    """Prints both tables; 1 where an error of numbers, units, tickers or dates was let through."""
    report = score_faithful(folder, corpus, train)
    for name, about in _SETS:
        total = report.faithful.get(name, 0)
        if total:
            alarms = len(report.alarms.get(name, []))
            print(f"false alarms on faithful sentences {about:<28} {alarms:>5} of {total:<6} {alarms / total:.1%}")
    for group, about in _GROUPS.items():
        recall = next((found for key, found in report.groups.items() if key == group), None)
        if recall is not None and recall.share is not None:
            seen = recall.made - len(recall.misses)
            print(f"errors seen: {about:<57} {seen:>5} of {recall.made:<6} {recall.share:.1%}")
            for (of, kind), part in sorted(report.kinds.items()):
                if of == group and part.share is not None and len(report.kinds) > 1:
                    print(f"    {kind:<20} {part.made - len(part.misses):>5} of {part.made:<6} {part.share:.1%}")
    if verbose:
        _print_failures(report)
    numbers = report.groups.get("numbers")
    return 0 if numbers is not None and not numbers.misses else 1


def score_faithful(folder: Path, corpus: Path, train: Path) -> GuardReport:
    """The guard's report on the sentences of `folder`."""
    items = dict(load_items(corpus, train))
    still_true = folder / "still_true.txt"
    lines = still_true.read_text(encoding="utf-8").splitlines() if still_true.is_file() else []
    return score_guard(load_faithful(folder, items), frozenset(lines))


def load_items(corpus: Path, train: Path) -> Iterator[tuple[str, DigestItem]]:
    """The items of evals/train by id, and the digest items of the corpus before 2026 as CASE#NUMBER."""
    yield from read_training_items(sorted(train.glob("*.jsonl")))
    for case in load_cases(corpus):
        if case.split != "test":
            digest = parse_wrap(read_wrap_text(str(case.path)).text).wrap.digest
            yield from ((f"{case.name}#{number}", item) for number, item in enumerate(digest))


def _print_failures(report: GuardReport) -> None:
    for name, _ in _SETS:
        if name != "held":  # whoever reads these cannot tune on them any more
            for alarm in report.alarms.get(name, []):
                print(f"alarm {alarm.sentence.id}: {alarm.sentence.text}")
                print("      " + "; ".join(str(offence) for offence in alarm.offences))
    for group, recall in report.groups.items():
        for miss in [one for one in recall.misses if one.sentence.set != "held"][:_SHOWN]:
            print(f"missed {group}: {miss.mutation.changed}: {miss.mutation.text}")
