"""The embedded servers: the roles are weak, the places are private, and nothing stays behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

from config import devcache, devdb, role
from config.datafolder import ROOT, DataFolder, Refused

pytestmark = pytest.mark.worker


@pytest.fixture
def place():
    """A folder that an account without rights can pass through, as root's servers need it."""
    folder = Path(tempfile.mkdtemp(prefix="causeway test "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def test_the_roles_are_what_production_would_have(place):
    with devdb.start(place / "a folder with spaces" / ("long" * 25), durable=False) as server:
        with psycopg.connect(server.url) as app, psycopg.connect(server.owner_url) as owner:
            rights = "SELECT rolsuper OR rolbypassrls OR rolcreaterole, rolcreatedb FROM pg_roles"
            rights += " WHERE rolname = current_user"
            assert app.execute(rights).fetchone() == (False, False)
            assert owner.execute(rights).fetchone() == (False, True)
            owner.execute("CREATE TABLE letters (id int, EXCLUDE USING gist (id WITH =))")
            owner.commit()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine (id int)")
            app.rollback()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("SELECT * FROM letters")
        assert server.sockets.stat().st_mode & 0o077 == 0
    assert server.process.poll() is not None


def test_data_is_there_again_after_a_stop_and_after_a_kill(place):
    with devdb.start(place / "db") as server, psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE kept (id int)")
    server = devdb.start(place / "db")
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    with devdb.start(place / "db") as server, psycopg.connect(server.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_data_in_a_closed_place_moves_out_for_root_and_is_erased_with_it(tmp_path):
    with devdb.start(tmp_path / "db", durable=False) as server, psycopg.connect(server.url) as app:
        assert app.execute("SELECT current_user").fetchone() == ("causeway_app",)
    devdb.erase(tmp_path / "db")
    assert not server.folder.exists() and not (tmp_path / "db").exists()


def test_valkey_asks_for_its_password(tmp_path):
    with devcache.start(tmp_path) as server:
        assert redis.Redis.from_url(server.url).ping()
        bare = server.url.replace(server.url.split("@")[0], "redis://:wrong")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(bare).ping()
        assert (tmp_path / "valkey.conf").stat().st_mode & 0o077 == 0


STARTER = """
import sys
from config import devcache, devdb
folder = sys.argv[1]
print(devdb.start(folder + "/db", durable=False).process.pid, devcache.start(folder + "/valkey").process.pid)
sys.stdout.flush()
input()
"""


def test_servers_do_not_outlive_a_starter_that_was_killed(place):
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(place)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pids = [int(word) for word in starter.stdout.readline().split()]
    assert all(_runs(pid) for pid in pids)
    starter.kill()
    starter.wait()
    if sys.platform == "linux":  # whose kernel tells a child that its parent has died
        deadline = time.monotonic() + 20
        while any(_runs(pid) for pid in pids):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    with devdb.start(place / "db", durable=False) as server:  # and everywhere the next one takes over
        assert server.process.pid != pids[0]


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_folder_of_somebody_else_is_neither_used_nor_deleted(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    data = DataFolder(8000, tmp_path)
    for verb in (data.claim, data.delete):
        with pytest.raises(Refused):
            verb()
    assert (tmp_path / "thesis.txt").exists()


def test_two_cannot_use_one_folder_and_the_second_learns_where_the_first_is(tmp_path):
    first = DataFolder(8000, tmp_path / "data")
    first.claim()
    first.tell("http://localhost:8000")
    for verb in (DataFolder(8000, tmp_path / "data").claim, DataFolder(8000, tmp_path / "data").delete):
        with pytest.raises(Refused, match="http://localhost:8000"):
            verb()


def test_secrets_of_the_demo_are_private_made_once_and_marked(tmp_path):
    data = DataFolder(8000, tmp_path / "data")
    data.claim()
    path = data.secret("secret_key")
    before = path.read_text()
    assert data.secret("secret_key").read_text() == before and before.startswith("demo-")
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0
    assert data.path.stat().st_mode & 0o066 == 0


@pytest.mark.parametrize(
    ("who", "strong"), [("causeway_app", False), ("causeway_owner", True), ("postgres", True)]
)
def test_a_role_that_could_step_over_row_level_security_is_found(place, who, strong):
    class Connection:
        alias, vendor, closed = "default", "postgresql", False

    with (
        devdb.start(place / "db", durable=False) as server,
        psycopg.connect(server.url_for(who)) as opened,
    ):
        stand_in = Connection()
        stand_in.connection = opened
        assert bool(role.too_strong(stand_in)) is strong
