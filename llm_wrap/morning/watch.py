"""The long-running form: a run at once, and then at the hours of the settings, until it is told to stop.

It goes by the clock on the wall and looks at it often, so a clock that is set, a machine that slept and an hour that is
repeated are all well: what is due is run once, whatever was missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from llm_wrap.delivery.schedule import next_run
from llm_wrap.mail_settings import MorningSettings

LOOK_S = 30.0  # between two looks at the clock
SET_BACK = timedelta(minutes=2)  # less is a clock that is kept right and not one that was set


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What it needs of the world.

    Attributes:
        now: with a time zone. wait: pauses for seconds, and says whether it was told to stop.
        run: one run; it raises nothing but what ends the watch.
        tell: a line for the operator. healthy: told at every look, with the next run.
    """

    morning: MorningSettings
    weekdays: tuple[int, ...]
    now: Callable[[], datetime]
    wait: Callable[[float], bool]
    run: Callable[[], None]
    tell: Callable[[str], None]
    healthy: Callable[[datetime], None]


def watch_mornings(watch: Watch) -> None:
    """Runs until `wait` says stop."""
    ran = None
    while True:
        before = watch.now()
        watch.run()
        ran = max(before, watch.now())
        due = _next(watch, ran)
        while True:
            now = watch.now()
            if now + SET_BACK < ran:
                watch.tell(f"the clock was set back to {now:%Y-%m-%d %H:%M:%S} UTC")
                ran = now
                due = _next(watch, now)
            if now >= due:
                break
            watch.healthy(due)
            if watch.wait(max(0.01, min(LOOK_S, (due - now).total_seconds()))):
                return
            ran = max(ran, min(now, watch.now()))


def _next(watch: Watch, after: datetime) -> datetime:
    due = next_run(watch.morning, watch.weekdays, after)
    watch.tell(f"next run {due:%a %Y-%m-%d %H:%M} {watch.morning.time_zone}")
    return due
