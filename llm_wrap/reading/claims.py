"""Which figures of a sentence are expected of which release, and still to come. In: a sentence's tokens. Out: its claims.

    claim = release {word} cue {word} figure          "US CPI is seen at 3.1%"
          | cue figure "in" release                   "economists see a 0.3% rise in CPI"
          | claim ("and" | "with") other cue figure   "and core at 3.0%", "while France's is seen at 0.9%"
          | release "due" day ... period "was" figure "Chile reports unemployment on Friday; the December rate was 8.0%"

A figure that is out, one that a central bank, a company or a single broker forecasts, and one for a year are none. The patterns are over the kinds of
tokens, which `wordings` explains: a new wording is a row there, a new build of sentence a pattern here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from llm_wrap.reading.figure_roles import Estimate, Role, collect_estimates, find_roles
from llm_wrap.reading.names import Name
from llm_wrap.reading.release_words import EXPECTS, Region, find_clause, find_regions
from llm_wrap.reading.tokens import Line
from llm_wrap.reading.wordings import FALLS

# "than expected", "had forecast"; "above the 5.0% consensus", "versus 0.2% expected"; "consensus was 0.2%"; "than the forecast"
_OUT = re.compile(r"[Vvh]w?E|[vh]Y|[XPZHm](?!o?C)[wocrAMiC']{0,4}(?:N|bw?)?R?[LlE]|[Ll][^.;,N]{0,6}[vh]|Hw?E")
_OF_ALL = re.compile(r"[wo]{0,3}[PHZm][wio']{0,3}(?:M'?)?N")  # "each an improvement on the 0.3% of June"
_MARKED_PRIOR = re.compile(r"[Pp][wo:'VvM]{0,4}\Z")
# "PPI -2.9% (consensus -2.8%)": a figure of its own beside what was expected
_BESIDE_LABEL = re.compile(r"R?[(,;]P?[owr]{0,2}[LE]r?[wo:]{0,2}N")
# A forecast of one house: "Nomura sees", "staff project", "Citi's economists", "UBS's estimate", "lifted its GDP forecast", "seen by the OBR", "its forecast", "cut the 2026 outlook"
_SINGLE = re.compile(
    r"(?:[cOBC]'?w{0,2}|Ao[cO])Y|O[^.;LA]{0,6}[Yl]|[cB]'[cCw]?A|O'?[wC]?A|[OcBC]'[wIMQTC]{0,3}[lW]|s[wcTCMRIQ']{0,5}E|[El]zo?[cOBC]|W|"
    r"s[wcTCMRIQ']{0,5}[lU]|K[^.;,L]{0,8}[lU]"
)
_BESIDE_HOUSE = re.compile(r"(?<=N),?[mZHX][wocB's]{0,5}[lWU]")  # "at 3.1%, matching Norges Bank's own forecast"
_ASKED_BY = re.compile(r"A(?:[wo]?zo?|io?)[cOCr]+")  # "economists polled by PAP", "in a Nikkei survey"
_NEXT_CLAUSE = re.compile(r"[;.]|,?&")
_MARKED_CONSENSUS = re.compile(r"L[lwio'rJ=:]{0,4}\Z")
_THEN_SEEN = re.compile(r"R?(?:io?M)?,?&?w?(?:ow?[EJ]|J)")  # "was 2.2% in September and is seen at 2.1%"
_FORECASTERS_SAY = re.compile(r"A[wozrc#A]{0,6}[EYl]|n")  # "economists forecast employment fell by 5K"
_PROBABLY = re.compile(r"J[wo]?V[^;.&V]{0,20}&[wocC]{0,2}\Z")  # "CPI probably slipped 0.2% and PPI fell 2.9%"
_ROW = re.compile(r"[,;:(&][wocCiSMBKRY']{0,5}\Z")  # ", with the", "and for the"
_ROW_TOLD = re.compile(r"R?(?:(?:,?&|[,/])[wocCQIM']{1,6}NR?){1,4}E")  # "headline +0.2%, core +0.3% expected"
# Who expects it, told behind: "5.2% expected", "at 2.7%, from 2.8%, is the median call", ", a Reuters poll showed"
_NEAR_END = re.compile(r"[,;.]|&(?!N)")
_TOLD_NEAR = re.compile(r"[EJL]")
_TELLER = re.compile(r"[owi,:][^,;.]{0,5}[LAn]")
# "With inflation at 3.8% in September, economists see October's at 3.6%"
_SCENE = re.compile(r"[&Pw][wocCM']{0,4}I[wo]{0,3}NR?io?M,")
_OPENS = frozenset(("with", "after", "given"))
# "the December rate was 8.0%", "July's fell 1.5%", "(prior: +1.5%)"
_PRIOR_ONLY = re.compile(r"(?:[Mp]'?[wo:]{0,3}[Vvio:]{0,2}[wio]{0,3}|[wo][Vv]o?)\Z")
_BECOMES = ("deepen", "narrow", "eas", "moderat", "slow", "worsen", "widen", "accelerat", "quicken", "soften")


class Claim(NamedTuple):
    """A release and what is expected of it. `first` to `until` hold its figures, `told` is where its words begin: offsets of the text.

    `prior_only`: nobody says yet what is expected, only what it was before.
    """

    name: Name
    estimates: list[Estimate]
    first: int
    until: int
    told: int
    prior_only: bool = False


def find_claims(line: Line, listed: int | None) -> Iterator[Claim]:
    """The claims of a sentence, in order. `listed`: where the list of what a coming day brings begins ("PMIs on Thursday: composite 50.7 (50.9)")."""
    regions = find_regions(line)
    goes_on = False
    rates: tuple[str | None, ...] = ()
    paired = False
    scene: tuple[str, Role] | None = None
    all_same = any(
        one.word in ("both", "all") and line.kinds[k + 1 : k + 2] == "m" for k, one in enumerate(line.tokens)
    )
    shared = _find_shared_prior(line)
    for place, region in enumerate(regions):
        name = region.name
        roles = _read_roles(line, region)
        if (
            region.is_first
            and len(regions) > 1
            and roles
            and line.tokens[0].word in _OPENS
            and _SCENE.match(line.kinds)
        ):
            scene = (name.release.key, roles[0])
            continue
        if (
            paired
            and [one.role for one in roles] == ["estimate"] * 2
            and line.kinds[roles[0].place + 1 : roles[1].place] == ","
        ):
            roles[1] = roles[1]._replace(role="prior")  # "consensus 56.3, prior 56.6; Italy 54.1, 54.0"
        ahead = _is_ahead(line, region, roles, goes_on, listed)
        if any(one.role == "estimate" for one in roles):
            goes_on = ahead
        if not ahead or name.foreign:
            if len(regions) == 1 and not name.foreign and (former := _find_prior_only(line, name)):
                yield former
            continue
        said = line.kinds[find_clause(line, name.at) : name.at] if name.release.key == "policy rate" else ""
        begin = line.tokens[region.begin].start if region.begin < len(line.tokens) else len(line.text)
        for one, own in _share(line, region, roles):
            estimates = collect_estimates(line, own, (region.begin, region.end), said, rates)
            rates = tuple(draft.rate for draft in estimates)
            paired = len(estimates) == 1 and estimates[0].prior is not None
            if not estimates:
                continue
            if (
                scene
                and scene[0] == one.release.key
                and estimates[0].prior is None
                and estimates[0].unit == scene[1].unit
            ):
                estimates[0].prior = scene[1].value
            for draft in estimates if shared else ():
                if draft.prior is None and draft.unit == shared.unit:
                    draft.prior = shared.value
            for draft in estimates if all_same else ():
                draft.prior = draft.consensus if draft.prior is None else draft.prior
            until = _find_until(line, region, max(draft.end for draft in estimates), place + 1 < len(regions))
            told = min(one.release.start, line.tokens[own[0].place].start)
            yield Claim(one, estimates, begin, until, told)
            both = "Q&Q" in line.kinds[region.begin : region.end]  # "for both headline and core"
            if both and "core" not in one.words:
                yield Claim(one._replace(words=f"core {one.words}"), estimates, begin, until, told)


def _find_shared_prior(line: Line) -> Role | None:
    """What all releases of a sentence were before: "income up 0.4% and spending up 0.5%, each an improvement on the 0.3% of June"."""
    for place, one in enumerate(line.tokens):
        told = _OF_ALL.match(line.kinds, place + 1) if one.word in ("each", "both", "all") else None
        if told and line.kinds.count("N", told.end()) == 0:
            return find_roles(line, [told.end() - 1], place, len(line.kinds))[0]
    return None


def _share(line: Line, region: Region, roles: Sequence[Role]) -> Iterator[tuple[Name, list[Role]]]:
    """The figures of each release of a region, as many as there are releases; all of them are the last one's otherwise."""
    names = (*region.sharing, region.name)
    parts = [[one for one in roles if one.role == role] for role in ("estimate", "prior")]
    if region.sharing and len(parts[0]) == len(names):
        priors = parts[1] if len(parts[1]) == len(names) else []
        for place, name in enumerate(names):
            yield name, [part[place] for part in (parts[0], priors) if part]
    else:
        yield region.name, list(roles)


