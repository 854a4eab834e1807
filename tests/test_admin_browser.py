"""The pages of administrators, oversight and operators in a real browser, on a phone and a desk."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from orgs.models import Invitation, User
from tests.makers.referral import sent
from tests.test_totals import LAST_QUARTER, packets

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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
    )
    alone += ("change_directory", "add_unit", "audit", "review_audit", "keep_audit", "purge_audit")
    pages = [(me, reverse(name)) for name in alone]
    pages += [(me, reverse(name, args=[member.pk])) for name in ("change_member", "deactivate_member")]
    pages += [
        (me, reverse("reactivate_member", args=[world.stx.colleague.pk])),
        (me, reverse("rename_unit", args=[unit.pk])),
        (me, reverse("change_clock", args=["report_abuse"])),
        (me, reverse("change_clock", args=["no_contact"])),
        (me, f"{reverse('access_report')}?record={referral.reference}"),
        (me, f"{reverse('audit')}?since=2026-02-02&until=2026-01-01"),
        (world.stx.supervisor, reverse("duty_desk")),
        (world.council.oversight, reverse("totals")),
        (world.operator.operator, reverse("operator")),
    ]
    return pages


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_for_administrators_and_no_page_is_wider_than_its_screen(live, chromium, width):
    pages, faults = furnished(live.world), []
    for member in dict.fromkeys(member for member, _address in pages):
        with live.world.acting(member):
            cookies = live.world.client(member).cookies
        context = chromium.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([{"name": k, "value": m.value, "url": live.url} for k, m in cookies.items()])
        page = context.new_page()
        for address in (address for reader, address in pages if reader == member):
            assert page.goto(live.url + address).status == 200, address
            if shots := os.environ.get("CAUSEWAY_SHOTS"):
                name = address.strip("/").split("?")[0].replace("/", "-")
                page.screenshot(path=Path(shots) / f"{width}-{member.role}-{name}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{address} is wider than {width}")
            found = Axe().run(page, options={"runOnly": RULES})
            if found.violations_count:
                faults.append(address + "\n" + found.generate_report())
        context.close()
    assert not faults, "\n".join(faults)
