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

from llm_wrap.reading.coming import BESIDE_LABEL, OUT, THEN_SEEN, is_ahead
from llm_wrap.reading.figure_roles import Estimate, Role, collect_estimates, find_roles
from llm_wrap.reading.figure_signs import is_fall
from llm_wrap.reading.names import Name, stands
from llm_wrap.reading.release_words import EXPECTS, Region, find_clause, find_regions
from llm_wrap.reading.tokens import Line

_OF_ALL = re.compile(r"[wo]{0,3}[PHZm][wio']{0,3}(?:M'?)?N")  # "each an improvement on the 0.3% of June"
# What several were before: "headline inflation of 2.6% and a core rate of 2.9%, up from 2.4% and 2.8%"
_SERIES = re.compile(r"(?:P[woi]{0,3}|M'?[Vv]o?)NR?(?:(?:,|,?&|/)[woi]{0,3}NR?){1,4}")
_MARKED_PRIOR = re.compile(r"[Pp][wo:'VvM]{0,4}\Z")
_MARKED_CONSENSUS = re.compile(r"L[lwio'rJ=:]{0,4}\Z")
# "With inflation at 3.8% in September, economists see October's at 3.6%"
_SCENE = re.compile(r"[&Pw][wocCM']{0,4}I[wo]{0,3}NR?io?M,")
_OPENS = frozenset(("with", "after", "given"))
# "the December rate was 8.0%", "July's fell 1.5%", "(prior: +1.5%)"
_PRIOR_ONLY = re.compile(r"(?:[Mp]'?[wo:]{0,3}[Vvio:]{0,2}[wio]{0,3}|[wo][Vv]o?)\Z")


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


def find_claims(line: Line, listed: int | None) -> list[Claim]:
    """The claims of a sentence, in order. `listed`: where the list of what a coming day brings begins ("PMIs on Thursday: composite 50.7 (50.9)")."""
    claims = list(_find_claims(line, listed))
    for series in _SERIES.finditer(line.kinds) if len(claims) > 1 else ():
        places = [place for place in range(series.start(), series.end()) if line.kinds[place] == "N"]
        alone = all(len(one.estimates) == 1 for one in claims) and len(places) == len(claims)
        named = any(one.word == "respectively" for one in line.tokens[series.end() : series.end() + 2])
        if alone and (named or all(one.estimates[0].prior is None for one in claims[:-1])):
            for claim, role in zip(claims, find_roles(line, places, series.start(), series.end()), strict=True):
                claim.estimates[0].prior = role.value if role.unit == claim.estimates[0].unit else None
    return claims


def _find_claims(line: Line, listed: int | None) -> Iterator[Claim]:
    regions = find_regions(line)
    goes_on = False
    rates: tuple[str | None, ...] = ()
    paired = False
    scene: tuple[str, Role] | None = None
    all_same = any(
        one.word in ("both", "all") and ("m" in line.kinds[k + 1 : k + 2] or re.search("m[^N.;]*\\Z", line.kinds[:k]))
        for k, one in enumerate(line.tokens)
    )
    shared = _find_shared_prior(line)
    of_bank: Estimate | None = None
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
        ahead = is_ahead(line, region, roles, goes_on, listed)
        if any(one.role == "estimate" for one in roles):
            goes_on = ahead
        if not ahead or name.foreign:
            if len(regions) == 1 and not name.foreign and (former := _find_prior_only(line, name)):
                yield former
            if of_bank and of_bank.prior is None and roles and stands(line, name):
                of_bank.prior = roles[0].value  # "economists expect a cut to 2.75%; the OCR stands at 3.00%"
            continue
        said = line.kinds[find_clause(line, name.at) : name.at] if name.release.key == "policy rate" else ""
        begin = line.tokens[region.begin].start if region.begin < len(line.tokens) else len(line.text)
        for one, own in _share(region, roles):
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
            for draft in estimates:
                if shared and draft.prior is None and draft.unit == shared.unit:
                    draft.prior = shared.value
            for draft in estimates if all_same else ():
                draft.prior = draft.consensus if draft.prior is None else draft.prior
            of_bank = estimates[0] if one.release.key == "policy rate" else of_bank
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


def _share(region: Region, roles: Sequence[Role]) -> Iterator[tuple[Name, list[Role]]]:
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
    if len(out) == 2 and roles[out[0]].place != region.lead and _goes_on_to_next(line, roles[out[0]].place):
        roles[out[0]] = roles[out[0]]._replace(role="prior")
    return [one._replace(value=-abs(one.value)) for one in roles] if is_fall(line, region.name) else roles


def _goes_on_to_next(line: Line, figure: int) -> bool:
    """Whether a figure is out and its sentence goes on to the next one: "was 2.2% in September and is seen at 2.1% for October"."""
    return (
        THEN_SEEN.match(line.kinds, figure + 1) is not None
        and EXPECTS.search(line.kinds[max(figure - 5, 0) : figure]) is None
    )


def _find_named_before(line: Line, region: Region) -> list[int]:
    """The figures before a sentence's first release that are named as its prior or its consensus: "Prior 3.1%, consensus 2.7%: Japan's CPI"."""
    name, kinds = region.name, line.kinds
    if not region.is_first or name.short:
        return []
    figures = [place for place in range(min(name.at, region.begin)) if kinds[place] == "N"]
    if name.release.key == "policy rate" and "N" not in kinds[name.after :] and re.search("[BC].*L", kinds[: name.at]):
        return figures  # "A BoJ hike to 0.75% is the call ahead of its rate decision"
    marked = [one for one in figures if _MARKED_PRIOR.search(kinds[:one]) or _MARKED_CONSENSUS.search(kinds[:one])]
    return (
        marked if marked == figures else []
    )  # "Headline is seen at 2.9% from 2.7%, core CPI at 3.1%": the 2.7% is the headline's


def _find_until(line: Line, region: Region, last: int, has_next: bool) -> int:
    """Where the words of what was read end: at the first figure that is none of it, or at what leads to the next release."""
    end = region.end
    while has_next and end > region.begin and line.kinds[end - 1] in "wcCMof'":
        end -= 1
    behind = (one.start for one in line.tokens[region.begin : end] if one.kind == "N" and one.start >= last)
    return next(behind, line.tokens[max(end, 1) - 1].end)


def _find_prior_only(line: Line, name: Name) -> Claim | None:
    """What a release that is only named as due was before: "Chile reports unemployment on Friday; the December rate was 8.0%"."""
    kinds = line.kinds
    figure = kinds.find("N", name.after)
    is_due = "G" in kinds[: max(figure, 0)] + kinds[figure + 1 :].split(";")[0] or any(
        one.word == "expected" for one in line.tokens
    )
    if figure < 0 or not is_due or not _PRIOR_ONLY.search(kinds[name.after : figure]):
        return None
    if OUT.search(kinds[name.after :]) or BESIDE_LABEL.match(kinds, figure + 1):
        return None
    one = find_roles(line, [figure], name.after, len(kinds))[0]
    draft = Estimate(None, one.value, one.unit, one.rate, one.end)
    return Claim(name, [draft], name.release.end, line.tokens[figure].start, name.release.start, prior_only=True)
