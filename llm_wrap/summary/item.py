"""One sentence per item: its key sentence, as it stands in the wrap."""

from __future__ import annotations

from llm_wrap.models import Cite, DigestItem, LabelledItem, Summary


def summarise_item(item: DigestItem, labelled: LabelledItem) -> Summary:
    """The sentence that the label's evidence is in; the first one where the evidence is the headline or there is none.

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
    start = labelled.label.evidence[0].start
    position = len(item.headline) + 1 if item.headline else 0
    for number, sentence in enumerate(item.sentences):
        position = item.text.find(sentence, position)
        if position <= start < position + len(sentence):
            return number
        position += len(sentence)
    return 0
