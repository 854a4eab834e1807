"""Where no new keys can be made at once they are owed: nobody stays in for that, and no page breaks."""

from functools import partial

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from orgs import clock, rules_of_behavior, sealing, tasks
from orgs.founding import found_organization
from orgs.keyring import members as keyring
from orgs.keyring import published, rotation
from orgs.models import AuditLine, HouseDuty, KeyGrant, MemberKey, Organization, Resealing, User
from orgs.tenancy import acting_for
from tests.test_last_day import as_it_is, day, midnight_after
from tests.test_members import second_administrator
from tests.test_same_moment import status, together
from tests.world import PASSPHRASE

RULES = {"rules_version": rules_of_behavior.VERSION}


@pytest.fixture(autouse=True)
def forget_rates():
    cache.clear()


@pytest.fixture
def house(world):
    """A new house, whose key is in doubt until its digits are compared: (administrator, advocate)."""
    with transaction.atomic():
        new = found_organization(code="new", name="New house", kind="victim_services", islands=["STX"])
    with acting_for(new.pk), transaction.atomic():
        boss, advocate = (
            User.objects.create_user(
                f"{role}@new.test",
                PASSPHRASE,
                organization=new,
                name=f"{role} (invented)",
                role=role,
                rules_accepted_at=clock.now(),
                **RULES,
            )
            for role in ("administrator", "advocate")
        )
        keyring.join(advocate, PASSPHRASE, keyring.come_in(boss, PASSPHRASE)[1])
    new.refresh_from_db()
    boss.organization = advocate.organization = new
    return boss, advocate


def owed(member):
    with acting_for(member.organization_id), transaction.atomic():
        return HouseDuty.objects.filter(what="change_keys").exclude(since=None).exists()


def version(member):
    """The organization's, and that of the newest grant that the member has."""
    with acting_for(member.organization_id), transaction.atomic():
        grants = KeyGrant.objects.filter(key__user=member).order_by("-version").values_list("version")
        return Organization.objects.get(pk=member.organization_id).key_version, *(grants.first() or [None])


def test_who_is_shut_out_goes_where_another_has_just_changed_the_keys(world):
    """C9, C19: the press of one who has the keys of before; the new ones come with the next page."""
    me, second, advocate = world.stx.administrator, second_administrator(world), world.stx.advocate
    with world.acting(second):
        before = sealing.opened(me.organization_id)
        rotation.rotate(Organization.objects.get(pk=me.organization_id), actor=me, why="asked")
        with sealing.opening(before):
            advocate.shut_out(actor=second)
        assert AuditLine.objects.get(verb="keep_keys").details == {"why": "not_now"}
    assert not as_it_is(world, advocate).is_active and owed(me)
    world.client(second).get(reverse("members"))
    assert not owed(me) and version(second) == (3, 3)


@pytest.mark.parametrize("name", ["shut_out_member", "deactivate_member"])
def test_keys_that_are_owed_already_hold_no_press_back(world, name):
    """C9, C19: a last day that was yesterday, and this press is the administrator's first of the morning."""
    me, colleague = world.stx.administrator, world.stx.colleague
    client = world.client(me)
    with world.acting(me):
        HouseDuty.begin(me.organization_id, "change_keys")
    assert client.post(reverse(name, args=[colleague.pk])).status_code == 302
    assert not as_it_is(world, colleague).is_active and owed(me)
    assert version(colleague) == (2, None)
    client.get(reverse("members"))
    assert not owed(me) and version(me) == (3, 3)


def test_two_are_shut_out_at_the_same_moment(committed):
    """C9: by two administrators; both are out."""
    world = committed
    me, second = world.stx.administrator, second_administrator(world)
    with world.acting(me):
        User.objects.filter(pk=second.pk).update(rules_accepted_at=clock.now(), **RULES)
    those = (world.stx.advocate, world.stx.colleague)
    urls = [reverse("shut_out_member", args=[one.pk]) for one in those]
    clients = [world.client(me), world.client(second)]
    answers = together(*[partial(status, *pair, {}) for pair in zip(clients, urls, strict=True)])
    assert answers == [302, 302]
    assert not any(as_it_is(world, one).is_active for one in those)
    for client in clients:
        assert client.get(reverse("members")).status_code == 200
    assert not owed(me) and version(me) == version(second) == (3, 3)


def test_no_page_breaks_while_keys_are_owed_and_the_key_is_in_doubt(world, house):
    """R11, C19: the digits are on one of these pages, and after they were compared the change comes."""
    boss, advocate = house
    client = world.client(boss)
    client.post(reverse("set_last_day", args=[advocate.pk]), {"day": day(world, 0).isoformat()})
    world.hold(midnight_after(world, 0))
    tasks.close_leavers()
    assert owed(boss)
    for name in ("members", "audit", "account", "review_audit", "review_accounts", "organization_settings"):
        assert client.get(reverse(name)).status_code == 200, name
    page = client.get(reverse("keys"))
    assert page.status_code == 200 and "is in doubt" in page.text
    assert keyring.check_code(boss.organization.public_key) in page.text
    assert client.post(reverse("account_logout")).status_code == 302
    with acting_for(boss.organization_id), transaction.atomic():
        assert not Resealing.objects.exists() and owed(boss)
        published.sign(boss.organization)
    assert world.client(boss).get(reverse("members")).status_code == 200
    assert not owed(boss) and version(boss) == (2, 2)


def test_who_is_shut_out_under_doubt_is_owed_new_keys(world, house):
    """C9, C19: they are out at once, and from when the key is known again they have none that seals."""
    boss, advocate = house
    client = world.client(boss)
    assert client.post(reverse("shut_out_member", args=[advocate.pk])).status_code == 302
    with acting_for(boss.organization_id), transaction.atomic():
        assert not MemberKey.objects.filter(user=advocate).exists() and not Resealing.objects.exists()
        assert AuditLine.objects.get(verb="keep_keys").details == {"why": "doubted"}
        assert owed(boss)
        published.sign(boss.organization)
    client.get(reverse("members"))
    assert not owed(boss) and version(boss) == (2, 2)


def test_whose_key_went_with_a_way_back_is_no_reason_to_keep_the_keys(world):
    """C9, C19: they had the secrets until then; the press that shuts them out changes them all the same."""
    me, advocate = world.stx.administrator, world.stx.advocate
    client = world.client(me)
    assert client.post(reverse("readmit_member", args=[advocate.pk])).status_code == 302
    assert version(advocate) == (1, None)
    assert client.post(reverse("shut_out_member", args=[advocate.pk])).status_code == 302
    assert not owed(me) and version(me) == (2, 2)
