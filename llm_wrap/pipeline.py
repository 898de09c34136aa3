"""The one way from a wrap's text to its brief; the command line and the scheduled run both call it."""

from __future__ import annotations

import logging
import shlex
import time
from collections.abc import Mapping

from llm_wrap.brief.build import build_brief
from llm_wrap.cache import AnswerCache, open_cache
from llm_wrap.config import Settings
from llm_wrap.daybook import read_daybook
from llm_wrap.desk import LabellingRun, label_wrap
from llm_wrap.labelling.themes import ThemeSet, load_themes
from llm_wrap.models import Brief, DigestItem, ItemSource, MarketWrap, ParseResult
from llm_wrap.parsing import require_wrap
from llm_wrap.parsing.sentences import split_sentences
from llm_wrap.reporter import Reporter
from llm_wrap.sources import SourceText, read_wrap_text

log = logging.getLogger(__name__)


def read_wrap(name: str, settings: Settings) -> ParseResult:
    """The parsed wrap in the file `name`, or on stdin for "-". InputError where it cannot be read or is no market wrap.

    Of a mail with several it is the best part, and an issue names the others.
    """
    return parse_with_others(read_wrap_text(name, limit=settings.max_bytes))


def parse_with_others(source: SourceText) -> ParseResult:
    """What `read_wrap` gives, of a text that was read already."""
    result = parse_source(source)
    if source.mail is None:
        return result
    from llm_wrap.attachments import add_others

    return add_others(result, source)


def name_others(name: str, result: ParseResult) -> str | None:
    """One line about what else the mail `name` holds, and how to read it; None where there is nothing."""
    told = " ".join(issue.message for issue in result.issues if issue.kind == "other_wraps")
    file = "FILE" if name == "-" else shlex.quote(name)
    return f"{name}: {told} All that it has: llm-wrap run --preview {file}" if told else None


def parse_source(source: SourceText) -> ParseResult:
    """The parsed wrap of a text. InputError where it is no market wrap."""
    started = time.perf_counter()
    result = require_wrap(source.text, source.name)
    wrap = result.wrap
    log.info(
        "%s: %s of %d characters, parsed in %.1f ms: %d items, %d issues",
        source.name, source.carrier, len(source.text), (time.perf_counter() - started) * 1e3,
        len(choose_items(wrap)[1]), len(result.issues),
    )  # fmt: skip
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
    themes = load_themes(settings.themes)
    source, items = choose_items(result.wrap)
    with open_cache(settings.cache_dir if settings.cache else None) as cache:
        run = (
            label_wrap(
                source, items, themes, settings, environment, cache, reporter or Reporter(), result.wrap.synopsis
            )
            if llm
            else None
        )
        return assemble_brief(result, themes, run, settings, cache)


def assemble_brief(
    result: ParseResult, themes: ThemeSet, run: LabellingRun | None, settings: Settings, cache: AnswerCache
) -> Brief:
    """The brief of a parsed wrap, its labels and its reading; without labels, what code alone finds."""
    source, items = choose_items(result.wrap)
    labels = run.labels if run else ()
    daybook = read_daybook(result, labels, source, items, settings, cache)
    if run is None:
        return build_brief(
            result, source=source, items=items, reading=daybook.reading, themes=themes.themes, notes=daybook.notes
        )
    return build_brief(
        result,
        source=source,
        items=items,
        labels=labels,
        summaries=run.summaries,
        day=run.day,
        reading=daybook.reading,
        themes=themes.themes,
        usage=run.usage,
        model=run.model,
        prompt=run.prompt,
        notes=tuple(dict.fromkeys((*run.notes, *daybook.notes))),
    )


def choose_items(wrap: MarketWrap) -> tuple[ItemSource, tuple[DigestItem, ...]]:
    """What is labelled: the Digest, or the Synopsis paragraphs of a wrap (a preview, say) that has no Digest."""
    if wrap.digest or not wrap.synopsis:
        return "digest", wrap.digest
    return "synopsis", tuple(
        DigestItem(headline="", body=paragraph, sentences=split_sentences(paragraph)) for paragraph in wrap.synopsis
    )
