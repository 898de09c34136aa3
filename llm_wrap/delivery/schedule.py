"""When the scheduled runs are, and what tells systemd or cron of it. Pure: in, the settings of the morning; out, times and texts.

The hours of a day: from `early_minutes` before the deadline to `late_minutes` after it, in the settings' time zone, on the
weekdays on which the exchange usually trades. A holiday is no reason not to look: a run that finds nothing does nothing.

systemd's timer knows time zones and catches up on what it slept through (Persistent=true). cron knows neither here and there,
so its line runs all day long, and `llm-wrap run --in-hours` does nothing outside of the hours.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from llm_wrap.errors import SettingsError
from llm_wrap.mail_settings import MorningSettings

NAME = "llm-wrap"
MARK = "# Written by `llm-wrap schedule install`; `llm-wrap schedule remove` takes it away. Changes are lost."
CRON_BEGIN, CRON_END = "# >>> llm-wrap schedule", "# <<< llm-wrap schedule"
_DAY = 24 * 60
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The texts of systemd's two files."""

    service: str
    timer: str


def run_times(morning: MorningSettings) -> tuple[time, ...]:
    """The local times of a day's runs, ascending; one of them is the deadline's minute, for the word that none has come.

    >>> [f"{t:%H:%M}" for t in run_times(MorningSettings(deadline=time(7, 5), early_minutes=60, late_minutes=30, every_minutes=30))]
    ['06:05', '06:35', '07:05', '07:35']
    """
    due = morning.deadline.hour * 60 + morning.deadline.minute
    before = morning.early_minutes // morning.every_minutes
    after = morning.late_minutes // morning.every_minutes
    minutes = (due + step * morning.every_minutes for step in range(-before, after + 1))
    return tuple(time(minute // 60, minute % 60) for minute in minutes if 0 <= minute < _DAY)


def next_runs(morning: MorningSettings, weekdays: Sequence[int], after: datetime) -> Iterator[datetime]:
    """The runs after a moment, in the settings' time zone, each once: an hour that the clocks repeat is not run twice."""
    zone = ZoneInfo(morning.time_zone)
    day: date = after.astimezone(zone).date()
    while True:
        if day.weekday() in weekdays:
            # In an hour that the clocks leave out, the moment that the old offset gives: an hour later on the clock, where
            # another run may be already.
            moments = {datetime.combine(day, at, zone).astimezone(UTC) for at in run_times(morning)}
            yield from (moment.astimezone(zone) for moment in sorted(moments) if moment > after)
        day += timedelta(days=1)


def next_run(morning: MorningSettings, weekdays: Sequence[int], after: datetime) -> datetime:
    """The first run after a moment."""
    return next(next_runs(morning, weekdays, after))


def is_in_hours(morning: MorningSettings, weekdays: Sequence[int], now: datetime) -> bool:
    """Whether `now` is within the hours of the runs; both ends are, and all of the last one's interval."""
    local = now.astimezone(ZoneInfo(morning.time_zone))
    times = run_times(morning)
    minute = local.hour * 60 + local.minute
    first, last = (at.hour * 60 + at.minute for at in (times[0], times[-1]))
    return local.weekday() in weekdays and first <= minute < last + morning.every_minutes


def write_units(morning: MorningSettings, weekdays: Sequence[int], command: Sequence[str], environment: Path) -> Units:
    """systemd's files. `command`: the run, as words; `environment`: a file of NAME=value lines that may be missing."""
    # env, because systemd takes no program whose own path has a quote or a $ in it.
    days = ",".join(_DAYS[day] for day in weekdays)
    lines = [f"OnCalendar={days} *-*-* {at:%H:%M}:00 {morning.time_zone}" for at in run_times(morning)]
    service = f"""{MARK}
[Unit]
Description=Morning brief of the market wrap

[Service]
Type=oneshot
ExecStart=/usr/bin/env {" ".join(_quote_word(word) for word in command)}
EnvironmentFile=-{_plain_path(environment)}
TimeoutStartSec=2h
"""
    timer = f"""{MARK}
[Unit]
Description=Runs {NAME} through the morning

[Timer]
{chr(10).join(lines)}
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
"""
    return Units(service=service, timer=timer)


def write_cron_block(morning: MorningSettings, command: Sequence[str], log: Path) -> str:
    """The lines of the crontab, with the marks around them."""
    words = " ".join(shlex.quote(word) for word in (*command, "--in-hours"))
    minutes = "0" if morning.every_minutes == 60 else f"*/{morning.every_minutes}"
    line = f"{minutes} * * * * {words} >>{shlex.quote(str(log))} 2>&1"
    if not line.isprintable():
        raise SettingsError("a path of the run holds a control character: no crontab line can have it")
    return f"{CRON_BEGIN}\n{MARK}\n{line.replace('%', chr(92) + '%')}\n{CRON_END}\n"


def drop_cron_block(crontab: str) -> str:
    """A crontab without our lines; SettingsError where an end is missing, for then what is ours cannot be told.

    >>> drop_cron_block("a\\n# >>> llm-wrap schedule\\nb\\n# <<< llm-wrap schedule\\nc\\n")
    'a\\nc\\n'
    """
    kept: list[str] = []
    inside = False
    for line in crontab.splitlines(keepends=True):
        if line.strip() in (CRON_BEGIN, CRON_END):
            if inside == (line.strip() == CRON_BEGIN):
                break
            inside = not inside
        elif not inside:
            kept.append(line)
    else:
        if not inside:
            return "".join(kept)
    raise SettingsError(
        f"the crontab has {CRON_BEGIN!r} and {CRON_END!r} not in pairs: put that right by hand (crontab -e)"
    )


def list_next(morning: MorningSettings, weekdays: Sequence[int], after: datetime, count: int) -> list[datetime]:
    """The next runs."""
    return list(islice(next_runs(morning, weekdays, after), count))


def _quote_word(word: str) -> str:
    """A word of ExecStart: systemd expands % and $ and knows C's escapes inside quotes."""
    if not word.isprintable():
        raise SettingsError("a path of the run holds a control character: no unit file can have it")
    escaped = _escape_percent(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'


def _plain_path(path: Path) -> str:
    if not str(path).isprintable():
        raise SettingsError("the path of the settings holds a control character: no unit file can have it")
    return _escape_percent(str(path))


def _escape_percent(text: str) -> str:
    return text.replace("%", "%%")
