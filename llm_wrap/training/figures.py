"""Figures from judged items: accuracy, macro-F1, and how honest the confidences are. Pure.

An answer that cannot be read counts as wrong, in every figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llm_wrap.evaluation.metrics.brier import brier_of_shown
from llm_wrap.evaluation.metrics.calibration import expected_calibration_error
from llm_wrap.evaluation.metrics.confusion import count_confusions
from llm_wrap.evaluation.metrics.f1 import macro_f1
from llm_wrap.labelling.confidence import Calibration, most_likely, temper, weigh_lead
from llm_wrap.training.judging import Judged

AS_IT_IS = Calibration()
ROLLUP = ("trade", "ai_semis", "macro")  # the others roll up into `other`


@dataclass(frozen=True, slots=True)
class Verdict:
    """One label as shown: its confidence, and whether a careful reader could have given it."""

    label: str
    confidence: float
    right: bool


def roll_up(theme: str) -> str:
    """
    >>> roll_up("macro"), roll_up("policy")
    ('macro', 'other')
    """
    return theme if theme in ROLLUP else "other"


def theme_verdict(row: Judged, at: Calibration = AS_IT_IS) -> Verdict:
    """The likeliest theme after correction, right where it is among the acceptable ones."""
    return _verdict(row.themes, row.theme_ok, at.theme_temperature)


def sentiment_verdict(row: Judged, at: Calibration = AS_IT_IS) -> Verdict:
    """The likeliest sentiment after correction, right where it is among the acceptable ones."""
    return _verdict(row.sentiments, row.sentiment_ok, at.sentiment_temperature)


def _verdict(chances: dict[str, float], acceptable: Sequence[str], temperature: float) -> Verdict:
    if not chances:
        return Verdict("", 0.0, False)
    label, confidence = most_likely(temper(chances, temperature))
    return Verdict(label, confidence, label in acceptable)


def score_labels(rows: Sequence[Judged]) -> dict[str, float | int]:
    """The figures of the card for one set of items; shares of 1, rounded to three digits."""
    themes = [theme_verdict(row).label for row in rows]
    sentiments = [sentiment_verdict(row).label for row in rows]
    keyed = [row for row in rows if row.true_sentence is not None]
    return {
        "items": len(rows),
        "theme_rollup": _share(roll_up(said) == roll_up(row.theme) for said, row in zip(themes, rows, strict=True)),
        "theme_rollup_accepted": _share(
            roll_up(said) in {roll_up(name) for name in row.theme_ok} for said, row in zip(themes, rows, strict=True)
        ),
        "theme": _share(said == row.theme for said, row in zip(themes, rows, strict=True)),
        "theme_accepted": _share(said in row.theme_ok for said, row in zip(themes, rows, strict=True)),
        "theme_macro_f1": _macro_f1([row.theme for row in rows], themes),
        "sentiment": _share(said == row.sentiment for said, row in zip(sentiments, rows, strict=True)),
        "sentiment_accepted": _share(said in row.sentiment_ok for said, row in zip(sentiments, rows, strict=True)),
        "sentiment_macro_f1": _macro_f1([row.sentiment for row in rows], sentiments),
        "positive_taken_for_negative_or_back": _share(
            {said, row.sentiment} == {"positive", "negative"} for said, row in zip(sentiments, rows, strict=True)
        ),
        "neutral_taken_for_positive": sum(
            said == "positive" and row.sentiment == "neutral" for said, row in zip(sentiments, rows, strict=True)
        ),
        "key_sentence": _share(row.sentence == row.true_sentence for row in keyed),
        "key_sentence_accepted": _share(row.sentence in row.sentence_ok for row in keyed),
        "unreadable": sum(not row.themes or not row.sentiments or row.sentence < 0 for row in rows),
        "seconds_an_item": round(sum(row.seconds for row in rows) / max(1, len(rows)), 2),
    }


def score_confidence(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Expected calibration error, and the Brier score of "the shown label is acceptable"."""
    confidence, right = [v.confidence for v in verdicts], [v.right for v in verdicts]
    return {
        "ece": round(expected_calibration_error(confidence, right) or 0.0, 4),
        "brier": round(brier_of_shown(confidence, right) or 0.0, 4),
        "mean_confidence": round(math.fsum(confidence) / max(1, len(verdicts)), 4),
    }


