"""Who or what could stand in a name's or a number's place: the exchanges that `guard_bindings` weighs.

An error of binding is an exchange: two names (or two numbers of one kind) have changed places, or one stands where another
belongs. So each name and number of a sentence is a `Spot` with its own mentions in the sources, and its rivals are the others
of its kind: those that the sentence has, too (they may have changed places), and those that it has not (one may have been
replaced).

A country is also meant where a body, a leader or a listed company of it is named ("Washington" for President Trump).
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from llm_wrap.summary.guard_context import KEPT, Name, Passage
from llm_wrap.summary.guard_implied import IMPLIED_NAMES, countries_of_tickers, home_of
from llm_wrap.summary.guard_numbers import matching
from llm_wrap.summary.guard_places import Place, find_places
from llm_wrap.summary.guard_words import CURRENCY_CODES, FREE_CAPITALS

Kind = Literal["number", "name"]


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity
class Mention:
    """Where a name or a number stands: tokens `start` to `end` (exclusive) of a passage; `end` is 0 where it is only meant.

    `keys` are what a name matches by, `acts_for` the keys of the countries that it may stand for; `rank` is 0 in a cited
    sentence, 1 in the headline or where it is only meant, 2 elsewhere in the item.
    """

    passage: Passage
    start: int
    end: int
    text: str
    keys: frozenset[str]
    acts_for: frozenset[str]
    rank: int
    place: Place | None = None  # of a number


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A name or number of the sentence, with its mentions in the sources."""

    kind: Kind
    said: Mention
    own: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rivalry:
    """A spot and what could stand in its place: `other` where the sentence has it elsewhere, else `rivals` of the sources only.

    `among` is how many rivalries of its kind the sentence has.
    """

    spot: Spot
    rivals: tuple[Mention, ...]
    other: Spot | None
    among: int

    @property
    def name(self) -> str:
        """What is weighed alike: "name replaced", "number exchanged" and so on."""
        return f"{self.spot.kind} {'replaced' if self.other is None else 'exchanged'}"


def find_rivalries(
    said: Passage, headline: Passage | None, cited: Sequence[Passage], around: Sequence[Passage]
) -> Iterator[Rivalry]:
    """Every exchange that could have been made in the sentence; `around` are the item's other sentences."""
    places = [place for passage in cited for place in find_places(passage)]
    here = find_places(said)
    numbers = [_mention_place(place) for place in places]
    yield from _pair(
        [
            Spot("number", _mention_place(place), own)
            for place in here
            if (own := tuple(one for one in numbers if one.place in matching(place, places)))
        ],
        [one for one in numbers if one.place is not None and not matching(one.place, here)],
    )
    named = [one for passage in cited for one in _mention_names(passage, 0)]
    if headline is not None:
        named = [*_mention_names(headline, 1), *named]
    meant = list(_find_topics(headline, cited))
    far = [one for passage in around for one in _mention_names(passage, 2)]
    spots: list[Spot] = []
    for name in _mention_names(said, 0):
        own = tuple(one for one in (*named, *meant) if _is_same(one, name))
        own = own or tuple(one for one in far if _is_same(one, name))
        if own:
            spots.append(Spot("name", name, own))
    told = frozenset(key for name in said.names for key in name.keys)
    yield from _pair(spots, [one for one in named if not one.keys & told])


def _mention_place(place: Place) -> Mention:
    return Mention(
        place.passage,
        place.index,
        place.index + 1,
        place.token.text,
        frozenset(),
        frozenset(),
        0,
        place,
    )


@lru_cache(maxsize=KEPT)
def _mention_names(passage: Passage, rank: int) -> tuple[Mention, ...]:
    return tuple(
        Mention(passage, name.start, name.end, name.text, name.keys, _acts_for(passage, name), rank)
        for name in passage.names
    )


def _acts_for(passage: Passage, name: Name) -> frozenset[str]:
    """The countries that a body, a leader or a listed company stands for."""
    words = [word.lower().removesuffix("'s").strip("'.,") for word in name.text.split()]
    runs = (*words, *(f"{one} {two}" for one, two in itertools.pairwise(words)))
    groups = {group for run in runs for group in IMPLIED_NAMES.get(run, ())}
    groups |= {group for key in name.keys if key[0] == "&" for group in home_of(key)}
    after = passage.tokens[name.end] if name.end < len(passage.tokens) else None
    if after is not None and after.kind == "tag":
        groups |= countries_of_tickers([after.text])
    return frozenset(f"@{group}" for group in groups)


