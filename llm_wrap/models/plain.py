"""Records as plain data that JSON can hold, and back. Decimals are strings with the digits of the wrap, dates are ISO,
tuples are arrays, and everything that a record has is there: null and [] are written out, but for a `SPARSE` field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
# The metadata of a field that is written only where it says something, since few records have it.
SPARSE = {"sparse": True}
_FROM_TEXT: dict[Any, Callable[[str], Any]] = {Decimal: Decimal, date: date.fromisoformat}


def to_plain(record: object) -> dict[str, object]:
    """
    >>> from llm_wrap.models import TitleMove
    >>> to_plain(TitleMove(name="Nikkei", change_pct=Decimal("0.40")))
    {'name': 'Nikkei', 'change_pct': '0.40', 'level': None}
    """
    return {
        field.name: _plain(value)
        for field in fields(record)  # type: ignore[arg-type]
        if (value := getattr(record, field.name)) is not None or not field.metadata
    }


def from_plain(kind: type[Record], plain: object) -> Record:
    """The record that `to_plain` made this of; a field that is not there has its default. ValueError where it is no such
    thing: an unknown field, another type, a word that is none of a closed set.

    >>> from llm_wrap.models import TitleMove
    >>> from_plain(TitleMove, {"name": "Nikkei", "change_pct": "0.40"})
    TitleMove(name='Nikkei', change_pct=Decimal('0.40'), level=None)
    """
    try:
        record: Record = _revive(kind, plain)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"no {kind.__name__}: {error!r}") from error
    return record


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return to_plain(value) if is_dataclass(value) else value


def _revive(kind: Any, plain: Any) -> Any:
    if type(plain) is kind:
        return plain
    form, of = _take_apart(kind)
    if form is dict and type(plain) is dict:
        return kind(**{name: _revive(of[name], part) for name, part in plain.items()})
    if form is tuple and type(plain) is list:
        return tuple(_revive(of[0], part) for part in plain)
    if form in (Union, UnionType):  # only ever with None
        return None if plain is None else _revive(of[0], plain)
    if form is Literal and plain in of:
        return plain
    if form is str and type(plain) is str:
        return _FROM_TEXT[kind](plain)
    raise TypeError(f"{plain!r} is no {kind}")


@cache
def _take_apart(kind: Any) -> tuple[Any, Any]:
    """What a type is in JSON or in typing, and what it is made of."""
    if is_dataclass(kind):
        return dict, get_type_hints(kind)
    return (str, ()) if kind in _FROM_TEXT else (get_origin(kind), get_args(kind))
