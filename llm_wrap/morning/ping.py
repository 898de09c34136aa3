"""A dead-man's switch: a URL that is told of start, success and failure, and alarms somebody when it hears nothing."""

from __future__ import annotations

from http.client import HTTPException
from typing import Literal

from llm_wrap.morning.log import RunLog

_TIMEOUT_S = 5.0
_PATHS = {"start": "/start", "success": "", "fail": "/fail"}


def ping(url: str | None, event: Literal["start", "success", "fail"], log: RunLog) -> None:
    """One GET; that it fails is logged and changes nothing."""
    if url is None:
        return
    from urllib.request import urlopen

    try:
        with urlopen(f"{url.rstrip('/')}{_PATHS[event]}", timeout=_TIMEOUT_S):
            pass
    except (OSError, HTTPException, ValueError) as error:
        log.write("ping failed", ping=event, reason=f"{type(error).__name__}: {error}")
