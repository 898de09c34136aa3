"""`python -m tests.proofs.mutants [--sample N] [--seed S]`: how much of the outbox and the delivery somebody could break unseen.

mutmut (`pip install -e '.[mutants]'`) makes mutants of the modules that pyproject.toml names, one small change each, and runs for each the
tests of a fast subset that reach the changed function. A mutant is killed when one of them fails. One that runs into its limit of
CPU time counts as killed, too, and is counted apart: that is a loop without an end, or a machine that is too busy. mutmut
leaves decorated functions (context managers, properties) alone.

A survivor that no test could kill is counted by itself, and by rule: only the case of letters differs, in SQL outside its
literals or in the name of a column, which SQLite reads alike. The score is told with these and without.

With --sample so many mutants are drawn at random, and the share has a 95 % interval, clustered by function. One process, at the lowest
priority; about a second a mutant. A second call goes on where one was stopped; --fresh begins anew.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from llm_wrap.evaluation.statistics.interval import estimate_share
from tests.conftest import ROOT

MUTANTS = ROOT / "mutants"
LEAST = 0.8
# As mutmut notes what pytest ended with (1 and 3 failed, 0 passed, 33 and 5 no test), or which limit or signal ended it.
KILLED, TIMED_OUT = (1, 3, -11), (36, 24, -24, 152, 255, -9)


_SQL = re.compile(
    r"row\[\"|\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|AND|VALUES|ORDER BY|CASE|PRAGMA|BEGIN|COMMIT|ROLLBACK)\b"
)
_LITERAL = re.compile(r"'[^']*'")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: its name, module and function, and mutmut's exit code; None where it was not tried."""

    name: str
    module: str
    function: str
    code: int | None

    @property
    def is_dead(self) -> bool:
        return self.code in KILLED or self.code in TIMED_OUT


def reads_alike(before: str, after: str) -> bool:
    """Whether SQLite takes two lines of code for the same.

    >>> reads_alike('"SELECT id FROM mail"', '"select id from mail"'), reads_alike('row["id"]', 'row["ID"]')
    (True, True)
    >>> reads_alike("UPDATE mail SET state = 'new'", "update mail set state = 'NEW'"), reads_alike('x("on")', 'x("ON")')
    (False, False)
    """
    if not _SQL.search(before):
        return False
    literals = [_LITERAL.findall(line) for line in (before, after)]
    return before.lower() == after.lower() and literals[0] == literals[1]


def read_verdicts(folder: Path) -> list[Verdict]:
    """All mutants of a run of mutmut, in order."""
    verdicts = []
    for path in sorted(folder.glob("llm_wrap/**/*.meta")):
        for name, code in json.loads(path.read_text())["exit_code_by_key"].items():
            function = name.rpartition("__mutmut_")[0]
            verdicts.append(Verdict(name, path.name.removesuffix(".py.meta"), function, code))
    return verdicts


def tell(verdicts: list[Verdict], alike: set[str], of: int, seed: int | None) -> str:
    """The score by module and over all. `alike`: survivors that no test could kill; `of`: how many mutants there are;
    `seed`: of the sample, if it is one."""
    lines = []
    for module in sorted({verdict.module for verdict in verdicts}):
        own = [verdict for verdict in verdicts if verdict.module == module]
        dead, same = sum(verdict.is_dead for verdict in own), sum(verdict.name in alike for verdict in own)
        lines.append(f"{module:<10} {dead:>4} of {len(own):>4}, and {same} that read alike")
    codes = Counter(verdict.code for verdict in verdicts)
    dead = sum(verdict.is_dead for verdict in verdicts)
    late = sum(codes[code] for code in TIMED_OUT)
    lines.append(f"{late} of the killed by their limit of time, {codes[33] + codes[5]} reached by no test")
    if len(verdicts) < of:
        lines.append(f"a sample of {len(verdicts)} from {of}, seed {seed}")
    for counted, what in (
        (verdicts, "all"),
        ([verdict for verdict in verdicts if verdict.name not in alike], f"without {len(alike)} that read alike"),
    ):
        told = estimate_share([verdict.is_dead for verdict in counted], [verdict.function for verdict in counted])
        assert told is not None
        interval = f" [{told.low:.1%}, {told.high:.1%}]" if len(verdicts) < of and told.low is not None else ""
        lines.append(f"{what}: {dead} of {len(counted)} killed, {told.value:.1%}{interval}")
    return "\n".join(lines)


def _find_alike(program: str, verdicts: list[Verdict]) -> set[str]:
    """Of the survivors those that SQLite reads as the code itself."""
    alike = set()
    for verdict in verdicts:
        if not verdict.is_dead:
            shown = subprocess.run([program, "show", verdict.name], cwd=ROOT, capture_output=True, text=True).stdout
            gone, came = (
                [line[1:] for line in shown.splitlines() if line[:1] == sign and line[:3] != sign * 3] for sign in "-+"
            )
            if len(gone) == len(came) == 1 and reads_alike(gone[0], came[0]):
                alike.add(verdict.name)
    return alike


def _run_mutmut(program: str, *names: str) -> None:
    done = subprocess.run([program, "run", "--max-children", "1", *names], cwd=ROOT, stdout=sys.stderr)
    if done.returncode:
        sys.exit(f"mutmut ended with {done.returncode}")


def main(arguments: list[str]) -> int:
    """Prints the score; 1 where it is under 80 %."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.mutants")
    parser.add_argument("--sample", type=int, default=None, help="so many mutants, drawn at random; default: all")
    parser.add_argument("--seed", type=int, default=None, help="of the sample; default: drawn, and printed")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier call found")
    parser.add_argument("--survivors", action="store_true", help="name those that no test killed (`mutmut show NAME`)")
    given = parser.parse_args(arguments)
    program = shutil.which("mutmut", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        print("needs mutmut (pip install -e '.[mutants]')", file=sys.stderr)
        return 2
    os.nice(19)
    if given.fresh:
        shutil.rmtree(MUTANTS, ignore_errors=True)
    if given.sample is None:
        seed = None
        _run_mutmut(program)
        verdicts = everything = read_verdicts(MUTANTS)
    else:
        seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
        _run_mutmut(program, "llm_wrap.delivery.identity.x_describe_wrap*")  # which makes them all, and tries these
        names = sorted(verdict.name for verdict in read_verdicts(MUTANTS))
        drawn = set(random.Random(seed).sample(names, min(given.sample, len(names))))
        _run_mutmut(program, *sorted(drawn))
        everything = read_verdicts(MUTANTS)
        verdicts = [verdict for verdict in everything if verdict.name in drawn]
    alike = _find_alike(program, verdicts)
    if given.survivors:
        print("\n".join(verdict.name for verdict in verdicts if not verdict.is_dead and verdict.name not in alike))
    print(tell(verdicts, alike, len(everything), seed))
    return 0 if sum(verdict.is_dead for verdict in verdicts) >= LEAST * (len(verdicts) - len(alike)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
