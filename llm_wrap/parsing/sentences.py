"""Splits a paragraph into sentences, each an exact substring of it.

A sentence ends at ". ", "! " or "? " (closing quotes and brackets included) when the next character can start one and
the word before is no abbreviation. Wire copy is full of "U.S. Commerce", "vs. consensus", "Sept. 3" and "No. 2", so the
test is on the word before the stop, not on the stop.
"""

from __future__ import annotations

import re

from llm_wrap.models import DigestItem

# Words before a full stop that does not end a sentence. Lower case, without the last stop.
_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof st sen rep gov gen col lt sgt capt adm jr sr vs no nos jan feb mar apr jun jul aug sep sept oct
    nov dec inc corp ltd co cos plc bros est approx art fig e.g i.e cf al dept univ assn mt ft u.s u.k u.n e.u a.m p.m
    ph.d s.a n.v s.p.a a.g d.c l.a mln bln pct""".split()
)
# Abbreviations that often do end a sentence: "... in the U.S. Shares rose" is two, "the U.S. Commerce" is one. We split
# only where the next word is one that starts sentences.
_BOTH_WAYS = frozenset(
    {"u.s", "u.k", "u.n", "e.u", "a.m", "p.m", "inc", "corp", "ltd", "co", "plc", "s.a", "n.v", "bln", "mln"}
)
_STARTERS = frozenset(
    """the a an it its he she they this that these those there in on at but and however meanwhile elsewhere separately
    analysts shares officials sources some most both two earlier also while although as after since for if no
    recall noted note follows comes adds added""".split()
)
_OPENERS = "\"'([“‘«"
_SENTENCE_SIGNS = _OPENERS + "$€£¥+-"  # what else than a capital or a digit a sentence may start with
_STOP = re.compile(r"[.!?][\"')\]”’»]{0,3}\s")


def split_sentences(paragraph: str) -> tuple[str, ...]:
    """The sentences of `paragraph`, in order, stripped, none empty.

    >>> split_sentences('Output rose 5.2% vs. 5.0% in the U.S. Commerce data. "Weak," one said. (Reuters)')
    ('Output rose 5.2% vs. 5.0% in the U.S. Commerce data.', '"Weak," one said. (Reuters)')
    """
    sentences: list[str] = []
    start = 0
    for stop in _STOP.finditer(paragraph):
        if _ends_sentence(paragraph, start, stop.start(), stop.end()):
            sentences.append(paragraph[start : stop.end()].strip())
            start = stop.end()
    tail = paragraph[start:].strip()
    if tail:
        sentences.append(tail)
    return tuple(sentences)


def is_one_sentence(paragraph: str) -> bool:
    """Whether `split_sentences` would give one; looks no further than the first end of a sentence.

    >>> is_one_sentence("Output rose 5.2% vs. 5.0%"), is_one_sentence("Exports rose. Imports fell"), is_one_sentence(" ")
    (True, False, False)
    """
    for stop in _STOP.finditer(paragraph):
        if _ends_sentence(paragraph, 0, stop.start(), stop.end()):
            return not paragraph[stop.end() :].strip()
    return not paragraph.isspace() and paragraph != ""


def make_item(headline: str, body: str) -> DigestItem:
    """A story of a headline and a body, as the parser makes it: the body's paragraphs are split one by one."""
    sentences = tuple(sentence for paragraph in body.split("\n") for sentence in split_sentences(paragraph))
    return DigestItem(headline=headline, body=body, sentences=sentences)


def _ends_sentence(text: str, start: int, stop: int, after: int) -> bool:
    first = text[after : after + 1]
    while first.isspace():
        after += 1
        first = text[after : after + 1]
    if not (first.isupper() or first.isdigit() or (first and first in _SENTENCE_SIGNS)):
        return False
    if first == "(" and _is_closing_tag(text[after : after + 80]):
        return False  # it belongs to the sentence before it
    if text[stop] != ".":
        return True
    floor = max(start, stop - 24)
    word = text[max(text.rfind(" ", floor, stop) + 1, floor) : stop].lstrip(_OPENERS)
    lowered = word.lower()
    if lowered in _BOTH_WAYS:
        next_word = re.split(r"[^A-Za-z]", text[after : after + 80].lstrip(_OPENERS), maxsplit=1)[0].lower()
        return next_word in _STARTERS
    if lowered in _ABBREVIATIONS:
        return False
    return not (len(word) == 1 and word.isupper())  # an initial: "J. Powell"


def _is_closing_tag(rest: str) -> bool:
    """Whether `rest` is only a source tag, "(Reuters)"."""
    close = rest.find(")")
    return 2 <= close < 40 and not rest[close + 1 :].strip()
