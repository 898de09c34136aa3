"""Denials of a model's sentence against its sources: a "not" must neither come nor go.

A source denies with "not" and its like, with a word that ends or forbids something ("halts the dividend"), or inside a word
("unchanged", "jobless"). A "not" of the sentence needs a denial that has words in common with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from llm_wrap.summary.guard_context import Passage
from llm_wrap.summary.guard_nays import BOUNDS, DENIALS, NAYS, denies, is_content, is_nay, is_not, is_reverser
from llm_wrap.summary.guard_reversals import plain_stems
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import DIRECTIONS, NEGATIONS, NIL, stem


def check_negations(said: Passage, known: Sequence[Passage]) -> Iterator[Offence]:
    """Words that stand with a "not" in every source and without one here, or the other way round."""
    negated = {stem for passage in known for stem in (*_negated_stems(passage), *_nil_stems(passage))}
    near = {
        stem
        for passage in known
        for stem in (*_negated_stems(passage, most=4), *_ended_stems(passage), *_nil_stems(passage))
    }
    told = _negated_stems(said) | {
        word.stem
        for index, token in enumerate(said.tokens)
        if token.lower in _NEITHER and (word := _find_changed(said.tokens, index))
    }
    here = _negated_stems(said, spared=_NOUN_DENIALS)
    plain = plain_stems(known) - near
    for index in range(len(said.tokens)):
        if not _is_not(said.tokens, index) or any(_has_denial(said, index, passage) for passage in known):
            continue
        if said.tokens[index].lower in _NOUN_DENIALS and not _next_stems(said, index) & plain:
            continue  # "no surprises", "without a deadline": turns of speech for what the source has otherwise
        yield Offence(said.tokens[index].text, "negation")
    if not any(_is_doubled(passage, index) for passage in known for index in range(len(passage.tokens))):
        yield from (Offence(one.text, "negation") for index, one in enumerate(said.tokens) if _is_doubled(said, index))
    plainly = {token.stem for passage in known for _, token in _find_emphatics(passage)}
    for index, token in _find_emphatics(said):
        if token.stem not in plainly:
            yield Offence(f"{said.tokens[index].text} {token.text}", "negation")
    for index, token in enumerate(said.tokens):
        if not is_content(token):
            continue
        if token.stem in here and token.stem in plain:
            yield Offence(f"not {token.text}", "negation")
        elif (
            token.stem in negated
            and token.stem not in told
            and not _denied(said.tokens, index)
            and _always(token.stem, known)
        ):
            yield Offence(token.text, "negation")


def _is_doubled(passage: Passage, index: int) -> bool:
    """ "has not neither charged", "has not asked for nothing": a "not" too many."""
    if passage.tokens[index].lower != "not":
        return False
    behind = itertools.takewhile(lambda token: token.kind != "mark", passage.tokens[index + 1 : index + 1 + _AHEAD])
    return any(token.lower in ("neither", "nothing", "nobody", "no") for token in behind)


def _find_emphatics(passage: Passage) -> Iterator[tuple[int, Token]]:
    """ "did move": nobody writes so but where a "not" has gone lost, or to stress it; each with its verb. Not "did harm"."""
    for index, token in enumerate(passage.tokens[:-1]):
        verb = passage.tokens[index + 1]
        if token.lower in _EMPHATIC and is_content(verb) and not verb.capital and verb.lower not in _DONE:
            yield index, verb


_EMPHATIC = frozenset({"did", "does"})
_DONE = frozenset("business harm damage good well better worse little nothing likewise deals everything".split())
_NOUN_DENIALS = frozenset("no without neither nor".split())


def _next_stems(passage: Passage, index: int) -> set[str]:
    """The next two content words."""
    behind = itertools.takewhile(lambda token: token.kind != "mark", passage.tokens[index + 1 : index + 1 + _AHEAD])
    return {token.stem for token in [one for one in behind if is_content(one)][:2]}


def _is_not(tokens: Sequence[Token], index: int) -> bool:
    if not is_not(tokens[index]):
        return False
    after = tokens[index + 1].lower if index + 1 < len(tokens) else ""
    if after in (BOUNDS if tokens[index].lower == "no" else _STRESSED):
        return False  # "no more than two", "not only", "not since 1997"
    plain = tokens[max(0, index - 1)].lower not in _EMPHATIC
    return plain or stem(after) not in _HINDERS  # "did not stop the Dax from reaching" tells that it did


_HINDERS = frozenset(stem(word) for word in "stop prevent spare deter hinder save faze".split())
_STRESSED = frozenset("only just least since".split())
_ABOUT = 3  # words around a "not" that say what it is about, and how many more a source may have between
_REACH = _ABOUT + 2
_FAR = 12  # words in which a "neither" says of whom and what
_AHEAD = 6


def _has_denial(said: Passage, index: int, source: Passage) -> bool:
    """Whether the source denies something that has a word in common with what stands around the "not" of the sentence."""
    about = _features_about(said, index, _ABOUT)
    behind = frozenset(said.features[index + 1 : index + 1 + _ABOUT]) - {None}
    denied = next((token for token in said.tokens[index + 1 : index + 4] if is_content(token)), None)
    for place, token in enumerate(source.tokens):
        undone = is_reverser(source.tokens, place)
        shared = len(about & _features_about(source, place, _REACH + undone)) if undone or denies(token) else 0
        if shared and (undone or _is_plain_denial(token)):
            return True
        if shared and _may_deny(token, denied) and (shared >= _NAY_SHARE or _next_feature(source, place) in behind):
            return True
    return _has_stayed(said, index, source)


def _has_stayed(said: Passage, index: int, source: Passage) -> bool:
    """Whether "did not move" or "neither X nor Y saw reason to alter" tells what the source has as kept, or as needing no change."""
    joint = said.tokens[index].lower in _NEITHER
    changed = _find_changed(said.tokens, index)
    if changed is None or not (joint or (index and said.tokens[index - 1].lower in _EMPHATIC)):
        return False
    about = _features_about(said, index, _FAR if joint else _ABOUT)
    for place, token in enumerate(source.tokens):
        stays = is_nay(token, _STAYS) or _is_before_and_after(source.tokens, place)
        if stays and about & _features_about(source, place, _REACH):
            return True
        unchanged = any(one.stem == changed.stem for one in source.tokens[place : place + _REACH])
        if joint and unchanged and _is_plain_denial(token):
            return True
    return False


_NEITHER = frozenset({"neither", "nor"})


def _find_changed(tokens: Sequence[Token], index: int) -> Token | None:
    """The word for a change that a "not" denies; a "neither" may have its subjects before it."""
    reach = _FAR if tokens[index].lower in _NEITHER else _ABOUT
    return next((one for one in tokens[index + 1 : index + 1 + reach] if one.stem in _CHANGES), None)


def _is_before_and_after(tokens: Sequence[Token], index: int) -> bool:
    """ "stood at 11.29 before and after": nothing has moved."""
    return [token.lower for token in tokens[index : index + 3]] == ["before", "and", "after"]


def _next_feature(passage: Passage, index: int) -> str | None:
    """What "halted" is said of: the first word behind it that says something."""
    return next((feature for feature in passage.features[index + 1 : index + 4] if feature is not None), None)


def _may_deny(nay: Token, denied: Token | None) -> bool:
    """Whether "held" or "halted" may be told with a "not" before the word: "did not raise", and no "not halted"."""
    if denied is None:
        return True
    if is_nay(nay, _STAYS):
        return denied.stem in _CHANGES or any(axis == "move" for axis, _ in DIRECTIONS.get(denied.stem, ()))
    return not is_nay(denied, NAYS) and all(sign > 0 for _, sign in DIRECTIONS.get(denied.stem, ()))


_STAYS = frozenset("kept keep keeps hold holds held left remain remains stay stays flat".split())
_CHANGES = frozenset(stem(word) for word in "change move touch alter revise budge shift adjust".split())


_NAY_SHARE = 3  # words in common that make "halts the dividend" the source of "no dividend"


def _is_plain_denial(token: Token) -> bool:
    return is_nay(token, NEGATIONS) or is_nay(token, DENIALS) or token.lower.endswith("n't")


def _features_about(passage: Passage, index: int, reach: int) -> frozenset[str]:
    around = range(max(0, index - reach), min(len(passage.tokens), index + reach + 1))
    return frozenset(said for place in around if place != index and (said := passage.features[place]) is not None)


def _negated_stems(passage: Passage, most: int = 1, spared: frozenset[str] = frozenset()) -> set[str]:
    """The first content words after each "not", which are what it denies; not after words that are `spared`."""
    found: set[str] = set()
    for index, token in enumerate(passage.tokens):
        if token.lower in spared:
            continue
        if is_not(token) or _is_yet_to(passage.tokens, index):
            count = -1 if token.lower == "neither" else 0  # "neither delegation gave substance": of whom, and what
            for one in passage.tokens[index + 1 : index + 5 + most]:
                if one.kind == "mark" or count == most or one.quantities:
                    break  # "not the 300 million feared" denies the number
                if is_content(one) and not one.capital:  # "no Russian cargo" is no cargo
                    found.add(one.stem)
                    count += 1
            found |= _left_out_stems(passage, index)
    return found


def _left_out_stems(passage: Passage, index: int) -> set[str]:
    """What a "not" denies that leaves its word out: "Beef is not, against a forecast": the first word before that says something."""
    after = passage.tokens[index + 1 : index + 2]
    if after and after[0].kind != "mark":
        return set()
    named = {place for name in passage.names for place in range(name.start, name.end)}
    before = itertools.takewhile(lambda place: passage.tokens[place].kind != "mark", range(index - 1, -1, -1))
    return {passage.tokens[place].stem for place in before if is_content(passage.tokens[place]) and place not in named}


def _ended_stems(passage: Passage) -> Iterator[str]:
    """What is there no more: "halts the dividend"."""
    for index, token in enumerate(passage.tokens):
        if is_nay(token, NAYS) or is_nay(token, DENIALS):
            yield from (one.stem for one in passage.tokens[index + 1 : index + 4] if is_content(one))


def _nil_stems(passage: Passage) -> Iterator[str]:
    """What is said to be nothing: "exposure is nil"."""
    for index, token in enumerate(passage.tokens):
        if token.lower in NIL and index and passage.tokens[index - 1].lower in _BE:
            yield from (one.stem for one in passage.tokens[max(0, index - 3) : index] if is_content(one))


_BE = frozenset("is are was were be been".split())


def _is_yet_to(tokens: Sequence[Token], index: int) -> bool:
    """ "has yet to say" is "has not said"."""
    return tokens[index].lower == "yet" and index + 1 < len(tokens) and tokens[index + 1].lower == "to"


def _always(stem: str, known: Sequence[Passage]) -> bool:
    """Whether the sources have the word with a "not" only."""
    return sum(token.stem == stem for passage in known for token in passage.tokens) == 1


def _denied(tokens: Sequence[Token], index: int) -> bool:
    near = tokens[max(0, index - 8) : index + 4]
    if [token.lower for token in tokens[index + 1 : index + 3]] in (["-", "free"], ["-", "exempt"]):
        return True  # "the tax-free threshold" below which no tax is due
    return any(is_nay(token, NEGATIONS) or is_nay(token, DENIALS) or token.lower in NIL for token in near)
