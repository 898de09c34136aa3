"""Whom to ask: a server that is there, or a model that has to be served first. Records only, so that a brief from a warm
cache imports no client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, and as whom. `loopback` servers are reached past any proxy; one that is not `retried` is asked once."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    loopback: bool = False
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    retried: bool = True


@dataclass(frozen=True, slots=True)
class EmbeddedModel:
    """What to serve: a GGUF file, and a LoRA adapter on it or none."""

    name: str
    weights: Path
    adapter: Path | None = None
