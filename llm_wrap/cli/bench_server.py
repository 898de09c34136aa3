"""A stand-in for a hosted model, for `llm-wrap bench --hosted`: `python -m llm_wrap.cli.bench_server SECONDS`.

Any question is answered after SECONDS with what its schema wants: the item's own headline for every text, and its first
sentence for a summary, so that the answer holds. One JSON line on
stdout says where; the end of stdin ends it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_SUMMARY_WORDS = 30


def fill_schema(schema: dict[str, Any], text: str, summary: str = "") -> Any:
    """The least that fits a JSON schema, with `text` for every text but a `summary`, which rests on the first sentence.

    >>> fill_schema({"properties": {"theme": {"enum": ["trade"]}, "also": {"type": "array"}, "why": {"type": "string"}}}, "x")
    {'theme': 'trade', 'also': [], 'why': 'x'}
    """
    if "properties" in schema:
        filled = {name: fill_schema(part, text) for name, part in schema["properties"].items()}
        known = {"summary": summary, "summary_sentences": [1]}
        return {name: known.get(name, value) for name, value in filled.items()}
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    return {"array": [], "integer": 0, "number": 0, "boolean": False}.get(schema.get("type", ""), text)


def _answer(request: dict[str, Any]) -> bytes:
    shape = request.get("response_format", {}).get("json_schema", {}).get("schema", {})
    asked = next(message["content"] for message in request["messages"] if message["role"] == "user")
    lines = [line for line in asked.splitlines() if line.strip() and not line.startswith("<")]
    headline = (lines or [""])[0].removeprefix("[0] ")
    first = next((line.removeprefix("[1] ") for line in lines if line.startswith("[1] ")), headline)
    summary = " ".join(first.split()[:_SUMMARY_WORDS])
    message = {"role": "assistant", "content": json.dumps(fill_schema(shape, headline, summary))}
    return json.dumps(
        {
            "id": "bench",
            "object": "chat.completion",
            "created": 1,
            "model": "bench",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 60, "total_tokens": 1060},
        }
    ).encode()


def main(seconds: float) -> None:
    """Serves until stdin ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = _answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(seconds)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}/v1"}), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(float(sys.argv[1]))
