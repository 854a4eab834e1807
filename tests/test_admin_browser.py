"""The pages of administrators, oversight and operators in a real browser, on a phone and a desk."""

import pytest
from django.urls import reverse

from orgs.models import Invitation, User
from tests.browser import faults_of
from tests.makers.referral import sent
from tests.test_totals import LAST_QUARTER, packets

pytestmark = pytest.mark.browser


def furnished(world):
    """An organization with something on every page; [(reader, address)]."""
    me = world.stx.administrator
    referral = sent(world)
    packets(world, 60, at=LAST_QUARTER)
    packets(world, 20, at=LAST_QUARTER, victimizations=("V22",))
    packets(world, 3, at=LAST_QUARTER, island="STJ")
    with world.acting(me):
        Invitation.make(
            organization=me.organization,
            email="new@stx.test",
            name="New (invented)",
            role="advocate",
            actor=me,
        )
        world.stx.colleague.deactivate(actor=me)
        User.objects.filter(pk=world.stx.advocate.pk).update(locked_until="2099-01-01T00:00Z")
    member, unit = world.stx.advocate, world.stx.intake_worker.unit
    alone = (
        "members",
        "invite_member",
        "duty_desk",
        "organization_settings",
        "change_hours",
        "change_limits",
        "change_mail",
        "mailbox",
    )
    alone += (
        "permissions",
        "change_directory",
        "add_unit",
        "audit",
        "review_audit",
        "keep_audit",
        "purge_audit",
    )
    pages = [(me, reverse(name)) for name in alone]
    pages += [(me, reverse(name, args=[member.pk])) for name in ("change_member", "deactivate_member")]
    pages += [
        (me, reverse("reactivate_member", args=[world.stx.colleague.pk])),
        (me, reverse("rename_unit", args=[unit.pk])),
        (me, reverse("change_clock", args=["report_abuse"])),
        (me, reverse("change_clock", args=["no_contact"])),
        (me, f"{reverse('access_report')}?record={referral.reference}"),
        (me, f"{reverse('permissions')}?kind=intake&state=assigned"),
        (me, f"{reverse('permissions')}?kind=case&state=nowhere"),
        (me, f"{reverse('audit')}?since=2026-02-02&until=2026-01-01"),
        (world.stx.supervisor, reverse("duty_desk")),
        (world.stx.supervisor, reverse("week")),
        (world.council.oversight, reverse("totals")),
        (world.operator.operator, reverse("operator")),
    ]
    return pages


def test_axe_finds_nothing_for_administrators_and_no_page_is_wider_than_its_screen(live, chromium):
    assert faults_of(live, chromium, furnished(live.world)) == []
