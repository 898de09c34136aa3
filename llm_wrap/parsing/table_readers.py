"""The readers of tables: rows in, records out; a row that is not understood is reported and none of it used."""

from __future__ import annotations

import re
from dataclasses import replace

from llm_wrap.models import CurrencyRate, EconomicPrint, IndexLevel, Mover, TableRow
from llm_wrap.parsing.columns import (
    Head,
    fit_row,
    part_halves,
    read_head,
    read_headed_release,
    read_headed_row,
    read_heads,
    read_mover_heads,
)
from llm_wrap.parsing.cutting import is_subheading
from llm_wrap.parsing.economic import note_first_estimate, read_economic_row
from llm_wrap.parsing.economic_header import EconomicHeader, read_header, split_header
from llm_wrap.parsing.guessing import name_kinds
from llm_wrap.parsing.harvest import Harvest
from llm_wrap.parsing.layout import Block
from llm_wrap.parsing.movers import (
    MoverRow,
    is_row_ticker,
    name_by_dash,
    read_headed_mover,
    read_mover,
    read_mover_cells,
    tells_names,
    tells_names_by_dash,
)
from llm_wrap.parsing.pairs import is_currency, is_pair
from llm_wrap.parsing.patterns import has_digit, is_ticker
from llm_wrap.parsing.prose_readers import read_named
from llm_wrap.parsing.release_days import find_day, read_day_heading, read_release_day
from llm_wrap.parsing.row_tokens import STANDSTILLS
from llm_wrap.parsing.rows import NamedRow, is_column_heads, read_named_row, strip_footnote
from llm_wrap.parsing.sections import Kind, Section, is_prose, read_way, says_none

_SAMPLE = 40  # rows; more say nothing new of a list's form


