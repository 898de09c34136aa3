"""Fits the weights of what the summaries' guard weighs (`summary/guard_weights.py`), and shows what each threshold costs.

In: faithful sentences that the guard may be tuned on. Each is read as it is, where nothing is wrong, and with two names or numbers
exchanged: of the sentences that the writer cited, and, one in five, of the whole item. Headlines of training items are taken as
sentences about their bodies, too: of many hands, if not of summaries. A logistic model a kind of doubt learns to tell what was
exchanged from what was not by its evidence.

How that does on the sentences of another writer is seen with each writer left out in turn. Needs scikit-learn (the extra `eval`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from llm_wrap.evaluation.guard_accuracy import HELD_OUT, GuardPath
from llm_wrap.evaluation.summary_cases import FaithfulSentence
from llm_wrap.evaluation.summary_mutations import Mutation, mutate_sentence
from llm_wrap.models import DigestItem
from llm_wrap.summary.drafts import find_cites
from llm_wrap.summary.guard import check_claims, read_sources
from llm_wrap.summary.guard_bindings import doubt_bindings
from llm_wrap.summary.guard_weights import Doubt, Evidence, GuardWeights

_STRENGTH = (
    0.02  # of the evidence against the pull to no weight at all (scikit-learn's C), on features of unit variance
)
_LEAST_SPREAD = 0.2  # a feature that hardly varies is not blown up: what few sentences show weighs little
_HEADLINE_SHARE = 2  # one headline in so many is learnt from
_HEADLINE_WEIGHT = 0.3  # of all headlines, where that of all sentences is 1
_FEWEST = 20  # exchanges in headlines from which something is learnt
_ITEM_SHARE = 5  # one error in so many that are made of the whole item's words is learnt from, and counts as so many


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence as it is (`faithful`) or with an exchange, by what the guard has to say of it.

    Attributes:
        writer: whose sentence it is, 0 for headlines.
        sentence: the id of the faithful sentence.
        doubts: what is weighed, but nothing of an exchange that a rule stops.
        wrong: which of them is the exchange, by place in `doubts`.
        stopped: whether a rule stops the sentence.
    """

    writer: int
    sentence: str
    faithful: bool
    path: GuardPath
    doubts: tuple[Doubt, ...]
    wrong: frozenset[int]
    stopped: bool


def collect_examples(sentences: Iterable[FaithfulSentence], still_true: Collection[str] = ()) -> Iterator[Example]:
    """The examples of all sentences that the guard may be tuned on; `still_true` are errors that are none."""
    for one in sentences:
        if one.set in HELD_OUT:
            continue
        yield _make_example(one, one.text, one.cites, "cited", None)
        known = set(still_true)
        for mutation in _make_errors(one, one.cited):
            if mutation.text not in known:
                known.add(mutation.text)
                yield _make_example(one, mutation.text, one.cites, "cited", mutation)
        for mutation in _make_errors(one, one.item.sentences):
            if mutation.text not in known and _draw(mutation.text) % _ITEM_SHARE == 0:
                cites = find_cites(mutation.text, one.cites, one.item)
                yield _make_example(one, mutation.text, cites, "item", mutation)


def collect_headlines(items: Iterable[DigestItem], held: Iterable[FaithfulSentence]) -> Iterator[Example]:
    """The examples of headlines over their bodies; none of an item that a held-out sentence is about."""
    known = {one.item.headline for one in held if one.set in HELD_OUT}
    for item in items:
        text, body = item.headline, item.sentences[:_LONGEST_BODY]
        short = len(text.split()) < _SHORTEST_HEADLINE or len(item.body.split()) < _SHORTEST_BODY
        if short or text in known or _draw(text) % _HEADLINE_SHARE:
            continue
        known.add(text)
        whole = DigestItem(headline="", body=item.body, sentences=body)
        cites = tuple(range(len(body)))
        one = FaithfulSentence(id=text, set="tune", item=whole, cites=cites, text=text, writer=0)
        example = _make_example(one, text, cites, "cited", None)
        yield example
        if not example.stopped:
            errors = sorted(_make_errors(one, body), key=lambda error: _draw(error.text))
            yield from (_make_example(one, error.text, cites, "cited", error) for error in errors[:_MOST_ERRORS])


_SHORTEST_HEADLINE, _SHORTEST_BODY = 4, 25  # words
_LONGEST_BODY = 8  # sentences
_MOST_ERRORS = 3  # of one headline


def _make_errors(one: FaithfulSentence, sources: Sequence[str]) -> Iterator[Mutation]:
    return (mutation for mutation in mutate_sentence(one.text, sources) if mutation.group == "swaps")


