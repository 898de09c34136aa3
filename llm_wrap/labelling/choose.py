"""From the name of a model to what is asked, how, and of whom.

embedded                SmolLM2-135M-Instruct with the shipped adapter, for the nine themes
embedded/PATH.gguf      any GGUF: the full prompt, its own bias measured and taken off
openai/NAME             OpenAI
azure/DEPLOYMENT        Azure OpenAI
NAME with a base URL    any OpenAI-compatible server
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from llm_wrap.cache import AnswerCache, cache_key
from llm_wrap.errors import ModelUnavailable, SettingsError
from llm_wrap.labelling.confidence import Calibration
from llm_wrap.labelling.prompts import load_prompt
from llm_wrap.labelling.task import LabellingTask
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.llm.adapter import own_adapter, shipped_adapter, verify_adapter
from llm_wrap.llm.endpoint import EmbeddedModel, Endpoint, is_loopback, server_host, without_user
from llm_wrap.llm.weights import SMOLLM2, Progress, file_sha256, verify_weights, weights_path

SummaryStyle = Literal["auto", "extractive", "abstractive"]
KeyFinder = Callable[[str, bool], str]  # the key for a host, and whether it cannot do without one

_OPENAI_URL = "https://api.openai.com/v1"
# A model that was not trained for these labels is right about half of the time where it is least sure: show that.
_UNTRAINED = Calibration(review_below=0.6)


def read_style(name: str) -> SummaryStyle:
    """SettingsError for a style of summaries that there is not."""
    for style in ("auto", "extractive", "abstractive"):
        if name == style:
            return style
    raise SettingsError(f"summaries = {name!r}: auto, extractive or abstractive")


@dataclass(frozen=True, slots=True)
class Access:
    """How hosted servers are reached: more headers, certificates to trust, and where Azure's deployments are."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: Path | None = None
    azure_endpoint: str | None = None
    azure_api_version: str = ""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """`task` decides the labels and the cache key; `provide` fetches, checks and names what to serve, when first needed.

    `host` is the server's, None where the model is embedded.
    """

    task: LabellingTask
    provide: Callable[[], EmbeddedModel | Endpoint]
    concurrency: int
    host: str | None = None


def choose_model(
    name: str,
    base_url: str | None,
    find_key: KeyFinder,
    themes: ThemeSet,
    models_dir: Path,
    cache: AnswerCache,
    *,
    concurrency: int,
    on_pull: Progress | None = None,
    access: Access | None = None,
    adapter: Path | None = None,
    votes: int = 1,
    summaries: SummaryStyle = "extractive",
) -> ModelChoice:
    """The model called `name`. Nothing is started or fetched; `find_key` is called when the first question comes.

    Args:
        adapter: a user's own, in place of the shipped one.
        summaries: "auto" is abstractive for every model but the shipped one, which can only choose sentences.

    Raises:
        SettingsError: the name cannot be understood.
        ModelUnavailable: its file is not there.
    """
    access = access or Access()
    if base_url is None and name == "embedded":
        if summaries == "abstractive":
            raise SettingsError(
                "--summaries abstractive: the embedded model can only choose sentences; take a larger one, "
                "embedded/PATH.gguf or a server's"
            )
        return _choose_trained(themes, models_dir, on_pull, adapter)
    summarise = summaries != "extractive"
    if base_url is None and name.startswith("embedded/"):
        return _choose_gguf(Path(name.removeprefix("embedded/")).expanduser(), themes, cache, summaries)
    needs_key = base_url is None
    azure = base_url is None and name.startswith("azure/")
    if azure:
        name = name.removeprefix("azure/")
        base_url = _azure_url(name, access.azure_endpoint)
    elif base_url is None and name.startswith("openai/"):
        base_url, name = _OPENAI_URL, name.removeprefix("openai/")
    if base_url is None:
        raise SettingsError(
            f"--model {name}: which server? Give --base-url URL, or use embedded, embedded/PATH.gguf or openai/NAME"
        )
    base_url = base_url.rstrip("/")
    host = server_host(base_url)
    if not base_url.startswith(("http://", "https://")) or not host:
        raise SettingsError(f"--base-url {without_user(base_url)}: must be http:// or https:// and a host")

    def provide() -> Endpoint:
        return Endpoint(
            base_url=base_url,
            model=name,
            api_key=find_key(host, needs_key),
            loopback=is_loopback(host),
            headers=access.headers,
            ca_file=access.ca_file,
            azure_version=access.azure_api_version if azure else None,
        )

    task = LabellingTask(
        model_name=name,
        identity={"server": without_user(base_url), "model": name},
        prompt=load_prompt("label_and_summarise" if summarise else "label_item"),
        form="quoted",
        themes=themes,
        calibration=Calibration(),
        votes=votes,
        summarise=summarise,
    )
    return ModelChoice(task, provide, concurrency, host)


