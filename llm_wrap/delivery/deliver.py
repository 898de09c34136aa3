"""Everything that waits in the outbox, to the mail server; and what nobody knows, looked up.

One mail after another, each claimed, sent and settled. What the server did not take for now is tried again for a while; what
became `unknown` is sent again only when the place that keeps copies was asked, late enough, and has none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from llm_wrap.delivery.outbox import Outbox
from llm_wrap.delivery.sent import SentFolder
from llm_wrap.delivery.smtp import Outcome
from llm_wrap.errors import MailError
from llm_wrap.models.delivery import Delivery

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0
FOUND = "a copy is in the folder of sent mail"
NOT_FOUND = "no copy is in the folder of sent mail: not accepted"


class Sender(Protocol):
    """What hands a mail to a server: `Submission`."""

    def send(
        self,
        sender: str,
        recipient: str,
        data: bytes,
        on_last: Callable[[], None],
        on_outcome: Callable[[Outcome], None],
    ) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and how to wait. Passed in, so that a run can be driven through a day in a second."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How to deliver.

    Attributes:
        sender: "Name <address>" or an address.
        owner: tells this process from others.
        retry_s: for so long what waits is tried again.
        settle_s: seconds after an attempt until "not in the folder of sent mail" counts.
    """

    sender: str
    owner: str
    retry_s: float = 0.0
    settle_s: float = 0.0


def deliver(
    outbox: Outbox,
    server: Sender,
    sent: SentFolder | None,
    terms: Terms,
    clock: Clock,
    on_event: Callable[[str, Delivery, str | None], None] = lambda event, delivery, reason: None,
) -> tuple[str, ...]:
    """Sends what waits and gives back what went wrong with the server or the folder of sent mail, one line each.

    `on_event` is told of each mail's state as it changes, with the reason.
    """
    end = clock.now().timestamp() + terms.retry_s
    pause = FIRST_PAUSE_S
    again = True  # what a look-up found not accepted gets one more attempt, also after the time for retries
    while True:
        troubles, hopeless = _send_waiting(outbox, server, terms, clock, on_event)
        found = look_up(outbox, sent, terms.settle_s, clock, on_event)
        if found.freed and again and not hopeless:
            again = False
            continue
        waiting = any(not delivery.held for delivery in outbox.deliveries("new"))
        may_retry = waiting and not hopeless and clock.now().timestamp() + pause <= end
        if not may_retry and found.settles_in is None:
            return (*troubles, *found.troubles)
        waits = [
            pause if may_retry else LONGEST_PAUSE_S,
            LONGEST_PAUSE_S if found.settles_in is None else found.settles_in,
        ]
        clock.sleep(max(0.01, min(waits)))
        pause = min(pause * 2, LONGEST_PAUSE_S)


def _send_waiting(
    outbox: Outbox,
    server: Sender,
    terms: Terms,
    clock: Clock,
    on_event: Callable[[str, Delivery, str | None], None],
) -> tuple[tuple[str, ...], bool]:
    """One attempt for each mail that waits: what went wrong with the server, and whether a setting is to blame."""
    for waiting in outbox.deliveries("new"):
        delivery = outbox.claim(waiting.id, terms.owner)
        if delivery is None:
            continue
        try:
            outcome = server.send(
                terms.sender,
                delivery.recipient,
                delivery.data,
                partial(_mark, outbox, delivery.id, terms, clock),
                partial(_finish, outbox, delivery.id, terms, clock),
            )
        except BaseException:
            outbox.release(delivery.id, terms.owner, clock.now())
            raise
        on_event(outcome.state, delivery, outcome.reason)
        if outcome.server_trouble:  # the others would fare no better now, and might all become unknown
            told = (outcome.reason or "the mail server cannot be used",) if outcome.state == "new" else ()
            return told, outcome.hopeless
    return (), False


def _mark(outbox: Outbox, mail: int, terms: Terms, clock: Clock) -> None:
    outbox.mark_sending(mail, terms.owner, clock.now())


def _finish(outbox: Outbox, mail: int, terms: Terms, clock: Clock, outcome: Outcome) -> None:
    outbox.finish(mail, terms.owner, outcome.state, outcome.reason, clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """What the folder of sent mail told.

    Attributes:
        freed: how many mails were not accepted and wait again.
        settles_in: seconds until the next one can be settled; None where none will be.
        troubles: why it could not be asked.
    """

    freed: int = 0
    settles_in: float | None = None
    troubles: tuple[str, ...] = ()


def look_up(
    outbox: Outbox,
    sent: SentFolder | None,
    settle_s: float,
    clock: Clock,
    on_event: Callable[[str, Delivery, str | None], None] = lambda event, delivery, reason: None,
) -> LookUp:
    """Settles what is unknown where the folder of sent mail can tell."""
    freed = 0
    left: list[float] = []
    for delivery in outbox.deliveries("unknown") if sent is not None else ():
        since = (clock.now() - (delivery.attempted or delivery.date)).total_seconds()
        try:
            there = sent.has(delivery.message_id)  # type: ignore[union-attr]
        except MailError as error:
            return LookUp(freed=freed, troubles=(str(error),))
        if there:
            outbox.resolve(delivery.id, "sent", FOUND, clock.now())
            on_event("sent", delivery, FOUND)
        elif delivery.attempted is None:
            continue  # of before the outbox was lost, perhaps in another mail's company: only the operator can tell
        elif since >= settle_s:
            outbox.resolve(delivery.id, "new", NOT_FOUND, clock.now())
            on_event("new", delivery, NOT_FOUND)
            freed += 1
        else:
            left.append(settle_s - since)
    return LookUp(freed=freed, settles_in=min(left, default=None))
