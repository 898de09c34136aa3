"""Faithful sentences made unfaithful, one error each: what a guard must not let through.

Groups, as they are counted:
    numbers   a digit, the unit, the currency, the scale, the sign, a date, a ticker: something that the source does not have
    swaps     two numbers or two names of the source change places, or one stands where another belongs
    polarity  rose for fell, beat for missed, a "not" more or less
    hedges    "reportedly", "likely", "may" left out

Nothing here knows how the guard works. A change that may leave the sentence true is not made: numbers that the source has
elsewhere, names that are merely listed together, ends of a range; what is left of such cases is in `still_true.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from llm_wrap.parsing.mentions import find_mentions

MutationGroup = Literal["numbers", "swaps", "polarity", "hedges"]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A sentence with one error: `kind` says which, `changed` shows it."""

    group: MutationGroup
    kind: str
    text: str
    changed: str


def mutate_sentence(text: str, cited: Sequence[str]) -> Iterator[Mutation]:
    """Every error that can be made in `text`, each once; `cited` are the sentences that it rests on."""
    source = " ".join(cited)
    seen = {text}
    for mutation in (
        *_change_digits(text, source),
        *_change_units(text, source),
        *_change_signs(text, source),
        *_change_dates(text, source),
        *_change_tickers(text, cited),
        *_swap_numbers(text, source),
        *_swap_names(text, source),
        *_flip_words(text),
        *_negate(text),
        *_drop_hedges(text),
    ):
        if mutation.text not in seen:
            seen.add(mutation.text)
            yield mutation


