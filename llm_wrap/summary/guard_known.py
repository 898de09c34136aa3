"""What the sources of a sentence name: words, countries, companies, tickers, outlets; and whom the rest of their item is about."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from llm_wrap.parsing.mentions import find_mentions
from llm_wrap.summary.guard_context import KEPT, Passage
from llm_wrap.summary.guard_implied import (
    CURRENCY_COUNTRIES,
    IMPLIED_NAMES,
    companies_of,
    company_of,
    countries_of_tickers,
    home_of,
)
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import REGIONS, SAME_NAMES


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the sources name. `groups` are countries that they name or that a body or leader acts for, `homes` those that a ticker or a
    currency points to; where they name no country, those of the item's other sentences and of their bodies, too. `words` are all their words, lower case; `bracketed` are those that stand in brackets, `credits` outlets, in brackets at an end only; `runs` their texts word by word, for names of several
    words; `initials` what long names are shortened to; `roots` of their names (`read_roots`); `tickers` with the names before them; `companies` keys of `company_key`;
    `topics` keys of whom the item's other sentences are about, `elsewhere` those of each name that they have; `owners` tickers of the item by
    the name before them."""

    words: frozenset[str]
    bracketed: frozenset[str]
    credits: frozenset[str]
    groups: frozenset[int]
    homes: frozenset[int]
    runs: tuple[tuple[str, ...], ...]
    initials: frozenset[str]
    roots: frozenset[str]
    tickers: dict[str, str]
    companies: frozenset[str]
    topics: frozenset[str]
    elsewhere: frozenset[frozenset[str]]
    owners: dict[str, str]


def read_names(
    sources: Sequence[str], passages: Sequence[Passage], around: Sequence[Passage] = (), item: Sequence[str] = ()
) -> KnownNames:
    """Of the headline and the cited sentences; and of the other sentences of their `item`, `around`, what they are about."""
    runs = tuple(
        tuple(plain_word(token.lower) for token in passage.tokens if token.kind == "word") for passage in passages
    )
    words = {word for run in runs for word in run}
    bracketed = {token.lower for passage in passages for token in passage.tokens if token.kind == "tag"}
    tags = bracketed - words
    credits = tags & {token.lower for passage in passages for token in _find_credits(passage)}
    words |= {part for tag in tags for part in (tag, *tag.split())}
    pairs = {f"{one} {two}" for run in runs for one, two in itertools.pairwise(run)}
    singular = {word.removesuffix("s") for word in words}
    groups = {SAME_NAMES[word] for word in words | pairs | singular if word in SAME_NAMES}
    groups |= {group for word in words | pairs for group in IMPLIED_NAMES.get(word, ())}
    roots = {
        root
        for passage in passages
        for name in passage.names
        for word in name.text.split()
        for root in read_roots(plain_word(word.lower()))
    }
    initials = {initial for run in runs for initial in _read_initials(run)}
    tickers = {mention.ticker: mention.name for source in sources for mention in find_mentions(source).tickers}
    topics = find_topics(around)
    owners = {
        mention.name: mention.ticker for source in item for mention in find_mentions(source).tickers if mention.name
    }
    companies = {key for passage in passages for name in passage.names for key in companies_of(name.text)}
    companies |= {key for ticker in tickers if (key := company_of(ticker))}
    homes = {group for key in companies for group in home_of(key)} | countries_of_tickers(tickers)
    homes |= _find_homes(passages)
    if not groups:
        homes |= countries_of_tickers(owners.values()) | _find_homes(around)
        homes |= {
            group for one in around for token in one.tokens for group in IMPLIED_NAMES.get(plain_word(token.lower), ())
        }
    homes |= {REGIONS[group] for group in groups | homes if group in REGIONS}
    return KnownNames(
        frozenset(words),
        frozenset(bracketed),
        frozenset(credits),
        frozenset(groups),
        frozenset(homes),
        runs,
        frozenset(initials),
        frozenset(roots),
        tickers,
        frozenset(companies),
        topics,
        frozenset(name.keys for passage in around for name in passage.names),
        owners,
    )


def _find_homes(passages: Sequence[Passage]) -> set[int]:
    """The countries of their currencies."""
    units = {quantity.unit for passage in passages for token in passage.tokens for quantity in token.quantities}
    return {group for unit in units for group in CURRENCY_COUNTRIES.get(unit, ())}


def _find_credits(passage: Passage) -> Iterator[Token]:
    """The tags that end a sentence: "(Reuters)."; others tell names, "two schemes (Wisconsin, Michigan) disclosed stakes"."""
    behind = itertools.takewhile(lambda token: token.kind in ("tag", "mark"), reversed(passage.tokens))
    return (token for token in behind if token.kind == "tag")


@lru_cache(maxsize=KEPT)
def _read_initials(run: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        "".join(word[0] for word in run[start : start + length] if word not in ("of", "and", "the", "for"))
        for start in range(len(run))
        for length in range(2, 8)
        if len(run[start : start + length]) == length and all(run[start : start + length])
    )


def find_topics(passages: Sequence[Passage]) -> frozenset[str]:
    """The keys of whom sentences are about: names that they begin with."""
    return frozenset(
        key for passage in passages for name in passage.names[:1] if name.start <= OPENING for key in name.keys
    )


OPENING = 3  # words before the name that a sentence is about


def plain_word(word: str) -> str:
    return word.removesuffix("'s").strip("'.,")


_PEOPLE = ("", "s", "n", "ns", "an", "ans", "ian", "ians", "ean", "eans", "ese", "ish", "i", "is", "e", "a")


@lru_cache(maxsize=4096)
def read_roots(word: str) -> frozenset[str]:
    """What a place and its people have in common: "ecuador" of Ecuadorean, "bavari" of Bavaria and Bavarian."""
    return frozenset(word.removesuffix(end) for end in _PEOPLE if len(word) - len(end) >= _ROOT and word.endswith(end))


_ROOT = 5  # letters
