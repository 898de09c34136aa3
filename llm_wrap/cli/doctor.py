"""`llm-wrap doctor`: what a brief needs, each with its remedy. No wrap text is sent; a hosted server is asked one word's
worth: whether it knows the model."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from llm_wrap.access import NO_KEY, admit_host, find_key, read_headers
from llm_wrap.cache import AnswerCache, open_cache
from llm_wrap.config import Settings, default_config_path, load_settings, named_config, override
from llm_wrap.errors import LlmWrapError, ModelUnavailable
from llm_wrap.labelling.choose import Access, ModelChoice, choose_model
from llm_wrap.labelling.themes import load_themes
from llm_wrap.llm.adapter import own_adapter, shipped_adapter, verify_adapter
from llm_wrap.llm.endpoint import EmbeddedModel, is_loopback
from llm_wrap.llm.weights import SMOLLM2, verify_weights, weights_path

_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, whether it is well, and what was found or is to be done."""

    what: str
    well: bool
    text: str


def run_doctor(
    config: Path | None, environment: Mapping[str, str], *, model: str | None = None, base_url: str | None = None
) -> int:
    """Prints the findings; 1 where one is not well."""
    return print_findings(examine(config, environment, model=model, base_url=base_url))


def print_findings(findings: Iterable[Finding]) -> int:
    """Prints each as it comes; 1 where one is not well."""
    ill = False
    for finding in findings:
        ill = ill or not finding.well
        print(f"{'ok ' if finding.well else 'BAD'} {finding.what:<9} {finding.text}", flush=True)
    return 1 if ill else 0


def examine(
    config: Path | None, environment: Mapping[str, str], *, model: str | None = None, base_url: str | None = None
) -> Iterator[Finding]:
    try:
        settings = override(load_settings(config, environment), model=model, base_url=base_url)
        themes = load_themes(settings.themes)
        headers = read_headers(settings, environment)
    except LlmWrapError as error:
        yield Finding("settings", False, str(error))
        return
    yield find_config(config, environment)
    yield Finding("themes", True, f"{len(themes.names)}: {', '.join(themes.names)}")
    yield from _examine_folders(settings)
    yield from _examine_cache(settings)
    access = Access(headers, settings.ca_file, settings.azure_endpoint, settings.azure_api_version)
    try:
        choice = choose_model(
            settings.model, settings.base_url, lambda host, needed: NO_KEY, themes, settings.models_dir, AnswerCache(None),
            concurrency=1, access=access, adapter=settings.adapter,
        )  # fmt: skip
    except LlmWrapError as error:
        yield Finding("model", False, str(error))
        return
    yield Finding("model", True, choice.task.model_name)
    if choice.host is None:
        yield from _examine_embedded(settings)
    else:
        yield from _examine_host(choice, choice.host, settings, environment)


def find_config(config: Path | None, environment: Mapping[str, str]) -> Finding:
    """Which file the settings come from."""
    file = named_config(config, environment) or default_config_path()
    return Finding("settings", True, f"{file}" if file.is_file() else f"defaults: there is no {file}; llm-wrap init")


def _examine_folders(settings: Settings) -> Iterator[Finding]:
    for what, folder in (("models", settings.models_dir), ("state", settings.state_dir)):
        there = folder
        while not there.exists() and there != there.parent:
            there = there.parent
        well = there.is_dir() and os.access(there, os.W_OK)
        yield Finding(what, well, f"{folder}" if well else f"{folder}: {there} cannot be written; give {what}_dir")


def _examine_cache(settings: Settings) -> Iterator[Finding]:
    if not settings.cache:
        yield Finding("cache", True, "off in the settings: every brief asks the model anew")
        return
    with open_cache(settings.cache_dir) as cache:
        check = cache.verify()
        trouble = cache.trouble
    if trouble:
        yield Finding("cache", False, trouble)
        return
    private = os.name != "posix" or not stat.S_IMODE(settings.cache_dir.stat().st_mode) & 0o077
    remedy = "; llm-wrap cache clear removes the others" if check.unsound else ""
    remedy += "" if private else f"; others may read it: chmod 700 {settings.cache_dir}"
    yield Finding("cache", not remedy, f"{settings.cache_dir}: {check.sound} sound entries{remedy}")


def _examine_embedded(settings: Settings) -> Iterator[Finding]:
    if settings.model != "embedded":
        return
    try:
        if weights_path(settings.models_dir, SMOLLM2).is_file():
            yield Finding("weights", True, f"{verify_weights(settings.models_dir, SMOLLM2)}: SHA-256 is right")
        else:
            yield Finding("weights", False, "not here yet: llm-wrap models pull, or the first brief, fetches them")
        card = own_adapter(settings.adapter) if settings.adapter else shipped_adapter()
        yield Finding("adapter", True, f"{verify_adapter(card)}: SHA-256 is right")
    except LlmWrapError as error:
        yield Finding("weights", False, str(error))


def _examine_host(
    choice: ModelChoice, host: str, settings: Settings, environment: Mapping[str, str]
) -> Iterator[Finding]:
    from llm_wrap.llm.chat import find_model

    endpoint = choice.provide()
    if isinstance(endpoint, EmbeddedModel):
        return
    try:
        if not is_loopback(host):
            admit_host(host, settings.allow_hosts)
        yield Finding("host", True, f"{host}: allowed" if settings.allow_hosts else f"{host}: every host is allowed")
        key = find_key(settings, environment, host, needed=settings.base_url is None)
        yield Finding("key", True, "none is set, and a server of one's own may want none" if key == NO_KEY else "found")
    except ModelUnavailable as error:
        yield Finding("key" if error.reason == "no_key" else "host", False, str(error))
        return
    try:
        yield Finding("server", True, find_model(replace(endpoint, api_key=key), _SECONDS))
    except LlmWrapError as error:
        yield Finding("server", False, str(error))
