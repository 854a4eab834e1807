"""`make demo`: one process that starts everything, says where it is, and takes everything along at the end.

Servers that the environment names (DATABASE_URL with DATABASE_OWNER_URL, REDIS_URL, EMAIL_URL) are used;
the others come from packages, with their data in one folder; `python -m config.supervisor reset` deletes it.
"""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time

from config import devcache, devdb
from config.datafolder import ROOT, USUAL_PORT, DataFolder, Refused
from config.processes import spawn, stop
from config.tongues import catalogues

MAIL_PAGE = 8025
PATIENCE = 60  # seconds for the first page to answer
COLORS = {"web": "36", "worker": "32", "beat": "35", "mail": "33", "setup": "34"}


TROUBLE = (Refused, devdb.DatabaseDidNotStart, devcache.CacheDidNotStart)


class Stopped(Exception):
    """A person asked us to end."""


class Supervisor:
    """Everything that one `make demo` has started."""

    def __init__(self, data, port):
        self.data, self.port = data, port
        self.address = f"http://localhost:{port}"
        self.servers = []  # PostgreSQL and Valkey
        self.processes = []  # all others that were ever started
        self.programs = {}  # those of them that must not end, by name
        self.accounts: list[str] = []  # lines about who can sign in
        self.asked_to_stop = threading.Event()
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "PYTHONUNBUFFERED": "1",
            # Celery's advice for machines that serve people; a demo has nothing to lose.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
            "CAUSEWAY_SITE_URL": self.address,
        }

    def run(self):
        """Start, wait, end. Returns the exit code; whatever happens, no process is left."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, self._on_signal)
        try:
            self._prepare()
            self._start_servers()
            self._set_up()
            self._start_programs()
            self._say_ready()
            while True:
                self._look_after(pause=0.3)
        except Stopped:
            return 0
        except TROUBLE as reason:
            complain(reason)
            return 1
        finally:
            self._stop_all()

    def _on_signal(self, *_):
        if self.asked_to_stop.is_set():  # asked twice: no more patience with programs; servers end in order
            for process in self.processes:
                if process.poll() is None:
                    process.kill()
        self.asked_to_stop.set()

    def _prepare(self):
        self.data.claim()
        catalogues.compile_all()
        if not devcache.is_free(self.port):
            raise Refused(
                f"Another program uses port {self.port}. Choose another: make demo PORT={self.port + 1}"
            )
        self.data.tell(self.address)
        self.environment.pop("CAUSEWAY_SECRET_KEY", None)
        push_key, push_public_key = self.data.push_key()
        self.environment |= {
            "CAUSEWAY_SECRET_KEY_FILE": str(self.data.secret("secret_key")),
            "CAUSEWAY_AUDIT_KEY_FILE": str(self.data.audit_key()),
            "CAUSEWAY_PUSH_KEY_FILE": str(push_key),
            "CAUSEWAY_PUSH_PUBLIC_KEY_FILE": str(push_public_key),
            "CAUSEWAY_STATIC_ROOT": str(self.data.folder("static")),
        }
        if (self.data / "keys").exists():  # of a demo that is older than members' own keys
            self.environment["CAUSEWAY_KEYS_DIR"] = str(self.data / "keys")

    def _start_servers(self):
        given = [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if os.environ.get(name)]
        if len(given) == 1:
            raise Refused("For a PostgreSQL of your own set both DATABASE_URL and DATABASE_OWNER_URL.")
        if not given:
            database = devdb.start(self.data / "postgres")
            self.servers.append(database)
            self.environment |= {"DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url}
        if not os.environ.get("REDIS_URL"):
            cache = devcache.start(self.data / "valkey")
            self.servers.append(cache)
            self.environment["REDIS_URL"] = cache.url
        if not os.environ.get("EMAIL_URL"):
            smtp, page = (
                devcache.free_port(),
                MAIL_PAGE if devcache.is_free(MAIL_PAGE) else devcache.free_port(),
            )
            folder = self.data.folder("mail")
            self._start("mail", [sys.executable, "-m", "config.mailsink", folder, smtp, page])
            self.environment |= {
                "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
                "CAUSEWAY_MAIL_PAGE": f"http://localhost:{page}",
            }

    def _set_up(self):
        owner = {"DATABASE_URL": self.environment["DATABASE_OWNER_URL"], "CAUSEWAY_DB_OWNER": "1"}
        say("  Preparing the database and the demo …")
        # The files of the pages have nothing to do with the database: both at once.
        static = self._manage("collectstatic", "--no-input", "--verbosity=0")
        self._finish(self._manage("migrate", "--no-input", "--verbosity=0", extra=owner), "migrate")
        self._finish(static, "collectstatic")

    def _start_programs(self):
        del self.environment["DATABASE_OWNER_URL"]  # whoever serves people does not even know it
        web = [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{self.port}"]
        web += ["--worker-class=gthread", "--workers=2", "--threads=4", "--no-control-socket"]
        self._finish(self._manage("load_demo"), "load_demo")  # before anybody can look: it writes for long
        self._start("web", [*web, "--log-level=warning", "--graceful-timeout=5"])
        asked = self._manage("demo_accounts", tell=self.accounts.append)
        self._wait_for_pages()
        self._finish(asked, "demo_accounts")
        celery = [sys.executable, "-m", "celery", "--app=config", "--quiet"]
        worker = ["worker", "--loglevel=WARNING", "--concurrency=2", "--without-gossip", "--without-mingle"]
        self._start("worker", [*celery, *worker])
        schedule = self.data.folder("beat") / "schedule"
        self._start("beat", [*celery, "beat", "--loglevel=WARNING", f"--schedule={schedule}", "--pidfile="])

    def _wait_for_pages(self):
        began = time.monotonic()
        while not _answers(self.port, "/health/live"):
            self._look_after(pause=0.1)
            if time.monotonic() - began > PATIENCE:
                raise Refused(f"The pages did not answer within {PATIENCE} seconds; what they said is above.")

    def _say_ready(self):
        say("\n".join(["", *self.accounts, ""]))
        say(f"  Causeway is ready:       {self.address}")
        mail = self.environment.get("CAUSEWAY_MAIL_PAGE")
        if mail:
            say(f"  Mail it would have sent: {mail}")
        reset = "make reset" if self.port == USUAL_PORT else f"make reset PORT={self.port}"
        say(f"\n  Ctrl-C stops it. Its data stays in {self.data.path}; `{reset}` deletes it.\n")

    def _look_after(self, pause):
        """Wait a little. Raises `Stopped` when asked to end and `Refused` when a program has died."""
        if self.asked_to_stop.wait(pause):
            raise Stopped
        for name, process in self.programs.items():
            if process.poll() is not None:
                raise Refused(f"{name} ended by itself (code {process.returncode}); what it said is above.")
        for server in self.servers:
            if server.process.poll() is not None:
                raise Refused(f"A server ended by itself: see the logs in {self.data.path}.")

    def _manage(self, *arguments, extra=None, tell=None):
        command = [sys.executable, "manage.py", *arguments]
        return self._spawn(command, tell or labelled("setup"), self.environment | (extra or {}))

    def _finish(self, process, name):
        while process.poll() is None:
            self._look_after(pause=0.05)
        process.reader.join()
        self.processes.remove(process)
        if process.returncode:
            raise Refused(f"manage.py {name} failed (code {process.returncode}); what it said is above.")

    def _start(self, name, command):
        self.programs[name] = self._spawn(command, labelled(name), self.environment)

    def _spawn(self, command, tell, environment):
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = spawn(command, cwd=ROOT, env=environment, text=True, errors="replace", **pipe)
        process.reader = threading.Thread(target=_relay, args=(process.stdout, tell), daemon=True)
        process.reader.start()
        self.processes.append(process)
        return process

    def _stop_all(self):
        """Programs first, all at once; then the servers that they were using."""
        running = [process for process in self.processes if process.poll() is None]
        started = running or self.servers
        if started:
            say("\n  Stopping…")
        for process in running:
            process.terminate()
        for process in self.processes:
            stop(process)
        for server in reversed(self.servers):
            server.stop()
        if started:
            say(f"  Stopped. The data is in {self.data.path}.")


def say(text):
    """Print, also when the terminal is gone: then what remains is to end well."""
    try:
        print(text, flush=True)
    except OSError:
        pass


def complain(reason):
    """Say why it does not go on."""
    text = str(reason).replace("\n", "\n  ")
    print(f"\n  {text}", file=sys.stderr, flush=True)


def labelled(name):
    """A function that says a line as one of the named program."""
    label = f"{name:>6} | "
    if sys.stdout.isatty():
        label = f"\033[{COLORS[name]}m{label}\033[0m"
    return lambda line: say(label + line)


def _relay(stream, tell):
    for line in stream:
        tell(line.rstrip())


def _answers(port, path):
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", path, headers={"Host": f"localhost:{port}"})
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


def main():
    """`python -m config.supervisor [reset]`; PORT and CAUSEWAY_DATA come from the environment."""
    try:
        port = int(os.environ.get("PORT") or USUAL_PORT)
        data = DataFolder(port, os.environ.get("CAUSEWAY_DATA"))
        if sys.argv[1:] == ["reset"]:
            deleted = data.delete()
            print(f"Deleted {data.path}." if deleted else f"Nothing to delete: there is no {data.path}.")
            return 0
        return Supervisor(data, port).run()
    except TROUBLE as reason:
        complain(reason)
        return 1


if __name__ == "__main__":
    sys.exit(main())
