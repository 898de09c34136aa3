"""`llm-wrap parse`: what is in a wrap, as a page, JSON or CSV; and line by line, which record owns what."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from llm_wrap.cli.output import check_out, counted, tell_others, write_brief_text, write_text
from llm_wrap.config import Settings
from llm_wrap.models import CurrencyRate, IndexLevel, MarketWrap, ParseResult, TableRow
from llm_wrap.pipeline import parse_with_others
from llm_wrap.sources import list_wraps, read_wrap_text

# One CSV for all tables: `table` says which, and a column that a table does not have stays empty.
CSV_COLUMNS = (
    "table", "line", "ticker", "name", "country", "period", "change", "change_unit", "change_pct", "level",
    "actual", "consensus", "prior", "unit", "status", "text",
)  # fmt: skip


def run_parse(file: str, settings: Settings, format_: str, out: Path | None, *, coverage: bool) -> int:
    """Prints the parsed wrap, or one JSON line for each wrap of a folder, and gives back the exit code."""
    check_out(out)
    if file != "-" and Path(file).is_dir():
        return _parse_folder(file, settings, out)
    source = read_wrap_text(file, limit=settings.max_bytes)
    result = parse_with_others(source)
    tell_others(file, result)
    if coverage:
        write_text(_render_coverage(source.text), out)
    elif format_ == "json":
        from llm_wrap.brief.document import render_json, wrap_document

        write_text(render_json(wrap_document(result)), out)
    elif format_ == "csv":
        write_text(render_csv(result.wrap), out)
    else:
        _print_tables(result, out)
    return 0


def render_csv(wrap: MarketWrap) -> str:
    """Every table row of the wrap as CSV; a cell that a spreadsheet would run as a formula is made text."""
    page = io.StringIO()
    writer = csv.DictWriter(page, CSV_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(wrap):
        writer.writerow({name: safe_cell("" if value is None else str(value)) for name, value in row.items()})
    return page.getvalue()


def safe_cell(text: str) -> str:
    """`text`, with a quote before it where a spreadsheet would take it for a formula. Numbers stay numbers.

    >>> safe_cell("-1.2"), safe_cell("=HYPERLINK(A1)"), safe_cell("+OPENAI")
    ('-1.2', "'=HYPERLINK(A1)", "'+OPENAI")
    """
    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    whole, _, fraction = text.removeprefix("-").removeprefix("+").partition(".")
    return whole.isascii() and whole.isdigit() and (not fraction or (fraction.isascii() and fraction.isdigit()))


def _rows(wrap: MarketWrap) -> Iterator[dict[str, object]]:
    for table, movers in (("gainers", wrap.gainers), ("decliners", wrap.decliners)):
        for mover in movers:
            yield {
                "table": table,
                "line": mover.line,
                "ticker": mover.ticker,
                "name": mover.name,
                "change_pct": mover.change_pct,
                "text": mover.reason,
            }
    for print_ in wrap.economic:
        yield {
            "table": "economic",
            "line": print_.line,
            "name": print_.indicator,
            "country": print_.country,
            "period": print_.period,
            "actual": print_.actual,
            "consensus": print_.consensus,
            "prior": print_.prior,
            "unit": print_.unit,
            "status": print_.status,
        }
    for index in wrap.markets:
        yield _level_row("markets", index.name, index)
    for rate in wrap.currencies:
        yield _level_row("currencies", rate.pair, rate)
    for table_ in wrap.tables:
        for row in table_.rows:
            yield {**_level_row(table_.name, row.name, row), "change_unit": row.change_unit, "unit": row.unit}
    for news in wrap.company_news:
        yield {"table": "company_news", "line": news.line, "ticker": news.ticker, "text": news.text}


def _level_row(table: str, name: str, row: IndexLevel | CurrencyRate | TableRow) -> dict[str, object]:
    values = {field: getattr(row, field) for field in ("line", "change", "change_pct", "level")}
    return {"table": table, "name": name, **values, "text": row.note}


def _parse_folder(folder: str, settings: Settings, out: Path | None) -> int:
    """One JSON line a wrap, over all cores; 1 where a file could not be read. A bad file stops nothing."""
    from llm_wrap.batch import parse_many

    names = list_wraps(folder)
    lines = []
    failed = 0
    for result in counted(parse_many(names, limit=settings.max_bytes), len(names), "Parsing wraps"):
        line = json.dumps(result, ensure_ascii=False)
        failed += result["error"] is not None
        if out is None:
            write_text(line, None)
        else:
            lines.append(line)
    if out is not None:
        write_text("\n".join(lines), out)
    if failed:
        print(f"llm-wrap: {failed} of {len(names)} files are no wraps; their lines say why", file=sys.stderr)
    return 1 if failed else 0


def _print_tables(result: ParseResult, out: Path | None) -> None:
    from llm_wrap.brief.build import build_brief
    from llm_wrap.pipeline import choose_items

    source, items = choose_items(result.wrap)
    write_brief_text(build_brief(result, source=source, items=items), out)


def _render_coverage(text: str) -> str:
    from llm_wrap.parsing import account_lines

    accounts = account_lines(text)
    lines = [f"{account.line:>5}  {account.owner:<24} {account.text}" for account in accounts]
    lost = sum(account.owner == "unparsed_line" for account in accounts)
    return "\n".join([*lines, f"{len(accounts)} lines, {len(accounts) - lost} in a record or section, {lost} unparsed"])
