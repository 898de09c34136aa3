"""The summaries of a run with a model that can write: its sentences about items and the day, judged, repaired once, or replaced.

What a model said is kept in the answer cache as it came, under a key of everything that it saw; what is read from there is
judged again like a fresh answer. Nothing that the guard does not let through is ever shown: the source sentence is, marked
`extractive`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llm_wrap.cache import AnswerCache, cache_key
from llm_wrap.errors import ModelError
from llm_wrap.labelling.prompts import load_prompt, number_sentences
from llm_wrap.models import DaySentence, DigestItem, LabelledItem, Summary, SummaryDraft
from llm_wrap.summary.day import summarise_day
from llm_wrap.summary.day_draft import (
    DayLine,
    JudgedDaySentence,
    choose_lines,
    compose_day,
    judge_day,
    write_lines,
)
from llm_wrap.summary.drafts import JudgedDraft, as_summary, judge_draft
from llm_wrap.summary.item import summarise_item

if TYPE_CHECKING:
    from pydantic import BaseModel

    from llm_wrap.llm.account import Spent
    from llm_wrap.llm.session import ModelSession

REPAIR_TOKENS = 160
DAY_TOKENS = 600
FEWEST_FOR_A_DAY = 3  # items; the day of fewer is their summaries
_SCHEMA_VERSION = 1

Messages = list[dict[str, str]]
Recall = Callable[["Question"], "Mapping[str, Any] | None"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a model beyond the items' labels, and of which shape the answer is."""

    messages: Messages
    shape: Callable[[], type[BaseModel]]
    max_tokens: int


@dataclass(frozen=True, slots=True)
class WrittenSummaries:
    """The summaries and the day. `refused`: how many of a model's item sentences are source sentences instead, of `written`."""

    summaries: tuple[Summary, ...]
    day: tuple[DaySentence, ...]
    written: int = 0
    refused: int = 0


class SummaryWriter:
    """Writes the summaries of one wrap's items. `identity` is what the model is, for the cache key."""

    def __init__(
        self,
        identity: Mapping[str, str],
        synopsis: Sequence[str],
        items: Sequence[DigestItem],
        labels: Sequence[LabelledItem],
        cache: AnswerCache,
        *,
        with_day: bool = True,
    ) -> None:
        self._with_day = with_day
        self._identity = identity
        self._synopsis = synopsis
        self._items = items
        self._labels = labels
        self._cache = cache

    def recall(self) -> WrittenSummaries | None:
        """The summaries from what the cache knows; None where a question would have to be asked."""
        missing: list[Question] = []

        def recall(question: Question) -> Mapping[str, Any] | None:
            answer = self._recall(question)
            if answer is None:
                missing.append(question)
            return answer

        judged = self._judge_items({})
        repairs = {number: recall(self._repair(number, one)) for number, one in judged.items() if not one.accepted}
        if missing:
            return None
        summaries = self._conclude_items(repairs)
        lines = self._choose_lines(summaries)
        if lines is None:
            return self._conclude(summaries, repairs, [], [])
        day = recall(self._ask_day(lines))
        if day is None:
            return None
        judged_day = judge_day(day, lines)
        if wrong := [one for one in judged_day if one.offences]:
            again = recall(self._repair_day(lines, wrong))
            if again is None:
                return None
            judged_day = _replace(judged_day, judge_day(again, lines))
        return self._conclude(summaries, repairs, judged_day, lines)

    async def write(self, session: ModelSession, account: Spent) -> WrittenSummaries:
        """The summaries, asking for what the cache does not know. Trouble with the model leaves the source sentence."""
        import asyncio  # a brief from a warm cache asks nobody

        async def ask(question: Question) -> Mapping[str, Any] | None:
            return self._recall(question) or await self._ask(question, session, account)

        judged = self._judge_items({})
        failed = [number for number, one in judged.items() if not one.accepted]
        answers = await asyncio.gather(*(ask(self._repair(number, judged[number])) for number in failed))
        repairs = dict(zip(failed, answers, strict=True))
        summaries = self._conclude_items(repairs)
        lines = self._choose_lines(summaries)
        if lines is None:
            return self._conclude(summaries, repairs, [], [])
        day = await ask(self._ask_day(lines))
        judged_day = judge_day(day, lines) if day is not None else []
        if wrong := [one for one in judged_day if one.offences]:
            again = await ask(self._repair_day(lines, wrong))
            judged_day = _replace(judged_day, judge_day(again, lines) if again is not None else [])
        return self._conclude(summaries, repairs, judged_day, lines)

    def _judge_items(self, repairs: Mapping[int, Mapping[str, Any] | None]) -> dict[int, JudgedDraft]:
        judged: dict[int, JudgedDraft] = {}
        for number, (item, labelled) in enumerate(zip(self._items, self._labels, strict=True)):
            draft = _read_repair(repairs.get(number)) if number in repairs else labelled.draft
            if draft is not None and item.sentences:
                judged[number] = judge_draft(draft, item)
        return judged

    def _conclude_items(self, repairs: Mapping[int, Mapping[str, Any] | None]) -> tuple[Summary, ...]:
        judged = self._judge_items(repairs)
        return tuple(
            as_summary(judged[number], labelled.source, labelled.item)
            if number in judged and judged[number].accepted
            else summarise_item(item, labelled)
            for number, (item, labelled) in enumerate(zip(self._items, self._labels, strict=True))
        )

    def _conclude(
        self,
        summaries: tuple[Summary, ...],
        repairs: Mapping[int, object],
        judged: Sequence[JudgedDaySentence],
        lines: Sequence[DayLine],
    ) -> WrittenSummaries:
        instead = summarise_day(self._synopsis, self._labels, summaries)
        day = compose_day(judged, instead, lines) if judged else instead
        refused = sum(summaries[number].kind == "extractive" for number in repairs)
        written = sum(labelled.draft is not None for labelled in self._labels)
        return WrittenSummaries(summaries, day, written, refused)

    def _choose_lines(self, summaries: Sequence[Summary]) -> list[DayLine] | None:
        """What the model is shown of the day; None where it is not asked."""
        if (
            not self._with_day
            or len(self._items) < FEWEST_FOR_A_DAY
            or not any(labelled.draft for labelled in self._labels)
        ):
            return None
        return choose_lines(self._synopsis, self._items, self._labels, summaries)

    def _repair(self, number: int, judged: JudgedDraft) -> Question:
        prompt = load_prompt("repair_summary")
        offences = "\n".join(f"- {offence}" for offence in judged.offences)
        item = number_sentences(self._items[number])
        return Question(prompt.fill(item=item, summary=judged.text, offences=offences), _summary_shape, REPAIR_TOKENS)

    def _ask_day(self, lines: Sequence[DayLine]) -> Question:
        return Question(
            load_prompt("summarise_day").fill(lines=write_lines(lines, self._labels)), _day_shape, DAY_TOKENS
        )

    def _repair_day(self, lines: Sequence[DayLine], wrong: Sequence[JudgedDaySentence]) -> Question:
        told = "\n".join(
            f"{number}. {one.text}\n   " + "; ".join(map(str, one.offences)) for number, one in enumerate(wrong, 1)
        )
        shown = write_lines(lines, self._labels)
        return Question(load_prompt("repair_day").fill(lines=shown, sentences=told), _day_shape, DAY_TOKENS)

    def _key(self, question: Question) -> str:
        return cache_key(
            {
                "model": dict(self._identity),
                "messages": question.messages,
                "schema": _SCHEMA_VERSION,
                "sampling": {"temperature": 0, "max_tokens": question.max_tokens},
            }
        )

    def _recall(self, question: Question) -> Mapping[str, Any] | None:
        try:
            kept = json.loads(self._cache.get(self._key(question)) or "null")
        except ValueError:
            return None
        return kept if isinstance(kept, dict) else None

    async def _ask(self, question: Question, session: ModelSession, account: Spent) -> Mapping[str, Any] | None:
        from llm_wrap.llm.account import Spent

        spent = Spent()
        async with session.gate:
            try:
                reply = await session.ask(question.messages, question.shape(), spent, max_tokens=question.max_tokens)
            except ModelError:
                return None
            finally:
                account.include(spent)
        answer: dict[str, Any] = reply.answer.model_dump()
        self._cache.put(self._key(question), json.dumps(answer, ensure_ascii=False, sort_keys=True))
        return answer


