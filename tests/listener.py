"""What the servers of the tests have in common: a port on loopback, and a thread for each connection."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Listener:
    """It serves as soon as it is made, so whoever derives from it sets its own fields up first. `connections`: so many came."""

    def __init__(self) -> None:
        self.connections = 0
        self._closing = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closing = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # or the thread that accepts would take one more
        self._listener.close()

    def _serve(self, line: socket.socket, number: int) -> None:
        """Talks to a client, the `number`th, and closes the line."""
        raise NotImplementedError

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(line, self.connections), daemon=True).start()
