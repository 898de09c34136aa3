"""Rows of every table, as printed."""

from __future__ import annotations

import pytest

from llm_wrap.parsing import parse_wrap
from llm_wrap.parsing.economic import read_economic_row
from llm_wrap.parsing.economic_header import EconomicHeader, read_header
from llm_wrap.parsing.movers import read_mover
from llm_wrap.parsing.patterns import read_number
from llm_wrap.parsing.row_tokens import split_row
from llm_wrap.parsing.rows import read_named_row, read_values

# text -> name, change, its unit, percent, level, its unit
NAMED = {
    "Nikkei: 395.62 or +0.89% to 44768.12": ("Nikkei", "395.62", None, "0.89", "44768.12", None),
    "Nikkei 225 -- +395.62 or +0.89% to 44,768.12": ("Nikkei 225", "395.62", None, "0.89", "44768.12", None),
    "Shanghai Composite: (4.71) or (0.12%) to 3870.60": ("Shanghai Composite", "-4.71", None, "-0.12", "3870.60", None),
    "Shanghai Composite: -4.71 or -0.12% to 3870.60": ("Shanghai Composite", "-4.71", None, "-0.12", "3870.60", None),
    "A$-$: (0.00) or (0.06%) to 0.6656": ("A$-$", "-0.00", None, "-0.06", "0.6656", None),
    "$-¥ +0.39 or +0.27% to 147.6150": ("$-¥", "0.39", None, "0.27", "147.6150", None),
    "FTSE 100 +0.48% to 10303.88": ("FTSE 100", None, None, "0.48", "10303.88", None),
    "KOSPI: +1.54% @ 3395.54": ("KOSPI", None, None, "1.54", "3395.54", None),
    "S&P 500 futures +0.12%": ("S&P 500 futures", None, None, "0.12", None, None),
    "Hang Seng: 301.84 (+1.16%) to 26388.16": ("Hang Seng", "301.84", None, "1.16", "26388.16", None),
    "Hang Seng Index: -301.84, -1.16%, 26,388.16": ("Hang Seng Index", "-301.84", None, "-1.16", "26388.16", None),
    "Nikkei | 395.62 | +0.89% | 44768.12": ("Nikkei", "395.62", None, "0.89", "44768.12", None),
    "Nikkei | 44768.12 | +395.62 | +0.89%": ("Nikkei", "395.62", None, "0.89", "44768.12", None),
    "VIX 15.88 +0.52": ("VIX", "0.52", None, None, "15.88", None),
    "EUR/USD: 1.0832 +0.12%": ("EUR/USD", None, None, "0.12", "1.0832", None),
    "EUR/USD 1.0832 (+0.12%)": ("EUR/USD", None, None, "0.12", "1.0832", None),
    "DXY: 97.55": ("DXY", None, None, None, "97.55", None),
    "Taiex: closed": ("Taiex", None, None, None, None, None),
    "WTI crude: ($1.23) or (1.97%) to $61.14/bbl": ("WTI crude", "-1.23", None, "-1.97", "61.14", "$/bbl"),
    "Brent crude futures -0.8% at $66.90": ("Brent crude futures", None, None, "-0.8", "66.90", "$"),
    "Copper: –1.2% to 9,980": ("Copper", None, None, "-1.2", "9980", None),
    "JGB 10-yr: +2.1 bp to 1.592%": ("JGB 10-yr", "2.1", "bp", None, "1.592", "%"),
    "JGB 10-yr: (2.1) bp to 1.592%": ("JGB 10-yr", "-2.1", "bp", None, "1.592", "%"),
    "JGB 10-yr: unchanged at 1.592%": ("JGB 10-yr", None, None, None, "1.592", "%"),
    "US 10-Yr 4.31% (+6 bps)": ("US 10-Yr", "6", "bp", None, "4.31", "%"),
    "US 10-Yr 4.31% (-6 bps)": ("US 10-Yr", "-6", "bp", None, "4.31", "%"),
    "US 30-Yr 4.95% (0 bps)": ("US 30-Yr", "0", "bp", None, "4.95", "%"),
    "10-yr Bund: 2.71% +3bp": ("10-yr Bund", "3", "bp", None, "2.71", "%"),
    "Dow: up 49.23 points, or 0.11%, to 45,757.90": ("Dow", "49.23", None, "0.11", "45757.90", None),
    "Dow: down 49.23 points, or 0.11%, to 45,757.90": ("Dow", "-49.23", None, "-0.11", "45757.90", None),
    # Which way a figure goes is said by a word, an arrow or the sign before it; a bracket is then no minus.
    "India VIX: 12.10, up 0.31 (2.63%)": ("India VIX", "0.31", None, "2.63", "12.10", None),
    "Nifty 50: 25,910.05, down 103.40 points (0.40%)": ("Nifty 50", "-103.40", None, "-0.40", "25910.05", None),
    "S&P 500 6,671.06 +26.75 (0.40%)": ("S&P 500", "26.75", None, "0.40", "6671.06", None),
    "Nikkei 225 48,277.74 \u25b2605.07 (1.27%)": ("Nikkei 225", "605.07", None, "1.27", "48277.74", None),
    "FTSE 100 down 0.3% to 9,250": ("FTSE 100", None, None, "-0.3", "9250", None),
    "FTSE 100: 0.3% lower at 9,250.1": ("FTSE 100", None, None, "-0.3", "9250.1", None),
    "Nasdaq lost 0.08 percent to 23,024.63": ("Nasdaq", None, None, "-0.08", "23024.63", None),
    "S&P 500 ended down 18.61 pts (-0.28%) at 6,735.11": ("S&P 500", "-18.61", None, "-0.28", "6735.11", None),
    "DJIA 46,358.42 (-243.36, -0.52%)": ("DJIA", "-243.36", None, "-0.52", "46358.42", None),
    "Sensex 82,172.10 [+398.44 / +0.49%]": ("Sensex", "398.44", None, "0.49", "82172.10", None),
    "Kospi 3,953.62 -3.32% (-135.63)": ("Kospi", "-135.63", None, "-3.32", "3953.62", None),
    "S&P 500 6735 -19 -0.28%": ("S&P 500", "-19", None, "-0.28", "6735", None),
    "2s10s 54bp +1bp": ("2s10s", "1", "bp", None, "54", "bp"),
    "CDX IG 51.5bp unch": ("CDX IG", None, None, None, "51.5", "bp"),
    "MCX Gold Dec: Rs 1,21,640/10g, down 1,287 (1.05%)": ("MCX Gold Dec", "-1287", None, "-1.05", "121640", "Rs/10g"),
    "Copper LME 3M $10,865.50/t, +1.8%": ("Copper LME 3M", None, None, "1.8", "10865.50", "$/t"),
    "Brent $65.22/bbl (-$1.03, -1.55%)": ("Brent", "-1.03", None, "-1.55", "65.22", "$/bbl"),
}


