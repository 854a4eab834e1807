"""Nobody can be read in a log: every way that we know in which a program tells what it was given.

The run as a whole is looked through by `tests/conftest.py` when its last test has ended.
"""

import ast
import logging
import os
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from orgs import audit, outbox
from orgs.models import OutboxMessage
from orgs.tasks import deliver
from tests import log_watch
from tests.servers import ROOT

MARISOL, PHONE = "Marisol Testperson", "340 555 0142"
ADDRESS = "advocate@stx.test"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"logger", "log", "logging"}


def breaks(request):
    """A view that fails while it holds what was typed, and says it in the exception."""
    said = request.POST.get("name", "")
    try:
        int(said)
    except ValueError as error:
        raise RuntimeError(f"could not save {said}, {PHONE}, {ADDRESS}") from error
    return HttpResponse()


handler500 = "config.views.errors.crash"
urlpatterns = [path("breaks/", breaks, name="breaks"), path("", include("config.urls"))]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def watched(tmp_path):
    """The folder into which everything that is logged in this test goes, through production's formatter."""
    handler = log_watch.start(tmp_path)
    yield tmp_path
    logging.getLogger().removeHandler(handler)


def written(folder):
    return "".join(path.read_text() for path in Path(folder).glob("*.log"))


@pytest.mark.parametrize("said", [MARISOL, "Wears a green jacket. Waits at the ferry dock.", "Bluebird"])
def test_the_look_through_the_logs_finds_a_person(tmp_path, said):
    """A line that names somebody is found: the check of the whole run can fail."""
    (tmp_path / "process-1.log").write_text(log_watch.formatter().format(record_of(f"Saved {said}")))
    assert ("process-1.log", said) in log_watch.found_in(tmp_path)


def record_of(text):
    return logging.getLogger("orgs").makeRecord("orgs", logging.INFO, "file.py", 1, text, (), None)


def test_the_makers_people_are_known_to_the_look():
    """Names, aliases, addresses, numbers and sentences are gathered from the makers themselves."""
    known = log_watch.people()
    assert {MARISOL, "Bluebird", ADDRESS, "+13405550199", PHONE, "Never leave a message."} <= known
    assert len(known) > 50


def test_whatever_breaks_leaves_nobody_in_the_logs(world, watched):
    """C25, C22: a crash, a missing page, a refused form are told, and without a person."""
    client = world.client(world.stx.advocate)
    client.raise_request_exception = False
    crash = client.post(reverse("breaks"), {"name": MARISOL})
    assert crash.status_code == 500 and MARISOL not in crash.content.decode()
    client.get("/nowhere/", {"q": MARISOL})
    client.get(reverse("members"), {"q": MARISOL})
    strict = Client(enforce_csrf_checks=True)
    strict.post(reverse("account_login"), {"login": ADDRESS, "password": MARISOL})
    client.post(reverse("account_login"), {"login": ADDRESS, "password": MARISOL})
    reference = crash.wsgi_request.reference
    lines = written(watched)
    assert reference in lines and reference in crash.content.decode()
    assert "RuntimeError" in lines and "Forbidden" in lines and "/nowhere/" in lines
    assert log_watch.found_in(watched) == []


@pytest.mark.parametrize("urls", ["config.urls", "config.demo.urls"])
def test_the_installation_shows_the_reference_where_it_breaks(urls):
    """C22: the pages of a crash and of an unreadable request carry the reference, in the demo too."""
    from importlib import import_module

    from django.test import RequestFactory
    from django.urls import get_resolver

    request = RequestFactory().get("/")
    request.reference = "7F3KA092QD"
    assert import_module(urls).handler500
    for status, arguments in ((500, ()), (400, (ValueError(MARISOL),))):
        page = get_resolver(urls).resolve_error_handler(status)(request, *arguments)
        assert page.status_code == status
        assert "7F3KA092QD" in page.content.decode() and MARISOL not in page.content.decode()


def test_a_mail_that_cannot_leave_is_told_without_its_recipient(world, watched, monkeypatch):
    """C25: neither the log nor the row of the message says what the mail server said."""

    def refuse(self, *_):
        raise OSError(f"550 no such mailbox: {ADDRESS}, {MARISOL}")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    with world.acting(world.stx.administrator):
        OutboxMessage.objects.create(
            organization=world.stx.organization,
            recipient=world.stx.advocate,
            created_at=world.now,
            available_at=world.now,
        )
    deliver(str(world.stx.organization.pk))
    with world.acting(world.stx.administrator):
        assert OutboxMessage.objects.get().error == "OSError"
    assert outbox.TRIES > 1 and log_watch.found_in(watched) == []


def test_the_database_writes_no_value_into_its_log(world):
    """C25: why a statement failed, which one it was and with what stay out of PostgreSQL's log."""
    server = Path(os.environ["CAUSEWAY_TEST_LOGS"]) / "postgres.log"
    before = len(server.read_text())
    with world.acting(world.stx.administrator), connection.cursor() as cursor:
        for statement in (
            "UPDATE orgs_user SET email = %s",  # one address twice: the detail would name it
            "UPDATE orgs_user SET name = NULL WHERE email <> %s",  # the failing row would be shown whole
            "SELECT %s::integer",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement, [ADDRESS])
    told = server.read_text()[before:]
    assert "starting PostgreSQL" in server.read_text()
    for text in (ADDRESS, "(invented)", "DETAIL", "STATEMENT", "duplicate key"):
        assert text not in told, text
    command = (ROOT / "docker" / "compose.yaml").read_text()
    for setting in ("log_min_messages=log", "log_min_error_statement=panic", "log_error_verbosity=terse"):
        assert setting in command


def test_no_code_of_ours_builds_a_line_of_the_log_out_of_values():
    """C25: the text of every call of a logger is constant; what varies is a code or a count."""
    for room in ("config", "orgs", "cases", "referrals"):
        for source in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text())):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                    continue
                if node.func.attr in LEVELS and getattr(node.func.value, "id", "") in LOGGERS:
                    assert isinstance(node.args[0], ast.Constant), f"{source}:{node.lineno}"


def test_a_line_of_the_audit_is_no_line_of_the_log(world, watched):
    """C25: who did what is in the audit alone."""
    with world.acting(world.stx.advocate):
        audit.write(world.stx.advocate, "view")
    assert "Advocate" not in written(watched)
