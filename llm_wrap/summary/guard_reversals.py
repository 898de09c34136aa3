"""What a source says is not so, told as if it were: "denied a report that it will sell" must not become "will sell".

    reversal = reverser {"a" | "the" | frame} told              "dropped a plan to list its rail unit"
             | told "was" reverser | told "is" "untrue"         "the listing was called off"

What a reverser reaches, up to the next clause, is unreal. A sentence that has most of those words and no denial of any kind
tells the opposite, unless another source sentence has the words as plain facts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache

from llm_wrap.summary.guard_context import KEPT, Passage
from llm_wrap.summary.guard_nays import FRAMES, UNTRUE, denies, is_content, is_not, is_pair, is_reverser
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import stem

_CLAUSE_ENDS = frozenset(
    "and but while as after although though because since when where which who with amid despite if unless over".split()
)
_REACH = 14  # words
# Of what a reverser reaches, how much a sentence must have; and where it has the first word of it.
_SHARE, _SHARE_WITH_FIRST = 0.6, 0.5


def check_reversals(said: Passage, known: Sequence[Passage]) -> Iterator[Offence]:
    """The words of `said` that every source has under a reverser only."""
    if any(_undoes(said.tokens, index) for index in range(len(said.tokens))):
        return
    told = [token for index, token in enumerate(said.tokens) if _is_plain(said, index)]
    stems = {token.stem for token in told}
    plain = plain_stems(known)
    for source, reach in [(one, reach) for one in known for reach in _find_reaches(one)]:
        denied = list(dict.fromkeys(source.tokens[index].stem for index in reach if _is_plain(source, index)))
        shared = set(denied) & stems - plain
        if denied and len(shared) >= (_SHARE_WITH_FIRST if denied[0] in shared else _SHARE) * len(denied):
            yield Offence(next(token.text for token in told if token.stem in shared), "negation")
            return


def plain_stems(known: Sequence[Passage]) -> set[str]:
    """The words that say something and that no reverser reaches."""
    return {
        token.stem
        for passage in known
        for index, token in enumerate(passage.tokens)
        if is_content(token) and index not in find_unreal(passage)
    }


@lru_cache(maxsize=KEPT)
def find_unreal(passage: Passage) -> frozenset[int]:
    """The places of all words that a reverser reaches: a hedge among them hedges nothing that is told."""
    return frozenset(itertools.chain.from_iterable(_find_reaches(passage)))


def _undoes(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word of the sentence says that something is not, or is no more."""
    token = tokens[index]
    before = tokens[max(0, index - 1)]
    if token.stem in _UNDONE or is_reverser(tokens, index) or (token.lower in UNTRUE and before.lower in _BE):
        return True
    return denies(token) and token.stem not in _OTHERWISE and not (token.lower == "end" and before.text == "-")


_OTHERWISE = frozenset(stem(word) for word in "against leave left close closed flat yet disagreement".split())
# Beside what `denies` knows.
_UNDONE = UNTRUE - {"off"} | frozenset(
    stem(word)
    for word in """spare dodge survive scupper strike void abort spurn rebuff defeat collapse instead aside retreat never former relief
    relieve pull lapse disappear""".split()
)


def _find_reaches(passage: Passage) -> Iterator[tuple[int, ...]]:
    """The places that each reverser of a passage reaches."""
    tokens = passage.tokens
    for index, token in enumerate(tokens):
        was = index > 0 and tokens[index - 1].lower in _BE
        untrue = was and token.lower in UNTRUE
        if not untrue and not is_reverser(tokens, index):
            continue
        behind = [one.lower for one in tokens[index + 1 : index + 3]]
        held = behind[:1] == ["to"] or "from" in behind  # "is unlikely to", "was prevented from"
        if untrue or ((was or passage.passives[index]) and not is_not(token) and not held):
            yield tuple(_reach(passage, range(index - 1, max(-1, index - 1 - _REACH), -1)))
            continue
        start = index + 1 + is_pair(tokens, index)
        if [one.lower for one in tokens[start : start + 1]] == ["as"]:
            start += 2  # "dismissed as baseless a report"
        yield tuple(_reach(passage, range(start, min(len(tokens), start + _REACH)), counts=not is_not(token)))


_BE = frozenset("is are was were be been being".split())


def _reach(passage: Passage, places: range, *, counts: bool = True) -> Iterator[int]:
    """`places` up to the end of the clause; without `counts` up to the first number: "not the 300 million feared"."""
    for place in places:
        token = passage.tokens[place]
        if token.kind == "mark" or token.lower in _CLAUSE_ENDS or (token.quantities and not counts):
            return
        yield place


def _is_plain(passage: Passage, index: int) -> bool:
    """Whether a word says what is done: no name, no number, no frame."""
    token = passage.tokens[index]
    return is_content(token) and not token.capital and not token.quantities and token.stem not in FRAMES
