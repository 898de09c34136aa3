"""Economic rows under a country and a period, or with their own.

header  = country [period] [":"]                                     "Japan July"
row     = [time] [country] [period] indicator [period] ["(" status ")"] actual [rate] ["versus"] [compare]
compare = ["consensus" value "and"] [value "in prior" period]       "52.3 versus consensus 51.9 and 52.0 in prior month"
        | label value {sign label value}                             "3.8% (exp 4.0%, prev 3.8%)"  "87.7 / est 89.3 / prior 88.9"

A word says which figure is the consensus and which the one before; what stands before those words is the actual one. A row
that has figures with labels only ("CPI y/y Sep: cons 4.0%, prev 3.8%") is of a release to come: it has no actual figure.
"""

from __future__ import annotations

import re
from decimal import Decimal

from llm_wrap.models import EconomicPrint, EconomicStatus
from llm_wrap.parsing.economic_compared import part_compared, part_tokens, read_compared, read_figure
from llm_wrap.parsing.economic_header import (
    RATES,
    STATUSES,
    EconomicHeader,
    is_year,
    split_header,
    take_bracketed_period,
    take_last_period,
)
from llm_wrap.parsing.layout import MAX_ROW
from llm_wrap.parsing.patterns import Number, read_number

# "08:30 ET - US CPI": when it came out, or will
RELEASE_HOUR = re.compile(
    r"[0-2]?[0-9][:.][0-5][0-9](?:\ ?[ap]m)?(?:\ (?:CES?T|GMT|BST|UTC|E[DS]?T|[IJHK]ST|HKT|SGT|AE[DS]T))?(?:\ [-–—|])?\ (?=[A-Z])"
)
# "89.3/prior 88.9"
_SLASH = re.compile(
    r"(?<=[0-9%A-Za-z])/(?=(?:act|cons|est|exp|f'?cast|fcst|forecast|median|prev|prior)[a-z]{0,6}\b)", re.IGNORECASE
)


# Words between indicator and figure that belong to neither.
_VERBS = frozenset(
    "unchanged at to held steady left was kept on cut raised hiked lowered reduced rose fell maintained is actual act came in".split()
)
_TAIL = frozenset("as expected in line forecast annualized annualised sa nsa ann record high low".split())


def read_economic_row(text: str, header: EconomicHeader, line: int, *, labelled: bool = False) -> EconomicPrint | None:
    """The released figure that `text` is, or None; `labelled`: only where its words say which figure is what.

    >>> row = read_economic_row("Factory Orders m/m (revised) (1.2%) versus (1.6%) in prior month",
    ...                         EconomicHeader("Japan", "July"), 33)
    >>> row.indicator, row.status, row.actual, row.prior
    ('Factory Orders m/m', 'revised', Decimal('-1.2'), Decimal('-1.6'))
    """
    if len(text) > MAX_ROW:
        return None
    timed = RELEASE_HOUR.match(text)
    parts = part_compared(_SLASH.sub(" / ", text[timed.end() :] if timed else text))
    if parts is None:
        return None
    left, right = parts
    country, period = header.country, header.period
    if period is None:
        split = split_header(left)
        if split.country != country or split.period:
            country, period, left = split.country or country, split.period, split.rest
    if period is None and "(" in left:
        period, left = take_bracketed_period(left)
    tokens = part_tokens(left)
    if period is None:
        period, tokens = take_last_period(tokens)
    index, actual = _last_number(tokens) or (len(tokens), None)
    if not _is_tail(tokens[index + 1 :]):
        return None
    status, words = take_status(tokens[:index], tokens[index + 1 :])
    while words and words[-1].lower().strip(":,=") in _VERBS:
        words.pop()
    if period is None:
        period, words = take_last_period(words)
    while right and words and words[-1] == "|":
        words.pop()
    if "|" in words or any((word[0] in "+-(" or "%" in word or "." in word) and read_figure(word) for word in words):
        return None  # several figures in columns: which of them is the actual one is anybody's guess
    indicator = " ".join(words).strip(" :-–—|,;/=([")
    compared = read_compared(right)
    if not indicator or compared is None:
        return None
    if actual is None and not any(compared):
        return None
    if (timed or labelled) and not right:
        return None  # "08:00 Sweden CPI 3.2%": what came out, or what is expected
    consensus = compared.consensus
    prior = compared.first if compared.prior is None else compared.prior  # `note_first_estimate` says which
    said = f" {' '.join(tokens).lower()} {right.lower()}"
    if (
        actual is not None
        and consensus is None
        and (" as expected" in said or " in line with" in said or " as forecast" in said)
    ):
        consensus = actual
    if actual is not None and prior is None and (" unchanged" in said or " held at" in said):
        prior = actual
    return make_release(EconomicHeader(country, period), indicator, status, actual, consensus, prior, line)


