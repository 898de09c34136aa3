"""JSON Schema (2020-12) of the document. In: the records of `models`. Out: a schema in which each name is described.

The shapes are read off the dataclasses, so a field that is added to a record is in the schema, and the test that every
property has a description then fails until `_WORDS` says what it is.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from llm_wrap.brief.document import SCHEMA_VERSION
from llm_wrap.models import (
    Cite,
    DaySentence,
    ItemLabel,
    LabelledItem,
    MarketWrap,
    ParseIssue,
    Provenance,
    Reading,
    Summary,
    Usage,
)

Schema = dict[str, Any]

# "Record.field", or "field" where it means the same in each record.
_WORDS = {
    "line": "1-based line of the source text; 0 where unknown or about the whole text.",
    "MarketWrap.session_date": "The trading day that the wrap reports on.",
    "MarketWrap.title": "The title line as printed.",
    "MarketWrap.title_moves": "The index moves that the title line claims.",
    "MarketWrap.as_of": "Time stamp as printed.",
    "MarketWrap.region": "The market region.",
    "MarketWrap.kind": "Whether it looks back (recap) or ahead (preview, pre-open).",
    "MarketWrap.synopsis": "The Synopsis, one string a paragraph.",
    "MarketWrap.digest": "The Digest items in wrap order.",
    "MarketWrap.gainers": "Notable Gainers.",
    "MarketWrap.decliners": "Notable Decliners.",
    "MarketWrap.economic": "Economic figures that were released or are to come.",
    "MarketWrap.markets": "Equity indices.",
    "MarketWrap.currencies": "Currency pairs.",
    "MarketWrap.tables": "Any further tables, e.g. Commodities.",
    "MarketWrap.company_news": "Company news of a preview or pre-open.",
    "MarketWrap.sections": "Named sections that are no table.",
    "MarketWrap.disclaimer": "The disclaimer as printed.",
    "TitleMove.name": "The index.",
    "TitleMove.level": "Index level, where the title gives one.",
    "DigestItem.headline": "Headline without its trailing colon.",
    "DigestItem.body": "Body; paragraphs joined by a newline.",
    "DigestItem.sentences": "The body's sentences in order, each an exact substring of the body.",
    "DigestItem.tickers": "Tickers named, unique, in order of first mention.",
    "DigestItem.sources": "Outlets named in brackets, unique, in order of first mention.",
    "change_pct": "Change in percent; -1.2 is down 1.2 %.",
    "ticker": "Ticker with exchange suffix, as printed.",
    "Mover.name": "Company name as printed.",
    "Mover.reason": "What moved it, as printed.",
    "note": 'What a row says in place of its figures, or of its change, as printed: "closed".',
    "IndexLevel.name": "Index name as printed.",
    "IndexLevel.change": "Change in index points.",
    "IndexLevel.level": "Level in index points.",
    "CurrencyRate.pair": 'Pair as printed: "$-¥" is yen per dollar.',
    "CurrencyRate.change": "Change of the rate.",
    "CurrencyRate.level": "The rate.",
    "EconomicPrint.country": "Country.",
    "EconomicPrint.period": "Period that the figure is for.",
    "EconomicPrint.indicator": "Indicator as printed, without its status.",
    "EconomicPrint.revised": "Whether status is revised.",
    "EconomicPrint.status": "Release status as printed: an advance estimate is not called preliminary.",
    "EconomicPrint.actual": "Released figure, in `unit`; null where it is still to come.",
    "EconomicPrint.consensus": "Expected figure, in `unit`.",
    "EconomicPrint.prior": "Figure of the prior period, in `unit`; of a row that has the same period's first estimate alone, that (a `row_note` issue says so).",
    "EconomicPrint.unit": '"%", a currency and scale ("A$B"), or null for an index level.',
    "EconomicPrint.when": "Of a release to come, day and hour as printed.",
    "Table.name": "Name of the table.",
    "Table.rows": "Its rows in wrap order.",
    "TableRow.name": "Row name as printed.",
    "TableRow.change": "Change in `change_unit`, or in the unit of the level where that is null.",
    "TableRow.change_unit": 'Unit of the change, e.g. "bp".',
    "TableRow.level": "Level in `unit`.",
    "TableRow.unit": "Unit of the level.",
    "CompanyNews.text": "The news as printed.",
    "Section.name": "Name of the section.",
    "Section.lines": "Its lines as printed.",
    "ParseIssue.kind": "Stable word for the kind of issue.",
    "ParseIssue.message": "One sentence for a reader.",
    "ParseIssue.text": "The source text that it is about.",
    "LabelledItem.source": "Where `item` counts: wrap.digest or wrap.synopsis.",
    "LabelledItem.item": "0-based place in `source`.",
    "LabelledItem.status": "Whether the label held, needs a person, or is missing.",
    "LabelledItem.reason": "Stable word for why it needs review or is missing; null when labelled.",
    "ItemLabel.theme": "Theme; null when unlabelled.",
    "ItemLabel.secondary_themes": "Up to two further themes.",
    "ItemLabel.sentiment": "Likely direct effect on the equities of `sentiment_target`; null when unlabelled.",
    "ItemLabel.sentiment_target": "Region, sector or company that the sentiment is about.",
    "ItemLabel.confidence": "0 to 1, of the less certain of theme and sentiment; null where the model gives no signal.",
    "ItemLabel.confidence_source": "Where the confidence comes from.",
    "ItemLabel.evidence": "Exact words of the item that the label rests on.",
    "Evidence.text": "The words.",
    "Evidence.start": "Offset of the first character in headline + newline + body.",
    "Evidence.end": "Offset after the last character.",
    "Provenance.model": "Model that labelled the item.",
    "Provenance.prompt": "Prompt template and its digest.",
    "Provenance.cached": "Whether the answer came from the cache.",
    "Provenance.prompt_tokens": "Tokens in, of the call that made the label; 0 where none was made now.",
    "Provenance.completion_tokens": "Tokens out, likewise.",
    "Provenance.attempts": "Calls made for this label now.",
    "Summary.source": "Where `item` counts.",
    "Summary.item": "0-based place in `source`.",
    "text": "The sentence.",
    "kind": "extractive: words of the wrap; abstractive: a model's words, checked against the wrap.",
    "cites": "Sentences of the wrap that it rests on.",
    "Cite.source": "Where `item` counts.",
    "Cite.item": "0-based place in `source`.",
    "Cite.sentence": "0-based sentence of the item.",
    "Cite.start": "First character of it in headline + newline + body of the item, or in the Synopsis paragraph.",
    "Cite.end": "Character after the last.",
    "Usage.calls": "Model calls of this run.",
    "Usage.cache_hits": "Answers taken from the cache.",
    "Usage.prompt_tokens": "Tokens in, failed attempts included.",
    "Usage.completion_tokens": "Tokens out.",
    "Usage.estimated": "Whether the tokens are an estimate.",
    "Usage.cost_usd": "Cost in US dollars; null where the price is unknown.",
    "TitleMove.change_pct": "Claimed change in percent.",
    "Reading.tape": "Items beside the rows of the companies that they are about.",
    "Reading.exposure": "Per company, all that the wrap says of it.",
    "Reading.calendar": "Dated and datable events of the text.",
    "Reading.expectations": "Consensus and prior of releases to come, and of those that have come.",
    "Reading.attribution": "Per item, who says so.",
    "Reading.currencies": "Currency rows in plain words.",
    "Reading.watchlist": "The reader's names, mentioned or not.",
    "Reading.ledger": "Defects of the source, a line each.",
    "Place.section": "Part of the wrap.",
    "Place.item": "0-based place in `section`.",
    "Place.sentence": "0-based sentence of the item; null for its headline or a row.",
    "TapeCheck.source": "Where `item` counts.",
    "TapeCheck.item": "0-based place in `source`.",
    "TapeCheck.company": "The company as its row names it.",
    "TapeCheck.sentiment": "The item's sentiment.",
    "TapeCheck.verdict": "Whether the row confirms or contradicts the sentiment; open where neither can be said.",
    "Exposure.name": "The company.",
    "Exposure.facts": "One entry a fact, however often the wrap tells it.",
    "ExposedFact.role": "Whether the company is the subject or named in passing.",
    "ExposedFact.direction": "What it means for the company; null where unknown.",
    "ExposedFact.places": "Every place that tells it.",
    "CalendarEvent.what": "The event, in words of the wrap.",
    "CalendarEvent.words": "The exact words that give the time.",
    "CalendarEvent.start": "First day.",
    "CalendarEvent.end": "Last day, included.",
    "CalendarEvent.company": "Of what a row of movers or company news tells, whose it is: the row's name or ticker.",
    "place": "Where it stands.",
    "Expectation.country": "Country.",
    "Expectation.indicator": "Indicator.",
    "Expectation.period": "Period that the figure is for.",
    "Expectation.consensus": "Expected figure, in `unit`.",
    "Expectation.prior": "Figure of the prior period, in `unit`; of a row that has the same period's first estimate alone, that (a `row_note` issue says so).",
    "Expectation.unit": '"%" or a currency and scale; null for a plain number.',
    "Expectation.due": "Day of the release, where the text gives one.",
    "Expectation.words": "The exact words that it was read from.",
    "Expectation.actual": "The print that met it, in `unit`; null while it is open.",
    "Expectation.surprise": "Actual less consensus.",
    "Expectation.met_on": "Session date of the wrap that has the print.",
    "Expectation.stated_on": "Session date of the wrap that `place` is in.",
    "Attribution.source": "Where `item` counts.",
    "Attribution.item": "0-based place in `source`.",
    "Attribution.grade": "The best that the item has, from a statement on the record down to unattributed.",
    "Attribution.outlets": "Named outlets, in order.",
    "Attribution.single_source": "Whether all of it rests on one outlet or one unnamed source.",
    "Attribution.words": "The exact words that decided the grade; null for unattributed.",
    "Attribution.lead": "What headline and first sentence rest on by themselves, where that is weaker than the grade.",
    "CurrencyMove.pair": "Pair as printed.",
    "CurrencyMove.words": "Who moved against whom, in words.",
    "WatchedName.name": "The name as the reader wrote it.",
    "WatchedName.matched": "The forms found in the wrap.",
    "WatchedName.places": "Every place that mentions it; empty where there is none.",
    "WatchedName.near": "Of a name that is not mentioned, companies whose longer names begin with it: perhaps it, and not counted as it.",
    "NearName.name": "The longer name, as the wrap has it.",
    "NearName.places": "Every place that has it.",
    "LedgerEntry.kind": "The issue's kind.",
    "LedgerEntry.text": "What a reader needs to know.",
}


def build_schema() -> Schema:
    """The schema of both documents: of `parse` (schema_version, wrap) and of `brief` (all of it)."""
    wrap = _object(MarketWrap)
    wrap["properties"]["issues"] = _array(_object(ParseIssue), "Defects of the source, and what could not be read.")
    wrap["required"].append("issues")
    brief_parts: Schema = {
        "labels": _array(_label(), "One per digest item (or Synopsis paragraph, where there is no Digest)."),
        "summaries": _array(_object(Summary), "One sentence an item."),
        "day": _closed({"sentences": _array(_object(DaySentence), "The day in a few sentences.")}, "The day."),
        "reading": {**_object(Reading), "description": "What the wrap says about itself, found by code alone."},
        "usage": {**_object(Usage), "description": "What the run used."},
        "model": _nullable({"type": "string"}, "Model of this run; null without one."),
        "prompt": _nullable({"type": "string"}, "Prompt template and digest of this run; null without a model."),
        "notes": _array({"type": "string"}, "What a reader must know about this run."),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "llm_wrap document",
        "description": "A daily market wrap, parsed; with labels and summaries where a brief was made of it.",
        **_closed(
            {
                "schema_version": {"const": SCHEMA_VERSION, "description": "Version of this schema."},
                "wrap": {**wrap, "description": "The wrap as parsed."},
                **brief_parts,
            }
        ),
        "required": ["schema_version", "wrap"],
        # A document of `parse` has none of the parts of a brief, a document of `brief` has each of them.
        "dependentRequired": {name: [other for other in brief_parts if other != name] for name in brief_parts},
    }


def _label() -> Schema:
    properties: Schema = {}
    for record in (LabelledItem, ItemLabel, Provenance):
        properties |= _object(record)["properties"]
    del properties["label"], properties["provenance"]
    del properties["draft"]  # never shown: what became of it is in `summaries`
    del properties["seconds"]  # differs from run to run: it is measured by `llm-wrap eval`, and not published
    for name in ("theme", "sentiment"):
        words = properties[name].pop("description")
        properties[name] = _nullable(properties[name], words)
    schema = _closed(properties)
    unlabelled = {"properties": {"status": {"const": "unlabelled"}}}
    schema["if"] = unlabelled
    null, text = {"type": "null"}, {"type": "string"}
    schema["then"] = {"properties": {"theme": null, "sentiment": null, "reason": text}}
    schema["else"] = {"properties": {"theme": text, "sentiment": text}}
    return schema


def _object(record: type) -> Schema:
    hints = get_type_hints(record)
    properties: Schema = {}
    for field in fields(cast(Any, record)):
        words = _WORDS.get(f"{record.__name__}.{field.name}") or _WORDS.get(field.name, "")
        properties[field.name] = {**_type(hints[field.name]), "description": words}
    if record is Cite:  # found in the text when the document is written
        properties |= {name: {**_type(int), "description": _WORDS[f"Cite.{name}"]} for name in ("start", "end")}
    sparse = {field.name for field in fields(cast(Any, record)) if field.metadata}
    return _closed(properties) | {"required": [name for name in properties if name not in sparse]}


def _type(hint: Any) -> Schema:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (Union, types.UnionType):
        (inner,) = (part for part in arguments if part is not type(None))
        return _nullable(_type(inner))
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0])}
    if is_dataclass(hint):
        return _object(cast(type, hint))
    return dict(_PLAIN[hint])


_PLAIN: dict[type, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    float: {"type": "number", "minimum": 0, "maximum": 1},
    Decimal: {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}


def _nullable(schema: Schema, words: str = "") -> Schema:
    nullable: Schema = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        nullable["enum"] = [*schema["enum"], None]
    return {**nullable, "description": words} if words else nullable


def _array(items: Schema, words: str) -> Schema:
    return {"type": "array", "items": items, "description": words}


def _closed(properties: Schema, words: str = "") -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"description": words, **schema} if words else schema