# "$1.5B" without its sign and unit: the digits alone
_DIGITS = re.compile(
    r"(?<![A-Za-z0-9.,])(?P<n>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?)(?![0-9])(?!(?:st|nd|rd|th)\b)(?![A-Z]*-[A-Z])"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\Z")


def _numbers(text: str) -> list[re.Match[str]]:
    return [found for found in _NUMBER.finditer(text) if not _YEAR.match(found["n"])]


_NUMBER = re.compile(
    r"""(?<![A-Za-z0-9.,-])(?P<before>-?(?:(?:US|HK|NT|A)?\$|€|£|¥|CNY|KRW|INR|DKK|PHP|ARS|TWD\ |SEK\ |ISK\ |ILS|JPY)?)
    (?P<n>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?)
    (?P<after>%|bn|[BTMK](?![A-Za-z0-9])|\ (?:billion|trillion|million|percent|basis\ points|barrels\ a\ day|tonnes|tons|points)\b(?:\ (?:euros|yen|tonnes|tons|barrels\ a\ day))?|)
    (?![A-Za-z0-9])(?!-[0-9])""",
    re.VERBOSE,
)


def _change_digits(text: str, source: str) -> Iterator[Mutation]:
    for number, found in enumerate(_DIGITS.finditer(text)):
        written = found["n"]
        if _YEAR.match(written):
            continue
        place = number % sum(char.isdigit() for char in written)
        digits = [index for index, char in enumerate(written) if char.isdigit()]
        for step in (1, 3):
            index = digits[place]
            digit = (int(written[index]) + step) % 10
            if index == 0 and digit == 0:
                digit = 1 if written[0] != "1" else 2
            changed = f"{written[:index]}{digit}{written[index + 1 :]}"
            if changed != written and _value(changed) not in {_value(one["n"]) for one in _DIGITS.finditer(source)}:
                yield Mutation(
                    "numbers", "digit", _put(text, found.start("n"), written, changed), f"{written} → {changed}"
                )
                break


def _value(digits: str) -> float:
    return float(digits.replace(",", ""))


def _put(text: str, start: int, old: str, new: str) -> str:
    return text[:start] + new + text[start + len(old) :]


_UNIT_CHANGES = (
    ("unit", r"(?<=[0-9])%", " basis points"), ("unit", r" basis points\b", "%"), ("unit", r"(?<=[0-9]) percent\b", " basis points"),
    ("scale", r"(?<=[0-9])B\b", "M"), ("scale", r"(?<=[0-9])T\b", "B"), ("scale", r"(?<=[0-9])M\b", "B"), ("scale", r"(?<=[0-9])bn\b", "m"),
    ("scale", r" billion\b", " million"), ("scale", r" trillion\b", " billion"), ("scale", r" million\b", " billion"),
    ("currency", r"(?<![A-Za-z])\$(?=[0-9])", "€"), ("currency", r"€(?=[0-9])", "$"), ("currency", r"£(?=[0-9])", "€"),
    ("currency", r"¥(?=[0-9])", "$"), ("currency", r"CNY(?=[0-9])", "JPY"), ("currency", r"KRW(?=[0-9])", "JPY"),
    ("currency", r"HK\$(?=[0-9])", "US$"), ("currency", r" euros\b", " dollars"), ("currency", r" yen\b", " won"),
    ("unit", r" tonnes\b", " barrels"), ("unit", r" tons\b", " barrels"), ("unit", r" barrels\b", " tonnes"),
    ("unit", r"(?<=[a-z0-9]) years\b", " months"), ("unit", r"(?<=[a-z0-9]) months\b", " years"), ("unit", r"(?<=[a-z0-9]) weeks\b", " months"),
    ("unit", r"(?<=[0-9]) days\b", " weeks"), ("unit", r"-hour\b", "-day"), ("unit", r"-year deal|-year contract", "-month contract"),
)  # fmt: skip


def _change_units(text: str, source: str) -> Iterator[Mutation]:
    for kind, pattern, new in _UNIT_CHANGES:
        for found in re.finditer(pattern, text):
            before = text[: found.start()].split()[-1:] or [""]
            if kind == "currency" and found[0].startswith(" ") and not _is_amount(before[0]):
                continue  # "a strong yen"
            if (
                kind == "unit"
                and not any(char.isdigit() for char in before[0])
                and before[0].lower() not in _SMALL_NUMBERS
            ):
                continue
            changed = text[: found.start()] + new + text[found.end() :]
            if before[0] + new not in source:
                yield Mutation("numbers", kind, changed, f"{before[0]}{found.group()} → {before[0]}{new}")


def _is_amount(word: str) -> bool:
    return any(char.isdigit() for char in word) or word in ("billion", "million", "trillion")


_SMALL_NUMBERS = frozenset("two three four five six seven eight nine ten eleven twelve twenty-two".split())


def _change_signs(text: str, source: str) -> Iterator[Mutation]:
    for found in re.finditer(r"(?<![A-Za-z0-9])-(?=[0-9])", text):
        yield Mutation("numbers", "sign", text[: found.start()] + text[found.end() :], "minus left out")
    for found in re.finditer(r"(?<![%0-9] to )(?<= (?:at|to|by|of) )(?=[0-9.]+%)", text):
        if "-" + text[found.start() :].split()[0].rstrip(",.;") not in source:
            yield Mutation("numbers", "sign", text[: found.start()] + "-" + text[found.start() :], "minus put in")


_DATE_CHANGES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"\b(20[0-9]{2})\b", lambda found: str(int(found[0]) + 1)),
    (rf"\b{_MONTH}\b", lambda found: "February" if found[0] != "February" else "May"),
    (r"\b(?:Monday|Tuesday|Wednesday|Thursday|Friday)\b", lambda found: "Saturday"),
    (r"\b(first|second|third|fourth)(?=[- ]quarter)", lambda found: {"first": "third", "second": "fourth", "third": "first", "fourth": "second"}[found[0]]),
    (r"\b(first|second)(?= half)", lambda found: "second" if found[0] == "first" else "first"),
)  # fmt: skip


def _change_dates(text: str, source: str) -> Iterator[Mutation]:
    for pattern, change in _DATE_CHANGES:
        for found in re.finditer(pattern, text):
            new = change(found)
            if new not in source and new[:3] not in source:
                yield Mutation(
                    "numbers", "date", text[: found.start()] + new + text[found.end() :], f"{found[0]} → {new}"
                )


def _change_tickers(text: str, cited: Sequence[str]) -> Iterator[Mutation]:
    """A wrong ticker behind a name that the sentence has: a digit or letter off, or another company's."""
    known = [mention for sentence in cited for mention in find_mentions(sentence).tickers if mention.name]
    for number, mention in enumerate(known):
        last = mention.name.split()[0]
        place = text.find(last)
        if place < 0:
            continue
        end = place + len(mention.name) if text[place:].startswith(mention.name) else place + len(last)
        if text[end : end + 2] == "'s" or text[end : end + 1].isalnum():
            continue  # "Thai" is no part of "Thailand"
        others = [other.ticker for other in known if other.ticker != mention.ticker]
        wrong = others[number % len(others)] if others and number % 2 else _bend(mention.ticker)
        yield Mutation("numbers", "ticker", f"{text[:end]} ({wrong}){text[end:]}", f"{mention.ticker} → {wrong}")


