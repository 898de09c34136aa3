"""Whether the figure of a release is still to come. In: a sentence's tokens, a release and the roles of its figures. Out: yes or no.

It is where a word of expectation governs it ("is seen at", "economists see", "5.2% expected"), and not where it is out ("than expected", "beat"), a single
house's ("Nomura sees", "its forecast") or for a year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from llm_wrap.reading.figure_roles import Role
from llm_wrap.reading.names import Name, stands
from llm_wrap.reading.release_words import EXPECTS, Region, find_clause
from llm_wrap.reading.tokens import Line

# "than expected", "had forecast"; "above the 5.0% consensus", "versus 0.2% expected"; "consensus was 0.2%"; "than the forecast"
OUT = re.compile(
    r"[Vvh]w?E|[vh]Y|[XPZHm](?!o?C)[wocrAMiC']{0,4}(?:N|bw?)?w?R?[LlE]|[Ll][^.;,N]{0,6}[vh]|[vh][wio]{0,3}[Ll]|h[wio#ArL]{0,10}E|h[wio#]{1,8}[AL]|m[wio#]{0,5}A|X[wo]{0,3}NR?A|[AL][wiocrz#]{0,6}h(?![wo]{0,2}E)|Bh(?![wo]{0,2}E)|Hw?E"
)
# "PPI -2.9% (consensus -2.8%)": a figure of its own beside what was expected
BESIDE_LABEL = re.compile(
    r"R?o?(?:io?M)?(?:(?:,[^N;.,EJ]{1,9})?[(,;]P?[owr]{0,2}[LE]r?[wo:]{0,2}N|\(P?[wo]{0,2}N[wo]?R?[LE]\))"
)
# A forecast of one house: "Nomura sees", "staff project", "Citi's economists", "UBS's estimate", "lifted its GDP forecast", "seen by the OBR", "its forecast", "cut the 2026 outlook"
_SINGLE = re.compile(
    r"(?:[cOBC]'?w{0,2}|Ao[cO])Y|O[^.;LA]{0,6}[Yl]|[cB]'[cCw]?A|O'?[wC]?A|[OcBC]'[wIMQTC]{0,3}[lW]|s[wcTCMRIQ']{0,5}E|[El]zo?[cOBC]|W|"
    r"s[wcTCMRIQ']{0,5}[lU]|K[^.;,L]{0,8}[lU]"
)
_BESIDE_HOUSE = re.compile(r"(?<=N),?[mZHX][wocB's]{0,5}[lWU]")  # "at 3.1%, matching Norges Bank's own forecast"
_ASKED_BY = re.compile(r"A(?:[wo]?zo?|io?)[cOCr]+")  # "economists polled by PAP", "in a Nikkei survey"
_NEXT_CLAUSE = re.compile(r"[;.]|,?&")
THEN_SEEN = re.compile(
    r"R?(?:io?M)?(?:io?[wc]{1,3})?,?&?w?(?:ow?[EJ]|J)"
)  # "was 2.2% in September and is seen at 2.1%"
_FORECASTERS_SAY = re.compile(r"A[wozrc#A]{0,6}[EYl]|n")  # "economists forecast employment fell by 5K"
_PROBABLY = re.compile(r"J[wo]?V[^;.&V]{0,20}&[wocC]{0,2}\Z")  # "CPI probably slipped 0.2% and PPI fell 2.9%"
_ROW = re.compile(r"[,;:(&][wocCiSsMBKRY']{0,7}\Z")  # ", with the", "and for the"
_ROW_TOLD = re.compile(r"R?(?:(?:,?&|[,/])[wocCQIM']{1,6}NR?){1,4}E")  # "headline +0.2%, core +0.3% expected"
# Who expects it, told behind: "5.2% expected", "at 2.7%, from 2.8%, is the median call", ", a Reuters poll showed"
_NEAR_END = re.compile(r"[,;.]|&(?!N)")
_TOLD_NEAR = re.compile(r"[EJL]")
_TELLER = re.compile(r"[owi,:][^,;.&]{0,5}[LAn]")
_THEY_SAY = re.compile(r"[^;.]{0,12},n")  # "China will report that prices fell 0.2%, economists believe"
_APPOSED, _AND_WAS = re.compile(r"(?:io?M)?,[wo]{0,2}[EJ]"), re.compile(r"[^.;,N]{0,8},[wo]?[Vv][wo]{0,3}N(?!R?io?M)")
_HAD = re.compile(r"(?:io?M)?h")
_HELD = frozenset("held kept left stayed remained stood maintained".split())
_DECIDED = frozenset("kept left held raised lowered reduced took brought hiked trimmed slashed lifted".split())
_PASSIVE = frozenset("will would may might should could to be been being have rate rates".split())
_SHOWS = frozenset("show report reveal confirm indicate say state find".split())


def is_ahead(line: Line, region: Region, roles: Sequence[Role], goes_on: bool, listed: int | None) -> bool:
    """Whether the figure of a release is expected, and not out. `goes_on`: the one before it in the sentence is."""
    name, kinds = region.name, line.kinds
    estimate = next((one for one in roles if one.role == "estimate"), roles[0] if roles else None)
    if estimate is None or estimate.role == "none" or stands(line, name):
        return False
    figure = estimate.place
    head = min(name.at, figure)
    start = max(find_clause(line, head), region.since)
    if not region.is_first:
        start = max(start, *(kinds.rfind(mark, start, head) + 1 for mark in ",;&"))
    clause = kinds[start:head]
    upto = kinds[name.after : figure]
    if figure > name.at and not re.search("[EJLAYn]", clause):
        upto = _mark_held(line, name.after, figure)
    upto = upto if figure > name.at else kinds[figure + 1 : name.at]
    single = _is_single(line, name, figure)
    if single and not any(one.labelled for one in roles):
        return False
    around = clause + upto + re.split(r"[.;]|,&", kinds[figure + 1 : figure + 7])[0]
    if _APPOSED.match(kinds, name.after) and _AND_WAS.match(kinds, figure + 1):
        return False  # "Swiss inflation, expected to be 0.1%, was 0.2%"
    if (
        "T" in around.replace("MT", "M")
        or "zM" in around
        or re.match(r"[El][^NJ]{0,8}[Vv]", upto)
        or _is_forecast_changed(line, name)
    ):
        return False  # for a year, by a month; "the GDP forecast edged up to 1.9%"
    had = _HAD.match(kinds, name.after)
    if had and line.tokens[had.end() - 1].word.startswith("had") and not re.search("[EJLAYn]", clause):
        return False  # "Retail sales for August had grown 0.7%"
    if upto in ("z", "zo") and figure > name.at:
        return False  # "may cut payrolls by 700K"
    if OUT.search(clause + upto) or (name.release.key == "policy rate" and _is_decided(line, name, clause)):
        return False
    told = EXPECTS.search(upto) is not None
    single = single and re.search("[YK]", clause + upto) is not None
    if not (single or told) and (
        OUT.search(kinds[region.begin : region.end]) or (region.lead is None and BESIDE_LABEL.match(kinds, figure + 1))
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


def _is_expected(line: Line, region: Region, roles: Sequence[Role], figure: int, clause: str, upto: str) -> bool:
    """Whether a word of expectation governs the figure: before it, unless it is told in the past, or behind it."""
    out = next((one.place for one in reversed(roles) if one.place < figure and one.role == "prior"), None)
    if out is not None and THEN_SEEN.match(line.kinds, out + 1):
        upto = line.kinds[out + 1 : figure]
    cue = EXPECTS.search(upto)
    if cue:
        return not _has_past(upto[: cue.start()])
    if _FORECASTERS_SAY.search(clause):
        return True
    behind = re.split(r"[;.]", line.kinds[figure + 1 : region.end])[0]
    if _has_past(upto):
        return _is_to_show(line, region) or (
            _THEY_SAY.match(behind) is not None and "will" in _list_words(line, region)
        )
    return (
        _is_told_behind(behind)
        or _ROW_TOLD.match(line.kinds, figure + 1) is not None
        or EXPECTS.search(clause) is not None
    )


def _is_forecast_changed(line: Line, name: Name) -> bool:
    """Whether it is a forecast that somebody has: "NODX forecast raised to 2.5%", "CPI forecast stayed at 1.7%"."""
    first, then = (*line.tokens[name.after : name.after + 2], None, None)[:2]
    return (
        first is not None and first.word == "forecast" and then is not None and (then.kind == "K" or then.word in _HELD)
    )


def _mark_held(line: Line, begin: int, end: int) -> str:
    """The kinds of some tokens, with what was held as a past: "the jobless rate held at 4.1%", "kept its rate at 5.50%"."""
    words = [one.word for one in line.tokens[begin : end + 1]]
    return "".join(
        "v"
        if word in _HELD and then != "up" and line.tokens[max(begin + k - 1, 0)].word not in _PASSIVE
        else line.kinds[begin + k]
        for k, (word, then) in enumerate(pairwise(words))
    )


def _is_decided(line: Line, name: Name, clause: str) -> bool:
    """Whether a bank has done what is told of its rate: "kept its key rate at 13.00%", "Bank of Israel reduced its rate to 4.25%"."""
    if re.search("[EJLAYn]", clause):
        return False
    begin = max(name.at - 4, 0)
    for place in range(begin, min(name.after + 2, len(line.tokens) - 1)):
        word, then = line.tokens[place].word, line.tokens[place + 1].word
        before = line.tokens[place - 1].word if place else ""
        if before not in _PASSIVE and (word in _DECIDED or (word == "cut" and then in ("its", "the", "rates"))):
            return not EXPECTS.search(line.kinds[begin:place])
    return False


def _is_to_show(line: Line, region: Region) -> bool:
    """Whether a past is that of what is expected to be told: "data should show that Brazil's economy slowed to 0.2%"."""
    since = max(find_clause(line, region.name.at), region.since)
    lead = line.kinds[since : region.name.at]
    cue = max(lead.rfind("E"), lead.rfind("J"))
    return (
        cue >= 0
        and not re.search("[NVv]", lead[cue:])
        and not _SHOWS.isdisjoint(_list_words(line, region)[-len(lead[cue:]) :])
    )


def _list_words(line: Line, region: Region) -> list[str]:
    """The words before a release in its clause."""
    since = max(find_clause(line, region.name.at), region.since)
    return [one.word for one in line.tokens[since : region.name.at]]


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
