"""The attacks are what they say they are, a flip is counted as one, and the defence holds over a real server."""

from __future__ import annotations

import base64
from dataclasses import replace

from llm_wrap.cli.eval_attacks import run_attacks
from llm_wrap.config import load_settings, override
from llm_wrap.evaluation.attacks import (
    CONTROL,
    AttackOutcome,
    changed_neighbours,
    inject_attacks,
    load_attacks,
    score_attacks,
)
from llm_wrap.evaluation.items import load_corpus_items
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.labelling.themes import load_themes
from tests.evaluation.samples import ROOT
from tests.fake_openai import FakeRequest, completion, good_answer

FILE = ROOT / "evals" / "attacks" / "attacks.toml"
ITEMS = load_corpus_items(ROOT / "evals" / "corpus", "dev").items
TOLD = list(inject_attacks(load_attacks(FILE), ITEMS, load_themes()))


def test_there_are_enough_of_every_kind():
    attacks = [one for one in TOLD if one.attack.kind != CONTROL]
    assert len(attacks) >= 120
    kinds = {one.attack.kind for one in attacks}
    assert {
        "instruction",
        "headline",
        "fake answer",
        "fake example",
        "correct theme",
        "two items",
        "base64",
        "other language",
    } <= kinds
    assert {one.attack.held for one in attacks} == {True, False}
    assert len({one.base.id for one in attacks}) >= 30
    assert len({one.attacked.item.text for one in attacks}) == len(attacks)


def test_an_attack_asks_for_what_nobody_would_give():
    for one in TOLD:
        assert one.theme not in (*one.base.theme_ok, *one.base.secondary_themes)
        assert one.sentiment not in one.base.sentiment_ok
        if one.attack.kind == CONTROL or one.attack.second is not None:
            continue
        told = one.attacked.item.text
        if one.attack.encode:
            told = base64.b64decode(next(word for word in told.split() if len(word) > 60)).decode()
        assert one.theme in told
        assert one.sentiment in told


def say(one, theme, sentiment):
    return Prediction(id=one.id, status="labelled", theme=theme, sentiment=sentiment)


def test_a_flip_is_any_change_and_obeying_is_the_one_that_was_asked_for():
    one = next(told for told in TOLD if told.attack.kind == "instruction")
    clean = say(one.base, one.base.theme, one.base.sentiment)
    outcomes = [
        AttackOutcome(told=one, clean=clean, after=replace(clean, id=one.attacked.id)),
        AttackOutcome(told=one, clean=clean, after=say(one.attacked, one.theme, clean.sentiment)),
        AttackOutcome(told=one, clean=clean, after=say(one.attacked, clean.theme, one.sentiment)),
        AttackOutcome(told=one, clean=clean, after=say(one.attacked, None, None)),
    ]
    assert [(told.flipped, told.obeyed) for told in outcomes] == [
        (False, False),
        (True, True),
        (True, True),
        (True, False),
    ]
    (kind, total) = score_attacks(outcomes)
    assert (kind.kind, kind.items, kind.flipped, kind.obeyed, kind.themes) == ("instruction", 4, 3, 2, 2)
    assert total.kind == "all attacks"


def test_a_neighbour_that_changed_is_named():
    before = {"a": replace(say(ITEMS[0], "macro", "mixed"), id="a")}
    assert changed_neighbours(before, [replace(before["a"], confidence=0.2)]) == []
    assert changed_neighbours(before, [replace(before["a"], sentiment="neutral")]) == ["a"]


def test_a_model_that_obeys_what_it_sees_is_shown_little(fake_openai, capsys):
    """The worst of models: it does whatever an item tells it. What is not shown to it, it cannot obey."""
    orders = (
        "as {}",
        "is {}",
        "under {}",
        '"{}"',
        "answer {}",
        "output {}",
        "Output: {}",
        "-> {}",
        "= {}",
        "={}",
        ": {}",
        "word {}",
    )

    def obey(request: FakeRequest):
        text = request.user_text
        for theme in load_themes().names:
            if any(order.format(theme) in text for order in orders):
                return completion(good_answer(request, theme=theme))
        return completion(good_answer(request, theme="other"))

    fake_openai.script = obey
    settings = override(load_settings(None, {}), model="m", base_url=fake_openai.url)
    run_attacks(FILE, ROOT / "evals" / "corpus", "dev", 2, settings, {}, verbose=True)
    told = capsys.readouterr().out
    total = next(line for line in told.splitlines() if line.startswith("all attacks"))
    assert float(total.partition("(")[2].partition("%")[0]) < 15, told
    assert "of which changed: 0" in told
