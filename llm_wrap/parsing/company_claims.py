"""What the prose says of a company's share, against the company's row among the movers.

    claim = name "(" ticker ")" move                                    "Nucor (NUE) fell 4.4%"
          | name "(" ticker ")" {"," | "and" name "(" ticker ")"} move   "Ford (F) and General Motors (GM) rose 1.8% and 2.2%"
          | claim ("," | "and") name "(" ticker ")" figure              "…, Nucor (NUE) 4.4% and Century (CENX) 6.0%"
          | name move                                                   "Delta gained 1.7%", where a row or a ticker has that name
          | ("The" | "Its") "shares" move                               of the company that the paragraph is about
          | … "and" verb figure                                         of the company that opens the sentence, if the figure is its row's with a slip

A row of a recap is the close of the company's own market, so a plain figure must be the row's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from llm_wrap.models import DigestItem, MarketWrap, Mover
from llm_wrap.parsing.market_claims import Found
from llm_wrap.parsing.mentions import Mention
from llm_wrap.parsing.moves import (
    Move,
    Words,
    ends_sentence,
    is_elsewhere,
    last_digit,
    looks_slipped,
    quote_sentence,
    read_move,
    within,
)
from llm_wrap.parsing.patterns import read_number, strip_ticker_marks
from llm_wrap.parsing.words import common_words

MAX_ROWS = 500
_REACH = 40  # words behind a company in which its second verb may stand
# Verbs that say of a company that its share moved; "dropped a plan", "added stores", "lost a case" and "eased prices" do not.
_OF_SHARES = frozenset(
    "rose fell jumped climbed slid slipped tumbled rallied surged plunged slumped sank gained up down higher lower".split()
)
_BEHIND_MOVE = frozenset("in on after with as while for and by sharply most to too when amid alongside also".split())
_LEADS = frozenset("and while as with but whereas although".split())
_NOT_ITS_OWN = frozenset(
    "of to in at by for from on against than like between into over about via into under versus".split()
)
_COUNTS = frozenset("of y/y q/q m/m yoy qoq organically stake more fewer growth sales".split())
SHARES = frozenset(("shares", "stock"))


class Share(NamedTuple):
    """A company's row, or several that agree."""

    name: str
    percent: Decimal
    line: int


class Shares(NamedTuple):
    """The movers by ticker and by name; None where a ticker has two rows that differ. `codes`: tickers of companies without a row."""

    by_ticker: dict[str, Share | None]
    by_name: dict[str, list[tuple[tuple[str, ...], Share]]]


class About(NamedTuple):
    """The company that an item is about: the first that it names with a ticker. `alone`: it names no other."""

    ticker: str
    alone: bool


class _Named(NamedTuple):
    """A company that a sentence names with its ticker: the first word of the name, the word behind the bracket."""

    start: int
    end: int
    ticker: str
    share: Share | None


def find_shares(wrap: MarketWrap) -> Shares | None:
    """The movers' rows; None where the wrap is no recap or has none."""
    rows: Sequence[Mover] = (*wrap.gainers[:MAX_ROWS], *wrap.decliners[:MAX_ROWS])
    if wrap.kind != "recap" or not rows:
        return None
    by_ticker: dict[str, Share | None] = {}
    names: dict[tuple[str, ...], Share | None] = {}
    for row in rows:
        own = Share(row.name or row.ticker or "", row.change_pct, row.line)
        if row.ticker:
            before = by_ticker.get(row.ticker, own)
            by_ticker[row.ticker] = own if before and before.percent == own.percent else None
        if row.name and len(row.name) > 2:
            words = tuple(row.name.lower().split()[:6])
            names[words] = None if words in names else own
    by_name: dict[str, list[tuple[tuple[str, ...], Share]]] = {}
    for words, share in names.items():
        if share:
            by_name.setdefault(words[0], []).append((words, share))
    return Shares(by_ticker, by_name)


def find_about(item: DigestItem) -> About | None:
    """The company that an item is about; None where its headline and first sentence name none by ticker."""
    opening = f"{item.headline} {item.sentences[0] if item.sentences else ''}"
    if not item.tickers or item.tickers[0] not in opening:
        return None
    return About(item.tickers[0], len(item.tickers) == 1)


