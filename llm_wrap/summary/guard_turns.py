"""Direction words of a model's sentence against its sources: which way each goes, and about what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from llm_wrap.summary.guard_context import KEPT, Context, Passage, Weights, likeness, read_context
from llm_wrap.summary.guard_nays import is_content
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import DIRECTIONS, NEGATIONS, RANKS, Axis


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
    inside = {place for name in passage.names if name.end - name.start > 1 for place in range(name.start, name.end)}
    for index, token in enumerate(passage.tokens):
        if token.kind != "word":
            continue
        rank = RANKS.get(token.lower)
        ranked: tuple[tuple[Axis, int], ...] = (("rank", rank),) if rank else ()
        for axis, sign in (*ranked, *DIRECTIONS.get(token.stem, ())):
            if token.lower in _NOT_HERE.get(axis, ()) or (axis == "move" and rank) or _is_bound(passage.tokens, index):
                continue
            if token.lower in ("up", "down") and index and passage.tokens[index - 1].text == "-":
                continue  # "start-up"
            if index in inside:
                continue  # "Lower Austria"
            if axis == "run" and _is_session(passage.tokens, index):
                continue
            if axis == "deal" and _lower_behind(passage.tokens, index) in ("for", "at"):
                continue  # "lithium sells for a sixth of its peak"
            if token.lower in _JUDGING and _is_of_bad(passage.tokens, index):
                sign = -sign
            turned = -sign if _is_negated(passage.tokens, index) else sign
            context = read_context(passage, index, index + 1, _WEIGHTS)
            turns.append(Turn(token, index, axis, turned, context, _shown_by_numbers(passage, index, turned)))
    return tuple(turns)


def _is_bound(tokens: Sequence[Token], index: int) -> bool:
    """ "more than 60%", "less than half", "up to 20%": a bound of a number, and no direction."""
    after = tokens[index + 1 : index + 4]
    if len(after) < 2 or (tokens[index].lower, after[0].lower) not in _BOUNDS:
        return False
    number = next((token for token in after[1:] if token.lower not in ("the", "a", "its")), after[1])
    return bool(number.quantities) and not any(token.lower == "from" for token in tokens[index + 3 : index + 6])


# "claims of 217,000 were better than the 226,000 expected": for what one would rather have less of, better is below.
_JUDGING = frozenset(
    "better worse improve improved improves improving deteriorate deteriorated worsen worsened worsens worsening".split()
)
_BAD = frozenset(
    "jobless joblessness unemployment claim claims loss losses deficit layoffs delinquencies defaults".split()
)


def _is_of_bad(tokens: Sequence[Token], index: int) -> bool:
    for token in reversed(tokens[max(0, index - 20) : index]):
        if token.text in (";", "."):
            return False
        if token.lower in _BAD:
            return True
    return False


def _is_session(tokens: Sequence[Token], index: int) -> bool:
    """ "opened 5% higher", "closed at 830", "at the open": of a trading day, and nothing that begins or stops."""
    if tokens[index].stem not in ("open", "clos", "end"):
        return False
    after = tokens[index + 1 : index + 5]
    return any(one.quantities or one.lower in ("higher", "lower", "up", "down", "flat") for one in after) or (
        index > 1 and (tokens[index - 2].lower, tokens[index - 1].lower) in (("at", "the"), ("by", "the"))
    )


def _lower_behind(tokens: Sequence[Token], index: int) -> str:
    return tokens[index + 1].lower if index + 1 < len(tokens) else ""


_BOUNDS = frozenset({("more", "than"), ("less", "than"), ("fewer", "than"), ("up", "to")})
_NOT_HERE: dict[Axis, frozenset[str]] = {
    "move": frozenset({"strong", "added", "adds", "growth", "easing"}),
    "permit": frozenset({"free"}),  # "free cash flow", "duty-free"
}


# "fear rose" and "rising fear" are one: little hangs on the side. Found as those of the bindings were.
_WEIGHTS = Weights(near=0.78, wall=0.33, verb_side=0.21, word_side=0.16, number=1.2, direction=0.94)
_MARGIN = 0.1  # by which the other end must fit better where the sources name both
_SAME_WORD = 0.5
_SLIGHT = 0.8  # likeness that is enough where the sources name only the other end


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
    for place in range(index + 1, min(len(tokens), index + 22)):
        token = tokens[place]
        turned = token.stem in DIRECTIONS and (place > index + 1 or token.lower not in ("up", "down"))
        turned = turned and token.lower not in _LEVELS
        if token.text in (";", ".") or token.lower in _OTHER_CLAUSES or (turned and not found):
            break
        role = next((one.lower for one in tokens[place - 1 : place - 4 : -1] if one.lower in ("to", "from")), "")
        if token.quantities and token.quantities[0].family == "amount" and role and role not in found:
            found[role] = token.quantities[0].value
            units.add(token.quantities[0].unit)
    if len(found) < 2 or len(units) > 1 or found["to"] == found["from"]:
        return 0
    return 1 if (found["to"] > found["from"]) == (sign > 0) else -1


_OTHER_CLAUSES = frozenset("while whereas although".split())  # what another thing does, with numbers of its own
_LEVELS = frozenset(
    "growth profit loss surplus deficit expansion contraction gain".split()
)  # what may be raised or lowered


def _compare(tokens: Sequence[Token], index: int, sign: int) -> int:
    """1 where "4.4%, below the 4.5% estimate" is so, else 0."""
    after = next((one.quantities[0] for one in tokens[index : index + 5] if one.quantities), None)
    amounts = (one.quantities[0] for one in reversed(tokens[:index]) if one.quantities)
    before = next(
        (one for one in amounts if one.family != "ordinal"), None
    )  # not "a sixth straight increase but below 12%"
    if before is None or after is None or before.unit != after.unit or before.value == after.value:
        return 0
    return int((before.value > after.value) == (sign > 0))


def check_turns(
    said: Sequence[Turn], known: Sequence[Turn], settled: frozenset[int] = frozenset(), titled: Sequence[Turn] = ()
) -> Iterator[Offence]:
    """Direction words whose other end the sources name, and not this one; or name this one about something else.

    `settled` are the tokens whose number has the same direction in the sources. The headline, `titled`, may bear a word out and never
    contradicts one.
    """
    for turn in said:
        if turn.axis == "move" and turn.shown < 0:
            yield Offence(turn.token.text, "direction")
        if turn.axis in ("move", "output", "expect") and (
            turn.shown > 0 or (turn.axis != "expect" and turn.index in settled)
        ):
            continue
        axis = [one for one in known if one.axis == turn.axis]
        heads = [one for one in titled if one.axis == turn.axis and one.token.stem == turn.token.stem]
        same = [one for one in (*axis, *heads) if one.sign == turn.sign]
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
        if is_content(token):
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
