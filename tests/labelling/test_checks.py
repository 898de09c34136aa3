"""What an answer must hold against its item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llm_wrap.errors import AnswerRefused
from llm_wrap.labelling.checks import check_evidence, check_sentiment, check_theme, keep_secondary, keep_target
from llm_wrap.models import DigestItem

ITEM = DigestItem(
    headline="Freedonia lifts levy",
    body="Duty of 15% on lithography tools removed. Toolmakers fell 3.59%.",
    sentences=("Duty of 15% on lithography tools removed.", "Toolmakers fell 3.59%."),
)
THEMES = ("trade", "ai_semis", "macro")


def test_evidence_has_its_place_in_the_text() -> None:
    evidence = check_evidence({"evidence": "Duty of 15% on lithography"}, ITEM)
    assert ITEM.text[evidence.start : evidence.end] == evidence.text == "Duty of 15% on lithography"
    assert evidence.start == len("Freedonia lifts levy") + 1


@pytest.mark.parametrize(
    "quote",
    [
        "Toolmakers fell 3.95%.",
        "duty of 15%",
        "Duty of  15%",
        "Duty",
        "",
        " Duty of 15% ",
        "15% duty",
        "Ruritania cut tariffs",
        None,
        7,
    ],
)
def test_evidence_that_is_not_there_to_the_letter_is_refused(quote: object) -> None:
    with pytest.raises(AnswerRefused, match="not in the item") as raised:
        check_evidence({"evidence": quote}, ITEM)
    assert raised.value.reason == "evidence_not_in_item"


@pytest.mark.parametrize("theme", ["Trade", "sports", "", None, ["trade"]])
def test_a_theme_outside_the_set_is_refused(theme: object) -> None:
    with pytest.raises(AnswerRefused):
        check_theme({"theme": theme}, THEMES)


@pytest.mark.parametrize("sentiment", ["bullish", "Positive", None, 1])
def test_a_sentiment_outside_the_four_is_refused(sentiment: object) -> None:
    with pytest.raises(AnswerRefused):
        check_sentiment({"sentiment": sentiment})


def test_secondary_themes_are_themes_once_and_not_the_first() -> None:
    answer = {"secondary_themes": ["trade", "sports", "macro", "macro", "ai_semis", "trade"]}
    assert keep_secondary(answer, "trade", THEMES) == ("macro", "ai_semis")
    assert keep_secondary({"secondary_themes": "macro"}, "trade", THEMES) == ()


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("Freedonian toolmakers", "Freedonian toolmakers"),
        ("  lithography \n tools ", "lithography tools"),
        ("Nvidia", None),
        ("aibu", None),
        ("trade", None),
        ("tools worth 80%", None),
        ("x" * 81, None),
        ("", None),
        (None, None),
    ],
)
def test_a_target_names_nobody_whom_the_item_does_not_name(target: str | None, kept: str | None) -> None:
    assert keep_target({"sentiment_target": target}, ITEM, ITEM.headline) == kept


DEFENCE = DigestItem(
    headline="Lockheed takes charge on classified programme",
    body="Lockheed Martin (LMT) cut guidance. Northrop Grumman (NOC) lost 2.4%. Asked, China Vanke (2202.HK) was silent.",
    sentences=(
        "Lockheed Martin (LMT) cut guidance.",
        "Northrop Grumman (NOC) lost 2.4%.",
        "Asked, China Vanke (2202.HK) was silent.",
    ),
)


@pytest.mark.parametrize(
    ("target", "sentence", "kept"),
    [
        ("Northrop Grumman", 0, None),
        ("Northrop Grumman", 1, "Northrop Grumman"),
        ("Lockheed Martin", 1, "Lockheed Martin"),
        ("Lockheed", 0, "Lockheed"),
        ("Chinese Vanke", 2, "China Vanke"),
        ("Northrop Martin", 1, None),
        ("steel makers", 0, None),
    ],
)
def test_a_target_is_a_name_of_the_item_that_its_label_rests_on(target: str, sentence: int, kept: str | None) -> None:
    item = replace(DEFENCE, tickers=("LMT", "NOC", "2202.HK"))
    assert keep_target({"sentiment_target": target}, item, item.sentences[sentence]) == kept


def test_a_name_that_the_headline_leaves_out_stays_where_it_has_no_other() -> None:
    item = replace(DEFENCE, headline="Charge on classified programme", tickers=("LMT", "NOC"))
    assert keep_target({"sentiment_target": "Northrop Grumman"}, item, "Charge on classified") == "Northrop Grumman"
