"""Moves that no address carries out by itself: they follow from another, or from what the database finds."""

from datetime import timedelta
from types import SimpleNamespace

from django.db import transaction

from cases.models import Wall
from orgs import clock
from orgs.record import IllegalMove
from tests.makers.intake import colleagues


class Extra(SimpleNamespace):
    """A move that has no URL of its own: `do(record, member)` under the house's tenant and secrets."""

    def run(self, house, code, record):
        member = house.stage.member(f"{code}.supervisor")
        with house.stage.world.acting(member):
            try:
                with transaction.atomic():
                    self.do(type(record).objects.get(pk=record.pk), member)
            except IllegalMove:
                return False
        return True


def another_answers(intake, member, accepts):
    """A colleague is asked to take over what an advocate works, and says yes or no."""
    colleague = next(one for one in colleagues(member) if one.pk != intake.assigned_to_id)
    offer = intake.assign(colleague, actor=member)
    offer.accept(actor=colleague) if accepts else offer.decline("full", actor=colleague)


def another_is_asked(intake, member):
    """Instead of who was asked before and has not answered."""
    intake.assign(next(one for one in colleagues(member) if one.pk != intake.asked_id), actor=member)


def was_not_so(case, member):
    """Somebody was said to be dead, and lives."""
    case.record_death(actor=member)
    case.take_back_death(actor=member)


def its_release_ends(handoff, member):
    """What was opened by a release is closed with it, also after the two sides have met."""
    release = handoff.own_file().release
    if release is None:
        raise IllegalMove("close_snapshot", handoff)
    release.revoke(actor=member)


def a_wall_goes_up(intake, member):
    """Before whoever works it, or was asked to; the wall takes it back from them."""
    held = intake.assigned_to or intake.asked
    if held is None or held.pk == member.pk:
        raise IllegalMove("let_go", intake)
    Wall.build(intake.person, held, actor=member, reason="other")


def an_officer_is_marked(intake, member):
    """As the one who harms; while it stands the house writes on the packet, and it goes nowhere.

    Where a supervisor lets the heads of the unit see it, it goes to them: that is not private.
    """
    if intake.heads_see:
        raise IllegalMove("mark_officer", intake)
    intake.mark_officer(actor=member)
    intake.packet.write_message(f"Only for us, {intake.number}.", actor=member)
    intake.show_heads(actor=member)
    intake.hide_heads(actor=member)
    intake.lift_mark(actor=member)


WITH_SOMEBODY = "assigned outreach engaged"
# Moves that no URL carries out by itself.
EXTRA = {
    "intake": [
        Extra(
            name="begin_outreach",
            states="assigned",
            do=lambda intake, member: intake.begin_outreach(actor=member),
        ),
        Extra(
            name="keep",
            states=WITH_SOMEBODY,
            do=lambda intake, member: another_answers(intake, member, accepts=False),
        ),
        Extra(
            name="pass_on",
            states=WITH_SOMEBODY,
            do=lambda intake, member: another_answers(intake, member, accepts=True),
        ),
        Extra(name="let_go", states=WITH_SOMEBODY, do=a_wall_goes_up),
        Extra(name="mark_officer", states=f"new triaged {WITH_SOMEBODY}", do=an_officer_is_marked),
    ],
    "case": [
        Extra(name="activate", states="open", do=lambda case, member: case.activate(actor=member)),
        Extra(name="take_back_death", states="active", do=lambda case, member: was_not_so(case, member)),
    ],
    "release": [
        Extra(name="supersede", states="active", do=lambda release, member: release.supersede(actor=member)),
        Extra(
            name="shorten",
            states="active",
            do=lambda release, member: release.shorten(clock.now() + timedelta(days=1), actor=member),
        ),
    ],
    "intakeassignment": [
        Extra(
            name="supersede",
            states="offered",
            do=lambda offer, member: another_is_asked(offer.intake, member),
        )
    ],
    "handoff": [Extra(name="close_snapshot", states="connected completed", do=its_release_ends)],
}
