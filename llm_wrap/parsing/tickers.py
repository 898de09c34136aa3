"""Tickers against each other and against the exchanges there are.

Two listings of one company are no conflict ("9988.HK" and "BABA"), nor are two classes of its share (GOOG and GOOGL, BRK.A and
BRK.B). One code under two exchanges with one name is ("000660.SK" and "000660.KS"), and so are two codes on one exchange with one
name. A ticker of New York has no exchange: there two codes of one name are one if they are alike (DLA for DAL, MTA for META), or
if a row has a code that cannot be the company's while another one spells it ("PINS (Snap)" beside SNAP).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from llm_wrap.models import MarketWrap, ParseIssue
from llm_wrap.parsing.digest import Prose
from llm_wrap.parsing.layout import Block
from llm_wrap.parsing.patterns import spells_name

# Exchange suffixes of FactSet, Bloomberg and Reuters. Two of them may mean one exchange.
EXCHANGES = frozenset(
    """
    HK JP TT TW KS KQ KP CH CG CS SS SZ SH IN IS IB NS BO SP SI SG MK KL TB BK IJ JK PM PS VN VM AU AX AT NZ LN FP PA GR GY DE
    ET BE NA AS BB BR SM MC SQ IM MI MT SW SE VX VT SS ST DC CO NO OL FH HE ID IR LS PL AV VI PW WA GA HB HU CP CK TI IT RM RX MM
    RU RO SJ JO IT TV TA AB UH DU QD KK EY EC BZ SA BS MM MX CL CI SN AR BA CB CO PE CN CT TO US UN UW UQ UA LX LU IC
    SK EU KN SV CC UR GF KZ GE MV CV KL NL ZA IL BM PK LI CY EB LV TL LT RF
    LH LR VL BU CZ SL
    """.split()
)

# Companies that are listed under one code on two exchanges.
_LISTED_TWICE = {
    "RIO": "LN AU", "BHP": "AU LN SJ", "S32": "AU LN SJ", "WDS": "AU LN", "GLEN": "LN SJ", "AAL": "LN SJ", "MNDI": "LN SJ", "INVP": "LN SJ", "CFR": "SW SJ",
    "AZN": "LN SS", "TTE": "FP LN", "AIR": "FP GR GY SM", "NDA": "SS FH DC", "NOKIA": "FH FP", "ABB": "SS SW", "EVO": "SS GR",
}  # fmt: skip
Locate = Callable[[Block, str], int]


class Named(NamedTuple):
    """A ticker with the company name beside it and the line where it stands."""

    ticker: str
    name: str
    line: int
    in_row: bool


def list_named(wrap: MarketWrap, prose: Sequence[Prose], locate: Locate) -> list[Named]:
    """All tickers of prose and rows, by line."""
    named = [
        Named(one.ticker, one.name, locate(part.block, one.ticker), False)
        for part in prose
        for one in part.mentions.tickers
    ]
    named += [
        Named(row.ticker, row.name or "", row.line, True) for row in (*wrap.gainers, *wrap.decliners) if row.ticker
    ]
    named += [Named(row.ticker, "", row.line, True) for row in wrap.company_news if row.ticker]
    return sorted(named, key=lambda one: one.line)


def check_tickers(listed: Sequence[Named]) -> Iterator[ParseIssue]:
    """One company under two tickers, and one ticker under two names."""
    by_code: dict[str, Named] = {}
    by_name: dict[tuple[str, str], Named] = {}
    names: dict[str, Named] = {}
    done: set[str] = set()
    plain: dict[tuple[str, ...], Named] = {}
    for one in listed:
        code, exchange = split_ticker(one.ticker)
        if one.ticker in done:
            continue
        words = name_words(one.name)
        if not exchange:
            first = plain.setdefault(_short_name(words), one) if words else one
            if _misspells(one.ticker, first.ticker) or _is_foreign(one, first, words):
                done.add(one.ticker)
                yield _conflict(one, first)
            continue
        other = by_code.setdefault(code, one)
        abroad = "US" in (exchange, split_ticker(other.ticker)[1])  # "ASML NA" and "ASML US"
        if (
            other.ticker != one.ticker
            and not abroad
            and not _is_listed_twice(code, exchange, other.ticker)
            and (not words or not other.name or _same_name(words, name_words(other.name)))
        ):
            if words or other.name:
                done.add(one.ticker)
                yield _conflict(one, other)
            continue
        if words:
            before = by_name.setdefault((" ".join(words), exchange), one)
            if before.ticker != one.ticker:
                done.add(one.ticker)
                yield _conflict(one, before)
                continue
            if one.in_row:
                first = names.setdefault(one.ticker, one)
                if first.name != one.name and not _same_name(words, name_words(first.name)):
                    done.add(one.ticker)
                    message = f"{one.ticker} is {first.name} in line {first.line} and {one.name} here."
                    yield ParseIssue(
                        line=one.line, kind="ticker_conflict", message=message, text=f"{one.ticker} ({one.name})"
                    )


def _is_listed_twice(code: str, exchange: str, other: str) -> bool:
    exchanges = _LISTED_TWICE.get(code, "").split()
    return exchange in exchanges and split_ticker(other)[1] in exchanges


def _misspells(one: str, other: str) -> bool:
    """Whether a ticker without an exchange is another one with a slip: DLA for DAL. One that is longer, or ends otherwise, may
    be another class of the share (GOOGL, LBTYK).

    >>> _misspells("DLA", "DAL"), _misspells("MTA", "META"), _misspells("LBTYK", "LBTYA"), _misspells("GOOG", "GOOGL")
    (True, True, False, False)
    """
    if one == other or not (one.isalpha() and other.isalpha()):
        return False
    if len(one) != len(other):  # META without its E; a letter more at the end is a class
        short, long = sorted((one, other), key=len)
        return len(short) > 2 and any(long[:place] + long[place + 1 :] == short for place in range(1, len(long) - 1))
    wrong = [place for place, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    return sorted(one) == sorted(other) or (len(wrong) == 1 and wrong[0] < len(one) - 1)


def _is_foreign(one: Named, other: Named, words: tuple[str, ...]) -> bool:
    """Whether one of two codes of New York under one name cannot be the company's own, while the other one spells the name.

    It must stand in a row of movers: prose speaks of funds and brands beside their company's name.
    """
    if one.ticker == other.ticker or name_words(other.name) != words or not (one.in_row or other.in_row):
        return False
    letters = "".join(words).upper()
    initials = {word[0].upper() for word in words}
    for code, row, company in ((one.ticker, one.in_row, other.ticker), (other.ticker, other.in_row, one.ticker)):
        if row and code[0] not in initials and len(company) > 2 and spells_name(company, letters):
            return True
    return False


# What a company's name may have behind it without being another's: "Meta" and "Meta Platforms", but "Delta Apparel" is not "Delta".
_TAILS = frozenset(
    "platforms technologies technology industries international enterprises brands stores motor motors pharmaceuticals".split()
)


def _short_name(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in _TAILS:
        words = words[:-1]
    return words


def split_ticker(ticker: str) -> tuple[str, str]:
    """Code and exchange; no exchange where the ticker has none.

    >>> split_ticker("9988.HK"), split_ticker("AKBNK TI"), split_ticker("BABA"), split_ticker("BRK.B")
    (('9988', 'HK'), ('AKBNK', 'TI'), ('BABA', ''), ('BRK.B', ''))
    """
    code, found, exchange = ticker.rpartition("." if "." in ticker else " ")
    if not found or exchange in ("A", "B", "C"):  # BRK.A and BRK.B
        return (ticker, "")
    return (code, exchange)


def _conflict(one: Named, other: Named) -> ParseIssue:
    name = one.name or other.name
    message = f"{name} stands under two tickers: {other.ticker} in line {other.line} and {one.ticker} here."
    return ParseIssue(line=one.line, kind="ticker_conflict", message=message, text=f"{name} ({one.ticker})")


FORMS = frozenset(
    "inc corp co ltd plc ag sa nv se group holdings holding the company limited corporation spa ab asa as kk".split()
)


def name_words(name: str) -> tuple[str, ...]:
    """A company's name for comparison: lower case, without its legal form.

    >>> name_words("Alibaba Group Holding Ltd.")
    ('alibaba',)
    """
    words = [word.strip(".,'&()-").casefold() for word in name[:80].replace("'s", "").split()]
    return tuple(word for word in words if word and word not in FORMS)


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be one company's: a common word, or the initials of one."""
    if not one or not other or set(one) & set(other):
        return True
    for short, long in ((one, other), (other, one)):
        if len(short) == 1 and len(long) > 1 and short[0].startswith("".join(word[0] for word in long)[:4]):
            return True
        if short[0][:4] == long[0][:4]:
            return True
    return False


def check_suffixes(listed: Sequence[Named]) -> Iterator[ParseIssue]:
    """An exchange suffix that no exchange has."""
    done: set[str] = set()
    for one in listed:
        code, dot, exchange = one.ticker.rpartition(".")
        if dot and code and len(exchange) == 2 and exchange not in EXCHANGES and one.ticker not in done:
            done.add(one.ticker)
            message = f"{one.ticker} ends in .{exchange}, which is no exchange that we know."
            yield ParseIssue(line=one.line, kind="unknown_exchange", message=message, text=one.ticker)
