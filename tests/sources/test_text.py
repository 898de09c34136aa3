"""Files to text: every encoding, and every refusal in one line that names the file and says what to do."""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path

import pytest

from llm_wrap.errors import InputError
from llm_wrap.sources import SourceText, read_wrap_text

WRAP = "Sep 12 ,2025\nCurrencies:\n$-¥: +0.39 or +0.27% to 147.6150\n“quoted” – naïve\n"


def save(folder: Path, data: bytes, name: str = "wrap.txt") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    data = WRAP.encode(encoding)
    assert read_wrap_text(save(tmp_path, data)).text == WRAP


def test_latin_1(tmp_path: Path) -> None:
    text = "Pétrobras: señal\n"
    assert read_wrap_text(save(tmp_path, text.encode("latin-1"))).text == text


def test_a_file_cut_in_the_middle_of_a_character_is_still_utf_8(tmp_path: Path) -> None:
    assert read_wrap_text(save(tmp_path, "“a” – ¥ €".encode()[:-1])).text == "“a” – ¥ \ufffd"


def test_text_that_was_encoded_twice(tmp_path: Path) -> None:
    assert read_wrap_text(save(tmp_path, "£-$: Baidu’s".encode().decode("cp1252").encode())).text == "£-$: Baidu’s"


def test_text_of_which_parts_were_encoded_twice(tmp_path: Path) -> None:
    """A closing quote has a byte that Windows-1252 lacks, and a text may have passed two programs."""
    meant = "“Nestlé’s” €-$: −5.6% – said"
    garbled = "".join(
        bytes([code]).decode("cp1252", errors="replace").replace("\ufffd", chr(code)) for code in meant.encode()
    )
    assert read_wrap_text(save(tmp_path, f"{garbled} Bogotá ₩".encode())).text == f"{meant} Bogotá ₩"
    assert read_wrap_text(save(tmp_path, "‘AMANHÃ’ 5°C, Âge".encode())).text == "‘AMANHÃ’ 5°C, Âge"


def test_name_is_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, WRAP.encode())
    monkeypatch.chdir(tmp_path)
    assert read_wrap_text("wrap.txt") == SourceText(name="wrap.txt", text=WRAP, carrier="text")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRAP.encode())))
    assert read_wrap_text("-") == SourceText(name="<stdin>", text=WRAP)


def refuse(name: str, *words: str, limit: int = 10_000) -> None:
    with pytest.raises(InputError) as caught:
        read_wrap_text(name, limit=limit)
    message = str(caught.value)
    assert "\n" not in message
    assert Path(name).name in message
    for word in words:
        assert word in message


def test_missing(tmp_path: Path) -> None:
    refuse(str(tmp_path / "none.txt"), "does not exist", "check the path")


def test_folder(tmp_path: Path) -> None:
    refuse(str(tmp_path), "is a folder", "name a file")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe\n\0", b"\0\0\0"])
def test_empty(tmp_path: Path, data: bytes) -> None:
    refuse(save(tmp_path, data), "is empty", "save the wrap again")


def test_oversized(tmp_path: Path) -> None:
    refuse(save(tmp_path, b"a" * 10_001), "larger than 10,000 bytes")
    assert read_wrap_text(save(tmp_path, b"a" * 10_000), limit=10_000).text == "a" * 10_000


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless device here")
def test_an_endless_file_is_not_read_to_its_end() -> None:
    started = time.monotonic()
    refuse("/dev/zero", "larger than")
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4,
        b"PK\x03\x04" + bytes(range(256)) * 8,
        b"\x7fELF\x02\x01\x01" + b"\0" * 300,
        b"\x1f\x8b\x08\0" + bytes(reversed(range(256))) * 3,
    ],
    ids=["png", "zip", "elf", "gzip"],
)
def test_binary(tmp_path: Path, data: bytes) -> None:
    refuse(save(tmp_path, data), "is a binary file", "save the wrap as text")


def test_a_byte_order_mark_that_lies(tmp_path: Path) -> None:
    refuse(save(tmp_path, b"\xff\xfea\0b\0c"), "UTF-16", "save it again as UTF-8")


def test_a_name_with_a_nul() -> None:
    with pytest.raises(InputError, match="could not be read"):
        read_wrap_text("wrap\0.txt")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    name = save(tmp_path, WRAP.encode())
    Path(name).chmod(0)
    refuse(name, "may not be read")


def test_a_stray_nul_in_a_wrap_is_text(tmp_path: Path) -> None:
    assert "Currencies" in read_wrap_text(save(tmp_path, WRAP.replace("Sep", "S\0ep").encode())).text
