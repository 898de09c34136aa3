"""The defects of the source in one short list. In: the issues of the audit. Out: a line each, the same one never twice.

An entry names what it is about, so that it can be read without the wrap. A section that we do not know is shown whole in
the brief and is no defect, nor is how a wrap prints its figures or what else its mail holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from llm_wrap.models import LedgerEntry, ParseIssue

# In the order in which a reader wants them: what misleads most first.
KINDS = (
    "prose_table_mismatch",
    "sign_conflict",
    "arithmetic_mismatch",
    "ticker_conflict",
    "unknown_exchange",
    "duplicate_row",
    "bad_date",
    "truncated",
    "bad_row",
)
_NO_DEFECTS = frozenset({"unknown_section", "not_a_wrap", "decimal_comma", "other_wraps"})
_LONGEST_NAME = 60


def keep_ledger(issues: Iterable[ParseIssue]) -> tuple[LedgerEntry, ...]:
    """The source's own defects, the worst kind first, then by line."""
    entries: dict[tuple[str, str, int], LedgerEntry] = {}
    for issue in issues:
        if issue.kind not in _NO_DEFECTS:
            entry = LedgerEntry(kind=issue.kind, text=name_defect(issue), line=issue.line)
            entries.setdefault((entry.kind, entry.text, entry.line), entry)
    return tuple(sorted(entries.values(), key=lambda entry: (_rank(entry.kind), entry.line)))


def _rank(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def name_defect(issue: ParseIssue) -> str:
    """The issue's message; where it speaks of "this row", the row's name before it.

    >>> row = ParseIssue(line=61, kind="duplicate_row", message="This row stands in line 57 already.", text="DAX: 88.10 or +0.37%")
    >>> name_defect(row)
    'DAX: This row stands in line 57 already.'
    """
    if not issue.text or not any(
        words in issue.message.lower() for words in ("this row", "this line", "text breaks off")
    ):
        return issue.message
    name = issue.text.partition(": ")[0] if ": " in issue.text[:_LONGEST_NAME] else issue.text
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME].rsplit(' ', 1)[0]} …"
    return f"{name}: {issue.message}"
