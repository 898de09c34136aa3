"""Prompt files: found in the wheel or in the checkout, versioned by the digest of their bytes.

A prompt file has comment lines ("# ...") on top, then `=== system` and `=== user` sections with `{{name}}` places. The
place `{{label_guide}}` is the file label_guide.md; the others are filled in for each item.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llm_wrap.errors import SettingsError
from llm_wrap.models import DigestItem

_PACKAGED = Path(__file__).resolve().parent.parent / "prompts"  # where the wheel puts them
_CHECKOUT = Path(__file__).resolve().parent.parent.parent / "prompts"  # an editable install or a checkout
_GUIDE_PLACE = b"{{label_guide}}"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt template. `digest` is of its file's bytes and the guide's where it shows it: any edit is a new version."""

    name: str
    system: str
    user: str
    digest: str

    @property
    def version(self) -> str:
        """What the brief shows: `label_item@sha256:1f2e…` with 12 hex digits."""
        return f"{self.name}@sha256:{self.digest[:12]}"

    def fill(self, **places: str) -> list[dict[str, str]]:
        """The chat messages with the places filled in. Text that is filled in is not looked at for places again."""
        return [
            {"role": "system", "content": _fill(self.system, places)},
            {"role": "user", "content": _fill(self.user, places)},
        ]


def prompts_folder() -> Path:
    """The folder that holds the prompt files; SettingsError where the installation has lost it."""
    for folder in (_PACKAGED, _CHECKOUT):
        if (folder / "themes.toml").is_file():
            return folder
    raise SettingsError("the prompt files are missing from this installation: reinstall llm-wrap-brief")


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt file `name`.md; SettingsError where it is missing or has no system and user section."""
    path = prompts_folder() / f"{name}.md"
    raw = _read(path)
    if _GUIDE_PLACE in raw:
        raw = raw.replace(_GUIDE_PLACE, _read(prompts_folder() / "label_guide.md").strip())
    _, marker_system, rest = raw.decode("utf-8").partition("=== system\n")
    system, marker_user, user = rest.partition("=== user\n")
    if not (marker_system and marker_user):
        raise SettingsError(f"{path}: a prompt file has a '=== system' and a '=== user' line")
    return Prompt(name, system.strip(), user.strip(), hashlib.sha256(raw).hexdigest())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot read this prompt file ({error.strerror})") from error


def number_sentences(item: DigestItem) -> str:
    """The item as the trained model reads it: "[0] headline", then a line "[n] sentence" each.

    >>> print(number_sentences(DigestItem(headline="Chips up", body="A rose. B fell.", sentences=("A rose.", "B fell."))))
    [0] Chips up
    [1] A rose.
    [2] B fell.
    """
    return "\n".join(f"[{n}] {text}" for n, text in enumerate((item.headline, *item.sentences)))


def _fill(template: str, places: dict[str, str]) -> str:
    parts = template.split("{{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, closing, rest = part.partition("}}")
        filled.append(places[name] + rest if closing and name in places else "{{" + part)
    return "".join(filled)
