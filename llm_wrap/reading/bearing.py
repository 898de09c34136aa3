"""On which companies an item's label bears. In: the labels, and who is who. Out: each label with the companies that its target names.

A target that names companies of the wrap leaves all others out: in a takeover the target and the bidder move apart. One that
is a sector, a region or a group ("Tesla suppliers"), or none, leaves open whom the label is of, and then the item's own words about a company decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from llm_wrap.models import ItemLabel, ItemSource, LabelledItem, Place
from llm_wrap.reading.companies import Company, Registry
from llm_wrap.reading.places import Passage
from llm_wrap.reading.roles import names_group


class Bearing(NamedTuple):
    """A label and the companies that its target names; none where it is a sector, a region or not given."""

    label: ItemLabel
    target: frozenset[Company]


Labels = Mapping[tuple[ItemSource, int], Bearing]


def find_bearings(labels: Iterable[LabelledItem], registry: Registry) -> Labels:
    """By where their items count, in the order of the labels; an item without a label has none."""
    return {
        (labelled.source, labelled.item): Bearing(labelled.label, _find_target(labelled.label, registry))
        for labelled in labels
        if labelled.label is not None
    }


def _find_target(label: ItemLabel, registry: Registry) -> frozenset[Company]:
    words = Passage(Place(section="digest", item=0), label.sentiment_target or "")
    hits = registry.find_hits(words)
    return frozenset(hit.company for hit in hits if not names_group(words.text, hit.start, hit.end))
