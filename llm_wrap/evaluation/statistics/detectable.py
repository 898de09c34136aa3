"""The smallest true difference that a set of this size would show: what "cannot tell" leaves open."""

from __future__ import annotations


def smallest_detectable(standard_error: float, wraps: int, *, power: float = 0.8) -> float | None:
    """The difference that would be found (two-sided, 5 %) in `power` of such sets; Miller 2024 (arXiv 2411.00640, section 5).

    `standard_error` is that of the difference, over wraps. None where no wrap differs, so nothing is known of its error.
    """
    from scipy import stats

    if wraps < 2 or not standard_error > 0:
        return None
    return float(stats.t.ppf(0.975, wraps - 1) + stats.t.ppf(power, wraps - 1)) * standard_error
