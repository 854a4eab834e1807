"""The desk and the intake on the screen: what is there, who may, and how much it asks of the database."""

import re

import pytest
from django.urls import reverse

from cases.models import Case, ContactAttempt, Person
from orgs.models import AuditLine
from orgs.record import IllegalMove
from referrals.models import Intake, IntakeAssignment
from tests.asking import QUERIES, listed, page_asked
from tests.makers.intake import CALL, a_plan_for, a_walk_in, assigned, in_state, triaged
from tests.makers.referral import ANSWERS, acknowledged, sent


@pytest.fixture
def desk(world):
    return world.stx.intake_worker


@pytest.fixture
def advocate(world):
    return world.stx.advocate


def url(verb, intake):
    return reverse(f"{verb}_intake", args=[intake.number])


def test_the_inbox_shows_the_most_urgent_clock_first(world, desk):
    standard, crisis = sent(world, priority="standard"), sent(world, priority="crisis")
    page = world.client(desk).get(reverse("inbox")).content.decode()
    assert page.index(crisis.reference) < page.index(standard.reference)
    assert "Bluebird" in page
    assert "30 min left" in page or "29 min left" in page


def test_one_press_acknowledges_and_a_second_changes_nothing(world, desk):
    """R4: the desk says that it has read it; that is where the intake begins."""
    referral, client = sent(world), world.client(desk)
    address = reverse("acknowledge_referral", args=[referral.reference])
    first = client.post(address)
    with world.acting(desk):
        intake = Intake.objects.get(referral=referral)
    assert first.url == reverse("view_intake", args=[intake.number])
    again = client.post(address, follow=True)
    assert again.status_code == 200
    assert "Already acknowledged" in again.content.decode()
    with world.acting(desk):
        assert Intake.objects.filter(referral=referral).count() == 1


@pytest.mark.parametrize("many", [1, 9])
def test_pages_ask_at_most_twelve_questions_whatever_the_rows(world, desk, advocate, many):
    with world.acting(desk):
        for n in range(many):
            triaged(desk, alias=f"Tern {n}")
            triaged(desk).assign(advocate, actor=desk)
        intake = in_state("outreach", desk, advocate)
        for _ in range(many):
            intake.reach_out(actor=advocate, **CALL)
    for _ in range(many):
        referral = sent(world)
    _referral, from_packet = acknowledged(world)
    clients = {member.role: world.client(member) for member in (desk, advocate, world.stx.supervisor)}
    for role, address in (
        ("intake_worker", reverse("inbox")),
        ("supervisor", reverse("inbox")),
        ("intake_worker", reverse("view_referral", args=[referral.reference])),
        ("intake_worker", url("view", from_packet)),
        ("advocate", url("view", intake)),
        ("intake_worker", reverse("intakes")),
        ("intake_worker", url("triage", from_packet)),
        ("intake_worker", url("assign", intake)),
        ("advocate", url("reach_out", intake)),
        ("advocate", url("plan", intake)),
    ):
        _, questions = page_asked(clients[role], address)
        assert len(questions) <= QUERIES, f"{address}\n{listed(questions)}"


# The packet at the desk


def test_the_desk_reads_its_own_copy_before_and_after_it_acknowledges(world, desk):
    """R16: what was written is there whole, the sender's number included."""
    referral = sent(world)
    page = world.client(desk).get(referral.get_absolute_url()).content.decode()
    for said in (
        "Bluebird",
        "Marisol Testperson",
        "340 555 0142",
        "Do not leave a message",
        "Police of the tests",
    ):
        assert said in page
    assert "First acknowledge it" in page


def test_a_group_notice_is_acknowledged_and_names_nobody(world, desk):
    referral, client = sent(world, group=True), world.client(desk)
    assert "about 6 people" in client.get(reverse("inbox")).content.decode()
    answer = client.post(reverse("acknowledge_referral", args=[referral.reference]), follow=True)
    assert "A notice about several people" in answer.content.decode()
    with world.acting(desk):
        assert not Intake.objects.exists()


def test_the_desk_asks_about_the_referral_as_written(world, desk):
    referral, _intake = acknowledged(world)
    address, client = reverse("ask_referral", args=[referral.reference]), world.client(desk)
    assert "breaks the law" in client.get(address).content.decode()
    empty = client.post(address, {"topic": "", "text": "Which number?"})
    assert empty.status_code == 200
    assert "Which number?" in empty.content.decode()
    client.post(address, {"topic": "number_unreadable", "text": "Is it 0142 or 0124?"})
    assert client.get(address).status_code == 409
    with world.acting(world.officer):
        referral.refresh_from_db()
        referral.answer("It is 0142.", actor=world.officer)
    page = client.get(reverse("inbox")).content.decode()
    assert f"Answer on {referral.reference}" in page
    assert "It is 0142." in page


