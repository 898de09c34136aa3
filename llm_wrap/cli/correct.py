"""`llm-wrap correct FILE ITEM`: a reader's correction, kept as a case of the user's own."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from llm_wrap.cache import open_cache
from llm_wrap.cli.output import write_text
from llm_wrap.config import Settings
from llm_wrap.errors import InputError, ModelUnavailable, OutputError
from llm_wrap.evaluation.correction import Correction, correction_id, make_correction
from llm_wrap.labelling.task import recall_items
from llm_wrap.labelling.themes import ThemeSet, load_themes
from llm_wrap.models import DigestItem, ItemSource, LabelledItem
from llm_wrap.pipeline import choose_items, read_wrap
from llm_wrap.prediction import find_task


def run_correct(
    file: str,
    number: int,
    into: Path | None,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    theme: str | None,
    sentiment: str | None,
    also: tuple[str, ...] = (),
    target: str | None = None,
    by: str | None = None,
    note: str | None = None,
) -> int:
    """Writes the case and says where; asks no model: what it said is looked up in the answer cache."""
    if not (theme or sentiment or also or target):
        raise InputError("nothing to correct: give --theme or --sentiment")
    wrap = read_wrap(file, settings).wrap
    source, items = choose_items(wrap)
    if not 1 <= number <= len(items):
        raise InputError(f"{file}: has items 1 to {len(items)}, no {number}" if items else f"{file}: has no items")
    item, themes = items[number - 1], load_themes(settings.themes)
    told = Correction(
        theme=theme,
        sentiment=sentiment,
        secondary_themes=also,
        target=target,
        by=by or _user(environment),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        file="stdin" if file == "-" else Path(file).name,
        number=number,
        note=note,
    )
    row = make_correction(told, wrap, item, _recall(source, item, themes, settings, environment), themes.names)
    folder = into or corrections_folder(settings)
    path = folder / f"{correction_id(item)}.jsonl"
    replaced = path.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputError(f"{folder}: cannot keep corrections there ({error.strerror})") from error
    write_text(json.dumps(row, ensure_ascii=False), path)
    print(path)
    said = row["provenance"]["said"]
    before = _name_labels(said) if said else "nothing that is known"
    print(
        f"llm-wrap: item {number} is {_name_labels(row)}; the model said {before}"
        f"{'; an earlier correction was replaced' if replaced else ''}. A brief goes on showing what the model says. "
        f"Score it: llm-wrap eval run --data {folder}",
        file=sys.stderr,
    )
    return 0


def _name_labels(row: Mapping[str, Any]) -> str:
    """ "corporate, negative for Lockheed Martin"."""
    target = f" for {row['sentiment_target']}" if row.get("sentiment_target") else ""
    return f"{row['theme']}, {row['sentiment']}{target}"


def corrections_folder(settings: Settings) -> Path:
    """Where corrections go that were not told where."""
    return settings.state_dir / "corrections"


def _recall(
    source: ItemSource, item: DigestItem, themes: ThemeSet, settings: Settings, environment: Mapping[str, str]
) -> LabelledItem | None:
    """What the model of the settings said, if the cache knows."""
    with open_cache(settings.cache_dir if settings.cache else None) as cache:
        try:
            return recall_items(find_task(themes, settings, environment, cache), source, (item,), cache).get(0)
        except ModelUnavailable:
            return None


def _user(environment: Mapping[str, str]) -> str:
    for variable in ("USER", "USERNAME"):
        if environment.get(variable):
            return environment[variable]
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