def make_release(
    header: EconomicHeader,
    indicator: str,
    status: EconomicStatus | None,
    actual: Number | None,
    consensus: Number | None,
    prior: Number | None,
    line: int,
) -> EconomicPrint | None:
    """The release with its figures in one unit, that of the actual one; None where they have none in common."""
    figures = (actual, consensus, prior)
    unit = next((one.unit for one in figures if one is not None and one.unit), None)
    if actual is not None and actual.unit is None and unit != "%":
        unit = None
    values = [None if one is None else _in_unit(one, unit) for one in figures]
    if any(one is not None and value is None for one, value in zip(figures, values, strict=True)):
        return None
    return EconomicPrint(
        country=header.country, period=header.period, indicator=indicator, revised=status == "revised", status=status,
        actual=values[0], consensus=values[1], prior=values[2], unit=unit, line=line,
    )  # fmt: skip


def _is_tail(words: list[str]) -> bool:
    """Whether the words behind the figure are such as stand there; else the line is no row ("3 months to July")."""
    joined = " ".join(words).rstrip(" :;,/|-–—([")
    if joined.startswith("(") and joined.endswith(")"):
        return True
    return all(
        word.strip("(),;:.").lower() in RATES | _TAIL or word.strip("(),;:").lower() in STATUSES
        for word in joined.split()
    )


def _last_number(tokens: list[str]) -> tuple[int, Number] | None:
    """The actual figure is the last number; what follows it may be a rate ("y/y") or "as expected"."""
    for index in range(len(tokens) - 1, 0, -1):
        number = read_number(tokens[index].rstrip(",;:."))
        if number is not None:
            return None if is_year(tokens[index].rstrip(",;:.")) else (index, number)
    return None


def take_status(before: list[str], after: list[str]) -> tuple[EconomicStatus | None, list[str]]:
    """Takes "(revised)" out of the indicator's words, or from behind the figure; keeps a rate that stands behind it."""
    status: EconomicStatus | None = None
    words: list[str] = []
    for word in before:
        bare = word.strip(":,")
        if bare.startswith("(") and bare.endswith(")") and bare[1:-1].lower() in STATUSES:
            status = status or STATUSES[bare[1:-1].lower()]
        else:
            words.append(word)
    while words and not words[-1].strip(":,;"):
        words.pop()
    last = words[-1].strip(":,").lower() if len(words) > 1 else ""
    if status is None and len(last) > 2 and last in STATUSES:
        above = words[-2]
        if above[-1] == "," or above.lower() in RATES:  # "CPIF y/y, final"
            status = STATUSES[last]
            words = [*words[:-2], above.rstrip(",")]
    for word in after:
        bare = word.strip("():,;").lower()
        if bare in STATUSES and word.startswith("("):
            status = status or STATUSES[bare]
        elif bare in RATES:
            words.append(bare)
    return status, words


def note_first_estimate(text: str) -> str | None:
    """What to tell of a row that has the first estimate of its own period, for which there is no column; else None.

    >>> note_first_estimate("GDP Price Index (final) 2.4% versus preliminary 2.2%")
    'The prior figure of this row is the first estimate of the same period, not the figure of the period before.'
    """
    parts = part_compared(text)
    compared = read_compared(parts[1]) if parts else None
    if compared is None or compared.first is None:
        return None
    if compared.prior is None:
        return "The prior figure of this row is the first estimate of the same period, not the figure of the period before."
    return "The first estimate of the same period in this row is in no column."


_SCALES = {"k": 3, "m": 6, "mn": 6, "mln": 6, "b": 9, "bn": 9, "bln": 9, "t": 12, "tn": 12, "tr": 12, "trln": 12}


def _in_unit(number: Number, unit: str | None) -> Decimal | None:
    """The value of `number` in `unit`: "EUR980m" is 0.980 in "EURbn"; None where it has none.

    >>> _in_unit(read_number("EUR980m"), "EURbn"), _in_unit(read_number("0.3"), "%"), _in_unit(read_number("75K"), "%")
    (Decimal('0.980'), Decimal('0.3'), None)
    """
    if number.unit is None or number.unit == unit:
        return number.value
    own, wanted = _part_scale(number.unit), _part_scale(unit or "")
    if own is None or wanted is None or own[0] != wanted[0]:
        return None
    return number.value if own == wanted else number.value.scaleb(own[1] - wanted[1])


def _part_scale(unit: str) -> tuple[str, int] | None:
    """The currency and the power of ten of a unit: "NOKbn" is ("NOK", 9)."""
    if unit.isupper() and len(unit) == 3:
        return unit, 0
    for size in (4, 3, 2, 1):
        if (scale := _SCALES.get(unit[-size:].lower())) is not None and size <= len(unit):
            return unit[:-size].removeprefix("US"), scale
    return None
