"""Tables in columns: bars, tabs or wide spaces, heads that name them, and figures as half the world prints them."""

from __future__ import annotations

import pytest

from llm_wrap.models import MarketWrap, ParseResult
from llm_wrap.parsing import parse_wrap
from llm_wrap.sources.html import html_to_text
from llm_wrap.sources.markdown import markdown_to_text


def read(text: str) -> ParseResult:
    return parse_wrap("Asian Market Recap\nSep 12 ,2025\nMarkets:\nKOSPI: 51.34 or +1.54% to 3395.54\n" + text)


def movers(wrap: MarketWrap) -> list[tuple[str, str | None, str | None, str]]:
    return [(str(row.change_pct), row.ticker, row.name, row.reason) for row in (*wrap.gainers, *wrap.decliners)]


def releases(wrap: MarketWrap) -> list[tuple[str | None, ...]]:
    figures = lambda *values: (None if value is None else str(value) for value in values)  # noqa: E731
    return [
        (row.country, row.period, row.indicator, *figures(row.actual, row.consensus, row.prior), row.unit)
        for row in wrap.economic
    ]


@pytest.mark.parametrize("bar", ["\t", "   ", " | "])
def test_a_name_and_a_reason_in_columns_are_two(bar: str) -> None:
    rows = [
        ("+8.8%", "009540.KS", "Ulsan Yards", "wins an order"),
        ("+4.4%", "175.HK", "Hale Motors"),
        ("+2.0%", "9988.HK", "Lin", ""),
    ]
    result = read("Notable Gainers:\n" + "\n".join(bar.join(row) for row in rows))
    assert movers(result.wrap) == [
        ("8.8", "009540.KS", "Ulsan Yards", "wins an order"),
        ("4.4", "175.HK", "Hale Motors", ""),
        ("2.0", "9988.HK", "Lin", ""),
    ]
    assert result.issues == ()


def test_a_name_between_ticker_and_percentage_is_the_name() -> None:
    result = read("Gainers:\n4502.JP Taku Pharma +1.9%: phase 3 data\n1928.HK Sands Bay, Ltd. +1.2%")
    assert movers(result.wrap) == [
        ("1.9", "4502.JP", "Taku Pharma", "phase 3 data"),
        ("1.2", "1928.HK", "Sands Bay, Ltd.", ""),
    ]


def test_two_spaces_behind_a_sentence_make_no_columns() -> None:
    result = read(
        "Notable Gainers:\n+8.8% 009540.KS (Ulsan Yards): wins an order.  Shares were halted.  They trade again."
    )
    assert movers(result.wrap) == [
        ("8.8", "009540.KS", "Ulsan Yards", "wins an order. Shares were halted. They trade again.")
    ]


def test_a_blank_cell_of_a_page_moves_no_figure() -> None:
    """What stood in the prior column was read as nothing at all, and "Iberdrola" as a reason."""
    page = """<p>European Market Recap</p><p>Mar 4 ,2025</p><p>Notable Gainers:</p>
    <table><tr><td>+3.1%</td><td></td><td>BA.LN</td><td>Bray Aero</td><td>upgraded</td></tr>
    <tr><td>+1.2%</td><td></td><td>IBE.SM</td><td>Iberia Grid</td><td>&nbsp;</td></tr></table><p>Economic:</p>
    <table><tr><th>Country<th>Period<th>Indicator<th>Actual<th>Consensus<th>Prior</tr>
    <tr><td>Eurozone<td>January<td>Unemployment Rate (final)<td>6.2%<td>6.3%<td>6.2%</tr>
    <tr><td>UK<td>February<td>Retail Sales y/y<td>0.9%<td>&nbsp;<td>2.5%</tr>
    <tr><td><td>February<td>Mortgage Lending<td>£3.2B<td><td>£3.6B</tr>
    <tr><td>Spain<td>February<td colspan="2">Speech by the governor<td></tr>
    <tr><td>UK<td>March<td>House Prices m/m<td>0.4%<td>-<td></tr></table>"""
    text = html_to_text(page)
    assert "BA.LN | Bray Aero" in text
    assert "+1.2% | IBE.SM | Iberia Grid\n" in text
    result = parse_wrap(text)
    assert [row[1:] for row in movers(result.wrap)] == [
        ("BA.LN", "Bray Aero", "upgraded"),
        ("IBE.SM", "Iberia Grid", ""),
    ]
    assert releases(result.wrap) == [
        ("Eurozone", "January", "Unemployment Rate", "6.2", "6.3", "6.2", "%"),
        ("UK", "February", "Retail Sales y/y", "0.9", None, "2.5", "%"),
        ("UK", "February", "Mortgage Lending", "3.2", None, "3.6", "£B"),
        ("UK", "March", "House Prices m/m", "0.4", None, None, "%"),
    ]
    assert [(issue.kind, issue.text) for issue in result.issues] == [
        ("unparsed_line", "Spain | February | Speech by the governor")
    ]


