"""Tables whose first line names their columns: each figure is what the column over it says.

    heads = head {head}                     "Country | Period | Indicator | Actual | Consensus | Prior"
    row   = cell {cell}                     "Spain | February | Change in Unemployment | (6.0K) | 15.2K | 38.7K"

Beside heads that are known one that is not is a column that is passed over; where few are known the line is no heads. A row
that does not fit its heads is not read. Where wide spaces part them a row of fewer cells fits where each stands under one
head; where single spaces do, the figures at the end of a row are those of the last heads, all of them or none.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import Literal, NamedTuple

from llm_wrap.models import EconomicPrint, EconomicStatus
from llm_wrap.parsing.economic import make_release, take_status
from llm_wrap.parsing.economic_header import (
    STATUSES,
    EconomicHeader,
    is_year,
    split_header,
    take_bracketed_period,
    take_last_period,
)
from llm_wrap.parsing.layout import Block, Cells
from llm_wrap.parsing.pairs import is_currency
from llm_wrap.parsing.patterns import ARROWS, DOWN_ARROWS, Number, has_digit, read_number, sign_arrows
from llm_wrap.parsing.row_tokens import STANDSTILLS
from llm_wrap.parsing.rows import NamedRow, Values, has_level_figure
from llm_wrap.parsing.sections import read_way

Role = Literal[
    "country", "period", "name", "ticker", "actual", "consensus", "prior", "change", "percent", "level", "span", "unit", "reason", "other"
]  # fmt: skip
# What a column holds, by its head in lower case. "last" is a level, and among releases what was before.
_NAMES: dict[Role, str] = {
    "country": "country|region|ctry|cty|nation|economy",
    "period": "period|reference period|ref period|ref. period|month|for|ref|reference",
    "name": "indicator|event|release|data|economic indicator|economic release|economic data|economic event|report|index|market|name|company"
    "|instrument|pair|currency|commodity|contract|tenor|maturity|sector|security|bond|asset|future|futures|stock|issuer|share|rate pair"
    "|gics sector|s&p sector|benchmark",
    "ticker": "ticker|symbol|code|ric|epic|tidm|local ticker|bloomberg|bbg|bbg ticker|reuters|stock code",
    "actual": "actual|act|act.|released|reported|outcome|result",
    "consensus": "consensus|cons|cons.|forecast|fcst|est|est.|estimate|expected|exp|exp.|survey|median|factset consensus|consensus est"
    "|consensus estimate|street|surv|surv(m)|f'cast|consensus forecast|market consensus|market forecast|median forecast|poll|reuters poll"
    "|bloomberg consensus|expectation|expectations",
    "prior": "prior|previous|prev|prev.|prior month|prior period|previous period|previous month|prev period",
    "change": "change|chg|chg.|net|net change|net chg|+/-|move|points|pts|chg (pts)|change (pts)|chg pts|chg (bps)|change (bps)|chg (bp)"
    "|change (bp)|chg bps|chg bp|change bps|change bp|bps|bp|bps chg|bps change|day chg|day change|daily change|1d chg (bps)|1d (bps)|1d bps",
    "percent": "% change|% chg|% chg.|chg %|change %|%|%chg|chg%|change%|pct|pct change|pct chg|percent|percent change|% move|change (%)"
    "|chg (%)|chg. %|move %|% 1d|1d %|1d%|1d (%)|1d|day %|day|daily|daily %|today|% day|1-day %|1-day|1 day|1 day %|% daily|day chg %|daily % change|pre-mkt|pre-mkt %|premkt|premkt %|pre-market|pre-market %",
    "level": "level|last|close|closing|closing level|price|last price|value|yield|yield %|yield (%)|rate|settle|settlement|latest|spot"
    "|closing price|mid|mid bp|bid|spread|spread bp|level bp|fixing|fix",
    "unit": "unit|units|ccy",
    "reason": "reason|comment|comments|news|catalyst|driver|drivers|notes|note|commentary|why|what happened|background|remarks",
    "other": "time|date|importance|impact|rank|weight|weight %|volume|turnover|value traded|market cap|mkt cap|p/e|pe|open|high|low|prev close"
    "|previous close|day high|day low|52w high|52w low|exchange|surprise|cet|cest|gmt|bst|utc|et|edt|est time|ist|jst|hkt|sgt",
}  # fmt: skip
# "Chg (bp)", "Chg, bp" and "chg. bp" are one head.
_PLAIN = str.maketrans("", "", "().,:*")
_ROLES: dict[str, Role] = {name.translate(_PLAIN): role for role, names in _NAMES.items() for name in names.split("|")}
_OPENINGS = frozenset(name.partition(" ")[0] for name in _ROLES)
_ENDINGS = frozenset(
    name.rpartition(" ")[2] for name, role in _ROLES.items() if role in ("percent", "change", "level")
) | {"ytd", "mtd", "1d", "5d"}
_MARGIN = 3  # columns by which heads are indented where their first is blank
# "MTD %"  "5D"  "YTD chg %"  "52-week": the change over a span that no field has
_SPAN = re.compile(
    r"(?:%\ )?(?:[1-9][0-9]?[ -]?(?:d|w|wk|m|mo|y|yr|days?|weeks?|months?|years?)|wtd|mtd|qtd|ytd|week|month|quarter|year)"
    r"(?:\ (?:%|chg|change|chg\ %|change\ %|%\ chg|%\ change|perf|return))?%?",
    re.VERBOSE,
)
# "since 1 Jan"  "since end-2024"
_SINCE = ("since ", "vs end", "from end")
# A head of several words may say what changed and in what it is counted: "+/- pts"  "Day, bp"  "Change on day".
_CHANGE_WORDS = frozenset("chg change changes net move +/- ± δ δ1d day daily 1d 1day 1-day today d/d on the in".split())
_UNIT_WORDS = frozenset(
    "% pct percent bp bps pts points p pips € $ £ ¥ us$ a$ c$ hk$ nz$ s$ r$ eur usd gbp jpy chf cad aud cny hkd sek nok dkk inr".split()
)
# "17:45 CET": the prices of that time
_STAMP = re.compile(r"[0-2]?[0-9]:[0-5][0-9]\ ?(?:[a-z]{2,4})?")
FIGURES: frozenset[Role] = frozenset({"actual", "consensus", "prior", "change", "percent", "level", "span"})
_HEAD = 24  # characters; more is none
_BLANKS = frozenset({"", "-", "–", "—", "--", "n/a", "na", "n.a.", "...", "…", "tba", "tbc"})


class Head(NamedTuple):
    """A column: what it holds, its head as printed, whether that is a cell, and, where wide spaces part them, where it begins and
    ends."""

    role: Role
    text: str
    celled: bool = False
    place: tuple[int, int] | None = None


def read_heads(block: Block) -> tuple[Head, ...] | None:
    """The columns that a line names, or None.

    >>> [head.role for head in read_heads(Block(1, 1, 0, "", "Sector 1D % MTD % YTD %", False))]
    ['name', 'percent', 'span', 'span']
    """
    if len(block.text) > 160 or "0" <= block.text[-1] <= "9":
        return None
    if block.cells:
        heads = _read_cell_heads(block.cells)
    elif block.text.partition(" ")[0].lower().strip(":*") in _OPENINGS:
        heads = _split_heads(block.text)
    elif block.text.rpartition(" ")[2].lower().translate(_PLAIN) in _ENDINGS and not block.bullet:
        heads = _split_end(block.text)
    else:
        return None
    found = tuple(head for head in heads if head is not None)
    if not found or len(found) < len(heads):
        return None
    if block.cells and block.indent > _MARGIN and found[0].role not in _NAMING:
        found = (Head("name", ""), *found)  # over the names stands nothing
    figures = sum(head.role in FIGURES for head in found)
    named = any(head.role in ("name", "country", "ticker") for head in found)
    if not named and figures > 1 and all(head.role in FIGURES or head.role == "unit" for head in found):
        found = (Head("name", ""), *found)  # "Last | Chg | YTD": what is over the names is blank
        named = True
    return _tell_changes(found) if figures and named and len(found) > 1 else None


def _read_cell_heads(cells: Cells) -> list[Head | None]:
    """The heads that cells are. Beside two that are known, and as many, one that is not is a column of something else."""
    texts = cells.texts
    last = read_head(texts[-1])
    if last is None and (len(texts) < 4 or is_figure_cell(texts[-1]) or len(texts[-1]) > _HEAD):
        return [None]  # as nearly every line, and the quickest to say
    heads = [*map(read_head, texts[:-1]), last]
    enough = len(heads) > 2 or (cells.framed and last is not None and last.role == "percent")
    if (heads[0] is None or heads[0].role == "span") and enough and read_number(texts[0]) is None:
        heads[0] = Head("name", texts[0])  # "10y | Yield | Chg (bps)"
    known = sum(head is not None for head in heads[1:])
    if 2 <= known < len(heads) - 1 <= 2 * known and not any(
        is_figure_cell(text) or len(text) > _HEAD for text, head in zip(texts, heads, strict=True) if head is None
    ):
        heads = [head or Head("other", text) for text, head in zip(texts, heads, strict=True)]
    places = cells.places or (None,) * len(heads)
    return [head and head._replace(celled=True, place=place) for head, place in zip(heads, places, strict=True)]


_NOW = frozenset({"today", "now", "current"})


def _tell_changes(heads: tuple[Head, ...]) -> tuple[Head, ...]:
    """Of "Day" and "Day %" the first is the change in points; "Today" beside a change is the level."""
    if any(head.role in ("change", "percent") and head.text.lower() not in _NOW for head in heads):
        heads = tuple(head._replace(role="level") if head.text.lower() in _NOW else head for head in heads)
    percents = [head for head in heads if head.role == "percent"]
    if len(percents) < 2 or all("%" in head.text for head in percents):
        return heads
    return tuple(
        head._replace(role="change") if head.role == "percent" and _unit_of(head.text) is None else head
        for head in heads
    )


def part_halves(blocks: list[Block]) -> list[Block]:
    """The rows of a table that holds two lists side by side ("Gainers | % | Losers | %"), one below the other, each under its heads."""
    for place, block in enumerate(blocks[:3]):
        texts = block.cells.texts if block.cells else ()
        half = len(texts) // 2
        heads = [read_head(text) for text in texts] if half > 1 and len(texts) == 2 * half and texts[0] else []
        roles = [head.role if head else "name" for head in heads]
        if heads and roles[:half] == roles[half:] and roles[0] == "name" and {"percent", "change"} & set(roles):
            rows = blocks[place + 1 :]
            end = next(
                (index for index, row in enumerate(rows) if not row.cells or len(row.cells.texts) != 2 * half),
                len(rows),
            )
            parted = [_take_cells(block, start, half) for start in (0, half)]
            left, right = ([_take_cells(row, start, half) for row in rows[:end]] for start in (0, half))
            return [*blocks[:place], *_head_half(parted[0]), *left, *_head_half(parted[1]), *right, *rows[end:]]
    return blocks


def _take_cells(block: Block, start: int, count: int) -> Block:
    texts = (block.cells.texts if block.cells else ())[start : start + count]
    return block._replace(text=" | ".join(texts), cells=Cells(texts, True))


def _head_half(block: Block) -> list[Block]:
    """The heads of a half; what stands over its names tells which list it is."""
    texts = block.cells.texts if block.cells else ()
    named = block._replace(text=" | ".join(("Name", *texts[1:])), cells=Cells(("Name", *texts[1:]), True))
    return [block._replace(text=texts[0], cells=None), named] if read_way(texts[0]) else [named]


def read_mover_heads(block: Block) -> tuple[Head, ...] | None:
    """The columns of a table of movers: who, by how much, and any others; None where a line names no such columns."""
    if not block.cells or len(block.text) > 160 or any(map(read_number, block.cells.texts)):
        return None  # as nearly every line
    heads = tuple(read_head(text) or Head("other", text) for text in block.cells.texts)
    roles = {head.role for head in heads}
    return heads if roles & {"percent", "change", "span"} and roles & {"name", "ticker"} else None


def fit_row(block: Block, heads: tuple[Head, ...]) -> tuple[str, ...] | None:
    """The cells under `heads`, as `split_row`; a row that has no reason may lack the last one."""
    cells = split_row(block, heads)
    if cells is None and block.cells and heads[-1].role == "reason" and len(block.cells.texts) == len(heads) - 1:
        return (*block.cells.texts, "")
    return cells


def read_head(text: str) -> Head | None:
    """The column that one head names, or None."""
    key = " ".join(text.lower().translate(_PLAIN).replace(" – ", " ").split())
    if not key:
        return Head("name", "")
    if key not in _ROLES and "(" in text[1:] and (inner := read_head(text.partition("(")[0])) and inner.text:
        return Head(inner.role, text)  # "Time (CET)"
    role = _ROLES.get(key) or _read_role(key, text.lower())
    return Head(role, text) if role else None


def _read_role(key: str, text: str) -> Role | None:
    """What a column holds whose head is none of the names: a span of time, a change, or a name with what it is counted in.

    >>> _read_role("+/- bp", "+/- bp"), _read_role("since 1 jan", "since 1 jan"), _read_role("close €", "close €")
    ('change', 'span', 'level')
    """
    if len(key) > _HEAD:
        return None
    words = key.split()
    rest = [word for word in words if word not in _UNIT_WORDS]
    bare = " ".join(rest)
    if key.startswith(_SINCE) or _SPAN.fullmatch(key) or _SPAN.fullmatch(bare):
        return "span"
    if _STAMP.fullmatch(text):
        return "level"
    if rest and all(word in _CHANGE_WORDS for word in rest) and not {"on", "the", "in"}.issuperset(rest):
        return "percent" if {"%", "pct", "percent"} & set(words) else "change"
    role = _ROLES.get(bare) if len(rest) < len(words) else None
    return role if role == "level" and "%" not in key else None


def _split_heads(text: str) -> list[Head | None]:
    """The heads of a line without cells: of the words, as many as one head has; in "Change % change" the sign is the second's."""
    words = text.split(" ")
    heads: list[Head | None] = []
    while words and len(heads) < 12:
        size = _measure_head(words)
        if not size:
            return [None]
        if words[size - 1] == "%" and _measure_head(words[size:]) == 1 and _measure_head(words[size - 1 :]) == 2:
            size -= 1
        heads.append(read_head(" ".join(words[:size])))
        words = words[size:]
    return heads


