"""How much of the reading is right, per module. In: cases. Out: counts of what was found, expected, and right.

What counts: an event, an expectation, a fact of a company, a tape check, a graded item, a currency row, a watched name that
is mentioned, a defect. One is right when every field that the case scores is; a case without any tests that nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from llm_wrap.evaluation.reading_cases import ReadingCase, build_item, build_labels, build_text_wrap, build_wrap
from llm_wrap.models import CalendarEvent, CurrencyRate, Expectation, ParseIssue
from llm_wrap.reading.attribution import attribute_item
from llm_wrap.reading.currency import word_currencies
from llm_wrap.reading.day import read_day
from llm_wrap.reading.ledger import keep_ledger

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A case: how many were `found`, `expected`, and `right`; `wrong` tells what was not, in words."""

    case: ReadingCase
    found: int
    expected: int
    right: int
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleScore:
    """All cases of a module and a split. Precision and recall are None where there is nothing to divide by."""

    module: str
    split: str
    cases: int
    found: int
    expected: int
    right: int
    wrong: tuple[tuple[str, str], ...]

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.right / self.expected if self.expected else None


def score_reading(cases: Iterable[ReadingCase]) -> tuple[ModuleScore, ...]:
    """One score a module and split, in the order of the cases."""
    outcomes: dict[tuple[str, str], list[Outcome]] = {}
    for case in cases:
        outcomes.setdefault((case.module, case.split), []).append(_SCORERS[case.module](case))
    return tuple(
        ModuleScore(
            module=module,
            split=split,
            cases=len(those),
            found=sum(one.found for one in those),
            expected=sum(one.expected for one in those),
            right=sum(one.right for one in those),
            wrong=tuple((one.case.name, words) for one in those for words in one.wrong),
        )
        for (module, split), those in outcomes.items()
    )


def _match(case: ReadingCase, found: list[Any], expected: list[Any], fits: Callable[[Any, Any], bool]) -> Outcome:
    """Pairs each expected one with one found that fits."""
    left = list(found)
    missing = []
    for want in expected:
        hit = next((one for one in left if fits(one, want)), None)
        if hit is None:
            missing.append(want)
        else:
            left.remove(hit)
    wrong = (*(f"missing: {one}" for one in missing), *(f"found: {one}" for one in left))
    return Outcome(
        case=case, found=len(found), expected=len(expected), right=len(expected) - len(missing), wrong=tuple(wrong)
    )


# --- calendar and expectations --------------------------------------------------------------------------------------


def _score_calendar(case: ReadingCase) -> Outcome:
    wrap = build_text_wrap(case.told) if "text" in case.told else build_wrap(case.told)
    events = list(read_day(wrap).calendar)
    expected: list[Any] = []
    for want in case.told["events"]:
        days = (date.fromisoformat(want["start"]), date.fromisoformat(want["end"]))
        split = [one for one in events if days[0] <= one.start == one.end <= days[1]]
        if want.get("split_ok") and len(split) == (days[1] - days[0]).days + 1 > 1:
            expected += [
                {**want, "start": one.start.isoformat(), "end": one.end.isoformat(), "words": one.words}
                for one in split
            ]
        else:
            expected.append(want)
    return _match(case, events, expected, _is_event)


def _is_event(found: CalendarEvent, want: Mapping[str, Any]) -> bool:
    return (
        _words_overlap(found.words, want["words"])
        and _in_range(found.start, want.get("start_in") or [want["start"], want["start"]])
        and _in_range(found.end, want.get("end_in") or [want["end"], want["end"]])
        and want.get("what", "").casefold() in found.what.casefold()
    )


def _in_range(day: date, allowed: list[str]) -> bool:
    return allowed[0] <= day.isoformat() <= allowed[1]


def _words_overlap(one: str, other: str) -> bool:
    left, right = _bare(one), _bare(other)
    return left in right or right in left


def _bare(words: str) -> str:
    parts = words.casefold().split()
    while parts and parts[0] in ("on", "from", "by", "the", "in", "until", "to", "over", "at", "before"):
        parts.pop(0)
    return " ".join(parts)


def _score_expectations(case: ReadingCase) -> Outcome:
    found = list(read_day(build_text_wrap(case.told)).expectations)
    return _match(case, found, case.told["expectations"], _is_expectation)


def _is_expectation(found: Expectation, want: Mapping[str, Any]) -> bool:
    either = want.get("either", {})
    for field in ("country", "indicator", "period", "consensus", "prior", "unit", "due"):
        if field not in want:
            continue
        allowed = (want[field], *either.get(field, ()))
        if not any(_same_value(field, getattr(found, field), one) for one in allowed):
            return False
    return True


def _same_value(field: str, found: object, want: object) -> bool:
    if found is None or want is None:
        return found is want
    if isinstance(found, Decimal):
        return _NUMBER.fullmatch(str(want)) is not None and found == Decimal(str(want))  # "4.25-4.50" is none
    if isinstance(found, date):
        return found.isoformat() == want
    left, right = str(found).casefold(), str(want).casefold()
    return left in right or right in left if field in ("country", "indicator") else left == right


# --- companies ------------------------------------------------------------------------------------------------------


def _score_exposure(case: ReadingCase) -> Outcome:
    told = case.told["wrap"]
    reading = read_day(build_wrap(told), labels=build_labels(told))
    found = [
        (one.ticker, fact.role, fact.direction, frozenset((place.section, place.item) for place in fact.places))
        for one in reading.exposure
        if one.ticker
        for fact in one.facts
    ]
    expected = [
        {**fact, "ticker": one["ticker"], "also": one.get("ticker_ok", ())}
        for one in case.told["exposure"]
        for fact in one["facts"]
    ]
    return _match(case, found, expected, _is_fact)


