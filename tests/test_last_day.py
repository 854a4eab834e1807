"""A member's last day: it closes by itself, and nothing that they hold is dropped."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orgs import clock, holdings, reminders, tasks
from orgs.calendar import ISLANDS
from orgs.models import AuditLine, DutyShift, HouseDuty, MemberKey, OutboxMessage, Reminder, Resealing, User
from orgs.models.membership import NotNow
from orgs.words import local
from referrals import caseload
from tests.makers.case import a_followup, open_case
from tests.test_members import second_administrator


def day(world, ahead):
    return clock.today() + timedelta(days=ahead)


def set_day(world, member, ahead):
    with world.acting(world.stx.administrator) as me:
        member.set_last_day(day(world, ahead), actor=me)


def midnight_after(world, ahead):
    here = local(world.now).replace(hour=0, minute=0, second=1, microsecond=0)
    return here + timedelta(days=ahead + 1)


def as_it_is(world, member):
    with world.acting(world.stx.administrator):
        return User.objects.get(pk=member.pk)


def mails_of(world, clock):
    with world.acting(world.stx.administrator):
        return list(
            OutboxMessage.objects.filter(reminder__clock=clock).values_list("recipient__email", flat=True)
        )


def test_the_account_closes_by_itself_when_the_day_is_over(world):
    """C9: sessions, groups, shifts and the key go at midnight on the islands, and the line says why."""
    worker = world.stx.intake_worker
    theirs = world.client(worker)
    page = world.client(world.stx.administrator).post(
        reverse("set_last_day", args=[worker.pk]), {"day": day(world, 2).isoformat()}
    )
    assert page.status_code == 302
    world.hold(midnight_after(world, 2) - timedelta(minutes=2))
    tasks.close_leavers()
    assert as_it_is(world, worker).is_active
    world.hold(midnight_after(world, 0))
    tasks.close_leavers()
    assert not as_it_is(world, worker).is_active
    assert "sign-in" in theirs.get(reverse("duty_desk")).url
    with world.acting(world.stx.administrator):
        assert not DutyShift.objects.filter(user=worker).exists()
        assert not MemberKey.objects.filter(user=worker).exists()
        assert User.objects.get(pk=worker.pk).groups.count() == 0
        line = AuditLine.objects.get(verb="deactivate_member")
        assert (line.details["why"], line.actor_id) == ("last_day", None)


def test_a_dead_worker_keeps_no_door_open(world):
    """C9: from that moment nothing opens, whether or not the account was closed by then."""
    worker = world.stx.intake_worker
    theirs = world.client(worker)
    set_day(world, worker, 0)
    assert theirs.get(reverse("duty_desk")).status_code == 200
    world.hold(midnight_after(world, 0))
    assert as_it_is(world, worker).is_active
    assert "sign-in" in theirs.get(reverse("duty_desk")).url


def test_the_keys_change_with_an_administrators_next_page(world):
    """C9, C19: no worker can change them; an administrator's next page does; a clock runs until then."""
    set_day(world, world.stx.intake_worker, 0)
    me = world.client(world.stx.administrator)
    world.hold(midnight_after(world, 0))
    tasks.close_leavers()
    with world.acting(world.stx.administrator):
        assert HouseDuty.objects.get(what="change_keys").since == world.now
        assert Reminder.objects.filter(clock="change_keys", fired_at=None).exists()
        assert not Resealing.objects.exists()
    me.get(reverse("members"))
    with world.acting(world.stx.administrator):
        assert Resealing.objects.get().why == "left"
        assert HouseDuty.objects.get(what="change_keys").since is None
        assert not Reminder.objects.filter(clock="change_keys", fired_at=None).exists()
    me.get(reverse("members"))
    with world.acting(world.stx.administrator):
        assert Resealing.objects.count() == 1


def test_supervisors_hear_seven_days_and_one_day_before(world):
    """C9: with what the leaver holds, and where to move it."""
    with world.acting(world.stx.advocate) as advocate:
        open_case(advocate)
    set_day(world, world.stx.advocate, 20)
    last = datetime.combine(day(world, 20), datetime.min.time(), ISLANDS)
    told = []
    for before in (8, 7, 1):
        world.hold(last - timedelta(days=before) + timedelta(hours=8))
        with world.acting(world.stx.supervisor):
            reminders.claim()
        told.append(mails_of(world, "member_leaves").count("supervisor@stx.test"))
    assert told == [0, 1, 2]
    page = world.client(world.stx.supervisor).get(reverse("leavers")).content.decode()
    assert "Advocate (invented)" in page and "Cases: 1" in page
    assert f"{reverse('move_caseload')}?from={world.stx.advocate.pk}" in page
    assert reverse("leavers") in world.client(world.stx.supervisor).get(reverse("board")).content.decode()