def _split_end(text: str) -> list[Head | None]:
    """The heads that end a line without cells, two or more; what stands before them is over the names: "10Y yield Last 1D (bp)"."""
    words = text.split(" ")
    for start in range(1, min(len(words) - 1, 4)):
        heads = _split_heads(" ".join(words[start:]))
        if len(heads) > 1 and all(head and head.role in FIGURES for head in heads):
            name = " ".join(words[:start])
            return [Head("name", name), *heads] if not has_digit(name[1:]) or read_head(name) is None else [None]
    return [None]


def _measure_head(words: list[str]) -> int:
    """Of how many words the head is that `words` begin with, a name's or one with its unit; 0 for none."""
    for size in (3, 2, 1):
        text = " ".join(words[:size])
        key = text.lower().translate(_PLAIN)
        told = sum(word not in _UNIT_WORDS for word in key.split()) == 1 or key in _ROLES or _SPAN.fullmatch(key)
        if size <= len(words) and told and read_head(text):
            return size
    return 0


def split_row(block: Block, heads: tuple[Head, ...]) -> tuple[str, ...] | None:
    """The text under each head, "" where there is none; None where the row does not fit."""
    if block.cells:
        cells = block.cells.texts
        if len(cells) == len(heads):
            return cells
        missing = len(heads) - len(cells)
        if block.cells.framed and 0 < missing < len(heads) - 1:
            return cells + ("",) * missing
        return _place_cells(block.cells, heads) if missing > 0 else None
    names = sum(head.role not in FIGURES for head in heads)
    if names != 1 or heads[0].role in FIGURES:
        return None
    words = block.text.replace(" %", "%").rsplit(" ", len(heads) - 1)
    if len(words) != len(heads) or not all(map(is_figure_cell, words[1:])):
        return None
    last = words[0].rpartition(" ")[2]
    return None if read_number(last) and (last[0] in "+-(" or last[-1] == "%" or "." in last) else tuple(words)


