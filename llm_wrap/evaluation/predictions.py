"""What a model said about the items of a set, one JSON line an item, under a header that binds it to what was asked.

The header's hashes name what the answers depend on: prompt, label guide, themes, model, adapter, how probabilities are read,
and the texts. A row's `asked` is the digest of everything that the model saw; where it changes, the row is of another question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.evaluation.items import EvalItem, read_json_lines
from llm_wrap.labelling.answers import SCHEMA_VERSION
from llm_wrap.labelling.prompts import prompts_folder
from llm_wrap.labelling.task import LabelChances, LabellingTask, item_key
from llm_wrap.models import DigestItem, LabelledItem

FORMAT = 1
HASHES = ("prompt", "guide", "themes", "model", "adapter", "calibration", "texts")
_DIGITS = 4  # of a probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What was said about one item.

    Attributes:
        asked: digest of everything that the model saw of and beside the item; empty for a baseline.
        text: digest of the item's text alone, the same for every model.
        theme, sentiment: None where the item is unlabelled, which `reason` explains.
        themes, sentiments: the probability of each label after correction; None where the model gives none.
        seconds, attempts: of the call; None and 0 where the answer came from the cache.
    """

    id: str
    status: str
    asked: str = ""
    text: str = ""
    reason: str | None = None
    theme: str | None = None
    secondary_themes: tuple[str, ...] = ()
    sentiment: str | None = None
    sentiment_target: str | None = None
    confidence: float | None = None
    confidence_source: str = "none"
    themes: Mapping[str, float] | None = None
    sentiments: Mapping[str, float] | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    cached: bool = False
    seconds: float | None = None
    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line of a file of predictions.

    Attributes:
        data: what was labelled, as the report names it; `source` is how it was given on the command line.
        usage: calls, tokens and US$ of the whole run, once it is through.
    """

    model: str
    data: str
    source: Mapping[str, Any]
    items: int
    hashes: Mapping[str, str]
    review_below: float | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PredictionFile:
    """A header and its rows."""

    header: Header
    rows: tuple[Prediction, ...]


def make_prediction(
    task: LabellingTask, one: EvalItem, labelled: LabelledItem, chances: LabelChances | None
) -> Prediction:
    """The row of a labelled item; `chances` are its corrected probabilities, where there are any."""
    label, made = labelled.label, labelled.provenance
    return Prediction(
        id=one.id,
        asked=item_key(task, one.item)[:16],
        text=text_digest(one.item),
        status=labelled.status,
        reason=labelled.reason,
        theme=label.theme if label else None,
        secondary_themes=label.secondary_themes if label else (),
        sentiment=label.sentiment if label else None,
        sentiment_target=label.sentiment_target if label else None,
        confidence=label.confidence if label else None,
        confidence_source=label.confidence_source if label else "none",
        themes=_rounded(chances.themes) if chances and label else None,
        sentiments=_rounded(chances.sentiments) if chances and label else None,
        evidence=tuple(asdict(part) for part in label.evidence) if label else (),
        cached=made.cached,
        seconds=None if made.cached or not made.attempts else made.seconds,
        attempts=made.attempts,
        prompt_tokens=made.prompt_tokens,
        completion_tokens=made.completion_tokens,
    )


def text_digest(item: DigestItem) -> str:
    """Of headline and body, 12 hex digits."""
    return hashlib.sha256(item.text.encode("utf-8")).hexdigest()[:12]


def bind_hashes(task: LabellingTask, texts: str) -> dict[str, str]:
    """The hashes of a header, of 16 hex digits, for a task and the digest of a set's texts."""
    guide = (prompts_folder() / "label_guide.md").read_bytes()
    identity = dict(task.identity)
    adapter = identity.pop("adapter", "none")
    told = {
        "prompt": task.prompt.digest,
        "guide": hashlib.sha256(guide).hexdigest(),
        "themes": task.themes.digest,
        "model": identity.get("weights") or _digest(identity),
        "adapter": adapter,
        "calibration": _digest({**asdict(task.calibration), "discount": task.discount, "schema": SCHEMA_VERSION}),
        "texts": texts,
    }
    return {name: told[name][:16] for name in HASHES}


def find_mismatches(recorded: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the hashes that are not what they were."""
    return tuple(name for name in HASHES if recorded.get(name) != now.get(name))


def header_line(header: Header) -> str:
    return json.dumps({"predictions": FORMAT, **asdict(header)}, ensure_ascii=False) + "\n"


def row_line(row: Prediction) -> str:
    return json.dumps(asdict(row), ensure_ascii=False) + "\n"


def predictions_text(header: Header, rows: Sequence[Prediction]) -> str:
    """The whole file."""
    return header_line(header) + "".join(map(row_line, rows))


def read_predictions(path: Path, *, whole: bool = True) -> PredictionFile:
    """A file of predictions; `whole=False` forgives a last line that was cut off. InputError where it is none."""
    lines = _lines(path, whole)
    first = next(lines, None)
    if first is None or first[1].get("predictions") != FORMAT:
        raise InputError(f"{path}: not a file of predictions of this version; `llm-wrap eval run` writes one")
    try:
        told = {key: value for key, value in first[1].items() if key != "predictions"}
        header = Header(**told)
        rows = tuple(_read_row(row) for _, row in lines)
    except (TypeError, KeyError) as error:
        raise InputError(f"{path}: not a file of predictions of this version ({error})") from error
    return PredictionFile(header, rows)


def _lines(path: Path, whole: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        yield from read_json_lines(path)
    except InputError:
        if whole:
            raise


def _read_row(row: dict[str, Any]) -> Prediction:
    given: dict[str, Any] = {
        **row,
        "secondary_themes": tuple(row["secondary_themes"]),
        "evidence": tuple(row["evidence"]),
    }
    return Prediction(**given)


def _rounded(chances: Mapping[str, float] | None) -> dict[str, float] | None:
    return None if chances is None else {label: round(chance, _DIGITS) for label, chance in chances.items()}


def _digest(parts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()