def check_companies(
    words: Words, places: Sequence[int], shares: Shares, mentions: Sequence[Mention], about: About | None, today: str
) -> Iterator[Found]:
    """The claims of a paragraph that the rows contradict. `places`: of its words that may open one, tickers aside."""
    rowed = any(one.ticker in shares.by_ticker for one in mentions)
    if not rowed and not places:
        return
    named = _find_named(words, shares, mentions) if rowed else []
    inherited: Move | None = None
    for place, one in enumerate(named):
        move = _read_behind(words, one)
        if not move and inherited and not _follows(words, named[place - 1], one):
            inherited = None
        if move or inherited:
            yield from _check_list(words, named, place, move, inherited, today)
        inherited = move or inherited
    for place in places:
        word = words.low[place]
        if word in SHARES:
            yield from _check_bare(words, place, shares, mentions, about, today)
        elif word in shares.by_name and _opens_clause(words, place):
            yield from _check_name(words, place, shares, today)
    if rowed:
        yield from _check_second(words, named, today)


def _opens_clause(words: Words, place: int) -> bool:
    return place == 0 or words.low[place - 1][-1] in ".,;:" or words.low[place - 1] in _LEADS


def _find_named(words: Words, shares: Shares, mentions: Sequence[Mention]) -> list[_Named]:
    """The companies that stand with their ticker in brackets."""
    codes = {one.ticker for one in mentions}
    found: list[_Named] = []
    for place in [place for place, word in enumerate(words.printed) if word[0] == "(" and place]:
        word = words.printed[place]
        inner, end = word, place + 1
        if ")" not in word and end < len(words.printed):
            inner, end = f"{word} {words.printed[end]}", end + 1  # "(AKBNK TI)"
        ticker = strip_ticker_marks(inner.lstrip("(").partition(")")[0])
        if ticker not in codes or "," in inner.partition(")")[0]:
            continue
        start = place - 1
        while (
            start > 0
            and start > place - 6
            and words.printed[start - 1][0].isupper()
            and words.printed[start - 1][-1] not in ".,;:)"
        ):
            start -= 1
        found.append(_Named(start, end, ticker, shares.by_ticker.get(ticker)))
    return found


def _read_behind(words: Words, one: _Named) -> Move | None:
    """The move that a company's ticker is followed by."""
    if one.end >= len(words.low) or words.low[one.end - 1][-1] in ".,;:":
        return None
    return read_move(words, one.end)


def _check_list(
    words: Words, named: list[_Named], place: int, move: Move | None, inherited: Move | None, today: str
) -> Iterator[Found]:
    """The claims of the move behind a company, for it and those that are listed before it; and of a figure that takes the verb before it."""
    one = named[place]
    first = place
    while first and _joins(words, named[first - 1], named[first]):
        first -= 1
    if not _is_own(words, named[first].start):
        return
    if move is None:
        figure = _read_percent(words, one.end) if inherited and words.low[one.end - 1][-1] == ")" else None
        if inherited and figure is not None:
            yield from _tell(words, one, Move(inherited.up, figure, "%", None, one.end, one.end + 1), today)
        return
    companies = named[first : place + 1]
    figures = [move.figure] * len(companies)
    if len(companies) > 1 and move.figure is not None:
        more = _read_percent(words, move.end + 1) if words.low[move.end : move.end + 1] == ["and"] else None
        each = words.low[move.end : move.end + 1] in (["each"], ["each."], ["each,"])
        figures = (
            [move.figure, more]
            if more is not None and len(companies) == 2
            else [move.figure if each else None] * len(companies)
        )
    for company, figure in zip(companies, figures, strict=True):
        yield from _tell(words, company, move._replace(figure=figure), today)


def _joins(words: Words, one: _Named, other: _Named) -> bool:
    """Whether two companies stand in one list: "Ford (F) and General Motors (GM)", "Ford (F), GM (GM)"."""
    between = words.low[one.end : other.start]
    comma = words.printed[one.end - 1].endswith("),")
    return (between == [] and comma) or (between == ["and"] and (comma or words.printed[one.end - 1].endswith(")")))


def _follows(words: Words, one: _Named, other: _Named) -> bool:
    """Whether a company follows at once on the move of another: "fell 8.2%, Nucor (NUE) 4.4%"."""
    between = words.low[one.end : other.start]
    return len(between) <= 4 and not any(word[-1] in ".;" for word in between)


def _read_percent(words: Words, place: int) -> Decimal | None:
    number = read_number(words.printed[place].rstrip(".,;:")) if place < len(words.printed) else None
    return number.value if number and number.unit == "%" and not number.signed else None


def _is_own(words: Words, start: int) -> bool:
    """Whether a name is its clause's subject, and not "suppliers to Apple (AAPL)"."""
    before = words.low[start - 1].strip("\"'(") if start else ""
    if before in ("of", "in") and start > 1 and words.low[start - 2] in SHARES:
        return words.low[start] not in ("rivals", "peers")
    return before not in _NOT_ITS_OWN


