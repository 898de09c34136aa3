"""`llm-wrap explain FILE ITEM`: everything about one item's label, from the prompt as sent to what each check said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from llm_wrap.cache import open_cache
from llm_wrap.choice import choose_from_settings
from llm_wrap.config import Settings
from llm_wrap.desk import label_wrap
from llm_wrap.errors import AnswerRefused, InputError
from llm_wrap.labelling.checks import check_sentiment, check_theme, keep_secondary, keep_target
from llm_wrap.labelling.choose import ModelChoice
from llm_wrap.labelling.fencing import fence_item
from llm_wrap.labelling.task import (
    Judgement,
    answer_shape,
    build_messages,
    choose_evidence,
    item_key,
    read_draft,
    read_label,
    recall_judgement,
    recall_prior,
)
from llm_wrap.labelling.themes import load_themes
from llm_wrap.models import DigestItem, Evidence, LabelledItem
from llm_wrap.pipeline import choose_items, read_wrap
from llm_wrap.reporter import Reporter
from llm_wrap.summary.drafts import judge_draft

_AROUND = 60  # characters of the item shown on either side of the evidence


def run_explain(file: str, number: int, settings: Settings, environment: Mapping[str, str], *, ask: bool) -> int:
    """Prints the explanation; 1 where the item has no label. The cache is looked at first, whatever the settings say."""
    source, items = choose_items(read_wrap(file, settings).wrap)
    if not 1 <= number <= len(items):
        raise InputError(f"{file}: has items 1 to {len(items)}, no {number}" if items else f"{file}: has no items")
    item = items[number - 1]
    themes = load_themes(settings.themes)
    with open_cache(settings.cache_dir if settings.cache else None) as cache:
        choice = choose_from_settings(themes, settings, environment, cache, Reporter())
        before = recall_judgement(choice.task, item, cache)
        labelled: LabelledItem | None = None
        notes: tuple[str, ...] = ()
        if ask:
            run = label_wrap(source, (item,), themes, settings, environment, cache, Reporter())
            labelled, notes = run.labels[0], run.notes
        judgement = before or recall_judgement(choice.task, item, cache)
        prior = recall_prior(choice.task, cache)
    print(f"item {number} of {len(items)}: {item.headline or item.body[:80]}")
    for title, lines in (
        ("Model", _describe_model(choice)),
        ("Cache", _describe_cache(choice, item, settings.cache, before)),
        ("Prompt as sent", _describe_prompt(choice, item)),
        ("Answer", _describe_answer(judgement)),
        ("Probabilities", _describe_chances(judgement)),
        ("Checks", _describe_checks(choice, item, judgement)),
        ("Result", _describe_result(choice, item, judgement, prior, labelled, notes)),
    ):
        print(f"\n--- {title}")
        print("\n".join(lines))
    return 1 if judgement is None or (labelled is not None and labelled.label is None) else 0


def _describe_model(choice: ModelChoice) -> Iterator[str]:
    yield f"{choice.task.model_name} {f'at {choice.host}' if choice.host else 'on this machine'}"
    yield f"prompt {choice.task.prompt.version}, answers {choice.task.form}, themes {', '.join(choice.task.themes.names)}"


def _describe_cache(choice: ModelChoice, item: DigestItem, kept: bool, before: Judgement | None) -> Iterator[str]:
    state = "no cache in use" if not kept else "not there yet" if before is None else "there: the model is not asked"
    yield f"{item_key(choice.task, item)}: {state}"


def _describe_prompt(choice: ModelChoice, item: DigestItem) -> Iterator[str]:
    from llm_wrap.llm.chat import preview_requests

    task = choice.task
    question = (build_messages(task, item), answer_shape(task, item))
    (request,) = preview_requests(task.model_name, [question], max_tokens=task.max_tokens)
    for message in request["messages"]:
        yield f"[{message['role']}]"
        yield str(message["content"])
    for hidden in fence_item(item).hidden:
        yield f"[not shown to the model, since it speaks to it] {hidden}"
    settings = {name: value for name, value in request.items() if name not in ("messages", "response_format")}
    yield f"[with] {json.dumps(settings)}"
    yield f"[shape] {json.dumps(request.get('response_format'), ensure_ascii=False)}"


def _describe_answer(judgement: Judgement | None) -> Iterator[str]:
    if judgement is None:
        yield "none"
        return
    yield judgement.raw or json.dumps(judgement.answer, ensure_ascii=False)


def _describe_chances(judgement: Judgement | None) -> Iterator[str]:
    if judgement is None or not judgement.chances:
        yield "the server gave none"
        return
    if judgement.source == "votes":
        yield "the server gave none; these are shares of votes"
    for field, spread in judgement.chances.items():
        ranked = sorted(spread.items(), key=lambda pair: -float(pair[1]))
        yield f"{field}: " + ", ".join(f"{label} {round(Decimal(chance), 3)}" for label, chance in ranked[:5])


def _describe_checks(choice: ModelChoice, item: DigestItem, judgement: Judgement | None) -> Iterator[str]:
    if judgement is None:
        yield "nothing to check"
        return
    answer, names = judgement.answer, choice.task.themes.names
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("theme", lambda: check_theme(answer, names)),
        ("sentiment", lambda: check_sentiment(answer)),
        ("evidence", lambda: _in_context(item, choose_evidence(choice.task, item, judgement))),
        ("secondary themes", lambda: ", ".join(keep_secondary(answer, str(answer.get("theme")), names)) or "none kept"),
    )
    for name, check in checks:
        try:
            yield f"{name}: holds: {check()}"
        except AnswerRefused as refusal:
            yield f"{name}: refused ({refusal.reason}): {refusal}"
    try:
        evidence = choose_evidence(choice.task, item, judgement).text
    except AnswerRefused:
        evidence = ""
    target = keep_target(answer, item, evidence)
    changed = (
        ""
        if target == answer.get("sentiment_target")
        else f" (in the item's words, for {answer.get('sentiment_target')!r})"
    )
    yield f"target: holds: {target}{changed}" if target else f"target: dropped: {answer.get('sentiment_target')!r}"
    draft = read_draft(choice.task, item, judgement)
    if draft is not None:
        judged = judge_draft(draft, item)
        cites = ", ".join(str(number + 1) for number in judged.sentences) or "no sentence"
        said = "holds" if judged.accepted else "does not hold: " + "; ".join(map(str, judged.offences))
        yield f"summary: {said} (rests on {cites}): {judged.text}"


def _in_context(item: DigestItem, found: Evidence) -> str:
    before = item.text[max(0, found.start - _AROUND) : found.start]
    after = item.text[found.end : found.end + _AROUND]
    return f"{before}>>{found.text}<<{after}".replace("\n", " / ")


def _describe_result(
    choice: ModelChoice,
    item: DigestItem,
    judgement: Judgement | None,
    prior: Mapping[str, Mapping[str, float]] | None,
    labelled: LabelledItem | None,
    notes: tuple[str, ...],
) -> Iterator[str]:
    if labelled is not None and labelled.label is None:
        yield f"unlabelled ({labelled.reason}) after {labelled.provenance.attempts} requests"
        yield from notes
        return
    if judgement is None:
        yield "not labelled yet; with --ask the model is asked now"
        return
    try:
        label = read_label(choice.task, item, judgement, prior or {})
    except AnswerRefused as refusal:
        yield f"refused ({refusal.reason})"
        return
    sure = "no confidence" if label.confidence is None else f"confidence {label.confidence} ({label.confidence_source})"
    review = label.confidence is not None and label.confidence < choice.task.calibration.review_below
    yield f"{label.theme}, {label.sentiment}, target {label.sentiment_target or 'none'}; {sure}"
    yield f"shown as {'needs_review' if review else 'labelled'} (review below {choice.task.calibration.review_below})"
