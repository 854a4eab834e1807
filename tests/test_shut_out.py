"""Somebody who must not open one page more is shut out at once, and nothing is dropped (C9)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Case, Wall
from cases.models.wall import NoSupervisorLeft
from orgs import reminders, tasks
from orgs.models import AuditLine, DutyShift, HouseDuty, Invitation, MemberKey, Reminder, Resealing, User
from orgs.models.membership import NotNow
from referrals import caseload
from referrals.models import Referral
from tests.makers import referral as packets
from tests.makers.case import a_followup, open_case
from tests.test_last_day import as_it_is, day, mails_of, set_day
from tests.test_last_day_ends import vipd_mails
from tests.test_members import INVITED, second_administrator


def shut_out(world, member, by=None):
    by = by or world.stx.administrator
    return world.client(by).post(reverse("shut_out_member", args=[member.pk]))


def lines(world, verb, of=None):
    of = of or world.stx.administrator
    with world.acting(of):
        return AuditLine.objects.filter(verb=verb).count()


def test_a_full_caseload_keeps_no_door_open(world):
    """C9, C19: sessions, key and shifts go with the press; the keys have changed; the line is written."""
    holder, me = world.stx.advocate, world.client(world.stx.administrator)
    with world.acting(holder):
        a_followup(open_case(holder), holder)
    theirs = world.client(holder)
    assert theirs.get(reverse("caseload")).status_code == 200
    kept = me.post(reverse("deactivate_member", args=[holder.pk]))
    url = reverse("shut_out_member", args=[holder.pk])
    assert kept.status_code == 409 and url in kept.content.decode()
    page = me.get(url).content.decode()
    assert "Cases" in page and "waits on the supervisors" in page
    assert theirs.get(reverse("caseload")).status_code == 200
    assert me.post(url).status_code == 302
    assert "sign-in" in theirs.get(reverse("caseload")).url
    with world.acting(world.stx.administrator):
        gone = User.objects.get(pk=holder.pk)
        assert not gone.is_active and gone.groups.count() == 0 and gone.left_at == world.now
        assert not MemberKey.objects.filter(user=holder).exists()
        assert not DutyShift.objects.filter(user=holder).exists()
        assert Resealing.objects.get().why == "left"
    assert lines(world, "shut_out_member") == 1


def test_what_they_hold_rings_until_somebody_has_it(world):
    """C9: it keeps its owner and its clocks; supervisors hear of it until it is moved, and then no more."""
    holder = world.stx.advocate
    with world.acting(holder):
        case = open_case(holder)
        a_followup(case, holder)
        running = Reminder.objects.filter(fired_at=None).count()
    shut_out(world, holder)
    with world.acting(world.stx.supervisor):
        assert Case.objects.get(pk=case.pk).assigned_to_id == holder.pk
        mine = Reminder.objects.filter(fired_at=None).exclude(clock__in=("take_over_work", "review_accounts"))
        assert mine.count() == running
    world.forward(days=4)
    with world.acting(world.stx.supervisor):
        reminders.claim()
    assert "supervisor@stx.test" in mails_of(world, "take_over_work")
    page = world.client(world.stx.supervisor).get(reverse("leavers")).content.decode()
    assert "Gone, with work left behind" in page and "Cases: 1" in page
    with world.acting(world.stx.supervisor) as supervisor:
        caseload.move(as_it_is(world, holder), [world.stx.colleague], actor=supervisor, reason="leaving")
    tasks.close_leavers()
    assert as_it_is(world, holder).left_at is None
    with world.acting(world.stx.supervisor):
        assert not Reminder.objects.filter(clock="take_over_work", fired_at=None).exists()


def test_what_they_sent_out_lets_nobody_in(world):
    """C9: an invitation of theirs that nobody accepted, and a way back that was mailed to them."""
    second, me = second_administrator(world), world.stx.administrator
    with world.acting(second):
        data = {name: INVITED[name] for name in ("email", "name", "role")}
        theirs = Invitation.make(organization=world.stx.organization, actor=second, **data)
    with world.acting(me):
        back = second.readmit(actor=me)
        mine = Invitation.make(
            organization=world.stx.organization, email="o@stx.test", name="O", role="advocate", actor=me
        )
    assert shut_out(world, second).status_code == 302
    with world.acting(me):
        standing = set(Invitation.objects.standing().values_list("pk", flat=True))
    assert mine.pk in standing and not {back.pk, theirs.pk} & standing


def test_nothing_holds_it_back_but_being_oneself_or_gone(world):
    """C10: not a last day of one's own; the administrator who is left is told, and stays."""
    first, second = world.stx.administrator, second_administrator(world)
    with world.acting(second):
        first.set_last_day(day(world, 5), actor=second)
    assert shut_out(world, first, by=first).status_code == 409
    assert shut_out(world, second, by=first).status_code == 302
    again = shut_out(world, second, by=first)
    assert again.status_code == 409 and "This account is closed" in again.content.decode()
    world.forward(days=7)
    tasks.close_leavers()
    kept = as_it_is(world, first)
    assert kept.is_active and kept.kept_since
    assert lines(world, "shut_out_member") == 1


