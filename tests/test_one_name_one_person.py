"""A name that two administrators approved is the name, and inside an organization it means one person."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases.models import Case, Release
from cases.signing import NotReleased
from orgs import names
from orgs.models import AuditLine, Invitation, OutboxMessage, User
from orgs.models.invitation import NameTaken
from referrals.models import Outcome, Referral
from referrals.models.outcome import outcomes_for
from tests.makers.case import SIGNATURE, draft_release
from tests.makers.referral import acknowledged
from tests.test_invitation_accepting import answer, guest
from tests.test_members import invite
from tests.test_outcome import WORD, page

TAKEN = str(names.TAKEN)


def link_of(world):
    with world.acting(world.stx.administrator):
        return re.search(r"/invitation/.*", OutboxMessage.objects.get(kind="invitation").link).group()


def test_the_name_that_was_approved_is_the_name(world):
    """C2, C9, C12: whatever the invited person says, the audit knows them by what was approved."""
    invite(world, name="Rosa Approved (invented)")
    link = link_of(world)
    assert "Rosa Approved (invented)" in guest().get(link).content.decode()
    answer(guest(), link, name=world.stx.supervisor.name + "\u200b")
    with world.acting(world.stx.administrator):
        assert User.objects.get(email="new@stx.test").name == "Rosa Approved (invented)"
        line = AuditLine.objects.get(verb="accept_invitation")
        assert line.actor_name == "Rosa Approved (invented)"


@pytest.mark.parametrize("how", ["{}", "{}\u200b", "  {} ", "UPPER", "BACKWARDS"])
def test_a_name_of_somebody_here_is_given_to_nobody_else(world, how):
    """C2, C12: by its words; the message says what to do, and what was typed stays."""
    name = world.stx.supervisor.name
    name = {"UPPER": name.upper(), "BACKWARDS": " ".join(reversed(name.split()))}.get(how, how.format(name))
    page = invite(world, name=name)
    assert TAKEN in page.context["form"].errors["name"] and "New@stx.test" in page.content.decode()
    with world.acting(world.stx.administrator):
        assert not Invitation.objects.exists()


def test_a_closed_account_and_an_invitation_hold_their_names(world):
    """C2: lines of the audit outlive an account; and the same person may be invited again."""
    with world.acting(world.stx.administrator):
        User.objects.filter(pk=world.stx.colleague.pk).update(is_active=False)
    assert invite(world, name=world.stx.colleague.name).status_code == 200
    assert invite(world, name="Rosa Waiting").status_code == 302
    assert invite(world, name="Waiting, Rosa", email="other@stx.test").status_code == 200
    assert invite(world, name="Rosa Waiting").status_code == 302, "the same address"


def test_a_name_that_somebody_got_meanwhile_is_not_given_twice(world):
    """C2: asked again when the account is made; the page says what to do."""
    invite(world, name="Rosa Late")
    link = link_of(world)
    with world.acting(world.stx.administrator):
        User.objects.filter(pk=world.stx.colleague.pk).update(name="Rosa Late")
        invitation = Invitation.objects.get()
        with pytest.raises(NameTaken):
            invitation.accept(passphrase="lantern velvet orchard nine")
    shown = answer(guest(), link)
    assert shown.status_code == 200 and "Ask whoever invited you" in shown.content.decode()


def named(world, member, *, tell=True):
    """A packet, and a signed release of the outcome to one named person of the agency."""
    me = world.stx.advocate
    referral, intake = acknowledged(world)
    with world.acting(me):
        case = Case.open_for(intake.person, actor=me, assigned_to=me)
        release = draft_release(
            case,
            world.vipd.organization,
            me,
            categories=["OUTCOME"],
            recipient_unit="",
            recipient_name=member,
        )
        release.discuss(actor=me)
        release.sign(actor=me, **SIGNATURE)
        if tell:
            Outcome.tell(release, Referral.objects.get(pk=referral.pk), "accepted", actor=me)
    return referral, release


def rename(world, member, name):
    with world.acting(world.vipd.administrator):
        User.objects.filter(pk=member.pk).update(name=name)


def test_who_gets_the_name_of_the_named_person_reads_nothing(world):
    """R18: the release holds the account, and not the name."""
    referral, release = named(world, world.officer.name)
    assert release.recipient_member == world.officer.pk
    head = world.vipd.unit_supervisor
    assert WORD not in page(world, head, referral)
    rename(world, head, world.officer.name)
    rename(world, world.officer, "Another Name")
    assert WORD not in page(world, head, referral)
    assert WORD in page(world, world.officer, referral)


def test_an_outcome_from_before_accounts_were_held_means_one_or_nobody(world):
    """R18: told by name alone, it is read while one member has the name, and by nobody when two have."""
    referral, release = named(world, world.officer.name)
    officer = world.officer

    def reads():
        with world.acting(officer):
            [outcome] = Outcome.objects.filter(release_id=release.pk)
            outcome.content = {"word": "accepted", "to": officer.name}
            return outcome.is_for(officer)

    assert reads()
    rename(world, world.vipd.unit_supervisor, officer.name)
    assert not reads()


def test_a_release_to_a_name_that_two_have_is_refused_with_what_to_do(world):
    """R18: by the form, which keeps what was typed, and by the model."""
    rename(world, world.vipd.unit_supervisor, world.officer.name)
    with pytest.raises(ValidationError, match="More than one member"):
        named(world, world.officer.name)


def test_nothing_is_told_to_a_name_that_fits_nobody_or_two(world):
    """R18, R26: no outcome and no line in the ledger, and the teller hears why."""
    me = world.stx.advocate
    referral, release = named(world, "Nobody Known", tell=False)
    url = reverse("tell_outcome_release", kwargs={"release": release.pk})
    said = {"referral": referral.reference, "word": "accepted"}
    shown = world.client(me).post(url, said)
    assert shown.status_code == 200 and "Nobody there has an account" in shown.content.decode()
    for member in (world.officer, world.vipd.unit_supervisor):
        rename(world, member, "Nobody Known")
    with world.acting(me):
        held = Release.objects.get(pk=release.pk)
        with pytest.raises(NotReleased, match="several"):
            Outcome.tell(held, Referral.objects.get(pk=referral.pk), "accepted", actor=me)
        assert not held.disclosures.exists()
    with world.acting(world.officer):
        assert not outcomes_for(world.officer, Referral.objects.get(pk=referral.pk))
