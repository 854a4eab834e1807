"""A role is given by two: one administrator asks, another agrees."""

import pytest
from django.urls import reverse

from orgs.models import AuditLine, Unit, User
from orgs.roles import role_group
from tests.test_members import second_administrator


def member(world, who="advocate"):
    with world.acting(world.stx.administrator):
        return User.objects.select_related("organization").get(email=f"{who}@stx.test")


def ask(client, who, role, unit=""):
    return client.post(reverse("change_member", args=[who.pk]), {"role": role, "unit": unit})


@pytest.mark.parametrize("role", ["administrator", "supervisor", "intake_worker"])
def test_one_administrator_alone_gives_nobody_a_role_that_opens_more(world, role):
    """C10: nothing changes before another administrator agrees, and never by the one who asked."""
    second, advocate = second_administrator(world), world.stx.advocate
    first, other = world.client(world.stx.administrator), world.client(second)
    assert ask(first, advocate, role).status_code == 302
    now = member(world)
    assert (now.role, now.role_asked, now.asked_by_id) == ("advocate", role, world.stx.administrator.pk)
    address = reverse("approve_change", args=[advocate.pk])
    assert first.post(address).status_code == 409 and member(world).role == "advocate"
    assert address not in first.get(reverse("members")).content.decode()
    assert address in other.get(reverse("members")).content.decode()
    assert other.post(address).status_code == 302
    now = member(world)
    assert (now.role, now.role_asked, now.asked_by_id, now.asked_at) == (role, "", None, None)
    with world.acting(second):
        assert now.groups.filter(pk=role_group(now.organization_id, role)).exists()
        line = AuditLine.objects.get(verb="change_member")
        assert line.details["asked_by"] == str(world.stx.administrator.pk) and line.actor_id == second.pk
        assert AuditLine.objects.filter(verb="ask_change").count() == 1


def test_an_administrator_is_not_given_records_by_one_alone(world):
    """C10: one who runs the accounts cannot be let into the records by a single friend."""
    second, third = second_administrator(world), second_administrator(world, "third@stx.test")
    ask(world.client(second), third, "supervisor")
    assert member(world, "third").role == "administrator"
    assert world.client(third).post(reverse("approve_change", args=[third.pk])).status_code == 409
    world.client(world.stx.administrator).post(reverse("approve_change", args=[third.pk]))
    assert member(world, "third").role == "supervisor"


def test_a_step_down_holds_at_once(world):
    """C10: less access never waits."""
    second_administrator(world)
    ask(world.client(world.stx.administrator), world.stx.supervisor, "intake_worker")
    assert member(world, "supervisor").role == "intake_worker"


@pytest.mark.parametrize("role", ["advocate", "supervisor", "intake_worker"])
def test_another_unit_is_given_by_two(world, role):
    """C10, R18: what people released to a unit opens for whoever comes into it; with a step down as well."""
    second, moved = second_administrator(world), world.stx.supervisor
    client = world.client(world.stx.administrator)
    with world.acting(second):
        there = Unit.objects.create(organization=second.organization, name="Court desk")
    assert ask(client, moved, role, there.pk).status_code == 302
    now = member(world, "supervisor")
    assert (now.role, now.unit_id, now.unit_asked_id) == ("supervisor", moved.unit_id, there.pk)
    assert ", Court desk" in world.client(second).get(reverse("members")).content.decode()
    world.client(second).post(reverse("approve_change", args=[moved.pk]))
    now = member(world, "supervisor")
    assert (now.role, now.unit_id) == (role, there.pk)


def test_out_of_a_unit_one_goes_at_once(world):
    """C10: less access never waits."""
    second_administrator(world)
    assert world.stx.advocate.unit_id
    ask(world.client(world.stx.administrator), world.stx.advocate, "advocate")
    assert member(world).unit_id is None


def test_the_only_administrator_is_not_kept_from_it(world):
    """C9: where there is no second one, the audit says who did it alone."""
    ask(world.client(world.stx.administrator), world.stx.advocate, "supervisor")
    assert member(world).role == "supervisor"


def test_what_was_asked_can_be_withdrawn_and_ends_with_the_account(world):
    second = second_administrator(world)
    client, advocate = world.client(world.stx.administrator), world.stx.advocate
    ask(client, advocate, "supervisor")
    client.post(reverse("withdraw_change", args=[advocate.pk]))
    world.client(second).post(reverse("approve_change", args=[advocate.pk]))
    now = member(world)
    assert (now.role, now.role_asked) == ("advocate", "")
    ask(client, advocate, "supervisor")
    client.post(reverse("deactivate_member", args=[advocate.pk]))
    assert member(world).role_asked == ""


def test_nobody_approves_for_a_member_of_another_organization(world):
    """R6, C10."""
    for name in ("approve_change", "withdraw_change"):
        address = reverse(name, args=[world.stx.advocate.pk])
        assert world.client(world.stt.administrator).post(address).status_code == 404
        assert world.client(world.stx.supervisor).post(address).status_code == 404
