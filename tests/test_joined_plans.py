"""The plan for safe contact goes along when an intake is joined; what it forbids is not done (R25)."""

import pytest

from cases.models import Case, Person
from cases.models.contact import NoSafePlan
from orgs.models import AuditLine
from referrals.models import Intake
from tests.makers.case import a_person, open_case
from tests.makers.intake import a_plan_for, assigned, triaged
from tests.makers.referral import acknowledged

NEWER = {"ways": ["text"], "reach_at": "340 555 0199", "never": "NEVER call 340 555 0142: he has that phone."}


def plan_of(record):
    return Person.objects.get(pk=record.person_id).plan


def test_a_linked_intake_takes_its_plan_along(world):
    """R37, R25: the case's plan is the narrower of both, unconfirmed, so that nothing is accepted by it."""
    me = world.stx.advocate
    with world.acting(me):
        case = open_case(me, person=a_person(me))
        intake = assigned(world.stx.intake_worker, me)
        a_plan_for(intake, me, **NEWER)
        Intake.objects.get(pk=intake.pk).link_case(Case.objects.get(pk=case.pk), actor=me)
        plan = plan_of(case)
        assert not plan.is_verified and plan.ways == [] and plan.reach_at == ""
        assert plan.never.startswith(NEWER["never"]) and "Never leave a message." in plan.never
        case = Case.objects.get(pk=case.pk)
        assert case.plan_verified_at is None
        with pytest.raises(NoSafePlan):
            case.log_contact(actor=me, way="call", outcome="no_answer", text="")
        note = case.notes.get()
        assert intake.number in note.text and NEWER["never"] in note.text and "0142" in note.text
        assert AuditLine.objects.filter(subject_id=case.pk, verb="carry_plan").count() == 1
    page = world.client(me).get(case.get_absolute_url()).content.decode()
    assert "was added to the plan" in page and "he has that phone" in page


def test_a_duplicates_plan_reaches_the_case_down_the_chain(world):
    """R37, R25: the same as an intake that was the same as another, which is a case: there it is worked."""
    me, boss = world.stx.advocate, world.stx.supervisor
    with world.acting(me):
        case = open_case(me, person=a_person(me))
        first, second, third = assigned(boss, me), triaged(boss), triaged(boss)
        first.link_case(Case.objects.get(pk=case.pk), actor=me)
        second.find_duplicate(first, actor=boss)
        assert plan_of(case).is_verified  # nothing was forbidden yet that was allowed before
        a_plan_for(third, me, **NEWER)
        third.find_duplicate(second, actor=boss)
        assert not plan_of(case).is_verified and NEWER["never"] in plan_of(case).never
        assert plan_of(second) is None  # nobody works that record


def test_a_duplicates_plan_goes_to_the_intake_that_is_worked(world):
    """R37, R25: alone it goes over unconfirmed; a plan that forbids no more is left as it is."""
    me = world.stx.advocate
    with world.acting(me):
        kept, twin, third = assigned(me, me), triaged(me), triaged(me)
        a_plan_for(twin, me, **NEWER)
        twin.find_duplicate(kept, actor=me)
        plan = plan_of(kept)
        assert plan.never == NEWER["never"] and plan.reach_at == NEWER["reach_at"] and not plan.is_verified
        Intake.objects.get(pk=kept.pk).confirm_plan(actor=me)
        third.find_duplicate(Intake.objects.get(pk=kept.pk), actor=me)
        assert plan_of(kept).is_verified and plan_of(kept).pk == plan.pk
    page = world.client(me).get(kept.get_absolute_url()).content.decode()
    assert "was added to the plan" in page


def test_what_a_packet_says_not_to_do_is_heard(world):
    """R37: nobody made a plan of the newer packet; what its sender wrote not to do doubts the case's plan."""
    me, boss = world.stx.advocate, world.stx.supervisor
    _packet, intake = acknowledged(world, never="Do not call: he has the phone")
    with world.acting(me):
        case = open_case(me, person=a_person(me))
        intake = assigned(boss, me, Intake.objects.get(pk=intake.pk))
        intake.link_case(Case.objects.get(pk=case.pk), actor=me)
        plan = plan_of(case)
        assert "he has the phone" in plan.never and plan.ways == ["call"] and not plan.is_verified
