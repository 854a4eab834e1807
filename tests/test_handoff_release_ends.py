"""A handoff lives no longer than its release, and of two at once one wins."""

import threading

import pytest
from django.db import connection, transaction

from orgs.models import AuditLine, Reminder
from orgs.record import IllegalMove
from orgs.tenancy import acting_for
from referrals.models import Handoff
from referrals.tasks import end_handoffs
from tests.makers import handoff as make
from tests.signing import opening


@pytest.mark.parametrize("state", ["offered", "acknowledged", "accepted"])
def test_withdrawing_the_release_takes_the_handoff_back(world, state):
    """R20: in the transaction of the withdrawal, by anyone on staff; the sender's advocate hears of it."""
    handoff = make.IN[state](world)
    with world.acting(world.stx.intake_worker) as anyone:
        handoff.own_file().release.revoke(actor=anyone)
        handoff.refresh_from_db()
        assert (handoff.state, handoff.reason) == ("recalled", "release_ended")
        assert handoff.release_revoked_at and handoff.responsible_id == world.stx.organization.pk
        running = Reminder.objects.filter(subject_id=handoff.pk, fired_at=None, clock="revise_handoff")
        assert {row.owner_id for row in running} == {world.stx.advocate.pk}
    with world.acting(world.stt.supervisor):
        running = Reminder.objects.filter(subject_id=handoff.pk, fired_at=None).values_list(
            "clock", flat=True
        )
        assert set(running) == ({"answer_recall"} if state == "accepted" else set())
        assert AuditLine.objects.filter(subject_id=handoff.pk, verb="recall").exists()


def test_withdrawing_after_the_connection_shuts_the_snapshot_and_leaves_the_responsibility(world):
    """R27: the file stops opening; the person does not fall between two houses (R10)."""
    handoff = make.connected(world)
    with world.acting(world.stx.advocate) as advocate:
        handoff.own_file().release.revoke(actor=advocate)
        handoff.refresh_from_db()
    assert handoff.state == "connected" and handoff.release_has_ended
    assert handoff.responsible_id == world.stt.organization.pk


def test_time_alone_ends_it_and_the_task_writes_it_down(world):
    """R27: from that moment it reads as taken back; the task only records what the clock decided."""
    handoff = make.accepted(world, days=3)
    world.forward(days=3, seconds=1)
    with world.acting(world.stt.advocate) as advocate:
        handoff.refresh_from_db()
        assert (handoff.state, handoff.standing) == ("accepted", "recalled")
        with pytest.raises(IllegalMove):
            handoff.confirm(actor=advocate)
    end_handoffs()
    end_handoffs()
    with world.acting(world.stx.advocate):
        handoff.refresh_from_db()
        assert AuditLine.objects.filter(subject_id=handoff.pk, verb="recall", actor_id=None).count() == 1
    assert (handoff.state, handoff.reason) == ("recalled", "release_ended")


def test_a_draft_is_untouched_by_the_end_of_a_release(world):
    handoff = make.submitted(world)
    with world.acting(world.stx.advocate) as advocate:
        handoff.own_file().release.revoke(actor=advocate)
        handoff.refresh_from_db()
    assert handoff.state == "supervisor_review"


def meet(world):
    """Learn who is who, in a transaction: outside one there are no rows."""
    with transaction.atomic():
        for who in ("advocate", "supervisor", "intake_worker"):
            assert getattr(world.stx, who) and getattr(world.stt, who)
    return world


def test_accepted_in_the_instant_of_the_recall_has_one_winner(committed):
    """R10: both lock the row that both sides share; one move is made, the other finds it made."""
    world = meet(committed)
    handoff = make.acknowledged(world)
    sender, receiver, advocate = world.stx.advocate, world.stt.supervisor, world.stt.advocate
    both, outcomes = threading.Barrier(2), {}

    def go(name, member, move):
        try:
            with acting_for(member.organization_id), opening(member), transaction.atomic():
                mine = Handoff.objects.get(pk=handoff.pk)
                both.wait(10)
                move(mine)
            outcomes[name] = mine.state
        except IllegalMove:
            outcomes[name] = "late"
        finally:
            connection.close()

    threads = [
        threading.Thread(target=go, args=("accept", receiver, lambda h: h.accept(advocate, actor=receiver))),
        threading.Thread(target=go, args=("recall", sender, lambda h: h.recall("unsafe", actor=sender))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with world.acting(sender):
        end = Handoff.objects.get(pk=handoff.pk).state
    # Accepted first and then taken back is legal; taken back first, nothing can be accepted.
    assert outcomes["recall"] == "recalled" == end
    assert outcomes["accept"] in ("late", "accepted")


def test_connected_in_the_instant_of_the_recall_has_one_winner(committed):
    """R10: after the second word there is nothing to take back, after a recall nothing to confirm."""
    world = meet(committed)
    handoff = make.accepted(world)
    with world.acting(world.stt.advocate) as theirs:
        handoff.confirm(actor=theirs)
    sender, supervisor = world.stx.advocate, world.stx.supervisor
    both, outcomes = threading.Barrier(2), {}

    def go(name, member, move):
        try:
            with acting_for(member.organization_id), transaction.atomic():
                mine = Handoff.objects.get(pk=handoff.pk)
                both.wait(10)
                move(mine)
            outcomes[name] = "done"
        except IllegalMove:
            outcomes[name] = "late"
        finally:
            connection.close()

    threads = [
        threading.Thread(target=go, args=("connect", sender, lambda h: h.confirm(actor=sender))),
        threading.Thread(
            target=go, args=("recall", supervisor, lambda h: h.recall("unsafe", actor=supervisor))
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes.values()) == ["done", "late"]
    with world.acting(sender):
        end = Handoff.objects.get(pk=handoff.pk)
    assert end.state == ("connected" if outcomes["connect"] == "done" else "recalled")
    assert (end.responsible_id == world.stt.organization.pk) == (end.state == "connected")
