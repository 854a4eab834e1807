"""A packet that is sent on is one packet: the next desk has all of it, and the first one none."""

import pytest

from cases.models import Person, PersonToken, SafeContactPlan, Wall
from referrals.models import Intake, Message, Referral, ReferralCopy
from tests.makers.intake import a_plan_for
from tests.makers.referral import acknowledged

LANGUAGE = ("question", "language", "Which one?")
SPANISH = ("answer", "", "Spanish. Ask for Rosa.")
NEVER = ("message", "", "Never call that number any more: he has the phone.")


def asked_and_answered(world):
    """A packet with a question, its answer and a message of the officer; returns it and its intake."""
    referral, intake = acknowledged(world)
    desk, officer = world.stx.intake_worker, world.officer
    with world.acting(desk):
        of(referral).ask(LANGUAGE[1], LANGUAGE[2], actor=desk)
    world.forward(minutes=5)
    with world.acting(officer):
        of(referral).answer(SPANISH[2], actor=officer)
    world.forward(minutes=5)
    with world.acting(officer):
        of(referral).write_message(NEVER[2], actor=officer)
    world.forward(minutes=5)
    return referral, intake


def of(referral):
    return Referral.objects.get(pk=referral.pk)


def send_on(world, referral, by, to):
    with world.acting(by):
        of(referral).reroute(to.organization, "other_island", actor=by)


def box(world, member, referral):
    """What a member's side has of what was said: kind, topic and text, by whom, when, and whose it is."""
    with world.acting(member):
        rows = Message.objects.filter(referral=referral, organization=member.organization_id)
        return [(m.kind, m.topic, m.content["text"], m.content["by"], m.at, m.written_by_id) for m in rows]


def test_what_was_written_since_it_was_sent_goes_along(world):
    """R16: questions, answers and messages, in order, with their times, as the referrer reads them."""
    referral, _ = asked_and_answered(world)
    seen = box(world, world.officer, referral)
    assert [one[:3] for one in seen] == [LANGUAGE, SPANISH, NEVER]
    assert [one[3] for one in seen] == ["", world.officer.name, world.officer.name]
    send_on(world, referral, world.stx.intake_worker, world.stt)
    assert box(world, world.stt.intake_worker, referral) == seen == box(world, world.officer, referral)
    page = world.client(world.stt.intake_worker).get(referral.get_absolute_url()).content.decode()
    assert NEVER[2] in page
    page = world.client(world.officer).get(referral.get_absolute_url()).content.decode()
    assert all(text in page for _kind, _topic, text in (LANGUAGE, SPANISH, NEVER))


def test_sealed_anew_to_the_next_desk(world):
    """R11: neither the agency nor the first desk opens what the next desk has."""
    from orgs import sealing
    from tests.signing import opening

    referral, _ = asked_and_answered(world)
    send_on(world, referral, world.stx.intake_worker, world.stt)
    with world.acting(world.stt.intake_worker):
        [first, *_] = Message.objects.filter(referral=referral)
    for other in (world.officer, world.stx.intake_worker):
        with opening(other), pytest.raises(sealing.Locked):
            _ = first.content


def test_the_first_desk_keeps_nothing_of_it(world):
    """R16: no word of the packet, and nothing that was written down beside it; the wall stays (R42)."""
    referral, intake = asked_and_answered(world)
    desk = world.stx.intake_worker
    with world.acting(desk):
        intake = Intake.objects.get(pk=intake.pk)
        intake.check_conflict(actor=desk, walled=[world.stx.colleague])
        intake.person.correct(actor=desk, relations={"never": ["Rico"]})
        a_plan_for(intake, desk)
    send_on(world, referral, desk, world.stt)
    with world.acting(desk):
        assert not Message.objects.exists() and not ReferralCopy.objects.exists()
        assert not SafeContactPlan.objects.exists() and not PersonToken.objects.exists()
        intake = Intake.objects.get()
        assert (intake.state, intake.summary, intake.conflict_checked_at) == ("referred_out", "", None)
        person = Person.objects.get()
        assert (person.name, person.alias, person.phone, person.relations) == ("", "", "", {})
        assert Wall.objects.get().user == world.stx.colleague
    page = world.client(world.stx.supervisor).get(intake.get_absolute_url())
    assert page.status_code == 200 and "Bluebird" not in page.content.decode()


