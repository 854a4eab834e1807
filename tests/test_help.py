"""Help is in the product: a guide for every role, words, pictures, and first steps that do not lie."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from config.guides import GUIDES, guide_of
from config.guides.words import GLOSSARY, INNER, words
from orgs.models import DutyShift
from orgs.roles import Role
from orgs.tenancy import acting_for
from tests.makers.case import a_person, open_case
from tests.makers.referral import sent
from tests.pictures import places
from tests.servers import ROOT
from tests.test_members import invite

PAGES = [(guide, section) for guide in GUIDES.values() for section in guide.sections]
PICTURES = [section.picture for _guide, section in PAGES if section.picture]


def reader(world, role):
    """A member of this role in some organization of the world."""
    own = {
        Role.OFFICER: world.officer,
        Role.SYSTEM_ADVOCATE: world.prosecution.system_advocate,
        Role.UNIT_SUPERVISOR: world.vipd.unit_supervisor,
        Role.OVERSIGHT: world.council.oversight,
        Role.OPERATOR: world.operator.operator,
    }
    return own.get(role) or getattr(world.stx, {Role.ADMINISTRATOR: "administrator"}.get(role, role))


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_guide_whose_every_link_opens(world, role):
    """From the foot of any page to the guide of one's own work, and from there to each page that it names."""
    client = world.client(reader(world, role))
    page = client.get(reverse("account")).content.decode()
    assert f'href="{reverse("help")}"' in page.split('<footer class="foot">')[1]
    guide = client.get(reverse("help"), follow=True)
    assert str(guide_of(role).title) in guide.content.decode()
    for section in guide_of(role).sections:
        assert str(section.title) in guide.content.decode()
        if section.url:
            assert client.get(reverse(section.url)).status_code == 200, section.url


def test_a_guide_for_others_has_no_link_that_would_not_open(world):
    """Anybody may read any guide; only those whose guide it is are led to its pages."""
    page = world.client(world.officer).get(reverse("help_guide", args=["supervisor"])).content.decode()
    assert "Review a handoff" in page and f'href="{reverse("board")}"' not in page
    assert world.client(world.officer).get(reverse("help_guide", args=["nobody"])).status_code == 404


def test_a_guide_says_the_same_whatever_a_service_does(world):
    """R3: no byte of help moves with what happened."""
    client = world.client(world.officer)
    addresses = [reverse("help_words"), *(reverse("help_guide", args=[slug]) for slug in GUIDES)]
    token = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
    before = [token.sub(b"", client.get(address).content) for address in addresses]
    sent(world)
    with world.acting(world.stx.advocate) as advocate:
        open_case(advocate, person=a_person(advocate, alias="Kestrel"))
    assert before == [token.sub(b"", client.get(address).content) for address in addresses]


def test_the_words_are_those_of_the_glossary():
    """The page and docs/glossary.md cannot drift: one is read from the other."""
    written = re.findall(r"^\| ([^|]+?) \|", GLOSSARY.read_text(), re.M)
    written = [word for word in written if word != "word"]
    assert INNER <= set(written)
    assert sorted(word for word, _ in words()) == sorted(word for word in written if word not in INNER)
    assert all("*" not in meaning for _word, meaning in words())


def test_the_words_go_into_the_image():
    """What the page is read from is there where the product runs."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert f"!{GLOSSARY.relative_to(ROOT)}" in ignored


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_picture_of_a_guide_is_there_as_it_says(picture):
    """On one bar of signal: no picture weighs more than 60 KB, and the page does not jump."""
    path = settings.BASE_DIR / "config" / "static" / picture.path
    with Image.open(path) as image:
        assert image.size == (picture.width, picture.height)
    assert path.stat().st_size <= places.HEAVIEST


def test_every_picture_that_is_kept_is_taken_of_a_page_that_is_there_and_shown():
    """A page that is gone, or a picture that nobody shows, is noticed."""
    walks = (ROOT / "tests" / "pictures" / "walks.py").read_text()
    for kept in places.KEPT:
        role, name = kept.source.split("-", 1)
        steps = name.startswith("step-") and "officer-step-{number}" in walks
        assert f'"{kept.source}"' in walks or f'("{name}", ' in walks or steps, kept.source
    shown = {settings.BASE_DIR / "config" / "static" / picture.path for picture in PICTURES}
    readme = {
        ROOT / path for path in re.findall(r"\((docs/pictures/[^)]+)\)", (ROOT / "README.md").read_text())
    }
    assert {kept.path for kept in places.KEPT} == shown | readme


# First steps


def test_the_first_steps_are_read_from_what_there_is(world):
    """Nobody ticks anything: what is done is done, what is undone comes back, and all done is no panel."""
    client = world.client(world.stx.administrator)
    page = client.get(reverse("members")).content.decode()
    assert "First steps" in page and "Put somebody on the duty desk" in page
    with acting_for(world.stx.organization.pk):
        DutyShift.objects.filter(organization=world.stx.organization).delete()
    steps = {step.label: step.done for step in client.get(reverse("members")).context["steps"]}
    assert not any(steps.values()), steps
    invite(world, client, role="administrator", email="second@stx.test", name="Second")
    desk = {"user": world.stx.intake_worker.pk, "weekdays": ["0"], "starts": "08:00", "ends": "17:00"}
    client.post(reverse("add_shift"), desk)
    done = [step.done for step in client.get(reverse("members")).context["steps"]]
    assert done == [True, False, True]
    client.post(reverse("make_recovery_kit"))
    assert client.get(reverse("members")).context["steps"] == []
    assert "First steps" not in client.get(reverse("members")).content.decode()


def test_steps_that_are_put_off_come_back_with_the_next_sign_in(world):
    client = world.client(world.stx.administrator)
    client.post(reverse("put_off_steps"))
    assert client.get(reverse("members")).context["steps"] == []
    assert world.client(world.stx.administrator).get(reverse("members")).context["steps"]


def test_who_refers_for_the_first_time_is_led_to_practice(world):
    """Until the first draft or packet of their own, and no longer."""
    client, said = world.client(world.officer), "Your first referral"
    assert said in client.get(reverse("my_referrals")).content.decode()
    sent(world)
    assert said not in client.get(reverse("my_referrals")).content.decode()


def test_an_advocate_to_whom_nothing_came_yet_reads_how_a_day_begins(world):
    client, said = world.client(world.stx.advocate), "How a day begins here"
    assert said in client.get(reverse("today")).content.decode()
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        case.promise("Call back", world.now, actor=advocate)
    assert said not in client.get(reverse("today")).content.decode()
