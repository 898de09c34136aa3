"""The scheduled run: the one composition of pipeline and delivery. `run_morning` is what command, timer and watcher call."""

from llm_wrap.morning.run import run_morning

__all__ = ["run_morning"]
