"""Asks a model about the items that the cache does not know, one item a call. An item never fails silently and never
fails others."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from llm_wrap.cache import AnswerCache
from llm_wrap.errors import AnswerRefused, ModelError
from llm_wrap.labelling.answers import line_numbers, plain_answer
from llm_wrap.labelling.confidence import Chances
from llm_wrap.labelling.fencing import fence_item
from llm_wrap.labelling.task import (
    CONTENT_FREE,
    Judgement,
    LabellingTask,
    answer_shape,
    build_messages,
    finish_label,
    item_key,
    read_draft,
    read_label,
    recall_item,
    recall_prior,
)
from llm_wrap.labelling.votes import VOTE_TEMPERATURE, choose_answer, count_votes
from llm_wrap.llm.account import Spent
from llm_wrap.llm.chat import Reply, Sampling
from llm_wrap.llm.logprobs import read_chances
from llm_wrap.llm.session import ModelSession
from llm_wrap.models import SENTIMENTS, DigestItem, ItemSource, LabelledItem, Provenance

log = logging.getLogger(__name__)
_LOOK_AGAIN_S = 0.05
_ITEM_MAX = 12_000  # characters; a longer item is refused before it is sent


async def ask_items(
    task: LabellingTask,
    source: ItemSource,
    items: Mapping[int, DigestItem],
    session: ModelSession,
    cache: AnswerCache,
    on_done: Callable[[LabelledItem], None] = lambda labelled: None,
    *,
    account: Spent | None = None,
) -> dict[int, LabelledItem]:
    """One `LabelledItem` for each of `items`, by its number; `on_done` is told each as it comes. What they used is added to
    `account`.

    Never raises a ModelError: what an item lacks is its reason. Once the model turns out to be unavailable no further
    item is tried: each gets the same reason.
    """
    account = Spent() if account is None else account
    prior: dict[str, Mapping[str, Chances]] = {}
    measuring = asyncio.Lock()

    async def measured_prior() -> Mapping[str, Chances]:
        async with measuring:
            if "prior" not in prior:
                prior["prior"] = await _measure_prior(task, session, cache, account)
            return prior["prior"]

    async def ask_one(number: int, item: DigestItem, bias: Mapping[str, Chances], spent: Spent) -> LabelledItem:
        started = time.monotonic()
        judgement = await _ask(task, item, session, spent)
        label = read_label(task, item, judgement, bias)
        if judgement.whole:
            cache.put(item_key(task, item), judgement.to_text())  # only what has passed every check
        draft = read_draft(task, item, judgement)
        return finish_label(task, source, number, item, label, _provenance(task, spent, started), draft)

    async def label_one(number: int, item: DigestItem) -> LabelledItem:
        spent = Spent()
        async with session.gate:
            started = time.monotonic()
            try:
                bias = await measured_prior()
                async with take_turn(item_key(task, item), session, cache):
                    # Whoever had the turn before us, another process or a wrap with the same item, has kept its answer.
                    known = recall_item(task, source, number, item, bias, cache)
                    labelled = known or await ask_one(number, item, bias, spent)
            except ModelError as error:
                labelled = LabelledItem(
                    source=source,
                    item=number,
                    status="unlabelled",
                    reason=error.reason,
                    label=None,
                    provenance=_provenance(task, spent, started),
                )
            finally:
                account.include(spent)
        log.info(
            "%s item %d: %s%s, %d requests, %.2f s",
            source, number + 1, labelled.status, f" ({labelled.reason})" if labelled.reason else "",
            spent.attempts, time.monotonic() - started,
        )  # fmt: skip
        on_done(labelled)
        return labelled

    labelled = await asyncio.gather(*(label_one(number, item) for number, item in items.items()))
    return {one.item: one for one in labelled}


async def _measure_prior(
    task: LabellingTask, session: ModelSession, cache: AnswerCache, account: Spent
) -> Mapping[str, Chances]:
    """What the model says to an item without content; kept in the cache like an answer."""
    if not task.discount:
        return {}
    async with take_turn(item_key(task, CONTENT_FREE), session, cache):
        known = recall_prior(task, cache)
        if known is not None:
            return known
        spent = Spent()
        try:
            judgement = await _ask(task, CONTENT_FREE, session, spent)
        finally:
            account.include(spent)
        cache.put(item_key(task, CONTENT_FREE), judgement.to_text())
        return judgement.chances


@asynccontextmanager
async def take_turn(key: str, session: ModelSession, cache: AnswerCache) -> AsyncIterator[None]:
    """Our turn to ask for the answer `key`: one process asks, the others wait for what it finds. Nobody waits longer than a
    question may take; then it is asked, whoever else is at it."""
    loop = asyncio.get_running_loop()
    patience = loop.time() + session.deadline_s
    while not cache.claim(key, session.deadline_s) and loop.time() < patience and session.seconds_left() != 0.0:
        await asyncio.sleep(_LOOK_AGAIN_S)
    try:
        yield
    finally:
        cache.release(key)


async def _ask(task: LabellingTask, item: DigestItem, session: ModelSession, spent: Spent) -> Judgement:
    if len(item.text) > _ITEM_MAX:
        raise ModelError("too_long", f"the item has {len(item.text):,} characters, more than {_ITEM_MAX:,}")
    shape = answer_shape(task, item)
    reply: Reply[Any] = await session.ask(build_messages(task, item), shape, spent, max_tokens=task.max_tokens)
    chances = {
        "theme": read_chances(reply.tokens, "theme", task.themes.names),
        "sentiment": read_chances(reply.tokens, "sentiment", SENTIMENTS),
    }
    if task.form == "numbered":
        lines = [str(number) for number in line_numbers(fence_item(item).shown)]
        chances["sentence"] = read_chances(reply.tokens, "sentence", lines)
    answer = plain_answer(task.form, reply.answer, item)
    given = {field: spread for field, spread in chances.items() if spread}
    first = Judgement(answer, given, reply.text)
    return await _hear_votes(task, item, session, spent, first) if task.votes > 1 and not given else first


async def _hear_votes(
    task: LabellingTask, item: DigestItem, session: ModelSession, spent: Spent, first: Judgement
) -> Judgement:
    """The answer that speaks for all votes, with their shares as its probabilities. Asked one after the other, so that an
    item never has more questions under way than any other. What fails costs confidence and not the item its label."""
    heard, whole = [first], True
    for number in range(1, task.votes):
        sampling = Sampling(VOTE_TEMPERATURE, seed=1 + number)
        try:
            vote: Reply[Any] = await session.ask(
                build_messages(task, item),
                answer_shape(task, item),
                spent,
                max_tokens=task.max_tokens,
                sampling=sampling,
            )
        except ModelError as error:
            whole = whole and isinstance(error, AnswerRefused)
            continue
        heard.append(Judgement(plain_answer(task.form, vote.answer, item), {}, vote.text))
    answers = [one.answer for one in heard]
    shares = count_votes(answers, task.votes, {"theme": task.themes.names, "sentiment": SENTIMENTS})
    speaker = heard[choose_answer(answers, shares)]
    return Judgement(speaker.answer, shares, speaker.raw, "votes", whole)


def _provenance(task: LabellingTask, spent: Spent, started: float) -> Provenance:
    return Provenance(
        model=task.model_name,
        prompt=task.prompt.version,
        prompt_tokens=spent.prompt_tokens,
        completion_tokens=spent.completion_tokens,
        attempts=spent.attempts,
        seconds=round(time.monotonic() - started, 3),
    )
