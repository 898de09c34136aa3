"""Verdicts: a large difference is one, chance is none, and a fall closes the gate where noise does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llm_wrap.errors import SettingsError
from llm_wrap.evaluation.compare import compare_systems, known_metrics
from llm_wrap.evaluation.gate import judge_fall, judge_sample
from llm_wrap.evaluation.predictions import Header, PredictionFile, text_digest
from tests.evaluation.samples import answer, fields_of, make_set, say

EVALS = make_set(20, 6)
FIELDS = fields_of(EVALS)


def compare(first, second, **kwargs):
    return {
        one.metric: one
        for one in compare_systems(FIELDS, answer(EVALS, first), answer(EVALS, second), flips=2000, **kwargs)
    }


def record(rows):
    texts = {one.id: text_digest(one.item) for one in EVALS.items}
    header = Header(model="m", data="a set", source={}, items=len(rows), hashes={})
    return PredictionFile(header, tuple(replace(row, text=texts[row.id]) for row in rows))


def test_better_worse_and_cannot_tell():
    good, bad, also_good = say(EVALS, 0.95), say(EVALS, 0.6), say(EVALS, 0.95, seed=2)
    assert {one.verdict for one in compare(bad, good).values()} == {"better"}
    assert {one.verdict for one in compare(good, bad).values()} == {"worse"}
    told = compare(good, also_good)
    assert {one.verdict for one in told.values()} == {"cannot tell"}
    assert all(one.difference.low <= 0 <= one.difference.high for one in told.values())
    assert all(0.02 < one.detectable < 0.2 for one in told.values())


def test_the_same_answers_differ_in_nothing():
    same = compare(say(EVALS, 0.8), say(EVALS, 0.8))["theme"]
    assert (same.difference.value, same.p, same.detectable, same.verdict) == (0.0, 1.0, None, "cannot tell")


def test_every_metric_can_be_named_and_more_of_them_are_held_to_more():
    first, second = say(EVALS, 0.7, seed=4), say(EVALS, 0.8, seed=5)
    alone = compare(first, second, metrics=["theme_macro_f1"])["theme_macro_f1"]
    assert alone.p == alone.adjusted
    assert alone.difference.value == pytest.approx(alone.second - alone.first)
    together = compare(first, second, metrics=known_metrics(FIELDS))
    assert set(together) == set(known_metrics(FIELDS))
    assert together["theme_macro_f1"].adjusted >= alone.p
    with pytest.raises(SettingsError, match="there is no metric 'f1'"):
        compare(first, second, metrics=["f1"])


def test_an_item_that_lost_its_label_counts_against_the_second():
    first = say(EVALS, 1.0)
    second = [
        replace(row, status="unlabelled", theme=None, sentiment=None, themes=None, sentiments=None)
        if n % 3 == 0
        else row
        for n, row in enumerate(first)
    ]
    told = compare(first, second)
    assert told["theme"].second == pytest.approx(2 / 3)
    assert told["theme"].verdict == "worse"


def test_a_fall_closes_the_gate_and_chance_does_not():
    accepted = record(say(EVALS, 0.9))
    assert judge_fall(record(say(EVALS, 0.9, seed=3)), accepted, EVALS, FIELDS).failures == ()
    assert judge_fall(accepted, accepted, EVALS, FIELDS).failures == ()
    assert judge_fall(record(say(EVALS, 1.0)), accepted, EVALS, FIELDS).failures == ()
    fallen = judge_fall(record(say(EVALS, 0.6)), accepted, EVALS, FIELDS).failures
    assert any("theme, the nine fell from" in line for line in fallen)


def test_the_gate_is_closed_by_chance_at_most_once_in_twenty():
    """Two recordings of one quality: the gate is for CI and must not flake."""
    accepted = record(say(EVALS, 0.85))
    closed = sum(
        bool(judge_fall(record(say(EVALS, 0.85, seed=seed)), accepted, EVALS, FIELDS).failures)
        for seed in range(20, 40)
    )
    assert closed <= 2


def test_items_whose_text_is_another_one_are_not_compared():
    before = record(say(EVALS, 0.9))
    changed = PredictionFile(before.header, tuple(replace(row, text="other") for row in before.rows))
    assert "of other items" in judge_fall(before, changed, EVALS, FIELDS).failures[0]


def test_a_live_model_that_says_otherwise_is_named():
    rows = say(EVALS, 1.0)
    live = [rows[0], replace(rows[1], theme="other", sentiment="neutral")]
    (line,) = judge_sample(record(rows), live).failures
    assert rows[1].id in line
    assert "other, neutral" in line
