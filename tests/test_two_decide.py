"""Nobody lets their own work through alone: a disclosure, a closure; and a role goes with what it held."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Case
from orgs.models import AuditLine, User
from orgs.models.membership import NotNow
from orgs.roles import Role
from referrals.models import Handoff
from referrals.models.handing import OwnWork
from tests.makers import handoff as handoffs
from tests.makers.case import active_release, draft_release, open_case

EDITED = {
    "adults": "9",
    "children": "0",
    "needs_codes": ["talk"],
    "island": "STT",
    "priority": "standard",
    "name": "Bluebird",
    "safety": "Written by the supervisor",
    "submit": "1",
}


def test_a_supervisor_never_lets_out_what_they_have_written(world):
    """R10, C10: passed on to themselves, changed, given to review, and not offered."""
    handoff, supervisor = handoffs.draft(world), world.stx.supervisor
    client = world.client(supervisor)
    client.post(reverse("pass_on_handoff", args=[handoff.reference]), {"member": supervisor.pk})
    assert client.post(reverse("edit_handoff", args=[handoff.reference]), EDITED).status_code == 302
    assert "Another supervisor reviews it" in client.get(handoff.get_absolute_url()).content.decode()
    assert client.post(reverse("offer_handoff", args=[handoff.reference])).status_code == 403
    with world.acting(supervisor):
        assert Handoff.objects.get(pk=handoff.pk).state == "supervisor_review"
    other = world.client(world.stx.second_supervisor)
    read = handoffs.shown(world, handoff)
    assert other.post(reverse("offer_handoff", args=[handoff.reference]), read).status_code == 302


@pytest.mark.parametrize("part", ["edited_by", "submitted_by", "sender_advocate"])
def test_each_part_in_a_handoff_keeps_from_letting_it_out(world, part):
    """R10: who changed it last, gave it to review, or works it, is not who reviews it."""
    handoff, supervisor = handoffs.submitted(world), world.stx.supervisor
    with world.acting(supervisor):
        Handoff.objects.filter(pk=handoff.pk).update(**{part: supervisor})
        with pytest.raises(OwnWork), transaction.atomic():
            Handoff.objects.get(pk=handoff.pk).offer(actor=supervisor)


@pytest.mark.parametrize("part", ["drafted_by", "edited_by", "submitted_by"])
def test_the_database_holds_the_reviewer_apart_from_the_writers(world, part):
    """R10: whatever the code does."""
    handoff = handoffs.offered(world)
    with world.acting(world.stx.supervisor) as supervisor:
        with pytest.raises(IntegrityError, match="handoff_reviewed_by_another"), transaction.atomic():
            Handoff.objects.filter(pk=handoff.pk).update(**{part: supervisor})


def test_what_goes_back_goes_to_whoever_has_the_case(world):
    """R10: the one who drafted it has no more to do with it after the case went into other hands."""
    handoff, colleague = handoffs.submitted(world), world.stx.colleague
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.own_file().case.offer(colleague, actor=supervisor, directed=True, reason="load")
    page = world.client(world.stx.supervisor).get(handoff.get_absolute_url()).content.decode()
    assert f"Return to {colleague.name}" in page
    with world.acting(world.stx.supervisor) as supervisor:
        Handoff.objects.get(pk=handoff.pk).return_("too_much", "Shorter.", actor=supervisor)
    assert world.client(colleague).get(reverse("edit_handoff", args=[handoff.reference])).status_code == 200
    old = world.client(world.stx.advocate)
    assert old.get(reverse("edit_handoff", args=[handoff.reference])).status_code == 404


def test_a_handoff_is_drafted_again_only_by_one_who_may_hand_off_its_case(world):
    """R10: whoever it was passed on to has the handoff in hand, and not the case."""
    handoff, colleague = handoffs.declined(world), world.stx.colleague
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.pass_on(colleague, actor=supervisor)
    address = reverse("redraft_handoff", args=[handoff.reference])
    assert world.client(colleague).post(address).status_code == 404
    assert world.client(world.stx.supervisor).post(address).status_code == 302


CHECKED = {"told": "on", "safety": "on", "written": "on"}


def test_who_asked_for_a_closure_does_not_decide_on_it(world):
    """C10: another supervisor closes, and the page says so before anything is pressed."""
    supervisor, address = world.stx.supervisor, reverse("close_case", args=["C-0001"])
    with world.acting(supervisor):
        case = open_case(supervisor)
        case.request_closure("goals_met", actor=supervisor)
    client = world.client(supervisor)
    assert "Another supervisor decides" in client.get(address).content.decode()
    page = client.post(address, CHECKED)
    assert page.status_code == 200 and "asked for this closure yourself" in page.content.decode()
    with world.acting(supervisor):
        assert Case.objects.get(pk=case.pk).state == "closure_requested"
    assert world.client(world.stx.second_supervisor).post(address, CHECKED).status_code == 302


def test_a_lone_supervisor_closes_and_it_is_on_record(world):
    """C10: nothing is stuck for want of a second one, and the review of the audit finds it."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        case = open_case(supervisor)
        case.request_closure("goals_met", actor=supervisor)
        User.objects.filter(pk=world.stx.second_supervisor.pk).update(is_active=False)
        case.close(actor=supervisor)
        assert AuditLine.objects.get(verb="close", subject_id=case.pk).details["alone"] is True


def test_a_role_that_works_no_case_is_not_given_to_one_who_holds_some(world):
    """C10: the cases go into other hands first."""
    advocate, administrator = world.stx.advocate, world.stx.administrator
    with world.acting(advocate):
        case = open_case(advocate)
    with world.acting(administrator):
        for role in (Role.INTAKE_WORKER, Role.ADMINISTRATOR):
            with pytest.raises(NotNow) as refused, transaction.atomic():
                advocate.change(role=role, unit=None, actor=administrator)
            assert refused.value.held
    with world.acting(world.stx.supervisor) as supervisor:
        case.offer(world.stx.colleague, actor=supervisor, directed=True, reason="load")
    with world.acting(administrator):
        advocate.change(role=Role.INTAKE_WORKER, unit=None, actor=administrator)
        assert User.objects.get(pk=advocate.pk).role == Role.INTAKE_WORKER


@pytest.mark.parametrize("who", ["colleague", "intake_worker"])
def test_who_takes_a_release_back_sees_no_more_than_that_needs(world, who):
    """R20: the recipient, the number of the case and the button; not the person, the purpose, or what for."""
    with world.acting(world.stx.advocate) as advocate:
        release = active_release(open_case(advocate), world.stt.organization, advocate)
        draft = draft_release(release.case, world.stt.organization, advocate)
    client = world.client(getattr(world.stx, who))
    page = client.get(release.get_absolute_url()).content.decode()
    assert release.recipient.name in page and release.case.number in page
    for secret in (
        "Bluebird",
        "So that the move is safe",
        "Shelter desk",
        "Green folder",
        "SAFETY",
        "Signed by",
    ):
        assert secret not in page
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert (
        client.post(reverse("revoke_release", args=[release.pk]), {"reason": "WITHDRAWN"}).status_code == 302
    )
    assert client.get(release.get_absolute_url()).status_code == 200
    own = world.client(world.stx.advocate).get(release.get_absolute_url()).content.decode()
    assert "So that the move is safe" in own
