"""The whole corpus: each wrap against its truth, and each of its lines against the account of lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llm_wrap.brief.document import wrap_document
from llm_wrap.evaluation.parse_accuracy import score_parses
from llm_wrap.parsing import account_lines, parse_wrap
from llm_wrap.sources import read_wrap_text

CORPUS = Path(__file__).parents[2] / "evals" / "corpus"
TRUTHS = sorted(CORPUS.glob("*.json"))


def find_source(truth: Path) -> Path:
    (source,) = (path for path in CORPUS.glob(truth.stem + ".*") if path.suffix != ".json")
    return source


def test_the_corpus_is_there() -> None:
    assert len(TRUTHS) >= 60


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_case_is_read_as_its_truth_says(truth: Path) -> None:
    expected = json.loads(truth.read_text(encoding="utf-8"))["wrap"]
    found = wrap_document(parse_wrap(read_wrap_text(str(find_source(truth))).text))["wrap"]
    assert isinstance(found, dict)
    report = score_parses([(truth.stem, expected, found)])
    wrong = [f"{one.field}: {one.found!r} is not {one.expected!r}" for one in report.differences]
    assert wrong == []
    assert report.total > 0


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_every_line_has_one_owner(truth: Path) -> None:
    text = read_wrap_text(str(find_source(truth))).text
    accounts = account_lines(text)
    assert len({account.line for account in accounts}) == len(accounts)
    reported = {issue.line for issue in parse_wrap(text).issues}
    for account in accounts:
        assert account.owner
        if account.owner == "unparsed_line":
            assert account.line in reported
