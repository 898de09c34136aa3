"""`llm-wrap brief --dry-run`."""

from __future__ import annotations

from collections.abc import Mapping

from llm_wrap.config import Settings
from llm_wrap.pipeline import read_wrap
from llm_wrap.plan import RunPlan, plan_run


def run_dry(file: str, settings: Settings, environment: Mapping[str, str]) -> int:
    """Prints what a run would ask; gives back exit code 0."""
    plan = plan_run(read_wrap(file, settings), settings, environment)
    print("\n".join(describe_plan(plan)))
    return 0


def describe_plan(plan: RunPlan) -> list[str]:
    about = "about " if plan.estimated else ""
    where = f"at {plan.host}" if plan.host else "on this machine"
    lines = [
        f"model   {plan.model} {where}",
        f"items   {plan.items}, of which {plan.cached} in the cache",
        f"calls   {plan.calls}; an answer that fails its checks is asked for once more",
        f"tokens  {about}{plan.prompt_tokens:,} in, about {plan.usual_tokens:,} and at most {plan.completion_tokens:,} out",
    ]
    if plan.host is None:
        lines.append("cost    none")
    elif plan.usual_usd is None or plan.most_usd is None:
        lines.append("cost    unknown: no price is known for this model there")
    else:
        lines.append(f"cost    about US${plan.usual_usd:f} and at most US${plan.most_usd:f}, re-asks apart")
    return lines
