"""Labelled items, from the corpus or from rows of JSON: the text that a model sees, and what is true of it.

An item's id in the corpus is CASE:SOURCE:NUMBER, e.g. "2025-07-24-us-close-a:digest:0". Its group is what chance acts on as
one: its wrap. Rows of training files and of other people's sets that name no group are groups of one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.evaluation.cases import Split, load_cases
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.models import SENTIMENTS, DigestItem
from llm_wrap.parsing.sentences import make_item


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalItem:
    """One item and its truth.

    Attributes:
        theme, sentiment: None where this item is no case of it.
        theme_ok, sentiment_ok: labels that a careful second reader could also give, the chosen one first.
        key_sentence: counts the body's sentences from 0; None where the headline alone decides.
        key_sentence_ok: with what a second reader chose, where there was one.
    """

    id: str
    group: str
    item: DigestItem
    theme: str | None
    theme_ok: tuple[str, ...]
    sentiment: str | None
    sentiment_ok: tuple[str, ...]
    secondary_themes: tuple[str, ...] = ()
    sentiment_target: str | None = None
    key_sentence: int | None = None
    key_sentence_ok: tuple[int, ...] = ()
    borderline: bool = False
    date: str | None = None
    region: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalSet:
    """Items that are scored together.

    Attributes:
        name: what the report calls it.
        sentiments: the sentiments that its labels know; a model's `mixed` is not held against it where they lack it.
        rollup_only: its themes are the headline ones, so the nine are not scored.
    """

    name: str
    items: tuple[EvalItem, ...]
    sentiments: tuple[str, ...] = SENTIMENTS
    rollup_only: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the ids and texts, not of the labels: what predictions are bound to."""
        rows = [(one.id, one.item.headline, one.item.body) for one in self.items]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode("utf-8")).hexdigest()


def load_corpus_items(folder: Path, split: Split) -> EvalSet:
    """The labelled items of a split of the corpus. InputError where there are none."""
    items: list[EvalItem] = []
    for case in load_cases(folder):
        if case.split != split:
            continue
        for labels in case.items:
            where = f"{case.name}:{labels['source']}:{labels['item']}"
            text = case.wrap[labels["source"]][labels["item"]]
            text = {"headline": "", "body": text} if isinstance(text, str) else text
            place = {"group": case.name, "date": case.name[:10], "region": case.wrap.get("region")}
            row = {**labels, "headline": text["headline"], "body": text["body"], "id": where, **place}
            items.append(read_item(row, where))
    if not items:
        raise InputError(f"{folder}: no labelled items of the split {split} here")
    return EvalSet(name=f"{split} split of the corpus", items=tuple(items))


def load_rows(files: Sequence[Path], name: str) -> EvalSet:
    """Rows as in evals/train: one JSON object a line. InputError where a row is none, or an id stands twice."""
    items: list[EvalItem] = []
    seen: set[str] = set()
    for path in files:
        for where, row in read_json_lines(path):
            item = read_item({"style": "digest", **row}, where)
            if item.id in seen:
                raise InputError(f"{where}: the id {item.id!r} stands twice")
            seen.add(item.id)
            items.append(item)
    if not items:
        raise InputError(f"{name}: no labelled items here")
    return EvalSet(name=name, items=tuple(items))


def read_item(row: Mapping[str, Any], where: str) -> EvalItem:
    """One row, as `schema --item` describes it; the theme or the sentiment may be missing. InputError names `where`."""
    try:
        theme, sentiment = row.get("theme"), row.get("sentiment")
        key = row.get("key_sentence")
        return EvalItem(
            id=str(row["id"]),
            group=str(row.get("group") or row["id"]),
            item=make_item(str(row.get("headline") or ""), str(row.get("body") or "")),
            theme=theme,
            theme_ok=tuple(row.get("theme_ok") or ([theme] if theme else ())),
            sentiment=_known_sentiment(sentiment, where),
            sentiment_ok=tuple(row.get("sentiment_ok") or ([sentiment] if sentiment else ())),
            secondary_themes=tuple(row.get("secondary_themes") or ()),
            sentiment_target=row.get("sentiment_target") or None,
            key_sentence=key if isinstance(key, int) else None,
            key_sentence_ok=tuple(row.get("key_sentence_ok") or ()),
            borderline=bool(row.get("borderline")),
            date=row.get("date"),
            region=row.get("region"),
            style=row.get("style"),
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{where}: not a labelled item ({error!r})") from error


def take_items(evals: EvalSet, count: int) -> EvalSet:
    """`count` of the items, chosen by a hash of their text: the same ones each time, whatever the order of the file."""
    if count >= len(evals.items):
        return evals
    ordered = sorted(evals.items, key=lambda one: hashlib.sha256(one.item.text.encode("utf-8")).hexdigest())
    kept = {one.id for one in ordered[:count]}
    items = tuple(one for one in evals.items if one.id in kept)
    return replace(evals, name=f"{evals.name} ({len(items)} of {len(evals.items)})", items=items)


def check_themes(evals: EvalSet, themes: ThemeSet) -> None:
    """InputError where a label is none of the themes that a model is asked for."""
    for one in evals.items:
        unknown = {*one.theme_ok, *one.secondary_themes, one.theme} - {*themes.names, None}
        if unknown:
            raise InputError(
                f"{one.id}: the theme {sorted(map(str, unknown))[0]!r} is none of {', '.join(themes.names)}"
            )


def read_json_lines(path: Path) -> Iterable[tuple[str, dict[str, Any]]]:
    """The objects of a JSON-lines file, each with FILE:LINE. InputError where it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # splitlines() would cut a text at its U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot read these rows ({getattr(error, 'strerror', None) or 'not UTF-8'})"
        ) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: not a line of JSON") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: not a JSON object")
        yield f"{path}:{number}", row


def _known_sentiment(sentiment: object, where: str) -> str | None:
    if sentiment is not None and sentiment not in SENTIMENTS:
        raise InputError(f"{where}: the sentiment {sentiment!r} is none of {', '.join(SENTIMENTS)}")
    return None if sentiment is None else str(sentiment)
