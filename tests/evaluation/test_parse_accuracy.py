"""The score of a parse: what is compared, what is left out, and that too many records count against it."""

from __future__ import annotations

from llm_wrap.evaluation.parse_accuracy import score_parses

ROW = {"name": "Nikkei", "level": "44768.12", "line": 3}


def test_what_the_truth_leaves_out_is_not_compared() -> None:
    report = score_parses([("a", {"markets": [{"name": "Nikkei"}]}, {"markets": [ROW], "region": "asia"})])
    assert (report.perfect, report.right, report.total) == (1, 1, 1)


def test_each_key_of_each_record_is_one_comparison() -> None:
    truth = {"region": "asia", "markets": [{"name": "Nikkei", "level": "1"}]}
    report = score_parses([("a", truth, {"region": "us", "markets": [ROW]})])
    assert {(one.field, one.right, one.total) for one in report.fields} == {
        ("region", 0, 1),
        ("markets.name", 1, 1),
        ("markets.level", 0, 1),
    }
    assert [one.field for one in report.differences] == ["region", "markets[0].level"]


def test_a_record_too_many_and_one_too_few_are_wrong() -> None:
    assert score_parses([("a", {"markets": []}, {"markets": [ROW]})]).right == 0
    assert score_parses([("a", {"markets": [{"name": "Nikkei"}]}, {"markets": []})]).right == 0


def test_issues_compare_by_kind_and_line_where_the_truth_has_lines() -> None:
    found = {"issues": [{"kind": "bad_date", "line": 2, "message": "…", "text": ""}]}
    assert score_parses([("a", {"issues": [{"kind": "bad_date", "line": 2}]}, found)]).perfect == 1
    assert score_parses([("a", {"issues": [{"kind": "bad_date", "line": 9}]}, found)]).perfect == 0
    assert score_parses([("a", {"issues": [{"kind": "bad_date"}]}, found)]).perfect == 1
    assert score_parses([("a", {"issues": []}, found)]).perfect == 0


def test_nothing_compared_is_no_accuracy() -> None:
    report = score_parses([("a", {}, {})])
    assert (report.cases, report.fields) == (1, ())
