"""One reader a kind of section: its blocks in, records and issues into the harvest.

`READERS` is the table of them; `ROW_STARTS` tells where a row starts in the sections that hold rows.
"""

from __future__ import annotations

from collections.abc import Callable

from llm_wrap.models import CompanyNews, CurrencyRate, IndexLevel, Mover, TableRow
from llm_wrap.parsing.cutting import is_pair, is_subheading
from llm_wrap.parsing.dates import find_as_of, find_dates, is_date_line
from llm_wrap.parsing.digest import Story, find_first_story, find_levels, split_stories
from llm_wrap.parsing.economic import EconomicHeader, read_economic_row, read_header
from llm_wrap.parsing.harvest import Harvest
from llm_wrap.parsing.layout import Block, Starts
from llm_wrap.parsing.movers import is_row_ticker, read_mover
from llm_wrap.parsing.patterns import has_digit
from llm_wrap.parsing.row_starts import (
    starts_company_row,
    starts_economic,
    starts_head,
    starts_mover,
    starts_named_row,
)
from llm_wrap.parsing.rows import NamedRow, is_column_heads, read_named_row
from llm_wrap.parsing.sections import Kind, Section, is_furniture, is_mail_header
from llm_wrap.parsing.title import is_title, names_wrap, read_title_moves

Reader = Callable[[Harvest, Section, list[Block]], None]

MAX_PREAMBLE = 300  # blocks above the first section in which a title or a date is looked for


