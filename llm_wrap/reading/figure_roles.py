"""Which of the figures behind a release's name is the consensus and which the print before. In: tokens of a sentence. Out: estimates.

    estimate = consensus [rate] {word} [marker {word} prior [rate] ["in" period] | "(" prior ")" | period prior]
             | marker prior ["in" period] "to" consensus

What a figure is, what stands around it tells: the kinds of the tokens since the figure before it, and those behind it (`wordings` explains them).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from llm_wrap.reading.figure_signs import sign_figure
from llm_wrap.reading.tokens import Line
from llm_wrap.reading.wordings import RISES

# A marker and the words between it and its figure: "after an upwardly revised", "versus September's"
_MARKER = re.compile(r"[PmpHZ](?=[wcsroMRCQi'(:fVvhBSEK]{0,8}\Z)")
_PERIOD_LABEL = re.compile(r"\(i?M'?:?o?\Z")  # "(August: +1.4%)"
_THEN_EXPECTED = re.compile(r"R?\)[wo,]{0,3}[EJ][wo]{0,3}N")  # "jobless rate (4.3%) is seen at 4.4%"
_LABEL_BEFORE, _LABEL_BEHIND = re.compile(r"L[lwio'rAJ=:E]{0,5}\Z"), re.compile(r"R?[o'rw]{0,2}L")
_RANGE = re.compile(r"g[^,;]{0,8}\Z")  # "between", "in a range of"
_NO_FIGURE = re.compile(r"R?o?y|[wo]{0,2}U")  # "a year earlier", "target"
_BESIDE_RATE = re.compile(
    r"(?:io?M)?(?:PM)?(?:,?&|;)[woRiV]{0,5},?"
)  # "climbed 0.3% in August and 2.9% from a year before"
_IS_PAST = re.compile(r"[hv][^EJLAn]{0,12}\Z")
_MET = re.compile(r"\A[^EJLAnX]{0,30}X[wocA']{0,4}\Z")  # "revenue of $15.2B beat the $14.7B consensus"
_BESIDE = frozenset(("under", "over", "short of", "ahead of", "shy of", "equal to"))
_SPANS = {"annual": "y/y", "annually": "y/y", "12-month": "y/y", "monthly": "m/m", "quarterly": "q/q"}
_SCALES = "KMBT"
_CUT_FROM = re.compile(r"[KV]w?P")  # "having cut it from 4.25%"
_PRIOR_BEHIND = re.compile(r"R?p(?![wo]?[N:])")  # "3.1% prior"
_OF_THEN = re.compile(r"R?[wo]{0,2},?(?:[wEV]?io?M|f|(?:i?o?w{0,2}|\()p(?!:?o?N))")  # "in October", "a month earlier"
_LABELLED = re.compile(r"R?[wo]?,?i?o?\(?p(?![wo:]{0,2}N)|R?[wo]?\(M\)")  # "in the prior month", "(October)"
_BRACKET = re.compile(r"[wcMRCQio']{0,6},?\([ow]?\Z")  # "4.6% (4.8%)"
_OWN_PERIOD = re.compile(
    r"(?:[,(;&/]i?o?M'?f?:?[oVvi]{0,3}|M'w{0,2}o?)\Z"
)  # "consensus 49.6, August 49.4", "October's 0.3%"
_IN_BRACKET = re.compile(r"R?[,/]\Z")  # "(4.3%, 4.4%)"
_OF_LAST = re.compile(r"\AR?[EL](?:i?o?M)?(?=[(,;])")  # "49.8 forecast (49.6)"
_WAS = re.compile(r"[Vv][wo]{0,3}\Z")
_PAIR = re.compile(r"R?[&,/w]\Z")  # "after 0.3% and 2.7%"
_SAME_FALL = re.compile(r"R?(?:io?M)?,?[&/]\Z")  # "down 0.1% m/m and 1.7% y/y"
_AFTER_FALL = re.compile(r"R?(?:io?M)?,?Po?")  # "have declined 2.3% after 2.9%"
_CLAUSE_END = re.compile(r"[.;]|,&|,?S\Z")


@dataclass
class Estimate:
    """What a sentence expects of a release. `end`: where its last figure ends. `rate`: "m/m" and the like, where it stands there. `same`: the prior is taken from the consensus."""

    consensus: Decimal | None
    prior: Decimal | None
    unit: str | None
    rate: str | None
    end: int
    same: bool = False


class Role(NamedTuple):
    """A figure at a place of its line: "estimate", "prior" or "none". `labelled`: it is named a consensus; `falls`: its sign is that of words."""

    place: int
    role: str
    labelled: bool
    value: Decimal
    unit: str | None
    rate: str | None
    end: int
    falls: bool = False


def find_roles(line: Line, places: Sequence[int], begin: int, end: int, known: Sequence[Role] = ()) -> list[Role]:
    """What each figure at `places` is, of a release whose words stand in `begin` to `end`; `known` are those before its name."""
    roles = list(known)
    for place in places:
        token = line.tokens[place]
        assert token.number is not None
        gap, after = _OF_LAST.sub("", line.kinds[begin:place]), line.kinds[place + 1 : min(place + 14, end)]
        rate = _find_rate(line, place, begin, end)
        role, labelled = _judge(line, place, gap, after, roles, rate)
        value = sign_figure(line, place)
        last = roles[-1] if roles else None
        if (
            last
            and last.falls
            and last.role == role
            and value > 0
            and not token.number.signed
            and _SAME_FALL.match(gap)
        ):
            value = -value
        if (
            last
            and role == "prior"
            and last.role == "estimate"
            and last.falls
            and _AFTER_FALL.fullmatch(gap)
            and not token.number.signed
            and RISES.isdisjoint(one.word for one in line.tokens[place + 1 : place + 4])
        ):
            value = -abs(value)
        falls = value < 0 < token.number.value
        roles.append(Role(place, role, labelled, value, token.number.unit, rate, token.end, falls))
        begin = place + 1
    return roles


def _judge(line: Line, place: int, gap: str, after: str, roles: Sequence[Role], rate: str | None) -> tuple[str, bool]:
    """The role of a figure behind `gap`, and whether it is named a consensus."""
    estimates = [one for one in roles if one.role == "estimate"]
    labelled = _LABEL_BEFORE.search(gap) is not None or _LABEL_BEHIND.match(after) is not None
    if (
        (roles and roles[-1].role == "none" and gap in ("o", "&", "-"))
        or gap.endswith("q")
        or _is_met(line, place, gap)
    ):
        return "none", False
    bound = "-" in line.tokens[place].word[1:]  # "the target range to 4.00-4.25%"
    if re.search("Lv[wo]{0,2}$", gap):
        return "none", False  # "the consensus was +115K a week ago"
    if _NO_FIGURE.match(after) or (_RANGE.search(gap[-9:]) and not bound):
        return "none", False
    if _PERIOD_LABEL.search(gap) or (not estimates and gap in ("(", "o(") and _THEN_EXPECTED.match(after)):
        return "prior", False
    found = _MARKER.search(gap)
    if found and _is_of_maker(line, place, gap[found.start() :]):
        found = None
    kind = found.group() if found else ""
    if labelled and (kind in "HZm" or re.match("R?L", after)):
        return "estimate", True
    if found:
        tail = gap[found.end() :]
        if estimates and _CUT_FROM.search(gap):
            return "none", False
        if kind == "Z" and not ("M" in tail or "p" in tail or _OF_THEN.match(after)):
            return ("none" if estimates else "estimate"), labelled
        if not estimates and (kind == "H" or (kind == "m" and "f" in tail + after[:3])):
            return "estimate", labelled  # "half of", "match the flash 52.6"
        return "prior", False
    return (
        "prior" if _is_marked_behind(line, place, gap, after, roles, rate) else "estimate"
    ), labelled and not estimates


def _is_of_maker(line: Line, place: int, lead: str) -> bool:
    """Whether a marker leads to who makes the release: "the PMI from Caixin is expected to print 50.2"."""
    tokens = line.tokens[place - len(lead) : place]
    return any(one.word in ("is", "are") and other.kind in "EJ" for one, other in pairwise(tokens))


def _is_met(line: Line, place: int, gap: str) -> bool:
    """Whether a figure is what another one met: "beat the $14.7B consensus"; not "GS sees 0.28%, a touch under the 0.3% consensus"."""
    return _MET.match(gap) is not None and line.tokens[line.kinds.rfind("X", 0, place)].word not in _BESIDE


def _is_marked_behind(line: Line, place: int, gap: str, after: str, roles: Sequence[Role], rate: str | None) -> bool:
    """Whether a figure with no marker before it is the print before: by what stands behind it, its brackets, or its period."""
    estimates = [one for one in roles if one.role == "estimate"]
    if _PRIOR_BEHIND.match(after):
        behind = line.tokens[place + (2 if after[0] == "R" else 1)]
        if behind.word in ("last month", "last quarter") and re.search("[EJ]", gap):
            return False  # "is expected to have eased to 4.2% last month"
        if estimates or behind.word == "last time" or not behind.word.startswith("last"):
            return True
    if not estimates or (rate and "&" in gap) or (rate and all(one.rate not in (None, rate) for one in estimates)):
        return False  # "-0.1% q/q in Q2 and 2.9% y/y"
    inside = line.kinds[:place].count("(") > line.kinds[:place].count(")")
    expected = re.search(r"[ELAJ]", gap) is not None
    return (
        _LABELLED.match(after) is not None
        or (_BRACKET.search(gap) is not None and not expected and not re.search(r"[ELAJ]", after.partition(")")[0]))
        or _OWN_PERIOD.search(gap) is not None
        or (inside and _IN_BRACKET.match(gap) is not None)
        or (gap[-1:] in (",", ";") and _OF_THEN.match(after) is not None and line.tokens[place + 1].word != "for")
        or (not expected and _WAS.search(gap) is not None and (bool(_OF_THEN.match(after)) or "M" in gap or "p" in gap))
        or (roles[-1].role == "prior" and _PAIR.match(gap) is not None)
    )


def _find_rate(line: Line, place: int, begin: int, end: int) -> str | None:
    """ "m/m" and the like of a figure: behind it, or before it where no other figure has it."""
    from llm_wrap.reading.indicators import find_rate

    lead = re.split(r"[N,;.&(:)]", line.kinds[begin:place])[-1]
    for one in line.tokens[place - len(lead) : place]:
        if one.word in _SPANS:
            return _SPANS[one.word]  # "annual 3.0% vs 2.1%", "a monthly gain of 0.3%"
    if line.tokens[place - 2].word == "basis" and line.kinds[place - 1] == ",":
        return find_rate(line.tokens[place - 3].word)  # "on a monthly basis, +0.3% versus +0.1%"
    at = place + (2 if line.kinds[place + 1 : place + 3] in ("wR", "oR") else 1)  # "a 0.2% rise m/m"
    after = line.tokens[at] if at < end else None
    if after is not None and (after.kind == "R" or after.word in _SPANS):
        return _SPANS.get(after.word) or find_rate(after.word)
    basis = re.split(r"[N,;.&(]", line.kinds[place + 1 : end])[0]
    words = [one.word for one in line.tokens[place + 1 : place + 1 + len(basis)]]
    if "basis" in words:
        return find_rate(" ".join(words))  # "0.6% on a seasonally adjusted quarterly basis"
    before = line.kinds.rfind("R", begin, place)
    if before > begin - (line.kinds[begin - 1 : begin] != "N") and "I" not in line.kinds[before:place]:
        return find_rate(line.tokens[before].word)  # "y/y: 3.1%", "the y/y rate is seen at"
    return None


def collect_estimates(
    line: Line, roles: Sequence[Role], region: tuple[int, int], said: str, rates: Sequence[str | None]
) -> list[Estimate]:
    """The estimates of a release: several where it gives figures for several rates ("0.3% m/m and 2.9% y/y").

    `region`: where its tokens begin and end. `said`: what stands before it that may say that nothing changes. `rates`: those of the
    release before it in a row, whose two figures those of this one are like: "0.4% m/m and 3.1% y/y; core 0.3% and 3.1%".
    """
    drafts: list[Estimate] = []
    pending: Role | None = None  # "from 3.1% to 3.0%": the prior comes first
    named = next((one for one in roles if one.labelled and one.role == "estimate"), None)
    for number, one in enumerate(roles):
        following = roles[number + 1] if number + 1 < len(roles) else None
        gap = line.kinds[roles[number - 1].place + 1 if number else min(region[0], one.place) : one.place]
        if one.role == "prior":
            if not (drafts or pending) and one.unit == "K" and "PM" in gap:
                continue  # "employment is seen unchanged after May's 8.8K gain" is no 8.8K
            if not (drafts or pending) and _says_same(gap):
                drafts.append(Estimate(one.value, one.value, one.unit, one.rate, one.end))
            elif not drafts:
                pending = one
            else:
                run = next((k for k, other in enumerate(roles[number:]) if other.role != "prior"), len(roles) - number)
                _add_prior(drafts[-run:], one, bracketed=line.kinds[one.place - 1] == "(", line=line)
            continue
        if following and following.role == one.role and following.unit != one.unit and _leads_to(line, one, following):
            continue  # "rebounding 1.5% to a 4.06M rate"
        if one.role == "none" or (named and one.place < named.place and _yields(one, named, following)):
            continue
        if len(drafts) == 1 and len(rates) == 2 and one.rate is drafts[0].rate is None and gap in ("&", "/"):
            drafts[0].rate, one = rates[0], one._replace(rate=rates[1])
        if drafts and one.unit != drafts[-1].unit:
            continue  # "630K for July, a rise of 0.5% from June's 627K"
        beside = one.rate is not None and _BESIDE_RATE.fullmatch(gap) is not None
        if drafts and (one.rate is None or one.rate == drafts[-1].rate or (drafts[-1].rate is None and not beside)):
            break
        if drafts and _IS_PAST.search(gap):
            continue  # "on the month they had risen 0.3% in December"
        prior = pending.value if pending and pending.unit == one.unit else None
        pending = None
        tail = line.kinds[one.place + 1 : following.place if following else region[1]]
        if following and following.role != "prior":
            tail = tail.split("&")[0]  # "22 call for 7.00% and three for a pause at 7.25%"
        if drafts and any(other.word == "which" for other in line.tokens[one.place - len(gap) : one.place]):
            continue  # "0.5% m/m, which would put the annual rate at 2.5%"
        if drafts:
            gap = _CLAUSE_END.split(gap)[-1]
        lead = gap if drafts or number else said + gap
        own = lead.rpartition(";")[2]
        if re.search("[AYn]", own):
            lead = own  # "PCE remains the event of the week; economists look for 0.2%"
        same = prior is None and _says_same(lead + _CLAUSE_END.split(tail)[0])
        drafts.append(Estimate(one.value, one.value if same else prior, one.unit, one.rate, one.end, same=same))
    return drafts


def _leads_to(line: Line, one: Role, following: Role) -> bool:
    """Whether a figure is a change, and the one behind it the level that it leads to."""
    between = line.tokens[one.place + 1 : following.place]
    return 0 < len(between) < 3 and between[0].word == "to"


def _yields(one: Role, named: Role, following: Role | None) -> bool:
    """Whether an estimate is a house's, or the end of a range, beside the one that is named the consensus."""
    has_prior = following is not None and following.role == "prior"
    return not has_prior and (None in (one.rate, named.rate) or one.rate == named.rate)


