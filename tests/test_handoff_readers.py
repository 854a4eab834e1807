"""A hand-over file opens for the unit or the person whom the release names, and for nobody else there."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Case
from orgs import access_index
from orgs.access import verbs_of
from orgs.models import Unit, User
from orgs.record import IllegalMove
from referrals.models import Handoff
from referrals.models.handoff_readers import NotForYou
from tests.makers import handoff as make
from tests.makers.case import SIGNATURE

READS = ("open_snapshot_handoff", "print_snapshot_handoff", "accept_handoff")


def submitted(world, **to):
    """A handoff that waits for review, under a release to the unit or person of `to`."""
    me = world.stx.advocate
    with world.acting(me):
        under = make.Release.draft(
            case := make.case(world),
            world.stt.organization,
            actor=me,
            categories=["TRANSFER", "SAFETY"],
            purpose="So they know me",
            method="system",
            language="es",
            **to,
        )
        under.discuss(actor=me)
        under.sign(actor=me, **SIGNATURE)
        handoff = Handoff.draft(
            case, world.stt.organization, actor=me, release=under, content=make.CONTENT, **make.FACTS
        )
        handoff.submit(actor=me)
    return handoff


def offered(world, **to):
    handoff = submitted(world, **to)
    with world.acting(world.stx.supervisor) as boss:
        handoff.offer(actor=boss)
    with world.acting(world.stt.intake_worker) as desk:
        Handoff.objects.get(pk=handoff.pk).acknowledge(actor=desk)
    return handoff


def move_to(world, unit, *members):
    """Members of St. Thomas change to another unit there."""
    with world.acting(world.stt.administrator):
        unit, _new = Unit.objects.get_or_create(organization=world.stt.organization, name=unit)
        User.objects.filter(pk__in=[member.pk for member in members]).update(unit=unit)
        for member in members:
            member.refresh_from_db()


def pages(world, handoff, member):
    client = world.client(member)
    return [client.get(reverse(name, args=[handoff.reference])) for name in READS]


def test_released_to_one_person_it_opens_for_that_person_alone(world):
    """R18, R27: on the screen, on paper, to be accepted; the desk answers and reads nothing of it."""
    named = world.stt.colleague
    handoff = offered(world, recipient_name="colleague (INVENTED)")
    for other in (world.stt.intake_worker, world.stt.supervisor, world.stt.second_supervisor):
        for answer in pages(world, handoff, other):
            assert answer.status_code == 403 and b"Bluebird" not in answer.content
        page = world.client(other).get(handoff.get_absolute_url()).content.decode()
        assert "Colleague (invented)" in page and "Bluebird" not in page
        assert "/snapshot/" not in page and "/accept/" not in page and "/decline/" in page
        with world.acting(other):  # the index of rights says it too, not the door alone
            assert {"open_snapshot", "accept"}.isdisjoint(verbs_of(other, handoff))
    with world.acting(named):
        assert {"open_snapshot", "accept"} <= set(verbs_of(named, handoff))
    assert all(answer.status_code == 404 for answer in pages(world, handoff, world.stt.advocate))
    assert all(answer.status_code == 200 for answer in pages(world, handoff, named))
    assert handoff.reference in world.client(named).get("/handoffs/").content.decode()
    with world.acting(world.stt.supervisor) as boss:
        handoff = Handoff.objects.get(pk=handoff.pk)
        with pytest.raises(NotForYou):
            handoff.accept(named, actor=boss)
    with world.acting(named):
        handoff = Handoff.objects.get(pk=handoff.pk)
        with pytest.raises(IllegalMove):
            handoff.accept(world.stt.advocate, actor=named)
        Handoff.objects.get(pk=handoff.pk).accept(named, actor=named)
        assert Case.objects.get(organization=named.organization).restricted
    assert all(b"Bluebird" not in a.content for a in pages(world, handoff, world.stt.supervisor))
    with world.acting(world.stt.administrator):
        assert not access_index.compare(world.stt.organization.pk).any


def test_a_name_taken_later_opens_nothing(world):
    """R18: from the offer on the one person is known by their account."""
    handoff, named, other = offered(world, recipient_name="Colleague (invented)"), world.stt.colleague, None
    with world.acting(world.stt.administrator):
        other = world.stt.supervisor
        User.objects.filter(pk=named.pk).update(name="Somebody Else (invented)")
        User.objects.filter(pk=other.pk).update(name="Colleague (invented)")
    assert all(answer.status_code == 403 for answer in pages(world, handoff, other))
    assert pages(world, handoff, named)[0].status_code == 200


def test_released_to_a_unit_it_opens_for_its_members_alone(world):
    """R18, R27: whoever is of another unit reads nothing, and no advocate of another takes it."""
    handoff = offered(world, recipient_unit="Shelter desk")
    move_to(world, "Court desk", world.stt.supervisor, world.stt.advocate)
    outside, inside = world.stt.supervisor, world.stt.second_supervisor
    assert all(answer.status_code == 403 for answer in pages(world, handoff, outside))
    page = world.client(outside).get(handoff.get_absolute_url()).content.decode()
    assert "/snapshot/" not in page and "Shelter desk" in page
    screen, _paper, form = pages(world, handoff, inside)
    assert b"Bluebird" in screen.content and b"Shelter desk" in screen.content
    assert str(world.stt.colleague.pk) in form.content.decode()
    assert str(world.stt.advocate.pk) not in form.content.decode()
    with world.acting(inside):
        with pytest.raises(IllegalMove):
            Handoff.objects.get(pk=handoff.pk).accept(world.stt.advocate, actor=inside)
        Handoff.objects.get(pk=handoff.pk).accept(world.stt.colleague, actor=inside)


def test_a_file_goes_with_the_unit_and_not_with_its_name(world):
    """R18, R27: the unit reads on under another name, and who takes the old name reads nothing."""
    handoff = offered(world, recipient_unit="Shelter desk")
    move_to(world, "Court desk", world.stt.supervisor)
    with world.acting(world.stt.administrator) as me:
        units = Unit.objects.filter(organization=me.organization)
        units.filter(name="Shelter desk").update(name="Safe home")
        units.filter(name="Court desk").update(name="Shelter desk")
    assert all(answer.status_code == 403 for answer in pages(world, handoff, world.stt.supervisor))
    assert b"Bluebird" in pages(world, handoff, world.stt.second_supervisor)[0].content
    with world.acting(world.stt.second_supervisor) as inside:
        with pytest.raises(IllegalMove):
            Handoff.objects.get(pk=handoff.pk).accept(world.stt.supervisor, actor=inside)


@pytest.mark.parametrize(
    "to", [{"recipient_unit": "Court desk"}, {"recipient_name": "Nobody There"},
           {"recipient_name": "Intake Worker (invented)"}, {"recipient_name": "Administrator (invented)"},
           {"recipient_unit": "Court desk", "recipient_name": "Supervisor (invented)"}]
)  # fmt: skip
def test_what_nobody_there_could_open_is_not_offered(world, to):
    """R18: the supervisor reads what to do, and nothing leaves."""
    handoff = submitted(world, **to)
    address, read = reverse("offer_handoff", args=[handoff.reference]), make.shown(world, handoff)
    answer = world.client(world.stx.supervisor).post(address, read)
    assert answer.status_code == 409 and "new release to that unit or person" in answer.content.decode()
    with world.acting(world.stt.supervisor):
        assert not Handoff.objects.exists()


def test_two_of_one_name_are_nobody(world):
    """R18: a release to one person opens for one."""
    with world.acting(world.stt.administrator):
        User.objects.filter(pk=world.stt.advocate.pk).update(name="Colleague (invented)")
    with world.acting(world.stx.supervisor) as boss:
        with pytest.raises(ValidationError, match="More than one member there has this name"):
            submitted(world, recipient_name="Colleague (invented)").offer(actor=boss)


def test_the_draft_says_so_and_keeps_what_was_typed(world):
    """R18: already where the handoff is written."""
    handoff = submitted(world, recipient_name="Nobody There")
    with world.acting(world.stx.advocate) as me:
        number = handoff.own_file().case.number
        handoff = Handoff.objects.get(pk=handoff.pk)
    said = {"adults": "1", "children": "2", "needs_codes": ["safe_place"], "island": "STT",
            "priority": "high_risk", "needs": "Shelter from Friday"}  # fmt: skip
    answer = world.client(me).post(f"/cases/{number}/hand-off/", said)
    page = answer.content.decode()
    assert answer.status_code == 200 and "new release to that unit or person" in page
    assert "Shelter from Friday" in page


def test_a_file_is_for_a_unit_or_a_person(world):
    """R18: the database knows no handoff for both."""
    handoff = offered(world, recipient_unit="Shelter desk")
    with world.acting(world.stx.supervisor):
        with pytest.raises(IntegrityError, match="unit_or_a_person"), transaction.atomic():
            Handoff.objects.filter(pk=handoff.pk).update(reader=world.stt.colleague)
