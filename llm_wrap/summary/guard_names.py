"""Names and tickers of a model's sentence against its sources."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from llm_wrap.parsing.mentions import Mention, find_mentions
from llm_wrap.parsing.outlets import is_outlet
from llm_wrap.parsing.patterns import is_ticker
from llm_wrap.summary.guard_context import Name, Passage, name_keys
from llm_wrap.summary.guard_implied import (
    companies_of,
    company_key,
)
from llm_wrap.summary.guard_known import KnownNames, plain_word, read_roots
from llm_wrap.summary.guard_nays import is_content
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_verdict import Offence
from llm_wrap.summary.guard_words import FREE_CAPITALS, GENERIC_WORDS, SAME_NAMES, TITLES


def check_names(passage: Passage, sentence: str, known: KnownNames, *, cited_only: bool = False) -> Iterator[Offence]:
    """Names and tickers that the sources do not have; tickers that belong to somebody else there.

    A name that only the item's other sentences have is none of them, unless `cited_only`: whether it is the one that is meant is
    a question of bindings.
    """
    for name in passage.names:
        if not cited_only and any(name.keys <= keys for keys in known.elsewhere):
            continue
        attributed = _is_attribute(passage, name)
        named = known.groups | known.homes if attributed else known.groups
        plain = _without_companies(_without_pairs(name.text.split(), named), known)
        words = [part for word in plain for part in ([word] if _is_known(word, known) else word.split("-"))]
        missing = [word for word in words if word and not _is_known(word, known)]
        coded = [word for word in missing if any(char.isdigit() for char in word)]  # "Elbrus-3S3" is no Elbrus-2S3
        if (missing and not coded and name.keys & known.topics) or _is_spelled_out(name, known):
            missing = []
        if missing and attributed:
            missing = [word for word in missing if SAME_NAMES.get(plain_word(word.lower())) not in known.homes]
        if len(missing) < len(words) and all(plain_word(word.lower()) in TITLES for word in missing):
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
        elif token.kind == "tag" and token.lower not in known.bracketed and not _is_free_tag(token, known):
            yield Offence(token.text, "name")
        elif _is_unread(token) and token.lower not in known.words:
            yield Offence(token.text, "number")
    for mention in _find_tickers(sentence):
        owner = known.tickers.get(mention.ticker)
        if owner != mention.name and known.owners.get(mention.name, mention.ticker) != mention.ticker:
            yield Offence(mention.ticker, "ticker")
            continue
        if owner is None:
            if not is_ticker(mention.ticker):
                yield Offence(mention.ticker, "ticker")
        elif owner and mention.name and not _last_name(owner) & _last_name(mention.name):
            yield Offence(mention.ticker, "ticker")


def _is_free_tag(token: Token, known: KnownNames) -> bool:
    """A hyphen, a ticker, or an outlet that a source names outside brackets; "Meta (Zuckerberg)" is none."""
    return token.text == "-" or is_ticker(token.text) or (is_outlet(token.text) and token.lower in known.words)


def _find_tickers(sentence: str) -> Iterator[Mention]:
    """The tickers with the names before them, each time that they stand there: "Adaro (ADRO.IJ) and Whitehaven (ADRO.IJ)"."""
    starts = [0, *(place + 1 for place, char in enumerate(sentence) if char == ")")]
    yield from dict.fromkeys(mention for start in starts for mention in find_mentions(sentence[start:]).tickers)


def _is_attribute(passage: Passage, name: Name) -> bool:
    """ "Dutch chipmakers", "Japan's Toyota", "in Taiwan": a country that somebody belongs to and that does nothing itself."""
    before = passage.tokens[max(0, name.start - 2) : name.start]
    if name.text.endswith("'s") or any(token.lower == "in" for token in before):
        return True
    after = passage.tokens[name.end] if name.end < len(passage.tokens) else None
    return after is not None and is_content(after) and not passage.verbs[name.end]


def _without_pairs(words: list[str], groups: frozenset[int]) -> list[str]:
    """The words that are not part of a country of two words which the sources name in whatever form: "South Korea" for Seoul."""
    lower = [plain_word(word.lower()) for word in words]
    joined = {
        place + step
        for place, pair in enumerate(itertools.pairwise(lower))
        for step in (0, 1)
        if SAME_NAMES.get(" ".join(pair)) in groups
    }
    return [word for place, word in enumerate(words) if place not in joined]


def _without_companies(words: list[str], known: KnownNames) -> list[str]:
    """The words that are not another name of a company which the sources have: "Alibaba" for BABA."""
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if company_key(" ".join(plain_word(word) for word in words[start:end])) in known.companies:
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
    if name.text.lower().removesuffix("'s") not in known.credits:
        return False
    before = passage.tokens[name.start - 1].lower if name.start else ""
    after = passage.tokens[name.end].lower if name.end < len(passage.tokens) else ""
    return before not in _CREDITS and after not in _REPORTS


_CREDITS = frozenset("to per via citing by the".split())  # "according to Reuters"
_REPORTS = frozenset("reported reports said says".split())


def _is_known(word: str, known: KnownNames) -> bool:
    plain = plain_word(word.lower())
    if (
        plain in known.words
        or (plain[-1:] == "+" and plain[:-1] in known.words and "plus" in known.words)
        or plain in FREE_CAPITALS
        or plain.removesuffix("s") in known.words
        or f"{plain}s" in known.words
    ):
        return True
    if plain in SAME_NAMES and SAME_NAMES[plain] in known.groups:
        return True
    if word.isupper() and len(plain) >= 2 and plain in known.initials:
        return True
    if plain not in SAME_NAMES and read_roots(plain) & known.roots:
        return True
    return plain in _spelled_out(known) or all(
        long in known.words or f"{long}s" in known.words for long in _SHORT_NAMES.get(plain, "?").split()
    )


def _is_spelled_out(name: Name, known: KnownNames) -> bool:
    """ "Swiss National Bank" for SNB."""
    words = name.text.removesuffix("'s").split()
    return len(words) > 2 and "".join(word[0] for word in words).lower() in known.words


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
    words = [plain_word(token.lower) for token in passage.tokens[name.start : name.end] if token.kind == "word"]
    if "&" in words[1:-1]:
        spelled = tuple("and" if word == "&" else word for word in words)
        return (
            _stands(tuple(words), known) or _stands(spelled, known) or bool(companies_of(name.text) & known.companies)
        )
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
