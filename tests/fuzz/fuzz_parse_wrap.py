"""Coverage-guided fuzzing of the parser and of the carriers; needs atheris.

    python -m tests.fuzz.fuzz_parse_wrap [CORPUS_FOLDER] -max_total_time=600

An exception other than InputError is a finding, and so is a line without an owner. What it finds becomes a case in
tests/parsing/test_hostile.py.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["llm_wrap"]):
    from llm_wrap.errors import InputError
    from llm_wrap.parsing import account_lines, parse_wrap
    from llm_wrap.sources.text import read_carrier
    from tests.parsing.canonical import render_canonical


def check(data: bytes) -> None:
    """One input: bytes of any carrier."""
    try:
        text = read_carrier(data, "fuzz").text
    except InputError:
        text = data.decode("utf-8", errors="replace")
    result = parse_wrap(text)
    foreign = any(issue.kind == "not_a_wrap" for issue in result.issues)
    reported = {issue.line for issue in result.issues}
    above = ""  # one issue stands for all lines of a paragraph that could not be read
    for account in account_lines(text):
        lost = account.owner == "unparsed_line" and account.line not in reported and above != "unparsed_line"
        if lost and not foreign and len(reported) < 400:
            raise AssertionError(f"line {account.line} has no owner and no issue: {account.text[:80]!r}")
        above = account.owner
    parse_wrap(render_canonical(result.wrap))


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
