"""The commands that make the morning come by itself: `schedule` and `watch`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from llm_wrap.cli.options import FILE_PATH, config_option, log_option, no_llm_option

kind_option = click.option(
    "--with",
    "kind",
    type=click.Choice(["systemd", "cron"]),
    help="A systemd user timer or a crontab line. Default: systemd where it runs, else cron.",
)
dry_option = click.option("--dry-run", is_flag=True, help="Print what would be written or removed; change nothing.")


@click.group("schedule", short_help="Run through each morning by itself: a timer or cron.")
def schedule_group() -> None:
    """Run through each morning by itself, with a systemd user timer or cron.

    The hours are settings: [morning] deadline, time_zone, early_minutes, late_minutes, every_minutes. In a container use
    llm-wrap watch.
    """


@schedule_group.command("install", short_help="Write the timer, or the crontab line.")
@kind_option
@dry_option
@config_option
def schedule_install(kind: str | None, dry_run: bool, config: Path | None) -> int:
    """Write the timer from the settings. Safe to repeat: after a change of the settings it writes it anew.

    What stands there and is not of llm-wrap is left alone and told. Passwords: a timer does not know your shell's variables;
    use a password file, the keyring, or NAME=value lines in the file `environment` beside the settings (chmod 600).
    """
    from llm_wrap.cli.schedule import run_install

    return run_install(config, os.environ, kind, dry=dry_run)


@schedule_group.command("show", short_help="Show what is installed and the next runs.")
@config_option
def schedule_show(config: Path | None) -> int:
    """Show what is installed, whether it is what the settings say, and when the next runs are.

    Exit code: 0 installed as the settings say, 1 not.
    """
    from llm_wrap.cli.schedule import run_show

    return run_show(config, os.environ)


@schedule_group.command("remove", short_help="Take away all that install wrote.")
@dry_option
@config_option
def schedule_remove(dry_run: bool, config: Path | None) -> int:
    """Take away all that install wrote, timer and crontab line; no trace is left."""
    from llm_wrap.cli.schedule import run_remove

    return run_remove(os.environ, dry=dry_run)


@click.command(
    "watch",
    short_help="Stay, and run through each morning (for containers).",
    epilog="Exit code: 0 it was told to stop, 2 it could not begin.",
)
@click.option("--health", type=FILE_PATH, metavar="FILE", help="Write there, twice a minute, that all is well.")
@no_llm_option
@log_option
@config_option
def watch_command(health: Path | None, no_llm: bool, log: str | None, config: Path | None) -> int:
    """Run at once, and then at the hours of [morning] in the settings, until SIGTERM or Ctrl-C.

    Each run is one of llm-wrap run: safe to stop at any point. The next run is told on stderr. A health check of a container:
    find FILE -mmin -2 | grep -q .
    """
    from llm_wrap.cli.watch import run_watch

    return run_watch(config, os.environ, health, log, llm=not no_llm)
