"""New settings for clocks that run already: a batch at a time, whoever crashes in between (R4).

A rung says by which version of its organization's settings it was set. Whatever is behind is found by an
index and set anew, each under its record's lock; so is what a move set at the same moment by the settings of
before. A due time that somebody chose, or that a duty has on record, stays: only the steps
after it change.
"""

from collections import defaultdict

from django.apps import apps
from django.db import transaction

from . import clock as the_clock
from . import reminders
from .access_index import with_named
from .models import Organization, Reminder
from .tenancy import current

BATCH = 200


def behind(organization):
    """The rungs of the acting organization that are to come by settings of before."""
    return Reminder.objects.filter(
        organization_id=organization.pk, fired_at=None, clocks_version__lt=organization.clocks_version
    )


def measure_anew(record):
    """What runs on a record is set anew with the next tick: its priority, so its intervals, have changed."""
    Reminder.objects.filter(organization_id=current.get(), subject_id=record.pk, fired_at=None).update(
        clocks_version=0
    )


def waits():
    """Whether anything of the acting organization is still to be set anew."""
    return behind(Organization.objects.get(pk=current.get())).exists()


def set_some(batch=BATCH):
    """Set the clocks of up to `batch` records of the acting organization anew; returns of how many.

    A record that somebody moves just now is left for the next time. Zero: nothing was left, or all that is
    left is being moved.
    """
    with transaction.atomic():
        organization = Organization.objects.get(pk=current.get())
        late = behind(organization).order_by("subject_type", "subject_id")
        subjects = defaultdict(list)
        for label, subject in late.values_list("subject_type", "subject_id").distinct()[:batch]:
            subjects[label].append(subject)
        return sum(_set(organization, label, keys) for label, keys in subjects.items())


def _set(organization, label, keys):
    model = apps.get_model(label)
    rows = with_named(model).select_for_update(of=("self",), skip_locked=True)
    records = {record.pk: record for record in rows.filter(pk__in=keys)}
    ladders = defaultdict(list)
    standing = Reminder.objects.filter(organization_id=organization.pk, subject_id__in=records)
    for row in standing.order_by("clock", "version", "rung"):
        ladders[row.subject_id, row.clock].append(row)
    gone, fresh = [], []
    for record in records.values():
        for clock in record.clocks():
            ladder = ladders.get((record.pk, clock.name))
            if ladder and (clock.of or record.organization_id) == organization.pk:
                _compare(organization, record, clock, ladder, gone, fresh)
    Reminder.objects.filter(pk__in=gone, fired_at=None).delete()
    Reminder.objects.bulk_create(fresh)
    # What is left is as it would be set now, or its record is gone: it must not stand before all others.
    moved = set(keys) - records.keys()
    moved = set(model._base_manager.filter(pk__in=moved).values_list("pk", flat=True)) if moved else moved
    done = set(keys) - moved
    behind(organization).filter(subject_id__in=done).update(clocks_version=organization.clocks_version)
    return len(done)


def _compare(organization, record, clock, ladder, gone, fresh):
    """Put the rungs of one clock that change into `gone` and `fresh`."""
    version = ladder[-1].version
    to_come = [row for row in ladder if row.version == version and row.fired_at is None]
    told = {row.rung for row in ladder if row.version == version and row.fired_at}
    if not to_come:
        return
    wanted = still_to_come(reminders.rungs(record, clock, organization, version + 1), told)
    if wanted and _as_said(wanted) != _as_said(to_come):
        gone += [row.pk for row in to_come]
        fresh += wanted


def still_to_come(ladder, told):
    """What of a new ladder is to ring, when the rungs `told` of the one before have rung.

    What was told and would ring at once is not told again; what is due later by the new measure rings then.
    Nothing, where all was told: the last goes on repeating as it does.
    """
    now = the_clock.now()
    return [row for row in ladder if row.rung not in told or row.fire_at > now]


def _as_said(rows):
    return [(row.rung, row.due_at, row.fire_at, row.by_night) for row in rows]
