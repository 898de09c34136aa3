"""What stands around a number or a name: the evidence for what it belongs to.

A context is a bag of features with weights: the words, numbers and names of the same sentence, near ones more than far
ones, each with its side. Two contexts are alike by what they share. Nothing is parsed: a number belongs to the place in the
source whose surroundings are most like its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from llm_wrap.summary.guard_frames import SAYS, find_passives, find_verbs, read_parts
from llm_wrap.summary.guard_implied import companies_of
from llm_wrap.summary.guard_quantities import Quantity
from llm_wrap.summary.guard_text import read_tokens
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import DIRECTIONS, SAME_NAMES, SAME_WORDS, STOPWORDS, TITLES

Context = Mapping[str, float]

_WALLS = {",": 0.6, ";": 1.6, ":": 1.0, "(": 0.6, ")": 0.6, "and": 0.35, "or": 0.35}
_CLAUSE_WORDS = frozenset(
    "while but although though whereas after before because since which who when where as despite with".split()
)
_CLAUSE_WALL = 0.7
_ASIDE_WALL = 1.2
_ASIDE_WORDS = frozenset("which who whose where an a the its".split())
_REACH = 60  # tokens to each side


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words: tokens `start` to `end` (exclusive) of its passage; `keys` are what it may match by."""

    text: str
    start: int
    end: int
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity, which makes what is read from it cheap to keep
class Passage:
    """A sentence as tokens, with its names, where each token stands, and how many clause walls are before it."""

    tokens: tuple[Token, ...]
    names: tuple[Name, ...]
    places: tuple[float, ...]
    walls: tuple[float, ...]
    verbs: tuple[bool, ...]
    passives: tuple[bool, ...]
    features: tuple[str | None, ...]

    def quantities(self) -> list[int]:
        return [index for index, token in enumerate(self.tokens) if token.quantities]


KEPT = 512  # sentences whose reading is kept: an item's sentences are held against a model's more than once


@lru_cache(maxsize=KEPT)
def read_passage(sentence: str, common: frozenset[str], named: frozenset[str] = frozenset()) -> Passage:
    """The sentence; `common` holds the words that are written with a capital only because they start it, `named` those that are
    names all the same, since another sentence has them as such."""
    tokens = read_tokens(sentence)
    places: list[float] = []
    walls: list[float] = []
    place = wall = 0.0
    aside = 0  # index of the comma that closes an aside
    for index, token in enumerate(tokens):
        ending = index and index == aside
        if index >= aside and not ending and not _end_of_aside(tokens, index):
            wall += _WALLS.get(token.text, _CLAUSE_WALL if token.lower in _CLAUSE_WORDS else 0.0)
        places.append(place)
        walls.append(wall + _ASIDE_WALL if index < aside else wall)
        if token.kind in ("word", "quantity"):
            place += 1.0
        if index >= aside and not ending and (end := _end_of_aside(tokens, index)):
            aside = end
        elif index + 1 == aside:
            place = places[_start_of(places, walls, index)] + 1.0
    names = tuple(_find_names(tokens, common, named))
    features = tuple(feature(token) for token in tokens)
    verbs = find_verbs(tokens)
    return Passage(tokens, names, tuple(places), tuple(walls), verbs, find_passives(tokens, verbs), features)


def _end_of_aside(tokens: Sequence[Token], index: int) -> int:
    """The index of the comma that ends the aside which the comma at `index` begins, or 0: ", which owns two hotels," """
    if tokens[index].text != "," or index + 1 >= len(tokens) or tokens[index + 1].lower not in _ASIDE_WORDS:
        return 0
    for end in range(index + 2, min(len(tokens) - 2, index + 20)):
        if tokens[end].text in (",", ";", "."):
            return end if tokens[end].text == "," else 0
    return 0


def _start_of(places: Sequence[float], walls: Sequence[float], index: int) -> int:
    """Where the aside that ends at `index` began: the words before and after it are neighbours."""
    start = index
    while start > 0 and walls[start] == walls[index]:
        start -= 1
    return start


