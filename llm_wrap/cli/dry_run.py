"""`llm-wrap brief --dry-run`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from llm_wrap.cli.brief_series import plan_series
from llm_wrap.config import Settings
from llm_wrap.errors import InputError
from llm_wrap.pipeline import read_wrap
from llm_wrap.plan import RunPlan, plan_run


def run_dry(files: Sequence[str], settings: Settings, environment: Mapping[str, str], out_dir: Path | None) -> int:
    """Prints what a run would ask; gives back exit code 0, or 1 where one of many wraps cannot be read."""
    if out_dir is None:
        print(
            "\n".join(
                describe_plan(plan_run([read_wrap(files[0], settings)], settings, environment), by_batch=settings.batch)
            )
        )
        return 0
    results = []
    unread = 0
    for wrap in plan_series(files, out_dir, "html"):
        try:
            results.append(read_wrap(wrap.file, settings))
        except InputError as error:
            unread += 1
            print(f"llm-wrap: {error}", file=sys.stderr)
    print(
        "\n".join(
            [
                f"wraps   {len(results)}",
                *describe_plan(plan_run(results, settings, environment), by_batch=settings.batch),
            ]
        )
    )
    return 1 if unread else 0


def describe_plan(plan: RunPlan, *, by_batch: bool = False) -> list[str]:
    about = "about " if plan.estimated else ""
    where = f"at {plan.host}{' by batch' if by_batch else ''}" if plan.host else "on this machine"
    each = f" ({plan.votes} an item, 1 where the server gives probabilities)" if plan.votes > 1 else ""
    lines = [
        f"model   {plan.model} {where}",
        f"items   {plan.items}, of which {plan.cached} in the cache",
        f"calls   {plan.calls}{each}; an answer that fails its checks is asked for once more",
        f"tokens  {about}{plan.prompt_tokens:,} in, about {plan.usual_tokens:,} and at most {plan.completion_tokens:,} out",
    ]
    if plan.host is None:
        lines.append("cost    none")
    elif plan.usual_usd is None or plan.most_usd is None:
        lines.append("cost    unknown: no price is known for this model there")
    else:
        lines.append(f"cost    about US${plan.usual_usd:f} and at most US${plan.most_usd:f}, re-asks apart")
    return lines
