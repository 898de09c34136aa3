"""The one way from a wrap's text to its brief; the command line and the scheduled run both call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from llm_wrap.access import admit_host, find_key, note_first_contact, read_headers
from llm_wrap.brief.build import build_brief
from llm_wrap.cache import AnswerCache, open_cache
from llm_wrap.config import Settings
from llm_wrap.errors import InputError, ModelUnavailable, SettingsError
from llm_wrap.labelling.choose import Access, ModelChoice, choose_model
from llm_wrap.labelling.task import recall_items
from llm_wrap.labelling.themes import ThemeSet, load_themes
from llm_wrap.llm.endpoint import is_loopback
from llm_wrap.models import Brief, DigestItem, ItemSource, LabelledItem, MarketWrap, ParseResult, Provenance, Usage
from llm_wrap.parsing import parse_wrap
from llm_wrap.parsing.sentences import split_sentences
from llm_wrap.sources import read_wrap_text
from llm_wrap.summary.day import summarise_day
from llm_wrap.summary.item import summarise_item

if TYPE_CHECKING:
    from llm_wrap.llm.account import CostOf


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who is told how far the run is: items to ask about, each item's label as it comes, bytes of the weights fetched and in all; and which host
    is about to be sent a wrap's text for the first time."""

    on_items: Callable[[int], None] = lambda total: None
    on_item: Callable[[LabelledItem], None] = lambda labelled: None
    on_pull: Callable[[int, int], None] = lambda done, total: None
    on_new_host: Callable[[str], None] = lambda host: None


@dataclass(frozen=True, slots=True)
class LabellingRun:
    """What labelling a wrap's items gave: the labels, what it used, who did it and what a reader must know."""

    labels: tuple[LabelledItem, ...]
    usage: Usage
    model: str
    prompt: str | None
    notes: tuple[str, ...]


def read_wrap(name: str, settings: Settings) -> ParseResult:
    """The parsed wrap in the file `name`, or on stdin for "-". InputError where it cannot be read or is no market wrap."""
    source = read_wrap_text(name, limit=settings.max_bytes)
    result = parse_wrap(source.text)
    foreign = next((issue for issue in result.issues if issue.kind == "not_a_wrap"), None)
    if foreign is not None:
        raise InputError(f"{source.name}: {foreign.message}")
    return result


def make_brief(
    result: ParseResult,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    llm: bool = True,
    reporter: Reporter | None = None,
) -> Brief:
    """The tagged brief of a parsed wrap. Trouble with the model never stops it: the items carry the reason."""
    source, items = choose_items(result.wrap)
    themes = load_themes(settings.themes)
    if not llm:
        return build_brief(result, source=source, items=items, themes=themes.themes)
    with open_cache(settings.cache_dir if settings.cache else None) as cache:
        run = label_wrap(source, items, themes, settings, environment, cache, reporter or Reporter())
    summaries = tuple(summarise_item(item, labelled) for item, labelled in zip(items, run.labels, strict=True))
    return build_brief(
        result,
        source=source,
        items=items,
        labels=run.labels,
        summaries=summaries,
        day=summarise_day(result.wrap.synopsis, run.labels, summaries),
        themes=themes.themes,
        usage=run.usage,
        model=run.model,
        prompt=run.prompt,
        notes=run.notes,
    )


def choose_items(wrap: MarketWrap) -> tuple[ItemSource, tuple[DigestItem, ...]]:
    """What is labelled: the Digest, or the Synopsis paragraphs of a wrap (a preview, say) that has no Digest."""
    if wrap.digest or not wrap.synopsis:
        return "digest", wrap.digest
    return "synopsis", tuple(
        DigestItem(headline="", body=paragraph, sentences=split_sentences(paragraph)) for paragraph in wrap.synopsis
    )