def _draw(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _make_example(
    one: FaithfulSentence, text: str, cites: Sequence[int], path: GuardPath, mutation: Mutation | None
) -> Example:
    cited = [one.item.sentences[number] for number in cites]
    sources = read_sources(text, cited, one.item.headline, one.item.sentences)
    stopped = any(True for _ in check_claims(sources))
    if stopped and mutation:
        return Example(one.writer, one.id, mutation is None, path, (), frozenset(), stopped)
    doubts = tuple(doubt_bindings(*sources.passages))
    wrong = (number for number, doubt in enumerate(doubts) if mutation and _is_error(doubt, mutation))
    return Example(one.writer, one.id, mutation is None, path, doubts, frozenset(wrong), stopped)


def _is_error(doubt: Doubt, mutation: Mutation) -> bool:
    """Whether a doubt is about the very error, of which `Mutation.changed` says "A ↔ B" or "A → B"."""
    both = "↔" in mutation.changed
    first, _, second = (part.strip() for part in mutation.changed.partition("↔" if both else "→"))
    words = [words for _, words in doubt.words]
    if both:
        return len(words) == 2 and any(first in words[one] and second in words[1 - one] for one in (0, 1))
    return len(words) == 1 and second in words[0] and any(_is_part(first, rival) for rival in doubt.instead)


def _is_part(one: str, other: str) -> bool:
    plain = other.removesuffix("'s")
    return bool(plain) and (one in plain or plain in one)


# --- fitting ----------------------------------------------------------------------------------------------------------------------


def fit_models(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """A logistic model a kind of doubt, as `GuardWeights.models`."""
    rows: dict[str, list[_Row]] = {}
    for example in examples:
        for number, doubt in enumerate(example.doubts):
            if not doubt.certain and (
                example.faithful or number in example.wrong
            ):  # of an exchange only what is wrong is known
                weight = _ITEM_SHARE if example.path == "item" else 1
                rows.setdefault(doubt.kind, []).append(
                    _Row(doubt.evidence, not example.faithful, weight, not example.writer)
                )
    return {kind: _fit(rows[kind]) for kind in sorted(rows)}


class _Row(NamedTuple):
    evidence: Evidence
    wrong: bool
    weight: float
    of_headline: bool


def _fit(rows: Sequence[_Row]) -> dict[str, float]:
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    if sum(row.wrong and row.of_headline for row in rows) < _FEWEST:
        rows = [row for row in rows if not row.of_headline]
    table = DictVectorizer(sparse=False)
    given = table.fit_transform([row.evidence for row in rows])
    wrong = np.array([row.wrong for row in rows])
    weight = np.array([row.weight for row in rows], dtype=float)
    titles = np.array([row.of_headline for row in rows])
    sentences = float(weight[~wrong & ~titles].sum())
    for part, share in ((~titles, 1.0), (titles, _HEADLINE_WEIGHT)):
        for one in (part & wrong, part & ~wrong):  # what is wrong weighs as much as what is not
            weight[one] *= share * sentences / max(1.0, float(weight[one].sum()))
    scaler = StandardScaler().fit(given[~titles])
    scaler.scale_ = np.maximum(scaler.scale_, _LEAST_SPREAD)
    model = LogisticRegression(C=_STRENGTH, max_iter=3_000)
    model.fit(scaler.transform(given), wrong, sample_weight=weight)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - (weights * scaler.mean_).sum())
    return {"bias": bias, **{name: float(one) for name, one in zip(table.feature_names_, weights, strict=True)}}


def score_unseen(examples: Sequence[Example], headlines: Sequence[Example] = ()) -> list[float]:
    """Each example by models that have seen nothing of its writer."""
    models = {
        writer: fit_models([*(one for one in examples if one.writer != writer), *headlines])
        for writer in sorted({one.writer for one in examples})
    }
    return [score_example(one, models[one.writer]) for one in examples]


def score_example(example: Example, models: Mapping[str, Mapping[str, float]]) -> float:
    """How probable the likeliest exchange is."""
    weights = GuardWeights(models, 1.0)
    return max((weights.weigh(doubt) for doubt in example.doubts), default=0.0)


class Cost(NamedTuple):
    """Of a threshold: the faithful sentences that are stopped, and the shares of exchanges seen, as cited and as in a brief."""

    alarms: int
    cited: float
    item: float


def count_cost(examples: Sequence[Example], scores: Sequence[float], threshold: float) -> Cost:
    """What a threshold costs and sees; exchanges count as in `score_guard`, in sentences that the guard lets through."""
    stopped = [one.stopped or score > threshold for one, score in zip(examples, scores, strict=True)]
    passed = {one.sentence for one, stop in zip(examples, stopped, strict=True) if one.faithful and not stop}
    alarms = sum(stop for one, stop in zip(examples, stopped, strict=True) if one.faithful)
    seen: dict[GuardPath, list[bool]] = {"cited": [], "item": []}
    for one, stop in zip(examples, stopped, strict=True):
        if not one.faithful and one.sentence in passed:
            seen[one.path].append(stop)
    return Cost(alarms, *(sum(found) / max(1, len(found)) for found in seen.values()))
