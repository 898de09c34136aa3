"""What kind of thing a name is, and what it stands beside, as far as its form and its neighbours show it.

sort   "country" Thailand   "people" Thai   "company" GM, Volkswagen Group   "person" President Xi   "day" Valentine's Day   "code" HBM3E
       "letters" SMIC   "long" of several words   "joined" EU-Mercosur   "deputy" a body, a leader or a listed company of a country   "term" CPI
slot   "in" "to" "of" by the preposition before it   "owner" Thailand's   "noun" Thai fish   "verb" GM stopped   "says" GM said
       "stop" before a comma or the end   "object" behind a verb   "opening" of the sentence
"""

from __future__ import annotations

from llm_wrap.summary.guard_frames import is_speaking
from llm_wrap.summary.guard_nays import is_content
from llm_wrap.summary.guard_rivals import Mention, is_term
from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import GENERIC_WORDS, SAME_NAMES, TITLES


def word_before(mention: Mention) -> str:
    """The word before it, lower case; "" where it is only meant."""
    return mention.passage.tokens[mention.start - 1].lower if mention.end and mention.start else ""


def _token_after(mention: Mention) -> Token | None:
    tokens = mention.passage.tokens
    return tokens[mention.end] if mention.end < len(tokens) else None


SORTS = ("country", "people", "company", "person", "day", "code", "letters", "long", "joined", "deputy", "term")
_PEOPLE = tuple("ese ish ian ean ch ans iss eli thai greek czech german american mexican african".split())
_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november
    december day christmas easter""".split()
)


def read_sort(mention: Mention) -> frozenset[str]:
    """What kind of thing a name is, as far as its form and its neighbours show it."""
    text = mention.text.removesuffix("'s")
    words = text.lower().split()
    country = any(key[0] == "@" for key in mention.keys if key)
    people = country and words[-1:] != [] and words[-1] in SAME_NAMES and words[-1].endswith(_PEOPLE)
    after = _token_after(mention)
    signs = {
        "country": country and not people,
        "people": people,
        "company": any(key[0] == "&" for key in mention.keys if key)
        or (after is not None and after.kind == "tag" and after.text != "-")
        or any(word in GENERIC_WORDS for word in words[1:]),
        "person": word_before(mention) in TITLES or any(word in TITLES for word in words),
        "day": any(word in _DAYS for word in words),
        "code": any(char.isdigit() for char in text),
        "letters": text.isupper() and len(text) <= 5 and not country,
        "long": len(words) > 1,
        "joined": "-" in text,
        "deputy": bool(mention.acts_for),
        "term": is_term(mention),
    }
    return frozenset(name for name, holds in signs.items() if holds)


SLOTS = ("in", "to", "of", "owner", "noun", "verb", "says", "stop", "object", "opening")


def read_slot(mention: Mention) -> frozenset[str]:
    """What a name stands beside."""
    tokens, verbs = mention.passage.tokens, mention.passage.verbs
    after = _token_after(mention)
    before = word_before(mention)
    owner = mention.text.endswith(("'s", "s'"))
    acts = after is not None and verbs[mention.end]
    signs = {
        "in": before in ("in", "at", "near", "outside"),
        "to": before in ("to", "for", "with", "on"),
        "of": before in ("of", "by", "from"),
        "owner": owner,
        "noun": not owner and not acts and after is not None and is_content(after) and not after.capital,
        "verb": acts,
        "says": is_speaking(tokens, mention.start, mention.end),
        "stop": after is not None and after.text in (",", "."),
        "object": mention.start > 0 and verbs[mention.start - 1],
        "opening": mention.start <= 1,
    }
    return frozenset(name for name, holds in signs.items() if holds)
