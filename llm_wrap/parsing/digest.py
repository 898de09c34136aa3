"""Blocks of a Digest (or of a news section) to items: which block is a headline, which is its body.

flat     = {headline {paragraph}}           a headline ends in ":" or, where none does, in no stop at all
bulleted = {headline {deeper block}}        the outermost level holds the headlines
inline   = {headline ": " body}             one bullet an item
"""

from __future__ import annotations

from typing import NamedTuple

from llm_wrap.models import DigestItem
from llm_wrap.parsing.layout import RUN_IN, Block
from llm_wrap.parsing.mentions import MAX_SEARCHED, Mentions, find_mentions
from llm_wrap.parsing.sentences import is_one_sentence, split_sentences

MAX_HEADLINE = 300


class Story(NamedTuple):
    """A headline and the blocks under it. `head` has no text where the story has no headline."""

    head: Block
    body: tuple[Block, ...]


def find_levels(blocks: list[Block]) -> list[int]:
    """The level of each block, 0 the outermost: by indent, then (all indents equal) by bullet mark.

    Text without a bullet under a bullet is one level deeper than text at the margin with none.
    """
    bulleted = [block for block in blocks if block.bullet]
    if not bulleted:
        return _ranks([block.indent for block in blocks])
    indents = {block.indent for block in bulleted}
    marks = list(dict.fromkeys(block.bullet for block in bulleted))
    plain = any(not block.bullet for block in blocks)
    first_plain = not blocks[0].bullet
    keys: list[int] = []
    for block in blocks:
        if block.bullet:
            key = marks.index(block.bullet) * 2 if len(indents) == 1 and len(marks) > 1 else block.indent * 2
            keys.append(key + (1 if plain and first_plain else 0))
        elif first_plain:
            keys.append(block.indent * 2)
        else:
            keys.append(1000)  # a paragraph under its bullet
    return _ranks(keys)


def _ranks(keys: list[int]) -> list[int]:
    order = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [order[key] for key in keys]


def split_stories(blocks: list[Block]) -> list[Story]:
    """Gives each block to a headline."""
    if not blocks:
        return []
    if RUN_IN in blocks[0].text:
        return _split_by_bold(blocks)
    if any(RUN_IN in block.text for block in blocks):
        blocks = [block._replace(text=block.text.replace(RUN_IN, "")) for block in blocks]
    if any(block.level for block in blocks):
        return _split_by_marks(blocks)
    levels = find_levels(blocks)
    top = levels[0]
    if max(levels) == min(levels) and not any(_may_be_headline(block.text) for block in blocks):
        return [_split_inline(block) for block in blocks]
    if any(level > top for level in levels) and not _flat_by_colon(blocks, levels):
        flags = [level <= top for level in levels]
    else:
        flags = _flat_headlines(blocks)
    return _group(blocks, flags)


def _split_by_bold(blocks: list[Block]) -> list[Story]:
    """Stories whose headlines are bold words that open a paragraph: "**Pfizer's deal.** The drugmaker won a grace period"."""
    stories: list[Story] = []
    for block in blocks:
        head, found, rest = block.text.partition(RUN_IN)
        if found:
            body = block._replace(text=rest.replace(RUN_IN, ""), cells=None)
            stories.append(Story(block._replace(text=head.strip().removesuffix("."), cells=None), (body,)))
        else:
            stories[-1] = stories[-1]._replace(body=(*stories[-1].body, block))
    return stories


def _split_by_marks(blocks: list[Block]) -> list[Story]:
    """Stories under headings of the text's own ("### Exports rise"); what stands above the first is a story in one block."""
    first = next(place for place, block in enumerate(blocks) if block.level)
    opening = [_split_inline(block) for block in blocks[:first]]
    return opening + _group(blocks[first:], [block.level > 0 for block in blocks[first:]])


def _group(blocks: list[Block], flags: list[bool]) -> list[Story]:
    """Each flagged block with those behind it."""
    stories: list[Story] = []
    head: Block | None = None
    body: list[Block] = []
    for block, is_head in zip(blocks, flags, strict=True):
        if is_head or head is None:
            if head is not None:
                stories.append(Story(head, tuple(body)))
            head, body = block, []
        else:
            body.append(block)
    if head is not None:
        stories.append(Story(head, tuple(body)))
    return [story if story.body else _split_inline(story.head, keep=True) for story in stories]


