"""One model, one cache and one account for a whole run, whether it is about one wrap or a thousand.

Nothing is started, imported or looked up before a question has to be asked: a run whose answers are all in the cache needs
neither a key nor a client.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from llm_wrap.cache import AnswerCache, cache_key
from llm_wrap.choice import choose_from_settings, find_cost
from llm_wrap.config import Settings
from llm_wrap.errors import ModelError, ModelUnavailable, SettingsError
from llm_wrap.labelling.choose import ModelChoice
from llm_wrap.labelling.task import recall_items
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.models import DaySentence, DigestItem, ItemSource, LabelledItem, Provenance, Summary, Usage
from llm_wrap.reporter import Reporter
from llm_wrap.summary.day import summarise_day
from llm_wrap.summary.item import summarise_item

if TYPE_CHECKING:
    from llm_wrap.llm.account import CostOf, Spent
    from llm_wrap.llm.session import ModelSession
    from llm_wrap.summary.writer import SummaryWriter, WrittenSummaries

_BATCH_ROUNDS = 8
_BATCH_TURN_S = 3600.0
_LOOK_AGAIN_S = 0.2
Asked = tuple[ItemSource, tuple[DigestItem, ...], tuple[str, ...]]  # what `Desk.label` is told of a wrap
Result = TypeVar("Result")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LabellingRun:
    """What a model gave for a wrap's items: labels and summaries, what they used, who did it and what a reader must know."""

    labels: tuple[LabelledItem, ...]
    summaries: tuple[Summary, ...]
    day: tuple[DaySentence, ...]
    usage: Usage
    model: str
    prompt: str | None
    notes: tuple[str, ...]


def _ignore(_: object) -> None:
    pass


