"""One broken row stops nobody else's clock, is tried for ever, and stands on an administrator's page."""

from datetime import timedelta
from uuid import uuid4

from django.core import mail
from django.db import IntegrityError
from django.urls import reverse

from cases.models import Wall
from orgs import outbox, reminders, tasks
from orgs.models import AuditLine, OutboxMessage, Reminder
from tests.makers.case import a_person

PAGE = "set_aside"


def a_reminder(world, of="stx", **fields):
    """A rung that is due now, of a follow-up that nobody has."""
    here = getattr(world, of)
    given = dict(
        organization=here.organization, subject_type="cases.followup", subject_id=uuid4(), clock="follow_up",
        version=1, rung=0, started_at=world.now, due_at=world.now, fire_at=world.now - timedelta(minutes=1),
        owner=here.advocate, team="supervisor",
    )  # fmt: skip
    return Reminder.objects.create(**given | fields)


def a_mail(world, **fields):
    given = dict(
        organization=world.stx.organization, recipient=world.stx.advocate, created_at=world.now,
        available_at=world.now,
    )  # fmt: skip
    return OutboxMessage.objects.create(**given | fields)


def refuse(monkeypatch, address, error):
    """The mail server refuses everything to one address."""
    from django.core.mail.backends.locmem import EmailBackend

    send = EmailBackend.send_messages

    def refusing(self, messages):
        if any(address in message.to for message in messages):
            raise error
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refusing)


def test_a_row_that_cannot_be_rung_stops_no_other_and_is_tried_for_ever(world):
    """Promise 1: of three due rungs one names a record of a kind that is not there; two ring in that tick."""
    with world.acting(world.stx.advocate):
        broken = a_reminder(world, subject_type="cases.gone")
        sound = [a_reminder(world), a_reminder(world)]
        # Somebody has a wall, so that each row's record is looked at.
        Wall.build(
            a_person(world.stx.advocate), world.stx.colleague, actor=world.stx.supervisor, reason="other"
        )
    tasks.tick()
    with world.acting(world.stx.administrator):
        assert Reminder.objects.filter(pk__in=[row.pk for row in sound], fired_at=None).count() == 0
        for number in range(1, outbox.TRIES + 1):
            broken.refresh_from_db()
            assert (broken.fired_at, broken.failures, broken.failed_as) == (None, number, "LookupError")
            world.hold(broken.not_before)
            tasks.tick()
        heard = OutboxMessage.objects.filter(reminder=None, recipient=world.stx.administrator)
        assert heard.count() == 1
    page = world.client(world.stx.administrator)
    assert "LookupError" in page.get(reverse(PAGE)).content.decode()
    with world.acting(world.stx.administrator):
        Reminder.objects.filter(pk=broken.pk).update(subject_type="cases.followup")
    page.post(reverse(PAGE))
    tasks.tick()
    with world.acting(world.stx.administrator):
        broken.refresh_from_db()
        assert broken.fired_at
    assert "Nothing is set aside." in page.get(reverse(PAGE)).content.decode()


def test_what_fails_in_one_house_stops_no_other(world, monkeypatch):
    """Promise 1: an organization in which everything fails is left for the next tick; the others ring."""
    with world.acting(world.stt.advocate):
        there = a_reminder(world, "stt")
    claim = reminders.claim_all

    def failing():
        from orgs.tenancy import current

        if current.get() == world.stx.organization.pk:
            raise ValueError
        claim()

    monkeypatch.setattr(reminders, "claim_all", failing)
    tasks.tick()
    with world.acting(world.stt.advocate):
        there.refresh_from_db()
        assert there.fired_at


