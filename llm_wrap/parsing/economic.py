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
from typing import NamedTuple

from llm_wrap.models import EconomicPrint, EconomicStatus
from llm_wrap.parsing.layout import MAX_ROW
from llm_wrap.parsing.patterns import Number, read_number

_COUNTRIES = (
    "south korea|north korea|hong kong|new zealand|south africa|saudi arabia|united states|united kingdom|euro area|euro zone"
    "|czech republic|costa rica|sri lanka|united arab emirates|japan|china|korea|taiwan|australia|india|indonesia|malaysia|thailand"
    "|singapore|philippines|vietnam|us|u.s.|usa|uk|u.k.|eurozone|eu|germany|france|italy|spain|netherlands|belgium|austria|ireland"
    "|portugal|greece|switzerland|sweden|norway|denmark|finland|iceland|poland|hungary|czechia|romania|turkey|türkiye|russia|ukraine"
    "|israel|egypt|nigeria|kenya|brazil|mexico|chile|colombia|peru|argentina|uruguay|canada|qatar|kuwait|uae|macau|macao|pakistan|bangladesh"
    "|luxembourg|estonia|latvia|lithuania|slovakia|slovenia|croatia|bulgaria|ecuador|venezuela|bolivia|paraguay|panama|mongolia"
    "|serbia|georgia|armenia|azerbaijan|kazakhstan|uzbekistan|morocco|tunisia|algeria|ghana|angola|zambia|uganda|tanzania|ethiopia"
    "|ivory coast|senegal|namibia|botswana|mauritius|bahrain|oman|jordan|lebanon|iraq|iran|cyprus|malta|albania|north macedonia|moldova"
    "|bosnia and herzegovina|guatemala|honduras|el salvador|dominican republic|jamaica|cambodia|laos|myanmar|nepal|czech|korea rep."
)
COUNTRIES = frozenset(_COUNTRIES.split("|"))
_MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec
    """.split()
)
_QUARTERS = frozenset(
    """
    q1 q2 q3 q4 h1 h2 1q 2q 3q 4q 1h 2h fy
    """.split()
)
_PERIOD_WORDS = frozenset(
    """
    week w/e ended ending to mid quarter half year first second third fourth early late
    """.split()
)
STATUSES: dict[str, EconomicStatus] = {
    "revised": "revised", "rev": "revised", "r": "revised", "preliminary": "preliminary", "prelim": "preliminary",
    "p": "preliminary", "advance": "preliminary", "adv": "preliminary", "a": "preliminary", "flash": "flash", "final": "final", "fin": "final", "f": "final",
}  # fmt: skip
_RATES = frozenset(
    {
        "m/m",
        "y/y",
        "q/q",
        "w/w",
        "saar",
        "annualized",
        "annualised",
        "yoy",
        "mom",
        "qoq",
        "wow",
        "ytd",
        "yy",
        "mm",
        "qq",
        "sa",
        "nsa",
    }
)
# "08:30 ET - US CPI": when it came out, or will
_TIME = re.compile(
    r"[0-2]?[0-9][:.][0-5][0-9](?:\ ?[ap]m)?(?:\ (?:CES?T|GMT|BST|UTC|E[DS]?T|[IJHK]ST|HKT|SGT|AE[DS]T))?(?:\ [-–—|])?\ (?=[A-Z])"
)
# "89.3/prior 88.9"
_SLASH = re.compile(
    r"(?<=[0-9%A-Za-z])/(?=(?:act|cons|est|exp|f'?cast|fcst|forecast|median|prev|prior)[a-z]{0,6}\b)", re.IGNORECASE
)


class EconomicHeader(NamedTuple):
    """The country and period that the rows below stand under."""

    country: str | None
    period: str | None


class _Split(NamedTuple):
    country: str | None
    period: str | None
    rest: str


def read_header(text: str) -> EconomicHeader | None:
    """The country and period that a line consists of, or None.

    >>> read_header("South Korea Q2:")
    EconomicHeader(country='South Korea', period='Q2')
    """
    if len(text) > 60 or "%" in text or " versus " in text:
        return None
    split = split_header(text.rstrip(": "))
    if split.rest or (split.country is None and split.period is None):
        return None
    return EconomicHeader(split.country, split.period)


def split_header(text: str) -> _Split:
    """Takes a country and a period off the start of `text`."""
    words = text.split(" ")
    country = None
    for size in (3, 2, 1):
        name = " ".join(words[:size]).strip(":,-()")
        if len(words) >= size and name.lower() in COUNTRIES:
            country = name
            words = words[size:]
            break
    period: list[str] = []
    while words and words[0] in ("-", "--", "–", "—", ":", "|", ","):
        words = words[1:]
    while words and _is_period_word(words[0], bool(period)):
        period.append(words.pop(0))
        if period[-1].endswith(":"):
            break
    while period and period[-1].lower() in _PERIOD_WORDS - {"half", "year", "quarter", "week"}:
        words.insert(0, period.pop())
    joined = " ".join(period).strip(":,-() ")
    return _Split(country, joined or None, " ".join(words).strip(": "))


def _is_period_word(word: str, inside: bool) -> bool:
    bare = word.strip("():,;.-").lower()
    if bare in _MONTHS or bare in _QUARTERS:
        return True
    if "-" in bare or "/" in bare:
        parts = bare.replace("/", "-").split("-")
        return (
            len(parts) <= 3
            and any(p in _MONTHS or p in _QUARTERS for p in parts)
            and all(p in _MONTHS or p in _QUARTERS or p.isdigit() or p == "mid" for p in parts)
        )
    if bare in _PERIOD_WORDS:
        return inside or bare in {"week", "w/e"}
    return inside and bare.isdigit() and len(bare) <= 4 and "%" not in word and word.strip(",:()").isdigit()


def read_economic_row(text: str, header: EconomicHeader, line: int, *, labelled: bool = False) -> EconomicPrint | None:
    """The released figure that `text` is, or None; `labelled`: only where its words say which figure is what.

    >>> row = read_economic_row("Factory Orders m/m (revised) (1.2%) versus (1.6%) in prior month",
    ...                         EconomicHeader("Japan", "July"), 33)
    >>> row.indicator, row.status, row.actual, row.prior
    ('Factory Orders m/m', 'revised', Decimal('-1.2'), Decimal('-1.6'))
    """
    if len(text) > MAX_ROW:
        return None
    timed = _TIME.match(text)
    parts = _part_compared(_SLASH.sub(" / ", text[timed.end() :] if timed else text))
    if parts is None:
        return None
    left, right = parts
    country, period = header.country, header.period
    if period is None:
        split = split_header(left)
        if split.country != country or split.period:
            country, period, left = split.country or country, split.period, split.rest
    if period is None and "(" in left:
        period, left = _take_bracketed_period(left)
    tokens = _tokens(left)
    if period is None:
        period, tokens = _take_last_period(tokens)
    index, actual = _last_number(tokens) or (len(tokens), None)
    if not _is_tail(tokens[index + 1 :]):
        return None
    status, words = take_status(tokens[:index], tokens[index + 1 :])
    while words and words[-1].lower().strip(":,=") in _VERBS:
        words.pop()
    if period is None:
        period, words = _take_last_period(words)
    while right and words and words[-1] == "|":
        words.pop()
    if "|" in words or any((word[0] in "+-(" or "%" in word or "." in word) and _figure(word) for word in words):
        return None  # several figures in columns: which of them is the actual one is anybody's guess
    indicator = " ".join(words).strip(" :-–—|,;/=([")
    compared = _read_compare(right)
    if not indicator or compared is None:
        return None
    if actual is None and compared == (None, None):
        return None
    if (timed or labelled) and not right:
        return None  # "08:00 Sweden CPI 3.2%": what came out, or what is expected
    consensus, prior = compared
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


def _part_compared(text: str) -> tuple[str, str] | None:
    """A row up to its actual figure, and what stands behind: from "versus" on, or from the first label. None where a figure
    has a label that nothing parts from the words before it: "GDP 2026 forecast 1.3%"."""
    words = text.split(" ")
    bare = [word.lower().strip(_SIGNS) for word in words]
    known = False
    for index, word in enumerate(bare):
        if word in _VERSUS and (known or word != "v"):
            return " ".join(words[:index]), " ".join(words[index + 1 :])
        if word in _LABELS and index and bare[index - 1] != "as":
            told = known or (index + 1 < len(words) and (_figure(words[index + 1]) or bare[index + 1] in _BLANKS))
            parted = known or words[index][0] in "([" or words[index - 1][-1] in ":;,/|-–—" or word in _SHORT
            if told and not parted:
                return None
            if told:
                left, right = " ".join(words[:index]), " ".join(words[index:])
                return (left, right) if _is_label_list(right, fillers=known) else None
        known = known or (index > 0 and _figure(words[index]) is not None and not is_year(word))
    return text, ""


def is_year(word: str) -> bool:
    """Whether a figure may be a year."""
    return len(word) == 4 and word.isdecimal() and word[:2] in ("19", "20")


def _take_last_period(words: list[str]) -> tuple[str | None, list[str]]:
    """The period at the end of an indicator, before its rate or behind it: "CPI Sep y/y", "CPI y/y Sep 2025"."""
    end = len(words)
    while end and words[end - 1].strip(":,;|-–—/") == "":
        end -= 1
    behind = end
    while end and words[end - 1].lower().strip(":,;") in _RATES:
        end -= 1
    start = end
    if start > 1 and is_year(words[start - 1].strip(":,;")):
        start -= 1
    if start < 2 or not _is_period_word(words[start - 1], False) or words[start - 1].lower() in _PERIOD_WORDS:
        return None, words
    period = " ".join(words[start - 1 : end]).strip(":,;()")
    return period, [*words[: start - 1], *words[end:behind]]


def _take_bracketed_period(text: str) -> tuple[str | None, str]:
    """The period that a bracket gives, "Tokyo core CPI (Feb) 2.2%", and the text without it; a status beside it stays.

    >>> _take_bracketed_period("Output (Jan, prelim) -1.1%")
    ('Jan', 'Output (prelim) -1.1%')
    """
    for hit in _BRACKET.finditer(text):
        parts = [part.strip() for part in hit[1].split(",")]
        words = parts[0].split(" ")
        if not _is_period_word(words[0], False) or len(words) > 2 or (len(words) == 2 and not is_year(words[1])):
            continue
        if len(parts) > 2 or (len(parts) == 2 and parts[1].lower() not in STATUSES):
            continue
        kept = f"({parts[1]})" if len(parts) == 2 else ""
        return parts[0], " ".join(f"{text[: hit.start()]}{kept}{text[hit.end() :]}".split())
    return None, text


_BRACKET = re.compile(r"\(([^()]{1,30})\)")

# Words between indicator and figure that belong to neither.
_VERBS = frozenset(
    "unchanged at to held steady left was kept on cut raised hiked lowered reduced rose fell maintained is actual act came in".split()
)
_TAIL = frozenset("as expected in line forecast annualized annualised sa nsa ann record high low".split())


def _is_tail(words: list[str]) -> bool:
    """Whether the words behind the figure are such as stand there; else the line is no row ("3 months to July")."""
    joined = " ".join(words).rstrip(" :;,/|-–—([")
    if joined.startswith("(") and joined.endswith(")"):
        return True
    return all(
        word.strip("(),;:.").lower() in _RATES | _TAIL or word.strip("(),;:").lower() in STATUSES
        for word in joined.split()
    )


def _tokens(text: str) -> list[str]:
    return text.replace(" %", "%").replace(" bps", "bps").replace(" bp", "bp").split()


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
        if above[-1] == "," or above.lower() in _RATES:  # "CPIF y/y, final"
            status = STATUSES[last]
            words = [*words[:-2], above.rstrip(",")]
    for word in after:
        bare = word.strip("():,;").lower()
        if bare in STATUSES and word.startswith("("):
            status = status or STATUSES[bare]
        elif bare in _RATES:
            words.append(bare)
    return status, words


_VERSUS = frozenset({"versus", "vs", "v"})
_SIGNS = "()[],;:.=|/-–—"
_SHORT = frozenset("cons est exp fcst f'cast prev".split())
_CONSENSUS = _SHORT - {"prev"} | frozenset(
    "consensus expected estimate estimates estimated forecast forecasts expectations median survey poll".split()
)
_FLASH = frozenset({"preliminary", "flash", "prelim"})
_PRIOR = frozenset({"prior", "previous", "previously", "prev", "last"})
# What tells where the actual figure is behind: of the words of the compared ones, those that name no release.
_LABELS = (_CONSENSUS | _PRIOR) - {"expectations", "survey", "poll", "last"}
_BLANKS = frozenset({"n/a", "na", "n.a", "", "…"})


def _figure(token: str) -> Number | None:
    """The number that a token is, its stop aside and a bracket that opens before it or closes behind it."""
    bare = token.rstrip(",;.")
    for _ in range(2):
        number = read_number(bare)
        if number is not None:
            return number
        if bare.count(")") > bare.count("(") and bare[-1] == ")":
            bare = bare[:-1].rstrip(",;.")
        elif bare.count("(") > bare.count(")") and bare[0] == "(":
            bare = bare[1:]
    return read_number(bare)


def _is_label_list(text: str, *, fillers: bool) -> bool:
    """Whether `text` is labels and their figures alone: "cons 4.0%, prev 3.8%)"; `fillers`: or "and 3.8% in the prior month"."""
    known = _CONSENSUS | _PRIOR | _BLANKS | _RATES | (_FILLERS if fillers else frozenset())
    return all(word.lower().strip(_SIGNS) in known or _figure(word) for word in _tokens(text))


_FILLERS = frozenset(
    "in and the month quarter week year period reading release rev revised up down from was unrevised".split()
)


def _read_compare(text: str) -> tuple[Number | None, Number | None] | None:
    """Consensus and prior from what stands behind "versus" or from a label on; None where one has no label."""
    consensus: Number | None = None
    prior: Number | None = None
    role = kept = ""
    pending: Number | None = None
    flash: Number | None = None  # "versus flash 55.4": what was first released, which is neither
    tokens = _tokens(text)
    for index, token in enumerate(tokens):
        lowered = token.lower().strip(_SIGNS)
        estimate = _figure(token.rstrip(")").removesuffix("e").removesuffix("E")) if lowered.endswith("e") else None
        if estimate is not None and consensus is None:  # "49.0e"
            consensus = estimate
        elif lowered in _CONSENSUS:
            if pending is not None and consensus is None:
                consensus, pending = pending, None
            else:
                role = "consensus"
        elif lowered in _FLASH and not token.startswith("("):
            if pending is not None and flash is None:
                flash, pending = pending, None
            else:
                role = "flash"
        elif lowered in _PRIOR:
            if pending is not None and prior is None:
                prior, pending = pending, None
            elif prior is None and role != "done":
                role = "prior"
        elif lowered in _BLANKS and role:
            role = ""
        elif lowered in ("rev", "revised"):
            kept, role = role, "revision"  # what the prior figure was before
        else:
            number = _figure(token)
            if number is None:
                continue
            if role == "consensus" and consensus is None:
                consensus, role = number, ""
            elif role == "flash" and flash is None:
                flash, role = number, ""
            elif role == "revision":
                role = kept
            elif role == "prior" and prior is None and index:
                prior, role = number, "done"
            elif pending is not None and prior is None:
                return None  # "vs 4.0% vs 3.8%"
            else:
                pending = number
    if pending is not None and prior is None:
        return None
    return consensus, flash if prior is None else prior
