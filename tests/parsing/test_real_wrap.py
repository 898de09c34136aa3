"""The real wrap of 12 September 2025, read in full. It is licensed, so it lies beside the checkout and may be missing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from llm_wrap.models import ParseResult
from llm_wrap.parsing import account_lines, parse_wrap

WRAP = Path(__file__).parents[3] / "shared" / "wraps" / "2025-09-12-asia-recap.txt"


@pytest.fixture(scope="module")
def text() -> str:
    if not WRAP.exists():
        pytest.skip("the licensed wrap is not beside this checkout")
    return WRAP.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def result(text: str) -> ParseResult:
    return parse_wrap(text)


def test_counts(result: ParseResult) -> None:
    wrap = result.wrap
    assert str(wrap.session_date) == "2025-09-12"
    assert (wrap.region, wrap.kind, wrap.title) == ("asia", "recap", None)
    counts = [len(part) for part in (wrap.synopsis, wrap.digest, wrap.gainers, wrap.decliners, wrap.economic)]
    assert counts == [4, 5, 5, 3, 1]
    assert (len(wrap.markets), len(wrap.currencies)) == (7, 5)
    assert (wrap.tables, wrap.company_news, wrap.sections) == ((), (), ())


def test_first_digest_item(result: ParseResult) -> None:
    item = result.wrap.digest[0]
    assert item.headline.startswith("Bullish AI")
    assert not item.headline.endswith(":")
    assert item.tickers == ("9988.HK", "2330.TT", "000660.KS", "ORCL", "9984.JP")
    assert item.sources == ("Bloomberg", "Reuters")
    assert len(item.sentences) == 8
    assert all(sentence in item.body for sentence in item.sentences)


def test_revised_print(result: ParseResult) -> None:
    row = result.wrap.economic[0]
    assert (row.country, row.period, row.indicator) == ("Japan", "July", "Industrial Production m/m")
    assert (row.revised, row.actual, row.prior, row.consensus) == (True, Decimal("-1.2"), Decimal("-1.6"), None)


def test_signs_and_zeros_as_printed(result: ParseResult) -> None:
    rates = {row.pair: (str(row.change), str(row.change_pct), str(row.level)) for row in result.wrap.currencies}
    assert rates == {
        "$-¥": ("0.39", "0.27", "147.6150"),
        "$-KRW": ("-1.19", "-0.09", "1388.4700"),
        "A$-$": ("-0.00", "-0.06", "0.6656"),
        "$-INR": ("0.03", "0.03", "88.2958"),
        "$-CNY": ("0.00", "0.03", "7.1207"),
    }
    levels = {row.name: str(row.change_pct) for row in result.wrap.markets}
    assert levels["Shanghai Composite"] == "-0.12"
    assert levels["KOSPI"] == "1.54"


def test_ticker_conflict_is_reported(result: ParseResult) -> None:
    conflicts = [issue for issue in result.issues if issue.kind == "ticker_conflict"]
    assert len(conflicts) == 1
    assert "000660.SK" in conflicts[0].message
    assert "000660.KS" in conflicts[0].message


def test_disclaimer_stands_apart(result: ParseResult) -> None:
    assert result.wrap.disclaimer is not None
    assert result.wrap.disclaimer.count("\n") == 5
    assert result.wrap.disclaimer.endswith("GUARANTEE")


def test_every_line_has_an_owner(text: str) -> None:
    accounts = account_lines(text)
    assert len(accounts) == sum(bool(line.strip()) for line in text.splitlines())
    assert [account for account in accounts if account.owner == "unparsed_line"] == []
