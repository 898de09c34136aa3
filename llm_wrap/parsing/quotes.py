"""The rows that prose is held against, under the names by which prose calls them. In: a wrap. Out: quotes by name.

A name is one or more words ("s&p 500"), in lower case. Rows of other horizons (year to date), of futures and of another
exchange's price of the same thing (MCX gold) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from llm_wrap.models import MarketWrap

# Names of one index; a row that is called by one of them is spoken of by all.
_INDICES = (
    ("djia", "dow", "dow jones", "dow jones industrials", "dow jones industrial average", "dow industrials"),
    ("s&p 500", "s&p", "s&p500"),
    ("nasdaq", "nasdaq composite", "nasdaq comp"),
    ("russell 2000", "russell"),
    ("nikkei", "nikkei 225", "nikkei average"),
    ("hang seng", "hsi"),
    ("shanghai composite", "shanghai comp"),
    ("shenzhen composite", "shenzhen comp"),
    ("csi 300", "csi300"),
    ("taiex", "twse"),
    ("asx", "asx 200", "asx200", "s&p/asx 200"),
    ("sensex", "bse sensex"),
    ("nifty", "nifty 50"),
    ("straits times", "sti"),
    ("cac", "cac 40", "cac40"),
    ("ftse 100", "ftse"),
    ("ibex", "ibex 35"),
    ("stoxx 600", "stoxx europe 600"),
    ("euro stoxx 50", "stoxx 50"),
    ("bovespa", "ibovespa"),
    ("merval", "s&p merval"),
    ("ipc", "s&p/bmv ipc", "ipc mexico", "mexico ipc"),
    ("ipsa", "s&p ipsa", "ipsa chile", "chile ipsa"),
    ("s&p/tsx", "s&p/tsx composite", "tsx"),
    ("omx stockholm 30", "omxs30"),
    ("vix", "cboe volatility (vix)"),
)
INDICES = {name: family for family in _INDICES for name in family}
# Where a company has an index's name: its ticker, and the name that is the index's no more.
_NAMESAKES = {"DOW": "dow", "SPGI": "s&p", "NDAQ": "nasdaq", "ASX.AU": "asx"}
_COMMODITIES = {
    "gold": ("gold",), "silver": ("silver",), "copper": ("copper",), "platinum": ("platinum",), "palladium": ("palladium",),
    "wti": ("wti", "wti crude", "crude", "crude oil"), "wti crude": ("wti", "wti crude", "crude", "crude oil"),
    "brent": ("brent", "brent crude", "crude", "crude oil"), "brent crude": ("brent", "brent crude", "crude", "crude oil"),
    "bitcoin": ("bitcoin",), "ether": ("ether", "ethereum"), "ethereum": ("ether", "ethereum"),
    "natural gas": ("natural gas",), "henry hub": ("natural gas",), "henry hub natural gas": ("natural gas",), "ttf gas": ("ttf", "ttf gas"),
    "dollar index": ("dollar index",), "dxy": ("dollar index",),
}  # fmt: skip
_NOISE = frozenset(
    """
    spot comex lme nymex ice futures 3m dutch price jan feb mar apr may jun jul aug sep oct nov dec january february march april june july
    august september october november december
    """.split()
)
_CURRENCIES = {
    "JPY": ("yen",), "KRW": ("won",), "EUR": ("euro",), "GBP": ("sterling", "pound"), "CHF": ("swiss franc",), "AUD": ("australian dollar", "aussie"),
    "NZD": ("new zealand dollar", "kiwi"), "CAD": ("canadian dollar", "loonie"), "CNY": ("yuan", "renminbi"), "CNH": ("offshore yuan",),
    "INR": ("rupee",), "MXN": ("mexican peso",), "CLP": ("chilean peso",), "COP": ("colombian peso",), "BRL": ("brazilian real", "the real"),
    "TWD": ("taiwan dollar",), "THB": ("baht",), "MYR": ("ringgit",), "IDR": ("rupiah",),
}  # fmt: skip
_SIGNS = {
    "$": "USD",
    "¥": "JPY",
    "€": "EUR",
    "£": "GBP",
    "A$": "AUD",
    "NZ$": "NZD",
    "C$": "CAD",
    "R$": "BRL",
    "₩": "KRW",
    "₹": "INR",
}
_COUNTRIES = {
    "us": "US", "u.s.": "US", "treasury": "US", "treasuries": "US", "ust": "US", "jgb": "JP", "jgbs": "JP", "japan": "JP", "japanese": "JP",
    "bund": "DE", "germany": "DE", "german": "DE", "gilt": "GB", "uk": "GB", "british": "GB", "acgb": "AU", "australia": "AU", "australian": "AU",
    "ktb": "KR", "korean": "KR", "cgb": "CN", "chinese": "CN", "btp": "IT", "italy": "IT", "italian": "IT", "oat": "FR", "france": "FR", "french": "FR",
    "spain": "ES", "spanish": "ES",
}  # fmt: skip
_TENOR = re.compile(r"([0-9]{1,2})-?(?:y|yr|year)")
_TENOR_WORDS = {
    "two-year": 2,
    "three-year": 3,
    "five-year": 5,
    "seven-year": 7,
    "ten-year": 10,
    "twenty-year": 20,
    "thirty-year": 30,
}
_OTHER_HORIZON = re.compile(r"ytd|mtd|wtd|week|month|year to|perform|futures|return", re.IGNORECASE)
MAX_ROWS = 200


class Quote(NamedTuple):
    """A row's figures. `percent`: of a currency what it did against the dollar, to which `level` then says nothing; `points`: a yield's change in bp."""

    name: str
    kind: str  # "index", "commodity", "currency" or "yield"
    line: int
    percent: Decimal | None = None
    level: Decimal | None = None
    points: Decimal | None = None
    country: str | None = None
    tenor: int | None = None

    @property
    def change(self) -> Decimal:
        """The change in the unit in which the row gives it."""
        change = self.points if self.kind == "yield" else self.percent
        return Decimal(0) if change is None else change

    @property
    def told(self) -> str:
        """As a message tells it."""
        return f"{self.change}{' bp' if self.kind == 'yield' else '%'}"


Quotes = dict[str, list[tuple[tuple[str, ...], tuple[Quote, ...]]]]


def find_quotes(wrap: MarketWrap, tickers: Set[str]) -> Quotes:
    """The quotes by the first word of a name, each with the words of the whole name, the longest first. `tickers`: all that the wrap names."""
    named: dict[str, list[Quote]] = {}
    shadowed = {name for code, name in _NAMESAKES.items() if code in tickers}
    for names, quote in (*_list_indices(wrap), *_list_commodities(wrap), *_list_currencies(wrap)):
        for name in names:
            if name not in shadowed:
                named.setdefault(name, []).append(quote)
    quotes: Quotes = {}
    for name in sorted(named, key=len, reverse=True):
        words = tuple(name.split())
        quotes.setdefault(words[0], []).append((words, tuple(named[name])))
    return quotes


@lru_cache(maxsize=1024)
def name_index(name: str) -> tuple[str, ...]:
    """All names of the index that a row calls `name`.

    >>> name_index("Nasdaq Comp"), name_index("KOSPI Index")
    (('nasdaq', 'nasdaq composite', 'nasdaq comp'), ('kospi index', 'kospi'))
    """
    lowered = name.lower().rstrip("*")
    short = lowered.removesuffix(" composite").removesuffix(" index").removesuffix(" 225").removesuffix(" 30")
    return (
        INDICES.get(lowered)
        or INDICES.get(short)
        or ((lowered, short) if short != lowered and len(short) > 3 else (lowered,))
    )


def _list_indices(wrap: MarketWrap) -> Iterator[tuple[tuple[str, ...], Quote]]:
    seen: set[str] = set()
    for row in wrap.markets[:MAX_ROWS]:
        if row.change_pct is not None and row.name not in seen:
            seen.add(row.name)  # a row that stands twice is told elsewhere
            yield name_index(row.name), Quote(row.name, "index", row.line, row.change_pct, row.level)


def _list_commodities(wrap: MarketWrap) -> Iterator[tuple[tuple[str, ...], Quote]]:
    tables = [table.rows[:MAX_ROWS] for table in wrap.tables if not _OTHER_HORIZON.search(table.name)]
    for row in (row for rows in tables for row in rows if row.change_pct is not None):
        names = _name_commodity(row.name)
        if names:
            yield names, Quote(row.name, "commodity", row.line, row.change_pct, row.level)


@lru_cache(maxsize=1024)
def _name_commodity(name: str) -> tuple[str, ...]:
    words = [word for word in name.lower().partition(" (")[0].split() if word not in _NOISE]
    return _COMMODITIES.get(" ".join(words), ())


def _list_currencies(wrap: MarketWrap) -> Iterator[tuple[tuple[str, ...], Quote]]:
    for row in wrap.currencies[:MAX_ROWS]:
        if row.change_pct is None:
            continue
        other, inverse = _part_pair(row.pair)
        if other:
            percent = -row.change_pct if inverse else row.change_pct
            yield _CURRENCIES[other], Quote(row.pair, "currency", row.line, percent)
        elif names := _name_commodity(row.pair):  # the dollar's index
            yield names, Quote(row.pair, "commodity", row.line, row.change_pct, row.level)


@lru_cache(maxsize=1024)
def _part_pair(pair: str) -> tuple[str, bool]:
    """The currency that a pair has beside the dollar, and whether the pair rises when it falls.

    >>> _part_pair("$-¥"), _part_pair("EURUSD"), _part_pair("EUR/GBP")
    (('JPY', True), ('EUR', False), ('', False))
    """
    left, _, right = pair.replace("/", "-").partition("-")
    if len(left) == 6 and not right:
        left, right = left[:3], left[3:]
    base, quoted = _SIGNS.get(left, left), _SIGNS.get(right, right)
    other = quoted if base == "USD" else base if quoted == "USD" else ""
    return (other, base == "USD") if other in _CURRENCIES else ("", False)


def list_yields(wrap: MarketWrap) -> list[Quote]:
    """The bond yields of the tables."""
    home = "US" if wrap.region == "us" else None
    found: list[Quote] = []
    for table in wrap.tables:
        rows = [row for row in table.rows[:MAX_ROWS] if row.change_unit == "bp" and row.change is not None]
        if not rows or _OTHER_HORIZON.search(table.name.lower().replace("10-year", "").replace("2-year", "")):
            continue
        words = table.name.lower().split()
        shared = next((_COUNTRIES[word] for word in words if word in _COUNTRIES), home)
        for row in rows:
            country, tenor = _name_bond(row.name)
            tenor = tenor or read_bond(words)[1]
            if tenor and (country or shared) and len(row.name.split()) <= 3:
                found.append(Quote(row.name, "yield", row.line, None, row.level, row.change, country or shared, tenor))
    return found


@lru_cache(maxsize=1024)
def _name_bond(name: str) -> tuple[str | None, int | None]:
    return read_bond(name.lower().split())


def read_bond(words: list[str]) -> tuple[str | None, int | None]:
    """Country and years of the bond that `words` name.

    >>> read_bond(["jgb", "10y"]), read_bond(["the", "two-year"])
    (('JP', 10), (None, 2))
    """
    country = next(
        (_COUNTRIES[word.removesuffix("'s")] for word in words if word.removesuffix("'s") in _COUNTRIES), None
    )
    for word in words:
        years = _TENOR.fullmatch(word)
        if years:
            return country, int(years[1])
        if word in _TENOR_WORDS:
            return country, _TENOR_WORDS[word]
    return country, None
