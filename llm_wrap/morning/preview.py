"""The mail as the next run would make it; nothing is sent, and the outbox is left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

from llm_wrap.attachments import parse_found, split_found
from llm_wrap.config import Settings
from llm_wrap.delivery.archive import StoredWrap
from llm_wrap.delivery.deliver import Clock
from llm_wrap.delivery.identity import describe_wrap, identify_wrap
from llm_wrap.delivery.inbox import Source, nothing_is_known
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.delivery.planning import IsTradingDay, is_weekday, select_wraps, session_order
from llm_wrap.delivery.schema import FILE
from llm_wrap.errors import InputError, LlmWrapError
from llm_wrap.mail_settings import Recipient
from llm_wrap.models.delivery import Edition, FoundWrap
from llm_wrap.morning.compose import BriefMaker, Occasion, compose_content, compose_mail

_NOBODY = Recipient(address="you@example.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A mail that is not sent: to whom, its subject, its bytes, its two parts, and what went wrong on the way."""

    recipient: str
    subject: str
    data: bytes
    html: str
    text: str
    problems: tuple[str, ...]


def preview_mail(
    settings: Settings,
    environment: Mapping[str, str],
    sources: Sequence[Source],
    address: str | None,
    *,
    clock: Clock | None = None,
    is_trading_day: IsTradingDay = is_weekday,
    llm: bool = True,
) -> Preview:
    """The mail to `address`, else to the first recipient, of what is new; of the newest wrap where nothing is.

    Raises:
        InputError: the sources have no wrap, or none that the recipient wants; or `address` is no recipient.
    """
    clock = clock or Clock()
    settings = replace(settings, mail=replace(settings.mail, sender=settings.mail.sender or _NOBODY.address))
    problems: list[str] = []
    recipient = _choose(settings, address)
    now: datetime = clock.now().astimezone(ZoneInfo(settings.morning.time_zone))
    wraps = _find(settings, sources, clock, problems)
    selection = select_wraps(wraps, recipient)
    if not selection.full:
        raise InputError(
            "no wrap was found that this recipient wants" + "".join(f"; {problem}" for problem in problems)
        )
    occasion = Occasion(settings=settings, now=now, is_trading_day=is_trading_day)
    maker = BriefMaker(settings, environment, clock, now, problems.append, llm=llm)
    content = compose_content(
        selection, lambda wrap: maker.brief(wrap, recipient.watchlist), lambda wrap: False, occasion
    )
    mail = compose_mail(recipient, content, selection, occasion)
    message = message_from_bytes(mail.data, policy=default)
    assert isinstance(message, EmailMessage)
    page, plain = message.get_body(("html",)), message.get_body(("plain",))
    return Preview(
        recipient=recipient.address,
        subject=mail.subject,
        data=mail.data,
        html=page.get_content().replace("\r\n", "\n") if page else "",
        text=plain.get_content().replace("\r\n", "\n") if plain else "",
        problems=tuple(problems),
    )


def _choose(settings: Settings, address: str | None) -> Recipient:
    if address is None:
        return settings.mail.to[0] if settings.mail.to else _NOBODY
    for recipient in settings.mail.to:
        if recipient.address.lower() == address.lower():
            return recipient
    raise InputError(
        f"{address} is no recipient; the settings name {', '.join(r.address for r in settings.mail.to) or 'none'}"
    )


def _find(settings: Settings, sources: Sequence[Source], clock: Clock, problems: list[str]) -> tuple[StoredWrap, ...]:
    """What is new to the outbox, else the newest that there is."""
    wraps: dict[str, StoredWrap] = {}
    known: list[StoredWrap] = []
    with Outbox(settings.state_dir, clock.now()) if (settings.state_dir / FILE).exists() else nullcontext() as outbox:
        for source in sources:
            try:
                for thing in source.find(nothing_is_known):
                    is_known = outbox is not None and outbox.is_seen(thing.source_id)
                    for wrap in _read_wraps(thing, len(wraps) + len(known) + 1, problems):
                        if is_known:
                            known.append(wrap)
                        else:
                            wraps[wrap.edition.identity.key] = wrap
            except LlmWrapError as error:
                problems.append(str(error))
    newest = max(known, key=session_order, default=None)
    return tuple(wraps.values()) or ((newest,) if newest else ())


def _read_wraps(thing: FoundWrap, number: int, problems: list[str]) -> list[StoredWrap]:
    """The wraps in it, numbered from `number`; none where it is none, which is told, as is what is left out."""
    try:
        wraps, left_out = split_found(thing)
        stored = [_read(found, place) for place, found in enumerate(wraps, number)]
    except InputError as error:
        problems.append(str(error))
        return []
    problems += [part.reason for part in left_out if part.may_be_wrap]
    return stored


def _read(found: FoundWrap, number: int) -> StoredWrap:
    wrap = parse_found(found).wrap
    identity, content_hash = identify_wrap(wrap)
    edition = Edition(
        identity=identity,
        number=1,
        content_hash=content_hash,
        name=found.name,
        origin=found.origin,
        received=found.received,
    )
    return StoredWrap(id=number, edition=edition, title=describe_wrap(wrap), planned=False, data=found.data)
