"""Which country's release a sentence speaks of. In: words. Out: the country as economic rows name it."""

from __future__ import annotations

import re
from typing import NamedTuple

_COUNTRIES: dict[str, str] = {
    "US": r"US|U\.S\.|United States|Americans?|America|BLS|BEA|Census Bureau|Conference Board|Chicago PMI|Empire State|Philly Fed|Philadelphia Fed|Fed|FOMC|Federal Reserve|ISM|JOLTS|Michigan", "UK": r"UK|U\.K\.|United Kingdom|British|Britain|ONS|Halifax|RICS|BoE|Bank of England",
    "Eurozone": r"[Ee]uro(?:[- ]area|[- ]?zone)|Eurozone|ECB|Eurostat", "China": r"China|Chinese|NBS|Caixin|PBOC", "Japan": r"Japan|Japanese|Jibun|Tokyo|Tankan|BoJ|BOJ|Bank of Japan",
    "South Korea": r"South Korea|South Korean|Korea|Korean|Bank of Korea|BoK|BOK", "Taiwan": r"Taiwan|Taiwanese|Taiwan's", "Hong Kong": r"Hong Kong",
    "Singapore": r"Singapore", "India": r"India|Indian|RBI|MOSPI", "Indonesia": r"Indonesia|Indonesian|Bank Indonesia", "Malaysia": r"Malaysia|Malaysian|Bank Negara",
    "Thailand": r"Thailand|Thai|Bank of Thailand|BoT", "Philippines": r"Philippines?|Philippine|Filipino|Bangko Sentral|BSP", "Vietnam": r"Vietnam|Vietnamese",
    "Australia": r"Australia|Australian|Aussie|Westpac|RBA|ABS|NAB", "New Zealand": r"New Zealand|NZ|Kiwi|RBNZ", "Germany": r"Germany|German|Ifo|ZEW|Destatis|Bundesbank", "France": r"France|French|INSEE|Insee",
    "Italy": r"Italy|Italian|Istat|ISTAT", "Spain": r"Spain|Spanish", "Netherlands": r"Netherlands|Dutch", "Switzerland": r"Switzerland|Swiss|SNB",
    "Sweden": r"Sweden|Swedish|Riksbank|Statistics Sweden|SCB", "Norway": r"Norway|Norwegian|Norges Bank|Statistics Norway", "Denmark": r"Denmark|Danish", "Poland": r"Poland|Polish|NBP",
    "Turkey": r"Turkey|Türkiye|Turkish|TurkStat|TCMB|CBRT", "Brazil": r"Brazil|Brazilian|IBGE|IPCA|Selic|Copom", "Mexico": r"Mexico|Mexican|INEGI|Banxico",
    "Chile": r"Chile|Chilean", "Colombia": r"Colombia|Colombian|DANE|BanRep", "Argentina": r"Argentina|Argentine|INDEC", "Peru": r"Peru|Peruvian",
    "Canada": r"Canada|Canadian|Ivey|StatCan|Statistics Canada|Bank of Canada|BoC", "South Africa": r"South Africa|South African|SARB|Stats SA", "Israel": r"Israel|Israeli", "Ireland": r"Ireland|Irish",
    "Portugal": r"Portugal|Portuguese", "Greece": r"Greece|Greek", "Hungary": r"Hungary|Hungarian|MNB", "Czech Republic": r"Czech(?: Republic)?|Czechia|CNB",
    "Russia": r"Russia|Russian", "Finland": r"Finland|Finnish", "Belgium": r"Belgium|Belgian", "Austria": r"Austria|Austrian", "Romania": r"Romania|Romanian", "Egypt": r"Egypt|Egyptian", "Nigeria": r"Nigeria|Nigerian",
    "Saudi Arabia": r"Saudi(?: Arabia)?", "Pakistan": r"Pakistan|Pakistani", "Sri Lanka": r"Sri Lanka|Sri Lankan", "Iceland": r"Iceland|Icelandic",
    "Ukraine": r"Ukraine|Ukrainian", "Kenya": r"Kenya|Kenyan", "Ecuador": r"Ecuador|Ecuadorian", "Uruguay": r"Uruguay|Uruguayan", "Bangladesh": r"Bangladesh",
    "Slovakia": r"Slovakia|Slovak", "Slovenia": r"Slovenia|Slovenian", "Croatia": r"Croatia|Croatian", "Bulgaria": r"Bulgaria|Bulgarian", "Serbia": r"Serbia|Serbian", "Estonia": r"Estonia|Estonian",
    "Latvia": r"Latvia|Latvian", "Lithuania": r"Lithuania|Lithuanian", "UAE": r"UAE", "Qatar": r"Qatar", "Morocco": r"Morocco|Moroccan", "Ghana": r"Ghana|Ghanaian", "Kazakhstan": r"Kazakhstan|Kazakh",
}  # fmt: skip
_KEYS = tuple(_COUNTRIES)
_NAMED = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(f'(?P<c{place}>{shape})' for place, shape in enumerate(_COUNTRIES.values()))})(?![A-Za-z])"
)
# Where no country is named: "Beijing reports July activity".
_WORD = re.compile(r"\b[A-Z][a-z]{2,12}\b")
_CAPITALS = {
    "Beijing": "China", "Seoul": "South Korea", "Mumbai": "India", "Melbourne": "Australia", "Zurich": "Switzerland", "Toronto": "Canada", "Istanbul": "Turkey", "Johannesburg": "South Africa", "Taipei": "Taiwan", "Delhi": "India", "Jakarta": "Indonesia", "Manila": "Philippines", "Bangkok": "Thailand", "Hanoi": "Vietnam",
    "Canberra": "Australia", "Sydney": "Australia", "Wellington": "New Zealand", "Berlin": "Germany", "Paris": "France", "Rome": "Italy", "Madrid": "Spain", "Washington": "US", "London": "UK", "Ankara": "Turkey",
    "Brasilia": "Brazil", "Ottawa": "Canada", "Warsaw": "Poland", "Budapest": "Hungary", "Prague": "Czech Republic", "Oslo": "Norway", "Stockholm": "Sweden", "Copenhagen": "Denmark",
    "Helsinki": "Finland", "Bern": "Switzerland", "Vienna": "Austria", "Dublin": "Ireland", "Lisbon": "Portugal", "Athens": "Greece", "Brussels": "Belgium", "Amsterdam": "Netherlands",
    "Bucharest": "Romania", "Santiago": "Chile", "Bogota": "Colombia", "Lima": "Peru", "Pretoria": "South Africa", "Moscow": "Russia", "Jerusalem": "Israel", "Riyadh": "Saudi Arabia", "Cairo": "Egypt",
}  # fmt: skip
_SAME = {
    "u.s.": "us", "usa": "us", "united states": "us", "u.k.": "uk", "united kingdom": "uk", "euro area": "eurozone", "euro zone": "eurozone",
    "korea": "south korea", "türkiye": "turkey", "czechia": "czech republic", "eu": "eurozone",
}  # fmt: skip


