"""Random wraps and random layouts of them, for the property tests. The truth is the records that the text was made from."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from llm_wrap.models import (
    CurrencyRate,
    DigestItem,
    EconomicPrint,
    IndexLevel,
    MarketWrap,
    Mover,
    Section,
    Table,
    TableRow,
)
from llm_wrap.parsing.title import read_title_moves

_WORDS = """output orders margins tariff chipmakers lenders exporters guidance subsidy quota freight smelters growers insurers
regulator ministry cabinet talks pact levy inventories demand backlog capacity refinery tender stake buyback audit permit
vessel port strike harvest index yields copper""".split()
_VERBS = "raised cut widened trimmed lifted missed topped delayed cleared halted approved weighed reaffirmed".split()
_NAMES = [
    "Ain Holdings",
    "Minerva & Sons",
    "Harbour Foods (Group)",
    "St. Gallen Re",
    "Orion A.B.",
    "Kestrel Mining",
    "Tamaki",
    "Volga Steel",
]
_CODES = [
    "9627.JP",
    "9988.HK",
    "000660.KS",
    "688082.CH",
    "532977.IN",
    "FRVIA.FP",
    "IFCN.SW",
    "VRDN",
    "AMPX",
    "M1GU.SP",
    "285A.JP",
]
_OUTLETS = ["Reuters", "Bloomberg", "WSJ", "FT", "Nikkei", "Yonhap", "NY Times"]
_INDICES = [
    "Nikkei",
    "Hang Seng",
    "Shanghai Composite",
    "ASX200",
    "KOSPI",
    "SENSEX",
    "FTSE 100",
    "S&P 500",
    "CAC 40",
    "Straits Times",
]
_PAIRS = ["$-¥", "$-KRW", "A$-$", "$-INR", "€-$", "£-$", "$-CNY"]
_INDICATORS = [
    "Industrial Production m/m",
    "Manufacturing PMI",
    "CPI y/y",
    "Trade Balance",
    "Retail Sales m/m",
    "GDP q/q",
]
_DISCLAIMER = (
    "This information and data is provided for general informational purposes only, and nothing in it is an offer or advice. "
    "No warranty is given for its accuracy or completeness, and no liability is taken for any loss."
)
_COUNTRIES = ["Japan", "South Korea", "China", "Germany", "United Kingdom", "Brazil"]
_PERIODS = ["July", "August", "Q2", "September"]


def _sentence(random: Random) -> str:
    words = [random.choice(_WORDS) for _ in range(random.randint(4, 14))]
    words.insert(1, random.choice(_VERBS))
    text = " ".join(words).capitalize()
    if random.random() < 0.3:
        text += f" by {random.randint(1, 90)}.{random.randint(0, 9)}%"
    if random.random() < 0.15:
        text += ", it said: no change"
    if random.random() < 0.25:
        text += f" ({random.choice(_OUTLETS)})"
    return text + "."


def _paragraph(random: Random, low: int, high: int) -> str:
    return " ".join(_sentence(random) for _ in range(random.randint(low, high)))


def _headline(random: Random) -> str:
    text = " ".join(
        [random.choice(_WORDS), random.choice(_VERBS), *(random.choice(_WORDS) for _ in range(random.randint(2, 9)))]
    )
    return text.capitalize()


def _value(random: Random, low: int, high: int, places: int) -> Decimal:
    return Decimal(random.randint(low * 10**places, high * 10**places)).scaleb(-places)


def make_wrap(random: Random) -> MarketWrap:
    """A wrap with consistent tables; its parts may be missing."""
    day = date(2025, 1, 6) + timedelta(days=random.randint(0, 700))
    while day.weekday() > 4:
        day += timedelta(days=1)
    codes = random.sample(_CODES, len(_CODES))
    half = len(codes) // 2

    def movers(side: list[str], sign: int) -> tuple[Mover, ...]:
        rows = []
        for code in side[: random.randint(1, 4)]:
            name = random.choice(_NAMES) if random.random() < 0.8 else None
            reason = f"{random.choice(_VERBS)} {random.choice(_WORDS)}; {random.choice(_WORDS)} {random.choice(_WORDS)}: {random.choice(_VERBS)}"
            rows.append(Mover(change_pct=sign * _value(random, 1, 20, 1), ticker=code, name=name, reason=reason))
        return tuple(rows)

    def triple(places: int) -> tuple[Decimal, Decimal, Decimal]:
        before = _value(random, 50, 50_000, places)
        change = (before * random.randint(-400, 400) / 10_000).quantize(Decimal(1).scaleb(-places))
        percent = (change / before * 100).quantize(Decimal("0.01"))
        return change, percent, before + change

    items = tuple(
        DigestItem(
            headline=_headline(random),
            body="\n".join(_paragraph(random, 2, 6) for _ in range(random.choice([1, 1, 2, 3]))),
        )
        for _ in range(random.randint(1, 5))
    )
    economic = []
    for country in random.sample(_COUNTRIES, random.randint(1, 3)):
        period = random.choice(_PERIODS)
        for indicator in random.sample(_INDICATORS, random.randint(1, 2)):
            unit = None if indicator.endswith("PMI") else "A$B" if indicator == "Trade Balance" else "%"
            status = random.choice([None, None, "revised", "preliminary"])
            economic.append(
                EconomicPrint(
                    country=country, period=period, indicator=indicator, revised=status == "revised",
                    status=status, actual=_value(random, -9, 60, 1),  # type: ignore[arg-type]
                    consensus=_value(random, -9, 60, 1) if random.random() < 0.6 else None,
                    prior=_value(random, -9, 60, 1), unit=unit,
                )
            )  # fmt: skip
    markets = []
    for name in random.sample(_INDICES, random.randint(1, 7)):
        change, percent, level = triple(2)
        markets.append(IndexLevel(name=name, change=change, change_pct=percent, level=level))
    rates = []
    for pair in random.sample(_PAIRS, random.randint(1, 5)):
        change, percent, level = triple(4)
        rates.append(CurrencyRate(pair=pair, change=change, change_pct=percent, level=level))
    tables = []
    if random.random() < 0.5:
        rows = []
        for name in random.sample(["WTI crude", "Brent crude", "Gold", "Copper"], 2):
            change, percent, level = triple(2)
            rows.append(TableRow(name=name, change=change, change_pct=percent, level=level))
        tables.append(Table(name="Commodities", rows=tuple(rows)))
    title = None
    if random.random() < 0.4:
        moves = ", ".join(f"{row.name} {row.change_pct:+}%" for row in markets[:3])
        title = f"StreetAccount Summary - Asian Market Recap: {moves}"
    return MarketWrap(
        session_date=day,
        title=title,
        title_moves=read_title_moves(title) if title else (),
        region="asia",
        kind="recap",
        sections=(Section(name="Looking ahead", lines=(_paragraph(random, 1, 2),)),) if random.random() < 0.3 else (),
        disclaimer=_DISCLAIMER if random.random() < 0.5 else None,
        synopsis=tuple(_paragraph(random, 3, 7) for _ in range(random.randint(1, 4))),
        digest=items,
        gainers=movers(codes[:half], 1) if random.random() < 0.9 else (),
        decliners=movers(codes[half:], -1) if random.random() < 0.9 else (),
        economic=tuple(economic) if random.random() < 0.7 else (),
        markets=tuple(markets),
        currencies=tuple(rates) if random.random() < 0.8 else (),
        tables=tuple(tables),
    )


@dataclass
class Layout:
    """How a wrap is written down."""

    column: int
    quote: str
    newline: str
    blank: str
    bullets: int
    heading: str
    colon: bool
    minus: str
    separator: str
    trailing: str
    date: str
    typography: bool

    @classmethod
    def draw(cls, random: Random) -> Layout:
        """Any combination that can be told apart again."""
        column = random.choice([0, 0, 60, 66, 72, 76, 80, 100])
        bullets = random.choice([0, 0, 1, 2])
        return cls(
            column=column,
            quote=random.choice(["", "", "> ", ">", "> > "]),
            newline=random.choice(["\n", "\n", "\r\n", "\r"]),
            # Hard-wrapped paragraphs that nothing sets apart cannot be told apart.
            blank="all" if column and bullets == 0 else random.choice(["none", "sections", "items", "all"]),
            bullets=bullets,
            heading=random.choice(["plain", "plain", "caps", "bold", "hash", "stars", "under"]),
            colon=random.random() < 0.7,
            minus=random.choice(["bracket", "bracket", "hyphen", "minus"]),
            separator=random.choice([": ", ": ", " -- "]),
            trailing=random.choice(["", "", "  ", "\t"]),
            date=random.choice(["wrap", "dash", "long", "iso"]),
            typography=random.random() < 0.3,
        )


def render_layout(wrap: MarketWrap, layout: Layout, random: Random) -> str:
    """The wrap's text in a layout."""
    lines: list[str] = []

    def put(text: str, indent: str = "", hang: str = "") -> None:
        if layout.column and len(text) + len(indent) > layout.column:
            lines.extend(
                textwrap.wrap(
                    text, layout.column, initial_indent=indent, subsequent_indent=hang or indent, break_long_words=False,
                    break_on_hyphens=False,
                )
            )  # fmt: skip
        else:
            lines.append(indent + text)

    def head(name: str) -> None:
        if layout.blank != "none" and lines:
            lines.append("")
        mark = ":" if layout.colon else ""
        written = {
            "plain": f"{name}{mark}", "caps": f"{name.upper()}{mark}", "bold": f"**{name}{mark}**", "hash": f"## {name}{mark}",
            "stars": f"*** {name} ***", "under": f"{name}{mark}\n{'-' * len(name)}",
        }[layout.heading]  # fmt: skip
        lines.extend(written.split("\n"))

    def gap(level: str) -> None:
        if layout.blank == "all" or (layout.blank == "items" and level == "item"):
            lines.append("")

    if wrap.title:
        put(wrap.title)
    lines.append(_date(wrap.session_date, layout.date))
    head("Synopsis")
    for number, paragraph in enumerate(wrap.synopsis):
        if number:
            gap("paragraph")
        put(paragraph, "• " if layout.bullets else "", "  " if layout.bullets else "")
    tables = ["movers", "economic", "markets", "currencies", "tables"]
    random.shuffle(tables)
    head("Digest")
    for number, item in enumerate(wrap.digest):
        if number:
            gap("item")
        if layout.bullets == 2:
            put(item.headline, "• ", "  ")
            for paragraph in item.body.split("\n"):
                put(paragraph, "   • ", "     ")
        elif layout.bullets == 1:
            put(f"{item.headline}:", "", "")
            for paragraph in item.body.split("\n"):
                put(paragraph, "• ", "  ")
        else:
            put(f"{item.headline}:")
            for paragraph in item.body.split("\n"):
                gap("body")
                put(paragraph)
    for part in tables:
        _render_table(part, wrap, layout, head, put, lines)
    for section in wrap.sections:
        head(section.name)
        for line in section.lines:
            put(line)
    if wrap.disclaimer:
        if layout.blank != "none":
            lines.append("")
        put(wrap.disclaimer)
    text = "\n".join(
        f"{layout.quote}{line}".rstrip() + layout.trailing if line else layout.quote.rstrip() for line in lines
    )
    if layout.typography:
        text = text.replace("'", "’").replace(" or ", " or ").replace("; ", "; ")
    return text.replace("\n", layout.newline)


