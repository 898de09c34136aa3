"""A mail to the wraps in it, and what of it is left out, with the reason.

A mail brings a wrap in its body, attached, or both; several at once; and beside them logos, terms, and files that nobody can
read. In: what a source found. Out: what is to be taken, and of each other part whether it may have been a wrap.

    may be a wrap    cannot be read (locked, damaged, scanned, Word, an archive), or has a wrap's headings or rows and is none
    plainly none     a picture, a spreadsheet, text of another kind, what is called terms or disclaimer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePath
from typing import NamedTuple

from llm_wrap.delivery.identity import identify_wrap, is_same_wrap, share_text
from llm_wrap.errors import InputError
from llm_wrap.models import MarketWrap, ParseIssue, ParseResult
from llm_wrap.models.delivery import FoundWrap
from llm_wrap.parsing import require_wrap
from llm_wrap.parsing.recognition import has_wrap_shape
from llm_wrap.sources.mail import Document, list_documents
from llm_wrap.sources.text import SourceText, looks_like_mail, read_carrier

_SAME_PART = 0.9  # of a text's content: the mail was read from that part
_LEAST = 1_000  # bytes: less is no wrap, whatever it is
# What is never read: by the ending of the name, and by how the bytes start.
_UNREAD = {
    **dict.fromkeys((".doc", ".docx", ".docm", ".odt", ".rtf", ".pages"), "a word processor's document"),
    **dict.fromkeys((".msg",), "a mail as Outlook saves it"),
    **dict.fromkeys((".zip", ".7z", ".rar", ".gz", ".tgz"), "an archive"),
}
_UNREAD_STARTS = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x1f\x8b",
    b"\x78\x9f\x3e\x22",
)
_NO_WRAPS = {
    **dict.fromkeys((".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".csv"), "a spreadsheet"),
    **dict.fromkeys((".ppt", ".pptx", ".odp"), "a presentation"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp"), "a picture"),
    **dict.fromkeys((".ics", ".vcf", ".p7s", ".asc", ".sig"), "a signature, a contact or an appointment"),
}
_NO_WRAP_KINDS = {
    "image": "a picture",
    "audio": "a recording",
    "video": "a recording",
    "text/csv": "a spreadsheet",
    "text/calendar": "an appointment",
    "text/vcard": "a contact",
    "text/x-vcard": "a contact",
    "application/pgp-signature": "a signature",
    "application/pkcs7-signature": "a signature",
    "application/x-pkcs7-signature": "a signature",
}
_NO_WRAP_NAMES = ("disclaimer", "disclosure", "terms", "conditions", "legal", "privacy", "signature", "logo", "notice")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A part of a mail that is not taken.

    Attributes:
        name: its file name. data_hash: SHA-256 of its bytes in hex; the same logo comes every day.
        reason: where it may be a wrap, a line that names it and its mail; else what it is, "a picture".
        may_be_wrap: the desk must know of it.
    """

    name: str
    data_hash: str
    reason: str
    may_be_wrap: bool


class Split(NamedTuple):
    """What to take of a thing that was found, and what of it is left out."""

    wraps: list[FoundWrap]
    left_out: list[LeftOut]


class _Part(NamedTuple):
    name: str
    data: bytes
    wrap: MarketWrap


def parse_found(found: FoundWrap) -> ParseResult:
    """The parsed wrap. InputError where it is none."""
    source = read_carrier(found.data, found.name)
    return require_wrap(source.text, source.name)


def split_found(found: FoundWrap) -> Split:
    """A mail with several wraps in it, attached say, as one for each; anything else as it is.

    Only the last one has the mail's source_id, and none where a part is left out: the mail is known once all of it is settled.

    Raises:
        InputError: a mail of several parts, and none of them is a wrap.
    """
    documents = list_documents(found.data) if looks_like_mail(found.data) else []
    if len(documents) < 2:
        return Split([found], [])
    parts, left_out = _read_parts(documents, found.name)
    whole, trouble = None, ""
    try:
        whole = _Part(found.name, found.data, parse_found(found).wrap)
    except InputError as error:
        trouble = str(error)
    chosen = _choose_parts(parts, whole)
    if not chosen:
        raise InputError(" ".join([trouble, *(part.reason for part in left_out if part.may_be_wrap)]))
    for name, data, wrap in parts:
        if not any(is_same_wrap(wrap, part.wrap) for part in chosen):
            words = "is another text of the same wrap" if wrap.session_date else "reads as a wrap without a date"
            left_out.append(_leave_out(name, data, f"{name} in {found.name} {words}.", may_be_wrap=True))
    wraps = [
        replace(
            found,
            name=found.name if part is whole else f"{found.name}, {part.name}",
            data=part.data,
            source_id=f"{found.source_id};part={identify_wrap(part.wrap)[0].key}",
        )
        for part in chosen
    ]
    if not left_out:
        wraps[-1] = replace(wraps[-1], source_id=found.source_id)
    return Split(wraps, left_out)


