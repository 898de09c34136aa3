"""Whether the figure of a release is out, or expected. In: the words about it."""

from __future__ import annotations

import re

from llm_wrap.reading.estimates import first_estimate
from llm_wrap.reading.release_periods import PERIODS

STRONG = re.compile(
    r"\b(?:expected|forecast|forecasted|seen|projected|estimated|predicted|anticipated|tipped|likely|probably|[Cc]onsensus|[Ee]conomists|[Aa]nalysts|[Mm]edian|[Ff]orecasts|f'?cast|braced\ for|"
    r"thought\ to|believed\ to|reckoned|assumed|poised|bound\ to|on\ (?:course|track)\ to|due\ to\ (?=[a-z])|calls?\ (?:is\ |are\ )?for|[Pp]redictions?|expecting|[Ff]orecasters|"
    r"[Ee]stimates?|expects?\b|pencil(?:l?ed|s)?\ in|[Pp]oll(?:ed|s)?|may\ have|might\ have|should\ have|set\ to|[Ee]xpectations\ (?:are\b|for(?=[^.;]{1,60}\ (?:are|is|stand)\b))|should|[Ss]urvey\ (?:puts|has|sees|points\ to|shows|suggests|of\ economists|of\ analysts)|pegged|(?<!first\ )(?<!earlier\ )(?<!previously\ )put\ at|eyed|[Ss]treet\ (?:is\ )?(?:has|puts|at|sees|looks|expects|estimates?|forecasts?|view)|"
    r"(?:may|might|could)\ (?:tick|edge|rise|fall|ease|slow|slip|dip|drop|grow|shrink|climb|show|come|pick|accelerate|moderate|widen|narrow|rebound|stay|hold)|foreseen|[Mm]arkets\ expect|[Tt]raders\ expect|look(?:s|ing)?\ for|[Cc]ons\b|est\b|exp\b|(?:[Ss]treet|[Ss]urvey|[Mm]arket|[Pp]oll|[Ff]cst)[.:]?\ (?=[-+]?[A-Z$€£¥]{0,3}(?:[0-9]|\Z)))"
)
# A figure that is out: "rose 5.2% vs consensus", "above the 5.0% forecast", "than expected", "had expected".
OUT = re.compile(
    r"\b(?:(?:than|as|was|were|been|had)\ (?:widely\ |been\ )?(?:expected|forecast|anticipated|estimated|predicted|seen|projected|pencill?ed|looked\ for|called\ for)|[Cc]onsensus\b[^.;,]{0,40}\ (?:was|had\ been|had\ stood|stood)|(?:beat|beats|beating|confound(?:ed|ing)|def(?:ied|ying)|dash(?:ed|ing)|surpass(?:ed|ing)|trail(?:ed|ing)|lagg(?:ed|ing)|"
    r"met|meets|meeting|missed|misses|missing|topped|topping|exceeded|exceeding|undershot|below|above|under|over|short\ of|ahead\ of|matching|matched|equal\ to|in\ line\ with|against|versus|vs\.?)\ "
    r"(?:the\ |a\ |an\ |market\ |Bloomberg\ |Reuters\ |FactSet\ |economists'\ |analysts'\ )*(?:[0-9.,$%]+\ )?(?:consensus|expectations|forecasts?|estimates?|expected))"
)
ACTUAL_VERSUS = re.compile(
    r"[0-9]%?[KMBT]?(?:\ [mqyw]/[mqyw])?,?\ (?:versus|vs\.?|against|compared\ (?:to|with)|and\ (?:beat|missed))\ (?:the\ |a\ )?(?:flat\ )?"
    r"(?:Bloomberg\ |FactSet\ |market\ |Reuters\ )?(?:[-+]?[A-Z$]{0,3}[0-9][0-9.,%KMBT]{0,9}\ )?(?:consensus|expected|expectations?|forecasts?|estimates?|est|cons)\b"
)
# "PPI -2.9% (consensus -2.8%)": a figure of its own beside what was expected.
_BESIDE_LABEL = re.compile(
    r"(?:\ [mqyw]/[mqyw])?\ ?[(,;]\ ?(?:vs\.?\ |versus\ |against\ )?(?:the\ )?(?:FactSet\ |Bloomberg\ |Reuters\ |market\ )?(?:consensus|cons|est|exp|expected|forecast|f'?cast|survey|Street|median)\b"
    r"\.?(?:\ (?:was|of|at))?:?\ [-+(]{0,2}[A-Z]{0,3}[$€£¥]?[0-9]"
)
_OF_A_PERIOD = re.compile(rf"\b(?:{PERIODS}|prior|previous|last)(?:'s)?:?(?:\ (?:was|at))?\ \Z")
PAST_VERB = re.compile(
    r"\b(?:rose|fell|grew|slowed|eased|climbed|dropped|declined|came\ in|printed|jumped|slid|shrank|contracted|expanded|increased|decreased|"
    r"accelerated|moderated|ticked\ (?:up|down)|edged\ (?:up|down|lower|higher)|held|was|were|stood|hit|reached|surged|plunged|rebounded|showed|unchanged\ at|"
    r"registered|remained|improved|picked\ up|narrowed|widened|cooled|quickened|softened|tumbled|sank|gained|lost|beat|missed|posted|recorded)\b"
)


def is_out(segment: str) -> bool:
    """Whether the figure of a segment is out, and stands beside what was expected of it."""
    if OUT.search(segment) or ACTUAL_VERSUS.search(segment):
        return True
    figure = first_estimate(segment)
    if figure is None or not _BESIDE_LABEL.match(segment, figure.end):
        return False
    return STRONG.search(segment[: figure.start]) is None and not _OF_A_PERIOD.search(segment[: figure.start])
