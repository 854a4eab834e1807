"""What happens to a packet, from the first answer to the end of its time."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError

from orgs.models import AuditLine, Organization, OutboxMessage, Reminder, User
from orgs.record import IllegalMove
from orgs.tenancy import acting_for
from referrals.models import Message, Referral, ReferralCopy
from tests.makers.referral import ANSWERS, acknowledged, draft, sent


def seen_by(world, member, referral):
    with world.acting(member):
        return Referral.objects.visible_to(member).filter(pk=referral.pk).first()


def test_a_sent_packet_lies_in_the_inbox_of_its_island(world):
    referral = sent(world)
    assert (referral.state, referral.receiver.code) == ("delivered", "stx")
    assert seen_by(world, world.stx.intake_worker, referral)
    assert not seen_by(world, world.stx.advocate, referral)
    assert not seen_by(world, world.stt.intake_worker, referral)


def test_a_draft_is_seen_by_nobody_but_its_writer(world):
    referral = draft(world)
    assert seen_by(world, world.officer, referral)
    for other in (world.vipd.partner, world.vipd.unit_supervisor, world.stx.intake_worker):
        assert not seen_by(world, other, referral)


def test_the_receivers_clock_starts_with_the_delivery_and_its_desk_is_told(world):
    """R4: the clock of a delivered packet and its ladder belong to the receiving organization."""
    referral = sent(world, priority="crisis")
    with acting_for(referral.receiver_id):
        rungs = Reminder.objects.filter(subject_id=referral.pk).order_by("rung")
        assert [rung.clock for rung in rungs] == ["acknowledge_referral"] * 4
        assert rungs[0].fire_at - referral.delivered_at == timedelta(minutes=30)
        told = OutboxMessage.objects.filter(kind="notice").values_list("recipient_id", flat=True)
        assert list(told) == [world.stx.intake_worker.pk]
    with acting_for(referral.organization_id):
        assert not Reminder.objects.exists() and not OutboxMessage.objects.exists()


def test_a_desk_is_left_in_peace_at_night_except_in_a_crisis(world):
    night = world.now.replace(hour=6, minute=0) + timedelta(days=1)  # 02:00 on the islands
    world.hold(night)
    for priority, waits in (("standard", True), ("crisis", False)):
        referral = sent(world, priority=priority)
        with acting_for(referral.receiver_id):
            told = OutboxMessage.objects.latest("pk")
            assert (told.available_at > night) is waits


def test_each_side_reads_its_own_copy_and_never_the_others(world):
    """R16: the referrer keeps what it wrote, the receiver its own; neither reads or changes the other's."""
    referral = sent(world)
    for member in (world.officer, world.stx.intake_worker):
        with world.acting(member):
            (copy,) = ReferralCopy.objects.all()
            assert copy.organization_id == member.organization_id
            assert copy.content["alias"] == "Bluebird"
    with world.acting(world.stx.intake_worker):
        copy.refresh_from_db()
        copy.content = {"alias": "Changed"}
        copy.save()
    with world.acting(world.officer):
        assert referral.copy_for(world.officer.organization_id).content["alias"] == "Bluebird"
        assert referral.copy_for(referral.receiver_id) is None


def test_the_desk_learns_how_to_reach_the_officer(world):
    referral = sent(world)
    with world.acting(world.stx.intake_worker):
        content = referral.copy_for(referral.receiver_id).content
    assert content["referrer_name"] == world.officer.name
    assert content["referrer_phone"] == world.officer.phone
    assert content["agency"] == "Police of the tests" and content["agency_unit"] == "St. Croix"


def test_a_packet_that_nobody_could_read_is_undeliverable_at_once(world):
    """R4: no packet waits where nobody could ever acknowledge it."""
    with acting_for(world.stx.organization.pk):
        User.objects.filter(role__in=("intake_worker", "supervisor")).update(is_active=False)
    referral = sent(world)
    assert (referral.state, referral.receiver, referral.reason) == ("undeliverable", None, "no_desk")
    assert not seen_by(world, world.stx.advocate, referral)


