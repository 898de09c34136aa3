"""A real SMTP server (aiosmtpd) in a process of its own, which files every mail that it accepts in a Maildir.

`python -m tests.proofs.smtp_server FOLDER` prints its port. It takes a random few milliseconds before it files a mail and after,
so that a client can die at either side: a server owns a mail from the final dot on, and only sometimes gets to say so.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llm_wrap.delivery.sent import read_message_id
from tests.conftest import ROOT

LONGEST_PAUSE_S = 0.02


class _Filing:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))  # aiosmtpd gives up here when the client goes away
        self.count += 1
        name = f"{self.count:06}.{os.getpid()}"
        (self.folder / "tmp" / name).write_bytes(envelope.content)
        os.rename(self.folder / "tmp" / name, self.folder / "new" / name)
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))
        return "250 filed"


@contextmanager
def running_server(folder: Path) -> Iterator[int]:
    """The server's port, while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.smtp_server", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def filed_ids(folder: Path) -> Counter[str]:
    """How often the server filed each Message-ID."""
    return Counter(read_message_id(path.read_bytes()) for path in (folder / "new").iterdir())


async def _serve(folder: Path) -> None:
    from aiosmtpd.smtp import SMTP

    filing = _Filing(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(filing, hostname="proof.example", ident="proof"), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
