"""Who stands in for a member who is away: on which records, and until when.

A record that is covered says by whom and until when, so that its policy needs no question; the grants end by
themselves at that moment, whether or not a worker runs. What somebody may not have, because of a wall, is
covered by nobody: the supervisors hear of it, as where nobody covers at all (R42).
"""

from typing import NamedTuple

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from orgs import access, audit, clock
from orgs.roles import DESK, WORKERS, Role

_caseloads = []


class Cover(NamedTuple):
    """Who covers, and until which moment."""

    member: object
    until: object


class Covered(models.Model):
    """Mixed into what an advocate has in hand and somebody else covers for a while."""

    covered_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    covered_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @staticmethod
    def for_a_while(noun):
        """The constraint of a model that is covered: whoever stands in does so until a moment."""
        nobody = Q(covered_by=None, covered_until=None)
        somebody = Q(covered_by__isnull=False, covered_until__isnull=False)
        return models.CheckConstraint(
            condition=nobody | (somebody & ~Q(covered_by=models.F("assigned_to"))),
            name=f"{noun}_covered_for_a_while",
        )

    def be_covered(self, covers):
        """Take over what `covers` ({member's id: `Cover`}) says; returns whether that changed anything."""
        cover = covers.get(self.assigned_to_id)
        if cover and _walled(self.person_id, cover.member):
            cover = None
        found = (cover.member.pk, cover.until) if cover else (None, None)
        if found == (self.covered_by_id, self.covered_until):
            return False
        self.covered_by_id, self.covered_until = found
        return True

    @property
    def is_covered(self):
        """Whether somebody stands in for whoever has it, at this moment."""
        return self.covered_by_id is not None and self.covered_until > clock.now()


def caseload(model, states, follow=None):
    """Register what one room's caseload is: a model of `Covered` records, and the states in which one is
    open; `follow(record)` gives what belongs to one to whoever covers it."""
    if (one := (model, states, follow)) not in _caseloads:
        _caseloads.append(one)


def caseloads():
    """(model, states in which one is open) of what members have in hand, in every room."""
    return [(model, states) for model, states, _follow in _caseloads]


def works(member):
    """Whether a member has work that somebody can cover: here, active, with a caseload or at a desk."""
    return member.is_active and member.role in (*WORKERS, Role.INTAKE_WORKER) and not member.has_left


def may_cover(whose):
    """The roles of those who can stand in for this member: what a desk does an advocate cannot open."""
    return DESK if whose.role == Role.INTAKE_WORKER else WORKERS


def can_cover(member, whose):
    """Whether a member can stand in for `whose`: they work here, and their account would open (C9)."""
    return works(member) and member.role in may_cover(whose) and not member.is_dormant


def running(members=None):
    """{id of a member who is away now: `Cover`, or None where who was to cover cannot}; one query."""
    rows = list(apps.get_model("cases", "Absence").objects.running().select_related("cover", "user"))
    away = {row.user_id for row in rows}
    return {
        row.user_id: Cover(row.cover, row.ends_at)
        if can_cover(row.cover, row.user) and row.cover_id not in away
        else None
        for row in rows
        if members is None or row.user_id in members
    }


def absent(first, last):
    """(id, from, until) of those who are away at some moment between two aware ones; for the desk."""
    rows = (
        apps.get_model("cases", "Absence").objects.standing().filter(starts_at__lte=last, ends_at__gt=first)
    )
    return rows.values_list("user_id", "starts_at", "ends_at")


def standing_in():
    """The same for the clocks: {id of who is away now: who hears instead, or None}."""
    return {member: cover and cover.member for member, cover in running().items()}


def cover_of(member_id):
    """{member's id: `Cover`} of one member, for a record that comes into their hands."""
    return running({member_id}) if member_id else {}


def settle(organization_id, members=None, person=None):
    """Make who covers each record what the absences say now; of `members` (ids) alone, or about one person.

    Nothing is written to the audit for a record: which of many are not covered would tell of a wall (R42).
    """
    covers = running()
    chosen = Q(person=person) if person else Q()
    chosen &= Q(assigned_to__in=list(covers) if members is None else members) | Q(covered_by__isnull=False)
    with transaction.atomic():
        for model, states, follow in _caseloads:
            open_or_covered = Q(state__in=states) | Q(covered_by__isnull=False)
            found = model.objects.filter(open_or_covered, chosen, organization_id=organization_id)
            for record in found.order_by("pk").select_for_update(of=("self",)):
                if record.be_covered(covers if record.state in states else {}):
                    record.save(update_fields=["covered_by", "covered_until"])
                    access.settle(record, record.organization_id)
                    if follow:
                        follow(record)


def keep(organization_id):
    """What the clock does, every minute: absences end, begin, and lack who was to cover."""
    rows = apps.get_model("cases", "Absence").objects.filter(organization_id=organization_id).standing()
    with transaction.atomic():  # outside of one, a worker sees no row
        if not rows.exists():
            return
        audit.crossing()
        for absence in rows.filter(ends_at__lte=clock.Now()):
            absence.end()
        covers = running()
        for absence in rows.running():
            absence.lack_cover(covers[absence.user_id] is None)
        settle(organization_id)


def _walled(person_id, member):
    Wall = apps.get_model("cases", "Wall")
    return Wall.objects.filter(person=person_id, user=member).exists()
