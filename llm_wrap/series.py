"""Many wraps, one run: one model, one cache, one account, and a brief a wrap in a folder.

A brief that is there is not made again where the folder's record says so: it was whole, it was made from a file with the
same bytes, by the same settings that shape a brief (`recipe`), and it still has the bytes that were written then. A run that
is stopped, killed or rate-limited goes on where it was with the same command.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

from llm_wrap import __version__
from llm_wrap.cache import AnswerCache, open_cache
from llm_wrap.config import Settings
from llm_wrap.desk import Asked, Desk
from llm_wrap.errors import InputError
from llm_wrap.labelling.answers import SCHEMA_VERSION
from llm_wrap.labelling.choose import ModelChoice
from llm_wrap.labelling.themes import ThemeSet, load_themes
from llm_wrap.models import Brief, ParseResult, Usage
from llm_wrap.pipeline import assemble_brief, choose_items, name_others, read_wrap
from llm_wrap.reporter import Reporter

log = logging.getLogger(__name__)
SeriesState = Literal["made", "kept", "incomplete", "unread"]
BriefWriter = Callable[[Brief, Path], None]

_RECORD = ".llm-wrap-briefs.jsonl"
_PATIENCE_S = 900.0  # how long a server's rate limit is waited out; nobody waits for this run as for one brief
_AHEAD = 4  # wraps that are read while others wait for their answers
# Settings that change how a brief is come by and not what is in it. Any other, new ones too, makes a brief anew.
_NOT_IN_A_BRIEF = frozenset(
    "api_key_env api_key_file headers ca_file allow_hosts cache cache_dir state_dir models_dir deadline_s run_deadline_s "
    "concurrency batch max_cost max_tokens max_bytes mail inbox morning model adapter base_url azure_endpoint azure_api_version "
    "themes".split()
)


@dataclass(frozen=True, slots=True)
class SeriesWrap:
    """One wrap to do: its file, and where its brief goes."""

    file: str
    out: Path


@dataclass(frozen=True, slots=True)
class SeriesResult:
    """What became of one wrap.

    Attributes:
        state: made, kept (it was there), incomplete (items are unlabelled), or unread (no brief).
        reasons: of unlabelled items. problem: in one line why it is incomplete or unread, or what of its file the
            brief leaves out.
    """

    wrap: SeriesWrap
    state: SeriesState
    usage: Usage = field(default_factory=Usage)
    reasons: tuple[str, ...] = ()
    problem: str | None = None


def name_briefs(files: Sequence[tuple[str, str]], folder: Path, ending: str) -> tuple[SeriesWrap, ...]:
    """Where each brief goes. `files` are paths with their names inside the folder that was given, which are kept.

    Names that would be the same (also for a file system that ignores case) keep what tells them apart: the suffix, then as
    many folders of the path as it takes.

    >>> [wrap.out.as_posix() for wrap in name_briefs([("a/1.txt", "1.txt"), ("a/1.eml", "1.eml")], Path("out"), ".md")]
    ['out/1.txt.md', 'out/1.eml.md']
    """
    names = {file: _candidates(file, name) for file, name in files}
    chosen = {file: next(candidates) for file, candidates in names.items()}
    while clashing := _same(chosen):
        for file in clashing:
            chosen[file] = next(names[file])
    return tuple(SeriesWrap(file, folder / f"{name}{ending}") for file, name in chosen.items())


def _candidates(file: str, name: str) -> Iterator[str]:
    yield Path(name).with_suffix("").as_posix()
    yield name
    parts = Path(file).absolute().parts[1:]
    for count in range(2, len(parts) + 1):
        yield "-".join(parts[-count:])
    while True:  # two names of one file cannot be, since `find_wraps` gives each once
        name += "+"
        yield name


def _same(chosen: Mapping[str, str]) -> list[str]:
    known: dict[str, list[str]] = {}
    for file, name in chosen.items():
        known.setdefault(name.casefold(), []).append(file)
    return [file for files in known.values() if len(files) > 1 for file in files]


def make_series(
    wraps: Sequence[SeriesWrap],
    folder: Path,
    settings: Settings,
    environment: Mapping[str, str],
    write: BriefWriter,
    form: str,
    *,
    llm: bool = True,
    reporter: Reporter | None = None,
    on_result: Callable[[SeriesResult], None] = lambda result: None,
) -> tuple[SeriesResult, ...]:
    """Makes each brief that is not there yet, `write`s it in `form`, and tells `on_result` as it comes; results in order.

    SettingsError and OutputError end the run; nothing else does.
    """
    themes = load_themes(settings.themes)
    with open_cache(settings.cache_dir if settings.cache else None) as cache:
        desk = (
            Desk(themes, settings, environment, cache, reporter or Reporter(), patience_s=_PATIENCE_S) if llm else None
        )
        record = BriefRecord(folder, _recipe(settings, themes, desk.choice if desk else None, form, llm=llm))
        work = _Series(settings, themes, desk, cache, record, write, on_result)
        results = desk.run(work.make_all(wraps)) if desk else asyncio.run(work.make_all(wraps))
    return tuple(results[wrap] for wrap in wraps)


class _Series:
    def __init__(
        self,
        settings: Settings,
        themes: ThemeSet,
        desk: Desk | None,
        cache: AnswerCache,
        record: BriefRecord,
        write: BriefWriter,
        on_result: Callable[[SeriesResult], None],
    ) -> None:
        self._settings = settings
        self._themes = themes
        self._desk = desk
        self._cache = cache
        self._record = record
        self._write = write
        self._on_result = on_result

    async def make_all(self, wraps: Sequence[SeriesWrap]) -> dict[SeriesWrap, SeriesResult]:
        results: dict[SeriesWrap, SeriesResult] = {}
        if self._settings.batch and self._desk is not None:
            await self._desk.ask_by_batch([asked for wrap in wraps if (asked := self._read_asked(wrap)) is not None])
        waiting = iter(wraps)

        async def work() -> None:
            for wrap in waiting:
                results[wrap] = await self._make(wrap)
                log.info("%s: %s", wrap.out, results[wrap].state)
                self._on_result(results[wrap])

        workers = [asyncio.create_task(work()) for _ in range(self._settings.concurrency + _AHEAD)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        return results

    def _read_asked(self, wrap: SeriesWrap) -> Asked | None:
        """What is asked about a wrap whose brief is to be made; what is wrong with its file is told when it is made."""
        try:
            if self._record.holds(wrap.out, _digest_file(Path(wrap.file))):
                return None
            return _asked(read_wrap(wrap.file, self._settings))
        except InputError:
            return None

    async def _make(self, wrap: SeriesWrap) -> SeriesResult:
        try:
            source = _digest_file(Path(wrap.file))
            if self._record.holds(wrap.out, source):
                return SeriesResult(wrap, "kept")
            result = read_wrap(wrap.file, self._settings)
        except InputError as error:
            return SeriesResult(wrap, "unread", problem=str(error))
        if self._desk is None:
            brief = assemble_brief(result, self._themes, None, self._settings, self._cache)
        else:
            asked = _asked(result)
            run = self._desk.recall(*asked) or await self._desk.label(*asked)
            brief = assemble_brief(result, self._themes, run, self._settings, self._cache)
        wrap.out.parent.mkdir(parents=True, exist_ok=True)
        self._record.begin(wrap.out)
        self._write(brief, wrap.out)
        reasons = tuple(sorted({label.reason or "" for label in brief.labels if label.status == "unlabelled"}))
        if self._desk is not None and reasons:
            missing = sum(label.status == "unlabelled" for label in brief.labels)
            problem = " ".join(
                [
                    f"{wrap.file}: {missing} of {len(brief.labels)} items are unlabelled ({', '.join(reasons)}).",
                    *brief.notes,
                ]
            )
            return SeriesResult(wrap, "incomplete", brief.usage, reasons, problem)
        if self._desk is not None and (trouble := self._desk.batch_trouble) is not None:  # its day may be in that batch
            return SeriesResult(wrap, "incomplete", brief.usage, (trouble.reason,), f"{wrap.file}: {trouble}.")
        self._record.conclude(wrap.out, source)
        return SeriesResult(wrap, "made", brief.usage, problem=name_others(wrap.file, result))


def _asked(result: ParseResult) -> Asked:
    return (*choose_items(result.wrap), result.wrap.synopsis)


class BriefRecord:
    """Which briefs are in a folder, and what the whole ones were made from: a JSON line each, the last one counts.

    A brief is named before it is written, so that it is never taken for a wrap, and said to be whole after. A run that is
    killed in between makes it again; a line that was cut off by a kill is no line.
    """

    def __init__(self, folder: Path, recipe: str = "") -> None:
        self._path = folder / _RECORD
        self._recipe = recipe
        self._entries: dict[str, Mapping[str, object]] = {}
        with suppress(OSError, UnicodeDecodeError):
            for line in self._path.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, TypeError, KeyError):
                    entry = json.loads(line)
                    self._entries[str(entry["brief"])] = entry

    def names(self, file: Path) -> bool:
        """Whether `file` is a brief of this folder, whole or not."""
        folder, file = self._path.parent.resolve(), file.resolve()
        return file.is_relative_to(folder) and file.relative_to(folder).as_posix() in self._entries

    def holds(self, brief: Path, source: str) -> bool:
        """Whether `brief` is there, whole, as it was written, from a file with the digest `source` and by this recipe."""
        entry = self._entries.get(self._name(brief), {})
        if (entry.get("source"), entry.get("recipe")) != (source, self._recipe):
            return False
        try:
            return entry.get("sha256") == _digest_file(brief)
        except InputError:
            return False

    def begin(self, brief: Path) -> None:
        self._keep({"brief": self._name(brief)})

    def conclude(self, brief: Path, source: str) -> None:
        whole = {"source": source, "recipe": self._recipe, "sha256": _digest_file(brief)}
        self._keep({"brief": self._name(brief), **whole})

    def _keep(self, entry: dict[str, str]) -> None:
        self._entries[entry["brief"]] = entry
        # A record that cannot be kept costs time at the next run, and nothing else. The newline first: a kill may have left
        # half a line.
        with suppress(OSError), self._path.open("ab") as file:
            file.write(b"\n" + json.dumps(entry).encode() + b"\n")

    def _name(self, brief: Path) -> str:
        return brief.relative_to(self._path.parent).as_posix()


def _recipe(settings: Settings, themes: ThemeSet, choice: ModelChoice | None, form: str, *, llm: bool) -> str:
    """A digest of all that shapes a brief beside its wrap."""
    shaping = {
        one.name: str(getattr(settings, one.name)) for one in fields(settings) if one.name not in _NOT_IN_A_BRIEF
    }
    task = choice.task if choice else None
    parts = {
        "llm_wrap": __version__,
        "form": form,
        "llm": llm,
        "themes": themes.digest,
        "settings": shaping,
        "model": None
        if task is None
        else [dict(task.identity), task.prompt.digest, task.form, SCHEMA_VERSION, asdict(task.calibration)],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _digest_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot read this file ({error.strerror})") from error


def total_usage(results: Iterable[SeriesResult]) -> Usage:
    """What all of them used together; no cost where one of them has none."""
    total = Usage()
    for usage in (result.usage for result in results):
        cost: Decimal | None = None
        if total.cost_usd is not None and usage.cost_usd is not None:
            cost = total.cost_usd + usage.cost_usd
        total = replace(
            total,
            calls=total.calls + usage.calls,
            cache_hits=total.cache_hits + usage.cache_hits,
            prompt_tokens=total.prompt_tokens + usage.prompt_tokens,
            completion_tokens=total.completion_tokens + usage.completion_tokens,
            estimated=total.estimated or usage.estimated,
            cost_usd=cost,
        )
    return total
