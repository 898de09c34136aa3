"""A random wrap, written in a random layout, is read back as the same records. LLM_WRAP_EXAMPLES sets how often."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass, replace
from random import Random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from llm_wrap.parsing import parse_wrap
from tests.parsing.canonical import render_canonical
from tests.parsing.layouts import Layout, make_wrap, render_layout

EXAMPLES = int(os.environ.get("LLM_WRAP_EXAMPLES", "150"))
# The short run is the same each time, so that it says something about a change and not about luck; the long one searches.
LONG_RUN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="LLM_WRAP_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
DERIVED = {"line", "sentences", "tickers", "sources"}


def plain(record: object, drop: frozenset[str] | set[str] = DERIVED) -> object:
    """A record as comparable data; decimals by their digits, because 0.0 is not 0."""
    if is_dataclass(record):
        return {f.name: plain(getattr(record, f.name), drop) for f in fields(record) if f.name not in drop}
    if isinstance(record, tuple):
        return [plain(part, drop) for part in record]
    return record if isinstance(record, bool) or record is None else str(record)


@LONG_RUN
@example(52176983927)  # quoted, two bullets, one paragraph each: only one line proves the wrapping
@given(st.integers(min_value=0, max_value=2**40))
def test_any_layout_reads_back(seed: int) -> None:
    random = Random(seed)
    wrap = make_wrap(random)
    layout = Layout.draw(random)
    if layout.heading == "caps":  # a table's name is kept as printed
        tables = tuple(replace(table, name=table.name.upper()) for table in wrap.tables)
        sections = tuple(replace(section, name=section.name.upper()) for section in wrap.sections)
        wrap = replace(wrap, tables=tables, sections=sections)
    result = parse_wrap(render_layout(wrap, layout, random))
    expected, found = plain(wrap, DERIVED | {"region"}), plain(result.wrap, DERIVED | {"region"})
    assert found == expected, layout
    assert [issue for issue in result.issues if issue.kind in ("unparsed_line", "bad_row", "arithmetic_mismatch")] == []


@LONG_RUN
@given(st.integers(min_value=0, max_value=2**40))
def test_canonical_layout_reads_back(seed: int) -> None:
    wrap = parse_wrap(render_canonical(make_wrap(Random(seed)))).wrap
    assert plain(parse_wrap(render_canonical(wrap)).wrap, {"line"}) == plain(wrap, {"line"})
