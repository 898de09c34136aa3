"""How much of a corpus the parser reads right, per field. In: truth and parsed document of each case; out: counts. No I/O.

A truth leaves out what it is not a case of: a key that it has is compared in full, one that it lacks is not. In a list of
records each key of each record is one comparison; a record too many or too few is wrong in all of its keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is not the truth's. `field` is e.g. "markets[3].level"."""

    case: str
    field: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScore:
    """`right` of `total` comparisons of a field ("markets.level") over all cases."""

    field: str
    right: int
    total: int

    @property
    def accuracy(self) -> float | None:
        """None where nothing was compared, which is not 0."""
        return self.right / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseReport:
    """All fields, and what was wrong in them."""

    cases: int
    perfect: int
    fields: tuple[FieldScore, ...]
    differences: tuple[Difference, ...]

    @property
    def right(self) -> int:
        return sum(field.right for field in self.fields)

    @property
    def total(self) -> int:
        return sum(field.total for field in self.fields)


@dataclass(frozen=True, slots=True)
class _Check:
    field: str
    path: str
    expected: object
    found: object


def score_parses(cases: Iterable[tuple[str, Document, Document]]) -> ParseReport:
    """Scores (name, truth, parsed) triples; `truth` and `parsed` are the "wrap" objects of the published document."""
    right: dict[str, int] = {}
    total: dict[str, int] = {}
    differences: list[Difference] = []
    count = perfect = 0
    for name, truth, parsed in cases:
        count += 1
        before = len(differences)
        for check in _compare(truth, parsed):
            total[check.field] = total.get(check.field, 0) + 1
            if check.expected == check.found:
                right[check.field] = right.get(check.field, 0) + 1
            else:
                differences.append(Difference(case=name, field=check.path, expected=check.expected, found=check.found))
        perfect += len(differences) == before
    scores = tuple(FieldScore(field=field, right=right.get(field, 0), total=total[field]) for field in sorted(total))
    return ParseReport(cases=count, perfect=perfect, fields=scores, differences=tuple(differences))


def _compare(truth: Document, parsed: Document) -> Iterable[_Check]:
    for key, expected in truth.items():
        found = parsed.get(key)
        if key == "issues":
            yield _Check(key, key, _issue_keys(expected), _issue_keys(found or (), expected))
        elif isinstance(expected, list):
            yield from _compare_lists(key, key, expected, found if isinstance(found, list) else [])
        else:
            yield _Check(key, key, expected, found)


def _compare_lists(field: str, path: str, expected: Sequence[Any], found: Sequence[Any]) -> Iterable[_Check]:
    if not expected and not found:
        yield _Check(field, path, [], [])
    for index in range(max(len(expected), len(found))):
        here = f"{path}[{index}]"
        want = expected[index] if index < len(expected) else None
        have = found[index] if index < len(found) else None
        if not isinstance(want, dict):
            if want is None and isinstance(have, dict):
                have = {key: value for key, value in have.items() if key not in ("line", "sentences")}
            yield _Check(field, here, want, have)
            continue
        for key, value in want.items():
            got = have.get(key) if isinstance(have, dict) else None
            if isinstance(value, list) and value and isinstance(value[0], dict):
                yield from _compare_lists(
                    f"{field}.{key}", f"{here}.{key}", value, got if isinstance(got, list) else []
                )
            else:
                yield _Check(
                    f"{field}.{key}", f"{here}.{key}", value, got if isinstance(have, dict) else "no such record"
                )


def _issue_keys(issues: Sequence[Document], truth: Sequence[Document] | None = None) -> list[tuple[object, ...]]:
    """Kind and line of each issue; the kind alone where the truth gives no line for it."""
    lined = all("line" in issue for issue in (truth if truth is not None else issues))
    return sorted((issue["kind"], issue["line"]) if lined else (issue["kind"],) for issue in issues)
