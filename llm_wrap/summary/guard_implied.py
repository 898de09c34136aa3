"""What a source says of a country or a company without naming it: bodies, leaders, currencies, tickers.

    "Banxico", "MXN"    Mexico        "9988.HK", "BABA"  Alibaba, and Hong Kong
    "President Trump"   the US        "Volkswagen"       VW

One way only: a country is not its central bank. Companies are those of `reading.listings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from llm_wrap.listings.symbols import Symbol, read_symbol
from llm_wrap.listings.table import own_listings
from llm_wrap.summary.guard_words import SAME_NAMES

_BODIES = """
us: fed fomc ftc fda usda ustr bls doj pentagon nasdaq medicare medicaid payrolls nonfarm scotus trump bessent greer lutnick powell vance rubio hassett
navarro miran capitol white-house commerce-department entity-list truth-social wall-street jobless-claims initial-claims continuing-claims|
china: pboc samr csrc mofcom ndrc miit cac sasac nbs xi caixin politburo|
japan: boj meti topix jpx ueda ishiba takaichi katayama kato|korea: bok kospi kosdaq fss|taiwan: taiex|
india: rbi sebi gst sensex nifty sabha modi jaishankar goyal sitharaman|uk: boe ons obr ftse gilt gilts chequers downing hmrc nhs starmer reeves|
australia: rba apra asx accc albanese chalmers|zealand: rbnz|canada: boc tsx carney|switzerland: snb smi|sweden: riksbank|norway: norges storting|
denmark: nationalbank folketing|hungary: mnb orban|poland: nbp sejm wig20 tusk|czechia: cnb|turkey: cbrt tcmb erdogan|brazil: copom selic bcb ibovespa ibge lula galipolo
haddad|mexico: banxico sheinbaum ebrard inegi|chile: bcch imacec|argentina: bcra merval milei caputo indec|colombia: banrep petro dane|peru: bcrp|
south africa: sarb jse eskom|singapore: mas|hong kong: hkma hkex|philippines: bsp marcos|malaysia: bnm|
indonesia: bapepam ojk prabowo|thailand: bot|russia: putin|ukraine: zelensky zelenskiy|israel: knesset netanyahu|
germany: bundestag bundesbank ifo zew dax destatis merz gfk|france: insee cac40 macron elysee|italy: istat consob meloni|spain: ibex sanchez|
netherlands: aex dnb|europe: ecb euribor commission|eu: ecb eurostat commission sefcovic dombrovskis|saudi: tadawul pif|nigeria: cbn|egypt: cbe|kenya: cbk
"""
# Cities and provinces that papers name for a country.
_PLACES = """
us: york chicago texas california florida ohio michigan illinois virginia nevada arizona oregon delaware alaska seattle boston houston dallas atlanta
detroit philadelphia miami denver silicon-valley|china: shanghai shenzhen guangzhou guangdong hangzhou tianjin chongqing wuhan sichuan zhejiang jiangsu
xinjiang|japan: osaka nagoya hokkaido kyushu|korea: busan ulsan incheon|taiwan: hsinchu kaohsiung tainan|india: mumbai bengaluru bangalore chennai
hyderabad kolkata gujarat maharashtra punjab andhra tamil|australia: sydney melbourne perth brisbane queensland|canada: toronto vancouver calgary
alberta ontario quebec montreal|brazil: paulo|germany: frankfurt munich hamburg bavaria wolfsburg stuttgart|france: lyon marseille toulouse|
italy: milan turin naples|spain: barcelona catalonia|switzerland: zurich geneva basel|netherlands: amsterdam rotterdam eindhoven|uk: manchester
edinburgh|turkey: istanbul izmir|israel: tel-aviv haifa|pakistan: karachi lahore|vietnam: hanoi|nigeria: lagos|south africa: johannesburg|
saudi: jeddah|uae: dubai|russia: petersburg|mexico: monterrey|egypt: alexandria|poland: krakow gdansk|ireland: cork|zealand: auckland
"""
_HEADS = "fed: fomc powell waller miran|ecb: lagarde|boj: ueda|boe: bailey"
_CURRENCIES = """
CNY china|JPY japan|KRW korea|TWD taiwan|INR india|GBP uk|CHF switzerland|SEK sweden|NOK norway|DKK denmark|AUD australia|NZD zealand|CAD canada|
BRL brazil|MXN mexico|ARS argentina|CLP chile|COP colombia|PHP philippines|THB thailand|IDR indonesia|MYR malaysia|SGD singapore|HKD hong-kong|TRY turkey|
ILS israel|GHS ghana|KES kenya|PKR pakistan|LKR sri-lanka|VND vietnam|ZAR south-africa|PLN poland|HUF hungary|CZK czechia|SAR saudi|EGP egypt|NGN nigeria|UAH ukraine|RUB russia
"""
_EXCHANGES = """
HK hong-kong china|TYO japan|KRX korea|TW taiwan|SHA china|SHE china|IN india|ASX australia|NZ zealand|SG singapore|MY malaysia|ID indonesia|
TH thailand|PH philippines|VN vietnam|LON uk|PAR france|XETRA germany|MIL italy|MAD spain|AMS netherlands|BRU belgium|LIS portugal|
SWX switzerland|VIE austria|STO sweden|CPH denmark|OSL norway|HEL finland|DUB ireland|WAR poland|ATH greece|IST turkey|
US us|JNB south-africa|TA israel|SAO brazil|MEX mexico|BUE argentina|SGO chile|BOG colombia|TOR canada
"""


def _read_groups(table: str, mark: str) -> dict[str, tuple[int, ...]]:
    """Each word of the table with the numbers of its countries in SAME_NAMES."""
    found: dict[str, tuple[int, ...]] = {}
    for line in table.replace("\n", " ").split("|"):
        first, _, rest = line.strip().partition(mark)
        pairs = [(body, first) for body in rest.split()] if mark == ":" else [(first, name) for name in rest.split()]
        for dashed, country in pairs:
            word, number = dashed.replace("-", " "), SAME_NAMES.get(country.replace("-", " ").strip())
            if number is not None:
                found[word] = (*found.get(word, ()), number)
    return found


IMPLIED_NAMES = {**_read_groups(_PLACES, ":"), **_read_groups(_BODIES, ":")}
for _body, _groups in _read_groups(_HEADS, ":").items():
    IMPLIED_NAMES[_body] = (*IMPLIED_NAMES.get(_body, ()), *_groups)
CURRENCY_COUNTRIES = _read_groups(_CURRENCIES, " ")
_EXCHANGE_COUNTRIES = _read_groups(_EXCHANGES, " ")


def countries_of_tickers(tickers: Iterable[str]) -> frozenset[int]:
    """The countries of the exchanges of the tickers."""
    symbols = (read_symbol(ticker) for ticker in tickers)
    return frozenset(group for symbol in symbols if symbol for group in _EXCHANGE_COUNTRIES.get(symbol.exchange, ()))


@cache
def _by_name() -> Mapping[str, int]:
    """The companies of the table by each of their names, in lower case."""
    return {name.lower(): number for number, one in enumerate(own_listings()) for name in one.names}


@cache
def _by_symbol() -> Mapping[Symbol, int]:
    return {symbol: number for number, one in enumerate(own_listings()) for symbol in one.symbols}


@lru_cache(maxsize=4096)
def company_key(name: str) -> str | None:
    """One key for all names of a company of the table, and for its ticker in capitals ("BABA"); None where it has none.

    >>> company_key("VW") == company_key("Volkswagen"), company_key("BABA") == company_key("Alibaba"), company_key("Tokyo")
    (True, True, None)
    """
    number = _by_name().get(name.lower())
    if number is not None:
        return f"&{number}"
    return company_of(name) if name.isupper() and len(name) > 2 else None


@lru_cache(maxsize=4096)
def companies_of(name: str) -> frozenset[str]:
    """The keys of the companies that words of a name stand for: "Germany's VW Group" is Volkswagen's."""
    words = [word.removesuffix("'s").strip("'.,") for word in name.split()]
    runs = (words[start:end] for start in range(len(words)) for end in range(start + 1, min(len(words), start + 5) + 1))
    return frozenset(key for run in runs if (key := company_key(" ".join(run))))


def home_of(key: str) -> tuple[int, ...]:
    """The country where a company of `company_key` is listed first."""
    symbols = own_listings()[int(key[1:])].symbols
    return _EXCHANGE_COUNTRIES.get(symbols[0].exchange, ())


def company_of(ticker: str) -> str | None:
    """As `company_key`, for a ticker in any form."""
    symbol = read_symbol(ticker)
    number = _by_symbol().get(symbol) if symbol else None
    return None if number is None else f"&{number}"
