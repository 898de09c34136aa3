"""What prose says of a price: "rose 2.7% to $69.10". In: the words of a paragraph. Out: a move.

    move = {soft} verb [["by"] figure] [("to" | "at") level]        "settled up 2.7% at $69.10"  "was 6 bp higher"
         | {soft} signed figure                                     "(0.71%)"  "+2.20%"

A figure that is only about right ("nearly 3%") is none. `is_elsewhere` says whether a move is one of another time, another
market or a plan: such a move is held against no table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from llm_wrap.parsing.patterns import Number, read_number

UP = frozenset(
    """
    rose gained climbed advanced jumped surged rallied added higher up rebounded soared risen gaining rising firmer stronger firmed
    strengthened leapt spiked
    """.split()
)
DOWN = frozenset(
    """
    fell lost dropped declined slid slipped tumbled sank shed lower down plunged retreated eased slumped falling off softer weaker
    softened weakened plummeted
    """.split()
)
# Words that may stand between a subject and its verb.
SOFT = frozenset(
    """
    ended closed finished settled was were is are and also index itself benchmark composite to a slightly little touch shade bit sharply
    modestly marginally fractionally mostly broadly generally solidly narrowly nevertheless crude traded contract prices price
    """.split()
)
_PLAIN = frozenset(("by", "another", "a", "further", "just", "only"))
_ROUGH = frozenset(
    "about around nearly almost over roughly some more less than at least under close to up as much between".split()
)
_UNITS = {"percent": "%", "per": "%", "pct": "%", "bp": "bp", "bps": "bp", "basis": "bp"}
MAX_WORDS = 20_000  # of one paragraph; a real one has some hundred
_REACH = 40  # words of a sentence that are looked at on either side


class Words:
    """A paragraph's words in lower case and, when they are asked for, as printed. `lowered`: the text in lower case."""

    def __init__(self, text: str, lowered: str | None = None) -> None:
        self.text = text
        self.low = (text.lower() if lowered is None else lowered).split(None, MAX_WORDS)[:MAX_WORDS]

    @cached_property
    def printed(self) -> list[str]:
        """The words with their capitals."""
        return self.text.split(None, MAX_WORDS)[:MAX_WORDS]


class Move(NamedTuple):
    """`figure` without its sign, in `unit` ("%" or "bp"); `first` and `end`: its words."""

    up: bool
    figure: Decimal | None
    unit: str
    level: Decimal | None
    first: int
    end: int

    @property
    def told(self) -> str:
        """As a message tells it: "up 2.7%"."""
        figure = "" if self.figure is None else f" {self.figure}{'%' if self.unit == '%' else ' bp'}"
        return f"{'up' if self.up else 'down'}{figure}"


def read_move(words: Words, place: int, *, up: frozenset[str] = UP, down: frozenset[str] = DOWN) -> Move | None:
    """The move that begins at `place`; None where none does. `up`, `down`: the words for either.

    >>> read_move(Words("settled up 2.7% to $69.10."), 0)
    Move(up=True, figure=Decimal('2.7'), unit='%', level=Decimal('69.10'), first=0, end=5)
    """
    low = words.low
    here, last = place, min(place + 5, len(low) - 1)
    while here < last and low[here] in SOFT:
        here += 1
    if here > last:
        return None
    word = low[here].rstrip(".,;:")
    rises = word in up
    if not rises and word not in down:
        number = read_number(low[here].rstrip(".,;:"))
        if number is None or number.unit != "%" or not number.signed:
            return _read_figure_first(words, place, here)
        level = _read_level(words, here + 1) if word == low[here] else None
        return Move(
            not number.value.is_signed(), abs(number.value), "%", level, place, here + (3 if level is not None else 1)
        )
    if word != low[here]:
        return Move(rises, None, "", None, place, here + 1)
    found = _read_figure(words, here + 1)
    if found is None:
        if word == "off" and low[here + 1] not in SOFT:
            return None  # "off its high" says nothing of the day
        level = _read_level(words, here + 1)
        return Move(rises, None, "", level, place, here + (3 if level is not None else 1))
    number, unit, end = found
    if number.signed and number.value and number.value.is_signed() == rises:
        return None  # "gained (0.7%)": either may be the slip
    closed = words.low[end - 1][-1] in ".,;:"
    if not closed and _is_range(words, end, unit):
        return Move(rises, None, "", None, place, end)
    level = None if closed else _read_level(words, end)
    return Move(rises, abs(number.value), unit, level, place, end + (2 if level is not None else 0))


