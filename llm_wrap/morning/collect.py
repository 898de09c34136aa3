"""What the sources have and the outbox does not know, into the archive. One bad thing stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from llm_wrap.delivery.deliver import Clock
from llm_wrap.delivery.identity import describe_wrap, identify_wrap
from llm_wrap.delivery.inbox import Source
from llm_wrap.delivery.outbox import Outbox
from llm_wrap.errors import InputError, LlmWrapError, OutboxError
from llm_wrap.models import FoundWrap, ParseResult
from llm_wrap.morning.log import RunLog
from llm_wrap.pipeline import parse_source
from llm_wrap.sources.mail import list_documents
from llm_wrap.sources.text import looks_like_mail, read_carrier


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
                    parts = split_found(thing)
                    found += len(parts) - 1
                    for part in parts:
                        taken += _take(outbox, part, clock, log, problems)
                if outbox.is_seen(thing.source_id):
                    source.handled(thing.source_id)
        except OutboxError:
            raise
        except (LlmWrapError, OSError) as error:
            failed += 1
            problems.append(f"{source.origin}: {error}")
            log.write("problem", text=problems[-1])
    return Collected(found=found, taken=taken, skipped=found - taken, failed=failed, problems=tuple(problems))


def parse_found(found: FoundWrap) -> ParseResult:
    """The parsed wrap. InputError where it is none."""
    return parse_source(read_carrier(found.data, found.name))


def split_found(found: FoundWrap) -> list[FoundWrap]:
    """A mail with several wraps in it, attached say, as one for each; anything else as it is.

    Only the last one has the mail's source_id: the mail is known once all of it is archived.
    """
    documents = list_documents(found.data) if looks_like_mail(found.data) else []
    wraps: dict[str, tuple[str, bytes]] = {}
    for name, data in documents if len(documents) > 1 else ():
        try:
            identity, _ = identify_wrap(parse_source(read_carrier(data, name)).wrap)
        except InputError:
            continue
        if identity.session_date is not None:
            wraps[identity.key] = (name, data)
    if len(wraps) < 2:
        return [found]
    parts = [
        replace(found, name=f"{found.name}, {name}", data=data, source_id=f"{found.source_id};part={key}")
        for key, (name, data) in wraps.items()
    ]
    return [*parts[:-1], replace(parts[-1], source_id=found.source_id)]


def _take(outbox: Outbox, found: FoundWrap, clock: Clock, log: RunLog, problems: list[str]) -> bool:
    try:
        wrap = parse_found(found).wrap
    except InputError as error:
        # Told once: only another llm-wrap, or a library that was missing, could make a wrap of it.
        outbox.refuse(found.source_id, str(error), clock.now())
        problems.append(str(error))
        log.write("skipped", text=str(error))
        return False
    identity, content_hash = identify_wrap(wrap)
    edition = outbox.take(found, identity, content_hash, describe_wrap(wrap), clock.now())
    if edition is None:
        log.write("known", wrap=identity.key)
        return False
    log.write("taken", wrap=f"{identity.key}#{edition.number}")
    return True
