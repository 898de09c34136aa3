"""What waits, to a server, over real sockets: in which order, how often, how long; and what is unknown, looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llm_wrap.delivery.deliver import FOUND, NOT_FOUND, Clock, LookUp, Terms, deliver, look_up
from llm_wrap.delivery.outbox import CRASHED, NewMail, Outbox
from llm_wrap.delivery.smtp import Submission
from llm_wrap.errors import MailError
from llm_wrap.mail_settings import MailSettings
from llm_wrap.models.delivery import Delivery
from tests.fake_smtp import Act, FakeSmtp

NOW = datetime(2025, 11, 3, 6, 30, tzinfo=UTC)
TERMS = Terms(sender="Brief <brief@example.com>", owner="me")
LOST = {"dot": Act(store=True, then="close")}


class Folder:
    """A folder of sent mail that has what it was given."""

    def __init__(self, *there: str, broken: bool = False) -> None:
        self.there, self.broken = set(there), broken

    def has(self, message_id: str) -> bool:
        if self.broken:
            raise MailError("the folder cannot be asked")
        return message_id in self.there


class Post:
    """An outbox, a server, and a clock that moves by sleep alone."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.slept: list[float] = []
        self.events: list[tuple[str, int, str | None]] = []
        self.on_sleep: Callable[[], None] = lambda: None
        self.server = FakeSmtp()
        self.outbox = Outbox(folder, NOW)

    def add(self, count: int = 1) -> None:
        for number in range(len(self.outbox.deliveries()) + 1, len(self.outbox.deliveries()) + count + 1):
            mail = NewMail(
                kind="brief", recipient=f"{number}@example.com", subject="s", message_id=f"<{number}@x>", date=NOW,
                data=b"Message-ID: <%d@x>\r\n\r\ntext\r\n" % number,
            )  # fmt: skip
            self.outbox.plan([mail], (), NOW)

    def deliver(self, sent: Folder | None = None, **terms: float) -> tuple[str, ...]:
        settings = MailSettings(host="127.0.0.1", port=self.server.port, security="none", deadline_s=5)
        with Submission(settings, lambda: None) as submission:
            return deliver(self.outbox, submission, sent, replace(TERMS, **terms), self.clock, self.note)  # type: ignore[arg-type]

    def note(self, event: str, delivery: Delivery, reason: str | None) -> None:
        self.events.append((event, delivery.id, reason))

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.on_sleep()

    @property
    def states(self) -> list[str]:
        return [mail.state for mail in self.outbox.deliveries()]

    def heal(self) -> None:
        self.server.acts = {}


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    post = Post(tmp_path)
    yield post
    post.server.close()


def test_what_waits_is_sent_in_order_over_one_connection(post: Post) -> None:
    post.add(3)
    assert post.outbox.hold(2, NOW)
    assert post.deliver(retry_s=600) == ()
    assert [to for to, _ in post.server.stored] == ["1@example.com", "3@example.com"]
    assert post.events == [("sent", 1, None), ("sent", 3, None)]
    assert (post.states, post.slept, post.server.connections) == (["sent", "new", "sent"], [], 1)
    done = post.outbox.delivery(1)
    assert (done.attempts, done.attempted, done.reason) == (1, NOW, None)


def test_what_another_process_has_claimed_is_passed_over(post: Post) -> None:
    post.add(2)
    assert post.outbox.claim(1, "you") is not None
    assert post.deliver() == ()
    assert post.states == ["new", "sent"]


def test_what_the_server_does_not_take_for_now_is_tried_again_at_growing_pauses(post: Post) -> None:
    post.add()
    post.server.acts = {"rcpt": Act(b"450 later\r\n")}
    assert post.deliver(retry_s=200) == ()
    assert post.slept == [2, 4, 8, 16, 32, 60, 60], "then the next pause would end after the time for retries"
    assert post.events == [("new", 1, "RCPT TO: 450 later")] * 8
    assert post.outbox.delivery(1).reason == "RCPT TO: 450 later"
    post.heal()
    assert post.deliver() == ()
    assert post.states == ["sent"]


@pytest.mark.parametrize(("retry_s", "slept"), [(0.0, []), (1.9, []), (2.0, [2.0]), (5.9, [2.0]), (6.0, [2.0, 4.0])])
def test_the_time_for_retries_is_kept_to_the_second(post: Post, retry_s: float, slept: list[float]) -> None:
    post.add()
    post.server.acts = {"connect": Act(b"421 busy\r\n", then="close")}
    (trouble,) = post.deliver(retry_s=retry_s)
    assert "421 busy" in trouble
    assert post.slept == slept
    assert post.events == [("new", 1, trouble)] * (1 + len(slept)), "told each time"


def test_trouble_with_the_server_spares_the_other_mails_an_attempt(post: Post) -> None:
    post.add(3)
    post.server.acts = {"data": Act(b"421 going down\r\n")}
    assert post.deliver() == ("DATA: 421 going down",)
    assert [event[:2] for event in post.events] == [("new", 1)]
    post.events.clear()
    post.server.acts = {"rcpt": lambda address: Act(b"450 later\r\n" if address[0] == "1" else b"250 ok\r\n")}
    assert post.deliver() == ()
    assert [event[:2] for event in post.events] == [("new", 1), ("sent", 2), ("sent", 3)], (
        "that was the mail's own trouble"
    )


def test_a_wrong_setting_ends_it_at_once(post: Post) -> None:
    post.add(2)
    post.server.acts = {"mail": Act(b"550 not you\r\n")}
    assert post.deliver(retry_s=600) == ("MAIL FROM: 550 not you",)
    assert (post.slept, post.server.connections, post.states) == ([], 1, ["new", "new"])


