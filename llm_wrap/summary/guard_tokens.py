"""The tokens of a sentence before numbers are joined with their units: words, marks, tags, and numbers in digits.

Tickers and outlets in brackets are tags: they name somebody, and are no part of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from llm_wrap.parsing.mentions import find_mentions
from llm_wrap.parsing.patterns import is_ticker
from llm_wrap.summary.guard_quantities import Quantity, inherit, read_amount, read_whole
from llm_wrap.summary.guard_words import stem

Kind = Literal["word", "mark", "tag", "quantity"]

_LONGEST = 2_000  # characters of one sentence; what is longer is refused by the caller


@dataclass(frozen=True, slots=True)
class Token:
    """One word, mark, tag or quantity; `stem` and `lower` are of its text; `quantities` holds all that it may be read as."""

    text: str
    kind: Kind
    lower: str
    stem: str
    quantities: tuple[Quantity, ...] = ()

    @property
    def quantity(self) -> Quantity | None:
        return self.quantities[0] if self.quantities else None

    @property
    def capital(self) -> bool:
        return self.kind == "word" and any(char.isupper() for char in self.text)


_TYPOGRAPHY = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "−": "-", "–": "-", "—": ";", "\xa0": " ", "…": " "}
)
# "U.S." "U.K.": the stops are no end of a sentence and no part of the name
_DOTTED = re.compile(r"(?<![A-Za-z])([A-Z])\.([A-Z])\.")
# "Mt. Gox", "St. James's Place": the stop belongs to what is shortened
_SHORTENED = re.compile(r"(?<![A-Za-z])(Mt|St|Mr|Mrs|Ms|Dr)\.(?= [A-Z])")
_RANGE = re.compile(r"^(?P<first>-?[^-0-9]{0,4}[0-9][0-9,.]{0,14}%?)-(?P<second>[0-9][0-9,.]{0,14}[%A-Za-z]{0,4})\Z")
_BRACKET = re.compile(r"\([^()]{1,160}\)")


def make_word(text: str, kind: Kind = "word") -> Token:
    lower = text.lower()
    return Token(text, kind, lower, stem(lower) if kind == "word" else lower)


def split_tokens(sentence: str) -> Iterator[Token]:
    """Words, marks and tags, with numbers that are written in digits as quantities."""
    text = _SHORTENED.sub(r"\1", _DOTTED.sub(r"\1\2", sentence[:_LONGEST].translate(_TYPOGRAPHY)))
    start = 0
    for bracket in _BRACKET.finditer(text):
        yield from _split_words(text[start : bracket.start()])
        inner = bracket.group()
        if _is_tag(inner, _words_before(text, bracket.start())):
            for part in re.split(r"[,;/]", inner[1:-1]):
                yield make_word(part.strip().strip("~"), "tag")
        else:
            yield from _split_words(inner)
        start = bracket.end()
    yield from _split_words(text[start:])


_BEFORE = 40  # characters before a bracket that tell what it is


def _words_before(text: str, end: int) -> str:
    """The whole words before `end`."""
    return text[:end] if end <= _BEFORE else text[end - _BEFORE : end].partition(" ")[2]


def _is_tag(bracket: str, before: str) -> bool:
    found = find_mentions(f"{before}{bracket}.")
    named = [mention.ticker for mention in found.tickers] + list(found.sources)
    return any(name in bracket for name in named) or bracket == "(link)"


def _split_words(text: str) -> Iterator[Token]:
    for chunk in text.split():
        yield from _split_chunk(chunk)


def _split_chunk(chunk: str) -> Iterator[Token]:
    while chunk and chunk[0] in "\"'[{":
        yield make_word(chunk[0], "mark")
        chunk = chunk[1:]
    tail: list[str] = []
    while chunk and chunk[-1] in "\"'],.;:!?}":
        tail.append(chunk[-1])
        chunk = chunk[:-1]
    if chunk:
        yield from _read_chunk(chunk)
    for mark in reversed(tail):
        yield make_word(mark, "mark")


def _read_chunk(chunk: str) -> Iterator[Token]:
    if chunk.startswith("(") and not chunk.endswith((")", ")%")):
        yield make_word("(", "mark")
        yield from _split_chunk(chunk[1:])
        return
    if is_ticker(chunk):
        yield make_word(chunk, "tag")
        return
    whole = read_whole(chunk)
    if whole is not None:
        yield Token(chunk, "quantity", chunk.lower(), chunk.lower(), whole)
        return
    if chunk.endswith(")"):
        yield from _split_chunk(chunk[:-1])
        yield make_word(")", "mark")
        return
    between = _RANGE.fullmatch(chunk)
    if between:
        yield from _read_range(between)
        return
    if "-" in chunk.strip("-") and not _is_code(chunk):
        parts = [part for part in chunk.split("-") if part]
        for number, part in enumerate(parts):
            if number:
                yield make_word("-", "tag")
            yield from _split_chunk(part)
        return
    if "/" in chunk and all(part[:1].isalpha() for part in chunk.split("/")) and chunk.lower() not in _PER_YEAR:
        for part in chunk.split("/"):
            yield make_word(part)
        return
    yield make_word(chunk)


def _is_code(chunk: str) -> bool:
    """ "HBM3E", "E190-E2", "F-35s": letters first, a digit, one word whatever its hyphens."""
    plain = chunk.replace("-", "")
    return (
        len(chunk) <= 15
        and plain.isascii()
        and plain.isalnum()
        and chunk[0].isalpha()
        and any(char.isdigit() for char in plain)
        and any(char.isupper() for char in chunk.partition("-")[0])
    )


_PER_YEAR = frozenset({"y/y", "m/m", "q/q", "h/h", "w/w", "b/d"})


def _read_range(found: re.Match[str]) -> Iterator[Token]:
    """Both ends; the first takes what it lacks from the second."""
    first, second = read_amount(found["first"]), read_amount(found["second"])
    if first is None or second is None:
        yield make_word(found.group())
        return
    readings = inherit(first, second, found["second"])
    if second.unit:  # "5-6%" is five percent and never five
        readings = tuple(one for one in readings if one.unit)
    yield Token(found["first"], "quantity", found["first"], found["first"], readings)
    yield make_word("to")
    unit = second.unit or (first.unit if first.unit != "percent" else "")  # "4.00%-4.25" may have its own behind it
    yield Token(found["second"], "quantity", found["second"], found["second"], (replace(second, unit=unit),))
