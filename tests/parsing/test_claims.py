"""What prose says of the session, against the tables: what is told, and what is let pass because it may be right."""

from __future__ import annotations

import pytest

from llm_wrap.parsing import parse_wrap

US = """US Close - Market Recap
Apr 21 ,2026
Synopsis:
{synopsis}
Digest:
Day's stories:
{body}
Notable Gainers:
+6.8% UNH (UnitedHealth Group): raises FY26
+5.5% SNAP (Snap): Meta appeal
+2.2% GM (General Motors): report of lower tariffs
+1.8% F (Ford Motor): report of lower tariffs
Notable Decliners:
-9.7% LMT (Lockheed Martin): charge
-8.2% CLF (Cleveland-Cliffs): report of lower tariffs
-5.1% MMM (3M): organic growth
-3.4% META (Meta Platforms): appeals court
-2.4% DAL (Delta Air Lines): fares
Economic:
United States March
Retail Sales m/m 0.9% versus consensus 0.5% and 0.4% in prior month
CPI y/y 2.4% versus consensus 2.4% and 2.5% in prior month
Markets:
DJIA: (58.21) or (0.12%) to 48911.60
S&P 500: (44.38) or (0.64%) to 6888.15
Nasdaq: (287.45) or (1.23%) to 23081.77
Russell 2000: 5.12 or +0.19% to 2702.43
Currencies:
€-$: (0.01) or (0.51%) to 1.1702
$-¥: +0.88 or +0.56% to 158.2200
Commodities:
WTI Crude: +1.82 or +2.70% to 69.10
Brent Crude: +1.78 or +2.50% to 72.95
Gold: (52.40) or (1.10%) to 4711.20
US Treasuries:
2Y: +6.0 bp to 3.870%
10Y: +3.1 bp to 4.290%
"""
ASIA = """Asian Market Recap
Mar 18 ,2026
Synopsis:
{synopsis}
Digest:
Day's stories:
{body}
Notable Gainers:
+5.8% 000660.KS (SK Hynix): memory prices
+2.1% 8316.JP (Sumitomo Mitsui Financial): rates
Notable Decliners:
-2.7% RIO.AU (Rio Tinto): iron ore
-4.2% 700.HK (Tencent): results
Markets:
Nikkei: (412.20) or (0.76%) to 53821.40
Hang Seng: (113.44) or (0.43%) to 26271.90
Kospi: 101.55 or +1.77% to 5839.02
Shanghai Composite: (4.71) or (0.12%) to 3870.60
Currencies:
$-¥: (0.74) or (0.49%) to 149.6100
$-KRW: (4.20) or (0.29%) to 1442.1000
Commodities:
Brent crude: (1.31) or (1.80%) to 71.40
"""


def found(form: str, *, synopsis: str = "Trading was quiet.", body: str = "Little was said.") -> list[str]:
    text = form.format(synopsis=synopsis, body=body)
    assert parse_wrap(form.format(synopsis="Quiet.", body="Quiet.")).issues == ()
    return [issue.kind for issue in parse_wrap(text).issues]


@pytest.mark.parametrize(
    "synopsis",
    [
        "US equities finished higher Tuesday, though off best levels.",
        "The Dow rose 0.5% on insurers.",
        "The S&P rose after the Fed's minutes left the door open to a cut.",
        "Nasdaq Composite fell 2.13%.",
        "Gold up 1.1%.",
        "WTI crude up 2.7% to $96.10.",
        "Crude lower on the talks.",
        "Yen firmer against the dollar.",
        "Euro rose 0.5% as rates fell.",
        "Treasuries weaker, 2Y yield up 6 bp to 3.78%.",
        "Treasury yields lower across the curve.",
        "UnitedHealth (UNH) up 8.6% on its outlook.",
    ],
)
def test_a_synopsis_that_its_tables_contradict(synopsis: str) -> None:
    assert found(US, synopsis=synopsis) == ["prose_table_mismatch"]


