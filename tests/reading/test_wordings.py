"""The table of wordings is what it says: one kind a wording, and no sentence that the quick look passes over."""

from __future__ import annotations

import json
from itertools import pairwise

from llm_wrap.parsing import parse_wrap
from llm_wrap.reading.expectations import list_expectations
from llm_wrap.reading.places import list_passages
from llm_wrap.reading.tokens import may_tell, read_line
from llm_wrap.reading.wordings import PHRASES
from tests.conftest import ROOT


def test_a_wording_has_one_kind() -> None:
    kinds: dict[tuple[str, ...], set[str]] = {}
    for first, phrases in PHRASES.items():
        for phrase in phrases:
            kinds.setdefault((first, *phrase.rest), set()).add(phrase.kind)
    assert len(kinds) > 500
    assert {words: found for words, found in kinds.items() if len(found) > 1} == {}


def test_tokens_are_the_text_in_order() -> None:
    cases = (ROOT / "evals" / "reading" / "expectations.jsonl").read_text("utf-8").splitlines()
    for text in (json.loads(case)["text"] for case in cases):
        tokens = read_line(text, ()).tokens
        assert all(one.end <= other.start for one, other in pairwise(tokens))
        assert all(len(one.kind) == 1 and one.end <= len(text) for one in tokens)


def test_a_sentence_that_is_passed_over_tells_nothing() -> None:
    assert not may_tell("Nikkei rose 1.2% to a record.")
    assert may_tell("PMIs on Thursday: composite 50.7 (50.9)")
    wrap = parse_wrap(
        "Nov 6 ,2025\nSynopsis:\nUS CPI is seen at 3.1% on Friday, from 3.0%.\nMarkets:\nNikkei: 1.0 or +1.34% to 50883.68\n"
    ).wrap
    (one,) = list_expectations(list_passages(wrap), wrap)
    assert (str(one.consensus), str(one.prior), str(one.due)) == ("3.1", "3.0", "2025-11-07")
