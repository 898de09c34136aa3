"""The role of a number: which of several numbers about one thing it is.

old       "from 4%"  "after 4%"  "previously 4%"         new    "to 5%"  "5%, against 4%"  "5% beat consensus"
expected  "consensus 4%"  "the 4% expected"  "beat 4%"   delta  "by 1 point"  "9% over street"
"""

from __future__ import annotations

from collections.abc import Sequence

from llm_wrap.summary.guard_quantities import Quantity
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import TIME_UNITS

_BEFORE_ROLES = {
    "from": "old", "previously": "old", "earlier": "old", "prior": "old", "formerly": "old", "to": "new", "now": "new", "by": "delta",
}  # fmt: skip
_BEFORE_OLD = frozenset(
    {"after", "than", "of", "with"}
)  # "2.2% after 3.2%"  "rather than 7"  "instead of 7"  "compared with 7"
_EXPECTED = frozenset(
    """consensus expected forecast forecasts expectations estimate estimates seen hoped predicted pencilled feared braced anticipated
    projected projection projections foreseen""".split()
)
_LOOSE = frozenset("forecast forecasts expectations estimate estimates".split())  # "beat forecasts with a 5% rise"
_OUTCOMES = frozenset(
    """beat beats beating topped tops topping missed misses missing exceeded exceeds exceeding met matched matching surpassed surpassing
    undershot undershooting overshot overshooting trailed trailing outpaced outpacing""".split()
)
_FORECASTERS = frozenset("analysts economists brokers street market".split())
_BEFORE_AMOUNTS = frozenset(
    "of for at the a an about around some nearly only just with is was were had in over under".split()
)
_AGAINST = frozenset({"versus", "vs", "against"})  # what was expected, or what was before


_TIMES = frozenset({"date", "year", "period"})
_ARTICLES = frozenset({"the", "a", "an", "its"})
_POLLS = frozenset({"street", "market", "poll"})


def read_roles(tokens: Sequence[Token], index: int) -> frozenset[str]:
    """The roles that the words next to the number at `index` give it."""
    quantity = tokens[index].quantities[0]
    if quantity.family not in ("amount", "fraction") or quantity.unit in TIME_UNITS:
        return frozenset()
    roles = _read_before(tokens, index)
    if _is_gap(tokens, index):
        return frozenset(roles | {"delta"})
    if {"old", "expected"} <= roles and _is_expected_ahead(tokens, index):
        roles.discard("expected")
    return _read_behind(tokens, index, roles)


def _is_expected_ahead(tokens: Sequence[Token], index: int) -> bool:
    """ "against 19% in the first half and 24% expected": it is the second that was expected."""
    for place in range(index + 1, min(len(tokens), index + 10)):
        if tokens[place].text in (";", "."):
            return False
        if tokens[place].quantities and tokens[place].quantities[0].unit == tokens[index].quantities[0].unit:
            beside = (*tokens[max(index + 1, place - 2) : place], *tokens[place + 1 : place + 2])
            return any(token.lower in _EXPECTED for token in beside)
    return False


def _read_before(tokens: Sequence[Token], index: int) -> set[str]:
    roles: set[str] = set()
    back = 0  # words before the number, articles aside
    with_it = False
    for place in range(index - 1, max(-1, index - 5), -1):
        word = tokens[place].lower
        if tokens[place].quantities and tokens[place].quantities[0].family in _TIMES:
            continue  # "from August's $38.5bn"
        if tokens[place].quantities or tokens[place].text in (";", "."):
            break
        back += word not in _ARTICLES
        if word == "to" and place and tokens[place - 1].lower == "up":
            break  # "up to 5%"
        if back <= 3 and word in _BEFORE_ROLES:
            roles.add(_BEFORE_ROLES[word])
            break
        if back == 1 and word in _BEFORE_OLD and _is_old(tokens, place):
            roles.add("old")
            break
        if back == 1 and (word in _POLLS or word in _OUTCOMES):
            roles.add("expected")  # "Street $58B", "topped NT$11.7B"
        if word in _EXPECTED and not _is_loose(tokens, place):
            roles.add("new" if with_it else "expected")  # "beat consensus with 5%"
        elif word in _AGAINST:
            roles |= {"expected", "old"}
        elif word not in _BEFORE_AMOUNTS:
            break
        with_it = with_it or word == "with"
    return roles


