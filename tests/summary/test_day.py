"""Key sentences of items and of the day: taken from the wrap, cited, none twice."""

from __future__ import annotations

import pytest

from llm_wrap.models import Cite, DigestItem, Evidence, ItemLabel, LabelledItem, Provenance
from llm_wrap.summary.day import summarise_day
from llm_wrap.summary.item import summarise_item

ITEM = DigestItem(
    headline="A headline",
    body="First one. Second one. Second one.",
    sentences=("First one.", "Second one.", "Second one."),
)


def _labelled(number: int, theme: str | None, evidence: Evidence | None = None) -> LabelledItem:
    label = None
    if theme is not None:
        label = ItemLabel(
            theme=theme,
            secondary_themes=(),
            sentiment="neutral",
            sentiment_target=None,
            confidence=None,
            confidence_source="none",
            evidence=(evidence or Evidence(text="A headline", start=0, end=10),),
        )
    return LabelledItem(
        source="digest",
        item=number,
        status="labelled" if label else "unlabelled",
        reason=None if label else "timeout",
        label=label,
        provenance=Provenance(model="m", prompt="p"),
    )


def _number(item: DigestItem, evidence: Evidence | None) -> int:
    (cite,) = summarise_item(item, _labelled(0, "trade", evidence)).cites
    return cite.sentence


def test_the_sentence_that_the_evidence_is_in() -> None:
    start = ITEM.text.index("Second")
    assert _number(ITEM, Evidence(text="Second one", start=start, end=start + 10)) == 1
    again = ITEM.text.index("Second", start + 1)
    assert _number(ITEM, Evidence(text="Second one", start=again, end=again + 10)) == 2


def test_the_first_sentence_where_the_evidence_is_the_headline_or_there_is_none() -> None:
    assert _number(ITEM, None) == 0
    assert summarise_item(ITEM, _labelled(0, None)).text == "First one."


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("He added that Seoul must sign.", 0),
        ("In a statement hours later he said rivals are close.", 0),
        ("Its shares are suspended.", 0),
        ("On Monday the ministry said that it will wait.", 1),
        ("Nasdaq said that it will act.", 1),
        ("Italy sells bonds.", 1),
    ],
)
def test_a_sentence_that_points_back_gives_way_to_the_one_before_it(key: str, shown: int) -> None:
    item = DigestItem(headline="", body=f"The minister met banks. {key}", sentences=("The minister met banks.", key))
    assert _number(item, Evidence(text=key, start=24, end=24 + len(key))) == shown


def test_where_every_sentence_points_back_the_key_sentence_stays() -> None:
    item = DigestItem(headline="", body="It rose. It fell.", sentences=("It rose.", "It fell."))
    assert _number(item, Evidence(text="It fell.", start=9, end=17)) == 1


def test_an_item_without_a_body_is_its_headline() -> None:
    summary = summarise_item(DigestItem(headline="Only this", body=""), _labelled(0, "trade"))
    assert (summary.text, summary.cites) == ("Only this", ())


def test_a_paragraph_without_a_headline() -> None:
    item = DigestItem(headline="", body="One here. Two here.", sentences=("One here.", "Two here."))
    assert _number(item, Evidence(text="Two here", start=10, end=18)) == 1


def _day(themes: list[str | None], synopsis: tuple[str, ...] = ("Opening line. More.",)) -> list[tuple[str, int]]:
    items = [DigestItem(headline=f"H{n}", body=f"Body {n}.", sentences=(f"Body {n}.",)) for n in range(len(themes))]
    labels = [_labelled(n, theme) for n, theme in enumerate(themes)]
    summaries = [summarise_item(item, labelled) for item, labelled in zip(items, labels, strict=True)]
    return [
        (sentence.cites[0].source, sentence.cites[0].item) for sentence in summarise_day(synopsis, labels, summaries)
    ]


def test_the_heaviest_theme_first_and_each_theme_once_before_any_twice() -> None:
    chosen = _day(["macro", "trade", "trade", "ai_semis", "trade", None])
    assert chosen == [("synopsis", 0), ("digest", 1), ("digest", 0), ("digest", 3), ("digest", 5)]


def test_at_most_five_and_fewer_where_there_are_fewer() -> None:
    assert len(_day(["trade"] * 20)) == 5
    assert _day(["trade"]) == [("synopsis", 0), ("digest", 0)]
    assert _day([], synopsis=()) == []


def test_a_synopsis_alone_gives_its_first_sentences() -> None:
    sentences = summarise_day(("One. Two is here. Three too. Four.",), [], [])
    assert [sentence.text for sentence in sentences] == ["One.", "Two is here.", "Three too."]
    assert sentences[2].cites == (Cite(source="synopsis", item=0, sentence=2),)