def test_wide_spaces_of_a_justified_line_make_no_columns() -> None:
    result = read("Notable Gainers:\n+6.6%  GEX  (GE Extra):  beats  and  raises;  dividend  up")
    assert movers(result.wrap) == [("6.6", "GEX", "GE Extra", "beats and raises; dividend up")]


def test_a_period_in_brackets() -> None:
    rows = "Japan: Tokyo core CPI (Feb) 2.2% y/y vs est. 2.3%, prev. 2.5%\nJapan: Output (Jan, prelim) -1.1% m/m vs est. -1.2%, prev. -0.2%"
    result = read(f"Economic Data:\n{rows}")
    assert releases(result.wrap) == [
        ("Japan", "Feb", "Tokyo core CPI y/y", "2.2", "2.3", "2.5", "%"),
        ("Japan", "Jan", "Output m/m", "-1.1", "-1.2", "-0.2", "%"),
    ]
    assert result.wrap.economic[1].status == "preliminary"


def test_what_a_prior_figure_was_before_is_told() -> None:
    rows = "GfK (20.3) versus consensus (19.0) and (20.0) (revised from (19.9)) in prior month\nCPI y/y 2.2% versus 2.5% (revised from 2.4%) in prior month"
    result = read(f"Economic:\nGermany July\n{rows}")
    assert [row[3:6] for row in releases(result.wrap)] == [("-20.3", "-19.0", "-20.0"), ("2.2", None, "2.5")]
    assert [(issue.kind, issue.line) for issue in result.issues] == [("row_note", 7), ("row_note", 8)]
    assert '"revised from (19.9)"' in result.issues[0].message
    assert '"revised from 2.4%"' in result.issues[1].message


def test_a_closed_market_says_why() -> None:
    result = read("TAIEX   closed (Peace Memorial Day)\nCurrencies:\n$-¥: +0.39 or +0.27% to 147.6150")
    assert (result.wrap.markets[1].name, result.wrap.markets[1].note) == ("TAIEX", "closed (Peace Memorial Day)")
    assert result.issues == ()


@pytest.mark.parametrize(
    ("row", "note"),
    [("TAIEX: closed at 23,730.25", "closed"), ("KOSPI: unch at 3395.54", "unch"), ("SET: 1302.41", None)],
)
def test_a_level_without_a_change_says_why(row: str, note: str | None) -> None:
    """A closed market stood as a bare level."""
    found = read(f"{row}\nCurrencies:\n$-¥: +0.39 or +0.27% to 147.6150").wrap.markets[1]
    assert (found.change, found.note, found.level is not None) == (None, note, True)


def test_releases_under_heads_that_only_spaces_part() -> None:
    heads = "Economic:\nRelease Actual Cons. Prev.\n"
    rows = "Japan May Goods Prices y/y 3.2% 3.5% 4.1%\nCore Orders m/m (1.1%) n/a 2.0%\n"
    result = read(f"{heads}{rows}Jobless Rate 2.7% 2.7%")
    assert [row[2:] for row in releases(result.wrap)] == [
        ("Japan May Goods Prices y/y", "3.2", "3.5", "4.1", "%"),
        ("Core Orders m/m", "-1.1", None, "2.0", "%"),
    ]
    assert [(issue.kind, issue.text) for issue in result.issues] == [("bad_row", "Jobless Rate 2.7% 2.7%")]


def test_blank_cells_of_markdown_move_no_figure() -> None:
    """The year's change stood as the day's where the head over the names was blank, and a prior as a consensus."""
    text = (
        "# Asian Market Recap\n\nSep 12 ,2025\n\n## Commodities\n\n| | Last | Chg | YTD |\n|---|---:|---:|---:|\n"
        "| WTI | 70.61 | (0.42) | (1.6%) |\n| Gold | 2,876.70 | | +8.9% |\n\n## Economic\n\n"
        "| Release | Actual | Consensus | Prior |\n|---|---|---|---|\n| Retail Sales y/y | 0.9% |  | 2.5% |\n"
        "\n## Markets\n\nKOSPI: 51.34 or +1.54% to 3395.54\n"
    )
    result = parse_wrap(markdown_to_text(text))
    figures = [
        [(row.name, str(row.change), str(row.change_pct), str(row.level)) for row in table.rows]
        for table in result.wrap.tables
    ]
    assert figures == [
        [("WTI", "-0.42", "None", "70.61"), ("Gold", "None", "None", "2876.70")],
        [("WTI", "None", "-1.6", "None"), ("Gold", "None", "8.9", "None")],
    ]
    assert [row[2:] for row in releases(result.wrap)] == [("Retail Sales y/y", "0.9", None, "2.5", "%")]
    assert result.issues == ()