def _bend(ticker: str) -> str:
    first = ticker[0]
    return (
        ("B" if first == "A" else "A") + ticker[1:] if first.isalpha() else ("9" if first != "9" else "8") + ticker[1:]
    )


def _swap_numbers(text: str, source: str) -> Iterator[Mutation]:
    numbers = _numbers(text)
    for one, two in combinations(numbers, 2):
        if one["n"] == two["n"] or (one["before"], one["after"]) != (two["before"], two["after"]):
            continue
        if _between_is_range(text[one.end() : two.start()], text[: one.start()]):
            continue
        changed = text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]
        yield Mutation("swaps", "numbers", changed, f"{one[0]} ↔ {two[0]}")
    for one in numbers:
        for other in _numbers(source):
            if (
                (one["before"], one["after"]) == (other["before"], other["after"])
                and one["after"]
                and _value(one["n"]) != _value(other["n"])
                and other[0] not in text
            ):
                yield Mutation("swaps", "number", _put(text, one.start(), one[0], other[0]), f"{one[0]} → {other[0]}")


def _between_is_range(between: str, before: str) -> bool:
    words = between.split()
    return words in (["-"], ["and"], ["or"]) or (words == ["to"] and not before.rstrip().endswith("from"))


_NAME = re.compile(r"(?<![A-Za-z0-9.'-])[A-Z][A-Za-z&'-]*(?: (?:of |de )?[A-Z][A-Za-z&'-]*){0,3}")
_NO_NAMES = frozenset(
    """The A An It Its In As After From Some Six Eight All Two Second-quarter Services Core Shares Income Revenue Box Basket Growth Creditors
    Suppliers Separately Importers Crude Strategists Futures Futures Consumer Willingness Domestic First-quarter Hurricane Prime Minister
    Saturday Sunday Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Christmas Consumer Monday Tuesday Wednesday Thursday Friday January February March April May June July August September October November
    December Q1 GDP AI CEO DRAM EBITDA SEK TWD ISK CNY HK NT BOJ's""".split()
)


def _names(text: str) -> list[re.Match[str]]:
    """Runs of capitals that name somebody: a single word that starts a sentence counts only with a ticker or "'s" behind it."""
    return [
        found
        for found in _NAME.finditer(text)
        if found[0].split()[0].removesuffix("'s") not in _NO_NAMES
        and not (found[0].isupper() and len(found[0]) > 5)
        and not re.match(r"-[a-z]", text[found.end() :])
        and not re.search(r"[a-z]-[a-z]", found[0])
        and not (
            _STARTS.search(text[: found.start()])
            and " " not in found[0]
            and not re.match(r" \(|'s", text[found.end() - 2 :])
        )
    ]


_STARTS = re.compile(r"(?:^|[.:;] )\Z")


def _swap_names(text: str, source: str) -> Iterator[Mutation]:
    names = [found for found in _names(text) if found[0].removesuffix("'s") in source]
    for one, two in combinations(names, 2):
        first, second = one[0].removesuffix("'s"), two[0].removesuffix("'s")
        between = text[one.end() : two.start()]
        if _share_words(first, second) or _is_list(between) or between == " (":
            continue  # "Apple (AAPL)" and "AAPL (Apple)" are the same
        changed = f"{text[: one.start()]}{second}{text[one.start() + len(first) : two.start()]}{first}{text[two.start() + len(second) :]}"
        yield Mutation("swaps", "names", changed, f"{first} ↔ {second}")
    for one in names:
        first = one[0].removesuffix("'s")
        for other in _names(re.sub(r"\([^)]*\)", "()", source)):
            second = other[0].removesuffix("'s")
            if not _share_words(text, second) and not _share_words(first, second) and not _near(source, first, second):
                yield Mutation("swaps", "name", _put(text, one.start(), first, second), f"{first} → {second}")


def _share_words(one: str, other: str) -> bool:
    """Whether a word of `other` is in `one`, in whatever form: "Turkey" and "Turkish" are the same for this."""
    stems = {word[:4] for word in re.findall(r"[A-Za-z]{2,}", one)}
    return any(word[:4] in stems for word in re.findall(r"[A-Za-z]{2,}", other))


def _is_list(between: str) -> bool:
    """ "A, B and C": who stands where says nothing."""
    return not re.sub(r"\band\b|\bor\b|,|[A-Z][A-Za-z&'-]*|\s", "", between)