def _place_cells(cells: Cells, heads: tuple[Head, ...]) -> tuple[str, ...] | None:
    """The cells of a row that wide spaces part, each under the one head that it stands below; None where one stands under none
    or between two."""
    if not cells.places or len(cells.texts) < 2:
        return None
    row = [""] * len(heads)
    row[0] = cells.texts[0]
    reached = 0
    placed = [*zip(cells.texts[1:], cells.places[1:], strict=True)]
    name, _, figure = row[0].rpartition(" ")
    if (
        name and read_number(figure) and len(cells.texts) < len(heads)
    ):  # "Bank Nifty 54,809.30": a name as wide as its column
        end = cells.places[0][1]
        figured = (figure, (end - len(figure), end))
        if heads[1].place and figured[1][0] < heads[1].place[1] and heads[1].place[0] < end:
            row[0] = name
            placed.insert(0, figured)
    for text, (start, end) in placed:
        over = [
            column
            for column, head in enumerate(heads)
            if column and head.place and head.place[0] < end and start < head.place[1]
        ]
        if len(over) != 1 or over[0] <= reached:
            return None
        reached = over[0]
        row[reached] = text
    return tuple(row)


# What a row is called, the first that it has; a place where several trade ("Market | Index") is none of them.
_NAMING: tuple[Role, ...] = ("name", "ticker", "country")
_PLACES = frozenset({"market", "sector", "asset", "exchange", "asset class"})


