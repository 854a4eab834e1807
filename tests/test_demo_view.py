"""Looking as somebody with one press: in the demo, over invented people, and nowhere else."""

import copy

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config.demo import people
from orgs.models import AuditLine
from tests.makers.case import a_person, open_case
from tests.world import ORGANIZATIONS, PASSPHRASE, ROLE_OF

LOOK, LIST = "/demo/look-as/", "/demo/"


@pytest.fixture
def demo(settings):
    """The addresses and settings of the demo, over whatever database is there."""
    settings.ROOT_URLCONF, settings.DEMO = "config.demo.urls", True
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["OPTIONS"]["context_processors"].append("config.demo.views.looking")


@pytest.fixture
def invented(monkeypatch):
    """The world of the tests, taken for the one that the demo has founded."""
    founded = [
        (house, [], [(who, who, ROLE_OF.get(who, who), None) for who in house["staff"]])
        for house in ORGANIZATIONS
    ]
    monkeypatch.setattr(people, "ORGANIZATIONS", founded)
    monkeypatch.setattr(people, "DOMAIN", "test")
    monkeypatch.setattr(people, "PASSPHRASE", PASSPHRASE)


def look(member, client=None):
    return (client or Client()).post(LOOK, {"address": member.email})


def test_one_press_signs_in_with_what_is_sealed_opened(world, demo, invented):
    """C3, C11: it is on record as the demo's, and every page says that it is a demo view."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate, person=a_person(advocate, alias="Kestrel"))
    client = Client()
    assert world.stx.advocate.email in client.get(LIST).content.decode()
    assert look(world.stx.advocate, client).url == reverse("home")
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Kestrel" in page and "Demo view" in page and world.stx.advocate.name in page
    with world.acting(world.stx.advocate):
        line = AuditLine.objects.filter(verb="sign_in").latest("sequence")
        assert line.details["demo"] is True
    client.post(reverse("account_logout"))
    assert client.get(case.get_absolute_url()).status_code == 302


def test_one_looks_as_another_without_signing_out(world, demo, invented):
    """C21: the session of the one before ends on the server, and nothing of it comes along."""
    client, keys = Client(), []
    for member in (world.stx.advocate, world.stt.supervisor, world.vipd.officer, world.stx.advocate):
        assert look(member, client).url == reverse("home")
        keys.append(client.cookies["sessionid"].value)
        page = client.get(reverse("home"), follow=True).content.decode()
        assert member.organization.name in page and member.get_role_display() in page
    assert len(set(keys)) == 4
    before = Client()
    before.cookies["sessionid"] = keys[1]
    assert before.get(reverse("home")).status_code == 302


def test_who_signed_in_by_hand_is_told_of_no_demo_view(world, demo, invented):
    assert "Demo view" not in world.client(world.stx.advocate).get(reverse("today")).content.decode()


def test_it_does_not_exist_in_production(world, invented, settings):
    """The addresses of production have none of it: the answer is the one for what never was."""
    assert settings.ROOT_URLCONF == "config.urls"
    for name in ("demo", "look_as"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    member = world.client(world.stx.administrator)
    assert look(world.stx.advocate, member).status_code == member.get(LIST).status_code == 404
    stranger = Client()
    assert look(world.stx.advocate, stranger).status_code == 404
    assert stranger.get(reverse("today")).status_code == 302


def test_it_refuses_a_database_that_is_not_the_demos(world, demo):
    """The settings of the demo over real records open nothing: neither the list nor anybody's account."""
    assert Client().get(LIST).status_code == 404
    client = Client()
    assert look(world.stx.advocate, client).status_code == 404
    assert client.get(reverse("today")).status_code == 302


def test_one_organization_that_is_not_the_demos_shuts_it(world, demo, invented):
    """A mixed database is not the demo's, and neither is one under other settings."""
    assert Client().get(LIST).status_code == 200
    people.ORGANIZATIONS.pop()
    assert Client().get(LIST).status_code == look(world.stx.advocate).status_code == 404


def test_the_demos_addresses_under_other_settings_open_nothing(world, demo, invented, settings):
    settings.DEMO = False
    assert Client().get(LIST).status_code == look(world.stx.advocate).status_code == 404


def test_who_has_another_passphrase_or_came_later_signs_in_by_hand(world, demo, invented, monkeypatch):
    """Nobody's own passphrase is gone around: only what the demo itself gave opens an account."""
    monkeypatch.setattr(people, "PASSPHRASE", "another one than the member has")
    client = Client()
    assert look(world.stx.advocate, client).url == reverse("account_login")
    assert client.get(reverse("today")).status_code == 302
    monkeypatch.setattr(people, "invented", lambda member: False)
    assert look(world.stx.advocate).status_code == 404
