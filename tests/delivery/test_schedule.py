"""When runs are, what systemd and cron are told, whose trading days count, and what stays running."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from llm_wrap.delivery.schedule import (
    drop_cron_block,
    is_in_hours,
    next_run,
    next_runs,
    run_times,
    write_cron_block,
    write_units,
)
from llm_wrap.delivery.trading_days import open_calendar
from llm_wrap.errors import SettingsError
from llm_wrap.mail_settings import MorningSettings
from llm_wrap.morning.watch import Watch, watch_mornings
from tests.conftest import SAMPLE, need
from tests.fake_smtp import Act, FakeSmtp

WEEK = (0, 1, 2, 3, 4)
ZONES = ("Europe/London", "America/New_York", "Asia/Tokyo")
SYSTEMD = shutil.which("systemd-analyze")


def morning(zone: str = "Europe/London", **changes: object) -> MorningSettings:
    return MorningSettings(time_zone=zone, **changes)  # type: ignore[arg-type]


# --- times --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "times"),
    [
        (date(2026, 3, 28), ["00:30", "02:00", "02:30", "03:00", "03:30"]),
        (date(2025, 10, 25), ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
    ],
)
def test_the_clocks_change_and_the_runs_keep_the_local_time(day: date, times: list[str]) -> None:
    """Over the Sundays on which London's clocks change; with runs inside the hour that is left out or repeated, too."""
    settings = morning(deadline=clock_time(1, 30), early_minutes=60, late_minutes=120, every_minutes=30)
    start = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    runs = list(islice(next_runs(settings, range(7), start), 14))
    moments = [run.astimezone(UTC) for run in runs]
    assert moments == sorted(set(moments))
    sunday = day + timedelta(days=1)
    assert [f"{run:%H:%M}" for run in runs if run.date() == sunday] == times
    for before, run in pairwise(runs):
        assert next_run(settings, range(7), before) == run


def test_runs_stay_within_a_day_and_on_its_weekdays() -> None:
    late = morning(deadline=clock_time(23, 30), late_minutes=180, early_minutes=30, every_minutes=15)
    assert [f"{at:%H:%M}" for at in run_times(late)] == ["23:00", "23:15", "23:30", "23:45"]
    friday = datetime(2025, 11, 14, 23, 50, tzinfo=UTC)
    assert next_run(late, WEEK, friday) == datetime(2025, 11, 17, 23, 0, tzinfo=UTC)


def test_the_hours_are_the_runs_hours() -> None:
    settings = morning(deadline=clock_time(7, 30), early_minutes=30, late_minutes=60, every_minutes=30)
    tz = ZoneInfo("Europe/London")
    at = lambda day, hour, minute: is_in_hours(settings, WEEK, datetime(2025, 11, day, hour, minute, tzinfo=tz))  # noqa: E731
    assert [at(14, 6, 59), at(14, 7, 0), at(14, 8, 59), at(14, 9, 0), at(15, 7, 30)] == [
        False,
        True,
        True,
        False,
        False,
    ]


