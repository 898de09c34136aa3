"""`python -m tests.proofs.kill`: SIGKILL at random points of the morning run, until one run of each morning is left alone.

Each morning has a new wrap and two readers. A run is forked from a warm parent (imports done, nothing else), does all of the real
thing (folder, parser, labels from an OpenAI-compatible server, rendering, SQLite, SMTP to a server process) and notes its stage in
shared memory. It dies by a SIGKILL from a kernel timer, armed in a stage drawn at random for a random moment of it; the parent
reads afterwards where it had got to.
Then the server's files, the outbox and what the operator was told are held against each other.

After each kill the parent looks whether the outbox is left with a mail that only the server can know about; so each `unknown` is
traced to a kill of one of two windows: from the note before the final dot to the server's reply, which nothing can close, and from
the reply to the moment that the outbox has it, which is a transaction and no more.

With --server postfix the mails go to Debian's postfix (a configuration, port and folders of its own) in place of aiosmtpd.

With --strategy the outbox is replaced: `blind-retry` sends again what was under way, `mark-then-send` notes "sent" before it sends.
Both must fail; the harness that could not tell them from the real thing would prove nothing.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import signal
import sqlite3
import struct
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from llm_wrap.config import Settings
from llm_wrap.delivery import smtp
from llm_wrap.delivery.inbox import FolderSource
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.delivery.schema import FILE
from llm_wrap.delivery.smtp import Submission
from llm_wrap.mail_settings import MailSettings, Recipient, SentSettings
from llm_wrap.models.delivery import Delivery
from llm_wrap.morning import compose
from llm_wrap.morning import run as run_module
from llm_wrap.morning.log import RunLog
from tests.proofs.llm_server import running_llm
from tests.proofs.postfix import find_missing, running_postfix, wait_until_delivered
from tests.proofs.self_kill import kill_myself_in
from tests.proofs.smtp_server import filed_ids, running_server
from tests.proofs.wraps import make_wrap

# "data" is from the server's word to DATA until all of the text is out but its final dot; "mark" is the note that a mail is under
# way; "dot" is from there to the server's reply; "settle" from the reply until it is kept.
STAGES = ("other", "parse", "label", "render", "store", "send", "data", "mark", "dot", "settle")
TARGETS = tuple(stage for stage in STAGES[1:] if stage != "mark")  # that is short, and within a kill of "data" or "dot"
BEFORE_REPLY = ("mark", "dot")
DATA_TO_REPLY = ("data", *BEFORE_REPLY)
READERS = ("a@example.com", "b@example.com")
FIRST_DAY = date(2024, 1, 1)
PART = 100  # kills, then with a new outbox: readers of a desk do not get a thousand mails either
LABELLED_MORNINGS = 6  # one in so many asks a model: that takes longer than all the rest
STRATEGIES = ("outbox", "blind-retry", "mark-then-send")


class BlindRetry(Outbox):
    """What was under way is sent again."""

    def recover(self, now: datetime) -> tuple[int, ...]:
        with self._change() as database:
            database.execute("UPDATE mail SET state = 'new', owner = NULL WHERE state IN ('new', 'sending')")
        return ()


class MarkThenSend(Outbox):
    """A mail is noted as sent, then sent."""

    def claim(self, mail: int, owner: str) -> Delivery | None:
        delivery = super().claim(mail, owner)
        if delivery is not None:
            with self._change() as database:
                database.execute("UPDATE mail SET state = 'sent' WHERE id = ?", (mail,))
        return delivery

    def mark_sending(self, mail: int, owner: str, now: datetime) -> None:
        pass


_OUTBOXES: dict[str, type[Outbox]] = {"outbox": Outbox, "blind-retry": BlindRetry, "mark-then-send": MarkThenSend}


@dataclass(frozen=True)
class Death:
    """When to die: `delay` seconds after the stage `target` is entered for the `visit`-th time, from 1."""

    target: str
    visit: int
    delay: float


class Stage:
    """The stage that a run is in, in memory that the parent sees, also after the run is dead."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 64)
        self.spent: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._since = time.monotonic()
        self._death: Death | None = None
        self._visits = 0

    def start(self, death: Death | None) -> None:
        """At the start of a run, in the process that is to die."""
        self.spent = dict.fromkeys(STAGES, 0.0)
        self._since, self._death, self._visits = time.monotonic(), death, 0

    @property
    def now(self) -> str:
        return STAGES[struct.unpack_from("<i", self._memory)[0]]

    def enter(self, stage: str) -> None:
        moment = time.monotonic()
        self.spent[self.now] += moment - self._since
        self._since = moment
        changed = stage != self.now
        struct.pack_into("<i", self._memory, 0, STAGES.index(stage))
        if self._death is not None and changed and stage == self._death.target:
            self._visits += 1
            if self._visits == self._death.visit:
                kill_myself_in(self._death.delay)

    def around(self, stage: str, function: Callable[..., Any], after: str = "other") -> Callable[..., Any]:
        """`function` as it is, told as `stage` while it runs."""

        def call(*arguments: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                return function(*arguments, **named)
            finally:
                self.enter(after)

        return call


_COUNTS = ("runs", "mornings", "expected", "duplicates", "lost", "absent", "unknown", "untold", "unresolved")


@dataclass
class Tally:
    """What came of it all."""

    seed: int
    server: str = "aiosmtpd"
    kills: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)  # mails that a kill in a stage left to the server's knowledge
    runs: int = 0
    mornings: int = 0
    expected: int = 0
    duplicates: int = 0
    lost: int = 0
    absent: int = 0
    unknown: int = 0
    untold: int = 0
    unresolved: int = 0
    sent_folder: bool = True

    def add(self, other: Tally) -> None:
        """Takes in what came of another part of the same proof."""
        self.kills += other.kills
        self.doubts += other.doubts
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def landed(self) -> int:
        return sum(self.kills.values())

    @property
    def before_reply(self) -> int:
        """Kills between the note before the final dot and the reply to it."""
        return sum(self.kills[stage] for stage in BEFORE_REPLY)

    @property
    def data_to_reply(self) -> int:
        """Kills between the server's word to DATA and its reply to the text."""
        return sum(self.kills[stage] for stage in DATA_TO_REPLY)

    @property
    def holds(self) -> bool:
        """The promise, all of it."""
        traced = set(self.doubts) <= {*BEFORE_REPLY, "settle"} and self.unknown <= sum(self.doubts.values())
        unknown_holds = traced and (self.unknown == 0 or not self.sent_folder)
        return not (self.duplicates or self.lost or self.absent or self.untold or self.unresolved) and unknown_holds

    def __str__(self) -> str:
        where = ", ".join(f"{stage} {self.kills[stage]}" for stage in STAGES if self.kills[stage])
        before = sum(self.doubts[stage] for stage in BEFORE_REPLY)
        return "\n".join(
            (
                f"seed {self.seed}, {self.server}, {'with' if self.sent_folder else 'without'} a folder of sent mail",
                f"{self.landed} kills landed in {self.runs} runs over {self.mornings} mornings: {where}",
                f"{self.before_reply} kills between the note before the final dot and the reply left {before} mails in doubt; "
                f"{self.kills['settle']} between the reply and the end of its note left {self.doubts['settle']}",
                f"{self.expected} mails due: {self.duplicates} twice, {self.lost} lost, {self.absent} said to be sent and absent",
                f"{self.unknown} unknown, beside {self.data_to_reply} kills between DATA and its reply; "
                f"{self.untold} of them not told, "
                f"{self.unresolved} not settled by the operator's word",
                "HOLDS" if self.holds else "BROKEN",
            )
        )


