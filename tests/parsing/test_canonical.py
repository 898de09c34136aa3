"""The corpus in the canonical layout reads back as the same records."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_wrap.parsing import parse_wrap
from llm_wrap.sources import read_wrap_text
from tests.parsing.canonical import render_canonical
from tests.parsing.test_corpus import TRUTHS, find_source
from tests.parsing.test_layouts import plain

# Wraps of other houses have what the real wraps' layout has no form for: a space in a ticker, releases to come, headings of
# their own. Each of their records is held by its truth.
_OF_ITS_KIND = [truth for truth in TRUTHS if not truth.stem.endswith(("-xb", "-xc", "-xd", "-ya", "-yb", "-yc"))]


@pytest.mark.parametrize("truth", _OF_ITS_KIND, ids=lambda path: path.stem)
def test_canonical_text_reads_back(truth: Path) -> None:
    wrap = parse_wrap(read_wrap_text(str(find_source(truth))).text).wrap
    text = render_canonical(wrap)
    again = parse_wrap(text).wrap
    assert plain(again, {"line"}) == plain(wrap, {"line"})
    assert render_canonical(again) == text