def _near(source: str, first: str, second: str) -> bool:
    """Whether the two are one name or stand in one list of the source."""
    for one, two in ((first, second), (second, first)):
        start = source.find(one)
        while start >= 0:
            rest = re.sub(r"\([^)]*\)", "", source[start + len(one) :])[: len(two) + 40]
            place = rest.find(two)
            if place >= 0 and _is_list(rest[:place]):
                return True
            start = source.find(one, start + 1)
    return False


_FLIPS = """
rose fell|rise fall|rises falls|grew shrank|grow shrink|gained lost|up down|raised cut|raise cut|raises cuts|increased decreased|
increase decrease|beat missed|above below|higher lower|climb slip|surged plunged|jumped dropped|lifted lowered|widened narrowed|
surplus deficit|approved rejected|buy sell|bought sold|more less|strong weak|stronger weaker|gained dropped|agreed refused|backed opposed|
quickened slowed|outperformed underperformed|highest lowest|fastest slowest|largest smallest|biggest smallest|
growth contraction|declined increased|slipped rose|dropped rose|slid climbed|eased rose|shed gained|trimmed raised|lost gained|slowed quickened|
fall rise|decline rise|drop rise|missed beat|cutting raising|short ahead|worse better|contracted expanded|profit loss|banning allowing|
suspends starts|opposes backs|oppose support|halves doubles|doubles halves|tightened eased|downgraded upgraded|paused resumed|
close open|extended shortened|welcomed criticised|rejected approved|lowered raised|weakened strengthened
"""


def _flip_words(text: str) -> Iterator[Mutation]:
    for pair in _FLIPS.replace("\n", "").split("|"):
        one, two = pair.split()
        for old, new in ((one, two), (two, one)):
            for found in re.finditer(rf"(?<![A-Za-z-]){old}(?![A-Za-z-])", text):
                if (old, text[found.end() : found.end() + 8].split()[:1]) in _FIXED or text[: found.start()].endswith(
                    "turned "
                ):
                    continue
                changed = text[: found.start()] + new + text[found.end() :]
                yield Mutation("polarity", "word", changed, f"{old} → {new}")


# "more than", "up to", "at least", "put up" name no direction
_FIXED: tuple[tuple[str, list[str]], ...] = (
    ("more", ["than"]), ("less", ["than"]), ("up", ["to"]), ("record", []), ("up", ["as"]), ("low", ["end"]), ("short", ["of"]),
    ("ahead", ["of"]), ("up", ["half."]), ("up", ["half,"]), ("fall", ["due"]), ("buy", ["back"]), ("close", ["to"]), ("up", ["by"]),
)  # fmt: skip
_PUT_NOT = re.compile(
    r"\b(?P<verb>will|would|may|could|should|is|are|was|were|has|have|can)(?= (?!not\b|be\b|no\b|an?\b|the\b|been\b)[a-z])"
)
_TAKE_NOT = re.compile(r"\bnot (?=[a-z])|\bcannot\b|\bno (?=[a-z])|\bwithout (?=[a-z])")


def _negate(text: str) -> Iterator[Mutation]:
    for found in _PUT_NOT.finditer(text):
        yield Mutation("polarity", "negation", f"{text[: found.end()]} not{text[found.end() :]}", "not put in")
    for found in _TAKE_NOT.finditer(text):
        new = {"cannot": "can", "without ": "with ", "no ": "some "}.get(found[0], "")
        yield Mutation(
            "polarity", "negation", text[: found.start()] + new + text[found.end() :], f"{found[0].strip()} left out"
        )


_HEDGES = (
    (r"\breportedly ", ""), (r"\blikely (?=fell|rose|miss)", ""), (r"\bwill likely ", "will "), (r"\b(?:may|could|might|should) (?!be )", "will "),
    (r", according to people[^,.;]*", ""), (r", sources said", ""), (r"\bis expected to\b", "will"), (r"\bare expected to\b", "will"),
    (r"\bexpected to (?=start)", "starting to "), (r"\bexpect to\b", "will"), (r"\bpossible\b", "certain"), (r"\bmight be able to\b", "can"),
    (r"\bplanned for\b", "held on"), (r"\bwould (?=climb|cap|rise|fall)", "will "), (r"\bnear certain\b", "certain"), (r"\bhas no plans\b", "refused"),
    (r"\bexpects to\b", "will"), (r"\bplans to\b", "will"),
)  # fmt: skip


def _drop_hedges(text: str) -> Iterator[Mutation]:
    for pattern, new in _HEDGES:
        for found in re.finditer(pattern, text):
            yield Mutation(
                "hedges", "hedge", text[: found.start()] + new + text[found.end() :], f"{found[0].strip(' ,')} left out"
            )
