"""The embedded model behind its loopback server, as the product runs it: tokens and answers come from there.

Training takes its token numbers from the same server that will read the prompts, so no second tokenizer can disagree.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_wrap.llm.embedded import EmbeddedServer
from llm_wrap.llm.endpoint import EmbeddedModel
from llm_wrap.models import DigestItem
from llm_wrap.training.dataset import fill_messages


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A running server; `address` is http://127.0.0.1:PORT."""

    address: str
    key: str

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON reply to a JSON request."""
        request = urllib.request.Request(
            self.address + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
        with opener.open(request, timeout=300) as reply:
            return json.load(reply)

    def render_prompt(self, item: DigestItem) -> str:
        """The prompt text, by the model's own chat template."""
        return str(self.post("/apply-template", {"messages": fill_messages(item)})["prompt"])

    def tokenize(self, text: str, *, prompt: bool) -> list[int]:
        """Token numbers; of a prompt with special tokens parsed, as the chat endpoint does."""
        body = {"content": text, "add_special": prompt, "parse_special": prompt}
        return [int(number) for number in self.post("/tokenize", body)["tokens"]]


@contextmanager
def serve_model(weights: Path, adapter: Path | None = None) -> Iterator[ModelServer]:
    """Serves `weights` with `adapter` on a free loopback port for as long as the block runs.

    One thread: llama.cpp's threads wait for each other at every layer, so on cores that are busy with something else
    two threads were seen to take twenty times as long as one.
    """
    server = EmbeddedServer(EmbeddedModel(weights.stem, weights, adapter), threads=1)
    try:
        endpoint = server.endpoint()
        yield ModelServer(endpoint.base_url.removesuffix("/v1"), endpoint.api_key)
    finally:
        server.close()
