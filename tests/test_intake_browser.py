"""The desk and the intake in a real browser: on a phone and a desk, and for a screen reader."""

import pytest
from django.urls import reverse

from referrals.models import CallIn, ShiftNote
from tests.browser import faults_of
from tests.makers.intake import CALL, a_walk_in, assigned, in_state, triaged
from tests.makers.referral import acknowledged, sent

pytestmark = pytest.mark.browser


def busy_desk(world):
    """A desk with something of everything; [(reader, address)]."""
    desk, advocate, supervisor = world.stx.intake_worker, world.stx.advocate, world.stx.supervisor
    unread = sent(world, priority="crisis", alias="Pelican")
    sent(world, group=True, priority="high_risk")
    referral, fresh = acknowledged(world)
    several, _none = acknowledged(world, group=True)
    still, marked = acknowledged(world)
    with world.acting(desk):
        a_walk_in(desk, alias="", name="Marisol Testperson", phone="+13405550142")
        triaged(desk, alias="Tern").assign(advocate, actor=desk).decline("full", actor=advocate)
        offer = triaged(desk, alias="Egret", priority="high_risk").assign(advocate, actor=desk)
        working = in_state("outreach", desk, advocate)
        working.reach_out(actor=advocate, **CALL)
        engaged = in_state("engaged", desk, advocate)
        planless = assigned(desk, advocate, alias="Noddy")
        marked.mark_officer(actor=desk)
        for intake in (fresh, None):
            ShiftNote.leave("They call again at six.", actor=desk, intake=intake)
        CallIn.log(several, advocate, "on_the_way", actor=desk)
        ShiftNote.leave("Called back.", actor=desk, referral=referral).take(actor=supervisor)
        referral.ask("number_unreadable", "Is it 0142 or 0124?", actor=desk)

    def of(verb, record, noun="intake"):
        return reverse(f"{verb}_{noun}", args=[getattr(record, "reference", None) or record.number])

    return [
        (desk, reverse("inbox")),
        (desk, reverse("leave_shiftnote")),
        (desk, reverse("intakes")),
        (desk, reverse("new_intake")),
        (desk, of("view", unread, "referral")),
        (desk, of("view", referral, "referral")),
        (desk, of("call_in", several, "referral")),
        (desk, of("reroute", unread, "referral")),
        (desk, of("fail", unread, "referral")),
        (desk, of("view", fresh)),
        (desk, of("triage", fresh)),
        (desk, of("check_conflict", fresh)),
        (desk, of("mark_officer", fresh)),
        (desk, of("name_insiders", fresh)),
        (desk, of("view", marked)),
        (desk, of("view", still, "referral")),
        (desk, of("write", still, "referral")),
        (supervisor, of("view", marked)),
        (supervisor, of("show_heads", marked)),
        (supervisor, of("lift_mark", marked)),
        (desk, of("find_duplicate", fresh)),
        (desk, of("assign", working)),
        (advocate, offer.get_absolute_url()),
        (advocate, reverse("decline_intakeassignment", args=[offer.pk])),
        (advocate, of("view", working)),
        (advocate, of("reach_out", engaged)),
        (advocate, of("reach_out", planless)),
        (advocate, of("plan", working)),
        (advocate, of("decline_services", engaged)),
    ]


def test_axe_finds_nothing_at_the_desk_and_no_page_is_wider_than_its_screen(live, chromium):
    assert faults_of(live, chromium, busy_desk(live.world)) == []
