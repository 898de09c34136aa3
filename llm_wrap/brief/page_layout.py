"""How the page uses a wide screen. In: a view, its sections and tables. Out: where the reading stands.

The items take one column and the tables the other. The sections of the reading stand below the tables, "beside" the items, or below the items,
"under" them, or "below" both, over the whole width: wherever the page is shortest. Heights are pixels of a column on a laptop, near enough to choose by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from llm_wrap.brief.section import SectionView
from llm_wrap.brief.view import BriefView

_HEAD, _ITEM, _DAY, _LINE, _ROW, _MOVER, _SECTION_ROW = 110, 210, 66, 30, 45, 65, 52


Place = Literal["beside", "under", "below"]


def place_reading(view: BriefView, sections: Sequence[SectionView], levels: Sequence[int]) -> Place:
    """Where the middle sections stand. `levels`: rows of each level table."""
    wrap = view.brief.wrap
    left = (
        _DAY * (len(view.day) or 4)
        + sum(_HEAD + _ITEM * len(group.items) for group in view.groups)
        + sum(_HEAD + _SECTION_ROW * len(section.rows) for section in sections if section.spot == "top")
        + (_HEAD + _LINE * len(view.groups) if view.has_labels else 0)
    )
    movers = len(wrap.gainers) + len(wrap.decliners)
    right = (
        sum(_HEAD + _LINE * rows for rows in levels)
        + sum(_HEAD + _ROW * len(rows) for rows in (wrap.economic, wrap.company_news) if rows)
        + (_HEAD + _MOVER * movers if movers else 0)
    )
    middle = sum(_HEAD + _SECTION_ROW * len(section.rows) for section in sections if section.spot == "middle")
    heights: dict[Place, float] = {
        "beside": max(left, right + middle),
        "under": max(left + middle, right),
        "below": max(left, right) + middle / 2,  # in two columns
    }
    return min(heights, key=lambda place: heights[place])
