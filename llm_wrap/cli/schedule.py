"""`llm-wrap schedule`: systemd's files and the crontab, written, shown and taken away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from llm_wrap.cli.output import write_text
from llm_wrap.config import Settings, default_config_path, load_settings, named_config
from llm_wrap.delivery.schedule import (
    CRON_BEGIN,
    CRON_END,
    MARK,
    NAME,
    drop_cron_block,
    list_next,
    write_cron_block,
    write_units,
)
from llm_wrap.delivery.trading_days import TradingDays, open_calendar
from llm_wrap.errors import OutputError

_SHOWN = 5
_COMMAND_S = 30


@dataclass(frozen=True, slots=True)
class _Places:
    """Where systemd's files of a user are."""

    folder: Path
    stamps: Path

    @property
    def service(self) -> Path:
        return self.folder / f"{NAME}.service"

    @property
    def timer(self) -> Path:
        return self.folder / f"{NAME}.timer"

    @property
    def link(self) -> Path:
        """What `systemctl --user enable` makes."""
        return self.folder / "timers.target.wants" / f"{NAME}.timer"

    @property
    def stamp(self) -> Path:
        """When the timer last ran, for Persistent=true."""
        return self.stamps / f"stamp-{NAME}.timer"


def run_install(config: Path | None, environment: Mapping[str, str], kind: str | None, *, dry: bool) -> int:
    settings, days = _read(config, environment)
    kind = kind or _choose_kind()
    wanted = _wanted(kind, settings, days, config, environment)
    if dry:
        for place, text in wanted.items():
            print(f"# {place}\n{text}")
        return 0
    if kind == "cron":
        before = _read_crontab()
        _write_crontab(_with_block(drop_cron_block(before), wanted["crontab"]))
        print("wrote the crontab's line; llm-wrap schedule show tells the next runs")
        return _tell_next(settings, days)
    places = _places(environment)
    for path in (places.service, places.timer):
        if not _is_ours(path):
            raise OutputError(f"{path}: is there and not of llm-wrap: move it away, or use --with cron")
    places.folder.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        write_text(text, Path(name))
        print(f"wrote {name}")
    commands = (["daemon-reload"], ["enable", f"{NAME}.timer"], ["restart", f"{NAME}.timer"])
    for command in commands:
        trouble = _systemctl(*command)
        if trouble:
            print(f"llm-wrap: the timer is not running: {trouble}; do by hand:", file=sys.stderr)
            for words in commands:
                print(f"  systemctl --user {' '.join(words)}", file=sys.stderr)
            return 1
    print("the timer runs while you are logged in; for good: loginctl enable-linger")
    return _tell_next(settings, days)


def run_show(config: Path | None, environment: Mapping[str, str]) -> int:
    settings, days = _read(config, environment)
    code = 1
    places = _places(environment)
    if places.timer.exists() and _is_ours(places.timer):
        wanted = _wanted("systemd", settings, days, config, environment)
        same = all(_read_file(Path(name)) == text for name, text in wanted.items())
        print(f"{places.timer}: {_verdict(same)}")
        trouble = _systemctl("is-active", f"{NAME}.timer")
        print("systemd: the timer is active" if not trouble else f"systemd: the timer is not active ({trouble})")
        code = 0 if same and not trouble else 1
    block = _block(_read_crontab()) if shutil.which("crontab") else ""
    if block:
        same = block == _wanted("cron", settings, days, config, environment)["crontab"]
        print(f"crontab: {_verdict(same)}")
        code = 0 if same else 1
    if not places.timer.exists() and not block:
        print("nothing is installed: llm-wrap schedule install")
        code = 1
    _tell_next(settings, days)
    return code


def run_remove(environment: Mapping[str, str], *, dry: bool) -> int:
    """Takes away files, link, stamp and crontab lines of ours, and folders that are empty then."""
    places = _places(environment)
    ours = [path for path in (places.service, places.timer) if path.exists() and _is_ours(path)]
    strangers = [path for path in (places.service, places.timer) if path.exists() and path not in ours]
    crontab = _read_crontab() if shutil.which("crontab") else ""
    kept = drop_cron_block(crontab)
    for path in strangers:
        print(f"llm-wrap: {path}: left alone, it is not of llm-wrap", file=sys.stderr)
    if not ours and kept == crontab:
        print("nothing of llm-wrap is installed")
        return 0
    if dry:
        for path in ours:
            print(f"would remove {path}")
        if kept != crontab:
            print("would remove the crontab's line")
        return 0
    if places.timer in ours:
        _systemctl("disable", "--now", f"{NAME}.timer")  # the files go in any case
    for path in ours:
        path.unlink()
        print(f"removed {path}")
    if ours:
        if places.link.is_symlink():
            places.link.unlink()
        with suppress(FileNotFoundError):
            places.stamp.unlink()
        for folder in (places.link.parent, places.folder, places.folder.parent, places.stamps):
            with suppress(OSError):  # not empty, or not there
                folder.rmdir()
        _systemctl("daemon-reload")
    if kept != crontab:
        _write_crontab(kept)
        print("removed the crontab's line")
    return 0