def test_a_lost_answer_is_the_operators_and_no_trouble_of_the_server_to_tell(post: Post) -> None:
    post.add(2)
    post.server.acts = LOST
    assert post.deliver() == ()
    assert (post.states, len(post.server.stored)) == (["unknown", "new"], 1)
    (event,) = post.events
    assert event[:2] == ("unknown", 1)
    assert "the server's answer to the text was lost" in (event[2] or "")


def test_an_error_of_ours_lets_go_of_the_mail(post: Post, tmp_path: Path) -> None:
    post.add(2)

    class Broken:
        def send(
            self, sender: str, recipient: str, data: bytes, on_last: Callable[[], None], on_outcome: object
        ) -> None:
            if recipient[0] == "2":
                on_last()
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            deliver(post.outbox, Broken(), None, TERMS, post.clock)  # type: ignore[arg-type]
        if post.states == ["new", "new"]:
            assert post.outbox.claim(1, "you") is not None, "it is free again"
    assert post.states == ["new", "unknown"]
    assert post.outbox.delivery(2).reason == CRASHED


def test_a_copy_settles_it_at_once(post: Post) -> None:
    post.add()
    post.server.acts = LOST
    assert post.deliver(Folder("<1@x>"), settle_s=600) == ()
    assert (post.states, post.slept) == (["sent"], [])
    assert post.events[-1] == ("sent", 1, FOUND)
    assert post.outbox.delivery(1).reason == FOUND


def test_no_copy_counts_when_the_server_had_time_to_file_one_and_the_mail_goes_again(post: Post) -> None:
    post.add()
    post.server.acts = {"dot": Act(then="close")}
    post.on_sleep = post.heal
    assert post.deliver(Folder(), settle_s=90) == ()
    assert (post.slept, post.states, len(post.server.stored)) == ([60.0, 30.0], ["sent"], 1)
    assert [event[0] for event in post.events] == ["unknown", "new", "sent"]
    assert post.events[1] == ("new", 1, NOT_FOUND)
    assert post.outbox.delivery(1).attempts == 2


def test_a_mail_that_is_lost_again_and_again_is_not_tried_for_ever(post: Post) -> None:
    post.add()
    post.server.acts = {"dot": Act(then="close")}
    assert post.deliver(Folder(), settle_s=0) == ()
    assert post.outbox.delivery(1).attempts == 2
    assert post.states == ["new"], "not accepted, for the next run"
    assert post.slept == []


def test_a_wrong_setting_is_not_tried_again_for_what_a_look_up_freed(post: Post) -> None:
    post.add()
    post.outbox.claim(1, "me")
    post.outbox.mark_sending(1, "me", NOW)
    post.outbox.recover(NOW)
    post.add()
    post.server.acts = {"mail": Act(b"550 not you\r\n")}
    assert post.deliver(Folder(), settle_s=0) == ("MAIL FROM: 550 not you",)
    assert (post.states, post.server.connections) == (["new", "new"], 1)


def test_retries_go_on_while_something_settles(post: Post) -> None:
    post.add(2)
    post.server.acts = LOST
    post.on_sleep = post.heal
    assert post.deliver(Folder(), retry_s=600, settle_s=3) == ()
    assert post.slept == [2.0, 1.0], "the second mail is tried after the pause, the first settles a second later"
    assert post.states == ["sent", "sent"]
    assert [to[0] for to, _ in post.server.stored] == ["1", "2", "1"], (
        "the folder was wrong, which is its owner's doing"
    )


def test_a_folder_that_cannot_be_asked_is_told_and_settles_nothing(post: Post) -> None:
    post.add()
    post.server.acts = LOST
    assert post.deliver(Folder(broken=True), settle_s=0) == ("the folder cannot be asked",)
    assert (post.states, post.slept) == (["unknown"], [])


def test_a_look_up_tells_what_it_settled_and_when_the_rest_can_be(post: Post) -> None:
    assert look_up(post.outbox, Folder(), 100, post.clock) == LookUp()
    for number, age in enumerate((150, 100, 40, 70, 20), 1):
        post.add()
        post.outbox.claim(number, "me")
        post.outbox.mark_sending(number, "me", NOW - timedelta(seconds=age))
        post.outbox.finish(number, "me", "unknown", "lost", NOW)
    doubtful = NewMail(
        kind="brief", recipient="6@example.com", subject="s", message_id="<6@x>", date=NOW - timedelta(days=1), data=b"",
        doubtful="of before the outbox was lost",
    )  # fmt: skip
    post.outbox.plan([doubtful], (), NOW)
    assert look_up(post.outbox, None, 100, post.clock) == LookUp()
    assert set(post.states) == {"unknown"}
    told = look_up(post.outbox, Folder("<5@x>"), 100, post.clock, post.note)
    assert told == LookUp(freed=2, settles_in=30.0)
    assert post.states == ["new", "new", "unknown", "unknown", "sent", "unknown"]
    assert post.events == [("new", 1, NOT_FOUND), ("new", 2, NOT_FOUND), ("sent", 5, FOUND)]
    assert post.outbox.delivery(1).reason == NOT_FOUND
    assert look_up(post.outbox, Folder("<6@x>"), 100, post.clock).settles_in == 30.0
    assert post.states[5] == "sent", "a copy of it tells, whenever it was"
    assert look_up(post.outbox, Folder(broken=True), 100, post.clock) == LookUp(
        troubles=("the folder cannot be asked",)
    )
