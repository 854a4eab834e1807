"""An invited person becomes a member."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from orgs.models import Invitation, OutboxMessage, User

NEW = "lantern velvet orchard nine"


@pytest.fixture(autouse=True)
def forget_rates():
    cache.clear()


@pytest.fixture
def link(world):
    """The address in the mail to somebody whom the only administrator of an organization invites."""
    admin = world.stx.administrator
    with world.acting(admin):
        Invitation.make(
            organization=admin.organization,
            email="New@stx.test",
            name="Nova New",
            role="advocate",
            actor=admin,
        )
        return re.search(r"/invitation/.*", OutboxMessage.objects.get(address="new@stx.test").link).group()


def guest():
    client = Client()
    client.post(reverse("notice"), {"accepted": "on"})
    return client


def answer(client, link, **more):
    return client.post(link, {"passphrase": NEW, "again": NEW} | more)


def test_an_invited_person_becomes_a_member_who_needs_a_second_factor(world, link):
    """C3, C9: the passphrase first, then the second factor before anything else."""
    client = Client()
    assert client.get(link).url.startswith(reverse("notice")), "C6: the notice comes first"
    client = guest()
    page = client.get(link)
    assert "Help on St. Croix" in page.content.decode() and "new@stx.test" in page.content.decode()
    assert answer(client, link).url == reverse("enroll")
    assert client.get(reverse("account")).url == reverse("enroll")
    with world.acting(world.stx.administrator):
        member = User.objects.get(email="new@stx.test")
        assert member.name == "Nova New" and member.role == "advocate" and member.check_password(NEW)


def test_what_is_wrong_is_said(world, link):
    """C4: the policy is asked here too; names of the organization are not taken."""
    client = guest()
    short = answer(client, link, passphrase="too short", again="too short")
    assert "Nova New" in short.content.decode() and short.context["form"].errors.keys() == {"passphrase"}
    other = answer(client, link, again="something else entirely")
    assert other.context["form"].errors.keys() == {"again"}
    named = answer(client, link, passphrase="Nova New St. Croix", again="Nova New St. Croix")
    assert named.context["form"].errors.keys() == {"passphrase"}


def test_every_closed_invitation_gives_the_same_bytes(world, link):
    """R6: unknown, used, revoked and expired are one answer."""
    client = guest()

    def closed(address):
        page = client.get(address)
        assert page.status_code == 404
        return page.content

    unknown = closed("/invitation/" + "x" * 43 + "/")
    admin = world.stx.administrator
    with world.acting(admin):
        invitation = Invitation.objects.get()
    start = world.now
    world.forward(hours=73)
    assert closed(link) == unknown
    world.hold(start)
    assert answer(client, link).status_code == 302
    client = guest()
    assert closed(link) == unknown
    with world.acting(admin):
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=None, revoked_at=start)
    assert closed(link) == unknown
    assert answer(client, link).content == unknown
