"""What has been read of a wrap so far: records, issues, and the owner of each line.

The readers of the sections fill it; `build_wrap` makes the wrap of it. Each non-blank line gets one owner: the record or
section that it went into, or "unparsed_line".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from llm_wrap.models import (
    CompanyNews,
    CurrencyRate,
    DigestItem,
    EconomicPrint,
    IndexLevel,
    MarketWrap,
    Mover,
    ParseIssue,
    Table,
    TableRow,
    TitleMove,
)
from llm_wrap.models import Section as NamedSection
from llm_wrap.parsing.dates import FoundDate
from llm_wrap.parsing.digest import Prose, Story, build_item, read_prose
from llm_wrap.parsing.layout import Block, Line
from llm_wrap.parsing.mentions import ACRONYMS, Mentions
from llm_wrap.parsing.patterns import is_ticker
from llm_wrap.parsing.sections import is_furniture
from llm_wrap.parsing.title import find_kind, find_region

MAX_SENTENCES = 20_000  # of the Digest; a real wrap has some fifty
_CODE = re.compile(r"\(([0-9A-Z][0-9A-Z.&/-]{0,9})\)")  # "(III)"
MAX_BRACKETS = 10_000  # in the prose of one text; a real wrap has some hundred


@dataclass
class Harvest:
    """Records, issues and owners.

    Attributes:
        head: title, nav and mail lines, which tell region and kind.
        prose: the blocks of Synopsis and Digest with what they mention.
        brackets, sentences: how many the prose and the Digest had so far.
        last_line: the number of the text's last line with text. last: the last block, with the kind of its section.
    """

    last_line: int = 0
    column: int = 0
    brackets: int = 0
    sentences: int = 0
    owners: dict[int, str] = field(default_factory=dict)
    issues: list[ParseIssue] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    last: tuple[str, Block] | None = None
    title: str | None = None
    title_line: int = 0
    title_moves: tuple[TitleMove, ...] = ()
    as_of: str | None = None
    dates: list[tuple[int, FoundDate]] = field(default_factory=list)
    synopsis: list[str] = field(default_factory=list)
    digest: list[DigestItem] = field(default_factory=list)
    gainers: list[Mover] = field(default_factory=list)
    decliners: list[Mover] = field(default_factory=list)
    economic: list[EconomicPrint] = field(default_factory=list)
    markets: list[IndexLevel] = field(default_factory=list)
    currencies: list[CurrencyRate] = field(default_factory=list)
    tables: dict[str, list[TableRow]] = field(default_factory=dict)
    company_news: list[CompanyNews] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)
    disclaimer: list[str] = field(default_factory=list)

    def own(self, block: Block | Line, owner: str) -> None:
        """Gives the lines of `block` their owner."""
        if isinstance(block, Line):
            self.owners[block.number] = owner
        elif block.line == block.last:
            self.owners[block.line] = owner
        else:
            self.owners.update(dict.fromkeys(range(block.line, block.last + 1), owner))

    def report(self, line: int, kind: str, message: str, text: str) -> None:
        """Notes a defect."""
        self.issues.append(ParseIssue(line=line, kind=kind, message=message, text=text))

    def leave(self, block: Block, where: str) -> None:
        """Notes a block that belongs to nothing; a line of the page or the mail around the wrap is no defect of it."""
        if is_furniture(block.text):
            self.own(block, "nav")
            return
        self.own(block, "unparsed_line")
        self.report(block.line, "unparsed_line", f"This line could not be read as part of {where}.", block.text)

    def add_paragraph(self, block: Block) -> None:
        """A paragraph of the Synopsis."""
        self.synopsis.append(block.text)
        self.own(block, f"synopsis {len(self.synopsis)}")
        self.prose.append(self._read_prose(block))

    def add_story(self, story: Story) -> None:
        """An item of the Digest."""
        parts = [self._read_prose(block) for block in (story.head, *story.body)]
        self.prose += parts
        item = build_item(story.head, parts[1:], parts[0], MAX_SENTENCES - self.sentences)
        self.digest.append(item)
        self.sentences += len(item.sentences)
        if self.sentences >= MAX_SENTENCES > self.sentences - len(item.sentences):
            message = (
                f"The text has more than {MAX_SENTENCES:,} sentences; from here on paragraphs are not split into them."
            )
            self.report(story.head.line, "over_limit", message, story.head.text[:80])
        for part in parts:
            self.own(part.block, f"digest {len(self.digest)}")

    def _read_prose(self, block: Block) -> Prose:
        """A block with its tickers and sources, as far as brackets are read."""
        if self.brackets > MAX_BRACKETS:
            return Prose(block, Mentions((), ()))
        prose = read_prose(block)
        self.brackets += max(block.text.count("("), len(prose.mentions.tickers))
        if self.brackets > MAX_BRACKETS:
            message = (
                f"The text has more than {MAX_BRACKETS:,} brackets or tickers; they are not looked for below here."
            )
            self.report(block.line, "over_limit", message, block.text[:80])
        return prose

    def _find_listed(self, item: DigestItem, codes: set[str]) -> DigestItem:
        """The item with the tickers that only the wrap's own lists of movers prove: "(III)", "(AV.)"."""
        text = f"{item.headline}\n{item.body}"
        if not codes or "(" not in text:
            return item
        new = {found[1]: found.start() for found in reversed([*_CODE.finditer(text)]) if found[1] in codes}
        places = {**{ticker: text.find(ticker) for ticker in item.tickers}, **new}
        if len(places) == len(item.tickers):
            return item
        return replace(item, tickers=tuple(sorted(places, key=places.__getitem__)))

    def _list_codes(self) -> set[str]:
        """The tickers without an exchange in the lists of movers."""
        rows = (*self.gainers, *self.decliners)
        return {row.ticker for row in rows if row.ticker and not is_ticker(row.ticker)} - ACRONYMS

    def build_wrap(self) -> MarketWrap:
        """The wrap, without any check of it."""
        head = " ".join(self.head)
        opening = self.synopsis[0] if self.synopsis else ""
        codes = self._list_codes()
        return MarketWrap(
            session_date=next((one.day for _, one in self.dates if one.day), None),
            title=self.title,
            title_moves=self.title_moves,
            as_of=self.as_of,
            region=find_region(head, [row.name for row in self.markets], opening),
            kind=find_kind(
                head,
                has_markets=bool(self.markets),
                has_digest=bool(self.digest),
                has_news=bool(self.company_news),
                synopsis=opening,
            ),
            synopsis=tuple(self.synopsis),
            digest=tuple(self._find_listed(item, codes) for item in self.digest),
            gainers=tuple(self.gainers),
            decliners=tuple(self.decliners),
            economic=tuple(self.economic),
            markets=tuple(self.markets),
            currencies=tuple(self.currencies),
            tables=tuple(Table(name=name, rows=tuple(rows)) for name, rows in self.tables.items()),
            company_news=tuple(self.company_news),
            sections=tuple(NamedSection(name=name, lines=tuple(lines)) for name, lines in self.sections.items()),
            disclaimer="\n".join(self.disclaimer) or None,
        )