def _find_names(tokens: Sequence[Token], common: frozenset[str], named: frozenset[str]) -> list[Name]:
    names: list[Name] = []
    start: int | None = None
    opening = True
    for index in range(len(tokens) + 1):
        token = tokens[index] if index < len(tokens) else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        joined = token is not None and token.text in ("-", "&") and start is not None and _is_capital(tokens, index + 1)
        common_here = opening and token is not None and _is_common(token, after, common, named)
        capital = joined or (token is not None and token.capital and (not common_here or _begins_pair(tokens, index)))
        if capital and start is None:
            start = index
        elif not capital and start is not None:
            names += _cut_name(tokens, start, index)
            start = None
        if token is not None:
            if capital and token.lower.endswith(("'s", "'")) and start is not None:
                names += _cut_name(tokens, start, index + 1)
                start = None
            opening = token.text in (".", ":", ";", '"', "?", "!", "(") or (opening and token.kind == "mark")
    return names


def _begins_pair(tokens: Sequence[Token], index: int) -> bool:
    """ "United States", "South Korea", "Marks & Spencer" at the start of a sentence."""
    if index + 1 < len(tokens) and tokens[index + 1].text == "&":
        return _is_capital(tokens, index + 2)
    return index + 1 < len(tokens) and f"{tokens[index].lower} {tokens[index + 1].lower}" in SAME_NAMES


def _is_capital(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].capital


_FORMED = ("ical", "ious", "eous", "ful", "less", "tions", "ments", "ically", "ally", "ously")  # endings of no names


def _is_common(token: Token, after: Token | None, common: frozenset[str], named: frozenset[str]) -> bool:
    """Whether a word that starts a sentence has its capital from there."""
    word = token.lower.removesuffix("'s").removesuffix("'")
    plain = token.text.removesuffix("'s")
    if after is not None and after.kind == "tag" and after.text != "-":
        return False  # "Target (TGT)"
    if (
        (plain.isupper() and len(plain) > 1)
        or any(char.isupper() for char in plain[1:])
        or word in named
        or word in SAME_NAMES
    ):
        return False
    formed = len(word) > 6 and word.endswith(_FORMED) and "'" not in token.text
    return formed or word in STOPWORDS or any(base in common for base in _read_bases(word))


_ENDINGS = ("s", "es", "d", "ed", "ing", "ly", "er", "ers")


def _read_bases(word: str) -> Iterator[str]:
    """What a word may be a form of: the word list has "budget" and not "budgets", "budgeted", "budgeting"."""
    yield word
    if word.endswith(("ies", "ied", "ily")):
        yield f"{word[:-3]}y"
    for ending in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) > 2:
            yield base
            yield f"{base}e"
            if base[-1] == base[-2]:
                yield base[:-1]


def read_named(names: Iterable[Name]) -> frozenset[str]:
    """The words of names."""
    words = (word.lower().removesuffix("'s").strip("'.,") for name in names for word in name.text.split())
    return frozenset(word for word in words if word and word not in STOPWORDS)


def _cut_name(tokens: Sequence[Token], start: int, end: int) -> list[Name]:
    text = " ".join(token.text for token in tokens[start:end]).replace(" - ", "-")
    return [Name(text, start, end, name_keys(text))]


@lru_cache(maxsize=4096)
def name_keys(text: str) -> frozenset[str]:
    """What a name matches by: its words without titles, each country as one whatever its form.

    >>> name_keys("Japanese Premier Takaichi") & name_keys("Japan") != frozenset()
    True
    """
    words = [
        word.lower().removesuffix("'s").strip("'.,") for word in text.replace("-", " ").replace(" & ", " ").split()
    ]
    pairs = {f"{one} {two}": (one, two) for one, two in itertools.pairwise(words)}
    joined = {pair: parts for pair, parts in pairs.items() if pair in SAME_NAMES}
    words = [word for word in words if not any(word in parts for parts in joined.values())] + list(joined)
    known = {f"@{SAME_NAMES[word]}" if word in SAME_NAMES else word for word in words if word}
    plain = frozenset(key for key in known if key not in TITLES)
    return (plain or frozenset(known)) | companies_of(text)


