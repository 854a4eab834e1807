"""What the workers do: list what has come to its end, deleting nothing (R35), and keep covers as arranged."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction

from cases import covering
from cases.models import Purge
from orgs import clock, retention
from orgs.models import Organization
from orgs.tasks import in_each


@shared_task(name="cases.list_purges", expires=3600)
def list_purges():
    """Every night: where the last review is long enough ago, list what has come to its end."""
    in_each(list_purges_of)


@transaction.atomic
def list_purges_of(organization_id):
    list_purge_of(Organization.objects.get(pk=organization_id))


@shared_task(name="cases.keep_covers", expires=50)
def keep_covers():
    """Every minute: absences begin and end, and the supervisors hear where nobody can cover."""
    in_each(covering.keep)


def list_purge_of(organization):
    """Make the list of one organization if it is time for it; its reminders tell nobody what is on it."""
    last = Purge.objects.filter(organization=organization).order_by("-changed_at").first()
    after = timedelta(days=retention.review_after(organization))
    if last is None or (last.state not in Purge.STANDING and last.changed_at + after <= clock.now()):
        Purge.list_due(organization)
