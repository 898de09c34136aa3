"""The companies that a wrap speaks of, and where. In: passages and the table of listings. Out: companies and their hits.

A company is met by a ticker (of any of its lines, in any style), or by a name of it in prose. A name ends where the next
word makes it another company's ("Alibaba Health"); one that is a word of the language ("Gap", "Block", "Target") counts
only where its ticker or a company's verb stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from llm_wrap.listings.symbols import Symbol, read_symbol, same_line
from llm_wrap.listings.table import Listing
from llm_wrap.parsing.mentions import ACRONYMS, find_mentions
from llm_wrap.parsing.outlets import OUTLETS
from llm_wrap.parsing.tickers import FORMS, name_words
from llm_wrap.reading.ordinary import COMMON, RARELY, qualifies, reads_as_firm
from llm_wrap.reading.places import Passage


@dataclass(eq=False)
class Company:
    """A company of the wrap. `tickers` as the wrap prints them; `names` as prose may write them, the best one first."""

    names: list[str] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)
    tickers: list[str] = field(default_factory=list)

    @property
    def label(self) -> str | None:
        """The name to show."""
        return self.names[0] if self.names else None


class Hit(NamedTuple):
    """A company in a text. `form` is the ticker or name as it stands there; `start` -1 where a row's column holds it."""

    company: Company
    form: str
    start: int
    end: int


_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_BARE = re.compile(r"(?<![0-9A-Za-z.$/~(-])[A-Z]{3,5}(?![0-9A-Za-z)~-])(?!\.[A-Za-z])")
# Words that stand before a company's name and are no part of it.
ROLES = frozenset(
    """
    peer rival landlord developer chipmaker automaker carmaker lender brokerage insurer retailer supplier partner parent subsidiary unit
    shares stock startup operator miner steelmaker drugmaker conglomerate airline bank exchange foundry group state-owned state-backed
    the fellow smartphone japanese chinese korean taiwanese indian german french italian swiss british us u.s. american
    elsewhere meanwhile and but while also among with as for in at on by from of after analysts media ev cloud e-commerce tech
    """.split()
)
# The word behind a name that makes it a sister company.
SISTERS = frozenset(
    """
    health pictures music property properties services financial finance industries steel mobis sdi biologics logistics insurance life
    energy chemical chemicals electric pharma pharmaceutical bank securities heavy card electro-mechanics display innotek telecom capital
    estate infrastructure power ports consultancy aerospace ocean asset investment realty foods beverage construction engineering
    renewables entertainment pay bioepis glovis rotem wia transsys hydro mining petrochemical fire marine reit holdings-b trust passenger commercial vehicles
    """.split()
)
# The place in brackets behind a name that makes it a company of that place: "Bank of China (Hong Kong)".
_OF_PLACE = re.compile(
    r"\ \((?:Hong\ Kong|Maca[uo]|Asia|Thailand|Malaysia|Singapore|Taiwan|Philippines|Indonesia|Vietnam|Canada|UK)\)"
)