def _add_prior(drafts: Sequence[Estimate], one: Role, *, bracketed: bool, line: Line) -> None:
    """Gives a prior to the first of the drafts that has none, of its rate and unit; of as many drafts as there are priors: "0.8% q/q, annual 3.3% (3.4%)"."""
    number = line.tokens[one.place].number
    value = abs(one.value) if bracketed and number and not number.signed else one.value  # "4.6% (4.8%)"
    start = line.tokens[one.place].start
    for place, draft in enumerate(drafts):
        if place + 1 < len(drafts) and "; " in line.text[draft.end : start]:
            continue  # "0.1% m/m; the y/y rate is seen at 2.7% from 2.6%"
        if (draft.prior is None or draft.same) and (one.rate is None or draft.rate in (None, one.rate)):
            scaled = _scale(value, one.unit, draft.unit)
            if scaled is not None:
                draft.prior, draft.end, draft.same = scaled, one.end, False
            return


def _scale(value: Decimal, unit: str | None, to: str | None) -> Decimal | None:
    """A value in another unit, which differs by its scale alone: "CNY1.8T from CNY620B"; None where they are of two kinds."""
    if unit == to:
        return value
    if not unit or not to or unit[:-1] != to[:-1] or not {unit[-1], to[-1]} <= set(_SCALES):
        return None
    scaled = value.scaleb(3 * (_SCALES.index(unit[-1]) - _SCALES.index(to[-1])))
    return Decimal(f"{scaled:f}")


def _says_same(kinds: str) -> bool:
    """Whether the words around a figure say that it is what it was, and in no first estimate."""
    same = re.search(r"[Sm]", kinds)
    return same is not None and re.search(r"[fLlU]", kinds[same.end() :].split(",")[0]) is None
