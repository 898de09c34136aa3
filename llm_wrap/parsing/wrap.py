"""A wrap's text in, its records and its defects out: the flow.

    text -> lines (layout) -> sections (cutting) -> blocks (layout) -> records (digest, rows, economic) -> audit

`parse_wrap` never raises for bad input: what cannot be read is an issue. Each non-blank line gets one owner, which
`account_lines` shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from llm_wrap.models import (
    CompanyNews,
    CurrencyRate,
    DigestItem,
    EconomicPrint,
    IndexLevel,
    MarketWrap,
    Mover,
    ParseIssue,
    ParseResult,
    Table,
    TableRow,
)
from llm_wrap.models import Section as NamedSection
from llm_wrap.parsing.audit import Material, audit_wrap
from llm_wrap.parsing.cutting import cut_sections, is_pair, is_subheading
from llm_wrap.parsing.dates import FoundDate, find_as_of, find_dates, is_date_line
from llm_wrap.parsing.digest import Prose, Story, build_item, find_levels, read_prose, split_stories
from llm_wrap.parsing.economic import EconomicHeader, read_economic_row, read_header
from llm_wrap.parsing.layout import (
    MAX_LINES,
    Block,
    Line,
    Starts,
    find_wrap_column,
    is_rule,
    join_lines,
    normalise_text,
    read_lines,
)
from llm_wrap.parsing.mentions import MAX_SEARCHED
from llm_wrap.parsing.recognition import is_wrap
from llm_wrap.parsing.row_starts import (
    starts_company_row,
    starts_economic,
    starts_head,
    starts_mover,
    starts_named_row,
)
from llm_wrap.parsing.rows import NamedRow, is_row_ticker, read_mover, read_named_row
from llm_wrap.parsing.sections import Section, is_furniture, is_mail_header, read_heading
from llm_wrap.parsing.title import find_kind, find_region, is_title, read_title_moves

MAX_ISSUES = 500
MAX_PREAMBLE = 300  # blocks above the first section in which a title or a date is looked for

# How the first line of a row looks in each kind of section that holds rows, below the line above it.
ROW_STARTS: dict[str, Starts] = {
    **dict.fromkeys(("gainers", "decliners", "movers"), starts_mover),
    **dict.fromkeys(("data", "markets", "currencies", "table"), starts_named_row),
    "economic": starts_economic,
    "company_news": starts_company_row,
    "preamble": starts_head,
}


class LineAccount(NamedTuple):
    """A non-blank line of the source and the record or section that it is in, or "unparsed_line"."""

    line: int
    owner: str
    text: str


def parse_wrap(text: str) -> ParseResult:
    """Reads a wrap in full. `text` is decoded text of any layout; see the issues of the result for what is wrong with it."""
    return _Reader(text).read()


def account_lines(text: str) -> tuple[LineAccount, ...]:
    """Who owns each non-blank line of `text`."""
    reader = _Reader(text)
    reader.read()
    rows = reader.text.split("\n", MAX_LINES)
    return tuple(
        LineAccount(number, reader.owners.get(number, "unparsed_line"), row)
        for number, row in enumerate(rows, 1)
        if row.strip(" \t>") or number in reader.owners
    )


@dataclass
class _Found:
    """What has been read so far."""

    title: str | None = None
    as_of: str | None = None
    dates: list[tuple[int, FoundDate]] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    synopsis: list[Block] = field(default_factory=list)
    digest: list[DigestItem] = field(default_factory=list)
    gainers: list[Mover] = field(default_factory=list)
    decliners: list[Mover] = field(default_factory=list)
    economic: list[EconomicPrint] = field(default_factory=list)
    markets: list[IndexLevel] = field(default_factory=list)
    currencies: list[CurrencyRate] = field(default_factory=list)
    tables: list[tuple[str, list[TableRow]]] = field(default_factory=list)
    company_news: list[CompanyNews] = field(default_factory=list)
    sections: list[tuple[str, list[str]]] = field(default_factory=list)
    disclaimer: list[str] = field(default_factory=list)


class _Reader:
    """Reads one text. `owners` gives each line's number the record or section that it went into."""

    def __init__(self, text: str) -> None:
        self.text = normalise_text(text)
        self.owners: dict[int, str] = {}
        self.issues: list[ParseIssue] = []
        self.found = _Found()
        self.column = 0
        self.prose: list[Prose] = []
        self.title_line = 0
        self.last_line = 0
        self.last: tuple[str, Block] | None = None

    def read(self) -> ParseResult:
        lines = read_lines(self.text)
        if lines and lines[-1].number >= MAX_LINES and self.text.count("\n") >= MAX_LINES:
            message = f"The text has more than {MAX_LINES:,} lines; those below line {MAX_LINES:,} are not read."
            self.report(MAX_LINES, "over_limit", message, "")
        self.column = find_wrap_column(lines)
        self.last_line = lines[-1].number if lines else 0
        sections = cut_sections(lines)
        for section in sections:
            self._read_section(section)
        wrap = self._build()
        if not is_wrap(wrap, sections):
            message = "This text is no market wrap: none of the sections or rows of one is in it."
            return ParseResult(wrap=wrap, issues=(ParseIssue(line=0, kind="not_a_wrap", message=message, text=""),))
        material = Material(
            wrap=wrap,
            prose=self.prose,
            dates=self.found.dates,
            title_line=self.title_line,
            last=self.last,
            text=self.text,
        )
        self.issues.extend(audit_wrap(material))
        for block, _ in self.prose:
            if len(block.text) > MAX_SEARCHED:
                message = f"This paragraph is searched for tickers and sources in its first {MAX_SEARCHED:,} characters only."
                self.report(block.line, "over_limit", message, block.text[:80])
        return ParseResult(wrap=wrap, issues=_limit_issues(self.issues))

    # --- bookkeeping ---

    def own(self, block: Block | Line, owner: str) -> None:
        if isinstance(block, Line):
            self.owners[block.number] = owner
        else:
            for number in range(block.line, block.last + 1):
                self.owners[number] = owner

    def report(self, line: int, kind: str, message: str, text: str) -> None:
        self.issues.append(ParseIssue(line=line, kind=kind, message=message, text=text))

    def leave(self, block: Block, where: str) -> None:
        self.own(block, "unparsed_line")
        self.report(block.line, "unparsed_line", f"This line could not be read as part of {where}.", block.text)

    # --- sections ---

    def _read_section(self, section: Section) -> None:
        if section.heading:
            self.own(section.heading, f"heading: {section.name}")
            if not section.heading.text.isascii():
                self._check_letters(section.heading)
        lines = []
        for line in section.lines:
            if is_rule(line.text):
                self.own(line, "rule")
            else:
                lines.append(line)
        blocks = join_lines(lines, self.column, ROW_STARTS.get(section.kind))
        if blocks and section.kind != "preamble":
            self.last = (section.kind, blocks[-1])
        match section.kind:
            case "preamble":
                self._read_preamble(blocks)
            case "synopsis":
                self._read_synopsis(blocks)
            case "digest":
                self._read_digest(blocks)
            case "gainers" | "decliners" | "movers":
                self._read_movers(blocks, section.kind)
            case "economic":
                self._read_economic(blocks)
            case "markets" | "currencies" | "table" | "data":
                self._read_table(blocks, section)
            case "company_news":
                self._read_company_news(blocks)
            case "news":
                self._read_news(blocks, section.name)
            case "named":
                self._read_named(blocks, section.name)
            case "unknown":
                self._read_unknown(blocks, section)
            case "disclaimer":
                for block in blocks:
                    self.own(block, "disclaimer")
                    self.found.disclaimer.append(block.text)

    def _check_letters(self, line: Line) -> None:
        heading = read_heading(line.text)
        if heading and heading.lookalike:
            message = f"The heading {heading.name} is written with letters of another alphabet that look like it."
            self.report(line.number, "lookalike_heading", message, line.text)

    def _read_preamble(self, blocks: list[Block]) -> None:
        found = self.found
        for number, block in enumerate(blocks):
            text = block.text
            if number >= MAX_PREAMBLE:
                self.leave(block, "the lines above the first section")
                continue
            if is_mail_header(text):
                self.own(block, "mail header")
                found.head.append(text)
                continue
            dates = find_dates(text) if len(text) < 300 else []
            if is_title(text) and found.title is None:
                found.title = text
                self.title_line = block.line
                found.as_of = found.as_of or find_as_of(text)
                found.dates.extend((block.line, one) for one in dates)
                found.head.insert(0, text)
                self.own(block, "title")
            elif is_date_line(text):
                found.dates.extend((block.line, one) for one in dates)
                found.as_of = found.as_of or find_as_of(text)
                self.own(block, "date")
            elif len(text) < 60 and find_as_of(text):
                found.as_of = found.as_of or find_as_of(text)
                self.own(block, "as of")
            elif is_furniture(text):
                self.own(block, "nav")
                found.head.append(text)
            elif len(text) > 140 or (text.endswith(".") and (len(text) > 80 or (found.synopsis and len(text) > 30))):
                self._read_synopsis([block])
            else:
                self.leave(block, "the lines above the first section")

    def _read_synopsis(self, blocks: list[Block]) -> None:
        for block in blocks:
            self.own(block, f"synopsis {len(self.found.synopsis) + 1}")
            self.found.synopsis.append(block)
            self.prose.append(read_prose(block))

    def _read_digest(self, blocks: list[Block]) -> None:
        for story in split_stories(blocks):
            self._add_story(story)

    def _add_story(self, story: Story) -> None:
        parts = [read_prose(block) for block in (story.head, *story.body)]
        self.prose += parts
        for part in parts:
            self.own(part.block, f"digest {len(self.found.digest) + 1}")
        self.found.digest.append(build_item(story.head, parts[1:], parts[0]))

    def _read_news(self, blocks: list[Block], name: str) -> None:
        """Outermost bullets with bullets below them are stories; the others are company rows or lines of the section."""
        levels = find_levels(blocks) if blocks else []
        rest: list[Block] = []
        index = 0
        while index < len(blocks):
            end = index + 1
            while end < len(blocks) and levels[end] > levels[index]:
                end += 1
            if end > index + 1:
                self._add_story(Story(blocks[index], tuple(blocks[index + 1 : end])))
            else:
                rest.append(blocks[index])
            index = end
        if any("company" in word for word in name.lower().split()):
            rest = [block for block in rest if not self._take_company_row(block, strict=True)]
        if rest:
            self._read_named(rest, name)

    def _read_movers(self, blocks: list[Block], kind: str) -> None:
        for block in blocks:
            if is_subheading(block.text):
                self.own(block, f"heading: {kind}")
                continue
            row = read_mover(block.text)
            if row is None:
                self.leave(block, "the movers")
                continue
            down = row.change_pct.is_signed() if kind == "movers" else kind == "decliners"
            rows = self.found.decliners if down else self.found.gainers
            self.own(block, f"{'decliners' if down else 'gainers'} {len(rows) + 1}")
            rows.append(
                Mover(change_pct=row.change_pct, ticker=row.ticker, name=row.name, reason=row.reason, line=block.line)
            )

    def _read_economic(self, blocks: list[Block]) -> None:
        header = EconomicHeader(None, None)
        for block in blocks:
            read = read_header(block.text)
            if read:
                header = EconomicHeader(read.country or header.country, read.period)
                self.own(block, f"economic: {block.text}")
                continue
            row = read_economic_row(block.text, header, block.line)
            if row is None:
                self.leave(block, "the economic data")
                continue
            self.own(block, f"economic {len(self.found.economic) + 1}")
            self.found.economic.append(row)

    def _read_table(self, blocks: list[Block], section: Section) -> None:
        found = self.found
        name = section.name
        kind = section.kind
        yields = any(word in name.lower() for word in ("yield", "treasur", "bond", "rate", "fixed income"))
        full = False
        for block in blocks:
            if is_subheading(block.text):
                self.own(block, f"heading: {section.name}")  # "Asia:" among the indices
                continue
            row = read_named_row(block.text, yields=yields)
            if self._breaks_off(block, row, full):
                self.own(block, "unparsed_line")
                self.report(block.last, "truncated", "The text breaks off in this row; none of its figures is used.", block.text)
                continue
            if row is None:
                self._report_row(block, name or "the tables")
                continue
            values = row.values
            full = full or (values.level is not None and values.change_pct is not None)
            target = kind if kind != "data" else "currencies" if is_pair(row.name) else "markets"
            if target == "markets":
                self.own(block, f"markets {len(found.markets) + 1}")
                found.markets.append(
                    IndexLevel(
                        name=row.name,
                        change=values.change,
                        change_pct=values.change_pct,
                        level=values.level,
                        line=block.line,
                    )
                )
            elif target == "currencies":
                self.own(block, f"currencies {len(found.currencies) + 1}")
                found.currencies.append(
                    CurrencyRate(
                        pair=row.name,
                        change=values.change,
                        change_pct=values.change_pct,
                        level=values.level,
                        line=block.line,
                    )
                )
            else:
                if not found.tables or found.tables[-1][0] != name:
                    found.tables.append((name, []))
                self.own(block, f"{name} {len(found.tables[-1][1]) + 1}")
                found.tables[-1][1].append(TableRow(name=row.name, line=block.line, **values._asdict()))
            if row.rest:
                self.report(
                    block.line,
                    "row_note",
                    f'The words "{row.rest}" behind the row\'s values are in no column.',
                    block.text,
                )

    def _breaks_off(self, block: Block, row: NamedRow | None, full: bool) -> bool:
        """Whether the text ends in the middle of this row: it is the last line, and has less than the rows above it."""
        if block.last != self.last_line or not full:
            return False
        return row is None or row.values.level is None or row.values.change_pct is None or bool(row.rest)

    def _report_row(self, block: Block, where: str) -> None:
        if any(char.isdigit() for char in block.text) and len(block.text) < 160:
            self.own(block, "unparsed_line")
            self.report(
                block.line,
                "bad_row",
                f"This row of {where} could not be read; none of its figures is used.",
                block.text,
            )
        else:
            self.leave(block, where)

    def _take_company_row(self, block: Block, *, strict: bool) -> bool:
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
        self.own(block, f"company news {len(self.found.company_news) + 1}")
        self.found.company_news.append(CompanyNews(ticker=ticker, text=text, line=block.line))
        return True

    def _read_company_news(self, blocks: list[Block]) -> None:
        for block in blocks:
            self._take_company_row(block, strict=False)

    def _read_unknown(self, blocks: list[Block], section: Section) -> None:
        """A heading that is not in the table: a table if its lines are rows, else a section kept as its lines."""
        line = section.heading.number if section.heading else 0
        message = f'"{section.name}" is no section that wraps usually have; it is kept under that name.'
        self.report(line, "unknown_section", message, section.name)
        if blocks and all(read_named_row(block.text) for block in blocks):
            self._read_table(blocks, section._replace(kind="table"))
        else:
            self._read_named(blocks, section.name)

    def _read_named(self, blocks: list[Block], name: str) -> None:
        for known, lines in self.found.sections:
            if known == name:
                break
        else:
            lines = []
            self.found.sections.append((name, lines))
        for block in blocks:
            self.own(block, f"section: {name}")
            lines.append(block.text)

    def _build(self) -> MarketWrap:
        found = self.found
        synopsis = tuple(block.text for block in found.synopsis)
        names = [row.name for row in found.markets]
        head = " ".join(found.head)
        opening = synopsis[0] if synopsis else ""
        return MarketWrap(
            session_date=next((one.day for _, one in found.dates if one.day), None),
            title=found.title,
            title_moves=read_title_moves(found.title) if found.title else (),
            as_of=found.as_of,
            region=find_region(head, names, opening),
            kind=find_kind(
                head, has_markets=bool(found.markets), has_digest=bool(found.digest), has_news=bool(found.company_news),
                synopsis=opening,
            ),
            synopsis=synopsis,
            digest=tuple(found.digest),
            gainers=tuple(found.gainers),
            decliners=tuple(found.decliners),
            economic=tuple(found.economic),
            markets=tuple(found.markets),
            currencies=tuple(found.currencies),
            tables=tuple(Table(name=name, rows=tuple(rows)) for name, rows in found.tables),
            company_news=tuple(found.company_news),
            sections=tuple(NamedSection(name=name, lines=tuple(lines)) for name, lines in found.sections),
            disclaimer="\n".join(found.disclaimer) or None,
        )  # fmt: skip


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
