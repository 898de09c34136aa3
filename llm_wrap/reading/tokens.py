"""A sentence as typed tokens: figures, periods, days, releases, countries, banks, and the words of `wordings`. In: a sentence. Out: a `Line`.

Each kind is one character, so what stands around a figure is a short string, and a rule over it a short pattern: "CPI is seen at 3.1%,
from 3.0%" is "IoEoN,PN". Besides the kinds of `wordings`: N figure, b move in basis points, # a number that is no figure, M period,
I release, B bank, C country, V past verb, c another name, w another word, "'" a possessive ending, and marks as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from llm_wrap.parsing.patterns import Number, has_digit
from llm_wrap.reading.figures import read_figure, read_upper_bound
from llm_wrap.reading.regions import list_countries
from llm_wrap.reading.release_periods import MONTHS, list_periods
from llm_wrap.reading.wordings import CHANGES, NEEDED, PAST, PHRASES

if TYPE_CHECKING:
    from llm_wrap.reading.indicators import FoundIndicator

_TOKEN = re.compile(
    rf"""
    (?P<day>(?:{MONTHS})\.?\ [0-3]?[0-9](?![0-9%KMBT]|[.,][0-9])|[0-3]?[0-9](?:st|nd|rd|th)?[- ](?:{MONTHS})(?![A-Za-z])|[0-9]{{1,2}}:[0-9]{{2}}|20[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}})
    |(?P<count>[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?%?[-–/][0-9]{{1,4}}(?:\.[0-9]{{1,2}})?%?|[0-9]{{1,4}}(?:-(?:year|month|day|week)[a-z-]{{0,4}}|st|nd|rd|th)(?![a-z]))  # "10-12%", "10-year"
    |(?P<figure>[-+–−]?(?:[A-Z]{{0,3}}[$€£¥₩₹]|[A-Z]{{3}}(?=[0-9])|(?:USD|EUR|GBP|JPY|CNY|CHF|KRW|INR|AUD|CAD)\ (?=[0-9]))?[-+]?[0-9](?:,?[0-9]){{0,12}}(?:\.[0-9]{{1,4}})?(?:\ ?(?:%|(?:pct|per\ ?cent)(?![a-z]))|bps?(?![a-z])|(?:[KMBT]n?|k|m|\ ?(?:mn|bn|tn|trn|mln|bln|million|billion|trillion))(?![A-Za-z])|))
    |(?P<rate>[mqywMQYW]/[mqywMQYW])
    |(?P<word>[A-Za-zÀ-ž][A-Za-zÀ-ž0-9]{{0,30}}(?:[-.&’'](?!s\b)[A-Za-zÀ-ž0-9]{{1,20}}){{0,4}})
    |(?P<own>['’]s?(?![A-Za-z]))
    |(?P<mark>[^\sA-Za-z0-9])
    """,
    re.VERBOSE,
)  # fmt: skip
# What a central bank holds or moves to a rate is its policy rate.
_BANK = re.compile(
    r"\b(?:RBNZ|RBA|RBI|ECB|FOMC|Fed|Federal\ Reserve|BoJ|BOJ|BoE|BOE|BoK|BOK|P[Bb]OC|BoC|BOC|BSP|SNB|MNB|CNB|NBP|NBR|CBN|SARB|TCMB|CBRT|Banxico|BanRep|Copom|Riksbank|MPC|Norges\ Bank|BoT|BI|BNM|Bundesbank|"
    r"Bank\ (?:Indonesia|Negara|of\ [A-Z][a-z]+(?:\ [A-Z][a-z]+)?)|Reserve\ Bank(?:\ of\ [A-Z][a-z]+(?:\ [A-Z][a-z]+)?)?|National\ Bank(?:\ of\ [A-Z][a-z]+)?|Bangko\ Sentral|[Cc]entral\ bank)\b(?!\ survey)"
)
# "at (0.5%)", "vs (0.5%)", "consensus: (0.5%)", "2.7% and (0.8%)"; but "a rate (4.3%)" and "0.3% expected (0.2%)" have what was before in it
_BRACKETED = re.compile(r"(?:(?<=[oPJYZ:&i])|(?<![N)R][ELp])(?<=[ELp]))\(N\)")
_NO_LEADS = frozenset("rate pace annual annualised annualized monthly quarterly now".split())
_DOTTED = frozenset(
    "cons est exp prev prelim vs f'cast fcst wed thu thur thurs fri mon tue tues sat sun jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k".split()
)
_NEVER_NAMES = frozenset(
    "a an the in on at for no from after while with what where when which this that these those most many some all both each they it".split()
)


# What is called, put or viewed at so much is expected: "exports called +3.0%".
_CALLED = frozenset("called put viewed eyed pegged marked priced".split())
_FORECASTS = frozenset("expectations forecasts estimates projections".split())
# Before "forecast" these make it one that somebody has.
_NOUN_LEADS = frozenset("the a an growth own inflation average its their his 's".split())


_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")


class Token(NamedTuple):
    """A piece of a sentence: its kind, offsets, and what it is of."""

    kind: str
    word: str
    start: int
    end: int
    number: Number | None = None
    release: FoundIndicator | None = None
    country: str | None = None


class Line(NamedTuple):
    """A sentence's tokens; `kinds` has one character for each."""

    text: str
    tokens: tuple[Token, ...]
    kinds: str

    def between(self, start: int, end: int) -> str:
        """The kinds of the tokens that stand within two offsets of the text."""
        return "".join(one.kind for one in self.tokens if start <= one.start and one.end <= end)


def may_tell(text: str) -> bool:
    """Whether a sentence has a figure and a word of expectation, or of a release on its way: most have not, and need not be read."""
    if not (has_digit(text) or " zero" in text):
        return False
    words = set(_WORD.findall(text.lower()))
    expected, coming, before, day = (not NEEDED[kinds].isdisjoint(words) for kinds in ("EJLAYn", "G", "pVv", "D"))
    return expected or (coming and before) or ((day or "-" in text) and (":" in text or "(" in text))


def find_bank(text: str) -> tuple[int, int] | None:
    """Where a sentence names a central bank first."""
    hit = _BANK.search(text)
    return hit.span() if hit else None


def read_line(text: str, named: Sequence[FoundIndicator] | None = None) -> Line:
    """The tokens of a sentence, of which `named` are the releases; without them countries and banks are not looked for either.

    >>> read_line("seen at 3.1% in July, from 3.0%").kinds
    'EoNiM,PN'
    """
    fixed = [Token("I", one.words, one.start, one.end, release=one) for one in named or ()]
    found = [Token("M", hit.group(), hit.start(), hit.end()) for hit in list_periods(text)]
    if named is not None:
        found += [Token("B", hit.group(), hit.start(), hit.end()) for hit in _BANK.finditer(text)]
        found += [
            Token("C", text[start:end], start, end, country=country) for start, end, country in list_countries(text)
        ]
    for one in found:
        if not any(one.start < other.end and other.start < one.end for other in fixed):
            fixed.append(one)
    tokens = _join_brackets(text, list(_join_phrases(text, sorted(fixed, key=lambda one: one.start))))
    return Line(text, tokens, "".join(one.kind for one in tokens))


def _join_brackets(text: str, tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens, with a figure in brackets as one below nought where no other figure stands before it: "seen at (1.0%) vs (0.5%)"."""
    kinds = "".join(one.kind for one in tokens)
    joined: list[Token] = []
    behind = 0
    for hit in _BRACKETED.finditer(kinds):
        opened, inner, closed = tokens[hit.start() : hit.end()]
        number = inner.number
        leads = tokens[hit.start() - 1].word not in _NO_LEADS
        if number is None or number.signed or not leads or text[opened.start - 1 : opened.start].isalnum():
            continue
        below = number._replace(value=-abs(number.value), signed=True, bracketed=True)
        joined += tokens[behind : hit.start()]
        joined.append(Token("N", text[opened.start : closed.end], opened.start, closed.end, number=below))
        behind = hit.end()
    return (*joined, *tokens[behind:])


def _join_phrases(text: str, fixed: Sequence[Token]) -> Iterator[Token]:
    """The tokens in order, with the words of a phrase as one."""
    raw = list(_cut(text, fixed))
    place = 0
    while place < len(raw):
        one = raw[place]
        if one.kind == "w":
            one, place = _find_phrase(text, raw, place)
        else:
            place += 1
        yield one


def _find_phrase(text: str, raw: Sequence[Token], place: int) -> tuple[Token, int]:
    """The phrase that begins at a word, or that word; and the place behind it."""
    one = raw[place]
    if one.word == "unchanged" and _rose_before(raw, place):
        return one._replace(kind="N", number=_NOUGHT), place + 1
    if (one.word == "flat" or (one.word == "unchanged" and _is_former(raw, place))) and _is_nought(raw, place):
        return one._replace(kind="N", number=_NOUGHT), place + 1
    if one.word in _CALLED and place + 1 < len(raw) and raw[place + 1].kind == "N":
        return one._replace(kind="E"), place + 1
    if (
        one.word == "before"
        and place
        and raw[place - 1].kind in "NR"
        and raw[place + 1 : place + 2][:1]
        and raw[place + 1].kind in ",;.)"
    ):
        return one._replace(kind="p"), place + 1  # "+6.8% before;"
    if one.word == "near" and [other.word for other in raw[place + 1 : place + 3] if other.word != "the"][:1] in (
        ["consensus"],
        ["median"],
    ):
        return one._replace(kind="X"), place + 1  # "Imports at 0.5% were near the median of 0.8%"
    if one.word == "zero" and place and raw[place - 1].word in ("at", "to", "from"):
        return one._replace(kind="N", number=_NOUGHT), place + 1
    if one.word == "forecast" and _is_noun(raw, place):
        return one._replace(kind="l"), place + 1
    for phrase in PHRASES.get(one.word, ()):
        if (
            one.word in _FORECASTS
            and phrase.rest[:1] in (("for",), ("of",))
            and place
            and raw[place - 1].kind not in ",.;:("
        ):
            continue  # "raised earnings estimates for"
        end = place + 1 + len(phrase.rest)
        if tuple(other.word for other in raw[place + 1 : end]) == phrase.rest:
            last = raw[end - 1]
            return Token(phrase.kind, text[one.start : last.end].lower(), one.start, last.end), end
    if one.word == "street" and text[one.start] == "S" and not _is_of_name(text, one.start):
        return one._replace(kind="L"), place + 1
    if one.word in PAST:
        return one._replace(kind="V"), place + 1
    name = text[one.start].isupper() and one.word not in _NEVER_NAMES
    return one._replace(kind="c" if name else "w"), place + 1


_NOUGHT = Number(Decimal(0), "%", signed=True, bracketed=False)
_KINDS = {"day": "D", "count": "#", "rate": "R", "own": "'"}  # by the group of `_TOKEN`
_MARKS = {"–": "-", "’": "'"}


def _cut(text: str, fixed: Sequence[Token]) -> Iterator[Token]:
    """The tokens of the text between those that are known already."""
    behind, dotted = 0, False
    for one in (*fixed, None):
        end = one.start if one else len(text)
        yield from _lex(text, behind, end, dotted=dotted)
        if one:
            yield one
            behind, dotted = one.end, one.kind == "M"


def _lex(text: str, start: int, end: int, *, dotted: bool) -> Iterator[Token]:
    for hit in _TOKEN.finditer(text, start, end):
        word = hit.group()
        kind = hit.lastgroup
        if kind == "figure":
            figure = read_figure(text, hit.start(), hit.end())
            yield Token(figure.kind, word, hit.start(), hit.end(), number=figure.number)
        elif kind == "count" and (bound := read_upper_bound(word)) is not None:
            yield Token("N", word, hit.start(), hit.end(), number=Number(bound, "%", signed=False, bracketed=False))
        elif kind == "word":
            low = word.lower()
            yield Token(
                "T" if re.fullmatch(r"fy(?:20)?[0-9]{2}|(?:end|mid)-20[0-9]{2}", low) else "w",
                low,
                hit.start(),
                hit.end(),
            )
            dotted = low in _DOTTED
            continue
        elif kind == "mark":
            if not (word == "." and (dotted or text[hit.end() : hit.end() + 1].strip())):
                yield Token(_MARKS.get(word, word), word, hit.start(), hit.end())
        else:
            yield Token(_KINDS[kind or ""], word, hit.start(), hit.end())
        dotted = False


def _is_nought(raw: Sequence[Token], place: int) -> bool:
    """Whether "flat" is a change of nought per cent: "seen flat m/m", "after a flat July"; not "flat at 47.2", nor "+34, flat on the quarter"."""
    behind = [one.word for one in raw[place + 1 : place + 4] if one.word != ","]
    if not all(one.number is None or one.number.unit == "%" for one in raw):
        return False
    if behind[:2] in (["on", "the"], ["on", "a"]):
        return behind[2:] in (["month"], ["quarter"], ["year"])
    return not (behind and behind[0] in ("at", "on", "from", "to", "with"))


def _is_former(raw: Sequence[Token], place: int) -> bool:
    """Whether it is what a release was: "after an unchanged reading"."""
    return [one.word for one in raw[max(place - 2, 0) : place]] in (
        ["after", "an"],
        ["following", "an"],
        ["against", "an"],
    )


def _is_of_name(text: str, start: int) -> bool:
    """Whether a capitalised word stands before: "Threadneedle Street", and not "The Street" or "Wall Street"."""
    words = text[:start].split()
    return bool(words) and words[-1][0].isupper() and words[-1] not in ("The", "Wall")


def _is_noun(raw: Sequence[Token], place: int) -> bool:
    """Whether "forecast" is one that somebody has ("its forecast", "the forecast"), and not "is forecast"."""
    before = raw[place - 1] if place else None
    after = raw[place + 1 : place + 3]
    if [one.word for one in after[:1]] == [":"] or (
        [one.word for one in after[:1]] == ["to"] and after[-1].kind == "w"
    ):
        return False  # "Forecast: 3.0%", "growth forecast to pick up"
    if before is not None and before.kind == "I":
        return [one.word for one in after[:1]] in (["for"], ["of"])
    return before is None or before.kind == "T" or before.word in _NOUN_LEADS


def _rose_before(raw: Sequence[Token], place: int) -> bool:
    """Whether "unchanged" is a change of nought per cent: "unchanged in July after rising 0.3%"."""
    behind = raw[place + 1 : place + 9]
    after = next((k for k, one in enumerate(behind[:4]) if one.word in ("after", "following")), None)
    if after is None or behind[0].word in ("at", "from", "on"):
        return False
    changed = [one for one in behind[after + 1 :] if one.word in CHANGES]
    return bool(changed) and any(one.number and one.number.unit == "%" for one in behind[after:])
