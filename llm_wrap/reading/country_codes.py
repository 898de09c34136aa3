"""Countries that a table of releases gives as codes: "GE CPI", "JN", "EZ". In: rows. Out: the countries that a row can be of.

Two sets of codes are in use, and they differ: CH is China on a terminal and Switzerland in ISO 3166. The other codes of the table
tell which of them it has; where they do not, a row stays that of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llm_wrap.models import EconomicPrint
from llm_wrap.reading.regions import find_country

_BOTH = {
    "US": "US", "UK": "UK", "GB": "UK", "FR": "France", "IT": "Italy", "AU": "Australia", "NZ": "New Zealand", "CA": "Canada", "NO": "Norway",
    "FI": "Finland", "BE": "Belgium", "GR": "Greece", "HU": "Hungary", "CZ": "Czech Republic", "RU": "Russia", "HK": "Hong Kong", "TH": "Thailand",
    "ID": "Indonesia", "PH": "Philippines", "IN": "India", "VN": "Vietnam", "MX": "Mexico", "CL": "Chile", "CO": "Colombia", "PE": "Peru",
    "AR": "Argentina", "EZ": "Eurozone", "EA": "Eurozone", "EU": "Eurozone",
}  # fmt: skip
_TERMINAL = {
    "GE": "Germany", "EC": "Eurozone", "JN": "Japan", "CH": "China", "SZ": "Switzerland", "SK": "South Korea", "SP": "Spain", "BZ": "Brazil",
    "SW": "Sweden", "DE": "Denmark", "NE": "Netherlands", "AS": "Austria", "IR": "Ireland", "PO": "Portugal", "PD": "Poland", "TU": "Turkey",
    "IS": "Israel", "SA": "South Africa", "TA": "Taiwan", "SI": "Singapore", "MA": "Malaysia",
}  # fmt: skip
_ISO = {
    "DE": "Germany", "JP": "Japan", "CN": "China", "CH": "Switzerland", "KR": "South Korea", "SK": "Slovakia", "ES": "Spain", "BR": "Brazil",
    "SE": "Sweden", "DK": "Denmark", "NL": "Netherlands", "AT": "Austria", "IE": "Ireland", "PT": "Portugal", "PL": "Poland", "TR": "Turkey",
    "IL": "Israel", "IS": "Iceland", "ZA": "South Africa", "SA": "Saudi Arabia", "TW": "Taiwan", "SG": "Singapore", "SI": "Slovenia", "MY": "Malaysia", "MA": "Morocco",
    "RO": "Romania",
}  # fmt: skip


def read_code(code: str, around: Iterable[str] = ()) -> frozenset[str]:
    """The countries that a code can be, given the other codes of its table.

    >>> sorted(read_code("CH")), sorted(read_code("CH", ["US", "JN"])), sorted(read_code("CH", ["US", "JP"])), sorted(read_code("XX"))
    (['China', 'Switzerland'], ['China'], ['Switzerland'], [])
    """
    sets = [codes for codes in (_TERMINAL, _ISO) if code in codes]
    if len(sets) > 1:
        others = set(around)
        sets = [own for own, other in ((_TERMINAL, _ISO), (_ISO, _TERMINAL)) if others & (own.keys() - other.keys())]
        if len(sets) != 1:
            sets = [_TERMINAL, _ISO]
    return frozenset(codes[code] for codes in (*sets, _BOTH) if code in codes)


def read_row_country(row: EconomicPrint, table: Sequence[EconomicPrint]) -> tuple[frozenset[str], str]:
    """The countries that a row of `table` can be of, none where it names none, and its indicator without a code for it."""
    code, indicator = _part_code(row)
    if code is None:
        return frozenset((row.country,) if row.country else ()), row.indicator
    countries = read_code(code, (other for one in table if (other := _part_code(one)[0]) is not None))
    if len(countries) > 1 and (told := find_country(indicator)) in countries:
        countries = frozenset((told,))  # "CH Caixin manufacturing PMI"
    return countries, indicator


def _part_code(row: EconomicPrint) -> tuple[str | None, str]:
    if row.country is not None:
        return (row.country if read_code(row.country) else None), row.indicator
    code, _, rest = row.indicator.partition(" ")
    return (code, rest) if rest and read_code(code) else (None, row.indicator)


def name_country(countries: frozenset[str]) -> str | None:
    """The country where it is one."""
    return next(iter(countries)) if len(countries) == 1 else None