@pytest.mark.parametrize(
    "body",
    [
        "Lockheed Martin (LMT) took a charge. Shares rose 9.7%.",
        "Cleveland-Cliffs (CLF) rose 8.2% and Snap (SNAP) 5.5%.",
        "Meta Platforms (META) lost 3.4%, Snap (SNAP) 4.4%.".replace("lost", "dropped"),
        "Ford (F) and General Motors (GM) rose 1.8% and 3.2%.",
        "3M (MMM) reported EPS of $2.02, a cent short, with organic growth of 1.2%, and fell 1.5%.",
        "Ford (F) fell on the report.",
        "Delta Air Lines gained 1.7%.",
        "Delta (DAL) fell 4.2% after its remarks on fares.",
        "March retail sales fell 0.9% m/m versus consensus of 0.5%.",
        "March retail sales rose 0.8% m/m versus consensus of 0.5%.",
        "WTI gained 7.2% to $69.10 after the sanctions.",
        "US 10-year yield fell 3.1 bp.",
    ],
)
def test_a_story_that_the_tables_contradict(body: str) -> None:
    assert "prose_table_mismatch" in found(US, body=body)


@pytest.mark.parametrize(
    ("synopsis", "body"),
    [
        ("Nikkei rose after the Bank of Japan left the door open to a hike.", "Quiet."),
        ("Nikkei 225 up 0.76%.", "Quiet."),
        ("Won softer against the dollar.".replace("Won", "The won"), "Quiet."),
        ("Quiet.", "Brent rose 1.8% to $71.40 on the pact."),
        ("Quiet.", "SK Hynix (000660.KS) rose 8.5% in a rising market."),
        ("Quiet.", "Banks gained, with Sumitomo Mitsui (8316.JP) down 2.1%; exporters lagged."),
    ],
)
def test_a_recap_of_asia_that_its_tables_contradict(synopsis: str, body: str) -> None:
    assert found(ASIA, synopsis=synopsis, body=body) == ["prose_table_mismatch"]


@pytest.mark.parametrize(
    "synopsis",
    [
        "US equities finished lower Tuesday.",
        "US equities mostly higher for the week, with the Dow up 1.4% on the week.",
        "US equity futures higher.",
        "S&P futures rose 0.4% overnight.",
        "The Dow fell as much as 1.3% intraday.",
        "The Dow rose at first, only to close lower.",
        "The S&P 500 rose after the decision but closed lower.",
        "The Nasdaq 100 rose 0.3%.",
        "S&P Global (SPGI) fell on its outlook. S&P rose 3% after an upgrade.",
        "The Nasdaq is up 9.2% since January and 3% month to date.",
        "For the week, the Dow gained 1.2%. The Nasdaq added 0.8%.",
        "Gold off its high.",
        "Gold up 3% this month.",
        "Zijin Gold rose 4% and Southern Copper fell.",
        "Gold was up 0.9% before the data.",
        "WTI crude up 2.4% to $69.30.",
        "Crude rose 2.5% or so.",
        "Yen firmer against the euro.",
        "Euro steady, though up 0.5% against the yen.",
        "Hanwha bid low, won higher margins.",
        "Bund yields lower across the curve.",
        "10Y yield fell from an early high to 4.29%.",
        "The auction drew a 10Y yield of 4.31%, down 3 bp from the last one.",
    ],
)
def test_a_synopsis_that_speaks_of_something_else(synopsis: str) -> None:
    assert found(US, synopsis=synopsis) == []


@pytest.mark.parametrize(
    "body",
    [
        "Lockheed Martin (LMT) took a charge. Shares fell 9.7%.",
        "Lockheed Martin (LMT) took a charge. Shares had gained 12% since January.",
        "Lockheed Martin (LMT) took a charge. Shares rose 3% in premarket trade.",
        "Lockheed Martin (LMT) fell as much as 11%.",
        "Suppliers to Ford (F) fell 3%.",
        "Shares of rivals of Snap (SNAP) fell 2%.",
        "Ford (F) lost 3% of its orders and General Motors (GM) dropped a plan.",
        "Ford (F) said July sales fell 4% and rose 2% without fleets.",
        "General Motors (GM) down 3% y/y in deliveries.",
        "Boeing (BA) won the order over Lockheed Martin (LMT). Shares rose 2.1%.",
        "Ford (F) and General Motors (GM) rose about 3% each.",
        "Ford (F) fell 2% on Monday.",
        "Ford (F) rose 1.8% on Tuesday.",
        "Snap (SNAP) fell 2% after the close.",
        "Delta (DAL) gained 3% at the open and gave it back.",
        "Delta could rise 10%, said Bernstein, and Delta Air Lines will have gained 20% by then.",
        "February retail sales fell 0.9% m/m.",
        "Core retail sales fell 0.9% m/m.",
        "UK retail sales fell 0.9% m/m.",
        "Retail sales fell 0.9% in the three months to March.",
        "Retail sales rose 0.8% on a control basis versus consensus of 0.5%.",
        "Retail sales rose 0.9% m/m versus consensus of 0.4%.",
        "Analysts see WTI falling 10% to $62.00 by year-end. WTI could rise 5% on a strike.",
    ],
)
def test_a_story_that_speaks_of_something_else(body: str) -> None:
    assert found(US, body=body) == []


