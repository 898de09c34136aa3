"""What the command modules share: the type of a path, the options that mean the same everywhere, and the settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from llm_wrap.config import Settings

FILE_PATH = click.Path(path_type=Path)

config_option = click.option("--config", type=FILE_PATH, metavar="FILE", help="Settings file (see: llm-wrap init).")
no_llm_option = click.option("--no-llm", is_flag=True, help="Tables and text only: label nothing, ask no model.")
log_option = click.option(
    "--log", type=click.Choice(["text", "json"]), help="Form of the lines on stderr; default is the setting."
)


def settings_of(config: Path | None, **given: object) -> Settings:
    """The settings with what the command line gave; None is not given."""
    from llm_wrap.config import load_settings, override

    return override(load_settings(config, os.environ), **given)
