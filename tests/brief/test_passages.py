from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llm_wrap.brief.passages import Run, mark_item, mark_text
from llm_wrap.models import DigestItem, Evidence
from tests.brief.samples import make_item


def _evidence(item: DigestItem, words: str) -> Evidence:
    start = item.text.index(words)
    return Evidence(text=words, start=start, end=start + len(words))


def _marked(item: DigestItem, *evidence: Evidence) -> list[str]:
    marked = mark_item(item, evidence)
    runs = [*marked.headline, *(run for passage in marked.body for _, part in passage.sentences for run in part)]
    return [run.text for run in runs if run.evidence]


def test_evidence_is_marked_at_its_offsets_not_at_the_first_like_words() -> None:
    item = make_item("Rates rise", "Rates rise in Oslo. Rates rise in Riga.", 1)
    second = item.text.index("Rates rise in Riga")
    marked = mark_item(item, [Evidence(text="Rates rise", start=second, end=second + 10)])
    assert not any(run.evidence for run in marked.headline)
    assert [number for number, runs in marked.body[0].sentences if any(run.evidence for run in runs)] == [2]


def test_evidence_over_two_sentences_is_marked_in_both() -> None:
    item = make_item("H", "One went up. Two went down.", 1)
    assert _marked(item, _evidence(item, "went up. Two went")) == ["went up.", " ", "Two went"]


def test_wrong_offsets_are_looked_up_and_absent_words_reported() -> None:
    item = make_item("H", "Output rose.", 1)
    wrong, absent = Evidence(text="rose", start=0, end=4), Evidence(text="fell 9%", start=2, end=9)
    assert _marked(item, wrong, absent) == ["rose"]
    assert mark_item(item, [wrong, absent]).unplaced == ("fell 9%",)


def test_an_item_without_headline_counts_offsets_in_its_body() -> None:
    item = make_item("", "Asia rose. Europe fell.", 1)
    assert _marked(item, _evidence(item, "Europe fell")) == ["Europe fell"]


@given(
    st.text(alphabet="ab. \nX", max_size=80), st.lists(st.tuples(st.integers(-3, 90), st.integers(-3, 90)), max_size=5)
)
def test_nothing_of_the_body_is_lost_or_doubled(body: str, spans: list[tuple[int, int]]) -> None:
    item = make_item("Head", body, 1)
    evidence = [Evidence(text=item.text[max(start, 0) : end], start=start, end=end) for start, end in spans]
    marked = mark_item(item, evidence)
    text = "\n".join("".join(run.text for _, runs in passage.sentences for run in runs) for passage in marked.body)
    assert text.split() == body.split()
    assert "".join(run.text for run in marked.headline) == "Head"


def test_mark_text_joins_overlapping_evidence() -> None:
    assert mark_text("abcdef", ["bcd", "cde", "zz"]) == (Run("a", False), Run("bcde", True), Run("f", False))