def test_a_packet_is_sent_on_before_any_contact_and_comes_back_to_the_same_intake(world, desk):
    referral, intake = acknowledged(world)
    address, client = reverse("reroute_referral", args=[referral.reference]), world.client(desk)
    assert client.post(address, {"to": "stx", "reason": "no_room"}).status_code == 200
    assert client.post(address, {"to": "stt", "reason": "other_island"}).url == reverse("inbox")
    assert client.get(referral.get_absolute_url()).status_code == 404
    page = client.get(intake.get_absolute_url())
    assert page.status_code == 200
    assert "The packet was sent on" in page.content.decode()
    there = world.client(world.stt.intake_worker)
    assert "Sent on to you" in there.get(reverse("inbox")).content.decode()
    back = reverse("reroute_referral", args=[referral.reference])
    there.post(reverse("acknowledge_referral", args=[referral.reference]))
    there.post(back, {"to": "stx", "reason": "conflict"})
    client.post(reverse("acknowledge_referral", args=[referral.reference]))
    with world.acting(desk):
        again = Intake.objects.get()
        assert (again.pk, again.state) == (intake.pk, "new")


def test_a_packet_is_sent_on_also_when_it_was_triaged(world, desk):
    """R3, R42: before any contact; the conflict check is made anew should it come back."""
    referral, intake = acknowledged(world)
    with world.acting(desk):
        triaged(desk, intake)
    address = reverse("reroute_referral", args=[referral.reference])
    assert world.client(desk).post(address, {"to": "stt", "reason": "no_room"}).url == reverse("inbox")
    with world.acting(desk):
        intake.refresh_from_db()
        assert intake.state == "referred_out" and intake.conflict_checked_at is None
    there = world.client(world.stt.intake_worker)
    there.post(reverse("acknowledge_referral", args=[referral.reference]))
    there.post(address, {"to": "stx", "reason": "conflict"})
    world.client(desk).post(reverse("acknowledge_referral", args=[referral.reference]))
    with world.acting(desk):
        intake.refresh_from_db()
        assert intake.state == "new"


def test_a_packet_is_not_sent_on_once_somebody_works_with_it(world, desk, advocate):
    referral, intake = acknowledged(world)
    with world.acting(desk):
        intake.check_conflict(actor=desk)
        intake.triage(actor=desk)
        intake.assign(advocate, actor=desk).accept(actor=advocate)
    client, address = world.client(desk), reverse("reroute_referral", args=[referral.reference])
    assert address not in client.get(referral.get_absolute_url()).content.decode()
    assert client.post(address, {"to": "stt", "reason": "no_room"}).status_code == 409


@pytest.mark.parametrize("begun", ["reached", "engaged", "taken"])
@pytest.mark.parametrize("after", ["referred_out", "reopened"])
def test_a_packet_is_not_sent_on_after_contact_whatever_the_intake_has_become(world, desk, begun, after):
    """R3, R16: where it lies would tell the officer that the person was reached, and whither they went."""
    referral, intake = acknowledged(world)
    with world.acting(world.stx.advocate) as me:
        intake = assigned(desk, me, intake)
        a_plan_for(intake, me)
        if begun == "reached":
            intake.reach_out(actor=me, way="call", outcome="reached")
        elif begun == "engaged":
            intake.engage(actor=me, way="call")
        intake.refer_out(actor=me, reason="other_service")
        if after == "reopened":
            intake.reopen(actor=world.stx.supervisor)
    client, address = world.client(desk), reverse("reroute_referral", args=[referral.reference])
    page = client.get(referral.get_absolute_url()).content.decode()
    refused = begun != "taken" or after == "reopened"  # taken, and given back before anything was tried
    assert (address in page) is False
    assert client.post(address, {"to": "stt", "reason": "no_room"}).status_code == (409 if refused else 302)


def test_the_sender_is_told_when_nobody_can_take_it(world, desk):
    referral, client = sent(world), world.client(desk)
    address = reverse("fail_referral", args=[referral.reference])
    assert "cannot be undone" in client.get(address).content.decode()
    assert client.post(address).url == reverse("inbox")
    assert client.post(address).status_code == 409