class FoundCountry(NamedTuple):
    """A country as rows name it, and the offsets of the words for it."""

    start: int
    end: int
    country: str


def find_country(text: str, place: int | None = None) -> str | None:
    """The country that `text` names last before `place`, or else first behind it; without `place` the first one.

    >>> find_country("German Ifo and French CPI", 16), find_country("Retail sales in Japan"), find_country("The CPI")
    ('France', 'Japan', None)
    """
    hits = list_countries(text)
    if not hits:
        return next((_CAPITALS[word] for word in _WORD.findall(text[:3000]) if word in _CAPITALS), None)
    if place is None:
        return hits[0].country
    before = [one.country for one in hits if one.start <= place]
    return before[-1] if before else hits[0].country


def list_countries(text: str) -> list[FoundCountry]:
    """Where `text` names countries, in order; a capital that stands for one is none of them."""
    return [
        FoundCountry(hit.start(), hit.end(), _KEYS[int((hit.lastgroup or "c0")[1:])])
        for hit in _NAMED.finditer(text[:3000])
        if not text.startswith("$", hit.end())
    ]


def same_country(one: str | None, other: str | None) -> bool:
    """Whether two names are of one country; an unknown one is the same as none."""
    if one is None or other is None:
        return False
    left, right = one.casefold(), other.casefold()
    return _SAME.get(left, left) == _SAME.get(right, right)
