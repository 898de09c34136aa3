"""What a view is made of: an item, a theme, a sentence of the day, an issue, and the counts that add up. Text is as in the wrap."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from llm_wrap.brief.passages import Passage, Run
from llm_wrap.brief.wording import NOT_ASKED, UNLABELLED, count_names, count_words, need_review
from llm_wrap.models import SENTIMENTS, DigestItem, ItemSource, LabelStatus, ParseIssue, Sentiment


@dataclass(frozen=True, slots=True)
class CiteView:
    """A cite as a reader sees it: "2.3" is item 2, sentence 3, from 1 on; "S1.2" is in paragraph 1 of the Synopsis."""

    mark: str
    words: str
    anchor: str
    text: str = ""  # the sentence itself


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item with all that is known about it.

    Attributes:
        number: 1-based, in wrap order; what cites refer to.
        heading: the headline, or what stands for it where there is none.
        key, key_kind: one sentence and where it comes from: "abstractive", "extractive", or "first" (the body's first
            sentence, where no summary was made); None and "" where the item has no text for it.
        unplaced: evidence that is not found at its place, shown in words instead of a mark in the text.
        issues: numbers of the issues that concern its lines.
    """

    number: int
    source: ItemSource
    anchor: str
    item: DigestItem
    heading: str
    headline: tuple[Run, ...]
    body: tuple[Passage, ...]
    status: LabelStatus
    reason: str | None
    theme: str | None
    secondary: tuple[str, ...]
    sentiment: Sentiment | None
    target: str | None
    confidence: str | None
    confidence_source: str
    evidence: tuple[str, ...]
    unplaced: tuple[str, ...]
    key: str | None
    key_kind: str
    issues: tuple[int, ...]
    cites: tuple[CiteView, ...] = ()  # of a summary in a model's words
    single_source: bool = False  # all of it rests on one outlet or one unnamed source
    tape: str = ""  # "tape disagrees: NFLX -10.3%", where it does so strongly

    @property
    def state(self) -> str:
        """“needs review (low confidence)”, “unlabelled (timeout)”, or nothing for a label that held."""
        if self.status == "labelled" or self.reason == NOT_ASKED:
            return ""
        words = self.status.replace("_", " ")
        return f"{words} ({self.reason})" if self.reason else words

    @property
    def confidence_words(self) -> str:
        if not self.confidence:
            return "confidence not given"
        return f"confidence {self.confidence}" + (" (votes)" if self.confidence_source == "votes" else "")


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """The items of one theme in wrap order, and how many there are of each sentiment."""

    name: str
    title: str
    items: tuple[ItemView, ...]

    @property
    def sentiments(self) -> tuple[tuple[str, int], ...]:
        """(sentiment, count) for those that occur, in fixed order, the unlabelled last."""
        counts = Counter(view.sentiment or UNLABELLED for view in self.items)
        return tuple((name, counts[name]) for name in (*SENTIMENTS, UNLABELLED) if counts[name])

    @property
    def words(self) -> str:
        """“2 positive, 1 mixed; 1 needs review”, or the reasons of the unlabelled."""
        if self.name == UNLABELLED:
            return count_names(Counter(view.reason or UNLABELLED for view in self.items).most_common())
        review = sum(view.status == "needs_review" for view in self.items)
        return count_names(self.sentiments) + (f"; {need_review(review)}" if review else "")


@dataclass(frozen=True, slots=True)
class DayView:
    """One sentence about the day."""

    text: str
    kind: str
    cites: tuple[CiteView, ...]


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue, numbered from 1, in words."""

    number: int
    title: str
    issue: ParseIssue

    @property
    def place(self) -> str:
        return f"line {self.issue.line}" if self.issue.line else "whole text"


@dataclass(frozen=True, slots=True)
class Tally:
    """items = labelled + needs_review + unlabelled, always. `unmeasured`: labelled ones without a confidence, which cannot
    fall short of one."""

    items: int
    labelled: int
    needs_review: int
    unlabelled: int
    sentiments: tuple[tuple[str, int], ...]
    unmeasured: int = 0

    @property
    def words(self) -> str:
        return (
            f"{count_words(self.items, 'item')} = {self.labelled} labelled + {need_review(self.needs_review)} + "
            f"{self.unlabelled} unlabelled{self._unmeasured}"
        )

    @property
    def _unmeasured(self) -> str:
        none = self.unmeasured and self.unmeasured == self.labelled
        return " (the model gave no confidence)" if none else ""

    @property
    def short(self) -> str:
        """The same without what there is none of: "5 items: 3 labelled, 2 need review"; "5 items, all labelled"."""
        items = count_words(self.items, "item")
        if self.labelled == self.items:
            return (
                f"{items}, all labelled{self._unmeasured}" if self.items > 1 else f"{items}, labelled{self._unmeasured}"
            )
        parts = [f"{self.labelled} labelled"] if self.labelled else []
        parts += [need_review(self.needs_review)] if self.needs_review else []
        parts += [f"{self.unlabelled} unlabelled"] if self.unlabelled else []
        return f"{items}: {', '.join(parts)}{self._unmeasured}"
