"""What follows from what happens elsewhere: a release ends, a member leaves, time passes."""

from django.db.models import Q
from django.utils.translation import gettext as _

from cases import release_ends
from orgs import holdings
from orgs.clock import Now
from orgs.models import Organization
from orgs.tenancy import acting_for
from referrals.models import Handoff, HandoffFile, Intake
from referrals.models.handing import UNDER_RELEASE
from referrals.models.intake import OPEN_STATES

LIVE = ("draft", "supervisor_review", "returned", *UNDER_RELEASE, "connected")


@release_ends.on_end
def release_ended(release, actor):
    """Handoffs under a release that was withdrawn or replaced come back, in the same transaction (R20, R27)."""
    files = HandoffFile.objects.filter(release=release, organization_id=release.organization_id)
    for file in files.select_related("handoff"):
        file.handoff.end_with_release(revoked=True, actor=actor)


def end_handoffs():
    """Record the recall of handoffs whose release is over; the doors have been shut since that moment (R27).

    Returns how many. Each organization is asked as itself.
    """
    ended = 0
    for organization_id in Organization.objects.helping().values_list("pk", flat=True):
        with acting_for(organization_id):
            over = Handoff.objects.filter(
                organization_id=organization_id, state__in=UNDER_RELEASE, release_expires_at__lte=Now()
            )
            for handoff in over:
                handoff.end_with_release(revoked=False)
                ended += 1
    return ended


def handoffs_of(member):
    """The handoffs that are not over and that this member works, on whichever side their organization is."""
    sent = Q(organization_id=member.organization_id, sender_advocate=member)
    received = Q(receiver_id=member.organization_id, receiver_advocate=member)
    waiting = Q(state__in=LIVE) | Q(state__in=("declined", "recalled"), put_away_at=None)
    return Handoff.objects.filter((sent | received) & waiting).order_by("drafted_at")


def intakes_of(member):
    return Intake.objects.filter(
        organization_id=member.organization_id, assigned_to=member, state__in=OPEN_STATES
    ).order_by("arrived_at")


@holdings.register
def held(member):
    return [(_("Intakes"), intakes_of(member).count()), (_("Handoffs"), handoffs_of(member).count())]
