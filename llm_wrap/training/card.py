"""The card beside the adapter: what it was made from and by, how good it is, and how its probabilities are read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.files import write_whole
from llm_wrap.labelling.confidence import Calibration
from llm_wrap.labelling.prompts import load_prompt
from llm_wrap.llm.weights import file_sha256
from llm_wrap.training.dataset import PROMPT, THEMES
from llm_wrap.training.figures import (
    fit_calibration,
    review_table,
    score_confidence,
    score_labels,
    score_polarity,
    sentiment_verdict,
    theme_verdict,
)
from llm_wrap.training.judging import Judged


def build_card(
    *,
    name: str,
    weights: Path,
    adapter: Path,
    run: Path,
    judged: Mapping[str, Sequence[Judged]],
    review_below: float,
    note: str = "",
) -> dict[str, Any]:
    """The card as a plain dict. Confidences are fitted on the set `dev`, which is what a brief labels."""
    if "dev" not in judged:
        raise InputError("a card needs the judged dev cases: confidences are fitted on them")
    calibration = fit_calibration(judged["dev"], review_below)
    prompt = load_prompt(PROMPT)
    return {
        "name": name,
        "what": "LoRA adapter: labels one digest item's theme and sentiment by the label guide, version 1",
        "licence": "Apache-2.0",
        "base": weights.name,
        "base_sha256": file_sha256(weights),
        "adapter_sha256": file_sha256(adapter),
        "adapter_bytes": adapter.stat().st_size,
        "prompt": {"name": prompt.name, "sha256": prompt.digest},
        "themes": list(THEMES),
        "calibration": {
            "theme_temperature": calibration.theme_temperature,
            "sentiment_temperature": calibration.sentiment_temperature,
            "review_below": review_below,
            "lead_weight": calibration.lead_weight,
            "fitted_on": "the dev cases of evals/corpus (July to December 2025)",
        },
        "training": {
            "recipe": json.loads((run / "recipe.json").read_text("utf-8")),
            **json.loads((run / "made_from.json").read_text("utf-8")),
            "note": note,
            "command": "llm-wrap adapter train",
            "watched": [entry for entry in _read_log(run / "log.jsonl") if "held_out_theme" in entry],
        },
        "figures": {
            "command": "llm-wrap adapter judge && llm-wrap adapter figures",
            **{set_name: _score_set(set_name, rows, calibration) for set_name, rows in judged.items()},
        },
        "review": review_table(judged["dev"], calibration),
        "limits": "Labels of the training and held-out rows were given once and not adjudicated. Temperatures and review_below "
        "were fitted on the dev items, so the confidences of dev flatter. The test cases (2026) played no part.",
    }


def _score_set(name: str, rows: Sequence[Judged], calibration: Calibration) -> dict[str, Any]:
    if name == "headlines":
        return score_polarity(rows)
    themes = [theme_verdict(row, calibration) for row in rows]
    sentiments = [sentiment_verdict(row, calibration) for row in rows]
    return {
        **score_labels(rows),
        "theme_confidence": score_confidence(themes),
        "sentiment_confidence": score_confidence(sentiments),
        "uncorrected": {
            "theme_confidence": score_confidence([theme_verdict(row) for row in rows]),
            "sentiment_confidence": score_confidence([sentiment_verdict(row) for row in rows]),
        },
    }


def write_card(card: Mapping[str, Any], target: Path) -> None:
    """The card as the package ships it."""
    write_whole((json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode("utf-8"), target)


def _read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