# The intake


def test_there_is_no_attempt_before_the_acknowledgement(world, desk):
    """R4: what an attempt hangs on comes into being by the acknowledgement, and nothing else makes it."""
    referral = sent(world)
    with world.acting(desk):
        assert not Intake.objects.exists()
        assert not Person.objects.exists()
        with pytest.raises(IllegalMove):
            Intake.receive(referral, actor=desk)


def test_somebody_without_a_name_is_taken_in(world, desk):
    """R36: an alias alone, or nothing at all."""
    client = world.client(desk)
    said = {"priority": "standard", "island": "STX", "age_group": "unknown", "language": "en"}
    for alias, called in (("", "No name given"), ("Pelican", "Pelican")):
        page = client.post(reverse("new_intake"), {**said, "alias": alias}, follow=True)
        assert called in page.content.decode()


def test_what_was_typed_is_kept_when_it_is_not_accepted(world, desk):
    client = world.client(desk)
    page = client.post(reverse("new_intake"), {"alias": "Pelican", "phone": "12", "summary": "Needs a bed"})
    kept = page.content.decode()
    assert page.status_code == 200
    for typed in ("Pelican", 'value="12"', "Needs a bed"):
        assert typed in kept


def test_duplicates_are_looked_for_in_this_organization_alone(world, desk):
    """R8: the same name on the other island is not found, counted or hinted at."""
    with world.acting(world.stt.intake_worker) as there:
        a_walk_in(there, alias="", name="Marisol Testperson", phone="+13405550142")
    _referral, intake = acknowledged(world)
    client, address = world.client(desk), url("triage", intake)
    assert (
        "Nobody whom you may see has a name or number that sounds like it"
        in client.get(address).content.decode()
    )
    with world.acting(desk):
        before = a_walk_in(desk, alias="", name="Marisol Testperson")
    page = client.get(address).content.decode()
    assert before.number in page
    assert f"{url('find_duplicate', intake)}?which={before.number}" in page
    client.post(url("find_duplicate", intake), {"which": before.number})
    with world.acting(desk):
        intake.refresh_from_db()
        assert (intake.state, intake.same_as) == ("duplicate_of", before)


def test_a_restricted_case_is_no_match_for_the_desk(world, desk, advocate):
    with world.acting(desk):
        first = in_state("engaged", desk, advocate)
        case = first.open_case(actor=advocate)
        second = a_walk_in(desk)
    client = world.client(desk)
    assert case.number in client.get(url("triage", second)).content.decode()
    with world.acting(desk):
        Case.objects.filter(pk=case.pk).update(restricted=True)
    assert case.number not in client.get(url("triage", second)).content.decode()


def test_triage_corrects_the_priority_in_our_own_copy_alone(world, desk):
    """R3, R16: the packet keeps what its sender wrote."""
    referral, intake = acknowledged(world, priority="standard")
    page = world.client(desk).post(url("triage", intake), {"found": "no", "priority": "crisis"})
    assert page.url == url("assign", intake)
    with world.acting(desk):
        intake.refresh_from_db()
        referral.refresh_from_db()
        assert (intake.priority, referral.priority) == ("crisis", "standard")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"priority": "crisis"}, "Choose an answer."),
        ({"found": "no", "priority": "crisis", "walled": True}, "You chose someone below."),
        ({"found": "yes", "priority": "crisis", "walled": True}, "Say why"),
    ],
)
def test_a_check_that_contradicts_itself_is_not_kept(world, desk, advocate, said, wrong):
    with world.acting(desk):
        intake = a_walk_in(desk)
    said = {**said, **({"walled": [str(advocate.pk)]} if "walled" in said else {})}
    page = world.client(desk).post(url("triage", intake), said)
    assert wrong in page.content.decode()
    with world.acting(desk):
        intake.refresh_from_db()
        assert (intake.state, intake.conflict_checked_at) == ("new", None)


def test_advocates_are_offered_with_their_load_and_walled_ones_are_not(world, desk, advocate):
    """R42: who is walled off is not on the list, and nothing says why."""
    organization = desk.organization
    with world.acting(desk):
        for _ in range(2):
            assigned(desk, advocate)
        intake = triaged(desk)
        organization.load_limit = 2
        organization.save(update_fields=["load_limit"])
    client = world.client(desk)
    page = client.get(url("assign", intake)).content.decode()
    assert "0 open cases, 2 intakes: at or over the limit of 2" in page
    with world.acting(desk):
        intake.check_conflict(actor=desk, walled=[advocate])
    page = client.get(url("assign", intake)).content.decode()
    assert advocate.name not in page
    refusal = client.post(url("assign", intake), {"to": str(advocate.pk)})
    assert refusal.status_code == 200
    client.post(url("assign", intake), {"to": str(world.stx.colleague.pk)})
    with world.acting(desk):
        assert IntakeAssignment.objects.get(intake=intake, state="offered").assignee == world.stx.colleague