def _read(config: Path | None, environment: Mapping[str, str]) -> tuple[Settings, TradingDays]:
    settings = load_settings(config, environment)
    days = open_calendar(settings.morning.calendar)
    if days.doubt:
        print(f"llm-wrap: {days.doubt}", file=sys.stderr)
    return settings, days


def _wanted(
    kind: str, settings: Settings, days: TradingDays, config: Path | None, environment: Mapping[str, str]
) -> dict[str, str]:
    """What belongs where: a path or "crontab", and its text."""
    file = named_config(config, environment)
    # The interpreter and not the script: it is there whatever PATH a timer has, and works for `python -m llm_wrap` too.
    command = [sys.executable, "-m", "llm_wrap", "run", "--wait", "600"]
    command += ["--config", str(file.absolute())] if file else []
    if kind == "cron":
        return {"crontab": write_cron_block(settings.morning, command, settings.state_dir.absolute() / "cron.log")}
    places = _places(environment)
    beside = (file.absolute() if file else default_config_path()).parent / "environment"
    units = write_units(settings.morning, days.weekdays(), command, beside)
    return {str(places.service): units.service, str(places.timer): units.timer}


def _choose_kind() -> str:
    if Path("/run/systemd/system").is_dir() and shutil.which("systemctl"):
        return "systemd"
    if shutil.which("crontab"):
        return "cron"
    raise OutputError(
        "neither systemd nor cron runs here: use llm-wrap watch, or let your system's scheduler call "
        "llm-wrap run --in-hours every few minutes; --with systemd writes the files all the same"
    )


def _places(environment: Mapping[str, str]) -> _Places:
    config = environment.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    data = environment.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return _Places(Path(config) / "systemd" / "user", Path(data) / "systemd" / "timers")


def _is_ours(path: Path) -> bool:
    """A file that is not there may be ours."""
    return not path.exists() or (not path.is_symlink() and _read_file(path).startswith(MARK))


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _verdict(same: bool) -> str:
    return "as the settings say" if same else "not as the settings say now: llm-wrap schedule install writes it anew"


def _tell_next(settings: Settings, days: TradingDays) -> int:
    zone = settings.morning.time_zone
    print(f"next runs ({zone}):")
    for moment in list_next(settings.morning, days.weekdays(), datetime.now(UTC), _SHOWN):
        print(f"  {moment:%a %Y-%m-%d %H:%M}")
    return 0


def _systemctl(*words: str) -> str | None:
    """What went wrong, in a line; None where all is well."""
    try:
        done = subprocess.run(
            ["systemctl", "--user", *words], capture_output=True, text=True, errors="replace", timeout=_COMMAND_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[0] if lines else f"exit code {done.returncode}"


def _read_crontab() -> str:
    done = _run_crontab("-l")
    if done.returncode != 0:
        if "no crontab" in done.stderr:
            return ""
        raise OutputError(f"the crontab cannot be read ({done.stderr.strip()})")
    return done.stdout


def _write_crontab(text: str) -> None:
    done = _run_crontab("-" if text.strip() else "-r", text)
    if done.returncode != 0:
        raise OutputError(f"the crontab cannot be written ({done.stderr.strip()})")


def _run_crontab(option: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Lines of others go back as they came, whatever their encoding."""
    try:
        return subprocess.run(
            ["crontab", option], input=text, capture_output=True, timeout=_COMMAND_S,
            encoding="utf-8", errors="surrogateescape",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutputError(f"crontab cannot be run ({error})") from error


def _with_block(crontab: str, block: str) -> str:
    return crontab + ("\n" if crontab and not crontab.endswith("\n") else "") + block


def _block(crontab: str) -> str:
    kept = drop_cron_block(crontab)
    if kept == crontab:
        return ""
    return f"{crontab[crontab.index(CRON_BEGIN) : crontab.index(CRON_END)]}{CRON_END}\n"
