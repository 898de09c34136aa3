"""The reading of a real wrap, and of wraps with nothing in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from llm_wrap.listings.table import read_listings
from llm_wrap.models import CompanyNews, ItemLabel, LabelledItem, MarketWrap, Mover, Provenance, Reading, Section
from llm_wrap.parsing import parse_wrap
from llm_wrap.reading.day import read_day
from llm_wrap.reading.watchlist import watch_wrap
from tests.conftest import ROOT


def test_an_empty_wrap_has_an_empty_reading() -> None:
    assert read_day(MarketWrap()) == Reading()


def test_a_wrap_without_a_date_has_no_calendar() -> None:
    wrap = MarketWrap(synopsis=("Fed meets on Thursday.",))
    assert read_day(wrap).calendar == ()
    assert len(read_day(replace(wrap, session_date=date(2025, 11, 4))).calendar) == 1


def test_names_without_a_mention_are_said() -> None:
    wrap = MarketWrap(
        synopsis=("A gap opened between the boards; block trades rose.",),
        gainers=(Mover(change_pct=Decimal("2.1"), ticker="BABA", name=None, reason="cloud demand", line=7),),
        company_news=(CompanyNews(ticker="7203.JP", text="broker upgrades", line=9),),
    )
    watched = {
        one.name: one for one in read_day(wrap, watch=("700 HK", "9988.HK", "Gap", "Block", "TM", "Acme")).watchlist
    }
    assert [name for name, one in watched.items() if one.places] == ["9988.HK", "TM"]
    assert (watched["9988.HK"].matched, watched["9988.HK"].change_pct) == (("BABA",), Decimal("2.1"))
    assert (watched["Acme"].matched, watched["Acme"].places) == ((), ())


@pytest.mark.parametrize("case", ["2025-08-14-asia-recap-a", "2025-07-24-us-close-a", "2025-11-20-europe-recap-a"])
def test_the_watch_list_of_another_reader_is_that_of_a_whole_reading(case: str) -> None:
    """Each further reader of a mail cost a whole reading, of which the watch list alone was used."""
    wrap = parse_wrap((ROOT / "evals/corpus" / f"{case}.txt").read_text(encoding="utf-8")).wrap
    names = [*(row.ticker for row in wrap.gainers if row.ticker), "Nvidia", "BABA", "Acme", "Ruritania Steel"]
    mine = tuple(read_listings("name,aliases,lines\nAcme Tools,Acme,1234.T\n", "mine.csv"))
    watched = watch_wrap(wrap, names, mine)
    assert any(one.places for one in watched)
    assert watched == read_day(wrap, watch=names, listings=mine).watchlist


def test_the_real_wrap(real_wrap: str) -> None:
    result = parse_wrap(real_wrap)
    reading = read_day(result.wrap, result.issues, watch=("BABA", "SKHynix", "000660.KS", "700 HK"))
    days = {(one.words, str(one.start), str(one.end)) for one in reading.calendar}
    assert days == {
        ("Monday", "2025-09-15", "2025-09-15"),
        ("next week", "2025-09-15", "2025-09-21"),
        ("10-Nov", "2025-11-10", "2025-11-10"),
    }
    assert [(one.country, one.consensus, one.prior, str(one.due)) for one in reading.expectations] == [
        ("China", Decimal("5.6"), Decimal("5.7"), "2025-09-15"),
        ("China", Decimal("3.8"), Decimal("3.7"), "2025-09-15"),
        ("China", Decimal("5.2"), Decimal("5.2"), "2025-09-15"),
    ]
    assert [one.words for one in reading.currencies] == [
        "yen weaker against the dollar",
        "won stronger against the dollar",
        "Australian dollar weaker against the dollar",
        "rupee weaker against the dollar",
        "yuan weaker against the dollar",
    ]
    assert [bool(one.places) for one in reading.watchlist] == [True, False, True, False]
    (alibaba,) = [one for one in reading.exposure if one.ticker == "9988.HK"]
    chips = max(alibaba.facts, key=lambda fact: len(fact.places))
    assert {place.section for place in chips.places} == {"synopsis", "digest", "gainers"}
    assert (chips.role, chips.direction) == ("subject", "positive")
    assert [one.kind for one in reading.ledger] == ["prose_table_mismatch", "ticker_conflict"]
    # Every word that the reading quotes stands in the wrap.
    quoted = [one.what for one in reading.calendar] + [one.words for one in reading.calendar]
    quoted += [one.words for one in reading.expectations] + [one.words or "" for one in reading.attribution]
    assert [words for words in quoted if words not in real_wrap] == []


@pytest.mark.parametrize(
    "text", ["(" * 3000, "on Monday " * 3000, "expected to " * 2000, "A" * 20000, "10-Nov to " * 2000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    import time

    wrap = MarketWrap(session_date=date(2025, 11, 6), synopsis=(text,))
    started = time.process_time()
    read_day(wrap, watch=("BABA", "Gap"))
    assert time.process_time() - started < 20  # a loop without end is what is looked for; it takes a tenth of a second


def test_a_day_that_heads_a_line_is_the_day_of_all_of_it() -> None:
    """Of "Monday: German CPI; ECB forum begins" the forum was left out."""
    lines = ("Friday: French CPI", "Monday: German CPI; ECB forum begins", "Tuesday: RBA; Wednesday: Fed minutes")
    wrap = MarketWrap(session_date=date(2025, 6, 26), sections=(Section(name="Looking ahead", lines=lines),))
    assert [event.what for event in read_day(wrap).calendar] == [*lines[:2], "Tuesday: RBA", "Wednesday: Fed minutes"]


def test_the_terminals_tickers_are_the_companies_of_the_table() -> None:
    """ "SAN" of "SAN FP" was Santander's, and no style with a space or a small letter was any company's."""
    text = (
        "European Market Recap\nSep 24 ,2025\nSynopsis:\nShares rose.\nDigest:\nSanofi gains on a trial:\nSanofi (SAN FP) rose after its trial, "
        "and Ericsson (ERICb.ST) fell on weak orders.\nNotable Gainers:\n+3.1% SAN FP (Sanofi): trial\nNotable Decliners:\n-1.7% ERICB SS (Ericsson): orders\n"
    )
    wrap = parse_wrap(text).wrap
    label = ItemLabel(
        theme="corporate", secondary_themes=(), sentiment="positive", sentiment_target="Sanofi",
        confidence=None, confidence_source="none", evidence=(),
    )  # fmt: skip
    made_by = Provenance(model="m", prompt="p")
    labels = [LabelledItem(source="digest", item=0, status="labelled", reason=None, label=label, provenance=made_by)]
    reading = read_day(wrap, labels=labels, watch=("SAN.PA", "ERIC-B.ST", "SAN.MC"))
    assert [(one.name, bool(one.places), one.change_pct) for one in reading.watchlist] == [
        ("SAN.PA", True, Decimal("3.1")),
        ("ERIC-B.ST", True, Decimal("-1.7")),
        ("SAN.MC", False, None),
    ]
    assert {one.ticker for one in reading.exposure} == {"SAN FP", "ERICB SS"}
    assert [(one.ticker, one.verdict) for one in reading.tape] == [("SAN FP", "confirms")]


@pytest.mark.parametrize(
    ("watched", "near"),
    [
        ("Tata Motors", ["Tata Motors Passenger Vehicles"]),
        ("Bank of China", ["Bank of China (Hong Kong)"]),
        ("Reliance", ["Reliance Power"]),
        ("Alibaba", ["Alibaba Health"]),
        ("Passenger Vehicles", ["Tata Motors Passenger Vehicles"]),
        ("Reliance Industries", []),
        ("3988.HK", []),  # whoever writes a ticker means that company
    ],
)
def test_a_longer_name_is_near_and_not_the_company(watched: str, near: list[str]) -> None:
    """ "No mention today" stood where the wrap had the company under the longer name."""
    rows = (("TMPV.IN", "Tata Motors Passenger Vehicles"), (None, "Bank of China (Hong Kong)"))
    wrap = MarketWrap(
        session_date=date(2025, 11, 6),
        synopsis=("Reliance Power rose, as did Bank of China (Hong Kong). Alibaba Health fell.",),
        gainers=tuple(
            Mover(change_pct=Decimal("1.2"), ticker=ticker, name=name, reason="orders") for ticker, name in rows
        ),
    )
    (one,) = read_day(wrap, watch=(watched,)).watchlist
    assert (one.places, one.change_pct, [other.name for other in one.near]) == ((), None, near)


def test_a_line_of_a_list_is_an_event_of_its_own_and_a_sentence_of_a_paragraph_too() -> None:
    """Two banks of one day were one event, and what stood beside a day was the whole paragraph."""
    banks = (
        "Tue 18 Nov: Bank of England, Bank Rate 4.00%, cut expected",
        "Tue 18 Nov: European Central Bank, deposit rate 2.00%, no cut expected",
    )
    prose = (
        "Liquidity is thin. Value date for spot dealt today is Monday 10 November. Corporates should place orders ahead of noon on Tuesday the 18th. "
        "In the US, CPI for October comes at last; the street has 0.4% m/m after 0.3%. Argentina votes on Sunday."
    )
    flows = "Our cash desk was 7% better to sell on Wednesday. Prices are closes of Wednesday."
    sections = (Section(name="Central bank calendar", lines=banks), Section(name="Looking ahead", lines=(prose, flows)))
    reading = read_day(MarketWrap(session_date=date(2025, 11, 6), sections=sections))
    assert [(str(one.start), one.what) for one in reading.calendar] == [
        ("2025-11-09", "Argentina votes on Sunday"),
        ("2025-11-10", "Value date for spot dealt today is Monday 10 November"),
        ("2025-11-18", banks[0]),
        ("2025-11-18", banks[1]),
        ("2025-11-18", "Corporates should place orders ahead of noon on Tuesday the 18th"),
    ]
    assert [(one.indicator, one.due) for one in reading.expectations if one.unit == "%" and one.place.item] == [
        ("CPI m/m", None)
    ]


def test_a_weekday_behind_later_ones_is_next_weeks_in_the_next_line_too() -> None:
    """ "Thailand is shut on Friday" was the very Friday of the session, though the line before it had come to the Wednesday after."""
    lines = (
        "Monday has the Caixin PMI. Australia reports GDP on Wednesday, India's RBI decides on Friday.",
        "Thailand is shut on Friday.",
    )
    wrap = MarketWrap(session_date=date(2025, 11, 7), sections=(Section(name="Next week", lines=lines),))
    told = [(event.start.day, event.what) for event in read_day(wrap).calendar]
    assert told == [
        (10, "Monday has the Caixin PMI"),
        (12, "Australia reports GDP on Wednesday"),
        (14, "India's RBI decides on Friday"),
        (14, "Thailand is shut on Friday"),
    ]
