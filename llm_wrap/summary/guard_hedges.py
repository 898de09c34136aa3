"""Hedges of the sources ("reportedly", "likely", "may") that a model's sentence must not lose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from llm_wrap.summary.guard_context import KEPT, Passage
from llm_wrap.summary.guard_reversals import find_unreal
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import GUARDED, HEDGE_PHRASES, PLAIN_NEGATIONS, Hedge


@dataclass(frozen=True, slots=True)
class Caution:
    """A hedge: its words, its group, and the features of what it hedges."""

    words: str
    place: int
    group: Hedge
    scope: frozenset[str]


@lru_cache(maxsize=KEPT)
def find_cautions(passage: Passage) -> tuple[Caution, ...]:
    """The hedges of a passage, each with the words that it stands before (or, where it ends its sentence, behind)."""
    words = [token.lower if token.kind == "word" else "" for token in passage.tokens]  # "May" the month is no hedge
    found: list[Caution] = []
    for start, word in enumerate(words):
        for group, phrase, parts in _BY_FIRST_WORD.get(word, ()):
            if tuple(words[start : start + len(parts)]) != parts:
                continue
            if group != "report" and any(word in PLAIN_NEGATIONS for word in words[start : start + len(parts) + 1]):
                continue
            if group != "report" and (_is_compared(words, start) or _is_permission(words, start)):
                continue
            found.append(Caution(phrase, start, group, _scope(passage, start, start + len(parts), group)))
    return tuple(found)


def _is_compared(words: Sequence[str], start: int) -> bool:
    """ "sooner than planned", "as its June paper proposed": what was planned is only compared to."""
    return "than" in words[max(0, start - 2) : start] or "as" in words[max(0, start - 4) : start]


def _is_permission(words: Sequence[str], start: int) -> bool:
    """ "a rule on what US firms may sell"."""
    return words[start] == "may" and bool(_MEASURES & set(words[max(0, start - 5) : start - 1]))


_MEASURES = frozenset("what whom much many".split())
_BY_FIRST_WORD: dict[str, list[tuple[Hedge, str, tuple[str, ...]]]] = {}
for _group, _phrases in HEDGE_PHRASES.items():
    for _phrase in _phrases:
        _BY_FIRST_WORD.setdefault(_phrase.split()[0], []).append((_group, _phrase, tuple(_phrase.split())))

_SCOPE = 9  # words that a hedge stands before
_NEAR_HEDGE = 6  # words between a hedge and what it hedges
_TOLD = {
    "report": 0.34,
    "open": 0.5,
    "likely": 0.5,
}  # share of what is hedged that must be told for the hedge to be asked for
_SCOPE_WALLS = (";", ".")


def _scope(passage: Passage, start: int, end: int, group: Hedge) -> frozenset[str]:
    """The words that a hedge hedges: those behind it, or, where it ends its sentence, those before it."""
    if group == "report":
        local = passage.tokens[start].lower in _LOCAL_REPORTS
        clause = _find_clause(passage, start) if local else range(len(passage.tokens))
        return frozenset(said for place in clause if (said := passage.features[place]) is not None)
    behind = range(end, min(len(passage.tokens), end + _SCOPE))
    wall = next((place for place in behind if passage.tokens[place].text in _SCOPE_WALLS), behind.stop)
    scope = frozenset(said for said in passage.features[end:wall] if said is not None)
    return scope or frozenset(said for said in passage.features[max(0, start - _SCOPE) : start] if said is not None)


_LOCAL_REPORTS = frozenset("said reportedly rumoured rumored allegedly apparently unconfirmed".split())


def _find_clause(passage: Passage, index: int) -> range:
    """The tokens from one comma or stop to the next: "and Bangladesh's is 24%, a trigger that the trilogue was said to have deleted"."""
    walls = [place for place, token in enumerate(passage.tokens) if token.text in (",", *_SCOPE_WALLS)]
    first = max((place for place in walls if place < index), default=-1)
    return range(first + 1, min((place for place in walls if place > index), default=len(passage.tokens)))


def check_hedges(said: Passage, known: Sequence[Passage]) -> Iterator[Offence]:
    """Hedges of the sources whose claim is told here without one of their group."""
    places = {what: index for index, what in enumerate(said.features) if what is not None}
    told = frozenset(places)
    here = find_cautions(said)
    for passage in known:
        unreal = find_unreal(passage)
        for caution in find_cautions(passage):
            if caution.words not in GUARDED or not caution.scope or caution.place in unreal:
                continue
            shared = caution.scope & told
            if len(shared) / len(caution.scope) < _TOLD[caution.group] or all(what[0] == "^" for what in shared):
                continue  # "could bear more" is not told by "dearer" alone
            near = [places[what] for what in shared]
            if not any(
                one.group in _STAND_FOR[caution.group]
                and (one.group == "report" or min(abs(place - one.place) for place in near) <= _NEAR_HEDGE)
                for one in here
            ):
                yield Offence(caution.words, "hedge")


# What may stand for a hedge: a bolder word never stands for a more careful one.
_STAND_FOR: dict[Hedge, frozenset[Hedge]] = {
    "report": frozenset({"report"}),
    "open": frozenset({"open"}),
    "likely": frozenset({"open", "likely"}),
}
