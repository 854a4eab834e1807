"""From the outbox to the mail server: gather what may wait, take with a lease, send, mark.

A crash between sending and marking can send a mail twice, with the same Message-ID; it can never lose one.
"""

from datetime import datetime, time, timedelta
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import utf8_charset_qp
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import bounces, clock
from .calendar import ISLANDS, next_morning
from .models import How, Mailbox, MemberLink, Organization, OutboxMessage, User
from .models.mailbox import within
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


def gather():
    """Make one mail of what waited for each member's one mail of the day. Call it in a transaction.

    The first row is sent; the others are carried by it, and count as sent when it is.
    """
    due = OutboxMessage.objects.filter(
        organization_id=current.get(), state="gathered", carried_by=None, available_at__lte=clock.Now()
    )
    carriers = {}
    for message in due.select_for_update(of=("self",), skip_locked=True).order_by("created_at", "pk"):
        carrier = carriers.setdefault(message.recipient_id, message)
        if carrier is not message:
            message.carried_by = carrier.pk
            message.save(update_fields=["carried_by"])
    OutboxMessage.objects.filter(pk__in=[one.pk for one in carriers.values()]).update(state="waiting")


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
            bounces.refused(message, _refusal(error, message))
        else:
            _mark_sent(message)
            sent += 1
    return sent


def compose(message, server=None):
    """The mail of one outbox row: one constant text a language and a link, and nothing else (R38).

    Whoever reads the envelope and the headers learns that a mail left, and when. The link that stops mail is
    in every one, also where it stops nothing, and leads nowhere where there is no member yet: what differs
    would tell. The audit's head has its day and its code besides: random signs that are about nobody.
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
    stop = settings.CAUSEWAY_SITE_URL + reverse("stop_mail", args=[_key_to_stop(message)])
    headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": f"<{message.pk}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail = EmailMessage(
        subject,
        f"{text}\n\n{message.link or settings.CAUSEWAY_SITE_URL}\n",
        from_email=bounces.return_address(message) or settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient.email if message.recipient else message.address],
        headers=headers,
        connection=server,
    )
    mail.encoding = utf8_charset_qp  # short lines of ASCII: no server on the way changes what was signed
    return mail


def _key_to_stop(message):
    """The key in the link that stops mail; one that opens nothing for somebody who is no member yet."""
    if message.recipient:
        return MemberLink.key_to_stop(message.recipient)
    return salted_hmac("causeway.stop_nothing", str(message.pk), algorithm="sha256").hexdigest()


def _domain():
    """Of the sender: the mail's number and its signature are of one domain."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _refusal(error, message):
    """The code by which a mail server refused a mail for its address, or "".

    A reason of its policy (5.7) is the installation's trouble, and nobody's mailbox.
    """
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
    elif isinstance(error, SMTPDataError):
        code, said = error.smtp_code, error.smtp_error
    else:
        return ""
    said = said if isinstance(said, bytes) else str(said).encode()
    found = bounces.CODE.search(said.decode("ascii", "replace"))
    known = found[0] if found else f"{code}"
    return known if 500 <= code < 600 and not known.startswith("5.7.") else ""


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


def tell_of_the_week(organization_id):
    """On the first night of a week, or the next one that comes: the week in figures waits for supervisors.

    A mail like every other, when the desk opens, but for those who hear in the page alone. Call it acting for
    the organization, whose row is locked.
    """
    organization = Organization.objects.get(pk=organization_id)
    if not organization.helps:
        return
    now, calendar = clock.now(), organization.calendar()
    monday = now.astimezone(ISLANDS).date() - timedelta(days=now.astimezone(ISLANDS).weekday())
    told = OutboxMessage.objects.filter(
        kind="week", created_at__gte=datetime.combine(monday, time(), ISLANDS)
    ).values("recipient_id")
    supervisors = User.objects.in_role(Role.SUPERVISOR).filter(organization_id=organization_id)
    wishes = dict(Mailbox.objects.values_list("user_id", "how"))
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            organization_id=organization_id,
            kind="week",
            recipient=member,
            created_at=now,
            available_at=next_morning(now, calendar),
        )
        for member in supervisors.exclude(pk__in=told)
        if within(wishes.get(member.pk, How.AT_ONCE), organization) != How.PAGE
    )


def _mark_sent(message):
    with transaction.atomic():
        OutboxMessage.objects.filter(Q(pk=message.pk) | Q(carried_by=message.pk)).update(
            state=OutboxMessage.State.SENT,
            sent_at=clock.Now(),
            leased_until=None,
            link="",
            error="",
            came_back_at=None,
        )
        bounces.taken(message)


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
