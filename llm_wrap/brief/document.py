"""The JSON document that others build on. In: a `Brief` or a `ParseResult`. Out: plain data with the published names.

Names and shapes are fixed by schema version 1 (`schema.py` describes them). Decimals are strings with the digits of the
wrap, dates are ISO, tuples are arrays, and everything that a record has is there: null and [] are written out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from llm_wrap.brief.cites import cited_span
from llm_wrap.models import Brief, DaySentence, LabelledItem, MarketWrap, ParseIssue, ParseResult, Summary
from llm_wrap.models.plain import to_plain

SCHEMA_VERSION = 1

# Valid in a JSON string, and not to be sent to a terminal: DEL and C1 controls, zero-width and bidi marks, surrogates.
_UNSAFE = {
    code: f"\\u{code:04x}"
    for start, end in (
        (0x7F, 0x9F),
        (0x200B, 0x200F),
        (0x2028, 0x202E),
        (0x2060, 0x206F),
        (0xD800, 0xDFFF),
        (0xFEFF, 0xFEFF),
    )
    for code in range(start, end + 1)
}
_UNSAFE[0x061C] = "\\u061c"


def to_document(brief: Brief) -> dict[str, object]:
    """The document of `brief --format json`."""
    return {
        **wrap_document(ParseResult(wrap=brief.wrap, issues=brief.issues)),
        "labels": [_label(label) for label in brief.labels],
        "summaries": [_cite_places(brief, summary) for summary in brief.summaries],
        "day": {"sentences": [_cite_places(brief, sentence) for sentence in brief.day]},
        "reading": to_plain(brief.reading),
        "usage": to_plain(brief.usage),
        "model": brief.model,
        "prompt": brief.prompt,
        "notes": list(brief.notes),
    }


def wrap_document(result: ParseResult) -> dict[str, object]:
    """The document of `parse --format json`: the wrap and what was wrong with it."""
    return {"schema_version": SCHEMA_VERSION, "wrap": _wrap(result.wrap, result.issues)}


def document_schema() -> dict[str, object]:
    """JSON Schema 2020-12 of both documents; `llm-wrap schema` prints it."""
    from llm_wrap.brief.schema import build_schema  # a brief in another format needs none of it

    return build_schema()


def render_json(document: Mapping[str, object]) -> str:
    """The document as text, ending in a newline; characters that act on a terminal are written as escapes."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).translate(_UNSAFE) + "\n"


def _wrap(wrap: MarketWrap, issues: Iterable[ParseIssue]) -> dict[str, object]:
    return {**to_plain(wrap), "issues": [to_plain(issue) for issue in issues]}


def _label(labelled: LabelledItem) -> dict[str, object]:
    label, made = labelled.label, labelled.provenance
    return {
        "source": labelled.source,
        "item": labelled.item,
        "status": labelled.status,
        "reason": labelled.reason,
        "theme": label.theme if label else None,
        "secondary_themes": list(label.secondary_themes) if label else [],
        "sentiment": label.sentiment if label else None,
        "sentiment_target": label.sentiment_target if label else None,
        "confidence": label.confidence if label else None,
        "confidence_source": label.confidence_source if label else "none",
        "evidence": [to_plain(words) for words in label.evidence] if label else [],
        "model": made.model,
        "prompt": made.prompt,
        "cached": made.cached,
        "prompt_tokens": made.prompt_tokens,
        "completion_tokens": made.completion_tokens,
        "attempts": made.attempts,
    }


def _cite_places(brief: Brief, told: Summary | DaySentence) -> dict[str, object]:
    """A summary with the places of the sentences that it cites."""
    cites = []
    for cite in told.cites:
        start, end = cited_span(brief, cite)
        cites.append({**to_plain(cite), "start": start, "end": end})
    return {**to_plain(told), "cites": cites}
