"""Whether two models differ: would so large a difference come about if it did not matter which of them labelled a wrap?

In each draw a coin for each wrap says whether the two models' answers to it change places (Fisher 1935; a test of wraps, so
that items that go together flip together). No shape is assumed of anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Figure = Callable[[Array], Array]

FLIPS = 10_000
_EXACT = 13  # wraps up to which all flips are tried: 8,192
_CHUNK = 1_000


def sign_flip_test(figure: Figure, first: Array, second: Array, *, flips: int = FLIPS, seed: int = 7) -> float:
    """The two-sided p value of figure(first) - figure(second); both are (wraps, ...): what each model's wraps hold.

    Exact up to 13 wraps. 1.0 where the two are the same.
    """
    import numpy as np

    both, apart = first + second, first - second
    observed = abs(_difference(figure, both.sum(0), apart.sum(0)[None])[0])
    wraps = first.shape[0]
    differing = np.flatnonzero(np.abs(apart).reshape(wraps, -1).sum(1))  # a wrap of equal answers cannot be flipped
    if observed < 1e-12 or not len(differing):
        return 1.0
    apart = apart[differing]
    if len(differing) <= _EXACT:
        signs = 1.0 - 2.0 * ((np.arange(2 ** len(differing))[:, None] >> np.arange(len(differing))) & 1)
        drawn = _difference(figure, both.sum(0), np.tensordot(signs, apart, axes=1))
        return float((np.abs(drawn) >= observed - 1e-12).mean())
    chance = np.random.default_rng(seed)
    extreme = 0
    for _ in range(-(-flips // _CHUNK)):
        signs = chance.choice((-1.0, 1.0), size=(_CHUNK, len(differing)))
        drawn = _difference(figure, both.sum(0), np.tensordot(signs, apart, axes=1))
        extreme += int((np.abs(drawn) >= observed - 1e-12).sum())
    return (1 + extreme) / (1 + -(-flips // _CHUNK) * _CHUNK)


def _difference(figure: Figure, both: Array, apart: Array) -> Array:
    """figure(first) - figure(second) for a stack of `apart` = first - second with the one `both` = first + second."""
    return figure((both + apart) / 2) - figure((both - apart) / 2)
