"""Every wrap of the corpus in every format: the document is valid, the page is well-formed, the lines fit."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len
from rich.console import Console

from llm_wrap.brief.build import build_brief
from llm_wrap.brief.document import document_schema, render_json, to_document
from llm_wrap.brief.html import render_html
from llm_wrap.brief.markdown import render_markdown
from llm_wrap.brief.text import print_brief
from llm_wrap.config import Settings
from llm_wrap.models import Brief
from llm_wrap.pipeline import read_wrap
from tests.conftest import ROOT

_WRAPS = sorted(path for path in (ROOT / "evals" / "corpus").glob("2*") if path.suffix != ".json")


def test_there_is_a_corpus() -> None:
    assert len(_WRAPS) > 20


@cache
def _brief(path: Path) -> Brief:
    result = read_wrap(str(path), Settings())
    return build_brief(result, source="digest", items=result.wrap.digest)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(document_schema())


@pytest.mark.parametrize("path", _WRAPS, ids=lambda path: path.name)
def test_it_renders(path: Path) -> None:
    brief = _brief(path)
    _validator().validate(json.loads(render_json(to_document(brief))))
    for width in (60, 100):
        page = io.StringIO()
        print_brief(brief, Console(file=page, width=width), full=True)
        assert max(map(cell_len, page.getvalue().splitlines())) <= width
    markdown, html = render_markdown(brief), render_html(brief)
    figures = [row.level for row in (*brief.wrap.markets, *brief.wrap.currencies) if row.level is not None]
    for text in (page.getvalue(), markdown, html):
        assert all(format(figure, "f") in text for figure in figures)
    assert html.rstrip().endswith("</html>")
