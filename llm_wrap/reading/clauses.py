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

from llm_wrap.reading.estimates import MONTHS, first_figure, list_figures
from llm_wrap.reading.regions import find_country

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

_STRONG = re.compile(
    r"\b(?:expected|forecast|forecasted|seen|projected|estimated|predicted|anticipated|tipped|likely|probably|[Cc]onsensus|[Ee]conomists|[Mm]edian|[Ff]orecasts|"
    r"[Ee]stimates?|expects?\b|pencil(?:led|s)?\ in|poll(?:ed)?|may\ have|might\ have|should\ have|set\ to|[Ee]xpectations\ (?:are\b|for(?=[^.;]{1,60}\ (?:are|is|stand)\b))|should|[Ss]urvey\ (?:puts|has|sees|of\ economists|of\ analysts)|pegged|(?<!first\ )(?<!earlier\ )(?<!previously\ )put\ at|eyed|[Ss]treet\ (?:at|sees|looks|expects|estimates?|forecasts?|view)|"
    r"(?:may|might|could)\ (?:tick|edge|rise|fall|ease|slow|slip|dip|drop|grow|shrink|climb|show|come|pick|accelerate|moderate|widen|narrow|rebound|stay|hold)|foreseen|[Mm]arkets\ expect|[Tt]raders\ expect|look(?:s|ing)?\ for|[Cc]ons\b|est\b|exp\b)"
)
# A figure that is out: "rose 5.2% vs consensus", "above the 5.0% forecast", "than expected", "had expected".
_OUT = re.compile(
    r"\b(?:(?:than|as|was|were|been|had|have|has)\ (?:widely\ |been\ )?(?:expected|forecast|anticipated|estimated|predicted|seen|projected|pencill?ed|looked\ for|called\ for)|[Cc]onsensus\b[^.;,]{0,40}\ (?:was|had\ been)|(?:beat|beats|beating|"
    r"missed|misses|missing|topped|topping|exceeded|exceeding|undershot|below|above|under|over|short\ of|ahead\ of|matching|matched|equal\ to|in\ line\ with|against)\ "
    r"(?:the\ |a\ |an\ |market\ |Bloomberg\ |Reuters\ |FactSet\ |economists'\ |analysts'\ )*(?:[0-9.,$%]+\ )?(?:consensus|expectations|forecasts?|estimates?|expected))"
)
_ACTUAL_VERSUS = re.compile(
    r"[0-9]%?[KMBT]?(?:\ [mqyw]/[mqyw])?,?\ (?:versus|vs\.?|against|compared\ (?:to|with)|and\ (?:beat|missed))\ (?:the\ |a\ )?"
    r"(?:Bloomberg\ |FactSet\ |market\ |Reuters\ )?(?:consensus|expected|expectations?|forecasts?|estimates?|est|cons)\b"
)
_PAST_VERB = re.compile(
    r"\b(?:rose|fell|grew|slowed|eased|climbed|dropped|declined|came\ in|printed|jumped|slid|shrank|contracted|expanded|increased|decreased|"
    r"accelerated|moderated|ticked\ (?:up|down)|edged\ (?:up|down|lower|higher)|held|was|were|stood|hit|reached|surged|plunged|rebounded|showed|unchanged\ at|"
    r"registered|remained|improved|picked\ up|narrowed|widened|cooled|quickened|softened|tumbled|sank|gained|lost|beat|missed|posted|recorded)\b"
)
# "the Chicago Fed's real-time estimate put unemployment at 4.34%"
_OWN_MODEL = re.compile(
    r"\b(?:Fed|Bank|[Mm]inistry|GDPNow)(?:'s)?\ (?:[A-Za-z0-9'-]{1,20}\ ){0,4}(?:estimate|nowcast|model|tracker)\b"
)
_THINKERS = re.compile(r"\b(?:[Ee]conomists|[Aa]nalysts)\ (?:say|think|believe|reckon)\b")
# "the consensus is 18.5%", "with the median at 65K"
_CONSENSUS = re.compile(
    r"\b(?:(?:market\ |Bloomberg\ |FactSet\ |Reuters\ )?[Cc]onsensus|[Mm]edian)(?:\ (?:forecast|estimate|view|is|for|at|of|stands|sits|was\ put|being))*\ (?:a\ |an\ )?(?=\(?[-+]?[A-Z]{0,3}[$€£¥]?[0-9])"
)
# "Chile reports unemployment on Friday; the December rate was 8.0%": what is due, and what it was before.
_DUE = re.compile(
    r"\b(?:reports|publishes|releases|due|out|follows?|brings|tap|announces|scheduled|expected|next|awaits?|awaited|eyes|focus|ahead|unveils|issues)\b"
)
_PRIOR_ONLY = re.compile(
    rf"(?:\b(?:{MONTHS}|previous|prior|last|earlier)(?:'s)?\ (?:[a-z-]+\ ){{0,2}}(?:was|stood\ at|came\ in\ at|being|of|at)\ |\bit\ was\ |\b(?:rate|figure|reading|print|gauge|index)\ was\ |"
    r"\b(?:prior|previous)(?:ly|\ was)?:?\ )(?P<figure>\(?[-+]?[A-Z]{0,3}[$€£¥]?[0-9])"
)
_INSTITUTIONS = (
    r"\b(?:IMF|OECD|World\ Bank|ECB|Fed(?:eral\ Reserve)?|BoJ|BOJ|BoE|BOE|RBA|RBNZ|BoK|BOK|RBI|PBOC|Bank\ of\ [A-Z][a-z]+|government|ministry|[Cc]entral\ bank|"
    r"Cabinet\ Office|Treasury|ADB|Banxico|Riksbank|SNB|BSP|Goldman(?:\ Sachs)?|JPMorgan|Nomura|UBS|Citi(?:group)?|Barclays|ING|company|management|staff|officials|"
    r"policymakers|EIA|IEA|OPEC|EC|Bundesbank|Beijing|Commission|board)\b"
)
_INSTITUTION = re.compile(
    _INSTITUTIONS
    + r"(?:[^.;]{0,30}?\b(?:expects|sees|forecasts|projects|projected|forecasted|estimates|estimated|predicts|targets|targeting|looks\ for)|"
    r"[^.;]{0,30}?\b(?:raised|cut|lifted|lowered|kept|trimmed|maintained|upgraded|downgraded)\b[^.;]{0,40}\b(?:forecast|projection|estimate|outlook|target|view))\b"
    r"|\b(?:raised|cut|lifted|lowered|trimmed|upgraded|downgraded|nudged|hiked|revised|slashed|kept)\ (?:up\ |down\ )?(?:its|their|his|the|20[0-9]{2})\ (?:[A-Za-z0-9'-]+\ ){0,5}"
    r"(?:forecast|projection|estimate|outlook|target)s?\b"
)
# "Economists forecast employment fell by 5K": what they forecast may stand in the past tense.
_FORECASTERS = re.compile(
    r"\b(?:[Ee]conomists|[Aa]nalysts|[Ss]urvey|[Pp]oll|[Ss]treet|[Mm]arkets?|[Tt]raders)\b[^.;,]{0,40}\b(?:expect|expects|forecast|forecasts|see|sees|predict|estimate|"
    r"reckon|look\ for)\b"
)
_YEARLY = re.compile(
    r"\b(?:(?:in|for|this|next|through|by|over|during)\ (?:mid-|end-|late\ |early\ )?(?:20[0-9]{2}|year|the\ (?:full\ |fiscal\ )?year|fiscal|FY\ ?[0-9]{0,4})|full[- ]year|(?:bank|government|company|ministry|group|it|their|its)(?:'s)?\ (?:own\ )?(?:forecast|estimate|projection)|"
    r"FY\ ?(?:20)?[0-9]{2}|in\ the\ year\ to|target\ of)\b"
)
# Behind a figure that comes first: "rise in German", "reading for".
_OF_RELEASE = re.compile(
    r"(?:\ [mqyw]/[mqyw])?(?:\ (?:annuali[sz]ed|annual|monthly|quarterly|further|seasonally|adjusted|rise|increase|gain|jump|rebound|climb|growth|expansion|drop|fall|"
    r"decline|contraction|dip|slide|loss|slump|decrease|reading|print|rate|pace|surplus|deficit)){0,4}(?:\ (?:is|are|was)\ (?:expected|seen|forecast|likely|tipped))?\ (?:in|for|of|on)\ (?:[A-Za-z.'&-]{1,15}\ ){0,4}|\ "
)
# "and core at 3.0%", "while France's is seen at 0.9%": the name of the release is not said again.
_OTHER = re.compile(
    r"(?:,|,?\ (?:and|while|with|but))\ (?:the\ |that\ of\ )?(?P<who>core|headline|services|manufacturing|composite|construction|[A-Z][a-z]+(?:\ [A-Z][a-z]+)?)"
    r"(?:'s)?(?:\ (?:rate|measure|gauge|reading|print|figure|index|PMI|component|one))?(?:\ (?:is|are|seen|expected|forecast|tipped|likely))*(?P<rest>\ (?:at|to|up|down|rising|"
    r"falling|unchanged|steady|easing|slowing|edging|ticking|rise|fall|show|print)\b)"
)


