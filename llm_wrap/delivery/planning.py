"""Which of the wraps that came go to whom, in full or by name. Pure.

One mail a reader gathers all that waits: of each region and kind the newest session in full, older ones by name (they are in
the archive); a correction always in full. An edition that was replaced before anybody was sent it goes to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from llm_wrap.delivery.archive import StoredWrap
from llm_wrap.mail_address import split_address
from llm_wrap.mail_settings import Recipient
from llm_wrap.models.delivery import WrapIdentity

IsTradingDay = Callable[[date], bool]
LONGEST_BREAK = 20  # days without trading


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What goes out: wraps in full and wraps by name, each in the order of a mail."""

    full: tuple[StoredWrap, ...] = ()
    listed: tuple[StoredWrap, ...] = ()


def is_weekday(day: date) -> bool:
    """Monday to Friday: the trading days where no calendar is named."""
    return day.weekday() < 5


def drop_replaced(wraps: Iterable[StoredWrap]) -> tuple[StoredWrap, ...]:
    """The newest edition of each wrap, in the order given."""
    newest: dict[str, StoredWrap] = {}
    for wrap in wraps:
        key = wrap.edition.identity.key
        if key not in newest or wrap.edition.number > newest[key].edition.number:
            newest[key] = wrap
    return tuple(newest.values())


def select_wraps(wraps: Sequence[StoredWrap], recipient: Recipient) -> Selection:
    """What of `wraps` (one edition each) the recipient gets, newest session first."""
    wanted = sorted(
        (wrap for wrap in wraps if wants(recipient, wrap.edition.identity)), key=session_order, reverse=True
    )
    full, listed = [], []
    seen = set()
    for wrap in wanted:
        identity = wrap.edition.identity
        row = (identity.region, identity.kind)
        if row not in seen or wrap.edition.number > 1 or identity.session_date is None:
            full.append(wrap)
        else:
            listed.append(wrap)
        seen.add(row)
    return Selection(full=tuple(full), listed=tuple(listed))


def wants(recipient: Recipient, identity: WrapIdentity) -> bool:
    """Whether the recipient's list of wraps has it; each entry is words that must all fit."""
    have = {identity.region, identity.kind}
    return not recipient.wraps or any(set(entry.lower().split()) <= have for entry in recipient.wraps)


def is_late(session_date: date | None, today: date, is_trading_day: IsTradingDay) -> bool:
    """Whether a whole trading day lies between the session and today: then another session was due."""
    if session_date is None or (today - session_date).days > 366:
        return session_date is not None
    days = (session_date + timedelta(days=n) for n in range(1, (today - session_date).days))
    return any(is_trading_day(day) for day in days)


def last_deadline(now: datetime, deadline: time, is_trading_day: IsTradingDay) -> datetime:
    """The deadline of the trading day before today: what came since is news for today. `now` in local time."""
    day = now.date() - timedelta(days=1)
    while not is_trading_day(day) and (now.date() - day).days < LONGEST_BREAK:
        day -= timedelta(days=1)
    return datetime.combine(day, deadline, now.tzinfo)


def make_message_id(recipient: str, parts: Iterable[str], sender: str) -> str:
    """The same for the same recipient and content, on any machine: a lost outbox does not make a mail a new one."""
    named = "\n".join((recipient.lower(), *parts))
    domain = split_address(sender).address.rpartition("@")[2]
    return f"<{sha256(named.encode()).hexdigest()[:32]}@{domain}>"


def session_order(wrap: StoredWrap) -> tuple[date, datetime]:
    """Sorts wraps by session, then by arrival."""
    received = wrap.edition.received
    return wrap.edition.identity.session_date or received.date(), received