def feature(token: Token) -> str | None:
    """What a token says, however it is put; None where it says nothing."""
    if token.kind in ("mark", "tag"):
        return None
    if token.quantity is not None:
        return quantity_feature(token.quantity)
    word = token.lower.removesuffix("'s")
    if token.capital and word in SAME_NAMES:
        return f"@{SAME_NAMES[word]}"
    for axis, sign in DIRECTIONS.get(token.stem, ()):
        if axis in ("move", "expect"):
            return f"^{axis}{sign}"
    if token.lower in STOPWORDS:
        return None
    return SAME_WORDS.get(token.stem, SAME_WORDS.get(token.lower, token.stem))


def quantity_feature(quantity: Quantity) -> str:
    return f"#{abs(quantity.value).normalize()}{quantity.unit}{quantity.family if quantity.family != 'amount' else ''}"


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much in a context; found by trying on the sentences that the guard may be tuned on.

    Attributes:
        near, wall: what one word of distance, and one clause wall, leave of a weight.
        verb_side, word_side: the share of a verb's and of another word's weight that holds for one side of it only.
        number, direction: the weight of a number and of a direction word; that of any other is 1.
        part, says: the weight of the part that a preposition gives ("to KKR"), and of being who says it.
        again: whether "its" and an "and" before a verb are read as the name that the sentence begins with.
    """

    near: float
    wall: float
    verb_side: float
    word_side: float
    number: float = 1.0
    direction: float = 1.0
    part: float = 0.0
    says: float = 0.0
    again: bool = True


@lru_cache(maxsize=32 * KEPT)
def read_context(passage: Passage, start: int, end: int, weights: Weights) -> dict[str, float]:
    """The context of tokens `start` to `end`: what stands beside them, and the parts that they have."""
    context: dict[str, float] = {}
    again = _told_again(passage, start, end) if weights.again else ()
    for index in range(max(0, start - _REACH), min(len(passage.tokens), end + _REACH)):
        said = passage.features[index]
        if start <= index < end or said is None:
            continue
        left = index < start
        stands = (start if left else end - 1, *(place for place in again if index > end))
        weight = max(_nearness(passage, index, place, weights) for place in stands)
        weight *= weights.number if said[0] == "#" else weights.direction if said[0] == "^" else 1.0
        sided = weights.verb_side if passage.verbs[index] else weights.word_side
        if passage.passives[index]:
            left = not left
        _raise(context, said, weight * (1 - sided))
        _raise(context, ("<" if left else ">") + said, weight * sided)
    if weights.part:
        for part in read_parts(passage.tokens, passage.verbs, passage.passives, start, end):
            _raise(context, f"|{part}", weights.says if part == SAYS else weights.part)
    return context


def _nearness(passage: Passage, one: int, other: int, weights: Weights) -> float:
    distance = abs(passage.places[one] - passage.places[other])
    barrier = abs(passage.walls[one] - passage.walls[other])
    return float(weights.near ** max(0.0, distance - 1) * weights.wall**barrier)


def _told_again(passage: Passage, start: int, end: int) -> tuple[int, ...]:
    """Where the first name of a sentence is meant again: "X mines zinc and would gain", "X sells Y, which cuts its debt"."""
    if start or not end:
        return ()
    found: list[int] = []
    for index in range(end + 1, len(passage.tokens)):
        before, token = passage.tokens[index - 1], passage.tokens[index]
        if before.text in (";", "."):
            break
        joined = before.lower in ("and", "but", "yet") and passage.verbs[index] and not token.lower.endswith("ing")
        if joined:
            found.append(index - 1)
        elif token.lower in _PRONOUNS:
            found.append(index)
    return tuple(found[:_MOST_AGAIN])


_PRONOUNS = frozenset("its it".split())
_MOST_AGAIN = 3


def _raise(context: dict[str, float], key: str, weight: float) -> None:
    if weight > context.get(key, 0.0):
        context[key] = weight


def likeness(one: Context, other: Context) -> float:
    """How much two contexts share: the sum of the lesser weights."""
    if len(one) > len(other):
        one, other = other, one
    return sum(min(weight, other[key]) for key, weight in one.items() if key in other)