class Claim(NamedTuple):
    """A release and where in the sentence its figures stand. `words` name it; `country` only where it shares another's name.

    `shared`: the release that it shares its name with is to come as well. `prior_only`: nobody says yet what is expected, only what it was before.
    """

    release: FoundIndicator
    words: str
    country: str | None
    start: int
    end: int
    told: int
    shared: bool = False
    prior_only: bool = False


def find_claims(text: str, named: Sequence[FoundIndicator], floor: int = 0) -> Iterator[Claim]:
    """The claims of a sentence, in order. What stands before `floor` is an earlier sentence, whose release this one speaks of."""
    if _INSTITUTION.search(text) and not _CONSENSUS.search(text):
        return
    begins = [_find_leading(text, named, place, floor) for place in range(len(named))]
    goes_on = False
    for place, release in enumerate(named):
        end = len(text)
        if place + 1 < len(named):
            following = begins[place + 1]
            end = named[place + 1].start if following is None else following
        lead = "" if floor else text[named[place - 1].end if place else 0 : release.start]
        leading = begins[place]
        start = leading if leading is not None else floor or release.end
        main = True
        for who, (first, last) in _split_others(text[start:end]):
            words, country = _name_other(release.words, who)
            if who is None:
                segment = text[start + first : start + last]
                ahead = leading is not None or _is_ahead(lead, segment, text) or (goes_on and _goes_on(lead, segment))
                main = goes_on = ahead
            else:
                piece = text[start + first : start + last]
                ahead = main or (_STRONG.search(piece) is not None and not _OUT.search(piece))
            if not ahead:
                continue
            skipped = _skip_to_consensus(text[start + first : start + last])
            told = release.start if not (who or floor or leading is not None or skipped) else start + first + skipped
            yield Claim(release, words, country, start + first + skipped, start + last, told, main)
        if not main and len(named) == 1:
            before = _find_prior_only(text, release)
            if before is not None:
                yield Claim(release, release.words, None, before, len(text), release.start, prior_only=True)


