"""What speaks for and against an exchange (`guard_rivals`), as numbers: the evidence that `guard_bindings` weighs.

Every feature has a name, and is 0 where it says nothing:

    fit NAME …      how like the spot's surroundings are to those of its own mentions and to the rival's, in one of the VIEWS:
                    gain (rival less own, summed over both where two change places), own, share (gain per evidence there is),
                    clear (what the gain is above a margin), best and least (of the two gains), pull (how much of all the
                    candidates' fit the rival has, less that of its own)
    deed …          whether it does, or has done to it, the same as its own and as the rival (`guard_deeds`), or has another part in it
    part …, says    whether it has the same part in its clause ("first", "object", "of") as its own and as the rival
    sort …          what kind of name it is as far as its form shows: a country, its people, a company, a person, a day, a code
    slot …          what stands beside it: a noun that it belongs to ("Thai fish"), a verb, "in", "of"; "person as noun" is a sort in a slot
    the rest        where the mentions stand, how many there are, roles and directions of numbers

Features of the second of two spots that change places end in "'".
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from llm_wrap.summary.guard_context import Context, Weights, likeness, read_context
from llm_wrap.summary.guard_deeds import read_deeds
from llm_wrap.summary.guard_forms import SLOTS, SORTS, read_slot, read_sort, word_before
from llm_wrap.summary.guard_frames import SAYS, read_parts
from llm_wrap.summary.guard_known import OPENING
from llm_wrap.summary.guard_places import Place
from llm_wrap.summary.guard_rivals import Mention, Rivalry, Spot, are_listed, are_nested

_WHOLE = Weights(
    near=0.816, wall=0.385, verb_side=0.2, word_side=0.47, number=1.044, direction=0.716, part=0.643, says=0.46
)
# How surroundings are looked at. "again": whom a source means by "its" is open, so that both readings are looked at.
VIEWS: Mapping[str, Weights] = {
    "whole": Weights(0.816, 0.385, 0.2, 0.47, 1.044, 0.716, 0.643, 0.46, again=False),
    "again": _WHOLE,
    "beside": Weights(near=0.35, wall=0.1, verb_side=0.0, word_side=1.0),
    "near": Weights(near=0.6, wall=0.2, verb_side=0.0, word_side=0.0, direction=0.7),
    "far": Weights(near=0.93, wall=0.7, verb_side=0.0, word_side=0.0, direction=0.5),
    "sides": Weights(near=0.82, wall=0.4, verb_side=1.0, word_side=1.0, direction=0.7),
    "clause": Weights(near=0.82, wall=0.1, verb_side=0.0, word_side=0.0, direction=0.7),
}
_MARGIN = 0.3  # of likeness, about a third of what one neighbour in common gives
_HEAT = 0.3  # of likeness that makes one candidate e times as likely as another
_FAR = 20  # words


def read_evidence(rivalries: Sequence[Rivalry]) -> Iterator[dict[str, float]]:
    """The evidence for each of all rivalries of a sentence, in their order."""
    fits = _Fits()
    candidates: dict[Spot, dict[Hashable, Sequence[Mention]]] = {}
    for one in rivalries:
        candidates.setdefault(one.spot, {})[one.rivals] = one.rivals
        if one.other is not None:
            candidates.setdefault(one.other, {})[one.spot.own] = one.spot.own
    for one in rivalries:
        found = dict(_read_fits(one, fits, candidates))
        found |= _read_signs(one.spot, one.spot.own, one.rivals, "")
        if one.other is not None:
            found |= _read_signs(one.other, one.other.own, one.spot.own, "'")
        if one.spot.kind == "name":
            found |= _read_names(one)
        pairs = [(own, rival) for own in one.spot.own for rival in one.rivals]
        found["touching"] = float(any(_touch(own, rival) for own, rival in pairs))
        found["nested"] = float(any(are_nested(own, rival) for own, rival in pairs))
        found["apart"] = min(_distance(own, rival) for own, rival in pairs) / _FAR
        found["among"] = math.log(one.among)
        yield found


# --- how like the surroundings are ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fits:
    """The likeness of spots to mentions, each worked out once."""

    known: dict[tuple[Mention, Mention, str], float] = field(default_factory=dict)

    def best(self, spot: Spot, mentions: Iterable[Mention], view: str) -> float:
        return max(self._of(spot.said, mention, view) for mention in mentions)

    def _of(self, said: Mention, mention: Mention, view: str) -> float:
        key = (said, mention, view)
        if key not in self.known:
            there = read_context(mention.passage, mention.start, mention.end, VIEWS[view])
            self.known[key] = likeness(_surroundings(said, view), there)
        return self.known[key]


def _surroundings(said: Mention, view: str) -> Context:
    """Of a spot; that its own sentence means it by "its" is certain enough in every view."""
    weights = _WHOLE if view == "whole" else VIEWS[view]
    return read_context(said.passage, said.start, said.end, weights)


def _read_fits(
    one: Rivalry, fits: _Fits, candidates: Mapping[Spot, Mapping[Hashable, Sequence[Mention]]]
) -> Iterator[tuple[str, float]]:
    sides = [(one.spot, one.rivals)] if one.other is None else [(one.spot, one.rivals), (one.other, one.spot.own)]
    least = math.inf
    for view in VIEWS:
        own = [fits.best(spot, spot.own, view) for spot, _ in sides]
        gains = [fits.best(spot, rivals, view) - fit for (spot, rivals), fit in zip(sides, own, strict=True)]
        there = sum(sum(_surroundings(spot.said, view).values()) for spot, _ in sides)
        yield f"fit {view} gain", sum(gains)
        yield f"fit {view} own", sum(own)
        yield f"fit {view} share", sum(gains) / (there + 0.1)
        yield f"fit {view} clear", max(0.0, sum(gains) - _MARGIN)
        yield f"fit {view} pull", sum(_read_pull(fits, spot, rivals, candidates[spot], view) for spot, rivals in sides)
        if one.other is not None:
            yield f"fit {view} best", max(gains)
            yield f"fit {view} least", min(gains)
        if view in ("whole", "again"):
            least = min(least, sum(gains))
    yield "fit both readings", least


def _read_pull(
    fits: _Fits, spot: Spot, rivals: Sequence[Mention], groups: Mapping[Hashable, Sequence[Mention]], view: str
) -> float:
    """The share that the rival has of all candidates for a place less that of its own, -1 to 1."""
    own = math.exp(fits.best(spot, spot.own, view) / _HEAT)
    rival = math.exp(fits.best(spot, rivals, view) / _HEAT)
    total = own + sum(math.exp(fits.best(spot, group, view) / _HEAT) for group in groups.values())
    return (rival - own) / total


# --- what does not depend on words in common --------------------------------------------------------------------------------------


def _read_signs(spot: Spot, own: Sequence[Mention], rivals: Sequence[Mention], mark: str) -> dict[str, float]:
    """Parts, places, roles and directions."""
    here, there, yonder = _parts([spot.said]), _parts(own), _parts(rivals)
    found: dict[str, float] = {
        "part as own": bool(here & there),
        "part as rival": bool(here & yonder),
        "part of neither": bool(here) and bool(there) and not here & there,
        "one sentence": bool({id(one.passage) for one in own} & {id(one.passage) for one in rivals}),
        "own titled": min(one.rank for one in own) == 1,
        "own elsewhere": min(one.rank for one in own) == 2,
        "own meant": all(not one.end for one in own),
        "rival titled": all(one.rank for one in rivals),
        "owns": min(len(own), 4),
        "rivals": min(len(rivals), 4),
    }
    for part in ("first", "object", "of", "in", SAYS):
        found[f"part {part} as own"] = (part in here) * (1 if part in there else -1)
        found[f"part {part} as rival"] = (part in here) * (1 if part in yonder else -1)
    for whose, group in (("own", own), ("rival", rivals)):
        found[f"deed as {whose}"], found[f"deed unlike {whose}"] = _compare_deeds(spot.said, group)
    found |= dict(_read_words_before(spot, own, rivals) if spot.said.place is None else _read_roles(spot, own, rivals))
    return {f"{name}{mark}": float(value) for name, value in found.items()}


def _compare_deeds(said: Mention, group: Sequence[Mention]) -> tuple[bool, bool]:
    """Whether one of the group has the same part in the same deed; whether one has another part in it and none the same."""
    here = read_deeds(said.passage, said.start, said.end)
    there = {deed for one in group for deed in read_deeds(one.passage, one.start, one.end)}
    acts = {deed.act for deed in here & there}
    unlike = {deed.act for deed in here} & {deed.act for deed in there} - acts
    return bool(acts), bool(unlike)


def _read_words_before(spot: Spot, own: Sequence[Mention], rivals: Sequence[Mention]) -> Iterator[tuple[str, float]]:
    said, there, yonder = ({word_before(one) for one in group} for group in ([spot.said], own, rivals))
    yield "the", "the" in said
    yield "the added", "the" in said and "the" not in there
    yield "the of rival", "the" in said and "the" in yonder
    yield "the lost", "the" not in said and "the" in there
    yield "led as own", bool(said & there & _LEADING)
    yield "led as rival", bool(said & yonder & _LEADING)


_LEADING = frozenset("the in at on of to by from with for and".split())


def _read_roles(spot: Spot, own: Sequence[Mention], rivals: Sequence[Mention]) -> Iterator[tuple[str, float]]:
    place = spot.said.place
    assert place is not None
    yield "unit", bool(place.readings[0].unit)
    yield "size", _compare_sizes(place, own, rivals)
    yield "ends of a range", any(_are_ends(one, other) for one in own for other in rivals)
    for whose, group in (("own", own), ("rival", rivals)):
        places = [one.place for one in group if one.place is not None]
        roles = {role for one in places for role in one.roles}
        yield f"role as {whose}", bool(place.roles & roles)
        yield f"role not as {whose}", bool(place.roles) and bool(roles) and not place.roles & roles
        yield f"way as {whose}", place.polarity != 0 and any(one.polarity == place.polarity for one in places)
        yield f"way not as {whose}", place.polarity != 0 and any(one.polarity == -place.polarity for one in places)


_SIZES = 3  # powers of ten


def _compare_sizes(place: Place, own: Sequence[Mention], rivals: Sequence[Mention]) -> float:
    """Powers of ten between a number and its rival."""
    sizes = [abs(one.place.readings[0].value) for one in (*own[:1], *rivals[:1]) if one.place is not None]
    if len(sizes) < 2 or not all(sizes):
        return 0.0
    return min(_SIZES, abs(math.log10(sizes[0] / sizes[1])))


def _are_ends(one: Mention, other: Mention) -> bool:
    """ "30-40%"."""
    first, last = sorted((one.start, other.start))
    return one.passage is other.passage and last - first == 2 and one.passage.tokens[first + 1].lower == "to"


def _parts(group: Iterable[Mention]) -> frozenset[str]:
    return frozenset(
        part
        for one in group
        for part in read_parts(one.passage.tokens, one.passage.verbs, one.passage.passives, one.start, one.end)
    )


def _touch(one: Mention, other: Mention) -> bool:
    """ "China's Eastern Theatre Command": what stands right beside a name may be a part of it, and no rival."""
    told = one.passage is other.passage and bool(one.end and other.end)
    return told and (one.end == other.start or other.end == one.start)


def _distance(one: Mention, other: Mention) -> float:
    return min(_FAR, abs(one.start - other.start)) if one.passage is other.passage and one.end and other.end else _FAR


# --- what kinds of names they are, and what they stand beside ---------------------------------------------------------------------


def _read_names(one: Rivalry) -> dict[str, float]:
    said = one.spot.said
    sides = [(said, one.spot.own, one.rivals, "")]
    found: dict[str, float] = dict.fromkeys(_NO_PLACES if one.other is None else _NO_PLACES_OF_TWO, 0.0)
    if one.other is not None:
        sides.append((one.other.said, one.other.own, one.spot.own, "'"))
    found |= {
        "elsewhere often": math.log(1 + sum(own.rank == 2 for own in one.spot.own)),
        "elsewhere first": any(own.rank == 2 and own.start <= OPENING for own in one.spot.own),
        "own by deputy": all(not mention.keys & said.keys for mention in one.spot.own),
        "rival acts for it": any(said.keys & mention.acts_for for mention in one.rivals),
        "it acts for rival": any(said.acts_for & mention.keys for mention in one.rivals),
        "of one country": any(said.acts_for & mention.acts_for for mention in one.rivals),
        "listed there": any(are_listed(own, rival) for own in one.spot.own for rival in one.rivals),
        "listed here": one.other is not None and are_listed(said, one.other.said),
    }
    rivals = [read_sort(mention) for mention in one.rivals if mention.end]
    sort = read_sort(said)
    for name in SORTS:
        found[f"sort {name}"] = name in sort
        found[f"sort {name} of rival"] = any(name in other for other in rivals)
    found["sort as rival"] = any(sort == other for other in rivals)
    for mention, own, others, mark in sides:
        slot = read_slot(mention)
        found |= {f"slot {name}{mark}": name in slot for name in SLOTS}
        kinds = frozenset(kind for there in others if there.end for kind in read_sort(there))
        found |= {f"{both}{mark}": True for both in _read_places("", read_sort(mention), slot)}
        found |= {f"{both}{mark}": True for both in _read_places("rival ", kinds, slot)}
        as_own, as_rival = (
            max((_share(slot, read_slot(there)) for there in group if there.end), default=0.0)
            for group in (own, others)
        )
        found |= {f"slot as own{mark}": as_own, f"slot as rival{mark}": as_rival}
    return {name: float(value) for name, value in found.items()}


def _read_places(whose: str, sorts: frozenset[str], slot: frozenset[str]) -> Iterator[str]:
    """ "person as noun": each of the sorts in each of the slots."""
    return (f"{whose}{kind} as {name}" for kind in _SORTS if kind in sorts for name in _SLOTS if name in slot)


_SORTS = ("country", "people", "company", "person", "letters", "term")
_SLOTS = ("in", "owner", "noun", "verb", "says", "object")
_NO_PLACES = tuple(
    both for whose in ("", "rival ") for both in _read_places(whose, frozenset(_SORTS), frozenset(_SLOTS))
)
_NO_PLACES_OF_TWO = (*_NO_PLACES, *(f"{both}'" for both in _NO_PLACES))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one), len(other))
