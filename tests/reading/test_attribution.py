"""Who says so, for the lead of an item beside the whole of it."""

from __future__ import annotations

import pytest

from llm_wrap.models import DigestItem, Grade
from llm_wrap.reading.attribution import attribute_item


@pytest.mark.parametrize(
    ("headline", "sentences", "grade", "lead"),
    [
        ("Mill to close", ("Sources told Reuters that it will close.", "Minister Ito said he knew."), "statement", "named_outlet"),
        ("Mill to close", ("People familiar said so.", "The union confirmed it in a statement."), "statement", "sources"),
        ("Mill to close", ("The mill will close.", "Minister Ito said he knew."), "statement", None),
        ("Mill to close", ("Minister Ito said it will close.", "People familiar agreed."), "statement", None),
        ("Mill reportedly to close", ("It has 400 workers.", "FT sources noted that talks go on."), "named_outlet", "reportedly"),
        ("Mill to close", ("It has 400 workers.",), "unattributed", None),
    ],
)  # fmt: skip
def test_a_lead_that_rests_on_less_is_told(
    headline: str, sentences: tuple[str, ...], grade: Grade, lead: Grade
) -> None:
    item = DigestItem(headline=headline, body=" ".join(sentences), sentences=sentences)
    found = attribute_item("digest", 0, item)
    assert (found.grade, found.lead) == (grade, lead)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("GE Aerospace (GE) said it raised its outlook.", "GE Aerospace (GE) said"),
        ("In March, Volkswagen (VOW3.GR) said it is reviewing it.", "Volkswagen (VOW3.GR) said"),
        ("GE (GE) said so.", "GE (GE) said"),
    ],
)
def test_the_speaker_is_quoted_from_the_name(sentence: str, words: str) -> None:
    """A ticker in brackets that is also the name's first word was taken for it: "GE) said"."""
    item = DigestItem(headline="Outlook raised", body=sentence, sentences=(sentence,))
    assert attribute_item("digest", 0, item).words == words
