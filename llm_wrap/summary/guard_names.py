"""Names and tickers of a model's sentence against its sources."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from llm_wrap.parsing.mentions import find_mentions
from llm_wrap.parsing.patterns import is_ticker
from llm_wrap.summary.guard_context import KEPT, Name, Passage, name_keys
from llm_wrap.summary.guard_denials import is_content
from llm_wrap.summary.guard_implied import (
    CURRENCY_COUNTRIES,
    IMPLIED_NAMES,
    companies_of,
    company_key,
    company_of,
    countries_of_tickers,
    home_of,
)
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import FREE_CAPITALS, GENERIC_WORDS, REGIONS, SAME_NAMES, TITLES


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the sources name. `groups` are countries that they name or that a body or leader acts for, `homes` those that a ticker or a currency points to.
    `words` are all their words, lower case; `tags` stand in brackets only; `runs` their texts word by word, for names of several
    words; `initials` what long names are shortened to; `roots` of their names (`_roots`); `tickers` with the names before them; `companies` keys of `company_key`;
    `topics` keys of whom the item's other sentences are about, `elsewhere` those of each name that they have; `owners` tickers of the item by
    the name before them."""

    words: frozenset[str]
    tags: frozenset[str]
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
    runs = tuple(tuple(_plain(token.lower) for token in passage.tokens if token.kind == "word") for passage in passages)
    words = {word for run in runs for word in run}
    tags = {token.lower for passage in passages for token in passage.tokens if token.kind == "tag"} - words
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
        for root in _roots(_plain(word.lower()))
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
    units = {quantity.unit for passage in passages for token in passage.tokens for quantity in token.quantities}
    homes |= {group for unit in units for group in CURRENCY_COUNTRIES.get(unit, ())}
    homes |= {REGIONS[group] for group in groups | homes if group in REGIONS}
    return KnownNames(
        frozenset(words),
        frozenset(tags),
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


@lru_cache(maxsize=KEPT)
def _read_initials(run: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        "".join(word[0] for word in run[start : start + length] if word not in ("of", "and", "the", "for"))
        for start in range(len(run))
        for length in range(2, 8)
        if len(run[start : start + length]) == length and all(run[start : start + length])
    )


def check_names(passage: Passage, sentence: str, known: KnownNames, *, cited_only: bool = False) -> Iterator[Offence]:
    """Names and tickers that the sources do not have; tickers that belong to somebody else there.

    A name that only the item's other sentences have is none of them, unless `cited_only`: whether it is the one that is meant is
    a question of bindings.
    """
    for name in passage.names:
        if not cited_only and any(name.keys <= keys for keys in known.elsewhere):
            continue
        plain = _without_companies(_without_pairs(name.text.split(), known), known)
        words = [part for word in plain for part in ([word] if _is_known(word, known) else word.split("-"))]
        missing = [word for word in words if word and not _is_known(word, known)]
        if (missing and name.keys & known.topics) or _is_spelled_out(name, known):
            missing = []
        if missing and _is_attribute(passage, name):
            missing = [word for word in missing if SAME_NAMES.get(_plain(word.lower())) not in known.homes]
        if len(missing) < len(words) and all(_plain(word.lower()) in TITLES for word in missing):
            missing = []  # "President Lula" for Lula
        if not missing and _is_outlet_only(passage, name, known):
            missing = [name.text]
        if missing:
            yield Offence(" ".join(missing), "name")
        elif not _holds_together(passage, name, known):
            yield Offence(name.text, "name")
    for token in passage.tokens:
        if token.kind == "tag" and is_ticker(token.text) and token.text not in known.tickers:
            yield Offence(token.text, "ticker")
        elif _is_unread(token) and token.lower not in known.words:
            yield Offence(token.text, "number")
    for mention in find_mentions(sentence).tickers:
        owner = known.tickers.get(mention.ticker)
        if owner != mention.name and known.owners.get(mention.name, mention.ticker) != mention.ticker:
            yield Offence(mention.ticker, "ticker")
            continue
        if owner is None:
            if not is_ticker(mention.ticker):
                yield Offence(mention.ticker, "ticker")
        elif owner and mention.name and not _last_name(owner) & _last_name(mention.name):
            yield Offence(mention.ticker, "ticker")


def _is_attribute(passage: Passage, name: Name) -> bool:
    """ "Dutch chipmakers", "Japan's Toyota", "in Taiwan": a country that somebody belongs to and that does nothing itself."""
    if name.text.endswith("'s") or (name.start and passage.tokens[name.start - 1].lower == "in"):
        return True
    after = passage.tokens[name.end] if name.end < len(passage.tokens) else None
    return after is not None and is_content(after) and not passage.verbs[name.end]


def _without_pairs(words: list[str], known: KnownNames) -> list[str]:
    """The words that are not part of a country of two words which the sources name in whatever form: "South Korea" for Seoul."""
    lower = [_plain(word.lower()) for word in words]
    joined = {
        place + step
        for place, pair in enumerate(itertools.pairwise(lower))
        for step in (0, 1)
        if SAME_NAMES.get(" ".join(pair)) in known.groups
    }
    return [word for place, word in enumerate(words) if place not in joined]


def _without_companies(words: list[str], known: KnownNames) -> list[str]:
    """The words that are not another name of a company which the sources have: "Alibaba" for BABA."""
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if company_key(" ".join(_plain(word) for word in words[start:end])) in known.companies:
                return words[:start] + _without_companies(words[end:], known)
    return words


def _is_unread(token: Token) -> bool:
    """A word with a digit in it that is read neither as a number nor as a name: it must stand in a source as it is."""
    return token.kind == "word" and not token.capital and any(char.isdigit() or char == "%" for char in token.text)


def _last_name(names: str) -> frozenset[str]:
    """The keys of the name next to a ticker: "SK Hynix and Samsung Electronics (005930.KS)" is Samsung's."""
    keys = name_keys(names.rpartition(" and ")[2].rpartition(" & ")[2] or names)
    return keys - GENERIC_WORDS or keys


def _is_outlet_only(passage: Passage, name: Name, known: KnownNames) -> bool:
    """Whether the sources have the name as their own source only, and the sentence has it as somebody who does something."""
    if name.text.lower().removesuffix("'s") not in known.tags:
        return False
    before = passage.tokens[name.start - 1].lower if name.start else ""
    after = passage.tokens[name.end].lower if name.end < len(passage.tokens) else ""
    return before not in _CREDITS and after not in _REPORTS


_CREDITS = frozenset("to per via citing by the".split())  # "according to Reuters"
_REPORTS = frozenset("reported reports said says".split())


def _plain(word: str) -> str:
    return word.removesuffix("'s").strip("'.,")


def _is_known(word: str, known: KnownNames) -> bool:
    plain = _plain(word.lower())
    if (
        plain in known.words
        or plain in FREE_CAPITALS
        or plain.removesuffix("s") in known.words
        or f"{plain}s" in known.words
    ):
        return True
    if plain in SAME_NAMES and SAME_NAMES[plain] in known.groups:
        return True
    if word.isupper() and len(plain) >= 2 and plain in known.initials:
        return True
    if plain not in SAME_NAMES and _roots(plain) & known.roots:
        return True
    return plain in _spelled_out(known) or all(
        long in known.words or f"{long}s" in known.words for long in _SHORT_NAMES.get(plain, "?").split()
    )


_PEOPLE = ("", "s", "n", "ns", "an", "ans", "ian", "ians", "ean", "eans", "ese", "ish", "i", "is", "e", "a")


@lru_cache(maxsize=4096)
def _roots(word: str) -> frozenset[str]:
    """What a place and its people have in common: "ecuador" of Ecuadorean, "bavari" of Bavaria and Bavarian."""
    return frozenset(word.removesuffix(end) for end in _PEOPLE if len(word) - len(end) >= _ROOT and word.endswith(end))


_ROOT = 5  # letters


def _is_spelled_out(name: Name, known: KnownNames) -> bool:
    """ "Swiss National Bank" for SNB."""
    words = name.text.removesuffix("'s").split()
    return len(words) > 2 and "".join(word[0] for word in words).lower() in known.words


def find_topics(passages: Sequence[Passage]) -> frozenset[str]:
    """The keys of whom sentences are about: names that they begin with."""
    return frozenset(
        key for passage in passages for name in passage.names[:1] if name.start <= OPENING for key in name.keys
    )


OPENING = 3  # words before the name that a sentence is about


def _spelled_out(known: KnownNames) -> frozenset[str]:
    """The words that a short name of the sources stands for, where there is a table of it."""
    return frozenset(word for short, long in _LONG_NAMES.items() if short in known.words for word in long.split())


_LONG_NAMES = {
    "fed": "federal reserve", "ecb": "european central bank", "boe": "bank of england", "boj": "bank of japan", "bok": "bank of korea",
    "pboc": "people bank of china", "rba": "reserve bank of australia", "rbi": "reserve bank of india", "imf": "international monetary fund",
    "ftc": "federal trade commission", "sec": "securities and exchange commission", "mofcom": "ministry of commerce", "eu": "european union",
    "uk": "united kingdom", "us": "united states", "hk": "hong kong", "iea": "international energy agency", "ai": "artificial intelligence",
    "fomc": "federal open market committee", "ons": "office for national statistics", "cbc": "central bank", "un": "united nations",
    "gdp": "gross domestic product", "cpi": "consumer price index", "yoy": "year", "saudi": "arabia", "street": "wall", "consensus": "street", "analysts": "street",
    "yield": "treasury", "yields": "treasury", "snb": "national bank",
}  # fmt: skip

# Short names of what is no proper name.
_SHORT_NAMES = {
    "gpu": "graphics processor", "gpus": "graphics processor", "cpu": "central processor", "nhs": "health service", "ev": "electric vehicle",
    "evs": "electric vehicle", "lng": "liquefied gas", "ipo": "public offering", "hbm": "high bandwidth memory", "ai": "artificial intelligence",
    "gdp": "gross domestic product", "cpi": "consumer price", "ppi": "producer price", "pmi": "purchasing manager",
    "capex": "capital expenditure",
}  # fmt: skip


def _holds_together(passage: Passage, name: Name, known: KnownNames) -> bool:
    """Whether a name of several words stands together in a source, titles and countries before it aside."""
    words = [_plain(token.lower) for token in passage.tokens[name.start : name.end] if token.kind == "word"]
    pieces: list[list[str]] = []
    for word in words:
        if pieces and _stands((*pieces[-1], word), known):
            pieces[-1].append(word)
        else:
            pieces.append([word])
    loose = [
        piece for piece in pieces if not all(word in TITLES or word in SAME_NAMES or len(word) <= 4 for word in piece)
    ]
    return len(loose) <= 1 or all(len(piece) > 1 or _alone(piece[0], known) for piece in loose)


def _stands(words: tuple[str, ...], known: KnownNames) -> bool:
    return any(
        run[place : place + len(words)] == words for run in known.runs for place in range(len(run) - len(words) + 1)
    )


def _alone(word: str, known: KnownNames) -> bool:
    return any(word in run for run in known.runs)
