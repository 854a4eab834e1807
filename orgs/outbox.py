"""From the outbox to the mail server: take with a lease, send, mark.

A crash between sending and marking can send a mail twice, with the same Message-ID; it can never lose one.
"""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from . import clock
from .models import OutboxMessage, User
from .roles import Role
from .tenancy import current

LEASE = timedelta(minutes=2)
TRIES = 8

TAKE = f"""
UPDATE orgs_outboxmessage SET leased_until = {clock.SQL} + %(lease)s, attempts = attempts + 1
WHERE id IN (SELECT id FROM orgs_outboxmessage
             WHERE organization_id = %(organization)s AND state = 'waiting' AND available_at <= {clock.SQL}
               AND (leased_until IS NULL OR leased_until <= {clock.SQL})
             ORDER BY available_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING id"""  # noqa: S608 - only constants of ours


def waiting():
    """How many messages of the acting organization could be sent now."""
    return OutboxMessage.objects.filter(state="waiting", available_at__lte=clock.Now()).count()


def take(batch):
    """Lease up to `batch` messages of the acting organization to this worker."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE, {"organization": current.get(), "batch": batch, "lease": LEASE})
            ids = [row[0] for row in cursor.fetchall()]
        return list(
            OutboxMessage.objects.filter(pk__in=ids).select_related("recipient").order_by("created_at")
        )


def deliver(batch=50):
    """Send what waits in the acting organization; returns how many went out. Call outside a transaction."""
    sent, server = 0, None
    for message in take(batch):
        try:
            server = server or get_connection()
            compose(message, server).send()
        except Exception as error:  # noqa: BLE001 - whatever a mail server can do, the queue goes on
            server = None
            _put_back(message, error)
        else:
            _mark_sent(message)
            sent += 1
    return sent


def compose(message, server=None):
    """The mail of one outbox row: one constant text a language and a link, and nothing else (R38).

    The audit's head has its day and its code besides: random signs that are about nobody.
    """
    with translation.override(message.language):
        if message.kind == "invitation":
            subject = _("An invitation to Causeway")
            text = _("You are invited to Causeway. The link works once and for a short time.")
        elif message.kind == "audit_head":
            subject = "Causeway"
            text = _("Please keep this message. It can show later that nothing was taken out of the records.")
            text = f"{text}\n\n{message.code}"
        else:
            subject = "Causeway"
            text = _("You have one item to look at in Causeway.")
    return EmailMessage(
        subject,
        f"{text}\n\n{message.link or settings.CAUSEWAY_SITE_URL}\n",
        to=[message.recipient.email if message.recipient else message.address],
        headers={"Message-ID": f"<{message.pk}@causeway>", "Auto-Submitted": "auto-generated"},
        connection=server,
    )


def tell_administrators(organization_id, kind="reminder"):
    """A content-free mail to each administrator, once for as long as one of its kind waits to be sent.

    Call acting for the organization.
    """
    told = User.objects.in_role(Role.ADMINISTRATOR).filter(organization_id=organization_id)
    waiting = OutboxMessage.objects.filter(kind=kind, state="waiting", reminder=None).values("recipient_id")
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            organization_id=organization_id,
            kind=kind,
            recipient=member,
            created_at=clock.now(),
            available_at=clock.now(),
        )
        for member in told.exclude(pk__in=waiting)
    )


def _mark_sent(message):
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(
            state=OutboxMessage.State.SENT, sent_at=clock.Now(), leased_until=None, link="", error=""
        )


def _put_back(message, error):
    """Try again later, each time after longer; after many tries lay it aside for an administrator."""
    later = timedelta(seconds=min(15 * 2**message.attempts, 3600))
    state = OutboxMessage.State.SET_ASIDE if message.attempts >= TRIES else OutboxMessage.State.WAITING
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(
            state=state,
            leased_until=None,
            available_at=clock.now() + later,
            error=type(error).__name__,
        )