def test_an_island_that_nobody_serves_is_said_at_once(world):
    with acting_for(world.stx.organization.pk):
        Organization.objects.filter(code="stx").update(is_active=False)
    assert sent(world).state == "undeliverable"


def test_an_incomplete_packet_is_not_sent_and_stays_a_draft(world):
    referral = draft(world, priority="")
    with world.acting(world.officer):
        assert referral.missing() == [2]
        with pytest.raises(IllegalMove):
            referral.send(actor=world.officer)
        referral.refresh_from_db()
        assert referral.state == "draft"


def test_nothing_can_be_kept_that_a_packet_does_not_have(world):
    referral = draft(world)
    for foreign in ("state", "receiver", "ssn", "organization_id"):
        with world.acting(world.officer), pytest.raises(KeyError):
            referral.save_step(1, {foreign: "x"}, actor=world.officer)


def test_a_packet_needs_no_name(world):
    """R36: with an alias only, or with nothing at all, a packet is always possible."""
    assert sent(world, name="", alias="Bluebird").state == "delivered"
    assert sent(world, name="", alias="").state == "delivered"


def test_a_discarded_draft_leaves_no_word_behind(world):
    referral = draft(world)
    with world.acting(world.officer):
        referral.discard(actor=world.officer)
        assert not ReferralCopy.objects.filter(referral=referral).exists()
    assert not seen_by(world, world.officer, referral)


def test_a_reference_that_is_taken_is_asked_for_again(world, monkeypatch):
    from referrals.models import sender

    taken = draft(world).reference
    numbers = iter([taken, taken, "VI-7K3Q-92"])
    monkeypatch.setattr(sender, "new_reference", lambda: next(numbers))
    assert draft(world).reference == "VI-7K3Q-92"
    monkeypatch.setattr(sender, "new_reference", lambda: taken)
    with pytest.raises(IntegrityError):
        draft(world)


def test_acknowledging_makes_an_intake_and_sets_the_end_of_the_packets_time(world):
    referral, intake = acknowledged(world)
    assert referral.state == "acknowledged" and intake.referral_id == referral.pk
    assert referral.closes_at - referral.acknowledged_at == timedelta(
        days=settings.REFERRAL_CLOSES_AFTER_DAYS
    )
    with acting_for(referral.receiver_id):
        assert not Reminder.objects.filter(clock="acknowledge_referral", fired_at=None).exists()
    with acting_for(referral.organization_id):
        assert OutboxMessage.objects.get().recipient_id == world.officer.pk
        assert not AuditLine.objects.filter(actor_name=world.stx.intake_worker.name).exists()


def test_a_question_and_its_answer_lie_on_both_sides(world):
    referral, _ = acknowledged(world)
    desk, officer = world.stx.intake_worker, world.officer
    with world.acting(desk):
        referral.ask("number_unreadable", "Is the last digit a 2?", actor=desk)
    with world.acting(officer):
        (question,) = Message.objects.all()
        assert question.content == {"text": "Is the last digit a 2?", "by": ""}
        assert referral.state == "information_requested"
        assert Reminder.objects.filter(clock="answer_information_request", owner=officer).count() == 4
        referral.answer("Yes, 0142.", actor=officer)
        assert referral.state == "acknowledged"
        assert not Reminder.objects.filter(fired_at=None).exists()
    with world.acting(desk):
        assert [m.content["text"] for m in referral.messages.all()] == [
            "Is the last digit a 2?",
            "Yes, 0142.",
        ]
        assert referral.messages.first().content["by"] == desk.name


