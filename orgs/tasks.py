"""What the workers do: small, idempotent, for one organization at a time, without any secret."""

import functools
import logging

from celery import shared_task
from django.db import transaction

from . import access_index, audit_heads, house, once, outbox, push, reclocking, reminders
from .models import Counter, HouseDuty, Organization
from .models.leaving import close_due
from .roles import Kind
from .sealing import closed
from .tenancy import acting_for

logger = logging.getLogger(__name__)


def for_organization(function):
    """A task whose first argument is the organization's id that it acts for alone, with nothing opened."""

    @functools.wraps(function)
    def run(organization_id, *args):
        with closed(), acting_for(organization_id):
            return function(organization_id, *args)

    return run


def organization_ids():
    """The ids of the organizations whose clocks run, as text for a message."""
    return [str(pk) for pk in Organization.objects.active().values_list("pk", flat=True)]


def in_each(work):
    """Do `work(organization_id)` for each organization as itself; a failure in one stops no other."""
    for organization_id in organization_ids():
        try:
            with closed(), acting_for(organization_id):
                work(organization_id)
        except outbox.GONE:
            raise
        except Exception as error:  # noqa: BLE001
            logger.error("%s failed for one organization with %s", work.__name__, type(error).__name__)


@shared_task(name="orgs.tick", expires=30)
def tick():
    """Every few seconds: fire what is due, everywhere, and see that what waits is sent."""
    with transaction.atomic():
        set_back = reminders.clock_was_set_back()
    if set_back:
        in_each(pull_back)
    with transaction.atomic():
        reminders.beat_now()
    in_each(ring)


def pull_back(organization_id):
    with transaction.atomic():
        outbox.pull_back()


def ring(organization_id):
    reminders.claim_all()
    with transaction.atomic():
        outbox.gather()
        waits, behind = outbox.waiting(), reclocking.waits()
        owed = push.waits()
    if waits:
        deliver.delay(organization_id)
    if owed:
        tell_devices.delay(organization_id)
    if behind:
        set_clocks_anew.delay(organization_id)


@shared_task(name="orgs.deliver", expires=60)
@for_organization
def deliver(organization_id):
    """Send what waits in one organization."""
    while sent := outbox.deliver():
        with transaction.atomic():
            Counter.take(organization_id, "sent", sent)


@shared_task(name="orgs.tell_devices", expires=30)
@for_organization
def tell_devices(organization_id):
    """Push to devices of one organization's members: in one worker at a time, so that others mail."""
    with push.alone() as alone:
        while alone and push.deliver():
            pass


@shared_task(name="orgs.set_clocks_anew", expires=30)
@for_organization
def set_clocks_anew(organization_id):
    """An organization's intervals or hours have changed: what runs already follows."""
    while reclocking.set_some():
        pass


@shared_task(name="orgs.compare_access", expires=3600)
def compare_access():
    """Every night: is access what the policies say? A difference is an incident."""
    for organization_id in organization_ids():
        compare_access_of.delay(organization_id)


@shared_task(name="orgs.compare_access_of", expires=3600)
@for_organization
def compare_access_of(organization_id):
    """The same for one organization."""
    found = access_index.compare(organization_id)
    if found.any:
        access_index.report(found)


@shared_task(name="orgs.forget_forms", expires=3600)
def forget_forms():
    """Every night: ids of forms that were sent long ago."""
    in_each(forget_forms_of)


def forget_forms_of(organization_id):
    with transaction.atomic():
        once.forget_old()


@shared_task(name="orgs.close_leavers", expires=50)
def close_leavers():
    """Every minute: accounts whose last day is over, and work that somebody left behind; in an organization
    that was closed too, where the operator hears of it."""
    in_each(close_leavers_of)
    tell_of_closed()


def tell_of_closed():
    """What runs in an organization that is not active is told to the operator, as a number (R48)."""
    for operator in Organization.objects.active().filter(kind=Kind.OPERATOR).values_list("pk", flat=True):
        with closed(), acting_for(operator), transaction.atomic():
            move = HouseDuty.begin if reminders.left_running() else HouseDuty.done
            move(operator, "close_house")


def close_leavers_of(organization_id):
    with transaction.atomic():
        close_due(organization_id)


@shared_task(name="orgs.keep_house", expires=3600)
def keep_house():
    """Every night: the clocks of what an organization owes as a whole."""
    for organization_id in organization_ids():
        keep_house_of.delay(organization_id)


@shared_task(name="orgs.keep_house_of", expires=3600)
@for_organization
def keep_house_of(organization_id):
    """The same for one organization."""
    house.settle()


@shared_task(name="orgs.sign_heads", expires=3600)
def sign_heads():
    """Once an hour: the head of each chain that was not signed today, so that no day is left out for long."""
    for organization_id in organization_ids():
        sign_head_of.delay(organization_id)


@shared_task(name="orgs.sign_head_of", expires=3600)
@for_organization
def sign_head_of(organization_id):
    """The same for one organization."""
    audit_heads.sign(Organization.objects.get(pk=organization_id))
