"""Questions that go by batch: those that still need an answer, and the answers that have come.

A question is known by the digest of its request's body, so that an answer is used for exactly the question that it was given
to. Asking is the same as ever, by the same client with the same checks; only that an answer is looked up here instead of
being waited for, and a question without one is noted, and raises ModelError("batch_pending").
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llm_wrap.errors import ModelError


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What the batch says about one question: an HTTP status and body as the server would have answered, or why there is
    none (`error`, one word)."""

    status: int = 0
    body: bytes = b""
    error: str | None = None


@dataclass(slots=True)
class Dialect:
    """Which options the server does not take, and what it calls the limit of an answer; learned from its first refusal."""

    refused: set[str] = field(default_factory=set)
    limit_name: str = "max_tokens"


class Mailbox:
    """What goes by batch in one run.

    Attributes:
        dialect: the options that its questions are worded with.
        probed: whether one question has been asked directly: a wrong key or a refused option shows then, not tomorrow.
        probing: held while that is done.
        wanted: bodies by digest, of questions that no batch has yet. waiting: digests that a batch under way has.
    """

    def __init__(self) -> None:
        self.dialect = Dialect()
        self.probed = False
        self.probing = asyncio.Lock()
        self.wanted: dict[str, bytes] = {}
        self.waiting: set[str] = set()
        self._answers: dict[str, BatchAnswer] = {}
        self._used: set[str] = set()

    def find(self, body: bytes) -> BatchAnswer | None:
        """The answer to the request `body`; None where a batch must be asked."""
        return self._answers.get(question_digest(body))

    def want(self, body: bytes) -> ModelError:
        """Notes the question, and gives what its asker is told."""
        digest = question_digest(body)
        if digest not in self.waiting:
            self.wanted[digest] = body
        return ModelError("batch_pending", "the batch has not answered yet; the same command goes on with it")

    def is_new(self, body: bytes) -> bool:
        """Whether neither a batch nor the next one has it."""
        digest = question_digest(body)
        return digest not in self.waiting and digest not in self.wanted

    def submitted(self, digests: Iterable[str]) -> None:
        for digest in digests:
            self.wanted.pop(digest, None)
            self.waiting.add(digest)

    def deliver(self, answers: Mapping[str, BatchAnswer]) -> None:
        for digest, answer in answers.items():
            self._answers[digest] = answer
            self.waiting.discard(digest)
            self.wanted.pop(digest, None)

    def note_use(self, body: bytes) -> bool:
        """Whether the answer to `body` is used for the first time: it is paid for once."""
        digest = question_digest(body)
        if digest in self._used:
            return False
        self._used.add(digest)
        return True


def question_digest(body: bytes) -> str:
    """64 hex digits that stand for a request's body, however its JSON is spaced and ordered."""
    canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def write_questions(wanted: Mapping[str, bytes]) -> bytes:
    """The input file of a batch: a JSON line for each question, by its digest."""
    lines = (
        {"custom_id": digest, "method": "POST", "url": "/v1/chat/completions", "body": json.loads(body)}
        for digest, body in wanted.items()
    )
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def read_answers(file: bytes) -> dict[str, BatchAnswer]:
    """The answers in an output or error file of a batch, in any order. A line that cannot be read is nobody's answer.

    >>> read_answers(b'{"custom_id": "q1", "response": null, "error": {"code": "batch_expired", "message": "..."}}')
    {'q1': BatchAnswer(status=0, body=b'', error='batch_expired')}
    """
    answers: dict[str, BatchAnswer] = {}
    for line in file.splitlines():
        try:
            given = json.loads(line)
            name = str(given["custom_id"])
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        answers[name] = _read_answer(given)
    return answers


def _read_answer(given: Mapping[str, Any]) -> BatchAnswer:
    error, response = given.get("error"), given.get("response")
    if isinstance(response, dict) and isinstance(response.get("status_code"), int):
        return BatchAnswer(response["status_code"], json.dumps(response.get("body"), ensure_ascii=False).encode())
    code = error.get("code") if isinstance(error, dict) else None
    return BatchAnswer(error="batch_expired" if code == "batch_expired" else "batch_failed")
