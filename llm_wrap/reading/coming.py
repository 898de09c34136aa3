"""Whether the figure of a release is still to come. In: a sentence's tokens, a release and the roles of its figures. Out: yes or no.

Two lists of rules decide, `_NOT_AHEAD` and then `_AHEAD`. It is where a word of expectation governs it ("is seen at", "economists see", "5.2% expected"), and not where it is out ("than expected", "beat"), a single
house's ("Nomura sees", "its forecast") or for a year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from llm_wrap.reading.figure_roles import Role
from llm_wrap.reading.names import Name, stands
from llm_wrap.reading.release_words import EXPECTS, Region, find_clause
from llm_wrap.reading.tokens import Line
from llm_wrap.reading.wordings import FORESEES

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
_AFTER = re.compile(r"P[woCMQ']{0,3}\Z")
_HAD = re.compile(r"(?:io?M)?h")
_FORECAST_MOVED = re.compile(r"[El][^NJ]{0,8}[Vv]")
_CLAUSE_BEHIND = re.compile(r"[.;]|,&")
_HELD = frozenset("held kept left stayed remained stood maintained".split())
_DECIDED = frozenset("kept left held raised lowered reduced took brought hiked trimmed slashed lifted".split())
_FORECASTERS = frozenset("economists analysts strategists forecasters".split())
_OF_NO_HOUSE = frozenset(
    "private local independent outside market sell-side buy-side street wall leading senior domestic foreign few several other nearly almost about only top bank city".split()
)
_PASSIVE = frozenset("will would may might should could to be been being have rate rates".split())
_SHOWS = frozenset("show report reveal confirm indicate say state find".split())


class _Telling(NamedTuple):
    """How a sentence tells a figure that may be a release's consensus: what the rules below look at.

    `figure`: its place. `clause`: the kinds before release and figure; `upto`: those from the one to the other.
    """

    line: Line
    region: Region
    roles: Sequence[Role]
    estimate: Role
    figure: int
    clause: str
    upto: str
    single: bool
    goes_on: bool
    listed: int | None

    @property
    def kinds(self) -> str:
        return self.line.kinds

    @property
    def name(self) -> Name:
        return self.region.name

    @property
    def beside_a_house(self) -> bool:
        """Whether it is the consensus that stands beside what a single house sees."""
        return self.single and re.search("[YK]", self.clause + self.upto) is not None


def is_ahead(line: Line, region: Region, roles: Sequence[Role], goes_on: bool, listed: int | None) -> bool:
    """Whether the figure of a release is expected, and not out. `goes_on`: the one before it in the sentence is. `listed`: where a list of a coming day begins."""
    estimate = next((one for one in roles if one.role == "estimate"), roles[0] if roles else None)
    if estimate is None or estimate.role == "none" or stands(line, region.name):
        return False
    telling = _read_telling(line, region, roles, estimate, goes_on, listed)
    return not any(holds(telling) for holds in _NOT_AHEAD) and any(holds(telling) for holds in _AHEAD)


def _read_telling(
    line: Line, region: Region, roles: Sequence[Role], estimate: Role, goes_on: bool, listed: int | None
) -> _Telling:
    name, kinds, figure = region.name, line.kinds, estimate.place
    head = min(name.at, figure)
    start = max(find_clause(line, head), region.since)
    if not region.is_first:
        start = max(start, *(kinds.rfind(mark, start, head) + 1 for mark in ",;&"))
    clause = kinds[start:head]
    if figure < name.at:
        upto = kinds[figure + 1 : name.at]
    elif FORESEES.search(clause):
        upto = kinds[name.after : figure]
    else:
        upto = _mark_held(line, name.after, figure)
    single = _is_single(line, name, figure)
    return _Telling(line, region, roles, estimate, figure, clause, upto, single, goes_on, listed)


def _is_of_one_house(one: _Telling) -> bool:
    """ "Nomura sees CPI at 2.1%" """
    return one.single and not any(role.labelled for role in one.roles)


def _is_told_after_comma(one: _Telling) -> bool:
    """ "Swiss inflation, expected to be 0.1%, was 0.2%" """
    return (
        _APPOSED.match(one.kinds, one.name.after) is not None and _AND_WAS.match(one.kinds, one.figure + 1) is not None
    )


def _is_for_a_year(one: _Telling) -> bool:
    """ "GDP is seen at 2.1% this year", "is expected to cut its policy rate to 3.5% by July" """
    around = one.clause + one.upto + _CLAUSE_BEHIND.split(one.kinds[one.figure + 1 : one.figure + 7])[0]
    return "T" in around.replace("MT", "M") or "zM" in around


def _is_of_a_forecast(one: _Telling) -> bool:
    """ "the GDP forecast edged up to 1.9%", "NODX forecast raised to 2.5%" """
    return _FORECAST_MOVED.match(one.upto) is not None or _is_forecast_changed(one.line, one.name)


def _had_been(one: _Telling) -> bool:
    """ "Retail sales for August had grown 0.7%" """
    had = _HAD.match(one.kinds, one.name.after)
    return (
        had is not None
        and one.line.tokens[had.end() - 1].word.startswith("had")
        and FORESEES.search(one.clause) is None
    )


def _is_cut_by(one: _Telling) -> bool:
    """ "may cut payrolls by 700K" """
    return one.upto in ("z", "zo") and one.figure > one.name.at


def _is_out(one: _Telling) -> bool:
    """ "beat the consensus of 0.2%", "kept its key rate at 13.00%" """
    if OUT.search(one.clause + one.upto):
        return True
    return one.name.release.key == "policy rate" and _is_decided(one.line, one.name, one.clause)


def _is_what_was(one: _Telling) -> bool:
    """ "odds of a cut after October inflation of 0.25%" """
    return (
        one.figure > one.name.at
        and not EXPECTS.search(one.upto)
        and _AFTER.search(one.kinds[: one.name.at]) is not None
    )


def _is_out_beside(one: _Telling) -> bool:
    """ "PPI -2.9% (consensus -2.8%)": nothing tells that it is expected, and what stands behind it tells that it is out."""
    if one.beside_a_house or EXPECTS.search(one.upto):
        return False
    region = one.region
    return OUT.search(one.kinds[region.begin : region.end]) is not None or (
        region.lead is None and BESIDE_LABEL.match(one.kinds, one.figure + 1) is not None
    )


def _is_consensus(one: _Telling) -> bool:
    """A figure before the name, "0.2% core CPI", or the consensus beside a house's."""
    return one.region.lead is not None or one.beside_a_house


