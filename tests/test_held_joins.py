"""What is held is held in every record of the person: what was joined to a case is the same (R35)."""

from datetime import timedelta

import pytest

from cases.models import Case, ContactAttempt, LegalHold, Merge, Person, Purge
from orgs import retention
from referrals.models import Intake, Message, Referral, ReferralCopy
from tests.makers import demand as demands
from tests.makers.case import a_person, open_case
from tests.makers.intake import assigned, triaged
from tests.makers.referral import acknowledged
from tests.test_retention import YEARS, carried_out, full_case


def joined_chain(world):
    """A case; the intake of a packet that was linked to it; another found to be the same as that, and a third
    the same as the second. Returns the case, the packets and the intakes."""
    me, boss = world.stx.advocate, world.stx.supervisor
    with world.acting(me):
        case = open_case(me, person=a_person(me, name="Marisol Testperson"))
    arrived = [acknowledged(world) for _ in range(3)]
    packets = [packet for packet, _intake in arrived]
    with world.acting(boss):
        Referral.objects.get(pk=packets[1].pk).write_message("Is the number right?", actor=boss)
        first = assigned(boss, me, Intake.objects.get(pk=arrived[0][1].pk))
        first.link_case(case, actor=boss)
        for number in (1, 2):
            later = triaged(boss, Intake.objects.get(pk=arrived[number][1].pk))
            later.find_duplicate(Intake.objects.get(pk=arrived[number - 1][1].pk), actor=boss)
    return case, packets, [intake.pk for _packet, intake in arrived]


def hold(world, case):
    boss = world.stx.supervisor
    return LegalHold.place(case, actor=boss, reason="subpoena", review_at=world.now + timedelta(days=3000))


@pytest.mark.parametrize("how", ["hold", "demand"])
def test_what_was_joined_to_a_held_case_is_held_with_it(world, how):
    """R35, R28, R25: a linked intake, its duplicates down the chain, their copies and messages all stay."""
    case, packets, intakes = joined_chain(world)
    boss = world.stx.supervisor
    with world.acting(boss):
        standing = hold(world, case) if how == "hold" else demands.bare(world, case, kind="request")
    world.forward(days=4 * YEARS)
    with world.acting(boss):
        assert Purge.list_due(boss.organization) is None
        if how == "hold":
            standing.lift("over", actor=boss)
        else:
            standing.withdraw("They took it back.", actor=boss)
    purge = carried_out(world)
    with world.acting(boss):
        gone = dict(purge.counts.values_list("relation", "gone"))
        assert gone["referrals_referralcopy"] == 3 and gone["cases_person"] == gone["referrals_intake"] == 2
        assert not ReferralCopy.objects.filter(referral__in=packets).exists()
        assert list(Intake.objects.filter(pk__in=intakes).values_list("pk", flat=True)) == intakes[:1]
        assert Person.objects.filter(pk=case.person_id).exists()


def test_the_owner_asks_through_the_joins_once_more(world):
    """R35: a hold that is placed after the list was made holds what the list has, to whom it was joined."""
    case, packets, intakes = joined_chain(world)
    boss, other = world.stx.supervisor, world.stx.second_supervisor
    world.forward(days=4 * YEARS)
    with world.acting(boss):
        purge = Purge.list_due(boss.organization, actor=boss)
        assert purge.items.filter(subject_id=intakes[2]).exists()
        purge.propose(actor=boss)
        hold(world, case)
    with world.acting(other):
        purge.approve(actor=other)
        assert not purge.counts.exists() and not purge.items.exists()
        assert Intake.objects.filter(pk__in=intakes).count() == 3
        assert ReferralCopy.objects.filter(referral__in=packets).count() == 3
        assert Message.objects.filter(referral=packets[1]).exists()


def test_what_can_only_be_added_to_is_held_after_a_merge(world):
    """R35, R25: the tries to reach somebody stay on the record that went; a hold of the other holds them."""
    me, boss = world.stx.advocate, world.stx.supervisor
    old = full_case(world)
    with world.acting(me):
        case = open_case(me, person=a_person(me, name="Marisol Testperson"))
    with world.acting(boss):
        Merge.make(Case.objects.get(pk=case.pk), Person.objects.get(pk=old.person_id), actor=boss)
        hold(world, case)
    world.forward(days=8 * YEARS)
    with world.acting(boss):
        assert ContactAttempt.objects.filter(case=old).exists()
        assert not retention.due(boss.organization, retention.KINDS["attempt"])
