"""Scores of summaries and key sentences, on cases whose scores can be counted by hand."""

from __future__ import annotations

import pytest

from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.key_sentences import score_key_sentences
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.evaluation.summary_scores import SummaryCase, score_summaries, tells_fact
from llm_wrap.models import DigestItem, Summary, SummaryDraft

ITEM = DigestItem(
    headline="Ruritania cuts",
    body="Rates fell to 4%. Banks rose 2%. Bonds were flat.",
    sentences=("Rates fell to 4%.", "Banks rose 2%.", "Bonds were flat."),
)


def _case(text: str, *, draft: str | None = None, kind: str = "abstractive") -> SummaryCase:
    summary = Summary(source="digest", item=0, text=text, kind=kind, cites=())  # type: ignore[arg-type]
    written = SummaryDraft(text=draft, sentences=(0,)) if draft is not None else None
    return SummaryCase(ITEM, written, summary, ("rates at 4%", "banks up 2%"))


def test_what_became_of_each_sentence() -> None:
    scores = score_summaries(
        [
            _case("Rates fell to 4%.", draft="Rates fell to 4%."),
            _case("Banks rose 2%.", draft="Banks rose 9%."),
            _case("Rates fell to 4%.", draft="Rates rose to 9%.", kind="extractive"),
            _case("Rates fell to 4%.", kind="extractive"),
        ]
    )
    assert (scores.held, scores.repaired, scores.refused, scores.unwritten) == (1, 1, 1, 1)
    assert scores.published == 0.5
    assert (scores.words_out, scores.words_in) == (15, 40)
    assert (scores.facts_told, scores.facts) == (4, 8)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Rates fell to 4%.", True),
        ("Rates fell to 5%.", False),
        ("Inflation is 4%.", False),
        ("Rates are 4 percent.", True),
    ],
)
def test_a_fact_is_told_with_its_numbers_and_half_of_its_words(text: str, told: bool) -> None:
    assert tells_fact(text, "rates at 4%") is told


def test_key_sentences_beside_the_first() -> None:
    def pair(key: int, said: str) -> tuple[EvalItem, Prediction]:
        item = EvalItem(
            id="a", group="a", item=ITEM, theme=None, theme_ok=(), sentiment=None, sentiment_ok=(), key_sentence=key
        )
        place = {"text": said, "start": ITEM.text.find(said), "end": 0}
        return item, Prediction(id="a", status="labelled", evidence=(place,))

    found = score_key_sentences([pair(1, "Banks rose"), pair(0, "Banks rose"), pair(0, "Rates fell"), pair(2, "flat")])
    assert (found.items, found.model, found.lead, found.only_model, found.only_lead) == (4, 3, 2, 2, 1)
    assert found.chance == 1.0
