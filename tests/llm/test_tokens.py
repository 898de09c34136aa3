"""Token counts without a network."""

from __future__ import annotations

from pathlib import Path

from llm_wrap.llm import tokens
from llm_wrap.llm.tokens import count_tokens


def test_counts_are_exact_and_offline(tmp_path: Path, real_wrap: str) -> None:
    assert count_tokens(real_wrap, tmp_path / "vocabulary") == 2507


def test_text_that_looks_like_a_special_token_is_text(tmp_path: Path) -> None:
    assert count_tokens("<|endoftext|>", tmp_path) > 1


def test_without_a_vocabulary_it_is_an_estimate_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tokens._load_encoder.cache_clear()
    assert count_tokens("x" * 400, tmp_path / "file" / "v") == 101
