"""Keyword rules, written from the label guide alone: what one hour with grep would have given.

A theme's words count once each, those of the headline twice; the instrument beats the sector (rule 2 of the guide), so trade
words weigh more. The tables are in the guide's order, which breaks ties.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.predictions import Prediction

_THEMES: dict[str, tuple[float, str]] = {
    "trade": (
        1.6,
        r"tariffs?|dut(?:y|ies)|lev(?:y|ies)|trade (?:talks?|deal|pact|truce|war|agreement)|export (?:controls?|bans?|curbs?)"
        r"|import (?:bans?|curbs?|quotas?)|entity list|anti-?dumping|reciprocal rate|customs union|trade representative|wto",
    ),
    "ai_semis": (
        1.2,
        r"ai|artificial intelligence|chips?|chipmakers?|semiconductors?|memory|dram|nand|hbm|gpus?|data cent(?:er|re)s?|foundry"
        r"|wafers?|lithography|capex|nvidia|tsmc|hynix|openai|fabs?|llms?",
    ),
    "macro": (
        1.0,
        r"cpi|ppi|pce|gdp|pmi|inflation|payrolls?|unemployment|jobless|retail sales|industrial (?:output|production)|central bank"
        r"|fed|fomc|ecb|boj|boe|pboc|rba|rbnz|bok|rate (?:cut|hike|decision|path)s?|rates?|basis points|bps?|stimulus|budget"
        r"|yields?|yen|euro|dollar|survey|forecasts?|growth|consumption|economists?|minutes",
    ),
    "corporate": (
        0.8,
        r"earnings|profit|revenue|sales|guidance|dividend|buyback|ipo|listing|takeover|merger|acquisition|bid|ceo|chairman|stake"
        r"|outlook|quarter|shares of|orders|deliveries|recall",
    ),
    "policy": (
        1.1,
        r"regulat(?:ors?|ion|ory)|antitrust|tax(?:es)?|election|parliament|bill|law|lawmakers|minister|coalition|ruling|court"
        r"|anti-involution|licen[cs]e|subsid(?:y|ies)|cabinet|vote|reform|supervis(?:or|ors|ion)|fine[ds]?",
    ),
    "geopolitics": (
        1.3,
        r"war|missiles?|military|ceasefire|troops|strikes? on|drones?|nuclear|diplomats?|summit|nato|security council|border|navy"
        r"|hostages?|peace|defen[cs]e ministry|attacks?",
    ),
    "commodities": (
        1.3,
        r"oil|crude|brent|wti|opec\+?|gas|lng|gold|silver|copper|iron ore|lithium|wheat|corn|soy(?:beans?)?|coal|nickel|barrels?"
        r"|inventories|cocoa|coffee|metals?",
    ),
    "property_credit": (
        1.3,
        r"property|developers?|home (?:prices|sales)|real estate|mortgages?|default(?:s|ed)?|liquidat(?:ion|or)|bondholders?"
        r"|restructuring|winding-?up|non-performing|landlord|housing|distress(?:ed)?|credit losses|lenders?",
    ),
    "other": (
        0.9,
        r"bitcoin|crypto|ether(?:eum)?|flows?|typhoon|weather|virus|outbreak|heatwave|index rebalanc\w*|earthquake",
    ),
}
_UP = (
    r"beat(?:s|ing)?|rais(?:e[sd]?|ing)|rose|rises?|gain(?:s|ed)?|jump(?:s|ed)?|surg(?:e[sd]?|ing)|record|upgrad(?:e[sd]?)"
    r"|lifts?|lifted|above|better|strong(?:er)?|eas(?:es?|ed|ing)|cuts? rates?|rescue[ds]?|approv(?:al|es?|ed)|wins?|won|expands?"
    r"|growth|exempt(?:ed|ion)?|agree[ds]?|deal|removes?|resumes?|stimulus|buyback"
)
_DOWN = (
    r"miss(?:es|ed)?|cuts?|fell|falls?|drop(?:s|ped)?|slump(?:s|ed)?|plung(?:e[sd]?|ing)|warn(?:s|ed|ing)?|downgrad(?:e[sd]?)"
    r"|below|worse|weak(?:er|ness)?|loss(?:es)?|default(?:s|ed)?|halts?|halted|delay(?:s|ed)?|ban(?:s|ned)?|tariffs?|sanctions?"
    r"|probe|fine[ds]?|lowers?|lowered|contract(?:s|ed|ion)|layoffs?|slow(?:s|ed|er|down)|threat(?:en|ens|ened)?|strike"
)
_FLAT = (
    r"unchanged|as expected|in line|in-line|scheduled|will (?:meet|publish|hold|announce)|to (?:meet|publish|speak)|reiterat\w+"
    r"|no change|maintain(?:s|ed)?|reaffirm\w*|calendar|agenda|keeps?|kept|due (?:on|to)"
)
_WORDS = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, (_, words) in _THEMES.items()}
_TONES = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in (("up", _UP), ("down", _DOWN), ("flat", _FLAT))
}


def say_keywords(items: Sequence[EvalItem]) -> list[Prediction]:
    """The theme and the sentiment whose words the item has most of. No probabilities: counts are none."""
    return [
        Prediction(
            id=one.id,
            status="labelled",
            theme=_find_theme(one.item.headline, one.item.body),
            sentiment=_find_sentiment(one.item.headline, one.item.body),
        )
        for one in items
    ]


def _find_theme(headline: str, body: str) -> str:
    weights = {
        name: weight * (2 * len(_WORDS[name].findall(headline)) + len(_WORDS[name].findall(body)))
        for name, (weight, _) in _THEMES.items()
    }
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] else "other"


def _find_sentiment(headline: str, body: str) -> str:
    up, down, flat = (
        2 * len(_TONES[name].findall(headline)) + len(_TONES[name].findall(body)) for name in ("up", "down", "flat")
    )
    if flat >= max(up, down):
        return "neutral"
    if min(up, down) >= 2 and abs(up - down) <= 1:
        return "mixed"
    return "positive" if up > down else "negative" if down > up else "mixed"
