"""Whether numbers and names stand where the source has them: nobody's figure is given to somebody else.

Every exchange that could have been made (`guard_rivals`) is a doubt with its evidence (`guard_evidence`): would the sentence fit
its sources better had two names or two numbers changed places, or had another stood in the place of one? Words that the sources
do not have say nothing either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from llm_wrap.summary.guard_context import Passage
from llm_wrap.summary.guard_evidence import read_evidence
from llm_wrap.summary.guard_rivals import find_rivalries
from llm_wrap.summary.guard_weights import Doubt, Evidence


def doubt_bindings(
    said: Passage, headline: Passage | None, cited: Sequence[Passage], around: Sequence[Passage]
) -> Iterator[Doubt]:
    """Every name and number with another of its kind; `around` are the item's sentences that are not cited."""
    rivalries = list(find_rivalries(said, headline, cited, around))
    for one, evidence in zip(rivalries, read_evidence(rivalries), strict=True):
        kept, exchanged = _compare_deeds(evidence) if one.name == "name exchanged" else (False, False)
        if kept:
            continue
        spots = (one.spot,) if one.other is None else (one.spot, one.other)
        words = tuple((spot.said.start, spot.said.text) for spot in spots)
        yield Doubt(one.name, words, evidence, tuple(rival.text for rival in one.rivals), exchanged)


class _Deeds(NamedTuple):
    kept: bool
    exchanged: bool


def _compare_deeds(evidence: Evidence) -> _Deeds:
    """Whether two names both do what they do in the sources, or each what the other does there: nothing is left to weigh."""
    own, rival = ([bool(evidence[f"deed as {whose}{mark}"]) for mark in ("", "'")] for whose in ("own", "rival"))
    return _Deeds(all(own) and not any(rival), all(rival) and not any(own))
