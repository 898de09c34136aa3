"""`python -m tests.proofs.race`: eight processes over one outbox, at once.

First without the lock that keeps runs apart: each of them puts the same briefs into the outbox and sends what waits. Then as users
run it: `run_morning` in all of them at the same moment, morning after morning. A reader gets each brief once.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from llm_wrap.config import Settings
from llm_wrap.delivery.deliver import Clock, Terms, deliver
from llm_wrap.delivery.inbox import FolderSource
from llm_wrap.delivery.outbox import NewMail, Outbox
from llm_wrap.delivery.smtp import Submission
from llm_wrap.mail_settings import MailSettings, Recipient
from llm_wrap.morning import run_morning
from llm_wrap.morning.log import RunLog
from tests.proofs.kill import FIRST_DAY
from tests.proofs.smtp_server import filed_ids, running_server
from tests.proofs.wraps import make_wrap

NOW = datetime(2024, 1, 2, 6, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Figures:
    """Of one part: mails that are due, mails that the server filed, how many of them twice, and processes that failed."""

    due: int
    filed: int
    twice: int
    failed: int
    senders: int

    @property
    def holds(self) -> bool:
        return self.filed == self.due and not self.twice and not self.failed


def race_outbox(processes: int, briefs: int) -> Figures:
    """Without the run's lock. `senders`: how many of the processes got to send something."""
    with tempfile.TemporaryDirectory() as name, running_server(Path(name, "filed")) as port:
        folder = Path(name)
        Outbox(folder, NOW).__exit__()
        go = time.monotonic() + 0.5

        def work(number: int) -> None:
            time.sleep(max(0.0, go - time.monotonic()))
            mails = [_mail(brief) for brief in range(briefs)]
            settings = MailSettings(host="127.0.0.1", port=port, security="none")
            with Outbox(folder, NOW) as outbox, Submission(settings, lambda: None) as server:
                for mail in mails:
                    outbox.plan([mail], (), NOW)
                sent: list[int] = []
                terms = Terms(sender="brief@example.com", owner=f"process {number}")
                deliver(outbox, server, None, terms, Clock(), lambda state, mail, reason: sent.append(mail.id))
            (folder / f"sent.{number}").write_text(str(len(sent)))

        failed = _fork(processes, work)
        senders = sum(int(path.read_text()) > 0 for path in folder.glob("sent.*"))
        filed = filed_ids(folder / "filed")
        with Outbox(folder, NOW) as outbox:
            failed += any(mail.state != "sent" for mail in outbox.deliveries())
        return Figures(briefs, sum(filed.values()), sum(filed.values()) - len(filed), failed, senders)


def race_mornings(processes: int, mornings: int) -> Figures:
    """The whole run, in all processes at the same moment."""
    with tempfile.TemporaryDirectory() as name, running_server(Path(name, "filed")) as port:
        folder = Path(name)
        (folder / "wraps").mkdir()
        mail = MailSettings(
            host="127.0.0.1",
            port=port,
            security="none",
            sender="brief@example.com",
            to=(Recipient(address="a@example.com"),),
        )
        settings = Settings(state_dir=folder / "state", mail=mail)
        failed = 0
        for morning in range(mornings):
            part = folder / "wraps" / ".part"
            part.write_bytes(make_wrap(FIRST_DAY + timedelta(days=morning)))
            part.rename(folder / "wraps" / "today.txt")

            def work(number: int) -> None:
                with open(os.devnull, "w") as nowhere:
                    log = RunLog(nowhere, "text", f"{number}-{time.monotonic_ns()}", lambda: datetime.now(UTC))
                    source = FolderSource(folder / "wraps", settings.max_bytes)
                    report = run_morning(settings, {}, (source,), log, llm=False, wait_s=60)
                assert report.whole, report.problems

            failed += _fork(processes, work)
        filed = filed_ids(folder / "filed")
        return Figures(mornings, sum(filed.values()), sum(filed.values()) - len(filed), failed, processes)


def _mail(number: int) -> NewMail:
    message_id = f"<{number}@example.com>"
    data = f"Message-ID: {message_id}\r\nSubject: s\r\n\r\nbrief {number}\r\n".encode()
    return NewMail(kind="brief", recipient="a@example.com", subject="s", message_id=message_id, date=NOW, data=data)


def _fork(processes: int, work: object) -> int:
    """Runs `work(number)` in so many processes; gives back how many failed."""
    assert callable(work)
    children = []
    for number in range(processes):
        child = os.fork()
        if not child:
            code = 1
            try:
                work(number)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


def main() -> int:
    """Prints the figures; 0 where each brief was mailed once."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--briefs", type=int, default=300)
    parser.add_argument("--mornings", type=int, default=20)
    given = parser.parse_args()
    outbox = race_outbox(given.processes, given.briefs)
    print(
        f"{given.processes} processes x {given.briefs} briefs, no lock: {outbox.filed} mails, {outbox.twice} twice; "
        f"{outbox.senders} processes sent some, {outbox.failed} failed"
    )
    mornings = race_mornings(given.processes, given.mornings)
    print(
        f"{given.processes} whole runs at once x {given.mornings} mornings: {mornings.filed} mails, {mornings.twice} twice; "
        f"{mornings.failed} runs failed"
    )
    return 0 if outbox.holds and mornings.holds else 1


if __name__ == "__main__":
    sys.exit(main())
