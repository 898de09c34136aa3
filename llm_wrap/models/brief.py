"""The brief: what is said about a wrap, and all that a renderer needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from llm_wrap.models.labels import ItemSource, LabelledItem
from llm_wrap.models.reading import Reading
from llm_wrap.models.wrap import DigestItem, MarketWrap, ParseIssue

SummaryKind = Literal["abstractive", "extractive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """A sentence of the wrap: number `sentence` (0-based) of item or paragraph `item` of `source`."""

    source: ItemSource
    item: int
    sentence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One sentence about an item and the sentences that it rests on."""

    source: ItemSource
    item: int
    text: str
    kind: SummaryKind
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySentence:
    """One sentence about the day and the sentences that it rests on."""

    text: str
    kind: SummaryKind
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a run used. Tokens as billed, failed attempts included; `cost_usd` None where the price is unknown."""

    calls: int = 0
    cache_hits: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    cost_usd: Decimal | None = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One row of the theme file: its name, what it is about, the theme it rolls up into, and how people read it."""

    name: str
    about: str
    rollup: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The tagged brief: all that any of the renderers needs.

    Attributes:
        labels: one per item, in the order of `items`.
        items: what was labelled: the Digest, or the Synopsis paragraphs of a wrap that has no Digest.
        model, prompt: None with --no-llm.
        notes: what a reader must know about this run, one sentence each ("No digest: Synopsis paragraphs are labelled").
    """

    wrap: MarketWrap
    issues: tuple[ParseIssue, ...] = ()
    items: tuple[DigestItem, ...] = ()
    labels: tuple[LabelledItem, ...] = ()
    summaries: tuple[Summary, ...] = ()
    day: tuple[DaySentence, ...] = ()
    reading: Reading = field(default_factory=Reading)
    themes: tuple[Theme, ...] = ()
    usage: Usage = field(default_factory=Usage)
    model: str | None = None
    prompt: str | None = None
    notes: tuple[str, ...] = ()