@pytest.mark.parametrize("text", NAMED)
def test_named_rows(text: str) -> None:
    row = read_named_row(text, yields="yr" in text.lower())
    assert row is not None
    figures = [None if part is None else str(part) for part in row.values]
    assert (row.name, *figures) == NAMED[text]
    assert row.rest == ""


# Half understood is not understood: no figure of such a row may be used.
@pytest.mark.parametrize(
    "text",
    [
        "USD/JPY: 153.07 (152.69)",
        "USD/JPY 153.07, prev 152.69",
        "EUR/USD at 1.1562 vs 1.1626",
        "10-year Treasury 4.14% vs 4.12%",
        "S&P 500: -0.28% (6,735.11)",
        "S&P 500 (6,735.11): -0.28%",
        "CAC 40: 12.40 or +0.15% to 8355,20",
        "Nikkei: (395.62 or +0.89% to 44768.12",
        "Nikkei: 395.62 or +0.8x% to 44768.12",
        "Nikkei: 395.62 or +0.89% to 44768.12 and 45000.00",
        "US 30-yr: 4.95% vs 4.90%",
        "Nikkei: 395.62 or +0.89% or +0.90% to 44768.12",
        "Nikkei: 1,23 or +0.89% to 44768.12",
        "Nikkei",
        "Nikkei:",
        "A sentence that ends in a figure of 5.",
        "Nikkei: ٣٩٥ or +٠.٨٩% to ٤٤٧٦٨",
    ],
)
def test_a_row_half_understood_is_refused(text: str) -> None:
    row = read_named_row(text)
    assert row is None or (row.values.change, row.values.change_pct) == (None, None)


def test_words_behind_the_figures_are_handed_back() -> None:
    row = read_named_row("Nikkei: 395.62 or +0.89% to 44768.12 (record high)")
    assert row is not None
    assert row.rest == "(record high)"


def test_a_fast_row_is_read_as_the_slow_way_reads_it() -> None:
    for text in NAMED:
        name, _, tail = text.partition(": ")
        row, slow = read_named_row(text), read_values(split_row(tail), 0)
        if " or " in tail and row and slow and row.name == name:
            assert row.values == slow[0]


