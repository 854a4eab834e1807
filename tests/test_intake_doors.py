"""Who may pass which door of an intake: a stranger finds nothing, a looker may not act, the late learn it."""

import pytest
from django.urls import reverse

from cases.models import Wall
from referrals.access import ADVOCATE_ON_INTAKE, DESK_ON_INTAKE, SUPERVISOR_ON_INTAKE
from referrals.models.intake_moves import MOVES
from referrals.urls import intake as intake_urls
from referrals.urls import officer as officer_urls
from tests.makers.intake import assigned, in_state, triaged
from tests.makers.referral import acknowledged, sent

POSTS = ("take_up", "open_case", "reopen", "confirm_plan", "hide_heads")
VERBS = sorted(
    path.name.removesuffix("_intake")
    for path in (*intake_urls.urlpatterns, *officer_urls.urlpatterns)
    if path.name.endswith("_intake") and path.name != "new_intake"
)
RECEIPT = {"receipt", "print_receipt"}
NEVER_LATE = {path.name.removesuffix("_intake") for path in officer_urls.urlpatterns} | RECEIPT
SUSPECTED = ("begin_report", "begin_otip")
NEEDS = {
    "begin_otip": "view",
    "begin_report": "view",
    "clocks": "view",
    "confirm_plan": "plan",
    "name_insiders": "check_conflict",
    "print_receipt": "receipt",
}
MAY = {
    "intake_worker": DESK_ON_INTAKE,
    "supervisor": SUPERVISOR_ON_INTAKE,
    "advocate": (*ADVOCATE_ON_INTAKE, "take_up"),  # the one who has it
}


def knock(client, verb, intake):
    address = reverse(f"{verb}_intake", args=[intake.number])
    return client.post(address) if verb in POSTS else client.get(address)


@pytest.fixture
def intake(world):
    with world.acting(world.stx.intake_worker) as desk:
        return assigned(desk, world.stx.advocate)


def test_every_verb_that_somebody_starts_has_an_address():
    # part of an answer, of the first attempt, or of a wall
    within = {"take_on", "pass_on", "keep", "begin_outreach", "let_go"}
    assert set(MOVES) - within - set(VERBS) == set()


def test_a_stranger_finds_nothing(world, intake):
    """R6: another organization, another advocate, a referrer and an administrator get what does not exist."""
    strangers = (
        world.stt.intake_worker,
        world.stt.supervisor,
        world.stx.colleague,
        world.stx.administrator,
        world.officer,
    )
    for member in strangers:
        client = world.client(member)
        nothing = client.get("/intakes/I-9999/").content
        for verb in VERBS:
            response = knock(client, verb, intake)
            assert response.status_code == 404, (member.role, verb)
        assert len(knock(client, "view", intake).content) == len(nothing)


@pytest.mark.parametrize("role", MAY)
def test_who_may_look_and_not_do_is_told_so(world, intake, role):
    client = world.client(getattr(world.stx, role))
    for verb in VERBS:
        allowed = NEEDS.get(verb, verb) in MAY[role]
        if verb in POSTS and allowed:
            continue
        response = knock(client, verb, intake)
        assert (response.status_code != 403) == allowed, verb


def test_who_comes_too_late_learns_how_it_stands(world):
    with world.acting(world.stx.intake_worker) as desk:
        intake = in_state("case_opened", desk, world.stx.advocate)
    client = world.client(world.stx.supervisor)
    for verb in VERBS:
        if verb in ("view", "clocks", *SUSPECTED, "plan", "confirm_plan", "take_up", *NEVER_LATE):
            continue  # nobody takes up for another
        assert knock(client, verb, intake).status_code == 409, verb


def test_whoever_is_asked_may_look_and_answer_and_nothing_else(world):
    with world.acting(world.stx.intake_worker) as desk:
        intake = triaged(desk)
        offer = intake.assign(world.stx.advocate, actor=desk)
    client = world.client(world.stx.advocate)
    assert "You are asked to take this" in knock(client, "view", intake).content.decode()
    for verb in VERBS:
        if verb not in ("view", "clocks", *SUSPECTED):  # whoever suspects reports, also unanswered
            assert knock(client, verb, intake).status_code == 403, verb
    accept = reverse("accept_intakeassignment", args=[offer.pk])
    assert world.client(world.stx.colleague).post(accept).status_code == 404
    assert world.client(world.stx.intake_worker).post(accept).status_code == 403
    assert client.post(accept).url == intake.get_absolute_url()
    assert client.post(accept).status_code == 409


def test_a_walled_member_finds_nothing_of_the_person_whatever_their_role(world):
    """R42: no page, no packet, no row, from the moment the check is saved."""
    referral, intake = acknowledged(world)
    supervisor = world.stx.supervisor
    client = world.client(supervisor)
    packet = reverse("view_referral", args=[referral.reference])
    assert client.get(packet).status_code == 200
    said = {"found": "yes", "walled": [str(supervisor.pk)], "reason": "knows_other", "priority": "standard"}
    triage = reverse("triage_intake", args=[intake.number])
    assert world.client(world.stx.intake_worker).post(triage, said).status_code == 302
    for address in (packet, intake.get_absolute_url(), triage):
        assert client.get(address).status_code == 404
    for name in ("inbox", "intakes"):
        page = client.get(reverse(name)).content.decode()
        assert intake.number not in page
        assert "Bluebird" not in page
    with world.acting(supervisor):
        assert Wall.objects.get().set_by == world.stx.intake_worker


def test_a_worker_may_wall_themselves_off_and_is_out(world):
    """R42: also the one at the desk who sees that it is about somebody they know."""
    _referral, intake = acknowledged(world)
    desk = world.stx.intake_worker
    client = world.client(desk)
    said = {"found": "yes", "walled": [str(desk.pk)], "reason": "knows_person", "priority": "standard"}
    response = client.post(reverse("triage_intake", args=[intake.number]), said)
    assert response.url == reverse("home")
    assert client.get(intake.get_absolute_url()).status_code == 404


def test_the_desk_s_lists_are_for_the_desk(world):
    for member in (world.officer, world.stx.administrator, world.vipd.unit_supervisor):
        client = world.client(member)
        for name in ("inbox", "intakes", "new_intake"):
            assert client.get(reverse(name)).status_code == 404, (member.role, name)
    assert world.client(world.stx.advocate).get(reverse("inbox")).status_code == 404


@pytest.mark.parametrize("verb", ["acknowledge", "ask", "reroute", "fail"])
def test_the_desk_s_moves_of_a_packet_are_the_receiving_desk_s_alone(world, verb):
    referral = sent(world)
    address = reverse(f"{verb}_referral", args=[referral.reference])
    assert world.client(world.officer).post(address).status_code == 403
    for member in (world.stt.intake_worker, world.stx.advocate, world.stx.administrator):
        assert world.client(member).post(address).status_code == 404
