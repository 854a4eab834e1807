"""What an organization owes: each account looked at every 90 days (C9), each week of the audit read (C16)."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Min

from . import clock
from .models import AccountReview, HouseDuty, Organization, User

SALT = "accounts that were shown"
SHOWN_FOR = timedelta(hours=12)
SOON = timedelta(days=30)  # before it is late, an account can be looked at with those that are


def review_every(organization):
    """How long an account goes without anybody looking at it: 90 days, or what the organization set below."""
    return timedelta(seconds=organization.interval("review_accounts", "standard").seconds)


def late_accounts(reader):
    """How many open accounts of the reader's organization nobody has looked at in time."""
    before = clock.now() - review_every(reader.organization)
    ours = User.objects.active().filter(organization_id=reader.organization_id)
    return AccountReview.with_looks(ours).filter(looked_at__lte=before).count()


def settle_accounts(organization_id):
    """Bring the clock of the 90-day review up to date with the accounts of the acting organization.

    It counts from the account that waits longest. Once one is late it keeps ringing from where it was until
    none is: looking at one of ten late accounts neither silences it nor makes it ring anew.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    duty = HouseDuty.objects.filter(organization_id=organization_id, what="review_accounts").first()
    ours = User.objects.active().filter(organization_id=organization_id)
    oldest = AccountReview.with_looks(ours).aggregate(oldest=Min("looked_at"))["oldest"]
    if oldest is None:
        return
    now, every = clock.now(), review_every(organization)
    if duty and duty.since + every <= now and oldest + every <= now:
        return
    duty = duty or HouseDuty(organization_id=organization_id, what="review_accounts")
    if duty.since != oldest:
        duty.count_from(oldest)


def settle():
    """Every night, for the acting organization, so that no clock depends on somebody having opened a page."""
    from . import audit_reviews, outbox
    from .tenancy import current

    with transaction.atomic():
        settle_accounts(current.get())
        audit_reviews.settle(current.get())
        outbox.tell_of_the_week(current.get())


def shown(members, reader):
    """A mark of what a page showed, for the press that keeps all of it: who, in which role and unit."""
    told = {str(one.pk): [one.role, str(one.unit_id or "")] for one in members}
    return signing.dumps([str(reader.pk), clock.now().isoformat(), told], salt=SALT, compress=True)


def still_as_shown(mark, reader, members):
    """Which of these members the mark names as they are now; none for a mark of another or of long ago."""
    try:
        whose, at, told = signing.loads(mark, salt=SALT)
    except signing.BadSignature:
        return []
    if whose != str(reader.pk) or clock.now() - datetime.fromisoformat(at) > SHOWN_FOR:
        return []
    return [one for one in members if told.get(str(one.pk)) == [one.role, str(one.unit_id or "")]]
