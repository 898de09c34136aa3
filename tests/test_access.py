"""Keys, headers and hosts: what is sent, where to, and what is refused before anything is sent."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llm_wrap.access import find_key, note_first_contact, read_headers
from llm_wrap.config import Settings, load_settings, override
from llm_wrap.errors import ModelUnavailable, SettingsError
from llm_wrap.models import Brief
from llm_wrap.pipeline import make_brief, read_wrap
from llm_wrap.reporter import Reporter
from tests.conftest import SAMPLE
from tests.fake_openai import FakeOpenAI

HOST = "gateway.example"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host name of a company's own, which leads to this machine."""
    look_up = socket.getaddrinfo

    def to_loopback(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return look_up("127.0.0.1" if name == HOST else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", to_loopback)


@pytest.fixture
def authority() -> Any:
    import trustme

    return trustme.CA()


@pytest.fixture
def tls_server(authority: Any) -> Iterator[FakeOpenAI]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    server = FakeOpenAI(tls=context)
    yield server
    server.close()


def _brief(reporter: Reporter | None = None, environment: dict[str, str] | None = None, **given: object) -> Brief:
    settings = override(load_settings(None, {}), **{"model": "m", "cache": False, "deadline_s": 10, **given})
    return make_brief(read_wrap(str(SAMPLE), settings), settings, environment or {}, reporter=reporter)


def _reasons(brief: Brief) -> set[str | None]:
    return {labelled.reason for labelled in brief.labels}


def _at(server: FakeOpenAI) -> str:
    return server.url.replace("127.0.0.1", HOST)


# --- keys -----------------------------------------------------------------------------------------------------------


def test_environment_over_file_over_keyring(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("sk-file\n")
    path.chmod(0o600)
    settings = Settings(api_key_file=path, api_key_env="MY_KEY")
    assert find_key(settings, {"MY_KEY": "sk-env"}, HOST, needed=True) == "sk-env"
    assert find_key(settings, {"OPENAI_API_KEY": "sk-other"}, HOST, needed=True) == "sk-file"
    assert find_key(Settings(model="azure/d"), {"AZURE_OPENAI_API_KEY": "az"}, HOST, needed=True) == "az"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text("sk-file")
    path.chmod(mode)
    with pytest.raises(ModelUnavailable, match="chmod 600") as raised:
        find_key(Settings(api_key_file=path), {}, HOST, needed=True)
    assert raised.value.reason == "no_key"
    assert "sk-file" not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"two words", b"sk-1\nsk-2", b"\xff\xfe"])
def test_a_file_that_holds_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ModelUnavailable) as raised:
        find_key(Settings(api_key_file=path), {}, HOST, needed=True)
    assert raised.value.reason == "no_key"


def test_the_keyring_holds_a_key_a_host() -> None:
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    class OneKey(KeyringBackend):  # type: ignore[misc]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return "sk-kept" if (service, username) == ("llm-wrap", HOST) else None

        def set_password(self, service: str, username: str, password: str) -> None: ...

    before = keyring.get_keyring()
    keyring.set_keyring(OneKey())
    try:
        assert find_key(Settings(), {}, HOST, needed=True) == "sk-kept"
        with pytest.raises(ModelUnavailable, match=r"keyring set llm-wrap api\.openai\.com"):
            find_key(Settings(), {}, "api.openai.com", needed=True)
    finally:
        keyring.set_keyring(before)


def test_openai_without_a_key_asks_nobody() -> None:
    brief = _brief(model="openai/gpt-4o-mini")
    assert _reasons(brief) == {"no_key"}
    assert brief.usage.calls == 0


# --- servers --------------------------------------------------------------------------------------------------------


def test_azure_has_its_own_path_and_header(fake_openai: FakeOpenAI) -> None:
    endpoint = fake_openai.url.removesuffix("/v1")
    given = {"model": "azure/desk-mini", "azure_endpoint": endpoint}
    brief = _brief(environment={"AZURE_OPENAI_API_KEY": "az-key"}, **given)
    assert _reasons(brief) == {None}
    request = fake_openai.requests[0]
    assert request.path == "/openai/deployments/desk-mini/chat/completions?api-version=2024-10-21"
    assert request.headers["api-key"] == "az-key"
    with pytest.raises(SettingsError, match="azure_endpoint"):
        _brief(model="azure/desk-mini")


