"""Tickers and sources that prose names, in order of first mention.

    bracket = "(" part {("," | "/" | ";") part} ")"
    part    = ticker | outlet | anything else        "(9988.HK, BABA)"  "(Reuters, WSJ)"  "($2.13B)"  "(revised)"

A bracket is read by what stands in it and what stands before it: "Oracle's (ORCL)" names a ticker, "the planning agency
(NDRC)" an acronym, "rose to €1.82B ($2.13B)" a conversion, "fell (7%)" a fall.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from llm_wrap.parsing.patterns import BARE_TICKER, MARKED_TICKER, TICKER_IN_PROSE, is_ticker

# Outlets that a bracket may name. Lower case.
_OUTLETS = frozenset(
    """
    reuters bloomberg wsj ft nikkei yonhap cnbc scmp afp ap nyt caixin xinhua kyodo jiji nhk cna bbc cnn axios
    politico barron's barrons marketwatch semafor digitimes techcrunch verge variety economist fortune forbes
    globe telegraph guardian times handelsblatt spiegel bild faz ansa lemonde figaro efe tass interfax ria mni
    dj djn dow-jones mint livemint pti et toi bs afr abc smh rtrs bbg mlex punchbowl sina cls stcn globaltimes
    yicai valor folha estadao estado infomoney reforma milenio clarin lanacion theinformation information
    seekingalpha factset streetaccount npr upi cbs nbc fox fbn fbn betaville expansion expansión cincodias
    elpais kontan antara bernama vnexpress bangkokpost straitstimes businesstimes edaily hankyung chosun
    joongang sky skynews mailonline thisismoney lesechos echos agefi lagefi borsen dagensindustri di cnyes udn
    ctee moneydj asahi mainichi yomiuri sankei toyokeizai pbs espn msnbc stat endpoints statnews theedge platts
    argus kitco coindesk theblock cointelegraph afr.com rtt benzinga ifr ifrasia mergermarket debtwire reorg
    lseg euronews politiken corriere repubblica ilsole24ore sole24ore il-sole mf milanofinanza wiwo
    manager-magazin welt
    """.split()
)
# The last word of an outlet's name: "NY Times", "Economic Daily News", "Il Sole 24 Ore".
_OUTLET_ENDINGS = frozenset(
    """
    times post journal news daily herald press tribune gazette chronicle review standard magazine wire newswires
    mail zeitung globe mirror sun monde figaro echos information economist guardian telegraph independent
    insider week today business observer television tv radio agency report register online media street ore
    """.split()
)
# Capitals in brackets that are neither a ticker nor an outlet.
_ACRONYMS = frozenset(
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
_NOT_SOURCES = frozenset(
    """
    link links revised preliminary flash final prelim unchanged prior previous consensus estimate est forecast
    record ex-items adjusted chart video audio transcript pdf note update updated monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december today tomorrow yesterday here see more below above table exclusive local sources source
    """.split()
)
_PARTS = re.compile(r"\s{0,2}[,/;]\s{0,2}|\s(?:and|&)\s")
_CAPITAL_RUN = re.compile(r"[A-Z0-9][\w.&'-]{0,30}(?:\s(?:[A-Z0-9&][\w.&'-]{0,30}|of|and|the|de|&))*$")


class Mention(NamedTuple):
    """A ticker in prose with the words that stand before its bracket (the company's name, perhaps)."""

    ticker: str
    name: str


class Mentions(NamedTuple):
    """All that one text names."""

    tickers: tuple[Mention, ...]
    sources: tuple[str, ...]


def find_mentions(text: str) -> Mentions:
    """Tickers and sources of `text`, unique, in order of first mention.

    >>> found = find_mentions("Alibaba (9988.HK) and Oracle's (ORCL) rose (Reuters, WSJ) to €1.82B ($2.13B).")
    >>> [one.ticker for one in found.tickers], found.sources
    (['9988.HK', 'ORCL'], ('Reuters', 'WSJ'))
    """
    tickers: dict[str, tuple[int, str]] = {}
    sources: dict[str, None] = {}
    start = text.find("(")
    while start >= 0:
        end = text.find(")", start, start + 160)
        if end < 0:
            start = text.find("(", start + 1)
            continue
        inner_start = text.rfind("(", start, end)  # "((Reuters)": the innermost
        _read_bracket(text, inner_start, end, tickers, sources)
        start = text.find("(", end)
    for hit in TICKER_IN_PROSE.finditer(text):
        ticker = hit.group()
        if ticker not in tickers or tickers[ticker][0] > hit.start():
            name = tickers[ticker][1] if ticker in tickers else ""
            tickers[ticker] = (hit.start(), name)
    tail = _closing_source(text)
    if tail:
        sources.setdefault(tail)
    ordered = sorted(tickers.items(), key=lambda pair: pair[1][0])
    return Mentions(tuple(Mention(ticker, name) for ticker, (_, name) in ordered), tuple(sources))


def _read_bracket(
    text: str, start: int, end: int, tickers: dict[str, tuple[int, str]], sources: dict[str, None]
) -> None:
    inner = text[start + 1 : end].strip()
    if not inner or (inner[0].islower() and not inner.startswith(("via ", "citing ", "per ", "from "))):
        return
    for lead in ("via ", "citing ", "per ", "from ", "Source: ", "source: "):
        inner = inner.removeprefix(lead)
    before = text[max(0, start - 60) : start].rstrip()
    for part in _PARTS.split(inner, maxsplit=12):
        part = part.strip().strip("'\"")
        ticker = read_ticker(part, before)
        if ticker:
            tickers.setdefault(ticker, (start, _name_before(before)))
        elif is_source(part, text, end):
            sources.setdefault(part)


def read_ticker(part: str, before: str) -> str | None:
    """The ticker that a bracket's `part` is, given the words `before` the bracket; None where it is none."""
    if len(part) > 20:
        return None
    bare = part.strip("~")
    if is_ticker(bare):
        return bare
    if part.startswith("~") and part.endswith("~") and bare:
        return bare
    if MARKED_TICKER.fullmatch(part):
        return part
    if not BARE_TICKER.fullmatch(part) or part in _ACRONYMS or part.lower() in _OUTLETS:
        return None
    # A company's name stands before its ticker; "performance obligations (RPO)" is an acronym.
    words = before.split()
    last = words[-1].strip("\"'") if words else ""
    return part if last[:1].isupper() or last[:1].isdigit() else None


def _name_before(before: str) -> str:
    """The run of capitalised words that ends `before`, without a possessive."""
    found = _CAPITAL_RUN.search(before[-60:])
    return found.group().removesuffix("'s").removesuffix("'") if found else ""


def is_source(part: str, text: str, end: int) -> bool:
    """Whether a bracket's `part` names an outlet. `end` is the index of the closing bracket in `text`."""
    if not 2 <= len(part) <= 40 or not (part[0].isupper() or part[0].isdigit()):
        return False
    lowered = part.lower()
    if lowered in _NOT_SOURCES or any(char in "%$€£¥=+:" for char in part):
        return False
    words = lowered.split()
    if lowered in _OUTLETS or words[-1] in _OUTLET_ENDINGS or words[0] in _OUTLETS:
        return True
    if part in _ACRONYMS or any(char.isdigit() for char in part) or len(words) > 4:
        return False
    # An outlet that we do not know: capitalised words that close a sentence, as source tags do.
    after = text[end + 1 : end + 3]
    closes = not after or after[0] in ".;" or (after[0] == " " and text[end - len(part) - 3 : end].find(". (") >= 0)
    return (
        closes and not part.isupper() and all(word[0].isupper() or word in {"of", "the", "de"} for word in part.split())
    )


def _closing_source(text: str) -> str | None:
    """The outlet behind a closing dash: "… to cut 400 jobs - FT"."""
    tail = text[-40:]
    dash = tail.rfind(" - ")
    if dash < 0:
        dash = tail.rfind("-- ") - 0
        part = tail[dash + 3 :] if dash >= 0 else ""
    else:
        part = tail[dash + 3 :]
    part = part.strip().rstrip(".:")
    return part if part and part[0].isupper() and part.lower() in _OUTLETS else None
