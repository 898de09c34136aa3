"""One sentence per item: its first, as it stands in the wrap."""

from __future__ import annotations

from llm_wrap.models import Cite, DigestItem, LabelledItem, Summary


def summarise_item(item: DigestItem, labelled: LabelledItem) -> Summary:
    """The item's first sentence: it says what happened, where the label's evidence may be what decided the sentiment.

    On the items whose key sentence is labelled, the first one is right more often than the embedded model's choice
    (`llm-wrap eval summaries --key-sentences`). An item without a body is summarised by its headline and cites nothing.
    """
    if not item.sentences:
        return Summary(source=labelled.source, item=labelled.item, text=item.headline, kind="extractive", cites=())
    return Summary(
        source=labelled.source,
        item=labelled.item,
        text=item.sentences[0],
        kind="extractive",
        cites=(Cite(source=labelled.source, item=labelled.item, sentence=0),),
    )


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
