"""The defects of the source in one short list. In: the issues of the audit. Out: a line each, the same one never twice.

What the parser itself could not read (`unparsed_line`, `bad_row`, `unknown_section`, `over_limit`) is no defect of the
source's content and stays in the issues.
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
)


def keep_ledger(issues: Iterable[ParseIssue]) -> tuple[LedgerEntry, ...]:
    """The source's own defects, the worst kind first, then by line."""
    entries: dict[tuple[str, str, int], LedgerEntry] = {}
    for issue in issues:
        if issue.kind in KINDS:
            entry = LedgerEntry(kind=issue.kind, text=issue.message, line=issue.line)
            entries.setdefault((entry.kind, entry.text, entry.line), entry)
    return tuple(sorted(entries.values(), key=lambda entry: (KINDS.index(entry.kind), entry.line)))
