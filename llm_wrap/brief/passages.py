"""An item's text cut into runs, so that a renderer can mark sentences and evidence where they stand.

In: a `DigestItem` and its evidence (offsets in headline + newline + body). Out: paragraphs of sentences of runs whose
texts, put together, are the text again. Evidence that is not at its offsets is looked for by its words, and reported
where the item does not contain it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from llm_wrap.models import DigestItem, Evidence


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that is evidence or is not."""

    text: str
    evidence: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: its sentences, each with its number (1-based; None for text between sentences) and its runs."""

    sentences: tuple[tuple[int | None, tuple[Run, ...]], ...]


@dataclass(frozen=True, slots=True)
class MarkedItem:
    """An item in runs. `unplaced`: evidence whose words are nowhere in the item."""

    headline: tuple[Run, ...]
    body: tuple[Passage, ...]
    unplaced: tuple[str, ...]


def mark_item(item: DigestItem, evidence: Iterable[Evidence]) -> MarkedItem:
    """The item's headline and body with its evidence marked."""
    spans, unplaced = _place(item.text, evidence)
    shift = len(item.text) - len(item.body)
    in_body = [(start - shift, end - shift) for start, end in spans if end > shift]
    return MarkedItem(_runs(item.headline, 0, len(item.headline), spans), _mark_body(item, in_body), unplaced)


def _mark_body(item: DigestItem, spans: list[tuple[int, int]]) -> tuple[Passage, ...]:
    body = item.body
    passages: list[Passage] = []
    sentences = _find_sentences(item)
    start = 0
    for paragraph in body.split("\n"):
        end = start + len(paragraph)
        pieces: list[tuple[int | None, tuple[Run, ...]]] = []
        at = start
        for number, first, last in sentences:
            if first < at or last > end:
                continue
            if body[at:first]:
                pieces.append((None, _runs(body, at, first, spans)))
            pieces.append((number, _runs(body, first, last, spans)))
            at = last
        if body[at:end].strip():
            pieces.append((None, _runs(body, at, end, spans)))
        if pieces:
            passages.append(Passage(tuple(pieces)))
        start = end + 1
    return tuple(passages)


def mark_text(text: str, evidence: Iterable[str]) -> tuple[Run, ...]:
    """A sentence's runs, with the first place of each evidence that it contains marked."""
    spans = [(text.find(words), text.find(words) + len(words)) for words in evidence if words and words in text]
    return _runs(text, 0, len(text), spans)


def _find_sentences(item: DigestItem) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    at = 0
    for number, sentence in enumerate(item.sentences, 1):
        place = item.body.find(sentence, at)
        if place < 0 or not sentence:
            continue
        at = place + len(sentence)
        found.append((number, place, at))
    return found


def _place(text: str, evidence: Iterable[Evidence]) -> tuple[list[tuple[int, int]], tuple[str, ...]]:
    """(start, end) in `text` of each evidence, and the words of those that are not in it."""
    spans: list[tuple[int, int]] = []
    lost: list[str] = []
    for piece in evidence:
        start = piece.start
        if not piece.text or text[max(start, 0) : piece.end] != piece.text:
            start = text.find(piece.text) if piece.text else -1
        if start < 0:
            lost.append(piece.text)
        else:
            spans.append((start, start + len(piece.text)))
    return spans, tuple(lost)


def _runs(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> tuple[Run, ...]:
    """text[start:end] in runs; overlapping evidence is one run."""
    runs: list[Run] = []
    at = start
    for first, last in sorted(spans):
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        if first > at:
            runs.append(Run(text[at:first], False))
        if runs and runs[-1].evidence:
            runs[-1] = Run(runs[-1].text + text[first:last], True)
        else:
            runs.append(Run(text[first:last], True))
        at = last
    if at < end:
        runs.append(Run(text[at:end], False))
    return tuple(runs)
