"""Whether numbers and names stand where the source has them: nobody's figure is given to somebody else.

For each number and name the source has places where it stands. Its surroundings in the sentence must be at least as much
like one of those as like the places of another number or name; and two of them must not fit better when they change places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from llm_wrap.summary.guard_context import Context, Name, Passage, Weights, likeness, read_context
from llm_wrap.summary.guard_numbers import matching
from llm_wrap.summary.guard_places import Place
from llm_wrap.summary.guard_quantities import Quantity
from llm_wrap.summary.guard_verdict import Offence

_AGAIN = Weights(
    near=0.816, wall=0.385, verb_side=0.2, word_side=0.47, number=1.044, direction=0.716, part=0.643, says=0.46
)
# Whom a source means by "its" is open: only what is wrong in both readings is wrong.
_READINGS = (_AGAIN, replace(_AGAIN, again=False))
_NAME_PAIR_MARGIN, _PAIR_MARGIN = 0.1, 0.12  # by which the sum must be better when two change places
_NAME_MARGIN, _NAME_FACTOR = 0.2, 1.1  # by which another's place must fit better than its own
_TITLED_MARGIN = 2.0  # by which it must fit better than a name that only the headline has
_NUMBER_MARGIN, _NUMBER_FACTOR = 0.05, 1.44
_Span = tuple[int, int, int]  # a passage's identity, the first token and the one behind the last


@dataclass(frozen=True, slots=True)
class _Spot:
    """A number or a name with its surroundings here, and those of all places of its own in the sources."""

    words: str
    context: Context
    own: tuple[Context, ...]
    place: Place | Name
    titled: bool = False  # whether only the headline has it
    beside: frozenset[_Span] = frozenset()  # where its names stand in the sources


def check_bindings(
    said: Passage,
    here: Sequence[Place],
    headline: Passage | None,
    cited: Sequence[Passage],
    places: Sequence[Place],
    around: Sequence[Passage] = (),
) -> Iterator[Offence]:
    """Numbers and names that fit a place of another better than any of their own, in each reading."""
    found = [
        dict.fromkeys(_check_reading(said, here, headline, cited, places, around, weights)) for weights in _READINGS
    ]
    return (offence for offence in found[0] if all(offence in other for other in found[1:]))


def _check_reading(
    said: Passage,
    here: Sequence[Place],
    headline: Passage | None,
    cited: Sequence[Passage],
    places: Sequence[Place],
    around: Sequence[Passage],
    weights: Weights,
) -> Iterator[Offence]:
    known = cited if headline is None else [headline, *cited]
    yield from _check(
        list(_number_spots(here, places, weights)),
        [
            _Other(
                place, read_context(place.passage, place.index, place.index + 1, weights), bool(matching(place, here))
            )
            for place in places
        ],
    )
    names = [(passage, name) for passage in known for name in passage.names]
    names += [(passage, Name("", 0, 0, keys)) for passage, keys in _find_topics(headline, cited)]
    yield from _check(
        list(
            _name_spots(
                said, names, headline, [(passage, name) for passage in around for name in passage.names], weights
            )
        ),
        [
            _Other(
                name,
                read_context(passage, name.start, name.end, weights),
                any(name.keys & one.keys for one in said.names),
                (id(passage), name.start, name.end),
            )
            for passage, name in names
            if name.text
        ],
    )


@dataclass(frozen=True, slots=True)
class _Other:
    """A place of the sources. `told`: the sentence has its number or name, so that what is told next to it is like it, too."""

    place: Place | Name
    context: Context
    told: bool
    span: _Span | None = None


def _number_spots(here: Sequence[Place], places: Sequence[Place], weights: Weights) -> Iterator[_Spot]:
    for place in here:
        own = matching(place, places)
        if own:
            contexts = tuple(read_context(one.passage, one.index, one.index + 1, weights) for one in own)
            yield _Spot(
                place.token.text, read_context(place.passage, place.index, place.index + 1, _AGAIN), contexts, place
            )


def _name_spots(
    said: Passage,
    names: Sequence[tuple[Passage, Name]],
    headline: Passage | None,
    elsewhere: Sequence[tuple[Passage, Name]],
    weights: Weights,
) -> Iterator[_Spot]:
    """Names of the sentence with their places; those that the item has `elsewhere` only, with these."""
    for name in said.names:
        places = [(passage, one) for passage, one in names if one.keys & name.keys]
        if not places:
            places = [(passage, one) for passage, one in elsewhere if one.keys & name.keys]
        if places:
            own = tuple(read_context(passage, one.start, one.end, weights) for passage, one in places)
            titled = not any(one.text and passage is not headline for passage, one in places)
            beside = frozenset((id(passage), one.start, one.end) for passage, one in places if one.text)
            yield _Spot(name.text, read_context(said, name.start, name.end, _AGAIN), own, name, titled, beside)


def _find_topics(headline: Passage | None, cited: Sequence[Passage]) -> Iterator[tuple[Passage, frozenset[str]]]:
    """What a sentence may be about without naming it: the names of the headline, and whom the sentences before it begin with."""
    topics = frozenset(key for name in headline.names for key in name.keys) if headline else frozenset()
    for passage in cited:
        if topics:
            yield passage, topics
        topics |= frozenset(key for name in passage.names[:1] for key in name.keys)


def _check(spots: list[_Spot], others: list[_Other]) -> Iterator[Offence]:
    guilty: set[int] = set()
    fits = [max(likeness(spot.context, own) for own in spot.own) for spot in spots]
    for one in range(len(spots)):
        for two in range(one + 1, len(spots)):
            if not _comparable(spots[one].place, spots[two].place):
                continue
            crossed = [
                max(likeness(spots[a].context, own) for own in spots[b].own) for a, b in ((one, two), (two, one))
            ]
            margin = _PAIR_MARGIN if isinstance(spots[one].place, Place) else _NAME_PAIR_MARGIN
            if sum(crossed) > fits[one] + fits[two] + margin and min(crossed) > 0:
                guilty |= {one, two}
    for number, spot in enumerate(spots):
        named = isinstance(spot.place, Name)
        margin, factor = (_NAME_MARGIN, _NAME_FACTOR) if named else (_NUMBER_MARGIN, _NUMBER_FACTOR)
        if spot.titled:
            margin = _TITLED_MARGIN
        for other in others:
            if not other.told and _comparable(spot.place, other.place) and not _is_joined(spot, other):
                fit = likeness(spot.context, other.context)
                if fit > fits[number] * factor + margin:
                    guilty.add(number)
    for number in sorted(guilty):
        yield Offence(spots[number].words, "swapped")


def _is_joined(spot: _Spot, other: _Other) -> bool:
    """ "China's Eastern Theatre Command": what stands right beside a name of the spot's is a part of it, and no rival."""
    if other.span is None:
        return False
    passage, start, end = other.span
    return any(passage == here and (start == last or end == first) for here, first, last in spot.beside)


def _comparable(one: Place | Name, other: Place | Name) -> bool:
    """Whether the two could be taken for each other: different names, or different numbers of one kind."""
    if isinstance(one, Name) and isinstance(other, Name):
        return not one.keys & other.keys
    if isinstance(one, Place) and isinstance(other, Place):
        a, b = one.readings[0], other.readings[0]
        return _kind(a) == _kind(b) and a.value != b.value
    return False


def _kind(quantity: Quantity) -> tuple[str, str]:
    return quantity.family, quantity.unit
