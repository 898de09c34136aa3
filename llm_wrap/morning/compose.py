"""The mails of a morning: each wrap labelled once, each reader's mail made of what that reader wants.

Labelling has the time that is left until the deadline and no more; whatever goes wrong with it, the brief goes out, marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from llm_wrap.brief.build import build_brief
from llm_wrap.config import Settings
from llm_wrap.daybook import watch_in_brief
from llm_wrap.delivery.archive import StoredWrap
from llm_wrap.delivery.deliver import Clock
from llm_wrap.delivery.message import build_message, make_subject
from llm_wrap.delivery.outbox import NewMail
from llm_wrap.delivery.planning import IsTradingDay, Selection, is_late, make_message_id
from llm_wrap.errors import LlmWrapError, ModelUnavailable
from llm_wrap.mail_settings import MorningSettings, Recipient
from llm_wrap.models import Brief, ParseResult
from llm_wrap.models.delivery import BriefEntry, ListedWrap, MailContent, MailHeaders
from llm_wrap.pipeline import choose_items, make_brief, parse_source
from llm_wrap.reporter import Reporter
from llm_wrap.sources.text import read_carrier

SENDING_S = 60.0  # before the deadline, kept for making and sending the mails
LEAST_LABELLING_S = 1.0


class BriefMaker:
    """Makes the brief of a wrap once, within what is left of the run's time and budget."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        clock: Clock,
        now: datetime,
        on_problem: Callable[[str], None],
        *,
        llm: bool,
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._clock = clock
        self._end = clock.now().timestamp() + labelling_seconds(now, settings.morning)
        self._on_problem = on_problem
        self._llm = llm
        self._briefs: dict[int, Brief] = {}

    def brief(self, wrap: StoredWrap, watch: Sequence[str] = ()) -> Brief:
        """The brief, for a reader who watches these names; without any, those of the settings count.

        InputError where the archived bytes cannot be read any more.
        """
        if wrap.id not in self._briefs:
            result = parse_source(read_carrier(wrap.data or b"", wrap.edition.name))
            self._briefs[wrap.id] = self._make(result, wrap.edition.identity.key)
        brief = self._briefs[wrap.id]
        if not watch:
            return brief
        try:
            return watch_in_brief(brief, replace(self._settings, watch=tuple(watch)))
        except LlmWrapError as error:
            self._on_problem(f"a reader's watch list is left out: {error}")
            return brief

    def _make(self, result: ParseResult, key: str) -> Brief:
        if not self._llm:
            return self._make_without_labels(result, key)
        left = max(LEAST_LABELLING_S, self._end - self._clock.now().timestamp())
        limit = self._settings.run_deadline_s
        settings = replace(self._settings, run_deadline_s=round(left if limit is None else min(limit, left), 1))
        end = self._clock.now().timestamp() + left

        def on_pull(done: int, total: int) -> None:
            """Fetching the weights of the embedded model has no other limit."""
            if self._clock.now().timestamp() >= end:
                raise ModelUnavailable(
                    "run_deadline", "the model's weights were not here in time; run: llm-wrap models pull"
                )

        try:
            brief = make_brief(result, settings, self._environment, reporter=Reporter(on_pull=on_pull))
        except Exception as error:  # whatever it is, the tables go out by the deadline
            words = str(error) if isinstance(error, LlmWrapError) else f"{type(error).__name__}: {error}"
            self._on_problem(f"{key}: no item could be labelled: {words}")
            brief = self._make_without_labels(result, key)
            return replace(brief, notes=(*brief.notes, "No item could be labelled this morning: the model failed."))
        self._spend(brief)
        missing = [labelled.reason or "?" for labelled in brief.labels if labelled.status == "unlabelled"]
        if missing:
            self._on_problem(
                f"{key}: {len(missing)} of {len(brief.labels)} items have no label ({', '.join(sorted(set(missing)))})"
            )
        return brief

    def _make_without_labels(self, result: ParseResult, key: str) -> Brief:
        """Tables and text, and what code finds in them; where that fails too, tables and text alone."""
        try:
            return make_brief(result, self._settings, self._environment, llm=False)
        except Exception as error:
            words = str(error) if isinstance(error, LlmWrapError) else f"{type(error).__name__}: {error}"
            self._on_problem(f"{key}: the brief has its tables and text only: {words}")
            source, items = choose_items(result.wrap)
            return build_brief(result, source=source, items=items, notes=("This brief has its tables and text only.",))

    def _spend(self, brief: Brief) -> None:
        """The limits are for a run, and a run may have several wraps."""
        used = brief.usage
        cost, tokens = self._settings.max_cost, self._settings.max_tokens
        if cost is not None:
            cost = max(Decimal(0), cost - (used.cost_usd or 0))
        if tokens is not None:
            tokens = max(0, tokens - used.prompt_tokens - used.completion_tokens)
        self._settings = replace(self._settings, max_cost=cost, max_tokens=tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What all mails of a run share. `now`: in the time zone of the settings. `doubtful_until`: see `Outbox.lost_at`."""

    settings: Settings
    now: datetime
    is_trading_day: IsTradingDay
    doubtful_until: datetime | None = None


def labelling_seconds(now: datetime, morning: MorningSettings) -> float:
    """How long labelling may take: what the settings say, less where the deadline is nearer. `now` in local time.

    After the deadline the brief is late anyway, and the settings alone count.
    """
    due = now.replace(hour=morning.deadline.hour, minute=morning.deadline.minute, second=0, microsecond=0)
    left = due.timestamp() - now.timestamp() - SENDING_S
    return morning.labels_s if left <= 0 else max(LEAST_LABELLING_S, min(morning.labels_s, left))


def compose_content(
    selection: Selection,
    brief_of: Callable[[StoredWrap], Brief],
    corrects: Callable[[StoredWrap], bool],
    occasion: Occasion,
) -> MailContent:
    """What a reader's mail says. Where nothing of a selection is in full it says nothing."""
    entries = tuple(
        BriefEntry(
            edition=wrap.edition,
            brief=brief_of(wrap),
            corrects=corrects(wrap),
            late=is_late(wrap.edition.identity.session_date, occasion.now.date(), occasion.is_trading_day),
        )
        for wrap in selection.full
    )
    listed = tuple(ListedWrap(edition=wrap.edition, title=wrap.title) for wrap in selection.listed)
    return MailContent(entries=entries, listed=listed)


def compose_mail(
    recipient: Recipient,
    content: MailContent,
    selection: Selection,
    occasion: Occasion,
    references: Sequence[str] = (),
    replaces: Sequence[int] = (),
) -> NewMail:
    """The mail as it goes into the outbox.

    `references`: Message-IDs of the mails that it corrects, oldest first; `replaces`: numbers of those that nobody got.
    """
    parts = [f"{wrap.edition.identity.key}#{wrap.edition.number}" for wrap in selection.full]
    lost = occasion.doubtful_until
    doubtful = lost is not None and any(wrap.edition.received <= lost for wrap in selection.full)
    message_id, data = write_message(recipient, content, parts, occasion, references)
    return NewMail(
        kind="brief",
        recipient=recipient.address,
        subject=make_subject(content),
        message_id=message_id,
        date=occasion.now,
        data=data,
        carries=(
            *((wrap.id, "full") for wrap in selection.full),
            *((wrap.id, "listed") for wrap in selection.listed),
        ),
        replaces=tuple(replaces),
        doubtful="the outbox was lost after this wrap came; it may have been sent before" if doubtful else None,
    )


def compose_notice(recipient: Recipient, words: str, occasion: Occasion) -> NewMail:
    """One short mail that says why there is no brief. The same Message-ID all day."""
    content = MailContent(notice=words)
    message_id, data = write_message(recipient, content, [f"notice {occasion.now.date()}"], occasion)
    return NewMail(
        kind="notice",
        recipient=recipient.address,
        subject=make_subject(content),
        message_id=message_id,
        date=occasion.now,
        data=data,
    )


def write_message(
    recipient: Recipient,
    content: MailContent,
    parts: Sequence[str],
    occasion: Occasion,
    references: Sequence[str] = (),
) -> tuple[str, bytes]:
    """The Message-ID and the bytes."""
    mail = occasion.settings.mail
    sender = mail.sender or ""
    headers = MailHeaders(
        sender=sender,
        recipient=recipient.address,
        message_id=make_message_id(recipient.address, parts, sender),
        date=occasion.now,
        reply_to=mail.reply_to,
        list_id=mail.list_id,
        list_unsubscribe=mail.list_unsubscribe,
        one_click=mail.one_click,
        references=tuple(references),
    )
    return headers.message_id, build_message(content, headers, up_colour=occasion.settings.up_colour)
