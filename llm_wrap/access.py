"""Which host may be asked, with which key or password, and whether text goes there for the first time.

A secret comes from the environment, from a file that only the user may read, or from the system's keyring; never from the
settings file. Nothing here is looked at before a question is about to be sent.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from llm_wrap.config import Settings
from llm_wrap.errors import MailError, ModelUnavailable, SettingsError
from llm_wrap.files import write_whole

NO_KEY = "none"  # a local server wants no key, and the client insists on some text
_KEYRING_SERVICE = "llm-wrap"
_AZURE_VARIABLE = "AZURE_OPENAI_API_KEY"
_KNOWN_HOSTS = "known-hosts.json"
_COMMAND_S = 60.0  # a command that prints a token may have to ask a server for it


def find_key(settings: Settings, environment: Mapping[str, str], host: str, *, needed: bool) -> str:
    """The key for `host`: environment, then `api_key_file`, then the keyring. ModelUnavailable where it is `needed` and
    missing, or where others may read its file."""
    variables = [settings.api_key_env, *([_AZURE_VARIABLE] if settings.model.startswith("azure/") else [])]
    try:
        key = find_secret(environment, variables, settings.api_key_file, host)
    except SettingsError as error:
        raise ModelUnavailable("no_key", str(error)) from error
    if key:
        if not key.isascii() or not key.isprintable() or " " in key:
            raise ModelUnavailable("no_key", f"the key for {host} holds characters that no key has")
        return key
    if needed:
        raise ModelUnavailable(
            "no_key",
            f"no key for {host}: set {variables[-1]}, or api_key_file in the settings, "
            f"or run: keyring set {_KEYRING_SERVICE} {host}",
        )
    return NO_KEY


def find_secret(environment: Mapping[str, str], variables: Sequence[str], file: Path | None, entry: str) -> str | None:
    """The first of: the variables, the file, the keyring's `entry` under "llm-wrap". None where none has it.

    Raises:
        SettingsError: the file cannot be read, others may read it, or it holds no single line.
    """
    for variable in variables:
        if environment.get(variable):
            return environment[variable].strip()
    if file is not None:
        return _read_secret_file(file)
    return _read_keyring(entry)


def run_token_command(command: str) -> str:
    """What `command` prints: an OAuth token. It is split into words as a shell does, and no shell runs it.

    Raises:
        MailError: it cannot be run, fails, takes too long, or prints no token. What it printed is not in the text.
    """
    import shlex
    import subprocess

    try:
        words = shlex.split(command)
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_S)
    except (OSError, ValueError, IndexError) as error:
        raise MailError(f"token_command cannot be run ({error})") from error
    except subprocess.TimeoutExpired:
        raise MailError(f"token_command printed nothing in {_COMMAND_S:g} seconds") from None
    if done.returncode != 0:
        raise MailError(f"token_command failed (exit code {done.returncode}): run it by hand to see why")
    token = done.stdout.decode("utf-8", "replace").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise MailError("token_command printed no token: one line with the token alone is wanted")
    return token


def read_headers(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """The extra headers of the settings, "Name: value" each; a value "$NAME" is taken from the environment."""
    headers: dict[str, str] = {}
    for line in settings.headers:
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise SettingsError("headers: each is 'Name: value'; one of them is not")
        if value.startswith("$"):
            if not environment.get(value[1:]):
                raise SettingsError(f"headers: {name} names the variable {value[1:]}, which is not set")
            value = environment[value[1:]]
        if not value.isascii() or not value.isprintable():
            raise SettingsError(f"headers: the value of {name} holds characters that no header may have")
        headers[name] = value
    return headers


def admit_host(host: str, allowed: tuple[str, ...]) -> None:
    """ModelUnavailable where `allowed` names hosts and `host` is none of them; ".example.com" allows all under it."""
    if not allowed:
        return
    for name in (entry.strip().lower() for entry in allowed):
        if host == name or (name.startswith(".") and host.endswith(name)):
            return
    raise ModelUnavailable("host_not_allowed", f"the settings do not allow {host}: allow_hosts is {', '.join(allowed)}")


def note_first_contact(host: str, state_dir: Path) -> bool:
    """Whether `host` is new; from now on it is not. Where that cannot be kept, it stays new."""
    path = state_dir / _KNOWN_HOSTS
    known: list[str] = []
    with suppress(OSError, ValueError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        known = [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else []
    if host in known:
        return False
    with suppress(OSError):
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(json.dumps(sorted({*known, host})).encode("utf-8"), path, private=True)
    return True


def _read_secret_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
                raise SettingsError(f"{path}: others may read this secret; do: chmod 600 {path}")
            secret = file.read(10_000).decode("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{path}: cannot read the secret ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: this is no text") from error
    if not secret or not secret.isprintable():
        raise SettingsError(f"{path}: holds no secret; one line with the secret alone is wanted")
    return secret


def _read_keyring(entry: str) -> str | None:
    """From the extra `keyring`; None where it is not installed, is locked or holds nothing."""
    try:
        import keyring
    except ImportError:
        return None
    try:
        return keyring.get_password(_KEYRING_SERVICE, entry) or None
    except Exception:  # whatever the desktop's keyring raises: there is no key to be had there
        return None
