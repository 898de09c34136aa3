"""Numbers of a model's sentence against its sources: is each there, with its unit, currency, sign and scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from llm_wrap.summary.guard_context import Passage
from llm_wrap.summary.guard_places import Place, word_polarity
from llm_wrap.summary.guard_quantities import Quantity, inherit
from llm_wrap.summary.guard_reckoning import is_reckoned
from llm_wrap.summary.guard_verdict import Offence, OffenceKind
from llm_wrap.summary.guard_words import (
    APPROXIMATE,
    AT_LEAST,
    AT_MOST,
    CURRENCIES,
    NIL,
    ROUNDING,
    TIME_UNITS,
)

_SHARE_SLACK = Decimal(1)  # percentage points by which "a third" may be off


def check_numbers(
    said: Sequence[Place], known: Sequence[Place], cited: Sequence[Passage], currencies: frozenset[str] = frozenset()
) -> Iterator[Offence]:
    """The numbers of the sentence that its sources do not have, or have otherwise; `currencies` are those of the whole item."""
    for place in said:
        same = _matching_range(place, said, known)
        if not same and (_is_before(place, known) or _is_single(place, known) or _is_nil(place, cited)):
            continue
        if not same and (_is_pointing(place) or _is_bare_money(place.readings[0], known, currencies)):
            continue
        if not same and is_reckoned(place, said, known, lambda one, shown: bool(matching(one, shown))):
            continue
        if not same:
            yield Offence(place.token.text, _name_difference(place, known))
            continue
        if place.polarity and all(one.polarity == -place.polarity for one in same):
            kind: OffenceKind = "sign" if place.readings[0].signed else "direction"
            yield Offence(place.token.text, kind)
        elif _is_bounded_anew(place, same):
            yield Offence(place.token.text, "number")
        elif _sign_lost(place, same):
            yield Offence(place.token.text, "sign")


# Steps back that a source names without the date: "+2.9% m/m" in February is from January.
_STEPS = {
    "date": (frozenset({"m/m", "mom"}), Decimal(100), Decimal(1200)),
    "period": (frozenset({"q/q", "qoq"}), Decimal(1), Decimal(4)),
    "year": (frozenset({"y/y", "yoy"}), Decimal(1), Decimal(0)),
}
_FROM = frozenset("from than over on above below under against versus since".split())


def _is_before(place: Place, known: Sequence[Place]) -> bool:
    """ "from January" where the source has February's "m/m"."""
    said = place.readings[0]
    if said.family not in _STEPS or said.unit == "half":
        return False
    marks, step, turn = _STEPS[said.family]
    before = {token.lower for token in place.passage.tokens[max(0, place.index - 3) : place.index]}
    after = said.value + step
    return bool(before & _FROM) and any(
        one.readings[0].family == said.family
        and one.readings[0].value in (after, after - turn)
        and any(token.lower in marks for token in one.passage.tokens)
        for one in known
    )


def _is_single(place: Place, known: Sequence[Place]) -> bool:
    """ "one week" for "a week"."""
    said = place.readings[0]
    if said.value != 1 or said.unit not in TIME_UNITS:
        return False
    passages = {id(one.passage): one.passage for one in known}.values()
    return any(
        token.lower == said.unit and index and passage.tokens[index - 1].lower in ("a", "an", "per")
        for passage in passages
        for index, token in enumerate(passage.tokens)
    )


def _is_nil(place: Place, cited: Sequence[Passage]) -> bool:
    """ "at zero" for "nil"; not for "zero-Covid"."""
    return place.readings[0].value == 0 and any(
        token.lower in NIL and all(behind.text != "-" for behind in passage.tokens[index + 1 : index + 2])
        for passage in cited
        for index, token in enumerate(passage.tokens)
    )


def _is_bare_money(said: Quantity, known: Sequence[Place], currencies: frozenset[str]) -> bool:
    """ "31 billion yen … 23 billion": where the item knows one currency only, what a sentence leaves out is that."""
    if currencies != {said.unit}:
        return False
    bare = replace(said, unit="")
    return any(one.readings[0].scaled and not one.readings[0].unit and _equal(bare, one.readings[0]) for one in known)