class HeadedRow(NamedTuple):
    """A row of levels under its heads. `spans`: the change over each further span of time by its head ("MTD %"); `note`: what
    stands in place of a figure, "closed"."""

    row: NamedRow
    spans: dict[str, Values]
    note: str | None = None


def read_headed_row(block: Block, heads: tuple[Head, ...]) -> HeadedRow | None:
    """The row of levels that a line is under `heads`; None where a figure is not what its head says, or two are the same."""
    cells = split_row(block, heads)
    if cells is None:
        return None
    names: list[tuple[int, str]] = []
    note = None
    quoted = ""
    values = Values()
    spans: dict[str, Values] = {}
    arrow = next((cell[0] for cell in cells if cell[:1] in ARROWS), "")
    for (role, head, *_), cell in zip(heads, map(sign_arrows, cells), strict=True):
        if role in _NAMING:
            if cell:
                names.append((_NAMING.index(role) if head.lower() not in _PLACES else len(_NAMING), cell))
        elif role == "unit":
            quoted = cell
        elif cell.lower() in _BLANKS or role in ("other", "prior"):
            continue  # the level before is in no field
        elif cell.lower() in STANDSTILLS:
            note = cell
        else:
            number = _read_cell(cell)
            if number is None:
                return None
            number = number._replace(unit=number.unit or _unit_of(head))
            if arrow in DOWN_ARROWS and role in ("change", "percent") and not number.signed:
                number = number._replace(value=-number.value)  # "▼ 18 | 0.04%": one arrow for both
            if role == "level":
                if values.level is not None:
                    return None
                values = values._replace(level=number.value, unit=number.unit)
                continue
            twin = _find_percent_twin(head, heads)
            if role not in ("change", "percent", "span") or (role != "change" and number.unit is None and not twin):
                return None
            span = (twin or head) if role == "span" else ""
            changed = _add_change(spans.get(span, Values()) if span else values, number)
            if changed is None:
                return None
            if span:
                spans[span] = changed
            else:
                values = changed
    name = min(names, key=itemgetter(0))[1] if names else ""
    if not name or has_level_figure(name.split()[1:][-1:]) or (not spans and not note and values == Values()):
        return None
    if quoted and values.level is not None and values.unit is None:
        values = values._replace(unit=quoted)
    return HeadedRow(NamedRow(name.strip(" :"), values), spans, note)


