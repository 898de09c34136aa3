"""What the prose says about an index, against the Markets table.

    claim = index verb [number "%"]             "the Nikkei fell 1.2%"  "KOSPI closed higher"
          | index "led" ("the" …) direction     "The Hang Seng led the advances"
          | direction "led by" index            "gains led by the KOSPI"
          | country direction                   "Australia off slightly", in a paragraph that goes through the indices

Only claims about the session are held against the table: one that speaks of a week, a year, futures or a record is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.models import IndexLevel
from llm_wrap.parsing.countries import contradict_countries
from llm_wrap.parsing.digest import Prose
from llm_wrap.parsing.layout import Block
from llm_wrap.parsing.patterns import read_number
from llm_wrap.parsing.sentences import split_sentences


class Claim(NamedTuple):
    """A claim that the table contradicts. `words` is the start of it, to find its line."""

    message: str
    sentence: str
    words: str
    kind: str = "prose_table_mismatch"


_UP = frozenset(
    """
    rose gained climbed advanced jumped surged rallied added higher up rebounded soared ticked-up risen gaining rising
    """.split()
)
_DOWN = frozenset(
    """
    fell lost dropped declined slid slipped tumbled sank shed lower down plunged retreated eased slumped falling
    """.split()
)
_SOFT = frozenset("ended closed finished settled was were is and also index itself benchmark composite to".split())
_RISES = frozenset("advances gains gainers advance rally advancers upside risers rise higher".split())
_FALLS = frozenset(
    "losses declines decliners losers decline fallers downside selloff sell-off retreat drop lower".split()
)
# Words that make a claim one about something else than this session's close.
_ELSEWHERE = (
    "week", "month", "year", "ytd", "quarter", "since", "futures", "intraday", "early", "earlier", "morning", "midday", "at one point",
    "as much as", "before", "from ", "opening", "opened", "overnight", "yesterday", "on monday", "on tuesday", "on wednesday",
    "on thursday", "on friday", "session", "poised", "set to", "expected", "could", "would", "streak", "points", "tech index",
    "after ", "paring", "pared", "initially",
)  # fmt: skip
MAX_ROWS = 60
MAX_ROUND_UP = 5_000  # characters of such a paragraph; a real one has some 600
ROUND_UP = 3  # indices in a paragraph that goes through the markets, where a country's name stands for its index
MAX_SENTENCES = 5_000  # that name an index; a real wrap has some twenty


class _Table(NamedTuple):
    """The rows that claims are held against. `pattern` finds their names in lower-case text, the longest first."""

    rows: dict[str, list[IndexLevel]]  # by each name under which prose speaks of them
    pattern: re.Pattern[str]
    best: IndexLevel
    worst: IndexLevel
    up: list[IndexLevel]
    down: list[IndexLevel]


def check_claims(prose: Sequence[Prose], markets: Sequence[IndexLevel]) -> Iterator[tuple[Block, Claim]]:
    """The claims of `prose` that `markets` contradicts."""
    rows = [row for row in markets[:MAX_ROWS] if row.change_pct is not None]
    if not rows:
        return
    table = _index_rows(rows)
    missing = [name for name in _KNOWN if not any(_same_index(name, alias) for alias in table.rows)]
    left = MAX_SENTENCES
    for block, _ in prose:
        lowered = block.text.lower()
        if "led " in lowered:
            yield from ((block, claim) for claim in _find_unconfirmed(block.text, lowered, missing))
        if not table.pattern.search(lowered):
            continue
        if len(lowered) <= MAX_ROUND_UP and len({hit.group() for hit in table.pattern.finditer(lowered)}) >= ROUND_UP:
            for message, start, end in contradict_countries(block.text, rows):
                yield block, Claim(message, block.text[start:end], block.text[start:end])
        for sentence in split_sentences(block.text):
            left -= 1
            if left < 0:
                message = (
                    f"More than {MAX_SENTENCES:,} sentences stand with an index; those from here on are not checked."
                )
                yield block, Claim(message, sentence, sentence[:40], "over_limit")
                return
            yield from ((block, claim) for claim in _check_sentence(sentence, table))


def _index_rows(rows: list[IndexLevel]) -> _Table:
    named: dict[str, list[IndexLevel]] = {}
    for row in dict.fromkeys(row.name for row in rows):
        first = next(one for one in rows if one.name == row)
        for alias in _aliases(row):
            named.setdefault(alias, []).append(first)
    longest_first = sorted(named, key=len, reverse=True)
    # Literals only, none of which may touch a letter or digit: a match is linear whatever the rows are called.
    pattern = re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![^\W_])")
    return _Table(
        rows=named,
        pattern=pattern,
        best=max(rows, key=_percent),
        worst=min(rows, key=_percent),
        up=[row for row in rows if _percent(row) and not _percent(row).is_signed()],
        down=[row for row in rows if _percent(row) and _percent(row).is_signed()],
    )


def _aliases(name: str) -> list[str]:
    """The names under which prose speaks of a row."""
    lowered = name.lower()
    short = lowered.removesuffix(" composite").removesuffix(" index").removesuffix(" 225").removesuffix(" 30")
    return [lowered] if short == lowered or len(short) < 4 else [lowered, short]


def _check_sentence(sentence: str, table: _Table) -> Iterator[Claim]:
    lowered = sentence.lower()
    seen: set[str] = set()
    for hit in table.pattern.finditer(lowered):
        place, end = hit.span()
        for row in table.rows[hit.group()]:
            if row.name in seen:
                continue
            seen.add(row.name)
            message = (
                _check_lead(lowered, place, end, row, table)
                or _check_best(lowered, end, row, table)
                or _check_move(lowered, end, row)
            )
            if message:
                yield Claim(message, sentence, sentence[place:end])


# Indices that a claim may name though the table has no row for them.
_KNOWN = (
    "nikkei", "topix", "hang seng", "shanghai composite", "csi 300", "kospi", "kosdaq", "taiex", "asx", "sensex", "nifty",
    "straits times", "ftse 100", "ftse mib", "dax", "cac 40", "ibex", "smi", "stoxx 600", "s&p 500", "nasdaq", "dow", "russell 2000",
    "ibovespa", "bovespa", "merval", "ipsa",
)  # fmt: skip


def _same_index(name: str, alias: str) -> bool:
    return name in alias or alias in name


def _find_unconfirmed(text: str, lowered: str, missing: list[str]) -> Iterator[Claim]:
    """ "The Taiex led the advances" where the table has no Taiex."""
    for name in missing:
        place = lowered.find(f"{name} led ")
        if place < 0 or not _stands_alone(lowered, place, len(name)):
            continue
        words = [word.strip(".,;") for word in lowered[place + len(name) : place + len(name) + 40].split()]
        if (_RISES | _FALLS) & set(words[1:4]):
            shown = text[place : place + len(name)]
            message = f"The text has {shown} leading the market, and the table has no row of it to confirm that."
            yield Claim(message, text[max(0, place - 60) : place + 120], shown)


def _stands_alone(text: str, place: int, length: int) -> bool:
    before = text[place - 1] if place else " "
    after = text[place + length] if place + length < len(text) else " "
    return not before.isalnum() and not after.isalnum()


def _check_lead(text: str, place: int, end: int, row: IndexLevel, table: _Table) -> str | None:
    """ "The Hang Seng led the advances" when another index rose more."""
    after = [word.strip(".,;") for word in text[end : end + 60].split()] if "led" in text[end : end + 12] else []
    if after[:1] == ["led"] or after[:2] == ["also", "led"]:
        words = after[1:5]
    elif text[max(0, place - 12) : place].endswith(("led by ", "led by the ")):
        words = [word.strip(".,;") for word in text[max(0, place - 60) : place].split()][:-2]
    else:
        return None
    down = not _FALLS.isdisjoint(words)
    if not down and _RISES.isdisjoint(words):
        return None
    own = _percent(row)
    best = table.worst if down else table.best
    if best.name == row.name or _percent(best) == own:
        return None
    verb = "fell" if down else "rose"
    return (
        f"The text has {row.name} leading the {'declines' if down else 'advances'}, but {best.name} {verb} more: "
        f"{_percent(best)}% (line {best.line}) against {own}%."
    )


def _check_best(text: str, end: int, row: IndexLevel, table: _Table) -> str | None:
    """ "KOSPI rose most", "CAC 40 was the only gainer", "the DAX the worst performer"."""
    clause = text[end : end + 60].split(",", 1)[0].split(";", 1)[0].split(". ", 1)[0]
    if "most" not in clause and "only" not in clause and "perform" not in clause:
        return None
    words = [word.strip(".") for word in clause.split()][:7]
    if any(word in clause for word in ("week", "month", "year", "after", "since", "sector")):
        return None
    own = _percent(row)
    while words and words[0] in {"was", "is", "were", "the", "index", "as"}:
        words.pop(0)
    if len(words) < 2:
        return None
    if words[0] == "only" and words[1].rstrip("s") in {"gainer", "riser", "advancer", "decliner", "faller", "loser"}:
        down = words[1].rstrip("s") in {"decliner", "faller", "loser"}
        other = next((one for one in (table.down if down else table.up) if one.name != row.name), None)
        if other:
            return (
                f"The text has {row.name} as the only {words[1]}, but {other.name} is at {_percent(other)}% "
                f"(line {other.line})."
            )
        return None
    verb, rest = words[0], words[1:3]
    most = rest[:1] == ["most"] or rest == ["the", "most"]
    down = most and verb in _DOWN
    if not down and not (most and verb in _UP):
        if words[0] in {"best", "strongest", "top", "weakest", "worst"} and rest[:1] in (["performer"], ["performing"]):
            down = words[0] in {"weakest", "worst"}
        else:
            return None
    best = table.worst if down else table.best
    if best.name == row.name or _percent(best) == own:
        return None
    return (
        f"The text has {row.name} {'down' if down else 'up'} most, but {best.name} is at {_percent(best)}% "
        f"(line {best.line}) against {own}%."
    )


def _percent(row: IndexLevel) -> Decimal:
    return row.change_pct if row.change_pct is not None else Decimal(0)


def _check_move(text: str, end: int, row: IndexLevel) -> str | None:
    """ "Nikkei fell 1.2%" when the table has it up, or down by another figure."""
    message = _contradict(text, end, row)
    if message is None:
        return None
    around = text[max(0, end - 60) : end + 90]
    return None if any(word in around for word in _ELSEWHERE) else message


def _contradict(text: str, end: int, row: IndexLevel) -> str | None:
    clause = text[end : end + 70].split(",", 1)[0].split(";", 1)[0].split(" while ", 1)[0].split(" as ", 1)[0]
    words = clause.split()
    index = 0
    while index < len(words) and words[index].strip(".") in _SOFT:
        index += 1
    if index >= len(words) or index > 3:
        return None
    verb = words[index].strip(".")
    up, down = verb in _UP, verb in _DOWN
    if not up and not down:
        return None
    own = _percent(row)
    if own and own.is_signed() == up:
        return f"The text has {row.name} {'up' if up else 'down'}, the table has {own}% (line {row.line})."
    following = words[index + 1 : index + 3]
    if following[:1] == ["by"]:
        following = following[1:]
    number = read_number(following[0].rstrip(".;,")) if following else None
    if number is None or number.unit != "%":
        return None
    exponent = number.value.as_tuple().exponent
    room = Decimal(6).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    if abs(abs(number.value) - abs(own)) > room:
        return (
            f"The text has {row.name} {'up' if up else 'down'} {number.value}%, the table has {own}% (line {row.line})."
        )
    return None