@pytest.mark.parametrize(
    ("synopsis", "body"),
    [
        ("Quiet.", "Rio Tinto (RIO.AU) lowered its guidance and rose 1.2% in London."),
        ("Quiet.", "Rio Tinto (RIO.LN) rose 1.2%."),
        ("Quiet.", "Brent settled up 3.1% on Tuesday at $72.80."),
        ("Quiet.", "Brent rose 3.1% as the talks broke down."),  # of the evening before, perhaps
        ("Quiet.", "Tencent (700.HK) missed. ADRs (TCEHY) rose 2%. Shares fell 4.2%."),
        ("Quiet.", "Shanghai eased rules for home buyers, and Taiwan rose to the occasion."),
        ("Nikkei fell for a third straight session to a two-week low.", "Quiet."),
        ("Asia equities ended mixed. US stocks closed higher.", "Quiet."),
    ],
)
def test_a_recap_of_asia_that_speaks_of_something_else(synopsis: str, body: str) -> None:
    assert found(ASIA, synopsis=synopsis, body=body) == []


def test_rows_of_a_preview_are_no_close() -> None:
    text = US.replace("US Close - Market Recap", "US Pre-open Preview").format(
        synopsis="Quiet.", body="Ford (F) fell 3%."
    )
    assert [issue.kind for issue in parse_wrap(text).issues if issue.kind == "prose_table_mismatch"] == []


ROWS = "Market Recap\nApr 21 ,2026\nDigest:\nStories:\n{}\nNotable Gainers:\n{}\n"


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ("Meta Platforms (META) lost its appeal.", "+3.4% MTA (Meta Platforms): appeal"),
        ("Meta (META) lost its appeal.", "+3.4% MTA (Meta Platforms): appeal"),
        ("Elevance (ELV) and Humana (HUM) rose.", "+4.9% ELV (Humana): read-across"),
        ("Snap (SNAP) rose, Pinterest (PINS) too.", "+5.5% PINS (Snap): appeal"),
        ("Target (TGT) has a new chief.", "+1.2% WMT (Target): chief"),
    ],
)
def test_one_name_under_two_tickers_of_new_york(body: str, row: str) -> None:
    assert "ticker_conflict" in [issue.kind for issue in parse_wrap(ROWS.format(body, row)).issues]


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ("Alphabet (GOOG) rose.", "+1.0% GOOGL (Alphabet): cloud"),
        ("Berkshire Hathaway (BRK.A) rose.", "+1.0% BRK.B (Berkshire Hathaway): results"),
        ("Fox (FOX) rose.", "+1.0% FOXA (Fox): results"),
        ("Snap Inc (SNAP) rose.", "+5.5% SNAP (Snap): appeal"),
        ("Meta (META) rose.", "+1.0% META (Meta Platforms): appeal"),
        ("Google (GOOGL) rose.", "+1.0% GOOGL (Alphabet): cloud"),
        ("Alibaba (9988.HK) rose.", "+1.0% BABA (Alibaba): cloud"),
        ("BHP (BHP) rose.", "+1.0% BBL (BHP): copper"),
        ("Delta (DAL) rose.", "+1.0% DLA (Delta Apparel): cotton"),
        ("United (UAL) rose.", "+1.0% UNH (United): results"),
        ("Strategy (MSTR) rose.", "+1.0% STRK (Strategy): preferred"),
        ("Block (XYZ), once Square (SQ), rose.", "+1.0% XYZ (Block): results"),
        ("BlackRock's iShares (IBIT) took in more.", "+1.0% EWZ (iShares): Brazil"),
    ],
)
def test_classes_listings_and_short_names_are_no_conflict(body: str, row: str) -> None:
    assert "ticker_conflict" not in [issue.kind for issue in parse_wrap(ROWS.format(body, row)).issues]
