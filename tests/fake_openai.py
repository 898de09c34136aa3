"""A small OpenAI-compatible server for tests: real HTTP on loopback, one scripted answer a request, every request kept."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["FakeRequest"], "Response | Raw"]


@dataclass(frozen=True)
class FakeRequest:
    """What a client sent. `number` counts from 0; header names are lower-case; `path` is as on the request line."""

    number: int
    headers: dict[str, str]
    body: dict[str, Any]
    path: str = ""

    @property
    def asked_for(self) -> set[str]:
        """The fields of the answer's schema."""
        shape = self.body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        return set(shape.get("properties", {}))

    @property
    def user_text(self) -> str:
        """The item, also in a re-ask, whose last message is the complaint."""
        return next(m["content"] for m in self.body["messages"] if m["role"] == "user")


@dataclass(frozen=True)
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """Bytes as they go over the wire, `pause` seconds between them; then the connection is closed, or reset.

    `chunks` may be endless: it ends when the client goes away.
    """

    chunks: Iterable[bytes] = ()
    pause: float = 0.0
    reset: bool = False


def completion(
    content: str | None, *, logprobs: Any = None, usage: Any = "default", finish: str = "stop", **message: Any
) -> Response:
    """A chat completion that says `content`."""
    payload = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "logprobs": logprobs,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
    }
    if usage is not None:
        payload["usage"] = (
            {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110} if usage == "default" else usage
        )
    return Response(body=json.dumps(payload).encode(), headers={"Content-Type": "application/json"})


def failure(status: int, message: str = "no", code: str | None = None, **headers: str) -> Response:
    """An error as OpenAI words it."""
    payload = {"error": {"message": message, "type": "error", "code": code, "param": None}}
    return Response(status, json.dumps(payload).encode(), {"Content-Type": "application/json", **headers})


def good_answer(request: FakeRequest, **changes: Any) -> str:
    """A valid quoted answer about the item of `request`: the first words of its headline are the evidence."""
    headline = request.user_text.removeprefix("<item>\n").splitlines()[0].removeprefix("[0] ")
    if "summary" not in request.asked_for:
        changes = {name: value for name, value in changes.items() if not name.startswith("summary")}
    elif "summary" not in changes:
        changes = {"summary": "", "summary_sentences": [], **changes}
    answer = {
        "evidence": headline,
        "theme": "trade",
        "secondary_themes": ["macro"],
        "sentiment": "mixed",
        "sentiment_target": "exporters",
    }
    return json.dumps({**answer, **changes})


def summarise(request: FakeRequest, **changes: Any) -> str:
    """A good answer with a summary: the item's first sentence, or as much of it as 30 words hold."""
    first = request.user_text.partition("[1] ")[2].splitlines()[0]
    words = " ".join(first.split()[:30])
    return good_answer(request, **{"summary": words, "summary_sentences": [1], **changes})


class FakeOpenAI:
    """The running server; `script` answers each request. `bytes_sent` counts what went out in Raw answers."""

    def __init__(self, script: Script | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.bytes_sent = 0
        self.script: Script = script or (lambda request: completion(good_answer(request)))
        self.requests: list[FakeRequest] = []
        lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with lock:
                    request = FakeRequest(
                        len(fake.requests),
                        {name.lower(): value for name, value in self.headers.items()},
                        body,
                        self.path,
                    )
                    fake.requests.append(request)
                response = fake.script(request)
                if isinstance(response, Raw):
                    self._send_raw(response)
                    return
                try:
                    self.send_response(response.status)
                    for name, value in response.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(response.body)))
                    self.end_headers()
                    self.wfile.write(response.body)
                except OSError:
                    self.close_connection = True  # the client gave up

            def _send_raw(self, raw: Raw) -> None:
                self.close_connection = True
                try:
                    for chunk in raw.chunks:
                        self.connection.sendall(chunk)
                        fake.bytes_sent += len(chunk)
                        time.sleep(raw.pause)
                except OSError:
                    return  # the client gave up
                if raw.reset:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 128  # a burst of clients is what some tests are about

            def handle_error(self, *_: object) -> None:
                """A client that goes away in the middle, or does not trust our certificate, is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
