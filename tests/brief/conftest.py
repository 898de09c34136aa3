"""The briefs that the renderers are tried on."""

from __future__ import annotations

import pytest

from llm_wrap.models import Brief, MarketWrap
from tests.brief.samples import make_brief


@pytest.fixture
def brief() -> Brief:
    return make_brief()


@pytest.fixture
def bare_brief() -> Brief:
    """What is left of a text with nothing in it."""
    return Brief(wrap=MarketWrap())
