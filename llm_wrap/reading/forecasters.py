"""Who forecasts: the market, whose view is a consensus, or a bank, a company or a single broker, whose view is its own."""

from __future__ import annotations

import re

# "the consensus is 18.5%", "with the median at 65K"
CONSENSUS = re.compile(
    r"\b(?:(?:market\ |Bloomberg\ |FactSet\ |Reuters\ )?[Cc]onsensus|[Mm]edian)(?:\ (?:forecast|estimate|view|is|for|at|of|stands|sits|was\ put|being|also|now|currently|remains)){0,4}\ (?:a\ |an\ )?(?=\(?[-+]?[A-Z]{0,3}[$€£¥]?[0-9])"
)
_INSTITUTIONS = (
    r"\b(?:IMF|OECD|World\ Bank|ECB|Fed(?:eral\ Reserve)?|BoJ|BOJ|BoE|BOE|RBA|RBNZ|BoK|BOK|RBI|PBOC|Bank\ of\ [A-Z][a-z]+|government|ministry|[Cc]entral\ bank|"
    r"Cabinet\ Office|Treasury|ADB|Banxico|Riksbank|SNB|BSP|Goldman(?:\ Sachs)?|JPMorgan|Nomura|UBS|Citi(?:group)?|Barclays|ING|company|management|staff|officials|"
    r"policymakers|EIA|IEA|OPEC|EC|Bundesbank|Beijing|Commission|board)\b"
)
_INSTITUTION = re.compile(
    _INSTITUTIONS
    + r"[^.;]{0,30}?\b(?:expects|sees|forecasts|projects|projected|forecasted|estimates|estimated|predicts|targets|targeting|looks\ for|"
    r"(?:raised|cut|lifted|lowered|kept|trimmed|maintained|upgraded|downgraded)\b(?=[^.;]{0,40}\b(?:forecast|projection|estimate|outlook|target|view)))\b"
)
_REVISED = re.compile(
    r"\b(?:raised|cut|lifted|lowered|trimmed|upgraded|downgraded|nudged|hiked|revised|slashed|kept)\ (?:up\ |down\ )?(?:its|their|his|the|20[0-9]{2})\ (?:[A-Za-z0-9'-]{1,20}\ ){0,5}"
    r"(?:forecast|projection|estimate|outlook|target|call|view)s?\b"
)
# "Capital Economics expects", "Japan sees": whoever is named forecasts for himself, and no market does.
_ONE_VOICE = re.compile(
    r"\b(?!Consensus|Street|Market|Survey|Poll|Bloomberg|Reuters|FactSet|Median|The\b|Everyone|Economists|Analysts|Forecasters|Traders|Investors|Strategists|They|Most|Polls|Surveys|Forecasts)[A-Z][A-Za-z&.]{1,20}\ (?:now\ |still\ |also\ )?(?:expects|sees|forecasts|projects|predicts|estimates|reckons|looks\ for|pencils\ in)\b"
)
_TWO_VOICES = re.compile(r"\band\ [A-Z][A-Za-z&.]{1,20}\ (?:both\ |each\ )?(?:expect|see|forecast|look\ for|predict)\b")
_ONE_HOUSE = re.compile(
    r"\b(?!Reuters|Bloomberg|FactSet)[A-Z][A-Za-z]{1,20}'s\ (?:[A-Z][a-z]{2,14}\ )?(?:economists|analysts|team|(?:own\ |tracking\ |house\ |in-house\ )(?:estimate|forecast|view|call|projection|model))\b|\b(?:seen|forecast|projected|expected|estimated|predicted|put|pencill?ed\ in|penned\ in)\ by\ (?:the\ )?(?!Reuters|Bloomberg|FactSet|Street|Haver)[A-Z][A-Za-z]{1,20}\b|\b[Oo]ur\ (?:economists|team)\b|\b[Ww]e\ (?:expect|see|forecast)\b"
)
_OF_MANY = re.compile(r"\b(?:polls?|surveys?|economists|analysts|consensus|markets?)\b")
# What one clause says of a bank's forecast is nothing about the next.
_NEXT_CLAUSE = re.compile(r";\ |,?\ (?:while|whereas|although|but)\ |\.\ ")


def is_of_institution(text: str, name: int, figures: int) -> bool:
    """Whether the clause of a release tells what a bank, a company or a single broker forecasts."""
    at = max(name, figures)
    begin = max((hit.end() for hit in _NEXT_CLAUSE.finditer(text[:at])), default=0)
    after = _NEXT_CLAUSE.search(text, at)
    clause = text[min(begin, name) : after.start() if after else len(text)]
    if CONSENSUS.search(text):
        return False
    told = _INSTITUTION.search(clause)
    if told and _OF_MANY.search(told.group()):
        return False  # "Riksbank: consensus sees"
    return told is not None or any(one.search(clause) for one in (_REVISED, _ONE_VOICE, _TWO_VOICES, _ONE_HOUSE))
