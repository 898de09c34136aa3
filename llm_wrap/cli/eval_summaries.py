"""`llm-wrap eval summaries`: what the guard lets through and what it stops."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from llm_wrap.cache import open_cache
from llm_wrap.config import Settings
from llm_wrap.desk import label_wrap
from llm_wrap.evaluation.cases import Split, load_cases
from llm_wrap.evaluation.guard_accuracy import (
    HELD_OUT,
    GuardPath,
    GuardReport,
    Recall,
    Role,
    price_checks,
    score_guard,
)
from llm_wrap.evaluation.items import EvalItem, load_corpus_items, load_rows
from llm_wrap.evaluation.key_sentences import KeySentences, score_key_sentences
from llm_wrap.evaluation.predictions import read_predictions
from llm_wrap.evaluation.summary_cases import SentenceSet, load_faithful, read_training_items
from llm_wrap.evaluation.summary_mutations import MutationGroup
from llm_wrap.evaluation.summary_scores import SummaryCase, score_summaries
from llm_wrap.labelling.themes import load_themes
from llm_wrap.models import DigestItem
from llm_wrap.parsing import parse_wrap
from llm_wrap.reporter import Reporter
from llm_wrap.sources import read_wrap_text
from llm_wrap.summary.drafts import judge_draft

_SETS: tuple[tuple[SentenceSet, str], ...] = (
    ("tune", "tuned on"),
    ("second", "tuned on, second look"),
    ("prompted", "tuned on, by the prompt"),
    ("held", "held out"),
    ("held-2", "held out, other items"),
    ("held-3", "held out, by another hand"),
    ("held-4", "held out, the freest"),
    ("held-5", "held out, the last"),
    ("held-6", "held out, by the prompt"),
)
_ROLES: tuple[tuple[Role, str], ...] = (("tuned", "tuned on"), ("held", "held out"))
_GROUPS: tuple[tuple[MutationGroup, str], ...] = (
    ("numbers", "numbers, units, currencies, scales, signs, dates, tickers"),
    ("swaps", "numbers and names swapped inside the source"),
    ("polarity", "directions turned, a 'not' more or less"),
    ("hedges", "hedges left out"),
)
_PATHS: tuple[tuple[GuardPath, str], ...] = (("cited", "as cited"), ("item", "as in a brief"))
_CHECKS = {
    "numbers": "numbers: value, unit, scale, currency, sign, date, ticker",
    "names": "names that are not there",
    "places": "names and numbers at the place of another (weighed)",
    "directions": "directions, of words and of what numbers come to",
    "denials": "denials",
    "hedges": "hedges",
    "several": "two or more of these at once",
}
_SHOWN = 12


def run_eval_guard(folder: Path, corpus: Path, train: Path, *, verbose: bool) -> int:
    """Prints false alarms and errors seen on both paths; 1 where an error of numbers, units, tickers or dates was let through."""
    reports = [score_faithful(folder, corpus, train, path) for path, _ in _PATHS]
    _print_row("", [about for _, about in _PATHS])
    for name, about in _SETS:
        shares = [(len(report.alarms.get(name, [])), report.faithful.get(name, 0)) for report in reports]
        if not any(total for _, total in shares):
            continue
        _print_row(f"false alarms on faithful sentences, {about}", map(_write_share, shares))
    for role, about in _ROLES:
        print(f"errors seen in sentences {about}")
        for group, errors in _GROUPS:
            recalls = [report.recalls.get((role, group), Recall()) for report in reports]
            _print_row(f"    {errors}", [_write_share((one.seen, one.made)) for one in recalls])
    if verbose:
        for (_, about), report in zip(_PATHS, reports, strict=True):
            _print_failures(report, about)
    missed = any(report.recalls.get((role, "numbers"), Recall()).misses for report in reports for role, _ in _ROLES)
    return int(missed or not all(report.recalls for report in reports))


def run_eval_checks(folder: Path, corpus: Path, train: Path, *, verbose: bool) -> int:
    """Prints, by check, the errors that only it finds and the false alarms that only it raises, as cited."""
    report = score_faithful(folder, corpus, train, "cited", thorough=True)
    prices = {role: price_checks(report, role) for role, _ in _ROLES}
    _print_row("as cited: errors found / false alarms raised, by this check only", [about for _, about in _ROLES])
    for check, about in _CHECKS.items():
        _print_row(f"    {about}", [_write_price(*prices[role][check]) for role, _ in _ROLES])
    totals = [(sum(column) for column in zip(*prices[role].values(), strict=True)) for role, _ in _ROLES]
    _print_row("all", [_write_price(*total) for total in totals])
    if verbose:
        _print_failures(report, "as cited")
    return 0


def _write_price(errors: int, alarms: int) -> str:
    return f"{errors:,} / {alarms:,}"


def _print_row(about: str, cells: Iterable[str]) -> None:
    print(f"{about:<64}" + "".join(f"{cell:>24}" for cell in cells))


def _write_share(share: tuple[int, int]) -> str:
    part, total = share
    return f"{part:,} of {total:,}  {part / total:6.1%}" if total else "none"


def score_faithful(folder: Path, corpus: Path, train: Path, path: GuardPath, *, thorough: bool = False) -> GuardReport:
    """The guard's report on the sentences of `folder`."""
    items = dict(load_items(corpus, train))
    return score_guard(load_faithful(folder, items), read_still_true(folder), path, thorough=thorough)