def preview_day(
    synopsis: Sequence[str], items: Sequence[DigestItem], labels: Sequence[LabelledItem]
) -> Question | None:
    """About what the model will be asked for the day, before it has said anything; None where it is not asked."""
    if len(items) < FEWEST_FOR_A_DAY:
        return None
    summaries = [summarise_item(item, labelled) for item, labelled in zip(items, labels, strict=True)]
    lines = choose_lines(synopsis, items, labels, summaries)
    return Question(load_prompt("summarise_day").fill(lines=write_lines(lines, labels)), _day_shape, DAY_TOKENS)


def _replace(judged: Sequence[JudgedDaySentence], again: Sequence[JudgedDaySentence]) -> list[JudgedDaySentence]:
    """The sentences that hold, and the new ones for those that do not."""
    return [one for one in judged if not one.offences] + [one for one in again if not one.offences]


def _read_repair(answer: Mapping[str, Any] | None) -> SummaryDraft | None:
    text = answer.get("summary") if answer is not None else None
    numbers = answer.get("summary_sentences") if answer is not None else None
    if not isinstance(text, str) or not text.strip():
        return None
    given = numbers if isinstance(numbers, list) else []
    sentences = tuple(dict.fromkeys(number - 1 for number in given if isinstance(number, int) and number > 0))
    return SummaryDraft(text=" ".join(text.split()), sentences=sentences)


def _summary_shape() -> type[BaseModel]:
    from pydantic import ConfigDict, create_model

    return create_model(
        "ItemSummary", __config__=ConfigDict(extra="forbid"), summary=(str, ...), summary_sentences=(list[int], ...)
    )


def _day_shape() -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model

    forbid = ConfigDict(extra="forbid")
    sentence = create_model("Sentence", __config__=forbid, text=(str, ...), cites=(list[str], ...))
    listed: Any = list[sentence]  # type: ignore[valid-type]
    return create_model("Day", __config__=forbid, sentences=(listed, Field(max_length=5)))
