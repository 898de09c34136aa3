"""The report as Markdown. Grey rows are in italics; plots are their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llm_wrap.evaluation.report.blocks import Block, Figure, Heading, Paragraph, Table


def render_markdown(blocks: Sequence[Block]) -> str:
    """One document; the first heading is its title."""
    level = "#"
    parts: list[str] = []
    for block in blocks:
        match block:
            case Heading(text):
                parts.append(f"{level} {_escape(text)}")
                level = "##"
            case Paragraph(text):
                parts.append(_escape(text))
            case Table():
                parts.append("\n".join(_table_lines(block)))
            case Figure(_, words):
                parts.append(f"*{_escape(words)}*")
    return "\n\n".join(parts) + "\n"


def _table_lines(table: Table) -> Iterator[str]:
    yield _line([_escape(cell) for cell in table.columns])
    yield _line(["---" if place < table.text_columns else "---:" for place in range(len(table.columns))])
    for row in table.rows:
        cells = [_escape(cell) for cell in row.cells]
        yield _line([f"*{cell}*" if row.grey and cell.strip() else cell for cell in cells])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _escape(text: str) -> str:
    flat = " ".join(text.split())
    for mark in "\\`*|<_~":
        flat = flat.replace(mark, f"\\{mark}" if mark != "<" else "&lt;")
    return flat