class Registry:
    """Companies by line and by name. `known` are those that the wrap itself gives a ticker or a row."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self.companies: list[Company] = []
        self._by_symbol: dict[Symbol, Company] = {}
        self._by_code: dict[str, list[Symbol]] = {}
        self._by_name: dict[tuple[str, ...], Company] = {}
        self._by_first: dict[str, list[tuple[str, Company]]] = {}
        self._ordinary: set[str] = set()
        self._established: set[int] = set()  # companies that the wrap gives a ticker or a row
        for listing in listings:
            company = Company()
            self.companies.append(company)
            for symbol in listing.symbols:
                self._add_symbol(company, symbol)
            for name in listing.names:
                self.add_name(company, name)

    def learn(self, passages: Sequence[Passage]) -> None:
        """Takes in what the wrap itself says of who is who: rows first, because their names are the surest."""
        for passage in sorted(passages, key=lambda one: not one.is_row):
            if passage.is_row and (passage.ticker or passage.name):
                self._established.add(id(self.meet(passage.ticker, passage.name)))
        for passage in passages:
            for mention in find_mentions(passage.text).tickers:
                company = self.meet(mention.ticker, self._tidy_name(mention.ticker, mention.name))
                self._established.add(id(company))
            self._ordinary.update(
                word for word in _WORD.findall(passage.text) if word.islower() and word in COMMON | RARELY
            )

    def _tidy_name(self, ticker: str, name: str) -> str | None:
        """The name that prose has before a ticker, without what stands before it ("Information Alibaba", "Peer Nanto")."""
        symbol = read_symbol(ticker)
        company = self.find_symbol(symbol) if symbol else None
        words = name_words(name)
        for known in company.names if company else ():
            if words[-len(name_words(known)) :] == name_words(known):
                return None
        return _strip_roles(name)

    def meet(self, ticker: str | None, name: str | None) -> Company:
        """The company of a ticker and a name of the wrap, either of which may be missing."""
        symbol = read_symbol(ticker) if ticker else None
        company = self.find_symbol(symbol) if symbol else None
        words = name_words(name or "")
        if company is None and words:
            named = self._by_name.get(words)
            if named is not None and (symbol is None or _may_join(named, symbol)):
                company = named
        if company is None:
            company = Company()
            self.companies.append(company)
        if symbol:
            self._add_symbol(company, symbol)
        if ticker and ticker not in company.tickers:
            company.tickers.append(ticker)
        if name and words:
            self.add_name(company, name)
        return company

    def find_symbol(self, symbol: Symbol) -> Company | None:
        """The company with that line."""
        if symbol in self._by_symbol:
            return self._by_symbol[symbol]
        for other in self._by_code.get(symbol.code, ()):
            if same_line(symbol, other):
                return self._by_symbol[other]
        return None

    def find_name(self, name: str) -> Company | None:
        """The company of that name, its legal form aside."""
        return self._by_name.get(name_words(name))

    def _add_symbol(self, company: Company, symbol: Symbol) -> None:
        if symbol not in company.symbols:
            company.symbols.append(symbol)
            self._by_symbol.setdefault(symbol, company)
            self._by_code.setdefault(symbol.code, []).append(symbol)

    def add_name(self, company: Company, name: str) -> None:
        """A name under which prose speaks of the company, with and without its legal form."""
        words = name_words(name)
        if not words or (len(words) == 1 and len(words[0]) < 2):
            return
        self._by_name.setdefault(words, company)
        for form in dict.fromkeys((name.strip(), _strip_form(name))):
            if form and form not in company.names:
                company.names.append(form)
                first = _WORD.search(form)
                if first:
                    self._by_first.setdefault(first.group().casefold(), []).append((form, company))

    def find_hits(self, passage: Passage) -> list[Hit]:
        """Every company that a passage names, once for each form, in order; its row's own company first."""
        hits: list[Hit] = []
        if passage.is_row and (passage.ticker or passage.name):
            company = self.meet(passage.ticker, passage.name)
            for form in (passage.ticker, passage.name):
                if form:
                    hits.append(Hit(company, form, -1, -1))
        hits += sorted(self._find_in_text(passage.text), key=lambda hit: hit.start)
        return hits

    def _find_in_text(self, text: str) -> Iterator[Hit]:
        tickers: list[Hit] = []
        floor = 0
        for mention in find_mentions(text).tickers:
            symbol = read_symbol(mention.ticker)
            company = self.find_symbol(symbol) if symbol else None
            # whole, for "F" stands in "CLF" too
            printed = re.search(rf"(?<![^\W_]){re.escape(mention.ticker)}(?![^\W_])", text)
            if company is not None and printed:
                tickers.append(Hit(company, mention.ticker, *printed.span()))
        for bare in _BARE.finditer(text):
            if any(hit.start <= bare.start() < hit.end for hit in tickers):
                continue  # "SAN FP" is no SAN
            company = self._by_symbol.get(Symbol(bare.group(), "US"))
            if company is None or bare.group() in ACRONYMS or bare.group().lower() in OUTLETS or text.isupper():
                continue
            if id(company) not in self._established and qualifies(text, bare.end()):
                continue
            if bare.group() not in company.names and not any(bare.group() == name.upper() for name in company.names):
                tickers.append(Hit(company, bare.group(), bare.start(), bare.end()))
        yield from tickers
        for word in _WORD.finditer(text):
            if word.start() < floor:
                continue
            named = self._by_first.get(word.group().casefold())
            for form, company in sorted(named, key=lambda entry: -len(entry[0])) if named else ():
                end = word.start() + len(form)
                if self._stands(text, word.start(), end, form, company, tickers):
                    yield Hit(company, text[word.start() : end], word.start(), end)
                    floor = end
                    break

    def find_sisters(self, text: str, company: Company) -> Iterator[str]:
        """The names that begin with one of a company's in `text` and are those of others, as they stand there."""
        for form in company.names:
            start = text.find(form)
            while start >= 0:
                end = start + len(form)
                until = _find_sister_end(text, end, form)
                if until is not None and not (start and (text[start - 1].isalnum() or text[start - 1] in "-.@/&")):
                    yield text[start:until]
                start = text.find(form, end)

    def _stands(self, text: str, start: int, end: int, form: str, company: Company, tickers: list[Hit]) -> bool:
        printed = text[start:end]
        if printed.casefold() != form.casefold() or (start and text[start - 1] in "-.@/&"):
            return False
        after = text[end : end + 1]
        if after.isalnum() or (after == "." and text[end + 1 : end + 2].isalnum()):
            return False
        if (form.isupper() or len(form) <= 3) and printed != form:
            return False
        if not _same_capitals(printed, form):
            return False
        if _find_sister_end(text, end, form) is not None:
            return False
        lowered = form.casefold()
        if " " in form or lowered not in COMMON | RARELY:
            return True
        beside = any(hit.company is company and 0 <= hit.start - end <= 8 for hit in tickers)
        if id(company) in self._established and lowered not in self._ordinary:
            return True
        return beside or reads_as_firm(text, start, end, lowered, lowered in self._ordinary)


