"""Which days an exchange trades, from the package `holidays` (the extra `schedule`). Without it Monday to Friday, and said so.

A day with a shortened session is a trading day. Holidays that a government sets late (those that go by the moon, elections)
are in the package's later releases only: keep it up to date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from llm_wrap.delivery.planning import IsTradingDay, is_weekday
from llm_wrap.errors import SettingsError

# Names that people use, to the codes that `holidays` knows. It knows JPX, HKEX, SSE, KRX, TWSE, NSE, ASX, LSE, NYSE, B3 itself.
_ALIASES = {
    "XTKS": "XJPX",
    "EURONEXT": "XPAR",
    "XETRA": "XETR",
    "DAX": "XETR",
    "XBSP": "BVMF",
    "BOVESPA": "BVMF",
}
_SAMPLE = date(2025, 1, 6)  # a Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingDays:
    """Whether a day is one.

    Attributes:
        name: whose days they are, for messages.
        doubt: what the user must know about them, in a sentence; None where all is well.
    """

    is_open: IsTradingDay
    name: str
    doubt: str | None = None

    def weekdays(self) -> tuple[int, ...]:
        """The days of a week, Monday 0, on which trading is usual."""
        return tuple(
            day
            for day in range(7)
            if any(self.is_open(_SAMPLE + timedelta(days=day + 7 * week)) for week in range(26, 34))
        )


def open_calendar(exchange: str | None) -> TradingDays:
    """The trading days of an exchange, named by its code or a usual name, in any case; None is Monday to Friday.

    Raises:
        SettingsError: `holidays` is there and knows no such exchange.
    """
    if exchange is None:
        return TradingDays(is_open=is_weekday, name="Monday to Friday")
    try:
        import holidays
    except ImportError:
        return TradingDays(
            is_open=is_weekday,
            name="Monday to Friday",
            doubt=f"the trading days of {exchange} are not known here: Monday to Friday count, holidays too; "
            "pip install holidays (the extra `schedule`) brings them",
        )
    code = _ALIASES.get(exchange.strip().upper(), exchange.strip().upper())
    try:
        calendar = holidays.financial_holidays(code)
    except NotImplementedError:
        known = ", ".join(sorted({*holidays.list_supported_financial(), "XTKS", "EURONEXT"}))
        raise SettingsError(f"morning.calendar = {exchange!r} is no exchange that is known: {known}") from None
    return TradingDays(is_open=lambda day: bool(calendar.is_working_day(day)), name=code)
