"""`llm-wrap run` and `llm-wrap status`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from llm_wrap.cli.output import check_out, write_out
from llm_wrap.config import Settings
from llm_wrap.delivery.inbox import FileSource, Source, oldest_wanted
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.delivery.schedule import is_in_hours
from llm_wrap.delivery.trading_days import open_calendar
from llm_wrap.errors import printable
from llm_wrap.morning import run_morning
from llm_wrap.morning.connections import open_sources
from llm_wrap.morning.log import RunLog, summarise_run

if TYPE_CHECKING:
    from llm_wrap.morning.preview import Preview


def run_once(
    file: str | None,
    settings: Settings,
    environment: Mapping[str, str],
    log_form: str | None,
    *,
    llm: bool,
    wait_s: float,
    again: bool = False,
) -> int:
    """One run; 1 where it left something to look at. A named file is looked at however often it is named."""
    log = RunLog(sys.stderr, log_form or settings.morning.log, _run_id(), lambda: datetime.now(UTC))
    days = open_calendar(settings.morning.calendar)
    if days.doubt:
        log.write("calendar", text=days.doubt)
    sources = _sources(file, settings, environment)
    report = run_morning(
        settings,
        environment,
        sources,
        log,
        is_trading_day=days.is_open,
        llm=llm,
        wait_s=wait_s,
        again=again or file is not None,
    )
    return 0 if report.whole else 1


def are_hours(settings: Settings) -> bool:
    """Whether it is within the hours of the scheduled runs."""
    return is_in_hours(settings.morning, open_calendar(settings.morning.calendar).weekdays(), datetime.now(UTC))


def run_preview(
    file: str | None,
    settings: Settings,
    environment: Mapping[str, str],
    address: str | None,
    out: Path | None,
    *,
    llm: bool,
) -> int:
    """Opens the mail that the next run would send first in the browser, or writes it to `out`."""
    from llm_wrap.morning.preview import preview_mail

    check_out(out)
    is_open = open_calendar(settings.morning.calendar).is_open
    mail = preview_mail(
        settings, environment, _sources(file, settings, environment), address, is_trading_day=is_open, llm=llm
    )
    for problem in mail.problems:
        print(f"llm-wrap: {problem}", file=sys.stderr)
    print(
        f"to {mail.recipient}: {mail.subject}\n{len(mail.data):,} bytes, its HTML part {len(mail.html.encode()):,}; "
        "nothing was sent and nothing is kept",
        file=sys.stderr,
    )
    if out is not None:
        _write_part(mail, out)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="llm-wrap-mail-"))  # for this user alone
    for name in ("mail.eml", "mail.html"):
        _write_part(mail, folder / name)
        print(folder / name)
    import webbrowser

    if not webbrowser.open((folder / "mail.html").as_uri()):
        print(
            "llm-wrap: there is no browser to open it in; the mail and its page are in the files above, and --out FILE "
            "writes one of them where you want it",
            file=sys.stderr,
        )
    return 0


def _write_part(mail: Preview, path: Path) -> None:
    """The HTML part to .html, the text part to .txt, the mail itself to any other name. OutputError."""
    parts = {".html": mail.html.encode(), ".htm": mail.html.encode(), ".txt": mail.text.encode()}
    write_out(parts.get(path.suffix.lower(), mail.data), path)


def run_status(settings: Settings, count: int) -> int:
    """Prints the last runs and what needs a look; 1 where something does."""
    now = datetime.now(UTC)
    with Outbox(settings.state_dir, now) as outbox:
        runs = outbox.runs(count)
        since = oldest_wanted(now, settings.inbox.max_age_days)
        refusals, left_out = outbox.refusals(since), outbox.left_out(since)
        waiting = outbox.deliveries("new", "sending", "unknown")
        refused = [mail for mail in outbox.deliveries("refused") if mail.date >= since]
    if not runs:
        print("no run yet; llm-wrap run makes one")
    for report in reversed(runs):
        facts = summarise_run(report)
        told = ", ".join(f"{name} {value}" for name, value in facts.items() if value and name != "seconds")
        ended = f"{facts['seconds']} s" if report.ended else "no end: stopped, or under way"
        print(f"{report.started:%Y-%m-%d %H:%M} UTC  {ended}  {told or 'nothing new'}")
    if runs:
        for problem in runs[0].problems:
            print(printable(f"  {problem}"))
    for mail in waiting:
        print(printable(f"mail {mail.id} is {'held' if mail.held else mail.state}: {mail.subject}"))
    for mail in refused:
        print(printable(f"mail {mail.id} was refused for {mail.recipient} ({mail.reason}): {mail.subject}"))
    if refused:
        print("llm-wrap outbox retry NUMBER sends it once more; its reader has not got it")
    for refusal in refusals:
        if not runs or refusal.reason not in runs[0].problems:
            print(printable(f"no wrap, {refusal.at:%Y-%m-%d %H:%M} UTC: {refusal.reason}"))
    for note in left_out:
        print(printable(f"left out, {note.at:%Y-%m-%d %H:%M} UTC: {note.reason}"))
    if refusals:
        print("llm-wrap run --again looks once more at what of that is still there")
    return 1 if waiting or refused or (runs and not runs[0].whole) else 0


def _sources(file: str | None, settings: Settings, environment: Mapping[str, str]) -> tuple[Source, ...]:
    now = datetime.now(UTC)
    if file is not None:
        return (FileSource(file, settings.max_bytes, now),)
    return open_sources(settings, environment, now)


def _run_id() -> str:
    """Sorts by time, and tells two runs of one second apart."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"
