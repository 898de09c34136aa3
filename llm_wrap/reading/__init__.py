"""What a wrap says about itself, found by code alone: tape, exposure, calendar, expectations, attribution, watchlist."""

from llm_wrap.reading.day import read_day

__all__ = ["read_day"]