def read_still_true(folder: Path) -> frozenset[str]:
    """Changed sentences of `folder` that are no errors."""
    path = folder / "still_true.txt"
    return frozenset(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else frozenset()


def load_items(corpus: Path, train: Path) -> Iterator[tuple[str, DigestItem]]:
    """The items of evals/train by id, and the digest items of the corpus before 2026 as CASE#NUMBER."""
    yield from read_training_items(sorted(train.glob("*.jsonl")))
    for case in load_cases(corpus):
        if case.split != "test":
            digest = parse_wrap(read_wrap_text(str(case.path)).text).wrap.digest
            yield from ((f"{case.name}#{number}", item) for number, item in enumerate(digest))


def _print_failures(report: GuardReport, path: str) -> None:
    """What failed among the sentences that may be tuned on: whoever reads the others cannot hold them out any more."""
    for name, _ in _SETS:
        for alarm in report.alarms.get(name, []) if name not in HELD_OUT else []:
            print(f"alarm {path} {alarm.sentence.id}: {alarm.sentence.text}")
            print("      " + "; ".join(str(offence) for offence in alarm.offences))
    for (role, group), recall in report.recalls.items():
        for miss in recall.misses[:_SHOWN] if role == "tuned" else []:
            print(f"missed {group} {path}: {miss.mutation.changed}: {miss.mutation.text}")


def run_eval_publish(
    corpus: Path, split: Split, limit: int, settings: Settings, environment: Mapping[str, str], *, verbose: bool
) -> int:
    """Has a model summarise `limit` digest items of a split and prints what became of its sentences."""
    chosen = sorted(_load_facts(corpus, split), key=lambda one: hashlib.sha256(one[0].encode()).hexdigest())[:limit]
    items = tuple(item for _, item, _ in chosen)
    with open_cache(settings.cache_dir if settings.cache else None) as cache:
        run = label_wrap(
            "digest", items, load_themes(settings.themes), settings, environment, cache, Reporter(), with_day=False
        )
    cases = [
        SummaryCase(item, labelled.draft, summary, facts)
        for (_, item, facts), labelled, summary in zip(chosen, run.labels, run.summaries, strict=True)
    ]
    scores = score_summaries(cases)
    print(f"summaries of {scores.items} {split} items by {run.model}")
    print(
        f"  shown as the model wrote them  {scores.published:6.1%}  ({scores.held} at once, {scores.repaired} repaired)"
    )
    print(
        f"  shown as source sentences      {1 - scores.published:6.1%}  ({scores.refused} refused, {scores.unwritten} not written)"
    )
    print(f"  words, of those of the bodies  {scores.words_out / max(1, scores.words_in):6.1%}")
    print(
        f"  key facts told                 {scores.facts_told / max(1, scores.facts):6.1%}  ({scores.facts_told} of {scores.facts})"
    )
    if verbose:
        for case in cases:
            print(f"- {case.summary.kind}: {case.summary.text}")
            if case.draft is not None and case.draft.text != case.summary.text:
                print(f"    draft: {case.draft.text}")
                print("    " + "; ".join(map(str, judge_draft(case.draft, case.item).offences)))
    return 0


def _load_facts(corpus: Path, split: Split) -> Iterator[tuple[str, DigestItem, tuple[str, ...]]]:
    for case in load_cases(corpus):
        if case.split != split:
            continue
        digest = parse_wrap(read_wrap_text(str(case.path)).text).wrap.digest
        for told in case.items:
            if told["source"] == "digest" and told["item"] < len(digest):
                yield f"{case.name}#{told['item']}", digest[told["item"]], tuple(told.get("key_facts") or ())


def run_eval_key_sentences(predictions: Sequence[Path], corpus: Path, train: Path) -> int:
    """Prints how often a model's key sentence is the labelled one, beside the first sentence, for files of `eval run`."""
    known: dict[str, EvalItem] = {one.id: one for one in load_rows(sorted(train.glob("*.jsonl")), "train").items}
    splits: tuple[Split, ...] = ("train", "dev", "test")
    for split in splits:
        if any(case.split == split and case.items for case in load_cases(corpus)):
            known |= {one.id: one for one in load_corpus_items(corpus, split).items}
    files = {
        str(path): [(known[row.id], row) for row in read_predictions(path).rows if row.id in known]
        for path in predictions
    }
    if len(files) > 1:
        files["together"] = [pair for pairs in files.values() for pair in pairs]
    for name, pairs in files.items():
        for accepted in (False, True):
            found = score_key_sentences(pairs, accepted=accepted)
            if found.items:
                _print_key_sentences(name, "counting a second reader's" if accepted else "as labelled", found)
    return 0


def _print_key_sentences(name: str, how: str, found: KeySentences) -> None:
    print(
        f"key sentence, {found.items} items of {name}, {how}: model {found.model / found.items:.1%}, "
        f"first sentence {found.lead / found.items:.1%}; only the model right {found.only_model}, "
        f"only the first {found.only_lead} (p = {found.chance:.3f})"
    )