def _read_roles(line: Line, region: Region) -> list[Role]:
    """What the figures of a release are, those that are named before it among them."""
    before = find_roles(line, _find_named_before(line, region), 0, region.name.at)
    places = [place for place in range(region.begin, region.end) if line.kinds[place] == "N"]
    roles = find_roles(line, places, region.begin, region.end, before)
    out = [place for place, one in enumerate(roles) if one.role == "estimate"]
    if len(out) == 2 and _goes_on_to_next(line, roles[out[0]].place):
        roles[out[0]] = roles[out[0]]._replace(role="prior")
    return [one._replace(value=-abs(one.value)) for one in roles] if _is_fall(line, region.name) else roles


def _goes_on_to_next(line: Line, figure: int) -> bool:
    """Whether a figure is out and its sentence goes on to the next one: "was 2.2% in September and is seen at 2.1% for October"."""
    return (
        _THEN_SEEN.match(line.kinds, figure + 1) is not None
        and EXPECTS.search(line.kinds[max(figure - 5, 0) : figure]) is None
    )


def _is_fall(line: Line, name: Name) -> bool:
    """Whether its figures are falls: "PPI deflation narrowing to 2.9%", "the decline in investment to deepen to 0.8%"."""
    behind = [one.word for one in line.tokens[name.after : name.after + 4]]
    if behind[:1] == ["deflation"] or name.words.endswith("deflation"):
        return True
    led = [one.word for one in line.tokens[max(name.at - 4, 0) : name.at] if one.kind not in "oC'"]
    return led[-1:] == ["in"] and not FALLS.isdisjoint(led[-2:-1]) and any(word.startswith(_BECOMES) for word in behind)


