"""What the prose says of an index, a commodity, a currency or a bond yield, against its row.

    claim = name move                         "the Nikkei fell 1.2%"  "WTI gained 2.7% to $69.10"  "yen firmer"
          | [country] [years] "yield" move    "2Y yield up 6 bp to 3.87%"  "JGB yields lower"

An index closes once, so a figure of it must be the table's. Other prices go on while a wrap is written: there only another
direction, a figure that is the table's with a slip, or one of two figures that is the table's where the other is not, is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.parsing.moves import (
    Move,
    Words,
    is_elsewhere,
    last_digit,
    looks_slipped,
    quote_sentence,
    read_move,
    within,
)
from llm_wrap.parsing.quotes import Quote, Quotes, read_bond


class Found(NamedTuple):
    """A claim that a row contradicts. `words`: its subject as printed, to find its line."""

    message: str
    sentence: str
    words: str


class Rows(NamedTuple):
    """What claims are held against. `today`: the session's weekday; `home`: the wrap is of the market where these prices are made."""

    quotes: Quotes
    yields: list[Quote]
    today: str
    home: bool


# What may stand before a thing's name where the name is the subject: "LME copper", but not "Zijin Gold"
_LEADS = frozenset("and while as with but the spot lme comex nymex whereas a".split())
_DOLLAR = frozenset(("dollar", "greenback"))
_OF_DOLLAR = frozenset("the a us u.s. soft softer weak weaker firm firmer strong stronger broadly".split())
_BONDS = frozenset("auction dividend spread spreads premium short front end belly real inverted earnings".split())
YIELDS = frozenset(("yield", "yields"))
_BOND_WORDS = frozenset("government bond note benchmark".split())
_LEAST = {"commodity": Decimal("0.3"), "currency": Decimal("0.15"), "yield": Decimal(1), "index": Decimal(0)}


def check_markets(words: Words, places: Sequence[int], rows: Rows, *, opening: bool) -> Iterator[Found]:
    """The claims of a paragraph that the rows contradict. `places`: of its words that may open one; `opening`: it is of the Synopsis."""
    low, quotes = words.low, rows.quotes
    seen: set[str] = set()
    for place in places:
        word = low[place]
        if word in quotes:
            for name, listed in quotes[word]:
                end = place + len(name)
                if len(name) > 1 and tuple(low[place:end]) != name:
                    continue
                if " ".join(name) not in seen and _is_subject(words, place, name, listed[0].kind):
                    found = _check(words, place, end, listed, rows, opening)
                    if found:
                        seen.add(" ".join(name))
                        yield found
                break
        elif word in YIELDS and rows.yields:
            yield from _check_yield(words, place, rows, opening)


def _is_subject(words: Words, place: int, name: tuple[str, ...], kind: str) -> bool:
    printed = words.printed[place]
    if kind == "index":
        short = len(name) == 1 and len(printed) <= 3 and name[0] != "dow"
        return printed.isupper() if short else printed[0].isupper()
    before = words.low[place - 1] if place else "."
    if name[0] == "won":
        return before in ("the", "korean")  # and not the verb
    return before[-1] in ".,;:" or before in _LEADS


def _check(words: Words, place: int, end: int, listed: tuple[Quote, ...], rows: Rows, opening: bool) -> Found | None:
    """What is wrong where all rows of a name contradict its move."""
    move = read_move(words, end) if end < len(words.low) else None
    if move is None:
        return None
    strict = opening or rows.home
    messages = [_contradict(move, quote, strict) for quote in listed]
    message = messages[0]
    if message is None or not all(messages):
        return None
    kind = listed[0].kind
    if is_elsewhere(words, place, move, rows.today, level=kind == "yield"):
        return None
    if kind == "currency" and _against_another(words, move):
        return None
    return Found(message, quote_sentence(words, place), " ".join(words.printed[place:end]))


def _contradict(move: Move, quote: Quote, strict: bool) -> str | None:
    own, unit = quote.change, "bp" if quote.kind == "yield" else "%"
    told = f"The text has {quote.name} {move.told}, the table has {quote.told} (line {quote.line})."
    if quote.kind == "currency":
        told = told.replace("the table has", "the table, against the dollar,")
    figure = move.figure if move.unit == unit else None
    same = figure is not None and within(figure, abs(own), last_digit(figure))
    if own and own.is_signed() == move.up:
        if quote.kind == "index" or (same and figure) or (strict and abs(own) >= _LEAST[quote.kind]):
            return told
        return None
    if figure is not None and not same:
        exact = quote.kind == "index"
        if exact or looks_slipped(figure, own) or (strict and not _is_near(figure, abs(own), quote.kind)):
            return told
        return None
    if move.level is not None and quote.level and same and _is_other_level(move.level, quote):
        return f"The text has {quote.name} at {move.level}, the table has {quote.level} (line {quote.line})."
    return None


def _is_near(one: Decimal, other: Decimal, kind: str) -> bool:
    """Whether two figures of a price that moves on may both be right."""
    if kind == "yield":
        return within(one, other, Decimal(3))
    return within(one, other, max(Decimal("0.5"), max(one, other) * Decimal("0.4")))


def _is_other_level(level: Decimal, quote: Quote) -> bool:
    own = quote.level or Decimal(0)
    room = Decimal("0.025") if quote.kind == "yield" else own * Decimal("0.005" if quote.kind == "index" else "0.02")
    return own > 0 and not within(level, own, room) and (looks_slipped(level, own) or within(level, own, own / 2))


def _against_another(words: Words, move: Move) -> bool:
    """Whether a currency's move is one against another than the dollar."""
    behind = [word.strip(".,;") for word in words.low[move.end : move.end + 8]]
    for place, word in enumerate(behind):
        if word in ("against", "versus", "vs", "per"):
            other = next((one for one in behind[place + 1 :] if one not in _OF_DOLLAR), "")
            return other not in _DOLLAR
    return False


def _names_bond(word: str) -> bool:
    return word in _BOND_WORDS or read_bond([word]) != (None, None)


def _check_yield(words: Words, place: int, rows: Rows, opening: bool) -> Iterator[Found]:
    """ "2Y yield up 6 bp", "JGB yields a touch lower" """
    begin = place
    while begin > max(0, place - 4) and words.low[begin - 1][-1] not in ".,;:":
        begin -= 1
    before = words.low[begin:place]
    while before and not _names_bond(before[0]):
        before = before[1:]
    country, years = read_bond(before)
    country = country or ("US" if rows.home else None)
    own = tuple(one for one in rows.yields if one.country == country and (years is None or one.tenor == years))
    if country is None or not own or not (years or len(own) > 1):
        return
    if not all(map(_names_bond, before)) or not _BONDS.isdisjoint(
        word.strip(".,;") for word in words.low[place : place + 9]
    ):
        return
    found = _check(words, place, place + 1, own, rows, opening)
    if found:
        yield found._replace(words=words.printed[place])