class Desk:
    """Labels the items of wraps with the model of the settings. SettingsError for a wrong setting; any other trouble is an
    item's reason.

    Attributes:
        choice: the model; None where its file is not there.
        batch_trouble: why a batch that was waited for has not answered.
        patience_s: for how long a server's wish to wait is waited out, beyond an item's own deadline.
        labels_only: asked the same about each item, but neither is a summary repaired nor the day asked for.
    """

    def __init__(
        self,
        themes: ThemeSet,
        settings: Settings,
        environment: Mapping[str, str],
        cache: AnswerCache,
        reporter: Reporter,
        *,
        patience_s: float = 0.0,
        labels_only: bool = False,
        with_day: bool = True,
    ) -> None:
        self.choice: ModelChoice | None = None
        self.patience_s = patience_s
        self._labels_only = labels_only
        self._with_day = with_day
        self._missing: ModelUnavailable | None = None
        self._settings = settings
        self._cache = cache
        self._reporter = reporter
        self._session: ModelSession | None = None
        self._accounts: dict[tuple[DigestItem, ...], Spent] = {}  # of what goes by batch, over all rounds
        self.batch_trouble: ModelError | None = None
        self._cost_of: CostOf | None = None
        try:
            self.choice = choose_from_settings(themes, settings, environment, cache, reporter)
        except ModelUnavailable as error:
            log.warning("nobody can be asked: %s", error)
            self._missing = error

    def recall(
        self, source: ItemSource, items: tuple[DigestItem, ...], synopsis: tuple[str, ...] = ()
    ) -> LabellingRun | None:
        """What the cache knows, or why nobody can be asked; None where the model has to be."""
        if self.choice is None:
            return self._unlabelled(source, items, synopsis)
        known = recall_items(self.choice.task, source, items, self._cache)
        log.info("%s: %d of %d answers are in the cache", self.choice.task.model_name, len(known), len(items))
        if len(known) < len(items):
            return None
        labels = tuple(known[number] for number in range(len(items)))
        told = self._extract(items, labels, synopsis)
        if self.choice.task.summarise and not self._labels_only:
            written = self._writer(self.choice, items, labels, synopsis).recall()
            if written is None:
                return None
            told = _Told(written.summaries, written.day, _note_refused(written))
        # What its batch used, where it went by one.
        return self._conclude(self.choice, labels, told, self._accounts.pop(items, None))

    async def label(
        self, source: ItemSource, items: tuple[DigestItem, ...], synopsis: tuple[str, ...] = ()
    ) -> LabellingRun:
        """The items' labels and summaries, from the cache or from the model."""
        from llm_wrap.labelling.labeller import ask_items
        from llm_wrap.llm.account import Spent

        if self.choice is None:
            return self._unlabelled(source, items, synopsis)
        session = self._open_session(self.choice)
        spent = self._accounts.setdefault(items, Spent()) if self._settings.batch else Spent()
        known = recall_items(self.choice.task, source, items, self._cache)
        missing = {number: item for number, item in enumerate(items) if number not in known}
        if missing:
            self._reporter.on_items(len(missing))
            known |= await ask_items(
                self.choice.task, source, missing, session, self._cache, self._reporter.on_item, account=spent
            )
        labels = tuple(known[number] for number in range(len(items)))
        told = self._extract(items, labels, synopsis)
        pending = any(labelled.reason == "batch_pending" for labelled in labels)  # then it is too early to sum up
        if self.choice.task.summarise and not self._labels_only and not pending:
            written = await self._writer(self.choice, items, labels, synopsis).write(session, spent)
            told = _Told(written.summaries, written.day, _note_refused(written))
        return self._conclude(self.choice, labels, told, spent)

    def _writer(
        self,
        choice: ModelChoice,
        items: tuple[DigestItem, ...],
        labels: tuple[LabelledItem, ...],
        synopsis: tuple[str, ...],
    ) -> SummaryWriter:
        from llm_wrap.summary.writer import SummaryWriter

        identity = choice.task.identity
        return SummaryWriter(identity, synopsis, items, labels, self._cache, with_day=self._with_day)

    def _extract(
        self, items: tuple[DigestItem, ...], labels: tuple[LabelledItem, ...], synopsis: tuple[str, ...]
    ) -> _Told:
        """Summaries without a model's words: key sentences."""
        summaries = tuple(summarise_item(item, labelled) for item, labelled in zip(items, labels, strict=True))
        return _Told(summaries, summarise_day(synopsis, labels, summaries))

    async def ask_by_batch(self, wraps: Sequence[Asked]) -> None:
        """Gets the answers about `wraps`, the arguments of `label` for each, through the server's batches into the cache.

        Each round asks everything as ever: what is known is used, what is not goes into the next batch. So a question that
        depends on an answer (a re-ask, a vote) is in the batch after it. What has no answer in the end says why in `label`.
        """
        import asyncio

        if self.choice is None:
            return
        if self.choice.host is None or not self._settings.cache:
            raise SettingsError("--batch: needs a hosted model that has batches, and the cache, where the answers go")
        session = self._open_session(self.choice)
        quiet, self._reporter = self._reporter, replace(self._reporter, on_items=_ignore, on_item=_ignore)
        try:
            for _ in range(_BATCH_ROUNDS):
                await asyncio.gather(*(self.label(*wrap) for wrap in wraps))
                if session.unavailable or not await session.exchange_batches(self._batch_turn(self.choice)):
                    break
        except ModelError as error:
            log.warning("batch: %s", error)
            self.batch_trouble = error
        finally:
            self._reporter = quiet

    @asynccontextmanager
    async def _batch_turn(self, choice: ModelChoice) -> AsyncIterator[None]:
        """One process at a time submits, so that another one's questions are seen to be under way."""
        import asyncio

        key = cache_key({"batches of": dict(choice.task.identity)})
        while not self._cache.claim(key, _BATCH_TURN_S):
            await asyncio.sleep(_LOOK_AGAIN_S)
        try:
            yield
        finally:
            self._cache.release(key)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Runs what asks this desk, and closes it."""
        import asyncio

        async def run() -> Result:
            try:
                return await work
            finally:
                await self.close()

        return asyncio.run(run())

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self, choice: ModelChoice) -> ModelSession:
        if self._session is not None:
            return self._session
        from llm_wrap.llm.account import Budget
        from llm_wrap.llm.session import Batches, ModelSession

        settings = self._settings
        self._cost_of = find_cost(choice, batch=settings.batch) if settings.max_cost is not None else None
        if settings.max_cost is not None and self._cost_of is None:
            raise SettingsError(
                f"--max-cost: the price of {choice.task.model_name} at {choice.host} is not known; "
                "--max-tokens limits any model"
            )
        self._session = ModelSession(
            choice.provide,
            concurrency=choice.concurrency,
            deadline_s=settings.deadline_s,
            run_deadline_s=settings.run_deadline_s,
            patience_s=self.patience_s,
            vocabulary_dir=settings.models_dir / "tiktoken",
            budget=Budget(settings.max_tokens, settings.max_cost, self._cost_of),
            batches=Batches(settings.state_dir / "batches", self._reporter.on_batch) if settings.batch else None,
        )
        return self._session

    def _conclude(
        self,
        choice: ModelChoice,
        labels: tuple[LabelledItem, ...],
        told: _Told,
        spent: Spent | None,
    ) -> LabellingRun:
        if self._cache.trouble:
            log.warning("%s", self._cache.trouble)
        hits = sum(labelled.provenance.cached for labelled in labels)
        unavailable = self._session.unavailable if self._session is not None else None
        notes = [f"The model could not be used: {unavailable}."] if unavailable and hits < len(labels) else []
        if self.batch_trouble is not None:
            notes.append(f"The batch: {self.batch_trouble}.")
        notes += (*self._cache.notes, *told.notes)
        usage = Usage(cache_hits=hits) if spent is None else self._bill(choice, hits, spent)
        task = choice.task
        return LabellingRun(labels, told.summaries, told.day, usage, task.model_name, task.prompt.version, tuple(notes))

    def _bill(self, choice: ModelChoice, hits: int, spent: Spent) -> Usage:
        from llm_wrap.llm.prices import total_cost

        if spent.bills and self._cost_of is None:
            self._cost_of = find_cost(choice, batch=self._settings.batch)
        return Usage(
            calls=spent.attempts,
            cache_hits=hits,
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
            estimated=not spent.billed,
            cost_usd=total_cost(self._cost_of, spent.bills),
        )

    def _unlabelled(self, source: ItemSource, items: tuple[DigestItem, ...], synopsis: tuple[str, ...]) -> LabellingRun:
        error = self._missing
        assert error is not None
        model = self._settings.model
        nobody = Provenance(model=model, prompt="")
        labels = tuple(
            LabelledItem(
                source=source, item=number, status="unlabelled", reason=error.reason, label=None, provenance=nobody
            )
            for number in range(len(items))
        )
        told = self._extract(items, labels, synopsis)
        note = f"The model could not be used: {error}."
        return LabellingRun(labels, told.summaries, told.day, Usage(), model, None, (note,))


@dataclass(frozen=True, slots=True)
class _Told:
    summaries: tuple[Summary, ...]
    day: tuple[DaySentence, ...]
    notes: tuple[str, ...] = ()


def _note_refused(written: WrittenSummaries) -> tuple[str, ...]:
    if not written.refused:
        return ()
    return (
        f"{written.refused} of {written.written} summaries by the model did not hold against the wrap: "
        "their source sentences are shown instead.",
    )


def label_wrap(
    source: ItemSource,
    items: tuple[DigestItem, ...],
    themes: ThemeSet,
    settings: Settings,
    environment: Mapping[str, str],
    cache: AnswerCache,
    reporter: Reporter,
    synopsis: tuple[str, ...] = (),
    *,
    labels_only: bool = False,
    with_day: bool = True,
) -> LabellingRun:
    """Labels and summarises the items of one wrap. Raises as a `Desk` does."""
    desk = Desk(themes, settings, environment, cache, reporter, labels_only=labels_only, with_day=with_day)

    async def ask() -> LabellingRun:
        if settings.batch:
            await desk.ask_by_batch([(source, items, synopsis)])
        return await desk.label(source, items, synopsis)

    return desk.recall(source, items, synopsis) or desk.run(ask())
