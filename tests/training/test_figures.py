"""Figures from judged items, on answers made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llm_wrap.labelling.confidence import Calibration
from llm_wrap.models import SENTIMENTS
from llm_wrap.training.dataset import THEMES
from llm_wrap.training.figures import (
    Verdict,
    fit_calibration,
    fit_lead_weight,
    review_table,
    score_confidence,
    score_labels,
    score_polarity,
)
from llm_wrap.training.judging import Judged, read_judged, write_judged


def spread(labels: tuple[str, ...], first: str, chance: float) -> dict[str, float]:
    return {label: chance if label == first else (1 - chance) / (len(labels) - 1) for label in labels}


def judged(
    number: int, theme: str = "trade", said: str = "trade", feeling: str = "positive", chance: float = 0.9
) -> Judged:
    return Judged(
        id=f"j{number}",
        style="dev",
        theme=theme,
        theme_ok=(theme,),
        sentiment="positive",
        sentiment_ok=("positive", "mixed"),
        also=(),
        true_sentence=1,
        themes=spread(THEMES, said, chance),
        sentiments=spread(SENTIMENTS, feeling, chance),
        said_also=(),
        target="x",
        sentence=1,
        seconds=0.5,
    )


def test_accepted_labels_count_beside_strict_ones():
    score = score_labels([judged(1), judged(2, feeling="mixed"), judged(3, feeling="negative")])
    assert (score["sentiment"], score["sentiment_accepted"]) == (0.333, 0.667)
    assert score["positive_taken_for_negative_or_back"] == 0.333


def test_two_themes_that_roll_up_alike_are_one_to_the_roll_up():
    score = score_labels([judged(1, theme="policy", said="corporate"), judged(2)])
    assert (score["theme"], score["theme_rollup"]) == (0.5, 1.0)


def test_an_answer_that_cannot_be_read_is_wrong_and_counted():
    score = score_labels([judged(1), replace(judged(2), themes={}, sentiments={}, sentence=-1)])
    assert (score["theme"], score["sentiment"], score["key_sentence"], score["unreadable"]) == (0.5, 0.5, 0.5, 1)


def test_a_model_that_is_surer_than_it_is_right_gets_a_temperature_above_one():
    rows = [judged(n, said="macro" if n % 10 < 4 else "trade", chance=0.98) for n in range(50)]  # right 6 times in 10
    assert fit_calibration(rows, 0.5).theme_temperature > 1.5
    before = score_confidence([Verdict("trade", 0.98, n % 5 >= 2) for n in range(50)])
    assert before["ece"] == pytest.approx(0.38)


def test_confidence_of_one_falls_into_the_last_bin():
    assert score_confidence([Verdict("trade", 1.0, True)]) == {"ece": 0.0, "brier": 0.0, "mean_confidence": 1.0}


def test_the_review_table_trades_coverage_for_right_ones():
    rows = [judged(n, chance=0.9) for n in range(8)] + [judged(n, said="macro", chance=0.4) for n in (8, 9)]
    table = {row["review_below"]: row for row in review_table(rows, Calibration())}
    assert table[0.2] == {"review_below": 0.2, "coverage": 1.0, "both_right": 0.8, "caught": 0.0}
    assert table[0.5] == {"review_below": 0.5, "coverage": 0.8, "both_right": 1.0, "caught": 1.0}


def test_a_set_without_mixed_is_scored_on_the_other_three():
    row = replace(judged(1), sentiments={"mixed": 0.5, "positive": 0.3, "negative": 0.1, "neutral": 0.1})
    assert score_polarity([row])["accuracy"] == 1.0


def test_judged_items_come_back_as_they_were_written(tmp_path):
    rows = [judged(1), replace(judged(2), true_sentence=None, said_also=("macro",))]
    write_judged(tmp_path / "judged.jsonl", rows)
    assert read_judged(tmp_path / "judged.jsonl") == rows


def test_the_first_sentence_gets_the_weight_that_finds_most_keys():
    def keyed(number: int, key: int, **lines: float) -> Judged:
        return replace(
            judged(number), sentence_ok=(key,), sentences={name[1:]: chance for name, chance in lines.items()}
        )

    found = keyed(1, 1, l0=0.1, l1=0.25, l2=0.65)
    assert fit_lead_weight([found, found, keyed(2, 2, l0=0.1, l1=0.08, l2=0.82)]) == 4.0
    assert fit_lead_weight([found]) == 1.0, "one item is no reason to go against the model"