def _find_topics(headline: Passage | None, cited: Sequence[Passage]) -> Iterator[Mention]:
    """What a sentence may be about without naming it: the names of the headline, and whom the sentences before it begin with."""
    topics = frozenset(key for name in headline.names for key in name.keys) if headline else frozenset()
    for passage in cited:
        if topics:
            yield Mention(passage, 0, 0, "", topics, frozenset(), 1)
        topics |= frozenset(key for name in passage.names[:1] for key in name.keys)


def _is_same(source: Mention, name: Mention) -> bool:
    return bool((source.keys | source.acts_for) & name.keys)


def _pair(spots: Sequence[Spot], untold: Sequence[Mention]) -> Iterator[Rivalry]:
    pairs = [(one, two) for one, two in itertools.combinations(spots, 2) if _are_rivals(one.said, two.said)]
    yield from (Rivalry(one, two.own, two, len(pairs)) for one, two in pairs)
    groups: dict[tuple[int, Hashable], list[Mention]] = {}
    for number, spot in enumerate(spots):
        for mention in untold:
            if _are_rivals(spot.said, mention):
                groups.setdefault((number, _identify(mention)), []).append(mention)
    for (number, _), group in groups.items():
        yield Rivalry(spots[number], tuple(group), None, len(groups))


def _identify(mention: Mention) -> Hashable:
    return mention.keys if mention.place is None else mention.place.readings[0].value


def _are_rivals(one: Mention, other: Mention) -> bool:
    """Whether the two could be taken for each other: different names, or different numbers of one kind."""
    if one.place is None or other.place is None:
        return not one.keys & other.keys
    a, b = one.place.readings[0], other.place.readings[0]
    return (a.family, a.unit) == (b.family, b.unit) and _read_change(one.place) != _read_change(other.place)


def _read_change(place: Place) -> Decimal:
    """The number with the sign that its words give it: "fell by 0.3% after -0.3%" has one figure twice."""
    value = place.readings[0].value
    return place.polarity * abs(value) if place.polarity else value


def are_listed(one: Mention, other: Mention) -> bool:
    """ "France and Poland", "Gerdau, Renner (LREN3.BZ) and GM": whether nothing but other names is between two names."""
    if one.place is not None or one.passage is not other.passage or not (one.end and other.end):
        return False
    first, second = sorted((one, other), key=lambda mention: mention.start)
    between = first.passage.tokens[first.end : second.start]
    return bool(between) and all(
        token.capital or token.kind == "tag" or token.lower in _LISTING for token in between
    ) and any(token.lower in _LISTING for token in between)  # fmt: skip


_LISTING = frozenset({",", "and", "or", "&"})


def are_nested(one: Mention, other: Mention) -> bool:
    """ "Grasberg in Indonesia", "Graphcore, the Bristol chip firm", "Alibaba's AliExpress": the one is a part of the other, or in it."""
    if one.place is not None or one.passage is not other.passage or not (one.end and other.end):
        return False
    first, second = sorted((one, other), key=lambda mention: mention.start)
    between = [token for token in first.passage.tokens[first.end : second.start] if token.kind != "tag"]
    words = [token.lower for token in between]
    return len(words) <= _NESTED and all(word in _WITHIN for word in words)


_NESTED = 3
_WITHIN = frozenset("in of at near on , the a an".split())


def is_term(mention: Mention) -> bool:
    """ "CPI", "AI", "ADRs", "GHS": what is counted or meant, and nobody who could act."""
    words = [word.lower().removesuffix("'s") for word in mention.text.split()]
    return mention.place is None and bool(words) and all(word in TERMS for word in words)


TERMS = (
    FREE_CAPITALS
    | {code.lower() for code in CURRENCY_CODES}
    | frozenset("adr adrs gdr gdrs oat oats jgb jgbs btp btps nt ghs wti".split())
)
