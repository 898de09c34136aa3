"""Every cite leads to its sentence: in the text form and Markdown with --cite, on hover in HTML, by characters in JSON."""

from __future__ import annotations

from dataclasses import replace

from llm_wrap.brief.document import to_document
from llm_wrap.brief.html import render_html
from llm_wrap.brief.markdown import render_markdown
from llm_wrap.brief.text import render_text
from llm_wrap.models import Brief, Cite, DaySentence, Summary
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import choose_items

WRAP = """Nov 6 ,2025
Synopsis:
Asia rose. Banks were little changed.
Digest:
Ruritania cuts:
The Bank of Ruritania cut its rate to 4.25%. Governor Ottokar will not move again.
"""


def _brief() -> Brief:
    result = parse_wrap(WRAP)
    _, items = choose_items(result.wrap)
    told = Cite(source="digest", item=0, sentence=1)
    opening = Cite(source="synopsis", item=0, sentence=1)
    brief = Brief(wrap=result.wrap, items=items)
    return replace(
        brief,
        summaries=(Summary(source="digest", item=0, text="Ottokar will not move.", kind="abstractive", cites=(told,)),),
        day=(DaySentence(text="Banks hardly moved.", kind="abstractive", cites=(opening, told)),),
    )


def test_cited_sentences_are_printed_with_cite_only() -> None:
    sentence = "Governor Ottokar will not move again."
    for render in (
        lambda **more: render_text(_brief(), width=90, **more),
        lambda **more: render_markdown(_brief(), **more),
    ):
        assert "cited sentences" not in render().lower()
        shown = render(cite=True)
        assert "cited sentences" in shown.lower()
        assert sentence in " ".join(shown.split())
        assert "Banks were little changed." in shown
        assert shown.count(sentence) == 1


def test_html_shows_them_on_hover() -> None:
    assert 'title="Governor Ottokar will not move again."' in render_html(_brief())


def test_json_has_their_places() -> None:
    document = to_document(_brief())
    cite = document["summaries"][0]["cites"][0]  # type: ignore[index]
    item = _brief().wrap.digest[0]
    assert item.text[cite["start"] : cite["end"]] == "Governor Ottokar will not move again."
    first = document["day"]["sentences"][0]["cites"][0]  # type: ignore[index]
    assert _brief().wrap.synopsis[0][first["start"] : first["end"]] == "Banks were little changed."
