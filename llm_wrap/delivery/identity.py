"""Which wrap it is, and whether its text is one that is known. In: a parsed wrap. Out: its identity and a hash of its content.

The same wrap comes as text, as HTML and as a mail; so the content is what the parser found, letters and figures only. Title,
time stamp and disclaimer are left out: they differ from carrier to carrier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256

from llm_wrap.models import MarketWrap
from llm_wrap.models.delivery import WrapIdentity

_LEFT_OUT = frozenset({"line", "title", "title_moves", "as_of", "disclaimer", "sentences", "sources", "tickers"})
_ONE_WRAP = 0.5  # carriers differ in where lines and items end
_TELLING = 6  # characters, from which on what stands in two wraps is no chance
_NO_WORD = re.compile(r"[^\w%+.-]+")


def identify_wrap(wrap: MarketWrap) -> tuple[WrapIdentity, str]:
    """The identity, and the SHA-256 of the content in hex. Where the wrap has no date the hash is in the identity too."""
    content = "\n".join(_words(wrap)).casefold()
    content_hash = sha256(content.encode()).hexdigest()
    identity = WrapIdentity(
        region=wrap.region,
        kind=wrap.kind,
        session_date=wrap.session_date,
        text_hash=None if wrap.session_date else content_hash,
    )
    return identity, content_hash


def is_same_wrap(one: MarketWrap, other: MarketWrap) -> bool:
    """Whether two readings are of one wrap: the body of a mail and the PDF in it, say. One of them may lack what the other has
    (a date that stands in the subject), or be the shorter; what both have agrees."""
    for mine, theirs in (
        (one.session_date, other.session_date),
        (one.region, other.region),
        (one.kind, other.kind),
    ):
        if mine is not None and theirs is not None and mine != theirs:
            return False
    return share_text(one, other) >= _ONE_WRAP


def share_text(one: MarketWrap, other: MarketWrap) -> float:
    """How much of the shorter one's content is in the other, 0 to 1."""
    told, again = ({words for words in _words(wrap) if len(words) >= _TELLING} for wrap in (one, other))
    return len(told & again) / max(1, min(len(told), len(again)))


def describe_wrap(wrap: MarketWrap) -> str | None:
    """A line that tells a reader which wrap it was: its title, or its first headline."""
    return wrap.title or next((item.headline for item in wrap.digest if item.headline), None)


def _words(value: object) -> Iterator[str]:
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in _LEFT_OUT:
                yield from _words(getattr(value, field.name))
    elif isinstance(value, tuple):
        for entry in value:
            yield from _words(entry)
    elif value is not None:
        yield " ".join(_NO_WORD.sub(" ", str(value)).split())