def read_movers(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Gainers, decliners, or both in one list, which the sign then parts."""
    halves = part_halves(blocks)
    if halves is not blocks:
        section, blocks = section._replace(kind="movers"), halves
    heading = next((block for block in blocks[:3] if read_mover_heads(block)), None)
    heads = (read_mover_heads(heading) if heading else None) or ()
    named = tells_names([block.cells for block in blocks if block.cells], [head.role for head in heads])
    told = [row for block in blocks[:_SAMPLE] if not block.cells and (row := read_mover(block.text))]
    dashed = tells_names_by_dash(told)
    unlisted = not heads and any(
        row.name and not row.ticker for row in (read_mover(block.text) for block in blocks[:_SAMPLE]) if row
    )
    coded = not heads and _tell_codes(blocks)
    kind = section.kind
    for block in blocks:
        way = read_way(block.text) if section.kind == "movers" else None
        kind = way or kind
        if (
            way
            or is_subheading(block.text)
            or is_column_heads(block.text)
            or says_none(block.text)
            or read_mover_heads(block)
        ):
            harvest.own(block, f"heading: {section.kind}")
            continue
        cells = fit_row(block, heads) if heads else None
        # What its heads say is all that it is.
        row = (
            read_headed_mover(cells, [head[:2] for head in heads])
            if cells
            else _read_cells(block, named, coded) or read_mover(block.text)
        )
        if row is None:
            _report_row(harvest, block, "the movers")
            continue
        row = name_by_dash(row) if dashed else row
        if (
            unlisted
            and row.ticker
            and row.name
            and not is_ticker(row.ticker)
            and f"{row.ticker} {row.name}" in block.text
        ):
            row = row._replace(ticker=None, name=f"{row.ticker} {row.name}")  # "HCL Tech" among names
        down = row.change_pct.is_signed() if kind == "movers" else kind == "decliners"
        rows = harvest.decliners if down else harvest.gainers
        rows.append(
            Mover(change_pct=row.change_pct, ticker=row.ticker, name=row.name, reason=row.reason, line=block.line)
        )
        harvest.own(block, f"{'decliners' if down else 'gainers'} {len(rows)}")


def _tell_codes(blocks: list[Block]) -> bool:
    """Whether the first column has codes: in all rows capitals, in half of them such as tickers are."""
    codes = [block.cells.texts[0] for block in blocks[:_SAMPLE] if block.cells]
    return len(codes) > 1 and all(map(_CODE.fullmatch, codes)) and sum(map(is_row_ticker, codes)) * 2 >= len(codes)


_CODE = re.compile(r"[0-9A-Z][0-9A-Z.&/-]{0,11}")  # "FALABELLA"  "PETR4"


def _read_cells(block: Block, named: bool, coded: bool) -> MoverRow | None:
    """The mover in columns. Without bars a ticker of its own is the proof that they are some; `coded`: the first is one."""
    if not block.cells or (not block.cells.framed and "): " in block.text):
        return None  # "+6.6%  GE  (GE Aerospace):  beats": wide spaces of a justified line
    if coded:
        return read_mover_cells(block.cells.texts[1:], named=named, code=block.cells.texts[0])
    if "|" in block.text or any(map(is_row_ticker, block.cells.texts)):
        return read_mover_cells(block.cells.texts, named=named)
    return None


def read_economic(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Releases under their country and period; the heading may name the country of all of them."""
    named = split_header(section.name)
    whole = set(named.rest.lower().split()) <= {"economic", "economy", "macro", "data", "releases", "indicators"}
    header = EconomicHeader(named.country if whole else None, None)
    heads: tuple[Head, ...] = ()
    day = find_day(section.name) or ""
    for block in blocks:
        read = read_header(block.text)
        found = None if read else read_heads(block)
        told = None if read or found else read_day_heading(block.text)
        if told:
            day, header = told, EconomicHeader(named.country if whole else None, None)
            harvest.own(block, f"economic: {block.text}")
        elif read:
            header = EconomicHeader(read.country or header.country, read.period)
            harvest.own(block, f"economic: {block.text}")
        elif found or is_column_heads(block.text) or says_none(block.text):
            heads = found or ()
            harvest.own(block, "heading: economic")
            _report_columns(harvest, block, heads)
        elif _is_group(block, heads):
            harvest.own(block, "heading: economic")
        else:
            row = read_headed_release(block, heads, header) if heads else None
            if row is None and not (heads and block.cells):  # a row in columns is what its heads say or nothing
                row = read_economic_row(block.text, header, block.line, labelled=bool(heads))
            if row:
                if heads:
                    header = EconomicHeader(row.country, header.period)
                own = read_release_day(block, heads)
                day = own.day or day
                _add_release(harvest, block, row, f"{day} {own.hour}".strip())
            else:
                _report_row(harvest, block, "the economic data")


def _add_release(harvest: Harvest, block: Block, row: EconomicPrint, when: str) -> None:
    """Takes a release in; when it is due is of interest while it is to come."""
    harvest.economic.append(replace(row, when=when or None) if row.actual is None else row)
    harvest.own(block, f"economic {len(harvest.economic)}")
    _note_revision(harvest, block)
    if told := note_first_estimate(block.text):
        harvest.report(block.line, "row_note", told, block.text)


def read_calendar(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """A section kept as its lines, but for the releases that stand there in columns under their heads."""
    heads: tuple[Head, ...] = ()
    day = find_day(section.name) or ""
    for block in blocks:
        found = read_heads(block)
        if found and _names_releases(found):
            heads = found
            harvest.own(block, f"heading: {section.name}")
            continue
        row = read_headed_release(block, heads, EconomicHeader(None, None)) if heads and block.cells else None
        day = read_day_heading(block.text) or day
        if row is None:
            read_named(harvest, section, [block])
        else:
            own = read_release_day(block, heads)
            day = own.day or day
            _add_release(harvest, block, row, f"{day} {own.hour}".strip())


def _names_releases(heads: tuple[Head, ...]) -> bool:
    """Whether columns are those of economic releases, and not of what companies are to report."""
    roles = {head.role for head in heads}
    of_companies = "ticker" in roles or any(
        head.role == "name" and head.text.lower() in ("company", "name", "stock") for head in heads
    )
    return bool({"consensus", "prior"} & roles) and bool({"country", "period", "name"} & roles) and not of_companies


# "4.26% (revised from 4.31%) in prior month"  "(20.0) (rev. from (19.9))"
_REVISION = re.compile(r"\b(?:revised|rev\.?) (?:from|up from|down from) \(?[^ ()]{1,16}\)?")


def _note_revision(harvest: Harvest, block: Block) -> None:
    """What the prior figure was before is in no column."""
    found = _REVISION.search(block.text) if "rev" in block.text else None
    if found:
        words = found[0] if "(" in found[0] else found[0].rstrip(")")
        harvest.report(
            block.line,
            "row_note",
            f'"{words}" in this row is in no column: the prior figure is the later one.',
            block.text,
        )


def read_table(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Index levels, currencies, or rows of a further table; under heads of their own below others they may be another one."""
    name = section.name
    kind = section.kind
    yields = any(word in name.lower() for word in ("yield", "treasur", "bond", "rate", "fixed income"))
    blocks = [part for block in part_halves(blocks) for part in _part_rows(block)]
    in_points = yields and any(word.strip("(),") in ("bp", "bps") for word in name.lower().split())
    mixed = len(name_kinds(name) & {"currencies", "table"}) > 1
    full = False
    marks: set[str] = set()  # of footnotes, at names
    listed = False
    heads: tuple[Head, ...] = _read_bracket_heads(name)
    for place, block in enumerate(blocks):
        found = read_heads(block)
        bare = not has_digit(block.text) and (is_subheading(block.text) or is_column_heads(block.text))
        if found or bare or says_none(block.text) or _is_group(block, heads):
            heads = found or (() if is_column_heads(block.text) else heads)
            harvest.own(block, f"heading: {name}")  # "Asia:" among the indices
            _report_columns(harvest, block, found or ())
            if found:
                kind = _tell_kind(section.kind, blocks[place + 1 :])
            continue
        if (block.bullet in marks and not listed) or block.text[0] in marks:
            read_named(harvest, section, [block])  # the footnote of a name
            continue
        headed = read_headed_row(block, heads) if heads else None
        fits = bool(heads and heads[-1].celled and block.cells)  # what its heads say is all that it is
        row = headed.row if headed else None if fits else _read_row(block, yields=yields)
        if row and not headed and in_points and row.values.unit == "%" and row.values.change_unit is None:
            row = row._replace(values=row.values._replace(change_unit="bp" if row.values.change is not None else None))
        if full and block.last == harvest.last_line and not (headed and (fits or headed.note)) and _breaks_off(row):
            harvest.own(block, "unparsed_line")
            message = "The text breaks off in this row; none of its figures is used."
            harvest.report(block.line, "truncated", message, block.text)
        elif row is None and name and block.text[-1] == "." and is_prose(block.text):
            read_named(harvest, section, [block])  # a note under the table
        elif row is None:
            _report_row(harvest, block, name or "the tables")
        else:
            full = full or not _breaks_off(row)
            listed = listed or bool(block.bullet)
            bare_name = strip_footnote(row.name)
            if bare_name != row.name:
                marks.update(row.name[len(bare_name) :])
                row = row._replace(name=bare_name)
            kind = _part_kind(kind, row.name) if mixed else kind
            _add_row(harvest, kind, name, row, block, headed.note if headed else None)
            for span, (change, unit, percent, _, _) in headed.spans.items() if headed else ():
                base = _SPANNED.get(kind, name)
                spanned = TableRow(name=row.name, change=change, change_unit=unit, change_pct=percent, line=block.line)
                harvest.tables.setdefault(f"{base} ({span.translate(_NO_BRACKETS)})", []).append(spanned)


def _part_rows(block: Block) -> list[Block]:
    """The rows of a line of several: "EURUSD 1.1660 (+0.1%) | GBPUSD 1.3425 (+0.2%)"."""
    cells = block.cells.texts if block.cells and "|" in block.text else ()
    if len(cells) < 2 or not all(cell[:1].isalpha() and has_digit(cell) for cell in cells):
        return [block]
    rows = map(read_named_row, cells)
    if not all(row and row.values[:3] != (None, None, None) for row in rows):
        return [block]
    return [block._replace(text=cell, cells=None) for cell in cells]


def _read_row(block: Block, *, yields: bool) -> NamedRow | None:
    """The row that a line is by itself. Of one in columns the first has the name: "Brazil   141   -2"."""
    if block.cells and block.cells.texts[0] and "|" not in block.text and ": " not in block.cells.texts[0]:
        row = read_named_row(" | ".join(filter(None, block.cells.texts)), yields=yields)
        if row is not None:
            return row if "|" not in row.name else None  # two names
    return read_named_row(block.text, yields=yields)


def _read_bracket_heads(name: str) -> tuple[Head, ...]:
    """The columns that a heading names: "INDICES (close, day, since New Year)"."""
    head, opened, inner = name.partition(" (")
    if not opened or not inner.endswith(")") or "," not in inner or len(inner) > 60:
        return ()
    heads = [read_head(part.strip()) for part in inner[:-1].split(",")]
    found = [Head("name", head), *(one for one in heads if one)]
    return tuple(found) if len(found) > len(heads) and any(one.role == "level" for one in found) else ()


def _tell_kind(kind: Kind, below: list[Block]) -> Kind:
    """What the rows under further heads are: below the currencies perhaps yields, below the yields perhaps currencies."""
    names: list[str] = []
    for block in below:
        if not block.cells or read_heads(block):
            break
        names.append(block.cells.texts[0])
    pairs = sum(is_pair(name) or is_currency(name) for name in names)
    if (
        kind == "currencies"
        and names
        and not pairs
        and not any("doll" in name.lower() or "DXY" in name for name in names)
    ):
        return "table"
    return "currencies" if kind == "table" and pairs * 2 > len(names) else kind


def _part_kind(kind: Kind, name: str) -> Kind:
    """Whether a row of currencies and others is one of them."""
    if kind not in ("currencies", "table"):
        return kind
    return (
        "currencies"
        if is_pair(name) or is_currency(name) or any(word in name.lower() for word in ("dollar", "dxy"))
        else "table"
    )


def _is_group(block: Block, heads: tuple[Head, ...]) -> bool:
    """Whether a line parts the rows of a table in columns: "Overseas" where every other line has cells."""
    words = block.text.split()
    if (
        block.cells
        or block.bullet
        or len(block.text) > 40
        or has_digit(block.text)
        or not STANDSTILLS.isdisjoint(map(str.lower, words))
    ):
        return False
    return bool(heads) and heads[-1].celled and block.text[-1] not in ".,;" and "%" not in block.text


def _report_columns(harvest: Harvest, block: Block, heads: tuple[Head, ...]) -> None:
    """A column whose head says nothing that we know is passed over, and told."""
    for head in heads:
        if head.role == "other" and read_head(head.text) is None:
            message = f'The column "{head.text}" of this table is in no field.'
            harvest.report(block.line, "row_note", message, block.text)


# What the tables of further spans beside these are called; others have their own name.
_NO_BRACKETS = str.maketrans("", "", "()")
_SPANNED: dict[Kind, str] = {"markets": "Market performance", "currencies": "Currency performance"}


def _breaks_off(row: NamedRow | None) -> bool:
    """Whether a row has less than a full one."""
    return row is None or row.values.level is None or row.values.change_pct is None or bool(row.rest)


def _add_row(harvest: Harvest, kind: Kind, name: str, row: NamedRow, block: Block, note: str | None) -> None:
    change, change_unit, percent, level, unit = row.values
    if kind == "data":
        kind = "currencies" if is_pair(row.name) else "markets"
    if note is None and change is None and percent is None:
        said = block.text.partition(row.name)[2].strip(" :|-–—")
        words = (word.strip("(),;") for word in said.split())
        note = (said or None) if level is None else next((word for word in words if word.lower() in STANDSTILLS), None)
    if kind == "markets":
        harvest.markets.append(
            IndexLevel(name=row.name, change=change, change_pct=percent, level=level, note=note, line=block.line)
        )
        harvest.own(block, f"markets {len(harvest.markets)}")
    elif kind == "currencies":
        harvest.currencies.append(
            CurrencyRate(pair=row.name, change=change, change_pct=percent, level=level, note=note, line=block.line)
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
                note=note,
                line=block.line,
            )
        )
        harvest.own(block, f"{name} {len(rows)}")
    if row.rest and not note:
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
    releases = _tell_releases(blocks)
    for end in range(1, len(blocks) + 1):
        if end == len(blocks) or releases[end] != releases[start]:
            (read_economic if releases[start] else read_table)(harvest, section, blocks[start:end])
            start = end


def _tell_releases(blocks: list[Block]) -> list[bool]:
    """Of each row whether it is a release: by its words, or by the heads that it stands under."""
    told: list[bool] = []
    width = 0
    for block in blocks:
        heads = read_heads(block)
        if heads:
            width = len(heads) if {"consensus", "prior"} & {head.role for head in heads} else 0
        under = bool(width and block.cells and len(block.cells.texts) == width)
        told.append(under or " versus " in block.text or read_header(block.text) is not None or _is_labelled(block))
    return told


def _is_labelled(block: Block) -> bool:
    return read_economic_row(block.text, EconomicHeader(None, None), 0, labelled=True) is not None
