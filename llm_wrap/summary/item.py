"""One sentence per item: its key sentence, as it stands in the wrap, or the nearest before it that can stand alone."""

from __future__ import annotations

import re

from llm_wrap.models import Cite, DigestItem, LabelledItem, Summary

# "He added that …", "In a statement hours later he said …": nobody knows of whom it speaks who has not read what stands before it.
_POINTS_BACK = re.compile(
    r"\A(?:(?:He|She|They|It|Its|His|Her|Their|This|These|Those|Both|Such|That)\b"
    r"|(?:After|And|As|Asked|At|Before|But|By|Earlier|However|In|Later|Meanwhile|On|Separately|Speaking|Still|When|While|With)\b,?"
    r"(?:\ [a-z][a-z'-]{0,20},?){0,7}\ (?:he|she|they|it)\b)"
)


def summarise_item(item: DigestItem, labelled: LabelledItem) -> Summary:
    """The sentence that the label's evidence is in; the first one where the evidence is the headline or there is none. A sentence
    that points back gives way to the nearest before it that does not: out of its place it would be read of somebody else.

    An item without a body is summarised by its headline and cites nothing.
    """
    if not item.sentences:
        return Summary(source=labelled.source, item=labelled.item, text=item.headline, kind="extractive", cites=())
    number = _key_sentence(item, labelled)
    return Summary(
        source=labelled.source,
        item=labelled.item,
        text=item.sentences[number],
        kind="extractive",
        cites=(Cite(source=labelled.source, item=labelled.item, sentence=number),),
    )


def _key_sentence(item: DigestItem, labelled: LabelledItem) -> int:
    if labelled.label is None or not labelled.label.evidence:
        return 0
    key = sentence_at(item, labelled.label.evidence[0].start)
    return next((number for number in range(key, -1, -1) if not _POINTS_BACK.match(item.sentences[number])), key)


def sentence_at(item: DigestItem, start: int) -> int:
    """The number of the sentence that character `start` of the item's text is in; the first where it is in none."""
    for number, (first, last) in enumerate(sentence_spans(item)):
        if first <= start < last:
            return number
    return 0


def sentence_spans(item: DigestItem) -> list[tuple[int, int]]:
    """Where each sentence of the item begins and ends in its text (headline, newline, body)."""
    spans: list[tuple[int, int]] = []
    position = len(item.headline) + 1 if item.headline else 0
    for sentence in item.sentences:
        found = item.text.find(sentence, position)
        first = found if found >= 0 else position
        position = first + len(sentence)
        spans.append((first, position))
    return spans
