"""What a report is made of. Numbers are formatted here, so that Markdown and HTML say the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from llm_wrap.evaluation.statistics.interval import Estimate

THIN = 30  # items under which a figure is grey: its interval is wider than what it tells


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """`grey`: too few items to go by. `heat`: 0 to 1 for each cell, its shade in HTML."""

    cells: tuple[str, ...]
    grey: bool = False
    heat: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The first `text_columns` columns are words, the others figures."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    text_columns: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG element, and in words what it shows: Markdown has the words only."""

    svg: str
    words: str


Block: TypeAlias = Heading | Paragraph | Table | Figure


def show_share(value: float | None) -> str:
    """
    >>> show_share(0.9049), show_share(None)
    ('0.905', '–')
    """
    return "–" if value is None or math.isnan(value) else f"{value:.3f}"


def show_estimate(estimate: Estimate) -> str:
    """
    >>> show_estimate(Estimate(0.9, 0.85, 0.94)), show_estimate(Estimate(0.9, None, None))
    ('0.900 [0.850, 0.940]', '0.900')
    """
    if estimate.low is None or estimate.high is None:
        return show_share(estimate.value)
    return f"{show_share(estimate.value)} [{show_share(estimate.low)}, {show_share(estimate.high)}]"
