"""The report as one HTML page that needs nothing else: style and plots are in it, no script, nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from llm_wrap.evaluation.report.blocks import Block, Figure, Heading, Paragraph, Row, Table

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: .8rem 0; font-size: .86rem; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid #888; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.grey td { color: #6b6b6b; font-style: italic; } figure { display: inline-block; margin: .5rem 1rem .5rem 0; }
figcaption { font-size: .78rem; color: #555; max-width: 26rem; } svg { max-width: 100%; height: auto; }
"""


def render_html(blocks: Sequence[Block]) -> str:
    """One document; the first heading is its title."""
    title = next((block.text for block in blocks if isinstance(block, Heading)), "Evaluation")
    parts: list[str] = []
    for block in blocks:
        match block:
            case Heading(text):
                level = "h2" if parts else "h1"
                parts.append(f"<{level}>{escape(text)}</{level}>")
            case Paragraph(text):
                parts.append(f"<p>{escape(text)}</p>")
            case Table():
                parts.append('<div class="wide" tabindex="0"><table>' + "".join(_table_parts(block)) + "</table></div>")
            case Figure(svg, words):
                label = f'<svg role="img" aria-label="{escape(words, quote=True)}"'
                parts.append(
                    f"<figure>{svg.replace('<svg', label, 1)}<figcaption>{escape(words)}</figcaption></figure>"
                )
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{_STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n'


def _table_parts(table: Table) -> Iterator[str]:
    heads = "".join(
        f'<th scope="col"{_kind(table, place)}>{escape(cell)}</th>' if cell else "<td></td>"
        for place, cell in enumerate(table.columns)
    )
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for row in table.rows:
        cells = "".join(
            f"<td{_kind(table, place)}{_shade(row, place)}>{escape(cell)}</td>" for place, cell in enumerate(row.cells)
        )
        opening = '<tr class="grey">' if row.grey else "<tr>"
        yield f"{opening}{cells}</tr>"
    yield "</tbody>"


def _kind(table: Table, place: int) -> str:
    return "" if place < table.text_columns else ' class="n"'


def _shade(row: Row, place: int) -> str:
    if place >= len(row.heat) or not row.heat[place]:
        return ""
    return f' style="background: rgba(11, 83, 148, {0.5 * row.heat[place]:.2f})"'
