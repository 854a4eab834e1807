"""Somebody who works here is helped here: only who is named finds anything, in whatever role."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from cases.models import BreakGlass, Case, Merge, Person, Wall
from orgs.models import AuditLine, User
from referrals.models import Intake
from tests.makers.case import a_followup, active_release, break_glass, open_case
from tests.makers.intake import a_walk_in
from tests.world import PASSPHRASE


@pytest.fixture
def case(world):
    """Of a colleague at the desk; the advocate and one supervisor are let in."""
    advocate, supervisor = world.stx.advocate, world.stx.supervisor
    with world.acting(advocate):
        case = open_case(advocate)
        a_followup(case, advocate)
        active_release(case, world.stt.organization, advocate)
        named = [advocate, supervisor]
        Wall.name_insiders(case.person, named, actor=supervisor, themselves=world.stx.intake_worker)
    return case


PAGES = {
    "supervisor": ("board", "caseload", "find", "inbox", "review", "demands", "glass_uses"),
    "advocate": ("today", "caseload", "find"),
    "intake_worker": ("inbox", "intakes", "find"),
    "administrator": ("audit",),
}


def test_everybody_but_the_named_finds_nothing_anywhere(world, case):
    """R42: page, list, count, search, board, Today and the audit; the person themselves too."""
    outside = ("second_supervisor", "colleague", "intake_worker", "administrator")
    for who in outside:
        member = getattr(world.stx, who)
        client = world.client(member)
        for name in PAGES[member.role]:
            url = f"{reverse(name)}?q=Bluebird" if name == "find" else reverse(name)
            page = client.get(url).content.decode()
            assert case.number not in page and case.get_absolute_url() not in page, (who, name)
        assert client.get(case.get_absolute_url()).status_code == 404
        with world.acting(member):
            assert not Case.objects.visible_to(member).exists()
            assert not Person.objects.open_to(member).exists()
    for member in (world.stx.advocate, world.stx.supervisor):
        assert world.client(member).get(case.get_absolute_url()).status_code == 200


def test_no_emergency_opens_it(world, case):
    """R42, R32: neither for the person themselves nor for anybody else."""
    for member in (world.stx.intake_worker, world.stx.colleague):
        with world.acting(member):
            assert break_glass(case, member) is None
            assert not BreakGlass.objects.exists()


def test_an_account_made_later_is_outside_from_its_first_moment(world, case):
    """R42: by the database, whichever code makes the account."""
    with world.acting(world.stx.administrator) as administrator:
        newcomer = User.objects.create_user(
            "new.supervisor@stx.test", PASSPHRASE, organization=administrator.organization,
            name="New Supervisor (invented)", role="supervisor",
        )  # fmt: skip
        assert Wall.objects.filter(person=case.person, user=newcomer).exists()
        assert not Case.objects.visible_to(newcomer).exists()
        newcomer.change(role="advocate", unit=None, actor=administrator)
        assert not Case.objects.visible_to(newcomer).exists()
    with world.acting(world.stt.administrator) as elsewhere:
        other = User.objects.create_user(
            "new@stt.test",
            PASSPHRASE,
            organization=elsewhere.organization,
            name="Other (invented)",
            role="advocate",
        )
        assert not Wall.objects.filter(user=other).exists()


def test_nobody_is_let_in_to_their_own_record(world, case):
    """R42: not at the beginning, and not by taking the wall away."""
    desk, supervisor = world.stx.intake_worker, world.stx.supervisor
    with world.acting(supervisor):
        own = Wall.objects.get(person=case.person, user=desk)
        with pytest.raises(PermissionDenied):
            own.lift(actor=supervisor)
        with pytest.raises(ValidationError):
            Wall.name_insiders(case.person, [desk, supervisor], actor=supervisor, themselves=desk)
        with pytest.raises(ValidationError):
            Wall.name_insiders(case.person, [world.stx.advocate], actor=supervisor)  # nobody above it
        Wall.objects.get(person=case.person, user=world.stx.colleague).lift(actor=supervisor)
    with world.acting(world.stx.colleague) as colleague:
        assert Person.objects.open_to(colleague).filter(pk=case.person_id).exists()
    answer = world.client(supervisor).post(reverse("lift_wall", args=[case.number, own.pk]))
    assert answer.status_code == 403


def test_a_wall_that_stood_for_another_reason_is_not_taken_from_their_own_record(world):
    """R42, R44: neither where it stood before, nor by the record that it was joined to."""
    desk, advocate, supervisor = world.stx.intake_worker, world.stx.advocate, world.stx.supervisor
    with world.acting(supervisor):
        case, other = open_case(advocate), open_case(advocate)
        for one in (case, other):
            Wall.build(one.person, desk, actor=supervisor, reason="other")
        Wall.name_insiders(case.person, [advocate, supervisor], actor=supervisor, themselves=desk)
        intake = a_walk_in(supervisor)
        intake.check_conflict(actor=supervisor, found=True, walled=[desk])
        intake.triage(actor=supervisor)
        intake.link_case(case, actor=supervisor)
        for person in (case.person, intake.person):
            with pytest.raises(PermissionDenied):
                Wall.objects.get(person=person, user=desk).lift(actor=supervisor)
        Wall.objects.get(person=other.person, user=desk).lift(actor=supervisor)  # somebody else's


def test_it_can_be_said_at_the_desk_and_goes_with_the_person_into_another_record(world):
    """R42, R25: from the first hour, and when two intakes of the same person are joined."""
    desk, supervisor = world.stx.intake_worker, world.stx.supervisor
    with world.acting(desk):
        intake, other = a_walk_in(desk), a_walk_in(desk)
    answer = world.client(desk).post(
        reverse("name_insiders_intake", args=[intake.number]),
        {
            "named": [str(world.stx.advocate.pk), str(supervisor.pk)],
            "themselves": str(world.stx.colleague.pk),
        },
    )
    assert answer.url == reverse("home")  # the desk was not among them
    with world.acting(supervisor):
        assert not Intake.objects.visible_to(desk).filter(pk=intake.pk).exists()
        Intake.objects.get(pk=other.pk).find_duplicate(Intake.objects.get(pk=intake.pk), actor=supervisor)
        assert not Intake.objects.visible_to(desk).filter(pk=other.pk).exists()
        assert Person.objects.get(pk=other.person_id).named_only
        said = AuditLine.objects.get(verb="name_insiders")
        assert said.details == {"named": 2}


def test_whoever_has_it_is_not_walled_from_their_own_work(world):
    """R42: nothing is dropped by it; the form says to hand it on first."""
    advocate, supervisor = world.stx.advocate, world.stx.supervisor
    with world.acting(advocate):
        case = open_case(advocate)
    answer = world.client(supervisor).post(
        reverse("name_insiders", args=[case.number]), {"named": [str(supervisor.pk)]}
    )
    assert "has it now" in answer.content.decode()
    with world.acting(supervisor):
        assert not Wall.objects.exists()


def test_two_records_put_together_are_for_the_named_alone(world, case):
    """R42, R25: an account made after the merge is outside of both."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        other = open_case(world.stx.advocate)
        Merge.make(other, case.person, actor=supervisor)
        newcomer = User.objects.create_user(
            "later@stx.test",
            PASSPHRASE,
            organization=supervisor.organization,
            name="Later Supervisor (invented)",
            role="supervisor",
        )
        assert not Case.objects.visible_to(newcomer).exists()