def run_proof(
    kills: int,
    seed: int,
    *,
    strategy: str = "outbox",
    sent_folder: bool = True,
    server: str = "aiosmtpd",
    targets: tuple[str, ...] = TARGETS,
    settle_s: float = 2.0,
    per_morning: int = 4,
) -> Tally:
    """`kills` kills that landed, and what is true afterwards."""
    chance = random.Random(seed)
    tally = Tally(seed=seed, server=server, sent_folder=sent_folder)
    with tempfile.TemporaryDirectory() as name, running_llm() as llm, SERVERS[server](Path(name)) as smtp_port:
        folder = Path(name)
        mail = MailSettings(
            host="127.0.0.1",
            port=smtp_port,
            security="none",
            sender="brief@example.com",
            retry_s=0,
            deadline_s=20,
            to=tuple(Recipient(address=reader) for reader in READERS),
            sent=SentSettings(maildir=folder / "filed" if sent_folder else None, settle_s=settle_s),
        )
        settings = Settings(
            state_dir=folder / "state",
            cache=False,
            model="fake",
            base_url=llm,
            mail=mail,
            inbox=replace(Settings().inbox, folder=folder / "wraps"),
        )
        stage = Stage()
        told: set[tuple[int, int]] = set()
        lately: dict[str, deque[float]] = {name: deque([0.01], maxlen=15) for name in TARGETS}
        _warm_up(settings, folder)
        with _instrumented(stage, _OUTBOXES[strategy]):
            while tally.landed < kills:
                day = FIRST_DAY + timedelta(days=tally.mornings)
                _put_wrap(folder / "wraps", day)
                tally.mornings += 1
                llm = "label" in targets and tally.mornings % LABELLED_MORNINGS == 1
                choice = [name for name in targets if llm or name != "label"]
                drawn = chance.sample(choice, k=min(len(choice), chance.randint(1, per_morning)))
                if llm and "label" not in drawn:
                    drawn.append("label")
                # In the order of a run: what is planned is not labelled and rendered again.
                for target in sorted(drawn, key=STAGES.index):
                    per_reader = target not in ("parse", "label", "store")
                    visit = chance.choice((1, 1, 1, 2)) if per_reader else 1
                    # Mostly within what the stage takes at least; on a busy machine a longer wait often finds the run ended.
                    longest = min(lately[target]) * (1 if chance.random() < 0.75 else 2)
                    death = Death(target, visit, chance.uniform(0, longest))
                    landed = _run_and_kill(settings, stage, death, folder, llm)
                    tally.runs += 1
                    if landed is not None:
                        tally.kills[landed] += 1
                        doubts = _find_doubts(settings.state_dir)
                        tally.doubts[landed] += len(doubts - told)
                        told |= doubts
                spent = _run_whole(settings, stage, folder, llm)
                tally.runs += 1
                for name_, seconds in spent.items():
                    if name_ in lately and seconds:
                        visits = 1 if name_ in ("parse", "label", "store") else len(READERS)
                        lately[name_].append(seconds / visits)
        _judge(tally, settings, folder, stage)
    tally.doubts += Counter()  # without the zeros
    return tally


