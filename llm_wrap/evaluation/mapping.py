"""Other people's labelled sets: which column is the text, which the label, and what their labels are called here.

A mapping is a TOML file, or "text=COLUMN,theme=COLUMN" where the labels have our names already:

    name = "what the report calls the set"
    sentiments = ["positive", "negative", "neutral"]   # those that the set knows; all four without this line
    rollup_only = true                                 # its themes are coarse: score trade, ai_semis, macro, other only
    strip_links = true                                 # cut off words that begin with http

    [columns]                                          # ours = theirs; `text` is a headline without a body
    text = "text"
    theme = "label"

    [theme]                                            # their label = ours; rows of a label that is not here are left out
    "Energy | Oil" = "commodities"
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError, SettingsError
from llm_wrap.evaluation.items import EvalItem, EvalSet, load_rows, read_item, read_json_lines
from llm_wrap.models import SENTIMENTS

_COLUMNS = ("text", "headline", "body", "theme", "sentiment", "id", "group", "date", "region")
_KEYS = {"name", "sentiments", "rollup_only", "strip_links", "columns", "theme", "sentiment", "source", "licence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """How a set is read. `columns` is ours = theirs; `values` is, for theme and sentiment, their label = ours."""

    name: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sentiments: tuple[str, ...] = SENTIMENTS
    rollup_only: bool = False
    strip_links: bool = False


def read_mapping(given: str) -> FieldMapping:
    """A TOML file's mapping, or that of "ours=theirs,…". SettingsError says what is wrong with it."""
    if given.endswith(".toml"):
        return _read_file(Path(given))
    columns: dict[str, str] = {}
    for part in given.split(","):
        ours, equals, theirs = (piece.strip() for piece in part.partition("="))
        if not equals or not theirs:
            raise SettingsError(f"--map {given}: is neither a .toml file nor text=COLUMN,theme=COLUMN")
        columns[ours] = theirs
    return FieldMapping(columns=_check_columns(columns, "--map"))


def load_data(path: Path, mapping: FieldMapping | None) -> EvalSet:
    """A labelled set: a .jsonl or .csv file, or a folder of .jsonl files; without a mapping the rows are in our own form."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path}: holds no .jsonl file")
    if mapping is None and path.suffix != ".csv":
        told = load_rows(files, path.name)
    else:
        how = mapping or FieldMapping()
        items = [item for file in files for where, row in _read_rows(file) if (item := _map_row(row, where, how))]
        if not items:
            raise InputError(f"{path}: no row has a label that the mapping knows")
        told = EvalSet(
            name=how.name or path.name, items=tuple(items), sentiments=how.sentiments, rollup_only=how.rollup_only
        )
    return told


def _map_row(row: Mapping[str, Any], where: str, how: FieldMapping) -> EvalItem | None:
    """None where the row's label is none that the mapping knows."""
    given: dict[str, Any] = {"id": where.rpartition("/")[2]}
    for ours in _COLUMNS:
        theirs = how.columns.get(ours, ours)
        if ours in how.columns and theirs not in row:
            raise InputError(f"{where}: there is no column {theirs!r}; this row has {', '.join(row)}")
        if row.get(theirs) not in (None, ""):
            given[ours] = str(row[theirs])
    for label, known in how.values.items():
        if label in given:
            if given[label] not in known:
                return None
            given[label] = known[given[label]]
    if "text" in given:
        given.setdefault("headline", given.pop("text"))
    if how.strip_links:
        for part in ("headline", "body"):
            if part in given:
                given[part] = " ".join(word for word in given[part].split() if not word.startswith("http"))
    if not given.get("headline") and not given.get("body"):
        return None
    return read_item(given, where)


def _read_rows(path: Path) -> Iterable[tuple[str, Mapping[str, Any]]]:
    if path.suffix != ".csv":
        yield from read_json_lines(path)
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                yield f"{path}:{number}", row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot read these rows ({getattr(error, 'strerror', None) or error})") from error


def _read_file(path: Path) -> FieldMapping:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot read this mapping ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a TOML mapping ({error})") from error
    unknown = sorted(set(told) - _KEYS)
    if unknown:
        raise SettingsError(f"{path}: a mapping has no {unknown[0]!r}; it has {', '.join(sorted(_KEYS))}")
    sentiments = tuple(told.get("sentiments", SENTIMENTS))
    values: dict[str, Mapping[str, str]] = {
        label: dict(told[label]) for label in ("theme", "sentiment") if label in told
    }
    if not set(sentiments) <= set(SENTIMENTS) or not set(values.get("sentiment", {}).values()) <= set(sentiments):
        raise SettingsError(f"{path}: a sentiment is none of {', '.join(sentiments)}")
    return FieldMapping(
        name=told.get("name"),
        columns=_check_columns(told.get("columns", {}), str(path)),
        values=values,
        sentiments=sentiments,
        rollup_only=bool(told.get("rollup_only")),
        strip_links=bool(told.get("strip_links")),
    )


def _check_columns(columns: Mapping[str, str], where: str) -> Mapping[str, str]:
    unknown = sorted(set(columns) - set(_COLUMNS))
    if unknown:
        raise SettingsError(f"{where}: {unknown[0]!r} is no column of ours; they are {', '.join(_COLUMNS)}")
    return columns
