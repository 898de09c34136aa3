"""The readers of prose: what stands above the sections, stories, news, and lines that are kept as they are."""

from __future__ import annotations

from llm_wrap.models import CompanyNews
from llm_wrap.parsing.dates import FoundDate, find_as_of, find_dates, has_date, is_date_line
from llm_wrap.parsing.digest import Story, find_first_story, find_levels, split_stories
from llm_wrap.parsing.harvest import Harvest
from llm_wrap.parsing.layout import Block
from llm_wrap.parsing.movers import take_ticker
from llm_wrap.parsing.patterns import has_digit
from llm_wrap.parsing.sections import Section, is_furniture, is_mail_header
from llm_wrap.parsing.title import is_title, names_wrap, read_title_moves

MAX_GREETING = 30  # characters
MAX_PREAMBLE = 300  # blocks above the first section in which a title or a date is looked for


def read_preamble(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Title, date, time stamp, nav and mail lines; prose there is a Synopsis without a heading.

    Short lines above the title and the date, or above a mail's headers, are the page's or the mail's own, whatever they say.
    """
    heads = (place for place, block in enumerate(blocks[:MAX_PREAMBLE]) if _is_head(block.text))
    first_head = next(heads, 0)
    mail_end = max(
        (place for place, block in enumerate(blocks[:MAX_PREAMBLE]) if is_mail_header(block.text)), default=0
    )
    titles = [
        block.text
        for block in blocks[:MAX_PREAMBLE]
        if is_title(block.text) and not is_mail_header(block.text) and not _is_menu(block) and not _is_sentence(block)
    ]
    titles = [block.text for block in blocks[:MAX_PREAMBLE] if block.level == 1] + titles
    named = [text for text in titles if names_wrap(text)]
    moved = [text for text in named if len(read_title_moves(text)) > 1]
    title = next(iter((*moved, *named, *titles)), None)
    mailed = any(block.text.lower().startswith(("from:", "to:", "subject:")) for block in blocks[:MAX_PREAMBLE])
    sent: list[tuple[int, FoundDate]] = []
    byline = False
    for place, block in enumerate(blocks[:MAX_PREAMBLE]):
        text = block.text
        byline = (
            not block.blank_before and len(text) < 80 and not has_digit(text) and (byline or place == first_head + 1)
        )
        if is_mail_header(text) and not (is_date_line(text) and text.lower().startswith("date:") and not mailed):
            harvest.own(block, "mail header")
            harvest.head.append(text)
            sent += [(block.line, one) for one in find_dates(text[:300]) if text.lower().startswith(("sent:", "date:"))]
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
        elif has_date(text):
            _take_date(harvest, block, "date")
            harvest.head.append(text)
        elif is_title(text) and names_wrap(text):
            harvest.own(block, "title")  # once more: the Subject of the mail has been taken for it
        elif (
            is_furniture(text)
            or place < mail_end  # the words of who sent it on
            or (place < first_head and len(text) < 100)
            or (byline and text[-1] not in ".:")
            or (text[-1] == "," and len(text) <= MAX_GREETING)
        ):
            harvest.own(block, "nav")
            if not _is_menu(block):
                harvest.head.append(text)
        elif len(text) > 140 or (text.endswith(".") and (len(text) > 80 or (harvest.synopsis and len(text) > 30))):
            harvest.add_paragraph(block)
        else:
            harvest.leave(block, "the lines above the first section")
    if len(sent) == 1 and not harvest.dates and not any(text.lower().startswith(_FORWARDED) for text in harvest.head):
        harvest.dates += sent  # a wrap without a date of its own is of the day that it was sent
    for block in blocks[MAX_PREAMBLE:]:
        harvest.leave(block, "the lines above the first section")


_FORWARDED = ("fwd:", "fw:", "subject: fw", "subject: re:", "-----")


def _is_sentence(block: Block) -> bool:
    """Whether a line of the head is prose: "Asia close from StreetAccount below. Call the desk for colour."."""
    return ". " in block.text and block.text[-1] == "."


def _is_menu(block: Block) -> bool:
    """Whether a line of the head is a row of links, which may name every region that there is."""
    return block.cells is not None and block.cells.framed and len(block.cells.texts) > 3


def _is_head(text: str) -> bool:
    return is_date_line(text) or (not is_mail_header(text) and (is_title(text) or has_date(text)))


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


def read_company_news(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """Rows with or without a ticker: "7201.JP -- broker upgrades to buy", "VRDN: …", or plain text."""
    for block in blocks:
        opened = take_ticker(block.text)
        ticker, text = None, block.text
        if opened and opened[1].startswith((":", " -- ", " - ", " – ", " — ", " : ", " (")):
            ticker, text = opened[0], opened[1].lstrip("-–—: ")
        harvest.company_news.append(CompanyNews(ticker=ticker, text=text, line=block.line))
        harvest.own(block, f"company news {len(harvest.company_news)}")


def read_named(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """A section kept as its lines."""
    if not blocks:
        return  # a heading over others
    lines = harvest.sections.setdefault(section.name, [])
    for block in blocks:
        harvest.own(block, f"section: {section.name}")
        lines.append(block.text)


def read_disclaimer(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """The disclaimer, line by line, without the links at the foot of the page."""
    for block in blocks:
        foot = "|" in block.text and is_furniture(block.text)
        harvest.own(block, "nav" if foot else "disclaimer")
        if not foot:
            harvest.disclaimer.append(block.text)


def read_signature(harvest: Harvest, section: Section, blocks: list[Block]) -> None:
    """The sender's lines under a mail."""
    for block in blocks:
        harvest.own(block, "mail signature")
