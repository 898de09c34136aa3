"""The reading of the day: all that code alone finds in a wrap. In: the wrap, its issues, its labels. Out: a `Reading`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from llm_wrap.listings.table import Listing, merge_listings
from llm_wrap.models import DigestItem, Expectation, ItemSource, LabelledItem, MarketWrap, ParseIssue, Reading
from llm_wrap.reading.agenda import list_agenda
from llm_wrap.reading.attribution import attribute_item
from llm_wrap.reading.bearing import find_bearings
from llm_wrap.reading.companies import Registry
from llm_wrap.reading.currency import word_currencies
from llm_wrap.reading.expectations import list_expectations
from llm_wrap.reading.exposure import find_told, list_exposure
from llm_wrap.reading.ledger import keep_ledger
from llm_wrap.reading.places import list_passages
from llm_wrap.reading.prints import is_same_release, meet_expectation
from llm_wrap.reading.spotting import spot_companies
from llm_wrap.reading.tape import check_tape
from llm_wrap.reading.watchlist import enter_names, watch_names

OPEN_FOR = timedelta(days=45)  # an expectation that no print has met by then is dropped


def read_day(
    wrap: MarketWrap,
    issues: Iterable[ParseIssue] = (),
    labels: Sequence[LabelledItem] = (),
    *,
    source: ItemSource = "digest",
    items: Sequence[DigestItem] | None = None,
    watch: Iterable[str] = (),
    listings: Iterable[Listing] = (),
    earlier: Iterable[Expectation] = (),
) -> Reading:
    """All of it. Without labels the tape is empty and directions are those of the rows.

    `items` are what was labelled (the Digest, unless given) and count in `source`; `listings` are the user's own rows;
    `earlier` are the expectations of wraps before this one.
    """
    passages = list_passages(wrap)
    registry = Registry(merge_listings(listings))
    registry.learn(passages)
    watched = enter_names(watch, registry)
    spotted = spot_companies(passages, registry)
    told = find_told(spotted)
    bearings = find_bearings(labels, registry)
    shown = wrap.digest if items is None else items
    return Reading(
        tape=check_tape(bearings, told, wrap),
        exposure=list_exposure(told, wrap, bearings),
        calendar=list_agenda(passages, wrap.session_date) if wrap.session_date else (),
        expectations=join_expectations(list_expectations(passages, wrap), earlier, wrap),
        attribution=tuple(attribute_item(source, number, item) for number, item in enumerate(shown)),
        currencies=word_currencies(wrap.currencies),
        watchlist=watch_names(watched, spotted, wrap, registry),
        ledger=keep_ledger(issues),
    )


def join_expectations(
    own: Sequence[Expectation], earlier: Iterable[Expectation], wrap: MarketWrap
) -> tuple[Expectation, ...]:
    """What this wrap expects, and what earlier ones expected that this one meets or that is still open.

    The latest wrap's word on a release stands. An earlier expectation that another wrap has met is history, not news.
    """
    session = wrap.session_date
    if session is None:
        return tuple(own)
    joined = list(own)
    for one in sorted(earlier, key=lambda one: one.stated_on or session, reverse=True):
        if one.stated_on is None or not session - OPEN_FOR <= one.stated_on <= session:
            continue
        if one.met_on is not None and one.met_on < session:
            continue
        met = meet_expectation(one, wrap.economic, session) if one.stated_on < session else one
        overdue = one.due is not None and one.due < session
        if (met.actual is not None or not overdue) and not any(is_same_release(one, other) for other in joined):
            joined.append(met)
    return tuple(joined)
