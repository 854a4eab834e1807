"""What somebody has who stole a copy: every table, every session, the broker and the cache, the logs.

`everything` gives it all as bytes, `spellings` the forms in which a text could hide in them.
"""

import base64
import json
import os
import re
import zlib
from pathlib import Path
from urllib.parse import quote


def superuser():
    """A connection to the database of the running test that no policy holds back."""
    import psycopg
    from django.db import connection

    url = re.sub(r"//[^@]*@", "//postgres@", os.environ["CAUSEWAY_TEST_OWNER"])
    return psycopg.connect(url, dbname=connection.settings_dict["NAME"], autocommit=True)


def tables():
    """{table: its rows as PostgreSQL writes them into a binary copy}."""
    found = {}
    with superuser() as server:
        names = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        listed = [name for (name,) in names.fetchall()]
        for name in listed:
            with server.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)') as copy:
                found[name] = b"".join(bytes(block) for block in copy)
    return found


def sessions():
    """What every session holds, decoded as far as Django itself can decode it."""
    from django.contrib.sessions.backends.db import SessionStore

    with superuser() as server:
        rows = server.execute("SELECT session_data FROM django_session").fetchall()
    return json.dumps([SessionStore().decode(data) for (data,) in rows]).encode()


def valkey(url):
    """Every key of a Valkey with its value as the server dumps it, unpacked where it is compressed."""
    import redis

    server, parts = redis.Redis.from_url(url), []
    for key in server.keys("*"):
        parts += [key, server.dump(key) or b""]
        kind = server.type(key)
        if kind == b"list":
            parts += server.lrange(key, 0, -1)
        elif kind == b"hash":
            parts += [part for pair in server.hgetall(key).items() for part in pair]
        elif kind == b"string":
            parts.append(server.get(key))
    return b"\n".join(unpacked for part in parts for unpacked in (part, _inflated(part), _unbased(part)))


def logs():
    """What the processes of this run have logged so far."""
    folder = Path(os.environ["CAUSEWAY_TEST_LOGS"])
    return b"\n".join(path.read_bytes() for path in sorted(folder.glob("*.log")))


def spellings(text):
    """The bytes under which `text` could lie in a copy, in any of the usual encodings."""
    plain = text.encode()
    yield from (plain, plain.lower(), plain.upper())
    yield from (text.encode("utf-16-le"), text.encode("utf-16-be"))
    yield from (plain.hex().encode(), plain.hex().upper().encode())
    yield quote(text).encode()
    yield json.dumps(text)[1:-1].encode()
    for shift in range(3):  # the same text begins at one of three places of a group of base64
        whole = base64.b64encode(b"\0" * shift + plain)
        inner = whole[4 * (shift > 0) : len(whole) // 4 * 4 - 4]
        yield from (inner, inner.translate(bytes.maketrans(b"+/", b"-_")))


def _inflated(part):
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


def _unbased(part):
    try:
        return base64.b64decode(json.loads(part)["body"])
    except (ValueError, KeyError, TypeError):
        return b""
