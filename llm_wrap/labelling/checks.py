"""Holds an answer against its item. Runs on fresh answers and on cache hits alike; pure, and free of pydantic.

An answer that fails a check that matters (theme, sentiment, evidence) is refused. What is only a detail is dropped: a
target that the item, or what the label rests on, does not name, a secondary theme that repeats the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from llm_wrap.errors import AnswerRefused
from llm_wrap.models import SENTIMENTS, DigestItem, Evidence, Sentiment

_MAX_SECONDARY = 2
_MAX_TARGET_CHARACTERS = 80
# What a target may call those who are meant though the item does not.
_KINDS = frozenset("equities shares stocks sector companies makers producers exporters miners users and of the".split())
_SAME_STEM = 4  # letters: "Korean" is in an item that says "Korea"


def check_theme(answer: Mapping[str, Any], names: Sequence[str]) -> str:
    theme = answer.get("theme")
    if theme not in names:
        raise AnswerRefused("unknown_theme", "the answer's theme is not one of the theme file")
    return str(theme)


def check_sentiment(answer: Mapping[str, Any]) -> Sentiment:
    for sentiment in SENTIMENTS:
        if answer.get("sentiment") == sentiment:
            return sentiment
    raise AnswerRefused("unknown_sentiment", "the answer's sentiment is not one of the four")


def check_evidence(answer: Mapping[str, Any], item: DigestItem) -> Evidence:
    """The evidence with its place in `item.text`: exact words, two or more or a whole sentence, or the answer is refused."""
    quote = answer.get("evidence")
    if not isinstance(quote, str) or (start := locate_evidence(quote, item)) is None:
        raise AnswerRefused("evidence_not_in_item", "the evidence that the model gave is not in the item")
    return Evidence(text=quote, start=start, end=start + len(quote))


def locate_evidence(quote: str, item: DigestItem) -> int | None:
    """Where `quote` stands in the item's text, character for character; None where it does not, or is a mere word.

    >>> locate_evidence("lifts chip-tool levy", DigestItem(headline="Freedonia lifts chip-tool levy", body=""))
    10
    """
    whole = quote == item.headline or quote in item.sentences
    if not quote or quote != quote.strip() or (len(quote.split()) < 2 and not whole):
        return None
    start = item.text.find(quote)
    return start if start >= 0 else None


def keep_secondary(answer: Mapping[str, Any], theme: str, names: Sequence[str]) -> tuple[str, ...]:
    """The secondary themes that are themes, other than `theme`, each once, two at most."""
    given = answer.get("secondary_themes") or ()
    kept: list[str] = []
    for name in given if isinstance(given, list | tuple) else ():
        if name in names and name != theme and name not in kept:
            kept.append(name)
    return tuple(kept[:_MAX_SECONDARY])


def keep_target(answer: Mapping[str, Any], item: DigestItem, evidence: str) -> str | None:
    """The sentiment target, where its words are in the item, other than "equities" and such; else None. A label's name is no
    target. A name is as the item has it, and stands in the headline or in the evidence where these have another
    company's.

    >>> korea = DigestItem(headline="Korea wins car deal", body="Hyundai Motor (005380.KS) and Mobis rose.")
    >>> keep_target({"sentiment_target": "Korean exporters"}, korea, korea.headline)
    'Korean exporters'
    >>> keep_target({"sentiment_target": "Sony"}, korea, korea.headline)
    >>> keep_target({"sentiment_target": "Korean Mobis"}, korea, korea.headline)
    """
    target = answer.get("sentiment_target")
    if not isinstance(target, str):
        return None
    target = " ".join(target.split())
    if (
        not target
        or len(target) > _MAX_TARGET_CHARACTERS
        or target in (*SENTIMENTS, answer.get("theme"))
        or "_" in target
    ):
        return None
    known = _stems(item.text)
    words = _words(target)
    named = [word for word in words if word[0].isupper() or any(c.isdigit() for c in word)]
    there = [word for word in words if word.lower()[:_SAME_STEM] in known]
    if not there or not all(word in there or word in _KINDS for word in words):
        return None
    return _keep_name(target, item, evidence) if len(named) == len(words) else target


def _keep_name(name: str, item: DigestItem, evidence: str) -> str | None:
    """A target of names alone, "China Vanke" for "Chinese Vanke"; None where the item has no such name, or where its headline
    and the evidence speak of a company and not of this."""
    spelled = _find_run(_words(name), _words(item.text))
    if spelled is None:
        return None
    core = f"{item.headline}\n{evidence}"
    if not any(_find_run([word], _words(core)) for word in spelled) and _names_company(core, item):
        return None
    return name if spelled == _words(name) else " ".join(spelled)


def _find_run(run: Sequence[str], words: Sequence[str]) -> list[str] | None:
    """The words that stand as `run` does, side by side, by their stems; the likest first."""
    stems = [word.lower()[:_SAME_STEM] for word in run]
    found = None
    for place in range(len(words) - len(run) + 1):
        here = list(words[place : place + len(run)])
        if here == list(run):
            return here
        if found is None and [word.lower()[:_SAME_STEM] for word in here] == stems:
            found = here
    return found


def _names_company(text: str, item: DigestItem) -> bool:
    """Whether `text` has one of the companies with a ticker in the item, by that or by the first word of its name."""
    words = frozenset(_words(text))
    for ticker in item.tickers:
        before, found, _ = item.text.partition(ticker)
        name = list(takewhile(lambda word: word[0].isupper(), reversed(before.rstrip("(~ ").split()))) if found else []
        if ticker in text or (name and words.issuperset(_words(name[-1]))):
            return True
    return False


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.lower()[:_SAME_STEM] for word in _words(text))


def _words(text: str) -> list[str]:
    return [word for word in "".join(c if c.isalnum() else " " for c in text).split() if word]
