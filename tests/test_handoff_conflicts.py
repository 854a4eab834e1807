"""A file from another organization may be of somebody known here: the walls of the one hold for the other."""

from django.urls import reverse

from cases.models import Case, Wall
from referrals.models import Handoff
from tests.makers import handoff as handoffs
from tests.makers.case import open_case


def a_known_bluebird(world, *walled):
    """A case on St. Thomas of one who is called as in the file, with walls; returns it."""
    with world.acting(world.stt.colleague) as colleague:
        case = open_case(colleague)
        for member in walled:
            Wall.build(case.person, member, actor=colleague, reason="other")
    return case


def accept(world, handoff, advocate, by=None, **said):
    client = world.client(by or world.stt.second_supervisor)
    address = reverse("accept_handoff", args=[handoff.reference])
    return client.post(address, {"advocate": advocate.pk, **said})


def test_whoever_accepts_is_shown_who_it_may_be_inside_their_own_house(world):
    """R8: people of the receiver's, by its own search; nobody of the sender's."""
    handoff = handoffs.acknowledged(world)
    address = reverse("accept_handoff", args=[handoff.reference])
    client = world.client(world.stt.supervisor)
    assert "May be here already" not in client.get(address).content.decode()
    case = a_known_bluebird(world)
    page = client.get(address).content.decode()
    assert "May be here already" in page and case.number in page and str(case.person_id) in page


def test_the_walls_of_a_known_person_hold_for_the_accepted_one(world):
    """R25, R42: in both directions, from the moment of acceptance."""
    handoff, walled = handoffs.acknowledged(world), world.stt.intake_worker
    known = a_known_bluebird(world, walled)
    assert accept(world, handoff, world.stt.advocate, known=[str(known.person_id)]).status_code == 302
    with world.acting(world.stt.supervisor):
        new = Case.objects.exclude(pk=known.pk).get()
        assert new.assigned_to == world.stt.advocate
        assert Wall.objects.filter(person=new.person, user=walled).exists()
    assert world.client(walled).get(handoff.get_absolute_url()).status_code == 404


def test_a_file_is_not_given_to_an_advocate_who_must_not_see_that_person(world):
    """R42: refused with a sentence, and nothing is accepted."""
    handoff = handoffs.acknowledged(world)
    known = a_known_bluebird(world, world.stt.advocate)
    page = accept(world, handoff, world.stt.advocate, known=[str(known.person_id)])
    assert page.status_code == 200 and "This member cannot take it" in page.content.decode()
    with world.acting(world.stt.supervisor):
        assert Handoff.objects.get(pk=handoff.pk).state == "acknowledged" and Case.objects.count() == 1


def test_who_is_walled_from_somebody_like_that_gets_no_way_in_by_accepting(world):
    """R44, R42: they are not shown whom it rings like, and the wall holds for the new person all the same."""
    handoff, walled = handoffs.acknowledged(world), world.stt.supervisor
    known = a_known_bluebird(world, walled)
    address = reverse("accept_handoff", args=[handoff.reference])
    assert known.number not in world.client(walled).get(address).content.decode()
    assert accept(world, handoff, world.stt.advocate, by=walled).status_code == 302
    assert world.client(walled).get(handoff.get_absolute_url()).status_code == 404
    with world.acting(world.stt.second_supervisor) as other:
        assert not Case.objects.visible_to(walled).exists() and Case.objects.visible_to(other).count() == 2


def test_nobody_is_the_same_without_a_word(world):
    """Two people can have one alias: without a yes nothing is shared."""
    handoff = handoffs.acknowledged(world)
    known = a_known_bluebird(world, world.stt.intake_worker)
    assert accept(world, handoff, world.stt.advocate).status_code == 302
    with world.acting(world.stt.supervisor):
        new = Case.objects.exclude(pk=known.pk).get()
        assert not Wall.objects.filter(person=new.person).exists()