def _is_fact(found: tuple[str, str, str | None, frozenset[tuple[str, int]]], want: Mapping[str, Any]) -> bool:
    ticker, role, direction, places = found
    return (
        ticker in (want["ticker"], *want["also"])
        and role in want.get("role_ok", [want["role"]])
        and want["direction"] in ("any", direction)
        and places == {(place["section"], place["item"]) for place in want["places"]}
    )


def _score_tape(case: ReadingCase) -> Outcome:
    told = case.told["wrap"]
    found = [
        (one.item, one.company, one.ticker, one.change_pct, one.verdict)
        for one in read_day(build_wrap(told), labels=build_labels(told)).tape
    ]
    due = []
    for want in case.told["tape"]:
        there = any((one[0], one[2]) == (want["item"], want["ticker"]) for one in found)
        if there or not want.get("optional"):
            due.append(want)
    return _match(case, found, due, _is_check)


def _is_check(found: tuple[int, str, str | None, Decimal, str], want: Mapping[str, Any]) -> bool:
    item, company, ticker, change, verdict = found
    return (
        (item, company, ticker) == (want["item"], want["company"], want["ticker"])
        and verdict in want.get("verdict_ok", [want["verdict"]])
        and change == Decimal(want["change_pct"])
    )


def _score_watchlist(case: ReadingCase) -> Outcome:
    reading = read_day(build_wrap(case.told["wrap"]), watch=case.told["watch"])
    found = [one.name for one in reading.watchlist if one.places]
    expected = [name for name, there in case.told["matched"].items() if there]
    return _match(case, found, expected, str.__eq__)


# --- rows and items -------------------------------------------------------------------------------------------------


def _score_attribution(case: ReadingCase) -> Outcome:
    told = case.told
    found = attribute_item("digest", 0, build_item(told))
    outlets = [_bare_outlet(name) for name in found.outlets]
    right = (
        found.grade in told.get("grade_ok", [told["grade"]])
        and outlets == [_bare_outlet(name) for name in told["outlets"]]
        and (told["single_source"] is None or found.single_source == told["single_source"])
    )
    said = "" if right else f"{found.grade}, {found.outlets}, single {found.single_source}, {found.words!r}"
    # An item that nobody stands for counts where it is said to have somebody, and not where nothing is said.
    given, due = found.grade != "unattributed" or bool(outlets), told["grade"] != "unattributed"
    return Outcome(
        case=case,
        found=int(given),
        expected=int(due),
        right=int(right and given and due),
        wrong=() if right else (f"found: {said}",),
    )


def _bare_outlet(name: str) -> str:
    return name.casefold().removeprefix("the ")


_SAME_WORDS = {"firmer": "stronger", "up": "stronger", "softer": "weaker", "down": "weaker"}


def _score_currency(case: ReadingCase) -> Outcome:
    change = case.told.get("change_pct")
    rate = CurrencyRate(
        pair=case.told["pair"],
        change=Decimal(case.told["change"]) if case.told.get("change") else None,
        change_pct=Decimal(change) if change is not None else None,
        level=None,
    )
    found = [_plain_words(one.words) for one in word_currencies((rate,))]
    wanted = [_plain_words(words) for words in case.told["words_any"]]
    right = bool(found) and any(_says(found[0], words) for words in wanted)
    right = right and not any(_says(found[0], _plain_words(words)) for words in case.told.get("not", ()))
    wrong = () if right or (not found and not wanted) else (f"found: {found}",)
    return Outcome(case=case, found=len(found), expected=int(bool(wanted)), right=int(right), wrong=wrong)


def _plain_words(words: str) -> str:
    return " ".join(_SAME_WORDS.get(word, word) for word in words.casefold().split())


def _says(found: str, words: str) -> bool:
    """Whether `words` stand in `found` as whole words, not inside a longer name: "dollar weaker" is no "Taiwan dollar weaker"."""
    place = f" {found} ".find(f" {words} ")
    if place < 0:
        return False
    before = found[:place].split()
    return not (words.startswith("dollar") and before and before[-1] in _DOLLARS)


_DOLLARS = frozenset("australian canadian taiwan zealand kong singapore".split())


def _score_ledger(case: ReadingCase) -> Outcome:
    issues = [
        ParseIssue(line=one["line"], kind=one["kind"], message=one["message"], text=one["text"])
        for one in case.told["issues"]
    ]
    entries = list(keep_ledger(issues))
    wanted = list(zip(issues, case.told["must_say"], strict=True))
    return _match(
        case,
        entries,
        wanted,
        lambda entry, want: (
            (entry.kind, entry.line) == (want[0].kind, want[0].line)
            and all(_bare_figure(part) in _bare_figure(entry.text) for part in want[1])
        ),
    )


def _bare_figure(words: str) -> str:
    return words.casefold().replace(",", "").replace("-", "").replace("+", "")


_SCORERS: Mapping[str, Callable[[ReadingCase], Outcome]] = {
    "calendar": _score_calendar,
    "expectations": _score_expectations,
    "exposure": _score_exposure,
    "tape": _score_tape,
    "watchlist": _score_watchlist,
    "attribution": _score_attribution,
    "currency": _score_currency,
    "ledger": _score_ledger,
}