@pytest.mark.parametrize("bar", ["\t", "   ", " | ", " "])
def test_changes_over_several_spans_are_not_a_level(bar: str) -> None:
    """The year's change stood as the level, and the day's as part of the name."""
    rows = [
        ("Sector", "1D %", "MTD %", "YTD %"),
        ("Health Care", "+1.35", "(0.41)", "+5.02"),
        ("Energy", "(0.03)", "+7.90", "+7.90"),
    ]
    result = read("Sectors:\n" + "\n".join(bar.join(row) for row in rows))
    tables = {
        table.name: [(row.name, str(row.change_pct), row.level) for row in table.rows] for table in result.wrap.tables
    }
    assert tables == {
        "Sectors": [("Health Care", "1.35", None), ("Energy", "-0.03", None)],
        "Sectors (MTD %)": [("Health Care", "-0.41", None), ("Energy", "7.90", None)],
        "Sectors (YTD %)": [("Health Care", "5.02", None), ("Energy", "7.90", None)],
    }
    assert result.issues == ()


def test_a_span_in_points_stands_beside_its_percentage() -> None:
    """The week's points made the whole row unreadable; the day's basis points, too."""
    result = read(
        "Markets:\nIndex | Close | Day | Day % | Week | Week %\nTOPIX | 3,381.07 | +11.46 | +0.34% | +86.00 | +2.61%\n"
        "Bonds:\n | Yield | Day | Week\nJGB 10Y | 1.81% | +1.0 bp | -3.0 bp"
    )
    index = next(row for row in result.wrap.markets if row.name == "TOPIX")
    assert tuple(map(str, (index.change, index.change_pct, index.level))) == ("11.46", "0.34", "3381.07")
    assert {
        table.name: [(str(row.change), row.change_unit, str(row.change_pct), str(row.level)) for row in table.rows]
        for table in result.wrap.tables
    } == {
        "Market performance (Week %)": [("86.00", None, "2.61", "None")],
        "Bonds": [("1.0", "bp", "None", "1.81")],
        "Bonds (Week)": [("-3.0", "bp", "None", "None")],
    }
    assert result.issues == ()


def test_changes_over_several_spans_without_heads_are_refused() -> None:
    result = read("Sectors:\nHealth Care +1.35 +5.02 +5.02\nEnergy +0.10 +0.20")
    assert [(issue.kind, issue.text) for issue in result.issues] == [
        ("bad_row", "Health Care +1.35 +5.02 +5.02"),
        ("bad_row", "Energy +0.10 +0.20"),
    ]


@pytest.mark.parametrize("head", ["Tenor", "10y", "Maturity"])
def test_heads_give_the_unit_of_a_change(head: str) -> None:
    (table,) = read(
        f"Treasuries:\n{head} | Yield | Chg (bps)\n2-Year | 4.28% | (1.2)\n30-Year | 4.85% | 2.1"
    ).wrap.tables
    assert [(row.name, str(row.level), row.unit, str(row.change), row.change_unit) for row in table.rows] == [
        ("2-Year", "4.28", "%", "-1.2", "bp"),
        ("30-Year", "4.85", "%", "2.1", "bp"),
    ]


BOX = """Notable Gainers:
┌────────┬────────┬─────────────────┬──────────────────────────┐
│ % Chg  │ Ticker │ Company         │ Comment                  │
├────────┼────────┼─────────────────┼──────────────────────────┤
│ +28.5% │ AXM    │ Axam Enterprise │ Q1 beat; raises FY guide │
│ +4.1%  │ YPF    │ YPF             │                          │
└────────┴────────┴─────────────────┴──────────────────────────┘
Sector performance:
+------------------+--------+--------+
| Sector           |  1D %  |  YTD % |
+------------------+--------+--------+
| Energy           | +1.12% | (3.2%) |
| Health Care      | (0.77%)|  (2.9%)|
+------------------+--------+--------+"""


def test_tables_that_a_terminal_drew() -> None:
    result = read(BOX)
    assert movers(result.wrap) == [
        ("28.5", "AXM", "Axam Enterprise", "Q1 beat; raises FY guide"),
        ("4.1", "YPF", "YPF", ""),
    ]
    assert [[(row.name, str(row.change_pct)) for row in table.rows] for table in result.wrap.tables] == [
        [("Energy", "1.12"), ("Health Care", "-0.77")],
        [("Energy", "-3.2"), ("Health Care", "-2.9")],
    ]
    assert result.issues == ()


def test_a_change_is_part_of_no_name() -> None:
    """Without its heads "Energy | +1.12%" was the name of a row that fell by 3.2 %."""
    result = read("Sectors:\nEnergy | +1.12% | (3.2%)\nHealth Care: (0.77%) (2.9%)")
    assert result.wrap.tables == ()
    assert [issue.kind for issue in result.issues] == ["bad_row", "bad_row"]


