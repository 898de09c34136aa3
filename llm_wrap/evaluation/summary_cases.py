"""Faithful abstractive sentences over invented items: what a guard must let through, and what errors are made in.

    {"id": "b023.1", "item": "b023", "cites": [0, 1], "text": "…"}

`item` is the id of an item of evals/train, or CASE#NUMBER for a digest item of evals/corpus. The sentences of `faithful.jsonl` are halved by
a hash of their id: the guard may be tuned on one half, `tune`, and never on the other, `held`; nor on `held-2` to `held-6`. `prompted`
and `held-6` are what hosted models wrote when asked with prompts/label_and_summarise.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llm_wrap.errors import InputError
from llm_wrap.evaluation.items import read_json_lines
from llm_wrap.models import DigestItem
from llm_wrap.parsing.sentences import split_sentences

SentenceSet = Literal["tune", "held", "second", "held-2", "held-3", "held-4", "held-5", "prompted", "held-6"]

# The files of a folder, the set that their sentences belong to (those of the first are halved), and whose they are.
_FILES: dict[str, tuple[SentenceSet | None, int]] = {
    "faithful": (None, 1),
    "tuning": ("tune", 1),
    "tuning-2": ("tune", 2),
    "tuning-3": ("tune", 2),
    "tuning-4": ("tune", 3),
    "tuning-5": ("tune", 4),
    "tuning-6": ("tune", 5),
    "second-look": ("second", 1),
    "held-out-2": ("held-2", 2),
    "held-out-3": ("held-3", 3),
    "held-out-4": ("held-4", 6),
    "held-out-5": ("held-5", 7),
    "prompted-1": ("prompted", 8),
    "prompted-2": ("prompted", 9),
    "prompted-3": ("prompted", 10),
    "held-out-6": ("held-6", 11),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FaithfulSentence:
    """A sentence, its item and the numbers of the item's sentences that it rests on; `writer` tells sentences of one hand."""

    id: str
    set: SentenceSet
    item: DigestItem
    cites: tuple[int, ...]
    text: str
    writer: int

    @property
    def cited(self) -> list[str]:
        return [self.item.sentences[number] for number in self.cites]


def load_faithful(folder: Path, items: Mapping[str, DigestItem]) -> list[FaithfulSentence]:
    """The sentences of the files in `folder`."""
    found: list[FaithfulSentence] = []
    for name, (kind, writer) in _FILES.items():
        path = folder / f"{name}.jsonl"
        if path.is_file():
            found += _read_file(path, kind, writer, items)
    if not found:
        raise InputError(f"{folder}: holds no faithful sentences (faithful.jsonl)")
    return found


def half_of(identity: str) -> SentenceSet:
    """ "held" for half of all ids, by their SHA-256."""
    return "held" if int(hashlib.sha256(identity.encode()).hexdigest(), 16) % 2 else "tune"


def read_training_items(paths: Iterable[Path]) -> Iterator[tuple[str, DigestItem]]:
    """The items of evals/train by their id."""
    for path in paths:
        for _, told in read_json_lines(path):
            yield (
                str(told["id"]),
                DigestItem(headline=told["headline"], body=told["body"], sentences=split_sentences(told["body"])),
            )


def _read_file(
    path: Path, kind: SentenceSet | None, writer: int, items: Mapping[str, DigestItem]
) -> Iterator[FaithfulSentence]:
    for where, told in read_json_lines(path):
        item = items.get(told["item"])
        if item is None or max(told["cites"]) >= len(item.sentences):
            raise InputError(f"{where}: there is no item {told['item']}, or it has fewer sentences")
        identity = str(told["id"])
        yield FaithfulSentence(
            id=identity,
            set=kind or half_of(identity),
            item=item,
            cites=tuple(told["cites"]),
            text=told["text"],
            writer=writer,
        )
