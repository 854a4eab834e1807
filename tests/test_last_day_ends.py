"""Whose last day it is, and what else holds at that moment: the last administrator, a lock, an agency."""

from datetime import timedelta

import pytest
from django.urls import reverse

from orgs import reminders, tasks
from orgs.models import AuditLine, MemberKey, Reminder, SessionStart, User
from referrals.models import Referral
from tests.asking import page_asked
from tests.makers import referral as packets
from tests.makers.case import a_followup, open_case
from tests.test_last_day import as_it_is, day, mails_of, midnight_after, set_day
from tests.test_members import second_administrator
from tests.world import PASSPHRASE


def over(world, ahead=0, **after):
    """The moment after a last day, with what runs by itself."""
    world.hold(midnight_after(world, ahead) + timedelta(**after))
    tasks.close_leavers()


@pytest.mark.parametrize("gone", ["away", "keyless"])
def test_the_last_administrator_is_kept_until_there_is_another(world, gone):
    """C10: also where whoever was to stay is not there any more when the day is over; a clock runs, and the
    account closes by itself as soon as another can work."""
    first, second = world.stx.administrator, second_administrator(world)
    with world.acting(second):
        first.set_last_day(day(world, 100), actor=second)
        User.objects.exclude(pk=second.pk).update(last_login=world.now + timedelta(days=99))
        if gone == "keyless":
            User.objects.filter(pk=second.pk).update(last_login=world.now + timedelta(days=99))
            MemberKey.objects.filter(user=second).delete()
    over(world, 100)
    kept = as_it_is(world, first)
    assert kept.is_active and kept.kept_since and not kept.has_left
    page = world.client(first).get(reverse("members")).content.decode()
    assert "Your last day is over" in page and "make a member an administrator" in page
    world.forward(days=6)
    with world.acting(first):
        reminders.claim()
    assert first.email in mails_of(world, "replace_administrator")
    tasks.close_leavers()
    with world.acting(first):
        if gone == "away":
            second.reactivate("long_away", actor=first)
        else:
            second.deactivate(actor=first)
            world.forward(days=8)  # whoever put another out decides alone after a week (C9)
            assert world.stx.second_supervisor.change(role="administrator", unit=None, actor=first)
    tasks.close_leavers()
    with world.acting(world.stx.supervisor):
        gone_now = User.objects.get(pk=first.pk)
        assert not gone_now.is_active and gone_now.kept_since is None
        assert not Reminder.objects.filter(clock="replace_administrator", fired_at=None).exists()
        verbs = AuditLine.objects.values_list("verb", flat=True)
        assert {"keep_administrator", "deactivate_member"} <= set(verbs)


def test_one_administrator_of_two_leaves_on_the_day(world):
    """C9: nobody is kept where another is here and can open what is sealed."""
    first, second = world.stx.administrator, second_administrator(world)
    with world.acting(second):
        first.set_last_day(day(world, 1), actor=second)
    over(world, 1)
    with world.acting(second):
        assert not User.objects.get(pk=first.pk).is_active


def test_a_locked_screen_does_not_open_after_the_last_day(world):
    """C7, C9: neither before the worker has closed the account nor after it; the session is over."""
    worker = world.stx.intake_worker
    theirs = world.client(worker)
    theirs.get(reverse("inbox"))
    with world.acting(worker):
        start = SessionStart.objects.create(
            organization_id=worker.organization_id,
            user=worker,
            key_hash="0" * 64,
            browser="Firefox on Linux",
            address="",
            started_at=world.now,
            seen_at=world.now,
        )
    theirs.post(reverse("lock"))
    set_day(world, worker, 0)
    world.hold(midnight_after(world, 0))
    for closed in (False, True):
        if closed:
            tasks.close_leavers()
        answer = theirs.post(reverse("unlock"), {"password": PASSPHRASE})
        assert answer.status_code == 302 and "sign-in" in answer.url
        assert "sign-in" in theirs.get(reverse("inbox")).url
    with world.acting(world.stx.administrator):
        assert SessionStart.objects.get(pk=start.pk).ended_at == world.now


def test_another_day_takes_the_place_of_the_first(world):
    """C9: earlier or later; what was to be told of the old one is not told."""
    member = world.stx.colleague
    set_day(world, member, 3)
    client = world.client(world.stx.administrator)
    url = reverse("set_last_day", args=[member.pk])
    assert url in client.get(reverse("members")).content.decode()
    assert client.post(url, {"day": day(world, 20).isoformat()}).status_code == 302
    over(world, 3)
    with world.acting(world.stx.supervisor):
        reminders.claim()
    assert as_it_is(world, member).is_active and not mails_of(world, "member_leaves")
    with world.acting(world.stx.administrator):
        days = AuditLine.objects.filter(verb="set_last_day").order_by("sequence")
        assert days.last().details["was"] == days.first().details["day"]
    over(world, 30)
    assert not as_it_is(world, member).is_active
    answer = client.post(url, {"day": day(world, 20).isoformat()})
    assert answer.status_code == 409


