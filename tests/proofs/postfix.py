"""Debian's postfix with a configuration of its own, which files every mail that it accepts in a Maildir.

Nothing of the machine's own mail is touched: folders, port and log are in a folder of the proof's, and there is no client in it
that could send anything on. Mails to example.com are delivered by virtual(8), all into one Maildir; others are refused. postfix's
master wants root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llm_wrap.errors import LlmWrapError

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = proof.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = reject_unauth_destination
virtual_mailbox_domains = example.com
virtual_mailbox_base = {filed.parent}
virtual_mailbox_maps = static:{filed.name}/
virtual_mailbox_limit = 0
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
"""
# name, type, private, unprivileged, chroot, wake-up, limit of processes, command
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


def find_missing() -> str | None:
    """What postfix would need and has not; None where it can run."""
    if find_program() is None:
        return "postfix (Debian: apt-get install postfix)"
    if os.geteuid() != 0:
        return "root, which postfix's master is started by"
    return None


def find_program() -> str | None:
    return shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def running_postfix(folder: Path, filed: Path) -> Iterator[int]:
    """The server's port, while the block runs. `folder` is the server's own and must not exist.

    Raises:
        LlmWrapError: it is not there, or did not start.
    """
    missing = find_missing()
    if missing is not None:
        raise LlmWrapError(f"needs {missing}")
    nobody = pwd.getpwnam("nobody")
    for path in (folder / "etc", folder / "data", folder / "queue", *(filed / part for part in ("tmp", "new", "cur"))):
        path.mkdir(parents=True)
    for path in (filed, *filed.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    for path in {folder, folder.parent, filed.parent}:
        path.chmod(0o711)  # its daemons are not root
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    (folder / "etc" / "main.cf").write_text(_MAIN.format(folder=folder, filed=filed, nobody=nobody))
    (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    _control(folder, "start")
    try:
        yield port
    finally:
        _control(folder, "stop")


def wait_until_delivered(folder: Path, *, seconds: float = 60.0) -> None:
    """Until nothing waits in the server's queue any more: what it accepted is then in the Maildir.

    Raises:
        LlmWrapError: something still waits.
    """
    end = time.monotonic() + seconds
    while any(
        path.is_file() for name in ("incoming", "active", "deferred") for path in (folder / "queue" / name).rglob("*")
    ):
        if time.monotonic() > end:
            raise LlmWrapError("mails still wait in postfix's queue: " + (folder / "log").read_text()[-2000:])
        time.sleep(0.05)


def _control(folder: Path, verb: str) -> None:
    done = subprocess.run(
        [str(find_program()), "-c", str(folder / "etc"), verb], capture_output=True, text=True, check=False
    )
    if done.returncode:
        log = folder / "log"
        raise LlmWrapError(f"postfix {verb}: {done.stderr}{log.read_text()[-2000:] if log.exists() else ''}")
