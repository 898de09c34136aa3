"""The reader's names and where the wrap speaks of them. In: names in any symbology. Out: one record a name, none left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from llm_wrap.listings.symbols import Symbol, read_symbol
from llm_wrap.listings.table import Listing, merge_listings
from llm_wrap.models import MarketWrap, NearName, Place, WatchedName
from llm_wrap.parsing.tickers import name_words
from llm_wrap.reading.companies import Company, Registry
from llm_wrap.reading.exposure import change_of
from llm_wrap.reading.places import list_passages
from llm_wrap.reading.spotting import Spotted, spot_companies


def watch_wrap(wrap: MarketWrap, watch: Iterable[str], listings: Iterable[Listing] = ()) -> tuple[WatchedName, ...]:
    """The watch list alone, as `read_day` has it, without the patterns and the work of the rest."""
    passages = list_passages(wrap)
    registry = Registry(merge_listings(listings))
    registry.learn(passages)
    watched = enter_names(watch, registry)
    return watch_names(watched, spot_companies(passages, registry), wrap, registry)


def enter_names(names: Iterable[str], registry: Registry) -> dict[str, Company]:
    """The company of each name; one that nobody knows is taken in as it is written, so that prose can name it."""
    return {name: _find_company(name, registry) for name in names}


def _find_company(name: str, registry: Registry) -> Company:
    symbol = read_symbol(name)
    if symbol is None and (capitals := read_symbol(name.upper())) and registry.find_symbol(capitals):
        symbol = capitals  # "bp.ln"
    by_name = registry.find_name(name)
    if symbol is not None:
        company = registry.find_symbol(symbol) or by_name  # "SAP SE" is a name
        if company is None and symbol.exchange == "US" and symbol.code.isdigit():
            company = _find_bare_code(symbol, registry)
        return company or registry.meet(name, None)
    return by_name or registry.meet(None, name)


def _find_bare_code(symbol: Symbol, registry: Registry) -> Company | None:
    """The one company that has these digits as its code on some exchange ("9988"); None where several have."""
    code = symbol.code.lstrip("0")
    found = {
        id(company): company
        for company in registry.companies
        if any(line.code.lstrip("0") == code for line in company.symbols)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def watch_names(
    watched: Mapping[str, Company], spotted: Sequence[Spotted], wrap: MarketWrap, registry: Registry
) -> tuple[WatchedName, ...]:
    """A record for each name, in the reader's order; `places` is empty where the wrap does not mention it."""
    forms: dict[Company, dict[str, None]] = {}
    places: dict[Company, dict[Place, None]] = {}
    rows: dict[Company, Decimal] = {}
    wanted = set(watched.values())
    for passage, hits in spotted:
        for hit in hits:
            if hit.company in wanted:
                forms.setdefault(hit.company, {}).setdefault(hit.form)
                places.setdefault(hit.company, {}).setdefault(passage.place)
                change = change_of(passage.place, wrap) if hit.start < 0 else None
                if change is not None:
                    rows.setdefault(hit.company, change)
    return tuple(
        WatchedName(
            name=name,
            matched=tuple(forms.get(company, ())),
            change_pct=rows.get(company),
            places=tuple(places.get(company, ())),
            near=() if company in places else _find_near(name, company, spotted, registry),
        )
        for name, company in watched.items()
    )


def _find_near(name: str, company: Company, spotted: Iterable[Spotted], registry: Registry) -> tuple[NearName, ...]:
    """The companies of the wrap whose longer names begin or end with `name`: another's ("Reliance Power" of "Reliance"), or its own
    in full ("SK Hynix" of "Hynix")."""
    own = name_words(name)
    near: dict[str, dict[Place, None]] = {}
    for passage, hits in spotted:
        longer = [hit.form for hit in hits if hit.company is not company]
        for form in (*longer, *registry.find_sisters(passage.text, company)):
            words = name_words(form)
            if own and len(words) > len(own) and own in (words[: len(own)], words[-len(own) :]):
                near.setdefault(form, {}).setdefault(passage.place)
    return tuple(NearName(name=form, places=tuple(places)) for form, places in near.items())
