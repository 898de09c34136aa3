"""In which terms a release is told: its unit, its rate, its name. In: a release and a figure of it. Out: whether the figure can be one of it, and its name."""

from __future__ import annotations

import re
from decimal import Decimal

from llm_wrap.reading.figure_roles import Estimate
from llm_wrap.reading.figures import read_upper_bound
from llm_wrap.reading.names import Name

# What a release is told in: per cent, points of an index, heads. A figure in anything else is of another thing, and nothing is said.
_IN_PERCENT = frozenset(
    {"gdp", "cpi", "ppi", "wpi", "pce", "unemployment", "policy rate", "participation", "retail sales", "industrial production", "household spending", "earnings",
     "inflation expectations", "home prices", "machinery orders", "factory orders"}
)  # fmt: skip
_IN_POINTS = frozenset(
    {"manufacturing pmi", "services pmi", "composite pmi", "construction pmi", "chicago pmi", "ivey pmi", "confidence", "business confidence", "economic sentiment",
     "current situation", "tankan", "empire", "philly", "regional fed", "sentix", "housing market index"}
)  # fmt: skip
_IN_HEADS = frozenset({"payrolls", "adp", "claims", "job openings", "home sales", "housing starts"})
_IN_NUMBERS = frozenset(
    {"prices paid", "new orders", "job ratio", "leading index", "coincident", "activity", "capacity", "building permits", "job ads", "formal jobs", "vehicle sales",
     "registrations", "visitors", "credit", "watchers", "shop prices", "trade prices", "home prices", "tertiary", "claimant count", "job cuts"}
)  # fmt: skip
_BY = re.compile(r"\b(?:rise|rose|risen|fall|fell|fallen|increased?|drop(?:ped)?|declined?|climb(?:ed)?)\ by\b")
_SPAN = re.compile(r"\b(?:[Aa]nnual|[Mm]onthly|[Qq]uarterly)\ ")
_SECTORS = frozenset(("manufacturing", "services", "composite", "non-manufacturing"))
_ECONOMY = frozenset(("economy", "the economy"))


def is_told_in(key: str, draft: Estimate, words: str) -> bool:
    """Whether a figure can be one of the release: in per cent, in points, in thousands. `words`: those of the figure and behind it."""
    if key == "unemployment" and _BY.search(words):
        return True  # "the number of jobless to rise by 5K"
    if key in _IN_PERCENT:
        return draft.unit == "%"
    value = abs(draft.consensus or draft.prior or Decimal(0))
    if key in _IN_POINTS:
        return draft.unit is None and value < 250
    if key in _IN_HEADS:
        return draft.unit in ("K", "M", "%") or (draft.unit is None and value >= 1000)
    return draft.unit is not None or key in _IN_NUMBERS


def name_release(name: Name, rate: str | None, words: str) -> str:
    """The name of a release as a row has it, with the rate of its figure. `words`: those that its figures stand in."""
    told = "GDP" if name.words.casefold() in _ECONOMY else name.words
    if name.release.key == "policy rate" and any(read_upper_bound(word) for word in words.split()):
        return f"{told} (upper bound)"
    if told.casefold() in _SECTORS:
        return f"{told} PMI"
    return _name_rate(told, rate) if rate else told


def _name_rate(words: str, rate: str) -> str:
    """A release's name with the rate that its figure is: "CPI m/m"; "annual inflation" is "inflation m/m" where that is told."""
    from llm_wrap.reading.indicators import find_rate

    told = find_rate(words)
    return words if told == rate else f"{_SPAN.sub('', words) if told else words} {rate}"
