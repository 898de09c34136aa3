"""The commands of the morning run: `run`, `status`, `outbox` and `archive`."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llm_wrap.cli.logs import log_options
from llm_wrap.cli.options import FILE_PATH, config_option, log_option, no_llm_option, settings_of

if TYPE_CHECKING:
    from llm_wrap.models.delivery import DeliveryState

mail_argument = click.argument("mail", type=click.IntRange(min=1), metavar="MAIL")
mails_argument = click.argument("mails", type=click.IntRange(min=1), metavar="MAIL...", nargs=-1, required=True)


@click.command(
    "run",
    short_help="Mail the brief of each new wrap, once.",
    epilog="Exit code: 0 all is well, 1 something needs a look (it says what), 2 nothing was done, 130 on Ctrl-C.",
)
@click.argument("file", required=False)
@click.option(
    "--preview", is_flag=True, help="Make the mail and open it in the browser (also as .eml); send and keep nothing."
)
@click.option(
    "-o",
    "--out",
    type=FILE_PATH,
    metavar="FILE",
    help="With --preview: write it there instead: .eml is the mail, .html or .txt one part of it.",
)
@click.option("--to", "address", metavar="ADDRESS", help="With --preview: as this recipient gets it.")
@no_llm_option
@click.option(
    "--wait", "wait_s", type=float, default=0.0, metavar="SECONDS", help="Wait so long for another run to end."
)
@click.option(
    "--again",
    is_flag=True,
    help="Look once more at what came and did not read as a wrap (llm-wrap status lists it): after an update, say.",
)
@click.option(
    "--in-hours", is_flag=True, help="Do nothing outside of the hours of [morning] in the settings (for cron)."
)
@log_option
@config_option
@log_options
def run_command(
    file: str | None,
    preview: bool,
    out: Path | None,
    address: str | None,
    no_llm: bool,
    wait_s: float,
    again: bool,
    in_hours: bool,
    log: str | None,
    config: Path | None,
) -> int:
    """Look for wraps where the settings say, and mail each recipient the brief of what is new.

    Safe to repeat, and to stop at any point: nothing is mailed twice, nothing is lost. With FILE (- is standard input)
    that wrap alone is taken. What was sent and what was not: llm-wrap outbox list.
    """
    from llm_wrap.cli.morning import are_hours, run_once, run_preview

    settings = settings_of(config)
    if in_hours and not are_hours(settings):
        return 0
    if preview:
        return run_preview(file, settings, os.environ, address, out, llm=not no_llm)
    return run_once(file, settings, os.environ, log, llm=not no_llm, wait_s=wait_s, again=again)


@click.command("status", short_help="Show the last runs and what still waits.")
@click.option("-n", "--runs", "count", type=click.IntRange(1, 1000), default=10, show_default=True)
@config_option
def status_command(count: int, config: Path | None) -> int:
    """Show the last runs with their figures, the mails that need a look, and what came and does not read as a wrap.

    Exit code: 0 all is well, 1 something waits or is unknown.
    """
    from llm_wrap.cli.morning import run_status

    return run_status(settings_of(config), count)


@click.group("outbox")
def outbox_group() -> None:
    """The mails: what was sent, what waits, what nobody knows.

    A mail is new (waits), sending, sent, refused (by the server, for good) or unknown: the server may have it, but its answer
    was lost. An unknown mail is never sent again by itself unless the folder of sent mail ([mail.sent] in the settings) shows
    that it was not accepted.
    """


@outbox_group.command("list")
@click.option("--state", type=click.Choice(["new", "sending", "sent", "refused", "unknown"]), help="Only these.")
@config_option
def outbox_list(state: DeliveryState | None, config: Path | None) -> int:
    """List the mails, the newest last."""
    from llm_wrap.cli.outbox import run_outbox_list

    return run_outbox_list(settings_of(config), state)


@outbox_group.command("show", short_help="Show one mail and all that is known about it.")
@mail_argument
@click.option("--raw", is_flag=True, help="The mail itself, byte for byte.")
@config_option
def outbox_show(mail: int, raw: bool, config: Path | None) -> int:
    """Show what is known about MAIL, or with --raw the mail itself as it is sent."""
    from llm_wrap.cli.outbox import run_outbox_show

    return run_outbox_show(settings_of(config), mail, raw=raw)


@outbox_group.command("retry", short_help="Let the next run send a refused or held mail.")
@mails_argument
@config_option
def outbox_retry(mails: tuple[int, ...], config: Path | None) -> int:
    """Let the next run send a MAIL that was refused or held. For one that is unknown: llm-wrap outbox resolve."""
    from llm_wrap.cli.outbox import run_outbox_retry

    return run_outbox_retry(settings_of(config), mails)


@outbox_group.command("hold", short_help="Keep a mail that waits from being sent.")
@mails_argument
@config_option
def outbox_hold(mails: tuple[int, ...], config: Path | None) -> int:
    """Keep a MAIL that waits from being sent; outbox retry lets it go."""
    from llm_wrap.cli.outbox import run_outbox_hold

    return run_outbox_hold(settings_of(config), mails)


@outbox_group.command("resolve", short_help="Say whether an unknown mail has arrived.")
@mails_argument
@click.option(
    "--sent", "arrived", flag_value=True, type=bool, default=None, help="It has arrived: do not send it again."
)
@click.option("--not-sent", "arrived", flag_value=False, type=bool, help="It has not arrived: the next run sends it.")
@config_option
def outbox_resolve(mails: tuple[int, ...], arrived: bool | None, config: Path | None) -> int:
    """Say whether an unknown MAIL has arrived. Ask its recipient, or look at the mail server's log."""
    from llm_wrap.cli.outbox import run_outbox_resolve

    if arrived is None:
        raise click.UsageError("say --sent or --not-sent")
    return run_outbox_resolve(settings_of(config), mails, arrived=arrived)


@click.group("archive")
def archive_group() -> None:
    """The wraps that came, as they came."""


@archive_group.command("list")
@config_option
def archive_list(config: Path | None) -> int:
    """List the wraps, the newest session first."""
    from llm_wrap.cli.outbox import run_archive_list

    return run_archive_list(settings_of(config))


@archive_group.command("show", short_help="Print the brief of a day's wraps from the archive.")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.option("--raw", is_flag=True, help="The wrap as it came, byte for byte (the newest edition of the first).")
@config_option
def archive_show(day: datetime, raw: bool, config: Path | None) -> int:
    """Print what is in the wraps of session DATE (2025-09-12): tables and text, newest edition, no model asked."""
    from llm_wrap.cli.outbox import run_archive_show

    return run_archive_show(settings_of(config), day.date(), raw=raw)