def _find_named_before(line: Line, region: Region) -> list[int]:
    """The figures before a sentence's first release that are named as its prior or its consensus: "Prior 3.1%, consensus 2.7%: Japan's CPI"."""
    name, kinds = region.name, line.kinds
    if not region.is_first or name.short:
        return []
    figures = [place for place in range(min(name.at, region.begin)) if kinds[place] == "N"]
    if name.release.key == "policy rate" and "N" not in kinds[name.after :] and re.search("[BC].*L", kinds[: name.at]):
        return figures  # "A BoJ hike to 0.75% is the call ahead of its rate decision"
    return [one for one in figures if _MARKED_PRIOR.search(kinds[:one]) or _MARKED_CONSENSUS.search(kinds[:one])]


def _find_until(line: Line, region: Region, last: int, has_next: bool) -> int:
    """Where the words of what was read end: at the first figure that is none of it, or at what leads to the next release."""
    end = region.end
    while has_next and end > region.begin and line.kinds[end - 1] in "wcCMof'":
        end -= 1
    behind = (one.start for one in line.tokens[region.begin : end] if one.kind == "N" and one.start >= last)
    return next(behind, line.tokens[max(end, 1) - 1].end)


def _is_ahead(line: Line, region: Region, roles: Sequence[Role], goes_on: bool, listed: int | None) -> bool:
    """Whether the figure of a release is expected, and not out. `goes_on`: the one before it in the sentence is."""
    name, kinds = region.name, line.kinds
    estimate = next((one for one in roles if one.role == "estimate"), roles[0] if roles else None)
    if estimate is None or estimate.role == "none" or _stands(line, name):
        return False
    figure = estimate.place
    head = min(name.at, figure)
    start = max(find_clause(line, head), region.since)
    if not region.is_first:
        start = max(start, *(kinds.rfind(mark, start, head) + 1 for mark in ",;&"))
    clause = kinds[start:head]
    upto = kinds[name.after : figure] if figure > name.at else kinds[figure + 1 : name.at]
    single = _is_single(line, name, figure)
    if single and not any(one.labelled for one in roles):
        return False
    around = clause + upto + re.split(r"[.;]|,&", kinds[figure + 1 : figure + 7])[0]
    if "T" in around or "zM" in around or re.match(r"[El][^NJ]{0,8}V", upto):
        return False  # for a year, by a month; "the GDP forecast edged up to 1.9%"
    if _OUT.search(clause + upto):
        return False
    told = EXPECTS.search(upto) is not None
    single = single and re.search("[YK]", clause + upto) is not None
    if not (single or told) and (
        _OUT.search(kinds[region.begin : region.end])
        or (region.lead is None and _BESIDE_LABEL.match(kinds, figure + 1))
    ):
        return False
    if region.lead is not None or single:
        return True  # of a house, the consensus beside it
    return _is_expected(line, region, roles, figure, clause, upto) or (
        EXPECTS.search(upto) is None
        and not (_has_past(upto) and not _PROBABLY.search(kinds[: name.at]))
        and (
            (
                listed is not None
                and estimate.role == "estimate"
                and line.tokens[figure].start >= listed
                and not _has_past(kinds)
            )
            or (goes_on and _ROW.search(kinds[region.since : name.at]) is not None)
        )
    )


