"""Real servers, a world of two islands, and databases that cost nothing to throw away."""

import gc
import itertools
import logging
import os

import pytest
from hypothesis import HealthCheck, settings

from config.tongues import catalogues
from tests import log_watch, servers

# How long one example takes says how busy the machine is, and nothing of what is promised. A usual run draws
# the same examples each time, so that what fails it is a change; whoever asks for more gets new ones.
settings.register_profile(
    "usual",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not (os.environ.get("CAUSEWAY_PROOFS") or os.environ.get("HANDOFF_EXAMPLES")),
)
settings.load_profile("usual")
_running = {}
_counter = itertools.count(1)


def pytest_configure(config):
    """The process that leads the run starts the servers; the others find them in their environment."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    catalogues.compile_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # Playwright keeps a loop in the thread of the tests
    _running["servers"] = servers.Servers()
    os.environ.update(_running["servers"].environment())


def pytest_collection_finish():
    """What is loaded by now stays to the end: the collector need not look at it again with every page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_sessionfinish(session):
    """C25: after the last test, nobody can be read in what the whole run has logged."""
    if _running and (found := log_watch.found_in(os.environ["CAUSEWAY_TEST_LOGS"])):
        session.exitstatus = 1
        said = "\n".join(f"  {name}: {text!r}" for name, text in found)
        print(f"\nC25: the logs of this run tell about people (tests/log_watch.py):\n{said}")


@pytest.fixture(scope="session", autouse=True)
def watch_logs():
    """What every process of the run logs is kept until its end."""
    handler = log_watch.start(os.environ["CAUSEWAY_TEST_LOGS"])
    yield
    logging.getLogger().removeHandler(handler)


def pytest_unconfigure(config):
    if _running:
        _running.pop("servers").stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_id):
    """One database for each process of the run, cloned from the template."""
    from django.conf import settings

    settings.CAUSEWAY_AUDIT_KEY_FILE = os.environ["CAUSEWAY_AUDIT_KEY_FILE"]
    name = servers.clone(f"tests_{worker_id}")
    with django_db_blocker.unblock():
        _use(name)
        yield
        _use("causeway")
    servers.drop(name)


def _use(name):
    """Point Django's connection at a database of the run's server, as the application's role."""
    from django.db import connections

    connection = connections["default"]
    connection.close()
    connections.settings["default"].update(_settings(name))
    connection.settings_dict.update(_settings(name))


def _settings(name):
    return {
        "NAME": name,
        "USER": "causeway_app",
        "PASSWORD": "",
        "HOST": os.environ["CAUSEWAY_TEST_SOCKETS"],
        "PORT": "",
    }


@pytest.fixture
def world(db, monkeypatch):
    """The two islands, in a transaction that is rolled back when the test ends."""
    from types import SimpleNamespace

    from django.template import defaulttags

    from tests.world import World

    here = World()
    monkeypatch.setattr(defaulttags, "datetime", SimpleNamespace(now=here.today))
    return here


@pytest.fixture
def committed(django_db_setup, django_db_blocker, worker_id):
    """The two islands in a database of this test's own, where other processes see what is committed."""
    from django.db import connection

    from tests.world import World

    name = servers.clone(f"tests_{worker_id}_{next(_counter)}")
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        _use(name)
        yield World()
        connection.close()
        _use(before)
    servers.drop(name)


@pytest.fixture
def live(committed):
    """A web server on a database of this test's own; `live.url` is its address, `live.world` its people."""
    from types import SimpleNamespace

    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.db import connections
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield SimpleNamespace(url=f"http://127.0.0.1:{thread.port}", world=committed)
    thread.terminate()
    connections.close_all()


@pytest.fixture(scope="session")
def chromium():
    """A browser for the session, or the test says what to install."""
    from playwright.sync_api import expect, sync_playwright

    from tests.browser import executable

    expect.set_options(timeout=30_000)  # [ms]; as long as Playwright waits for all else

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-gpu"], headless=True
        )
        yield browser
        browser.close()
