"""Releases that a sentence names by what differs from one named before: "core", "services", "France's". In: names in full. Out: all names.

short = ("," | ";" | ":" | "and" | "while" ...) (part | country ["'s"] [part]) {noun} {cue} ("at" | "to" | figure)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from llm_wrap.reading.estimates import first_figure, list_figures
from llm_wrap.reading.regions import find_country

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

# "and core at 3.0%", "while France's is seen at 0.9%", "imports +3.2%, surplus $95.6B": the name of the release is not said again.
_SHORT_NAME = re.compile(
    r"(?:[,;:(]|,?\ (?:and|while|with|but|plus)|\b(?:for|show|see|put|have|has|showing|putting))\ (?:the\ |that\ of\ |that\ for\ |in\ )?(?:(?P<place>[A-Z][A-Za-z]+(?:\ (?:[Zz]one|[Aa]rea|[A-Z][a-z]+))?)(?:'s)?(?:\ (?P<part>core|headline|services|"
    r"manufacturing|composite|construction))?|(?P<lead>[a-z]{3,9}\ (?:area\ |zone\ )?)?(?P<who>core|headline|underlying|ex(?:cluding)?[- ]food(?:\ and\ energy)?|services|(?:non-)?manufacturing|composite|construction|surplus|deficit|trade\ surplus|continuing|existing|pending))(?![A-Za-z'-])"
    r"(?=(?:,\ (?:due|out|published|released)\ [^,;.]{1,30},)?(?:,?(?:\ the)?\ (?:rate|measure|gauge|reading|print|figure|index|PMI|component|one|claims|sales))?(?:\ (?:is|are|also|now|still|then|too|being|seen|expected|forecast|tipped|likely|put|estimated|projected|pegged|probably|should|"
    r"set|will|consensus))*(?:,?\ (?:at|to|up|down|of|rising|falling|unchanged|steady|easing|slowing|edging|ticking|cooling|holding|rise|fall|show|print|slipping|climbing|dropping|widening|narrowing)\b|"
    r":?\ [-+(]{0,2}[A-Z]{0,3}[$€£¥]?[0-9]))"
)
# "0.4% for the headline and 0.3% for the core"
_BEHIND_FIGURE = re.compile(
    r"(?<![A-Za-z0-9.$-])[-+(]{0,2}[0-9]{1,3}\.[0-9]{1,2}[%)]{0,2}(?:\ [mqyw]/[mqyw])?\ (?:for|on|in|at)\ (?:the\ )?(?P<who>core|underlying|services|manufacturing|composite)(?![A-Za-z'-])(?!\ [A-Za-z]{3,12}\ (?:at|to)\ )"
)
_PARTS = re.compile(
    r"\b(?:[Cc]ore|[Hh]eadline|[Uu]nderlying|[Ss]ervices|[Mm]anufacturing|[Cc]omposite|[Cc]onstruction|[Nn]ew|[Ee]xisting|[Pp]ending|[Ii]nitial|[Cc]ontinuing|[Aa]nnual|[Mm]onthly|[Rr]etail)\ "
)
# Which edition of a release it is, is no part of another's name: "flash CPI" and its "core CPI".
_EDITION = re.compile(r"\A(?:[Ff]lash|[Ff]inal|[Pp]reliminary|[Aa]dvance)\ ")
# "The BoK is seen standing pat at 2.50%": what a central bank holds or moves to a rate is its policy rate.
_BANK = re.compile(
    r"\b(?:RBNZ|RBA|RBI|ECB|FOMC|Fed|Federal\ Reserve|BoJ|BOJ|BoE|BOE|BoK|BOK|P[Bb]OC|BoC|BOC|BSP|SNB|MNB|CNB|NBP|NBR|SARB|TCMB|CBRT|Banxico|BanRep|Copom|Riksbank|MPC|Norges\ Bank|BoT|BI|BNM|"
    r"Bank\ (?:Indonesia|Negara|of\ [A-Z][a-z]+(?:\ [A-Z][a-z]+)?)|Reserve\ Bank(?:\ of\ [A-Z][a-z]+(?:\ [A-Z][a-z]+)?)?|National\ Bank(?:\ of\ [A-Z][a-z]+)?|Bangko\ Sentral|central\ bank)\b"
)
_RATE_AT = re.compile(r"\ (?:at|to|from)\ (?=[0-9]{1,2}(?:\.[0-9]{1,3})?%)")
_MOVES = ("seen", "expected", "forecast", "tipped", "hold", "stand", "stay", "keep", "leav", "remain", "maintain", "unchanged", "steady", "cut", "lower", "trim", "reduc", "rais", "hik",
          "lift", "increas", "eas", "go", "move", "moving", "change", "pause")  # fmt: skip
# Behind a GDP with a figure of its own, whose growth is meant: "with annual growth at 1.6%".
_PACE = re.compile(
    r"\b(?P<pace>annual|yearly|quarterly|annuali[sz]ed)\ (?:growth|pace|rate)(?=\ (?:is\ |are\ )?(?:at|of|to|seen|expected|slowing|easing|rising|picking)\b)"
)
_PACES = {"quarterly": "q/q", "annualised": "saar", "annualized": "saar"}
_PMIS = frozenset({"services pmi", "manufacturing pmi", "composite pmi", "construction pmi"})
_TRADE = frozenset({"exports", "imports", "trade balance"})


class Name(NamedTuple):
    """A release as a sentence names it, in full or shortened to what differs; `country` where it is that, `leading`: where its figure stands, if before it."""

    release: FoundIndicator
    words: str
    country: str | None = None
    short: bool = False
    leading: int | None = None


def add_short_names(text: str, named: Sequence[FoundIndicator]) -> list[Name]:
    """The releases of a sentence with those that share another's name: "and core at 3.0%", "while France's is seen at 0.9%"."""
    named = _join_jobs(text, named)
    names = [Name(one, one.words) for one in named]
    for hit in _SHORT_NAME.finditer(text):
        group = "place" if hit["place"] else "who"
        start, end = hit.span(group)[0], hit.end()
        if any(one.start < end and start < one.end for one in named):
            continue
        if hit["place"] and _BANK.fullmatch(hit["place"]):
            continue
        base = next((one for one in reversed(named) if one.end <= start), None)
        part = hit["part"] or hit["who"]
        if base is None or (part in ("surplus", "deficit", "trade surplus")) > (base.key in _TRADE):
            continue
        country = find_country(hit["place"]) if hit["place"] else None
        between = text[base.end : hit.start() + 1]
        if hit["place"] and (country is None or (first_figure(between) is None and ":" not in between)):
            continue
        words = name_part(base, part)
        names.append(Name(base._replace(words=words, start=start, end=end), words, country, short=True))
    for hit in _BEHIND_FIGURE.finditer(text):
        base = next((one for one in reversed(named) if one.end <= hit.start()), None)
        if base is not None and not any(one.start < hit.end() and hit.start() < one.end for one in named):
            words, (start, end) = name_part(base, hit["who"]), hit.span("who")
            release = base._replace(words=words, start=start, end=end)
            names.append(Name(release, words, short=True, leading=hit.start()))
    for hit in _PACE.finditer(text):
        base = next((one for one in reversed(named) if one.end <= hit.start()), None)
        if base is not None and base.key == "gdp" and first_figure(text[base.end : hit.start()]) is not None:
            words = f"{base.words} {_PACES.get(hit['pace'], 'y/y')}"
            names.append(Name(base._replace(words=words, start=hit.start(), end=hit.end()), words, short=True))
    names.extend(_name_policy_rates(text, named))
    return sorted(names, key=lambda one: one.release.start)


