"""`python -m tests.proofs.soak [--days 60] [--seed N] [--faketime]`: the mornings of two months, over the changes of the clock.

A desk in London from October to December and from March to May: wraps come early, late, in the evening, twice, or not at all;
there are holidays, days on which the machine is off, mornings on which the mail server or the inbox cannot be reached. Runs are
where `schedule` puts them, wraps arrive in a folder and in a Maildir, mails go to a real SMTP server in a process of its own.
The clock is injected; with --faketime each run is the command itself, in a process whose clock Debian's faketime has turned.

Held at the end, from what the server filed alone: each wrap reached each reader in exactly one mail, in full or, after a gap, in
the list of a catch-up mail; none twice; a word that none has come only on trading days, after the deadline, once a day.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from itertools import takewhile
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from llm_wrap.brief.figures import long_date
from llm_wrap.config import load_settings
from llm_wrap.delivery.deliver import Clock
from llm_wrap.delivery.schedule import next_runs
from llm_wrap.delivery.trading_days import open_calendar
from llm_wrap.errors import LlmWrapError
from llm_wrap.mail_settings import MorningSettings
from llm_wrap.morning import run_morning
from llm_wrap.morning.connections import open_sources
from llm_wrap.morning.log import RunLog
from tests.conftest import ROOT
from tests.proofs.smtp_server import running_server
from tests.proofs.wraps import make_wrap

ZONE = "Europe/London"
CALENDAR = "LSE"
READERS = ("first@example.com", "second@example.com")
STARTS = (date(2025, 10, 6), date(2026, 3, 2))  # the clocks change on 26 October and on 29 March
MORNING = MorningSettings(
    deadline=clock_time(7, 30), time_zone=ZONE, calendar=CALENDAR, early_minutes=60, late_minutes=60, every_minutes=30
)


@dataclass(frozen=True)
class Plan:
    """What happens. Moments are in UTC.

    Attributes:
        runs: when the schedule would run. off: on which days the machine is off.
        arrivals: session date, moment, and where it comes: "folder", "maildir" or "both".
        no_server, no_inbox: days on which the mail server, the folder cannot be reached before nine.
    """

    start: date
    days: int
    runs: tuple[datetime, ...]
    arrivals: tuple[tuple[date, datetime, str], ...]
    off: frozenset[date]
    no_server: frozenset[date]
    no_inbox: frozenset[date]


@dataclass
class Result:
    """What was found. `faults`: one line each; the proof holds where there are none."""

    wraps: int = 0
    mails: int = 0
    full: int = 0
    listed: int = 0
    late: int = 0
    notices: int = 0
    runs: int = 0
    missed_runs: int = 0
    faults: list[str] = field(default_factory=list)


def make_plan(start: date, days: int, seed: int, interval: int) -> Plan:
    """A plan that the seed decides. The last days are quiet, so that all that waits gets out."""
    rng = random.Random(f"{seed} {start}")
    is_open = open_calendar(CALENDAR).is_open
    all_days = [start + timedelta(days=n) for n in range(days)]
    quiet = 3 if days > 30 else 1
    busy = all_days[2 : -quiet - 1]
    off = {day for day in busy if rng.random() < 0.05}
    for first in rng.sample(busy[:-5], days // 30):  # holidays of the desk
        off |= {first + timedelta(days=n) for n in range(4)}
    arrivals = []
    for day in (day for day in all_days[:-quiet] if is_open(day) and rng.random() < 0.95):
        chance = rng.random()
        minutes = (
            rng.uniform(0, 90) if chance < 0.75 else rng.uniform(90, 180) if chance < 0.9 else rng.uniform(300, 900)
        )
        moment = datetime.combine(day, clock_time(6), ZoneInfo(ZONE)).astimezone(UTC) + timedelta(minutes=minutes)
        arrivals.append((day, moment, rng.choice(("folder", "maildir", "both"))))
        if rng.random() < 0.1:
            arrivals.append((day, moment + timedelta(hours=rng.uniform(1, 60)), "maildir"))
    morning = replace(MORNING, every_minutes=interval)
    begin = datetime.combine(start, clock_time(0), UTC)
    end = begin + timedelta(days=days)
    weekdays = open_calendar(CALENDAR).weekdays()
    runs = tuple(run.astimezone(UTC) for run in takewhile(lambda run: run < end, next_runs(morning, weekdays, begin)))
    return Plan(
        start=start, days=days, runs=runs, arrivals=tuple(sorted(arrivals, key=lambda arrival: arrival[1])),
        off=frozenset(off), no_server=_sample(rng, busy, 0.12), no_inbox=_sample(rng, busy, 0.12),
    )  # fmt: skip


def _sample(rng: random.Random, days: list[date], part: float) -> frozenset[date]:
    weekdays = [day for day in days if day.weekday() < 5]
    return frozenset(rng.sample(weekdays, round(part * len(weekdays))))


def soak(
    plan: Plan,
    folder: Path,
    *,
    with_faketime: bool = False,
    before_run: Callable[[datetime], None] = lambda moment: None,
) -> Result:
    """Goes through the plan and looks at what the server filed. `before_run`: for who wants to spoil it."""
    result = Result(wraps=len({day for day, _, _ in plan.arrivals}))
    inbox, maildir, filed = folder / "wraps", folder / "Maildir", folder / "filed"
    for path in (inbox, *(maildir / part for part in ("new", "cur", "tmp"))):
        path.mkdir(parents=True)
    waiting = list(plan.arrivals)
    with running_server(filed) as port:
        run = _run_command if with_faketime else _run_here
        for moment in plan.runs:
            while waiting and waiting[0][1] <= moment:
                _arrive(*waiting.pop(0), inbox, maildir)
            if moment.date() in plan.off:
                result.missed_runs += 1
                continue
            result.runs += 1
            before_run(moment)
            early = moment.astimezone(ZoneInfo(ZONE)).hour < 8
            there = not (early and moment.date() in plan.no_inbox)
            hidden = inbox.with_name("gone")
            if not there:
                inbox.rename(hidden)
            settings = _write_settings(folder, 1 if early and moment.date() in plan.no_server else port)
            try:
                run(settings, moment)
            finally:
                if not there:
                    hidden.rename(inbox)
    _judge(plan, filed, result)
    return result


def _arrive(day: date, moment: datetime, where: str, inbox: Path, maildir: Path) -> None:
    paths = []
    if where != "maildir":
        paths.append(inbox / f"{day}.txt")
        paths[-1].write_bytes(make_wrap(day))
    if where != "folder":
        head = (
            b"From: Wraps <wraps@example.com>\r\nSubject: Asia recap\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        paths.append(maildir / "new" / f"{moment.timestamp():.0f}.{day}.host")
        paths[-1].write_bytes(head + make_wrap(day))
    for path in paths:
        os.utime(path, (moment.timestamp(),) * 2)


def _write_settings(folder: Path, port: int) -> Path:
    file = folder / "config.toml"
    readers = "".join(f'[[mail.to]]\naddress = "{reader}"\n' for reader in READERS)
    file.write_text(
        f'state_dir = "{folder}/state"\n[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nretry_s = 0\n'
        f'sender = "brief@example.com"\n{readers}[inbox]\nfolder = "{folder}/wraps"\nmaildir = "{folder}/Maildir"\n'
        f'senders = ["@example.com"]\n[morning]\ndeadline = "07:30"\ntime_zone = "{ZONE}"\ncalendar = "{CALENDAR}"\nnotices = true\n'
    )
    return file


def _run_here(file: Path, moment: datetime) -> None:
    settings = load_settings(file, {})
    started = time.monotonic()

    def now() -> datetime:
        return moment + timedelta(seconds=time.monotonic() - started)

    log = RunLog(io.StringIO(), "text", f"{moment:%Y%m%dT%H%M%S}", now)
    run_morning(
        settings, {}, open_sources(settings, {}, moment), log, clock=Clock(now=now),
        is_trading_day=open_calendar(CALENDAR).is_open, llm=False,
    )  # fmt: skip


def _run_command(file: Path, moment: datetime) -> None:
    program = shutil.which("faketime")
    if program is None:
        raise LlmWrapError("needs faketime (Debian: apt-get install faketime)")
    done = subprocess.run(
        [program, "-f", f"@{moment:%Y-%m-%d %H:%M:%S}", sys.executable, "-m", "llm_wrap", "run", "--no-llm", "--config", str(file)],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "TZ": "UTC", "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise AssertionError(done.stderr)


def _judge(plan: Plan, filed: Path, result: Result) -> None:
    mails = [
        cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=default))
        for path in sorted((filed / "new").iterdir())
    ]
    result.mails = len(mails)
    is_open = open_calendar(CALENDAR).is_open
    carried: Counter[tuple[str, date]] = Counter()
    notices: Counter[tuple[str, date]] = Counter()
    arrived = {day: min(at for other, at, _ in plan.arrivals if other == day) for day, _, _ in plan.arrivals}
    for mail in mails:
        reader = str(mail["To"]).strip("<>")
        sent = parsedate_to_datetime(str(mail["Date"])).astimezone(ZoneInfo(ZONE))
        body = mail.get_body(("plain",))
        text = " ".join(str(body.get_content() if body else "").split())
        if str(mail["Subject"]).strip() == "No wrap yet":
            notices[reader, sent.date()] += 1
            result.notices += 1
            if not is_open(sent.date()) or sent.time() < MORNING.deadline:
                result.faults.append(f"a notice on {sent:%a %Y-%m-%d %H:%M}")
            continue
        head, _, tail = text.partition("Older wraps since the last mail")
        full = {day for day in arrived if re.search(rf"on day {day:%j}\b", head)}
        listed = {day for day in arrived if long_date(day) in tail}
        result.full, result.listed = result.full + len(full), result.listed + len(listed)
        result.late += str(mail["Subject"]).strip().startswith("Late")
        carried.update((reader, day) for day in full | listed)
        if len(full) != 1 or full & listed or (listed and max(listed) > max(full)):
            result.faults.append(
                f"the mail of {sent:%Y-%m-%d %H:%M} has {sorted(full)} in full, lists {sorted(listed)}"
            )
        if any(arrived[day] > sent for day in full | listed):
            result.faults.append(f"the mail of {sent:%Y-%m-%d %H:%M} is older than a wrap in it")
    for reader in READERS:
        for day in arrived:
            if carried[reader, day] != 1:
                result.faults.append(f"the wrap of {day} reached {reader} {carried[reader, day]} times")
    result.faults += [f"{count} notices on {day}" for (_, day), count in notices.items() if count > 1]
    ids = Counter(str(mail["Message-ID"]) for mail in mails)
    result.faults += [f"{message_id} came {count} times" for message_id, count in ids.items() if count > 1]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.soak")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=30, help="minutes between runs")
    parser.add_argument("--faketime", action="store_true", help="each run a process with a turned clock")
    options = parser.parse_args(arguments)
    code = 0
    for start in STARTS:
        plan = make_plan(start, options.days, options.seed, options.every)
        with tempfile.TemporaryDirectory(prefix="llm-wrap-soak-") as folder:
            result = soak(plan, Path(folder), with_faketime=options.faketime)
        closed = sum(
            1 for n in range(plan.days)
            if (day := start + timedelta(days=n)).weekday() < 5 and not open_calendar(CALENDAR).is_open(day)
        )  # fmt: skip
        print(
            f"{start} + {plan.days} days, seed {options.seed}, {'faketime' if options.faketime else 'injected clock'}: "
            f"{result.runs} runs, {result.missed_runs} missed on {len(plan.off)} days off, {closed} holidays, "
            f"{len(plan.no_server)} mornings without server, {len(plan.no_inbox)} without inbox; {result.wraps} wraps to "
            f"{len(READERS)} readers: {result.mails} mails, {result.full} in full ({result.late} late), {result.listed} listed, "
            f"{result.notices} notices; {len(result.faults)} faults"
        )
        for fault in result.faults:
            print(f"  {fault}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
