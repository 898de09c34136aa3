"""Where a cite leads: the sentence, and its place in the text that it is in."""

from __future__ import annotations

from llm_wrap.models import Brief, Cite
from llm_wrap.parsing.sentences import split_sentences
from llm_wrap.summary.item import sentence_spans


def cited_sentence(brief: Brief, cite: Cite) -> str:
    """The sentence; empty where the wrap has no such sentence."""
    start, end = cited_span(brief, cite)
    return _text(brief, cite)[start:end]


def cited_span(brief: Brief, cite: Cite) -> tuple[int, int]:
    """Where the sentence begins and ends: in headline + newline + body of an item, in the paragraph of the Synopsis; 0 and 0
    where there is no such sentence."""
    if cite.source == "digest":
        if cite.item >= len(brief.wrap.digest):
            return 0, 0
        spans = sentence_spans(brief.wrap.digest[cite.item])
        return spans[cite.sentence] if cite.sentence < len(spans) else (0, 0)
    paragraph = _text(brief, cite)
    at = 0
    for number, sentence in enumerate(split_sentences(paragraph)):
        start = paragraph.find(sentence, at)
        at = start + len(sentence)
        if number == cite.sentence:
            return start, at
    return 0, 0


def _text(brief: Brief, cite: Cite) -> str:
    if cite.source == "digest":
        return brief.wrap.digest[cite.item].text if cite.item < len(brief.wrap.digest) else ""
    return brief.wrap.synopsis[cite.item] if cite.item < len(brief.wrap.synopsis) else ""
