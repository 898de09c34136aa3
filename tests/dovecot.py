"""Debian's Dovecot, started by a test on loopback with TLS: real IMAP over Maildirs that the test writes."""

from __future__ import annotations

import grp
import http.server
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import trustme

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
PASSWORD = 'pass word\\"ü'
PLAIN_PASSWORD = 'pass "word" \\'
TOKEN = "ya29.a-token"
CONFIG = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
listen = 127.0.0.1
protocols = imap
mail_location = maildir:~/Maildir
default_internal_user = {user}
default_login_user = {login_user}
default_internal_group = {group}
default_vsz_limit = 0
auth_failure_delay = 0
first_valid_uid = 1
ssl = {ssl}
ssl_cert = <{base}/cert.pem
ssl_key = <{base}/key.pem
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = {ssl_only}
auth_mechanisms = {mechanisms}
mail_max_userip_connections = 1000
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {base}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={base}/home/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # No pause for an address that guessed wrong before.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """The running server, with the user "desk". `close` ends it."""

    def __init__(self, ca: trustme.CA, *, mechanisms: str = "plain login xoauth2", ssl_only: bool = True) -> None:
        assert PROGRAM is not None
        self.base = Path(tempfile.mkdtemp(prefix="llm-wrap-dovecot-"))
        self.base.chmod(0o755)
        self.port, self.plain_port = _free_port(), _free_port()
        self.ca_file = self.base / "ca.pem"
        ca.cert_pem.write_to_path(str(self.ca_file))
        certificate = ca.issue_cert("127.0.0.1", "localhost")
        certificate.private_key_pem.write_to_path(str(self.base / "key.pem"))
        for number, part in enumerate(certificate.cert_chain_pems):
            part.write_to_path(str(self.base / "cert.pem"), append=number > 0)
        # As root Dovecot runs as the users of its package, as on any server; as another user it is that user throughout.
        root = os.geteuid() == 0
        me = "dovecot" if root else pwd.getpwuid(os.geteuid()).pw_name
        self.owner = pwd.getpwnam(me)
        group = grp.getgrgid(self.owner.pw_gid).gr_name
        self._tokens = _TokenInfo()
        (self.base / "users").write_text(
            f"desk:{{PLAIN}}{PASSWORD}\nplain:{{PLAIN}}{PLAIN_PASSWORD}\n", encoding="utf-8"
        )
        (self.base / "oauth2.conf").write_text(
            f"tokeninfo_url = http://127.0.0.1:{self._tokens.port}/tokeninfo?access_token=\n"
            "introspection_mode = get\nusername_attribute = email\nactive_attribute = active\nactive_value = yes\n"
        )
        (self.base / "dovecot.conf").write_text(
            CONFIG.format(
                base=self.base, user=me, login_user="dovenull" if root else me, group=group, mail_user=self.owner.pw_name, mail_group=self.owner.pw_gid,
                port=self.port, plain_port=self.plain_port, mechanisms=mechanisms,
                ssl="required" if ssl_only else "yes", ssl_only="yes" if ssl_only else "no",
            )
        )  # fmt: skip
        for part in ("run", "state", "home"):
            (self.base / part).mkdir()
        self._chown(self.base / "home")
        self.maildir()
        self._start()

    def maildir(self, folder: str = "", user: str = "desk") -> Path:
        """A folder's Maildir, made where it is missing. `folder` in modified UTF-7."""
        path = self.base / "home" / user / "Maildir" / (f".{folder}" if folder else "")
        for part in ("new", "cur", "tmp"):
            (path / part).mkdir(parents=True, exist_ok=True)
        for made in (path, *path.parents[: 2 if folder else 1], *path.iterdir()):
            self._chown(made)
        return path

    def put(self, data: bytes, *, name: str, folder: str = "", at: float | None = None, user: str = "desk") -> Path:
        """A mail that the server got at `at` (seconds since 1970; now)."""
        path = self.maildir(folder, user) / "new" / name
        path.write_bytes(data)
        self._chown(path)
        if at is not None:
            os.utime(path, (at, at))
        return path

    def restart(self) -> None:
        self._stop()
        self._start()

    def close(self) -> None:
        self._stop()
        self._tokens.close()
        shutil.rmtree(self.base, ignore_errors=True)

    def log(self) -> str:
        return (self.base / "log").read_text(encoding="utf-8", errors="replace") if (self.base / "log").exists() else ""

    def _chown(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(self.base / "dovecot.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        end = time.monotonic() + 20
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.plain_port), 0.2):
                return
            time.sleep(0.02)
        self._process.terminate()
        raise RuntimeError(f"dovecot did not start: {self._process.communicate()[1].decode()} {self.log()}")

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stderr is not None
        self._process.stderr.close()


class _TokenInfo:
    """What Dovecot asks whose a token is."""

    def __init__(self) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                good = self.path.endswith(f"access_token={TOKEN}")
                body = json.dumps({"email": "desk", "active": "yes"} if good else {"error": "invalid_token"}).encode()
                self.send_response(200 if good else 401)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])
