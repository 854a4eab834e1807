"""`make backup-drill`: a backup and its restore on a throwaway server, with the world of the tests in it.

`drill(server, folder)` is what it does; a test does it too. The same commands run on a real installation, see
`docs/operations.md`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.servers import ROOT, Servers


def manage(*words, **environment):
    """Run a command of the product; returns what it did."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", **environment},
        capture_output=True,
        text=True,
    )


def drill(superuser_url, server_url, folder):
    """Keys, a backup of one database, and its restore on the same server: the three finished commands."""
    keys = manage("backup_keys", folder)
    made = manage(
        "backup", "--to", folder / "causeway.backup", "--key", folder / "backup.pub",
        BACKUP_DATABASE_URL=superuser_url,
    )  # fmt: skip
    restored = manage(
        "restore_drill", folder / "causeway.backup", "--key", folder / "backup.key",
        "--record", folder / "drills.jsonl", DRILL_DATABASE_URL=server_url,
    )  # fmt: skip
    return keys, made, restored


def main():
    servers = Servers()
    try:
        os.environ.update(servers.environment())
        urls = servers.postgres.url_for("postgres"), servers.postgres.url_for("postgres", "postgres")
        with tempfile.TemporaryDirectory(prefix="causeway-drill-") as folder:
            done = drill(*urls, Path(folder))
        for one in done[1:]:
            print((one.stdout + one.stderr).strip())
        return max(one.returncode for one in done)
    finally:
        servers.stop()


if __name__ == "__main__":
    sys.exit(main())
