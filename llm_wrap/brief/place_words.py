"""Where something stands in the wrap, as a reader counts it: "items 1, 5; Synopsis 2; gainers", each with its anchor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from llm_wrap.brief.section import Piece
from llm_wrap.models import MarketWrap, Mover, Place

_SECTIONS = {
    "gainers": ("gainers", "movers"),
    "decliners": ("decliners", "movers"),
    "company_news": ("company news", "news"),
    "economic": ("economic", "economic"),
    "markets": ("indices", "indices"),
}


def point_to(places: Iterable[Place], wrap: MarketWrap, names: Collection[str | None] = ()) -> tuple[Piece, ...]:
    """Each place once: items first, then the Synopsis, then tables and further sections.

    `names` are those of the company that the places are of: a mover's row of another is told as that one's.

    >>> pieces = point_to((Place(section="synopsis", item=1), *(Place(section="digest", item=n) for n in (4, 0, 4))), MarketWrap())
    >>> "".join(piece.words for piece in pieces), pieces[1].anchor, pieces[1].label
    ('items 1, 5; Synopsis 2', 'digest-1', 'item 1')
    """
    there = tuple(places)
    groups = [
        *_count("item", sorted({place.item for place in there if place.section == "digest"}), "digest-{}"),
        *_paragraphs([place for place in there if place.section == "synopsis"]),
        *_tables(there, wrap, names),
    ]
    pieces: list[Piece] = []
    for group in groups:
        pieces += [Piece("; "), *group] if pieces else group
    return tuple(pieces)


def count_places(places: Iterable[Place]) -> int:
    """How many places a reader would say that these are: an item or a paragraph is one, however many sentences tell it."""
    return len({(place.section, place.item) for place in places})


def _count(noun: str, items: Sequence[int], anchor: str) -> Iterator[list[Piece]]:
    if not items:
        return
    group = [Piece(f"{noun}{'s' if len(items) > 1 else ''} ")]
    for place, item in enumerate(items):
        group += [Piece(", ")] if place else []
        group.append(Piece(str(item + 1), anchor.format(item + 1), f"{noun} {item + 1}"))
    yield group


def _paragraphs(places: Sequence[Place]) -> Iterator[list[Piece]]:
    first: dict[int, int] = {}
    for place in places:
        first.setdefault(place.item, place.sentence or 0)
    if not first:
        return
    group = [Piece("Synopsis ")]
    for number, item in enumerate(sorted(first)):
        group += [Piece(", ")] if number else []
        anchor = f"synopsis-{item + 1}-{first[item] + 1}"
        group.append(Piece(str(item + 1), anchor, f"Synopsis, paragraph {item + 1}"))
    yield group


def find_mover(place: Place, wrap: MarketWrap) -> Mover | None:
    """The mover's row at a place; None where it is something else."""
    movers = wrap.gainers if place.section == "gainers" else wrap.decliners if place.section == "decliners" else ()
    return movers[place.item] if place.item < len(movers) else None


def is_of_another(place: Place, wrap: MarketWrap, names: Collection[str | None]) -> bool:
    """Whether a place is the row of another company than the one of these names."""
    row = find_mover(place, wrap)
    return row is not None and bool(names) and not {row.name, row.ticker} & {*names} - {None}


def _tables(places: Sequence[Place], wrap: MarketWrap, names: Collection[str | None]) -> Iterator[list[Piece]]:
    seen = set()
    for place in sorted(places, key=lambda place: is_of_another(place, wrap, names)):
        if place.section in ("digest", "synopsis"):
            continue
        row = find_mover(place, wrap)
        if row and is_of_another(place, wrap, names):
            words, anchor = f"row of {row.name or row.ticker}", "movers"
        elif place.section == "sections":
            known = place.item < len(wrap.sections)
            words, anchor = (
                (wrap.sections[place.item].name if known else "further section"),
                f"section-{place.item + 1}",
            )
        else:
            words, anchor = _SECTIONS[place.section]
        if words not in seen:
            seen.add(words)
            yield [Piece(words, anchor, words)]