def _flat_by_colon(blocks: list[Block], levels: list[int]) -> bool:
    """Whether the outermost level holds whole stories itself, headlines and paragraphs in turn."""
    outer = [block for block, level in zip(blocks, levels, strict=True) if level == levels[0]]
    prose = sum(not is_headline(block.text, colon=False) for block in outer)
    return len(outer) > 1 and prose * 2 >= len(outer) and not any(block.bullet for block in outer)


def is_headline(text: str, *, colon: bool) -> bool:
    """Whether `text` can be a headline: one sentence, no stop at its end (`colon`: a colon at its end).

    >>> is_headline("Other trade headlines mixed:", colon=True), is_headline("Exports rose. Imports fell:", colon=True)
    (True, False)
    """
    if len(text) > MAX_HEADLINE:
        return False
    if colon:
        # "Leak? Waller denies it:" is one headline; a full stop inside makes it prose.
        return text.endswith(":") and all(part[-1] in "?!:" for part in split_sentences(text))
    return text[-1] not in ".!?;," and not text.endswith((".)", '."')) and is_one_sentence(text)


def _flat_headlines(blocks: list[Block]) -> list[bool]:
    colons = sum(is_headline(block.text, colon=True) for block in blocks)
    colon = blocks[0].text.endswith(":") or colons * 3 >= len(blocks)
    flags = [is_headline(block.text, colon=colon) for block in blocks]
    # Blank lines that stand above headlines and nowhere else decide against a paragraph that ends in a colon.
    spaced = [block.blank_before for block in blocks[1:]]
    if any(spaced) and not all(spaced):
        heads = [flag for flag, blank in zip(flags[1:], spaced, strict=True) if blank]
        if heads and all(heads):
            flags = [flags[0], *(flag and blank for flag, blank in zip(flags[1:], spaced, strict=True))]
    return flags


def _may_be_headline(text: str) -> bool:
    return is_headline(text, colon=True) or is_headline(text, colon=False)


def _split_inline(block: Block, *, keep: bool = False) -> Story:
    """A story in one block: "Headline: body", or a body without a headline. `keep`: a plain block is a headline."""
    head, rest = _part_headline(block.text)
    if head and len(block.text) >= 120:
        return Story(block._replace(text=head, cells=None), (block._replace(text=rest, cells=None),))
    return Story(block, ()) if keep else Story(block._replace(text=""), (block,))


def _part_headline(text: str) -> tuple[str, str]:
    """Headline and body of "Headline: body" or "Headline \u2014 Body"; both empty where the text is neither."""
    for separator in (" \u2014 ", ": "):
        head, found, rest = text.partition(separator)
        if found and len(head) <= 160 and ". " not in head and (separator == ": " or not rest[:1].islower()):
            return head, rest
    return "", ""


def find_first_story(blocks: list[Block]) -> int:
    """Where the stories start in prose that lacks the Digest's heading: at a headline above a long paragraph."""
    for index in range(1, len(blocks) - 1):
        text, below = blocks[index].text, blocks[index + 1].text
        if len(text) <= 160 and is_headline(text, colon=True) and len(below) > 80 and below[-1] in '.)"':
            return index
    return len(blocks)


class Prose(NamedTuple):
    """A block of prose with what it mentions."""

    block: Block
    mentions: Mentions


def read_prose(block: Block) -> Prose:
    """A block with its tickers and sources."""
    return Prose(block, find_mentions(block.text))


def build_item(head: Block, body: list[Prose], headline: Prose, most: int) -> DigestItem:
    """The record of a story: the body's paragraphs joined by newlines, with sentences, tickers and sources.

    Beyond `most` sentences, and where it is far too long for one, a paragraph stands for its sentences.
    """
    parts = [headline, *body]
    sentences: list[str] = []
    for part in body:
        text = part.block.text
        split = len(sentences) < most and len(text) <= MAX_SEARCHED
        sentences += split_sentences(text) if split else (text,)
    return DigestItem(
        headline=head.text.removesuffix(":").rstrip(),
        body="\n".join(part.block.text for part in body),
        sentences=tuple(sentences),
        line=head.line,
        tickers=tuple(dict.fromkeys(one.ticker for part in parts for one in part.mentions.tickers)),
        sources=tuple(dict.fromkeys(source for part in parts for source in part.mentions.sources)),
    )