def _is_pointing(place: Place) -> bool:
    """ "the two groups": a count that points to what was named and claims nothing of its own; the "S&P 500"."""
    before = place.passage.tokens[place.index - 1].lower if place.index else ""
    said = place.readings[0]
    counted = (before in _POINTERS and place.token.lower in _COUNTS) or said.value == _INDICES.get(before)
    return counted and (said.family, said.unit) == ("amount", "")


_POINTERS = frozenset("the these those both its their".split())
_INDICES = {
    "s&p": 500,
    "nikkei": 225,
    "ftse": 100,
    "csi": 300,
    "stoxx": 600,
    "nasdaq": 100,
    "russell": 2_000,
    "asx": 200,
}
_COUNTS = frozenset("two three four five".split())


def _matching_range(place: Place, said: Sequence[Place], known: Sequence[Place]) -> list[Place]:
    """As `matching`; of a range, "5-6%", only the places of sentences that have its other end, too."""
    same = matching(place, known)
    tokens = place.passage.tokens
    if (
        place.index + 2 < len(tokens)
        and tokens[place.index + 1].lower == "to"
        and (not place.index or tokens[place.index - 1].lower != "from")
    ):
        end = next((one for one in said if one.index == place.index + 2), None)
        if end is not None and end.readings[0].family == "amount" and "new" not in end.roles:
            ends = {id(one.passage) for one in matching(end, known)}
            return [one for one in same if id(one.passage) in ends]
    return same


def matching(place: Place, known: Sequence[Place]) -> list[Place]:
    """The places of `known` that have the number of `place`: exactly, or as a declared rounding."""
    exact = [one for one in known if any(_equal(a, b) for a in place.readings for b in one.readings)]
    if not exact and place.readings[0].unit in CURRENCIES:
        currencies = frozenset(b.unit for one in known for b in one.readings if b.unit in CURRENCIES)
        exact = [one for one in known if _is_bare_money(place.readings[0], [one], currencies)]
    if not exact and place.readings[0].unit == "percent":
        exact = [one for one in known if _is_bare_rate(place.readings[0], one)]
    exact = exact or [one for one in known if _is_elliptic(place, one) or _leaves_unit_out(place, one)]
    if exact:
        return exact
    before = _words_before(place.passage, place.index)
    return [one for one in known if any(_rounds(a, b, before) for a in place.readings for b in one.readings)]


def _is_elliptic(place: Place, source: Place) -> bool:
    """ "15 GW, while demand is 40": a bare number of a source is of the kind of another number of its sentence; and "INR5bn" told as "5 billion"."""
    one, said = source.readings[0], place.readings[0]
    if (one.family, said.family) != ("amount", "amount"):
        return False
    if not said.unit and said.scaled and one.unit in CURRENCIES:
        led = place.index > 0 and place.passage.tokens[place.index - 1].capital  # "EFF 75 billion" is no currency
        return abs(said.value) == abs(one.value) and not led
    if one.unit or one.scaled or (not said.unit and not said.scaled) or not source.token.text[:1].isdigit():
        return False  # "one of the two cuts" is no $2 billion
    others = [token.quantities[0] for token in source.passage.tokens if token.quantities and token is not source.token]
    return any(
        _equal(said, kin if said.unit else replace(kin, unit=""))
        for other in others
        if other.family == "amount" and other.unit not in TIME_UNITS
        for kin in inherit(one, other)
        if kin != one and (said.unit or kin.scaled)
    )


def _leaves_unit_out(place: Place, source: Place) -> bool:
    """ "96,600 tonnes, where analysts had foreseen about 150,000": a bare number of the sentence is of the kind of another one of it."""
    one, said = source.readings[0], place.readings[0]
    if (one.family, said.family) != ("amount", "amount") or said.unit or not one.unit or one.unit in TIME_UNITS:
        return False
    others = [other for token in place.passage.tokens for other in token.quantities[:1] if other.unit == one.unit]
    return any(_equal(kin, one) for other in others for kin in inherit(said, other) if kin != said)


