"""`llm-wrap watch`."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from llm_wrap.cli.morning import run_once
from llm_wrap.config import load_settings
from llm_wrap.delivery.trading_days import open_calendar
from llm_wrap.errors import LlmWrapError, OutputError, SettingsError
from llm_wrap.files import write_whole
from llm_wrap.morning.connections import open_submission
from llm_wrap.morning.watch import LOOK_S, Watch, watch_mornings

_WAIT_FOR_OTHER_S = 600.0
_LONGEST_RUN_S = 7200.0  # a run that takes longer is not called healthy any more


class _Stop(BaseException):
    """SIGTERM came in the middle of a run."""


def run_watch(
    config: Path | None, environment: Mapping[str, str], health: Path | None, log_form: str | None, *, llm: bool
) -> int:
    """Stays until SIGTERM or Ctrl-C. SettingsError where it could never send anything."""
    settings = load_settings(config, environment)
    days = open_calendar(settings.morning.calendar)
    if not settings.mail.to:
        raise SettingsError("nobody gets the brief: add a [[mail.to]] with an address to the settings")
    open_submission(settings, environment).close()
    if days.doubt:
        _tell(days.doubt)
    last: dict[str, object] = {}
    stopped = threading.Event()
    running = False

    def stop(*_: object) -> None:
        stopped.set()
        if running:  # a run may be stopped at any point; the next one goes on
            raise _Stop

    def run() -> None:
        nonlocal running
        last.update(started=datetime.now(UTC).isoformat(timespec="seconds"), code=None)
        running = True
        try:
            # Read again for each run: a password that was changed needs no restart.
            with _beating(lambda: healthy(None)):
                code = run_once(
                    None, load_settings(config, environment), environment, log_form, llm=llm, wait_s=_WAIT_FOR_OTHER_S
                )
        except LlmWrapError as error:
            _tell(str(error))
            code = 2
        finally:
            running = False
        last["code"] = code

    def healthy(due: datetime | None) -> None:
        if health is not None:
            _write_health(
                health,
                {
                    "now": datetime.now(UTC).isoformat(timespec="seconds"),
                    "next": due.isoformat() if due else None,
                    "last": last,
                },
            )

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        watch_mornings(
            Watch(
                morning=settings.morning,
                weekdays=days.weekdays(),
                now=lambda: datetime.now(UTC),
                wait=stopped.wait,
                run=run,
                tell=_tell,
                healthy=healthy,
            )
        )
        _tell("stopped")
    except _Stop:
        _tell("stopped in the middle of a run; the next one goes on from there")
    finally:
        if health is not None:
            health.unlink(missing_ok=True)
    return 0


@contextmanager
def _beating(beat: Callable[[], None]) -> Iterator[None]:
    """Tells that all is well while a run is under way, which may take minutes."""
    done = threading.Event()
    end = time.monotonic() + _LONGEST_RUN_S

    def go() -> None:
        while time.monotonic() < end:
            with suppress(OutputError):  # the watch itself says so when the run is over
                beat()
            if done.wait(LOOK_S):
                return

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _write_health(path: Path, facts: Mapping[str, object]) -> None:
    """Whole or not at all: a check may read at any time."""
    try:
        write_whole((json.dumps(facts) + "\n").encode("utf-8"), path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error


def _tell(words: str) -> None:
    print(f"llm-wrap: {words}", file=sys.stderr, flush=True)
