"""Plants a text in every string of a brief that comes from a wrap or a model, and leaves the rest as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from llm_wrap.models import Brief, Evidence

# Ours, not the wrap's or the model's: stable words and names that our code or our files choose.
_OURS = {
    "ItemLabel.theme",
    "ItemLabel.secondary_themes",
    "Provenance.model",
    "Provenance.prompt",
    "Theme.name",
    "Theme.about",
    "Theme.rollup",
}
_KEPT = {"model", "prompt"}

# A defect is told under its issue; a currency's words stand beside its row, which the planted pair no longer names.
NOT_DRAWN = {"LedgerEntry.kind", "LedgerEntry.text", "CurrencyMove.pair", "CurrencyMove.words"}

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></details><b>",
    "<!-- c -->",
    "&lt;b&gt; &#60; &amp;",
    "{{ 7 * 7 }}{% raw %}{# c #}",
    "[red]alarm[/red] [link=http://evil.example]x[/link] [/]",
    "[x](javascript:alert(1)) [ref]: http://evil.example",
    "![i](http://evil.example/i.png)",
    "http://evil.example www.evil.example me@evil.example ftp://evil.example mailto:me@evil.example",
    "**bold** __bold__ _em_ *em* `code` ~~gone~~",
    "a | b \\| c |",
    "\\",
    "# head",
    "> quote",
    "- item",
    "+ item",
    "* item",
    "1. one",
    "2) two",
    "---",
    "=====",
    "```\ncode\n```",
    "    indented",
    "$x^2$ and $y$",
    "| --- |",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J",
    "\u202egnitset\u202c \u2066iso\u2069 \u200bzero\ufeff",
    "line\nbreak\r\nand\ttab\x0b\x0c\x85\u2028\u2029end",
    "lone \ud800 surrogate",
    "nul \x00 byte",
)


def plant(brief: Brief, payload: str) -> Brief:
    """`brief` with `payload` for each of its texts."""
    return _plant_all(brief, lambda _: payload)


def plant_names(brief: Brief) -> tuple[Brief, dict[str, str]]:
    """`brief` with a word of its own for each text, and which field ("Mover.reason") each word stands in."""
    names: dict[str, str] = {}

    def name_it(field: str) -> str:
        word = f"word{len(names):04}"
        names[word] = field
        return word

    return _plant_all(brief, name_it), names


def missing_fields(names: dict[str, str], shown: str) -> set[str]:
    """The fields of which at least one word is not in `shown`."""
    return {field for word, field in names.items() if word not in shown}


def _plant_all(brief: Brief, make: Callable[[str], str]) -> Brief:
    changed = {field.name: _plant(brief, field.name, make) for field in fields(brief) if field.name not in _KEPT}
    return replace(brief, **changed)


def _plant(record: Any, name: str, make: Callable[[str], str]) -> Any:
    value = getattr(record, name)
    path = f"{type(record).__name__}.{name}"
    hint = _hints(type(record))[name]
    if path in _OURS or get_origin(hint) is Literal or any(get_origin(part) is Literal for part in get_args(hint)):
        return value
    return _walk(value, path, make)


_hints = cache(get_type_hints)


def _walk(value: Any, path: str, make: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return make(path)
    if isinstance(value, tuple):
        return tuple(_walk(part, path, make) for part in value)
    if isinstance(value, Evidence):  # its words stand after the headline and the newline
        words = make("Evidence.text")
        return Evidence(text=words, start=len(words) + 1, end=2 * len(words) + 1)
    if is_dataclass(value):
        return replace(value, **{field.name: _plant(value, field.name, make) for field in fields(value)})  # type: ignore[type-var]
    return value