def fit_calibration(rows: Sequence[Judged], review_below: float) -> Calibration:
    """The temperatures under which "the shown label is acceptable" has the least log loss, and the first sentence's weight.

    No temperature is below 0.5: where nearly every label of a small set is right, the least loss would be near certainty,
    which it cannot show.
    """
    grid = [round(0.5 + 0.05 * step, 2) for step in range(91)]  # 0.5 to 5.0
    theme = min(grid, key=lambda t: _log_loss([theme_verdict(row, Calibration(theme_temperature=t)) for row in rows]))
    sentiment = min(
        grid, key=lambda t: _log_loss([sentiment_verdict(row, Calibration(sentiment_temperature=t)) for row in rows])
    )
    return Calibration(theme, sentiment, review_below, fit_lead_weight(rows))


def fit_lead_weight(rows: Sequence[Judged]) -> float:
    """The weight of the first sentence with which the likeliest line is acceptable most often, give or take one item; of such
    weights the least, which leaves most to the model."""
    keyed = [row for row in rows if row.true_sentence is not None and len(row.sentences) > 1]
    hits = {
        weight: sum(int(most_likely(weigh_lead(row.sentences, weight))[0]) in row.sentence_ok for row in keyed)
        for weight in (2.0**step for step in range(5))
    }
    return min(weight for weight, right in hits.items() if right >= max(hits.values()) - 1)


def review_table(rows: Sequence[Judged], calibration: Calibration) -> list[dict[str, float]]:
    """For thresholds on the lower confidence: the share of items shown without review, and how many of those are right.

    Right means both labels acceptable; `caught` is the share of the wrong ones that go to review.
    """
    judged = []
    for row in rows:
        theme = theme_verdict(row, calibration)
        sentiment = sentiment_verdict(row, calibration)
        judged.append((min(theme.confidence, sentiment.confidence), theme.right and sentiment.right))
    wrong = sum(not right for _, right in judged)
    table = []
    for step in range(4, 19):
        below = round(step * 0.05, 2)
        shown = [right for confidence, right in judged if confidence >= below]
        table.append(
            {
                "review_below": below,
                "coverage": round(len(shown) / max(1, len(judged)), 3),
                "both_right": round(sum(shown) / max(1, len(shown)), 3),
                "caught": round((wrong - shown.count(False)) / max(1, wrong), 3),
            }
        )
    return table


def score_polarity(rows: Sequence[Judged]) -> dict[str, float | int]:
    """Three-way sentiment on sets that know no `mixed`: the likeliest of the other three decides."""
    labels = ("positive", "negative", "neutral")
    said = [max(labels, key=lambda name: row.sentiments[name]) if row.sentiments else "" for row in rows]
    truth = [row.sentiment for row in rows]
    said_of_neutral = [s for s, t in zip(said, truth, strict=True) if t == "neutral"]
    return {
        "items": len(rows),
        "accuracy": _share(s == t for s, t in zip(said, truth, strict=True)),
        "macro_f1": _macro_f1(truth, said),
        "neutral_taken_for_positive": _share(s == "positive" for s in said_of_neutral),
    }


def _macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    return round(float(macro_f1(count_confusions(truth, said, tuple(sorted(set(truth)))))), 3) if truth else 0.0


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return round(sum(values) / max(1, len(values)), 3)


def _log_loss(verdicts: Sequence[Verdict]) -> float:
    return -math.fsum(math.log(min(max(v.confidence if v.right else 1 - v.confidence, 1e-4), 1.0)) for v in verdicts)
