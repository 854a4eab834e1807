"""A backup is encrypted before a disk sees it, and it can be brought back (C24)."""

import io
import json
import os
import subprocess
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import backup, dumping
from tests.backup_drill import drill, manage
from tests.makers.case import open_case
from tests.servers import ROOT

PUBLIC, PRIVATE = (
    load(pem) for load, pem in zip((backup.public_key, backup.private_key), backup.new_keys(), strict=True)
)


def sealed(clear):
    sink = io.BytesIO()
    assert backup.seal(io.BytesIO(clear), sink, PUBLIC) == len(clear)
    return sink.getvalue()


def opened(stream, key=PRIVATE):
    return b"".join(backup.unseal(io.BytesIO(stream), key))


@pytest.fixture
def small(monkeypatch):
    """Chunks of 64 bytes, so that a little text has several."""
    monkeypatch.setattr(backup, "CHUNK", 64)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 1000])
def test_what_was_sealed_comes_back(small, length):
    """C24: whatever its length, and the clear text is nowhere in the file."""
    clear = bytes(range(256)) * 4
    stream = sealed(clear[:length])
    assert opened(stream) == clear[:length]
    assert length < 16 or clear[:16] not in stream


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_changed_bit_is_taken_for_a_backup(place, bit):
    """C24, C18: a bit anywhere, in the head, a length, a chunk or a tag."""
    stream = bytearray(sealed(b"Bluebird" * 40))
    stream[place % len(stream)] ^= 1 << bit
    with pytest.raises(backup.Broken):
        opened(bytes(stream))


def test_a_cut_a_swap_and_a_foreign_chunk_are_found(small):
    """C24: chunks know their number, their file and which is the last."""
    stream, other = sealed(b"a" * 300), sealed(b"b" * 300)
    start = len(backup.MAGIC) + 2 + int.from_bytes(stream[4:6], "big")
    size = 4 + 64 + 16
    chunks = [stream[start + n * size : start + (n + 1) * size] for n in range(5)]
    head = stream[:start]
    for wrong in (
        head + b"".join(chunks[:4]),
        head + b"".join(chunks[:3]) + chunks[4],
        head + chunks[1] + chunks[0] + b"".join(chunks[2:]),
        head + other[start : start + size] + b"".join(chunks[1:]),
        stream + b"x",
        stream[:-1],
        b"",
        b"PGDMP" + stream,
    ):
        with pytest.raises(backup.Broken):
            opened(wrong)


def test_another_key_opens_nothing():
    """C24."""
    with pytest.raises(backup.Broken, match="another key"):
        opened(sealed(b"x"), backup.private_key(backup.new_keys()[1]))


def url(database, role="postgres"):
    return f"postgresql://{role}@/{database}?host={quote(os.environ['CAUSEWAY_TEST_SOCKETS'], safe='')}"


def test_a_drill_brings_everything_back(committed, tmp_path):
    """C24: counts and audit are as in the backup; nothing readable lies in it; the result is recorded."""
    from django.db import connection

    with committed.acting(committed.stx.advocate):
        open_case(committed.stx.advocate)
    name = connection.settings_dict["NAME"]
    keys, made, restored = drill(url(name), url("postgres"), tmp_path)
    assert (keys.returncode, made.returncode, restored.returncode) == (0, 0, 0), made.stderr + restored.stderr
    assert "unbroken" in restored.stdout and "all as the backup says" in restored.stdout
    content = (tmp_path / "causeway.backup").read_bytes()
    for word in (b"PGDMP", b"Help on St. Croix", b"stx.test", b"cases_case"):
        assert word not in content
    for secret in ("backup.key", "causeway.backup"):
        assert (tmp_path / secret).stat().st_mode & 0o077 == 0
    [line] = map(json.loads, (tmp_path / "drills.jsonl").read_text().splitlines())
    assert line["well"] and line["rows"] > 100 and line["seconds"] > 0
    with psycopg.connect(url("postgres")) as left:
        assert not left.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'drill_%'").fetchone()


def test_what_was_restored_is_counted_table_by_table(committed):
    """C24: a row too few, a row too many, a table that is gone or new: each is named."""
    from django.db import connection

    where = url(connection.settings_dict["NAME"])
    with psycopg.connect(where) as there:
        counts = dumping.counts(there)
    members = counts["orgs_user"]
    assert members > 10 and dumping.differences(where, {"counts": counts}) == []
    fewer, more = {**counts, "orgs_user": members - 1}, {**counts, "orgs_user": members + 1}
    assert dumping.differences(where, {"counts": fewer}) == [("orgs_user", members - 1, members)]
    assert dumping.differences(where, {"counts": more}) == [("orgs_user", members + 1, members)]
    without = {name: rows for name, rows in counts.items() if name != "orgs_unit"}
    assert dumping.differences(where, {"counts": without}) == [("orgs_unit", None, counts["orgs_unit"])]
    gone = {**counts, "orgs_gone": 7}
    assert dumping.differences(where, {"counts": gone}) == [("orgs_gone", 7, None)]


def test_a_broken_backup_fails_the_drill_and_leaves_no_database(committed, tmp_path):
    """C24: cut or changed, it is said, recorded, and nothing of it stays."""
    from django.db import connection

    keys, made, _ = drill(url(connection.settings_dict["NAME"]), url("postgres"), tmp_path)
    path = tmp_path / "causeway.backup"
    path.write_bytes(path.read_bytes()[:-40])
    failed = manage(
        "restore_drill", path, "--key", tmp_path / "backup.key", "--record", tmp_path / "drills.jsonl",
        DRILL_DATABASE_URL=url("postgres"),
    )  # fmt: skip
    assert failed.returncode and "cut" in failed.stderr
    assert [json.loads(line)["well"] for line in (tmp_path / "drills.jsonl").open()] == [True, False]
    with psycopg.connect(url("postgres")) as left:
        assert not left.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'drill_%'").fetchone()


@pytest.mark.parametrize("role", ["causeway_app", "causeway_owner"])
def test_a_role_that_does_not_see_every_row_makes_no_backup(committed, tmp_path, role):
    """C24: a dump behind the walls would be empty and look whole."""
    from django.db import connection

    manage("backup_keys", tmp_path)
    to = tmp_path / "some.backup"
    made = manage(
        "backup", "--to", to, "--key", tmp_path / "backup.pub", "--database",
        url(connection.settings_dict["NAME"], role),
    )  # fmt: skip
    assert made.returncode and "every row" in made.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.key", "backup.pub"]


def test_the_private_key_is_refused_where_backups_are_made(tmp_path):
    """C24: whoever gives the wrong half is told to take it away; nothing is overwritten."""
    manage("backup_keys", tmp_path)
    made = manage(
        "backup", "--to", tmp_path / "x", "--key", tmp_path / "backup.key", "--database", "postgresql:///x"
    )
    assert made.returncode and "take it away" in made.stderr
    again = manage("backup_keys", tmp_path)
    assert again.returncode and "exists" in again.stderr.lower()


def test_the_handbook_says_what_the_commands_are_called():
    """C24: an operator finds each command, and what it needs, in docs/operations.md."""
    page = (ROOT / "docs" / "operations.md").read_text()
    for word in (
        "backup_keys",
        "manage.py backup --to",
        "manage.py restore_drill",
        "make backup-drill",
        "make restore-drill",
    ):
        assert word in page, word
    assert subprocess.run(["make", "-n", "backup-drill"], cwd=ROOT, capture_output=True).returncode == 0
