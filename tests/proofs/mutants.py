"""`python -m tests.proofs.mutants [--sample N] [--seed S]`: how much of the outbox and the delivery somebody could break unseen.

mutmut (`pip install -e '.[mutants]'`) makes mutants of the modules that pyproject.toml names, one small change each, and runs for each the
tests of a fast subset that reach the changed function. A mutant is killed when one of them fails. One that runs into its limit of
CPU time counts as killed, too, and is counted apart: that is a loop without an end, or a machine that is too busy. mutmut
leaves decorated functions (context managers, properties) alone.

With --sample so many mutants are drawn at random, and the share has a 95 % interval, clustered by function. One process, at the lowest
priority; about a second a mutant. A second call goes on where one was stopped; --fresh begins anew.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from llm_wrap.evaluation.statistics.interval import estimate_share
from tests.conftest import ROOT

MUTANTS = ROOT / "mutants"
# As mutmut notes what pytest ended with (1 and 3 failed, 0 passed, 33 and 5 no test), or which limit or signal ended it.
KILLED, TIMED_OUT = (1, 3, -11), (36, 24, -24, 152, 255, -9)


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


def read_verdicts(folder: Path) -> list[Verdict]:
    """All mutants of a run of mutmut, in order."""
    verdicts = []
    for path in sorted(folder.glob("llm_wrap/**/*.meta")):
        for name, code in json.loads(path.read_text())["exit_code_by_key"].items():
            function = name.rpartition("__mutmut_")[0]
            verdicts.append(Verdict(name, path.name.removesuffix(".py.meta"), function, code))
    return verdicts


def tell(verdicts: list[Verdict], of: int, seed: int | None) -> str:
    """The score by module and over all; `of`: how many mutants there are; `seed`: of the sample, if it is one."""
    lines = []
    for module in sorted({verdict.module for verdict in verdicts}):
        own = [verdict for verdict in verdicts if verdict.module == module]
        dead = sum(verdict.is_dead for verdict in own)
        lines.append(f"{module:<10} {dead:>4} of {len(own):>4}  {dead / len(own):.1%}")
    codes = Counter(verdict.code for verdict in verdicts)
    dead = sum(verdict.is_dead for verdict in verdicts)
    score = f"{dead} of {len(verdicts)} mutants killed, {dead / len(verdicts):.1%}"
    late = sum(codes[code] for code in TIMED_OUT)
    lines.append(f"{score} ({late} of them by their limit of time, {codes[33] + codes[5]} reached by no test)")
    if len(verdicts) < of:
        told = estimate_share([verdict.is_dead for verdict in verdicts], [verdict.function for verdict in verdicts])
        assert told is not None
        lines.append(f"a sample of {of}, seed {seed}: 95 % interval {told.low:.1%} to {told.high:.1%}")
    return "\n".join(lines)


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
    if given.survivors:
        print("\n".join(verdict.name for verdict in verdicts if not verdict.is_dead))
    print(tell(verdicts, len(everything), seed))
    return 0 if sum(verdict.is_dead for verdict in verdicts) >= 0.8 * len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