def _azure_url(deployment: str, endpoint: str | None) -> str:
    if not endpoint:
        raise SettingsError(f"--model azure/{deployment}: set azure_endpoint, e.g. https://NAME.openai.azure.com")
    return f"{endpoint.rstrip('/')}/openai/deployments/{deployment}"


def _choose_trained(themes: ThemeSet, models_dir: Path, on_pull: Progress | None, adapter: Path | None) -> ModelChoice:
    if not themes.is_default:
        return _choose_untrained(SMOLLM2.name, SMOLLM2.sha256, themes, lambda: shipped_weights(models_dir, on_pull))
    card = own_adapter(adapter) if adapter else shipped_adapter()
    if card.base_sha256 != SMOLLM2.sha256:
        raise ModelUnavailable("no_adapter", f"{card.path.name}: made for other weights than {SMOLLM2.name}")
    task = LabellingTask(
        model_name=f"embedded/{SMOLLM2.name}+{card.name}",
        identity={"weights": SMOLLM2.sha256, "adapter": card.sha256},
        prompt=load_prompt(card.prompt_name),
        form="numbered",
        themes=themes,
        calibration=Calibration(
            card.theme_temperature, card.sentiment_temperature, card.review_below, card.lead_weight
        ),
    )

    def provide() -> EmbeddedModel:
        return EmbeddedModel(task.model_name, shipped_weights(models_dir, on_pull), verify_adapter(card))

    return ModelChoice(task, provide, concurrency=1)


def shipped_weights(models_dir: Path, on_pull: Progress | None = None) -> Path:
    """The checked weights of the embedded model, fetched where they are not there. ModelUnavailable where that fails."""
    if not weights_path(models_dir, SMOLLM2).is_file():
        from llm_wrap.llm.fetch import pull_weights

        return pull_weights(models_dir, SMOLLM2, on_pull)
    return verify_weights(models_dir, SMOLLM2)


def _choose_gguf(path: Path, themes: ThemeSet, cache: AnswerCache, summaries: SummaryStyle) -> ModelChoice:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic != b"GGUF":
            raise ModelUnavailable("corrupt_weights", f"{path}: not a GGUF file")
        digest = _remembered_sha256(path, cache)
    except OSError as error:
        raise ModelUnavailable("no_weights", f"{path}: cannot read these weights ({error.strerror})") from error
    able = summaries == "auto" and digest != SMOLLM2.sha256
    return _choose_untrained(path.stem, digest, themes, lambda: path, summarise=able or summaries == "abstractive")


def _choose_untrained(
    name: str, digest: str, themes: ThemeSet, weights: Callable[[], Path], *, summarise: bool = False
) -> ModelChoice:
    task = LabellingTask(
        model_name=f"embedded/{name}",
        identity={"weights": digest, "adapter": "none"},
        prompt=load_prompt("label_and_summarise_numbered" if summarise else "label_item_numbered"),
        form="numbered",
        themes=themes,
        calibration=_UNTRAINED,
        discount=True,
        summarise=summarise,
    )
    return ModelChoice(task, lambda: EmbeddedModel(task.model_name, weights()), concurrency=1)


def _remembered_sha256(path: Path, cache: AnswerCache) -> str:
    """The file's SHA-256; read anew only when its size or time has changed, since a large model takes seconds."""
    state = path.stat()
    key = cache_key({"sha256_of": str(path.resolve()), "size": state.st_size, "mtime_ns": state.st_mtime_ns})
    known = cache.get(key)
    if known is not None:
        digest = json.loads(known) if known.startswith('"') else ""
        if len(digest) == 64:
            return str(digest)
    digest = file_sha256(path)
    cache.put(key, json.dumps(digest))
    return digest
