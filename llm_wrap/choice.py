"""From settings to the model that answers, and to what its answers cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from llm_wrap.access import admit_host, find_key, note_first_contact, read_headers
from llm_wrap.cache import AnswerCache
from llm_wrap.config import Settings
from llm_wrap.labelling.choose import Access, ModelChoice, choose_model, read_style
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.llm.endpoint import is_loopback
from llm_wrap.reporter import Reporter

if TYPE_CHECKING:
    from llm_wrap.llm.account import CostOf


def choose_from_settings(
    themes: ThemeSet, settings: Settings, environment: Mapping[str, str], cache: AnswerCache, reporter: Reporter
) -> ModelChoice:
    """The model of the settings. Its host is held against `allow_hosts`, and its key found, when a question is about to
    be sent."""

    def admit_and_find_key(host: str, needed: bool) -> str:
        if not is_loopback(host):
            admit_host(host, settings.allow_hosts)
        key = find_key(settings, environment, host, needed=needed)
        if not is_loopback(host) and note_first_contact(host, settings.state_dir):
            reporter.on_new_host(host)
        return key

    choice = choose_model(
        settings.model,
        settings.base_url,
        admit_and_find_key,
        themes,
        settings.models_dir,
        cache,
        concurrency=settings.concurrency,
        on_pull=reporter.on_pull,
        adapter=settings.adapter,
        votes=settings.votes,
        summaries=read_style(settings.summaries),
        access=Access(
            read_headers(settings, environment),
            settings.ca_file,
            settings.azure_endpoint,
            settings.azure_api_version,
        ),
    )
    return _override_review(choice, settings.review_below)


def find_cost(choice: ModelChoice, *, batch: bool = False) -> CostOf | None:
    """What requests to the chosen model cost; nothing where it is embedded, None where its price is unknown, or with
    `batch` that of a batch."""
    if choice.host is None:
        return lambda bill: Decimal(0)
    if is_loopback(choice.host):
        return None
    from llm_wrap.llm.prices import find_price

    return find_price(choice.task.model_name, choice.task.identity["server"], batch=batch)


def _override_review(choice: ModelChoice, review_below: float | None) -> ModelChoice:
    if review_below is None:
        return choice
    calibration = replace(choice.task.calibration, review_below=review_below)
    return replace(choice, task=replace(choice.task, calibration=calibration))
