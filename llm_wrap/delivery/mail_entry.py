"""One wrap in a mail's HTML: the day, the items by theme, every table, what is wrong in the source, how it was made.

In: a `BriefEntry`. Out: parts in the order of a reader at seven in the morning, each with its rank: what goes first where the
mail would grow too large. Figures keep their hyphen-minus here: they are pasted into spreadsheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llm_wrap.brief.item_view import CiteView, DayView, ItemView, ThemeGroup
from llm_wrap.brief.level_view import index_strip
from llm_wrap.brief.passages import Run, mark_text
from llm_wrap.brief.view import BriefView, view_brief
from llm_wrap.brief.wording import (
    CITES_NOTE,
    FIGURES_NOTE,
    LABELS_NOTE,
    MODEL_WORDS,
    SIGNS,
    UNLABELLED,
    count_words,
)
from llm_wrap.delivery.mail_markup import (
    LIST,
    Cell,
    Tone,
    esc,
    heading,
    item_row,
    listing,
    marked,
    notice,
    open_items,
    open_table,
    paragraph,
    table_rows,
    tinted,
)
from llm_wrap.delivery.mail_size import Part
from llm_wrap.delivery.mail_tables import MailTables, mail_refs
from llm_wrap.delivery.mail_words import entry_marks
from llm_wrap.models.delivery import BriefEntry

_TONES: dict[str, Tone] = {
    "positive": "up",
    "negative": "down",
    "mixed": "mixed",
    "neutral": "neutral",
    UNLABELLED: "unlabelled",
}
_STRIP = 8  # indices on top; all of them are in their table
_MANY = 12  # items of a theme from which on its signs are counted, not drawn


def entry_parts(entry: BriefEntry, up_colour: str = "green") -> Iterator[Part]:
    """The parts of one wrap."""
    view = view_brief(entry.brief)
    tables = MailTables(view, up_colour)
    draw = _Draw(view, tables)
    yield Part(rank=0, head="".join(draw.head(entry)))
    yield from draw.day()
    yield from tables.sections("top")
    yield from draw.overview()
    for group in view.groups:
        yield draw.group(group)
    yield from tables.sections("middle")
    yield from tables.movers()
    yield from tables.economic()
    yield from tables.levels()
    yield from tables.further()
    yield from tables.sections("end")
    yield from draw.issues()
    yield from draw.whole_texts()
    yield Part(rank=0, head="".join(draw.making()))
    yield from draw.disclaimer()


class _Draw:
    """The parts of one brief that are no tables."""

    def __init__(self, view: BriefView, tables: MailTables) -> None:
        self.view = view
        self.wrap = view.brief.wrap
        self.tables = tables

    # ---- on top

    def head(self, entry: BriefEntry) -> Iterator[str]:
        view = self.view
        stamp = view.day_of + (f", {self.wrap.as_of}" if self.wrap.as_of else "")
        yield heading(1, esc(view.name))
        yield paragraph(esc(stamp), "muted", after=8)
        yield from (notice(f"<b>{esc(mark)}</b>") for mark in entry_marks(entry))
        strip = [
            f"{esc(row.name).replace(' ', '&nbsp;')}&nbsp;{self.tables.figure(row.pct)}{mail_refs(row.issues)}"
            for row in index_strip(view)[:_STRIP]
        ]
        if strip:
            yield paragraph("&nbsp; ".join(strip), after=8)
        if view.headline:
            yield paragraph(esc(view.headline), "muted" if strip else "", after=8, size=14 if strip else None)
        yield paragraph(esc(view.opening), "muted", after=8, size=14)
        told = [esc(note) for note in view.brief.notes]
        if view.issues:
            where = "is told" if len(view.issues) == 1 else "are told"
            told.append(f"{count_words(len(view.issues), 'issue')} in the source {where} below the tables.")
        if told:
            yield notice("<br>".join(told))

    def day(self) -> Iterator[Part]:
        if self.view.day:
            rows = listing(self.day_sentence(day) for day in self.view.day)
            yield Part(rank=1, head=heading(2, "The day") + LIST[0], rows=rows, foot=LIST[1], noun="sentences", least=9)
        elif self.view.synopsis:
            rows = tuple(paragraph(esc(text), after=8) for text in self.view.synopsis)
            yield Part(rank=1, head=heading(2, "Synopsis"), rows=rows, noun="paragraphs", least=4)

    def day_sentence(self, day: DayView) -> str:
        return esc(day.text) + _cites(day.cites) + _kind(day.kind)

    # ---- items

    def overview(self) -> Iterator[Part]:
        if not self.view.has_labels:
            return
        rows = table_rows(
            (Cell(esc(group.title), width="38%"), Cell(f"{_dots(group)} {esc(group.words)}"))
            for group in self.view.groups
        )
        yield Part(
            rank=1,
            head=heading(2, "Sentiment by theme") + open_table(),
            rows=rows,
            foot="</table>",
            noun="themes",
            least=9,
        )

    def group(self, group: ThemeGroup) -> Part:
        count = tinted(count_words(len(group.items), "item"), "muted")
        return Part(
            rank=1,
            head=heading(2, f"{esc(group.title)} &nbsp;{count}") + open_items(),
            rows=tuple(item_row(_edge(item), "".join(self.item(item))) for item in group.items),
            foot="</table>",
            noun="items",
            least=5,
        )

    def item(self, item: ItemView) -> Iterator[str]:
        number = tinted(f"{item.number}.", "muted")
        yield heading(3, f'{number} <span dir="auto">{marked(item.headline or (Run(item.heading, False),))}</span>')
        facts = []
        if item.sentiment:
            words = tinted(f"{SIGNS[item.sentiment]} {item.sentiment}", _TONES[item.sentiment], strong=not item.state)
            facts.append(words + (f" for {esc(item.target)}" if item.target else ""))
        if item.state:
            sign = "" if item.sentiment else f"{SIGNS[UNLABELLED]} "
            yield paragraph(tinted(sign + esc(item.state), "warn", strong=True), after=3)
        if item.tape:
            facts.append(tinted(esc(item.tape), "warn", strong=True))
        if facts:
            yield paragraph(" ".join(facts), after=3)
        if item.key:
            runs = mark_text(item.key, item.evidence)
            yield paragraph(marked(runs) + _cites(item.cites) + _kind(item.key_kind), after=3)
        for words in item.evidence:
            if words not in item.item.headline and words not in (item.key or ""):
                lost = " (not found in the item)" if words in item.unplaced else ""
                yield paragraph(f"Evidence: {marked((Run(words, True),))}{lost}", after=3)
        origin = [", ".join(item.item.tickers), ", ".join(item.item.sources)]
        if item.secondary:
            origin.append(f"also {', '.join(item.secondary)}")
        if item.single_source:
            origin.append("single source")
        if item.sentiment:
            origin.append(item.confidence_words)
        if item.issues:
            origin.append(f"see issue {', '.join(map(str, item.issues))}")
        if any(origin):
            yield paragraph(" &nbsp;|&nbsp; ".join(esc(part) for part in origin if part), "muted", after=0, size=13)

    # ---- below

    def issues(self) -> Iterator[Part]:
        rows = []
        for issue in self.view.issues:
            told = f"{issue.number}. <b>{esc(issue.title)}</b> ({esc(issue.place)}): {esc(issue.issue.message)}"
            quote = "<br>" + tinted(f"“{esc(issue.issue.text)}”", "muted") if issue.issue.text else ""
            rows.append(paragraph(told + quote))
        if rows:
            count = tinted(count_words(len(rows), "issue"), "muted")
            head = heading(2, f"Issues in the source &nbsp;{count}")
            yield Part(rank=4, head=head, rows=tuple(rows), noun="issues", least=20)

    def making(self) -> Iterator[str]:
        view = self.view
        yield heading(2, "How this brief was made")
        yield paragraph(f"<b>{esc(view.outcome)}</b>")
        told = [view.count] if view.asked else []  # else the line above says it
        told += [f"{LABELS_NOTE} The marked words are the evidence."] if view.has_labels else []
        told += [FIGURES_NOTE]
        told += [CITES_NOTE] if any(day.cites for day in view.day) else []
        yield paragraph(esc(" ".join(told)), "muted", size=13)
        facts = (f"{esc(name)}: {esc(value)}" for name, value in view.footer)
        yield paragraph(" &nbsp;|&nbsp; ".join(facts), "muted", size=13)

    def whole_texts(self) -> Iterator[Part]:
        """The full text of each item, and the Synopsis where it is not shown above."""
        rows = []
        for item in self.view.items:
            if item.item.body.strip() == (item.key or "").strip():
                continue  # one sentence, told above
            number = tinted(f"{item.number}.", "muted")
            body = (
                paragraph(marked(run for _, runs in passage.sentences for run in runs), after=8)
                for passage in item.body
            )
            rows.append(heading(3, f"{number} {esc(item.heading)}") + "".join(body))
        if rows:
            yield Part(rank=9, head=heading(2, "The items in full"), rows=tuple(rows), noun="items")
        if self.view.day and self.view.synopsis:
            told = tuple(paragraph(esc(text)) for text in self.view.synopsis)
            yield Part(rank=8, head=heading(2, "Synopsis"), rows=told, noun="paragraphs")

    def disclaimer(self) -> Iterator[Part]:
        lines = [line for line in (self.wrap.disclaimer or "").splitlines() if line.strip()]
        if lines:
            rows = tuple(paragraph(esc(line), "muted", size=13) for line in lines)
            yield Part(rank=2, head=heading(2, "The wrap's own notice"), rows=rows, noun="lines")


def _edge(item: ItemView) -> Tone:
    return "warn" if item.sentiment and item.state else _TONES[item.sentiment or UNLABELLED]


def _dots(group: ThemeGroup) -> str:
    """One sign an item, or the signs with their counts where there are many items."""
    many = len(group.items) > _MANY
    return " ".join(
        tinted(f"{SIGNS[name]}{count}" if many else SIGNS[name] * count, _TONES[name])
        for name, count in group.sentiments
    )


def _cites(cites: Iterable[CiteView]) -> str:
    marks = ", ".join(cite.mark for cite in cites)
    return f" {tinted(f'[{esc(marks)}]', 'muted')}" if marks else ""


def _kind(kind: str) -> str:
    return f" {tinted(f'({MODEL_WORDS})', 'muted')}" if kind == "abstractive" else ""
