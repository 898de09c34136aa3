"""What the audit says, and what it does not say: a false alarm is as bad as a missed defect."""

from __future__ import annotations

import pytest

from llm_wrap.models import ParseIssue
from llm_wrap.parsing import parse_wrap

MARKETS = """Markets:
Nikkei: 395.62 or +0.89% to 44768.12
Hang Seng: 301.84 or +1.16% to 26388.16
KOSPI: 51.34 or +1.54% to 3395.54
Shanghai Composite: (4.71) or (0.12%) to 3870.60
"""


def issues(text: str) -> list[ParseIssue]:
    return list(parse_wrap(text).issues)


def kinds(text: str) -> list[tuple[int, str]]:
    return [(issue.line, issue.kind) for issue in issues(text)]


def test_a_sound_wrap_has_no_issue() -> None:
    assert kinds(f"Sep 12 ,2025\nSynopsis:\nAsia ended higher Friday. The KOSPI led the gains.\n{MARKETS}") == []


@pytest.mark.parametrize(
    "row",
    [
        "A$-$: (0.00) or (0.06%) to 0.6656",
        "$-CNY: +0.00 or +0.03% to 7.1207",
        "$-INR: +0.03 or +0.03% to 88.2958",
        "X: 0 or +0.4% to 12",
    ],
)
def test_printed_rounding_is_no_mismatch(row: str) -> None:
    assert kinds(f"Sep 12 ,2025\nCurrencies:\n{row}") == []


def test_figures_that_do_not_tie() -> None:
    (issue,) = issues(f"Sep 12 ,2025\n{MARKETS.replace('+0.89%', '+0.98%')}")
    assert (issue.line, issue.kind) == (3, "arithmetic_mismatch")
    assert "0.98%" in issue.message
    assert parse_wrap(f"Sep 12 ,2025\n{MARKETS.replace('+0.89%', '+0.98%')}").wrap.markets[0].change_pct is not None


def test_change_and_percent_of_different_sign() -> None:
    assert kinds(f"Sep 12 ,2025\n{MARKETS.replace('(4.71)', '4.71')}") == [(6, "sign_conflict")]


def test_a_riser_among_the_decliners() -> None:
    assert kinds("Sep 12 ,2025\nNotable Decliners:\n-1.0% 6030.HK (CITIC): x\n+0.8% 2229.JP (Calbee): y") == [
        (4, "sign_conflict")
    ]


def test_a_row_that_stands_twice() -> None:
    assert kinds(f"Sep 12 ,2025\n{MARKETS}Nikkei: 395.62 or +0.89% to 44768.12\n") == [(7, "duplicate_row")]


DIGEST = "Sep 12 ,2025\nDigest:\nChips:\n{}\n" + MARKETS


@pytest.mark.parametrize(
    "body",
    [
        "Alibaba (9988.HK) rose, its ADR (BABA) too, and Alibaba Group (9988.HK) again.",
        "Santander (SAN.SM) fell and Sanofi (SAN.FP) rose.",
        "Rio Tinto (RIO.LN) and Rio Tinto (RIO.AU) rose.".replace("RIO.AU", "RTX.AU"),
        "CITIC Securities (6030.HK) fell; E-Life (6030.TT) rose.",
    ],
)
def test_two_listings_and_two_companies_are_no_conflict(body: str) -> None:
    assert kinds(DIGEST.format(body)) == []


@pytest.mark.parametrize(
    "body",
    ["SK Hynix (000660.SK) led; SK Hynix (000660.KS) again.", "Alibaba (9988.HK) rose. Alibaba (9888.HK) rose."],
)
def test_one_company_under_two_tickers(body: str) -> None:
    assert kinds(DIGEST.format(body)) == [(4, "ticker_conflict")]


def test_one_ticker_under_two_names() -> None:
    rows = "Notable Gainers:\n+1.0% 6030.HK (CITIC): x\nNotable Decliners:\n-1.0% 6030.HK (Yageo): y"
    assert (5, "ticker_conflict") in kinds(f"Sep 12 ,2025\n{rows}")


def test_an_exchange_that_is_none() -> None:
    assert kinds(DIGEST.format("Kestrel (9627.QX) rose.")) == [(4, "unknown_exchange")]
    assert kinds(DIGEST.format("Kestrel (KES1L.LH) rose.")) == []


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("", [(0, "bad_date")]),
        ("Feb 30 ,2025\n", [(1, "bad_date")]),
        ("Sep 12 ,2025\nSep 11 ,2025\n", [(2, "bad_date")]),
        ("Thursday, September 12, 2025\n", [(1, "bad_date")]),
        ("Sep 13 ,2025\n", [(1, "bad_date")]),
        ("Friday, September 12, 2025\n", []),
        ("Sep 12 ,2025\n12-Sep-2025\n", []),
    ],
)
def test_dates(dates: str, expected: list[tuple[int, str]]) -> None:
    assert kinds(f"{dates}{MARKETS}") == expected