# text -> change, ticker, name, reason
MOVERS = {
    "+13.6% 9627.JP (Ain Holdings): reports Q1; revenue ¥132.97B": (
        "13.6",
        "9627.JP",
        "Ain Holdings",
        "reports Q1; revenue ¥132.97B",
    ),
    "+13.6% 9627.JP (Ain Holdings): reason: a; b": ("13.6", "9627.JP", "Ain Holdings", "reason: a; b"),
    "+18.7% AMPX (Amprius Technologies): wins": ("18.7", "AMPX", "Amprius Technologies", "wins"),
    "+18.7% ~AMPX-US~ (Amprius): wins": ("18.7", "AMPX-US", "Amprius", "wins"),
    "-3.3% ~F~ (Ford): recall": ("-3.3", "F", "Ford", "recall"),
    "+3.2% XYZ: order": ("3.2", "XYZ", None, "order"),
    "+32.0% VRDN reports data": ("32.0", "VRDN", None, "reports data"),
    "+2.1% Volkswagen (VOW3.GR): beat": ("2.1", "VOW3.GR", "Volkswagen", "beat"),
    "+2.1% BT/A.LN (BT Group): beat": ("2.1", "BT/A.LN", "BT Group", "beat"),
    "-2.2% WALMEX*.MM (Wal-Mart de México): sales": ("-2.2", "WALMEX*.MM", "Wal-Mart de México", "sales"),
    "(3.4%) 0700.HK (Tencent (Holdings)): fine": ("-3.4", "0700.HK", "Tencent (Holdings)", "fine"),
    "+4.4% AT&T (T): adds": ("4.4", "T", "AT&T", "adds"),
    "+4.4% T (AT&T Inc.): adds": ("4.4", "T", "AT&T Inc.", "adds"),
    "+3.2% LVMH (MC.FP): beat": ("3.2", "MC.FP", "LVMH", "beat"),
    "+1.1% Rio Tinto: iron ore": ("1.1", None, "Rio Tinto", "iron ore"),
    "9627.JP (Ain Holdings) +13.6%: reports": ("13.6", "9627.JP", "Ain Holdings", "reports"),
    "+13.6 % 9627.JP (Ain Holdings) - reports": ("13.6", "9627.JP", "Ain Holdings", "reports"),
    "+13.6% | 9627.JP | Ain Holdings | reports": ("13.6", "9627.JP", "Ain Holdings", "reports"),
    "Ain Holdings | 9627.JP | +13.6% | reports": ("13.6", "9627.JP", "Ain Holdings", "reports"),
    "+5.0% NOVOB.DC (Novo Nordisk)": ("5.0", "NOVOB.DC", "Novo Nordisk", ""),
    "+121% ABCD (X): bid": ("121", "ABCD", "X", "bid"),
}


@pytest.mark.parametrize("text", MOVERS)
def test_movers(text: str) -> None:
    row = read_mover(text)
    assert row is not None
    assert (str(row.change_pct), row.ticker, row.name, row.reason) == MOVERS[text]


@pytest.mark.parametrize("text", ["No figure here", "+13.6 9627.JP (Ain): x", "+13.6%", "", "+1,36% X: y"])
def test_no_movers(text: str) -> None:
    assert read_mover(text) is None


