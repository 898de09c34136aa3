"""Settings: which stands over which, and what a wrong one says."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from llm_wrap.config import TEMPLATE, Settings, load_settings, override
from llm_wrap.errors import SettingsError


def test_environment_over_file_over_default_and_the_command_line_over_all(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('model = "from-file"\nconcurrency = 3\nthemes = "~/t.toml"\n')
    settings = load_settings(file, {"LLM_WRAP_MODEL": "from-env", "LLM_WRAP_CACHE": "no"})
    assert (settings.model, settings.concurrency, settings.cache, settings.deadline_s) == ("from-env", 3, False, 120.0)
    assert settings.themes == Path("~/t.toml").expanduser()
    assert override(settings, model="from-option", base_url=None).model == "from-option"
    assert load_settings(None, {"LLM_WRAP_CONFIG": str(file)}).model == "from-file"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modle = 1", "modle"),
        ("model = 1", "model = 1 is not a str"),
        ('cache = "perhaps"', "is not a bool"),
        ("deadline_s = 0", "deadline_s = 0 is not between"),
        ("concurrency = true", "is not a int"),
        ("allow_hosts = [1]", "is not a list of texts"),
        ("review_below = 7", "review_below"),
        ("= broken", "not a TOML file"),
    ],
)
def test_a_wrong_setting_names_file_and_setting(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"c\.toml") as raised:
        load_settings(file, {})
    assert says in str(raised.value)


def test_a_named_file_must_be_there_and_the_default_need_not(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="llm-wrap init"):
        load_settings(tmp_path / "none.toml", {})
    assert load_settings(None, {}).model == "embedded"


def test_the_template_explains_every_setting_at_its_default() -> None:
    lines = [line.removeprefix("# ") for line in TEMPLATE.splitlines() if " = " in line]
    given = tomllib.loads("\n".join(lines))
    assert set(given) == {setting.name for setting in fields(Settings)}
    assert tomllib.loads(TEMPLATE) == {}, "nothing is set until the user takes a # away"
    for name in ("model", "api_key_env", "cache", "deadline_s", "concurrency", "max_bytes"):
        assert given[name] == getattr(Settings(), name)
