"""Tickers of any house style as one thing: a code on an exchange. In: "0700.HK", "700 HK", "BABA-US". Out: a `Symbol`.

    ticker = code ("." | " " | "-" | ":") suffix          9988.HK   7203 JP   BABA-US   TSM.N   2330.TT Equity
           | exchange ":" code                            HKG:700   NYSE:BABA
           | code                                         BABA: a US line

The suffixes of FactSet, Bloomberg, Reuters and Yahoo and the MICs of ISO 10383 name one exchange each, but for "SS"
(Shanghai where the code is a number, Stockholm where not), "CH" (Bloomberg's for Shanghai and Shenzhen: the code tells) and
"CN" (Toronto or Bogota: its length tells).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Symbol(NamedTuple):
    """A code on an exchange. `exchange` is a word of ours ("HK", "TYO", "US"), or the suffix as printed where unknown."""

    code: str
    exchange: str


# Ours: what others write.
_SUFFIXES = {
    "HK": "HK HKG XHKG HKEX SEHK",
    "TYO": "T JP JT TYO XTKS JPX TSE",
    "KRX": "KS KP KQ KR XKRX XKOS KRX KOE KOSDAQ",
    "TW": "TW TT XTAI TWO ROCO TPE TWSE TWO",
    "SHA": "SH SSE XSHG SHA CG CH SS",
    "SHE": "SZ CS XSHE SHE SZSE",
    "IN": "IN NS BO IB IS NSE BSE XNSE XBOM",
    "ASX": "AX AU AT ASX XASX",
    "NZ": "NZ XNZE",
    "SG": "SI SP SGX XSES",
    "MY": "KL MK XKLS",
    "ID": "JK IJ XIDX IDX",
    "TH": "BK TB XBKK",
    "PH": "PS PM XPHS",
    "VN": "VN VM HM",
    "LON": "L LN LON LSE XLON",
    "PAR": "PA FP PAR XPAR EPA",
    "XETRA": "DE GR GY F XETR XFRA ETR FRA",
    "MIL": "MI IM MIL XMIL BIT MTAA",
    "MAD": "MC SM MAD XMAD BME SQ",
    "AMS": "AS NA AMS XAMS",
    "BRU": "BR BB BRU XBRU EBR",
    "LIS": "LS PL LIS XLIS",
    "SWX": "SW SE VX VT SWX XSWX XVTX",
    "VIE": "VI AV VIE XWBO",
    "STO": "ST STO XSTO OMX",
    "CPH": "CO DC CPH XCSE",
    "OSL": "OL NO OSL XOSL",
    "HEL": "HE FH HEL XHEL",
    "DUB": "IR ID DUB XDUB",
    "WAR": "WA PW XWAR WSE",
    "ATH": "GA AT ASE XATH",
    "IST": "IST TI XIST E",
    "JNB": "JO SJ JNB XJSE JSE",
    "TA": "TA IT TASE XTAE",
    "SAU": "AB SR XSAU TADAWUL",
    "UAE": "UH DH DU XDFM XADS DFM ADX",
    "QAT": "QD QA DSMD",
    "KWT": "KK KW XKUW",
    "CAI": "EY XCAI",
    "BUD": "HB BU BUD XBUD",
    "PRG": "CP PR XPRA",
    "BSE": "RO RE XBSE",
    "SAO": "SA BZ BVMF SAO",
    "MEX": "MX MM MEX XMEX BMV",
    "BUE": "BA AR BUE XBUE BCBA",
    "SGO": "SN CI CC XSGO",
    "BOG": "CN CB CL CX XBOG BVC",
    "LIM": "LM PE XLIM",
    "TOR": "TO CT CA XTSE",
    "US": "US UN UW UQ UA UR UV UP O OQ N K A P PK OTC XNYS XNAS XASE NYSE NASDAQ NYQ NMS OTCMKTS LX",
}  # fmt: skip
EXCHANGES: dict[str, str] = {}
for _ours, _theirs in _SUFFIXES.items():
    for _suffix in _theirs.split():
        EXCHANGES.setdefault(_suffix, _ours)
# A US line may end in the letter of its share class: "BRK.B" is no Berkshire on another exchange.
_CLASSES = frozenset("A B C K".split())
_COLOMBIAN = 6  # "ECOPETROL.CN" is Reuters' for Bogota, "ATD.CN" Bloomberg's for Toronto: the length of the code tells
_CLASSED = re.compile(
    r"[0-9A-Z]{2,10}(?:[a-z]|_p)\.[A-Z]{1,2}"
)  # a class of shares in Reuters' small letters: "SAABb.ST"
_CODE = re.compile(r"[0-9A-Z][0-9A-Z&/*-]{0,13}")


def read_symbol(text: str) -> Symbol | None:
    """The symbol that `text` is in full, or None.

    >>> read_symbol("0700.HK") == read_symbol("700 HK") == read_symbol("HKG:0700")
    True
    >>> read_symbol("SAABb.ST") == read_symbol("SAABB SS Equity") == read_symbol("SAAB-B.ST")
    True
    >>> read_symbol("7203 JP"), read_symbol("BABA-US"), read_symbol("NOVO-B.DC"), read_symbol("Toyota")
    (Symbol(code='7203', exchange='TYO'), Symbol(code='BABA', exchange='US'), Symbol(code='NOVOB', exchange='CPH'), None)
    """
    words = text.strip().strip("~").removesuffix(" Equity").removesuffix(" EQUITY").strip()
    if _CLASSED.fullmatch(words):
        words = words.replace("_p.", ".").upper()
    if not 1 <= len(words) <= 24 or words.upper() != words:
        return None
    if ":" in words:
        exchange, _, code = words.partition(":")
        if exchange not in EXCHANGES:
            code, exchange = exchange, code
        return _make(code.strip(), exchange.strip())
    for mark in (".", " "):
        code, found, suffix = words.rpartition(mark)
        if found and code:
            if mark == "." and len(suffix) == 1 and suffix in _CLASSES and not code[0].isdigit():
                return _make(f"{code}{suffix}", "US")
            if mark == "." or suffix in EXCHANGES:
                return _make(code.strip(), suffix)
            return None
    code, found, suffix = words.rpartition("-")
    if found and code and suffix in EXCHANGES and len(suffix) >= 2:
        return _make(code, suffix)
    return _make(words, "US") if words[:1].isalpha() or words.isdigit() else None


def _make(code: str, suffix: str) -> Symbol | None:
    if not _CODE.fullmatch(code):
        return None
    exchange = EXCHANGES.get(suffix, suffix)
    digits = code.isdigit()
    if suffix == "SS":
        exchange = "SHA" if digits else "STO"
    elif suffix in ("CH", "CG") and digits:
        exchange = "SHA" if code[:1] in "569" else "SHE"
    elif suffix == "CN":
        exchange = "BOG" if len(code) >= _COLOMBIAN else "TOR"
    elif suffix == "SE" and digits:
        exchange = "SAU"  # "2222.SE"; Zurich's codes are letters
    if exchange == "HK" and digits:
        code = code.lstrip("0") or "0"
    elif exchange in ("KRX", "SHE", "SHA") and digits:
        code = code.zfill(6)
    # "BT/A", "BT-A" and "BT.A" are one share; a Mexican line's asterisk is part of no name.
    return Symbol(code.replace("/", "").replace("-", "").replace("*", ""), exchange)


def same_line(one: Symbol, other: Symbol) -> bool:
    """Whether two symbols are one listing. An exchange that nobody knows ("000660.SK") is no hindrance for a long code.

    >>> same_line(Symbol("000660", "SK"), Symbol("000660", "KRX"))
    True
    """
    if one == other:
        return True
    unknown = one.exchange not in _SUFFIXES or other.exchange not in _SUFFIXES
    return one.code == other.code and unknown and one.code.isdigit() and len(one.code) >= 5
