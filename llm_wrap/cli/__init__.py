"""The `llm-wrap` command: options to one call each. Results go to stdout, everything else to stderr.

Exit codes: 0 the brief is whole; 1 it is out but incomplete; 2 no brief, with one line on stderr; 130 on Ctrl-C.
"""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

import click

from llm_wrap.cli.commands import app
from llm_wrap.errors import LlmWrapError, printable


def main() -> None:
    """Entry point of the console script."""
    gc.set_threshold(100_000)  # what is imported stays: looking through it every 700 objects finds nothing
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a screen shows what it can; data is written by `output.write_text`
    try:
        code = app(standalone_mode=False, prog_name="llm-wrap")
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except LlmWrapError as error:
        _fail(str(error))
    except click.exceptions.NoArgsIsHelpError as error:  # a group without a command: its help
        error.show(sys.stderr)
        sys.exit(2)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "llm-wrap"
        _fail(f"{error.format_message()} (see: {where} --help)")
    except click.ClickException as error:
        _fail(error.format_message())
    except (KeyboardInterrupt, click.Abort):
        print("llm-wrap: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has gone, `llm-wrap brief FILE | head` say; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if os.environ.get("LLM_WRAP_DEBUG"):
            raise
        if isinstance(error, OSError) and error.filename:
            _fail(f"{error.filename}: {error.strerror}")
        _fail(f"this is a defect of llm-wrap ({type(error).__name__}: {error}); LLM_WRAP_DEBUG=1 shows where")
    finally:
        gc.freeze()  # the process ends: looking for cycles in all that it has loaded would take a tenth of a warm brief


def _fail(text: str) -> None:
    print(f"llm-wrap: {printable(' '.join(text.split()))}", file=sys.stderr)
    sys.exit(2)