def _read_figure_first(words: Words, place: int, here: int) -> Move | None:
    """ "closed 2.9% higher" """
    found = _read_figure(words, here)
    if found is None or found[2] >= len(words.low) or words.low[found[2] - 1][-1] in ",;":
        return None
    number, unit, end = found
    word = words.low[end].rstrip(".,;:")
    if word not in ("higher", "up", "firmer", "stronger", "lower", "down", "softer", "weaker"):
        return None
    level = _read_level(words, end + 1) if word == words.low[end] else None
    return Move(word in UP, abs(number.value), unit, level, place, end + (3 if level is not None else 1))


def _read_figure(words: Words, place: int) -> tuple[Number, str, int] | None:
    """A figure, its unit and the word behind it; None where there is none or it is only about right."""
    low = words.low
    while place < len(low) and low[place] in _PLAIN:
        place += 1
    if place >= len(low) or low[place] in _ROUGH:
        return None
    number = read_number(words.printed[place].rstrip(".,;:"))
    if number is None or (number.unit is None and low[place][-1] in ".,;:"):
        return None
    if number.unit in ("%", "bp"):
        return number, number.unit, place + 1
    unit = _UNITS.get(low[place + 1].rstrip(".,;:")) if number.unit is None and place + 1 < len(low) else None
    if unit is None:
        return None
    long = low[place + 1] in ("per", "basis")
    return number, unit, place + (3 if long else 2)


def _is_range(words: Words, end: int, unit: str) -> bool:
    """Whether a figure is one end of a range or only about right: "2% to 3%", "0.3% or less"."""
    behind = words.low[end : end + 2]
    if behind[:1] == ["or"]:
        return True
    second = read_number(behind[1].rstrip(".,;:")) if len(behind) > 1 and behind[0] in ("to", "-") else None
    return second is not None and second.unit == unit


def _read_level(words: Words, place: int) -> Decimal | None:
    if place + 1 >= len(words.low) or words.low[place] not in ("to", "at"):
        return None
    number = read_number(words.printed[place + 1].rstrip(".,;:"))
    if number is None or (number.unit and number.unit[-1] in "KMBT") or number.signed:
        return None
    behind = words.low[place + 2] if place + 2 < len(words.low) else ""
    return None if behind.startswith(("-", "million", "billion", "trillion")) else number.value


def looks_slipped(one: Decimal, other: Decimal) -> bool:
    """Whether two figures, their signs aside, have the same digits: one is the other with a slip, or with another sign.

    >>> looks_slipped(Decimal("7.2"), Decimal("2.70")), looks_slipped(Decimal("1.1"), Decimal("-1.10"))
    (True, True)
    """
    left, right = (sorted(f"{abs(value).normalize():f}".replace(".", "").strip("0")) for value in (one, other))
    return left == right and len(left) > 1


def find_sentence(words: Words, place: int) -> tuple[int, int]:
    """The first word of the sentence around `place`, and the one behind its last."""
    start = place
    while start > max(0, place - _REACH) and not ends_sentence(words, start - 1):
        start -= 1
    end = place
    while end < min(len(words.low), place + _REACH) and not ends_sentence(words, end):
        end += 1
    return start, min(end + 1, len(words.low))


_SHORT = frozenset(
    "u.s. u.k. vs. inc. corp. ltd. co. no. st. mr. ms. jan. feb. aug. sept. oct. nov. dec. approx.".split()
)


def ends_sentence(words: Words, place: int) -> bool:
    """Whether a sentence ends with the word at `place`."""
    word = words.low[place].rstrip("\"')]")
    if word[-1:] not in (".", "!", "?") or word in _SHORT:
        return False
    return place + 1 >= len(words.printed) or not words.printed[place + 1][0].islower()


# A move of another time or market, a plan, or one that the sentence takes back. Literals and bounded runs only.
_ELSEWHERE = re.compile(
    r"\b(?:weeks?|weekly|months?|monthly|mtd|years?|ytd|quarters?|quarterly|annual|annually|since|decades?|q[1-4]|h[12]|half|days|"
    r"in (?:january|february|march|april|may|june|july|august|september|october|november|december)|so far|"
    r"futures|intraday|early|earlier|mornings?|midday|afternoon|evening|overnight|pre-?market|pre-?open|premarket|after-hours|"
    r"aftermarket|extended trading|late trading|hours|after the (?:bell|close|open)|the open|opened|opening|initially|at first|"
    r"at one point|(?:shortly|soon|minutes|hours|right|just|immediately) after|at (?:its|their|the) (?:high|low|peak|best|worst|lows|highs)|"
    r"as (?:much|low|high|many|far) as|before|from|yesterday|tomorrow|previous|prior|last session|sessions|poised|set (?:to|for)|"
    r"headed|on track|expected|expects?|forecasts?|could|would|will|may|might|should|if|unless|no longer|streak|"
    r"par(?:ing|ed)|trimm(?:ing|ed)|then|only to|later|eras(?:ed|ing)|revers(?:ed|ing)|gave back|giving back|turned|came back|recovered|"
    r"but (?:\w{1,12} )?(?:closed|ended|finished|settled|came|fell|rose|lower|higher|up|down|still)|"
    r"in (?:asia|asian|europe|european|london|new york|shanghai|frankfurt|hong kong|tokyo|paris|sydney|u\.?s\.?)|"
    r"adrs?|adss?|depositary|on average|average of|relative|equal-weight|in (?:dollar|euro|local|real|dollar-) ?terms)\b"
)
# What a move made of the price is no other time: "to a three-month low", "the most since 2020", "its best day in two years"
_RECORDS = frozenset(
    "high low highs lows highest lowest best worst biggest largest strongest weakest steepest sharpest most record peak run streak".split()
)
_SPANS = ("-day", "-week", "-month", "-quarter", "-year", "-session", "-decade")
_TENOR = re.compile(r"\b\w{1,6}-year\b")
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day")
_OPENERS = frozenset(
    "in on for over since after at by during earlier overnight yesterday last this ahead before through from so year week month".split()
)


