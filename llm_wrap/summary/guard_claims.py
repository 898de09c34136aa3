"""Direction words, negations and hedges of a model's sentence against its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from llm_wrap.summary.guard_context import KEPT, Context, Passage, Weights, feature, likeness, read_context
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import (
    DIRECTIONS,
    GUARDED,
    HEDGE_PHRASES,
    NEGATIONS,
    PLAIN_NEGATIONS,
    RANKS,
    STOPWORDS,
    Axis,
    Hedge,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A direction word: which end of which axis it names, negation counted, and what stands around it."""

    token: Token
    index: int
    axis: Axis
    sign: int
    context: Context
    shown: (
        int  # 1 where the numbers behind it ("to 125 from 104") show the same, -1 where they show the opposite, else 0
    )


@lru_cache(maxsize=KEPT)
def find_turns(passage: Passage) -> tuple[Turn, ...]:
    """The direction words of a passage."""
    turns: list[Turn] = []
    for index, token in enumerate(passage.tokens):
        if token.kind != "word":
            continue
        rank = RANKS.get(token.lower)
        ranked: tuple[tuple[Axis, int], ...] = (("rank", rank),) if rank else ()
        for axis, sign in (*ranked, *DIRECTIONS.get(token.stem, ())):
            if token.lower in _NOT_HERE.get(axis, ()) or (axis == "move" and rank):
                continue
            turned = -sign if _is_negated(passage.tokens, index) else sign
            context = read_context(passage, index, index + 1, _WEIGHTS)
            turns.append(Turn(token, index, axis, turned, context, _shown_by_numbers(passage, index, turned)))
    return tuple(turns)


_NOT_HERE: dict[Axis, frozenset[str]] = {"move": frozenset({"strong", "added", "adds", "growth"})}


_WEIGHTS = Weights(near=0.75, wall=0.5, verb_side=0.25, word_side=0.25)  # "fear rose" and "rising fear" are one
_SAME_WORD = 0.5
_SLIGHT = 1.0  # likeness that is enough where the sources name only the other end


def _shown_by_numbers(passage: Passage, index: int, sign: int) -> int:
    """Whether "to X from Y" or "from Y to X" behind a direction word goes the way that it says."""
    tokens = passage.tokens
    if tokens[index].lower in ("up", "down") and index + 1 < len(tokens) and tokens[index + 1].lower == "from":
        before = next((one.quantities[0] for one in reversed(tokens[:index]) if one.quantities), None)
        after = next((one.quantities[0] for one in tokens[index:] if one.quantities), None)
        if (
            before
            and after
            and before.unit == after.unit
            and before.value != after.value
            and before.family == after.family
        ):
            return 1 if (before.value > after.value) == (sign > 0) else -1
        return 0
    if tokens[index].lower in ("above", "below"):
        return _compare(tokens, index, sign)
    found: dict[str, Decimal] = {}
    units: set[str] = set()
    for place in range(index + 1, min(len(tokens), index + 14)):
        token = tokens[place]
        turned = token.stem in DIRECTIONS and (place > index + 1 or token.lower not in ("up", "down"))
        if token.text in (";", ".") or (turned and not found):
            break
        role = next((one.lower for one in tokens[place - 1 : place - 4 : -1] if one.lower in ("to", "from")), "")
        if token.quantities and token.quantities[0].family == "amount" and role and role not in found:
            found[role] = token.quantities[0].value
            units.add(token.quantities[0].unit)
    if len(found) < 2 or len(units) > 1 or found["to"] == found["from"]:
        return 0
    return 1 if (found["to"] > found["from"]) == (sign > 0) else -1


def _compare(tokens: Sequence[Token], index: int, sign: int) -> int:
    """1 where "4.4%, below the 4.5% estimate" is so, else 0."""
    before = next((one.quantities[0] for one in reversed(tokens[:index]) if one.quantities), None)
    after = next((one.quantities[0] for one in tokens[index : index + 5] if one.quantities), None)
    if before is None or after is None or before.unit != after.unit or before.value == after.value:
        return 0
    return int((before.value > after.value) == (sign > 0))