LATIN = """Latin America Market Recap
Apr 24 ,2025
Notable Gainers:
+9,86%  AZUL4.BZ (Azul): raises R$1,66B
Notable Decliners:
−1,30% VALE3.BZ (Vale): output −4,5% y/y
Economic:
Mexico 1H April
Bi-weekly CPI m/m 0,12% versus consensus 0,02% and 0,14% in prior period
Markets:
Ibovespa: +2.363,19 or +1,79% to 134.580,43
Merval: +80\u2009554 or +3,71% to 2\u2009251\u2009833
Currencies:
$-COP: +12,40 or +0,29% to 4.303,15
"""


def test_decimal_commas() -> None:
    result = parse_wrap(LATIN)
    wrap = result.wrap
    assert movers(wrap) == [
        ("9.86", "AZUL4.BZ", "Azul", "raises R$1,66B"),
        ("-1.30", "VALE3.BZ", "Vale", "output -4,5% y/y"),
    ]
    assert releases(wrap) == [("Mexico", "1H April", "Bi-weekly CPI m/m", "0.12", "0.02", "0.14", "%")]
    assert [(row.name, str(row.change), str(row.change_pct), str(row.level)) for row in wrap.markets] == [
        ("Ibovespa", "2363.19", "1.79", "134580.43"),
        ("Merval", "80554", "3.71", "2251833"),
    ]
    assert [(row.pair, str(row.level)) for row in wrap.currencies] == [("$-COP", "4303.15")]
    assert [(issue.line, issue.kind) for issue in result.issues] == [(0, "decimal_comma")]


def test_a_few_decimal_commas_among_points_are_no_notation() -> None:
    mixed = LATIN.replace("+12,40 or +0,29% to 4.303,15", "+12.40 or +0.29% to 4,303.15").replace(
        "134.580,43", "134,580.43"
    )
    kinds = [issue.kind for issue in parse_wrap(mixed).issues]
    assert "decimal_comma" not in kinds
    assert "bad_row" in kinds


@pytest.mark.parametrize("words", ["None of note", "No notable movers", "Nil", "N/A"])
def test_a_table_that_says_it_is_empty_is_no_defect(words: str) -> None:
    result = read(f"Notable Gainers:\n{words}\nNotable Decliners:\n{words}\nEconomic:\n{words}")
    assert (movers(result.wrap), result.issues) == ([], ())


def test_a_table_among_the_stories_is_no_story() -> None:
    result = read(
        "Digest:\nExports rise on chips:\nOrders at Kestrel (9627.JP) rose 5.2% in June, the ministry said (Reuters).\n"
        "Southbound flow (HKD bn):\nBuy\t61.2\nSell\t57.9\nMost bought\t9988.HK, 1810.HK"
    )
    assert [item.headline for item in result.wrap.digest] == ["Exports rise on chips"]
    (section,) = result.wrap.sections
    assert (section.name, section.lines) == (
        "Southbound flow (HKD bn)",
        ("Buy 61.2", "Sell 57.9", "Most bought 9988.HK, 1810.HK"),
    )
    assert [issue.kind for issue in result.issues] == ["unknown_section"]


def test_sub_heads_part_a_list_with_the_terminals_tickers() -> None:
    rows = (
        "Movers\nUp\n  BESI NA     BE Semicond.        +6.1%  read-across\n  7203 JP     Toyota              +2.0%\n\n"
        "Down\n  MAERSKB DC  A.P. Moller-Maersk  -4.0%  rates slide\n  HEIA NA     Heineken            +1.2%  cut to Neutral"
    )
    result = read(rows)
    assert movers(result.wrap) == [
        ("6.1", "BESI NA", "BE Semicond.", "read-across"),
        ("2.0", "7203 JP", "Toyota", ""),
        ("-4.0", "MAERSKB DC", "A.P. Moller-Maersk", "rates slide"),
        ("1.2", "HEIA NA", "Heineken", "cut to Neutral"),
    ]
    assert [issue.kind for issue in result.issues] == ["sign_conflict"]


def test_numbered_movers_with_arrows_square_brackets_and_prices() -> None:
    rows = (
        "Top gainers\n1. Netweb Technologies [NETWEB] ▲ 5.71% at Rs 3,418.90 - server order of Rs 480 crore\n"
        "2. Bharti Airtel (BHARTIARTL) 1.84% ▲ tariff talk\nTop losers\n1. Tata Motors [500570] ↓3.27% at Rs 361.95"
    )
    result = read(rows.replace("Top losers", "Losers"))
    assert movers(result.wrap) == [
        ("5.71", "NETWEB", "Netweb Technologies", "server order of Rs 480 crore"),
        ("1.84", "BHARTIARTL", "Bharti Airtel", "tariff talk"),
        ("-3.27", "500570", "Tata Motors", ""),
    ]
    assert result.issues == ()


