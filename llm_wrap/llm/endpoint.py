"""Whom to ask: a server that is there, or a model that has to be served first. Records only, so that a brief from a warm
cache imports no client."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, and as whom. `loopback` servers are reached past any proxy; one that is not `retried` is asked once.

    `azure_version` is the API version of an Azure deployment, whose `base_url` is that of the deployment.
    """

    base_url: str
    model: str
    api_key: str = field(repr=False)
    loopback: bool = False
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    retried: bool = True
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: Path | None = None
    azure_version: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that is sent and must never be shown: a URL's user and password also as the header that they become."""
        user = self.base_url.partition("://")[2].partition("/")[0].rpartition("@")[0]
        basic = b64encode(unquote(user).encode()).decode()
        return tuple(
            secret
            for secret in (
                self.api_key,
                *self.headers.values(),
                user.partition(":")[2],
                unquote(user.partition(":")[2]),
                basic,
            )
            if secret
        )


def server_host(base_url: str) -> str:
    """The host of a URL, in lower case, without user, password and port.

    >>> server_host("https://user:secret@Gateway.example:8443/v1"), server_host("http://[::1]:8080/v1")
    ('gateway.example', '::1')
    """
    host = base_url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
    return (host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]).lower()


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its name alone; "127.example.com" is not.

    >>> is_loopback("127.0.0.1"), is_loopback("127.example.com")
    (True, False)
    """
    return host in ("localhost", "::1") or (host.startswith("127.") and host.replace(".", "").isdecimal())


def without_user(url: str) -> str:
    """The URL without user and password: what may be shown, and kept in a cache key.

    >>> without_user("https://user:secret@gateway.example/v1")
    'https://gateway.example/v1'
    """
    scheme, separator, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{separator}{place.rpartition('@')[2]}{slash}{path}"


@dataclass(frozen=True, slots=True)
class EmbeddedModel:
    """What to serve: a GGUF file, and a LoRA adapter on it or none."""

    name: str
    weights: Path
    adapter: Path | None = None
