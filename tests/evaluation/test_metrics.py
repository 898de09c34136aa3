"""The metrics against others' implementations of them, and at their edges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from llm_wrap.evaluation.metrics.brier import brier_of_all, brier_of_shown
from llm_wrap.evaluation.metrics.calibration import expected_calibration_error, null_band
from llm_wrap.evaluation.metrics.confusion import count_by_group, count_confusions
from llm_wrap.evaluation.metrics.f1 import macro_f1, score_labels
from llm_wrap.evaluation.metrics.kappa import cohen_kappa
from llm_wrap.evaluation.metrics.risk_coverage import accuracy_at, area_under_risk, trace_coverage
from llm_wrap.evaluation.statistics.detectable import smallest_detectable
from llm_wrap.evaluation.statistics.holm import adjust_holm
from llm_wrap.evaluation.statistics.interval import estimate_share
from llm_wrap.evaluation.statistics.sign_flip import sign_flip_test

LABELS = ("a", "b", "c")
CHANCE = np.random.default_rng(4)
TRUTH = CHANCE.choice(LABELS, 300).tolist()
SAID = [true if CHANCE.random() < 0.6 else str(CHANCE.choice(LABELS)) for true in TRUTH]


def test_they_are_what_scikit_learn_says():
    counts = count_confusions(TRUTH, SAID, LABELS)
    assert (counts[:, :3] == sk.confusion_matrix(TRUTH, SAID, labels=LABELS)).all()
    assert float(cohen_kappa(counts)) == pytest.approx(sk.cohen_kappa_score(TRUTH, SAID))
    assert float(macro_f1(counts)) == pytest.approx(sk.f1_score(TRUTH, SAID, average="macro"))
    told = sk.precision_recall_fscore_support(TRUTH, SAID, labels=LABELS)
    ours = [(one.precision, one.recall, one.f1, one.support) for one in score_labels(counts, LABELS)]
    assert np.allclose(ours, np.array(told).T)


def test_a_stack_of_arrays_is_scored_as_each_of_them_alone():
    stack = count_by_group(TRUTH, SAID, LABELS, [place % 5 for place in range(300)], 5)
    for figure in (macro_f1, cohen_kappa):
        assert np.allclose(figure(stack), [float(figure(one)) for one in stack])


def test_an_item_without_a_label_lowers_everything():
    missing = [None if place % 3 == 0 else said for place, said in enumerate(SAID)]
    before, after = (count_confusions(TRUTH, said, LABELS) for said in (SAID, missing))
    assert after[:, 3].sum() == 100
    assert float(macro_f1(after)) < float(macro_f1(before)) - 0.1
    assert float(cohen_kappa(after)) < float(cohen_kappa(before)) - 0.1
    assert score_labels(after, LABELS)[0].support == TRUTH.count("a")


def test_a_label_that_is_never_true_or_said_is_shown_as_such():
    told = score_labels(count_confusions(["a", "a"], ["a", "b"], LABELS), LABELS)
    assert [(one.precision, one.recall, one.f1) for one in told] == [
        (1.0, 0.5, 2 / 3),
        (0.0, None, 0.0),
        (None, None, None),
    ]
    assert float(macro_f1(count_confusions(["a", "a"], ["a", "a"], LABELS))) == 1.0


def test_brier_scores():
    assert brier_of_shown([0.8] * 4, [True] * 4) == pytest.approx(
        sk.brier_score_loss([1] * 4, [0.8] * 4, labels=[0, 1])
    )
    assert brier_of_all([{"a": 1.0}, {}], ["a", "b"]) == 0.5, "an item that got no label has said nothing"
    assert brier_of_all([], []) is brier_of_shown([], []) is None


def test_an_honest_model_lies_in_the_band_and_a_boaster_does_not():
    sure = CHANCE.uniform(0.5, 1.0, 300)
    honest = (CHANCE.random(300) < sure).tolist()
    low, high = null_band(sure.tolist())
    assert low < expected_calibration_error(sure.tolist(), honest) < high
    boast = np.minimum(sure + 0.2, 1.0).tolist()
    assert expected_calibration_error(boast, honest) > null_band(boast)[1]


def test_half_of_calibrated_models_are_under_the_middle_of_the_band():
    sure = CHANCE.uniform(0.3, 1.0, 120).tolist()
    low, high = null_band(sure)
    told = [expected_calibration_error(sure, (CHANCE.random(120) < sure).tolist()) for _ in range(400)]
    assert 0.92 < np.mean([low <= error <= high for error in told]) < 0.98


def test_coverage_takes_the_surest_first_and_the_unlabelled_last():
    points = trace_coverage([0.9, None, 0.7, 0.8], [True, False, False, True])
    assert [point.accuracy for point in points] == pytest.approx([1, 1, 2 / 3, 0.5])
    assert accuracy_at(points, 0.5) == 1.0
    assert accuracy_at(points, 0.75) == pytest.approx(2 / 3)
    assert area_under_risk(points) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    shuffled = trace_coverage([0.5, 0.5, 0.5], [False, True, True])
    assert [point.accuracy for point in shuffled] == pytest.approx([2 / 3] * 3), "a tie is no order"


def test_holm_is_no_order_of_names():
    assert adjust_holm({"x": 0.02, "y": 0.02, "z": 0.5}) == {
        "x": pytest.approx(0.06),
        "y": pytest.approx(0.06),
        "z": 0.5,
    }
    assert adjust_holm({}) == {}


def test_the_sign_flip_test_is_exact_for_few_wraps():
    """Five wraps that all favour the second: 2 of 32 flips are as extreme."""
    first, second = np.array([1.0, 0, 1, 0, 2]), np.array([2.0, 1, 2, 1, 3])
    assert sign_flip_test(lambda hits: hits / 20, first, second) == pytest.approx(2 / 32)
    assert sign_flip_test(lambda hits: hits / 20, first, first) == 1.0
    told = sign_flip_test(lambda hits: hits / 100, np.zeros(20), np.ones(20))
    assert told < 0.001, "twenty wraps are too many to try all flips; the draws say the same"


def test_the_detectable_difference_is_what_the_test_then_finds():
    """Differences of that size, drawn with that error, are found in four of five sets."""
    chance, wraps, spread = np.random.default_rng(8), 25, 0.2
    size = smallest_detectable(spread / np.sqrt(wraps), wraps)
    draws = chance.normal(size, spread, size=(3000, wraps))
    assert 0.77 < (stats.ttest_1samp(draws, 0, axis=1).pvalue < 0.05).mean() < 0.84
    assert smallest_detectable(0.0, wraps) is None


def test_items_that_are_groups_of_their_own_have_the_usual_wilson_interval():
    right = [True] * 170 + [False] * 30
    told = estimate_share(right, list(range(200)))
    usual = stats.binomtest(170, 200).proportion_ci(method="wilson")
    assert told.low == pytest.approx(usual.low, abs=0.002)
    assert told.high == pytest.approx(usual.high, abs=0.002)
