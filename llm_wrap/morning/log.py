"""What a run does, as lines on stderr: for people, or one JSON object a line. Mails are told by number, not by address."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from llm_wrap.errors import printable
from llm_wrap.models.delivery import RunReport

_COUNTS = ("found", "taken", "skipped", "mails", "sent", "refused", "unknown", "waiting")


@dataclass(frozen=True, slots=True)
class RunLog:
    """Writes events of one run. `form` is "text" or "json"."""

    stream: TextIO
    form: str
    run_id: str
    now: Callable[[], datetime]

    def write(self, event: str, **facts: object) -> None:
        given = {name: value for name, value in facts.items() if value is not None}
        moment = self.now()
        if self.form == "json":
            line = json.dumps(
                {"time": moment.isoformat(), "run": self.run_id, "event": event, **given}, ensure_ascii=True
            )
        else:
            told = " ".join(f"{name}={_word(value)}" for name, value in given.items())
            line = f"{moment:%H:%M:%S} {event} {told}".rstrip()
        print(line, file=self.stream, flush=True)


def summarise_run(report: RunReport) -> dict[str, object]:
    """The figures of a run's one summary line."""
    seconds = (report.ended - report.started).total_seconds() if report.ended else None
    return {
        **{name: getattr(report, name) for name in _COUNTS},
        "problems": len(report.problems),
        "seconds": round(seconds, 1) if seconds is not None else None,
    }


def _word(value: object) -> str:
    words = printable(" ".join(str(value).split()))
    return json.dumps(words, ensure_ascii=False) if " " in words or not words else words
