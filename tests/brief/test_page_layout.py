"""Where the reading of the day stands on a wide screen."""

from __future__ import annotations

from dataclasses import replace

from llm_wrap.brief.page_layout import fits_beside
from llm_wrap.brief.reading_view import view_reading
from llm_wrap.brief.view import view_brief
from llm_wrap.models import Brief
from tests.brief.samples import make_brief


def _fits(brief: Brief, rows: int) -> bool:
    view = view_brief(brief)
    return fits_beside(view, view_reading(view), [rows])


def test_few_tables_leave_room_beside_the_items_and_many_do_not() -> None:
    brief = make_brief()
    assert _fits(brief, 5)
    assert not _fits(brief, 60)
    assert not _fits(replace(brief, items=brief.items[:1], labels=brief.labels[:1]), 5)
