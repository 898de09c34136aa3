"""Whether a text that something was fitted on is a scored text in other words.

Two texts are near-duplicates where `THRESHOLD` of the three-word runs of the shorter one are in the other. A copy in which every
fifth word is changed still shares a third at least; the most that two texts of this repository that were written apart share is
a fifth ("in the second quarter", "from a year earlier").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

THRESHOLD = 0.25
_RUN = 3  # words
_FEWEST = 6  # runs that must be shared: two short headlines share three by chance


@dataclass(frozen=True, slots=True)
class Overlap:
    """The share of the shorter text's runs that are in both."""

    fitted: str
    scored: str
    share: float


def find_near_duplicates(
    fitted: Mapping[str, str], scored: Mapping[str, str], threshold: float = THRESHOLD
) -> list[Overlap]:
    """The pairs, by id, that are too alike, the most alike first. In: texts by id.

    >>> find_near_duplicates({"a": "Rates rose by a point"}, {"b": "Rates rose by a point, it said"}, 0.9)
    []
    """
    runs_of = {name: _runs(text) for name, text in scored.items()}
    where: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, runs in runs_of.items():
        for run in runs:
            where[run].append(name)
    found = []
    for name, text in fitted.items():
        runs = _runs(text)
        shared = Counter(other for run in runs for other in where.get(run, ()))
        for other, count in shared.items():
            share = count / max(1, min(len(runs), len(runs_of[other])))
            if count >= _FEWEST and share >= threshold:
                found.append(Overlap(name, other, share))
    return sorted(found, key=lambda one: -one.share)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    return frozenset(_windows(words))


def _windows(words: list[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))
