"""A safe-contact plan that changes while a handoff goes: the older one is not sent, nor used unawares."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from orgs import reminders
from orgs.models import AuditLine, OutboxMessage, Reminder
from orgs.record import IllegalMove
from referrals.models import Handoff, HandoffFile
from tests.makers import handoff as make
from tests.test_where_a_case_lies import words

NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def page(client, url):
    return words(client.get(url).content.decode())


def heard(world, house, handoff):
    """The owners of what runs on one side about the plan, and whom a mail waits for."""
    with world.acting(house.supervisor):
        rows = Reminder.objects.filter(subject_id=handoff.pk, fired_at=None, clock="tell_plan")
        mails = OutboxMessage.objects.filter(kind="notice")
        return {row.owner_id for row in rows}, {mail.recipient_id for mail in mails}


def test_a_plan_that_changed_after_the_submission_is_not_sent(world):
    """R37, R10: the review says so and approves nothing; returned and sent again, the newer goes along."""
    handoff, reviewer = make.submitted(world), world.client(world.stx.supervisor)
    address = reverse("offer_handoff", args=[handoff.reference])
    make.replan(world, handoff)
    said = page(reviewer, handoff.get_absolute_url())
    assert "The safe-contact plan has changed" in said and "Approve and offer" not in said
    answer = reviewer.post(address)
    assert answer.status_code == 409 and "Return it" in answer.content.decode()
    with world.acting(world.stx.supervisor) as supervisor:
        with pytest.raises(IllegalMove):
            handoff.offer(actor=supervisor)
        handoff.return_("plan_missing", "The plan is older.", actor=supervisor)
    with world.acting(world.stx.advocate) as advocate:
        handoff.submit(actor=advocate)
    assert "Approve and offer" in page(reviewer, handoff.get_absolute_url())
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.offer(actor=supervisor)
    with world.acting(world.stt.supervisor):
        reach = HandoffFile.objects.get().content["reach"]
        assert (reach["reach_at"], reach["never"]) == ("+13405550199", "Never the old number")


@pytest.mark.parametrize("state", ["offered", "accepted"])
def test_who_holds_an_older_plan_is_called_and_learns_nothing_by_itself(world, state):
    """R37, R10, R26: a clock, a row on Today, a word on the sender's pages, until somebody called them."""
    world.hold(NOON)
    handoff, stx, stt = make.IN[state](world), world.stx, world.stt
    ours, theirs = world.client(stx.advocate), world.client(stt.supervisor)
    with world.acting(stt.supervisor):
        before = page(theirs, handoff.get_absolute_url())
        lines = AuditLine.objects.filter(subject_id=handoff.pk, actor_id=None).count()  # by the other side
        row = Handoff.objects.filter(pk=handoff.pk).values().get()
    make.replan(world, handoff, by=stx.supervisor)
    with world.acting(stx.advocate):
        case = handoff.own_file().case
    owners, mailed = heard(world, stx, handoff)
    assert owners == {stx.advocate.pk} and stx.advocate.pk in mailed
    for url in (handoff.get_absolute_url(), case.get_absolute_url()):
        assert "holds an older safe-contact plan" in page(ours, url)
    assert "Call Help on St. Thomas: the safe-contact plan" in page(ours, reverse("today"))
    world.forward(hours=2)
    with world.acting(stx.supervisor):
        reminders.claim()
        mails = OutboxMessage.objects.filter(reminder__clock="tell_plan")
        assert {mail.recipient for mail in mails} >= {stx.advocate}
    # A confirmation of the very same plan asks for nothing more; theirs is older as before.
    make.replan(world, handoff)
    world.hold(NOON)
    press = reverse("tell_plan_handoff", args=[handoff.reference])
    assert theirs.post(press).status_code == 403
    assert ours.post(press).status_code == 302 and ours.post(press).status_code == 409
    make.replan(world, handoff)
    assert heard(world, stx, handoff)[0] == set()
    assert "older safe-contact plan" not in page(ours, handoff.get_absolute_url())
    with world.acting(stt.supervisor):
        assert Handoff.objects.filter(pk=handoff.pk).values().get() == row
        assert AuditLine.objects.filter(subject_id=handoff.pk, actor_id=None).count() == lines
        assert not Reminder.objects.filter(subject_id=handoff.pk, clock="tell_plan").exists()
    assert page(theirs, handoff.get_absolute_url()) == before


def test_back_to_what_they_have_or_over_there_is_nobody_to_call(world):
    """R37: the plan that they hold stands again, or the handoff has ended: the clock stops."""
    handoff, stx = make.accepted(world), world.stx
    make.replan(world, handoff)
    assert heard(world, stx, handoff)[0] == {stx.advocate.pk}
    with world.acting(stx.advocate):
        reach = handoff.own_file().content["reach"]
    make.replan(world, handoff, **reach)
    assert heard(world, stx, handoff)[0] == set()
    make.replan(world, handoff)
    with world.acting(stx.supervisor) as supervisor:
        handoff.refresh_from_db()
        handoff.recall("unsafe", actor=supervisor)
    assert heard(world, stx, handoff)[0] == set()
    assert "older safe-contact plan" not in page(world.client(stx.advocate), handoff.get_absolute_url())


def test_a_review_lets_out_what_was_read_and_nothing_else(world):
    """R10, R26: returned, changed and submitted again since it was read: its button lets nothing out."""
    handoff = make.submitted(world, categories=("TRANSFER", "SAFETY", "COURT"))
    reviewer, address = world.client(world.stx.supervisor), reverse("offer_handoff", args=[handoff.reference])

    def read():
        html = reviewer.get(handoff.get_absolute_url()).content.decode()
        return {"shown": re.search(r'name="shown" value="(\w{64})"', html)[1]}

    first = read()
    with world.acting(world.stx.second_supervisor) as other:
        handoff.return_("too_little", "The hearing is missing.", actor=other)
    with world.acting(world.stx.advocate) as advocate:
        handoff.edit(actor=advocate, content={**make.CONTENT, "court": "Monday 9, hearing"})
        handoff.submit(actor=advocate)
    for stale in (first, {"shown": "0" * 64}, {}):
        answer = reviewer.post(address, stale)
        assert answer.status_code == 409 and "changed since you read it" in answer.content.decode()
    with world.acting(world.stt.supervisor):
        assert not Handoff.objects.exists() and not HandoffFile.objects.exists()
    assert reviewer.post(address, read()).status_code == 302
    with world.acting(world.stt.supervisor):
        assert HandoffFile.objects.get().content["court"] == "Monday 9, hearing"
