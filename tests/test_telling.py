"""Whoever tells asks the one place where the strictest rule is decided, with the facts as they stand."""

import pytest

from cases.models import Case, Disclosure, Person, Wall
from cases.signing import NotReleased
from orgs import clock
from tests.makers.case import active_release, open_case


@pytest.fixture
def release(world):
    with world.acting(world.stx.advocate) as advocate:
        return active_release(open_case(advocate), world.stt.organization, advocate)


def tell(release, actor, to=None):
    return release.disclose(
        actor=actor, categories=["SAFETY"], what="Meets at the dock", method="system", to=to
    )


def test_a_wall_that_goes_up_stops_what_a_release_allows(world, release):
    """R44: the release stands, and the one behind the wall still tells nothing under it."""
    with world.acting(world.stx.advocate) as advocate:
        assert tell(release, advocate)
        Wall.build(release.person, world.stx.second_supervisor, actor=advocate, reason="other")
        with pytest.raises(NotReleased, match="walled"):
            tell(release, world.stx.second_supervisor)
        assert Disclosure.objects.count() == 1


def test_a_wall_stops_what_a_law_demands_of_somebody_else(world, release):
    """R44: the report is made, and not by somebody whom the person is to be kept from."""
    walled = world.stx.second_supervisor
    with world.acting(world.stx.advocate) as advocate:
        case = Case.objects.get(pk=release.case_id)
        Wall.build(case.person, walled, actor=advocate, reason="other")
        duty = release  # has a person, a case and a label, which is all that a line asks of a duty
        with pytest.raises(NotReleased, match="walled"):
            Disclosure.write_by_law(duty, walled, "child_abuse", "Human Services", "The least", "written")
        assert Disclosure.write_by_law(
            duty, advocate, "child_abuse", "Human Services", "The least", "written"
        )


def test_a_release_that_outlived_its_person_opens_nothing(world, release):
    """R44: however a death came to be written down, what was signed in life is shut from that moment."""
    with world.acting(world.stx.advocate) as advocate:
        Person.objects.filter(pk=release.person_id).update(death_recorded_at=clock.now())
        world.forward(minutes=1)
        release.refresh_from_db()
        release.person.refresh_from_db()
        with pytest.raises(NotReleased, match="ended"):
            tell(release, advocate)
        assert not release.lets_through(["SAFETY"], world.stt.organization)
