"""Fits the second reader of sentiment, `llm_wrap/labelling/words.py`: seconds, on the rows that the adapter learns from."""

from __future__ import annotations

from collections.abc import Sequence

from llm_wrap.labelling.words import WordModel, split_grams
from llm_wrap.models import SENTIMENTS
from llm_wrap.training.dataset import Example

# Chosen by cross-validation over stories within evals/train.
_STRENGTH = 12.0
_FEATURES = 20_000
_FEWEST = 3  # rows that a word stands in


def fit_words(examples: Sequence[Example]) -> WordModel:
    """The model of the sentiments. Deterministic."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectors = TfidfVectorizer(analyzer=split_grams, sublinear_tf=True, min_df=_FEWEST, max_features=_FEATURES)
    matrix = vectors.fit_transform([example.item.text for example in examples])
    linear = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(matrix, [example.sentiment for example in examples])
    order = [list(linear.classes_).index(label) for label in SENTIMENTS]
    coefficients = linear.coef_[order].T.tolist()
    return WordModel(
        SENTIMENTS,
        tuple(linear.intercept_[order].tolist()),
        {
            gram: (float(idf), *row)
            for gram, idf, row in zip(vectors.get_feature_names_out().tolist(), vectors.idf_, coefficients, strict=True)
        },
    )