def read_preamble(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Title, date, time stamp, nav and mail lines; prose there is a Synopsis without a heading.

    Short lines above the title and the date are the page's or the mail's own, whatever they say.
    """
    heads = (place for place, block in enumerate(blocks[:MAX_PREAMBLE]) if _is_head(block.text))
    first_head = next(heads, 0)
    titles = [block.text for block in blocks[:MAX_PREAMBLE] if is_title(block.text) and not is_mail_header(block.text)]
    title = next((text for text in titles if names_wrap(text)), titles[0] if titles else None)
    mailed = any(block.text.lower().startswith(("from:", "to:", "subject:")) for block in blocks[:MAX_PREAMBLE])
    for place, block in enumerate(blocks[:MAX_PREAMBLE]):
        text = block.text
        if is_mail_header(text) and not (is_date_line(text) and text.lower().startswith("date:") and not mailed):
            harvest.own(block, "mail header")
            harvest.head.append(text)
        elif text == title and harvest.title is None:
            harvest.title, harvest.title_line, harvest.title_moves = text, block.line, read_title_moves(text)
            harvest.head.insert(0, text)
            _take_date(harvest, block, "title")
        elif is_date_line(text):
            _take_date(harvest, block, "date")
        elif harvest.title and block.line > harvest.title_line and len(moves := read_title_moves(text)) >= 2:
            harvest.own(block, "title")  # its moves, on a line of their own
            harvest.title_moves = harvest.title_moves or moves
        elif len(text) < 60 and find_as_of(text):
            _take_date(harvest, block, "as of")
        elif is_furniture(text) or (place < first_head and len(text) < 100):
            harvest.own(block, "nav")
            harvest.head.append(text)
        elif len(text) > 140 or (text.endswith(".") and (len(text) > 80 or (harvest.synopsis and len(text) > 30))):
            harvest.add_paragraph(block)
        else:
            harvest.leave(block, "the lines above the first section")
    for block in blocks[MAX_PREAMBLE:]:
        harvest.leave(block, "the lines above the first section")


def _is_head(text: str) -> bool:
    return is_date_line(text) or (is_title(text) and not is_mail_header(text))


def _take_date(harvest: Harvest, block: Block, owner: str) -> None:
    harvest.own(block, owner)
    harvest.as_of = harvest.as_of or find_as_of(block.text)
    harvest.dates.extend((block.line, one) for one in find_dates(block.text[:300]))


def read_synopsis(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Paragraphs; stories from the first headline on, where the Digest's heading is missing."""
    end = find_first_story(blocks)
    for block in blocks[:end]:
        harvest.add_paragraph(block)
    read_digest(harvest, section, blocks[end:])


def read_digest(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Stories."""
    for story in split_stories(blocks):
        harvest.add_story(story)


def read_news(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Outermost bullets with bullets below them are stories; the others are company rows or lines of the section."""
    levels = find_levels(blocks) if blocks else []
    rest: list[Block] = []
    index = 0
    while index < len(blocks):
        end = index + 1
        while end < len(blocks) and levels[end] > levels[index]:
            end += 1
        if end > index + 1:
            harvest.add_story(Story(blocks[index], tuple(blocks[index + 1 : end])))
        else:
            rest.append(blocks[index])
        index = end
    if "company" in section.name.lower().split():
        read_company_news(harvest, section, rest)
        return
    if rest:
        read_named(harvest, section, rest)


def read_movers(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Gainers, decliners, or both in one list, which the sign then parts."""
    for block in blocks:
        if is_subheading(block.text) or is_column_heads(block.text):
            harvest.own(block, f"heading: {section.kind}")
            continue
        row = read_mover(block.text)
        if row is None:
            harvest.leave(block, "the movers")
            continue
        down = row.change_pct.is_signed() if section.kind == "movers" else section.kind == "decliners"
        rows = harvest.decliners if down else harvest.gainers
        rows.append(
            Mover(change_pct=row.change_pct, ticker=row.ticker, name=row.name, reason=row.reason, line=block.line)
        )
        harvest.own(block, f"{'decliners' if down else 'gainers'} {len(rows)}")


def read_economic(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Releases under their country and period."""
    header = EconomicHeader(None, None)
    for block in blocks:
        read = read_header(block.text)
        if read:
            header = EconomicHeader(read.country or header.country, read.period)
            harvest.own(block, f"economic: {block.text}")
        elif is_column_heads(block.text):
            harvest.own(block, "heading: economic")
        else:
            row = read_economic_row(block.text, header, block.line)
            if row:
                harvest.economic.append(row)
                harvest.own(block, f"economic {len(harvest.economic)}")
            else:
                _report_row(harvest, block, "the economic data")


def read_table(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Index levels, currencies, or rows of a further table."""
    name = section.name
    yields = any(word in name.lower() for word in ("yield", "treasur", "bond", "rate", "fixed income"))
    full = False
    for block in blocks:
        if not has_digit(block.text) and (is_subheading(block.text) or is_column_heads(block.text)):
            harvest.own(block, f"heading: {name}")  # "Asia:" among the indices
            continue
        row = read_named_row(block.text, yields=yields)
        if full and block.last == harvest.last_line and _breaks_off(row):
            harvest.own(block, "unparsed_line")
            message = "The text breaks off in this row; none of its figures is used."
            harvest.report(block.line, "truncated", message, block.text)
        elif row is None:
            _report_row(harvest, block, name or "the tables")
        else:
            full = full or not _breaks_off(row)
            _add_row(harvest, section.kind, name, row, block)


def _breaks_off(row: NamedRow | None) -> bool:
    """Whether a row has less than a full one."""
    return row is None or row.values.level is None or row.values.change_pct is None or bool(row.rest)


def _add_row(harvest: Harvest, kind: Kind, name: str, row: NamedRow, block: Block) -> None:
    change, change_unit, percent, level, unit = row.values
    if kind == "data":
        kind = "currencies" if is_pair(row.name) else "markets"
    if kind == "markets":
        harvest.markets.append(
            IndexLevel(name=row.name, change=change, change_pct=percent, level=level, line=block.line)
        )
        harvest.own(block, f"markets {len(harvest.markets)}")
    elif kind == "currencies":
        harvest.currencies.append(
            CurrencyRate(pair=row.name, change=change, change_pct=percent, level=level, line=block.line)
        )
        harvest.own(block, f"currencies {len(harvest.currencies)}")
    else:
        rows = harvest.tables.setdefault(name, [])
        rows.append(
            TableRow(
                name=row.name,
                change=change,
                change_unit=change_unit,
                change_pct=percent,
                level=level,
                unit=unit,
                line=block.line,
            )
        )
        harvest.own(block, f"{name} {len(rows)}")
    if row.rest:
        message = f'The words "{row.rest}" behind the figures of this row are in no column.'
        harvest.report(block.line, "row_note", message, block.text)


def _report_row(harvest: Harvest, block: Block, where: str) -> None:
    if has_digit(block.text) and len(block.text) < 160:
        harvest.own(block, "unparsed_line")
        message = f"This row of {where} could not be read; none of its figures is used."
        harvest.report(block.line, "bad_row", message, block.text)
    else:
        harvest.leave(block, where)


def read_data(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Rows right under Data: releases by their words, the others by their shape."""
    start = 0
    releases = [" versus " in block.text or read_header(block.text) is not None for block in blocks]
    for end in range(1, len(blocks) + 1):
        if end == len(blocks) or releases[end] != releases[start]:
            (read_economic if releases[start] else read_table)(harvest, section, blocks[start:end])
            start = end


def read_company_news(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Rows with or without a ticker."""
    for block in blocks:
        _take_company_row(harvest, block, strict=False)


def _take_company_row(harvest: Harvest, block: Block, *, strict: bool) -> bool:
    """ "7201.JP -- broker upgrades to buy", "VRDN: …", or plain text where not `strict`."""
    first, _, rest = block.text.partition(" ")
    token = first.rstrip(":")
    ticker: str | None = None
    text = block.text
    if is_row_ticker(token) and (first.endswith(":") or rest.startswith(("-- ", "- ", "– ", "— ", ": ", "("))):
        ticker = token.strip("~")
        text = rest.lstrip("-–—: ")
    elif strict:
        return False
    harvest.company_news.append(CompanyNews(ticker=ticker, text=text, line=block.line))
    harvest.own(block, f"company news {len(harvest.company_news)}")
    return True


def read_unknown(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """A heading that is not in the table of headings: a table if its lines are rows, else a section kept as its lines."""
    line = section.heading.number if section.heading else 0
    message = f'"{section.name}" is no section that wraps usually have; it is kept under that name.'
    harvest.report(line, "unknown_section", message, section.name)
    if blocks and all(read_named_row(block.text) for block in blocks):
        read_table(harvest, section._replace(kind="table"), blocks)
    else:
        read_named(harvest, section, blocks)


def read_named(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """A section kept as its lines."""
    lines = harvest.sections.setdefault(section.name, [])
    for block in blocks:
        harvest.own(block, f"section: {section.name}")
        lines.append(block.text)


def read_disclaimer(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """The disclaimer, line by line."""
    for block in blocks:
        harvest.own(block, "disclaimer")
        harvest.disclaimer.append(block.text)


def read_signature(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """The sender's lines under a mail."""
    for block in blocks:
        harvest.own(block, "mail signature")


READERS: dict[Kind, Reader] = {
    "preamble": read_preamble,
    "synopsis": read_synopsis,
    "digest": read_digest,
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
    "named": read_named,
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
