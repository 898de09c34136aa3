"""Label probabilities from token log-probabilities."""

from __future__ import annotations

import math

import pytest

from llm_wrap.llm.logprobs import TokenChoice, read_chances

SENTIMENTS = ("positive", "negative", "mixed", "neutral")


def _choices(*tokens: tuple[str, dict[str, float]]) -> list[TokenChoice]:
    return [
        TokenChoice(text, {token: math.log(p) for token, p in alternatives.items()}) for text, alternatives in tokens
    ]


def test_a_shared_first_token_is_split_by_what_follows_it() -> None:
    tokens = _choices(
        ('{"sentiment":"', {}),
        ("ne", {"ne": 0.8, "pos": 0.2}),
        ("ut", {"ut": 0.75, "g": 0.25}),
        ('ral"}', {}),
    )
    chances = read_chances(tokens, "sentiment", SENTIMENTS)
    assert chances is not None
    assert chances["neutral"] == pytest.approx(0.5, abs=0.07)
    assert chances["negative"] == pytest.approx(0.17, abs=0.03)
    assert sum(chances.values()) == pytest.approx(1)


def test_a_token_that_holds_the_quote_and_the_label_start() -> None:
    tokens = _choices(('{"theme":', {}), ('"mac', {'"mac': 0.6, '"tr': 0.3, '"': 0.1}), ('ro"}', {}))
    chances = read_chances(tokens, "theme", ("trade", "macro"))
    assert chances is not None
    assert chances["macro"] == pytest.approx(2 / 3, abs=0.01)


def test_whole_labels_with_their_closing_quote() -> None:
    tokens = _choices(('{"theme": "', {}), ("trade", {"trade": 0.5, 'macro"': 0.4, "macros": 0.1}), ('"}', {}))
    chances = read_chances(tokens, "theme", ("trade", "macro"))
    assert chances is not None
    assert chances["trade"] == pytest.approx(5 / 9)


def test_an_unlisted_label_gets_no_more_than_the_least_listed_token() -> None:
    tokens = _choices(('{"theme":"', {}), ("tr", {"tr": 1e-6, "x": 0.9, "y": 2e-6}), ('ade"}', {}))
    chances = read_chances(tokens, "theme", ("trade", "macro"))
    assert chances == pytest.approx({"trade": 0.5, "macro": 0.5}), "a label forced by the grammar is no sure label"


@pytest.mark.parametrize("text", ['{"other":"trade"}', "", "no json"])
def test_no_such_field_gives_none(text: str) -> None:
    assert read_chances([TokenChoice(text, {})], "theme", ("trade", "macro")) is None


def test_a_field_name_inside_a_quoted_text_is_not_the_field() -> None:
    tokens = _choices(
        ('{"evidence":"say \\"theme\\": \\"macro\\" now","theme":"', {}), ("tr", {"tr": 0.9, "ma": 0.1}), ('ade"}', {})
    )
    chances = read_chances(tokens, "theme", ("trade", "macro"))
    assert chances is not None
    assert chances["trade"] == pytest.approx(0.9)


def test_a_number_is_read_as_it_stands() -> None:
    tokens = _choices(('{"sentence":', {}), ("2", {"2": 0.5, "1": 0.3, "7": 0.2}), ("}", {}))
    chances = read_chances(tokens, "sentence", [str(number) for number in range(1, 11)])
    assert chances is not None
    assert chances["2"] == pytest.approx(0.5 * chances["1"] / 0.3)
    assert chances["1"] > 10 * chances["10"] or chances["10"] == chances["3"], "a token that spells 1 is no 10"


def test_a_number_of_two_tokens() -> None:
    tokens = _choices(('{"sentence":', {}), ("1", {"1": 0.9, "2": 0.1}), ("0", {"0": 0.8, "}": 0.2}), ("}", {}))
    chances = read_chances(tokens, "sentence", [str(number) for number in range(1, 11)])
    assert chances is not None
    assert chances["10"] == pytest.approx(4 * chances["1"])