def _goes_on(lead: str, segment: str) -> bool:
    """Whether a release stands in a row behind one that is to come: ", with the jobless rate at 4.2%", "and retail sales 2.8%"."""
    figure = first_figure(segment)
    if (
        figure is None
        or _OUT.search(segment)
        or _ACTUAL_VERSUS.search(segment)
        or _PAST_VERB.search(segment[: figure.start])
    ):
        return False
    return re.search(r"(?:,|\band|\bwith|\bwhile)\ (?:[A-Za-z][\w.'-]*\ ){0,4}\Z", lead) is not None


def may_claim(text: str) -> bool:
    """Whether a sentence has a word of expectation, or of a release to come beside what it was."""
    return _STRONG.search(text) is not None or _PRIOR_ONLY.search(text) is not None


def _skip_to_consensus(segment: str) -> int:
    """Where the consensus stands behind another figure: "jump 22%; the consensus is 18.5%", "from 20K to 110K, with the median at 65K"."""
    hit = _CONSENSUS.search(segment)
    return hit.start() if hit and first_figure(segment[: hit.start()]) is not None else 0


def _find_prior_only(text: str, release: FoundIndicator) -> int | None:
    """Where the figure of the release before stands, of one that is only named as due."""
    behind = text[release.end :]
    due = _DUE.search(text)
    hit = _PRIOR_ONLY.search(behind)
    if not due or not hit or (hit.start() and first_figure(behind[: hit.start()]) is not None):
        return None
    return release.end + hit.start("figure")


