"""The mails that the tests look at: every kind that a reader can get."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from llm_wrap.brief.build import build_brief
from llm_wrap.config import Settings
from llm_wrap.labelling.themes import load_themes
from llm_wrap.models import Brief, LabelledItem, MarketWrap, Provenance
from llm_wrap.models.delivery import BriefEntry, Edition, ListedWrap, MailContent, MailHeaders, WrapIdentity
from llm_wrap.pipeline import choose_items, read_wrap
from llm_wrap.reading.day import read_day
from llm_wrap.summary.day import summarise_day
from llm_wrap.summary.item import summarise_item
from tests.brief.planting import PAYLOADS, plant
from tests.brief.samples import MODEL, PROMPT, make_brief, make_label, make_long_brief, make_unlabelled_brief
from tests.conftest import ROOT

WATCHED = ("Nvidia", "7203.JP", "Siemens")
CORPUS = ROOT / "evals" / "corpus"
NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
HEADERS = MailHeaders(
    sender="Morning brief <brief@example.com>",
    recipient="analyst@example.com",
    message_id="<1@example.com>",
    date=NOW,
    list_id="morning-brief.example.com",
    list_unsubscribe="mailto:brief@example.com?subject=unsubscribe",
)


def make_edition(brief: Brief, number: int = 1) -> Edition:
    wrap = brief.wrap
    identity = WrapIdentity(region=wrap.region, kind=wrap.kind, session_date=wrap.session_date)
    return Edition(
        identity=identity, number=number, content_hash="0" * 64, name="wrap.txt", origin="folder:/wraps", received=NOW
    )


def make_entry(brief: Brief, *, corrects: bool = False, late: bool = False) -> BriefEntry:
    edition = make_edition(brief, 2 if corrects else 1)
    return BriefEntry(edition=edition, brief=brief, corrects=corrects, late=late)


def make_mail(*briefs: Brief) -> MailContent:
    return MailContent(entries=tuple(make_entry(brief) for brief in briefs))


def read_corpus(name: str) -> Brief:
    """The brief of a wrap of the corpus as its truth labels it; the first words of the key sentence are the evidence."""
    path = next(path for path in sorted(CORPUS.glob(f"{name}.*")) if path.suffix != ".json")
    result = read_wrap(str(path), Settings())
    source, items = choose_items(result.wrap)
    rows = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8")).get("items", [])
    labels = []
    for place, item in enumerate(items):
        row = rows[place] if place < len(rows) else {}
        sentences = item.sentences or (item.body or item.headline,)
        words = " ".join(sentences[min(row.get("key_sentence") or 0, len(sentences) - 1)].split(" ")[:9])
        label = make_label(
            item,
            place,
            row.get("theme", "other"),
            row.get("sentiment", "neutral"),
            words,
            target=row.get("sentiment_target"),
        )
        labels.append(replace(label, source=source))
    summaries = tuple(summarise_item(item, label) for item, label in zip(items, labels, strict=True))
    return build_brief(
        result,
        source=source,
        items=items,
        labels=labels,
        summaries=summaries,
        day=summarise_day(result.wrap.synopsis, labels, summaries),
        reading=read_day(result.wrap, result.issues, labels, source=source, items=items, watch=WATCHED),
        themes=load_themes().themes,
        model=MODEL,
        prompt=PROMPT,
    )


def watch(brief: Brief) -> Brief:
    """The brief with all that code reads in it, and a watch list."""
    watched = ("Hanseo Memory", "2911.HK", "Siemens")
    return replace(brief, reading=read_day(brief.wrap, brief.issues, brief.labels, items=brief.items, watch=watched))


def corpus_names() -> list[str]:
    return sorted({path.stem for path in CORPUS.glob("*") if path.suffix not in (".json", ".md")})


def make_failed_brief() -> Brief:
    """Every item unlabelled: the model did not answer."""
    brief = make_brief()
    made = Provenance(model=MODEL, prompt=PROMPT, attempts=2)
    labels = tuple(
        LabelledItem(source="digest", item=place, status="unlabelled", reason="timeout", label=None, provenance=made)
        for place in range(len(brief.items))
    )
    return replace(
        brief, labels=labels, summaries=(), day=(), notes=("No item could be labelled this morning: the model failed.",)
    )


def _catch_up() -> MailContent:
    older = [
        replace(
            make_edition(make_brief()),
            identity=WrapIdentity(region="asia", kind="recap", session_date=date(2025, 11, day)),
        )
        for day in (17, 14, 13)
    ]
    titles = ("Asia equities broadly lower", None, "Quiet session & <b>thin</b> volumes")
    return MailContent(
        entries=(make_entry(make_brief(), late=True),),
        listed=tuple(ListedWrap(edition=edition, title=title) for edition, title in zip(older, titles, strict=True)),
    )


MAILS: dict[str, Callable[[], MailContent]] = {
    "one": lambda: make_mail(watch(make_brief())),
    "corpus": lambda: make_mail(read_corpus("2025-11-13-asia-recap-a")),
    "three": lambda: make_mail(
        read_corpus("2025-11-06-asia-recap-a"),
        read_corpus("2026-10-15-europe-recap-c"),
        read_corpus("2026-05-14-us-close-base64-b"),
    ),
    "correction": lambda: MailContent(entries=(make_entry(make_brief(), corrects=True),)),
    "catch-up": _catch_up,
    "notice": lambda: MailContent(
        notice="No wrap has come by 07:30 (Europe/London). The brief is mailed when one comes."
    ),
    "not-asked": lambda: make_mail(make_unlabelled_brief()),
    "model-failed": lambda: make_mail(make_failed_brief()),
    "long": lambda: make_mail(make_long_brief()),
    "bare": lambda: make_mail(Brief(wrap=MarketWrap())),
    "hostile": lambda: make_mail(plant(make_brief(), " ".join(PAYLOADS))),
}
