"""The view-model that every renderer draws. In: a `Brief`. Out: its items in groups, with the counts that add up.

Nothing is hidden here: an item without a label stands in a group of its own with its reason, an item under review stays
in its theme with the word and the reason, and the tally counts all of them. Text is as in the wrap: renderers escape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from llm_wrap.brief.cites import cited_sentence
from llm_wrap.brief.figures import edition, long_date, percent, signed
from llm_wrap.brief.item_view import CiteView, DayView, IssueView, ItemView, Tally, ThemeGroup
from llm_wrap.brief.passages import mark_item
from llm_wrap.brief.wording import (
    NO_ITEMS,
    NOT_ASKED,
    UNLABELLED,
    count_names,
    count_words,
    footer_facts,
    in_words,
    issue_title,
    need_review,
    reason_words,
)
from llm_wrap.models import (
    SENTIMENTS,
    Brief,
    Cite,
    ItemSource,
    LabelledItem,
    TapeCheck,
)


@dataclass(frozen=True, slots=True)
class BriefView:
    """All that a renderer draws, beside the tables that it takes from `brief.wrap` as they are."""

    brief: Brief
    name: str
    day_of: str
    headline: str | None
    groups: tuple[ThemeGroup, ...]
    items: tuple[ItemView, ...]
    tally: Tally
    day: tuple[DayView, ...]
    issues: tuple[IssueView, ...]
    footer: tuple[tuple[str, str], ...]

    @property
    def has_labels(self) -> bool:
        """Whether any item has a theme and a sentiment."""
        return any(view.theme is not None for view in self.items)

    @property
    def asked(self) -> bool:
        """False for a brief that no model was asked about: its items stand in wrap order, in one group."""
        return _was_asked(self.brief)

    @property
    def synopsis(self) -> tuple[str, ...]:
        """The Synopsis, where its paragraphs are not the items."""
        return () if any(view.source == "synopsis" for view in self.items) else self.brief.wrap.synopsis

    @property
    def opening(self) -> str:
        """The sentences under the title: how many items there are and how their labels came out."""
        if not self.items:
            return NO_ITEMS
        if not self.asked:
            return f"{count_words(self.tally.items, 'item')}, in the order of the wrap: no model was asked for labels."
        told = f" Sentiment: {count_names(self.tally.sentiments)}." if self.tally.sentiments else ""
        return f"{self.tally.short}.{told}"

    @property
    def outcome(self) -> str:
        """Whether the brief is whole, as its exit code says."""
        if not self.asked or not self.items:
            return "Not labelled: no model was asked." if self.items else NO_ITEMS
        missing, review = self.tally.unlabelled, self.tally.needs_review
        checked = f"; {need_review(review)}" if review else ""
        if missing:
            verb = "has" if missing == 1 else "have"
            return f"Incomplete: {missing} of {count_words(self.tally.items, 'item')} {verb} no label{checked}."
        return f"Whole: each of {count_words(self.tally.items, 'item')} has its label{checked}."

    @property
    def count(self) -> str:
        """How many items have a label, as a sum, where a model was asked for any."""
        return f"{self.tally.words}." if self.asked else self.outcome

    def marks(self, line: int) -> tuple[int, ...]:
        """The numbers of the issues about a row of the wrap."""
        return tuple(view.number for view in self.issues if line and view.issue.line == line)


_STRONG = 2  # percent: more than most shares move on most days
_FEW = 2  # moves beside a label; the others stand in Text and tape
# Issues of tables and headings: where one stands between the last item and the first row that was read, it is no item's.
_OF_ROWS = frozenset(
    (
        "bad_row",
        "unparsed_line",
        "row_note",
        "duplicate_row",
        "sign_conflict",
        "arithmetic_mismatch",
        "unknown_section",
        "decimal_comma",
    )
)


def view_brief(brief: Brief) -> BriefView:
    """The brief as its reader sees it."""
    issues = tuple(IssueView(number, issue_title(issue.kind), issue) for number, issue in enumerate(brief.issues, 1))
    items = tuple(_view_items(brief, issues))
    return BriefView(
        brief=brief,
        name=edition(brief.wrap.region, brief.wrap.kind),
        day_of=long_date(brief.wrap.session_date) if brief.wrap.session_date else "Session date unknown",
        headline=brief.wrap.title,
        groups=_group(brief, items),
        items=items,
        tally=_count(items),
        day=tuple(DayView(day.text, day.kind, _view_cites(day.cites, brief)) for day in brief.day),
        issues=issues,
        footer=tuple(footer_facts(brief, _was_asked(brief))),
    )


def _was_asked(brief: Brief) -> bool:
    return brief.model is not None or any(label.label for label in brief.labels)


def _view_items(brief: Brief, issues: tuple[IssueView, ...]) -> Iterator[ItemView]:
    titles = {theme.name: theme.title for theme in brief.themes}
    summaries = {(summary.source, summary.item): summary for summary in brief.summaries}
    default: ItemSource = "digest" if brief.wrap.digest or not brief.wrap.synopsis else "synopsis"
    lines = sorted(_all_lines(brief))
    single = {(one.source, one.item) for one in brief.reading.attribution if one.single_source}
    for index, item in enumerate(brief.items):
        labelled = brief.labels[index] if index < len(brief.labels) else None
        source = labelled.source if labelled else default
        place = labelled.item if labelled else index
        label = labelled.label if labelled else None
        marked = mark_item(item, label.evidence if label else ())
        summary = summaries.get((source, place))
        first = item.sentences[0] if item.sentences else item.body.partition("\n")[0] or None
        last = next((line for line in lines if line > item.line), item.line + 2 * item.body.count("\n") + 3)
        yield ItemView(
            number=index + 1,
            source=source,
            anchor=f"{source}-{place + 1}",
            item=item,
            heading=item.headline or f"Synopsis, paragraph {place + 1}",
            headline=marked.headline,
            body=marked.body,
            status=labelled.status if labelled else "unlabelled",
            reason=_reason(brief, labelled),
            theme=titles.get(label.theme, in_words(label.theme)) if label else None,
            secondary=tuple(titles.get(name, in_words(name)) for name in label.secondary_themes) if label else (),
            sentiment=label.sentiment if label else None,
            target=label.sentiment_target if label else None,
            confidence=percent(label.confidence) if label and label.confidence is not None else None,
            confidence_source=label.confidence_source if label else "none",
            evidence=tuple(piece.text for piece in label.evidence) if label else (),
            unplaced=marked.unplaced,
            key=summary.text if summary else first,
            key_kind=summary.kind if summary else "first" if first else "",
            cites=_view_cites(summary.cites, brief) if summary and summary.kind == "abstractive" else (),
            issues=tuple(
                view.number
                for view in issues
                if item.line and item.line <= view.issue.line < last and view.issue.kind not in _OF_ROWS
            ),
            single_source=(source, place) in single,
            tape=_word_tape(tuple(one for one in brief.reading.tape if (one.source, one.item) == (source, place))),
        )


def _word_tape(checks: Sequence[TapeCheck]) -> str:
    """“tape disagrees: NFLX -10.3%”: where the largest move of the companies that a label is of is strong and against it."""
    largest_first = sorted(checks, key=lambda one: -abs(one.change_pct))
    against = [one for one in largest_first if one.verdict == "contradicts" and abs(one.change_pct) >= _STRONG]
    if not against or largest_first[0].verdict != "contradicts":
        return ""
    moves = [f"{one.ticker or one.company} {signed(one.change_pct, '%')}" for one in against[:_FEW]]
    more = f" and {len(against) - _FEW} more" if len(against) > _FEW else ""
    return f"tape disagrees: {', '.join(moves)}{more}"


def _all_lines(brief: Brief) -> Iterator[int]:
    wrap = brief.wrap
    for rows in (wrap.gainers, wrap.decliners, wrap.economic, wrap.markets, wrap.currencies, wrap.company_news):
        yield from (row.line for row in rows)
    yield from (row.line for table in wrap.tables for row in table.rows)
    yield from (item.line for item in brief.items)


def _reason(brief: Brief, labelled: LabelledItem | None) -> str | None:
    if labelled is None:
        return reason_words("no_label") if _was_asked(brief) else NOT_ASKED
    return reason_words(labelled.reason) if labelled.reason else None


def _group(brief: Brief, items: tuple[ItemView, ...]) -> tuple[ThemeGroup, ...]:
    if not _was_asked(brief):
        return (ThemeGroup("", "Items (not labelled)", items),) if items else ()
    order = {theme.title: place for place, theme in enumerate(brief.themes)}
    names = {theme.title: theme.name for theme in brief.themes}
    by_theme: dict[str, list[ItemView]] = {}
    bare: list[ItemView] = []
    for view in items:
        (bare if view.theme is None else by_theme.setdefault(view.theme, [])).append(view)
    titles = sorted(by_theme, key=lambda title: (-len(by_theme[title]), order.get(title, len(order))))
    groups = [ThemeGroup(names.get(title, title), title, tuple(by_theme[title])) for title in titles]
    if bare:
        groups.append(ThemeGroup(UNLABELLED, "Unlabelled", tuple(bare)))
    return tuple(groups)


def _count(items: tuple[ItemView, ...]) -> Tally:
    status = Counter(view.status for view in items)
    sentiments = Counter(view.sentiment for view in items if view.sentiment)
    return Tally(
        items=len(items),
        labelled=status["labelled"],
        needs_review=status["needs_review"],
        unlabelled=status["unlabelled"],
        sentiments=tuple((name, sentiments[name]) for name in SENTIMENTS if sentiments[name]),
        unmeasured=sum(view.status == "labelled" and not view.confidence for view in items),
    )


def list_cited(view: BriefView) -> list[CiteView]:
    """Every cite of the brief once, in the order in which a reader meets them."""
    cites = [cite for day in view.day for cite in day.cites]
    cites += [cite for group in view.groups for item in group.items for cite in item.cites]
    return list({cite.mark: cite for cite in cites}.values())


def _view_cites(cites: Iterable[Cite], brief: Brief) -> tuple[CiteView, ...]:
    views = []
    for cite in cites:
        place, sentence = cite.item + 1, cite.sentence + 1
        if cite.source == "digest":
            mark, words = f"{place}.{sentence}", f"item {place}, sentence {sentence}"
        else:
            mark, words = f"S{place}.{sentence}", f"Synopsis paragraph {place}, sentence {sentence}"
        text = cited_sentence(brief, cite)
        views.append(CiteView(mark, words, f"{cite.source}-{place}-{sentence}", text))
    return tuple(views)
