"""The sign that the words around a figure give it. In: tokens of a sentence. Out: its value, or whether a release's figures are falls."""

from __future__ import annotations

from decimal import Decimal

from llm_wrap.reading.names import Name
from llm_wrap.reading.tokens import Line, Token
from llm_wrap.reading.wordings import FALLS

# Below nought where the other figure is a surplus: "¥22B surplus expected vs ¥242.8B deficit prior"
_JOBS_GONE = frozenset(("cut", "cutting", "axed", "slashed"))
_DEFICITS = frozenset(("deficit", "shortfall", "gap"))
# What ends the way back from a figure to the fall that it is of, and what does not.
_STOPS = frozenset("at to the is are up on".split())
_LEADS_ON = frozenset("of by in for , again further sharply slightly only just another".split())
_BECOMES = ("deepen", "narrow", "eas", "moderat", "slow", "worsen", "widen", "accelerat", "quicken", "soften")


def sign_figure(line: Line, place: int) -> Decimal:
    """The value of a figure with the sign that the words around it give: "fell 0.4%", "a 0.4% drop", "a fall, of 0.4%"."""
    one = line.tokens[place]
    assert one.number is not None
    value = one.number.value
    if value <= 0 or one.number.signed:
        return value
    if line.kinds[place - 2 : place] == "o(" and line.kinds[place + 1 : place + 2] == ")":
        return -value  # "at (0.5%)"
    falls = FALLS | _JOBS_GONE if one.number.unit == "K" else FALLS
    falls = falls | _DEFICITS if any(token.word == "surplus" for token in line.tokens) else falls
    near = line.tokens[max(place - 2, 0) : place + 3]
    paced = any(
        token.word in ("pace", "clip", "rate", "annualised", "annualized") for token in near
    )  # "contracted at a 0.6% pace"
    than = line.kinds[place - 1] in "'H"  # "a milder fall than July's"
    for other in range(place - 1, max(place - 9, -1), -1):
        token = line.tokens[other]
        if token.word in falls:
            return -value
        if (token.word in _STOPS and not (token.word == "at" and paced)) or not (
            _leads_on(line, other, token) or (than and token.kind in "HM'")
        ):
            break
    for token in line.tokens[place + 1 : place + 4]:
        if token.word in falls or token.word.startswith(("down on ", "lower on ")):
            return -value
        if token.kind not in "oR":
            break
    return value


def _leads_on(line: Line, place: int, token: Token) -> bool:
    if token.kind in "ozR'" or token.word in _LEADS_ON:
        return True
    return token.kind in "owpG#" and any(
        one.word == "for" for one in line.tokens[max(place - 3, 0) : place]
    )  # "for a seventh month"


def is_fall(line: Line, name: Name) -> bool:
    """Whether its figures are falls: "PPI deflation narrowing to 2.9%", "the decline in investment to deepen to 0.8%"."""
    behind = [one.word for one in line.tokens[name.after : name.after + 4]]
    if behind[:1] == ["deflation"] or name.words.endswith("deflation"):
        return True
    if not FALLS.isdisjoint(behind[:1]) and any(word.startswith(_BECOMES) for word in behind[1:]):
        return True  # "Contraction seen deepened to 2.0%"
    led = [one.word for one in line.tokens[max(name.at - 4, 0) : name.at] if one.kind not in "oC'"]
    return led[-1:] == ["in"] and not FALLS.isdisjoint(led[-2:-1]) and any(word.startswith(_BECOMES) for word in behind)