@contextmanager
def _run_aiosmtpd(folder: Path) -> Iterator[int]:
    with running_server(folder / "filed") as port:
        yield port


@contextmanager
def _run_postfix(folder: Path) -> Iterator[int]:
    with running_postfix(folder / "postfix", folder / "filed") as port:
        yield port


SERVERS = {"aiosmtpd": _run_aiosmtpd, "postfix": _run_postfix}


def _find_doubts(state_dir: Path) -> set[tuple[int, int]]:
    """The mails under way that a dead run left, each with the number of its attempt. Reads only: the next run has to
    recover from what the kill left."""
    path = state_dir / FILE
    if not path.exists():
        return set()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'mail'").fetchone():
            return set()
        return set(database.execute("SELECT id, attempts FROM mail WHERE state = 'sending'"))


def _warm_up(settings: Settings, folder: Path) -> None:
    """One whole morning in this process, with an outbox of its own: whatever is imported when first needed is imported."""
    _put_wrap(folder / "wraps", FIRST_DAY - timedelta(days=1))
    with (folder / "log.txt").open("a") as stream:
        log = RunLog(stream, "json", "warm-up", lambda: datetime.now(UTC))
        source = FolderSource(folder / "wraps", settings.max_bytes)
        run_module.run_morning(replace(settings, state_dir=folder / "warm"), {}, (source,), log)


def _put_wrap(folder: Path, day: date) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    part = folder / f".{day}.part"
    part.write_bytes(make_wrap(day))
    part.rename(folder / f"{day}.txt")


def _run_and_kill(settings: Settings, stage: Stage, death: Death, folder: Path, llm: bool) -> str | None:
    """Starts a run that is to die; gives back the stage it died in, None where it ended before."""
    status = os.waitpid(_start(settings, stage, folder, death, llm=llm), 0)[1]
    return stage.now if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else None


def _run_whole(settings: Settings, stage: Stage, folder: Path, llm: bool = False) -> dict[str, float]:
    """A run that is left alone; gives back how long each stage took."""
    child = _start(settings, stage, folder, None, llm=llm)
    status = os.waitpid(child, 0)[1]
    report = json.loads((folder / "report.json").read_text())
    assert os.WIFEXITED(status), status
    assert report["pid"] == child, "the run died of itself: " + (folder / "log.txt").read_text()[-2000:]
    spent: dict[str, float] = report["spent"]
    return spent


