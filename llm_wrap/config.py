"""Settings: defaults, then one TOML file, then environment variables, then the command line. Read once, passed in.

The file is `config.toml` in the user's config folder, or what LLM_WRAP_CONFIG or --config names. Every setting can be
overridden by LLM_WRAP_<NAME> in the environment, one of a table by LLM_WRAP_<TABLE>_<NAME>. Keys and passwords are never
in the file: it names where they are. What the tables hold is in `mail_settings`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import platformdirs

from llm_wrap import mail_settings
from llm_wrap.errors import SettingsError
from llm_wrap.mail_settings import InboxSettings, MailSettings, MorningSettings, Recipient, SentSettings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_APP = "llm-wrap"
_KINDS = {
    "Decimal": "number",
    "tuple[str, ...]": "list of texts",
    "time": 'time of day such as "07:30"',
    "tuple[Recipient, ...]": "list of recipients",
}
_TABLES: dict[str, type] = {
    table.__name__: table for table in (MailSettings, SentSettings, InboxSettings, MorningSettings)
}
_CHECKS: dict[str, Callable[[Any, str], None]] = {  # of the tables, where something is given for one
    "mail": mail_settings.check_mail,
    "inbox": mail_settings.check_inbox,
    "morning": mail_settings.check_morning,
}
Table = TypeVar("Table", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, with its default.

    Attributes:
        model: "embedded", "embedded/PATH.gguf", "openai/NAME", or a server's own model name with `base_url`.
        summaries: "extractive" (sentences of the wrap), "abstractive" (a model's own, checked), or "auto": abstractive for
            every model but the embedded one.
        adapter: for "embedded", an adapter of your own (NAME.gguf with NAME.json beside it) instead of the shipped one.
        base_url: of an OpenAI-compatible server, e.g. http://localhost:11434/v1.
        api_key_env: the environment variable that holds the server's key.
        api_key_file: a file with the key, which only its owner may read; the variable stands over it.
        azure_endpoint, azure_api_version: where azure/DEPLOYMENT is, e.g. https://NAME.openai.azure.com.
        headers: more headers for a server, "Name: value"; "Name: $VARIABLE" takes the value from the environment.
        ca_file: certificates (PEM) to trust instead of the usual ones, of a company's own authority.
        allow_hosts: the only hosts that text may be sent to, this machine apart; empty allows all.
        themes: a theme file instead of the nine of the label guide.
        cache: whether answers are kept between runs.
        deadline_s: seconds for one item's answer, retries included.
        run_deadline_s: seconds for all items of a run together; None is no limit.
        concurrency: questions under way at once at a hosted server.
        batch: whether items are asked about through the server's Batch API, at half the price and within a day.
        votes: answers asked for about each item where a server gives no probabilities; their agreement is the confidence.
        max_cost: US$ that a run may cost, and max_tokens that it may use; the call that could pass them is not made.
        review_below: confidence under which an item is shown as needs_review; None leaves it to the model's calibration.
        watch: the reader's names, put first in a brief; tickers of any style or company names, or one file of them.
        listings: a table of companies and their tickers (CSV) beside the one of the package.
        up_colour: "green" or "red": the colour of a rise, red as East Asian screens have it.
        mail, inbox, morning: the tables of the morning run.
    """

    model: str = "embedded"
    adapter: Path | None = None
    summaries: str = "auto"
    base_url: str | None = None
    api_key_env: str = "OPENAI_API_KEY"
    api_key_file: Path | None = None
    azure_endpoint: str | None = None
    azure_api_version: str = "2024-10-21"
    headers: tuple[str, ...] = ()
    ca_file: Path | None = None
    allow_hosts: tuple[str, ...] = ()
    themes: Path | None = None
    cache: bool = True
    cache_dir: Path = field(default_factory=lambda: Path(platformdirs.user_cache_dir(_APP)) / "answers")
    state_dir: Path = field(default_factory=lambda: Path(platformdirs.user_state_dir(_APP)))
    models_dir: Path = field(default_factory=lambda: Path(platformdirs.user_data_dir(_APP)) / "models")
    deadline_s: float = 120.0
    run_deadline_s: float | None = None
    concurrency: int = 8
    batch: bool = False
    votes: int = 1
    max_cost: Decimal | None = None
    max_tokens: int | None = None
    review_below: float | None = None
    max_bytes: int = 10_000_000
    watch: tuple[str, ...] = ()
    listings: Path | None = None
    up_colour: str = "green"
    mail: MailSettings = field(default_factory=MailSettings)
    inbox: InboxSettings = field(default_factory=InboxSettings)
    morning: MorningSettings = field(default_factory=MorningSettings)


def default_config_path() -> Path:
    return Path(platformdirs.user_config_dir(_APP)) / "config.toml"


