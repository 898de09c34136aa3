"""Economic rows under a country and a period.

header = country [period] [":"]                                     "Japan July"
row    = indicator ["(" status ")"] actual [rate] ["versus" compare]
compare = ["consensus" value "and"] [value "in prior" period]       "52.3 versus consensus 51.9 and 52.0 in prior month"
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from llm_wrap.models import EconomicPrint, EconomicStatus
from llm_wrap.parsing.layout import MAX_ROW
from llm_wrap.parsing.patterns import Number, read_figure, read_number

_COUNTRIES = (
    "south korea|north korea|hong kong|new zealand|south africa|saudi arabia|united states|united kingdom|euro area|euro zone"
    "|czech republic|costa rica|sri lanka|united arab emirates|japan|china|korea|taiwan|australia|india|indonesia|malaysia|thailand"
    "|singapore|philippines|vietnam|us|u.s.|usa|uk|u.k.|eurozone|eu|germany|france|italy|spain|netherlands|belgium|austria|ireland"
    "|portugal|greece|switzerland|sweden|norway|denmark|finland|iceland|poland|hungary|czechia|romania|turkey|türkiye|russia|ukraine"
    "|israel|egypt|nigeria|kenya|brazil|mexico|chile|colombia|peru|argentina|uruguay|canada|qatar|kuwait|uae|macau|macao|pakistan|bangladesh"
    "|luxembourg|estonia|latvia|lithuania|slovakia|slovenia|croatia|bulgaria|ecuador|venezuela|bolivia|paraguay|panama|mongolia"
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
    "p": "preliminary", "advance": "preliminary", "flash": "flash", "final": "final", "f": "final",
}  # fmt: skip
_RATES = frozenset({"m/m", "y/y", "q/q", "w/w", "saar", "annualized", "annualised", "yoy", "mom", "qoq", "ytd"})
_VERSUS = (" versus ", " vs. ", " vs ")


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


def read_economic_row(text: str, header: EconomicHeader, line: int) -> EconomicPrint | None:
    """The released figure that `text` is, or None.

    >>> row = read_economic_row("Factory Orders m/m (revised) (1.2%) versus (1.6%) in prior month",
    ...                         EconomicHeader("Japan", "July"), 33)
    >>> row.indicator, row.status, row.actual, row.prior
    ('Factory Orders m/m', 'revised', Decimal('-1.2'), Decimal('-1.6'))
    """
    if len(text) > MAX_ROW:
        return None
    left, right = text, ""
    for word in _VERSUS:
        head, found, tail = text.partition(word)
        if found:
            left, right = head, tail
            break
    country, period = header.country, header.period
    if period is None:
        split = split_header(left)
        if split.country != country or split.period:
            country, period, left = split.country or country, split.period, split.rest
    if period is None and "(" in left:
        period, left = _take_bracketed_period(left)
    tokens = _tokens(left)
    found_actual = _last_number(tokens)
    if found_actual is None:
        return None
    index, actual = found_actual
    if not _is_tail(tokens[index + 1 :]):
        return None
    status, words = take_status(tokens[:index], tokens[index + 1 :])
    while words and words[-1].lower().strip(":,") in _VERBS:
        words.pop()
    if "|" in words or any((word[0] in "+-(" or word[-1] == "%") and read_number(word) for word in words):
        return None  # several figures in columns: which of them is the actual one is anybody's guess
    indicator = " ".join(words).strip(" :-–—|,")
    if not indicator:
        return None
    consensus, prior = _read_compare(right)
    said = f" {' '.join(tokens).lower()} {right.lower()}"
    if consensus is None and (" as expected" in said or " in line with" in said or " as forecast" in said):
        consensus = actual.value
    if prior is None and (" unchanged" in said or " held at" in said):
        prior = actual.value
    return EconomicPrint(
        country=country, period=period, indicator=indicator, revised=status == "revised", status=status,
        actual=actual.value, consensus=consensus, prior=prior, unit=actual.unit, line=line,
    )  # fmt: skip


def _take_bracketed_period(text: str) -> tuple[str | None, str]:
    """The period that a bracket gives, "Tokyo core CPI (Feb) 2.2%", and the text without it; a status beside it stays.

    >>> _take_bracketed_period("Output (Jan, prelim) -1.1%")
    ('Jan', 'Output (prelim) -1.1%')
    """
    head, _, rest = text.partition("(")
    inner, closed, tail = rest.partition(")")
    parts = [part.strip() for part in inner.split(",")]
    if not closed or not _is_period_word(parts[0], False) or " " in parts[0]:
        return None, text
    if len(parts) > 2 or (len(parts) == 2 and parts[1].lower() not in STATUSES):
        return None, text
    kept = f"({parts[1]})" if len(parts) == 2 else ""
    return parts[0], " ".join(f"{head}{kept}{tail}".split())


# Words between indicator and figure that belong to neither.
_VERBS = frozenset(
    "unchanged at to held steady left was kept on cut raised hiked lowered reduced rose fell maintained is".split()
)
_TAIL = frozenset("as expected in line forecast annualized annualised sa nsa ann record high low".split())


def _is_tail(words: list[str]) -> bool:
    """Whether the words behind the figure are such as stand there; else the line is no row ("3 months to July")."""
    joined = " ".join(words)
    if joined.startswith("(") and joined.endswith(")"):
        return True
    return all(
        word.strip("(),;:.").lower() in _RATES | _TAIL or word.strip("(),;:").lower() in STATUSES for word in words
    )


def _tokens(text: str) -> list[str]:
    return text.replace(" %", "%").replace(" bps", "bps").replace(" bp", "bp").split()


def _last_number(tokens: list[str]) -> tuple[int, Number] | None:
    """The actual figure is the last number; what follows it may be a rate ("y/y") or "as expected"."""
    for index in range(len(tokens) - 1, 0, -1):
        number = read_number(tokens[index].rstrip(",;:."))
        if number is not None:
            return index, number
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
    for word in after:
        bare = word.strip("():,;").lower()
        if bare in STATUSES and word.startswith("("):
            status = status or STATUSES[bare]
        elif bare in _RATES:
            words.append(bare)
    return status, words


_CONSENSUS = frozenset("consensus expected estimate estimates forecast forecasts est expectations cons".split())
_FLASH = frozenset({"preliminary", "flash", "prelim"})
_PRIOR = frozenset({"prior", "previous", "previously", "prev", "last"})


def _read_compare(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Consensus and prior from what stands behind "versus"."""
    consensus: Decimal | None = None
    prior: Decimal | None = None
    role = ""
    pending: Decimal | None = None
    flash: Decimal | None = None  # "versus flash 55.4": what was first released, which is neither
    tokens = _tokens(text)
    for index, token in enumerate(tokens):
        lowered = token.lower().strip(",;:.()")
        if lowered in _CONSENSUS:
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
        else:
            number = read_figure(token)
            if number is None:
                continue
            if role == "consensus" and consensus is None:
                consensus, role = number.value, ""
            elif role == "flash" and flash is None:
                flash, role = number.value, ""
            elif role == "prior" and prior is None and index:
                prior, role = number.value, "done"
            else:
                pending = number.value
    if pending is not None and prior is None and consensus is None:
        prior = pending
    return consensus, flash if prior is None else prior
