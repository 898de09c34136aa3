"""Direction words, negations and hedges of a model's sentence against its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from llm_wrap.summary.guard_context import KEPT, Context, Passage, Weights, likeness, read_context
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
            if token.lower in _NOT_HERE.get(axis, ()) or (axis == "move" and rank) or _is_bound(passage.tokens, index):
                continue
            turned = -sign if _is_negated(passage.tokens, index) else sign
            context = read_context(passage, index, index + 1, _WEIGHTS)
            turns.append(Turn(token, index, axis, turned, context, _shown_by_numbers(passage, index, turned)))
    return tuple(turns)


def _is_bound(tokens: Sequence[Token], index: int) -> bool:
    """ "more than 60%", "less than half", "up to 20%": a bound of a number, and no direction."""
    after = tokens[index + 1 : index + 4]
    if len(after) < 2 or (tokens[index].lower, after[0].lower) not in _BOUNDS:
        return False
    return bool(after[1].quantities) and not any(token.lower == "from" for token in tokens[index + 3 : index + 6])


_BOUNDS = frozenset({("more", "than"), ("less", "than"), ("fewer", "than"), ("up", "to")})
_NOT_HERE: dict[Axis, frozenset[str]] = {"move": frozenset({"strong", "added", "adds", "growth", "easing"})}


# "fear rose" and "rising fear" are one: little hangs on the side. Found as those of the bindings were.
_WEIGHTS = Weights(near=0.78, wall=0.33, verb_side=0.21, word_side=0.16, number=1.2, direction=0.94)
_MARGIN = 0.3  # by which the other end must fit better where the sources name both
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
        turned = turned and token.lower not in _LEVELS
        if token.text in (";", ".") or (turned and not found):
            break
        role = next((one.lower for one in tokens[place - 1 : place - 4 : -1] if one.lower in ("to", "from")), "")
        if token.quantities and token.quantities[0].family == "amount" and role and role not in found:
            found[role] = token.quantities[0].value
            units.add(token.quantities[0].unit)
    if len(found) < 2 or len(units) > 1 or found["to"] == found["from"]:
        return 0
    return 1 if (found["to"] > found["from"]) == (sign > 0) else -1


_LEVELS = frozenset(
    "growth profit loss surplus deficit expansion contraction gain".split()
)  # what may be raised or lowered


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
        if turn.axis in ("move", "output", "expect") and (
            turn.shown > 0 or (turn.axis != "expect" and turn.index in settled)
        ):
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
        if best_other > (best_same + _MARGIN if same else _SLIGHT):
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
    negated = {stem for passage in known for stem in (*_negated_stems(passage), *_nil_stems(passage))}
    near = {
        stem
        for passage in known
        for stem in (*_negated_stems(passage, most=4), *_ended_stems(passage), *_nil_stems(passage))
    }
    here = _negated_stems(said)
    for index in range(len(said.tokens)):
        if _is_not(said.tokens, index) and not any(_has_denial(said, index, passage) for passage in known):
            yield Offence(said.tokens[index].text, "negation")
    plain = {token.stem for passage in known for token in passage.tokens if _is_content(token)} - near
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


def _is_not(tokens: Sequence[Token], index: int) -> bool:
    word = tokens[index].lower
    if word not in PLAIN_NEGATIONS and not word.endswith("n't"):
        return False
    after = tokens[index + 1].lower if index + 1 < len(tokens) else ""
    return after not in _BOUNDING  # "no more than two", "not only"


_BOUNDING = frozenset("more less fewer later earlier only just least".split())
_ABOUT = 6  # words around a "not" that say what it is about


def _has_denial(said: Passage, index: int, source: Passage) -> bool:
    """Whether the source denies something that has a word in common with what stands around the "not" of the sentence."""
    about = _features_about(said, index, _ABOUT)
    return any(
        len(about & _features_about(source, place, _ABOUT + 3)) >= (1 if _is_plain_denial(token) else _NAY_SHARE)
        for place, token in enumerate(source.tokens)
        if _denies(token)
    )


_NAY_SHARE = 2  # words in common that make "halts the dividend" the source of "no dividend"


def _is_plain_denial(token: Token) -> bool:
    return token.lower in NEGATIONS or token.lower in _DENIALS or token.lower.endswith("n't")


def _features_about(passage: Passage, index: int, reach: int) -> frozenset[str]:
    around = range(max(0, index - reach), min(len(passage.tokens), index + reach + 1))
    return frozenset(said for place in around if place != index and (said := passage.features[place]) is not None)


def _negated_stems(passage: Passage, most: int = 1) -> set[str]:
    """The first content words after each "not", which are what it denies."""
    found: set[str] = set()
    for index, token in enumerate(passage.tokens):
        if token.lower in PLAIN_NEGATIONS or token.lower.endswith("n't") or _is_yet_to(passage.tokens, index):
            count = -1 if token.lower == "neither" else 0  # "neither delegation gave substance": of whom, and what
            for one in passage.tokens[index + 1 : index + 5 + most]:
                if one.kind == "mark" or count == most or one.quantities:
                    break  # "not the 300 million feared" denies the number
                if _is_content(one):
                    found.add(one.stem)
                    count += 1
    return found


def _ended_stems(passage: Passage) -> Iterator[str]:
    """What is there no more: "halts the dividend"."""
    for index, token in enumerate(passage.tokens):
        if token.lower in _NAYS or token.lower in _DENIALS:
            yield from (one.stem for one in passage.tokens[index + 1 : index + 4] if _is_content(one))


def _nil_stems(passage: Passage) -> Iterator[str]:
    """What is said to be nothing: "exposure is nil"."""
    for index, token in enumerate(passage.tokens):
        if token.lower in _NIL and index and passage.tokens[index - 1].lower in _BE:
            yield from (one.stem for one in passage.tokens[max(0, index - 3) : index] if _is_content(one))


_BE = frozenset("is are was were be been".split())
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
        or token.lower.endswith("n't")
        or (token.kind == "word" and not token.capital and _is_privative(token.lower))
    )


def _is_privative(word: str) -> bool:
    """ "unchanged", "non-binding", "jobless": a word that denies what it is made from."""
    if word.endswith("less") and len(word) > 5:
        return word not in ("unless", "nonetheless", "nevertheless", "regardless")
    prefixed = word.startswith(("un", "non", "dis")) and len(word) > 5
    return word in _INABLE or (prefixed and not word.startswith(_NOT_PRIVATIVE))


_INABLE = frozenset(
    "insufficient inconclusive ineligible invalid inactive incomplete inability unlike impossible irrelevant intact".split()
)
_NOT_PRIVATIVE = (
    "under", "unit", "union", "uniq", "univers", "until", "unless", "unveil", "discount", "district", "disput", "display", "discuss",
    "distribut", "disclos", "distin", "distan",
)  # fmt: skip


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
            if group != "report" and _is_compared(words, start):
                continue
            found.append(Caution(phrase, start, group, _scope(passage, start, start + len(parts), group)))
    return tuple(found)


def _is_compared(words: Sequence[str], start: int) -> bool:
    """ "sooner than planned", "as its June paper proposed": what was planned is only compared to."""
    return "than" in words[max(0, start - 2) : start] or "as" in words[max(0, start - 4) : start]


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
        return frozenset(said for said in passage.features if said is not None)
    behind = range(end, min(len(passage.tokens), end + _SCOPE))
    wall = next((place for place in behind if passage.tokens[place].text in _SCOPE_WALLS), behind.stop)
    scope = frozenset(said for said in passage.features[end:wall] if said is not None)
    return scope or frozenset(said for said in passage.features[max(0, start - _SCOPE) : start] if said is not None)


def check_hedges(said: Passage, known: Sequence[Passage]) -> Iterator[Offence]:
    """Hedges of the sources whose claim is told here without one of their group."""
    places = {what: index for index, what in enumerate(said.features) if what is not None}
    told = frozenset(places)
    here = find_cautions(said)
    for passage in known:
        for caution in find_cautions(passage):
            if caution.words not in GUARDED or not caution.scope:
                continue
            if len(caution.scope & told) / len(caution.scope) < _TOLD[caution.group]:
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
