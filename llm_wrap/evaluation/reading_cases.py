"""Cases of the reading: a short text or a small wrap, and what is expected. In: `MODULE.jsonl` files. Out: cases, wraps.

A line is one case: `id`, `split`, the text or wrap, and the truth under the module's own key. evals/reading/README.md describes the keys and says
who wrote which split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.evaluation.items import read_json_lines
from llm_wrap.models import DigestItem, ItemLabel, LabelledItem, MarketWrap, Mover, Provenance
from llm_wrap.parsing.mentions import find_mentions
from llm_wrap.parsing.sentences import make_item

MODULES = ("tape", "exposure", "ledger", "calendar", "expectations", "attribution", "currency", "watchlist")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCase:
    """One case. `told` is its line as it stands in the file."""

    module: str
    name: str
    split: str
    told: Mapping[str, Any]


def load_reading_cases(folder: Path) -> tuple[ReadingCase, ...]:
    """The cases of every module; InputError where a file is missing or a line of it is no case."""
    cases = []
    for module in MODULES:
        path = folder / f"{module}.jsonl"
        for where, told in read_json_lines(path):
            try:
                cases.append(ReadingCase(module=module, name=told["id"], split=told["split"], told=told))
            except KeyError as error:
                raise InputError(f"{where}: no case ({error!r})") from error
    return tuple(cases)


def build_text_wrap(told: Mapping[str, Any]) -> MarketWrap:
    """A wrap whose Synopsis is the case's text."""
    return MarketWrap(session_date=date.fromisoformat(told["session_date"]), synopsis=tuple(told["text"].split("\n")))


def build_wrap(told: Mapping[str, Any]) -> MarketWrap:
    """The wrap that a case describes by its parts."""
    return MarketWrap(
        session_date=date.fromisoformat(told.get("session_date", "2025-11-06")),
        synopsis=tuple(told.get("synopsis", ())),
        digest=tuple(build_item(item) for item in told.get("digest", ())),
        gainers=tuple(_mover(row) for row in told.get("gainers", ())),
        decliners=tuple(_mover(row) for row in told.get("decliners", ())),
    )


def build_item(told: Mapping[str, Any]) -> DigestItem:
    """A Digest item of a headline and a body."""
    headline = told["headline"].removesuffix(":")
    mentions = find_mentions(f"{headline}\n{told['body']}")
    return replace(
        make_item(headline, told["body"]),
        tickers=tuple(one.ticker for one in mentions.tickers),
        sources=find_mentions(told["body"]).sources,
    )


def build_labels(told: Mapping[str, Any]) -> tuple[LabelledItem, ...]:
    """The labels that a case gives its Digest items; None for an item without one."""
    return tuple(
        LabelledItem(
            source="digest",
            item=number,
            status="labelled" if item.get("sentiment") else "unlabelled",
            reason=None if item.get("sentiment") else "no_label",
            label=_label(item),
            provenance=Provenance(model="case", prompt="case"),
        )
        for number, item in enumerate(told.get("digest", ()))
    )


def _label(item: Mapping[str, Any]) -> ItemLabel | None:
    if not item.get("sentiment"):
        return None
    return ItemLabel(
        theme="corporate",
        secondary_themes=(),
        sentiment=item["sentiment"],
        sentiment_target=item.get("sentiment_target"),
        confidence=None,
        confidence_source="none",
        evidence=(),
    )


def _mover(row: Mapping[str, Any]) -> Mover:
    return Mover(
        change_pct=Decimal(row["change_pct"]), ticker=row.get("ticker"), name=row.get("name"), reason=row["reason"]
    )