def test_who_has_left_is_not_written_to_and_the_unit_hears_instead(world):
    referral = sent(world)
    with acting_for(referral.organization_id):
        User.objects.filter(pk=world.officer.pk).update(is_active=False)
    with world.acting(world.stx.intake_worker):
        referral.acknowledge(actor=world.stx.intake_worker)
    with acting_for(referral.organization_id):
        assert OutboxMessage.objects.get().recipient_id == world.vipd.unit_supervisor.pk


def test_the_same_message_pressed_twice_is_kept_once(world):
    referral = sent(world)
    with world.acting(world.officer):
        for _ in range(2):
            referral.write_message("She has moved to the back room.", actor=world.officer)
        assert Message.objects.count() == 1
        referral.write_message("She is back.", actor=world.officer)
        assert Message.objects.count() == 2


def test_a_packet_is_recalled_before_it_is_read_and_not_after(world):
    referral = sent(world)
    with world.acting(world.officer):
        referral.recall("person_changed_mind", actor=world.officer)
    assert referral.state == "recalled"
    with world.acting(world.stx.intake_worker), pytest.raises(IllegalMove):
        referral.acknowledge(actor=world.stx.intake_worker)
    referral, _ = acknowledged(world)
    with world.acting(world.officer), pytest.raises(IllegalMove) as late:
        referral.recall("mistake", actor=world.officer)
    assert "Write a message" in str(late.value.reason)


def test_an_error_is_marked_and_kept(world):
    referral, _ = acknowledged(world)
    with world.acting(world.officer):
        referral.mark_error("wrong_person", actor=world.officer)
    assert (referral.state, referral.reason) == ("entered_in_error", "wrong_person")
    assert seen_by(world, world.officer, referral) and seen_by(world, world.stx.intake_worker, referral)


def test_a_packet_goes_on_to_another_organization_with_its_clock_running(world):
    """R4: a reroute starts no new clock; it runs on from the first delivery."""
    referral = sent(world, island_needed="STX")
    first = referral.delivered_at
    world.forward(hours=1)
    with world.acting(world.stx.intake_worker):
        referral.reroute(world.stt.organization, "other_island", actor=world.stx.intake_worker)
    assert (referral.state, referral.receiver_id) == ("delivered", world.stt.organization.pk)
    assert referral.delivered_at == first
    assert not seen_by(world, world.stx.intake_worker, referral)
    assert seen_by(world, world.officer, referral)
    with world.acting(world.stt.intake_worker):
        assert referral.copy_for(world.stt.organization.pk).content["alias"] == "Bluebird"
        assert Reminder.objects.filter(subject_id=referral.pk).earliest("rung").started_at == first
    with world.acting(world.stx.intake_worker):
        assert not ReferralCopy.objects.exists() and not Reminder.objects.filter(fired_at=None).exists()
        assert AuditLine.objects.filter(verb="reroute", actor_id=world.stx.intake_worker.pk).exists()
    with acting_for(referral.organization_id):
        assert not AuditLine.objects.filter(actor_name=world.stx.intake_worker.name).exists()


def test_a_packet_is_not_sent_on_to_where_nobody_hears(world):
    referral = sent(world)
    desk = world.stx.intake_worker
    for to in (world.stx.organization, world.prosecution.organization):
        with world.acting(desk), pytest.raises(IllegalMove):
            referral.reroute(to, "other_island", actor=desk)


def test_a_packet_that_nobody_can_take_comes_back_to_its_sender(world):
    referral = sent(world)
    with world.acting(world.stx.supervisor):
        referral.fail(actor=world.stx.supervisor)
    assert referral.state == "undeliverable"
    with acting_for(referral.organization_id):
        assert OutboxMessage.objects.filter(recipient=world.officer).count() == 1


