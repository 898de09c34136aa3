"""What the sources have and the outbox does not know, into the archive. One bad thing stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from llm_wrap.attachments import LeftOut, parse_found, split_found
from llm_wrap.delivery.deliver import Clock
from llm_wrap.delivery.identity import describe_wrap, identify_wrap
from llm_wrap.delivery.inbox import Source
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.errors import InputError, LlmWrapError, OutboxError
from llm_wrap.models.delivery import FoundWrap
from llm_wrap.morning.log import RunLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How many things the sources gave, how many of them were new wraps, known ones or no wraps, and what went wrong.

    `failed`: how many sources could not be read to the end; `problems` tells of them and of what is no wrap.
    """

    found: int = 0
    taken: int = 0
    skipped: int = 0
    failed: int = 0
    problems: tuple[str, ...] = ()


def collect_wraps(
    outbox: Outbox, sources: Sequence[Source], clock: Clock, log: RunLog, *, again: bool = False
) -> Collected:
    """Archives what is new and tells each source what was handled. `again`: what was refused before is looked at once more."""
    is_known = outbox.is_taken if again else outbox.is_seen
    found = taken = failed = 0
    problems: list[str] = []
    for source in sources:
        try:
            for thing in source.find(is_known):
                found += 1
                if not is_known(thing.source_id):
                    wraps, new = _take_thing(outbox, thing, clock, log, problems, again=again)
                    found += wraps - 1
                    taken += new
                if outbox.is_seen(thing.source_id):
                    source.handled(thing.source_id)
        except OutboxError:
            raise
        except (LlmWrapError, OSError) as error:
            failed += 1
            problems.append(f"{source.origin}: {error}")
            log.write("problem", text=problems[-1])
    return Collected(found=found, taken=taken, skipped=found - taken, failed=failed, problems=tuple(problems))


class _Taken(NamedTuple):
    wraps: int
    new: int


def _take_thing(
    outbox: Outbox, thing: FoundWrap, clock: Clock, log: RunLog, problems: list[str], *, again: bool
) -> _Taken:
    """Takes all wraps in it and tells what is left out of it, or why there is none."""
    try:
        wraps, left_out = split_found(thing)
        new = sum([_take(outbox, found, clock, log) for found in wraps])
    except InputError as error:
        # Told once: only another llm-wrap, or a library that was missing, could make a wrap of it.
        outbox.refuse(thing.source_id, str(error), clock.now())
        problems.append(str(error))
        log.write("skipped", text=str(error))
        return _Taken(1, 0)
    if left_out:
        _tell_left_out(outbox, thing, left_out, clock, log, problems, again=again)
    return _Taken(len(wraps), new)


def _take(outbox: Outbox, found: FoundWrap, clock: Clock, log: RunLog) -> bool:
    wrap = parse_found(found).wrap
    identity, content_hash = identify_wrap(wrap)
    edition = outbox.take(found, identity, content_hash, describe_wrap(wrap), clock.now())
    if edition is None:
        log.write("known", wrap=identity.key)
        return False
    log.write("taken", wrap=f"{identity.key}#{edition.number}")
    return True


def _tell_left_out(
    outbox: Outbox,
    mail: FoundWrap,
    left_out: Sequence[LeftOut],
    clock: Clock,
    log: RunLog,
    problems: list[str],
    *,
    again: bool,
) -> None:
    """What may be a wrap is a problem; a logo and the terms are noted. Each once: the same bytes come with every mail."""
    new = [part for part in left_out if again or not outbox.is_left_out(part.data_hash)]
    doubts = " ".join(part.reason for part in new if part.may_be_wrap)
    rest = ", ".join(dict.fromkeys(f"{part.name} ({part.reason})" for part in new if not part.may_be_wrap))
    if doubts:
        doubts += " The rest of the mail was taken."
        problems.append(doubts)
        log.write("problem", text=doubts)
    if rest:
        rest = f"{mail.name} was taken without {rest}"
        log.write("left_out", text=rest)
    outbox.leave_out(mail.source_id, [part.data_hash for part in left_out], doubts or None, rest or None, clock.now())
