"""Which print met an expectation. In: expectations and the economic rows of a later wrap. Out: actual and surprise filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from llm_wrap.models import EconomicPrint, Expectation
from llm_wrap.reading.country_codes import read_row_country
from llm_wrap.reading.regions import same_country
from llm_wrap.reading.release_periods import quarter_of


def is_same_release(one: Expectation, other: Expectation) -> bool:
    """Whether two expectations are of one release."""
    return (
        _same_name(one.indicator, other.indicator)
        and (one.country is None or other.country is None or same_country(one.country, other.country))
        and same_period(one.period, other.period)
    )


def _same_name(one: str, other: str) -> bool:
    from llm_wrap.reading.indicators import read_indicator, same_indicator

    if one.casefold() == other.casefold():
        return True  # also a release that we do not know
    left, right = read_indicator(one), read_indicator(other)
    return left is not None and right is not None and same_indicator(left, right)


def same_period(one: str | None, other: str | None) -> bool:
    """Whether two periods can be one: "August" and "Aug" are, and an unknown one hinders nothing.

    >>> same_period("August", "Aug"), same_period("Q3", "August"), same_period(None, "July")
    (True, False, True)
    >>> same_period("June quarter", "Q2"), same_period("three months to August", "August")
    (True, True)
    """
    if one is None or other is None:
        return True
    quarters = quarter_of(one), quarter_of(other)
    if quarters != (None, None):
        return quarters[0] == quarters[1]
    return _month_of(one) == _month_of(other)


def _month_of(period: str) -> str:
    """The first three letters of a period's month: "first half of September" and "three months to September" are September's."""
    return period.casefold().removeprefix("mid-").split()[-1][:3]


def meet_expectation(one: Expectation, prints: Sequence[EconomicPrint], session: date) -> Expectation:
    """The expectation with the print that met it, or as it is. A revised or final print of an older period meets nothing.

    What the print's own row says was expected, and what was before, is the later word and stands.
    """
    for row in prints:
        if row.actual is None or row.status == "revised":
            continue
        countries, indicator = read_row_country(row, prints)
        if not _same_name(one.indicator, indicator) or not same_period(one.period, row.period):
            continue
        if not any(same_country(one.country, country) for country in countries):
            continue
        if len(countries) > 1 and not _is_told_by_figures(one, row):
            continue
        if (one.unit or None) != (row.unit or None) and not _same_unit(one.unit, row.unit):
            continue
        consensus = one.consensus if row.consensus is None else row.consensus
        surprise = None if consensus is None else row.actual - consensus
        prior = one.prior if row.prior is None else row.prior
        return replace(one, consensus=consensus, prior=prior, actual=row.actual, surprise=surprise, met_on=session)
    return one


def _is_told_by_figures(one: Expectation, row: EconomicPrint) -> bool:
    """Whether a row whose code is that of two countries has the period of an expectation, and the figures too."""
    figures = [(one.consensus, row.consensus), (one.prior, row.prior)]
    return None not in (one.period, row.period) and any(mine is not None and mine == its for mine, its in figures)


def _same_unit(one: str | None, other: str | None) -> bool:
    """ "$B" and "US$B" are one unit; a percentage and a level are two."""
    return (one or "").removeprefix("US").upper() == (other or "").removeprefix("US").upper()
