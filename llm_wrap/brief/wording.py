"""The words of a brief that are ours: reasons, kinds of issues, counts, and what the run used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llm_wrap.models import Brief, CalendarEvent, EconomicPrint

UNLABELLED = "unlabelled"
NOT_ASKED = "no model was asked"
NO_ITEMS = "This wrap has no Digest and no Synopsis."
SIGNS = {"positive": "▲", "negative": "▼", "mixed": "◆", "neutral": "●", UNLABELLED: "○"}
MODEL_WORDS = "model's words"
LABELS_NOTE = (
    "Themes and sentiment are a model's, each with its evidence; a sentiment is the likely direct effect on the equities "
    "named, not a past move and not advice. Confidence is that of the less certain of theme and sentiment."
)
FIGURES_NOTE = "Figures are parsed from the wrap and shown as printed."
CITES_NOTE = "[1.2] cites item 1, sentence 2; [S1.2] the Synopsis, paragraph 1, sentence 2."

_REASONS = {
    "text_to_the_model": "holds text that speaks to a model",
    "no_label": "no label was made",
}
_ISSUES = {
    "unparsed_line": "Line not understood",
    "bad_row": "Table row not understood",
    "bad_date": "Date in doubt",
    "arithmetic_mismatch": "Figures do not agree",
    "ticker_conflict": "Tickers do not agree",
    "duplicate_row": "Row printed twice",
    "sign_conflict": "Sign does not fit",
    "truncated": "Text breaks off",
    "prose_table_mismatch": "Prose and table differ",
    "unknown_section": "Section not known",
    "unknown_exchange": "Exchange not known",
    "decimal_comma": "Decimal commas",
    "other_wraps": "More wraps in this mail",
    "over_limit": "More than is read",
    "not_a_wrap": "May be no market wrap",
}


def in_words(name: str) -> str:
    """
    >>> in_words("low_confidence")
    'low confidence'
    """
    return name.replace("_", " ").strip()


def reason_words(reason: str) -> str:
    """Why a label is missing or needs review."""
    return _REASONS.get(reason, in_words(reason))


def issue_title(kind: str) -> str:
    """A kind of issue as a reader knows it.

    >>> issue_title("bad_row"), issue_title("level_out_of_range")
    ('Table row not understood', 'Level out of range')
    """
    return _ISSUES.get(kind, in_words(kind).capitalize())


def count_words(count: int, noun: str) -> str:
    """
    >>> count_words(1, "item"), count_words(0, "item")
    ('1 item', '0 items')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def need_review(count: int) -> str:
    return f"{count} needs review" if count == 1 else f"{count} need review"


def count_names(counts: Iterable[tuple[str, int]]) -> str:
    """
    >>> count_names((("positive", 3), ("mixed", 1)))
    '3 positive, 1 mixed'
    """
    return ", ".join(f"{count} {name}" for name, count in counts)


def footer_facts(brief: Brief, asked: bool) -> Iterator[tuple[str, str]]:
    """(name, value) of what the run used."""
    usage = brief.usage
    if not asked:
        yield "Model", "none was asked"
        return
    yield "Model", brief.model or "unknown"
    if brief.prompt:
        name, _, digest = brief.prompt.partition("@sha256:")
        yield "Prompt", f"{name} ({digest[:12]})" if digest else name
    yield "Model calls", f"{usage.calls}"
    yield "Answers from cache", f"{usage.cache_hits}"
    total = usage.prompt_tokens + usage.completion_tokens
    about = "about " if usage.estimated else ""
    yield "Tokens", f"{about}{total:,} = {usage.prompt_tokens:,} in + {usage.completion_tokens:,} out"
    here = " (the model runs on this machine)" if (brief.model or "").startswith("embedded") else ""
    yield "Cost", "unknown" if usage.cost_usd is None else f"US${format(usage.cost_usd, 'f')}{here}"


def release_status(row: EconomicPrint) -> str:
    """What a release is: "revised", "final, due Fri 7 Nov 08:00"."""
    return ", ".join(part for part in (row.status, row.when and f"due {row.when}") if part)


def word_event(event: CalendarEvent) -> str:
    """What is ahead, with whose it is where a row tells it: "Xiaomi: Q4 results due Tuesday"."""
    told = event.company is None or event.company.casefold() in event.what.casefold()
    return event.what if told else f"{event.company}: {event.what}"
