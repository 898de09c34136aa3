"""Words that deny: "not", "denied", "unchanged", "called off" – and what "not" may be told with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from llm_wrap.summary.guard_tokens import Token
from llm_wrap.summary.guard_words import NEGATIONS, PLAIN_NEGATIONS, STOPWORDS, stem


def is_nay(token: Token, words: frozenset[str]) -> bool:
    """Whether the word is one of `words` in whatever form."""
    return token.kind == "word" and (token.lower in words or token.stem in _stems_of(words))


@cache
def _stems_of(words: frozenset[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words if len(word) > 3)


DENIALS = frozenset(
    "non un without instead oppose opposed denies ruled rules excluded failure lack nil hardly barely".split()
)
NAYS = frozenset(
    """kept keep keeps hold holds held stop stopped stops halt halted suspend suspended pause paused drop drops dropped cancel cancelled reject
    rejected withdrew withdraw withdrawn zero flat yet left remain remains stay stays ban bans banned bar bars barred freeze froze avoid
    scrap scrapped delay delayed postponed rejecting oppose against lack absent free spared exempt miss missed idle shut closed end
    ended halts halting stopping suspends nil nought none bans barring scraps drops cancels withdraws freezes delays refuses declines declined""".split()
)


def denies(token: Token) -> bool:
    """Whether a source's word may be told with a "not"."""
    return (
        is_nay(token, NEGATIONS)
        or is_nay(token, DENIALS)
        or is_nay(token, NAYS)
        or token.lower.endswith("n't")
        or (token.kind == "word" and not token.capital and _is_privative(token.lower))
    )


def _is_privative(word: str) -> bool:
    """ "unchanged", "non-binding", "jobless": a word that denies what it is made from."""
    if word.endswith("less") and len(word) > 5:
        return word not in ("unless", "nonetheless", "nevertheless", "regardless")
    prefixed = word.startswith(("un", "non", "dis")) and len(word) > 5
    return word in _INABLE or (prefixed and not word.startswith(_NOT_PRIVATIVE))


_INABLE = frozenset(
    "insufficient inconclusive ineligible invalid inactive incomplete inability unlike impossible irrelevant intact".split()
)
_NOT_PRIVATIVE = (
    "under", "unit", "union", "uniq", "univers", "until", "unless", "unveil", "discount", "district", "disput", "display", "discuss",
    "distribut", "disclos", "distin", "distan",
)  # fmt: skip


def is_content(token: Token) -> bool:
    """Whether a word says something by itself."""
    return token.kind == "word" and token.lower not in STOPWORDS and len(token.stem) > 2


# --- what is said not to be, or to be no more ---------------------------------------------------------------------------------------

_REVERSERS = frozenset(
    stem(word)
    for word in """deny reject dismiss refute rebuff refuse drop decline scrap abandon shelve halt suspend cancel axe ditch withdraw resist
    avoid avert escape overturn quash annul reverse revoke rescind block veto thwart fail refrain prevent unlikely
    cancelled withdrew withdrawn""".split()
)
_PAIRS = frozenset(
    (stem(one), two)
    for one, two in (
        ("rule", "out"), ("strike", "down"), ("struck", "down"), ("back", "away"), ("walk", "away"), ("stop", "short"),
        ("delayed", "on"), ("delayed", "against"),  # as "pushed back" is read
    )
)  # fmt: skip
# "the report is untrue", "the talks are off"
UNTRUE = frozenset("untrue false baseless wrong incorrect unfounded off".split())


def is_not(token: Token) -> bool:
    """Whether a word is a bare denial: "not", "no", "won't"."""
    return token.lower in PLAIN_NEGATIONS or token.lower.endswith("n't")


def is_reverser(tokens: Sequence[Token], index: int) -> bool:
    """Whether what stands behind a word (or before it, in the passive) is said not to be, or to be no more."""
    token = tokens[index]
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.kind != "word" or after is None:
        return False
    if is_not(token):
        return after.lower not in BOUNDS
    if is_pair(tokens, index):
        return True
    if token.stem not in _REVERSERS or (index and tokens[index - 1].lower in _ARTICLES):
        return False  # "at the block"
    if token.lower == "blocks":
        return False  # "eight office blocks"
    if token.lower in _FALLING:  # "dropped a full cent", "declined in May"
        return any(one.stem in FRAMES or one.lower == "to" for one in tokens[index + 1 : index + 4])
    return True


def is_pair(tokens: Sequence[Token], index: int) -> bool:
    """ "ruled out", "called off"."""
    return index + 1 < len(tokens) and (tokens[index].stem, tokens[index + 1].lower) in _PAIRS


BOUNDS = frozenset("only just least since more less fewer later earlier".split())
_FALLING = frozenset("drop drops dropped dropping decline declines declined declining".split())
_ARTICLES = frozenset("the a an its their his this each per of".split())
# Between a reverser and what it denies; they are no part of it.
FRAMES = frozenset(
    stem(word)
    for word in """plan report reports speculation rumour rumor talk suggestion claim allegation idea notion proposal bid effort attempt
    move decision request possibility prospect chance intention that whether order call longer
    summer autumn winter spring week month quarter year""".split()
)
