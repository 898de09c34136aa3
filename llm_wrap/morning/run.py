"""One morning, from inbox to inbox; safe to repeat.

    collect: what the sources have and the outbox does not know is parsed and archived
    plan:    for each reader one mail of all that waits: labelled once a wrap, rendered, stored in the outbox
    deliver: what waits in the outbox goes out; what nobody knows is looked up

Each step leaves the outbox in a state from which the next run goes on, wherever this one is stopped.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from llm_wrap.config import Settings
from llm_wrap.delivery.archive import StoredWrap
from llm_wrap.delivery.deliver import Clock, Terms, deliver
from llm_wrap.delivery.inbox import Source
from llm_wrap.delivery.lock import only_run
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.delivery.planning import (
    IsTradingDay,
    Selection,
    drop_replaced,
    is_weekday,
    last_deadline,
    select_wraps,
)
from llm_wrap.delivery.smtp import Submission
from llm_wrap.errors import InputError, SettingsError
from llm_wrap.mail_settings import Recipient
from llm_wrap.models.delivery import Delivery, RunReport
from llm_wrap.morning.collect import Collected, collect_wraps
from llm_wrap.morning.compose import BriefMaker, Occasion, compose_content, compose_mail, compose_notice
from llm_wrap.morning.connections import open_sent_folder, open_submission
from llm_wrap.morning.log import RunLog, summarise_run
from llm_wrap.morning.ping import ping


def run_morning(
    settings: Settings,
    environment: Mapping[str, str],
    sources: Sequence[Source],
    log: RunLog,
    *,
    clock: Clock | None = None,
    is_trading_day: IsTradingDay = is_weekday,
    llm: bool = True,
    wait_s: float = 0.0,
    again: bool = False,
) -> RunReport:
    """One run; `wait_s` seconds for another one to end. `again`: what was found to be no wrap is looked at once more.

    Raises:
        SettingsError: nobody to mail to, or no server. OutboxError: the outbox cannot be used, or another run has it.
    """
    clock = clock or Clock()
    if not settings.mail.to:
        raise SettingsError("nobody gets the brief: add a [[mail.to]] with an address to the settings")
    with open_submission(settings, environment) as server, only_run(settings.state_dir, wait_s=wait_s):
        ping(settings.morning.ping_url, "start", log)
        try:
            with Outbox(settings.state_dir, clock.now(), repair=True) as outbox:
                run = _Run(settings, environment, outbox, clock, log, is_trading_day, llm, again)
                report = run.go(sources, server)
        except BaseException:
            ping(settings.morning.ping_url, "fail", log)
            raise
        ping(settings.morning.ping_url, "success" if report.whole else "fail", log)
    return report


@dataclass(slots=True)
class _Run:
    """One run under way; `go` does all of it."""

    settings: Settings
    environment: Mapping[str, str]
    outbox: Outbox
    clock: Clock
    log: RunLog
    is_trading_day: IsTradingDay
    llm: bool
    again: bool
    problems: list[str] = field(default_factory=list)
    ended_as: dict[int, str] = field(default_factory=dict)

    def go(self, sources: Sequence[Source], server: Submission) -> RunReport:
        settings, outbox, clock = self.settings, self.outbox, self.clock
        report = RunReport(run_id=self.log.run_id, started=clock.now())
        outbox.start_run(report.run_id, report.started)
        self.log.write("start", sources=len(sources))
        self._tell_of_loss()
        for mail in outbox.recover(clock.now()):
            self.log.write("recovered", mail=mail, state="unknown")
        collected = collect_wraps(outbox, sources, clock, self.log, again=self.again)
        self.problems += collected.problems
        mails = self._plan() + self._notice(collected)
        terms = Terms(
            sender=settings.mail.sender or "",
            owner=f"{report.run_id}/{os.getpid()}",
            retry_s=settings.mail.retry_s,
            settle_s=settings.mail.sent.settle_s,
        )
        sent_folder = open_sent_folder(settings, self.environment, clock.now())
        for trouble in deliver(outbox, server, sent_folder, terms, clock, self._on_event):
            self._problem(trouble)
        outbox.purge(clock.now() - timedelta(days=settings.morning.retention_days))
        report = self._conclude(
            replace(report, found=collected.found, taken=collected.taken, skipped=collected.skipped, mails=mails)
        )
        outbox.end_run(report)
        self.log.write("end", **summarise_run(report))
        return report

    def _tell_of_loss(self) -> None:
        if self.outbox.lost_to is not None and len(self.outbox.runs(2)) == 1:
            self._problem(
                f"the outbox was damaged and lies now in {self.outbox.lost_to}; whether wraps of before were mailed is not "
                "known: their mails are held (llm-wrap outbox list)"
            )

    def _plan(self) -> int:
        wraps = self.outbox.unplanned()
        if not wraps:
            return 0
        occasion = self._occasion()
        maker = BriefMaker(self.settings, self.environment, self.clock, occasion.now, self._problem, llm=self.llm)
        current = drop_replaced(wraps)
        unreadable: set[int] = set()
        mails = []
        for recipient in self.settings.mail.to:
            replaces = self._overtaken(current, recipient)
            kept = (wrap for mail in replaces for wrap in self.outbox.carried_by(mail))
            selection = self._select(drop_replaced((*current, *kept)), recipient, maker, unreadable)
            if selection.full:
                corrected = {
                    wrap.id: self.outbox.earlier_mails(
                        wrap.edition.identity.key, wrap.edition.number, recipient.address
                    )
                    for wrap in selection.full
                }
                content = compose_content(
                    selection,
                    lambda wrap, watch=recipient.watchlist: maker.brief(wrap, watch),  # type: ignore[misc]
                    lambda wrap, known=corrected: bool(known[wrap.id]),  # type: ignore[misc]
                    occasion,
                )
                references = tuple(dict.fromkeys(mail for before in corrected.values() for mail in before))
                mails.append(compose_mail(recipient, content, selection, occasion, references, replaces))
        done = [wrap.id for wrap in wraps if wrap.id not in unreadable]
        made = self.outbox.plan(mails, done, self.clock.now())
        self.log.write("planned", wraps=len(done), mails=made)
        return made

    def _overtaken(self, current: Sequence[StoredWrap], recipient: Recipient) -> tuple[int, ...]:
        """The recipient's mails that nobody got and whose text a wrap of today replaces."""
        editions = [wrap.edition for wrap in current]
        mails = [
            mail
            for edition in editions
            for mail in self.outbox.overtaken(edition.identity.key, edition.number, recipient.address)
        ]
        return tuple(dict.fromkeys(mails))

    def _select(
        self, due: Sequence[StoredWrap], recipient: Recipient, maker: BriefMaker, unreadable: set[int]
    ) -> Selection:
        """What of `due` the recipient gets; what cannot be read any more is told once and noted in `unreadable`."""
        while True:
            selection = select_wraps([wrap for wrap in due if wrap.id not in unreadable], recipient)
            known = len(unreadable)
            for wrap in selection.full:
                try:
                    maker.brief(wrap)
                except InputError as error:
                    unreadable.add(wrap.id)
                    self._problem(f"{wrap.edition.identity.key}: {error}")
            if len(unreadable) == known:
                return selection

    def _notice(self, collected: Collected) -> int:
        """“No wrap yet”, once a day to each reader, where none came between the last deadline and today's."""
        morning, outbox = self.settings.morning, self.outbox
        occasion = self._occasion()
        now = occasion.now
        if not morning.notices or now.time() < morning.deadline or not self.is_trading_day(now.date()):
            return 0
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since = last_deadline(now, morning.deadline, self.is_trading_day)
        if outbox.made_since(since, "brief") or outbox.made_since(midnight, "notice"):
            return 0
        words = (
            f"No wrap has come by {morning.deadline:%H:%M} ({morning.time_zone}). The brief is mailed when one comes."
        )
        if collected.failed:
            words += f" {collected.failed} of the places that wraps arrive at could not be read without trouble."
        refused = len(outbox.refusals(since))
        if refused:
            words += f" {refused} of the files and mails that came could not be read as a wrap."
        mails = [compose_notice(recipient, words, occasion) for recipient in self.settings.mail.to]
        made = self.outbox.plan(mails, (), self.clock.now())
        self.log.write("notice", mails=made)
        return made

    def _conclude(self, report: RunReport) -> RunReport:
        unknown = self.outbox.deliveries("unknown")
        waiting = [delivery for delivery in self.outbox.deliveries("new") if not delivery.held]
        for delivery in unknown:
            self._problem(
                f"mail {delivery.id} may or may not have arrived ({delivery.reason}): see whether it did, then "
                f"llm-wrap outbox resolve {delivery.id} --sent, or --not-sent to send it again"
            )
        for delivery in waiting:
            self._problem(
                f"mail {delivery.id} is not sent yet ({delivery.reason or 'not tried'}): the next run tries again"
            )
        for mail, state in sorted(self.ended_as.items()):
            if state == "refused":
                self._problem(
                    f"mail {mail} was refused: llm-wrap outbox show {mail} says why, outbox retry {mail} sends it again"
                )
        states = list(self.ended_as.values())
        return replace(
            report,
            ended=self.clock.now(),
            sent=states.count("sent"),
            refused=states.count("refused"),
            unknown=len(unknown),
            waiting=len(waiting),
            problems=tuple(self.problems),
        )

    def _on_event(self, state: str, delivery: Delivery, reason: str | None) -> None:
        self.ended_as[delivery.id] = state
        self.log.write("waits" if state == "new" else state, mail=delivery.id, reason=reason)

    def _occasion(self) -> Occasion:
        now: datetime = self.clock.now().astimezone(ZoneInfo(self.settings.morning.time_zone))
        return Occasion(
            settings=self.settings, now=now, is_trading_day=self.is_trading_day, doubtful_until=self.outbox.lost_at
        )

    def _problem(self, text: str) -> None:
        self.problems.append(text)
        self.log.write("problem", text=text)