def test_a_group_notice_goes_first_and_people_are_added_to_it(world):
    """R36: a notice without names is sent at once; each person added to it is acknowledged alone."""
    notice = sent(world, group=True, name="", alias="", reach_way="", phone="")
    assert notice.is_group and notice.state == "delivered"
    with world.acting(world.officer):
        added = Referral.begin(actor=world.officer, notice=notice)
        assert (added.notice_id, added.priority, added.language) == (notice.pk, "high_risk", "es")
        added.save_step(
            4, {k: ANSWERS[k] for k in ("reach_way", "phone", "alias", "age_group")}, actor=world.officer
        )
        added.send(actor=world.officer)
    with world.acting(world.stx.intake_worker):
        notice.acknowledge(actor=world.stx.intake_worker)
        added.refresh_from_db()
        assert added.state == "delivered"


@pytest.mark.parametrize("priority", ["crisis", "high_risk", "standard", "information"])
def test_every_packet_is_open_for_the_same_days(world, priority):
    """R5: how urgent it is changes nothing about when it closes to its referrer."""
    referral, _ = acknowledged(world, priority=priority)
    seen = seen_by(world, world.officer, referral)
    assert seen.closes_at - seen.acknowledged_at == timedelta(days=settings.REFERRAL_CLOSES_AFTER_DAYS)


def test_a_packet_closes_to_its_referrer_by_the_timer_alone(world):
    """R5: after the same number of days for all, whatever happened, and by the clock without a task."""
    from referrals.tasks import close

    referral, _ = acknowledged(world)
    world.forward(days=settings.REFERRAL_CLOSES_AFTER_DAYS, minutes=-1)
    close()
    assert seen_by(world, world.officer, referral).state == "acknowledged"
    world.forward(minutes=1)
    assert seen_by(world, world.officer, referral).is_closed(world.now)
    with world.acting(world.officer), pytest.raises(IllegalMove) as late:
        referral.write_message("How is she?", actor=world.officer)
    assert late.value.record.state == "closed_to_referrer"
    close()
    closed = seen_by(world, world.officer, referral)
    assert closed.state == "closed_to_referrer" and closed.ended_at == closed.closes_at


@pytest.mark.parametrize(
    "verb, state",
    [
        ("ask", "delivered"),
        ("answer", "acknowledged"),
        ("acknowledge", "acknowledged"),
        ("recall", "recalled"),
        ("write", "recalled"),
        ("fail", "acknowledged"),
        ("close", "delivered"),
        ("send", "delivered"),
        ("edit", "delivered"),
        ("discard", "delivered"),
    ],
)
def test_a_move_that_comes_too_late_changes_nothing(world, verb, state):
    referral = sent(world)
    officer, desk = world.officer, world.stx.intake_worker
    with world.acting(desk):
        if state == "acknowledged":
            referral.acknowledge(actor=desk)
    with world.acting(officer):
        if state == "recalled":
            referral.recall("mistake", actor=officer)
    actor = desk if verb in ("ask", "acknowledge", "fail") else officer
    press = {
        "ask": lambda: referral.ask("language", actor=actor),
        "answer": lambda: referral.answer("Yes", actor=actor),
        "acknowledge": lambda: referral.acknowledge(actor=actor),
        "recall": lambda: referral.recall("mistake", actor=actor),
        "write": lambda: referral.write_message("Hello", actor=actor),
        "fail": lambda: referral.fail(actor=actor),
        "close": lambda: referral.close(),
        "send": lambda: referral.send(actor=actor),
        "edit": lambda: referral.save_step(1, {"basis": "opt_in"}, actor=actor),
        "discard": lambda: referral.discard(actor=actor),
    }[verb]
    with world.acting(actor), pytest.raises(IllegalMove) as late:
        press()
    assert late.value.record.state == state


def test_a_legal_basis_goes_nowhere_without_its_law(world):
    """R14: the form asks for the law, and the move refuses a packet that was made without the form."""
    packet = draft(world, basis="inter_agency", citation="")
    with world.acting(world.officer), pytest.raises(IllegalMove):
        packet.send(actor=world.officer)
    with world.acting(world.officer):
        packet.save_step(1, {"citation": "14 V.I.C. 151"}, actor=world.officer)
        assert packet.send(actor=world.officer).state == "delivered"
