"""Numbers that a sentence works out from two numbers of its sources: a difference, a change in percent, a multiple, a share, a sum.

    "raised to 24.3% from 15.9%"          told as   "raised by 8.4 points to 24.3%"
    "¥2.5T against consensus of ¥420B"    told as   "almost six times the consensus"
    "CNY31B of its CNY60B budget"         told as   "about half of its budget"

What is worked out needs its two numbers in one source sentence, or the second as what was expected or before, with one unit; one of the two must be told
as well, so that a reader sees what it is about, and the words beside it ("more", "below", "cut by") must have the order of
the two. A percentage is taken only with a word that says that it is rounded, or as a share in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from llm_wrap.summary.guard_places import Place, word_polarity
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import APPROXIMATE, AT_LEAST, AT_MOST, NUMBER_WORDS, ROUNDING

_MOST = 60  # numbers of the sources that are tried in pairs, so that a text full of numbers costs no more
Match = Callable[[Place, Sequence[Place]], bool]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two numbers of the sources, `told` of which the sentence has. `base`: whether `told` is what the other is compared to."""

    told: Decimal
    other: Decimal
    both: bool  # the sentence has both
    base: bool
    unit: str
    delta: int  # where `other` is a change: 1 up, -1 down, else 0

    @property
    def change(self) -> Decimal:
        """In percent of what is compared to."""
        part, whole = (self.other, self.told) if self.base else (self.told, self.other)
        return 100 * (part / whole - 1) if whole else Decimal(0)

    @property
    def rises(self) -> bool:
        return (self.told > self.other) != self.base


def is_reckoned(place: Place, said: Sequence[Place], known: Sequence[Place], is_in: Match) -> bool:
    """Whether the number of `place` is what two numbers of the sources come to. `is_in` says whether one of them is told."""
    quantity = place.readings[0]
    if quantity.family not in ("multiple", "fraction", "amount") or _is_one_of_two(place):
        return False
    pairs = list(_pairs(place, said, known, is_in))
    if quantity.family == "multiple":
        return any(_is_multiple(place, pair) for pair in pairs) or any(_is_told_change(place, one) for one in known)
    if quantity.family == "fraction":
        shared = any(_is_share(place, pair) or _is_change(place, pair) or _is_tenths(place, pair) for pair in pairs)
        return shared or any(_is_counted(place, one) for one in known)
    if quantity.unit == "percent":
        return bool(_words_before(place) & ROUNDING) and any(_is_change(place, pair) for pair in pairs)
    return any(_is_difference(place, pair) or _is_former(place, pair) for pair in pairs) or _is_sum(place, known)


def _is_one_of_two(place: Place) -> bool:
    """ "from $13 to $25", "1 of 9 brokers": what stands with another number is copied, and not worked out."""
    tokens, after = place.passage.tokens, place.index + 2
    if after >= len(tokens) or not tokens[after].quantities or place.readings[0].family != "amount":
        return False
    link, before = tokens[after - 1].lower, tokens[place.index - 1].lower if place.index else ""
    return link == "of" or (link == "to" and before in ("from", "between"))


def _pairs(place: Place, said: Sequence[Place], known: Sequence[Place], is_in: Match) -> Iterator[_Pair]:
    """Pairs of one unit, which is that of the number where it is a difference or a sum."""
    units = _operand_units(place)
    bare = (place.readings[0].family, place.readings[0].unit) == ("amount", "")
    shown = [one for one in said if one is not place]
    amounts = [
        one for one in known if one.readings[0].family == "amount" and (units is None or _plain_unit(one) in units)
    ]
    told = [one for one in amounts[:_MOST] if is_in(one, shown) or any(is_in(place, [one]) for place in shown)]
    news = [
        one for one in amounts[:_MOST] if _may_be_untold(place) and one not in told and not one.roles & _HELD_AGAINST
    ]
    for one in (*told, *news):
        shows = next((place.readings[0] for place in shown if is_in(place, [one])), one.readings[0])
        for other in amounts[:_MOST]:
            a, b = one.readings[0], other.readings[0]
            if shows.unit and not a.unit and b.unit == shows.unit:
                a = shows  # "15 GW, while demand is 40", told as 40 GW
            apart = one.passage is not other.passage and not other.roles and not one.roles
            if one in news and not _is_held_against(place, one, other):
                continue
            if a.value == b.value or apart or not _one_kind(_plain_unit(one), _plain_unit(other)):
                continue
            if bare and _plain_unit(one) != _plain_unit(other) and not (a.scaled and b.scaled):
                continue  # 10,600 complaints and 30 %
            base = bool(one.roles & _HELD_AGAINST) and not other.roles & _HELD_AGAINST
            yield _Pair(
                abs(a.value),
                abs(b.value),
                other in told,
                base,
                a.unit or b.unit,
                other.polarity if "delta" in other.roles else 0,
            )