def _equal(said: Quantity, source: Quantity) -> bool:
    if said.family == source.family == "date":
        month, day = divmod(int(said.value), 100)
        other_month, other_day = divmod(int(source.value), 100)
        return month == other_month and day in (0, other_day)
    if {said.family, source.family} == {"fraction", "amount"}:
        share = said if said.family == "fraction" else source
        percent = source if said.family == "fraction" else said
        exact = said.family == "amount" or share.value * 10 != int(share.value * 10)
        slack = _SHARE_SLACK / 2 if exact else _SHARE_SLACK  # "nine in ten" is less exact than "90 %"
        return percent.unit == "percent" and abs(abs(percent.value) - 100 * share.value) <= slack
    if said.family == source.family == "multiple" or {said.family, source.family} == {"multiple", "amount"}:
        return said.value == source.value and (said.family == source.family or "" in (said.unit, source.unit))
    if {said.family, source.family} == {"fraction", "multiple"}:
        return said.value == source.value
    if {said.family, source.family} == {"ordinal", "amount"}:
        return said.value == source.value and not (said.unit or source.unit)  # "third round" and "round three"
    if {said.family, source.family} == {"year", "amount"}:
        return said.value == source.value and not (said.unit or source.unit)
    if said.family != source.family:
        return False
    if said.unit != source.unit and said.unit in _COINS and source.unit in _COINS[said.unit]:
        return abs(said.value) == 100 * abs(source.value)
    if said.unit != source.unit and said.unit in _PARTS and source.unit in _PARTS:
        (base, one), (other_base, other) = _PARTS[said.unit], _PARTS[source.unit]
        return base == other_base and abs(said.value) * one == abs(source.value) * other
    return abs(said.value) == abs(source.value) and _same_unit(said.unit, source.unit)


_COINS = {"cent": ("USD", "EUR", "AUD", "CAD", "SGD", "HKD", "NZD"), "penny": ("GBP",)}
_RATE_WORDS = frozenset(
    "rate rates hold yield cpi pce inflation growth gdp unemployment ur deposit repo refi cut cuts hike hikes coupon".split()
)


def _is_bare_rate(said: Quantity, source: Place) -> bool:
    """ "on hold at 4.50" is told as "4.50%": a terse source leaves the sign of a rate out."""
    one = source.readings[0]
    fine = one.rounding < Decimal("0.5") or not one.value
    bare = one.family == "amount" and not one.unit and not one.scaled and fine
    return (
        bare
        and abs(one.value) == abs(said.value)
        and any(token.lower in _RATE_WORDS for token in source.passage.tokens)
    )


# Units that are told in one another: half a point is 50 basis points, three quarters are nine months.
_PARTS: dict[str, tuple[str, Decimal]] = {
    "bp": ("bp", Decimal(1)), "point": ("bp", Decimal(100)), "month": ("month", Decimal(1)), "quarter": ("month", Decimal(3)),
    "year": ("month", Decimal(12)), "decade": ("month", Decimal(120)), "century": ("month", Decimal(1200)), "week": ("hour", Decimal(168)), "fortnight": ("hour", Decimal(336)),
    "day": ("hour", Decimal(24)), "hour": ("hour", Decimal(1)), "tenth": ("bp", Decimal(10)),
}  # fmt: skip


def _same_unit(said: str, source: str) -> bool:
    """A symbol or a word that several currencies share stands for any of them; "£4,000/tonne" is £4,000 with what it is for."""
    if ("/" in said) != ("/" in source):
        said, source = said.partition("/")[0], source.partition("/")[0]
    return said == source or source in _SHARED_UNITS.get(said, ()) or said in _SHARED_UNITS.get(source, ())


_SHARED_UNITS = {
    "peso": ("ARS", "MXN", "PHP", "CLP", "COP"),
    "crown": ("NOK", "SEK", "DKK", "CZK", "ISK"),
    "SEK": ("ISK",),
}