def label_wrap(
    source: ItemSource,
    items: tuple[DigestItem, ...],
    themes: ThemeSet,
    settings: Settings,
    environment: Mapping[str, str],
    cache: AnswerCache,
    reporter: Reporter,
) -> LabellingRun:
    """Labels the items with the model of the settings. SettingsError for a wrong setting; any other trouble is a reason."""
    try:
        choice = choose_from_settings(themes, settings, environment, cache, reporter)
    except ModelUnavailable as error:
        return _no_model(source, items, settings.model, error)
    known = recall_items(choice.task, source, items, cache)
    missing = {number: item for number, item in enumerate(items) if number not in known}
    asked = _ask_model(choice, source, missing, settings, cache, reporter) if missing else _Asked()
    labels = tuple({**known, **asked.labels}[number] for number in range(len(items)))
    usage = Usage(
        calls=asked.calls,
        cache_hits=sum(labelled.provenance.cached for labelled in labels),
        prompt_tokens=asked.prompt_tokens,
        completion_tokens=asked.completion_tokens,
        estimated=asked.estimated,
        cost_usd=asked.cost_usd,
    )
    notes = [f"The model could not be used: {asked.unavailable}."] if asked.unavailable else []
    notes += [f"The answer cache had a problem: {cache.trouble}."] if cache.trouble else []
    return LabellingRun(labels, usage, choice.task.model_name, choice.task.prompt.version, tuple(notes))


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
        access=Access(
            read_headers(settings, environment),
            settings.ca_file,
            settings.azure_endpoint,
            settings.azure_api_version,
        ),
    )
    return _override_review(choice, settings.review_below)


@dataclass(frozen=True, slots=True)
class _Asked:
    labels: Mapping[int, LabelledItem] = field(default_factory=dict)
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    cost_usd: Decimal | None = Decimal(0)
    unavailable: ModelUnavailable | None = None


def _ask_model(
    choice: ModelChoice,
    source: ItemSource,
    missing: Mapping[int, DigestItem],
    settings: Settings,
    cache: AnswerCache,
    reporter: Reporter,
) -> _Asked:
    # Imported here: a brief from a warm cache asks nobody and must not pay for asyncio and the client.
    import asyncio

    from llm_wrap.labelling.labeller import ask_items
    from llm_wrap.llm.account import Budget
    from llm_wrap.llm.prices import total_cost
    from llm_wrap.llm.session import ModelSession

    cost_of = find_cost(choice) if settings.max_cost is not None else None
    if settings.max_cost is not None and cost_of is None:
        raise SettingsError(
            f"--max-cost: the price of {choice.task.model_name} at {choice.host} is not known; --max-tokens limits any model"
        )
    session = ModelSession(
        choice.provide,
        concurrency=choice.concurrency,
        deadline_s=settings.deadline_s,
        run_deadline_s=settings.run_deadline_s,
        vocabulary_dir=settings.models_dir / "tiktoken",
        budget=Budget(settings.max_tokens, settings.max_cost, cost_of),
    )

    async def run() -> dict[int, LabelledItem]:
        try:
            return await ask_items(choice.task, source, missing, session, cache, reporter.on_item)
        finally:
            await session.close()

    reporter.on_items(len(missing))
    labels = asyncio.run(run())
    total = session.total
    return _Asked(
        labels=labels,
        calls=total.attempts,
        prompt_tokens=total.prompt_tokens,
        completion_tokens=total.completion_tokens,
        estimated=not total.billed,
        cost_usd=total_cost(cost_of or find_cost(choice), total.bills) if total.bills else Decimal(0),
        unavailable=session.unavailable,
    )


def find_cost(choice: ModelChoice) -> CostOf | None:
    """What requests to the chosen model cost; nothing where it is embedded, None where its price is unknown."""
    if choice.host is None:
        return lambda bill: Decimal(0)
    if is_loopback(choice.host):
        return None
    from llm_wrap.llm.prices import find_price

    return find_price(choice.task.model_name, choice.task.identity["server"])


def _no_model(source: ItemSource, items: tuple[DigestItem, ...], model: str, error: ModelUnavailable) -> LabellingRun:
    nobody = Provenance(model=model, prompt="")
    labels = tuple(
        LabelledItem(
            source=source, item=number, status="unlabelled", reason=error.reason, label=None, provenance=nobody
        )
        for number in range(len(items))
    )
    return LabellingRun(labels, Usage(), model, None, (f"The model could not be used: {error}.",))


def _override_review(choice: ModelChoice, review_below: float | None) -> ModelChoice:
    if review_below is None:
        return choice
    calibration = replace(choice.task.calibration, review_below=review_below)
    return replace(choice, task=replace(choice.task, calibration=calibration))