def check_turns(
    said: Sequence[Turn], known: Sequence[Turn], settled: frozenset[int] = frozenset()
) -> Iterator[Offence]:
    """Direction words whose other end the sources name, and not this one; or name this one about something else.

    `settled` are the tokens whose number has the same direction in the sources.
    """
    for turn in said:
        if turn.axis == "move" and turn.shown < 0:
            yield Offence(turn.token.text, "direction")
        if turn.axis in ("move", "expect") and (turn.shown > 0 or (turn.axis == "move" and turn.index in settled)):
            continue
        axis = [one for one in known if one.axis == turn.axis]
        same = [one for one in axis if one.sign == turn.sign]
        other = [one for one in axis if one.sign == -turn.sign and not _is_told(one, turn, said)]
        if not other:
            continue
        best_other = max(likeness(turn.context, one.context) for one in other)
        best_same = max((likeness(turn.context, one.context) for one in same), default=0.0)
        if any(one.token.stem == turn.token.stem for one in same):
            best_same += _SAME_WORD  # the source's own word for it: order and voice may differ
        if best_other > (best_same * 1.3 + 0.5 if same else _SLIGHT):
            yield Offence(turn.token.text, "direction")


def _is_told(source: Turn, turn: Turn, said: Sequence[Turn]) -> bool:
    """Whether the sentence tells the source's direction with another word than `turn`, at least as near to it."""
    fit = likeness(source.context, turn.context)
    return any(
        one.axis == source.axis and one.sign == source.sign and likeness(source.context, one.context) >= fit
        for one in said
    )


def _is_negated(tokens: Sequence[Token], index: int) -> bool:
    for token in _before(tokens, index, 3):
        if token.lower in NEGATIONS or token.lower.endswith("n't"):
            return True
        if _is_content(token):
            return False
    return False


def _before(tokens: Sequence[Token], index: int, reach: int) -> list[Token]:
    """The words before `index`, not past a mark or a number."""
    found: list[Token] = []
    for token in reversed(tokens[max(0, index - reach) : index]):
        if token.kind == "mark" or token.quantities:
            break
        found.append(token)
    return found


# --- negations --------------------------------------------------------------------------------------------------------------------


def check_negations(said: Passage, known: Sequence[Passage]) -> Iterator[Offence]:
    """Words that stand with a "not" in every source and without one here, or the other way round."""
    negated = {stem for passage in known for stem in _negated_stems(passage)}
    near = {stem for passage in known for stem in _negated_stems(passage, most=4)}
    here = _negated_stems(said)
    if here and not any(_denies(token) for passage in known for token in passage.tokens):
        yield Offence("not", "negation")
    near |= {stem for passage in known for stem in _ended_stems(passage)}
    plain = {token.stem for passage in known for index, token in enumerate(passage.tokens) if _is_content(token)} - near
    for index, token in enumerate(said.tokens):
        if not _is_content(token):
            continue
        if token.stem in here and token.stem in plain:
            yield Offence(f"not {token.text}", "negation")
        elif (
            token.stem in negated
            and token.stem not in here
            and not _denied(said.tokens, index)
            and _always(token.stem, known)
        ):
            yield Offence(token.text, "negation")


def _negated_stems(passage: Passage, most: int = 1) -> set[str]:
    """The first content words after each "not", which are what it denies."""
    found: set[str] = set()
    for index, token in enumerate(passage.tokens):
        if token.lower in PLAIN_NEGATIONS or token.lower.endswith("n't") or _is_yet_to(passage.tokens, index):
            count = 0
            for one in passage.tokens[index + 1 : index + 5 + most]:
                if one.kind == "mark" or count == most:
                    break
                if _is_content(one):
                    found.add(one.stem)
                    count += 1
    return found