def add_others(result: ParseResult, source: SourceText) -> ParseResult:
    """`result`, which was read from `source`, with an issue that names what else the mail holds that is or may be a wrap."""
    received = datetime.fromtimestamp(0, UTC)  # of no account here
    found = FoundWrap(origin="", name=source.name, data=source.mail or b"", received=received, source_id="")
    try:
        wraps, left_out = split_found(found)
    except InputError:
        return result
    words = [part.reason for part in left_out if part.may_be_wrap]
    if len(wraps) > 1:
        others = [(one.name.removeprefix(f"{source.name}, "), parse_found(one).wrap) for one in wraps]
        names = [f"{name} ({_name_edition(wrap)})" for name, wrap in others if not is_same_wrap(wrap, result.wrap)]
        if names:
            words.insert(
                0, f"This mail holds {len(names) + 1} wraps, of which this is one; not read: {'; '.join(names)}."
            )
    issues = [ParseIssue(line=0, kind="other_wraps", message=message, text="") for message in words]
    return replace(result, issues=(*issues, *result.issues))


def _name_edition(wrap: MarketWrap) -> str:
    """
    >>> _name_edition(MarketWrap(region="asia", kind="recap"))
    'asia recap, no date'
    """
    return f"{wrap.region or 'market'} {wrap.kind or 'wrap'}, {wrap.session_date or 'no date'}"


def _choose_parts(parts: Sequence[_Part], whole: _Part | None) -> list[_Part]:
    """One part for each wrap with a date; where there is one wrap, the whole mail, with its subject.

    Of several carriers of a wrap the last is read best. `whole` is the text of one of the parts under the subject, which may have
    the date that the part lacks. Without any date there is one wrap.
    """
    chosen: list[_Part] = []
    for part in parts:
        if part.wrap.session_date is not None:
            key = identify_wrap(part.wrap)[0].key
            chosen = [
                other
                for other in chosen
                if identify_wrap(other.wrap)[0].key != key and not is_same_wrap(other.wrap, part.wrap)
            ]
            chosen.append(part)
    if whole is None:
        return chosen or list(parts[-1:])
    if not chosen:
        return [whole]
    dated = [part.wrap for part in parts if part.wrap.session_date is not None]
    if (
        whole.wrap.session_date is not None
        and not any(share_text(whole.wrap, wrap) >= _SAME_PART for wrap in dated)
        and not any(is_same_wrap(whole.wrap, part.wrap) for part in chosen)
    ):
        return [*chosen, whole]
    if len(chosen) == 1 and whole.wrap.session_date == chosen[0].wrap.session_date:
        return [whole]
    return chosen


def _read_parts(documents: Sequence[Document], mail: str) -> tuple[list[_Part], list[LeftOut]]:
    """The parts that read as a wrap, and those that do not, without the covering note."""
    parts: list[_Part] = []
    left_out: list[LeftOut] = []
    for document in documents:
        name, data = document.name, document.data
        display = f"{name} in {mail}"
        words = _tell_no_wrap(document)
        if words is not None:
            if document.attached:
                left_out.append(_leave_out(name, data, words))
            continue
        if _is_unread(document):
            words = _UNREAD.get(_ending(document), "a file of a kind that is not read")
            left_out.append(_leave_unread(name, data, f"{display} is {words}: ask for text, HTML or PDF.", words))
            continue
        try:
            source = read_carrier(data, display)
        except InputError as error:
            if document.attached:
                left_out.append(_leave_unread(name, data, str(error), "cannot be read"))
            continue
        try:
            parts.append(_Part(name, data, require_wrap(source.text, source.name).wrap))
        except InputError as error:
            shaped = has_wrap_shape(source.text)
            if shaped or document.attached:
                left_out.append(_leave_out(name, data, str(error) if shaped else "no market wrap", may_be_wrap=shaped))
    return parts, left_out


def _tell_no_wrap(document: Document) -> str | None:
    """What a part is whose kind or ending says that it holds no wrap; else None."""
    kind = _NO_WRAP_KINDS.get(document.kind) or _NO_WRAP_KINDS.get(document.kind.partition("/")[0])
    return kind or _NO_WRAPS.get(_ending(document))


def _is_unread(document: Document) -> bool:
    return _ending(document) in _UNREAD or document.data.lstrip().startswith(_UNREAD_STARTS)


def _leave_unread(name: str, data: bytes, sentence: str, words: str) -> LeftOut:
    """A file that cannot be read may be a wrap, unless it is tiny, or called what no wrap is called."""
    if len(data) < _LEAST or any(word in name.casefold() for word in _NO_WRAP_NAMES):
        return _leave_out(name, data, words)
    return _leave_out(name, data, sentence, may_be_wrap=True)


def _ending(document: Document) -> str:
    return PurePath(document.name).suffix.lower()


def _leave_out(name: str, data: bytes, reason: str, *, may_be_wrap: bool = False) -> LeftOut:
    return LeftOut(name=name, data_hash=sha256(data).hexdigest(), reason=reason, may_be_wrap=may_be_wrap)