def test_a_role_that_was_asked_for_goes_with_the_account(world):
    """C10: one who is gone is made nothing more."""
    second, member = second_administrator(world), world.stx.colleague
    with world.acting(world.stx.administrator) as me:
        assert not member.change(role="supervisor", unit=None, actor=me)
        member.set_last_day(day(world, 0), actor=me)
    over(world)
    with world.acting(second):
        assert not as_it_is(world, member).approve_change(actor=second)
    closed = as_it_is(world, member)
    assert (closed.role, closed.role_asked, closed.is_active) == ("advocate", "", False)
    with world.acting(world.stt.colleague):
        assert User.objects.get(pk=world.stt.colleague.pk).is_active  # an account elsewhere is another one


def test_the_clocks_of_what_is_left_ring_for_those_above(world):
    """R4, C9: a promise that falls due after its owner has gone is heard of by the supervisors."""
    with world.acting(world.stx.advocate) as advocate:
        a_followup(open_case(advocate), advocate, hours=72)
    set_day(world, world.stx.advocate, 0)
    over(world)
    world.forward(days=4)
    with world.acting(world.stx.supervisor):
        reminders.claim()
    told = mails_of(world, "follow_up")
    assert world.stx.supervisor.email in told and world.stx.advocate.email not in told


def test_no_page_of_an_administrator_asks_whether_keys_are_owed(world):
    """C19: it comes along with the member who asks."""
    client = world.client(world.stx.administrator)
    for name in ("members", "organization_settings", "duty_desk"):
        _, questions = page_asked(client, reverse(name))
        about = [question for question in questions if "change_keys" in question]
        assert len(about) == 1 and 'FROM "orgs_user"' in about[0], name


def officer_who_left(world):
    """An officer with one draft and one question to answer, after their last day."""
    draft, (asked, _intake) = packets.draft(world), packets.acknowledged(world)
    with world.acting(world.stx.intake_worker) as desk:
        asked.ask("language", actor=desk)
    with world.acting(world.vipd.administrator) as me:
        world.officer.set_last_day(day(world, 0), actor=me)
    over(world)
    return draft, asked


def vipd_mails(world, clock):
    with world.acting(world.vipd.administrator):
        fired = Reminder.objects.filter(clock=clock).exclude(fired_at=None)
        return set(fired.values_list("messages__recipient__email", flat=True))


def test_what_an_officer_had_begun_is_the_heads_to_send(world):
    """C9: a draft is a person who was to be helped; the head hears of it, sends it, and has filed it."""
    draft, _asked = officer_who_left(world)
    head, partner = world.vipd.unit_supervisor, world.vipd.partner
    page = world.client(head).get(reverse("leavers")).content.decode()
    assert "Drafts: 1" in page and "Questions of a desk: 1" in page
    assert world.client(partner).get(reverse("leavers")).status_code == 404
    assert draft.reference in world.client(head).get(reverse("my_referrals")).content.decode()
    with world.acting(partner):
        assert not Referral.objects.visible_to(partner).filter(pk=draft.pk).exists()
    world.forward(days=6)
    with world.acting(head):
        reminders.claim()
    assert head.email in vipd_mails(world, "take_over_work")
    assert world.client(head).post(reverse("send_referral", args=[draft.reference])).status_code == 302
    with world.acting(head):
        assert Referral.objects.get(pk=draft.pk).referrer == head
    tasks.close_leavers()
    with world.acting(head):
        assert User.objects.get(pk=world.officer.pk).left_at is None
        assert not Reminder.objects.filter(clock="take_over_work", fired_at=None).exists()


def test_a_question_to_an_officer_who_has_gone_goes_to_the_head(world):
    """R4, C9: by its own clock; the head of the unit answers it."""
    _draft, asked = officer_who_left(world)
    world.forward(days=4)
    head = world.vipd.unit_supervisor
    with world.acting(head):
        reminders.claim()
    told = vipd_mails(world, "answer_information_request")
    assert head.email in told and world.officer.email not in told
    url = reverse("answer_referral", args=[asked.reference])
    assert world.client(head).post(url, {"text": "Spanish."}).status_code == 302


def test_a_draft_comes_back_with_its_writer(world):
    """C9, C10: until they are gone, and when they are back, nobody else opens what they began."""
    draft, _asked = officer_who_left(world)
    head = world.vipd.unit_supervisor
    with world.acting(world.vipd.administrator) as me:
        as_gone = User.objects.get(pk=world.officer.pk)
        assert as_gone.left_at
        as_gone.reactivate("returned", actor=me)
        assert User.objects.get(pk=world.officer.pk).left_at is None
    with world.acting(head):
        assert not Referral.objects.visible_to(head).filter(pk=draft.pk).exists()
        back = User.objects.get(pk=world.officer.pk)
        assert Referral.objects.visible_to(back, "send").filter(pk=draft.pk).exists()
