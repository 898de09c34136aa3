"""The country and the period that economic rows stand under or begin with."""

from __future__ import annotations

import re
from typing import NamedTuple

from llm_wrap.models import EconomicStatus

_COUNTRIES = (
    "south korea|north korea|hong kong|new zealand|south africa|saudi arabia|united states|united kingdom|euro area|euro zone"
    "|czech republic|costa rica|sri lanka|united arab emirates|japan|china|korea|taiwan|australia|india|indonesia|malaysia|thailand"
    "|singapore|philippines|vietnam|us|u.s.|usa|uk|u.k.|eurozone|eu|germany|france|italy|spain|netherlands|belgium|austria|ireland"
    "|portugal|greece|switzerland|sweden|norway|denmark|finland|iceland|poland|hungary|czechia|romania|turkey|türkiye|russia|ukraine"
    "|israel|egypt|nigeria|kenya|brazil|mexico|chile|colombia|peru|argentina|uruguay|canada|qatar|kuwait|uae|macau|macao|pakistan|bangladesh"
    "|luxembourg|estonia|latvia|lithuania|slovakia|slovenia|croatia|bulgaria|ecuador|venezuela|bolivia|paraguay|panama|mongolia"
    "|serbia|georgia|armenia|azerbaijan|kazakhstan|uzbekistan|morocco|tunisia|algeria|ghana|angola|zambia|uganda|tanzania|ethiopia"
    "|ivory coast|senegal|namibia|botswana|mauritius|bahrain|oman|jordan|lebanon|iraq|iran|cyprus|malta|albania|north macedonia|moldova"
    "|bosnia and herzegovina|guatemala|honduras|el salvador|dominican republic|jamaica|cambodia|laos|myanmar|nepal|czech|korea rep.|ez"
)
COUNTRIES = frozenset(_COUNTRIES.split("|"))
_MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec
    """.split()
)
_QUARTERS = frozenset("q1 q2 q3 q4 h1 h2 1q 2q 3q 4q 1h 2h fy".split())
_PERIOD_WORDS = frozenset("week w/e ended ending to mid quarter half year first second third fourth early late".split())
STATUSES: dict[str, EconomicStatus] = {
    "revised": "revised", "rev": "revised", "r": "revised", "preliminary": "preliminary", "prelim": "preliminary",
    "p": "preliminary", "advance": "advance", "adv": "advance", "a": "advance", "flash": "flash", "final": "final", "fin": "final", "f": "final",
}  # fmt: skip
RATES = frozenset("m/m y/y q/q w/w saar annualized annualised yoy mom qoq wow ytd yy mm qq sa nsa".split())


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


def is_year(word: str) -> bool:
    """Whether a figure may be a year."""
    return len(word) == 4 and word.isdecimal() and word[:2] in ("19", "20")


def take_last_period(words: list[str]) -> tuple[str | None, list[str]]:
    """The period at the end of an indicator, before its rate or behind it: "CPI Sep y/y", "CPI y/y Sep 2025"."""
    end = len(words)
    while end and words[end - 1].strip(":,;|-–—/") == "":
        end -= 1
    behind = end
    while end and words[end - 1].lower().strip(":,;") in RATES:
        end -= 1
    start = end
    if start > 1 and is_year(words[start - 1].strip(":,;")):
        start -= 1
    if start < 2 or not _is_period_word(words[start - 1], False) or words[start - 1].lower() in _PERIOD_WORDS:
        return None, words
    period = " ".join(words[start - 1 : end]).strip(":,;()")
    return period, [*words[: start - 1], *words[end:behind]]


def take_bracketed_period(text: str) -> tuple[str | None, str]:
    """The period that a bracket gives, "Tokyo core CPI (Feb) 2.2%", and the text without it; a status beside it stays.

    >>> take_bracketed_period("Output (Jan, prelim) -1.1%")
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
