"""What the workers do with packets and handoffs: what the clock has decided is written down."""

from celery import shared_task
from django.db import transaction

from orgs.models import Organization
from orgs.tasks import for_organization, in_each
from referrals import following
from referrals.models import CaseloadMove, Referral

BATCH = 100


@shared_task(name="referrals.close", expires=50)
def close():
    """Close to their referrers the packets whose time is over (R5); pages say so by the clock already."""
    in_each(close_of)


def close_of(organization_id):
    while close_some(organization_id) == BATCH:
        pass


@transaction.atomic
def close_some(organization_id):
    """Close a batch of one sender's packets in one transaction; returns how many."""
    packets = Referral.objects.filter(organization_id=organization_id).to_close()
    batch = list(packets.select_for_update(skip_locked=True)[:BATCH])
    for referral in batch:
        referral.close()
    return len(batch)


@shared_task(name="referrals.forget_moves", expires=3600)
def forget_moves():
    """Every night: which records went in one press, long ago."""
    in_each(forget_moves_of)


def forget_moves_of(organization_id):
    with transaction.atomic():
        CaseloadMove.objects.filter(organization_id=organization_id).forget_old()


@shared_task(name="referrals.end_handoffs", expires=50)
def end_handoffs():
    """Record what the clock has already ended: handoffs whose release is over (R27)."""
    in_each(end_handoffs_of)


def end_handoffs_of(organization_id):
    while following.end_handoffs(organization_id) == following.BATCH:
        pass


@shared_task(name="referrals.end_outcomes", expires=50)
def end_outcomes():
    """Take back every word whose release is over (R2); of services that were closed too."""
    for organization_id in Organization.objects.values_list("pk", flat=True):
        end_outcomes_of.delay(str(organization_id))


@shared_task(name="referrals.end_outcomes_of", expires=50)
@for_organization
def end_outcomes_of(organization_id):
    """The same for one organization: one that fails holds up no other, and is tried again."""
    while following.end_outcomes(organization_id) == following.BATCH:
        pass
