"""`llm-wrap eval parse`: how much of a corpus the parser reads right, per field."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from llm_wrap.brief.document import wrap_document
from llm_wrap.evaluation.cases import EvalCase, load_cases
from llm_wrap.evaluation.parse_accuracy import Document, ParseReport, score_parses
from llm_wrap.parsing import parse_wrap
from llm_wrap.sources import read_wrap_text

_SHOWN = 20  # differences


def run_eval_parse(folder: Path) -> int:
    """Prints the table; 1 where anything differs from the truth."""
    cases = load_cases(folder)
    report = score_parses((case.name, case.wrap, _parse(case)) for case in cases)
    _print_report(report)
    return 0 if report.right == report.total else 1


def _parse(case: EvalCase) -> Document:
    document = wrap_document(parse_wrap(read_wrap_text(str(case.path)).text))
    return cast(Document, document["wrap"])


def _print_report(report: ParseReport) -> None:
    width = max(len(field.field) for field in report.fields)
    for field in report.fields:
        percent = f"{field.accuracy:.1%}" if field.accuracy is not None else "-"
        print(f"{field.field:<{width}}  {field.right:>6} of {field.total:<6} {percent}")
    print(f"{report.perfect} of {report.cases} wraps perfect; {report.right} of {report.total} values right")
    for difference in report.differences[:_SHOWN]:
        print(f"  {difference.case}: {difference.field}: {difference.expected!r} expected, {difference.found!r} found")
    if len(report.differences) > _SHOWN:
        print(f"  and {len(report.differences) - _SHOWN} more")
