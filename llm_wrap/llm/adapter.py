"""The adapter that comes with llm_wrap, or a user's own, and its card: what it was trained for and how its
probabilities are read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llm_wrap.errors import ModelUnavailable
from llm_wrap.llm.weights import file_sha256

_FOLDER = Path(__file__).resolve().parent / "adapters"
_NAME = "wrap-labels-4"


@dataclass(frozen=True, slots=True)
class AdapterCard:
    """What labelling needs of the card; the whole of it (data, recipe, figures) is the JSON file beside the adapter."""

    name: str
    path: Path
    sha256: str
    base_sha256: str
    prompt_name: str
    theme_temperature: float
    sentiment_temperature: float
    review_below: float
    lead_weight: float


@cache
def shipped_adapter() -> AdapterCard:
    """The card of the adapter in the package. ModelUnavailable where the installation has lost it."""
    return _read_card(
        _FOLDER / f"{_NAME}.gguf", "the adapter is missing from this installation: reinstall llm-wrap-brief"
    )


def own_adapter(path: Path) -> AdapterCard:
    """The card NAME.json beside the user's NAME.gguf, as `llm-wrap adapter card` writes them. ModelUnavailable without."""
    return _read_card(path, f"{path}: no adapter with its card {path.stem}.json beside it (llm-wrap adapter card)")


def _read_card(path: Path, missing: str) -> AdapterCard:
    try:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        calibration = card["calibration"]
        return AdapterCard(
            name=str(card["name"]),
            path=path,
            sha256=card["adapter_sha256"],
            base_sha256=card["base_sha256"],
            prompt_name=card["prompt"]["name"],
            theme_temperature=float(calibration["theme_temperature"]),
            sentiment_temperature=float(calibration["sentiment_temperature"]),
            review_below=float(calibration["review_below"]),
            lead_weight=float(calibration.get("lead_weight", 1.0)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable("no_adapter", missing) from error


def verify_adapter(card: AdapterCard) -> Path:
    """The adapter's path, once its SHA-256 is the card's."""
    try:
        found = file_sha256(card.path)
    except OSError as error:
        raise ModelUnavailable("no_adapter", f"{card.path.name}: cannot read the adapter ({error.strerror})") from error
    if found != card.sha256:
        raise ModelUnavailable(
            "corrupt_adapter", f"{card.path.name}: not the adapter of its card: make or install it again"
        )
    return card.path
