"""What would be laid before nobody is refused at once, with numbers to call and what was typed."""

import re
from functools import partial

import pytest
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from orgs.models import Organization, OutboxMessage, Reminder
from orgs.record import IllegalMove
from referrals.models import Handoff, Inquiry, Intake, Referral, SenderWord
from tests.makers import handoff as handoffs
from tests.makers.letter import a_letter
from tests.makers.referral import acknowledged
from tests.test_closed_organization import run, shut

TYPED = "She is in danger tonight."


def quiet(world, house="stx"):
    """Every mail of a house has left."""
    with world.acting(getattr(world, house).administrator):
        OutboxMessage.objects.all().update(state="sent")


def shut_house(world, house):
    with world.acting(getattr(world, house).administrator) as me:
        Organization.objects.filter(pk=me.organization_id).update(is_active=False)


def run_out(world, packet, intake):
    """The desk is done with a packet, and no clock of it runs."""
    with world.acting(world.stx.intake_worker) as desk:
        mine = Intake.objects.get(pk=intake.pk)
        mine.check_conflict(actor=desk)
        mine.triage(actor=desk)
        mine.find_ineligible(actor=desk)
    quiet(world)


@pytest.mark.parametrize("state", ["supervisor_review", "returned"])
def test_a_house_to_which_a_handoff_is_on_its_way_is_not_closed(world, state):
    """R48: it runs no clock there yet, and would come when nobody reads."""
    made = handoffs.submitted(world)
    if state == "returned":
        with world.acting(world.stx.supervisor) as boss:
            Handoff.objects.get(pk=made.pk).return_("too_little", "Say more.", actor=boss)
    quiet(world, "stt")
    with pytest.raises(CommandError, match="1 handoffs to it") as refused:
        run("stt")
    assert made.reference not in str(refused.value) and Organization.objects.get(code="stt").is_active


def test_a_house_that_waits_for_an_answer_is_not_closed(world):
    """R48: the answer would come when nobody reads."""
    packet, intake = acknowledged(world)
    with world.acting(world.stx.intake_worker) as desk:
        Referral.objects.get(pk=packet.pk).ask("language", actor=desk)
    run_out(world, packet, intake)
    with pytest.raises(CommandError, match="1 questions of it wait"):
        run()
    address = reverse("answer_referral", args=[packet.reference])
    world.client(world.officer).post(address, {"text": "Spanish."})
    with world.acting(world.stx.administrator):
        for word in SenderWord.objects.filter(state="waits"):
            word.read(actor=world.stx.supervisor, upto=word.upto)
    quiet(world)
    assert run() == "stx: closed.\n"


def test_no_handoff_is_offered_to_a_closed_house(world):
    """R48: it stays with those who send it, whose clock runs on."""
    made = handoffs.submitted(world)
    shut_house(world, "stt")
    client = world.client(world.stx.supervisor)
    shown = handoffs.shown(world, made)
    answer = client.post(reverse("offer_handoff", args=[made.reference]), shown)
    assert answer.status_code == 409 and "has closed" in answer.content.decode()
    with world.acting(world.stx.supervisor):
        assert Handoff.objects.get(pk=made.pk).state == "supervisor_review"
        running = Reminder.objects.filter(subject_id=made.pk, fired_at=None)
        assert set(running.values_list("clock", flat=True)) == {"review_handoff"}


def test_an_officer_who_writes_to_a_closed_house_is_told_to_call(world):
    """R48: nothing is said to be with anybody, and what was typed comes back."""
    packet, intake = acknowledged(world)
    run_out(world, packet, intake)
    assert run() == "stx: closed.\n"
    address = reverse("write_referral", args=[packet.reference])
    answer = world.client(world.officer).post(address, {"text": TYPED})
    page = answer.content.decode()
    assert answer.status_code == 409 and "has closed" in page and TYPED in page and "Call (" in page
    with world.acting(world.stx.administrator):
        assert not SenderWord.objects.exists()
    with world.acting(world.officer):
        assert not Referral.objects.get(pk=packet.pk).messages.exists()


