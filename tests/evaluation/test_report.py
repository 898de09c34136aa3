"""The report says everything that the harness promises, in Markdown and in a page that needs nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from llm_wrap.cli.eval_report import run_report, score_baselines
from llm_wrap.evaluation.baselines.second import say_second
from llm_wrap.evaluation.items import load_corpus_items
from llm_wrap.evaluation.predictions import Header
from llm_wrap.evaluation.report.blocks import Figure, Heading, Table
from llm_wrap.evaluation.report.content import build_report
from llm_wrap.evaluation.report.html import render_html
from llm_wrap.evaluation.report.markdown import render_markdown
from llm_wrap.evaluation.score import join_predictions, score_system
from tests.evaluation.samples import ROOT, fields_of, make_set, say

EVALS = make_set()
HEADER = Header(model="a|model<b>", data="a set", source={}, items=60, hashes={"prompt": "abc"}, review_below=0.5)


@pytest.fixture(scope="module")
def blocks():
    rows = say(EVALS, 0.8)
    rows[3] = replace(
        rows[3], status="unlabelled", reason="timeout", theme=None, sentiment=None, themes=None, sentiments=None
    )
    rows[4] = replace(rows[4], attempts=2)
    fields = fields_of(EVALS)
    systems = [
        score_system(name, join_predictions(EVALS, told), fields, draws=100)
        for name, told in (("ours", rows), ("other", say(EVALS, 0.4)))
    ]
    return build_report(EVALS, HEADER, systems)


def find_table(blocks, column):
    return next(block for block in blocks if isinstance(block, Table) and column in block.columns)


def test_every_part_is_there(blocks):
    text = render_markdown(blocks)
    for words in (
        "theme, rolled up: as labelled", "theme, the nine: accepted", "sentiment: macro-F1", "sentiment: kappa", "calibration error", "at 90 %",
        "unlabelled | 1 of 60 (timeout 1)", "valid at the first try | 58 of 60 asked", "retries | 1", "seconds an item", "no label",
        "correlation within a wrap", "region | asia", "| borderline | plain |", "The most confident errors", "confidence from | logprob 59", "prompt abc",
    ):  # fmt: skip
        assert words in text, words
    assert "a\\|model&lt;b>" in text
    assert "[0." in text, "intervals"


def test_thin_support_is_grey(blocks):
    rows = {row.cells[0]: row.grey for row in find_table(blocks, "precision").rows}
    assert rows == {"trade": True, "ai_semis": True, "macro": True, "other": False}
    assert "*trade*" in render_markdown(blocks)
    assert '<tr class="grey"><td>trade</td>' in render_html(blocks)


def test_the_most_confident_errors_show_their_evidence(blocks):
    table = find_table(blocks, "evidence")
    assert table.rows
    for row in table.rows:
        headline, true, said, evidence = (row.cells[place] for place in (2, 3, 4, 6))
        assert true != said
        assert evidence == (headline if said[:8] != "no label" else "")


def test_the_page_is_whole_and_loads_nothing(blocks):
    page = render_html(blocks)
    assert page.count("<svg role=") == sum(isinstance(block, Figure) for block in blocks) == 6
    assert not re.search(r"<script|<link|<img|src=|@import|url\((?!#)", page)
    assert not [link for link in re.findall(r'href="([^"]*)"', page) if not link.startswith("#")]
    assert "a|model&lt;b&gt;" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    drawn = [one for one in ids if one.startswith(("m", "p")) and len(one) == 11]
    assert len(drawn) == len(set(drawn)), "no two plots share an id"
    open_tags: list[str] = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag, attributes):
            if tag not in ("meta", "path", "use"):
                open_tags.append(tag)

        def handle_startendtag(self, tag, attributes):
            pass

        def handle_endtag(self, tag):
            if tag not in ("path", "use"):
                assert open_tags.pop() == tag

    Checker().feed(page)
    assert open_tags == []


def test_the_same_predictions_give_the_same_page(blocks):
    assert render_html(blocks) == render_html(blocks)
    assert isinstance(blocks[0], Heading)


def test_the_baselines_know_something_and_the_second_labelling_stands_beside_them(tmp_path, monkeypatch):
    evals = load_corpus_items(ROOT / "evals" / "corpus", "dev")
    monkeypatch.chdir(ROOT)
    scores = {one.name: one for one in score_baselines(evals, fields_of(evals), draws=50)}
    accuracy = {name: one.fields["theme_rollup"].accepted.value for name, one in scores.items()}
    assert accuracy["majority"] < 0.5 < accuracy["keywords"] < accuracy["TF-IDF + LR"] < 1
    second = tmp_path / "second.jsonl"
    second.write_text(json.dumps({"id": evals.items[0].id, "theme": "macro", "sentiment": "neutral"}) + "\n")
    told = say_second(second, evals.items)
    assert [row.status for row in told[:2]] == ["labelled", "unlabelled"]


def test_a_report_of_what_is_recorded(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    out = tmp_path / "r.html"
    assert run_report([Path("evals/recorded/dev.jsonl")], out, None, None) == 0
    assert "TF-IDF + LR" in out.read_text("utf-8")