# --- systemd and cron ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_systemd_takes_the_files(zone: str, tmp_path: Path) -> None:
    need(SYSTEMD is not None, "systemd-analyze (Debian: apt-get install systemd)")
    odd = tmp_path / 'with space 100% $HOME "q"'
    odd.mkdir()
    program = odd / "python"
    program.symlink_to(sys.executable)
    settings = morning(zone, every_minutes=30)
    units = write_units(settings, WEEK, [str(program), "-m", "llm_wrap", "run"], odd / "environment")
    (tmp_path / "llm-wrap.service").write_text(units.service)
    (tmp_path / "llm-wrap.timer").write_text(units.timer)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(tmp_path / "llm-wrap.service"), str(tmp_path / "llm-wrap.timer")],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "Persistent=true" in units.timer

    times = [line.partition("=")[2] for line in units.timer.splitlines() if line.startswith("OnCalendar=")]
    assert len(times) == len(run_times(settings)) == 9
    base = datetime(2026, 3, 27, 12, tzinfo=UTC)  # a Friday; London's clocks change on the Sunday
    ours = list(islice(next_runs(settings, WEEK, base), len(times)))
    for text, run in zip(times, sorted(ours, key=lambda run: run.timetz()), strict=True):
        done = subprocess.run(
            ["systemd-analyze", "calendar", f"--base-time={base:%Y-%m-%d %H:%M:%S} UTC", text],
            capture_output=True, text=True, env={**environment, "TZ": "UTC"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        following = next(line for line in done.stdout.splitlines() if "Next elapse" in line)
        assert f"{run.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" in following, (text, done.stdout)


def test_what_cannot_stand_in_a_unit_or_crontab_is_refused() -> None:
    with pytest.raises(SettingsError, match="control"):
        write_units(morning(), WEEK, ["a\nExecStart=evil"], Path("x"))
    with pytest.raises(SettingsError, match="control"):
        write_units(morning(), WEEK, ["a"], Path("x\nEnvironment=evil"))
    with pytest.raises(SettingsError, match="control"):
        write_cron_block(morning(), ["a\n* * * * * evil"], Path("log"))


def test_the_cron_block_comes_and_goes() -> None:
    block = write_cron_block(morning(every_minutes=15), ["/a b/python", "run", "--x=100%"], Path("/l og"))
    assert "*/15 * * * * '/a b/python' run --x=100\\% --in-hours >>'/l og' 2>&1\n" in block
    assert write_cron_block(morning(every_minutes=60), ["a"], Path("l")).count("\n0 * * * * a") == 1
    before = "MAILTO=me\n0 1 * * * other\n"
    assert drop_cron_block(before + block + "# mine\n") == before + "# mine\n"
    for broken in (block.replace("# <<<", "#"), block.replace("# >>>", "#"), block + "# >>> llm-wrap schedule\n"):
        with pytest.raises(SettingsError, match="by hand"):
            drop_cron_block(broken)


def run_cli(*arguments: str, home: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment["HOME"] = str(home)
    if path is not None:
        environment["PATH"] = str(path)
    return subprocess.run(
        [sys.executable, "-m", "llm_wrap", *arguments], capture_output=True, text=True, env=environment, timeout=60
    )


def tree(folder: Path) -> list[str]:
    return sorted(
        f"{path.relative_to(folder)}:{path.read_text() if path.is_file() else ''}" for path in folder.rglob("*")
    )


def test_install_shows_and_leaves_no_trace(tmp_path: Path) -> None:
    """Without a systemd to talk to, as in this test: the files are whole, and what to do by hand is told."""
    before = tree(tmp_path)
    nowhere = tmp_path / "bin"
    dry = run_cli("schedule", "install", "--with", "systemd", "--dry-run", home=tmp_path, path=nowhere)
    assert (dry.returncode, "OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 07:30:00 UTC" in dry.stdout) == (0, True)
    assert tree(tmp_path) == before
    done = run_cli("schedule", "install", "--with", "systemd", home=tmp_path, path=nowhere)
    assert done.returncode == 1
    assert "systemctl --user enable llm-wrap.timer" in done.stderr
    assert tree(tmp_path) != before
    shown = run_cli("schedule", "show", home=tmp_path, path=nowhere)
    assert "as the settings say" in shown.stdout
    assert "next runs (UTC)" in shown.stdout
    (tmp_path / "other.toml").write_text('[morning]\ntime_zone = "Asia/Tokyo"')
    changed = run_cli("schedule", "show", "--config", str(tmp_path / "other.toml"), home=tmp_path, path=nowhere)
    assert "not as the settings say now" in changed.stdout
    (tmp_path / "other.toml").unlink()
    assert run_cli("schedule", "remove", home=tmp_path, path=nowhere).returncode == 0
    after = [name for name in tree(tmp_path) if not name.startswith(".config:")]
    assert after == before
    again = run_cli("schedule", "remove", home=tmp_path, path=nowhere)
    assert (again.returncode, again.stdout) == (0, "nothing of llm-wrap is installed\n")


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "systemd" / "user"
    folder.mkdir(parents=True)
    (folder / "llm-wrap.timer").write_text("[Timer]\nOnCalendar=daily\n")
    before = tree(tmp_path)
    done = run_cli("schedule", "install", "--with", "systemd", home=tmp_path, path=tmp_path)
    assert (done.returncode, "not of llm-wrap" in done.stderr) == (2, True)
    assert "left alone" in run_cli("schedule", "remove", home=tmp_path, path=tmp_path).stderr
    assert tree(tmp_path) == before


def test_the_crontab_is_changed_in_our_lines_only(tmp_path: Path) -> None:
    """With a `crontab` that keeps its text in a file: a test must not change the user's own."""
    program = tmp_path / "crontab"
    table = tmp_path / "table"
    program.write_text(
        f'#!/bin/sh\ncase $1 in -l) [ -f {table} ] || {{ echo "no crontab for me" >&2; exit 1; }}; cat {table};; '
        f"-r) rm {table};; -) cat > {table};; esac\n"
    )
    program.chmod(0o755)
    path = Path(f"{tmp_path}:/usr/bin:/bin")
    assert run_cli("schedule", "install", "--with", "cron", home=tmp_path, path=path).returncode == 0
    assert "run --wait 600 --in-hours" in table.read_text()
    assert run_cli("schedule", "show", home=tmp_path, path=path).returncode == 0
    assert run_cli("schedule", "remove", home=tmp_path, path=path).returncode == 0
    assert not table.exists()
    table.write_text("0 1 * * * mine")
    for _ in range(2):
        assert run_cli("schedule", "install", "--with", "cron", home=tmp_path, path=path).returncode == 0
    assert table.read_text().startswith("0 1 * * * mine\n# >>> llm-wrap")
    assert table.read_text().count("--in-hours") == 1
    table.write_bytes("# für mich\n".encode("latin-1") + table.read_bytes())
    run_cli("schedule", "remove", home=tmp_path, path=path)
    assert table.read_bytes() == "# für mich\n0 1 * * * mine\n".encode("latin-1"), "lines of others stay as they are"


# --- trading days -------------------------------------------------------------------------------------------------------

# Days on which the exchanges said that they were or would be closed, and one on which each was open.
CLOSED = {
    "JPX": (date(2025, 12, 31), date(2026, 1, 2), date(2026, 5, 6)),
    "XTKS": (date(2025, 11, 3),),
    "HKEX": (date(2025, 10, 1), date(2025, 12, 25)),
    "SSE": (date(2025, 10, 1), date(2025, 10, 8)),
    "KRX": (date(2025, 10, 3), date(2025, 12, 31)),
    "TWSE": (date(2025, 10, 10),),
    "NSE": (date(2025, 10, 2), date(2025, 12, 25)),
    "ASX": (date(2025, 12, 26), date(2026, 1, 26)),
    "LSE": (date(2025, 12, 26), date(2026, 4, 6)),
    "XETR": (date(2025, 12, 24), date(2026, 5, 1)),
    "Euronext": (date(2026, 4, 3), date(2026, 5, 1)),
    "NYSE": (date(2025, 11, 27), date(2026, 7, 3)),
    "BVMF": (date(2025, 12, 31), date(2026, 2, 16)),
}


@pytest.mark.parametrize("exchange", CLOSED)
def test_exchanges_and_their_holidays(exchange: str) -> None:
    days = open_calendar(exchange)
    assert days.doubt is None
    assert [day for day in CLOSED[exchange] if days.is_open(day)] == []
    assert days.is_open(date(2025, 11, 12))
    assert not days.is_open(date(2025, 11, 15))
    assert days.weekdays() == WEEK
    assert sum(map(days.is_open, (date(2025, 1, 1) + timedelta(days=n) for n in range(365)))) in range(240, 256)


def test_an_exchange_that_nobody_knows() -> None:
    with pytest.raises(SettingsError, match=r"no exchange that is known.*XLON"):
        open_calendar("XYZ")


def test_without_the_extra_weekdays_count_and_it_is_said() -> None:
    program = (
        "import sys; sys.modules['holidays'] = None\nfrom datetime import date\n"
        "from llm_wrap.delivery.trading_days import open_calendar\n"
        "days = open_calendar('JPX'); print(days.is_open(date(2025, 12, 31)), days.is_open(date(2026, 1, 3)), days.doubt)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.startswith("True False the trading days of JPX are not known here")
    assert "pip install holidays" in done.stdout


# --- watch --------------------------------------------------------------------------------------------------------------


class World:
    """A clock that moves while somebody waits, and the runs."""

    def __init__(self, start: datetime, until: datetime) -> None:
        self.at, self.until = start, until
        self.runs: list[datetime] = []
        self.told: list[str] = []
        self.healthy = 0
        self.jumps: dict[datetime, timedelta] = {}

    def wait(self, seconds: float) -> bool:
        assert 0 < seconds <= 30
        self.at += timedelta(seconds=seconds)
        for moment in [moment for moment in self.jumps if moment <= self.at]:
            self.at += self.jumps.pop(moment)
        return self.at >= self.until

    def run(self) -> None:
        self.runs.append(self.at)
        self.at += timedelta(seconds=40)

    def watch(self, settings: MorningSettings) -> list[str]:
        def healthy(due: datetime) -> None:
            self.healthy += 1

        watch_mornings(
            Watch(
                morning=settings, weekdays=WEEK, now=lambda: self.at, wait=self.wait, run=self.run,
                tell=self.told.append, healthy=healthy,
            )
        )  # fmt: skip
        zone = ZoneInfo(settings.time_zone)
        return [f"{run.astimezone(zone):%a %H:%M}" for run in self.runs]


HOURLY = morning(deadline=clock_time(7, 0), early_minutes=60, late_minutes=60, every_minutes=60)


def test_it_runs_at_once_and_then_at_its_hours() -> None:
    world = World(datetime(2025, 10, 24, 6, 10, tzinfo=UTC), datetime(2025, 10, 27, 7, 30, tzinfo=UTC))
    assert world.watch(HOURLY) == ["Fri 07:10", "Fri 08:00", "Mon 06:00", "Mon 07:00"]
    assert world.told[0] == "next run Fri 2025-10-24 08:00 Europe/London"
    assert world.healthy > 1000


def test_a_machine_that_slept_runs_once_and_a_clock_set_back_runs_again() -> None:
    world = World(datetime(2025, 11, 10, 9, 0, tzinfo=UTC), datetime(2025, 11, 13, 6, 30, tzinfo=UTC))
    world.jumps = {
        datetime(2025, 11, 10, 10, 0, tzinfo=UTC): timedelta(days=1, hours=2),
        datetime(2025, 11, 12, 8, 30, tzinfo=UTC): -timedelta(hours=2),
    }
    runs = world.watch(HOURLY)
    assert runs == [
        "Mon 09:00", "Tue 12:00", "Wed 06:00", "Wed 07:00", "Wed 08:00", "Wed 07:00", "Wed 08:00",
        "Thu 06:00",
    ]  # fmt: skip
    assert any("set back" in line for line in world.told)


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    yield server
    server.close()


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def write_settings(tmp_path: Path, smtp: FakeSmtp) -> Path:
    wraps = tmp_path / "wraps"
    wraps.mkdir()
    shutil.copy(SAMPLE, wraps)
    config = tmp_path / "config.toml"
    config.write_text(
        f'state_dir = "{tmp_path}/state"\n[mail]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\n'
        f'sender = "b@example.com"\n[[mail.to]]\naddress = "a@example.com"\n[inbox]\nfolder = "{wraps}"\n'
    )
    return config


def start_watch(config: Path, health: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "llm_wrap", "watch", "--no-llm", "--config", str(config), "--health", str(health)],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_watch_runs_tells_and_stops_at_sigterm(smtp: FakeSmtp, tmp_path: Path) -> None:
    health = tmp_path / "health"
    process = start_watch(write_settings(tmp_path, smtp), health)
    wait_until(lambda: health.exists() and json.loads(health.read_text())["next"] is not None)
    assert json.loads(health.read_text())["last"]["code"] == 0
    assert len(smtp.stored) == 1
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "llm-wrap: next run " in told
    assert told.splitlines()[-1] == "llm-wrap: stopped"
    assert not health.exists()


def test_sigterm_in_the_middle_of_a_run_loses_nothing(smtp: FakeSmtp, tmp_path: Path) -> None:
    """The server hangs when it is to take the text: stopped at once, and the next run sends the mail, once."""
    smtp.acts = {"data": Act(then="hang", times=1)}
    config = write_settings(tmp_path, smtp)
    health = tmp_path / "health"
    process = start_watch(config, health)
    wait_until(lambda: smtp.connections > 0)
    time.sleep(0.5)
    assert json.loads(health.read_text())["next"] is None, "healthy in the middle of a run, too"
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=20)
    assert (process.returncode, told.splitlines()[-1]) == (
        0, "llm-wrap: stopped in the middle of a run; the next one goes on from there",
    )  # fmt: skip
    assert smtp.stored == []
    assert not health.exists()
    command = [sys.executable, "-m", "llm_wrap", "run", "--no-llm", "--config", str(config)]
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert len(smtp.stored) == 1