def _may_go_on(one: _Telling) -> bool:
    """Whether no word of its own tells what the figure is, so that those of the sentence before it may count."""
    told_past = _has_past(one.upto) and not _PROBABLY.search(one.kinds[: one.name.at])
    return EXPECTS.search(one.upto) is None and not told_past


def _is_on_list(one: _Telling) -> bool:
    """ "PMIs on Thursday: composite 50.7 (50.9)" """
    return (
        one.listed is not None
        and _may_go_on(one)
        and one.estimate.role == "estimate"
        and one.line.tokens[one.figure].start >= one.listed
        and not _has_past(one.kinds)
    )


def _is_in_row(one: _Telling) -> bool:
    """ "CPI is seen at 2.1%, with the core at 2.4%" """
    return one.goes_on and _may_go_on(one) and _ROW.search(one.kinds[one.region.since : one.name.at]) is not None


def _is_expected(one: _Telling) -> bool:
    """Whether a word of expectation governs the figure: before it, unless it is told in the past, or behind it."""
    line, upto = one.line, one.upto
    out = next((role.place for role in reversed(one.roles) if role.place < one.figure and role.role == "prior"), None)
    if out is not None and THEN_SEEN.match(line.kinds, out + 1):
        upto = line.kinds[out + 1 : one.figure]
    cue = EXPECTS.search(upto)
    if cue:
        return not _has_past(upto[: cue.start()])
    if _FORECASTERS_SAY.search(one.clause):
        return True
    behind = re.split(r"[;.]", line.kinds[one.figure + 1 : one.region.end])[0]
    if _has_past(upto):
        return _is_to_show(line, one.region) or (
            _THEY_SAY.match(behind) is not None and "will" in _list_words(line, one.region)
        )
    return (
        _is_told_behind(behind)
        or _ROW_TOLD.match(line.kinds, one.figure + 1) is not None
        or EXPECTS.search(one.clause) is not None
    )


# The figure is out, or is nobody's consensus: each rule is enough, whatever else the sentence says.
_NOT_AHEAD: tuple[Callable[[_Telling], bool], ...] = (
    _is_of_one_house,
    _is_told_after_comma,
    _is_for_a_year,
    _is_of_a_forecast,
    _had_been,
    _is_cut_by,
    _is_out,
    _is_what_was,
    _is_out_beside,
)
# Of what is left a figure is ahead where one of these holds.
_AHEAD: tuple[Callable[[_Telling], bool], ...] = (_is_consensus, _is_expected, _is_on_list, _is_in_row)


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
    begin = max(name.at - 4, 0)
    lead, verb = (*(one.word for one in line.tokens[max(name.at - 2, 0) : name.at]), "", "")[:2]
    if lead in ("has", "have", "had") and verb in _DECIDED:
        return True  # "Economists noted that the bank, which has held Selic at 15.00%"
    if FORESEES.search(clause):
        return False
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
    until = after.start() if after else len(kinds)
    if any(_is_staff(line, place) for place in range(min(begin, name.at), until)):
        return True
    clause = kinds[min(begin, name.at) : until]
    return _SINGLE.search(_BESIDE_HOUSE.sub("", _ASKED_BY.sub("A", clause))) is not None


def _is_staff(line: Line, place: int) -> bool:
    """Whether a word for forecasters is for those of one house: "economists at Citi", "Pictet economists"; not "economists at 12 banks", "Private economists"."""
    one = line.tokens[place]
    if one.kind != "A" or one.word not in _FORECASTERS:
        return False
    behind = line.tokens[place + 1 : place + 3]
    if len(behind) == 2 and behind[0].word in ("at", "with", "from") and behind[1].kind in "cO":
        return True
    before = line.tokens[place - 1] if place else None
    return before is not None and before.kind == "c" and before.word not in _OF_NO_HOUSE
