"""The guard: may a model's sentence be shown beside the source sentences that it cites?

In: the sentence, the cited sentences and the headline of their item. Out: a `Verdict`: nothing against it, or the offending
words with a kind each. Pure code, no model; what it cannot read it refuses. Four questions, each in its own module:

    numbers   is each number there, with unit, currency, sign, scale and role, or worked out? each date?     guard_numbers, _reckoning
    names     is each name and ticker there, and does it stand together?                                    guard_names
    bindings  do numbers and names stand where the source has them, or have two changed places?             guard_bindings
    claims    do directions, negations and hedges hold?                        guard_turns, _moves, _denials, _hedges

Declared differences that are no offence: "percent" for %, "bps" for basis points, "$1.5 billion" for $1.5B, "a third" for 33 %,
"Q3" for third quarter, "1 August" for 1-Aug, a country for its people, initials for a name, a body, a currency or an exchange for its
country, a company for its ticker, "from January" for February's m/m, a number rounded with
"about" (or "nearly", "over") before it, and what two numbers of the source come to ("8.4 points more"). The headline may give names, never numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from llm_wrap.summary.guard_bindings import check_bindings
from llm_wrap.summary.guard_context import Passage, name_keys, read_named, read_passage
from llm_wrap.summary.guard_denials import check_negations
from llm_wrap.summary.guard_hedges import check_hedges
from llm_wrap.summary.guard_moves import check_comparisons, check_moves, settled_turns
from llm_wrap.summary.guard_names import check_names, find_topics, read_names
from llm_wrap.summary.guard_numbers import check_numbers
from llm_wrap.summary.guard_places import find_places
from llm_wrap.summary.guard_scales import check_scales
from llm_wrap.summary.guard_turns import check_turns, find_turns
from llm_wrap.summary.guard_verdict import Offence, Verdict
from llm_wrap.summary.guard_words import CURRENCIES

_LONGEST = 600  # characters of a model's sentence, and 4,000 of a source's


def judge_sentence(sentence: str, cited: Sequence[str], headline: str = "", item: Sequence[str] = ()) -> Verdict:
    """Holds `sentence` against the `cited` sentences, in their order; the headline gives names, and the sentences of the
    `item` tell whom it is about and in which currency it counts.

    >>> source = "Toyota raised its guidance to ¥3.4T from ¥3.2T, sources said."
    >>> [str(offence.kind) for offence in judge_sentence("Toyota cut its guidance to ¥3.4B.", [source]).offences]
    ['scale', 'direction']
    >>> judge_sentence("Toyota raised its guidance to ¥3.4T.", [source]).offences
    (Offence(words='sources', kind='hedge'),)
    """
    if len(sentence) > _LONGEST or not sentence.strip():
        return Verdict((Offence(sentence[:40], "unsupported"),))
    common = common_words()
    known = [read_passage(source[:4_000], common) for source in cited]
    title = read_passage(headline[:400], common) if headline else None
    titled = known if title is None else [title, *known]
    around = [read_passage(source[:4_000], common) for source in item if source not in cited]
    said = read_passage(sentence, common, read_named(known))
    places = [place for passage in known for place in find_places(passage)]
    dates = [place for place in find_places(title) if place.readings[0].family in _DATES] if title else []
    here = find_places(said)
    offences = [
        *check_numbers(here, [*places, *dates], known, _currencies_of([*titled, *around])),
        *check_scales(said, known),
        *check_comparisons(here),
        *check_moves(here, places),
        *check_names(said, sentence, read_names([headline, *cited], titled, around, item)),
        *check_bindings(said, here, title, known, places, around),
        *check_turns(
            find_turns(said), [turn for passage in known for turn in find_turns(passage)], settled_turns(here, places)
        ),
        *check_negations(said, known),
        *check_hedges(said, known),
    ]
    return Verdict(tuple(dict.fromkeys(offences)))


_DATES = frozenset({"date", "weekday", "year", "period"})  # numbers that the headline may give


def _currencies_of(passages: Sequence[Passage]) -> frozenset[str]:
    return frozenset(
        one.unit
        for passage in passages
        for token in passage.tokens
        for one in token.quantities
        if one.unit in CURRENCIES
    )


_SHARED, _SHARED_FOR_NAMES = 2, 3  # words, names or numbers that make two sentences be about the same


def bears_out(sentence: str, source: str, missing: Sequence[str]) -> bool:
    """Whether `source` may be cited as well for the `missing` words of `sentence`: it begins with their name, or shares other words with it."""
    common = common_words()
    known = read_passage(source[:4_000], common)
    said = read_passage(sentence, common, read_named([known]))
    lacking = {feature for words in missing for feature in read_passage(words, common).features}
    keys = frozenset().union(*(name_keys(words) for words in missing))
    leads = bool(find_topics([known]) & keys)
    shared = (frozenset(said.features) & frozenset(known.features)) - lacking - {None}
    counted = any(read_passage(words, common).quantities() for words in missing)
    return leads or len(shared) >= (_SHARED if counted else _SHARED_FOR_NAMES)


@cache
def common_words() -> frozenset[str]:
    """Words that are no names, for those that a sentence starts with."""
    return frozenset(files("llm_wrap.summary").joinpath("common_words.txt").read_text(encoding="utf-8").split())