def test_movers_under_heads_without_percent_signs() -> None:
    rows = (
        "Movers\n| % chg | Company | Ticker | Market | Close | YTD | Why |\n|---|---|---|---|---|---|---|\n"
        "| 4.1 | Turkish Airlines | THYAO TI | Turkey | 271.00 | 12.0 | traffic up 13% |\n"
        "| (1.2) | UCB | UCB BB | Belgium | 220.10 | 9.0 | label |\n| n/a | Allegro | ALE PW | Poland | 30.10 | (3.0) | bid |"
    )
    result = read(rows)
    assert movers(result.wrap) == [
        ("4.1", "THYAO TI", "Turkish Airlines", "traffic up 13%"),
        ("-1.2", "UCB BB", "UCB", "label"),
    ]
    assert [issue.kind for issue in result.issues] == ["bad_row"]


def test_two_lists_side_by_side_are_no_list_of_one() -> None:
    """ "Infosys | -1.2%" was the reason why Netweb rose."""
    rows = "Netweb | +5.7% | Infosys | -1.2%\nEmcure | +4.0% | Wipro | -1.1%"
    result = read(f"Notable Gainers\n{rows}")
    assert movers(result.wrap) == []
    assert [issue.kind for issue in result.issues] == ["bad_row", "bad_row"]
    for heads in ("Stock | % chg | Stock | % chg", "Gainers | % chg | Losers | % chg"):
        result = read(f"Notable Gainers\n{heads}\n{rows}")
        assert [(row.name, str(row.change_pct)) for row in result.wrap.gainers] == [
            ("Netweb", "5.7"),
            ("Emcure", "4.0"),
        ]
        assert [(row.name, str(row.change_pct)) for row in result.wrap.decliners] == [
            ("Infosys", "-1.2"),
            ("Wipro", "-1.1"),
        ]
        assert result.issues == ()


def test_a_list_in_one_line_is_no_row() -> None:
    result = read("Movers\nWinners: NOKIA FH +3.1%, ERICB SS +2.0%\nLosers: NESTE FH -3.4%, EQNR NO -2.6%")
    assert movers(result.wrap) == []
    assert [issue.kind for issue in result.issues] == ["bad_row", "bad_row"]


def test_a_name_before_a_dash_where_all_rows_have_one() -> None:
    rows = "Gainers\nLRCX.US +7.2% Lam Research - capex plan\nNEM.US +5.9% Newmont - gold above $3,800"
    assert [row[2] for row in movers(read(rows).wrap)] == ["Lam Research", "Newmont"]
    assert [row[2:] for row in movers(read(rows.replace("Newmont - gold", "gold - well")).wrap)] == [
        (None, "Lam Research - capex plan"),
        (None, "gold - well above $3,800"),
    ]


def test_the_terminals_tickers_open_company_news() -> None:
    result = read("Company news:\nNOKIA FH: up to Buy from Hold\nVOLVB SS - TP SEK 310 (295)\nABB IN talks: to buy")
    assert [(row.ticker, row.text) for row in result.wrap.company_news] == [
        ("NOKIA FH", "up to Buy from Hold"),
        ("VOLVB SS", "TP SEK 310 (295)"),
        (None, "ABB IN talks: to buy"),
    ]


@pytest.mark.parametrize("bar", ["\t", "   ", " | "])
def test_releases_to_come_have_no_actual_figure(bar: str) -> None:
    rows = [
        ("Time (CET)", "Country", "Release", "Period", "Cons", "Prev"),
        ("08:00", "Sweden", "CPIF y/y, final", "Sep", "3.1%", "3.2%"),
        ("08:00", "NO", "Trade balance", "Aug", "…", "NOK43.6bn"),
        ("11:00", "Euro area", "Trade balance", "Aug", "-EUR1.2bn", "EUR 980m"),
        ("11:00", "EZ", "GDP q/q", "Q3 P", "n/a", "–"),
        ("14:30", "US", "Philadelphia Fed", "Oct", "8.5", "23.2 and 24.1"),
        ("16:00", "US", "NAHB index", "33.0", "32.0"),
    ]
    result = read("Economic:\n" + "\n".join(bar.join(row) for row in rows))
    assert releases(result.wrap) == [
        ("Sweden", "Sep", "CPIF y/y", None, "3.1", "3.2", "%"),
        ("NO", "Aug", "Trade balance", None, None, "43.6", "NOKbn"),
        ("Euro area", "Aug", "Trade balance", None, "-1.2", "0.980", "EURbn"),
        ("EZ", "Q3", "GDP q/q", None, None, None, None),
    ]
    assert [row.status for row in result.wrap.economic] == ["final", None, None, "preliminary"]
    assert [issue.kind for issue in result.issues] == ["bad_row", "bad_row"]


def test_last_is_the_actual_figure_beside_a_prior_one() -> None:
    def read_one(heads: str, row: str) -> list[tuple[str | None, ...]]:
        return [row[3:6] for row in releases(read(f"Economic:\n{heads}\n{row}").wrap)]

    assert read_one("Release | Last | Consensus | Previous", "CPI y/y | 3.8% | 4.0% | 3.9%") == [("3.8", "4.0", "3.9")]
    assert read_one("Release | Consensus | Last", "CPI y/y | 4.0% | 3.9%") == [(None, "4.0", "3.9")]
    assert read_one("Release | Latest | Consensus", "CPI y/y | 3.9% | 4.0%") == []