def _ended_stems(passage: Passage) -> Iterator[str]:
    """What is there no more: "halts the dividend", "exposure is nil"."""
    for index, token in enumerate(passage.tokens):
        if token.lower in _NIL:
            yield from (one.stem for one in passage.tokens[max(0, index - 4) : index] if _is_content(one))
        elif token.lower in _NAYS or token.lower in _DENIALS:
            yield from (one.stem for one in passage.tokens[index + 1 : index + 4] if _is_content(one))


_NIL = frozenset("nil nought zero none".split())


def _is_yet_to(tokens: Sequence[Token], index: int) -> bool:
    """ "has yet to say" is "has not said"."""
    return tokens[index].lower == "yet" and index + 1 < len(tokens) and tokens[index + 1].lower == "to"


def _always(stem: str, known: Sequence[Passage]) -> bool:
    """Whether the sources have the word with a "not" only."""
    return sum(token.stem == stem for passage in known for token in passage.tokens) == 1


def _denied(tokens: Sequence[Token], index: int) -> bool:
    return any(token.lower in NEGATIONS or token.lower in _DENIALS for token in tokens[max(0, index - 8) : index + 4])


_DENIALS = frozenset(
    "non un without instead rather despite still only oppose opposed denies ruled rules excluded failure lack nil hardly barely yet".split()
)
_NAYS = frozenset(
    """kept keep keeps hold holds held stop stopped stops halt halted suspend suspended pause paused drop drops dropped cancel cancelled reject
    rejected withdrew withdraw withdrawn zero flat yet left remain remains stay stays ban bans banned bar bars barred freeze froze avoid
    scrap scrapped delay delayed postponed rejecting oppose against lack absent free spared exempt miss missed idle shut closed end
    ended halts halting stopping suspends nil nought none bans barring scraps drops cancels withdraws freezes delays refuses declines declined""".split()
)


def _denies(token: Token) -> bool:
    """Whether a source's word may be told with a "not"."""
    return (
        token.lower in NEGATIONS
        or token.lower in _DENIALS
        or token.lower in _NAYS
        or token.lower.endswith(("n't", "less"))
        or (token.kind == "word" and token.lower.startswith(("un", "non", "dis", "in")) and len(token.lower) > 5)
    )


def _is_content(token: Token) -> bool:
    return token.kind == "word" and token.lower not in STOPWORDS and len(token.stem) > 2


# --- hedges -----------------------------------------------------------------------------------------------------------------------


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
            found.append(Caution(phrase, start, group, _scope(passage, start, start + len(parts), group)))
    return tuple(found)


_BY_FIRST_WORD: dict[str, list[tuple[Hedge, str, tuple[str, ...]]]] = {}
for _group, _phrases in HEDGE_PHRASES.items():
    for _phrase in _phrases:
        _BY_FIRST_WORD.setdefault(_phrase.split()[0], []).append((_group, _phrase, tuple(_phrase.split())))

_SCOPE = 9  # words that a hedge stands before
_NEAR_HEDGE = 8  # words between a hedge and what it hedges


def _scope(passage: Passage, start: int, end: int, group: Hedge) -> frozenset[str]:
    if group == "report":
        tokens = passage.tokens
    else:
        tokens = passage.tokens[end : end + _SCOPE]
        wall = next((place for place, token in enumerate(tokens) if token.text in (";", ".")), len(tokens))
        tokens = tokens[:wall]
    return frozenset(said for token in tokens if (said := feature(token)) is not None)


def check_hedges(said: Passage, known: Sequence[Passage]) -> Iterator[Offence]:
    """Hedges of the sources whose claim is told here without one of their group."""
    places = {what: index for index, token in enumerate(said.tokens) if (what := feature(token)) is not None}
    told = frozenset(places)
    here = find_cautions(said)
    for passage in known:
        for caution in find_cautions(passage):
            if caution.words not in GUARDED or not caution.scope:
                continue
            share = len(caution.scope & told) / len(caution.scope)
            if share < (0.34 if caution.group == "report" else 0.5):
                continue
            near = [places[what] for what in caution.scope & told]
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