def test_a_refused_mail_is_set_aside_shown_and_tried_again(world, monkeypatch):
    """C10: an administrator sees whom, of what kind and why, and of no record; others see nothing at all."""
    from smtplib import SMTPRecipientsRefused

    me, advocate = world.stx.administrator, world.stx.advocate
    refuse(monkeypatch, advocate.email, SMTPRecipientsRefused({}))
    with world.acting(advocate):
        row, other = a_mail(world), a_mail(world, recipient=world.stx.colleague)
        for _ in range(outbox.TRIES):
            outbox.deliver()
            row.refresh_from_db()
            world.hold(row.available_at)
        other.refresh_from_db()
        assert (row.state, row.attempts, other.state) == ("set_aside", outbox.TRIES, "sent")
    client = world.client(me)
    assert reverse(PAGE) in client.get(reverse("members")).content.decode()
    page = client.get(reverse(PAGE)).content.decode()
    assert advocate.name in page and "refuses this address" in page
    assert "C-" not in page and "follow" not in page.lower()
    monkeypatch.undo()
    with world.acting(me):
        world.hold(world.now)
    client.post(reverse(PAGE))
    with world.acting(me):
        outbox.deliver()
        row.refresh_from_db()
        assert row.state == "sent" and AuditLine.objects.filter(verb="try_again").count() == 1
    assert reverse(PAGE) not in client.get(reverse("members")).content.decode()


def test_a_row_that_cannot_be_marked_stops_no_other(world, monkeypatch):
    """Promise 1: the queue goes on behind a row at which the database itself says no."""
    taken = outbox.bounces.taken

    def refused_for_one(message):
        if message.recipient == world.stx.colleague:
            raise IntegrityError
        taken(message)

    monkeypatch.setattr(outbox.bounces, "taken", refused_for_one)
    with world.acting(world.stx.advocate):
        first = a_mail(world, recipient=world.stx.colleague, created_at=world.now - timedelta(hours=1))
        other = a_mail(world)
        outbox.deliver()
        first.refresh_from_db()
        other.refresh_from_db()
        assert (first.state, first.attempts, first.error) == ("waiting", 1, "IntegrityError")
        assert other.state == "sent"


def test_a_server_that_is_not_there_is_no_fault_of_a_mail(world, monkeypatch):
    """Promise 1: however long the mail server is away, nothing is set aside for it."""
    from django.core.mail.backends.locmem import EmailBackend

    def nobody(self):
        raise ConnectionRefusedError

    with world.acting(world.stx.advocate):
        row = a_mail(world)
        monkeypatch.setattr(EmailBackend, "open", nobody)
        for _ in range(outbox.TRIES + 2):
            assert outbox.deliver() == 0
            world.forward(seconds=outbox.LEASE.total_seconds())
        monkeypatch.undo()
        outbox.deliver()
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("sent", 0)


def test_all_that_waits_for_somebody_goes_out_in_one_mail(world):
    """R38: ten reminders are one mail of the one constant text; each names the mail that told of it."""
    with world.acting(world.stx.advocate):
        rows = [a_mail(world) for _ in range(10)]
        invited = a_mail(
            world, kind="invitation", recipient=None, address="new@stx.test", link="https://x.test/k"
        )
        later = a_mail(world, available_at=world.now + timedelta(hours=1))
        mail.outbox.clear()
        assert outbox.deliver() == 11
        first = min(rows, key=lambda row: (row.created_at, row.pk))
        told = OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", "sent_as")
        assert set(told) == {("sent", first.pk)}
        later.refresh_from_db()
        assert later.state == "waiting"
    assert sorted(message.to[0] for message in mail.outbox) == ["advocate@stx.test", invited.address]


def test_a_clock_that_was_set_back_keeps_nothing_waiting(world):
    """Promise 1: what was written while the clock ran three hours ahead goes out when it is right again."""
    right = world.now
    world.hold(right + timedelta(hours=3))
    tasks.tick()
    with world.acting(world.stx.advocate):
        fresh, resting = a_mail(world), a_mail(world, available_at=world.now + timedelta(hours=5))
        tried = a_mail(world, created_at=right, attempts=2, available_at=world.now + timedelta(minutes=1))
        leased = a_mail(world, created_at=right, available_at=right, leased_until=world.now + outbox.LEASE)
    world.hold(right)
    tasks.tick()
    with world.acting(world.stx.advocate):
        outbox.deliver()
        state = {row.pk: row.state for row in OutboxMessage.objects.all()}
        assert [state[row.pk] for row in (fresh, tried, leased)] == ["sent"] * 3
        resting.refresh_from_db()
        assert (resting.state, resting.available_at) == ("waiting", right + timedelta(hours=5))
