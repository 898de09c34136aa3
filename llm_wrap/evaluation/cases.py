"""The cases of a corpus: a wrap and its truth, two files of one name. The split is by session date and fixed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from llm_wrap.errors import InputError

Split = Literal["train", "dev", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalCase:
    """A wrap at `path` and what is true of it; `wrap` is the parse truth, `items` the labels, as in evals/corpus/README.md."""

    name: str
    path: Path
    split: Split
    wrap: Mapping[str, Any]
    items: tuple[Mapping[str, Any], ...]


def load_cases(folder: Path) -> tuple[EvalCase, ...]:
    """The cases of `folder`, by name. InputError names the file that is missing or no JSON; an empty folder is one, too."""
    truths = sorted(folder.glob("*.json"))
    if not truths:
        raise InputError(f"{folder}: holds no case: a case is NAME.txt (or .html, .eml, .md) and NAME.json beside it")
    return tuple(_load_case(truth) for truth in truths)


def split_of(name: str) -> Split:
    """test = 2026, dev = July to December 2025, train = before. The name starts with the session date.

    >>> split_of("2026-02-10-asia-recap"), split_of("2025-07-01-us-close"), split_of("2025-06-30-us-close")
    ('test', 'dev', 'train')
    """
    date = name[:10]
    return "test" if date >= "2026" else "dev" if date >= "2025-07" else "train"


def _load_case(truth: Path) -> EvalCase:
    source = next((path for path in sorted(truth.parent.glob(f"{truth.stem}.*")) if path.suffix != ".json"), None)
    if source is None:
        raise InputError(f"{truth}: there is no wrap of this name beside it")
    try:
        told = json.loads(truth.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{truth}: cannot read this truth ({error})") from error
    return EvalCase(
        name=truth.stem, path=source, split=split_of(truth.stem), wrap=told["wrap"], items=tuple(told.get("items", ()))
    )
