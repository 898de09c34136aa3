"""The theme file: which themes there are, what each is about, and what it rolls up into."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from llm_wrap.errors import SettingsError
from llm_wrap.labelling.prompts import prompts_folder
from llm_wrap.models import Theme

_MAX_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class ThemeSet:
    """The themes in file order, with the digest of the file's bytes."""

    themes: tuple[Theme, ...]
    digest: str
    is_default: bool

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(theme.name for theme in self.themes)

    def describe(self) -> str:
        """The lines that a prompt shows: "- trade: tariffs, …"."""
        return "\n".join(f"- {theme.name}: {theme.about}" for theme in self.themes)


def load_themes(path: Path | None = None) -> ThemeSet:
    """The themes of `path`, or the nine of the label guide; SettingsError says which line of the file is wrong."""
    where = path if path is not None else prompts_folder() / "themes.toml"
    try:
        raw = where.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise SettingsError(f"{where}: a theme file has at most {_MAX_BYTES} bytes")
        rows = tomllib.loads(raw.decode("utf-8")).get("theme", [])
    except OSError as error:
        raise SettingsError(f"{where}: cannot read this theme file ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{where}: not a TOML theme file ({error})") from error
    if not isinstance(rows, list) or not 2 <= len(rows) <= 40:
        raise SettingsError(f"{where}: needs 2 to 40 [[theme]] tables")
    themes = tuple(_read_row(where, number, row) for number, row in enumerate(rows, 1))
    names = [theme.name for theme in themes]
    for number, theme in enumerate(themes, 1):
        if names.count(theme.name) > 1:
            raise SettingsError(f"{where}: [[theme]] {number}: the name {theme.name!r} stands twice")
        if theme.rollup not in names:
            raise SettingsError(f"{where}: [[theme]] {number}: rollup {theme.rollup!r} is no theme of this file")
    return ThemeSet(themes, hashlib.sha256(raw).hexdigest(), is_default=path is None)


def _read_row(where: Path, number: int, row: object) -> Theme:
    if not isinstance(row, dict):
        raise SettingsError(f"{where}: [[theme]] {number}: not a table")
    values = {key: row.get(key, "") for key in ("name", "about", "rollup", "title")}
    if not all(isinstance(value, str) for value in values.values()):
        raise SettingsError(f"{where}: [[theme]] {number}: name, about, rollup and title are text")
    name = values["name"]
    if not (name.isascii() and name.replace("_", "").isalnum() and name == name.lower() and len(name) <= 40):
        raise SettingsError(f"{where}: [[theme]] {number}: name {name!r} must be lower-case letters, digits and _")
    if not values["about"].strip():
        raise SettingsError(f"{where}: [[theme]] {number}: {name} needs an 'about' line: the model reads it")
    title = values["title"] or name.replace("_", " ").capitalize()
    return Theme(name=name, about=values["about"].strip(), rollup=values["rollup"] or name, title=title)