def _start(settings: Settings, stage: Stage, folder: Path, death: Death | None, *, llm: bool) -> int:
    stage.enter("other")
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        stage.start(death)
        with (folder / "log.txt").open("a") as stream:
            log = RunLog(stream, "json", f"{os.getpid()}-{time.monotonic_ns()}", lambda: datetime.now(UTC))
            source = FolderSource(settings.inbox.folder or folder, settings.max_bytes)
            report = run_module.run_morning(settings, {}, (source,), log, llm=llm)
        told = {"pid": os.getpid(), "problems": report.problems, "spent": dict(stage.spent)}
        part = folder / "report.part"
        part.write_text(json.dumps(told))
        part.rename(folder / "report.json")
        code = 0
    finally:
        os._exit(code)


@contextmanager
def _instrumented(stage: Stage, outbox: type[Outbox]) -> Iterator[None]:
    """The run as it is, with its stages told."""
    told: list[tuple[Any, str, Any]] = [
        (run_module, "Outbox", outbox),
        (run_module, "collect_wraps", stage.around("parse", run_module.collect_wraps)),
        (compose, "make_brief", stage.around("label", compose.make_brief)),
        (compose, "build_message", stage.around("render", compose.build_message)),
        (outbox, "plan", stage.around("store", outbox.plan)),
        (Submission, "send", stage.around("send", Submission.send, after="settle")),
        (smtp, "_send_text", stage.around("data", smtp._send_text, after="data")),
        (outbox, "mark_sending", stage.around("mark", outbox.mark_sending, after="dot")),
        (smtp, "_hand_over", stage.around("dot", smtp._hand_over, after="settle")),
        (outbox, "finish", stage.around("settle", outbox.finish)),
    ]
    before = [(where, name, where.__dict__.get(name)) for where, name, _ in told]
    try:
        for where, name, value in told:
            setattr(where, name, value)
        yield
    finally:
        for where, name, value in before:
            if value is None:
                delattr(where, name)
            else:
                setattr(where, name, value)


def _judge(tally: Tally, settings: Settings, folder: Path, stage: Stage) -> None:
    """Holds what the server filed against what the outbox says; then plays the operator."""
    filed = _filed(tally, folder)
    problems = " ".join(json.loads((folder / "report.json").read_text())["problems"])
    tally.expected = tally.mornings * len(READERS)
    tally.duplicates = sum(count - 1 for count in filed.values())
    with Outbox(settings.state_dir, datetime.now(UTC)) as outbox:
        mails = outbox.deliveries()
        tally.absent = sum(mail.state == "sent" and not filed[mail.message_id] for mail in mails)
        unknown = [mail for mail in mails if mail.state == "unknown"]
        tally.unknown = len(unknown)
        tally.untold = sum(f"mail {mail.id} may or may not" not in problems for mail in unknown)
        known = sum(mail.state == "unknown" or filed[mail.message_id] > 0 for mail in mails)
        tally.lost = tally.expected - known
        for mail in unknown:
            outbox.resolve(
                mail.id, "sent" if filed[mail.message_id] else "new", "the operator looked", datetime.now(UTC)
            )
    _run_whole(settings, stage, folder)
    filed = _filed(tally, folder)
    with Outbox(settings.state_dir, datetime.now(UTC)) as outbox:
        ids = {mail.id: mail.message_id for mail in outbox.deliveries()}
    tally.unresolved = sum(filed[ids[mail.id]] != 1 for mail in unknown)


def _filed(tally: Tally, folder: Path) -> Counter[str]:
    if tally.server == "postfix":
        wait_until_delivered(folder / "postfix")
    return filed_ids(folder / "filed")


def main() -> int:
    """Prints the figures; 0 where the promise holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--strategy", choices=STRATEGIES, default="outbox")
    parser.add_argument("--no-sent-folder", action="store_true", help="nothing to look a mail up in")
    parser.add_argument(
        "--server", choices=SERVERS, default="aiosmtpd", help="postfix: Debian's, started by this command"
    )
    given = parser.parse_args()
    if given.server == "postfix" and (missing := find_missing()):
        print(f"skipped: needs {missing}", file=sys.stderr)
        return 0
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    start = time.monotonic()

    tally = Tally(seed=seed, server=given.server, sent_folder=not given.no_sent_folder)
    part = 0
    while tally.landed < given.kills:
        count = min(PART, given.kills - tally.landed)
        proved = run_proof(
            count, seed + part, strategy=given.strategy, sent_folder=tally.sent_folder, server=given.server
        )
        tally.add(proved)
        part += 1
        print(f"{tally.landed} of {given.kills} kills, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(f"strategy {given.strategy}, {time.monotonic() - start:.0f} s")
    print(tally)
    return 0 if tally.holds else 1


if __name__ == "__main__":
    sys.exit(main())