def test_an_advocate_declines_with_a_reason_and_the_desk_sees_it_come_back(world, desk, advocate):
    with world.acting(desk):
        offer = triaged(desk).assign(advocate, actor=desk)
    client, address = world.client(advocate), reverse("decline_intakeassignment", args=[offer.pk])
    assert client.post(address, {}).status_code == 200
    assert client.post(address, {"reason": "full"}).status_code == 302
    assert client.get(address).status_code == 409
    page = world.client(desk).get(reverse("inbox")).content.decode()
    assert "Came back" in page
    assert "My caseload is full" in page


def test_without_a_plan_there_is_a_gate_and_no_form(world, desk, advocate):
    """R37: the button is not there, the address shows the gate, and a POST records nothing."""
    with world.acting(desk):
        intake = assigned(desk, advocate)
    client, address = world.client(advocate), url("reach_out", intake)
    page = client.get(intake.get_absolute_url()).content.decode()
    assert "No safe-contact plan" in page
    assert address not in page
    assert "<textarea" not in client.get(address).content.decode()
    assert client.post(address, {"way": "call", "outcome": "reached"}).status_code == 409
    with world.acting(desk):
        assert not ContactAttempt.objects.exists()


def test_a_plan_starts_from_what_was_written_and_its_warning_stands_above_the_form(world, desk, advocate):
    """R37: what never to do is read before the attempt is logged."""
    _referral, intake = acknowledged(world)
    with world.acting(desk):
        intake.check_conflict(actor=desk)
        intake.triage(actor=desk)
        intake.assign(advocate, actor=desk).accept(actor=advocate)
    client = world.client(advocate)
    assert "Do not leave a message" in client.get(url("plan", intake)).content.decode()
    said = {
        "ways": ["call"],
        "reach_at": "340 555 0142",
        "times": ["morning"],
        "never": "Do not leave a message",
    }
    client.post(url("plan", intake), said)
    assert "The plan is not confirmed" in client.get(intake.get_absolute_url()).content.decode()
    client.post(url("confirm_plan", intake))
    page = client.get(url("reach_out", intake)).content.decode()
    assert page.index("Do not leave a message") < page.index('<form class="form"')
    bad = client.post(url("reach_out", intake), {"way": "call", "text": "She was out."})
    assert "She was out." in bad.content.decode()
    client.post(url("reach_out", intake), {"way": "call", "outcome": "someone_else"})
    page = client.get(intake.get_absolute_url()).content.decode()
    assert "The plan must be confirmed again" in page
    assert "1 attempt so far" in page


def test_from_reached_to_a_case(world, desk, advocate):
    with world.acting(desk):
        intake = assigned(desk, advocate)
        a_plan_for(intake, advocate)
    client = world.client(advocate)
    client.post(url("reach_out", intake), {"way": "call", "outcome": "reached", "minutes": "20"})
    answer = client.post(url("open_case", intake))
    with world.acting(desk):
        case = Case.objects.get()
    assert answer.url == case.get_absolute_url()
    assert client.post(url("open_case", intake)).status_code == 409


def test_giving_up_is_offered_to_a_supervisor_after_enough_safe_attempts(world, desk, advocate):
    with world.acting(desk):
        intake = in_state("outreach", desk, advocate)
    client, address = world.client(world.stx.supervisor), url("give_up", intake)
    assert address not in client.get(intake.get_absolute_url()).content.decode()
    assert client.post(address, {"reason": "no_answer"}).status_code == 409
    with world.acting(desk):
        for _ in range(desk.organization.safe_attempts):
            intake.reach_out(actor=advocate, **CALL)
    assert address in client.get(intake.get_absolute_url()).content.decode()
    assert client.post(address, {}).status_code == 200
    client.post(address, {"reason": "no_answer"})
    client.post(url("reopen", intake))
    with world.acting(desk):
        intake.refresh_from_db()
        assert (intake.state, intake.attempts) == ("triaged", 0)


