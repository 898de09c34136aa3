"""Who is told how far a run is: the progress bar, the log, a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from llm_wrap.models import LabelledItem


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who is told how far the run is: items to ask about, each item's label as it comes, bytes of the weights fetched and
    in all; and which host is about to be sent a wrap's text for the first time; what a batch waits for, in a line."""

    on_items: Callable[[int], None] = lambda total: None
    on_item: Callable[[LabelledItem], None] = lambda labelled: None
    on_pull: Callable[[int, int], None] = lambda done, total: None
    on_new_host: Callable[[str], None] = lambda host: None
    on_batch: Callable[[str], None] = lambda line: None