def _stands(line: Line, name: Name) -> bool:
    """Whether a policy rate is told as it is: "the OCR stands at 3.00%"; a consensus stands, too."""
    return name.release.key == "policy rate" and [one.word for one in line.tokens[name.after : name.after + 1]] == [
        "stands"
    ]


def _is_expected(line: Line, region: Region, roles: Sequence[Role], figure: int, clause: str, upto: str) -> bool:
    """Whether a word of expectation governs the figure: before it, unless it is told in the past, or behind it."""
    out = next((one.place for one in reversed(roles) if one.place < figure and one.role == "prior"), None)
    if out is not None and _THEN_SEEN.match(line.kinds, out + 1):
        upto = line.kinds[out + 1 : figure]
    cue = EXPECTS.search(upto)
    if cue:
        return not _has_past(upto[: cue.start()])
    if _FORECASTERS_SAY.search(clause):
        return True
    if _has_past(upto):
        return False
    behind = re.split(r"[;.]", line.kinds[figure + 1 : region.end])[0]
    return (
        _is_told_behind(behind)
        or _ROW_TOLD.match(line.kinds, figure + 1) is not None
        or EXPECTS.search(clause) is not None
    )


def _has_past(kinds: str) -> bool:
    return "V" in kinds or "v" in kinds


def _is_told_behind(behind: str) -> bool:
    """Whether the words behind a figure say who expects it: "according to all 45 economists", ", a Reuters poll found"."""
    return (
        _TOLD_NEAR.search(_NEAR_END.split(behind.removeprefix(",o"))[0][:9]) is not None
        or _TELLER.search(behind) is not None
    )


def _is_single(line: Line, name: Name, figure: int) -> bool:
    """Whether the clause of a release tells what a bank, a company or a single broker forecasts."""
    kinds, at = line.kinds, max(name.at, figure)
    ends = [hit.end() for hit in _NEXT_CLAUSE.finditer(kinds, 0, at)]
    begin = max((end for end in ends if end <= name.at or "N" in kinds[end:at]), default=0)
    after = _NEXT_CLAUSE.search(kinds, at)
    clause = kinds[min(begin, name.at) : after.start() if after else len(kinds)]
    return _SINGLE.search(_BESIDE_HOUSE.sub("", _ASKED_BY.sub("A", clause))) is not None


def _find_prior_only(line: Line, name: Name) -> Claim | None:
    """What a release that is only named as due was before: "Chile reports unemployment on Friday; the December rate was 8.0%"."""
    kinds = line.kinds
    figure = kinds.find("N", name.after)
    is_due = "G" in kinds or any(one.word == "expected" for one in line.tokens)
    if figure < 0 or not is_due or not _PRIOR_ONLY.search(kinds[name.after : figure]):
        return None
    if _OUT.search(kinds[name.after :]) or _BESIDE_LABEL.match(kinds, figure + 1):
        return None
    one = find_roles(line, [figure], name.after, len(kinds))[0]
    draft = Estimate(None, one.value, one.unit, one.rate, one.end)
    return Claim(name, [draft], name.release.end, line.tokens[figure].start, name.release.start, prior_only=True)
