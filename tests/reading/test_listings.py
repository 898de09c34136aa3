"""The table of listings: every line of one company, in any house style, and no line of two."""

from __future__ import annotations

from collections import Counter

import pytest

from llm_wrap.errors import SettingsError
from llm_wrap.listings.symbols import read_symbol
from llm_wrap.listings.table import merge_listings, own_listings, read_listings
from llm_wrap.reading.companies import Registry
from llm_wrap.reading.watchlist import enter_names


def test_the_table_is_large_and_no_line_stands_twice() -> None:
    listings = own_listings()
    assert (
        sum(any(symbol.exchange == "US" for symbol in one.symbols) and len(one.symbols) > 1 for one in listings) >= 150
    )
    twice = [symbol for symbol, count in Counter(s for one in listings for s in one.symbols).items() if count > 1]
    names = [
        name
        for name, count in Counter(
            n.casefold() for one in listings for n in {name.casefold() for name in one.names}
        ).items()
        if count > 1
    ]
    assert (twice, names) == ([], [])


@pytest.mark.parametrize(
    "styles",
    [
        "0700.HK|700 HK|700.HK|TCEHY|HKG:0700|700.XHKG|Tencent|Tencent Holdings",
        "7203.JP|7203.T|TM|7203 JP|7203 JP Equity|TM-US|TM.N|Toyota|Toyota Motor Corp",
        "005930.KS|005930 KS|005930.KP|Samsung Electronics|Samsung",
        "2330.TW|2330 TT|2330.TT|TSM|TSM US|TSMC",
        "9988.HK|BABA|BABA US|Alibaba|Alibaba Group Holding Ltd",
        "601318.SS|601318.SH|601318 CH|2318.HK|Ping An",
        "002594.SZ|002594.CH|1211 HK|BYD",
        "SAN.MC|SAN SM|SAN|Santander|Banco Santander",
        "SAN.PA|SAN FP|SNY|Sanofi",
        "NOVO-B.CO|NOVOB.DC|NOVOB DC|NVO|Novo Nordisk",
        "BT/A.LN|BT-A.L|BTGOY|BT Group",
        "ENI.MI|ENI IM|E|Eni SpA",
        "PETR4.SA|PETR3.BZ|PBR|Petrobras",
        "WALMEX*.MM|WALMEX.MX|Walmex",
        "SAP.DE|SAP GR|SAP.GY|SAP SE",
        "ERIC-B.ST|ERICb.ST|ERICB SS Equity|ERICB.SS|ERIC|Ericsson",
        "HSBA.L|HSBA LN|0005.HK|5 HK|HSBC",
        "ECOPETROL.CN|ECOPETL.CB|EC|Ecopetrol",
        "SAB.MC|SAB SM|BNDSY|Sabadell|Banco Sabadell",
    ],
)
def test_every_style_is_one_company(styles: str) -> None:
    names = styles.split("|")
    assert len({id(company) for company in enter_names(names, Registry(own_listings())).values()}) == 1


@pytest.mark.parametrize(
    "pair", ["SAN.PA|SAN.MC", "BA|BA.LN", "9988.HK|0241.HK", "TME|TCEHY", "2330.TT|2303.TT", "MU|MUV2.DE"]
)
def test_two_companies_stay_two(pair: str) -> None:
    assert len({id(company) for company in enter_names(pair.split("|"), Registry(own_listings())).values()}) == 2


def test_a_users_row_stands_over_ours() -> None:
    mine = tuple(read_listings("name,aliases,lines\nTencent of mine,TenCo,0700.HK\n", "mine.csv"))
    registry = Registry(merge_listings(mine))
    company = enter_names(["700 HK"], registry)["700 HK"]
    assert company.names[0] == "Tencent of mine"
    assert registry.find_symbol(read_symbol("TCEHY")) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a,b\n", "first line"), ("name,aliases,lines\nX,,lower.hk\n", ":2:"), ("name,aliases,lines\n\nX\n", ":3:")],
)
def test_a_bad_table_names_its_line(text: str, line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        list(read_listings(text, "mine.csv"))


def test_one_suffix_of_two_cities_is_told_by_the_code() -> None:
    """ ".CN" is Toronto in one house style and Bogota in another."""
    toronto, bogota = read_symbol("ATD.CN"), read_symbol("ECOPETROL.CN")
    assert toronto == read_symbol("ATD.TO") == read_symbol("ATD-CA")
    assert bogota == read_symbol("ECOPETROL.CB") != toronto