def test_the_only_one_above_a_record_is_shut_out_and_administrators_hear_of_it(world):
    """R42: a clock runs from the same moment until some supervisor can open every record again."""
    one, two = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        Wall.build(case.person, two, actor=advocate, reason="other")
    me = world.client(world.stx.administrator)
    said = "Nobody can open some records"
    assert said not in me.get(reverse("members")).content.decode()
    with world.acting(world.stx.administrator) as administrator, pytest.raises(NotNow):
        one.deactivate(actor=administrator)
    assert shut_out(world, one).status_code == 302
    with world.acting(world.stx.administrator):
        assert HouseDuty.objects.get(what="name_supervisor").since == world.now
    page = me.get(reverse("members")).content.decode()
    assert said in page and case.number not in page.split("<main")[1]
    world.forward(days=4)
    with world.acting(world.stx.administrator):
        reminders.claim()
    assert set(mails_of(world, "name_supervisor")) == {"administrator@stx.test"}
    with world.acting(world.stx.administrator) as administrator:
        as_it_is(world, world.stx.colleague).change(role="supervisor", unit=None, actor=administrator)
    tasks.close_leavers()
    assert said not in me.get(reverse("members")).content.decode()
    with world.acting(world.stx.administrator):
        assert not Reminder.objects.filter(clock="name_supervisor", fired_at=None).exists()


@pytest.mark.parametrize("why", ["away", "no secrets"])
def test_a_supervisor_who_cannot_come_in_is_above_nothing(world, why):
    """R42, C9, C19: 90 days away, or without the secrets that hold, nobody opens a record."""
    one, two = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        Wall.build(case.person, world.stx.colleague, actor=advocate, reason="other")
        if why == "away":
            long_ago = world.now - timedelta(days=91)
            User.objects.filter(pk=two.pk).update(joined_at=long_ago, last_login=long_ago)
        else:
            MemberKey.objects.filter(user=two).delete()
        with pytest.raises(NoSupervisorLeft):
            Wall.build(case.person, one, actor=advocate, reason="other")
    assert shut_out(world, one).status_code == 302
    with world.acting(world.stx.administrator):
        assert HouseDuty.objects.get(what="name_supervisor").since == world.now


def test_a_supervisor_who_leaves_on_their_day_is_missed_too(world):
    """R42: where the other one was shut out after the day was set."""
    one, two = world.stx.supervisor, world.stx.second_supervisor
    set_day(world, two, 0)
    with world.acting(world.stx.advocate) as advocate:
        Wall.build(open_case(advocate).person, world.stx.colleague, actor=advocate, reason="other")
    shut_out(world, one)
    with world.acting(world.stx.administrator):
        assert not HouseDuty.objects.filter(what="name_supervisor").exclude(since=None).exists()
    world.forward(days=2)
    tasks.close_leavers()
    with world.acting(world.stx.administrator):
        assert HouseDuty.objects.get(what="name_supervisor").since == world.now


def test_an_officers_draft_goes_to_the_heads_of_the_unit(world):
    """C9: an agency shuts out in the same way; a person who was to be helped is not lost with the account."""
    officer, head, referral = world.officer, world.vipd.unit_supervisor, packets.draft(world)
    page = world.client(world.vipd.administrator).get(reverse("shut_out_member", args=[officer.pk]))
    assert "heads of the unit" in page.content.decode()
    assert shut_out(world, officer, by=world.vipd.administrator).status_code == 302
    assert lines(world, "shut_out_member", world.vipd.administrator) == 1
    with world.acting(head):
        assert Referral.objects.visible_to(head, "edit").filter(pk=referral.pk).exists()
    tasks.close_leavers()
    world.forward(days=4)
    with world.acting(head):
        reminders.claim()
    assert head.email in vipd_mails(world, "take_over_work")
