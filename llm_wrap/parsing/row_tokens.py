"""The tokens of a row, each a figure, a word that says what a figure is, or neither."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from llm_wrap.parsing.patterns import Number, has_digit, read_number

# What stands in place of a figure where nothing moved.
SHUT = frozenset("closed holiday suspended shut".split())
STANDSTILLS = SHUT | frozenset("unchanged unch unch. flat".split())
# What a word between the figures says. "(closed)" is "closed"; "-" is a standstill where nothing else is printed.
ROLES = {
    **dict.fromkeys(("to", "at", "@"), "level"),
    **dict.fromkeys(("|", "/", ",", ";", "and", "by", "-", "–", "="), "joins"),
    "or": "or",
    **dict.fromkeys("up rose gained added advanced climbed jumped rallied higher firmer".split(), "up"),
    **dict.fromkeys("down fell lost slipped dropped declined shed eased sank lower weaker".split(), "down"),
    **dict.fromkeys(("points", "point", "pts"), "points"),
    **dict.fromkeys((*STANDSTILLS, "n/a", "na", "--", "n.a."), "still"),
}
Reading = Number | str | None  # a token's figure, its role, or None for any other word

# The space in "+2.1 bp", "(0.12) %": figure and unit are one token.
UNITS = frozenset({"bp", "bps", "pts"})
_LOOSE_UNIT = re.compile(r"(?<=[0-9)]) (?=bps?|pts|%)")
# "Rs 5,312/bbl"  "USD 63.88"
_LOOSE_CURRENCY = re.compile(
    r"(?<![A-Za-z0-9/.-])(Rs\.?|Rp\.?|RM|(?:USD|EUR|GBP|CHF|NOK|SEK|DKK|INR|JPY|CNY|AUD|CAD|ZAR|PLN)) (?=[0-9])"
)
_UP = "\u25b2\u25b3\u2191\u2b06"
_ARROW = re.compile(f"[{_UP}\u25bc\u25bd\u2193\u2b07]\ufe0f?")
_PERCENT_WORD = re.compile(r"(?<=[0-9]) (?:percent|per cent|pct)(?![a-z])")
# "(-243.36, -0.52%)"  "[+398.44 / +0.49%]"  "( +0.1% )"
_BRACKET = re.compile(r"(?P<mark>[(\[])(?P<inner>[^()\[\]]{2,40})[)\]]")
_PARTING = re.compile(r"[ ,/;|]+")


def _open_bracket(found: re.Match[str]) -> str:
    """Signed figures out of their bracket, which is no minus then; a lone one loses the spaces around it."""
    inner = found["inner"].strip()
    parts = _PARTING.split(inner.replace(", ", " "))
    if len(parts) == 1:
        return f"({inner})" if read_number(inner) else found[0]
    figures = all(map(read_number, parts)) and len(parts) == 2
    return " ".join(parts) if figures and any(part[0] in "+-" for part in parts) else found[0]


class RowTokens(NamedTuple):
    """The tokens of a row. Each is read when first asked for, and once, from wherever the row is tried."""

    text: str  # the tokens, joined by single spaces
    tokens: list[str]
    readings: list[Reading | Literal[False]]  # False: not read yet
    last_figure: int  # the place of the last token with a digit in it, or -1


def split_row(text: str) -> RowTokens:
    """The tokens of `text`, none of them read yet."""
    if " bp" in text or " pts" in text or " %" in text:
        text = _LOOSE_UNIT.sub("", text)
    if not text.isascii():
        text = _ARROW.sub(lambda arrow: " up " if arrow[0] in _UP else " down ", text)
    text = _LOOSE_CURRENCY.sub(r"\1", text)
    if " p" in text:
        text = _PERCENT_WORD.sub("%", text)
    if "[" in text or "(" in text:
        text = _BRACKET.sub(_open_bracket, text)
    if ", " in text:
        text = text.replace(", ", " , ")
    tokens = text.split()
    if len(tokens) != text.count(" ") + 1:
        text = " ".join(tokens)
    last = len(tokens) - 1
    while last >= 0 and not has_digit(tokens[last]):
        last -= 1
    return RowTokens(text, tokens, [False] * len(tokens), last)


def read_token(token: str) -> Reading:
    """The figure that a token is, or what it says of one: "level", "or", "joins", "up", "down", "points", "still"."""
    if token.isalpha():
        return ROLES.get(token.lower())
    reading = ROLES.get(token) or read_number(token.rstrip(",;."))
    if reading:
        return reading
    lowered = token.lower()
    bare = lowered.strip("()")
    if bare != lowered:
        return "still" if ROLES.get(bare) == "still" else None
    return ROLES.get(lowered.rstrip(","))