def test_the_heading_names_the_country_of_its_releases() -> None:
    rows = "October Goods Prices y/y: 2.7% (consensus 2.5%, prior 2.8%)\nUK CPI y/y Oct 3.8% (exp 4.0%, prev 3.9%)"
    result = read(f"Japan economic data:\n{rows}")
    assert releases(result.wrap) == [
        ("Japan", "October", "Goods Prices y/y", "2.7", "2.5", "2.8", "%"),
        ("UK", "Oct", "CPI y/y", "3.8", "4.0", "3.9", "%"),
    ]


def test_releases_right_under_data_are_told_by_their_heads() -> None:
    heads = "Country | Period | Indicator | Actual | Consensus | Prior"
    result = read(f"Data:\n\n{heads}\nTurkey | December | Repo Rate | 38.00% | 38.50% | 39.50%")
    assert releases(result.wrap) == [("Turkey", "December", "Repo Rate", "38.00", "38.50", "39.50", "%")]
    assert result.wrap.tables == ()


def table(wrap: MarketWrap, name: str) -> list[tuple[str | None, ...]]:
    figures = lambda *values: (None if value is None else str(value) for value in values)  # noqa: E731
    (rows,) = [table.rows for table in wrap.tables if table.name == name]
    return [(row.name, *figures(row.change, row.change_pct, row.level), row.change_unit) for row in rows]


def test_a_closed_market_does_not_move_by_the_years_change() -> None:
    """The head "since 1 Jan" was not known, and the year's change stood as the day's."""
    result = read(
        "Index | Close | +/- pts | +/- % | since 1 Jan\n"
        "Hang Seng | 26,172.85 | -171.29 | -0.65 % | +30.5 %\n"
        "Nikkei 225 | 45,493.66 | closed | closed | +14.0 %\n"
    )
    rows = [(row.name, str(row.change), str(row.change_pct), row.note) for row in result.wrap.markets[1:]]
    assert rows == [("Hang Seng", "-171.29", "-0.65", None), ("Nikkei 225", "None", "None", "closed")]
    assert table(result.wrap, "Market performance (since 1 Jan)") == [
        ("Hang Seng", None, "30.5", None, None),
        ("Nikkei 225", None, "14.0", None, None),
    ]


def test_a_tenor_is_no_level() -> None:
    """ "Euribor 3m" was Euribor at three million where the head over its level was not known."""
    for head in ("                      Fixing    Day, bp\n", ""):
        result = read(
            f"Money market:\n{head}Euribor 3m            2.024%       +0.6\nSOFR                   4.13%       +1.0\n"
        )
        unit = "bp" if head else None
        assert table(result.wrap, "Money market") == [
            ("Euribor 3m", "0.6", None, "2.024", unit),
            ("SOFR", "1.0", None, "4.13", unit),
        ]


def test_the_hole_of_a_row_between_wide_spaces_is_where_its_cells_do_not_stand() -> None:
    result = read(
        "Equities:\n"
        "                       Close        Day     Day %     YTD %\n"
        "DAX                24,611.25     +14.12    +0.06%    +23.6%\n"
        "TAIEX               3,549.21     closed              +47.9%\n"
        "SMI                12,601.77                         +8.6%\n"
        "CAC 40              8,041.36      half way   +0.1%\n"
        "AEX                   941.36      +1.10    +0.12%     +8.6%\n"
    )
    rows = [
        (row.name, str(row.change), str(row.change_pct), str(row.level), row.note) for row in result.wrap.markets[1:]
    ]
    assert rows == [
        ("DAX", "14.12", "0.06", "24611.25", None),
        ("TAIEX", "None", "None", "3549.21", "closed"),
        ("SMI", "None", "None", "12601.77", None),
        ("AEX", "1.10", "0.12", "941.36", None),
    ]
    assert [issue.kind for issue in result.issues] == ["bad_row"]  # a cell between two heads


def test_spans_in_basis_points() -> None:
    result = read("Treasuries:\nMaturity\tYield\tChg (bps)\tYTD (bps)\n2-Year\t3.588%\t-1.7\t-65.4\n")
    assert table(result.wrap, "Treasuries") == [("2-Year", "-1.7", None, "3.588", "bp")]
    assert table(result.wrap, "Treasuries (YTD bps)") == [("2-Year", "-65.4", None, None, "bp")]


