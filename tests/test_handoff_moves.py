"""Every move of a handoff, legal and illegal, and who is responsible while it goes."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Case, Disclosure
from orgs import reminders
from orgs.models import AuditLine, OutboxMessage, Reminder
from orgs.record import IllegalMove
from referrals.models import Handoff, HandoffFile
from referrals.models.handing import UNDER_RELEASE, GoesFurther, OwnWork
from referrals.models.handoff import MOVES, RECEIVERS_NOW
from tests.asking import taken_back
from tests.makers import handoff as make

MOVE = {
    "edit": ("stx.advocate", lambda h, m, w: h.edit(actor=m, adults=2)),
    "discard": ("stx.advocate", lambda h, m, w: h.discard(actor=m)),
    "submit": ("stx.advocate", lambda h, m, w: h.submit(actor=m)),
    "return": ("stx.supervisor", lambda h, m, w: h.return_("too_much", actor=m)),
    "offer": ("stx.supervisor", lambda h, m, w: h.offer(actor=m)),
    "acknowledge": ("stt.intake_worker", lambda h, m, w: h.acknowledge(actor=m)),
    "accept": ("stt.supervisor", lambda h, m, w: h.accept(w.stt.advocate, actor=m)),
    "decline": ("stt.supervisor", lambda h, m, w: h.decline("no_bed", actor=m)),
    "recall": ("stx.advocate", lambda h, m, w: h.recall("mistake", actor=m)),
    "confirm": ("stx.advocate", lambda h, m, w: h.confirm(actor=m)),
    "propose_call": ("stx.advocate", lambda h, m, w: h.propose_call(w.now + timedelta(days=1), actor=m)),
    "agree_call": ("stt.advocate", lambda h, m, w: h.agree_call(actor=m)),
    "tell_plan": ("stx.advocate", lambda h, m, w: h.tell_plan(actor=m)),
    "answer_recall": ("stt.advocate", lambda h, m, w: h.answer_recall("stopped", actor=m)),
    "complete": ("stt.advocate", lambda h, m, w: h.complete(actor=m)),
    "put_away": ("stx.advocate", lambda h, m, w: h.put_away(actor=m)),
    "pass_on": ("stx.supervisor", lambda h, m, w: h.pass_on(w.stx.colleague, actor=m)),
}
# Put away by the one who recalled it; and what was accepted by name is no answer to put away.
# And nothing is agreed to before the other side has proposed it.
# And nobody is told of a newer plan where there is none.
NOT_EVEN_THOUGH = {("put_away", "recalled"), ("put_away", "accepted"), ("agree_call", "accepted"),
                   ("answer_recall", "recalled"),  # it was not accepted before
                   *(("tell_plan", state) for state in UNDER_RELEASE)}  # fmt: skip


def member(world, path):
    code, who = path.split(".")
    return getattr(getattr(world, code), who)


def test_the_table_of_moves_is_covered():
    assert set(MOVE) | {"connect", "open_snapshot", "close_snapshot"} == set(MOVES)
    assert {state for starts, _ in MOVES.values() for state in starts} <= set(make.IN)


@pytest.mark.parametrize("state", make.IN)
def test_a_move_starts_where_the_table_says_and_nowhere_else(world, state):
    """One handoff in this state, and from there each move, one after the other taken back."""
    made = make.IN[state](world)
    for verb, (who, do) in MOVE.items():
        handoff = copy.copy(made)
        starts, ends = MOVES[verb]
        with world.acting(member(world, who)) as actor, taken_back():
            if state in starts and (verb, state) not in NOT_EVEN_THOUGH:
                do(handoff, actor, world)
                assert Handoff.objects.get(pk=handoff.pk).state == (ends or state), verb
                assert AuditLine.objects.filter(subject_id=handoff.pk).first().verb == verb
            else:
                with pytest.raises((IllegalMove, Handoff.DoesNotExist)), transaction.atomic():
                    do(handoff, actor, world)
                found = Handoff.objects.filter(
                    pk=handoff.pk
                ).first()  # the receiver finds none before the offer
                assert found is None or found.state == state, verb


def test_at_every_moment_one_organization_is_responsible(world):
    """R10: whatever happens, one side answers for the person: the sender until both spoke."""
    by = {verb: who for verb, (who, _) in MOVE.items()}
    seen = set()

    def walk(state, spoken, depth):
        if depth == 0 or (state, spoken) in seen:
            return
        seen.add((state, spoken))
        one = Handoff(organization_id=1, receiver_id=2, state=state)
        assert one.responsible_id in (1, 2)
        assert (one.responsible_id == 2) == (state in RECEIVERS_NOW) == (len(spoken) == 2)
        for verb in by:
            starts, ends = MOVES[verb]
            if state not in starts:
                continue
            if verb == "confirm":
                for side in {"sender", "receiver"} - spoken:
                    both = spoken | {side}
                    walk("connected" if len(both) == 2 else state, both, depth - 1)
            else:
                walk(ends or state, spoken, depth - 1)

    walk("draft", frozenset(), 12)
    assert {"connected", "completed", "recalled", "declined"} <= {state for state, _ in seen}


def test_the_sender_stays_responsible_until_two_people_of_two_sides_confirm(world):
    """R10: the first word moves nothing; the second, another person's of the other side, moves it all."""
    handoff = make.accepted(world)
    with world.acting(world.stt.advocate):
        handoff.confirm(actor=world.stt.advocate)
        assert handoff.responsible_id == world.stx.organization.pk
        with pytest.raises(IllegalMove):
            handoff.confirm(actor=world.stt.advocate)
    with world.acting(world.stx.advocate):
        handoff.confirm(actor=world.stx.advocate)
    assert handoff.state == "connected"
    assert handoff.responsible_id == world.stt.organization.pk


