"""Simulated wraps whose true figure is known: how often does the interval hold it, and how often does the test cry wolf?"""

from __future__ import annotations

import numpy as np
import pytest

from llm_wrap.evaluation.metrics.f1 import macro_f1
from llm_wrap.evaluation.statistics.bootstrap import bootstrap_figure
from llm_wrap.evaluation.statistics.clustering import measure_clustering
from llm_wrap.evaluation.statistics.interval import estimate_mean, estimate_share, share_intervals
from llm_wrap.evaluation.statistics.sign_flip import sign_flip_test

SETS = 4000
GOOD = (0.93, 0.97)


def draw_hits(share, correlation, wraps, seed):
    """Right items in each wrap of SETS sets, and the wraps' sizes: beta-binomial, items of a wrap alike by `correlation`."""
    chance = np.random.default_rng(seed)
    sizes = chance.choice((4, 5, 6, 8), size=wraps).astype(float)
    if correlation:
        a, b = (part * (1 - correlation) / correlation for part in (share, 1 - share))
        rates = chance.beta(a, b, size=(SETS, wraps))
    else:
        rates = np.full((SETS, wraps), share)
    return chance.binomial(sizes.astype(int), rates).astype(float), sizes


def naive_interval(hits, sizes):
    """What a report that knows no wraps would say."""
    share, items = hits.sum(1) / sizes.sum(), sizes.sum()
    half = 1.96 * np.sqrt(share * (1 - share) / items)
    return share - half, share + half


def covered(low, high, share):
    return float(((low <= share) & (share <= high)).mean())


@pytest.mark.parametrize("wraps", [20, 58])  # as many as the dev and the test split have
@pytest.mark.parametrize(("share", "correlation"), [(0.6, 0.2), (0.8, 0.2), (0.9, 0.15), (0.95, 0.1)])
def test_the_interval_covers_where_the_naive_one_does_not(share, correlation, wraps):
    hits, sizes = draw_hits(share, correlation, wraps, seed=wraps)
    told = share_intervals(hits, sizes)
    assert GOOD[0] <= covered(told.low, told.high, share) <= GOOD[1]
    assert covered(*naive_interval(hits, sizes), share) < 0.9


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_it_is_no_wider_than_it_must_be_where_wraps_do_not_matter(share):
    hits, sizes = draw_hits(share, 0.0, 58, seed=3)
    told = share_intervals(hits, sizes)
    naive_low, naive_high = naive_interval(hits, sizes)
    assert GOOD[0] <= covered(told.low, told.high, share) <= GOOD[1]
    assert 0.95 < ((told.high - told.low) / (naive_high - naive_low)).mean() < 1.1


def test_the_interval_of_a_difference_covers():
    chance = np.random.default_rng(11)
    groups = np.repeat(np.arange(30), 5)
    held = 0
    for _ in range(600):
        shift = np.repeat(chance.normal(0, 0.3, 30), 5)
        values = np.round(0.1 + shift + chance.normal(0, 0.5, 150), 3)
        told = estimate_mean(values.tolist(), groups.tolist())
        assert told is not None
        held += told[0].low <= 0.1 <= told[0].high
    assert GOOD[0] <= held / 600 <= GOOD[1]


def test_the_bootstrap_over_wraps_covers_macro_f1():
    """Two labels, 40 wraps, each with its own rate of error; the true macro-F1 is that of a million wraps."""
    chance = np.random.default_rng(5)

    def draw(wraps):
        rate = chance.beta(8, 2, size=wraps)
        truth = chance.binomial(6, 0.5, size=wraps)
        first, second = chance.binomial(truth, rate), chance.binomial(6 - truth, rate)
        rows = [[first, truth - first, 0 * truth], [6 - truth - second, second, 0 * truth]]
        return np.moveaxis(np.array(rows, float), -1, 0)

    true = float(macro_f1(draw(1_000_000).sum(0)))
    told = [bootstrap_figure(macro_f1, draw(40), draws=400, seed=n) for n in range(400)]
    assert 0.92 <= sum(one.low <= true <= one.high for one in told) / 400 <= 0.98


def test_the_sign_flip_test_is_wrong_once_in_twenty_and_a_test_of_items_more_often():
    """Two models that are equally good, whose luck differs from wrap to wrap."""
    from scipy import stats

    chance = np.random.default_rng(2)
    rejected = by_items = 0
    for number in range(400):
        better = chance.choice((0.75, 0.45), size=24)
        first = chance.binomial(1, better[:, None], size=(24, 6))
        second = chance.binomial(1, (1.2 - better)[:, None], size=(24, 6))
        p = sign_flip_test(lambda hits: hits / 144, first.sum(1), second.sum(1), flips=1000, seed=number)
        rejected += p < 0.05
        by_items += stats.ttest_1samp((first - second).ravel(), 0).pvalue < 0.05
    assert 0.02 <= rejected / 400 <= 0.08
    assert by_items / 400 > 0.12


def test_the_correlation_is_found_again():
    hits, sizes = draw_hits(0.7, 0.25, 2000, seed=9)
    values, groups = [], []
    for wrap, (right, size) in enumerate(zip(hits[0], sizes, strict=True)):
        values += [1.0] * int(right) + [0.0] * int(size - right)
        groups += [wrap] * int(size)
    told = measure_clustering(values, groups)
    assert told is not None
    assert abs(told.correlation - 0.25) < 0.04
    assert told.effective < told.items / 1.8


def test_all_right_has_an_interval_and_one_wrap_has_none():
    told = estimate_share([True] * 40, [n // 5 for n in range(40)])
    assert told is not None
    assert told.value == told.high == 1.0
    assert 0.8 < told.low < 0.95
    one = estimate_share([True, False], ["a", "a"])
    assert one is not None
    assert (one.value, one.low) == (0.5, None)
    assert estimate_share([], []) is None