def test_what_another_rule_holds_of_the_person_stays(world):
    """R16: a person of whom the desk has another record is not emptied because one packet left."""
    referral, intake = asked_and_answered(world)
    desk = world.stx.intake_worker
    with world.acting(desk):
        again = Intake.walk_in(actor=desk, priority="standard", island="STX", alias="Bluebird")
        Intake.objects.filter(pk=again.pk).update(person=intake.person)
    send_on(world, referral, desk, world.stt)
    with world.acting(desk):
        assert Person.objects.get(pk=intake.person_id).alias == "Bluebird"
        assert not Message.objects.exists() and not ReferralCopy.objects.exists()


def test_what_comes_back_is_whole_again(world):
    """R16: over two desks and back, nothing lost and nothing twice, and the intake knows whom it is about."""
    referral, intake = asked_and_answered(world)
    seen = box(world, world.officer, referral)
    send_on(world, referral, world.stx.intake_worker, world.stt)
    with world.acting(world.officer):
        of(referral).write_message("She has moved on.", actor=world.officer)
    send_on(world, referral, world.stt.intake_worker, world.stx)
    back = box(world, world.stx.intake_worker, referral)
    assert back[:3] == seen and [one[2] for one in back[3:]] == ["She has moved on."]
    assert box(world, world.stt.intake_worker, referral) == []
    with world.acting(world.stx.intake_worker) as desk:
        again = of(referral).acknowledge(actor=desk)
        assert (again.pk, again.person_id) == (intake.pk, intake.person_id)
        again = Intake.objects.get()
        assert (again.state, again.person.alias) == ("new", "Bluebird")
        assert again.summary.startswith("Wears a green jacket")
        assert list(Person.objects.matching(desk, "Bluebird")) == [again.person]


def test_what_a_desk_kept_from_the_officer_stays_with_nobody(world):
    """R42: what was written inside, or to the heads alone, does not go along; what the heads wrote does."""
    referral, intake = acknowledged(world)
    stx, head = world.stx.supervisor, world.vipd.unit_supervisor
    with world.acting(stx):
        intake.mark_officer(actor=stx)
        of(referral).write_message("For us alone.", actor=stx)
        intake.show_heads(actor=stx)
        of(referral).write_message("For the heads alone.", actor=stx)
    world.forward(minutes=5)
    with world.acting(head):
        of(referral).write_message("She sleeps elsewhere now.", actor=head)
    with world.acting(stx):
        Intake.objects.get(pk=intake.pk).lift_mark(actor=stx)
    send_on(world, referral, stx, world.stt)
    there = box(world, world.stt.supervisor, referral)
    assert [(one[2], one[3]) for one in there] == [("She sleeps elsewhere now.", head.name)]
    assert box(world, stx, referral) == []


def test_of_what_could_not_be_delivered_the_referrer_keeps_all_and_the_desk_nothing(world):
    """R16: also where it was sent on before; the packet is one on the referrer's page."""
    referral, _ = asked_and_answered(world)
    seen = box(world, world.officer, referral)
    send_on(world, referral, world.stx.intake_worker, world.stt)
    with world.acting(world.stt.intake_worker) as desk:
        of(referral).fail(actor=desk)
    assert box(world, world.officer, referral) == seen
    for desk in (world.stx.intake_worker, world.stt.intake_worker):
        assert box(world, desk, referral) == []
        with world.acting(desk):
            assert not ReferralCopy.objects.exists()
    page = world.client(world.officer).get(referral.get_absolute_url()).content.decode()
    assert "Call now" in page and NEVER[2] in page
    page = world.client(world.stt.intake_worker).get(referral.get_absolute_url())
    assert page.status_code == 200 and "Marisol" not in page.content.decode()