def test_two_changes_in_percent_are_not_told_apart() -> None:
    result = read(
        "Index | Close | % Chg | Pre-mkt %\nDAX | 24,611.25 | +0.06% | -0.40%\nSMI | 12,601.77 | n/a | n/a\nAEX | 941.36 | +0.12% | n/a\n"
    )
    assert [row.name for row in result.wrap.markets] == ["KOSPI", "SMI", "AEX"]
    assert [issue.kind for issue in result.issues] == ["bad_row"]


def test_a_column_that_is_not_known_is_passed_over_and_told() -> None:
    result = read("Index | Close | Tendency | Change | % Chg\nDAX | 24,611.25 | 3.1 | +14.12 | +0.06%\n")
    assert [(row.name, str(row.change), str(row.change_pct)) for row in result.wrap.markets[1:]] == [
        ("DAX", "14.12", "0.06")
    ]
    assert [(issue.kind, issue.message) for issue in result.issues] == [
        ("row_note", 'The column "Tendency" of this table is in no field.')
    ]


def test_a_second_text_in_a_cell_is_no_part_of_the_name() -> None:
    page = (
        "<p>Sep 12 ,2025</p><h2>Gainers</h2><table><tr><th>Company</th><th>Symbol</th><th>% Chg</th></tr>"
        '<tr><td>Agnico Eagle<br><span class="s">bullion up</span></td><td>AEM-T</td><td>3.4</td></tr>'
        "<tr><td>Alimentation<br>Couche-Tard</td><td>ATD-T</td><td>2.6</td></tr>"
        "<tr><td>WH Smith</td><td>SMWH</td><td>1.2</td></tr></table>"
    )
    assert movers(parse_wrap(html_to_text(page)).wrap) == [
        ("3.4", "AEM-T", "Agnico Eagle", "bullion up"),
        ("2.6", "ATD-T", "Alimentation Couche-Tard", ""),
        ("1.2", "SMWH", "WH Smith", ""),
    ]


def test_a_company_is_not_its_own_ticker() -> None:
    """Under a head that was not known the ticker's column was passed over, and WH Smith was WH."""
    result = read("Risers:\nCompany | Kürzel | % change\nWH Smith | SMWH | +6.89%\n")
    assert movers(result.wrap) == [("6.89", None, "WH Smith", "")]


@pytest.mark.parametrize(("mark", "note"), [("*", "* at 17:30"), ("<sup>1</sup>", "<sup>1</sup> At 17:30")])
def test_the_mark_of_a_footnote_is_no_part_of_the_name(mark: str, note: str) -> None:
    page = f"<p>Sep 12 ,2025</p><h2>Indices</h2><table><tr><th>Index</th><th>Close</th><th>% Chg</th></tr><tr><td>S&P 500{mark}</td><td>6,731.18</td><td>-0.33%</td></tr></table><p>{note}</p>"
    result = parse_wrap(html_to_text(page))
    assert [row.name for row in result.wrap.markets] == ["S&P 500"]
    assert [section.name for section in result.wrap.sections] == ["Indices"]
    assert result.issues == ()


def test_a_row_is_called_as_the_index_and_not_as_its_market() -> None:
    result = read("Market | Index | Last | Chg | %\nDubai | DFMGI | 6,012.20 | 14.91 | 0.25\n")
    assert [row.name for row in result.wrap.markets] == ["KOSPI", "DFMGI"]
    result = read("Country | Index | Last | Chg | %\nDubai | DFMGI | 6,012.20 | 14.91 | 0.25\n")
    assert [row.name for row in result.wrap.markets] == ["KOSPI", "DFMGI"]


def test_yields_below_the_currencies_are_no_currencies() -> None:
    result = read(
        "FX & rates:\nPair | Level | Δ 1d\nUSD/SAR | 3.7502 | +0.0001\nUSD/EGP | 47.22 | -0.05\n"
        "Tenor | Yield (%) | Chg, bp\nUST 10Y | 4.10 | +1.2\nKSA 2033 | 4.71 | +0.4\n"
    )
    assert [row.pair for row in result.wrap.currencies] == ["USD/SAR", "USD/EGP"]
    assert table(result.wrap, "FX & rates") == [
        ("UST 10Y", "1.2", None, "4.10", "bp"),
        ("KSA 2033", "0.4", None, "4.71", "bp"),
    ]


def test_commodities_among_the_currencies_are_none() -> None:
    result = read(
        "Currency & commodity:\nUSD/INR          88.27   -0.19%\nDollar Index     97.55   +0.02%\nBrent ($/bbl)    66.99   +0.93%\n"
    )
    assert [row.pair for row in result.wrap.currencies] == ["USD/INR", "Dollar Index"]
    assert table(result.wrap, "Currency & commodity") == [("Brent ($/bbl)", None, "0.93", "66.99", None)]


@pytest.mark.parametrize("bar", ["\t", "     "])
def test_a_level_without_a_point_is_no_part_of_the_name(bar: str) -> None:
    """ "Brazil 141 -2" was Brazil 141 down 2."""
    result = read(f"Sovereign CDS 5Y (bp):\nBrazil{bar}141{bar}-2\nMexico{bar}92{bar}-1\n")
    assert table(result.wrap, "Sovereign CDS 5Y (bp)") == [
        ("Brazil", "-2", None, "141", None),
        ("Mexico", "-1", None, "92", None),
    ]


