"""Trained LoRA matrices to the GGUF adapter that llama.cpp loads.

In a Llama GGUF the rows of attn_q and attn_k stand in another order than in transformers: within each head the two
halves of the rotary dimensions are interleaved. `lora_b` gives those rows, so its rows need the same order; `lora_a`
does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llm_wrap.errors import InputError
from llm_wrap.files import replacing

# A NumPy array; numpy comes with the extra `train` and is not imported here.
Array = Any
# SmolLM2-135M: how many heads attn_q and attn_k have.
HEADS = {"attn_q": 9, "attn_k": 3}


def interleave_heads(rows: Array, heads: int) -> Array:
    """The rows of a q or k matrix in GGUF's order: of a head with rows 0 1 2 3, the order is 0 2 1 3."""
    if rows.shape[0] % (2 * heads):
        raise InputError(f"{rows.shape[0]} rows do not divide into {heads} heads of two halves")
    halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return halves.swapaxes(1, 2).reshape(rows.shape)


def order_tensors(lora: Mapping[str, Array]) -> dict[str, Array]:
    """The matrices as float16 in GGUF's order of rows, by GGUF name; InputError where an a or a b is missing."""
    tensors: dict[str, Array] = {}
    for name in sorted(lora):
        stem, _, half = name.rpartition(".")
        if half not in {"lora_a", "lora_b"} or f"{stem}.lora_a" not in lora or f"{stem}.lora_b" not in lora:
            raise InputError(f"{name}: LoRA matrices come in pairs NAME.lora_a, NAME.lora_b")
        layer = stem.split(".")[2]
        matrix = lora[name]
        if half == "lora_b" and layer in HEADS:
            matrix = interleave_heads(matrix, HEADS[layer])
        tensors[name] = matrix.astype("float16").copy(order="C")
    return tensors


def write_adapter(lora: Mapping[str, Array], alpha: int, target: Path) -> None:
    """Writes the adapter in one go: `target` is either whole or not there."""
    import gguf

    with replacing(target) as part:
        writer = gguf.GGUFWriter(part, "llama")
        writer.add_type("adapter")
        writer.add_name("wrap-labels")
        writer.add_license("apache-2.0")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", float(alpha))
        for key, matrix in order_tensors(lora).items():
            writer.add_tensor(key, matrix)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


def separate_heads(rows: Array, heads: int) -> Array:
    """Undoes `interleave_heads`."""
    pairs = rows.reshape(heads, rows.shape[0] // heads // 2, 2, *rows.shape[1:])
    return pairs.swapaxes(1, 2).reshape(rows.shape)


def read_adapter(path: Path) -> dict[str, Array]:
    """The matrices of an adapter file that `write_adapter` wrote, as float32 in transformers' order of rows."""
    import gguf

    try:
        tensors = gguf.GGUFReader(path).tensors
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as an adapter in GGUF ({error})") from error
    lora: dict[str, Array] = {}
    for tensor in tensors:
        layer, half = tensor.name.split(".")[2], tensor.name.rpartition(".")[2]
        matrix = tensor.data.astype("float32")
        lora[tensor.name] = separate_heads(matrix, HEADS[layer]) if half == "lora_b" and layer in HEADS else matrix
    return lora


def carry_on(start: Mapping[str, Array], end: Mapping[str, Array], factor: float) -> dict[str, Array]:
    """What the matrices would be had the way from `start` to `end` been `factor` times as long, in a straight line.

    Above 1 it strengthens what a short run taught (task arithmetic, Ilharco et al. 2023, arXiv 2212.04089).
    """
    if set(start) != set(end):
        raise InputError("the two adapters do not have the same matrices")
    return {name: start[name] + factor * (matrix - start[name]) for name, matrix in end.items()}


def read_checkpoint(path: Path) -> dict[str, Array]:
    """The matrices of a run's `checkpoint.pt`."""
    import torch

    if not path.is_file():
        raise InputError(f"{path}: no such checkpoint; a run writes its first after an eighth of an epoch")
    state = torch.load(path, weights_only=True, map_location="cpu")
    return {name: matrix.detach().float().numpy() for name, matrix in state["lora"].items()}