# text -> indicator, status, actual, consensus, prior, unit
ECONOMIC = {
    "Factory Orders m/m (revised) (1.2%) versus (1.6%) in prior month": (
        "Factory Orders m/m",
        "revised",
        "-1.2",
        None,
        "-1.6",
        "%",
    ),
    "Manufacturing PMI 52.3 versus consensus 51.9 and 52.0 in prior month": (
        "Manufacturing PMI",
        None,
        "52.3",
        "51.9",
        "52.0",
        None,
    ),
    "Trade Balance A$7.31B versus A$5.37B in prior month": ("Trade Balance", None, "7.31", None, "5.37", "A$B"),
    "Trade Balance SEK7.9B versus SEK(1.2B) in prior month": ("Trade Balance", None, "7.9", None, "-1.2", "SEKB"),
    "GDP 2.9% y/y versus consensus 3.0% and 3.1% in prior quarter": ("GDP y/y", None, "2.9", "3.0", "3.1", "%"),
    "GDP q/q (preliminary) 0.3% versus consensus 0.2% and 0.1% in prior quarter": (
        "GDP q/q",
        "preliminary",
        "0.3",
        "0.2",
        "0.1",
        "%",
    ),
    "RBA cash rate unchanged at 0.50% as expected": ("RBA cash rate", None, "0.50", "0.50", "0.50", "%"),
    "Official Cash Rate cut to 3.00% versus consensus 3.00% and 3.25% prior": (
        "Official Cash Rate",
        None,
        "3.00",
        "3.00",
        "3.25",
        "%",
    ),
    "Retail Sales m/m +0.5% vs. cons +0.3%, prior (0.2%)": ("Retail Sales m/m", None, "0.5", "0.3", "-0.2", "%"),
    "Nonfarm payrolls +22K versus +75K expected": ("Nonfarm payrolls", None, "22", "75", None, "K"),
    "CPI y/y 2.1% versus 2.0% expected and 1.9% in prior month": ("CPI y/y", None, "2.1", "2.0", "1.9", "%"),
    "Unemployment rate 4.3%": ("Unemployment rate", None, "4.3", None, None, "%"),
    "S&P Global PMI (final) 54.5 versus flash 55.4 and 55.7 in prior month": (
        "S&P Global PMI",
        "final",
        "54.5",
        None,
        "55.7",
        None,
    ),
    "GDP q/q saar (advance) 2.0% versus consensus 2.1% and 1.4% in prior quarter": (
        "GDP q/q saar",
        "advance",
        "2.0",
        "2.1",
        "1.4",
        "%",
    ),
    "GDP q/q (second estimate) 2.0% versus 2.1% in first estimate": (
        "GDP q/q (second estimate)",
        None,
        "2.0",
        None,
        "2.1",
        "%",
    ),
    "Core CPI (ex. food) 2.4% versus consensus 2.5% and 2.6% in prior month": (
        "Core CPI (ex. food)",
        None,
        "2.4",
        "2.5",
        "2.6",
        "%",
    ),
    "Trade balance ($78.3B) versus consensus ($75.0B) and ($60.2B) in prior month": (
        "Trade balance",
        None,
        "-78.3",
        "-75.0",
        "-60.2",
        "$B",
    ),
}


# text -> country, period, indicator, status, actual, consensus, prior, unit
OWN = {
    "India - Unemployment rate (Oct): 5.2% vs 5.3% expected; previous 5.4%": "India|Oct|Unemployment rate|None|5.2|5.3|5.4|%",
    "UK CPI y/y Sep 3.8% (exp 4.0%, prev 3.9%)": "UK|Sep|CPI y/y|None|3.8|4.0|3.9|%",
    "UK CPI YY (Sep) 3.8% vs. Exp. 4.0% (Prev. 3.9%)": "UK|Sep|CPI YY|None|3.8|4.0|3.9|%",
    "Germany: Ifo 87.7 / est 89.3 / prior 88.9": "Germany|None|Ifo|None|87.7|89.3|88.9|None",
    "Germany: Ifo 87.7/est 89.3/prior 88.9": "Germany|None|Ifo|None|87.7|89.3|88.9|None",
    "ISM Manufacturing Aug: 48.7 v 49.0e v 48.0 prior": "None|Aug|ISM Manufacturing|None|48.7|49.0|48.0|None",
    "US: Core CPI m/m (Aug, final): actual 0.4%, forecast 0.3%, previous n/a": "US|Aug|Core CPI m/m|final|0.4|0.3|None|%",
    "UK | CPI y/y | Sep | 3.8% | exp 4.0% | prev 3.9%": "UK|Sep|CPI y/y|None|3.8|4.0|3.9|%",
    "Eurozone HICP y/y, final (Sep 2025): 2.2% vs 2.1% flash": "Eurozone|Sep 2025|HICP y/y|final|2.2|None|2.1|%",
    "US Initial Jobless Claims 220K vs. Exp. 225K (Prev. 219K, Rev. 218K)": "US|None|Initial Jobless Claims|None|220|225|219|K",
    # the figures of one row are in one unit
    "Norway trade balance (Aug): NOK43.6bn (cons n/a, prior -NOK980m)": "Norway|Aug|trade balance|None|43.6|None|-0.980|NOKbn",
    # to come: no figure is the actual one
    "UK CPI y/y Sep: cons 4.0%, prev 3.8%": "UK|Sep|CPI y/y|None|None|4.0|3.8|%",
    "14:30 CET - US Philadelphia Fed Oct 2025 (exp 8.5, prior 23.2)": "US|Oct 2025|Philadelphia Fed|None|None|8.5|23.2|None",
}  # fmt: skip


