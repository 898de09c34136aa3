"""Which words of a sentence hold the figures of which release, where they are still to come. In: a sentence. Out: its claims.

    claim = release {word} cue {word} figure          "US CPI is seen at 3.1%"
          | cue figure "in" release                   "economists see a 0.3% rise in CPI"
          | claim ("and" | "with") other cue figure   "and core at 3.0%", "while France's is seen at 0.9%"
          | release "due" day ... period "was" figure "Chile reports unemployment on Friday; the December rate was 8.0%"

A figure that is out, one that a central bank, a company or a single broker forecasts, and one for a year are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from llm_wrap.reading.day_lists import find_day_list
from llm_wrap.reading.estimates import first_estimate, first_figure, is_marked_former, list_figures
from llm_wrap.reading.forecasters import CONSENSUS, is_of_institution
from llm_wrap.reading.outcomes import ACTUAL_VERSUS, OUT, PAST_VERB, STRONG, is_out
from llm_wrap.reading.release_periods import PERIODS
from llm_wrap.reading.short_names import add_short_names

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

# "the Chicago Fed's real-time estimate put unemployment at 4.34%"
_OWN_MODEL = re.compile(
    r"\b(?:Fed|Bank|[Mm]inistry|GDPNow)(?:'s)?\ (?:[A-Za-z0-9'-]{1,20}\ ){0,4}(?:estimate|nowcast|model|tracker)\b|\b[Dd]ots?\b"
)
_THINKERS = re.compile(r"\b(?:[Ee]conomists|[Aa]nalysts)\ (?:say|think|believe|reckon)\b")
# "Chile reports unemployment on Friday; the December rate was 8.0%": what is due, and what it was before.
_DUE = re.compile(
    r"\b(?:reports|publishes|releases|due|out|follows?|brings|tap|announces|scheduled|expected|next|awaits?|awaited|eyes|focus|ahead|unveils|issues)\b"
)
_PRIOR_ONLY = re.compile(
    rf"(?:\b(?:{PERIODS}|previous|prior|last|earlier)(?:'s)?\ (?:[a-z-]+\ ){{0,2}}(?:was|stood\ at|came\ in\ at|being|of|at)\ |\bit\ was\ |\b(?:rate|figure|reading|print|gauge|index)\ (?:was|stood\ at|came\ in\ at)\ |\b(?:it|they|{PERIODS}'s)\ (?:rose|fell|grew|were|climbed|dropped|slipped|increased|declined|shrank)\ (?:by\ |at\ |to\ )?|"
    r"\b(?:prior|previous)(?:ly|\ was)?:?\ )(?P<figure>\(?[-+]?[A-Z]{0,3}[$€£¥]?[0-9])"
)
# "Economists forecast employment fell by 5K": what they forecast may stand in the past tense.
_FORECASTERS = re.compile(
    r"\b(?:[Ee]conomists|[Aa]nalysts|[Ss]urvey|[Pp]oll|[Ss]treet|[Mm]arkets?|[Tt]raders)\b[^.;,]{0,30}\b(?:expect|expects|forecast|forecasts|see|sees|predict|estimate|"
    r"reckon|look\ for)\b"
)
_YEARLY = re.compile(
    r"\b(?:(?:in|for|this|next|through|by|over|during)\ (?:mid-|end-|late\ |early\ )?(?:20[0-9]{2}|year|the\ (?:full\ |fiscal\ )?year|fiscal|FY\ ?[0-9]{0,4})|full[- ]year|(?:year-end|end-year|mid-year|end-20[0-9]{2})\b|(?:bank|government|company|ministry|group|it|their|its)(?:'s)?\ (?:own\ )?(?:forecast|estimate|projection)|"
    r"FY\ ?(?:20)?[0-9]{2}|in\ the\ year\ to|target\ of|by\ (?:end-|year-end|mid-|January|February|March|April|May|June|July|August|September|October|November|December|the\ end))\b"
)
# Behind a figure that comes first: "rise in German", "reading for".
_OF_RELEASE = re.compile(
    r"(?:\ [mqyw]/[mqyw])?(?:\ (?:annuali[sz]ed|annual|monthly|quarterly|further|seasonally|adjusted|rise|increase|gain|jump|rebound|climb|growth|expansion|drop|fall|"
    r"decline|contraction|dip|slide|loss|slump|decrease|reading|print|rate|pace|surplus|deficit)){0,4}(?:\ (?:is|are|was)\ (?:expected|seen|forecast|likely|tipped))?\ (?:in|for|of|on)\ (?:(?!and\ |or\ |with\ |while\ |as\ |after\ |amid\ |(?:Mon|Tues|Wednes|Thurs|Fri)day\b)[A-Za-z0-9.'&-]{1,15}\ ){0,4}|\ "
)
# Told by somebody behind the figure: "…, a Reuters poll found", "according to all 45 economists".
_TELLERS = re.compile(r"\b(?:median|polls?|surveys?|economists|analysts|forecasters|consensus|forecasts)\b")
_LEADS_TO_TELLER = frozenset("to by in of show shows for poll: survey:".split())
_CUE_BEHIND = re.compile(
    r"\((?:poll|survey|median|Street)\)|\b(?:expected|(?:is|are)\ forecast|pencill?ed\ in|tipped|predicted|projected|anticipated|pegged|reckoned|penned\ in|looked\ for|(?:the|a)\ (?:[a-z]{1,12}\ ){0,2}(?:call|view|expectation)\b|(?<!\ a\ )(?<!its\ )forecast(?!\ (?:of|for)\b)|consensus|estimated|likely|seen|cons|est|exp)\b"
)
# "RBA left the cash rate at 3.60%, in line with the view of economists"
_DID = re.compile(
    r"(?<!\bto\ )\b(?:left|kept|held|raised|lifted|lowered|trimmed|hiked|maintained|delivered|cut(?!\ (?:in|of|to)\b))\b"
)
# ", held up by the shutdown," and what stands before a colon are no verb of the release.
_ASIDE = re.compile(r",\ [a-z]{1,12}(?<=[dnt])\ [^,;:]{0,60},")
# "at 2.7% in November, from 2.8%, is the median call"
_FROM_FORMER = re.compile(
    rf"\A(?:\ (?:in|for)\ {PERIODS})?,?\ (?:from|after|versus|vs\.?|against)\ (?=[-+]?[A-Z$]{{0,3}}[0-9])[^\ ,;]{{1,9}}(?:\ in\ {PERIODS})?"
)
_BREAK = re.compile(r"[.;,](?:\ |\Z)")
_SEEN = re.compile(r"\ (?:is\ |are\ )?(?:seen|expected|forecast|tipped)\b")
# "Belgian business confidence and the Richmond Fed index (exp. -5)": the figure is of what stands nearer, known or not.
_OTHER_INDEX = re.compile(
    r"\band\ (?:the\ )?[A-Z][A-Za-z]{1,14}(?:\ [A-Za-z]{2,14}){0,3}\ (?:index|gauge|survey|barometer|indicator)\b"
)
_EXPECTATIONS_IN = re.compile(r"\b[Ii]nflation\ expectations\b[^.;,0-9]{0,40}\Z")
_BRACKETED = re.compile(r"\([^()]{1,60}\)")
_STOP = re.compile(r"[;.]\ ")


# "After a 38.9 reading in October, German ZEW sentiment is expected to"
_AFTER_FIRST = re.compile(
    r"(?:After|Following|From)\ (?:an?\ |the\ )?[-+]?[A-Z]{0,3}[$€£¥]?[0-9][0-9.,]{0,8}[%KMBT]?\ [^.;,]{0,40},\ "
)
_FORMER_LABEL = re.compile(
    r"\b(?:[Pp]rior|[Pp]revious|[Ll]ast|[Ff]rom|[Aa]fter)(?::|\ (?:was|at))?\ (?=[-+]?[A-Z]{0,3}[$€£¥]?[0-9])"
)
# "A BoJ hike to 0.75%"
_MOVE_TO = re.compile(r"\b(?:hike|cut|rise|increase|reduction|move|hold)\ (?:to|at)\ (?=[0-9])")
# What stands behind a release's name there is what it was.
_BEFORE = re.compile(
    rf"\b(?:(?:prior|previous|from|after|with|versus|vs\.?)\b[^.;0-9]{{0,24}}|{PERIODS}(?:'s)?(?:\ (?:at|was))?:?)\ \Z"
)
# "GS sees core CPI at 0.28%, a touch under the 0.3% consensus"
_BESIDE_CONSENSUS = re.compile(
    r"\b(?:above|below|under|over|versus|vs\.?|against|than|to|half|double|twice|beyond|near|around)\ (?:the\ |a\ )?(?P<figure>[-+]?[A-Z$]{0,3}[0-9][0-9.,]{0,9}[%KMBT]?)\ (?:[mqyw]/[mqyw]\ )?(?:market\ |Bloomberg\ |FactSet\ |Reuters\ |Street\ )?(?:consensus|median|Street)"
)
_HEADLINE_AND_CORE = re.compile(r"\bheadline\ and\ (?:the\ )?core(?!\ [A-Za-z]{0,12}\ ?(?:at|to)?\ ?[0-9])")


# "was 2.2% in September and is seen at", "which grew 19.0% in September, are seen"
_THEN_SEEN = re.compile(
    r"(?:\ [mqyw]/[mqyw])?(?:\ (?:in|for)\ (?:the\ )?[A-Za-z0-9]{2,9}(?:\ quarter)?)?,?(?:\ (?:and|but|then))?\ (?P<cue>(?:(?:is|are)\ (?:now\ |then\ )?(?:expected|seen|forecast|likely|tipped|projected|estimated|predicted)|probably|likely)\b)"
)


class Claim(NamedTuple):
    """A release and where in the sentence its figures stand. `words` name it; `country` only where it shares another's name.

    `prior_only`: nobody says yet what is expected, only what it was before. `former`: where it is told
    what it was before, ahead of what is expected.
    """

    release: FoundIndicator
    words: str
    country: str | None
    start: int
    end: int
    told: int
    prior_only: bool = False
    former: tuple[int, int] | None = None


def find_claims(
    text: str, named: Sequence[FoundIndicator], floor: int = 0, agenda: int | None = None
) -> Iterator[Claim]:
    """The claims of a sentence, in order. What stands before `floor` is an earlier sentence, whose release this one speaks of.

    `agenda`: where what a coming day brings is listed, with no word of expectation: "PMIs on Thursday: composite 50.7 (50.9)".
    """
    names = add_short_names(text, named)
    releases = [one.release for one in names]
    begins = [
        one.leading if one.short else _find_leading(text, releases, place, floor) for place, one in enumerate(names)
    ]
    if begins and begins[0] is None and not floor:
        begins[0] = _find_labelled(text, releases)
    goes_on = False
    for place, name in enumerate(names):
        release, leading = name.release, begins[place]
        end = len(text)
        if place + 1 < len(names):
            following = begins[place + 1]
            end = releases[place + 1].start if following is None else following
        carried = release.start < floor
        start = leading if leading is not None else floor if carried else release.end
        lead = "" if carried else text[releases[place - 1].end if place else 0 : release.start]
        segment = text[start:end]
        if is_of_institution(text, release.start, start):
            goes_on = False
            beside = _BESIDE_CONSENSUS.search(segment)
            if beside and not PAST_VERB.search(segment[: beside.start()]) and not _YEARLY.search(segment):
                yield Claim(
                    release, name.words, name.country, start + beside.start("figure"), end, start + beside.start()
                )
            continue
        named_behind = name.leading is not None and goes_on
        ahead = (
            named_behind
            or (leading is not None and not name.short)
            or _is_ahead(lead, segment, text)
            or (agenda is not None and release.end <= end and _is_listed(text, segment, start, agenda))
            or (goes_on and _goes_on(lead, segment))
        )
        if first_figure(segment) is not None:
            goes_on = ahead
        if ahead:
            skipped = _skip_to_consensus(segment)
            told = release.start if not (carried or leading is not None or skipped) else start + skipped
            former = _find_former(segment[:skipped], start) if skipped else None
            if leading and not (place or name.short or floor):
                former = _find_former(text[:leading], 0)
            elif not (place or skipped or carried) and (led := _AFTER_FIRST.match(text[: release.start])):
                former = (0, led.end())
            yield Claim(release, name.words, name.country, start + skipped, end, told, former=former)
            if _HEADLINE_AND_CORE.search(segment) and "core" not in name.words:
                yield Claim(release, f"core {name.words}", name.country, start + skipped, end, told)
        elif (then := _find_then_seen(segment)) is not None:
            goes_on = True
            yield Claim(
                release, name.words, name.country, start + then, end, release.start, former=(start, start + then)
            )
        elif len(names) == 1:
            before = _find_prior_only(text, release)
            if before is not None:
                yield Claim(release, release.words, None, before, len(text), release.start, prior_only=True)


def _is_listed(text: str, segment: str, start: int, agenda: int) -> bool:
    """Whether the figure of a release stands in the list of a day to come."""
    figure = first_estimate(segment)
    return (
        figure is not None
        and start + figure.start >= agenda
        and not is_marked_former(segment[: figure.start])
        and not (is_out(segment) or PAST_VERB.search(text) or _YEARLY.search(segment))
    )


def _goes_on(lead: str, segment: str) -> bool:
    """Whether a release stands in a row behind one that is to come: ", with the jobless rate at 4.2%", "and retail sales 2.8%"."""
    figure = first_figure(segment)
    if figure is None or is_out(segment) or PAST_VERB.search(segment[: figure.start]):
        return False
    return re.search(r"(?:[,;:(]|\band|\bwith|\bwhile|\bplus|\bbut)\ (?:[A-Za-z][\w.'-]*\ ){0,4}\Z", lead) is not None


def may_claim(text: str) -> bool:
    """Whether a sentence has a word of expectation, or of a release to come beside what it was, or lists what a day brings."""
    return any(one.search(text) for one in (STRONG, _PRIOR_ONLY, _CUE_BEHIND)) or find_day_list(text) is not None


def _skip_to_consensus(segment: str) -> int:
    """Where the consensus stands behind another figure: "jump 22%; the consensus is 18.5%", "from 20K to 110K, with the median at 65K"."""
    hit = CONSENSUS.search(segment)
    if (
        hit is None
        or (hit.group().startswith("median") and "trim" in segment)
        or first_figure(segment[: hit.start()]) is None
    ):
        return 0
    return (
        hit.start() if first_figure(segment[hit.start() : hit.end() + 16]) is not None else 0
    )  # "the median of 18 forecasts"


def _find_former(skipped: str, start: int) -> tuple[int, int] | None:
    """Where the print before is named ahead of the consensus: "Prior 3.1%, consensus 2.7%"."""
    hit = _FORMER_LABEL.search(skipped)
    return (start + hit.end(), start + len(skipped)) if hit else None


def _find_then_seen(segment: str) -> int | None:
    """Where a release that is out goes on to the next one: "was 2.2% in September and is seen at 2.1% for October"."""
    figure = first_figure(segment)
    if figure is None:
        return None
    hit = _THEN_SEEN.match(segment, figure.end)
    behind = segment[hit.end() :] if hit else ""
    if hit is None or first_figure(behind) is None or is_out(segment) or _YEARLY.search(segment):
        return None
    return hit.start("cue")


def _find_prior_only(text: str, release: FoundIndicator) -> int | None:
    """Where the figure of the release before stands, of one that is only named as due."""
    behind = text[release.end :]
    due = _DUE.search(text)
    hit = _PRIOR_ONLY.search(behind)
    if not due or not hit or (hit.start() and first_figure(behind[: hit.start()]) is not None):
        return None
    return None if is_out(behind) else release.end + hit.start()


def _find_leading(text: str, named: Sequence[FoundIndicator], place: int, floor: int) -> int | None:
    """Where the figure stands that comes before its release ("economists see a 0.3% rise in CPI"); None where it comes behind."""
    begin = max(named[place - 1].end if place else 0, floor)
    lead = text[begin : named[place].start]
    figures = list(list_figures(lead))
    if not figures or not _OF_RELEASE.fullmatch(lead[figures[-1].end :]):
        return None
    clause = _BRACKETED.sub("", _STOP.split(text[: begin + figures[-1].start])[-1])
    if (
        not (STRONG.search(clause + lead[figures[-1].end :]) or _SEEN.match(text, named[place].end))
        or OUT.search(clause)
        or _YEARLY.search(text[begin + figures[-1].start :][:120])
    ):
        return None
    former = figures[-2].end if len(figures) > 1 else 0
    return begin + max(lead.rfind(" ", 0, max(figures[-1].start - 9, 0)) + 1, former)


def _find_labelled(text: str, named: Sequence[FoundIndicator]) -> int | None:
    """Where the figures stand that are named as expected before the first release, which has none of its own: "Prior 3.1%, consensus 2.7%: Japan's CPI"."""
    lead, end = text[: named[0].start], named[1].start if len(named) > 1 else len(text)
    if first_figure(lead) is None or OUT.search(text) or _YEARLY.search(lead):
        return None
    moved = named[0].key == "policy rate" and _MOVE_TO.search(lead) and _is_told_behind(lead)
    if not moved and not CONSENSUS.search(lead):
        return None
    behind = text[named[0].end : end]
    if any(_BEFORE.search(behind[: one.start]) is None for one in list_figures(behind)):
        return None
    return 0


def _is_told_behind(words: str) -> bool:
    """Whether the words behind a figure say who expects it: "according to all 45 economists", ", a Reuters poll found"."""
    words = _FROM_FORMER.sub("", words)
    near = words[1:] if re.match(r",\ (?:is|are)\ ", words) else words  # "at 3.00%, is expected from the PBOC"
    if _CUE_BEHIND.search(_BREAK.split(near)[0][:52]):
        return True
    for hit in _TELLERS.finditer(words):
        lead = words[: hit.start()].split()[-5:]
        if any(word in _LEADS_TO_TELLER or word.endswith((",", ":")) for word in lead):
            return True
    return False


def _is_ahead(lead: str, segment: str, text: str) -> bool:
    """Whether the figure behind an indicator is expected, and not out."""
    figure = first_estimate(segment)
    if figure is None:
        return False
    upto = segment[: figure.start]
    if _OTHER_INDEX.search(upto) or _EXPECTATIONS_IN.search(lead):
        return False
    clause = _STOP.split(lead)[-1]
    if is_out(segment) or OUT.search(clause + upto):
        return False
    if ACTUAL_VERSUS.search(clause) or _OWN_MODEL.search(lead):
        return False
    if re.search(r"\b20[0-9]{2}(?:'s)?\ (?:[A-Za-z-]+\ ){0,2}\Z", lead):
        return False  # "Brazil's 2026 inflation"
    if _YEARLY.search(clause + segment[: figure.end + 30]):
        return False
    if re.search(r"\b(?:first|initially|previously|earlier)\ (?:put|estimated|reported|seen)\b", upto):
        return False  # "GDP, first put at 0.2%, is expected to be confirmed"
    upto = _ASIDE.sub(" ", upto)
    past = PAST_VERB.search(upto, upto.rfind(":") + 1)
    if past and past.group() == "unchanged at" and STRONG.search(clause):
        past = None  # "expected to leave its rate unchanged at 2.00%"
    if past and re.match(r"\ (?:growth\ )?(?:forecasts?|estimates?|projections?|outlook)\b", segment):
        return False  # "the GDP estimate edged up to 1.9%"
    cue = STRONG.search(upto)
    if cue:
        return not (past and past.start() < cue.start())
    if _FORECASTERS.search(clause) or (_THINKERS.search(clause) and _DUE.search(text)):
        return True
    if past:
        return False
    if not _DID.search(clause) and _is_told_behind(_STOP.split(segment[figure.end :])[0]):
        return True
    behind = segment[figure.end : figure.end + 25]
    if re.match(
        r"\ (?:[mqyw]/[mqyw]\ )?(?:growth\ |rise\ |gain\ |fall\ |drop\ |decline\ |increase\ |expansion\ )?(?:is\ |are\ )?(?:expected|forecast|seen|consensus|estimated|likely)",
        behind,
    ):
        return True
    return STRONG.search(clause) is not None or re.match(r"\W*[Ee]xpectations\ for\b", clause) is not None
