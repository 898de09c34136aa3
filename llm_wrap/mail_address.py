"""Mail addresses: "Name <address>" in its parts, and what is taken for a plain address.

Plain: local part in ASCII, one @, a domain that may be international, nothing that could end a line or begin another word.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from llm_wrap.errors import SettingsError

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?")


class NamedAddress(NamedTuple):
    """ "Name <address>" in its two parts; the address with its domain in ASCII, as servers are given it."""

    name: str
    address: str


def split_address(text: str) -> NamedAddress:
    """The parts of "Name <address>" or of a bare address. Not `parseaddr`, whose answers depend on the version of Python
    and which takes an address out of a name.

    >>> split_address('Brief, "morning" <brief@bücher.example>')
    NamedAddress(name='Brief, "morning"', address='brief@xn--bcher-kva.example')
    """
    words = text.strip()
    name, _, address = words[:-1].rpartition("<") if words.endswith(">") else ("", "", words)
    local, at, domain = address.strip().rpartition("@")
    with suppress(UnicodeError):  # what no domain is stays as it is, for `check_address` to refuse
        domain = domain.encode("idna").decode("ascii")
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return NamedAddress(name, f"{local}{at}{domain}")


def is_address(address: str) -> bool:
    """Whether it is a plain address, its domain in ASCII: nothing that could end a line or begin another word."""
    return len(address) <= 254 and "=?" not in address and bool(_ADDRESS.fullmatch(address))


def check_address(address: str, where: str) -> None:
    """SettingsError for what is no plain address: local part in ASCII, one @, nothing that could end a line."""
    if "<" in address or not is_address(split_address(address).address):
        raise SettingsError(f"{where}: {address!r} is no mail address")
