"""The HTML part of a mail: tables and inline styles only, as mail programs draw them. No script, no link, no image.

In: what the mail says. Out: one document. Every word of a wrap goes through `esc`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.figures import plain, signed, with_unit
from llm_wrap.brief.view import BriefView, ItemView, view_brief
from llm_wrap.delivery.mail_text import entry_marks, name_edition
from llm_wrap.models import BriefEntry, MailContent

_FONT = "font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.4;color:#1a1a1a"
_CELL = "padding:2px 8px 2px 0;border-bottom:1px solid #e0e0e0;vertical-align:top"
_HEAD = f"{_CELL};font-weight:bold;color:#555555"
_SIGNS = {"positive": "▲", "negative": "▼", "mixed": "◆", "neutral": "●"}


def render_mail_html(content: MailContent) -> str:
    """The document."""
    blocks = [
        *([_paragraph(content.notice)] if content.notice else []),
        *(_paragraph(note) for note in content.notes),
        *(block for entry in content.entries for block in _entry(entry)),
        *_listed(content),
    ]
    body = "\n".join(blocks)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Market brief</title></head>\n'
        f'<body style="margin:0;padding:0"><table role="presentation" width="100%" style="max-width:720px"><tr>'
        f'<td style="padding:12px;{_FONT}">\n{body}\n</td></tr></table></body></html>\n'
    )


def esc(text: str) -> str:
    """Words of any origin as text of an HTML page."""
    return escape(clean(text), quote=True)


def _entry(entry: BriefEntry) -> Iterator[str]:
    view = view_brief(entry.brief)
    yield _heading(1, f"{view.name}, {view.day_of}")
    yield from (_paragraph(mark, strong=True) for mark in entry_marks(entry))
    if view.headline:
        yield _paragraph(view.headline)
    yield _paragraph(view.opening)
    yield from (_paragraph(f"Note: {note}") for note in entry.brief.notes)
    yield from (_paragraph(f"• {day.text}") for day in view.day)
    for group in view.groups:
        yield _heading(2, group.title)
        for item in group.items:
            yield from _item(item)
    yield from _tables(view)
    if view.issues:
        yield _heading(2, "Issues in the source")
        yield from (_paragraph(f"{i.number}. {i.title} ({i.place}): {i.issue.message}") for i in view.issues)
    yield from (_paragraph(line) for line in (entry.brief.wrap.disclaimer or "").splitlines() if line.strip())


def _item(item: ItemView) -> Iterator[str]:
    facts = []
    if item.sentiment:
        facts.append(f"{_SIGNS[item.sentiment]} {item.sentiment}" + (f" for {item.target}" if item.target else ""))
    if item.state:
        facts.append(item.state)
    if item.sentiment and item.confidence:
        facts.append(f"confidence {item.confidence}")
    yield _paragraph(f"{item.number}. {item.heading}", strong=True)
    if facts:
        yield _paragraph("; ".join(facts))
    if item.key:
        yield _paragraph(item.key)


def _tables(view: BriefView) -> Iterator[str]:
    wrap = view.brief.wrap
    for title, movers in (("Gainers", wrap.gainers), ("Decliners", wrap.decliners)):
        rows = [(signed(row.change_pct, "%"), row.ticker or "", row.name or "", row.reason) for row in movers]
        yield from _table(title, ("Change", "Ticker", "Name", "Reason"), rows)
    levels = ("Level", "Change", "Change %")
    yield from _table(
        "Indices",
        ("Index", *levels),
        [(row.name, plain(row.level), signed(row.change), signed(row.change_pct, "%")) for row in wrap.markets],
    )
    yield from _table(
        "Currencies",
        ("Pair", *levels),
        [(row.pair, plain(row.level), signed(row.change), signed(row.change_pct, "%")) for row in wrap.currencies],
    )
    for table in wrap.tables:
        rows = [
            (
                row.name,
                with_unit(row.level, row.unit),
                _change(row.change, row.change_unit),
                signed(row.change_pct, "%"),
            )
            for row in table.rows
        ]
        yield from _table(table.name, ("Name", *levels), rows)
    yield from _table(
        "Economic",
        ("Country", "Indicator", "Period", "Actual", "Consensus", "Prior"),
        [
            (
                row.country or "",
                row.indicator + (f" ({row.status})" if row.status else ""),
                row.period or "",
                *(with_unit(value, row.unit) for value in (row.actual, row.consensus, row.prior)),
            )
            for row in wrap.economic
        ],
    )
    yield from _table(
        "Company news", ("Ticker", "News"), [(news.ticker or "", news.text) for news in wrap.company_news]
    )
    for section in wrap.sections:
        yield _heading(2, section.name)
        yield from (_paragraph(line) for line in section.lines)


def _listed(content: MailContent) -> Iterator[str]:
    if content.listed:
        yield _heading(2, "Older wraps since the last mail")
        for wrap in content.listed:
            yield _paragraph(f"• {name_edition(wrap.edition)}" + (f": {wrap.title}" if wrap.title else ""))


def _change(value: Decimal | None, unit: str | None) -> str:
    if not unit or value is None:
        return signed(value)
    return ("+" if value > 0 else "") + with_unit(value, unit)


def _heading(level: int, words: str) -> str:
    size = 18 if level == 1 else 15
    return f'<h{level} style="font-size:{size}px;margin:16px 0 6px 0">{esc(words)}</h{level}>'


def _paragraph(words: str, *, strong: bool = False) -> str:
    weight = ";font-weight:bold" if strong else ""
    return f'<p style="margin:0 0 6px 0{weight}">{esc(words)}</p>'


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    body = "\n".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{esc(cell)}</td>' for cell in cells) + "</tr>" for cells in rows
    )
    if body:
        top = "".join(f'<th align="left" style="{_HEAD}">{esc(cell)}</th>' for cell in head)
        yield _heading(2, title)
        yield f'<table style="border-collapse:collapse;{_FONT}"><tr>{top}</tr>\n{body}</table>'