def test_the_database_refuses_a_connection_by_one_person(world):
    """R10: not even a mistake in the code connects a handoff on one person's word."""
    handoff = make.accepted(world)
    with world.acting(world.stx.advocate):
        one = Handoff.objects.filter(pk=handoff.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            one.update(state="connected")
        one.update(sender_confirmed_by=world.stx.advocate)
    with world.acting(world.stt.advocate), pytest.raises(IntegrityError), transaction.atomic():
        one.update(receiver_confirmed_by=world.stx.advocate)
    with world.acting(world.stx.advocate):
        with pytest.raises(IntegrityError), transaction.atomic():
            one.update(reviewed_by=world.stx.advocate)


def test_the_database_lets_nobody_go_without_a_release(world):
    """R10: a handoff that names a person has its release's end on it from the offer on."""
    handoff = make.offered(world)
    with world.acting(world.stx.advocate):
        with pytest.raises(IntegrityError, match="has_a_release"), transaction.atomic():
            Handoff.objects.filter(pk=handoff.pk).update(release_expires_at=None)


def test_a_release_that_is_not_for_transfer_lets_nobody_go(world):
    """R10: even where every item is covered, a handoff needs the category of its own."""
    only_safety = {"safety": "Knows the ferry times"}
    handoff = make.submitted(world, content=only_safety, categories=("SAFETY",))
    with world.acting(world.stx.supervisor) as supervisor, pytest.raises(GoesFurther):
        handoff.offer(actor=supervisor)


def test_nobody_reviews_what_they_drafted(world):
    """R10: the one who lets a person's file leave the house is not the one who wrote it."""
    handoff = make.draft(world, by=world.stx.supervisor)
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.submit(actor=supervisor)
        with pytest.raises(OwnWork):
            handoff.offer(actor=supervisor)
    with world.acting(world.stx.second_supervisor) as other:
        handoff.offer(actor=other)
    assert handoff.state == "offered"


@pytest.mark.parametrize(
    "why", [dict(categories=["SAFETY"]), dict(content={**make.CONTENT, "court": "4 December"})]
)
def test_nothing_leaves_that_goes_further_than_the_release(world, why):
    """R10: without TRANSFER, or with one item outside the release, nothing is sent and nothing is written."""
    handoff = make.submitted(world, **why)
    with world.acting(world.stx.supervisor) as supervisor:
        with pytest.raises(GoesFurther):
            handoff.offer(actor=supervisor)
        assert handoff.state == "supervisor_review"
        assert not Disclosure.objects.exists()
    with world.acting(world.stt.supervisor):
        assert not Handoff.objects.exists()
        assert not HandoffFile.objects.exists()


def test_a_release_that_ended_before_the_review_sends_nothing(world):
    """R10: the clock decides at the moment of the offer, not when it was drafted."""
    handoff = make.submitted(world, days=2)
    world.forward(days=3)
    with world.acting(world.stx.supervisor) as supervisor, pytest.raises(GoesFurther):
        handoff.offer(actor=supervisor)


def test_the_offer_writes_the_ledger_and_a_letter_of_the_released_items_alone(world):
    """R26: what went, to whom, under what, by whom, in the transaction that sent it; R34: no more."""
    handoff = make.draft(world)
    with world.acting(world.stx.advocate) as advocate:
        case = handoff.own_file().case
        case.add_note("She told me about the boat.", actor=advocate)
        handoff.submit(actor=advocate)
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.offer(actor=supervisor)
        line = Disclosure.objects.get()
        assert (line.recipient_id, line.subject_id, line.by) == (
            world.stt.organization.pk,
            handoff.pk,
            supervisor,
        )
        assert set(line.categories) == {"TRANSFER", "SAFETY"}
        assert "Bluebird" in line.what
    with world.acting(world.stt.supervisor):
        letter = HandoffFile.objects.get()
        assert letter.case_id is None and letter.release_id is None
        assert letter.content["needs"] == make.CONTENT["needs"]
        written = str(letter.content)
        for kept in (case.number, "boat", "Marisol", str(case.pk)):
            assert kept not in written
        assert not Case.objects.exists()


def test_a_handoff_carries_the_listed_items_and_nothing_else(world):
    """R34: there is no item for a note, this case's number or the referrer, and no way to add one."""
    with pytest.raises(ValueError, match="does not carry"):
        make.draft(world, content={"notes": "anything"})


def test_a_capacity_question_names_nobody(world):
    """R10: without a release only the de-identified question goes; no letter, no ledger line, no case."""
    handoff = make.accepted(world, identified=False)
    with world.acting(world.stx.advocate) as advocate:
        assert handoff.own_file().content == {}
        assert not Disclosure.objects.exists()
        with pytest.raises(IllegalMove):
            handoff.confirm(actor=advocate)
        handoff.put_away(actor=advocate)
    assert handoff.responsible_id == world.stx.organization.pk
    with world.acting(world.stt.supervisor):
        assert not HandoffFile.objects.exists()
        assert not Case.objects.exists()


def test_the_receiver_has_a_copy_of_its_own(world):
    """R16: the receiver's person, plan and case are its own; a change of one side never reaches the other."""
    handoff = make.accepted(world)
    with world.acting(world.stt.advocate) as advocate:
        case = handoff.own_file().case
        assert case.organization_id == advocate.organization_id
        assert case.assigned_to == advocate
        assert case.person.called == "Bluebird"
        assert case.person.plan.never == "Leave a message"
        assert not case.person.plan.is_verified  # R37: confirmed here before anybody calls
        case.person.correct(actor=advocate, alias="Heron")
    with world.acting(world.stx.advocate):
        assert handoff.own_file().case.person.called == "Bluebird"


def test_a_refusal_comes_back_with_the_clock_running(world):
    handoff = make.declined(world)
    with world.acting(world.stx.advocate) as advocate:
        running = Reminder.objects.filter(subject_id=handoff.pk, fired_at=None)
        assert {(r.clock, r.owner_id) for r in running} == {("revise_handoff", advocate.pk)}
        again = handoff.redraft(world.stt.organization, actor=advocate)
        assert again.state == "draft" and again.children == handoff.children
        assert not Reminder.objects.filter(subject_id=handoff.pk, fired_at=None).exists()


def test_both_sides_keep_a_line_of_every_move_and_neither_learns_the_others_staff(world):
    handoff = make.accepted(world)
    for side, staff in ((world.stx, world.stt), (world.stt, world.stx)):
        with world.acting(side.supervisor):
            lines = list(AuditLine.objects.filter(subject_id=handoff.pk))
            verbs = [line.verb for line in lines]
            assert {"offer", "acknowledge", "accept"} <= set(verbs)
            theirs = {staff.supervisor.pk, staff.advocate.pk, staff.intake_worker.pk}
            assert not theirs & {line.actor_id for line in lines}


def test_each_side_has_the_clock_of_its_own_advocate(world):
    handoff = make.accepted(world)
    for side in (world.stx, world.stt):
        with world.acting(side.advocate) as advocate:
            owners = set(
                Reminder.objects.filter(
                    subject_id=handoff.pk, clock="connect_handoff", fired_at=None
                ).values_list("owner_id", flat=True)
            )
            assert owners == {advocate.pk}


def heard(world, house, handoff):
    """{clock: the owners} of what runs on one side about the call."""
    with world.acting(house.supervisor):
        rows = Reminder.objects.filter(subject_id=handoff.pk, fired_at=None, clock__contains="call")
        return {(row.clock, row.owner_id) for row in rows}


def test_a_call_is_agreed_by_both_sides_and_reminds_both(world):
    """R38: one proposes, the other agrees or proposes another; then a clock of its own runs on each side."""
    world.hold(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
    handoff, stx, stt = make.accepted(world), world.stx, world.stt
    ours, theirs = world.client(stx.advocate), world.client(stt.advocate)

    def press(client, verb, **said):
        return client.post(reverse(f"{verb}_call_handoff", args=[handoff.reference]), said).status_code

    assert press(theirs, "agree") == 403  # nothing was proposed to them
    assert press(ours, "propose", call_at="2026-11-22T10:00") == 200  # that time has passed: asked again
    assert press(ours, "propose", call_at="2026-11-24T10:00") == 302
    assert heard(world, stx, handoff) == set()
    assert heard(world, stt, handoff) == {("answer_call", stt.advocate.pk)}
    assert press(ours, "agree") == 403 and press(theirs, "propose", call_at="2026-11-24T11:00") == 302
    assert heard(world, stx, handoff) == {("answer_call", stx.advocate.pk)}
    assert "proposes that the two advocates speak" in ours.get(handoff.get_absolute_url()).content.decode()
    assert press(ours, "agree") == 302
    for house in (stx, stt):
        assert heard(world, house, handoff) == {("call_handoff", house.advocate.pk)}
    world.hold(datetime(2026, 11, 24, 14, 31, tzinfo=UTC))  # half an hour before, on the islands 10:31
    for house in (stx, stt):
        with world.acting(house.supervisor):
            reminders.claim()
            mails = OutboxMessage.objects.filter(reminder__clock="call_handoff")
            assert [mail.recipient for mail in mails] == [house.advocate]
    for house in (stx, stt):
        with world.acting(house.advocate) as advocate:
            handoff.confirm(actor=advocate)
    assert heard(world, stx, handoff) == heard(world, stt, handoff) == set()
    assert press(ours, "propose", call_at="2026-11-25T10:00") == 409


LEG = {"way": "seaplane", "leaves": "Christiansted", "arrives": "Charlotte Amalie", "with": "The advocate"}
TRAVEL = {"travel": [{**LEG, "leaves_at": "2026-11-24T14:00:00+00:00"}]}


def test_a_travel_plan_goes_along_only_where_the_release_names_it(world):
    """R10, R17, R26: leg by leg, in the file and in the ledger; without its own category nothing leaves."""
    held = make.submitted(world, content={**make.CONTENT, **TRAVEL})
    with world.acting(world.stx.supervisor) as supervisor, pytest.raises(GoesFurther):
        held.offer(actor=supervisor)
    handoff = make.offered(
        world, content={**make.CONTENT, **TRAVEL}, categories=("TRANSFER", "SAFETY", "TRAVEL")
    )
    with world.acting(world.stx.supervisor):
        line = Disclosure.objects.get()
        assert (
            "TRAVEL" in line.categories and "1. Seaplane from Christiansted to Charlotte Amalie" in line.what
        )
    with world.acting(world.stt.supervisor):
        assert HandoffFile.objects.get(handoff=handoff).content["travel"] == TRAVEL["travel"]
        assert not HandoffFile.objects.filter(handoff=held).exists()


def test_a_travel_plan_is_written_leg_by_leg_and_half_a_leg_is_asked_for(world):
    with world.acting(world.stx.advocate):
        case = make.case(world)
    client, address = world.client(world.stx.advocate), reverse("hand_off_case", args=[case.number])
    said = {
        "adults": 1,
        "children": 0,
        "needs_codes": ["safe_place"],
        "island": "STT",
        "priority": "standard",
    }
    said |= {"name": "Bluebird", **{f"{key}_1": value for key, value in LEG.items()}}
    narrow = make.release(world, case)
    assert "How they travel" in client.get(address).content.decode()  # not covered, so not asked
    assert "way_1" not in client.get(address).content.decode()
    with world.acting(world.stx.advocate) as advocate:
        narrow.revoke(actor=advocate)
    make.release(world, case, categories=("TRANSFER", "TRAVEL"))
    page = client.post(address, {**said, "arrives_1": ""}).content.decode()
    assert "Say to where" in page and "Christiansted" in page
    assert client.post(address, said).status_code == 302
    with world.acting(world.stx.advocate):
        file = HandoffFile.objects.select_related("handoff").get()
        assert file.content["travel"] == [{**LEG, "leaves_at": ""}]
    edit = client.get(reverse("edit_handoff", args=[file.handoff.reference])).content.decode()
    assert "Charlotte Amalie" in edit
