"""The page of a unit's head: sent, read in time, not answered; of their own unit, and nothing of anybody."""

import re
from datetime import datetime

from django.urls import reverse

from orgs.calendar import ISLANDS
from orgs.models import Unit
from tests.makers.referral import acknowledged, draft, sent

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ISLANDS)


def page(world, who=None):
    said = world.client(who or world.vipd.unit_supervisor).get(reverse("my_unit")).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said[said.index("<main") :]))


def test_a_head_reads_how_it_stands_with_what_the_unit_sent(world):
    """R1, R47: by reference; no name, no officer, no word of a packet, and what it became is nowhere."""
    world.hold(TUESDAY)
    in_time, _intake = acknowledged(world)
    asked, _intake = acknowledged(world)
    draft(world)
    waiting, late = sent(world, priority="standard"), sent(world)
    with world.acting(world.stx.intake_worker) as desk:
        asked.ask("language", "Which one does Bluebird speak?", actor=desk)
    world.forward(hours=5)
    said = page(world)
    assert "4 packets sent 2 read in time 2 not read yet 1 question not answered" in said
    for part in ("Bluebird", "Marisol", world.officer.name, "ferry dock", "Which one"):
        assert part not in said
    questions, unread = said.split("Not read in time")
    assert asked.reference in questions and in_time.reference not in said
    assert late.reference in unread and waiting.reference not in unread


def test_a_head_sees_the_own_unit_alone_and_others_no_such_page(world):
    """R6, R7: not what another unit sent, nor where somebody else is the head."""
    world.hold(TUESDAY)
    with world.acting(world.vipd.administrator):
        head = world.vipd.unit_supervisor
        there = Unit.objects.filter(organization=head.organization).exclude(pk=head.unit_id).get()
        world.vipd.partner.unit = there
        world.vipd.partner.save(update_fields=["unit"])
    sent(world, by=world.vipd.partner)
    assert "0 packets sent" in page(world)
    for member in (world.officer, world.prosecution.system_advocate, world.vipd.administrator,
                   world.stx.supervisor):  # fmt: skip
        assert world.client(member).get(reverse("my_unit")).status_code == 404
    with world.acting(world.vipd.administrator):
        head.unit = None
        head.save(update_fields=["unit"])
    assert "You are in no unit" in page(world)


def test_what_a_desk_has_set_for_itself_does_not_show(world):
    """R3: in time is what every referrer is told, whatever the desk's own clock says."""
    world.hold(TUESDAY)
    with world.acting(world.stx.administrator) as administrator:
        administrator.organization.clocks = {"acknowledge_referral": {"high_risk": {"seconds": 60}}}
        administrator.organization.save(update_fields=["clocks"])
    packet = sent(world)
    world.forward(hours=1)
    assert "1 not read yet" in page(world) and packet.reference not in page(world)
    with world.acting(world.stx.intake_worker) as desk:
        intake = packet.acknowledge(actor=desk)
        before = page(world)
        intake.find_invalid(reason="test", actor=desk)
    assert "1 read in time" in before and page(world) == before