def named_config(path: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The settings file that --config or the environment names; None where the default one counts."""
    return path or (Path(environment["LLM_WRAP_CONFIG"]) if environment.get("LLM_WRAP_CONFIG") else None)


def load_settings(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of `path` (which must exist) or of the default file (which need not), under the environment."""
    named = named_config(path, environment)
    settings = Settings()
    where = named or default_config_path()
    if named is not None or where.is_file():
        settings = _apply(settings, _read_file(where), str(where))
    return _apply(settings, _from_environment(settings, "LLM_WRAP_", environment), "environment: LLM_WRAP_*")


def override(settings: Settings, **given: object) -> Settings:
    """`settings` with what the command line gave; None means not given."""
    return _apply(settings, {name: value for name, value in given.items() if value is not None}, "command line")


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows editors put a mark in front
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot read the settings ({error.strerror}); `llm-wrap init` writes a file"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a TOML file ({error})") from error


def _from_environment(table: DataclassInstance, prefix: str, environment: Mapping[str, str]) -> dict[str, object]:
    """What the environment gives for the settings of `table` and of the tables in it."""
    given: dict[str, object] = {}
    for setting in fields(table):
        variable = f"{prefix}{setting.name.upper()}"
        if str(setting.type) in _TABLES:
            inner = _from_environment(getattr(table, setting.name), f"{variable}_", environment)
            if inner:
                given[setting.name] = inner
        elif environment.get(variable):
            given[setting.name] = environment[variable]
    return given


def _apply(settings: Settings, given: Mapping[str, object], where: str) -> Settings:
    result = _apply_table(settings, given, where, "")
    _check_range(result, where)
    for name, check in _CHECKS.items():
        if name in given:
            check(getattr(result, name), where)
    return result


def _apply_table(table: Table, given: Mapping[str, object], where: str, name: str) -> Table:
    """`table` with what is given; `name` ends in a dot and is empty for the whole file."""
    known = {setting.name: str(setting.type) for setting in fields(table)}
    changes: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise SettingsError(f"{where}: there is no setting {name + key!r}; known are {', '.join(known)}")
        if known[key] in _TABLES:
            if not isinstance(value, Mapping):
                raise SettingsError(f"{where}: {name + key} is a table: its settings stand under [{name + key}]")
            changes[key] = _apply_table(getattr(table, key), value, where, f"{name}{key}.")
        elif known[key] == "tuple[Recipient, ...]":
            changes[key] = _convert_recipients(value, f"{where}: {name + key}")
        else:
            changes[key] = _convert(value, known[key], f"{where}: {name + key}")
    return replace(table, **changes)


def _convert_recipients(value: object, where: str) -> tuple[Recipient, ...]:
    """The tables [[mail.to]], or addresses alone."""
    if isinstance(value, str):
        value = [{"address": address.strip()} for address in value.split(",") if address.strip()]
    if not isinstance(value, list):
        raise SettingsError(f"{where} is not a list: each recipient is a table [[mail.to]]")
    recipients = []
    for entry in value:
        table = {"address": entry} if isinstance(entry, str) else entry
        if not isinstance(table, dict) or "address" not in table:
            raise SettingsError(f"{where}: each recipient needs an address")
        recipients.append(_apply_table(Recipient(address=""), table, where, "to."))
    return tuple(recipients)


def _convert(value: object, kind: str, where: str) -> object:
    optional = kind.endswith("| None")
    kind = kind.removesuffix(" | None")
    if optional and value == "":
        return None
    try:
        match kind, value:
            case "str", str():
                return value
            case "Path", str() | Path():
                return Path(os.path.expanduser(value))
            case "bool", bool():
                return value
            case "bool", str() if value.lower() in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
                return value.lower() in {"1", "true", "yes", "on"}
            case "tuple[str, ...]", str():
                return tuple(part.strip() for part in value.replace(",", "\n").splitlines() if part.strip())
            case "tuple[str, ...]", list() | tuple() if all(isinstance(part, str) for part in value):
                return tuple(value)
            case "float", int() | float() | str() if not isinstance(value, bool):
                return float(value)
            case "Decimal", int() | float() | str() | Decimal() if not isinstance(value, bool):
                return Decimal(str(value))
            case "int", int() | str() if not isinstance(value, bool):
                return int(value)
            case "time", time() | str():
                at = time.fromisoformat(value) if isinstance(value, str) else value
                if at.tzinfo is None:  # the zone is a setting of its own
                    return at
    except (ValueError, ArithmeticError):
        pass
    raise SettingsError(f"{where} = {value!r} is not a {_KINDS.get(kind, kind.lower())}")


