"""The releases of a sentence, with those that it names by what differs from one before: "core", "services", "France's", or by their bank alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from llm_wrap.reading.release_periods import REPORTS
from llm_wrap.reading.tokens import Line
from llm_wrap.reading.wordings import MOVES_RATE

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

_PARTS = re.compile(
    r"\b(?:[Cc]ore|[Hh]eadline|[Uu]nderlying|[Ss]ervices|[Mm]anufacturing|[Cc]omposite|[Cc]onstruction|[Nn]ew|[Ee]xisting|[Pp]ending|[Ii]nitial|[Cc]ontinuing|[Aa]nnual|[Mm]onthly|[Rr]etail|[Oo]ne-year|[Ff]ive-year)\ "
)
# "core CPI" and "retail sales ex-autos" are no headline.
_AHEAD_OF = re.compile(r"X[oDMCw']{1,5}\Z")  # "ahead of tomorrow's ADP"
_OF_BANK = re.compile(r"'[wQ]{2}")  # "the BoC's core measures" are no rate of it
_OF_THE_SAME = frozenset("gauge figure reading equivalent counterpart number rate measure index print".split())
_CORE = re.compile(
    r"\b(?:[Cc]ore(?:-core)?|[Uu]nderlying|[Ss]ervices|[Gg]oods)\ |\ control\ group\Z|,?\ (?:ex|excluding)(?:[- ][a-z]{1,16}){1,4}\Z"
)
_EDITION = re.compile(r"\A(?:[Ff]lash|[Ff]inal|[Pp]reliminary|[Aa]dvance)\ ")
# What stands before a short name, and behind it.
_LEADS = re.compile(r"(?:[,;:(&LAY]|w)[owiCS]{0,3}\Z")
_FOLLOWS = re.compile(
    r"(?:,w[wioIc]{1,6},|,G[iDo]{0,4},)?[wo]?(?:,[wioICQM]{1,8},|,G[iDo]{0,4},)?,?[oEJSLAV&w:i]{0,6}[N-]"
)
_LEAVING = re.compile(r",wo\Z")  # "up 0.3%, lifting the annual rate to 2.6%"
_PACES = {"quarterly": "q/q", "annualised": "saar", "annualized": "saar", "annual": "y/y", "yearly": "y/y"}
_PACED = frozenset(
    [
        *"gdp cpi ppi pce wpi earnings exports imports money loans".split(),
        "retail sales",
        "industrial production",
        "home prices",
        "household spending",
        "machinery orders",
        "factory orders",
        "activity",
    ]
)
_TRADE = frozenset({"exports", "imports", "trade balance"})
_BALANCES = ("surplus", "deficit", "trade surplus", "balance")
_PMIS = frozenset({"services pmi", "manufacturing pmi", "composite pmi", "construction pmi"})
_PARTS_OF: dict[str, Collection[str]] = {
    **dict.fromkeys(_BALANCES, _TRADE), "control group": ("retail sales",), "core-core": ("cpi",),
    "one-year": ("policy rate",), "five-year": ("policy rate",), "composite": _PMIS, "construction": _PMIS, "non-manufacturing": (*_PMIS, "tankan"),
    "services": (*_PMIS, "cpi", "pce", "ppi", "tertiary"), "manufacturing": (*_PMIS, "industrial production", "payrolls"),
}  # fmt: skip
_FIGURE_FOR = re.compile(r"N\)?R?io?\Z")  # "0.4% for the headline"
_PACE = re.compile(
    r"[wo](?:(?P<told>o?[EJ])[woS]{0,3}|o)N"
)  # "annual growth at 1.6%", "the annual rate seen easing to 4.75%"
_SECTORS = frozenset({"manufacturing", "services", "composite"})


class Name(NamedTuple):
    """A release as a sentence names it. `at` and `after`: the places of its first token and of the one behind it; `country` where it is that which differs.

    `foreign`: it is a company's or a product's, and no release: "vehicle sales at BYD", "Samsung's exports".
    """

    release: FoundIndicator
    words: str
    at: int
    after: int
    country: str | None = None
    short: bool = False
    leading: int | None = None
    foreign: bool = False


def find_names(line: Line) -> list[Name]:
    """The releases of a sentence in order."""
    full = _join_jobs(
        line,
        [
            Name(one.release, one.release.words, place, place + 1, foreign=_is_foreign(line, place))
            for place, one in enumerate(line.tokens)
            if one.release and not _is_aside(line, place) and not _is_report(line, place)
        ],
    )
    names = [*full, *_find_short(line, full), *_find_rates(line, full)]
    return sorted(names, key=lambda one: one.at)


def _is_aside(line: Line, place: int) -> bool:
    """Whether a release is only what another one goes into: "the control group, which feeds into GDP, up 0.4%"."""
    opened = line.kinds.rfind(",", 0, place)
    return (
        opened >= 0
        and line.kinds[place + 1 : place + 2] == ","
        and "N" not in line.kinds[opened:place]
        and line.tokens[opened + 1].word in ("which", "that")
    )


def _is_report(line: Line, place: int) -> bool:
    """Whether a release is only the report that brings the figures before it: "10K jobs, economists reckon ahead of tomorrow's ADP figures, down from 42K"."""
    lead = _AHEAD_OF.search(line.kinds[:place])
    behind = line.kinds[place + 1 :]
    return (
        lead is not None
        and line.tokens[lead.start()].word == "ahead of"
        and {"I", "N"} <= set(line.kinds[: lead.start()])
        and re.search("[EJLS:]", re.split("N", behind)[0]) is None
    )


def _is_foreign(line: Line, place: int) -> bool:
    behind = line.kinds[place + 1 : place + 3]
    at = line.tokens[place + 1].word if behind[1:] == "c" else ""
    return at in ("at", "of", "for", "in") or re.search(r"c'w{0,2}\Z", line.kinds[:place]) is not None


def _find_short(line: Line, full: Sequence[Name]) -> Iterator[Name]:
    """The names that share the one of a release before them: a part of it, another country, another pace."""
    for place, token in enumerate(line.tokens):
        base = next((one for one in reversed(full) if one.after <= place), None)
        joined = next((one for one in full if one.at == place + 2), None)
        if token.kind == "Q" and joined and line.kinds[place + 1] == "&" and joined.release.key not in _TRADE:
            release = joined.release._replace(
                words=name_part(joined.release, token.word), start=token.start, end=token.end
            )
            yield Name(release, release.words, place, place + 1, short=True)  # "headline and core CPI"
            continue
        if base is None:
            continue
        between, after = line.kinds[base.after : place], line.kinds[place + 1 :]
        length, leading, country, words = 1, None, None, ""
        if token.kind == "Q" and base.release.key in _PARTS_OF.get(token.word, (base.release.key,)):
            words = name_part(base.release, token.word)
            led = _FIGURE_FOR.search(between)
            if led and not re.match(r"[wo]?o?N", after):
                leading = base.after + led.start()
            elif not (_LEADS.search(between) and _FOLLOWS.match(after)):
                continue
        elif token.kind == "C" and ("N" in between or ":" in between) and _LEADS.search(between):
            part = line.tokens[place + 2].word if after.startswith("'Q") else None
            length = 3 if part else 2 if after.startswith("'") else 1
            noun = line.tokens[place + length].word if after[length - 1 : length] == "w" else ""
            if not _FOLLOWS.match(after[length - 1 :]) or (noun and noun not in _OF_THE_SAME):
                continue  # "and Spanish output is seen" is another release
            words, country = name_part(base.release, part), token.country
        elif token.word in _PACES and base.release.key in _PACED and "N" in between and (pace := _PACE.match(after)):
            if not (
                pace["told"]
                or re.search("[,&][Yo]*\\Z", between)
                or (_LEAVING.search(between) and line.tokens[place - 2].word.endswith("ing"))
            ):
                continue
            words, length = f"{base.words} {_PACES[token.word]}", 2
        if words:
            release = base.release._replace(
                words=words, start=token.start, end=line.tokens[min(place + length, len(line.tokens)) - 1].end
            )
            yield Name(release, words, place, place + length, country, short=True, leading=leading)


def _find_rates(line: Line, full: Sequence[Name]) -> Iterator[Name]:
    """The policy rates that are told by the name of their bank alone: "the BoK is seen standing pat at 2.50%"."""
    told = [one for one in full if one.release.key == "policy rate"]
    standing = next((one for one in told if stands(line, one)), None)
    from llm_wrap.reading.indicators import FoundIndicator

    for place, token in enumerate(line.tokens):
        if token.kind == "B" and not (told and told[0].at < place) and not _OF_BANK.match(line.kinds, place + 1):
            end = next((one.at for one in full if one.at > place), len(line.tokens))
            release = FoundIndicator("policy rate", token.start, token.end, "policy rate")
            own = (
                told and "B" not in line.kinds[place + 1 : told[0].at]
            )  # "the bank should stand pat, keeping the key rate at 4.25%"
            if not (own and not standing) and _moves_rate(line, place + 1, end):
                yield Name(release, standing.words if standing else "policy rate", place, place + 1)
            elif (
                not full
                and re.search(r"K[^N.;]{0,6}N", line.kinds[:place])
                and re.search("[ELA]", line.kinds[:place])
                and _moves_rate(line, 0, place)
            ):
                yield Name(release, "policy rate", place, place + 1, short=True, leading=line.kinds.index("N"))


def stands(line: Line, name: Name) -> bool:
    """Whether a policy rate is told as it is: "the OCR stands at 3.00%"; a consensus stands, too."""
    behind = [one.word for one in line.tokens[name.after : name.after + 1]]
    return name.release.key == "policy rate" and behind == ["stands"]


def _moves_rate(line: Line, begin: int, end: int) -> bool:
    for place in range(begin + 1, end):
        one = line.tokens[place]
        if one.number and one.number.unit == "%" and line.tokens[place - 1].word.split(" ")[-1] in ("at", "to", "from"):
            lead = line.tokens[max(begin, place - 9) : place]
            stop = max((k for k, other in enumerate(lead) if other.kind in ".;"), default=-1)
            if any(word in MOVES_RATE for other in lead[stop + 1 :] for word in other.word.split()):
                return True
    return False


def _join_jobs(line: Line, full: list[Name]) -> list[Name]:
    """ "payrolls to show 110K jobs added" names one release."""
    kept: list[Name] = []
    for one in full:
        last = kept[-1] if kept else None
        if (
            last
            and one.release.key == "payrolls"
            and last.release.key in ("payrolls", "adp")
            and line.kinds[last.after : one.at].count("N") < 2
        ):
            if last.release.key == "payrolls" and (
                re.search(r"report|data|figures|numbers|\A[Jj]obs\Z", last.words)
                or line.tokens[last.after].word in REPORTS
            ):
                kept[-1] = last._replace(words=one.words)
            continue
        kept.append(one)
    return kept


def name_part(base: FoundIndicator, part: str | None) -> str:
    """The name of the release that shares another's: "core" of "CPI" is "core CPI", "services" of "PMIs" is "services PMI"."""
    if part in ("annual", "monthly"):
        return f"{base.words} {'y/y' if part == 'annual' else 'm/m'}"
    words = base.words if part is None else _EDITION.sub("", base.words)
    if base.key in _PMIS:
        words = words.removesuffix("s") if words.endswith("PMIs") else words
    if part is None:
        return words
    if base.key in _TRADE:
        return f"trade {part.removeprefix('trade ')}"
    if part.endswith("mfg"):
        part = "manufacturing" if part == "mfg" else "non-manufacturing"
    if part == "headline":
        return _CORE.sub("", words)
    if base.key in _PMIS and words.endswith(" PMI") and not _PARTS.search(words):
        return f"{words[:-3]}{part} PMI"
    if base.key in _PMIS and words in _SECTORS:
        return f"{part} PMI"  # "manufacturing at 49.6, non-manufacturing at 50.2"
    if part.startswith("ex") and part != "existing":
        if "food" not in part:
            return f"{_CORE.sub('', words)} {part}"
        part = "core-core" if "energy" in part else "core"
    kind = _PARTS.search(words)
    return f"{words[: kind.start()]}{part} {words[kind.end() :]}" if kind else f"{part} {words}"