@pytest.mark.parametrize(
    ("verb", "state", "reason"),
    [
        ("decline_services", "engaged", "not_now"),
        ("find_unsafe", "outreach", "watched"),
        ("find_ineligible", "triaged", "other_matter"),
        ("refer_out", "assigned", "other_service"),
        ("find_invalid", "new", "test"),
        ("hand_back", "assigned", "full"),
    ],
)
def test_an_end_has_a_reason_of_its_own(world, desk, advocate, verb, state, reason):
    with world.acting(desk):
        intake = in_state(state, desk, advocate)
    client = world.client(world.stx.supervisor)
    assert client.get(url(verb, intake)).status_code == 200
    assert client.post(url(verb, intake), {"reason": "rerouted"}).status_code == 200
    assert client.post(url(verb, intake), {"reason": reason}).status_code == 302


def test_each_look_at_an_intake_is_on_record(world, desk):
    """C11: who saw it, and nothing of what they saw."""
    with world.acting(desk):
        intake = a_walk_in(desk)
    world.client(desk).get(intake.get_absolute_url())
    with world.acting(desk):
        assert AuditLine.objects.filter(verb="view", subject_id=intake.pk, actor_id=desk.pk).count() == 1


def test_long_lists_go_on_with_a_key_and_lose_nobody(world, desk):
    with world.acting(desk):
        made = {a_walk_in(desk, alias=f"Tern {n}").number for n in range(27)}
    client, seen, address = world.client(desk), set(), reverse("intakes")
    while address:
        page = client.get(address).content.decode()
        seen |= set(re.findall(r"I-\d{4}", page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = reverse("intakes") + older[1].replace("&amp;", "&") if older else ""
    assert seen == made
    assert client.get(reverse("intakes") + "?after=nonsense").status_code == 200


def test_the_desk_finds_an_intake_by_name_and_number_when_they_call_back(world):
    """R8: also before there is a case; not by others, in another house, or where nobody is called so."""
    _, intake = acknowledged(world)
    for who in (world.stx.intake_worker, world.stx.supervisor):
        for text in ("Marisol", "Bluebird", "340 555 0142"):
            page = world.client(who).get(reverse("find"), {"q": text}).text
            assert intake.number in page and "Bluebird" in page
    assert (
        intake.number not in world.client(world.stx.intake_worker).get(reverse("find"), {"q": "Xaver"}).text
    )
    assert (
        intake.number not in world.client(world.stt.intake_worker).get(reverse("find"), {"q": "Marisol"}).text
    )
    assert intake.number not in world.client(world.stx.advocate).get(reverse("find"), {"q": "Marisol"}).text


def test_what_came_with_a_referral_is_the_first_note_of_its_case(world):
    """Nothing that the officer wrote is lost when the intake becomes a case."""
    _, intake = acknowledged(world)
    desk, advocate = world.stx.intake_worker, world.stx.advocate
    with world.acting(desk):
        intake.check_conflict(actor=desk)
        intake.triage(actor=desk)
        intake.assign(advocate, actor=desk).accept(actor=advocate)
    with world.acting(advocate):
        intake.refresh_from_db()
        intake.engage(actor=advocate, way="call")
        case = intake.open_case(actor=advocate)
        note = case.notes.get().text
    for said in (intake.number, ANSWERS["note"], ANSWERS["never"], ANSWERS["reach_who"]):
        assert said in note


def test_a_plan_begins_with_the_number_and_says_who_confirmed_it(world):
    """R37: the officer who asked them can have confirmed it; the plan says so, and that nobody here has."""
    _, intake = acknowledged(world)
    desk, advocate = world.stx.intake_worker, world.stx.advocate
    with world.acting(desk):
        intake.check_conflict(actor=desk)
        intake.triage(actor=desk)
        intake.assign(advocate, actor=desk).accept(actor=advocate)
    client = world.client(advocate)
    url = reverse("plan_intake", args=[intake.number])
    assert ANSWERS["never"] in client.get(intake.get_absolute_url()).text
    begun = client.get(url).context["form"].initial
    assert "340" in begun["reach_at"].replace("+1", "") or "340555" in begun["reach_at"]
    assert ANSWERS["reach_who"] in begun["reach_at"]
    said = {"ways": ["call"], "reach_at": "340 555 0142", "times": ["morning"], "verified": "referrer"}
    assert client.post(url, said).status_code == 302
    page = client.get(intake.get_absolute_url()).text
    assert "nobody here has spoken with them yet" in page
    assert client.get(reverse("reach_out_intake", args=[intake.number])).context["form"]