def _name_policy_rates(text: str, named: Sequence[FoundIndicator]) -> Iterator[Name]:
    """The policy rates that are told by the name of their bank alone."""
    if any(one.key == "policy rate" for one in named):
        return
    from llm_wrap.reading.indicators import FoundIndicator

    for hit in _BANK.finditer(text):
        following = min((one.start for one in named if one.start > hit.end()), default=len(text))
        if _moves_rate(text, hit.end(), following) and not any(
            one.start < hit.end() and hit.start() < one.end for one in named
        ):
            yield Name(FoundIndicator("policy rate", hit.start(), hit.end(), "policy rate"), "policy rate")


def _moves_rate(text: str, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` move or hold a rate: "standing pat at 2.50%"."""
    for hit in _RATE_AT.finditer(text, start, end):
        lead = text[max(start, hit.start() - 60) : hit.start()].replace("; ", ". ").rpartition(". ")[2]
        if any(word.startswith(_MOVES) for word in lead.lower().split()[-7:]):
            return True
    return False


def _join_jobs(text: str, named: Sequence[FoundIndicator]) -> list[FoundIndicator]:
    """ "payrolls to show 110K jobs added" names one release."""
    kept: list[FoundIndicator] = []
    for one in named:
        if (
            kept
            and one.key == kept[-1].key == "payrolls"
            and len(list(list_figures(text[kept[-1].end : one.start]))) < 2
        ):
            continue
        kept.append(one)
    return kept


def name_part(base: FoundIndicator, part: str | None) -> str:
    """The name of the release that shares another's: "core" of "CPI" is "core CPI", "services" of "PMIs" is "services PMI"."""
    words = base.words if part is None else _EDITION.sub("", base.words)
    if base.key in _PMIS:
        words = words.removesuffix("s") if words.endswith("PMIs") else words
    if part is None:
        return words
    if base.key in _TRADE:
        return f"trade {part.removeprefix('trade ')}"
    if base.key in _PMIS and words.endswith(" PMI") and not _PARTS.search(words):
        return f"{words[:-3]}{part} PMI"
    if part.startswith("ex"):
        part = "core" if part != "existing" else part
    kind = _PARTS.search(words)
    put = "" if part == "headline" else f"{part} "
    return words[: kind.start()] + put + words[kind.end() :] if kind else put + words
