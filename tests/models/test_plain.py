"""Records as JSON and back: what comes back is what went in, and what is no such record is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from llm_wrap.evaluation.cases import load_cases
from llm_wrap.models import Expectation, Place, Reading, TapeCheck
from llm_wrap.models.plain import from_plain, to_plain
from llm_wrap.parsing import parse_wrap
from llm_wrap.pipeline import choose_items
from llm_wrap.reading.day import read_day
from llm_wrap.sources import read_wrap_text
from tests.brief.samples import make_label
from tests.conftest import ROOT

CHECK = TapeCheck(
    source="digest",
    item=0,
    company="Acme",
    ticker=None,
    sentiment="positive",
    change_pct=Decimal("-0.10"),
    verdict="open",
)


def test_the_reading_of_each_wrap_of_the_corpus_comes_back_as_it_was() -> None:
    """Labels in turn, so that tape and directions are there; `repr`, since 1.0 and 1.00 are equal."""
    read = Reading()
    for case in load_cases(ROOT / "evals" / "corpus"):
        result = parse_wrap(read_wrap_text(str(case.path)).text)
        source, items = choose_items(result.wrap)
        labels = [
            replace(
                make_label(item, number, "macro", ("positive", "negative")[number % 2], item.text[:9]), source=source
            )
            for number, item in enumerate(items)
        ]
        reading = read_day(
            result.wrap,
            result.issues,
            labels,
            source=source,
            items=items,
            watch=("BABA", "700 HK", "Samsung", "Nobody"),
        )
        assert repr(from_plain(Reading, json.loads(json.dumps(to_plain(reading))))) == repr(reading), case.name
        read = Reading(**{name: getattr(read, name) + getattr(reading, name) for name in to_plain(reading)})
    assert all(getattr(read, name) for name in to_plain(read)), "each part of a reading was there"
    assert {fact.direction for one in read.exposure for fact in one.facts} >= {None, "positive", "negative"}


@pytest.mark.parametrize(
    "change",
    [
        {"company": 1},
        {"company": None},
        {"item": True},
        {"item": "0"},
        {"sentiment": "splendid"},
        {"change_pct": "much"},
        {"change_pct": 1.5},
        {"line": None},
        {"verdict": ["open"]},
        {"more": "than there is"},
    ],
    ids=str,
)
def test_what_is_no_such_record_is_refused(change: dict[str, object]) -> None:
    plain = to_plain(CHECK)
    assert from_plain(TapeCheck, plain) == CHECK
    with pytest.raises(ValueError, match="no TapeCheck"):
        from_plain(TapeCheck, {**plain, **change})


@pytest.mark.parametrize("plain", [None, [], "text", {}, {"place": {"section": "digest"}}, {"place": [1]}], ids=str)
def test_what_lacks_a_field_or_is_no_object_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="no Expectation"):
        from_plain(Expectation, plain)


def test_a_field_that_a_record_did_not_have_yet_has_its_default() -> None:
    assert from_plain(Place, {"section": "digest", "item": 2}) == Place(section="digest", item=2)