def _tell(words: Words, company: _Named, move: Move, today: str) -> Iterator[Found]:
    if company.share is None:
        return
    message = _contradict(words, move, company.share)
    if message and not is_elsewhere(words, company.start, move, today):
        yield Found(message, quote_sentence(words, company.start), words.printed[company.end - 1])


def _contradict(words: Words, move: Move, share: Share) -> str | None:
    own = share.percent
    told = f"The text has {share.name} {move.told}, its row has {own}% (line {share.line})."
    figure = move.figure if move.unit == "%" else None
    if figure is not None and _is_of_something(words, move.end):
        return None
    other_way = bool(own) and own.is_signed() == move.up
    if figure is None:
        return told if other_way and move.unit == "" and _is_of_share(words, move) else None
    if within(figure, abs(own), last_digit(figure)):
        return told if other_way else None
    return told


def _is_of_something(words: Words, place: int) -> bool:
    """Whether a figure is a part or a count of something: "lost 3% of its customers", "up 4% y/y", "gained 2% to its lead"."""
    behind = words.low[place : place + 2]
    return behind[:1] != [] and (behind[0] in _COUNTS or behind in (["to", "its"], ["to", "their"]))


def _is_of_share(words: Words, move: Move) -> bool:
    """Whether a move without a figure is one of the share: "rose in sympathy", and not "gained approval"."""
    verb = words.low[move.end - 1] if move.level is None else ""
    behind = words.low[move.end] if move.end < len(words.low) else ""
    return verb.rstrip(".,;:") in _OF_SHARES and (verb[-1] in ".,;:" or behind in _BEHIND_MOVE)


def _check_bare(
    words: Words, place: int, shares: Shares, mentions: Sequence[Mention], about: About | None, today: str
) -> Iterator[Found]:
    """ "Shares fell 9.7%": of the company that the paragraph is about, or of the one named last, and only told where neither row bears it out."""
    before = words.low[place - 1] if place else "."
    if not (before[-1] in ".;" or before in ("the", "its")) or (
        before in ("the", "its") and place > 1 and words.low[place - 2][-1] not in ".,;"
    ):
        return
    move = read_move(words, place + 1) if place + 1 < len(words.low) else None
    if move is None or about is None:
        return
    own = shares.by_ticker.get(about.ticker)
    message = _contradict(words, move, own) if own else None
    if not own or not message or is_elsewhere(words, place, move, today):
        return
    latest = [one for one in _find_named(words, shares, mentions) if one.end <= place][-1:]
    if any(one.share is None or not _contradict(words, move, one.share) for one in latest):
        return
    if about.alone or (move.figure is not None and _is_slip(move, own)):
        yield Found(message, quote_sentence(words, place), words.printed[place])


def _is_slip(move: Move, share: Share) -> bool:
    """Whether a figure is the row's with the other sign, or with its digits in another order."""
    figure, own = move.figure or Decimal(0), share.percent
    if within(figure, abs(own), last_digit(figure)):
        return own.is_signed() == move.up
    return looks_slipped(figure, own) and own.is_signed() != move.up


def _check_name(words: Words, place: int, shares: Shares, today: str) -> Iterator[Found]:
    """ "Delta Air Lines gained 1.7%" """
    for name, share in shares.by_name[words.low[place]]:
        end = place + len(name)
        if tuple(words.low[place:end]) != name or not words.printed[place][0].isupper() or end >= len(words.low):
            continue
        move = read_move(words, end)
        if move is None or move.figure is None:
            continue
        message = _contradict(words, move, share)
        is_word = len(name) == 1 and name[0] in common_words()  # "Target rose 3%" may be a price target
        if message and not is_word and not is_elsewhere(words, place, move, today):
            yield Found(message, quote_sentence(words, place), words.printed[place])


def _check_second(words: Words, named: list[_Named], today: str) -> Iterator[Found]:
    """ "3M (MMM) reported …, and fell 1.5%": the figure of a second verb, where it is the row's with a slip."""
    for place, one in enumerate(named):
        if one.share is None or (one.start and not ends_sentence(words, one.start - 1)):
            continue
        until = named[place + 1].start if place + 1 < len(named) else len(words.low)
        for here in range(one.end, min(until, one.end + _REACH)):
            move = read_move(words, here + 1) if words.low[here] == "and" else None
            if move is None or move.figure is None or move.unit != "%" or move.end > until:
                continue
            if any(ends_sentence(words, between) for between in range(one.end - 1, here)):
                break
            if _is_slip(move, one.share) and not is_elsewhere(words, here, move, today):
                message = f"The text has {one.share.name} {move.told}, its row has {one.share.percent}% (line {one.share.line})."
                yield Found(message, quote_sentence(words, one.start), words.printed[one.start])
