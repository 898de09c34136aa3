"""Labelled digest items to what the model is trained on: chat messages in, one line of JSON out.

A row of `evals/train/*.jsonl` is a digest item with its labels by the label guide. `key_sentence` counts the body's
sentences from 0; the answer's `sentence` counts the lines of the prompt, where 0 is the headline.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.evaluation.items import read_json_lines
from llm_wrap.labelling.prompts import load_prompt, number_sentences
from llm_wrap.models import SENTIMENTS, DigestItem
from llm_wrap.parsing.sentences import make_item

PROMPT = "label_item_trained"
THEMES = (
    "trade", "ai_semis", "macro", "corporate", "policy", "geopolitics", "commodities", "property_credit", "other",
)  # fmt: skip
_MAX_TARGET = 60  # characters; the product's grammar has the same bound


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled item.

    Attributes:
        theme_ok, sentiment_ok: the labels that a careful second reader could also give, the chosen one first.
        sentence: the line of the prompt that decides, 0 = the headline.
        sentence_known: False where the row's key sentence is not one of the body's; it is then not trained on.
        sentence_ok: the lines that a second reader found to decide, `sentence` among them.
    """

    id: str
    item: DigestItem
    theme: str
    also: tuple[str, ...]
    theme_ok: tuple[str, ...]
    sentiment: str
    sentiment_ok: tuple[str, ...]
    target: str
    sentence: int
    sentence_known: bool = True
    sentence_ok: tuple[int, ...] = ()
    style: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Two disjoint lists of examples."""

    train: list[Example]
    held_out: list[Example]


def read_example(row: dict[str, Any], where: str) -> Example:
    """One row of a training file; InputError names the row where a label is none of the label guide's."""
    theme, sentiment = row["theme"], row["sentiment"]
    also = tuple(row.get("secondary_themes") or ())[:2]
    theme_ok = tuple(row.get("theme_ok") or (theme,))
    sentiment_ok = tuple(row.get("sentiment_ok") or (sentiment,))
    if not {theme, *also, *theme_ok} <= set(THEMES) or not {sentiment, *sentiment_ok} <= set(SENTIMENTS):
        raise InputError(f"{where}: a theme or a sentiment that the label guide does not have")
    item = make_item(row["headline"], row.get("body") or "")
    key = row.get("key_sentence")
    known = isinstance(key, int) and 0 <= key < len(item.sentences)
    line = key + 1 if known and key is not None else (0 if item.headline else 1)
    return Example(
        id=row["id"],
        item=item,
        theme=theme,
        also=tuple(name for name in also if name != theme),
        theme_ok=theme_ok,
        sentiment=sentiment,
        sentiment_ok=sentiment_ok,
        target=" ".join(str(row.get("sentiment_target") or "").split())[:_MAX_TARGET],
        sentence=line,
        sentence_known=known or not item.sentences,
        sentence_ok=tuple(dict.fromkeys((line, *(other + 1 for other in row.get("key_sentence_ok") or ())))),
        style=row.get("style", "digest"),
    )


def read_examples(files: Iterable[Path]) -> list[Example]:
    """All rows of the JSON-lines files, in order; InputError where an id stands twice or a row is broken."""
    examples: list[Example] = []
    seen: set[str] = set()
    for path in files:
        for where, row in read_json_lines(path):
            try:
                example = read_example(row, where)
            except (ValueError, KeyError) as error:
                raise InputError(f"{where}: not a labelled item ({error!r})") from error
            if example.id in seen:
                raise InputError(f"{where}: the id {example.id!r} stands twice")
            seen.add(example.id)
            examples.append(example)
    return examples


def split_examples(examples: Sequence[Example], share: float = 0.08) -> Split:
    """Holds out `share` of each style and sentiment, chosen by the hash of the id: rows added later move no other."""
    strata: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        strata[example.style, example.sentiment].append(example)
    held: set[str] = set()
    for rows in strata.values():
        ordered = sorted(rows, key=lambda example: hashlib.sha256(f"wrap-labels:{example.id}".encode()).hexdigest())
        held.update(example.id for example in ordered[: round(share * len(rows))])
    return Split([e for e in examples if e.id not in held], [e for e in examples if e.id in held])


def vary(example: Example, chance: random.Random) -> Example:
    """One epoch's variant of an example. Now and then the headline goes: a Synopsis paragraph is labelled without one.

    The body is never dropped: in the harder items it says the opposite of the headline, and carries the label.
    """
    if len(example.item.sentences) >= 2 and chance.random() < 0.06:
        return replace(example, item=replace(example.item, headline=""))
    return example


def fill_messages(item: DigestItem) -> list[dict[str, str]]:
    """The chat messages exactly as the product sends them."""
    return load_prompt(PROMPT).fill(item=number_sentences(item))


def write_answer(example: Example) -> str:
    """The answer that the model learns: compact JSON on one line, keys in the order in which they are decided."""
    fields = {
        "theme": example.theme,
        "also": list(example.also),
        "sentiment": example.sentiment,
        "target": example.target,
        "sentence": example.sentence,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def file_hashes(files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 by file name, for the card."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
