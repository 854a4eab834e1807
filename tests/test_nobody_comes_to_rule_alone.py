"""Who takes the other administrator away does not decide alone for that: not now, not for seven days."""

from datetime import timedelta

import pytest
from django.urls import reverse

from orgs.models import Invitation, OutboxMessage, User
from orgs.models.invitation import NotByTheSame
from tests.test_members import INVITED, invite, second_administrator
from tests.test_readmit_administrator import readmit
from tests.test_two_for_a_role import ask, member


def put_out(client, other, how):
    """One administrator closes the other, or gives them a role that decides nothing."""
    if how == "closed":
        return client.post(reverse("deactivate_member", args=[other.pk]))
    return ask(client, other, "advocate")


def invited(world):
    with world.acting(world.stx.administrator):
        return Invitation.objects.get(email=INVITED["email"].lower())


def mailed(world, kind):
    with world.acting(world.stx.administrator):
        told = OutboxMessage.objects.filter(kind=kind, state="waiting", reminder=None)
        return sorted(told.values_list("recipient__email", "address"), key=str)


@pytest.mark.parametrize("how", ["closed", "demoted"])
def test_what_waits_for_another_waits_whoever_is_left(world, how):
    """C9, C10: the invitation and the role that needed a second person never come to need none."""
    second = second_administrator(world)
    client = world.client(world.stx.administrator)
    invite(world, client)
    ask(client, world.stx.advocate, "supervisor")
    assert put_out(client, second, how).status_code == 302
    for days in (0, 8, 100):
        world.forward(days=days)
        if not days:  # later the session is over; the model is asked
            page = client.get(reverse("members")).content.decode()
            assert reverse("approve_invitation", args=[invited(world).pk]) not in page
            assert "You do not decide alone yet" in page
            client.post(reverse("approve_invitation", args=[invited(world).pk]))
            assert client.post(reverse("approve_change", args=[world.stx.advocate.pk])).status_code == 409
        with world.acting(world.stx.administrator):
            with pytest.raises(NotByTheSame):
                invited(world).approve(actor=world.stx.administrator)
    assert member(world).role == "advocate" and not mailed(world, "invitation")
    assert invited(world).approved_at is None


@pytest.mark.parametrize("how", ["closed", "demoted"])
def test_what_is_asked_afterwards_waits_for_seven_days(world, how):
    """C9, C10: and then the one who is left, honestly or not, decides alone, and it stands in the audit."""
    second = second_administrator(world)
    admin = world.stx.administrator
    put_out(world.client(admin), second, how)
    world.forward(days=6, hours=23)
    invite(world, world.client(admin))
    ask(world.client(admin), world.stx.advocate, "supervisor")
    assert invited(world).approved_at is None and member(world).role == "advocate"
    world.forward(hours=2)
    client = world.client(admin)
    client.post(reverse("revoke_invitation", args=[invited(world).pk]))
    invite(world, client, email="other@stx.test", name="Other Person (invented)")
    client.post(reverse("withdraw_change", args=[world.stx.advocate.pk]))
    ask(client, world.stx.advocate, "supervisor")
    assert member(world).role == "supervisor"
    assert mailed(world, "invitation") == [(None, "other@stx.test")]


@pytest.mark.parametrize("how", ["closed", "demoted"])
def test_everybody_who_was_an_administrator_hears_of_it(world, how):
    """C9, R38: the one who is out, those who are left, and whoever did it; one constant sentence."""
    second, third = second_administrator(world), second_administrator(world, "third@stx.test")
    client = world.client(world.stx.administrator)
    put_out(client, second, how)
    if how == "demoted":
        assert not mailed(world, "reminder"), "it is not done before the third agrees"
        world.client(third).post(reverse("approve_change", args=[second.pk]))
    names = ("administrator", "second", "third")
    assert mailed(world, "reminder") == [(f"{name}@stx.test", "") for name in names]


def test_a_stale_row_does_not_forget_who_was_administrator(world):
    """C9: the database writes it, whichever code closes an account, and keeps it."""
    second = second_administrator(world)
    with world.acting(world.stx.administrator):
        stale = User.objects.get(pk=second.pk)
        User.objects.filter(pk=second.pk).update(is_active=False)
        stale.is_active = False
        stale.save()
        stale.refresh_from_db()
        assert abs(stale.ruled_until - world.now) < timedelta(minutes=1)


@pytest.mark.parametrize("how", ["closed", "demoted"])
def test_the_operator_lets_the_one_who_was_put_out_in_again(world, how):
    """C9: on record and in front of everybody; for seven days, and for nobody who never was one."""
    second = second_administrator(world)
    put_out(world.client(world.stx.administrator), second, how)
    assert "Every member is told" in readmit(email=second.email)
    with world.acting(world.stx.administrator):
        now = User.objects.get(pk=second.pk)
        assert now.is_active and now.role == "administrator"
