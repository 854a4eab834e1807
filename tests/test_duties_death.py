"""A person has died: confidentiality goes on, releases end, and nobody is asked to reach them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from cases.forms.signing import SignForm
from cases.models import Case, ContactAttempt, Disclosure, FollowUp, Merge, Person, Release
from cases.models.contact import PersonDied
from cases.signing import Incomplete, NotReleased, signers_for
from orgs import clock
from orgs.models import Reminder
from orgs.record import IllegalMove
from referrals.models import HandoffFile
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes
from tests.makers.case import (
    SIGNATURE,
    a_followup,
    a_person,
    active_release,
    draft_release,
    open_case,
    signed_by,
)
from tests.makers.duty import a_report

KIN = signed_by("Ada Wren", signer_type="NEXT_OF_KIN")


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def case(me):
    return open_case(me)


def clocks_of(record):
    return set(Reminder.objects.filter(subject_id=record.pk, fired_at=None).values_list("clock", flat=True))


def test_every_release_ends_with_the_person(world, case, me):
    """R33: open ones in the same transaction, those on the way are put away; nothing is told under them."""
    other = open_case(me, person=case.person, plan=False)
    houses = (world.stt.organization, world.prosecution.organization)
    active = [active_release(c, to, me) for c, to in zip((case, other), houses, strict=True)]
    draft = draft_release(case, world.stt.organization, me)
    case.record_death(actor=me, on=clock.today())
    for release in active:
        release.refresh_from_db()
        assert (release.state, release.end_reason) == ("revoked", "DIED")
        with pytest.raises(NotReleased):
            release.disclose(actor=me, categories=["SAFETY"], what="Anything", method="verbal")
    draft.refresh_from_db()
    assert draft.state == "discarded" and not Disclosure.objects.exists()


def test_a_handoff_comes_back_when_the_person_dies(world):
    """R27, R33: what was offered under a release that ended with them is shut for the other house."""
    handoff = handoffs.IN["offered"](world)
    with world.acting(world.stx.advocate) as me:
        file = HandoffFile.objects.get(handoff=handoff, organization_id=me.organization_id)
        file.case.record_death(actor=me)
        handoff.refresh_from_db()
        assert handoff.state == "recalled"


def test_nobody_is_asked_to_reach_them(world, case, me):
    """R33: the clocks of contact stop on every case, promises fall away but those that are kept."""
    other = open_case(me, person=case.person, plan=False)
    flowers, papers = a_followup(case, me), a_followup(case, me, what="Give the papers back")
    assert "no_contact" in clocks_of(case) and "confirm_plan" in clocks_of(other)
    case.record_death(actor=me, keep=[str(papers.pk)])
    for one in (case, other):
        one.refresh_from_db()
        assert one.person_died and not {"no_contact", "confirm_plan"} & clocks_of(one)
    flowers.refresh_from_db(), papers.refresh_from_db()
    assert (flowers.state, flowers.reason, papers.state) == ("cancelled", "died", "scheduled")
    assert not clocks_of(flowers) and clocks_of(papers)
    with pytest.raises(PersonDied):
        case.log_contact(actor=me, way="call", outcome="no_answer")
    assert not ContactAttempt.objects.exists()
    assert case.is_open and FollowUp.objects.scheduled().get() == papers
    assert open_case(me, person=case.person, plan=False).person_died


def test_an_intake_of_somebody_who_died_rings_no_more(world):
    """R33: the desk is not asked to reach out either, until that turns out to be a mistake."""
    with world.acting(world.stx.advocate) as me:
        intake = intakes.assigned(world.stx.intake_worker, me)
        case = open_case(me, person=intake.person)
        assert "first_outreach" in clocks_of(intake)
        case.record_death(actor=me)
        assert not clocks_of(intake)
        case.take_back_death(actor=world.stx.supervisor)
        assert "first_outreach" in clocks_of(intake)


def test_today_asks_nobody_to_reach_them(world):
    """R33: weeks later neither the plan nor the silence is asked about."""
    with world.acting(world.stx.advocate) as me:
        open_case(me).record_death(actor=me)
    world.forward(days=40)
    page = world.client(world.stx.advocate).get("/today/").content.decode()
    assert "Nothing is due." in page and "Be in touch" not in page


def test_after_a_death_next_of_kin_alone_sign_and_before_it_never(world, case, me):
    """R22, R33: kin who harmed nobody, by the form and by the release itself."""
    assert signers_for(False, died=True) == signers_for(True, died=True) == ("NEXT_OF_KIN",)
    assert "NEXT_OF_KIN" not in {*signers_for(True), *signers_for(False), *signers_for(None)}
    release = draft_release(case, world.stt.organization, me)
    release.discuss(actor=me)
    with pytest.raises(Incomplete):
        release.sign(actor=me, **KIN, not_abuser=True)
    case.person.correct(actor=me, relations={"never": ["Victor Wren"]})
    case.record_death(actor=me)
    case.refresh_from_db()
    late = draft_release(case, world.stt.organization, me)
    late.discuss(actor=me)
    for change in (
        SIGNATURE,
        {**KIN, "not_abuser": False},
        signed_by("VICTOR WREN", signer_type="NEXT_OF_KIN", not_abuser=True),
    ):
        with pytest.raises(Incomplete):
            late.sign(actor=me, **change)
        late.refresh_from_db()
    late.sign(actor=me, **KIN, not_abuser=True)
    assert late.is_open and Release.objects.open().get() == late
    assert [code for code, _label in SignForm(minor=None, died=True).fields["signer_type"].choices] == [
        "NEXT_OF_KIN"
    ]


def test_what_was_known_stays_sealed_and_the_case_stays_shut(world, case, me):
    """R33: the day is ciphertext; who saw the case before sees it, and nobody else does."""
    case.record_death(actor=me, on=clock.today())
    with connection.cursor() as cursor:
        cursor.execute("SELECT died_on, name FROM cases_person WHERE id = %s", [case.person_id])
        day, _name = cursor.fetchone()
    assert day and str(clock.now().year).encode() not in bytes(day)
    holders = {(g.user_id, g.permission.codename) for g in case.user_grants.select_related("permission")}
    assert {user for user, _verb in holders} == {me.pk}
    for stranger in (world.stx.colleague, world.stt.supervisor, world.officer):
        assert not type(case).objects.visible_to(stranger).exists()


def test_a_report_asks_no_more_whether_they_were_told(case, me):
    """R29, R33: who has died cannot be told."""
    report = a_report(case, me, "written_sent")
    case.record_death(actor=me)
    report.refresh_from_db()
    assert (report.told, report.due_at) == ("died", None)


def test_a_mistake_is_taken_back_by_a_supervisor(world, case, me):
    """R33: what ended stays ended; contact is asked for again."""
    release = active_release(case, world.stt.organization, me)
    case.record_death(actor=me)
    with pytest.raises(IllegalMove):
        case.record_death(actor=me)
    with pytest.raises(PermissionDenied):
        case.take_back_death(actor=me)
    case.take_back_death(actor=world.stx.supervisor)
    release.refresh_from_db()
    assert release.state == "revoked" and not case.person_died
    assert {"no_contact", "confirm_plan"} <= clocks_of(case)
    with pytest.raises(IllegalMove):
        case.take_back_death(actor=world.stx.supervisor)


def test_the_page_says_so_and_has_no_way_to_call(world):
    """R33: no button to log a contact; what it means is written where the plan stood."""
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        a_followup(case, me, what="Give the papers back")
    client = world.client(me)
    form = client.get(reverse("record_death_case", args=[case.number])).content.decode()
    assert "Give the papers back" in form
    tomorrow = (clock.today() + timedelta(days=2)).isoformat()
    wrong = client.post(reverse("record_death_case", args=[case.number]), {"on": tomorrow})
    assert wrong.status_code == 200 and tomorrow in wrong.content.decode()
    assert client.post(reverse("record_death_case", args=[case.number]), {"sure": "on"}).status_code == 302
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "This person has died" in page and "Log a contact" not in page and "Never leave" not in page
    assert "It was written down that the person died" in page
    assert "That was a mistake" not in page
    answer = client.post(f"/cases/{case.number}/log/", {"way": "call", "outcome": "no_answer"})
    assert answer.status_code == 200
    with world.acting(me):
        assert not ContactAttempt.objects.exists()
    supervisor = world.client(world.stx.supervisor)
    assert "That was a mistake" in supervisor.get(f"/cases/{case.number}/").content.decode()


@pytest.mark.parametrize("which", [0, 1])
def test_a_death_in_either_of_two_records_is_one_in_both(world, me, which):
    """R25, R33: put together, every release has ended, no case asks for contact, and duties come along."""
    cases = [open_case(me, person=a_person(me, alias=alias), plan=False) for alias in ("Wren", "Ana")]
    living = cases[1 - which]
    release = active_release(living, world.stt.organization, me)
    report = a_report(cases[1], me)
    cases[which].record_death(actor=me, on=clock.today())
    kept = Case.objects.get(pk=cases[0].pk)
    Merge.make(kept, Person.objects.get(pk=cases[1].person_id), actor=world.stx.supervisor)
    person = Person.objects.get(pk=kept.person_id)
    assert person.has_died and person.died_on == clock.today()
    release.refresh_from_db(), report.refresh_from_db()
    assert (release.state, release.end_reason) == ("revoked", "DIED") and report.person_id == person.pk
    for case in Case.objects.filter(person=person):
        assert case.person_died and not {"no_contact", "confirm_plan"} & clocks_of(case)
