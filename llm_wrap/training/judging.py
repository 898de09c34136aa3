"""What the served model says about labelled items: asked as the product asks, answers kept raw and uncorrected."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.files import write_whole
from llm_wrap.labelling.answers import MAX_TOKENS, line_numbers, response_model
from llm_wrap.llm.logprobs import TokenChoice, read_chances
from llm_wrap.models import SENTIMENTS
from llm_wrap.training.dataset import THEMES, Example, fill_messages, read_example
from llm_wrap.training.serving import ModelServer

DEV_MONTHS = ("2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled item and the answer to it.

    Attributes:
        themes, sentiments: the probability of each label, before any correction; empty where the answer cannot be read.
        target: as the model worded it.
        sentence: the line of the prompt that it named; -1 where the answer broke off.
        sentences: the probability of each line, by its number; empty where the answer cannot be read.
        sentence_ok: the lines that a careful reader could name.
    """

    id: str
    style: str
    theme: str
    theme_ok: tuple[str, ...]
    sentiment: str
    sentiment_ok: tuple[str, ...]
    also: tuple[str, ...]
    true_sentence: int | None
    themes: dict[str, float]
    sentiments: dict[str, float]
    said_also: tuple[str, ...]
    target: str
    sentence: int
    seconds: float
    sentences: dict[str, float] = field(default_factory=dict)
    sentence_ok: tuple[int, ...] = ()


def read_dev_cases(corpus: Path) -> list[Example]:
    """The labelled items of the corpus's dev cases. The test cases (2026) are never opened."""
    examples = []
    for path in sorted(corpus.glob("*.json")):
        if not path.name.startswith(DEV_MONTHS):
            continue
        case = json.loads(path.read_text("utf-8"))
        for number, labels in enumerate(case.get("items", [])):
            item = case["wrap"][labels["source"]][labels["item"]]
            text = {"headline": "", "body": item} if isinstance(item, str) else item
            row = {**labels, **text, "id": f"{path.stem}:{number}", "style": "dev"}
            examples.append(read_example(row, f"{path.name}: item {number}"))
    if not examples:
        raise InputError(f"{corpus}: no labelled dev cases here")
    return examples


def read_headlines(path: Path, count: int) -> list[Example]:
    """`count` rows, chosen by hash, of a file of {"text", "label"} headlines labelled by others; links are cut off."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    names = {"bullish": "positive", "bearish": "negative"}
    rows.sort(key=lambda row: hashlib.sha256(row["text"].encode()).hexdigest())
    return [
        read_example(
            {
                "id": f"headline-{number}",
                "headline": " ".join(word for word in row["text"].split() if not word.startswith("http")),
                "theme": "other",
                "sentiment": names.get(row["label"], row["label"]),
                "style": "headline-of-others",
            },
            f"{path.name}: {number}",
        )
        for number, row in enumerate(rows[:count])
    ]


def judge_example(server: ModelServer, example: Example) -> Judged:
    """One call over HTTP with the product's schema, greedy, and the 20 likeliest tokens at each place."""
    schema = response_model("numbered", THEMES, example.item).model_json_schema()
    answer_form = {"name": "ItemLabels", "schema": schema, "strict": True}
    started = time.monotonic()
    reply = server.post(
        "/v1/chat/completions",
        {
            "messages": fill_messages(example.item),
            "temperature": 0,
            "max_tokens": MAX_TOKENS["numbered"],
            "logprobs": True,
            "top_logprobs": 20,
            "cache_prompt": True,
            "response_format": {"type": "json_schema", "json_schema": answer_form},
        },
    )
    seconds = time.monotonic() - started
    choice = reply["choices"][0]
    tokens = [
        TokenChoice(entry["token"], {other["token"]: other["logprob"] for other in entry["top_logprobs"]})
        for entry in choice["logprobs"]["content"]
    ]
    answer = _read_json(choice["message"]["content"])
    return Judged(
        id=example.id,
        style=example.style,
        theme=example.theme,
        theme_ok=example.theme_ok,
        sentiment=example.sentiment,
        sentiment_ok=example.sentiment_ok,
        also=example.also,
        true_sentence=example.sentence if example.sentence_known else None,
        themes=read_chances(tokens, "theme", THEMES) or {},
        sentiments=read_chances(tokens, "sentiment", SENTIMENTS) or {},
        said_also=tuple(answer.get("also", ())),
        target=str(answer.get("target", "")),
        sentence=int(answer.get("sentence", -1)),
        seconds=round(seconds, 3),
        sentences=read_chances(tokens, "sentence", [str(number) for number in line_numbers(example.item)]) or {},
        sentence_ok=example.sentence_ok,
    )


def write_judged(path: Path, judged: Iterable[Judged]) -> None:
    """One JSON line each: what `fit` and `card` read, so that figures can be made again without the model."""
    write_whole("".join(json.dumps(asdict(row)) + "\n" for row in judged).encode("utf-8"), path)


def read_judged(path: Path) -> list[Judged]:
    """What `write_judged` wrote."""
    judged = []
    for line in path.read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        for key in ("theme_ok", "sentiment_ok", "also", "said_also", "sentence_ok"):
            row[key] = tuple(row.get(key, ()))
        judged.append(Judged(**row))
    return judged


def _read_json(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
