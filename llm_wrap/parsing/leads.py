"""Which index the prose has in front, against the Markets table.

claim = index "led" ("the" …) direction     "The Hang Seng led the advances"
      | direction "led by" index            "gains led by the KOSPI"
      | index verb "most"                   "KOSPI rose most"
      | index "the only" direction          "CAC 40 was the only gainer"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.models import IndexLevel
from llm_wrap.parsing.market_claims import Found
from llm_wrap.parsing.moves import DOWN, UP
from llm_wrap.parsing.quotes import name_index
from llm_wrap.parsing.sentences import split_sentences

_RISES = frozenset("advances gains gainers advance rally advancers upside risers rise higher".split())
_FALLS = frozenset(
    "losses declines decliners losers decline fallers downside selloff sell-off retreat drop lower".split()
)
MAX_ROWS = 60
MAX_SENTENCES = 5_000  # in which an index may be said to lead; a real wrap has some twenty
_NEAR = 80  # characters between such a word and its index
_CUES = (" led ", " most", " only ", " perform")


class Table(NamedTuple):
    """The rows that claims are held against. `pattern` finds their names in lower-case text, the longest first."""

    rows: dict[str, list[IndexLevel]]  # by each name under which prose speaks of them
    pattern: re.Pattern[str]
    best: IndexLevel
    worst: IndexLevel
    up: list[IndexLevel]
    down: list[IndexLevel]


def read_table(markets: Sequence[IndexLevel]) -> Table | None:
    """The rows with a change; None where there are none."""
    rows = [row for row in markets[:MAX_ROWS] if row.change_pct is not None]
    if not rows:
        return None
    named: dict[str, list[IndexLevel]] = {}
    for row in {row.name: row for row in reversed(rows)}.values():
        for alias in name_index(row.name):
            named.setdefault(alias, []).append(row)
    longest_first = sorted(named, key=len, reverse=True)
    # Literals only, none of which may touch a letter or digit: a match is linear whatever the rows are called.
    pattern = re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![^\W_])")
    return Table(
        rows=named,
        pattern=pattern,
        best=max(rows, key=_percent),
        worst=min(rows, key=_percent),
        up=[row for row in rows if _percent(row) and not _percent(row).is_signed()],
        down=[row for row in rows if _percent(row) and _percent(row).is_signed()],
    )


def check_leads(text: str, lowered: str, table: Table) -> Iterator[Found]:
    """The claims of a paragraph that the rows contradict or cannot confirm. `lowered`: its text in lower case."""
    if " led " in lowered:
        yield from _find_unconfirmed(text, lowered, table)
    if any(_stands_near(lowered, cue, table) for cue in _CUES):
        for sentence in split_sentences(text)[:MAX_SENTENCES]:
            if any(cue in sentence for cue in _CUES):
                yield from _check_sentence(sentence, table)


def _stands_near(lowered: str, cue: str, table: Table) -> bool:
    """Whether an index is named near a cue."""
    place = lowered.find(cue)
    while place >= 0:
        if table.pattern.search(lowered, max(0, place - _NEAR), place + _NEAR):
            return True
        place = lowered.find(cue, place + _NEAR)
    return False


def _check_sentence(sentence: str, table: Table) -> Iterator[Found]:
    lowered = sentence.lower()
    seen: set[str] = set()
    for hit in table.pattern.finditer(lowered):
        place, end = hit.span()
        for row in table.rows[hit.group()]:
            if row.name in seen:
                continue
            seen.add(row.name)
            message = _check_lead(lowered, place, end, row, table) or _check_best(lowered, end, row, table)
            if message:
                yield Found(message, sentence, sentence[place:end])


# Indices that a claim may name though the table has no row for them.
_KNOWN = (
    "nikkei", "topix", "hang seng", "shanghai composite", "csi 300", "kospi", "kosdaq", "taiex", "asx", "sensex", "nifty",
    "straits times", "ftse 100", "ftse mib", "dax", "cac 40", "ibex", "smi", "stoxx 600", "s&p 500", "nasdaq", "dow", "russell 2000",
    "ibovespa", "bovespa", "merval", "ipsa",
)  # fmt: skip


def _same_index(name: str, alias: str) -> bool:
    return name in alias or alias in name


def _find_unconfirmed(text: str, lowered: str, table: Table) -> Iterator[Found]:
    """ "The Taiex led the advances" where the table has no Taiex."""
    for name in _KNOWN:
        place = lowered.find(f"{name} led ")
        if place < 0 or not _stands_alone(lowered, place, len(name)):
            continue
        if any(_same_index(name, alias) for alias in table.rows):
            continue
        words = [word.strip(".,;") for word in lowered[place + len(name) : place + len(name) + 40].split()]
        if (_RISES | _FALLS) & set(words[1:4]):
            shown = text[place : place + len(name)]
            message = f"The text has {shown} leading the market, and the table has no row of it to confirm that."
            yield Found(message, text[max(0, place - 60) : place + 120], shown)


def _stands_alone(text: str, place: int, length: int) -> bool:
    before = text[place - 1] if place else " "
    after = text[place + length] if place + length < len(text) else " "
    return not before.isalnum() and not after.isalnum()


def _check_lead(text: str, place: int, end: int, row: IndexLevel, table: Table) -> str | None:
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


def _check_best(text: str, end: int, row: IndexLevel, table: Table) -> str | None:
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
    down = most and verb in DOWN
    if not down and not (most and verb in UP):
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
