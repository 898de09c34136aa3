"""The second reader of sentiment: the same figures as scikit-learn's, from a file that is what its card says."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from llm_wrap.cache import AnswerCache
from llm_wrap.errors import ModelUnavailable
from llm_wrap.labelling.choose import choose_model
from llm_wrap.labelling.confidence import Calibration
from llm_wrap.labelling.task import Judgement, correct_chances
from llm_wrap.labelling.themes import load_themes
from llm_wrap.labelling.words import WordModel, dump_words, load_words, split_grams
from llm_wrap.models import SENTIMENTS, DigestItem
from llm_wrap.training.dataset import Example, read_examples
from llm_wrap.training.words import fit_words
from tests.conftest import need
from tests.fake_openai import FakeOpenAI

TRAIN = Path(__file__).parents[2] / "evals" / "train"
SURE = {"positive": 0.7, "negative": 0.1, "mixed": 0.1, "neutral": 0.1}
AGAINST = {"positive": 0.05, "negative": 0.85, "mixed": 0.05, "neutral": 0.05}


def make_item(text: str) -> DigestItem:
    return DigestItem(headline="", body=text, sentences=(text,))


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    return read_examples([TRAIN / "digest-items-340.jsonl"])


def test_it_says_what_scikit_learn_says(rows: list[Example]) -> None:
    need(importlib.util.find_spec("sklearn") is not None, "scikit-learn (pip install -e '.[dev]')")
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    theirs = make_pipeline(
        TfidfVectorizer(analyzer=split_grams, sublinear_tf=True, min_df=3, max_features=20_000),
        LogisticRegression(C=12.0, max_iter=1000),
    )
    theirs.fit([row.item.text for row in rows[:300]], [row.sentiment for row in rows[:300]])
    ours = fit_words(rows[:300])
    for row in rows[300:]:
        told = dict(zip(theirs.classes_, theirs.predict_proba([row.item.text])[0], strict=True))
        assert ours.read(row.item) == pytest.approx(told, abs=1e-6)


def test_the_file_gives_back_the_model(rows: list[Example], tmp_path: Path) -> None:
    need(importlib.util.find_spec("sklearn") is not None, "scikit-learn (pip install -e '.[dev]')")
    model = fit_words(rows)
    path = tmp_path / "words.json"
    path.write_text(dump_words(model), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for row in rows[:20]:
        assert load_words(path, digest).read(row.item) == pytest.approx(model.read(row.item), abs=0.01)


def test_another_file_than_the_cards_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    path.write_text(dump_words(WordModel(SENTIMENTS, (0.0,) * 4, {})), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="not the word model of its card"):
        load_words(path, "0" * 64)
    with pytest.raises(ModelUnavailable, match="cannot read"):
        load_words(tmp_path / "none.json", "0" * 64)


def test_words_that_it_does_not_know_leave_the_intercepts() -> None:
    model = WordModel(("a", "b"), (1.0, 0.0), {"fell": (2.0, -3.0, 3.0)})
    assert model.read(make_item("Nothing known"))["a"] == pytest.approx(0.731, abs=0.001)
    assert model.read(make_item("It fell"))["a"] == pytest.approx(0.007, abs=0.001)


def test_the_sentiment_is_the_product_of_the_two(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    task = choose_model(
        "some-model", fake_openai.url, "sk-1", load_themes(None), tmp_path, AnswerCache(None), concurrency=1
    ).task
    task = replace(task, calibration=Calibration(words_weight=1.0), words=lambda item: AGAINST)
    both = Judgement({}, {"sentiment": SURE, "words": AGAINST})
    found = correct_chances(task, both, {}).sentiments
    assert found is not None
    assert found["negative"] == pytest.approx(0.085 / (0.035 + 0.085 + 0.005 + 0.005))
    halved = replace(task, calibration=Calibration(words_weight=0.1))
    weighed = correct_chances(halved, both, {}).sentiments
    assert weighed is not None
    assert max(weighed, key=weighed.__getitem__) == "positive"
    assert correct_chances(task, Judgement({}, {"sentiment": SURE}), {}).sentiments is None  # one reader is not the two