def test_a_name_as_wide_as_its_column_ends_before_the_level() -> None:
    result = read(
        "Index        Close       Chg      %Chg    PE\n"
        "Sensex     81,904.70   355.97    0.44    22.9\n"
        "Bank Nifty 54,809.30   139.70    0.26    14.8\n"
    )
    assert [(row.name, str(row.change), str(row.change_pct), str(row.level)) for row in result.wrap.markets[1:]] == [
        ("Sensex", "355.97", "0.44", "81904.70"),
        ("Bank Nifty", "139.70", "0.26", "54809.30"),
    ]


def test_closed_is_no_part_of_a_name() -> None:
    result = read("Index Last 1D 5D YTD\nCAC 40 7,761.32 +0.15% +0.5% +5.2%\nAthens GD closed - - +38.1%\n")
    rows = [(row.name, str(row.change_pct), row.note) for row in result.wrap.markets[1:]]
    assert rows == [("CAC 40", "0.15", None), ("Athens GD", "None", "closed")]
    result = read("Athens GD closed - - +38.1%\nCAC 40: +0.15% to 7,761.32\n")
    assert [issue.kind for issue in result.issues] == ["bad_row"]


def test_an_arrow_signs_both_figures_of_its_row() -> None:
    result = read(
        "Futures:\n | Last | Chg | %\nDow Dec | 46,902 | ▼ 18 | 0.04%\nS&P 500 Dec | 6,797.50 | ▲ 21.25 | 0.31%\n"
    )
    assert table(result.wrap, "Futures") == [
        ("Dow Dec", "-18", "-0.04", "46902", None),
        ("S&P 500 Dec", "21.25", "0.31", "6797.50", None),
    ]


def test_two_movers_in_a_line_are_not_one() -> None:
    result = read("Notable Gainers:\nInditex +6.5% Novo Nordisk -2.9%\nRheinmetall +4.1%: order\n")
    assert movers(result.wrap) == [("4.1", None, "Rheinmetall", "order")]
    assert [issue.kind for issue in result.issues] == ["bad_row"]


def test_a_price_is_no_part_of_a_mover() -> None:
    result = read(
        "Gainers:\nBajaj Finance  +3.4%  (1,003.20)\nCemex 18.91 +2.1%: upgrade\n700.HK   Tencent   HK$ 586.00   +1.7%   Q2 beat\n"
    )
    assert movers(result.wrap) == [
        ("3.4", None, "Bajaj Finance", ""),
        ("2.1", None, "Cemex", "upgrade"),
        ("1.7", "700.HK", "Tencent", "Q2 beat"),
    ]


def test_a_table_among_prose_opens_by_its_heads() -> None:
    """Its rows stood in the body of the story above it."""
    result = parse_wrap(
        "Asia close\nSep 12 ,2025\n\nDigest:\nTencent beats:\nTencent (700.HK) rose on ads, and several brokers raised their targets.\n\n"
        "Index            Last        Net      Pct\nNikkei 225   42,649.26   -625.41   -1.45%\nKOSPI         3,225.66     +1.29   +0.04%\n"
    )
    assert [row.name for row in result.wrap.markets] == ["Nikkei 225", "KOSPI"]
    assert [item.body for item in result.wrap.digest] == [
        "Tencent (700.HK) rose on ads, and several brokers raised their targets."
    ]


def test_winners_and_losers_in_one_list_are_parted_by_their_signs() -> None:
    result = read("Winners & losers:\n- Pfizer (PFE) +6.8%: accord\n- Spotify (SPOT) -4.2%: founder leaves\n")
    assert [row.name for row in result.wrap.gainers] == ["Pfizer"]
    assert [row.name for row in result.wrap.decliners] == ["Spotify"]


def test_a_name_that_opens_in_capitals_is_no_ticker_among_names() -> None:
    """HCL Tech was Tech, with the ticker HCL."""
    result = read("Top gainers (Nifty):\nBharti Airtel    1,922.30   +1.33%\nHCL Tech         1,433.00   +1.18%\n")
    assert movers(result.wrap) == [("1.33", None, "Bharti Airtel", ""), ("1.18", None, "HCL Tech", "")]


def test_currencies_by_their_own_codes() -> None:
    result = read(
        "FX (vs USD):\nCurrency | Spot | Prev | Chg %\nZAR | 17.71 | 17.66 | -0.28\nNGN | 1,534 | 1,535 | +0.07\n"
    )
    rows = [(row.pair, str(row.level), str(row.change_pct)) for row in result.wrap.currencies]
    assert rows == [("ZAR", "17.71", "-0.28"), ("NGN", "1534", "0.07")]
