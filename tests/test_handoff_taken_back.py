"""Who must hear of a handoff hears at once, also that what they had accepted was taken back."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from orgs import reminders
from orgs.models import AuditLine, OutboxMessage, Reminder
from referrals.tasks import end_handoffs
from tests.makers import handoff as make
from tests.test_handoff_plan import page
from tests.test_where_a_case_lies import case_of

NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def mailed(world, house, **about):
    with world.acting(house.supervisor):
        waiting = OutboxMessage.objects.filter(kind="notice", **about)
        return {mail.recipient_id for mail in waiting}


@pytest.mark.parametrize("how", ["recalled", "withdrawn", "over"])
def test_the_receiver_hears_that_an_accepted_handoff_was_taken_back(world, how):
    """R10, R20: at once, with a clock until they say what becomes of their case; only they know."""
    world.hold(NOON)
    handoff, stx, stt = make.accepted(world, days=3), world.stx, world.stt
    before = mailed(world, stt)
    assert stt.advocate.pk not in before
    with world.acting(stx.advocate) as me:
        if how == "recalled":
            handoff.recall("plans_changed", actor=me)
        elif how == "withdrawn":
            handoff.own_file().release.revoke(actor=me)
    if how == "over":
        world.forward(days=3, seconds=1)
        end_handoffs()
    case, theirs = case_of(world, stt.advocate), world.client(stt.advocate)
    assert stt.advocate.pk in mailed(world, stt)
    with world.acting(stt.supervisor):
        row = Reminder.objects.get(subject_id=handoff.pk, clock="answer_recall", rung=0)
        assert row.owner == stt.advocate
    for url in (reverse("today"), case.get_absolute_url(), handoff.get_absolute_url()):
        assert "Say what becomes of" in page(theirs, url), url
    world.forward(days=1)
    with world.acting(stt.supervisor):
        reminders.claim()
        heard = OutboxMessage.objects.filter(reminder__clock="answer_recall")
        assert stt.advocate in {mail.recipient for mail in heard}
    address = reverse("answer_recall_handoff", args=[handoff.reference])
    with world.acting(stx.supervisor):
        lines = AuditLine.objects.filter(subject_id=handoff.pk).count()
    assert theirs.post(address, {"answer": ""}).status_code == 200
    assert theirs.post(address, {"answer": "go_on"}).status_code == 302
    assert theirs.post(address, {"answer": "stopped"}).status_code == 409
    assert "Say what becomes of" not in page(theirs, reverse("today"))
    with world.acting(stt.supervisor):
        assert not Reminder.objects.filter(subject_id=handoff.pk, fired_at=None).exists()
        assert handoff.own_file().recall_answer == "go_on"
    with world.acting(stx.supervisor):
        assert AuditLine.objects.filter(subject_id=handoff.pk).count() == lines
        assert handoff.own_file().recall_answer == ""


def test_an_offer_and_a_no_are_mailed_at_once(world):
    """R38: the desk hears of an offer, the sender's advocate of a no, both by the constant text."""
    world.hold(NOON)
    handoff = make.offered(world)
    desk = mailed(world, world.stt)
    assert desk and world.stt.advocate.pk not in desk
    with world.acting(world.stt.supervisor) as boss:
        handoff.acknowledge(actor=boss)
        handoff.decline("no_bed", actor=boss)
    assert mailed(world, world.stx) == {world.stx.advocate.pk}
    with world.acting(world.stx.supervisor):
        assert OutboxMessage.objects.get(kind="notice").available_at == NOON
