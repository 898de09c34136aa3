"""LoRA matrices become a GGUF adapter: names, order of rows, metadata."""

from __future__ import annotations

import pytest

from llm_wrap.errors import InputError
from llm_wrap.training.export import (
    carry_on,
    interleave_heads,
    order_tensors,
    read_adapter,
    separate_heads,
    write_adapter,
)

np = pytest.importorskip("numpy", reason="the extra `train` is not installed")


def pair(layer: str, rows: int, columns: int = 6, rank: int = 2) -> dict[str, object]:
    chance = np.random.default_rng(3)
    return {
        f"blk.0.{layer}.weight.lora_a": chance.normal(size=(rank, columns)).astype("float32"),
        f"blk.0.{layer}.weight.lora_b": chance.normal(size=(rows, rank)).astype("float32"),
    }


def test_the_halves_of_each_head_are_interleaved():
    assert interleave_heads(np.arange(8).reshape(8, 1), 2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_rows_that_do_not_divide_into_heads_are_refused():
    with pytest.raises(InputError, match="7 rows"):
        interleave_heads(np.zeros((7, 1)), 2)


@pytest.mark.parametrize("layer", ["attn_q", "attn_k"])
def test_the_product_of_the_ordered_pair_is_the_ordered_product(layer):
    lora = pair(layer, rows=36)
    ordered = order_tensors(lora)
    a, b = (f"blk.0.{layer}.weight.lora_{half}" for half in "ab")
    heads = {"attn_q": 9, "attn_k": 3}[layer]
    expected = interleave_heads(lora[b] @ lora[a], heads)
    found = ordered[b].astype("float32") @ ordered[a].astype("float32")
    assert np.allclose(found, expected, atol=0.02)
    assert not np.allclose(found, lora[b] @ lora[a], atol=0.02)


def test_other_layers_keep_their_order_and_all_are_float16():
    lora = pair("ffn_up", rows=12)
    ordered = order_tensors(lora)
    assert {matrix.dtype.name for matrix in ordered.values()} == {"float16"}
    assert all(np.allclose(ordered[name], lora[name], atol=0.01) for name in lora)


def test_half_a_pair_is_refused():
    lora = pair("attn_v", rows=6)
    del lora["blk.0.attn_v.weight.lora_a"]
    with pytest.raises(InputError, match="pairs"):
        order_tensors(lora)


def test_the_file_says_that_it_is_a_lora_adapter_for_llama(tmp_path):
    gguf = pytest.importorskip("gguf", reason="the extra `train` is not installed")
    target = tmp_path / "adapter.gguf"
    write_adapter({**pair("attn_q", rows=36), **pair("ffn_down", rows=6)}, 32, target)
    reader = gguf.GGUFReader(target)
    said = {name: field.contents() for name, field in reader.fields.items()}
    assert said["general.architecture"] == "llama"
    assert said["general.type"] == "adapter"
    assert said["adapter.type"] == "lora"
    assert said["adapter.lora.alpha"] == 32.0
    shapes = {tensor.name: tuple(int(n) for n in tensor.shape) for tensor in reader.tensors}
    assert shapes["blk.0.attn_q.weight.lora_a"] == (6, 2)  # GGUF gives the fastest dimension first
    assert shapes["blk.0.attn_q.weight.lora_b"] == (2, 36)
    assert len(shapes) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["adapter.gguf"]


def test_what_was_written_is_read_back_in_the_order_of_training(tmp_path):
    pytest.importorskip("gguf", reason="the extra `train` is not installed")
    lora = {**pair("attn_q", rows=36), **pair("attn_k", rows=12), **pair("ffn_down", rows=6)}
    write_adapter(lora, 32, tmp_path / "adapter.gguf")
    found = read_adapter(tmp_path / "adapter.gguf")
    assert found.keys() == lora.keys()
    assert all(np.allclose(found[name], lora[name], atol=0.01) for name in lora)


def test_separated_heads_are_those_before_interleaving():
    rows = np.arange(24).reshape(12, 2)
    assert separate_heads(interleave_heads(rows, 3), 3).tolist() == rows.tolist()


def test_a_file_that_is_no_adapter_is_refused(tmp_path):
    pytest.importorskip("gguf", reason="the extra `train` is not installed")
    (tmp_path / "adapter.gguf").write_bytes(b"no GGUF at all, though long enough for a header of one" * 4)
    with pytest.raises(InputError, match="cannot be read as an adapter"):
        read_adapter(tmp_path / "adapter.gguf")


def test_a_way_is_carried_on_in_a_straight_line():
    start, end = {"a": np.array([0.0, 1.0])}, {"a": np.array([1.0, 1.0])}
    assert carry_on(start, end, 1.5)["a"].tolist() == [1.5, 1.0]
    assert carry_on(start, end, 1.0)["a"].tolist() == [1.0, 1.0]
    with pytest.raises(InputError, match="same matrices"):
        carry_on(start, {"b": end["a"]}, 1.5)
