"""A wrap's text in, its records and its defects out: the flow.

    text -> lines (layout) -> sections (cutting) -> blocks (layout) -> records (readers) -> issues (audit)

`parse_wrap` never raises for bad input: what cannot be read is an issue. Each non-blank line gets one owner, which
`account_lines` shows.
"""

from __future__ import annotations

from typing import NamedTuple

from llm_wrap.errors import InputError
from llm_wrap.models import ParseIssue, ParseResult
from llm_wrap.parsing.audit import Material, audit_wrap
from llm_wrap.parsing.cell_lines import join_cell_lines
from llm_wrap.parsing.cutting import cut_sections
from llm_wrap.parsing.decimal_comma import find_decimal_comma, write_points
from llm_wrap.parsing.harvest import Harvest
from llm_wrap.parsing.head_lines import join_head_lines
from llm_wrap.parsing.layout import MAX_LINES, RUN_IN, find_wrap_column, is_rule, join_lines, normalise_text, read_lines
from llm_wrap.parsing.mentions import MAX_SEARCHED
from llm_wrap.parsing.pages import part_pages
from llm_wrap.parsing.readers import READERS, ROW_STARTS
from llm_wrap.parsing.recognition import is_wrap
from llm_wrap.parsing.sections import Section, read_heading

MAX_ISSUES = 500  # of one kind


class LineAccount(NamedTuple):
    """A non-blank line of the source and the record or section that it is in, or "unparsed_line"."""

    line: int
    owner: str
    text: str


class _Reading(NamedTuple):
    result: ParseResult
    owners: dict[int, str]


def parse_wrap(text: str) -> ParseResult:
    """Reads a wrap in full, whatever its layout; the issues say what is wrong with it.

    A text that is no market wrap gives one issue of the kind `not_a_wrap`.
    """
    return _read(normalise_text(text)).result


def require_wrap(text: str, name: str) -> ParseResult:
    """The wrap that `text`, called `name`, is. InputError where it is none."""
    result = parse_wrap(text)
    foreign = next((issue for issue in result.issues if issue.kind == "not_a_wrap"), None)
    if foreign is not None:
        raise InputError(f"{name}: {foreign.message}")
    return result


def account_lines(text: str) -> tuple[LineAccount, ...]:
    """Who owns each non-blank line of `text`."""
    text = normalise_text(text)
    owners = _read(text).owners
    return tuple(
        LineAccount(number, owners.get(number, "unparsed_line"), row)
        for number, row in enumerate(text.split("\n", MAX_LINES), 1)
        if row.strip(" \t>") or number in owners
    )


def _read(text: str) -> _Reading:
    lines = read_lines(text)
    lines, marks = part_pages(lines)
    lines, halves = join_head_lines(lines, text)
    lines, parts = join_cell_lines(lines)
    parts |= halves
    harvest = Harvest(last_line=lines[-1].number if lines else 0, column=find_wrap_column(lines))
    if harvest.last_line >= MAX_LINES and text.count("\n") >= MAX_LINES:
        message = f"The text has more than {MAX_LINES:,} lines; those below line {MAX_LINES:,} are not read."
        harvest.report(MAX_LINES, "over_limit", message, "")
    for mark in marks:
        harvest.own(mark, "page mark")
    sections = cut_sections(lines)
    del lines
    comma = find_decimal_comma(sections)
    if comma is not None:
        message = "The tables of this wrap have a comma for the decimal mark; their figures are given with a point."
        harvest.report(0, "decimal_comma", message, comma.text)  # of the whole text: no row is at fault
        sections = [
            section._replace(lines=[write_points(line, section.kind) for line in section.lines]) for section in sections
        ]
    for section in sections:
        _read_section(harvest, section)
    harvest.owners.update((cell, harvest.owners[row]) for cell, row in parts.items() if row in harvest.owners)
    wrap = harvest.build_wrap()
    if not is_wrap(wrap, sections):
        message = "This text is no market wrap: none of the sections or rows of one is in it."
        issue = ParseIssue(line=0, kind="not_a_wrap", message=message, text="")
        return _Reading(ParseResult(wrap=wrap, issues=(issue,)), harvest.owners)
    for block, _ in harvest.prose:
        if len(block.text) > MAX_SEARCHED:
            message = (
                f"Only the first {MAX_SEARCHED:,} characters of this paragraph are searched for tickers and sources, "
                "and it is not split into sentences."
            )
            harvest.report(block.line, "over_limit", message, block.text[:80])
    material = Material(
        wrap=wrap,
        prose=harvest.prose,
        dates=harvest.dates,
        title_line=harvest.title_line,
        last=harvest.last,
        text=text,
    )
    harvest.issues.extend(audit_wrap(material))
    return _Reading(ParseResult(wrap=wrap, issues=_limit_issues(harvest.issues)), harvest.owners)


def _read_section(harvest: Harvest, section: Section) -> None:
    if section.heading:
        harvest.own(section.heading, f"heading: {section.name}")
        heading = None if section.heading.text.isascii() else read_heading(section.heading.text)
        if heading and heading.lookalike:
            message = f"The heading {heading.name} is written with letters of another alphabet that look like it."
            harvest.report(section.heading.number, "lookalike_heading", message, section.heading.text)
    lines = []
    for line in section.lines:
        if is_rule(line.text):
            harvest.own(line, "rule")
        elif section.kind != "digest" and RUN_IN in line.text:
            lines.append(line._replace(text=line.text.replace(RUN_IN, "")))
        else:
            lines.append(line)
    blocks = join_lines(lines, harvest.column, ROW_STARTS.get(section.kind))
    if blocks and section.kind != "preamble":
        harvest.last = (section.kind, blocks[-1])
    READERS[section.kind](harvest, section, blocks)


def _limit_issues(issues: list[ParseIssue]) -> tuple[ParseIssue, ...]:
    """The issues by line, at most MAX_ISSUES of a kind; the last of a longer list says how many there are."""
    counts: dict[str, int] = {}
    kept: list[ParseIssue] = []
    for issue in sorted(issues, key=lambda one: one.line):
        count = counts[issue.kind] = counts.get(issue.kind, 0) + 1
        if count <= MAX_ISSUES:
            kept.append(issue)
    for kind, count in counts.items():
        if count > MAX_ISSUES:
            message = f"There are {count:,} issues of the kind {kind}; only the first {MAX_ISSUES:,} are listed."
            kept.append(ParseIssue(line=0, kind="over_limit", message=message, text=""))
    return tuple(kept)
