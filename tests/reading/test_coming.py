"""Each rule by which a figure is not to come holds of its sentence, and without it the figure would be."""

from datetime import date
from typing import Any

import pytest

from llm_wrap.models import MarketWrap
from llm_wrap.reading import claims, coming
from llm_wrap.reading.day import read_day


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("_is_of_one_house", "Nomura sees CPI at 2.1%."),
        ("_is_told_after_comma", "Swiss inflation, expected to be 0.1%, was 0.2%."),
        ("_is_for_a_year", "US GDP is seen at 2.1% this year."),
        ("_is_for_a_year", "The Fed is expected to cut its policy rate to 3.5% by July."),
        ("_is_of_a_forecast", "NODX forecast raised to 2.5%."),
        ("_had_been", "Retail sales for August had grown 0.7%, economists say."),
        ("_is_out", "US retail sales beat the consensus of 0.2%."),
        ("_is_out_beside", "PPI -2.9% (consensus -2.8%)."),
    ],
)
def test_one_rule_alone_holds_a_figure_back(rule: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []

    def note(*args: Any) -> bool:
        told.append(coming.is_ahead(*args))
        return told[-1]

    monkeypatch.setattr(claims, "is_ahead", note)
    wrap = MarketWrap(session_date=date(2025, 11, 6), synopsis=(text,))
    read_day(wrap)
    others = tuple(one for one in coming._NOT_AHEAD if one.__name__ != rule)
    monkeypatch.setattr(coming, "_NOT_AHEAD", others)
    read_day(wrap)
    assert told == [False, True]