def _read_behind(tokens: Sequence[Token], index: int, roles: set[str]) -> frozenset[str]:
    against = False
    if not roles and _is_measured(tokens, index):
        return frozenset({"new"})
    for place, token in enumerate(tokens[index + 1 : index + 5]):
        ends = token.text == "," and place == 0 and not _is_old_ahead(tokens, index)
        if token.quantities or token.text in (";", ".") or ends:
            break
        if token.lower in _OUTCOMES:
            joined = any(one.lower in ("and", "but") for one in tokens[index + 1 : index + 1 + place])
            if not roles and not joined:  # not "fell 33% and missed consensus"
                roles.add("new")  # "NT$12.4B beat consensus"
            break
        against = against or token.lower in _AGAINST
        if place < 3 and token.lower in _EXPECTED and not against:
            roles.add("expected")
        said = {"said", "told"} & {one.lower for one in tokens[index + 1 :]}
        if place < 3 and not against and token.lower in _FORECASTERS and not said:
            roles.add("expected")
        if place < 3 and token.lower in ("previously", "before", "earlier", "prior"):
            roles = (roles - {"expected"} if place == 2 else roles) | {"old"}
        rest = tokens[index + 2 + place : index + 6 + place]
        old = next((one.quantities[0] for one in rest if one.quantities), None)
        if _leads_to_old(tokens, index + 1 + place) and old and _is_like(tokens[index].quantities[0], old):
            if roles == {"expected"} and token.lower in _AGAINST and place == 0:
                return frozenset({"new"})  # "seen about $75B against Street $58B"
            if not roles:
                roles.add("new")
            break
    return frozenset(roles)


def _is_loose(tokens: Sequence[Token], place: int) -> bool:
    """ "beat forecasts with a 5% rise" and "is forecast at 14.2 million" name no other number to compare to."""
    if tokens[place].lower not in _LOOSE:
        return False
    verb = place > 0 and tokens[place - 1].lower in _BE
    return verb or tokens[place + 1].lower not in ("of", "for", "at")


_BE = frozenset("is are was were be been".split())
_MEASURED = 9  # words in which "was more than a point higher than consensus" may follow a number


def _is_measured(tokens: Sequence[Token], index: int) -> bool:
    """ "48.1% was more than a point higher than consensus": it is held against what was expected."""
    compared = False
    for token in tokens[index + 1 : index + 1 + _MEASURED]:
        if token.text in (";", ".") or token.lower in ("and", "but", "while"):
            return False
        if compared and token.lower in _EXPECTED:
            return True
        compared = compared or token.lower in _GAPS
        if token.quantities and token.quantities[0].unit == tokens[index].quantities[0].unit:
            return False
    return False


def _is_like(one: Quantity, other: Quantity) -> bool:
    return other.family in ("amount", "fraction") and (one.unit == other.unit or "" in (one.unit, other.unit))


_GAPS = frozenset(
    "over above below under beneath short ahead beyond more less higher lower better worse faster slower".split()
)


def _is_gap(tokens: Sequence[Token], index: int) -> bool:
    """ "9% over street", "three points above consensus": by how much, and not what was expected."""
    after = [token.lower for token in tokens[index + 1 : index + 4]]
    if after and after[0] in _CHANGES:
        return True  # "a 25% rise"
    return len(after) > 1 and after[0] in _GAPS and not tokens[index + 2].quantities


_CHANGES = frozenset("rise increase gain jump fall drop decline decrease cut hike slide".split())


def _is_old_ahead(tokens: Sequence[Token], index: int) -> bool:
    """ "1.45, up from 1.4": a comma does not end what belongs to the number."""
    return any(
        token.lower in ("up", "down", "from", "compared", "against", "versus", "vs")
        for token in tokens[index + 2 : index + 4]
    )


def _is_old(tokens: Sequence[Token], place: int) -> bool:
    word, before = tokens[place].lower, tokens[place - 1].lower if place else ""
    if word == "after":
        return place > 0 and any(token.quantities for token in tokens[max(0, place - 4) : place])
    return (before, word) in (
        ("rather", "than"),
        ("instead", "of"),
        ("compared", "with"),
        ("up", "from"),
        ("down", "from"),
    )


def _leads_to_old(tokens: Sequence[Token], place: int) -> bool:
    word = tokens[place].lower
    return word == "from" or word in _AGAINST or (word in _BEFORE_OLD and _is_old(tokens, place))
