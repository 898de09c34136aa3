"""Settings: which stands over which, and what a wrong one says."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from llm_wrap.config import TEMPLATE, Settings, load_settings, override
from llm_wrap.errors import SettingsError
from llm_wrap.mail_settings import Recipient


def test_environment_over_file_over_default_and_the_command_line_over_all(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('model = "from-file"\nconcurrency = 3\nthemes = "~/t.toml"\n')
    settings = load_settings(file, {"LLM_WRAP_MODEL": "from-env", "LLM_WRAP_CACHE": "no"})
    assert (settings.model, settings.concurrency, settings.cache, settings.deadline_s) == ("from-env", 3, False, 120.0)
    assert settings.themes == Path("~/t.toml").expanduser()
    assert override(settings, model="from-option", base_url=None).model == "from-option"
    assert load_settings(None, {"LLM_WRAP_CONFIG": str(file)}).model == "from-file"
    file.write_text('model = "from-notepad"\n', encoding="utf-8-sig")
    assert load_settings(file, {}).model == "from-notepad", "a byte order mark is no defect"


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
        ("mail = 1", "mail is a table"),
        ("[mail]\nprot = 25", "there is no setting 'mail.prot'"),
        ("[mail]\nsecurity = 'ssl'", "mail.security = 'ssl' is none of"),
        ("[mail]\nhost = 'a\\u000ab'".replace("'", '"'), "mail.host holds a control character"),
        ("[mail]\nsender = 'nobody'", "mail.sender: 'nobody' is no mail address"),
        ("[[mail.to]]\nwraps = ['asia']", "each recipient needs an address"),
        ('[[mail.to]]\naddress = "a@x.example\\r\\nBcc: b@x.example"', "is no mail address"),
        ("[[mail.to]]\naddress = 'a@x.example'\n[[mail.to]]\naddress = 'A@x.example'", "twice"),
        ("[morning]\ndeadline = 'noon'", "deadline = 'noon' is not a time of day such as \"07:30\""),
        ("[morning]\ndeadline = '07:30+02:00'", "is not a time of day"),
        ("[morning]\ntime_zone = 'Mars/Olympus'", "is no time zone"),
        ("[morning]\nping_url = 'file:///etc/passwd'", "no http address"),
        ("[morning]\nping_url = 'https://ping.example/my secret'", "ping_url is no http address"),
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


def test_the_template_explains_every_setting_at_its_default(tmp_path: Path) -> None:
    lines = [
        line.removeprefix("# ") for line in TEMPLATE.splitlines() if " = " in line or line.startswith(("[", "# ["))
    ]
    given = tomllib.loads("\n".join(lines))
    for table, at in (
        (Settings(), given),
        (Settings().mail, given["mail"]),
        (Settings().mail.sent, given["mail"]["sent"]),
        (Recipient(address="analyst@example.com"), given["mail"]["to"][0]),
        (Settings().inbox, given["inbox"]),
        (Settings().morning, given["morning"]),
    ):
        assert set(at) == {setting.name for setting in fields(table)}
    assert _load(tmp_path, "\n".join(lines)).mail.to[0].watchlist == ("7203.JP", "Hanseo Memory")
    assert _load(tmp_path, TEMPLATE) == Settings(), "nothing is set until the user takes a # away"
    for name in ("model", "api_key_env", "cache", "deadline_s", "concurrency", "max_bytes"):
        assert given[name] == getattr(Settings(), name)
    for table, names in (
        ("mail", ("port", "security", "password_env", "deadline_s", "retry_s")),
        ("inbox", ("port", "security", "password_env", "mailbox", "max_age_days")),
        ("morning", ("time_zone", "labels_s", "notices", "retention_days", "log")),
    ):
        for name in names:
            assert given[table][name] == getattr(getattr(Settings(), table), name)


def test_tables_can_be_set_from_the_environment() -> None:
    settings = load_settings(
        None,
        {
            "LLM_WRAP_MAIL_HOST": "mail.example",
            "LLM_WRAP_MAIL_SENT_FOLDER": "Archive",
            "LLM_WRAP_MAIL_TO": "a@x.example, b@x.example",
            "LLM_WRAP_MORNING_DEADLINE": "06:15",
            "LLM_WRAP_MAIL_PASSWORD": "not a setting",
        },
    )
    assert (settings.mail.host, settings.mail.sent.folder) == ("mail.example", "Archive")
    assert [recipient.address for recipient in settings.mail.to] == ["a@x.example", "b@x.example"]
    assert settings.morning.deadline == time(6, 15)


def _load(folder: Path, text: str) -> Settings:
    file = folder / "c.toml"
    file.write_text(text)
    return load_settings(file, {})
