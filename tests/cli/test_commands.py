"""The command as a user runs it: a process, its stdout, its stderr and its exit code."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import MODELS_DIR, SAMPLE
from tests.fake_openai import FakeOpenAI, FakeRequest, Response, completion, failure, good_answer

RECIPE = "Banana bread\n\nIngredients:\n3 bananas\n250 g flour\n\nBake for 50 minutes at 180 degrees.\n" * 3


def run(
    *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "LLM_WRAP_MODELS_DIR": str(MODELS_DIR), **(env or {})}
    return subprocess.run(
        [sys.executable, "-m", "llm_wrap", *arguments], input=stdin, capture_output=True, env=environment, timeout=120
    )


def fail_line(result: subprocess.CompletedProcess[bytes]) -> str:
    """The one line of a failure; asserts that it is one, and that nothing went to stdout."""
    text = result.stderr.decode()
    assert result.stdout == b""
    assert text.startswith("llm-wrap: ")
    assert len(text.splitlines()) == 1, text
    assert "Traceback" not in text
    return text


# --- the brief ------------------------------------------------------------------------------------------------------


def test_a_brief_from_a_server_in_every_format(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    server = ("--model", "some-model", "--base-url", fake_openai.url)
    first = run("brief", str(SAMPLE), *server)
    assert (first.returncode, first.stderr) == (0, b"")
    assert b"\x1b" not in first.stdout, "plain when piped"
    items = len(fake_openai.requests)
    assert items >= 4

    document = run("brief", str(SAMPLE), *server, "--format", "json")
    brief = json.loads(document.stdout)
    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator(schema).validate(brief)
    assert len(brief["labels"]) == items
    assert brief["usage"]["calls"] == 0
    assert brief["usage"]["cache_hits"] == items
    assert {label["model"] for label in brief["labels"]} == {"some-model"}
    for name, start in (("b.html", "<!doctype html>"), ("b.md", "#"), ("b.txt", ""), ("b.json", "{")):
        out = tmp_path / name
        result = run("brief", str(SAMPLE), *server, "--out", str(out))
        assert (result.returncode, result.stdout) == (0, b"")
        assert out.read_text(encoding="utf-8").lstrip().lower().startswith(start)
    assert len(fake_openai.requests) == items, "every later run came from the cache"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "home") == [
        "b.html",
        "b.json",
        "b.md",
        "b.txt",
    ]


def test_a_rotated_key_still_hits_and_no_secret_is_shown(fake_openai: FakeOpenAI) -> None:
    command = ("brief", str(SAMPLE), "--model", "m", "--base-url", fake_openai.url)
    run(*command, env={"OPENAI_API_KEY": "sk-first"})
    before = len(fake_openai.requests)
    assert fake_openai.requests[0].headers["authorization"] == "Bearer sk-first"
    second = run(*command, env={"OPENAI_API_KEY": "sk-second"})
    assert len(fake_openai.requests) == before
    assert b"sk-" not in second.stdout + second.stderr


def test_some_items_fail_and_the_brief_still_goes_out(fake_openai: FakeOpenAI) -> None:
    def script(request: FakeRequest) -> Response:
        return failure(500) if request.user_text in seen_first(request) else completion(good_answer(request))

    first: list[str] = []

    def seen_first(request: FakeRequest) -> list[str]:
        if not first:
            first.append(request.user_text)
        return first

    fake_openai.script = script
    result = run("brief", str(SAMPLE), "--model", "m", "--base-url", fake_openai.url, "--format", "json")
    assert result.returncode == 1
    labels = json.loads(result.stdout)["labels"]
    (failed,) = [label for label in labels if label["status"] == "unlabelled"]
    assert failed["reason"] == "server_error"
    assert failed["theme"] is None
    assert failed["sentiment"] is None
    assert result.stderr.decode().startswith(f"llm-wrap: 1 of {len(labels)} items are unlabelled (server_error)")


def test_no_server_is_exit_1_with_every_table(tmp_path: Path) -> None:
    result = run("brief", str(SAMPLE), "--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--format", "json")
    assert result.returncode == 1
    brief = json.loads(result.stdout)
    assert {label["reason"] for label in brief["labels"]} == {"no_connection"}
    assert brief["wrap"]["markets"]
    assert "cannot reach the server" in result.stderr.decode()


def test_no_llm_asks_nobody_and_is_whole(fake_openai: FakeOpenAI) -> None:
    result = run("brief", str(SAMPLE), "--no-llm", "--base-url", fake_openai.url, "--model", "m")
    assert (result.returncode, result.stderr, fake_openai.requests) == (0, b"", [])
    assert b"INDICES" in result.stdout


def test_standard_input(fake_openai: FakeOpenAI) -> None:
    by_name = run("parse", str(SAMPLE), "--format", "json")
    by_pipe = run("parse", "-", "--format", "json", stdin=SAMPLE.read_bytes())
    assert by_name.returncode == 0
    assert by_pipe.stdout == by_name.stdout


def test_themes_of_ones_own(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    themes = tmp_path / "mine.toml"
    themes.write_text('[[theme]]\nname = "rates"\nabout = "rates"\n[[theme]]\nname = "rest"\nabout = "the rest"\n')
    fake_openai.script = lambda request: completion(good_answer(request, theme="rates", secondary_themes=[]))
    server = ("--model", "m", "--base-url", fake_openai.url)
    result = run("brief", str(SAMPLE), *server, "--themes", str(themes), "--format", "json")
    assert {label["theme"] for label in json.loads(result.stdout)["labels"]} == {"rates"}
    themes.write_text('[[theme]]\nname = "rates"\n')
    assert "mine.toml" in fail_line(run("brief", str(SAMPLE), *server, "--themes", str(themes)))


# --- bad input and output -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["brief", "parse"])
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.txt", None, "does not exist"),
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)) * 40, ""),
        ("recipe.txt", RECIPE.encode(), ""),
        ("large.txt", b"Synopsis:\n" + b"x" * 11_000_000, ""),
        ("folder", "folder", "folder"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    tmp_path: Path, command: str, name: str, content: bytes | str | None, says: str
) -> None:
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    out = tmp_path / "out.json"
    result = run(command, str(path), "--format", "json", "--out", str(out))
    line = fail_line(result)
    assert result.returncode == 2
    assert name in line
    assert says in line
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("brief",),
        ("brief", "x", "--format", "pdf"),
        ("brief", "x", "--bogus"),
        ("bogus",),
        ("brief", str(SAMPLE), "--model", "gpt-5"),
        ("brief", str(SAMPLE), "--model", "m", "--base-url", "ftp://x"),
        ("brief", str(SAMPLE), "--no-llm", "--out", "/nowhere/at/all.html"),
        ("brief", str(SAMPLE), "--no-llm", "--out", "brief.docx"),
        ("brief", str(SAMPLE), "--no-llm", "--config", "/nowhere.toml"),
        ("brief", str(SAMPLE), "--no-llm", "--themes", "/nowhere.toml"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    fail_line(result)


def test_a_failed_run_leaves_the_old_brief_alone(tmp_path: Path) -> None:
    out = tmp_path / "brief.html"
    out.write_text("yesterday")
    recipe = tmp_path / "recipe.txt"
    recipe.write_text(RECIPE)
    assert run("brief", str(recipe), "--out", str(out)).returncode == 2
    assert out.read_text() == "yesterday"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "home") == ["brief.html", "recipe.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_is_130_and_leaves_nothing_half_written(fake_openai: FakeOpenAI, tmp_path: Path) -> None:
    def hang(request: FakeRequest) -> Response:
        time.sleep(30)
        return failure(500)

    fake_openai.script = hang
    command = [sys.executable, "-m", "llm_wrap", "brief", str(SAMPLE), "--model", "m", "--base-url", fake_openai.url]
    out = tmp_path / "b.html"
    process = subprocess.Popen([*command, "--out", str(out)], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not fake_openai.requests and time.monotonic() < deadline:
        time.sleep(0.05)
    assert fake_openai.requests
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert stderr.strip() == b"llm-wrap: stopped"
    assert [path for path in tmp_path.iterdir() if path.name != "home"] == []


def test_what_is_written_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    wrap = tmp_path / "wrap.txt"
    wrap.write_text(
        SAMPLE.read_text(encoding="utf-8").replace("Nikkei suffered", "São Paulo aside, Nikkei suffered"),
        encoding="utf-8",
    )
    for form in ("json", "md"):
        result = run("brief", str(wrap), "--no-llm", "--format", form, env={"PYTHONIOENCODING": "ascii"})
        assert (result.returncode, result.stderr) == (0, b"")
        assert "São Paulo aside" in result.stdout.decode("utf-8")


def test_a_file_keeps_its_mode_and_a_new_one_gets_the_usual_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text("private")
    old.chmod(0o640)
    for out in (old, new):
        assert run("brief", str(SAMPLE), "--no-llm", "--out", str(out)).returncode == 0
        assert out.read_text(encoding="utf-8").startswith("# ")
    (plain := tmp_path / "plain").touch()
    assert (old.stat().st_mode & 0o777, new.stat().st_mode) == (0o640, plain.stat().st_mode)
    assert sorted(path.name for path in tmp_path.glob("*.md")) == ["new.md", "old.md"]
    assert list(tmp_path.glob(".*")) == []


def test_a_folder_that_cannot_be_made_is_no_defect_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = fail_line(run("init", env={"XDG_CONFIG_HOME": str(tmp_path / "file")}))
    assert str(tmp_path / "file") in line
    assert "defect" not in line


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m llm_wrap parse {SAMPLE} --format json | head -c 1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, env=dict(os.environ))
    assert result.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_colour_and_no_color_is_honoured() -> None:
    assert b"\x1b[" in _run_in_terminal({})
    assert b"\x1b[3" not in _run_in_terminal({"NO_COLOR": "1"})


def _run_in_terminal(env: Mapping[str, str]) -> bytes:
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", **env}
    environment.pop("NO_COLOR", None) if not env else None
    process = subprocess.Popen(
        [sys.executable, "-m", "llm_wrap", "brief", str(SAMPLE), "--no-llm"],
        stdout=child,
        stderr=child,
        env=environment,
    )
    os.close(child)
    output = b""
    while True:
        try:
            chunk = os.read(parent, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    process.wait()
    os.close(parent)
    return output


# --- what is around the brief ---------------------------------------------------------------------------------------


def test_parse_prints_csv_that_a_spreadsheet_cannot_run(tmp_path: Path) -> None:
    wrap = tmp_path / "w.txt"
    wrap.write_text(
        'Sep 12 ,2025\nNotable Gainers:\n+3.2% XYZ (=HYPERLINK("x")): @SUM(A1)\n'
        "Markets:\nNikkei: 395.62 or +0.89% to 44768.12\nHang Seng: (4.71) or (0.12%) to 3870.60\n"
    )
    result = run("parse", str(wrap), "--format", "csv")
    assert result.returncode == 0
    lines = result.stdout.decode().splitlines()
    assert lines[0].startswith("table,line,ticker,name")
    assert any(",-4.71," in line for line in lines), "numbers stay numbers"
    cells = [cell.strip('"') for line in lines for cell in line.split(",")]
    assert not [cell for cell in cells if cell[:1] in "=@" and cell]


def test_coverage_accounts_for_every_line() -> None:
    result = run("parse", str(SAMPLE), "--coverage")
    lines = result.stdout.decode().splitlines()
    filled = [line for line in SAMPLE.read_text().splitlines() if line.strip()]
    assert len(lines) - 1 == len(filled)
    assert lines[-1] == f"{len(filled)} lines, {len(filled)} in a record or section, 0 unparsed"
    piped = run("parse", "-", "--coverage", stdin=SAMPLE.read_bytes())
    assert piped.stdout == result.stdout, "standard input is read once"


def test_a_folder_is_one_json_line_a_wrap_and_a_bad_file_stops_nothing(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "1.txt").write_text(RECIPE)
    result = run("parse", str(tmp_path))
    lines = [json.loads(line) for line in result.stdout.decode().splitlines()]
    assert result.returncode == 1
    assert [Path(line["file"]).name for line in lines] == ["0.txt", "1.txt", "2.txt"]
    assert [line["error"] is None for line in lines] == [True, False, True]
    assert lines[0]["document"]["wrap"]["digest"]
    assert result.stderr.decode() == "llm-wrap: 1 of 3 files are no wraps; their lines say why\n"


def test_eval_parse_tells_right_from_wrong(tmp_path: Path) -> None:
    truth = {"wrap": {"region": "asia", "session_date": "1999-01-01"}}
    (tmp_path / "case.txt").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "case.json").write_text(json.dumps(truth))
    result = run("eval", "parse", str(tmp_path))
    assert result.returncode == 1
    assert "1 of 2 values right" in result.stdout.decode()
    assert "session_date: '1999-01-01' expected" in result.stdout.decode()
    assert "holds no case" in fail_line(run("eval", "parse", str(tmp_path / "home")))


def test_init_writes_every_setting_and_they_are_read_back(tmp_path: Path) -> None:
    target = tmp_path / "c.toml"
    assert run("init", str(target)).returncode == 0
    assert "is there already" in fail_line(run("init", str(target)))
    assert run("brief", str(SAMPLE), "--no-llm", "--config", str(target)).returncode == 0
    target.write_text(target.read_text().replace("# deadline_s = 120", "deadline_s = 0"))
    assert "deadline_s" in fail_line(run("brief", str(SAMPLE), "--no-llm", "--config", str(target)))


def test_cache_stats_and_clear(fake_openai: FakeOpenAI) -> None:
    run("brief", str(SAMPLE), "--model", "m", "--base-url", fake_openai.url)
    items = len(fake_openai.requests)
    assert f" {items + 1} entries" in run("cache", "stats").stdout.decode(), "the answers, and the reading"
    assert f" {items + 1} entries removed" in run("cache", "clear").stdout.decode()
    run("brief", str(SAMPLE), "--model", "m", "--base-url", fake_openai.url)
    assert len(fake_openai.requests) == 2 * items


def test_models_verify_says_what_is_missing(tmp_path: Path) -> None:
    result = run("models", "verify", env={"LLM_WRAP_MODELS_DIR": str(tmp_path / "none")})
    assert result.returncode == 1
    assert "llm-wrap models pull" in result.stderr.decode()


def test_every_command_has_help_that_fits_its_line() -> None:
    overview = run("--help").stdout.decode()
    for command in (
        "brief",
        "parse",
        "run",
        "status",
        "outbox",
        "archive",
        "schema",
        "models",
        "cache",
        "init",
        "eval",
        "bench",
    ):
        assert command in overview
        assert run(command, "--help").returncode == 0
    assert "..." not in overview.partition("Commands:")[2]
