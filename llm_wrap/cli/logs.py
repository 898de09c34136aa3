"""What -v shows on stderr, set up in this one place.

Messages name files, hosts, counts, times and reasons: no wrap text, no answer, no key. What is sent to a model and what
comes back goes to the logger `llm_wrap.text`, which is off unless --log-text is given, without keys even then.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from llm_wrap.errors import printable

Command = TypeVar("Command", bound=Callable[..., int])


def log_options(command: Command) -> Command:
    """Gives a command -v and --log-text, and sets the logs up before it runs."""

    @functools.wraps(command)
    def run(*arguments: object, verbose: int, log_text: bool, **options: object) -> int:
        if verbose or log_text:
            set_up_logs(verbose, log_text=log_text)
        return command(*arguments, **options)

    verbose = click.option(
        "-v", "--verbose", count=True, help="Say on stderr what is done; -vv says more. No wrap text."
    )
    text = click.option("--log-text", is_flag=True, help="As -vv, with what is sent and answered. Never a key.")
    return verbose(text(run))  # type: ignore[return-value]


def set_up_logs(verbosity: int, *, log_text: bool = False) -> None:
    """1 is info, 2 and more is debug. Only our own loggers speak: those of the libraries show requests as they are."""
    import logging

    class StderrHandler(logging.Handler):
        """To stderr as it is when the line comes: a progress bar may stand before it."""

        def emit(self, record: logging.LogRecord) -> None:
            print(printable(" ".join(self.format(record).split())), file=sys.stderr)

    handler = StderrHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
    ours = logging.getLogger("llm_wrap")
    ours.handlers = [handler]
    ours.propagate = False
    ours.setLevel(logging.DEBUG if verbosity > 1 or log_text else logging.INFO)
    logging.getLogger("llm_wrap.text").setLevel(logging.DEBUG if log_text else logging.CRITICAL)