def _check_range(settings: Settings, where: str) -> None:
    if not 1 <= settings.deadline_s <= 3600:
        raise SettingsError(f"{where}: deadline_s = {settings.deadline_s:g} is not between 1 and 3600 seconds")
    if settings.run_deadline_s is not None and not 1 <= settings.run_deadline_s <= 86_400:
        raise SettingsError(
            f"{where}: run_deadline_s = {settings.run_deadline_s:g} is not between 1 and 86,400 seconds"
        )
    if not 1 <= settings.concurrency <= 64:
        raise SettingsError(f"{where}: concurrency = {settings.concurrency} is not between 1 and 64")
    if not 1 <= settings.votes <= 15:
        raise SettingsError(f"{where}: votes = {settings.votes} is not between 1 and 15")
    if settings.max_cost is not None and not (settings.max_cost.is_finite() and settings.max_cost >= 0):
        raise SettingsError(f"{where}: max_cost = {settings.max_cost} is no amount in US$")
    if settings.max_tokens is not None and settings.max_tokens < 0:
        raise SettingsError(f"{where}: max_tokens = {settings.max_tokens} is less than none")
    if settings.review_below is not None and not 0 <= settings.review_below <= 1:
        raise SettingsError(f"{where}: review_below = {settings.review_below:g} is not between 0 and 1")
    if not 1_000 <= settings.max_bytes <= 1_000_000_000:
        raise SettingsError(f"{where}: max_bytes = {settings.max_bytes} is not between 1,000 and 1,000,000,000")
    if settings.up_colour not in ("green", "red"):
        raise SettingsError(f"{where}: up_colour = {settings.up_colour!r} is neither green nor red")


TEMPLATE = (
    """\
# Settings of llm-wrap. Every line is a default or an example: take away the "# " to change it.
# An environment variable LLM_WRAP_<NAME> stands over this file, an option of the command line over both.

# Which model labels the items:
#   "embedded"              SmolLM2-135M with the adapter that comes with llm-wrap; no key, no network
#   "embedded/PATH.gguf"    any other GGUF file, served the same way
#   "openai/NAME"           OpenAI, with the key from the variable named below
#   "azure/DEPLOYMENT"      Azure OpenAI, at the endpoint named below
#   any other name          needs base_url: Ollama, vLLM, LM Studio, llama-server, a company gateway
# model = "embedded"
# An adapter that you trained on your own corrections (llm-wrap adapter) instead of the shipped one:
# adapter = "~/adapters/mine.gguf"
# base_url = "http://localhost:11434/v1"
# api_key_env = "OPENAI_API_KEY"
# api_key_file = "~/.config/llm-wrap/key"
# azure_endpoint = "https://NAME.openai.azure.com"
# azure_api_version = "2024-10-21"

# The key itself never stands here: it is in the environment, in a file that only you may read (chmod 600), or in the
# system's keyring (keyring set llm-wrap HOST). More headers for a gateway, values from the environment with $:
# headers = ["X-Team: markets", "X-Token: $GATEWAY_TOKEN"]

# Certificates of your company's own authority, and the only hosts that a wrap's text may go to (".example.com" for all
# hosts under it). Neither concerns servers on this machine.
# ca_file = "/etc/ssl/company.pem"
# allow_hosts = ["api.openai.com"]

# Summaries: "extractive" (sentences of the wrap), "abstractive" (the model's own, each checked against the wrap), or "auto",
# which is abstractive for every model but the embedded one:
# summaries = "auto"

# Themes of your own instead of trade, ai_semis, macro and the six others:
# themes = "~/themes.toml"

# Answers are kept, so that the same item is asked once. Where they and the weights are kept is up to your system unless
# you name folders:
# cache = true
# cache_dir = "~/.cache/llm-wrap/answers"
# models_dir = "~/.local/share/llm-wrap/models"
# state_dir = "~/.local/state/llm-wrap"

# Seconds for one item's answer, retries included; seconds for a whole run (without it there is no limit: the items that
# are left then have no label); and questions under way at once at a server:
# deadline_s = 120
# run_deadline_s = 600
# concurrency = 8

# Ask through the server's Batch API: half the price, within a day, and the same command goes on where it was stopped.
# batch = false

# Where a server gives no probabilities, ask about each item so often and take how far the answers agree as the confidence
# (3 or 5; each is a call, so an odd number that you can pay for). Where it does give them, each item is asked once.
# votes = 1

# What a run may cost in US$, and the tokens it may use: the call that could pass a limit is not made.
# max_cost = 0.05
# max_tokens = 50_000

# Below this confidence (0 to 1) an item is shown as needs_review; without it the model's own calibration decides.
# review_below = 0.5

# The largest input that is read, in bytes:
# max_bytes = 10_000_000

# The names that you watch, first in each brief: tickers of any style (BABA, 9988.HK, 7203 JP, 005930.KS) or company names,
# or a file of them, one a line. A table of your own adds companies and their tickers to the one that is built in (CSV with
# the columns name,aliases,lines):
# watch = ["BABA", "700 HK", "Siemens"]
# listings = "~/listings.csv"

# The colour of a rise: "green", or "red" as East Asian screens have it.
# up_colour = "green"
"""
    + mail_settings.TEMPLATE
)
