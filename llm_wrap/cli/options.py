"""What the command modules share: the type of a path, and the options that mean the same everywhere."""

from __future__ import annotations

from pathlib import Path

import click

FILE_PATH = click.Path(path_type=Path)

config_option = click.option("--config", type=FILE_PATH, metavar="FILE", help="Settings file (see: llm-wrap init).")
