"""Grants are what the policies say: compared, reported, rebuilt. And how an organization begins."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from orgs import access_index, tasks
from orgs.keyring import members
from orgs.models import AuditLine, Invitation, Organization, OutboxMessage, User
from orgs.tenancy import acting_for
from referrals.models import Referral
from referrals.models.referral import ReferralGroupGrant, ReferralUserGrant
from tests.makers.case import open_case
from tests.makers.referral import acknowledged, sent


def run(command, **options):
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def busy(world):
    """A packet that both sides see, an intake, and a case with its assignment and plan."""
    acknowledged(world)
    sent(world)
    with world.acting(world.stx.advocate):
        open_case(world.stx.advocate)
    return world


def add_by_hand(world):
    """What nobody may do: a grant that no policy gives, and one taken that a policy gives."""
    with world.acting(world.officer):
        referral = Referral.objects.order_by("pk").first()
        given = ReferralUserGrant.objects.filter(content_object=referral).first()
        ReferralUserGrant.objects.create(
            content_object=referral,
            organization_id=given.organization_id,
            user=world.vipd.partner,
            permission_id=given.permission_id,
        )
        given.delete()
    with world.acting(world.stx.supervisor):
        ReferralGroupGrant.objects.filter(content_object=referral).first().delete()


def test_what_moves_settle_is_what_the_policies_say(busy):
    """C10: after every move the index agrees with the one page of policy."""
    assert run("compare_access") == "access is what the policies say\n"


def test_a_grant_by_hand_is_found_reported_and_undone(busy):
    """C10, C11: a difference is an incident; the policies win."""
    add_by_hand(busy)
    with pytest.raises(CommandError, match="vipd: missing {'referral': 1}, too many {'referral': 1}"):
        run("compare_access")
    with busy.acting(busy.vipd.administrator):
        assert AuditLine.objects.get(verb="compare_access").outcome == "failed"
        told = OutboxMessage.objects.filter(kind="incident")
        assert [message.recipient for message in told] == [busy.vipd.administrator]
    assert "vipd: 1 added, 1 taken away" in run("rebuild_access")
    assert run("compare_access") == "access is what the policies say\n"
    assert "vipd: 0 added, 0 taken away" in run("rebuild_access", organization="vipd")


def test_an_incident_waits_once_for_each_administrator(busy):
    add_by_hand(busy)
    for _ in range(2):
        with pytest.raises(CommandError):
            run("compare_access", organization="vipd")
    with busy.acting(busy.vipd.administrator):
        assert OutboxMessage.objects.filter(kind="incident").count() == 1


def test_a_batch_ends_nowhere_in_particular(busy, monkeypatch):
    monkeypatch.setattr(access_index, "BATCH", 1)
    add_by_hand(busy)
    assert "vipd: 1 added, 1 taken away" in run("rebuild_access")
    assert run("compare_access") == "access is what the policies say\n"


def test_a_group_that_a_role_does_not_give_is_found_and_left(world):
    with world.acting(world.stx.advocate):
        world.stx.advocate.groups.add(world.stx.organization.group("supervisor"))
    with pytest.raises(CommandError, match="stx: missing {}, too many {'user': 1}"):
        run("compare_access")
    run("rebuild_access")
    with world.acting(world.stx.advocate):
        assert list(world.stx.advocate.groups.values_list("pk", flat=True)) == [
            world.stx.organization.group("advocate")
        ]


def test_the_nightly_task_reports_in_each_organization_alone(busy):
    add_by_hand(busy)
    for organization in (busy.vipd.organization, busy.stt.organization):
        tasks.compare_access_of(str(organization.pk))
    with busy.acting(busy.vipd.administrator):
        assert AuditLine.objects.filter(verb="compare_access").count() == 1
    with busy.acting(busy.stt.administrator):
        assert not AuditLine.objects.filter(verb="compare_access").exists()


def test_the_schedule_names_a_task_that_exists():
    from config.celery import app

    assert app.conf.beat_schedule["grants against policies"]["task"] == tasks.compare_access.name


# Founding

FOUND = {
    "code": "newvso",
    "name": "New help (invented)",
    "kind": "victim_services",
    "islands": ["STJ"],
    "administrator_email": "first@newvso.test",
    "administrator_name": "First (invented)",
}


def test_an_organization_is_founded_and_its_keys_come_with_its_first_administrator(world):
    """C9, C19: founding invites the first administrator, whose key is the first that opens anything."""
    assert "is founded" in run("found_organization", **FOUND)
    organization = Organization.objects.get(code="newvso")
    assert not organization.public_key
    assert not Organization.objects.covering("STJ").filter(pk=organization.pk), "nothing can be sealed to it"
    with acting_for(organization.pk), transaction.atomic():
        invitation = Invitation.objects.open().get()
        assert (invitation.role, invitation.invited_by) == ("administrator", None)
        assert OutboxMessage.objects.get().kind == "invitation"
        member = invitation.accept(passphrase="ferry seaplane mango harbor")
        assert User.objects.get() == member
        private, secrets = members.come_in(member, "ferry seaplane mango harbor")
        assert members.secrets_for(member, private) == secrets
    covering = Organization.objects.covering("STJ").filter(pk=organization.pk)
    assert not covering.exists(), "nobody has said yet whose key that is"
    digits = members.check_code(secrets.newest.public_key)
    with pytest.raises(CommandError, match="sign nothing"):
        run("sign_organization_keys", code="newvso", digits="0000 0000 0000 0000")
    with pytest.raises(CommandError, match="belong together"):
        run("sign_organization_keys", code="newvso")
    assert not run("sign_organization_keys"), "none is signed without its digits"
    assert "newvso: signed" in run("sign_organization_keys", code="newvso", digits=digits)
    assert covering.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "stx"}, "exists already"),
        ({"code": "new vso"}, "letters, digits"),
        ({"code": "x" * 17}, "at most 16"),
        ({"islands": []}, "serves at least one"),
        ({"islands": ["ATLANTIS"]}, "ATLANTIS is not one of"),
        ({"administrator_email": "nobody"}, "not an address"),
        ({"administrator_email": "officer@vipd.test"}, "one account is one membership"),
        ({"kind": "club"}, "invalid choice"),
    ],
)
def test_a_founding_that_cannot_be_says_why_and_founds_nothing(world, wrong, said):
    """R9: and an operator, who sees addresses anyway, hears that one has an account."""
    with pytest.raises(CommandError, match=said):
        command_line = [f"--{k.replace('_', '-')}={v}" for k, v in (FOUND | wrong).items() if k != "islands"]
        call_command("found_organization", *command_line, "--islands", *(FOUND | wrong)["islands"])
    assert Organization.objects.count() == 6


@pytest.mark.parametrize("command", ["verify_audit", "compare_access", "rebuild_access"])
def test_a_code_that_is_unknown_is_said(world, command):
    with pytest.raises(CommandError, match="no organization with the code atlantis"):
        run(command, organization="atlantis")
