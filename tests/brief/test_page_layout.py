"""Where the reading of the day stands on a wide screen."""

from __future__ import annotations

from dataclasses import replace

from llm_wrap.brief.page_layout import Place, place_reading
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.view import view_brief
from llm_wrap.models import Brief
from tests.brief.samples import make_brief


def _place(brief: Brief, rows: int) -> Place:
    view = view_brief(brief)
    return place_reading(view, view_reading(view), [rows])


def test_the_reading_fills_the_shorter_column_or_follows_both() -> None:
    brief = make_brief()
    assert _place(brief, 5) == "beside"
    assert _place(brief, 50) == "below"
    assert _place(brief, 90) == "under"
    assert _place(replace(brief, items=brief.items[:1], labels=brief.labels[:1]), 25) == "under"
