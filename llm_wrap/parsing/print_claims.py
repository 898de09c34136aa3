"""What the prose says of a release, against its row under Economic.

    claim = [country] [month] indicator verb figure ["m/m" | "y/y" | "q/q"] ["versus" "consensus" ["of"] figure]

Told are a figure that is the row's with the other sign, and one that is not the row's where the consensus beside it is:
everything else may be another release, another month or another way to count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from llm_wrap.models import EconomicPrint
from llm_wrap.parsing.market_claims import Found
from llm_wrap.parsing.moves import DOWN, UP, Move, Words, find_sentence, last_digit, quote_sentence, read_move, within
from llm_wrap.parsing.patterns import read_number

MAX_ROWS = 300
_GREW = UP | frozenset("grew expanded increased".split())
_SHRANK = DOWN | frozenset("contracted shrank decreased".split())
_COUNTED = frozenset(("m/m", "y/y", "q/q", "mom", "yoy", "qoq", "saar"))
_SPANS = {
    "annual": "y/y",
    "annually": "y/y",
    "year": "y/y",
    "month": "m/m",
    "monthly": "m/m",
    "quarter": "q/q",
    "quarterly": "q/q",
}
# Words that make of an indicator another one, or of its figure no print of today.
_OTHERS = frozenset(
    """
    core real nominal underlying ex excluding except control adjusted revised expected forecast forecasts seen would could may might will if
    earlier previously had contribution share since average averaged sector so far three six nine twelve ytd
    """.split()
)
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_QUARTERS = frozenset(("q1", "q2", "q3", "q4"))
_PEOPLE = {
    "united states": ("us", "u.s.", "american"), "united kingdom": ("uk", "u.k.", "britain", "british"), "germany": ("german",), "france": ("french",),
    "spain": ("spanish",), "netherlands": ("dutch",), "switzerland": ("swiss",), "sweden": ("swedish",), "china": ("chinese",), "euro area": ("eurozone",),
    "eurozone": ("euro",), "new zealand": ("zealand",), "south korea": ("korea", "korean"), "turkey": ("turkish",), "poland": ("polish",),
}  # fmt: skip

Prints = dict[str, list[tuple[tuple[str, ...], list[EconomicPrint]]]]


def find_prints(rows: Sequence[EconomicPrint]) -> Prints:
    """The rows in percent by the first word of their indicator, the longest names first."""
    named: dict[tuple[str, ...], list[EconomicPrint]] = {}
    for row in rows[:MAX_ROWS]:
        if row.unit == "%" and row.actual is not None:
            words = tuple(word for word in row.indicator.lower().replace(",", " ").split()[:8] if word not in _COUNTED)
            if words:
                named.setdefault(words, []).append(row)
    prints: Prints = {}
    for words in sorted(named, key=len, reverse=True):
        prints.setdefault(words[0], []).append((words, named[words]))
    return prints


def check_prints(words: Words, places: Sequence[int], prints: Prints, context: str, home: str) -> Iterator[Found]:
    """The claims of a paragraph that the rows contradict. `places`: of its words that may open one; `context`: the headline above it; `home`: the country that goes without saying."""
    for place in places:
        for name, rows in prints.get(words.low[place], ()):
            end = place + len(name)
            if tuple(words.low[place:end]) == name and end < len(words.low):
                found = _check(words, place, end, rows, context, home)
                if found:
                    yield found
                break


def _check(words: Words, place: int, end: int, rows: Sequence[EconomicPrint], context: str, home: str) -> Found | None:
    move = read_move(words, end, up=_GREW, down=_SHRANK)
    if move is None or move.figure is None or move.unit != "%":
        return None
    start, until = find_sentence(words, place)
    around = [word.strip("\"'(),.;:").removesuffix("'s") for word in words.low[start : min(until, move.end + 4)]]
    if not _OTHERS.isdisjoint(around):
        return None
    counted = next((word for word in around[end - start :] if word in _COUNTED), None)
    span = counted or next((_SPANS[word] for word in around if word in _SPANS), None)
    own = [row for row in rows if _is_meant(row, around, span)]
    here = f"{context} {' '.join(words.low)}".lower()
    if not own or len({row.country for row in own}) > 1 or not _is_of(own[0], around, here, home):
        return None
    messages = [_contradict(words, move, row, counted) for row in own]
    if not all(messages) or any(_bears_out(move, row) for row in rows):
        return None
    return Found(messages[0] or "", quote_sentence(words, place), words.printed[place])


def _is_meant(row: EconomicPrint, around: Sequence[str], span: str | None) -> bool:
    """Whether a row may be the one that the words speak of, by month and by the way to count."""
    period = (row.period or "").lower()
    told = [word for word in around if word in _MONTHS or word in _QUARTERS]
    counted = next((word for word in row.indicator.lower().split() if word in _COUNTED), None)
    return all(word in period for word in told) and (span is None or counted is None or span == counted)


def _is_of(row: EconomicPrint, around: Sequence[str], here: str, home: str) -> bool:
    """Whether the words speak of the row's country and name no other."""
    country = (row.country or "").lower()
    own = {country, *_PEOPLE.get(country, (country[:5] if len(country) > 4 else country,))}
    others = {one for name, people in _PEOPLE.items() if name != country for one in (name, *people)} - own
    if not others.isdisjoint(around):
        return False
    words = set(here.replace(",", " ").replace("'s", " ").split())
    return country in ("", home) or any(one in words or (len(one) > 3 and one in here) for one in own)


def _bears_out(move: Move, row: EconomicPrint) -> bool:
    actual = row.actual if row.actual is not None else Decimal(0)
    return (
        move.figure is not None
        and within(move.figure, abs(actual), last_digit(move.figure))
        and (not actual or actual.is_signed() != move.up)
    )


def _contradict(words: Words, move: Move, row: EconomicPrint, counted: str | None) -> str | None:
    actual = row.actual if row.actual is not None else Decimal(0)
    figure = move.figure if move.figure is not None else Decimal(0)
    told = f"The text has {row.indicator} {move.told}, its row has {actual}% (line {row.line})."
    if actual and within(figure, abs(actual), last_digit(figure)):
        return told if actual.is_signed() == move.up else None
    consensus = _read_consensus(words, move.end)
    if counted and consensus is not None and row.consensus is not None and consensus == abs(row.consensus):
        return told
    return None


def _read_consensus(words: Words, place: int) -> Decimal | None:
    """The figure of "versus consensus of 0.5%" behind a move."""
    behind = [word.strip("(),;:") for word in words.low[place : place + 7]]
    if "consensus" not in behind:
        return None
    for word in behind[behind.index("consensus") + 1 :][:2]:
        number = read_number(word.rstrip("."))
        if number and number.unit == "%":
            return abs(number.value)
    return None
