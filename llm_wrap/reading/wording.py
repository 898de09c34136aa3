"""Words that carry content, for telling whether two passages are about one thing."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]{1,30}")
_FIGURE = re.compile(r"[0-9][0-9,]{0,12}(?:\.[0-9]{1,6})?")
_STOP = frozenset(
    """
    the and for with from that this its their his her has have had was were are been being will would could should may might after
    before over under into onto than then also but not all any both each other more most some such said says say told according
    citing cited noted notes note added adds reports report reported reportedly sources source people familiar matter company companies group
    shares share stock stocks week month year today monday tuesday wednesday thursday friday saturday sunday next last later during
    about above between through while although though however meanwhile elsewhere as at by in of on or to is it an be do does did up down
    higher lower new first second third fourth quarter half near likely expected set due amid via per which who whom where when what how
    they them there these those here out off still only just even yet very one two three now again
    """.split()
)
_ENDINGS = ("ations", "ation", "ings", "ing", "ments", "ment", "ies", "ers", "er", "ed", "es", "s", "ly", "e", "y")


def stem(word: str) -> str:
    """A rough stem: "chips" and "chip", "training" and "train", "offered" and "offer" are one.

    >>> stem("chips"), stem("training"), stem("completes"), stem("completed"), stem("offered") == stem("offer")
    ('chip', 'train', 'complet', 'complet', True)
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return stem(word[: -len(ending)])
    return word


def content_words(text: str) -> frozenset[str]:
    """The stems of the words of `text` that carry content, lower case."""
    words = (
        part.lower().removesuffix("'s").strip("'") for word in _WORD.findall(text[:4000]) for part in word.split("-")
    )
    return frozenset(stem(word) for word in words if len(word) > 2 and word not in _STOP)


def figures(text: str) -> frozenset[str]:
    """The figures of `text` as printed, thousands commas removed; single digits say too little.

    >>> sorted(figures("to buy 21.3M shares for $1,250 in 2 steps"))
    ['1250', '21.3']
    """
    found = (hit.replace(",", "").rstrip(".") for hit in _FIGURE.findall(text[:4000]))
    return frozenset(one for one in found if len(one) > 1)
