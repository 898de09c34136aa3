"""A desk to run mornings at: a folder of wraps, readers, a mail server, and a clock that is moved by hand."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from llm_wrap.config import Settings
from llm_wrap.delivery.deliver import Clock
from llm_wrap.delivery.inbox import FolderSource
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.mail_settings import InboxSettings, MailSettings, Recipient, SentSettings
from llm_wrap.models.delivery import RunReport
from llm_wrap.morning import run_morning
from llm_wrap.morning.log import RunLog
from tests.fake_smtp import FakeSmtp
from tests.proofs.wraps import make_wrap

MONDAY = date(2025, 11, 3)


class Desk:
    """The world of a test. `now` moves by itself only when a run sleeps."""

    def __init__(self, folder: Path, *readers: Recipient) -> None:
        self.folder = folder
        self.server = FakeSmtp()
        self.now = datetime(2025, 11, 3, 6, 30, tzinfo=UTC)
        self.slept = 0.0
        self.log = io.StringIO()
        self.runs = 0
        self.on_sleep: Callable[[], None] = lambda: None
        (folder / "wraps").mkdir()
        self.settings = Settings(
            state_dir=folder / "state",
            mail=MailSettings(
                host="127.0.0.1",
                port=self.server.port,
                security="none",
                sender="Brief <brief@example.com>",
                deadline_s=2,
                retry_s=0,
                to=readers or (Recipient(address="a@example.com"),),
            ),
            inbox=InboxSettings(folder=folder / "wraps"),
        )

    def change(self, table: str, **settings: Any) -> None:
        """Another setting of [mail], [mail.sent], [inbox] or [morning]."""
        if table == "mail.sent":
            self.change("mail", sent=replace(self.settings.mail.sent, **settings))
        else:
            self.settings = replace(self.settings, **{table: replace(getattr(self.settings, table), **settings)})

    def put(
        self, day: date, *, text: int = 0, name: str | None = None, change: Callable[[bytes], bytes] | None = None
    ) -> None:
        """A wrap arrives, now."""
        data = make_wrap(day, text=text)
        path = self.folder / "wraps" / (name or f"{day}.txt")
        path.write_bytes(change(data) if change else data)
        stamp = self.now.timestamp()
        os.utime(path, (stamp, stamp))

    def run(self, **options: Any) -> RunReport:
        """One run; `options` go to `run_morning`."""
        self.runs += 1
        log = RunLog(self.log, "json", f"run-{self.runs}", lambda: self.now)
        source = FolderSource(self.folder / "wraps", self.settings.max_bytes)
        sources: Sequence[Any] = options.pop("sources", (source,))
        return run_morning(self.settings, {}, sources, log, clock=self.clock, **{"llm": False, **options})

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self._sleep)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def outbox(self) -> Outbox:
        return Outbox(self.settings.state_dir, self.now)

    def states(self) -> list[str]:
        with self.outbox() as outbox:
            return [mail.state for mail in outbox.deliveries()]

    def mails(self, address: str | None = None) -> list[EmailMessage]:
        """What the server has, to `address` or to all."""
        stored = [data for to, data in self.server.stored if address in (None, to)]
        return [message_from_bytes(data, policy=default) for data in stored]  # type: ignore[misc]

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)
        self.on_sleep()


def text_of(mail: EmailMessage) -> str:
    """The text part on one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


__all__ = ["MONDAY", "Desk", "Recipient", "SentSettings", "text_of"]