def _add_change(values: Values, number: Number) -> Values | None:
    """`values` with a change in percent, points or basis points; None where they have one already, or it is in another unit."""
    if number.unit == "%":
        return values._replace(change_pct=number.value) if values.change_pct is None else None
    if values.change is not None or not (
        number.unit in (None, "bp", "pts") or is_currency(number.unit.partition("/")[0])
    ):
        return None
    return values._replace(change=number.value, change_unit="bp" if number.unit == "bp" else None)


def _find_percent_twin(head: str, heads: tuple[Head, ...]) -> str:
    """The head of the column that gives the percentage of this one, or "": beside "Week %", "Week" is in points."""
    others = (other.text for other in heads if "%" in other.text and other.text != head)
    return next((other for other in others if other.strip(" %()") == head), "")


def is_figure_cell(cell: str) -> bool:
    """Whether a cell holds a figure, or says that there is none."""
    return cell.lower() in _BLANKS or cell.lower() in STANDSTILLS or _read_cell(cell) is not None


def _read_cell(cell: str) -> Number | None:
    return read_number(cell.replace(" %", "%").replace(" bp", "bp"))


def _unit_of(head: str) -> str | None:
    lowered = head.lower()
    if "bp" in lowered:
        return "bp"
    return "%" if "%" in lowered or "pct" in lowered or "percent" in lowered else None


