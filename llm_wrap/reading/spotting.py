"""Each passage with the companies in it. In: passages, and the registry that knows them. Out: passages and hits.

A Digest item says a name in full once; its headline may have a word of it alone: "Sabadell" above "Banco Sabadell (SAB.SM)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from llm_wrap.parsing.tickers import FORMS
from llm_wrap.reading.companies import ROLES, SISTERS, Hit, Registry
from llm_wrap.reading.ordinary import COMMON, RARELY
from llm_wrap.reading.places import Passage

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
# Words of many companies' names: alone they name none.
_GENERIC = frozenset(
    """
    banco bank bank's motor motors resources holdings international global china japan korea hong kong india american national united
    electric electronics technology technologies semiconductor software solutions systems industrial airlines airways air telekom deutsche
    royal general first new south north west east western eastern grand great pacific asia asian euro europe european brasil brasileiro grupo
    king gold golden silver star sun green blue black white red fast home food foods media data digital micro bio medical auto oil petroleum
    mitsubishi sumitomo tata adani samsung hyundai toyota sk lg reliance jardine siemens standard central capital partners corp plc street
    tokyo osaka kyoto seoul taipei shanghai shenzhen beijing guangzhou singapore sydney london paris frankfurt madrid milan zurich swiss chicago
    york boston texas california macau taiwan thai malaysia philippine vietnam brazil mexico chile argentina delhi mumbai dutch danish norsk
    city state river park land port ports house world life team smart clean solar wind water rail railway shipping lines marine trading
    """.split()
)


class Spotted(NamedTuple):
    """A passage and the companies in it."""

    passage: Passage
    hits: list[Hit]


def spot_companies(passages: Iterable[Passage], registry: Registry) -> list[Spotted]:
    """Each passage with its hits; a short name in an item is that of the longer one that stands there in full."""
    spotted = [Spotted(passage, registry.find_hits(passage)) for passage in passages]
    items: dict[tuple[str, int], list[Hit]] = {}
    for passage, hits in spotted:
        items.setdefault((passage.place.section, passage.place.item), []).extend(hits)
    return [
        Spotted(
            passage,
            sorted(
                (*(_lengthen(hit, others) for hit in hits), *_find_short_names(passage, hits, others)),
                key=lambda hit: hit.start,
            ),
        )
        for passage, hits in spotted
        for others in (items[passage.place.section, passage.place.item],)
    ]


def _lengthen(hit: Hit, others: Sequence[Hit]) -> Hit:
    """ "Evergrande" in a headline above "Evergrande Property Services (6666.HK)" is the latter, where the item names no other."""
    if hit.start < 0 or " " in hit.form or any(one.company is hit.company and one.form != hit.form for one in others):
        return hit
    longer = {id(one.company): one.company for one in others if one.form.startswith(f"{hit.form} ")}
    return hit._replace(company=next(iter(longer.values()))) if len(longer) == 1 else hit


def _find_short_names(passage: Passage, hits: Sequence[Hit], others: Sequence[Hit]) -> Iterator[Hit]:
    """ "Sabadell" in a headline above "Banco Sabadell (SAB.SM)": a word of one name alone that stands in the item in full."""
    words = {word.group(): word for word in _WORD.finditer(passage.text)} if passage.place.section == "digest" else {}
    names = {id(hit.company): hit for hit in others if " " in hit.form}
    shared: dict[str, list[Hit]] = {}
    for hit in names.values():
        for word in {hit.form.split()[0], hit.form.split()[-1]}:
            if len(word) > 3 and word[0].isupper() and not (_tells_nothing(word.casefold())):
                shared.setdefault(word, []).append(hit)
    for word, longer in shared.items():
        if word in words and len(longer) == 1 and not _is_met(longer[0], words[word], hits):
            yield longer[0]._replace(form=word, start=words[word].start(), end=words[word].end())


def _is_met(longer: Hit, word: re.Match[str], hits: Sequence[Hit]) -> bool:
    """Whether the passage names that company as it is, or another one with the word."""
    return any(hit.company is longer.company or (hit.start < word.end() and word.start() < hit.end) for hit in hits)


def _tells_nothing(word: str) -> bool:
    return word in COMMON | RARELY | ROLES | SISTERS | FORMS | _GENERIC
