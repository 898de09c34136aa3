"""What the table of releases still expects: its rows without an actual figure. In: a wrap. Out: expectations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from llm_wrap.models import EconomicPrint, Expectation, MarketWrap, Place
from llm_wrap.parsing.release_days import find_day
from llm_wrap.reading.country_codes import name_country, read_row_country
from llm_wrap.reading.times import find_times


def list_calendar_rows(wrap: MarketWrap) -> Iterator[Expectation]:
    """The releases to come, in the order of the table; one whose day is gone is none."""
    for number, row in enumerate(wrap.economic):
        due = _find_due(row, wrap)
        if row.actual is not None or (due and wrap.session_date and due < wrap.session_date):
            continue
        countries, indicator = read_row_country(row, wrap.economic)
        yield Expectation(
            country=name_country(countries) or row.country,
            indicator=indicator,
            period=row.period,
            consensus=row.consensus,
            prior=row.prior,
            unit=row.unit,
            due=due,
            words=row.indicator,
            place=Place(section="economic", item=number, line=row.line),
            stated_on=wrap.session_date,
        )


def _find_due(row: EconomicPrint, wrap: MarketWrap) -> date | None:
    """The day that a row or its heading gives; an hour alone is one of the session that a preview is for."""
    if row.when is None or wrap.session_date is None:
        return None
    day = find_day(row.when)
    if day is None:
        return wrap.session_date if wrap.kind in ("preview", "pre-open") else None
    times = find_times(day.title() if day.isupper() else day, wrap.session_date)
    return next((time.first for time in times if time.first == time.last), None)
