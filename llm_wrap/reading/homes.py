"""Which country a release of a sentence is of. In: the sentence, the release, the sentences before it. Out: the country, or None.

The name's own home ("Ifo"), the country before it, in it or right behind it ("consumer confidence in the UK"), or the one that an earlier sentence names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from llm_wrap.reading.indicators import FoundIndicator, find_indicators
from llm_wrap.reading.places import Passage
from llm_wrap.reading.regions import find_country

# Releases that only one country has under their name.
_HOMES = (
    ("US", re.compile(
        r"Michigan|ISM|JOLTS|ADP|[Pp]ayrolls|PCE|[Pp]ersonal\ (?:income|spending|consumption)|Phill?y|Philadelphia|Empire|New\ York\ Fed|NFP|(?:[Ii]nitial|[Cc]ontinuing|[Jj]obless|[Ww]eekly)\ (?:jobless\ )?claims|Case-Shiller|Chicago|"
        r"NAHB|NFIB|\A[Cc]laims\Z|[Dd]urable|(?:[Nn]ew|[Ee]xisting|[Pp]ending)[- ]home\ sales|Challenger|Conference\ Board|(?:Dallas|Richmond|Kansas\ City)\ Fed|funds\ (?:target\ )?rate|[Ff]actory\ payrolls")),
    ("Germany", re.compile(r"GfK|Ifo|ZEW")), ("UK", re.compile(r"Bank\ Rate|Nationwide|Halifax|RICS|RPI|claimant")), ("Canada", re.compile(r"Ivey")),
    ("New Zealand", re.compile(r"\bOCR\b")), ("Switzerland", re.compile(r"\bKOF\b")), ("China", re.compile(r"[Ll]oan\ prime|LPR|Caixin|RatingDog|social\ financing")),
    ("Brazil", re.compile(r"Selic|IPCA|IGP")), ("Japan", re.compile(r"[Tt]ankan|[Ww]atchers|manufacturers")), ("Singapore", re.compile(r"NODX")),
)  # fmt: skip
# Of one country where no other is named.
_OF_OTHERS = re.compile(r"(?:[Nn]on-?farm\ )?[Pp]ayrolls|[Cc]laims")
# "GfK consumer confidence in the UK"
_IN_COUNTRY = re.compile(
    r"(?:\ (?:index|rate|growth|gauge))?\ (?:in|for|of)\ (?:the\ )?(?:[A-Z][A-Za-z.]{1,14}(?:\ [A-Z][a-z]{2,14})?|euro(?:\ area|\ ?zone))\b"
)


def find_release_country(text: str, indicator: FoundIndicator, before: Sequence[Passage]) -> str | None:
    """The country of a release that `text` names; `before` are the sentences before it in the paragraph, in order."""
    here, home = find_country(text[: indicator.end], indicator.start), _country_of_name(indicator)
    behind = _IN_COUNTRY.match(text[indicator.end :])
    if behind and (here is None or home == here):
        here = find_country(behind.group()) or here
    if (
        home
        and here != home
        and not (_OF_OTHERS.match(indicator.words) and find_country(text[: indicator.start].rpartition(";")[2]))
        and not behind
        and not find_country(text[max(0, indicator.start - 24) : indicator.start])
    ):
        here = home  # "Belgian business confidence and the Richmond Fed index"
    here = here or home or find_country(text, indicator.start)
    if here:
        return here
    told = next((country for one in reversed(before) if (country := find_country(one.text))), None)
    return told or _find_home_before(before)


def _find_home_before(before: Sequence[Passage]) -> str | None:
    """The country of the last release before that only one country has: "ADP beat. The unemployment rate is expected"."""
    named = (one for passage in reversed(before) for one in reversed(find_indicators(passage.text)))
    return next((home for one in named if (home := _country_of_name(one))), None)


def _country_of_name(indicator: FoundIndicator) -> str | None:
    """The country that alone has a release of that name."""
    return next((country for country, names in _HOMES if names.search(indicator.words)), None)
