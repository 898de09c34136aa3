"""`llm-wrap outbox` and `llm-wrap archive`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Literal

from llm_wrap.cli.output import write_brief_text
from llm_wrap.config import Settings
from llm_wrap.delivery.archive import StoredWrap
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.delivery.planning import drop_replaced
from llm_wrap.errors import InputError, printable
from llm_wrap.models.delivery import Delivery, DeliveryState
from llm_wrap.pipeline import make_brief, parse_source
from llm_wrap.sources.text import read_carrier


def run_outbox_list(settings: Settings, state: DeliveryState | None) -> int:
    with _open(settings) as outbox:
        mails = outbox.deliveries(*([state] if state else []))
    for mail in mails:
        word = "held" if mail.held else mail.state
        reason = f"  ({mail.reason})" if mail.reason else ""
        print(
            printable(f"{mail.id:>5}  {mail.date:%Y-%m-%d %H:%M}  {word:<8}  {mail.recipient}  {mail.subject}{reason}")
        )
    if not mails:
        print("no mails" if state is None else f"no mails that are {state}", file=sys.stderr)
    return 0


def run_outbox_show(settings: Settings, number: int, *, raw: bool) -> int:
    with _open(settings) as outbox:
        mail = outbox.delivery(number)
    if raw:
        sys.stdout.buffer.write(mail.data)
        return 0
    for name, value in _facts(mail):
        print(printable(f"{name:<11} {value}"))
    return 0


def run_outbox_retry(settings: Settings, numbers: Sequence[int]) -> int:
    return _change(
        settings, numbers, lambda outbox, number: outbox.retry(number, _now()), "is neither refused nor held"
    )


def run_outbox_hold(settings: Settings, numbers: Sequence[int]) -> int:
    return _change(
        settings, numbers, lambda outbox, number: outbox.hold(number, _now()), "does not wait, or is being sent"
    )


def run_outbox_resolve(settings: Settings, numbers: Sequence[int], *, arrived: bool) -> int:
    state: Literal["sent", "new"] = "sent" if arrived else "new"
    reason = f"the operator says that it {'arrived' if arrived else 'did not arrive'}"
    return _change(
        settings, numbers, lambda outbox, number: outbox.resolve(number, state, reason, _now()), "is not unknown"
    )


def run_archive_list(settings: Settings) -> int:
    with _open(settings) as outbox:
        wraps = outbox.archived()
    for wrap in wraps:
        edition = wrap.edition
        gone = "" if wrap.data is not None else "  (its retention is over)"
        print(
            printable(
                f"{edition.identity.key}#{edition.number}  {edition.received:%Y-%m-%d %H:%M}  {wrap.title or ''}{gone}"
            )
        )
    if not wraps:
        print("the archive is empty", file=sys.stderr)
    return 0


def run_archive_show(settings: Settings, day: date, *, raw: bool) -> int:
    with _open(settings) as outbox:
        wraps = [wrap for wrap in drop_replaced(outbox.archived(day)) if wrap.data is not None]
    if not wraps:
        raise InputError(f"the archive has no wrap of {day}; `llm-wrap archive list` shows what it has")
    if raw:
        sys.stdout.buffer.write(wraps[0].data or b"")
        return 0
    for wrap in wraps:
        _show_wrap(wrap, settings)
    return 0


def _show_wrap(wrap: StoredWrap, settings: Settings) -> None:
    result = parse_source(read_carrier(wrap.data or b"", wrap.edition.name))
    write_brief_text(make_brief(result, settings, {}, llm=False), None)


def _change(settings: Settings, numbers: Sequence[int], change: Callable[[Outbox, int], bool], otherwise: str) -> int:
    """Exit code 1 where one of the mails could not be changed."""
    code = 0
    with _open(settings) as outbox:
        for number in numbers:
            outbox.delivery(number)
            if change(outbox, number):
                mail = outbox.delivery(number)
                print(f"mail {number} is now {'held' if mail.held else mail.state}")
            else:
                state = outbox.delivery(number).state
                print(f"llm-wrap: mail {number} stays {state}: it {otherwise}", file=sys.stderr)
                code = 1
    return code


def _facts(mail: Delivery) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("mail", mail.id),
        ("state", "held" if mail.held else mail.state),
        ("reason", mail.reason),
        ("to", mail.recipient),
        ("subject", mail.subject),
        ("wraps", ", ".join(mail.wraps)),
        ("date", mail.date.isoformat(timespec="seconds")),
        ("message-id", mail.message_id),
        (
            "attempts",
            f"{mail.attempts}" + (f", the last at {mail.attempted:%Y-%m-%d %H:%M:%S} UTC" if mail.attempted else ""),
        ),
        ("bytes", f"{len(mail.data):,}"),
    ]
    return [(name, value) for name, value in facts if value not in (None, "")]


def _open(settings: Settings) -> Outbox:
    return Outbox(settings.state_dir, _now())


def _now() -> datetime:
    return datetime.now(UTC)
