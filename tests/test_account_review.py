"""The 90-day review: account by account, on record, with a clock that does not stop until it is done."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orgs import house, reminders, tasks
from orgs.models import AccountReview, AuditLine, HouseDuty, OutboxMessage, Reminder, User
from orgs.models.membership import NotNow
from tests.test_members import second_administrator

PAGE = "review_accounts"


def page_of(client):
    return client.get(reverse(PAGE)).content.decode()


def mark_on(page):
    return re.search(r'name="shown" value="([^"]+)"', page)[1]


def waits(world):
    """How many accounts are late, as the list of members counts them."""
    with world.acting(world.stx.administrator):
        return house.late_accounts(world.stx.administrator)


def signed_in_now(world):
    """Everybody has signed in today, so that nobody is proposed to be closed."""
    with world.acting(world.stx.administrator):
        User.objects.update(last_login=world.now)


def test_each_account_is_kept_with_who_and_when(world):
    """C9: what an administrator decides about one account is a row that says who, when and in which role."""
    me, advocate = world.stx.administrator, world.stx.advocate
    client = world.client(me)
    assert client.post(reverse("keep_member", args=[advocate.pk])).status_code == 302
    with world.acting(me):
        [look] = AccountReview.objects.filter(member=advocate)
        assert (look.reviewed_by, look.decision, look.role, look.at) == (me, "keep", "advocate", world.now)
        assert AuditLine.objects.filter(verb="keep_member", subject_id=advocate.pk).count() == 1
    assert "kept by Administrator (invented)" in page_of(client)


def test_changing_and_closing_count_as_looking(world):
    """C9: keep, change the role, close: each is a decision about the account, and so is opening it again."""
    me, colleague = world.stx.administrator, world.stx.colleague
    client = world.client(me)
    client.post(reverse("change_member", args=[colleague.pk]), {"role": "supervisor", "unit": ""})
    client.post(reverse("deactivate_member", args=[colleague.pk]))
    client.post(reverse("reactivate_member", args=[colleague.pk]), {"reason": "returned"})
    with world.acting(me):
        looks = AccountReview.objects.filter(member=colleague).order_by("pk").values_list("decision", "role")
        assert list(looks) == [("change", "supervisor"), ("close", "supervisor"), ("reopen", "supervisor")]


def test_what_waits_longest_stands_first_with_its_clock(world):
    """C9: accounts that nobody has looked at for 90 days are listed first, as late."""
    me = world.stx.administrator
    world.forward(days=60)
    world.client(me).post(reverse("keep_member", args=[world.stx.advocate.pk]))
    world.forward(days=31)
    signed_in_now(world)
    page = page_of(world.client(me))
    late, rest = page.split("<h2>In time", 1)
    assert "Not looked at in time" in late and "Intake Worker (invented)" in late and "late" in late
    assert "Advocate (invented)" in rest and "Advocate (invented)" not in late
    assert waits(world) > 1


def test_the_clock_rings_until_every_late_account_was_looked_at(world):
    """C9: the administrators hear of it, again each day, and looking at one of many stops nothing."""
    me = world.stx.administrator
    tasks.keep_house_of(str(me.organization_id))
    world.forward(days=91)
    with world.acting(me):
        reminders.claim()
        first = OutboxMessage.objects.filter(reminder__clock="review_accounts")
        assert {mail.recipient_id for mail in first.all()} == {me.pk}
        others = list(User.objects.exclude(pk=me.pk))
        others[0].keep(actor=me)
        told = first.count()
    for _day in range(9):
        world.forward(days=1)
        with world.acting(me):
            reminders.claim()
    with world.acting(me):
        assert first.count() >= told + 7
        for member in [*others, me]:
            member.keep(actor=me)
        assert house.late_accounts(me) == 0
        waiting = Reminder.objects.filter(clock="review_accounts", fired_at=None)
        assert waiting and all(row.fire_at > world.now for row in waiting)
        assert HouseDuty.objects.get(what="review_accounts").since == world.now


def test_keeping_one_of_many_does_not_ring_anew(world):
    """C9: ten late accounts are one reminder a day, not one for each press."""
    me = world.stx.administrator
    tasks.keep_house_of(str(me.organization_id))
    world.forward(days=92)
    with world.acting(me):
        reminders.claim()
        before = OutboxMessage.objects.count()
        for member in list(User.objects.exclude(pk=me.pk))[:3]:
            member.keep(actor=me)
            reminders.claim()
        assert OutboxMessage.objects.count() == before


def test_one_press_keeps_what_the_page_has_shown_and_nothing_else(world):
    """C9: an account that came, or changed its role, after the page was shown is not kept by its press."""
    me = world.stx.administrator
    world.forward(days=91)
    client = world.client(me)
    signed_in_now(world)
    mark = mark_on(page_of(client))
    with world.acting(me):
        User.objects.filter(pk=world.stx.colleague.pk).update(role="supervisor")  # as if by another's hand
    client.post(reverse(PAGE), {"shown": mark})
    with world.acting(me):
        kept = AccountReview.objects.filter(decision="keep").values_list("member_id", flat=True)
        assert world.stx.advocate.pk in kept and world.stx.colleague.pk not in kept
        assert house.late_accounts(me) == 1


@pytest.mark.parametrize("wrong", ["", "made up", "another's"])
def test_a_press_without_the_page_keeps_nothing(world, wrong):
    """C9: nobody keeps what they were not shown."""
    me = world.stx.administrator
    second = second_administrator(world)
    world.forward(days=91)
    signed_in_now(world)
    mark = mark_on(page_of(world.client(second))) if wrong == "another's" else wrong
    world.client(me).post(reverse(PAGE), {"shown": mark})
    with world.acting(me):
        assert not AccountReview.objects.exists()


def test_an_account_that_nobody_uses_is_proposed_to_be_closed(world):
    """C9: after 90 days without a sign-in; the press for all the others leaves it where it is."""
    me = world.stx.administrator
    world.forward(days=91)
    client = world.client(me)
    with world.acting(me):
        User.objects.exclude(pk=world.stx.advocate.pk).update(last_login=world.now)
    page = page_of(client)
    assert page.count("close it?") == 1
    client.post(reverse(PAGE), {"shown": mark_on(page)})
    with world.acting(me):
        assert not AccountReview.objects.filter(member=world.stx.advocate).exists()
        assert house.late_accounts(me) == 1


def test_nobody_keeps_their_own_account_while_there_is_another_administrator(world):
    """C10: alone one may, and the row says so."""
    me = world.stx.administrator
    with world.acting(me):
        me.keep(actor=me)
        assert AccountReview.objects.get().alone
    second_administrator(world)
    with world.acting(me):
        with pytest.raises(NotNow):
            me.keep(actor=me)
        assert AccountReview.objects.count() == 1
    assert world.client(me).post(reverse("keep_member", args=[me.pk])).status_code == 409


@pytest.mark.parametrize("row", [{"alone": False}, {"alone": True, "decision": "close"}])
def test_the_database_knows_who_may_look(world, row):
    """C10: a look at one's own account that is not the only administrator's is no row."""
    me = world.stx.administrator
    fields = {"decision": "keep", "role": me.role, "at": world.now, "member": me, "reviewed_by": me} | row
    with world.acting(me), pytest.raises(IntegrityError), transaction.atomic():
        AccountReview.objects.create(organization_id=me.organization_id, **fields)


def test_the_review_costs_the_same_however_many_there_are(world, django_assert_max_num_queries):
    with world.acting(world.stx.administrator), transaction.atomic():
        for number in range(30):
            User.objects.create(
                email=f"m{number}@stx.test",
                organization=world.stx.organization,
                name=f"M {number}",
                role="advocate",
            )
    client = world.client(world.stx.administrator)
    with django_assert_max_num_queries(12):
        client.get(reverse(PAGE))
