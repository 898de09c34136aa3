"""Token counts without a network."""

from __future__ import annotations

from pathlib import Path

from llm_wrap.llm import tokens
from llm_wrap.llm.tokens import TokenCounter


def test_counts_are_exact_and_offline(tmp_path: Path, real_wrap: str) -> None:
    assert TokenCounter(tmp_path / "vocabulary").count(real_wrap) == 2507


def test_text_that_looks_like_a_special_token_is_text(tmp_path: Path) -> None:
    assert TokenCounter(tmp_path).count("<|endoftext|>") > 1


def test_without_a_vocabulary_it_is_an_estimate_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tokens._load_encoder.cache_clear()
    assert TokenCounter(tmp_path / "file" / "v").count("x" * 400) == 101
