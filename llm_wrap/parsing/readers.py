"""One reader a kind of section: its blocks in, records and issues into the harvest.

`READERS` is the table of them; `ROW_STARTS` tells where a row starts in the sections that hold rows.
"""

from __future__ import annotations

from collections.abc import Callable

from llm_wrap.parsing.digest import split_stories
from llm_wrap.parsing.harvest import Harvest
from llm_wrap.parsing.layout import Block, Line, Starts
from llm_wrap.parsing.patterns import has_digit
from llm_wrap.parsing.prose_readers import (
    read_company_news,
    read_disclaimer,
    read_news,
    read_preamble,
    read_signature,
    read_synopsis,
)
from llm_wrap.parsing.row_starts import (
    starts_company_row,
    starts_economic,
    starts_head,
    starts_mover,
    starts_named_row,
)
from llm_wrap.parsing.rows import read_named_row
from llm_wrap.parsing.sections import Kind, Section
from llm_wrap.parsing.table_readers import read_calendar, read_data, read_economic, read_movers, read_table

_CELL = 40  # characters; more is prose

Reader = Callable[[Harvest, Section, list[Block]], None]


def read_unknown(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """A heading that is not in the table of headings: a table if its lines are rows, else a section kept as its lines."""
    if not blocks:
        return  # a heading over others
    line = section.heading.number if section.heading else 0
    message = f'"{section.name}" is no section that wraps usually have; it is kept under that name.'
    harvest.report(line, "unknown_section", message, section.name)
    if all(read_named_row(block.text) for block in blocks):
        read_table(harvest, section._replace(kind="table"), blocks)
    else:
        read_calendar(harvest, section, blocks)


def read_stories(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Stories; one that holds nothing but short cells in columns is a section of its own that stands among them."""
    for story in split_stories(blocks):
        if story.body and story.head.text and all(map(_is_row, story.body)):
            harvest.own(story.head, f"heading: {story.head.text}")
            heading = Line(story.head.line, story.head.indent, "", story.head.text, True)
            read_unknown(harvest, Section("unknown", story.head.text.rstrip(": "), heading, []), list(story.body))
        else:
            harvest.add_story(story)


def _is_row(block: Block) -> bool:
    cells = block.cells
    return (
        cells is not None and cells.framed and max(map(len, cells.texts)) <= _CELL and any(map(has_digit, cells.texts))
    )


READERS: dict[Kind, Reader] = {
    "preamble": read_preamble,
    "synopsis": read_synopsis,
    "digest": read_stories,
    "gainers": read_movers,
    "decliners": read_movers,
    "movers": read_movers,
    "data": read_data,
    "economic": read_economic,
    "markets": read_table,
    "currencies": read_table,
    "table": read_table,
    "company_news": read_company_news,
    "news": read_news,
    "named": read_calendar,
    "unknown": read_unknown,
    "disclaimer": read_disclaimer,
    "signature": read_signature,
}
ROW_STARTS: dict[Kind, Starts] = {
    "preamble": starts_head,
    "gainers": starts_mover,
    "decliners": starts_mover,
    "movers": starts_mover,
    "data": starts_named_row,
    "economic": starts_economic,
    "markets": starts_named_row,
    "currencies": starts_named_row,
    "table": starts_named_row,
    "company_news": starts_company_row,
}