def _date(day: date | None, style: str) -> str:
    assert day is not None
    return {
        "wrap": f"{day:%b} {day.day} ,{day.year}",
        "dash": f"{day.day}-{day:%b}-{day.year}",
        "long": f"{day:%A, %B} {day.day}, {day.year}",
        "iso": day.isoformat(),
    }[style]


def _number(value: Decimal, layout: Layout, unit: str = "", *, plus: bool = False) -> str:
    prefix, suffix = ("A$", "B") if unit == "A$B" else ("", unit)
    digits = f"{prefix}{abs(value)}{suffix}"
    if value.is_signed():
        return {"bracket": f"({digits})", "hyphen": f"-{digits}", "minus": f"−{digits}"}[layout.minus]
    return f"+{digits}" if plus else digits


def _render_table(part, wrap, layout, head, put, lines) -> None:  # type: ignore[no-untyped-def]
    if part == "movers":
        for name, movers in (("Notable Gainers", wrap.gainers), ("Notable Decliners", wrap.decliners)):
            if movers:
                head(name)
            for row in movers:
                company = f" ({row.name})" if row.name else ""
                put(f"{_number(row.change_pct, layout, '%', plus=True)} {row.ticker}{company}: {row.reason}")
    elif part == "economic" and wrap.economic:
        head("Economic")
        country = None
        for row in wrap.economic:
            if (row.country, row.period) != country:
                country = (row.country, row.period)
                lines.append(f"{row.country} {row.period}")
            status = f" ({row.status})" if row.status else ""
            consensus = (
                f"consensus {_number(row.consensus, layout, row.unit or '')} and " if row.consensus is not None else ""
            )
            put(
                f"{row.indicator}{status} {_number(row.actual, layout, row.unit or '')} versus {consensus}"
                f"{_number(row.prior, layout, row.unit or '')} in prior month"
            )
    elif part in ("markets", "currencies"):
        rows = wrap.markets if part == "markets" else wrap.currencies
        if rows:
            head(part.capitalize())
        for row in rows:
            name = row.name if part == "markets" else row.pair
            lines.append(_row(name, row, layout))
    elif part == "tables":
        for table in wrap.tables:
            head(table.name)
            lines.extend(_row(row.name, row, layout) for row in table.rows)


def _row(name: str, row: IndexLevel | CurrencyRate | TableRow, layout: Layout) -> str:
    assert row.change is not None
    assert row.change_pct is not None
    assert row.level is not None
    return (
        f"{name}{layout.separator}{_number(row.change, layout, plus=True)} or "
        f"{_number(row.change_pct, layout, '%', plus=True)} to {row.level:,}"
    )
