"""Who takes the other administrator away does not decide alone for that: not now, not for seven days."""

from datetime import timedelta

import pytest
from django.urls import reverse

from orgs import audit_reviews, tasks
from orgs.audit_week import Week
from orgs.findings import KINDS
from orgs.models import Invitation, OutboxMessage, User
from orgs.models.invitation import NotByTheSame
from tests.test_audit_review import exported, rows
from tests.test_last_day import midnight_after, set_day
from tests.test_members import INVITED, invite, second_administrator
from tests.test_readmit_administrator import readmit
from tests.test_two_for_a_role import ask, member

CLOSED = {"closed": "deactivate_member", "shut out": "shut_out_member"}
HOW = [*CLOSED, "demoted"]


def put_out(client, other, how):
    """One administrator closes the other, or gives them a role that decides nothing."""
    if how in CLOSED:
        return client.post(reverse(CLOSED[how], args=[other.pk]))
    return ask(client, other, "advocate")


def invited(world):
    with world.acting(world.stx.administrator):
        return Invitation.objects.get(email=INVITED["email"].lower())


def mailed(world, kind):
    with world.acting(world.stx.administrator):
        told = OutboxMessage.objects.filter(kind=kind, state="waiting", reminder=None)
        return sorted(told.values_list("recipient__email", "address"), key=str)


@pytest.mark.parametrize("how", HOW)
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


@pytest.mark.parametrize("how", HOW)
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


@pytest.mark.parametrize("how", HOW)
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


@pytest.mark.parametrize("how", HOW)
def test_the_operator_lets_the_one_who_was_put_out_in_again(world, how):
    """C9: on record and in front of everybody; for seven days, and for nobody who never was one."""
    second = second_administrator(world)
    put_out(world.client(world.stx.administrator), second, how)
    assert "Every member is told" in readmit(email=second.email)
    with world.acting(world.stx.administrator):
        now = User.objects.get(pk=second.pk)
        assert now.is_active and now.role == "administrator"


@pytest.mark.parametrize("days", [0, 1])
def test_everybody_hears_of_a_last_day_of_an_administrator(world, days):
    """C9, C10: when it is set, and when it has come; also of a day that is over before anybody looks."""
    second = second_administrator(world)
    set_day(world, second, days)
    both = [("administrator@stx.test", ""), ("second@stx.test", "")]
    assert mailed(world, "reminder") == both
    world.hold(midnight_after(world, days))
    tasks.close_leavers()
    assert mailed(world, "reminder") == sorted(both * 2)
    set_day(world, world.stx.colleague, 3)
    assert len(mailed(world, "reminder")) == 4, "only an administrator's"


@pytest.mark.parametrize("how", HOW)
def test_nobody_answers_for_themselves_for_having_taken_the_other_away(world, how):
    """C9, C10, C16: what stood out about them waits for seven days, and so does the look at their account."""
    me, second = world.stx.administrator, second_administrator(world)
    exported(world, me)
    client = world.client(me)
    assert put_out(client, second, how).status_code == 302
    page = client.get(reverse("review_audit")).content.decode()
    assert "Say more" not in page and "nobody answers for themselves" in page
    with world.acting(me):
        week = Week.of(world.now).after(-1)
        [mine] = [one for one in audit_reviews.findings(me, week) if one.kind == "taken"]
    for days, answered in ((0, False), (6, False), (2, True)):
        world.forward(days=days)
        client = world.client(me)
        with world.acting(me):
            mark = audit_reviews.mark_of(me, week, mine)
        said = {"shown": mark, "decision": "nothing", "note": "It was the yearly copy"}
        expected = 302 if answered else 409
        assert client.post(reverse("answer_finding"), said).status_code == expected
        assert bool(rows(world)) == answered
        accounts = client.get(reverse("review_accounts")).content.decode()
        assert ("You: another administrator looks at it" in accounts) is not answered
        assert client.post(reverse("keep_member", args=[me.pk])).status_code == expected


def test_the_week_shows_what_takes_somebody_away_and_moves_a_unit():
    """C10, C16."""
    assert {
        *(
            "deactivate_member",
            "shut_out_member",
            "set_last_day",
            "take_back_last_day",
            "end_member_sessions",
        ),
        *("readmit_member", "reactivate_member", "rename_unit", "deactivate_unit"),
    } <= set(KINDS["rights"].verbs)