def test_the_page_of_a_packet_says_that_its_receiver_has_closed(world):
    """R48: before anybody types a word there. Whether a house is closed is no secret."""
    packet, _intake = acknowledged(world)
    page = world.client(world.officer).get(packet.get_absolute_url()).content.decode()
    assert "has closed" not in page and "Write a message" in page
    shut(world)
    page = world.client(world.officer).get(packet.get_absolute_url()).content.decode()
    assert "has closed" in page and "Call instead" in page and "Write a message" not in page


def test_no_answer_goes_to_a_closed_house(world):
    packet, _intake = acknowledged(world)
    with world.acting(world.stx.intake_worker) as desk:
        Referral.objects.get(pk=packet.pk).ask("language", actor=desk)
    shut(world)
    address = reverse("answer_referral", args=[packet.reference])
    answer = world.client(world.officer).post(address, {"text": TYPED})
    assert answer.status_code == 409 and TYPED in answer.content.decode()
    with world.acting(world.officer):
        assert Referral.objects.get(pk=packet.pk).state == "information_requested"


def test_what_an_officer_marks_at_a_closed_house_runs_no_clock_there(world):
    """Their own packet they may mark still; nobody is there to be told."""
    packet, _intake = acknowledged(world)
    shut(world)
    with world.acting(world.officer) as officer:
        Referral.objects.get(pk=packet.pk).mark_error("wrong_person", actor=officer)
    with world.acting(world.stx.administrator):
        assert not SenderWord.objects.exists()


@pytest.mark.parametrize("verb", ["ask", "write"])
def test_a_desk_asks_and_tells_a_closed_agency_nothing(world, verb):
    """R48: no question without a clock: the desk is told at once to call."""
    packet, _intake = acknowledged(world)
    shut_house(world, "vipd")
    with world.acting(world.stx.intake_worker) as desk:
        mine = Referral.objects.get(pk=packet.pk)
        say = mine.write_message if verb == "write" else partial(mine.ask, "language")
        with pytest.raises(IllegalMove) as refused:
            say(TYPED, actor=desk)
        assert "has closed" in refused.value.reason and refused.value.record.state == "acknowledged"
    with world.acting(world.stx.intake_worker):
        mine = Referral.objects.get(pk=packet.pk)
        assert mine.state == "acknowledged" and not mine.messages.exists()


def test_who_comes_back_to_a_closed_house_finds_numbers_and_no_form(world):
    """R48, R36: also one whose page was open when it closed: it says so and gives back what they typed."""
    letter, number = a_letter(world.stx.organization)
    with world.acting(world.stx.intake_worker) as desk:
        Inquiry.objects.get(pk=letter.pk).acknowledge(actor=desk)
        before = Inquiry.objects.get(pk=letter.pk).messages.count()
    visitor = Client()
    page = visitor.post("/p/return/", {"number": number, "looked": "1"}).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]
    assert 'name="stx-text"' in page
    shut(world)
    said = {"number": number, "to": "stx", "ticket": ticket, "stx-text": TYPED, "looked": "1"}
    page = visitor.post("/p/return/say/", said).content.decode()
    assert "Not sent" in page and TYPED in page and "Sent. You can read it" not in page
    for shown in (page, visitor.post("/p/return/", {"number": number, "looked": "1"}).content.decode()):
        assert "This conversation is closed" in shown and 'href="tel:' in shown and "<textarea" not in shown
    with world.acting(world.stx.administrator):
        assert Inquiry.objects.get(pk=letter.pk).messages.count() == before
    visitor.post("/p/return/end/", {"number": number, "to": "stx", "sure": "1"})
    with world.acting(world.stx.administrator):
        assert Inquiry.objects.get(pk=letter.pk).left_at, "to end it stays theirs"