def _rounds(said: Quantity, source: Quantity, before: frozenset[str]) -> bool:
    """ "about 6.5%" for 6.48 %, "nearly 5%" for 4.9 %, "more than 100" for 104: only with the word that says so."""
    if said.family == "fraction" and source.family in ("amount", "fraction"):
        return _rounds_share(said, source, before)
    if said.family != "amount" or source.family != "amount" or said.unit != source.unit or said.value == 0:
        return False
    off = abs(source.value) - abs(said.value)
    room = said.rounding
    if room <= source.rounding:
        return False  # as many digits as there are: not rounded
    if before & AT_LEAST and 0 < off <= 2 * room:
        return True
    if before & (AT_MOST | _UNDER) and 0 < -off <= 2 * room:
        return True
    return bool(before & APPROXIMATE) and abs(off) <= room and abs(off) <= abs(source.value) / 10


# Percentage points by which "about a quarter" may be off, and "more than a third" be less than what is meant; "more than half" may be more.
_UNDER = frozenset("under below less fewer".split())  # "less than 1,600" for 1,566
_SHARE_ROOM, _SHARE_OVER = Decimal(3), Decimal(5)


def _rounds_share(said: Quantity, source: Quantity, before: frozenset[str]) -> bool:
    """ "nearly a third" for 32 %, "more than half" for 57 %."""
    if source.family == "amount" and source.unit != "percent":
        return False
    off = abs(source.value) * (100 if source.family == "fraction" else 1) - 100 * said.value
    if before & AT_LEAST:
        return 0 < off <= (_SHARE_OVER if said.value != Decimal("0.5") else 15)
    if before & (AT_MOST | _UNDER):
        return 0 < -off <= _SHARE_ROOM
    return bool(before & APPROXIMATE) and abs(off) <= _SHARE_ROOM


def _is_bounded_anew(place: Place, same: Sequence[Place]) -> bool:
    """ "nearly 9.75%", "just under 21%" where the sources have the very number and no such word."""
    before = [token.lower for token in place.passage.tokens[max(0, place.index - 2) : place.index]]
    bounded = bool(set(before[-1:]) & AT_MOST) or (before[:1] == ["just"] and bool(set(before[1:]) & _BOUNDS))
    exact = [one for one in same if any(_equal(a, b) for a in place.readings for b in one.readings)]
    return (
        bounded
        and place.readings[0].family == "amount"
        and len(exact) == len(same)
        and not any(_words_before(one.passage, one.index) & (ROUNDING | _BOUNDS) for one in same)
    )


_BOUNDS = frozenset("under below over above".split())


def _words_before(passage: Passage, index: int) -> frozenset[str]:
    return frozenset(token.lower for token in passage.tokens[max(0, index - 2) : index])


def _name_difference(place: Place, known: Sequence[Place]) -> OffenceKind:
    """What is wrong with a number that is not there: only its unit, its currency, its scale, or all of it."""
    said = place.readings[0]
    if said.family in ("date", "weekday", "year", "period"):
        return "date"
    for one in known:
        for source in one.readings:
            if abs(source.value) == abs(said.value) and source.family == "amount":
                both = said.unit in CURRENCIES and source.unit in CURRENCIES
                return "currency" if both else "unit"
    for one in known:
        for source in one.readings:
            if source.family == "amount" and source.unit == said.unit and source.value:
                ratio = abs(said.value / source.value)
                if ratio in _THOUSANDS:
                    return "scale"
    return "number"


_THOUSANDS = tuple(Decimal(10) ** power for power in (-9, -6, -3, 3, 6, 9))


def _sign_lost(place: Place, same: Sequence[Place]) -> bool:
    """ "-23.6" told as "23.6" with no word that says so, or the other way round."""
    if place.readings[0].family != "amount":
        return False
    if all(one.readings[0].signed and one.readings[0].value < 0 for one in same):
        return place.polarity == 0
    if place.readings[0].signed and place.readings[0].value < 0:
        plain = not any(one.readings[0].signed for one in same)
        before = place.passage.tokens[place.index - 1].lower if place.index else ""
        level = plain and before in ("at", "to", "of", "by")  # "at -5.25%" for "at 5.25%", whatever was cut before it
        doubled = plain and word_polarity(place.passage, place.index) != 0  # "cut by -18%" for "cut by 18%"
        return level or doubled or all(one.polarity == 0 for one in same)
    return False
