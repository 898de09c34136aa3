"""A wrap's records in one fixed layout, from which `parse_wrap` reads the same records again, line numbers apart.

    [Subject] [title] [as of] [date] Synopsis, Digest (bulleted), movers, Data, company news, other sections, disclaimer

The layout is that of the real wraps, but for the Digest: bullets say without doubt which paragraph belongs to which headline.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from llm_wrap.models import CurrencyRate, EconomicPrint, IndexLevel, MarketWrap, Mover, TableRow, TitleMove
from llm_wrap.parsing.dates import find_as_of
from llm_wrap.parsing.movers import is_row_ticker
from llm_wrap.parsing.title import read_title_moves

_REGION_NAMES = {"asia": "Asian", "europe": "European", "us": "US", "latam": "Latin America"}
_KIND_NAMES = {"recap": "Market Recap", "preview": "Market Preview", "pre-open": "Pre-open"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def render_canonical(wrap: MarketWrap) -> str:
    """The text of `wrap` in the canonical layout, ending in a line end."""
    return "\n".join(_lines(wrap)) + "\n"


def _lines(wrap: MarketWrap) -> Iterator[str]:
    if wrap.region or wrap.kind:
        # A header line carries region and kind, which the title may leave to the content.
        yield f"Subject: {_REGION_NAMES.get(wrap.region or '', '')} {_KIND_NAMES.get(wrap.kind or '', '')}".rstrip()
    if wrap.title:
        yield wrap.title
    if wrap.title_moves and wrap.title_moves != read_title_moves(wrap.title or ""):  # they stood on a line of their own
        yield ", ".join(map(_render_title_move, wrap.title_moves))
    if wrap.as_of and not (wrap.title and find_as_of(wrap.title)):
        yield f"({wrap.as_of})"
    if wrap.session_date:
        day = wrap.session_date
        yield f"{_MONTHS[day.month - 1]} {day.day} ,{day.year}"
    if wrap.synopsis:
        yield "Synopsis:"
        yield from wrap.synopsis
    if wrap.digest:
        yield "Digest:"
        for item in wrap.digest:
            yield f"• {item.headline}:"
            for paragraph in item.body.split("\n"):
                if paragraph:
                    yield f"  • {paragraph}"
    for name, movers in (("Notable Gainers:", wrap.gainers), ("Notable Decliners:", wrap.decliners)):
        if movers:
            yield name
            yield from map(render_mover, movers)
    yield from _data(wrap)
    if wrap.company_news:
        yield "Pre-open Company News:"
        for news in wrap.company_news:
            yield f"{_marked(news.ticker)} -- {news.text}" if news.ticker else news.text
    for section in wrap.sections:
        yield f"{section.name}:"
        yield from section.lines
    if wrap.disclaimer:
        yield "Disclaimer:"
        yield wrap.disclaimer


def _render_title_move(move: TitleMove) -> str:
    return f"{move.name} {move.change_pct:+}%" + (f" to {move.level}" if move.level is not None else "")


def _data(wrap: MarketWrap) -> Iterator[str]:
    if wrap.economic:
        yield "Economic:"
        header = ""
        for row in wrap.economic:
            here = f"{row.country or ''} {row.period or ''}".strip()
            if here != header:
                yield here
                header = here
            yield render_economic(row)
    if wrap.markets:
        yield "Markets:"
        for index in wrap.markets:
            yield render_row(_as_row(index.name, index))
    if wrap.currencies:
        yield "Currencies:"
        for rate in wrap.currencies:
            yield render_row(_as_row(rate.pair, rate))
    for table in wrap.tables:
        yield f"{table.name}:"
        yield from map(render_row, table.rows)


def _as_row(name: str, row: IndexLevel | CurrencyRate) -> TableRow:
    return TableRow(name=name, change=row.change, change_pct=row.change_pct, level=row.level, note=row.note)


def render_mover(row: Mover) -> str:
    """ "+4.1% 7741.JP (Hoya): raises its dividend".

    >>> render_mover(Mover(change_pct=Decimal("-1.0"), ticker="F", name=None, reason="recall"))
    '-1.0% F: recall'
    """
    parts = [f"{row.change_pct:+f}%"]
    if row.ticker:
        parts.append(_marked(row.ticker))
    if row.name:
        parts.append(f"({row.name})" if row.ticker else row.name)
    return f"{' '.join(parts)}: {row.reason}".rstrip()


def _marked(ticker: str) -> str:
    return ticker if is_row_ticker(ticker) else f"~{ticker}~"


def render_row(row: TableRow) -> str:
    """ "Nikkei: +395.62 or +0.89% to 44768.12".

    >>> render_row(TableRow(name="JGB 10-yr", change=Decimal("2.1"), change_unit="bp", level=Decimal("1.592"), unit="%"))
    'JGB 10-yr: +2.1bp to 1.592%'
    """
    moves = []
    if row.change is not None:
        moves.append(f"{row.change:+f}{row.change_unit or ''}")
    if row.change_pct is not None:
        moves.append(f"{row.change_pct:+f}%")
    text = " or ".join(moves) or row.note or ""
    if row.level is not None:
        text = f"{text} to {_with_unit(row.level, row.unit)}".lstrip()
    return f"{row.name}: {text or 'unchanged'}"


def render_economic(row: EconomicPrint) -> str:
    """ "Factory Orders m/m (revised) -1.2% versus -1.6% in prior month"."""
    status = f" ({row.status})" if row.status else ""
    text = f"{row.indicator}{status} {_with_unit(Decimal(0) if row.actual is None else row.actual, row.unit)}"
    compared = []
    if row.consensus is not None:
        compared.append(f"consensus {_with_unit(row.consensus, row.unit)}")
    if row.prior is not None:
        compared.append(f"{_with_unit(row.prior, row.unit)} in prior period")
    return f"{text} versus {' and '.join(compared)}" if compared else text


_CURRENCY_SIGNS = "$€£¥₩₹฿₱₫"
_SCALES = (
    "%",
    "bp",
    "pts",
    "pp",
    "Mn",
    "Bn",
    "Tn",
    "Kn",
    "mln",
    "bln",
    "trln",
    "mn",
    "bn",
    "tn",
    "tr",
    "K",
    "M",
    "B",
    "T",
    "k",
    "m",
    "b",
)


def _with_unit(value: Decimal, unit: str | None) -> str:
    """The number with its unit around it: -7.31 in "A$B" is "-A$7.31B"."""
    sign = "-" if value.is_signed() else ""
    digits = f"{abs(value):f}"
    if not unit:
        return sign + digits
    body, slash, per = unit.partition("/")
    scale = next((one for one in _SCALES if body == one or (body.endswith(one) and _is_prefix(body[: -len(one)]))), "")
    prefix = body.removesuffix(scale) if scale else body
    return f"{sign}{prefix}{digits}{scale}{slash}{per}"


def _is_prefix(text: str) -> bool:
    return text[-1:] in _CURRENCY_SIGNS or (text.isupper() and len(text) >= 2)
