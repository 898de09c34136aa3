"""Figures from judged items: accuracy, macro-F1, and how honest the confidences are. Pure.

An answer that cannot be read counts as wrong, in every figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from llm_wrap.evaluation.metrics.brier import brier_of_shown
from llm_wrap.evaluation.metrics.calibration import expected_calibration_error
from llm_wrap.evaluation.metrics.confusion import count_confusions
from llm_wrap.evaluation.metrics.f1 import macro_f1
from llm_wrap.labelling.confidence import Calibration, most_likely, temper
from llm_wrap.models import SENTIMENTS
from llm_wrap.training.judging import Judged

AS_IT_IS = Calibration()
_SMALL = 0.005  # of the penalty: an offset of 2 costs as much as two hundredths of log loss on every item
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
    return _verdict(row.themes, row.theme_ok, at.theme_temperature, ())


def sentiment_verdict(row: Judged, at: Calibration = AS_IT_IS) -> Verdict:
    """The likeliest sentiment after correction, right where it is among the acceptable ones."""
    return _verdict(row.sentiments, row.sentiment_ok, at.sentiment_temperature, at.sentiment_offsets)


def _verdict(
    chances: dict[str, float], acceptable: Sequence[str], temperature: float, offsets: Iterable[tuple[str, float]]
) -> Verdict:
    if not chances:
        return Verdict("", 0.0, False)
    label, confidence = most_likely(temper(chances, temperature, offsets))
    return Verdict(label, confidence, label in acceptable)


def score_labels(rows: Sequence[Judged], at: Calibration = AS_IT_IS) -> dict[str, float | int]:
    """The figures of the card for one set of items; shares of 1, rounded to three digits."""
    themes = [theme_verdict(row, at).label for row in rows]
    sentiments = [sentiment_verdict(row, at).label for row in rows]
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
    """Offsets by the least log loss of the true sentiment (vector scaling with a common temperature, kept small by a
    penalty); then the temperatures under which "the shown label is acceptable" has the least log loss.

    No temperature is below 0.5: where nearly every label of a small set is right, the least loss would be near certainty,
    which it cannot show.
    """
    offsets = _fit_offsets([row for row in rows if row.sentiments])
    grid = [round(0.5 + 0.05 * step, 2) for step in range(91)]  # 0.5 to 5.0

    def at(theme: float = 1.0, sentiment: float = 1.0) -> Calibration:
        return Calibration(theme, sentiment, review_below, offsets)

    theme = min(grid, key=lambda t: _log_loss([theme_verdict(row, at(theme=t)) for row in rows]))
    sentiment = min(grid, key=lambda t: _log_loss([sentiment_verdict(row, at(sentiment=t)) for row in rows]))
    return at(theme, sentiment)


def cross_fit(rows: Sequence[Judged], folds: int = 6) -> dict[str, float | int]:
    """`score_labels` where each wrap's sentiments are corrected by offsets fitted on the wraps of the other folds."""
    wraps = sorted({_wrap(row) for row in rows})
    corrected: list[Judged] = []
    for fold in range(folds):
        theirs = set(wraps[fold::folds])
        offsets = _fit_offsets([row for row in rows if row.sentiments and _wrap(row) not in theirs])
        corrected += [
            replace(row, sentiments=temper(row.sentiments, 1.0, offsets)) if row.sentiments else row
            for row in rows
            if _wrap(row) in theirs
        ]
    return score_labels(corrected)


def _wrap(row: Judged) -> str:
    return row.id.rpartition(":")[0]


def _fit_offsets(rows: Sequence[Judged]) -> tuple[tuple[str, float], ...]:
    """By coordinate descent; the first sentiment's offset is 0, since only differences matter."""
    labels: tuple[str, ...] = SENTIMENTS[1:]
    offsets: dict[str, float] = dict.fromkeys(labels, 0.0)
    temperature = 1.0

    def loss(offsets: Mapping[str, float], temperature: float) -> float:
        told = (temper(row.sentiments, temperature, offsets.items())[row.sentiment] for row in rows)
        return -math.fsum(map(math.log, told)) / max(1, len(rows)) + _SMALL * sum(v * v for v in offsets.values())

    for step in (0.5, 0.5, 0.1, 0.1):
        for label in labels:
            near = [offsets[label] + step * move for move in range(-4, 5)]
            offsets[label] = min(near, key=lambda value: loss({**offsets, label: value}, temperature))
        temperature = min((0.5 + 0.25 * move for move in range(19)), key=lambda value: loss(offsets, value))
    return tuple((label, round(value, 2)) for label, value in offsets.items())


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


def score_polarity(rows: Sequence[Judged], at: Calibration = AS_IT_IS) -> dict[str, float | int]:
    """Three-way sentiment on sets that know no `mixed`: the likeliest of the other three decides."""
    labels = ("positive", "negative", "neutral")
    corrected = [temper(row.sentiments, 1.0, at.sentiment_offsets) if row.sentiments else {} for row in rows]
    said = [max(labels, key=lambda name: chances[name]) if chances else "" for chances in corrected]
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