def read_headed_release(block: Block, heads: tuple[Head, ...], header: EconomicHeader) -> EconomicPrint | None:
    """The release that a line is under `heads`; country and period are those of `header` where the row has none.

    Without an actual figure it is one to come.
    """
    cells = split_row(block, heads)
    if cells is None:
        return None
    country, period = header
    indicator = ""
    unit = ""
    printed = False
    later: EconomicStatus | None = None
    figures: dict[Role, Number] = {}
    for (role, head, *_), cell in zip(heads, cells, strict=True):
        if role in ("actual", "consensus", "prior", "level"):
            printed = printed or bool(cell)
            if cell.lower() in _BLANKS:
                continue
            number = _read_figure(cell)
            if number is None:
                return None
            figures[_role_of_level(head, heads) if role == "level" else role] = number
        elif cell.lower() in _BLANKS or role == "other":
            continue
        elif role == "country":
            country = cell
        elif role == "period":
            number = read_number(cell)
            if number is not None and not is_year(cell):
                return None  # a cell is missing before it, and the figures stand one column off
            period, later = _split_period(cell)
        elif role == "name":
            indicator = f"{indicator} {cell}".lstrip()
        elif role == "unit":
            unit = cell
        else:
            return None
    if period is None and "(" in indicator:
        period, indicator = take_bracketed_period(indicator)
    if not any(head.role == "country" for head in heads):
        split = split_header(indicator)
        country, indicator = (split.country, split.rest) if split.country and not split.period else (country, indicator)
    status, words = take_status(indicator.split(), [])
    if period is None:
        period, words = take_last_period(words)
    if not words or not printed or "other" in figures:
        return None
    if unit and read_number(f"1{unit}"):
        figures = {role: one if one.unit else one._replace(unit=unit) for role, one in figures.items()}
    return make_release(
        EconomicHeader(country, period), " ".join(words), status or later,
        figures.get("actual"), figures.get("consensus"), figures.get("prior"), block.line,
    )  # fmt: skip


def _role_of_level(head: str, heads: tuple[Head, ...]) -> Role:
    """What "Last" is among releases: what came out beside a figure before it, else the one before. "Latest" alone is either."""
    roles = {head.role for head in heads}
    if "actual" in roles:
        return "other" if "prior" in roles else "prior"
    if "prior" in roles:
        return "actual"
    return "prior" if head.lower() == "last" else "other"


def _split_period(cell: str) -> tuple[str, EconomicStatus | None]:
    """ "3Q P", "Sep (final)" and "Q2, flash" have the status of the release beside its period."""
    period, _, word = cell.rpartition(" ")
    status = STATUSES.get(word.strip("()").lower()) if period else None
    return (period.rstrip(" ,"), status) if status else (cell, None)


def _read_figure(cell: str) -> Number | None:
    """The figure of a cell; its currency or scale may stand apart ("EUR 7.0 bn"), and two figures are none."""
    words = cell.split()
    return read_number("".join(words)) if sum(map(has_digit, words)) == 1 else None