@pytest.mark.parametrize(
    ("opening", "bad"),
    [
        ("Asia equities ended higher Friday as tech rallied.", True),
        ("Asia equities ended higher Thursday as tech rallied.", False),
        ("Asia equities rose from Wednesday's lows as tech rallied.", False),
        ("Asia equities ended higher Thursday. China data is due Friday.", False),
        ("Asia equities ended higher as tech rallied. China data is due Friday.", False),
    ],
)
def test_a_year_that_contradicts_the_weekday_named_in_the_text(opening: str, bad: bool) -> None:
    assert kinds(f"Sep 12 ,2024\nSynopsis:\n{opening}\n{MARKETS}") == ([(1, "bad_date")] if bad else [])


@pytest.mark.parametrize(
    "claim",
    [
        "The Hang Seng led the advances.",
        "Gains were led by the Nikkei.",
        "Nikkei rose most in the region.",
        "The Shanghai Composite was the only gainer.",
        "The Nikkei fell on profit taking.",
        "Hang Seng closed lower.",
        "The KOSPI rose 1.8%.",
    ],
)
def test_a_claim_that_the_table_contradicts(claim: str) -> None:
    (issue,) = issues(f"Sep 12 ,2025\nSynopsis:\nAsia was mixed. {claim}\n{MARKETS}")
    assert (issue.line, issue.kind) == (3, "prose_table_mismatch")
    assert claim.rstrip(".") in issue.text


@pytest.mark.parametrize(
    "claim",
    [
        "The KOSPI led the advances.",
        "The Nikkei rose 0.9%.",
        "The Nikkei fell 2% this week.",
        "Nikkei futures fell overnight.",
        "The Hang Seng Tech index led the advances.",
        "The Shanghai Composite was the only decliner.",
        "The Nikkei has fallen since Monday.",
        "The Hang Seng fell at one point before it closed higher.",
        "KOSPI 1.5% higher.",
    ],
)
def test_a_claim_that_holds_or_is_about_something_else(claim: str) -> None:
    assert kinds(f"Sep 12 ,2025\nSynopsis:\nAsia was mixed. {claim}\n{MARKETS}") == []


ROUND_UP = "Asia was mixed. Nikkei, Hang Seng and KOSPI up. "


@pytest.mark.parametrize("claim", ["Japan off slightly with miners a drag.", "Thailand flat, Japan also lower."])
def test_a_country_that_went_the_other_way(claim: str) -> None:
    (issue,) = issues(f"Sep 12 ,2025\nSynopsis:\n{ROUND_UP}{claim}\n{MARKETS}")
    assert (issue.line, issue.kind) == (3, "prose_table_mismatch")
    assert issue.message.startswith("The text has Japan down, the table has Nikkei at ")


@pytest.mark.parametrize(
    "text",
    [
        ROUND_UP + "Japan up slightly, Taiwan lower.",
        ROUND_UP + "Japan lower house passed the budget.",
        ROUND_UP + "Japan fell 15% against a swollen base.",
        ROUND_UP + "Japan lower on the week.",
        "Nikkei up. Japan lower with rice prices.",
    ],
)
def test_a_country_that_stands_for_something_else(text: str) -> None:
    assert kinds(f"Sep 12 ,2025\nSynopsis:\n{text}\n{MARKETS}") == []


def test_a_claim_that_the_table_cannot_confirm() -> None:
    (issue,) = issues(f"Sep 12 ,2025\nSynopsis:\nAsia was mixed. The Taiex led the advances.\n{MARKETS}")
    assert (issue.line, issue.kind) == (3, "prose_table_mismatch")
    assert "no row" in issue.message


def test_the_title_against_the_table() -> None:
    head = "StreetAccount Summary - Asian Market Recap: Nikkei +0.98%, Hang Seng +1.16%\nSep 12 ,2025\n"
    assert kinds(head + MARKETS) == [(1, "prose_table_mismatch")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"Sep 12 ,2025\n{MARKETS}DAX: 12.40 or +0.1", 7),
        (f"Sep 12 ,2025\n{MARKETS}DAX: (0.6", 7),
        (
            f"Sep 12 ,2025\n{MARKETS}Digest:\nChips:\nOrders at Kestrel rose as the company said that its book was full and th",
            9,
        ),
        (f"Sep 12 ,2025\n{MARKETS}Digest:\nChips:\nOrders rose... [message truncated]", 9),
    ],
)
def test_a_text_that_breaks_off(text: str, line: int) -> None:
    assert kinds(text) == [(line, "truncated")]
