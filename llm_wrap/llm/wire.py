"""Reads the raw answer of a chat completion: whether it is one, what it cost, and what is wrong with it. Pure."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from llm_wrap.errors import AnswerRefused, ModelError
from llm_wrap.llm.account import Bill

_SLACK_TOKENS = 64  # a server's own wrapping of an answer, beyond what was asked for at most


def read_payload(body: bytes) -> dict[str, Any]:
    """The JSON object of a successful answer; ModelError where it is none (a captive portal's page, say)."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        what = "nothing" if not body.strip() else "something that is no JSON object"
        raise ModelError("not_an_api", f"the server answered {what}: is --base-url right?")
    return payload


def check_message(payload: dict[str, Any]) -> None:
    """AnswerRefused where no text can be in the answer: cut off, refused, or empty."""
    choices = payload.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise AnswerRefused("empty_answer", "the answer holds no choice")
    if choice.get("finish_reason") == "length":
        raise AnswerRefused("cut_off", "the answer was cut off at its limit of tokens")
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise AnswerRefused("refused", "the model or its filter refused to answer")
    content = message.get("content")
    if not isinstance(content, str) or not content.strip():
        raise AnswerRefused("empty_answer", "the answer holds no text")


def unfence(text: str) -> str:
    """What stands in a Markdown fence, where the whole answer does; small models put their JSON into one.

    >>> unfence('```json\\n{"theme": "trade"}\\n```')
    '{"theme": "trade"}'
    """
    bare = text.strip()
    if not (bare.startswith("```") and bare.endswith("```") and "\n" in bare):
        return text
    return bare.partition("\n")[2].removesuffix("```").strip()


def answer_text(payload: dict[str, Any]) -> str:
    """The text of the first choice; empty where there is none."""
    try:
        content = payload["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return ""
    return content if isinstance(content, str) else ""


def read_bill(payload: dict[str, Any], sent_bytes: int, max_tokens: int) -> Bill | None:
    """The usage that the server reports; None where it reports none or what cannot be: a token has a byte at least.

    >>> read_bill({"usage": {"prompt_tokens": 7, "completion_tokens": 2}}, 100, 20)
    Bill(prompt=7, completion=2, cached=0, estimated=False, batch=False)
    >>> read_bill({"usage": {"prompt_tokens": -7, "completion_tokens": 2}}, 100, 20)
    """
    usage = payload.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not _is_count(prompt) or not _is_count(completion) or prompt + completion == 0:
        return None
    most = max(max_tokens, len(answer_text(payload).encode())) + _SLACK_TOKENS
    if prompt > sent_bytes + _SLACK_TOKENS or completion > most:
        return None
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Bill(prompt, completion, cached if _is_count(cached) and cached <= prompt else 0)


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
