"""Puts a brief together from its parts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from llm_wrap.models import (
    Brief,
    DaySentence,
    DigestItem,
    ItemSource,
    LabelledItem,
    ParseResult,
    Reading,
    Summary,
    Theme,
    Usage,
)

SYNOPSIS_NOTE = "This wrap has no Digest: the paragraphs of its Synopsis stand as its items."


def build_brief(
    result: ParseResult,
    *,
    source: ItemSource,
    items: Sequence[DigestItem],
    labels: Sequence[LabelledItem] = (),
    summaries: Sequence[Summary] = (),
    day: Sequence[DaySentence] = (),
    reading: Reading | None = None,
    themes: Sequence[Theme] = (),
    usage: Usage | None = None,
    model: str | None = None,
    prompt: str | None = None,
    notes: Sequence[str] = (),
) -> Brief:
    """The brief; `labels`, where there are any, are one per item, in order. `model` None: nothing was labelled."""
    if labels and [labelled.item for labelled in labels] != list(range(len(items))):
        raise ValueError("labels and items do not belong together")
    told = (SYNOPSIS_NOTE, *notes) if source == "synopsis" and items else tuple(notes)
    return Brief(
        wrap=result.wrap,
        issues=result.issues,
        items=tuple(items),
        labels=tuple(labels),
        summaries=tuple(summaries),
        day=tuple(day),
        reading=reading or Reading(),
        themes=tuple(themes),
        usage=usage or Usage(),
        model=model,
        prompt=prompt,
        notes=told,
    )
