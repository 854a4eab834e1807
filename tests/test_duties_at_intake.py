"""A minor from abroad on whose behalf somebody calls: the request's 24 hours wait for no case (R30)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Absence, Disclosure, OtipRequest
from orgs import access_index, clock
from orgs.models import Reminder
from orgs.words import local
from tests.makers.case import a_person, open_case
from tests.makers.duty import OTIP_FACTS, a_report, a_request
from tests.makers.intake import a_walk_in, in_state


@pytest.fixture
def desk(world):
    with world.acting(world.stx.intake_worker) as member:
        yield member


def ringing(request):
    """{(clock, when it is due)} and {(who hears first, the team where nobody has it)} of a request."""
    rows = Reminder.objects.filter(subject_id=request.pk, fired_at=None)
    return {(row.clock, row.due_at) for row in rows}, {(row.owner_id, row.team) for row in rows}


def test_a_minor_from_abroad_waits_for_no_case(world, desk):
    """R30, R26: whoever takes the call begins it; written, sent and in the ledger with no case."""
    intake = a_walk_in(desk, alias="Little Plover", age_group="minor", language="ht")
    client, url = world.client(desk), reverse("begin_otip_intake", args=[intake.number])
    assert f'href="{url}"' in client.get(intake.get_absolute_url()).content.decode()
    said = {"since": f"{local(clock.now()):%Y-%m-%dT%H:%M}"}
    begun = client.post(url, said)
    request = OtipRequest.objects.get()
    assert begun.url == reverse("write_otiprequest", args=[request.pk])
    assert (request.case, request.label, request.owner_id) == (None, intake.number, None)
    assert ringing(request) == ({("request_otip", request.send_by)}, {(None, "intake_worker")})
    assert request.send_by == request.since + timedelta(hours=24)
    form = client.get(begun.url).content.decode()
    assert "Little Plover" in form and 'value="STX" selected' in form and 'value="ht" selected' in form
    again = client.post(url, said)
    assert again.status_code == 200 and "A request runs here already." in again.content.decode()
    assert client.post(begun.url, OTIP_FACTS).status_code == 302
    sent = {"at": f"{local(clock.now()):%Y-%m-%dT%H:%M}", "way": "phone"}
    assert client.post(reverse("send_otiprequest", args=[request.pk]), sent).status_code == 302
    request.refresh_from_db()
    assert request.state == "sent" and ringing(request)[0] == {("follow_up", request.due_at)}
    line = Disclosure.objects.about(intake.person).get()
    assert (line.case_id, line.basis, line.subject_id) == (None, "otip", request.pk)
    assert request.get_absolute_url() in client.get(intake.get_absolute_url()).content.decode()
    assert intake.number in world.client(world.stx.supervisor).get(reverse("duties")).content.decode()
    for stranger in (world.stt.supervisor, world.officer, world.stx.administrator):
        assert world.client(stranger).get(request.get_absolute_url()).status_code == 404


def test_of_somebody_of_age_none_is_begun_at_an_intake(world, desk):
    intake = a_walk_in(desk, age_group="adult")
    client, url = world.client(desk), reverse("begin_otip_intake", args=[intake.number])
    assert url not in client.get(intake.get_absolute_url()).content.decode()
    answer = client.post(url, {"since": f"{local(clock.now()):%Y-%m-%dT%H:%M}"})
    assert answer.status_code == 200 and "they are of age" in answer.content.decode()
    assert not OtipRequest.objects.exists()


def test_a_request_goes_where_its_intake_goes_and_is_the_cases_when_there_is_one(world, desk):
    """R30: the desk's while nobody has it, then of who takes it on, then of who has the case."""
    advocate, colleague, sees = world.stx.advocate, world.stx.colleague, OtipRequest.objects.visible_to
    intake = in_state("triaged", desk, advocate)
    request = a_request(intake, desk)
    assert ringing(request)[1] == {(None, "intake_worker")} and request in sees(desk)
    intake.assign(advocate, actor=desk).accept(actor=advocate)
    assert ringing(request)[1] == {(advocate.pk, "supervisor")}
    assert request in sees(advocate) and request not in sees(desk)
    engaged = in_state("engaged", desk, advocate)
    of_it = a_request(engaged, desk)
    case = engaged.open_case(actor=advocate)
    of_it.refresh_from_db()
    assert (of_it.case, of_it.label, of_it.owner_id) == (case, case.number, advocate.pk)
    with pytest.raises(ValidationError):
        a_request(case, advocate)  # it runs there now
    case.offer(colleague, actor=world.stx.supervisor, directed=True, reason="load")
    assert of_it in sees(colleague) and of_it not in sees(advocate)
    page = world.client(colleague).get(case.get_absolute_url()).content.decode()
    assert of_it.get_absolute_url() in page


