"""Common English words, to tell a name from a word and a word that a line's end has cut from a compound."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Some 18,000 words in lower case (SCOWL's)."""
    return frozenset(files("llm_wrap.parsing").joinpath("common_words.txt").read_text(encoding="utf-8").split())
