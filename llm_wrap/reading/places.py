"""The prose of a wrap, sentence by sentence, each with its place. In: a wrap. Out: passages in the order of the wrap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from llm_wrap.models import MarketWrap, Place
from llm_wrap.parsing.release_days import find_day, read_day_heading
from llm_wrap.parsing.sentences import split_sentences


class Passage(NamedTuple):
    """A sentence, a headline or a row's words, and where it stands. `ticker` and `name` are those of its row.

    `under`: the words for the day that a line of a calendar stands under, "Monday 10 November".
    """

    place: Place
    text: str
    ticker: str | None = None
    name: str | None = None
    under: str = ""

    @property
    def lead(self) -> str:
        """The day that it stands under as words before it."""
        return f"{self.under}: " if self.under else ""

    @property
    def is_row(self) -> bool:
        """Whether it is the row of a company."""
        return self.place.section in ("gainers", "decliners", "company_news")


def list_passages(wrap: MarketWrap) -> tuple[Passage, ...]:
    """Synopsis, Digest, movers, company news and other sections; the tables of figures have no prose."""
    return tuple(_list_passages(wrap))


def _list_passages(wrap: MarketWrap) -> Iterator[Passage]:
    for number, paragraph in enumerate(wrap.synopsis):
        for place, sentence in enumerate(split_sentences(paragraph)):
            yield Passage(Place(section="synopsis", item=number, sentence=place), sentence)
    for number, item in enumerate(wrap.digest):
        if item.headline:
            yield Passage(Place(section="digest", item=number, line=item.line), item.headline)
        for place, sentence in enumerate(item.sentences or split_sentences(item.body)):
            yield Passage(Place(section="digest", item=number, sentence=place), sentence)
    for number, row in enumerate(wrap.gainers):
        yield Passage(Place(section="gainers", item=number, line=row.line), row.reason, row.ticker, row.name)
    for number, row in enumerate(wrap.decliners):
        yield Passage(Place(section="decliners", item=number, line=row.line), row.reason, row.ticker, row.name)
    for number, news in enumerate(wrap.company_news):
        yield Passage(Place(section="company_news", item=number, line=news.line), news.text, news.ticker)
    for number, section in enumerate(wrap.sections):
        under = read_day_heading(section.name) or ""
        for place, line in enumerate(section.lines):
            day = read_day_heading(line)
            own = day is None and find_day(line.partition(":")[0]) is not None
            # What stands under "Tue 11 Nov: UK jobs" is not told to be of that day, nor of the one above.
            under = day or ("" if own else under)
            under = under.title() if under.isupper() else under
            if day is None:
                yield Passage(Place(section="sections", item=number, sentence=place), line, under=under)


def part_line(passage: Passage) -> tuple[Passage, ...]:
    """The sentences of a line of a further section, and what a row tells one by one, each at its place; what stands under a day stays one."""
    if passage.is_row:
        parts = tuple(part for one in split_sentences(passage.text) for part in one.split("; "))
    elif passage.place.section == "sections" and not passage.under and ". " in passage.text:
        parts = split_sentences(passage.text)
    else:
        return (passage,)
    return tuple(passage._replace(text=part) for part in parts)