def test_joined_to_a_case_that_has_one_neither_is_lost(world, desk):
    """R30, R26: both run on, and the ledger of the person has what was told at the intake."""
    advocate = world.stx.advocate
    case = open_case(advocate, person=a_person(advocate, age_group="minor"))
    first = a_request(case, advocate)
    intake = in_state("triaged", desk, advocate)
    second = a_request(intake, desk, "sent")
    intake.link_case(case, actor=world.stx.supervisor)
    second.refresh_from_db()
    assert second.case == case and {first, second} == set(case.otiprequests.filter(due_at__isnull=False))
    assert [line.subject_id for line in Disclosure.objects.about(case.person)] == [second.pk]
    with pytest.raises(ValidationError):
        a_request(case, advocate)


def test_a_request_is_of_a_case_or_of_an_intake(world, desk):
    """R30: the table takes none that is nowhere to be found, and no second at one intake."""
    intake = a_walk_in(desk)
    request = a_request(intake, desk)
    with pytest.raises(IntegrityError, match="otip_is_of_case_or_intake"), transaction.atomic():
        OtipRequest.objects.filter(pk=request.pk).update(intake_number="")
    request.pk = None
    with pytest.raises(IntegrityError, match="one_otip_request_an_intake"), transaction.atomic():
        request.save(force_insert=True)


def test_whoever_stands_in_at_an_intake_has_what_was_begun_there_for_a_while(world, desk):
    """R30: the absent advocate's clock rings with the one who covers, who opens it and sends it."""
    advocate, colleague, boss = world.stx.advocate, world.stx.colleague, world.stx.supervisor
    world.hold(world.now)
    intake = in_state("outreach", desk, advocate)
    request = a_request(intake, desk)
    other = a_request(in_state("outreach", desk, boss), desk)
    with world.acting(boss):
        Absence.arrange(advocate, colleague, world.now, world.now + timedelta(days=4), actor=boss)
    client, page = world.client(colleague), request.get_absolute_url()
    assert client.get(page).status_code == 200
    assert page in client.get(intake.get_absolute_url()).content.decode()
    assert client.get(other.get_absolute_url()).status_code == 404
    begun = a_report(intake, desk)  # while they stand in
    assert client.get(begun.get_absolute_url()).status_code == 200
    world.forward(days=5)
    assert world.client(colleague).get(page).status_code == 404
    assert not access_index.compare(world.stx.organization.pk).any


def test_begun_again_an_intake_is_the_desks_with_what_was_begun_there(world, desk):
    """R30: a supervisor reopens it with nobody's hand on it; the desk hears of the request."""
    intake = in_state("not_eligible", desk, world.stx.advocate)
    request = a_request(intake, desk)
    assert ringing(request)[1] == {(world.stx.advocate.pk, "supervisor")}
    intake.reopen(actor=world.stx.supervisor)
    assert ringing(request)[1] == {(None, "intake_worker")}
    assert request in OtipRequest.objects.visible_to(desk)
