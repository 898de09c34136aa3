"""The guard: may a model's sentence be shown beside the source sentences that it cites?

In: the sentence, the cited sentences and the headline of their item. Out: a `Verdict`: nothing against it, or the offending
words with a kind each. Pure code, no model; what it cannot read it refuses. Four questions, each in its own module:

    numbers   is each number there, with unit, currency, sign, scale and role, or worked out? each date?     guard_numbers, _reckoning
    names     is each name and ticker there, and does it stand together?                                    guard_names
    bindings  do numbers and names stand where the source has them, or have two changed places?             guard_bindings
    claims    do directions, negations and hedges hold?                        guard_turns, _moves, _denials, _hedges

All but the bindings are decided by rules; those are weighed by their evidence (`guard_weights`).

Declared differences that are no offence: "percent" for %, "bps" for basis points, "$1.5 billion" for $1.5B, "a third" for 33 %,
"Q3" for third quarter, "1 August" for 1-Aug, a country for its people, initials for a name, a body, a currency or an exchange for its
country, a company for its ticker, "from January" for February's m/m, a number rounded with
"about" (or "nearly", "over") before it, and what two numbers of the source come to ("8.4 points more"). The headline may give names, never numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llm_wrap.parsing.words import common_words
from llm_wrap.summary.guard_bindings import doubt_bindings
from llm_wrap.summary.guard_context import Passage, name_keys, read_named, read_passage
from llm_wrap.summary.guard_denials import check_negations
from llm_wrap.summary.guard_hedges import check_hedges
from llm_wrap.summary.guard_known import find_topics, read_names
from llm_wrap.summary.guard_moves import check_comparisons, check_moves, settled_turns
from llm_wrap.summary.guard_names import check_names
from llm_wrap.summary.guard_numbers import check_numbers
from llm_wrap.summary.guard_places import find_places
from llm_wrap.summary.guard_reversals import check_reversals
from llm_wrap.summary.guard_scales import check_scales
from llm_wrap.summary.guard_turns import check_turns, find_turns
from llm_wrap.summary.guard_verdict import Offence, Verdict
from llm_wrap.summary.guard_weights import own_weights
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
    return Verdict(tuple(dict.fromkeys(find_offences(sentence, cited, headline, item))))


def find_offences(
    sentence: str, cited: Sequence[str], headline: str = "", item: Sequence[str] = ()
) -> Iterator[Offence]:
    """As `judge_sentence`, one by one, what takes longest last: for whoever only asks whether there is one."""
    if len(sentence) > _LONGEST or not sentence.strip():
        yield Offence(sentence[:40], "unsupported")
        return
    sources = read_sources(sentence, cited, headline, item)
    yield from check_claims(sources)
    yield from own_weights().find_offences(doubt_bindings(*sources.passages))


@dataclass(frozen=True, slots=True)
class Sources:
    """A sentence and its sources as passages: what is held against what; `around` are the item's sentences that are not cited."""

    sentence: str
    texts: tuple[str, ...]  # the headline and the cited sentences
    item: tuple[str, ...]
    said: Passage
    headline: Passage | None
    cited: tuple[Passage, ...]
    around: tuple[Passage, ...]

    @property
    def passages(self) -> tuple[Passage, Passage | None, tuple[Passage, ...], tuple[Passage, ...]]:
        """The sentence, the headline, the cited sentences, the others."""
        return self.said, self.headline, self.cited, self.around


def read_sources(sentence: str, cited: Sequence[str], headline: str = "", item: Sequence[str] = ()) -> Sources:
    """The texts of `judge_sentence`, read."""
    common = common_words()
    title = read_passage(headline[:400], common) if headline else None
    texts = [source[:4_000] for source in (*cited, *(one for one in item if one not in cited))]
    passages = [read_passage(text, common) for text in texts]
    here = [name for name in read_passage(sentence, common).names if name.start]
    named = read_named([*here, *(name for passage in passages for name in passage.names)])
    passages = [_read_opening(passage, text, named) for passage, text in zip(passages, texts, strict=True)]
    known, around = tuple(passages[: len(cited)]), tuple(passages[len(cited) :])
    said = read_passage(sentence, common, read_named(name for passage in known for name in passage.names))
    return Sources(sentence, (headline, *cited), tuple(item), said, title, known, around)


def _read_opening(passage: Passage, text: str, named: frozenset[str]) -> Passage:
    """The passage, read again where it or a clause opens with a word that is a name in another one: "Reliance will build; Horizon enters"."""
    inside = {place for name in passage.names for place in range(name.start, name.end)}
    opening = frozenset(
        token.lower
        for place, token in enumerate(passage.tokens)
        if token.capital and place not in inside and (not place or passage.tokens[place - 1].kind == "mark")
    )
    found = opening & named
    return read_passage(text, common_words(), found) if found else passage


def check_claims(sources: Sources, *, cited_only: bool = False) -> Iterator[Offence]:
    """What rules decide, all but the bindings: numbers, names, directions, negations and hedges.

    With `cited_only`, names that the item has in its other sentences are offences, too: what is still to be cited.
    """
    said, title, known, around = sources.passages
    titled = known if title is None else (title, *known)
    places = [place for passage in known for place in find_places(passage)]
    dates = [place for place in find_places(title) if place.readings[0].family in _DATES] if title else []
    here = find_places(said)
    yield from check_numbers(here, [*places, *dates], known, _currencies_of([*titled, *around]))
    yield from check_scales(said, known)
    yield from check_comparisons(here)
    yield from check_moves(here, places)
    yield from check_names(
        said, sources.sentence, read_names(sources.texts, titled, around, sources.item), cited_only=cited_only
    )
    turns = [turn for passage in known for turn in find_turns(passage)]
    titles = find_turns(title) if title is not None else ()
    yield from check_turns(find_turns(said), turns, settled_turns(here, places), titles)
    yield from check_negations(said, known)
    yield from check_reversals(said, titled)
    yield from check_hedges(said, known)


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
    said = read_passage(sentence, common, read_named(known.names))
    lacking = {feature for words in missing for feature in read_passage(words, common).features}
    keys = frozenset().union(*(name_keys(words) for words in missing))
    leads = bool(find_topics([known]) & keys)
    shared = (frozenset(said.features) & frozenset(known.features)) - lacking - {None}
    counted = any(read_passage(words, common).quantities() for words in missing)
    return leads or len(shared) >= (_SHARED if counted else _SHARED_FOR_NAMES)