def _find_leading(text: str, named: Sequence[FoundIndicator], place: int, floor: int) -> int | None:
    """Where the figure stands that comes before its release ("economists see a 0.3% rise in CPI"); None where it comes behind."""
    begin = max(named[place - 1].end if place else 0, floor)
    lead = text[begin : named[place].start]
    figures = list(list_figures(lead))
    if not figures or not _OF_RELEASE.fullmatch(lead[figures[-1].end :]):
        return None
    clause = re.split(r";\ |\.\ ", text[: begin + figures[-1].start])[-1]
    if (
        not _STRONG.search(clause + lead[figures[-1].end :])
        or _OUT.search(clause)
        or _YEARLY.search(text[begin + figures[-1].start :][:120])
    ):
        return None
    former = figures[-2].end if len(figures) > 1 else 0
    return begin + max(lead.rfind(" ", 0, max(figures[-1].start - 9, 0)) + 1, former)


def _split_others(segment: str) -> Iterator[tuple[str | None, tuple[int, int]]]:
    """ "seen at 3.1% and core at 3.0%": the release itself (None), then each other one that shares its name."""
    start, who = 0, None
    for hit in _OTHER.finditer(segment):
        place = hit["who"][0].isupper()
        if place and (find_country(hit["who"]) is None or first_figure(segment[start : hit.start()]) is None):
            continue
        yield who, (start, hit.start())
        start, who = hit.end("who"), hit["who"]
    yield who, (start, len(segment))


def _name_other(words: str, who: str | None) -> tuple[str, str | None]:
    """The name of the release that shares another's, and its country where that is what differs."""
    if who is None:
        return words, None
    if who[0].isupper():
        return words, find_country(who)
    kind = re.search(r"\b(?:[Cc]ore|[Hh]eadline|[Ss]ervices|[Mm]anufacturing|[Cc]omposite|[Cc]onstruction)\ ", words)
    put = "" if who == "headline" else f"{who} "
    return (words[: kind.start()] + put + words[kind.end() :] if kind else put + words), None


def _is_ahead(lead: str, segment: str, text: str) -> bool:
    """Whether the figure behind an indicator is expected, and not out."""
    figure = first_figure(segment)
    if figure is None:
        return False
    upto = segment[: figure.start]
    if _OUT.search(segment) or _ACTUAL_VERSUS.search(segment) or _OUT.search(re.split(r"[;.]\ ", lead)[-1] + upto):
        return False
    if _OWN_MODEL.search(lead):
        return False
    if re.search(r"\b20[0-9]{2}(?:'s)?\ (?:[A-Za-z-]+\ ){0,2}\Z", lead):
        return False  # "Brazil's 2026 inflation"
    if _YEARLY.search(re.split(r"[;.]\ ", lead)[-1] + segment[: figure.end + 30]):
        return False
    past = _PAST_VERB.search(upto)
    if past and re.match(r"\ (?:growth\ )?(?:forecasts?|estimates?|projections?|outlook)\b", segment):
        return False  # "the GDP estimate edged up to 1.9%"
    cue = _STRONG.search(upto)
    if cue:
        return not (past and past.start() < cue.start())
    clause = re.split(r";\ |\.\ ", lead)[-1]
    if _FORECASTERS.search(clause) or (_THINKERS.search(clause) and _DUE.search(text)):
        return True
    if past:
        return False
    behind = segment[figure.end : figure.end + 25]
    if re.match(
        r"\ (?:[mqyw]/[mqyw]\ )?(?:growth\ |rise\ |gain\ |fall\ |drop\ |decline\ |increase\ |expansion\ )?(?:is\ |are\ )?(?:expected|forecast|seen|consensus|estimated|likely)",
        behind,
    ):
        return True
    return _STRONG.search(clause) is not None or re.match(r"\W*[Ee]xpectations\ for\b", clause) is not None
