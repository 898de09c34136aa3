"""From a model's sentence to one that may be shown, or to the reason why it may not. Pure.

A draft is judged against the sentences that it cites. Where it takes a fact from a sentence of its item that it does not
cite, that sentence is cited as well: what a reader is shown under a summary is all that it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llm_wrap.models import Cite, DigestItem, ItemSource, Summary, SummaryDraft
from llm_wrap.summary.guard import bears_out, check_claims, judge_sentence, read_sources
from llm_wrap.summary.guard_verdict import MISSING, Offence

ITEM_WORDS = 30
_MOST_CITES = 4


@dataclass(frozen=True, slots=True)
class JudgedDraft:
    """A sentence, the item's sentences (by number) that it rests on, and what the guard has against it."""

    text: str
    sentences: tuple[int, ...]
    offences: tuple[Offence, ...]

    @property
    def accepted(self) -> bool:
        return not self.offences


def judge_draft(draft: SummaryDraft, item: DigestItem) -> JudgedDraft:
    """The draft with its cites completed, and the guard's verdict on it."""
    given = tuple(number for number in draft.sentences if 0 <= number < len(item.sentences))[:_MOST_CITES]
    words = count_words(draft.text)
    if words > ITEM_WORDS:
        too_long = Offence(f"{words} words", "too_long")
        return JudgedDraft(draft.text, given, (too_long, *_judge(draft.text, given, item)))
    return complete_cites(draft.text, given, item)


def complete_cites(text: str, given: Sequence[int], item: DigestItem) -> JudgedDraft:
    """The sentence judged by all that it rests on (`find_cites`)."""
    cites = find_cites(text, given, item)
    return JudgedDraft(text, cites, _judge(text, cites, item))


def find_cites(text: str, given: Sequence[int], item: DigestItem) -> tuple[int, ...]:
    """The `given` sentences, and the item's sentences that have what the cited ones lack, the most telling first, four in all.

    Only what is missing is looked for, in sentences that are about the same or begin with the missing name (`bears_out`): a
    name or a number that stands somewhere else in the item is no support.
    """
    cites = list(given)
    offences = _check(text, cites, item)
    while len(cites) < _MOST_CITES and any(offence.kind in MISSING for offence in offences):
        missing = [offence.words for offence in offences if offence.kind in MISSING]
        others = [
            number
            for number, sentence in enumerate(item.sentences)
            if number not in cites and bears_out(text, sentence, missing)
        ]
        checked = {number: _check(text, [*cites, number], item) for number in others}
        best = min(others, key=lambda number: len(checked[number]), default=None)
        if best is None or len(checked[best]) >= len(offences):
            break
        cites.append(best)
        offences = checked[best]
    return tuple(sorted(cites))


def as_summary(judged: JudgedDraft, source: ItemSource, number: int) -> Summary:
    """The summary of item `number` that an accepted draft is."""
    cites = tuple(Cite(source=source, item=number, sentence=sentence) for sentence in judged.sentences)
    return Summary(source=source, item=number, text=judged.text, kind="abstractive", cites=cites)


def count_words(text: str) -> int:
    """
    >>> count_words("Oil rose 2.4% - again.")
    4
    """
    return sum(any(char.isalnum() for char in word) for word in text.split())


def _judge(text: str, cites: Sequence[int], item: DigestItem) -> tuple[Offence, ...]:
    return judge_sentence(text, _cite(cites, item), item.headline, item.sentences).offences


def _check(text: str, cites: Sequence[int], item: DigestItem) -> tuple[Offence, ...]:
    """What rules say of the cited sentences alone, which is all that may be missing."""
    sources = read_sources(text, _cite(cites, item), item.headline, item.sentences)
    return tuple(check_claims(sources, cited_only=True))


def _cite(cites: Sequence[int], item: DigestItem) -> list[str]:
    return [item.sentences[number] for number in sorted(cites)]