def test_more_headers_with_values_from_the_environment(fake_openai: FakeOpenAI) -> None:
    headers = ["X-Team: markets: asia", "X-Token: $GATEWAY_TOKEN"]
    _brief(environment={"GATEWAY_TOKEN": "t-1"}, base_url=fake_openai.url, headers=headers)
    sent = fake_openai.requests[0].headers
    assert (sent["x-team"], sent["x-token"]) == ("markets: asia", "t-1")


@pytest.mark.parametrize("header", ["no colon", "X Y: 1", "X: a\r\nB: c", "X: $UNSET", ": v", "X: ü"])
def test_a_header_that_is_none(header: str) -> None:
    with pytest.raises(SettingsError, match="headers"):
        read_headers(Settings(headers=(header,)), {})


def test_hosts_that_are_not_allowed_get_nothing(fake_openai: FakeOpenAI, gateway: None) -> None:
    brief = _brief(base_url=_at(fake_openai), allow_hosts=["api.openai.com"])
    assert _reasons(brief) == {"host_not_allowed"}
    assert fake_openai.requests == []
    assert "gateway.example" in " ".join(brief.notes)
    assert _reasons(_brief(base_url=_at(fake_openai), allow_hosts=[".example"])) == {None}
    assert _reasons(_brief(base_url=fake_openai.url, allow_hosts=["api.openai.com"])) == {None}, "this machine"


def test_a_host_is_announced_once_before_text_goes_there(fake_openai: FakeOpenAI, gateway: None) -> None:
    told: list[tuple[str, int]] = []
    reporter = Reporter(on_new_host=lambda host: told.append((host, len(fake_openai.requests))))
    for _ in range(2):
        _brief(reporter, base_url=_at(fake_openai))
    assert told == [(HOST, 0)]
    _brief(reporter, base_url=fake_openai.url)
    assert len(told) == 1, "this machine is no news"


def test_first_contact_survives_a_broken_or_forbidden_state_folder(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "known-hosts.json").write_text("{broken")
    assert [note_first_contact("a", state), note_first_contact("a", state), note_first_contact("b", state)] == [
        True,
        False,
        True,
    ]
    (tmp_path / "file").write_text("")
    assert note_first_contact("a", tmp_path / "file" / "state")


def test_a_proxy_is_used_for_hosted_servers(fake_openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake plays the proxy: it is asked for a whole address on a host that does not exist."""
    monkeypatch.setenv("HTTP_PROXY", fake_openai.url.removesuffix("/v1"))
    monkeypatch.setenv("http_proxy", fake_openai.url.removesuffix("/v1"))
    assert _reasons(_brief(base_url="http://models.invalid/v1")) == {None}
    assert fake_openai.requests[0].path == "http://models.invalid/v1/chat/completions"


def test_a_company_authority_by_setting_and_by_variable(
    tls_server: FakeOpenAI, authority: Any, gateway: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    assert _reasons(_brief(base_url=_at(tls_server))) == {"tls_error"}
    assert tls_server.requests == []
    assert _reasons(_brief(base_url=_at(tls_server), ca_file=pem)) == {None}
    assert _reasons(_brief(base_url=_at(tls_server), ca_file=tmp_path / "none.pem")) == {"tls_error"}
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    assert _reasons(_brief(base_url=_at(tls_server))) == {None}


def test_a_password_in_the_address_is_shown_nowhere_and_is_no_part_of_the_key(fake_openai: FakeOpenAI) -> None:
    first = fake_openai.url.replace("http://", "http://desk:pw-one@")
    brief = _brief(base_url=first, cache=True)
    assert "pw-one" not in repr(brief)
    asked = len(fake_openai.requests)
    assert fake_openai.requests[0].headers["authorization"].startswith("Basic ")
    again = _brief(base_url=fake_openai.url.replace("http://", "http://desk:pw-two@"), cache=True)
    assert again.usage.cache_hits == len(again.labels)
    assert len(fake_openai.requests) == asked
    with pytest.raises(SettingsError) as raised:
        _brief(base_url="ftp://desk:pw-one@gateway.example")
    assert "pw-one" not in str(raised.value)
