"""What the guard weighs with: fitted to few sentences, and the weights that come with the package."""

from __future__ import annotations

import math

import pytest

from llm_wrap.cli.eval_summaries import load_items
from llm_wrap.evaluation.guard_accuracy import HELD_OUT
from llm_wrap.evaluation.guard_fit import Example, collect_examples, count_cost, fit_models, score_example, score_unseen
from llm_wrap.evaluation.summary_cases import load_faithful
from llm_wrap.summary.guard_weights import Doubt, GuardWeights, own_weights, read_weights, write_weights
from tests.evaluation.samples import ROOT


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """Of some sentences of each writer."""
    items = dict(load_items(ROOT / "evals" / "corpus", ROOT / "evals" / "train"))
    sentences = load_faithful(ROOT / "evals" / "summaries", items)
    return list(collect_examples(sorted(sentences, key=lambda one: one.id)[::16]))


def test_nothing_is_learnt_from_what_is_held_out(examples: list[Example]) -> None:
    items = dict(load_items(ROOT / "evals" / "corpus", ROOT / "evals" / "train"))
    held = [one.id for one in load_faithful(ROOT / "evals" / "summaries", items) if one.set in HELD_OUT]
    assert held
    assert not {one.sentence for one in examples} & set(held)


def test_errors_are_found_among_what_is_doubted(examples: list[Example]) -> None:
    exchanged = [one for one in examples if not one.faithful and not one.stopped]
    assert len(exchanged) > 20
    assert sum(bool(one.wrong) for one in exchanged) > 0.7 * len(exchanged)
    assert all(not one.wrong for one in examples if one.faithful)


def test_fitted_weights_tell_errors_from_faithful_sentences(examples: list[Example]) -> None:
    models = fit_models(examples)
    assert models == fit_models(examples)
    scores = [score_example(one, models) for one in examples]
    faithful = [score for one, score in zip(examples, scores, strict=True) if one.faithful]
    wrong = [score for one, score in zip(examples, scores, strict=True) if one.wrong]
    assert sum(wrong) / len(wrong) > sum(faithful) / len(faithful) + 0.2
    assert score_unseen(examples) != scores


def test_a_higher_threshold_costs_less_and_sees_less(examples: list[Example]) -> None:
    weights = own_weights()
    scores = [score_example(one, weights.models) for one in examples]
    costs = [count_cost(examples, scores, step) for step in (0.4, 0.6, 1.0)]
    assert costs[0].alarms > costs[1].alarms > costs[2].alarms
    assert costs[0].cited >= costs[1].cited > costs[2].cited


def test_the_package_has_weights_for_all_that_is_doubted(examples: list[Example]) -> None:
    weights = own_weights()
    assert read_weights(write_weights(weights)) == weights
    for one in examples:
        for doubt in one.doubts:
            unknown = set(doubt.evidence) - set(weights.models[doubt.kind])
            assert not unknown, f"{doubt.kind}: fit the weights again (llm-wrap eval weights --out …): {unknown}"


def test_what_a_model_says_is_a_probability() -> None:
    weights = GuardWeights({"name replaced": {"bias": -1.0, "fit near gain": 2.0}}, 0.5)
    doubt = Doubt("name replaced", ((3, "KKR"),), {"fit near gain": 1.5, "unheard of": 9.0})
    assert math.isclose(weights.weigh(doubt), 1 / (1 + math.exp(-2.0)))
    assert [(one.words, one.kind) for one in weights.find_offences([doubt])] == [("KKR", "swapped")]
