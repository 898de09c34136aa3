"""Exposure as a section: which companies the text names, where, as subject or in passing, and which way. In: a view. Out: rows.

A company has rows where an item or two places name it, the most told first, a row a fact; half of them are those that moved
most. The others are told by place in the foot, with their move; one that a table's row alone names stands in that table and
needs no telling. A row of a table is told of another company than its own only as that one's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from llm_wrap.brief.figures import signed
from llm_wrap.brief.place_words import count_places, find_mover, is_of_another, point_to
from llm_wrap.brief.section import Cell, Piece, SectionView, Tone, make_cell
from llm_wrap.brief.view import BriefView
from llm_wrap.models import ExposedFact, Exposure, MarketWrap, Mover, Place

_TEXT = ("digest", "synopsis")
_ROLES = {"subject": "subject", "passing": "in passing"}


def view_exposure(view: BriefView, limit: int) -> SectionView:
    """At most `limit` companies with rows of their own."""
    wrap = view.brief.wrap
    told = [one for one in view.brief.reading.exposure if any(place.section in _TEXT for place in _places(one))]
    ranked = sorted((one for one in told if _weighs(one)), key=_weight)
    movers = sorted((one for one in ranked if find_own_row(one, wrap)), key=lambda one: -_move(one, wrap))
    first = list(dict.fromkeys((*movers[: limit // 2], *ranked)))[:limit]
    shown = [one for one in ranked if one in first]
    rest = [one for one in dict.fromkeys((*ranked, *told)) if one not in shown]
    rows = [row for one in shown for row in _rows(one, view)]
    if not rows:
        rest = []
    return SectionView(
        anchor="exposure",
        title="Exposure",
        note=("the weightiest of " if rest else "") + ("1 company" if len(told) == 1 else f"{len(told)} companies"),
        caption="Companies that the text names, those most told and those that moved most; one fact once, however often it is told",
        spot="middle",
        head=("Company", "Move", "Named", "Where"),
        aligns=("left", "right", "left", "left"),
        rows=tuple(rows),
        shared=2,
        foot=tuple(_foot(rest, wrap)),
    )


def _places(one: Exposure) -> tuple[Place, ...]:
    return tuple(place for fact in one.facts for place in fact.places)


def _weighs(one: Exposure) -> bool:
    places = _places(one)
    return any(place.section == "digest" for place in places) or count_places(places) > 1


def _weight(one: Exposure) -> tuple[bool, int]:
    """Subjects first, then those that most places name."""
    return (all(fact.role == "passing" for fact in one.facts), -count_places(_places(one)))


def _rows(one: Exposure, view: BriefView) -> Iterator[tuple[Cell, ...]]:
    name = Cell(one.name or one.ticker or "not named", sub=(one.ticker or "") if one.name else "")
    wrap = view.brief.wrap
    row = find_own_row(one, wrap)
    move = move_cell(row.change_pct, view.marks(row.line)) if row else Cell("")
    seen: set[tuple[str, int]] = set()
    for fact in sorted(one.facts, key=_rank):
        where = {(place.section, place.item) for place in fact.places}
        if fact.role == "passing" and where <= seen:
            continue  # a reader is sent there already
        seen |= where
        tone: Tone = "up" if fact.direction == "positive" else "down" if fact.direction == "negative" else ""
        words = f"{_ROLES[fact.role]}, {fact.direction}" if fact.direction else _ROLES[fact.role]
        if _is_unsure(one, fact, view):
            words += " (needs review)"
        yield name, move, Cell(words, tone), make_cell(point_to(fact.places, wrap, _names(one)))


def _is_unsure(one: Exposure, fact: ExposedFact, view: BriefView) -> bool:
    """Whether the direction is that of a label which needs review; a row's own is a figure."""
    if fact.direction is None or find_row(fact.places, view.brief.wrap, _names(one)):
        return False
    items = {item.anchor: item for item in view.items}
    told = (items.get(f"{place.section}-{place.item + 1}") for place in fact.places if place.section in _TEXT)
    deciding = next((item for item in told if item and item.sentiment == fact.direction), None)
    return deciding is not None and deciding.status == "needs_review"


def _rank(fact: ExposedFact) -> tuple[bool, bool]:
    """Facts about the company before those that name it, an item's before the Synopsis's."""
    return fact.role == "passing", all(place.section != "digest" for place in fact.places)


def _foot(rest: Sequence[Exposure], wrap: MarketWrap) -> Iterator[Piece]:
    """“Also named: item 1: Oracle, SoftBank. Synopsis 4: Yageo.”, each company at its first place of the text."""
    firsts: dict[tuple[str, int], Place] = {}
    names: dict[tuple[str, int], list[str]] = {}
    for one in rest:
        place = next(place for place in _places(one) if place.section in _TEXT)
        firsts.setdefault((place.section, place.item), place)
        row = find_own_row(one, wrap)
        name = one.name or one.ticker or "not named"
        names.setdefault((place.section, place.item), []).append(
            f"{name} {signed(row.change_pct, '%')}" if row else name
        )
    for number, where in enumerate(sorted(firsts)):  # items before the Synopsis
        yield Piece("; " if number else "Also named: ")
        yield Piece(f"{', '.join(names[where])} (")
        yield from point_to([firsts[where]], wrap)
        yield Piece(")")


def _names(one: Exposure) -> tuple[str | None, str | None]:
    return one.name, one.ticker


def find_own_row(one: Exposure, wrap: MarketWrap) -> Mover | None:
    """The first mover's row of the company itself."""
    return find_row(_places(one), wrap, _names(one))


def _move(one: Exposure, wrap: MarketWrap) -> Decimal:
    row = find_own_row(one, wrap)
    return abs(row.change_pct) if row else Decimal(0)


def find_row(places: Sequence[Place], wrap: MarketWrap, names: Collection[str | None]) -> Mover | None:
    """The first mover's row among the places that is of the company of these names."""
    rows = (find_mover(place, wrap) for place in places if not is_of_another(place, wrap, names))
    return next((row for row in rows if row), None)


def move_cell(value: Decimal | None, issues: Sequence[int] = ()) -> Cell:
    """A move with its sign, in its colour, with the issues about its row; empty where there is none."""
    if value is None:
        return Cell("")
    pieces = [Piece(signed(value, "%"))]
    for number in issues:
        pieces += [Piece(" "), Piece(f"issue {number}", f"issue-{number}", f"issue {number}")]
    return make_cell(pieces, "up" if value > 0 else "down" if value < 0 else "")
