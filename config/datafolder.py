"""The one folder that a demo writes to: who uses it now, its secrets, and how it is deleted."""

import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path

from config import devdb

ROOT = Path(__file__).resolve().parents[1]
USUAL_PORT = 8000
MARK = "causeway-data"  # a folder named by somebody and without it was not made by us: we keep off
PARTS = ("postgres", "valkey", "mail", "secrets", "keys", "static", "beat")


class Refused(RuntimeError):
    """What a person asked for cannot be done now; the message says why and what to do."""


class DataFolder:
    """`.causeway` beside the code, or CAUSEWAY_DATA. Another port means another folder: two can run."""

    def __init__(self, port, path=None):
        name = ".causeway" if port == USUAL_PORT else f".causeway-{port}"
        self.path = Path(path or ROOT / name).absolute()
        self._is_ours = not path

    def __truediv__(self, name):
        return self.path / name

    def claim(self):
        """Make the folder if need be, and hold it while we live. Raises `Refused` if another process does."""
        if self._is_somebody_elses() and any(self.path.iterdir()):
            raise Refused(f"{self.path} holds other things. Choose an empty folder for CAUSEWAY_DATA.")
        if not self.path.exists():
            # Root's servers run as an account without rights, which must reach its own part; none is listed.
            self.path.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        # Held open for as long as we live: that is the lock.
        self._lock = os.fdopen(os.open(self / MARK, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(self._who_holds_it()) from None

    def _is_somebody_elses(self):
        return self.path.exists() and not self._is_ours and not (self / MARK).exists()

    def _who_holds_it(self):
        try:
            told = json.loads(self._lock.read())
            where, process = f"at {told['address']} ", f" (process {told['process']})"
        except (ValueError, KeyError):
            where, process = "", ""
        another = "PORT=8001" if self._is_ours else "PORT=8001 CAUSEWAY_DATA=/another/folder"
        return (
            f"Causeway is already running {where}from {self.path}{process}.\n"
            f"Stop it there with Ctrl-C, or start another with data of its own: make demo {another}"
        )

    def tell(self, address):
        """Write down where we can be reached, for whoever tries to start a second one."""
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(json.dumps({"address": address, "process": os.getpid()}))
        self._lock.flush()

    def secret(self, name):
        """Path of a file, mode 0600, with a secret that was made once for this demo and is worth nothing."""
        path = self / "secrets" / name
        path.parent.mkdir(exist_ok=True, mode=0o700)
        if not path.exists():
            half = path.with_suffix(".part")
            half.touch(mode=0o600)
            half.write_text(f"demo-{secrets.token_urlsafe(64)}")  # production refuses what begins like this
            half.rename(path)
        return path

    def audit_key(self):
        """Path of the key that signs the heads of the audit, made once for this demo."""
        from orgs.audit_key import write

        return write(self.folder("secrets") / "audit_key.pem")

    def push_key(self):
        """(path of the key that signs to push services, path of its public half), made once for this demo."""
        from orgs.audit_key import write, write_public

        path = write(self.folder("secrets") / "push_key.pem")
        return path, write_public(path)

    def folder(self, name):
        """A folder in it that only we may enter."""
        path = self / name
        path.mkdir(exist_ok=True, mode=0o700)
        return path

    def delete(self):
        """Delete what a demo has put here, and say whether there was anything.

        Raises `Refused` while it is in use, or when the folder is not ours.
        """
        if not (self / MARK).exists():
            if self._is_somebody_elses():
                raise Refused(f"{self.path} was not made by Causeway, so it stays.")
            return False
        self.claim()
        devdb.erase(self / "postgres")
        for part in PARTS:
            shutil.rmtree(self / part, ignore_errors=True)
        (self / MARK).unlink()
        if not any(self.path.iterdir()):  # the tests keep something beside it
            self.path.rmdir()
        return True
