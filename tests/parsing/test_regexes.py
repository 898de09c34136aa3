"""No regex of ours backtracks without end: npm's `recheck` calls each of them safe.

Needs node and the package: `npm install recheck`, and RECHECK_MODULES set to the node_modules folder it is in. recheck
reads JavaScript's syntax, so verbose patterns and named groups are translated first; what it cannot read fails.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import shutil
import subprocess
from collections.abc import Iterator

import llm_wrap.brief
import llm_wrap.labelling
import llm_wrap.parsing
import llm_wrap.reading
import llm_wrap.sources
import llm_wrap.summary
from tests.conftest import need

CHECK = """
const { checkSync } = require(process.argv[1] + "/recheck");
const patterns = JSON.parse(require("fs").readFileSync(0, "utf8"));
const out = patterns.map(([name, source, flags]) => {
  const found = checkSync(source, flags, { timeout: 20000 });
  return [name, found.status, found.complexity ? found.complexity.type : "", found.error ? found.error.kind : ""];
});
console.log(JSON.stringify(out));
"""


def find_patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern at the top of a module that reads or shows a wrap's text."""
    for package in (
        llm_wrap.parsing,
        llm_wrap.reading,
        llm_wrap.sources,
        llm_wrap.labelling,
        llm_wrap.summary,
        llm_wrap.brief,
    ):
        for module in pkgutil.iter_modules(package.__path__):
            loaded = importlib.import_module(f"{package.__name__}.{module.name}")
            for name, value in vars(loaded).items():
                for number, one in enumerate(_walk(value)):
                    if isinstance(one.pattern, str):
                        yield f"{module.name}.{name}[{number}]", one


def _walk(value: object) -> Iterator[re.Pattern[str]]:
    """The patterns in a value: one, or those of a table of any depth."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _walk(one)


def to_javascript(pattern: re.Pattern[str]) -> str:
    """The same pattern in JavaScript's syntax."""
    source = pattern.pattern
    if pattern.flags & re.VERBOSE:
        source = _strip_verbose(source)
    source = source.replace(r"\ ", " ").replace(r"\"", '"').replace(r"\Z", "$").replace(r"\A", "^")
    source = source.replace("(?-i:", "(?:")  # in any case it matches more, so what is safe then is safe
    return re.sub(r"\(\?P<[a-z_0-9]+>", "(?:", source)


def _strip_verbose(source: str) -> str:
    out: list[str] = []
    inside = comment = False
    skip = False
    for char in source:
        if comment:
            comment = char != "\n"
        elif skip:
            out.append("\\" + char)
            skip = False
        elif char == "\\":
            skip = True
        elif inside:
            out.append(char)
            inside = char != "]"
        elif char == "[":
            out.append(char)
            inside = True
        elif char == "#":
            comment = True
        elif not char.isspace():
            out.append(char)
    return "".join(out)


def test_there_are_patterns() -> None:
    assert len(dict(find_patterns())) >= 10


def test_no_pattern_matches_non_ascii_digits() -> None:
    loose = [name for name, pattern in find_patterns() if r"\d" in pattern.pattern and not pattern.flags & re.ASCII]
    assert loose == []


def test_no_pattern_is_vulnerable() -> None:
    modules = os.environ.get("RECHECK_MODULES")
    node = shutil.which("node")
    need(bool(modules and node), "node, and RECHECK_MODULES naming the folder that holds npm's recheck")
    assert modules
    assert node
    patterns = [
        [name, to_javascript(pattern), "iu" if pattern.flags & re.IGNORECASE else "u"]
        for name, pattern in find_patterns()
    ]
    # A verdict rests on how long an attack takes, so on a busy machine a safe pattern may look slow: what is found is tried again.
    for _ in range(3):
        run = subprocess.run(
            [node, "-e", CHECK, modules],
            input=json.dumps(patterns),
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        verdicts = json.loads(run.stdout)
        assert len(verdicts) == len(patterns)
        found = [verdict for verdict in verdicts if verdict[1] != "safe"]
        patterns = [pattern for pattern, verdict in zip(patterns, verdicts, strict=True) if verdict in found]
    assert found == []
