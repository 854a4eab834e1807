"""A closed account opens again by two: one administrator asks, another agrees."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from orgs import tasks
from orgs.models import AuditLine, User
from orgs.models.membership import NotNow
from orgs.roles import role_group
from tests.test_last_day import as_it_is, midnight_after, set_day
from tests.test_members import second_administrator
from tests.test_nobody_comes_to_rule_alone import mailed
from tests.test_readmit_administrator import readmit

MISTAKE = {"reason": "mistake"}


def press(world, by, name, of, **said):
    return world.client(by).post(reverse(name, args=[of.pk]), said)


def closed(world, by, member, how):
    """By a press of another administrator, or by the clock."""
    if how == "last day":
        set_day(world, member, 0)
        world.hold(midnight_after(world, 0))
        tasks.close_leavers()
    else:
        assert press(world, by, how, member).status_code == 302
    assert not as_it_is(world, member).is_active


@pytest.mark.parametrize("how", ["shut_out_member", "deactivate_member", "last day"])
def test_one_administrator_alone_lets_nobody_in_whose_account_was_closed(world, how):
    """C9, C10: it stays closed until another agrees, and never by the one who asked; all are mailed."""
    first, second, advocate = world.stx.administrator, second_administrator(world), world.stx.advocate
    closed(world, first, advocate, how)
    before = len(mailed(world, "reminder"))
    assert press(world, second, "reactivate_member", advocate, **MISTAKE).status_code == 302
    now = as_it_is(world, advocate)
    assert (now.is_active, now.reopening_asked, now.asked_by_id) == (False, "mistake", second.pk)
    assert len(mailed(world, "reminder")) == before + 2
    address = reverse("approve_reactivation", args=[advocate.pk])
    mine = world.client(second).get(reverse("members")).content.decode()
    theirs = world.client(first).get(reverse("members")).content.decode()
    assert "asks to open it again: Closed by mistake" in theirs and address in theirs and address not in mine
    assert press(world, second, "approve_reactivation", advocate).status_code == 409
    assert press(world, second, "reactivate_member", advocate, **MISTAKE).status_code == 302
    assert not as_it_is(world, advocate).is_active
    assert press(world, first, "approve_reactivation", advocate).status_code == 302
    now = as_it_is(world, advocate)
    assert (now.is_active, now.reopening_asked, now.asked_by_id, now.asked_at) == (True, "", None, None)
    with world.acting(first):
        assert now.groups.filter(pk=role_group(now.organization_id, "advocate")).exists()
        line = AuditLine.objects.get(verb="reactivate_member")
        assert line.details == {"reason": "mistake", "asked_by": str(second.pk)} and line.actor_id == first.pk
        assert AuditLine.objects.filter(verb="ask_reactivation").count() == 2
    assert len(mailed(world, "reminder")) == before + 6


def test_what_was_asked_can_be_withdrawn(world):
    """C9: and then nobody opens it by approving; what was never asked is not approved either."""
    first, second, advocate = world.stx.administrator, second_administrator(world), world.stx.advocate
    closed(world, first, advocate, "shut_out_member")
    assert "Nothing was waiting" in _said(world, first, "approve_reactivation", advocate)
    press(world, second, "reactivate_member", advocate, **MISTAKE)
    assert "stays closed" in _said(world, first, "withdraw_reactivation", advocate)
    assert "Nothing was waiting" in _said(world, first, "withdraw_reactivation", advocate)
    assert "Nothing was waiting" in _said(world, first, "approve_reactivation", advocate)
    assert not as_it_is(world, advocate).is_active


def _said(world, by, name, of):
    return world.client(by).post(reverse(name, args=[of.pk]), follow=True).content.decode()


def test_another_request_does_not_make_the_asker_another(world):
    """C9, C10: a role of a closed account is not changed, so that who asked for one thing approves none."""
    first, second, advocate = world.stx.administrator, second_administrator(world), world.stx.advocate
    closed(world, first, advocate, "shut_out_member")
    press(world, second, "reactivate_member", advocate, **MISTAKE)
    answer = press(world, first, "change_member", advocate, role="supervisor", unit="")
    assert answer.status_code == 409 and "This account is closed" in answer.content.decode()
    now = as_it_is(world, advocate)
    assert (now.role_asked, now.asked_by_id) == ("", second.pk)
    with world.acting(first), pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=advocate.pk).update(is_active=True)


def test_who_puts_the_other_administrator_out_opens_nobody_alone_for_seven_days(world):
    """C9, C10: nor by what they asked for before; then they ask anew, and it stands in the audit."""
    first, second, advocate = world.stx.administrator, second_administrator(world), world.stx.advocate
    closed(world, second, advocate, "shut_out_member")
    closed(world, first, second, "shut_out_member")
    press(world, first, "reactivate_member", advocate, **MISTAKE)
    for days in (0, 6, 2):
        world.forward(days=days)
        assert press(world, first, "approve_reactivation", advocate).status_code == 409
    press(world, first, "withdraw_reactivation", advocate)
    press(world, first, "reactivate_member", advocate, **MISTAKE)
    assert as_it_is(world, advocate).is_active


def test_who_put_the_other_administrator_out_may_let_that_one_in_again(world):
    """C10: nobody else is here who could agree, and it is the other who comes back."""
    first, second = world.stx.administrator, second_administrator(world)
    closed(world, first, second, "shut_out_member")
    press(world, first, "reactivate_member", second, **MISTAKE)
    assert as_it_is(world, second).is_active


def test_an_account_that_nobody_used_opens_by_one(world):
    """C9: nobody has closed it; an organization is not stuck because one of two was away for long."""
    first, second = world.stx.administrator, second_administrator(world)
    with world.acting(first):
        User.objects.update(joined_at=world.now, last_login=world.now)
        world.forward(days=91)
        assert as_it_is(world, second).is_dormant
        assert second.reactivate("long_away", actor=first)
        with pytest.raises(NotNow):
            first.approve_reactivation(actor=first)


def test_the_operator_lets_in_also_for_whom_it_was_asked(world):
    """C9, C10: what had waited is off."""
    first, second = world.stx.administrator, second_administrator(world)
    third = second_administrator(world, "third@stx.test")
    closed(world, first, second, "shut_out_member")
    press(world, third, "reactivate_member", second, **MISTAKE)
    assert not as_it_is(world, second).is_active
    readmit(email=second.email)
    now = as_it_is(world, second)
    assert now.is_active and not now.reopening_asked


def test_nobody_opens_an_account_of_another_organization(world):
    """R6, C10."""
    closed(world, world.stx.administrator, world.stx.advocate, "shut_out_member")
    for name in ("approve_reactivation", "withdraw_reactivation"):
        for by in (world.stt.administrator, world.stx.supervisor):
            assert press(world, by, name, world.stx.advocate).status_code == 404
