"""Where a packet can go, and who hears at once that something lies there."""

from orgs import clock, reminders, ringing
from orgs.calendar import leave_quiet_hours
from orgs.models import Organization, OutboxMessage, User
from orgs.roles import REFERRERS, Role
from orgs.tenancy import acting_for


def can_hear(organization):
    """Whether anybody at this organization could ever read a packet: an active desk, or a supervisor."""
    with acting_for(organization.pk):
        return (
            User.objects.filter(organization=organization)
            .in_role(Role.INTAKE_WORKER, Role.SUPERVISOR)
            .exists()
        )


def receivers_for(island):
    """The active organizations that help on an island (its code) and have somebody who reads, by name."""
    return [one for one in Organization.objects.covering(island) if can_hear(one)] if island else []


def receivers_of(packet):
    """The same for one packet: who is added to a notice goes where that lies now, for as long as both want
    help on the same island."""
    notice = packet.notice
    if notice and notice.receiver and notice.island_needed == packet.island_needed:
        there = Organization.objects.helping().filter(pk=notice.receiver_id).first()
        if there and can_hear(there):
            return [there]
    return receivers_for(packet.island_needed)


def tell_desk(arrived):
    """Mail to whoever is on duty at the receiving desk that something is there; under its tenant.

    A crisis is told at any hour, the rest when the quiet hours of the organization are over. The text is the
    constant one (R38).
    """
    tell_desk_of(arrived.receiver, arrived.priority)


def tell_desk_of(desk, priority):
    """The same to the desk of an organization, under its tenant."""
    _tell(desk.pk, reminders.audiences(desk.pk)["on_duty"], by_day(desk, priority))


def tell_who_has(inquiry):
    """Mail to whoever has a letter from the public page that they wrote again, or to the desk; the same text.

    What was not read yet is told no second time: its clock runs.
    """
    desk, owner = inquiry.organization, inquiry.works and inquiry.works.assigned_to_id
    here = User.objects.active().filter(pk=owner).values_list("pk", flat=True)
    if inquiry.was_read:
        _tell(desk.pk, list(here) or reminders.audiences(desk.pk)["on_duty"], by_day(desk, inquiry.priority))


def tell_referrer(referral):
    """Mail to the referrer that the packet moved on or holds a question; under any tenant.

    Whoever has the question hears in their place, while it waits. Where they cannot read it, the heads of
    their unit do, and where it has none the administrators, who can name one.
    """
    agency, who = referral.organization_id, referral.who_answers()
    with acting_for(agency):
        told = list(User.objects.in_role(*REFERRERS).filter(pk=who).values_list("pk", flat=True))
        told = told or heads_of(referral) or reminders.audiences(agency)["administrators"]
        _tell(agency, told, clock.now())


def tell_worker(handoff, organization, member_id):
    """Mail to whoever works one side of a handoff, under any tenant, or stands in for them on it.

    Where nobody does, its supervisors hear.

    A crisis is told at any hour, the rest when the quiet hours are over. The text is the constant one (R38).
    """
    with acting_for(organization.pk):
        away = ringing.away()
        here = User.objects.active().filter(pk=member_id).exclude(pk__in=away).values_list("pk", flat=True)
        covers = ringing.covers_of([(handoff._meta.label_lower, handoff.pk, member_id)], away)["cover"]
        told = list(here) or covers or reminders.audiences(organization.pk, away=away)["above"]
        _tell(organization.pk, told, by_day(organization, handoff.priority))


def by_day(organization, priority):
    """Now, or the end of an organization's quiet hours for what is no crisis."""
    now = clock.now()
    quiet = organization.quiet_start, organization.quiet_end
    return now if priority == "crisis" else leave_quiet_hours(now, *quiet)


def heads_of(referral):
    """The ids of the heads of unit who see the packet too, less the officer who filed; under any tenant."""
    if not referral.unit_id:
        return []
    with acting_for(referral.organization_id):
        heads = User.objects.in_role(Role.UNIT_SUPERVISOR).filter(unit=referral.unit_id)
        return list(heads.exclude(pk=referral.referrer_id).values_list("pk", flat=True))


def tell_heads(referral):
    """Mail to those heads, and to nobody else at the agency."""
    with acting_for(referral.organization_id):
        _tell(referral.organization_id, heads_of(referral), clock.now())


def _tell(organization_id, members, when):
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            organization_id=organization_id,
            kind="notice",
            recipient_id=member,
            created_at=clock.now(),
            available_at=when,
        )
        for member in members
    )