def _find_sister_end(text: str, end: int, form: str) -> int | None:
    """Where the longer name ends that the words behind a name make of it, another company's; None where they make none."""
    place = _OF_PLACE.match(text, end)
    if place:
        return place.end()
    until, own = end, name_words(form)
    while (word := _CAPITALISED.match(text, until)) and word[1].casefold() in SISTERS.difference(own):
        until = word.end()
    return until if until > end else None


_CAPITALISED = re.compile(r"\ ([A-Z][^\W_]*)", re.UNICODE)


def _same_capitals(printed: str, form: str) -> bool:
    """Whether each word has its capital in the text that it has in the name: "Rakuten bank" is no Rakuten Bank.

    A name that its reader wrote in small letters ("meta platforms") needs the first capital alone.
    """
    if form.islower():
        return printed[0].isupper() or printed[0].isdigit() or printed == form
    return all(
        not theirs[0].isupper() or ours[0].isupper()
        for ours, theirs in zip(printed.split(), form.split(), strict=False)
    )


def _may_join(company: Company, symbol: Symbol) -> bool:
    """Whether a new line can belong to a company of that name: one of the two must be a US line, or the codes the same.

    Woolworths of Sydney and Woolworths of Johannesburg are two.
    """
    return any(other.code == symbol.code for other in company.symbols) or all(
        other.exchange != symbol.exchange and "US" in (other.exchange, symbol.exchange) for other in company.symbols
    )


def _strip_roles(name: str) -> str:
    words = name.split()
    while len(words) > 1 and {first := words[0].casefold().strip(","), first.removesuffix("s")} & ROLES:
        words.pop(0)
    return " ".join(words)


def _strip_form(name: str) -> str:
    """ "Alibaba Group Holding Ltd" is Alibaba; "Group 1" stays."""
    words = name.split()
    while len(words) > 1 and words[-1].strip(".,").casefold() in FORMS:
        words.pop()
    kept = " ".join(words).rstrip(",")
    return kept if kept and (len(words) > 1 or len(kept) > 2) else name.strip()
