"""A model over a set of labelled items, through the same code as the brief; each answer is handed on as it comes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from llm_wrap.cache import AnswerCache, open_cache
from llm_wrap.choice import choose_from_settings
from llm_wrap.config import Settings
from llm_wrap.desk import label_wrap
from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.predictions import Prediction, make_prediction
from llm_wrap.labelling.task import LabellingTask, correct_chances, recall_judgement, recall_prior
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.models import LabelledItem, Usage
from llm_wrap.reporter import Reporter


@dataclass(frozen=True, slots=True)
class PredictionRun:
    """The rows in the order of the items, what they used, and what a reader must know of the run."""

    rows: tuple[Prediction, ...]
    usage: Usage
    notes: tuple[str, ...]


@contextmanager
def open_answers(settings: Settings) -> Iterator[AnswerCache]:
    """The answer cache of the settings; one that is gone afterwards where they want none, since the probabilities are in it."""
    if settings.cache:
        with open_cache(settings.cache_dir) as cache:
            yield cache
        return
    with tempfile.TemporaryDirectory(prefix="llm-wrap-answers-") as folder, open_cache(Path(folder)) as cache:
        yield cache


def find_task(
    themes: ThemeSet, settings: Settings, environment: Mapping[str, str], cache: AnswerCache
) -> LabellingTask:
    """What the model of the settings would be asked. Nothing is asked, no key is looked for. Raises as a brief would."""
    return choose_from_settings(themes, settings, environment, cache, Reporter()).task


def predict_items(
    items: Sequence[EvalItem],
    themes: ThemeSet,
    settings: Settings,
    environment: Mapping[str, str],
    cache: AnswerCache,
    *,
    reporter: Reporter | None = None,
    on_row: Callable[[Prediction], None] = lambda row: None,
) -> PredictionRun:
    """Asks about each of `items` that the cache does not know. `on_row` is given each fresh answer at once.

    ModelUnavailable where the model is not to be had; what an item lacks is the reason in its row.
    """
    reporter = reporter or Reporter()
    task = find_task(themes, settings, environment, cache)

    def make_row(labelled: LabelledItem) -> Prediction:
        one = items[labelled.item]
        judgement, prior = recall_judgement(task, one.item, cache), recall_prior(task, cache)
        chances = correct_chances(task, judgement, prior) if judgement and prior is not None else None
        return make_prediction(task, one, labelled, chances)

    def take(labelled: LabelledItem) -> None:
        on_row(make_row(labelled))
        reporter.on_item(labelled)

    told = tuple(one.item for one in items)
    run = label_wrap(
        "digest", told, themes, settings, environment, cache, replace(reporter, on_item=take), labels_only=True
    )
    return PredictionRun(tuple(make_row(labelled) for labelled in run.labels), run.usage, run.notes)
