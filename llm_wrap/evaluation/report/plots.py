"""The plots, each as one SVG element that needs nothing else. matplotlib comes with the extra `eval`."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from llm_wrap.evaluation.metrics.calibration import ReliabilityBin
from llm_wrap.evaluation.metrics.risk_coverage import CoveragePoint

_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47")


def draw_reliability(bins: Mapping[str, Sequence[ReliabilityBin]], title: str) -> str:
    """Confidence against accuracy, one line a system; dots are as large as their bin. On the diagonal is honest."""
    figure, axes = _open(title)
    axes.plot((0, 1), (0, 1), color="#999999", linewidth=1, linestyle="--", label="honest")
    for colour, (name, told) in zip(_COLOURS, bins.items(), strict=False):
        sure, right = [one.confidence for one in told], [one.accuracy for one in told]
        axes.plot(sure, right, color=colour, linewidth=1.5, label=name)
        axes.scatter(sure, right, s=[4 + 2 * one.count for one in told], color=colour)
    axes.set(xlabel="confidence", ylabel="share acceptable", xlim=(0, 1.02), ylim=(0, 1.02))
    return _close(figure, f"reliability {title}")


def draw_coverage(points: Mapping[str, Sequence[CoveragePoint]], title: str) -> str:
    """Error over the surest items against how many of them there are, one line a system."""
    figure, axes = _open(title)
    for colour, (name, told) in zip(_COLOURS, points.items(), strict=False):
        axes.plot([one.coverage for one in told], [1 - one.accuracy for one in told], color=colour, label=name)
    axes.set(xlabel="coverage: share of items, the surest first", ylabel="share wrong", xlim=(0, 1.02))
    axes.set_ylim(bottom=0)
    return _close(figure, f"coverage {title}")


def _open(title: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 3.9), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    return figure, axes


def _close(figure: Any, name: str) -> str:
    import matplotlib

    figure.legend(loc="outside lower left", fontsize=8, frameon=False)
    target = io.StringIO()
    # Ids come from the salt: the same each time, and different from those of the other plots of the page.
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    text = target.getvalue()
    return text[text.index("<svg") :].strip()