@pytest.mark.parametrize("text", OWN)
def test_economic_rows_with_their_own_country_and_labels(text: str) -> None:
    row = read_economic_row(text, EconomicHeader(None, None), 7)
    assert row is not None
    told = (row.country, row.period, row.indicator, row.status, row.actual, row.consensus, row.prior, row.unit)
    assert "|".join(map(str, told)) == OWN[text]


@pytest.mark.parametrize(
    "text",
    [
        "UK CPI 3.8% vs 4.0%",
        "UK CPI 3.8% vs 4.0% vs 3.8%",
        "UK CPI 3.8%, 4.0%, 3.8%",
        "Ifo 87.7 89.3 88.9",
        "UK GDP 2026 forecast 1.3%",
        "UK CPI 3.8%, expected to fall to 3.5% next month",
        "Economists expected 4.0% and previous was 3.8%",
        "08:00 Sweden CPIF y/y Sep 3.2%",
        "Trade balance EUR7.0bn vs USD5.1bn expected",
    ],
)
def test_a_figure_without_a_label_is_not_guessed(text: str) -> None:
    assert read_economic_row(text, EconomicHeader(None, None), 7) is None


@pytest.mark.parametrize("text", ECONOMIC)
def test_economic_rows(text: str) -> None:
    row = read_economic_row(text, EconomicHeader("Japan", "July"), 7)
    assert row is not None
    figures = [None if part is None else str(part) for part in (row.actual, row.consensus, row.prior)]
    assert (row.indicator, row.status, *figures, row.unit) == ECONOMIC[text]
    assert (row.country, row.period, row.line) == ("Japan", "July", 7)
    assert row.revised == (row.status == "revised")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("GDP Price Index (final) 2.4% versus preliminary 2.2%", "The prior figure of this row is the first estimate"),
        ("Core PCE y/y (revised) 2.4% versus initial 2.2%", "The prior figure of this row is the first estimate"),
        (
            "PMI (final) 54.5 versus flash 55.4 and 55.7 in prior month",
            "The first estimate of the same period in this row is",
        ),
        ("CPI y/y (flash) 2.4% versus flash consensus 2.2%", None),
        ("CPI y/y (preliminary) 2.4% versus 2.2% in prior month", None),
        ("GDP q/q (second estimate) 2.0% versus consensus 2.1% and 1.4% in prior quarter", None),
    ],
)
def test_a_first_estimate_in_the_prior_column_is_told(row: str, told: str | None) -> None:
    issues = parse_wrap(f"Sep 12 ,2025\nData:\nEconomic:\nUS August\n{row}\n").issues
    notes = [issue.message for issue in issues if issue.kind == "row_note"]
    assert len(notes) == (told is not None)
    assert all(note.startswith(told or "") for note in notes)


@pytest.mark.parametrize(
    "text", ["UK 3 months to July", "CPI y/y | 2.9% | 2.9% | 2.7%", "CPI y/y 2.9% 3.0% 2.7%", "No figure", "12.3"]
)
def test_no_economic_rows(text: str) -> None:
    assert read_economic_row(text, EconomicHeader("Japan", "July"), 7) is None


def test_a_row_may_carry_its_country_and_period() -> None:
    row = read_economic_row(
        "Germany August CPI y/y (final) 2.2% versus 2.0% in prior month", EconomicHeader(None, None), 1
    )
    assert row is not None
    assert (row.country, row.period, row.indicator, row.status) == ("Germany", "August", "CPI y/y", "final")


@pytest.mark.parametrize(
    ("text", "country", "period"),
    [
        ("Japan July", "Japan", "July"),
        ("South Korea Q2:", "South Korea", "Q2"),
        ("United States week ended July 19", "United States", "week ended July 19"),
        ("China:", "China", None),
        ("US (Aug)", "US", "Aug"),
        ("Japan, July 2025", "Japan", "July 2025"),
        ("Brazil mid-September", "Brazil", "mid-September"),
    ],
)
def test_headers(text: str, country: str, period: str | None) -> None:
    assert read_header(text) == EconomicHeader(country, period)


@pytest.mark.parametrize("text", ["Japan July CPI", "CPI y/y", "Nikkei: 395.62", "", "Japan's exports"])
def test_no_headers(text: str) -> None:
    assert read_header(text) is None


@pytest.mark.parametrize(
    "token", ["(1.2", "1.2)", "--1", "+-1", "1,23", "1,2345", "(1.2%)%", "1.", ".", "%", "٣", "1e5", "A$", ""]
)
def test_no_numbers(token: str) -> None:
    assert read_number(token) is None