def test_what_a_leaver_holds_waits_for_a_supervisor_until_somebody_has_it(world):
    """C9: the account closes all the same; the clock of what is left rings until it is moved."""
    with world.acting(world.stx.advocate) as advocate:
        a_followup(open_case(advocate), advocate)
    set_day(world, world.stx.advocate, 0)
    world.hold(midnight_after(world, 0))
    tasks.close_leavers()
    leaver = as_it_is(world, world.stx.advocate)
    assert not leaver.is_active and leaver.left_at == leaver.leaves_at
    for _day in range(6):
        world.forward(days=1)
        with world.acting(world.stx.supervisor):
            reminders.claim()
        tasks.close_leavers()
    assert mails_of(world, "take_over_work").count("supervisor@stx.test") >= 2
    page = world.client(world.stx.supervisor).get(reverse("leavers")).content.decode()
    assert "Gone, with work left behind" in page and "Cases: 1" in page and "Follow-ups: 1" in page
    with world.acting(world.stx.supervisor) as supervisor:
        caseload.move(leaver, [world.stx.colleague], actor=supervisor, reason="leaving")
        assert holdings.of(leaver) == []
    tasks.close_leavers()
    assert as_it_is(world, leaver).left_at is None
    with world.acting(world.stx.supervisor):
        assert not Reminder.objects.filter(clock="take_over_work", fired_at=None).exists()


def test_the_day_is_taken_back_by_one_press(world):
    """C9: before it is over; afterwards the account is opened again like any other."""
    member, me = world.stx.colleague, world.client(world.stx.administrator)
    set_day(world, member, 3)
    back = reverse("take_back_last_day", args=[member.pk])
    assert back in me.get(reverse("set_last_day", args=[member.pk])).content.decode()
    assert me.post(back).status_code == 302
    assert back not in me.get(reverse("set_last_day", args=[member.pk])).content.decode()
    world.hold(midnight_after(world, 3))
    tasks.close_leavers()
    assert as_it_is(world, member).is_active
    with world.acting(world.stx.administrator):
        assert not Reminder.objects.filter(clock="member_leaves", fired_at=None).exists()
    set_day(world, member, 0)
    world.hold(midnight_after(world, 0))
    assert me.post(reverse("take_back_last_day", args=[member.pk])).status_code == 409
    tasks.close_leavers()
    me.post(reverse("reactivate_member", args=[member.pk]), {"reason": "returned"})
    back = as_it_is(world, member)
    assert back.is_active and back.leaves_at is None


def test_the_last_administrator_who_stays_cannot_leave(world):
    """C10: two administrators who set each other's last day leave one, and that one is not closed either."""
    first, second = world.stx.administrator, second_administrator(world)
    with world.acting(first):
        second.set_last_day(day(world, 5), actor=first)
    with world.acting(second):
        for going in (
            lambda: first.set_last_day(day(world, 5), actor=second),
            lambda: first.deactivate(actor=second),
            lambda: first.change(role="supervisor", unit=None, actor=second),
        ):
            with pytest.raises(NotNow):
                going()
    assert as_it_is(world, first).leaves_at is None


def test_nobody_sets_their_own_last_day(world):
    """C10: not through the page, and not in the database."""
    me = world.stx.administrator
    second_administrator(world)
    url = reverse("set_last_day", args=[me.pk])
    assert world.client(me).post(url, {"day": day(world, 3).isoformat()}).status_code == 409
    with world.acting(me), pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=me.pk).update(leaves_at=world.now, leaves_set_by=me)


@pytest.mark.parametrize("typed", ["", "yesterday", "-1", "400"])
def test_a_wrong_day_is_refused_with_a_word(world, typed):
    """C9: and what was typed is kept."""
    typed = day(world, int(typed)).isoformat() if typed.lstrip("-").isdigit() else typed
    url = reverse("set_last_day", args=[world.stx.colleague.pk])
    response = world.client(world.stx.administrator).post(url, {"day": typed})
    assert response.status_code == 200 and typed in response.content.decode()
    assert as_it_is(world, world.stx.colleague).leaves_at is None
