"""Tickers and sources that prose names, in order of first mention.

    bracket = "(" part {("," | "/" | ";") part} ")"
    part    = ticker | outlet | anything else        "(9988.HK, BABA)"  "(AKBNK TI)"  "(Reuters, WSJ)"  "($2.13B)"  "(revised)"

A bracket is read by what stands in it and what stands before it: "Oracle's (ORCL)" names a ticker, "the planning agency
(NDRC)" an acronym, "rose to €1.82B ($2.13B)" a conversion, "fell (7%)" a fall.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from llm_wrap.parsing.outlets import NOT_SOURCES, OUTLETS, is_outlet
from llm_wrap.parsing.pairs import CURRENCY_STARTS
from llm_wrap.parsing.patterns import (
    BARE_TICKER,
    MARKED_TICKER,
    TICKER_IN_PROSE,
    WORDLY_EXCHANGES,
    has_digit,
    is_ticker,
    read_terminal_ticker,
    spells_name,
)

# Capitals in brackets that are neither a ticker nor an outlet.
ACRONYMS = frozenset(
    """
    AI AUM EV EVS IPO M&A GDP CPI PPI PCE PMI ISM YTD YTM QTD MTD ETF ETFS REIT EPS EBIT FY Q1 Q2 Q3 Q4 H1 H2
    NDRC PBOC MOF MOFCOM CSRC NBS CAC SAMR MIIT SASAC BOJ BOK BOE ECB RBA RBNZ RBI SNB BOC FED FOMC FRB SEC FTC
    DOJ DOE DOD FDA EPA FCC CFTC FDIC OCC IRS USTR CBO BEA BLS EIA IEA API OPEC IMF WTO WHO UN EU UK US USA OECD
    NATO G7 G20 APEC ASEAN BRICS UAE ADP JOLTS MBA HBM HBM3 HBM4 DRAM NAND GPU CPU LLM LNG LPG ESG CEO CFO COO
    CTO JV MOU NPL LPR RRR MLF TLTRO QE QT VAT GST SOE LGFV LDP DPP DPJ CDU SPD AFD FDP BJP TBA TBD NA N/A KOSPI
    KOSDAQ TAIEX HSI CSI SSE TOPIX FTSE DAX CAC40 IBEX MIB SMI ETA USMCA SELIC COPOM BCB IPCA INDEC BCRA INEGI
    BANXICO CFIUS BIS NHTSA FAA FERC NRC CMS CDC NIH HHS DHS ICE EC EMA CMA FCA PRA ONS OBR BDI IFO ZEW GFK
    INSEE ISTAT DESTATIS BAFIN KFTC FSS FSC MAS HKMA SFC HKEX TSE JPX ASX ASIC ACCC APRA SEBI METI JFTC FSA PLA
    KMT CCP CPC NPC MPC MPM SPR QOQ YOY MOM SAAR RPO ARR FCF OPM GMV ASP ASPS ADR ADRS CDS BPS RSI HY IG CLO MBS
    TIPS TSA ID EST PT ET GMT HKT JST KST UTC BST CET EBITDA ROE ROIC NIM NII CET1 LTM NTM GAAP
    """.split()
)
_PARTS = re.compile(r"\ ?[,/;]\ ?|\ -\ ")
_BRACKET = re.compile(r"\(([^()]{1,159})\)")  # the innermost, and no longer than a line or two
_SUFFIX = re.compile(r"\.[A-Z]{2}")  # what every ticker in prose has; a stop that ends a sentence has not
_SHORT_FORMS = (
    "Co.",
    "Cos.",
    "Inc.",
    "Corp.",
    "Ltd.",
    "Bros.",
    "plc.",
    "S.A.",
    "N.V.",
)  # a company's name, and no sentence's end
MAX_BRACKETS = 300  # in one paragraph; a real one has some twenty
MAX_SEARCHED = 20_000  # characters of one paragraph that are searched for tickers and sources
_LEADS = ("via ", "citing ", "per ", "from ", "Source: ", "source: ", "Sources: ", "sources: ")


# "SoftBank Group (9984)", "Kioxia (285A)", "Samsung (005930)": the codes of Tokyo, Hong Kong, Seoul and Shanghai without their
# exchange; a year is none
_LOCAL_CODE = re.compile(r"(?!(?:19|20)[0-9]{2}\Z)[0-9]{3}[0-9A-Z]|0[0-9]{4}|[0-9]{6}")
_LEVELS = (
    "composite",
    "index",
    "nikkei",
    "topix",
    "kospi",
    "kosdaq",
    "taiex",
    "seng",
    "dow",
    "nasdaq",
    "gold",
    "bitcoin",
)


class Mention(NamedTuple):
    """A ticker in prose with the words that stand before its bracket (the company's name, perhaps)."""

    ticker: str
    name: str


class Mentions(NamedTuple):
    """All that one text names."""

    tickers: tuple[Mention, ...]
    sources: tuple[str, ...]


class _Bracket(NamedTuple):
    """One part of a bracket. `before` are the words in front of it; `closes`: it ends its sentence, as source tags do."""

    part: str
    before: str
    closes: bool


def find_mentions(text: str) -> Mentions:
    """Tickers and sources of `text`, unique, in order of first mention.

    >>> found = find_mentions("Alibaba (9988.HK) and Oracle's (ORCL) rose (Reuters, WSJ) to €1.82B ($2.13B).")
    >>> [one.ticker for one in found.tickers], found.sources
    (['9988.HK', 'ORCL'], ('Reuters', 'WSJ'))
    """
    tickers: dict[str, tuple[int, str]] = {}
    sources: dict[str, None] = {}
    if len(text) > MAX_SEARCHED:
        text = text[:MAX_SEARCHED]
    if "(" in text:
        for bracket in islice(_BRACKET.finditer(text), MAX_BRACKETS):
            _read_bracket(text, bracket, tickers, sources)
    if _SUFFIX.search(text):
        for hit in islice(TICKER_IN_PROSE.finditer(text), 2 * MAX_BRACKETS):
            place, name = tickers.get(hit.group(), (len(text), ""))
            if place > hit.start():
                tickers[hit.group()] = (hit.start(), name)
    tail = _closing_source(text)
    if tail:
        sources.setdefault(tail)
    ordered = sorted(tickers.items(), key=lambda pair: pair[1][0])
    return Mentions(tuple(Mention(ticker, name) for ticker, (_, name) in ordered), tuple(sources))


def _read_bracket(
    text: str, bracket: re.Match[str], tickers: dict[str, tuple[int, str]], sources: dict[str, None]
) -> None:
    start, end = bracket.span()
    inner = bracket[1].strip()
    if not inner:
        return
    if inner.startswith(_LEADS):
        for lead in _LEADS:
            inner = inner.removeprefix(lead)
    elif inner[0].islower() and not inner.startswith("eToro"):
        return
    before = text[max(0, start - 80) : start].rstrip()
    if "/" not in inner and " " not in inner and is_ticker(inner):  # as most brackets are
        if inner not in tickers:
            tickers[inner] = (start, name_before(before))
        return
    after = text[end : end + 2]
    ends = before.endswith((".", '."')) and not before.endswith(_SHORT_FORMS)
    closes = not after.strip() or after[0] in ".;\n" or ends
    behind = False
    for number, part in enumerate(_split_parts(inner)):
        printed = _Bracket(part, before, closes and not behind)
        ticker = read_ticker(printed)
        if ticker:
            behind = True  # what follows is no source unless we know it: "(NOKIA FH, Buy, TP EUR 5.20)"
            if ticker not in tickers:
                tickers[ticker] = (start + number, name_before(before))
        elif part not in sources and is_source(printed):
            sources[part] = None


def _split_parts(inner: str) -> list[str]:
    """The parts of "Reuters, WSJ", "9988.HK/BABA" and "Reuters and FT"; "Globe and Mail" is one."""
    if inner.isalnum() or read_terminal_ticker(inner):
        return [inner]
    pieces = _PARTS.split(inner, maxsplit=12)
    if len(pieces) == 1 and (" and " in inner or " & " in inner) and is_outlet(inner):
        return pieces
    parts: list[str] = []
    for part in pieces:
        part = part.strip().strip("'\"")
        for joint in (" and ", " & "):
            if joint not in part:
                continue
            left, _, right = part.partition(joint)
            if (is_outlet(left) and is_outlet(right)) or (is_ticker(left) and is_ticker(right)):
                parts += [left, right]
                break
        else:
            parts.append(part)
    return [part for part in parts if part]


def read_ticker(bracket: _Bracket) -> str | None:
    """The ticker that a bracket's part is, given the words before the bracket; None where it is none."""
    part = bracket.part
    if len(part) > 20:
        return None
    bare = part.strip("~")
    terminal = read_terminal_ticker(part) if " " in part else None
    if terminal:
        return terminal if _is_listed(terminal, bracket.before) else None
    if is_ticker(bare):
        return bare
    if bare and part[0] == part[-1] == "~":
        return bare
    if part[0] in "^+" and MARKED_TICKER.fullmatch(part):
        return part
    if part[0].isdigit() and _LOCAL_CODE.fullmatch(part):
        name = name_before(bracket.before)
        return part if name and name[-1].isalpha() and not name.lower().endswith(_LEVELS) else None
    if not BARE_TICKER.fullmatch(part):
        long = part.isupper() and part.lower() not in OUTLETS and spells_name(part, name_before(bracket.before))
        return part if long else None
    words = bracket.before.rsplit(None, 2)
    last = words[-1].strip("\"',") if words else ""
    if _is_acronym(part, bracket.before):
        return None
    if part.lower() in OUTLETS and bracket.closes:
        return None
    # A company's name stands before its ticker ("Oracle's (ORCL)", "iShares (IBIT)"); a date or a verb does not, and
    # "performance obligations (RPO)" is an acronym.
    if last.isdigit() and len(words) > 1:
        last = words[-2]  # "Phillips 66 (PSX)"
    elif last in ("fund", "trust") and len(name_before(bracket.before.removesuffix(last).rstrip()).split()) > 1:
        last = words[-2]  # "iShares MSCI Israel fund (EIS)"
    named = last != last.lower() and (last[0].isalpha() or last.isalnum())
    return part if named else None


def _is_acronym(code: str, before: str) -> bool:
    return code.upper() in ACRONYMS and not name_before(before).upper().startswith(code + " ")


def _is_listed(ticker: str, before: str) -> bool:
    """Whether a code and an exchange that may be words are a ticker: "Apple (AAPL US)", but not "growth (GDP US)" or "sales (USD MM)"."""
    code, _, exchange = ticker.partition(" ")
    if exchange not in WORDLY_EXCHANGES:
        return True
    return not (_is_acronym(code, before) or code in CURRENCY_STARTS or not (code.isdigit() or name_before(before)))


_MONEY = frozenset("%$€£¥")
_SMALL = frozenset("of and the de & du la del di y".split())


# Companies whose name ends like a possessive.
_ENDING_SO = frozenset(
    f"{name}'s"
    for name in "Lowe McDonald Macy Kohl Moody Domino Wendy Dick Casey Carter Dillard Denny Sotheby Ollie".split()
)


def name_before(before: str) -> str:
    """The run of capitalised words that ends `before`, without a possessive.

    >>> name_before("shares of Wal-Mart de México's"), name_before("gains at Lowe's"), name_before("up 2.6% and Sumitomo Mitsui")
    ('Wal-Mart de México', "Lowe's", 'Sumitomo Mitsui')
    """
    run: list[str] = []
    for word in reversed(before[-80:].rsplit(None, 7)[-7:]):
        if word == word.lower() and not (word[0].isdigit() or word in _SMALL):
            break
        if not _MONEY.isdisjoint(word):
            break
        if run and word[-1] in ".,;:)!?" and not (word[-1] == "." and len(word) <= 5):
            break
        run.append(word)
    while run and run[-1] in _SMALL:
        run.pop()
    name = " ".join(reversed(run))
    if name.rpartition(" ")[2] in _ENDING_SO:
        return name
    return name.removesuffix("'s").removesuffix("'")


_FIGURE_MARKS = frozenset("%$€£¥=+:")


def is_source(bracket: _Bracket) -> bool:
    """Whether a bracket's part names an outlet."""
    part = bracket.part
    if not 2 <= len(part) <= 40 or not (part[0].isupper() or part[0].isdigit() or part.lower() in OUTLETS):
        return False
    if part.lower() in NOT_SOURCES or not _FIGURE_MARKS.isdisjoint(part):
        return False
    if is_outlet(part):
        return True
    words = part.split()
    if part.upper() in ACRONYMS or not bracket.closes or len(words) > 4 or has_digit(part):
        return False
    if part.isupper():
        # Capitals that we do not know: an agency's tag, unless they abbreviate the words before them.
        return len(words) == 1 and len(part) >= 3 and part.isalpha() and not _abbreviates(part, bracket.before)
    return all(word[0].isupper() or word in _SMALL for word in words)


def _abbreviates(letters: str, before: str) -> bool:
    """Whether `letters` are the initials of the last words, small ones aside: "performance obligations (PO)"."""
    initials = "".join(
        piece[0] for word in before.split()[-10:] if word not in _SMALL for piece in word.split("-") if piece
    ).upper()
    return initials.endswith((letters, letters[:-1])) or (len(letters) > 3 and letters[:3] in initials)


def _closing_source(text: str) -> str | None:
    """The outlet behind a closing dash: "… to cut 400 jobs - FT"."""
    tail = text[-40:]
    for dash in (" - ", " -- ", " – ", " — "):
        place = tail.rfind(dash)
        if place >= 0:
            part = tail[place + len(dash) :].strip().rstrip(".:")
            if part and part[0].isupper() and part.lower() in OUTLETS:
                return part
    return None