def _may_be_untold(place: Place) -> bool:
    """ "twice as much as expected", "19 basis points wider", "a $2 billion increase": what was held against each other in the source
    need not be told."""
    quantity = place.readings[0]
    return quantity.family in ("multiple", "fraction") or (quantity.unit not in ("", "percent") and _compares(place))


def _is_held_against(place: Place, one: Place, other: Place) -> bool:
    """Whether the source holds the one number against the other; for an amount, as "to $20B from $18B"."""
    quantity = place.readings[0]
    if quantity.family == "amount" and quantity.unit not in ("point", "bp"):
        pair = "new" in one.roles and "old" in other.roles and abs(one.index - other.index) <= _PAIR_REACH
        return pair and one.passage is other.passage
    return bool(other.roles & _HELD_AGAINST) and one.passage is other.passage


_PAIR_REACH = 4  # words between "to $20B" and "from $18B"
_HELD_AGAINST = frozenset({"old", "expected"})


def _plain_unit(place: Place) -> str:
    return place.readings[0].unit.partition("/")[0]


def _one_kind(one: str, other: str) -> bool:
    return one == other or "" in (one, other)


def _operand_units(place: Place) -> frozenset[str] | None:
    """The units of the numbers that this one may come from; None for any, as long as both have the same."""
    quantity = place.readings[0]
    if quantity.family != "amount" or quantity.unit in ("percent", ""):
        return None
    if quantity.unit in ("point", "bp"):
        return frozenset({"percent", "", "point", "bp"})
    return frozenset({quantity.unit})


def _words_before(place: Place) -> frozenset[str]:
    return frozenset(token.lower for token in place.passage.tokens[max(0, place.index - 2) : place.index])


# --- one kind of sum each ---------------------------------------------------------------------------------------------------------

_UP = frozenset(
    "more higher above ahead over up faster better larger bigger rise gain increase longer beyond dearer wider".split()
)
_DOWN = frozenset(
    "less lower below short under fewer down slower worse smaller fall drop cut decline shorter cheaper narrower tighter".split()
)
_COMPARING = frozenset("by from than up down to off".split())


def _compares(place: Place) -> bool:
    """Whether the words around the number say that it is a difference: "by 8.4 points", "$4 more", "up six"; "to 5 points" is none."""
    tokens = place.passage.tokens
    before = next((one.lower for one in tokens[: place.index][::-1] if one.lower not in ROUNDING), "")
    if before == "to":
        return False
    beside = (*tokens[max(0, place.index - 4) : place.index], *tokens[place.index + 1 : place.index + 4])
    return any(token.lower in _UP or token.lower in _DOWN or token.lower in _COMPARING for token in beside)


def _fits_order(place: Place, pair: _Pair) -> bool:
    """Whether the greater of the two is the one that the words say: those right behind the number, or those before it."""
    order = next(
        (
            1 if token.lower in _UP else -1
            for token in _words_behind(place)
            if token.lower in _UP or token.lower in _DOWN
        ),
        0,
    ) or word_polarity(place.passage, place.index)
    return order == 0 or pair.both or pair.rises == (order > 0)


def _words_behind(place: Place) -> Iterator[Token]:
    for token in place.passage.tokens[place.index + 1 : place.index + 4]:
        if token.kind == "mark" or token.quantities:
            return
        yield token


def _is_difference(place: Place, pair: _Pair) -> bool:
    quantity = place.readings[0]
    said = abs(quantity.value) * (Decimal("0.01") if quantity.unit == "bp" else 1)
    gap = abs(pair.told - pair.other)
    rounded = (
        bool(_words_before(place) & ROUNDING) and abs(gap - said) <= quantity.rounding and abs(gap - said) <= gap / 8
    )
    said = abs(quantity.value) if pair.unit == quantity.unit else said
    rounded = rounded and pair.unit != "bp"
    return (gap == said or rounded) and _compares(place) and _fits_order(place, pair)


