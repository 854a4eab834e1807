"""What machines ask, and whom the edge is believed about."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory

from config import devcache, health
from config.edge import BehindEdge
from orgs import outbox, reminders
from orgs.models import Counter, OutboxMessage, Reminder


@pytest.fixture
def broker(tmp_path, settings):
    with devcache.start(tmp_path) as server:
        settings.REDIS_URL = server.url
        yield server


def test_live_asks_nothing_of_the_database_and_minds_no_host():
    answer = Client().get("/health/live", HTTP_HOST="10.0.0.7")  # without the `db` fixture a query would fail
    assert answer.status_code == 200 and answer.json() == {"live": True}


@pytest.mark.django_db
def test_ready_says_what_works_and_a_silent_beat_is_for_a_person(broker):
    answer = Client().get("/health/ready")
    told = answer.json()
    assert answer.status_code == 200 and told["ready"]
    assert (told["database"], told["migrations"], told["broker"]) == ("ok", "ok", "ok")
    assert any("beat" in line for line in told["attention"])


def test_the_figures_name_nobody_and_say_what_waits(broker, world):
    """R38: in Prometheus' text format; no word of it is about a tenant, a member or a record."""
    reminders.beat_now()
    with world.acting(world.stx.advocate):
        Counter.take(world.stx.organization.pk, "rung", 3)
        Counter.take(world.stx.organization.pk, "pushed", 2)
        Counter.take(world.stx.organization.pk, "push_failed", 4)
        OutboxMessage.objects.create(
            organization=world.stx.organization,
            recipient=world.stx.advocate,
            created_at=world.now,
            available_at=world.now - timedelta(seconds=70),
        )
        Reminder.objects.create(
            organization=world.stx.organization, subject_type="cases.followup", subject_id=uuid4(),
            clock="follow_up", version=1, rung=0, started_at=world.now, due_at=world.now,
            fire_at=world.now - timedelta(minutes=3), team="supervisor", failures=outbox.TRIES,
        )  # fmt: skip
    answer = Client().get("/health/metrics")
    text = answer.content.decode()
    told = dict(line.split() for line in text.splitlines() if not line.startswith("#"))
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert told == {
        "causeway_up": "1",
        "causeway_beat_age_seconds": "0",
        "causeway_clock_lag_seconds": "0",
        "causeway_mail_lag_seconds": "70",
        "causeway_tasks_waiting": "0",
        "causeway_set_aside": "1",
        "causeway_left_running": "0",
        "causeway_reminders_rung_total": "3",
        "causeway_notices_sent_total": "0",
        "causeway_pushes_total": "2",
        "causeway_pushes_failed_total": "4",
    }
    assert Client().get("/health/ready").json()["attention"] == [
        "something was set aside after many tries: an administrator can try it again"
    ]


@pytest.mark.django_db
def test_without_a_broker_nobody_is_sent_here(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{devcache.free_port()}/0"
    answer = Client().get("/health/ready")
    assert answer.status_code == 503 and answer.json()["broker"] == "failed"


def test_a_refused_role_is_not_ready_and_gives_no_reason_away(monkeypatch, broker):
    def refuse():
        raise ImproperlyConfigured("The database role postgres is a superuser")

    monkeypatch.setattr(health, "_database", refuse)
    answer = Client().get("/health/ready")
    assert answer.status_code == 503 and "postgres" not in answer.content.decode()


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("10.1.1.1, 203.0.113.9", "203.0.113.9"),  # what stands before is the caller's word
        ("2001:db8::1", "2001:db8::1"),
        ("", "172.18.0.2"),
        ("<script>", "172.18.0.2"),
    ],
)
def test_the_callers_address_is_what_the_edge_saw(told, believed):
    request = RequestFactory().get("/", REMOTE_ADDR="172.18.0.2", HTTP_X_FORWARDED_FOR=told)
    BehindEdge(lambda request: None)(request)
    assert request.META["REMOTE_ADDR"] == believed
