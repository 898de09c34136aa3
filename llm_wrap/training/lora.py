"""Low-rank adaption of every linear layer of a Llama model, in plain torch.

A layer gives W x + (alpha / rank) B A x. W stays as the GGUF has it, de-quantized to bfloat16 or float32, whichever this
machine multiplies faster; A and B are float32, so that small steps are not rounded away. (Merging B A into a bfloat16 W
would be faster, and would lose those steps.)
"""

from __future__ import annotations

import math
import os
import shutil
import time
from functools import cache
from pathlib import Path
from typing import Any

# The linear layers of a block: name in transformers, name in GGUF.
LAYERS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


@cache
def lora_linear() -> Any:
    """The class of a frozen linear layer with a trained low-rank update; in a function, since it needs torch."""
    import torch
    from torch import nn
    from torch.nn import functional

    class LoraLinear(nn.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self, base: Any, rank: int, scale: float) -> None:
            super().__init__()
            self.weight = base.weight.requires_grad_(False)
            self.a = nn.Parameter(torch.empty(rank, base.in_features))
            self.b = nn.Parameter(torch.zeros(base.out_features, rank))
            nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))
            self.scale = scale

        def forward(self, x: Any) -> Any:
            flat = x.reshape(-1, x.shape[-1])
            low = functional.linear(flat, self.a.to(x.dtype))
            wide = functional.linear(flat, self.weight)
            return torch.addmm(wide, low, self.b.to(x.dtype).t(), alpha=self.scale).view(*x.shape[:-1], -1)

    return LoraLinear


def load_base(weights: Path) -> Any:
    """The GGUF's model, all weights frozen."""
    from transformers import AutoModelForCausalLM

    # On a CPU, attention as plain matrix products trains a quarter faster than the fused kernel at these lengths.
    model = AutoModelForCausalLM.from_pretrained(
        weights.parent, gguf_file=weights.name, dtype=faster_dtype(), attn_implementation="eager"
    )
    model.requires_grad_(False)
    model.config.use_cache = False
    return model


def faster_dtype() -> Any:
    """bfloat16 or float32, by a trial: a processor without instructions for bfloat16 takes four times as long over it."""
    import torch

    def seconds(dtype: Any) -> float:
        left, right = torch.ones(1024, 576, dtype=dtype), torch.ones(576, 1536, dtype=dtype)
        best = math.inf
        for _ in range(5):  # the first one warms up; the quickest is the least disturbed
            started = time.perf_counter()
            left @ right
            best = min(best, time.perf_counter() - started)
        return best

    return min((torch.bfloat16, torch.float32), key=seconds)


def add_lora(model: Any, rank: int, alpha: int) -> dict[str, Any]:
    """Replaces the linear layers in place; the trained parameters by GGUF name: "blk.0.attn_q.weight.lora_a"."""
    parameters: dict[str, Any] = {}
    for number, block in enumerate(model.model.layers):
        for path, name in LAYERS.items():
            parent = block.get_submodule(path.rpartition(".")[0])
            layer = lora_linear()(block.get_submodule(path), rank, alpha / rank)
            setattr(parent, path.rpartition(".")[2], layer)
            parameters[f"blk.{number}.{name}.weight.lora_a"] = layer.a
            parameters[f"blk.{number}.{name}.weight.lora_b"] = layer.b
    return parameters


def compile_blocks(model: Any) -> None:
    """Compiles the blocks' arithmetic, where there is a C++ compiler: half a minute once, then a quarter faster on a CPU.

    What cannot be compiled runs as it is.
    """
    import torch

    if shutil.which(os.environ.get("CXX", "g++")):
        torch._dynamo.config.suppress_errors = True
        for block in model.model.layers:
            block.compile(dynamic=True)