def _is_former(place: Place, pair: _Pair) -> bool:
    """ "to KRW92T from KRW103T" for "fell by KRW11T to KRW92T"."""
    return (
        "old" in place.roles
        and bool(pair.delta)
        and abs(place.readings[0].value) == pair.told - pair.delta * pair.other
    )


def _is_change(place: Place, pair: _Pair) -> bool:
    """ "about 15% more" for 18,800 after 16,300."""
    quantity = place.readings[0]
    said = 100 * quantity.value if quantity.family == "fraction" else abs(quantity.value)
    return _near(place, abs(pair.change), said) and _compares(place) and _fits_order(place, pair)


def _is_tenths(place: Place, pair: _Pair) -> bool:
    """ "two tenths more" for 3.6% and 3.4%."""
    tenths = "tenth" in place.token.lower and abs(pair.told - pair.other) == place.readings[0].value
    return tenths and _compares(place) and _fits_order(place, pair)


def _is_share(place: Place, pair: _Pair) -> bool:
    """ "half of its budget" for 31 of 60: the lesser of the two in the greater."""
    low, high = sorted((pair.told, pair.other))
    return bool(high) and _near(place, 100 * low / high, 100 * place.readings[0].value)


def _is_counted(place: Place, source: Place) -> bool:
    """ "half" for "one of the two"."""
    whole, tokens = source.readings[0], source.passage.tokens
    before = [token for token in tokens[max(0, source.index - 4) : source.index] if token.lower not in _POINTING]
    if (whole.family, whole.unit) != ("amount", "") or len(before) < 2 or before[-1].lower != "of":
        return False
    part = NUMBER_WORDS.get(before[-2].lower) or next((one.value for one in before[-2].quantities if not one.unit), 0)
    return bool(part) and whole.value * place.readings[0].value == part


_POINTING = frozenset("the its their those these".split())


def _is_multiple(place: Place, pair: _Pair) -> bool:
    if not pair.other or not pair.told:
        return False
    ratios = [pair.told / pair.other, *([pair.other / pair.told] if pair.both or pair.base else [])]
    if place.readings[0].value < 1 and _words_before(place) & AT_LEAST:  # "more than halved": less than half is left
        return any(_LEAST_LEFT <= ratio < place.readings[0].value for ratio in ratios)
    return any(_near(place, 100 * ratio, 100 * place.readings[0].value) for ratio in ratios)


_LEAST_LEFT = Decimal("0.34")


def _is_told_change(place: Place, source: Place) -> bool:
    """ "more than halved" for a fall of 54 %, "doubled" for a rise of 100 %."""
    one = source.readings[0]
    change = 100 * (place.readings[0].value - 1)
    if one.unit != "percent" or one.family != "amount" or source.polarity != (1 if change > 0 else -1):
        return False
    return _near(place, abs(one.value), abs(change))


def _near(place: Place, exact: Decimal, said: Decimal) -> bool:
    """Whether `said` percent stand for `exact`, by the word before: in digits to their rounding, a share or a multiple to a tenth."""
    before = _words_before(place)
    off = exact - said
    if place.readings[0].family == "amount":
        return abs(off) <= place.readings[0].rounding
    wide = max(Decimal(2), said / (6 if place.readings[0].family == "fraction" else 10))
    if before & _FEWER and said == _HALF:
        return 100 * _LEAST_LEFT <= exact < said  # "fewer than half"
    if before & AT_MOST or before & _FEWER:
        return -wide <= off < 0
    if before & AT_LEAST:
        return 0 < off <= wide
    return abs(off) <= (wide if before & APPROXIMATE else max(Decimal("0.5"), said / 200))


_HALF = Decimal(50)
_FEWER = frozenset({"less", "fewer", "under", "below"})


def _is_sum(place: Place, known: Sequence[Place]) -> bool:
    """ "$24 billion" for "$14 billion … and $10 billion": all amounts of its unit in one source sentence."""
    quantity = place.readings[0]
    if quantity.unit in ("", "percent", "point", "bp"):
        return False  # 20 jets and 30 options are no 50 jets
    for passage in {id(one.passage): one.passage for one in known}.values():
        parts = [
            abs(one.readings[0].value)
            for one in known
            if one.passage is passage
            and one.readings[0].family == "amount"
            and one.readings[0].unit == quantity.unit
            and not one.roles
        ]
        if 2 <= len(parts) <= 3 and sum(parts) == abs(quantity.value):
            return True
    return False