def is_elsewhere(words: Words, subject: int, move: Move, today: str, *, level: bool = False) -> bool:
    """Whether the move of the words at `subject` is none of this session. `today`: its weekday; `level`: "from 3.81%" may stand beside it."""
    start, end = find_sentence(words, subject)
    until = move.end
    while until < end and not _closes_clause(words, until - 1):
        until += 1
    left = next((one + 1 for one in range(subject - 1, start - 1, -1) if words.low[one][-1] == ";"), start)
    if left < subject and words.low[subject - 1][-1] == "," and words.low[start] not in _OPENERS:
        left = subject  # a clause of its own: "US futures up, the Nikkei fell"
    told = " ".join(_drop_records(words.low[left:until]))
    if level:
        told = _TENOR.sub(" ", told.replace(" from ", " "))
    days = {found[0] for found in _WEEKDAY.finditer(told)}
    return bool(days - {today}) or _ELSEWHERE.search(told) is not None or _follows_horizon(words, start)


def _drop_records(said: list[str]) -> list[str]:
    """The words without those that say how long ago a price was so high.

    >>> _drop_records("fell 3% to a two-month low, its worst day since 2020".split())
    ['fell', '3%', 'to', 'a', 'low,', 'its']
    """
    kept: list[str] = []
    place = 0
    while place < len(said):
        word = said[place]
        behind = [one.rstrip(".,;") for one in said[place + 1 : place + 5]]
        if (
            word in _RECORDS
            and (span := next((at for at, one in enumerate(behind) if one in ("since", "in", "for")), None)) is not None
        ):
            place += span + 2  # the span's word, and those behind it up to a stop
            for _ in range(4):
                place += 1
                if place >= len(said) or said[place - 1][-1] in ".,;":
                    break
            continue
        if not (word.endswith(_SPANS) and behind and behind[0] in _RECORDS):
            kept.append(word)
        place += 1
    return kept


def _closes_clause(words: Words, place: int) -> bool:
    """Whether another subject may come behind a word: a semicolon, or a comma before a capital or a figure."""
    if words.low[place][-1] == ";":
        return True
    behind = words.printed[place + 1][:1] if place + 1 < len(words.printed) else ""
    return words.low[place][-1] == "," and not behind.islower()


_HORIZON = re.compile(
    r"(?:for|over|on|in|during) (?:the|this|last) (?:\w{1,8} )?(?:week|month|quarter|year|days?|session before)\b|(?:this|last) (?:week|month|quarter|year)\b|"
    r"(?:year|month|week|quarter)[- ]to[- ]date|since "
)


def _follows_horizon(words: Words, start: int) -> bool:
    """Whether the sentence before speaks of a longer time as a whole: "For the week the DAX gained 3%. The CAC 40 lost 2%." """
    if start == 0:
        return False
    before, _ = find_sentence(words, start - 1)
    return _HORIZON.match(" ".join(words.low[before : before + 6])) is not None


def quote_sentence(words: Words, place: int) -> str:
    """The sentence around `place`."""
    start, end = find_sentence(words, place)
    return " ".join(words.printed[start:end])


def within(one: Decimal, other: Decimal, room: Decimal) -> bool:
    """Whether two figures differ by `room` at most."""
    return abs(one - other) <= room


def last_digit(value: Decimal, others: Sequence[Decimal] = ()) -> Decimal:
    """Six tenths of the coarsest last digit printed: what rounding allows between two prints of one figure."""
    places = max(
        (exponent for one in (value, *others) if isinstance(exponent := one.as_tuple().exponent, int)), default=0
    )
    return Decimal(6).scaleb(places - 1)
