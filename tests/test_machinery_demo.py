"""`make demo` takes everything along when it ends, and two do not share one folder."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from config import datafolder, devcache, devdb
from config.datafolder import ROOT
from tests import servers

pytestmark = pytest.mark.worker

# The invented people have tests of their own: here two commands that load and list them do nothing. So have
# the migrations, from the first to the last: here a demo begins on the database that was made with them.
STARTER = """
import sys
from config import supervisor
real = supervisor.Supervisor._manage
def manage(self, command, *rest, **options):
    return real(self, "check" if command in ("load_demo", "demo_accounts") else command, *rest, **options)
supervisor.Supervisor._manage = manage
sys.exit(supervisor.main())
"""


class Demo:
    """One start of the supervisor, with what it has said."""

    def __init__(self, home, port):
        self.home = home
        taken = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "CAUSEWAY_KEYS_DIR")
        self.environment = {name: value for name, value in os.environ.items() if name not in taken}
        self.environment |= {"PORT": str(port), "CAUSEWAY_DATA": str(home / "data")}
        self.log = home / "log"
        with self.log.open("w") as log:
            self.process = self.python("-c", STARTER, stdout=log, stderr=subprocess.STDOUT)
        self.wait_for("is ready")
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    def python(self, *arguments, **options):
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, text=True, **options
        )

    def wait_for(self, words, patience=90):
        deadline = time.monotonic() + patience
        while words not in self.log.read_text():
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)

    def ask(self, *arguments):
        asked = self.python(*arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return asked.communicate(timeout=60)[0]

    def ends(self, patience=60):
        """Wait for the end; returns its code, and sees that every process of it has gone."""
        code = self.process.wait(patience)
        assert not psutil.wait_procs(self.family, timeout=30)[1]
        return code


@pytest.fixture
def home():
    folder = Path(tempfile.mkdtemp(prefix="causeway demo "))
    folder.chmod(0o711)
    data, made = folder / "data", servers.template()
    (data / "secrets").mkdir(parents=True)
    data.chmod(0o711)
    (data / datafolder.MARK).touch()
    shutil.copy(made / "audit_key.pem", data / "secrets")
    subprocess.run(["cp", "-a", made / "postgres", data], check=True)
    yield folder
    devdb.erase(folder / "data" / "postgres")
    shutil.rmtree(folder)


def test_it_ends_whole_however_it_ends_and_only_then_can_be_deleted(home):
    demo = Demo(home, devcache.free_port())
    names = " ".join(" ".join(process.cmdline()) for process in demo.family)
    for program in ("postgres", "valkey", "mailsink", "gunicorn", "worker", "beat"):
        assert program in names
    assert "already running at http://localhost:" in demo.ask("-m", "config.supervisor")
    assert "already running" in demo.ask("-m", "config.supervisor", "reset")
    beat = next(process for process in demo.family if "beat" in process.cmdline())
    beat.kill()
    assert demo.ends() == 1
    assert "beat ended by itself" in demo.log.read_text()

    for signal_sent, code in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
        demo = Demo(home, devcache.free_port())
        demo.process.send_signal(signal_sent)
        assert demo.ends() == code

    assert "Deleted" in demo.ask("-m", "config.supervisor", "reset")
    assert not (home / "data").exists()


def test_a_secret_that_is_none_gets_a_sentence(capsys):
    from config.demo import code

    for wrong in ([], ["foo"], ["JBSWY3DP", "!"]):
        assert code.main(wrong) == 1
        assert "make code SECRET=" in capsys.readouterr().out
    assert code.main(["jbswy3dpehpk3pxp"]) == 0
    assert len(capsys.readouterr().out.strip()) == 6
