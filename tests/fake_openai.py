"""A small OpenAI-compatible server for tests: real HTTP on loopback, one scripted answer a request, every request kept."""

from __future__ import annotations

import email
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


class FakeBatches:
    """The files and batches of the server, as OpenAI words them.

    Attributes:
        files: name and content by id. batches: what was created, in order.
        looks: how often a batch is looked at before it has ended.
        ends_as: its status then. answered: which of its lines have an answer by then; the others expired.
        on_step: called before "upload", "create", "list", "retrieve" and "content", and after "created"; a test may block
            or refuse there.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], Response]) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.batches: list[dict[str, Any]] = []
        self.looks = 1
        self.ends_as = "completed"
        self.answered: Callable[[int], bool] = lambda line: True
        self.on_step: Callable[[str], Response | None] = lambda step: None
        self._answer = answer
        self._seen: dict[str, int] = {}

    def post(self, path: str, headers: dict[str, str], data: bytes) -> Response:
        if path.endswith("/files"):
            return self.on_step("upload") or self._upload(headers, data)
        if (refused := self.on_step("create")) is not None:
            return refused
        wanted = json.loads(data)
        batch = {
            "id": f"batch_{len(self.batches)}",
            "object": "batch",
            "created_at": int(time.time()),
            "endpoint": wanted["endpoint"],
            "input_file_id": wanted["input_file_id"],
            "completion_window": wanted["completion_window"],
            "metadata": wanted.get("metadata"),
            "status": "validating",
        }
        self.batches.append(batch)
        return self.on_step("created") or _json(batch)

    def get(self, path: str) -> Response:
        place, _, _ = path.partition("?")
        parts = place.strip("/").split("/")[1:]
        match parts:
            case ["batches"]:
                page = {"object": "list", "data": self.batches[::-1], "has_more": False}
                return self.on_step("list") or _json(page)
            case ["batches", name]:
                return self.on_step("retrieve") or _json(self._look(name))
            case ["files", name, "content"]:
                return self.on_step("content") or Response(body=self.files[name][1])
        return failure(404)

    def lines(self, number: int = -1) -> list[dict[str, Any]]:
        """What a batch asked."""
        return [json.loads(line) for line in self.files[self.batches[number]["input_file_id"]][1].splitlines()]

    def _upload(self, headers: dict[str, str], data: bytes) -> Response:
        message = email.message_from_bytes(f"Content-Type: {headers['content-type']}\r\n\r\n".encode() + data)
        parts = {part.get_param("name", header="content-disposition"): part for part in message.get_payload()}
        assert parts["purpose"].get_payload() == "batch"
        name, content = f"file-{len(self.files)}", parts["file"].get_payload(decode=True)
        self.files[name] = (parts["file"].get_filename(), content)
        return _json(
            {
                "id": name, "object": "file", "bytes": len(content), "created_at": int(time.time()),
                "filename": self.files[name][0], "purpose": "batch", "status": "processed",
            }
        )  # fmt: skip

    def _look(self, name: str) -> dict[str, Any]:
        batch = next(batch for batch in self.batches if batch["id"] == name)
        if batch["status"] in ("completed", "expired", "failed"):
            return batch
        self._seen[name] = self._seen.get(name, 0) + 1
        batch["status"] = "in_progress"
        if self._seen[name] > self.looks:
            self._end(batch)
        return batch

    def _end(self, batch: dict[str, Any]) -> None:
        batch["status"] = self.ends_as
        if self.ends_as == "failed":
            batch["errors"] = {
                "object": "list",
                "data": [{"code": "token_limit_exceeded", "message": "Enqueued token limit"}],
            }
            return
        good, bad = [], []
        lines = [json.loads(line) for line in self.files[batch["input_file_id"]][1].splitlines()]
        for number, line in enumerate(lines):
            response = self._answer(line["body"]) if self.answered(number) else None
            given: dict[str, Any] = {
                "id": f"r{number}",
                "custom_id": line["custom_id"],
                "response": None,
                "error": None,
            }
            if response is None:
                given["error"] = {"code": "batch_expired", "message": "This request could not be executed in time."}
            else:
                given["response"] = {"status_code": response.status, "body": json.loads(response.body)}
            (good if response is not None and response.status == 200 else bad).append(given)
        for kind, some in (("output_file_id", good[::-1]), ("error_file_id", bad)):
            if some:
                batch[kind] = f"{batch['id']}-{kind}"
                self.files[batch[kind]] = ("out.jsonl", b"".join(json.dumps(one).encode() + b"\n" for one in some))
        batch["request_counts"] = {"total": len(lines), "completed": len(good), "failed": len(bad)}


def _json(payload: dict[str, Any]) -> Response:
    return Response(body=json.dumps(payload).encode(), headers={"Content-Type": "application/json"})


class FakeOpenAI:
    """The running server; `script` answers each request, also those of a batch, which are not among `requests`.
    `bytes_sent` counts what went out in Raw answers."""

    def __init__(self, script: Script | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.bytes_sent = 0
        self.script: Script = script or (lambda request: completion(good_answer(request)))
        self.requests: list[FakeRequest] = []
        self.batches = FakeBatches(self._answer_line)
        lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._send(fake.batches.get(self.path))

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path.endswith(("/files", "/batches")):
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    self._send(fake.batches.post(self.path, headers, data))
                    return
                body = json.loads(data)
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
                self._send(response)

            def _send(self, response: Response) -> None:
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

    def _answer_line(self, body: dict[str, Any]) -> Response:
        response = self.script(FakeRequest(-1, {}, body, "batch"))
        assert isinstance(response, Response)
        return response

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
