from __future__ import annotations

from dataclasses import replace

import pytest

from llm_wrap.brief.view import view_brief
from llm_wrap.models import Brief, ItemLabel, LabelledItem, ParseIssue, Provenance
from tests.brief.samples import make_brief, make_long_brief, make_unlabelled_brief


def test_groups_by_weight_then_file_order_unlabelled_last(brief: Brief) -> None:
    groups = view_brief(brief).groups
    assert [(group.title, [item.number for item in group.items]) for group in groups] == [
        ("AI & semiconductors", [1, 4]),
        ("Macro", [3, 6]),
        ("Trade", [2]),
        ("Property & credit", [5]),
        ("Unlabelled", [7]),
    ]


def test_group_order_breaks_ties_by_the_theme_file(brief: Brief) -> None:
    turned = replace(brief, themes=tuple(reversed(brief.themes)))
    assert [group.title for group in view_brief(turned).groups][:2] == ["Macro", "AI & semiconductors"]


def test_states_name_their_reason(brief: Brief) -> None:
    items = view_brief(brief).items
    assert items[4].state == "needs review (low confidence)"
    assert items[6].state == "unlabelled (timeout)"
    assert items[0].state == ""
    assert (items[6].theme, items[6].sentiment, items[6].confidence) == (None, None, None)


@pytest.mark.parametrize("make", [make_brief, make_long_brief, make_unlabelled_brief])
def test_the_tally_adds_up_and_no_item_is_lost(make: object) -> None:
    brief = make()  # type: ignore[operator]
    view = view_brief(brief)
    tally = view.tally
    assert tally.items == len(brief.items) == tally.labelled + tally.needs_review + tally.unlabelled
    assert sorted(item.number for group in view.groups for item in group.items) == list(range(1, len(brief.items) + 1))


def test_without_a_model_items_stand_in_wrap_order() -> None:
    view = view_brief(make_unlabelled_brief())
    assert [group.title for group in view.groups] == ["Items (not labelled)"]
    assert [item.number for item in view.groups[0].items] == [1, 2, 3, 4, 5, 6, 7]
    assert not view.has_labels


def test_fewer_labels_than_items_is_shown_not_hidden(brief: Brief) -> None:
    view = view_brief(replace(brief, labels=brief.labels[:3]))
    assert view.tally.unlabelled == 4
    assert view.items[5].state == "unlabelled (no label was made)"


def test_a_theme_that_the_file_lacks_gets_a_group_of_its_own(brief: Brief) -> None:
    label = replace(brief.labels[0], label=replace(brief.labels[0].label, theme="space_race"))  # type: ignore[type-var]
    view = view_brief(replace(brief, labels=(label, *brief.labels[1:])))
    assert "space race" in [group.title for group in view.groups]


def test_group_words_say_what_needs_review_and_why_labels_are_missing(brief: Brief) -> None:
    words = {group.title: group.words for group in view_brief(brief).groups}
    assert words["Property & credit"] == "1 positive; 1 needs review"
    assert words["Unlabelled"] == "1 timeout"


def test_issues_are_tied_to_rows_and_items(brief: Brief) -> None:
    view = view_brief(brief)
    assert view.marks(38) == (1,)
    assert view.marks(0) == ()
    assert view.items[0].issues == (2,)
    assert [issue.place for issue in view.issues] == ["line 38", "line 10", "whole text"]


def test_an_unknown_issue_kind_is_put_in_words(brief: Brief) -> None:
    issue = ParseIssue(line=3, kind="level_out_of_range", message="m", text="t")
    assert view_brief(replace(brief, issues=(issue,))).issues[0].title == "Level out of range"


def test_the_first_sentence_stands_in_where_no_summary_was_made(brief: Brief) -> None:
    view = view_brief(replace(brief, summaries=()))
    assert (view.items[0].key, view.items[0].key_kind) == (brief.items[0].sentences[0], "first")


def test_a_confidence_never_rounds_up_to_certain() -> None:
    brief = make_brief()
    label = ItemLabel(
        theme="trade", secondary_themes=(), sentiment="mixed", sentiment_target=None, confidence=0.9999,
        confidence_source="logprob", evidence=(),
    )  # fmt: skip
    labelled = LabelledItem(
        source="digest",
        item=0,
        status="labelled",
        reason=None,
        label=label,
        provenance=Provenance(model="m", prompt="p"),
    )
    assert view_brief(replace(brief, labels=(labelled, *brief.labels[1:]))).items[0].confidence == "99%"


def test_where_nobody_was_asked_no_count_of_labels_is_told() -> None:
    brief = make_brief()
    assert view_brief(brief).count == "7 items = 5 labelled + 1 needs review + 1 unlabelled."
    assert view_brief(replace(brief, model=None, labels=())).count == "Not labelled: no model was asked."
