"""A training in several runs, written down: which files, how long and how fast, each run from the adapter of the one before."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from llm_wrap.errors import InputError


@dataclass(frozen=True, slots=True)
class Stage:
    """One run. `epochs` are passes over `files`, `rate` is the highest learning rate, `carry` how far the adapter goes along
    the run's way, in a straight line: 1.0 to where the run ended."""

    files: tuple[Path, ...]
    epochs: float
    rate: float
    seed: int
    carry: float = 1.0


def read_stages(path: Path) -> tuple[Stage, ...]:
    """The `[[stage]]` tables of a TOML file; their `files` lie beside it. InputError names what is wrong with them."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))["stage"]
        stages = tuple(
            Stage(
                tuple(path.parent / name for name in table["files"]),
                float(table["epochs"]),
                float(table["rate"]),
                int(table["seed"]),
                float(table.get("carry", 1.0)),
            )
            for table in tables
        )
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: not stages of a training, [[stage]] with files, epochs, rate, seed ({error})"
        ) from error
    missing = [str(file) for stage in stages for file in stage.files if not file.is_file()]
    if missing:
        raise InputError(f"{path}: no such file: {', '.join(missing)}")
    return stages
