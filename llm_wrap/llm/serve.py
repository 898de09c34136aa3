"""The embedded server's own process: `python -m llm_wrap.llm.serve`.

llama.cpp aborts the process on some errors and writes to stderr as it likes, so it does not run inside ours. One JSON
line on stdin says what to serve (the key is not on the command line, where `ps` would show it); one JSON line on stdout
says where. The end of stdin ends the server, so it never outlives the run that started it, kill -9 included.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Serves until stdin ends."""
    wanted = json.loads(sys.stdin.readline())
    try:
        print(json.dumps({"url": _start(wanted)}), flush=True)
    except Exception as error:  # anything: the parent turns it into one line
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
        os._exit(1)
    sys.stdin.read()
    os._exit(0)  # the C++ threads have nothing to save


def _start(wanted: dict[str, object]) -> str:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = wanted["weights"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [wanted["api_key"]]
    params.n_ctx = wanted["context_tokens"]
    params.n_parallel = 1  # items share their prompt's prefix on one slot; four slots would evaluate it four times
    params.cpuparams.n_threads = wanted["threads"]
    params.warmup = False
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = -1
    if wanted["adapter"]:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(wanted["adapter"], 1.0)]
    server = xllamacpp.Server(params)
    globals()["_keep_alive"] = server  # the server stops when it is collected
    return str(server.listening_address)


if __name__ == "__main__":
    main()
