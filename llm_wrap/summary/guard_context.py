"""What stands around a number or a name: the evidence for what it belongs to.

A context is a bag of features with weights: the words, numbers and names of the same sentence, near ones more than far
ones, each with its side. Two contexts are alike by what they share. Nothing is parsed: a number belongs to the place in the
source whose surroundings are most like its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llm_wrap.summary.guard_quantities import Quantity
from llm_wrap.summary.guard_text import read_tokens
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import DIRECTIONS, SAME_NAMES, SAME_WORDS, STOPWORDS, TITLES

Context = Mapping[str, float]

_NEAR = 0.88  # what one word of distance leaves of a weight
_WALLS = {",": 0.6, ";": 1.6, ":": 1.0, "(": 0.6, ")": 0.6, "and": 0.35, "or": 0.35}
_CLAUSE_WORDS = frozenset(
    "while but although though whereas after before because since which who when where as despite with".split()
)
_CLAUSE_WALL = 0.7
_ASIDE_WALL = 1.2
_ASIDE_WORDS = frozenset("which who whose where an a the its".split())
_BE = frozenset("be is are was were been being".split())
_SIDED = 0.6  # the share of a feature's weight that depends on its side
_REACH = 60  # tokens to each side


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words: tokens `start` to `end` (exclusive) of its passage; `keys` are what it may match by."""

    text: str
    start: int
    end: int
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence as tokens, with its names, where each token stands, and how many clause walls are before it."""

    tokens: tuple[Token, ...]
    names: tuple[Name, ...]
    places: tuple[float, ...]
    walls: tuple[float, ...]
    passive: bool

    def quantities(self) -> list[int]:
        return [index for index, token in enumerate(self.tokens) if token.quantities]


def read_passage(sentence: str, common: frozenset[str]) -> Passage:
    """The sentence; `common` holds the words that are written with a capital only because they start it."""
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
    return Passage(tokens, tuple(_find_names(tokens, common)), tuple(places), tuple(walls), _is_passive(tokens))


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


def _is_passive(tokens: Sequence[Token]) -> bool:
    """ "was bought by": who did it stands behind."""
    for index, token in enumerate(tokens):
        done = index >= 2 and tokens[index - 1].lower.endswith(("ed", "en", "ght", "ld", "wn"))
        if token.lower == "by" and done and any(one.lower in _BE for one in tokens[max(0, index - 4) : index]):
            return True
    return False


def _find_names(tokens: Sequence[Token], common: frozenset[str]) -> list[Name]:
    names: list[Name] = []
    start: int | None = None
    opening = True
    for index in range(len(tokens) + 1):
        token = tokens[index] if index < len(tokens) else None
        joined = token is not None and token.text == "-" and start is not None and _is_capital(tokens, index + 1)
        capital = joined or (
            token is not None and token.capital and not (opening and _is_common(token, tokens, index, common))
        )
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


def _is_capital(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].capital


def _is_common(token: Token, tokens: Sequence[Token], index: int, common: frozenset[str]) -> bool:
    """Whether a word that starts a sentence has its capital from there."""
    word = token.lower.removesuffix("'s").removesuffix("'")
    if token.text.isupper() and len(token.text) > 1:
        return False
    return word in STOPWORDS or word in common or word.removesuffix("s") in common or token.stem in common


def _cut_name(tokens: Sequence[Token], start: int, end: int) -> list[Name]:
    text = " ".join(token.text for token in tokens[start:end]).replace(" - ", "-")
    return [Name(text, start, end, name_keys(text))]


def name_keys(text: str) -> frozenset[str]:
    """What a name matches by: its words without titles, each country as one whatever its form.

    >>> name_keys("Japanese Premier Takaichi") & name_keys("Japan") != frozenset()
    True
    """
    words = [word.lower().removesuffix("'s").strip("'.,") for word in text.replace("-", " ").split()]
    known = {f"@{SAME_NAMES[word]}" if word in SAME_NAMES else word for word in words if word}
    plain = frozenset(key for key in known if key not in TITLES)
    return plain or frozenset(known)


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


def read_context(
    passage: Passage, start: int, end: int, *, sided: float = _SIDED, near_by: float = _NEAR
) -> dict[str, float]:
    """The context of tokens `start` to `end`. `sided` is the share of each weight that holds for one side only, `near_by`
    what a word of distance leaves of it."""
    context: dict[str, float] = {}
    for index in range(max(0, start - _REACH), min(len(passage.tokens), end + _REACH)):
        if start <= index < end:
            continue
        said = feature(passage.tokens[index])
        if said is None:
            continue
        left = index < start
        near = start if left else end - 1
        distance = abs(passage.places[index] - passage.places[near])
        barrier = abs(passage.walls[index] - passage.walls[near])
        weight = near_by ** (distance - 1) * 0.5**barrier
        if passage.passive:
            left = not left
        _raise(context, said, weight * (1 - sided))
        _raise(context, ("<" if left else ">") + said, weight * sided)
    return context


def _raise(context: dict[str, float], key: str, weight: float) -> None:
    if weight > context.get(key, 0.0):
        context[key] = weight


def likeness(one: Context, other: Context) -> float:
    """How much two contexts share: the sum of the lesser weights."""
    if len(one) > len(other):
        one, other = other, one
    return sum(min(weight, other[key]) for key, weight in one.items() if key in other)
