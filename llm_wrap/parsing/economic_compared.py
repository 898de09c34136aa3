"""What a release is compared with: its consensus and the figure before, each told by a word beside it."""

from __future__ import annotations

from typing import NamedTuple

from llm_wrap.parsing.economic_header import RATES, is_year
from llm_wrap.parsing.patterns import Number, read_number

_VERSUS = frozenset({"versus", "vs", "v"})
_SIGNS = "()[],;:.=|/-–—"
_SHORT = frozenset("cons est exp fcst f'cast prev".split())
_CONSENSUS = _SHORT - {"prev"} | frozenset(
    "consensus expected estimate estimates estimated forecast forecasts expectations median survey poll".split()
)
_FLASH = frozenset({"preliminary", "flash", "prelim", "advance", "initial"})
_ORDINALS = frozenset({"first", "second", "third"})  # "first estimate"
_RELEASES = frozenset({"estimate", "reading", "print", "release"})
_PRIOR = frozenset({"prior", "previous", "previously", "prev", "last"})
# What tells where the actual figure is behind: of the words of the compared ones, those that name no release.
_LABELS = (_CONSENSUS | _PRIOR) - {"expectations", "survey", "poll", "last"}
_BEFORE_NO_LABEL = _FLASH | _ORDINALS | {"as"}  # "second estimate", "as expected"
_BLANKS = frozenset({"n/a", "na", "n.a", "", "…"})


def part_compared(text: str) -> tuple[str, str] | None:
    """A row up to its actual figure, and what stands behind: from "versus" on, or from the first label. None where a figure
    has a label that nothing parts from the words before it: "GDP 2026 forecast 1.3%"."""
    words = text.split(" ")
    bare = [word.lower().strip(_SIGNS) for word in words]
    known = False
    for index, word in enumerate(bare):
        if word in _VERSUS and (known or word != "v"):
            return " ".join(words[:index]), " ".join(words[index + 1 :])
        if word in _LABELS and index and bare[index - 1] not in _BEFORE_NO_LABEL:
            told = known or (index + 1 < len(words) and (read_figure(words[index + 1]) or bare[index + 1] in _BLANKS))
            parted = known or words[index][0] in "([" or words[index - 1][-1] in ":;,/|-–—" or word in _SHORT
            if told and not parted:
                return None
            if told:
                left, right = " ".join(words[:index]), " ".join(words[index:])
                return (left, right) if _is_label_list(right, fillers=known) else None
        known = known or (index > 0 and read_figure(words[index]) is not None and not is_year(word))
    return text, ""


def part_tokens(text: str) -> list[str]:
    """The words of a row, a figure and its unit in one: "4.0 %" is "4.0%"."""
    return text.replace(" %", "%").replace(" bps", "bps").replace(" bp", "bp").split()


def read_figure(token: str) -> Number | None:
    """The number that a token is, its stop aside and a bracket that opens before it or closes behind it."""
    bare = token.rstrip(",;.")
    for _ in range(2):
        number = read_number(bare)
        if number is not None:
            return number
        if bare.count(")") > bare.count("(") and bare[-1] == ")":
            bare = bare[:-1].rstrip(",;.")
        elif bare.count("(") > bare.count(")") and bare[0] == "(":
            bare = bare[1:]
    return read_number(bare)


def _is_label_list(text: str, *, fillers: bool) -> bool:
    """Whether `text` is labels and their figures alone: "cons 4.0%, prev 3.8%)"; `fillers`: or "and 3.8% in the prior month"."""
    known = _CONSENSUS | _PRIOR | _BLANKS | RATES | (_FILLERS if fillers else frozenset())
    return all(word.lower().strip(_SIGNS) in known or read_figure(word) for word in part_tokens(text))


_FILLERS = frozenset(
    "in and the month quarter week year period reading release rev revised up down from was unrevised".split()
)


class Compared(NamedTuple):
    """What a release is compared with. `first`: the same period's first estimate."""

    consensus: Number | None
    prior: Number | None
    first: Number | None


def read_compared(text: str) -> Compared | None:
    """The figures behind "versus" or from a label on; None where one has no label.

    >>> [one and str(one.value) for one in read_compared("preliminary 52.2 and consensus 52.5")]
    ['52.5', None, '52.2']
    """
    consensus: Number | None = None
    prior: Number | None = None
    role = kept = ""
    pending: Number | None = None
    flash: Number | None = None  # "versus flash 55.4", "versus 2.1% in first estimate"
    tokens = part_tokens(text)
    for index, token in enumerate(tokens):
        lowered = token.lower().strip(_SIGNS)
        following = tokens[index + 1].lower().strip(_SIGNS) if index + 1 < len(tokens) else ""
        estimate = read_figure(token.rstrip(")").removesuffix("e").removesuffix("E")) if lowered.endswith("e") else None
        if estimate is not None and consensus is None:  # "49.0e"
            consensus = estimate
        elif lowered in _RELEASES and index and tokens[index - 1].lower() in _FLASH | _ORDINALS:
            continue
        elif lowered in _CONSENSUS:
            if pending is not None and consensus is None:
                consensus, pending = pending, None
            else:
                role = "consensus"
        elif (lowered in _FLASH and not token.startswith("(")) or (lowered in _ORDINALS and following in _RELEASES):
            if pending is not None and flash is None:
                flash, pending = pending, None
            else:
                role = "flash"
        elif lowered in _PRIOR:
            if pending is not None and prior is None:
                prior, pending = pending, None
            elif prior is None and role != "done":
                role = "prior"
        elif lowered in _BLANKS and role:
            role = ""
        elif lowered in ("rev", "revised"):
            kept, role = role, "revision"  # what the prior figure was before
        else:
            number = read_figure(token)
            if number is None:
                continue
            if role == "consensus" and consensus is None:
                consensus, role = number, ""
            elif role == "flash" and flash is None:
                flash, role = number, ""
            elif role == "revision":
                role = kept
            elif role == "prior" and prior is None and index:
                prior, role = number, "done"
            elif pending is not None and prior is None:
                return None  # "vs 4.0% vs 3.8%"
            else:
                pending = number
    if pending is not None and prior is None:
        return None
    return Compared(consensus, prior, flash)
