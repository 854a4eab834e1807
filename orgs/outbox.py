"""From the outbox to the mail server: gather what may wait, take with a lease, hold while sending, mark.

One mail tells a person of everything that waits for them at that moment. A crash between sending and marking
can send a mail twice, with the same Message-ID; it can never lose one. While a mail is on its way its rows
are locked, so that a slow mail server lets nobody else send them; the lock dies with the worker, and the
lease is short, so that what a dead worker held goes out within the minute.
"""

import logging
from datetime import datetime, time, timedelta
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import utf8_charset_qp
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import bounces, clock, push
from .calendar import ISLANDS, next_morning
from .models import How, Mailbox, MemberLink, Organization, OutboxMessage, User
from .models.mailbox import within
from .roles import Role
from .tenancy import current

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
TRIES = 8
IN_A_ROW = 3  # failures after which the server is given a rest
LONGEST_WAIT = 3600  # seconds between two tries
CLOCKS_MAY_DIFFER = timedelta(minutes=1)
GONE = (InterfaceError, OperationalError, SoftTimeLimitExceeded)  # it is the worker that cannot go on

TAKE = f"""
UPDATE orgs_outboxmessage SET leased_until = {clock.SQL} + %(lease)s
WHERE id IN (SELECT id FROM orgs_outboxmessage
             WHERE organization_id = %(organization)s AND state = 'waiting' AND available_at <= {clock.SQL}
               AND (leased_until IS NULL OR leased_until <= {clock.SQL})
             ORDER BY available_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING id, leased_until"""  # noqa: S608 - only constants of ours


def waiting():
    """How many messages of the acting organization could be sent now."""
    return OutboxMessage.objects.filter(state="waiting", available_at__lte=clock.Now()).count()


def gather():
    """What waited for its hearer's one mail of the day goes out with the rest. Call it in a transaction."""
    due = OutboxMessage.objects.filter(organization_id=current.get(), state="gathered")
    due.filter(available_at__lte=clock.Now()).update(state="waiting", aloud=False)


def take(batch):
    """Lease up to `batch` messages of the acting organization: [(id, leased until)], the oldest first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, {"organization": current.get(), "batch": batch, "lease": LEASE})
        leased = dict(cursor.fetchall())
        ordered = OutboxMessage.objects.filter(pk__in=leased).order_by("created_at", "pk")
        return [(pk, leased[pk]) for pk in ordered.values_list("pk", flat=True)]


def deliver(batch=500):
    """Send what waits in the acting organization; returns how many rows that settled.

    Call it outside a transaction. A server that is not there, or that fails several mails one after the
    other, ends the batch: what is left is free again when its lease ends.
    """
    done, failed, server = 0, 0, get_connection()
    try:
        for pk, leased in take(batch):
            if failed == IN_A_ROW or not _answers(server):
                break
            settled = _settle(pk, leased, server)
            if settled is not None:
                done, failed = done + settled, 0 if settled else failed + 1
    finally:
        _hang_up(server)
    return done


def _settle(pk, leased, server):
    """Send one leased row and what goes with it; returns how many that settled, None where it is not ours.

    A row that cannot even be read or marked is put back by itself, so that it stops no other.
    """
    try:
        with transaction.atomic():
            rows = _hold(pk, leased)
            return _send(rows, server) if rows else None
    except GONE:
        raise
    except Exception as error:  # noqa: BLE001 - whatever one row can do, the queue goes on
        with transaction.atomic():
            still = OutboxMessage.objects.select_for_update(of=("self",)).filter(pk=pk, state="waiting")
            _put_back(list(still), error)
        return 0


def _answers(server):
    """Whether the mail server lets us in; that it does not is no fault of any mail."""
    try:
        server.open()
    except Exception as error:  # noqa: BLE001 - whatever a mail server can do, the queue goes on
        logger.warning("the mail server does not answer: %s", type(error).__name__)
        return False
    return True


def _hold(pk, leased):
    """The row that is still ours and what goes with it in one mail, locked to the end of the transaction.

    With a reminder goes every other one that waits for the same person now. The oldest comes first and names
    the mail, so that a second try has the same name. Empty: another has it, or it is sent.
    """
    ours = OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
    ours = ours.select_related("recipient__mailbox")
    first = ours.filter(pk=pk, state="waiting", leased_until=leased).first()
    if first is None:
        return []
    if first.kind != "reminder" or first.recipient_id is None:
        return [first]
    now = clock.now()
    same = ours.filter(
        kind="reminder", state="waiting", recipient=first.recipient_id, language=first.language
    )
    due = same.filter(available_at__lte=now, created_at__lte=now, link="").exclude(pk=pk)
    return sorted([first, *due], key=lambda row: (row.created_at, row.pk))


def _send(rows, server):
    """Send one mail for these rows, named after the first of them; returns how many are settled."""
    first, keys = rows[0], [row.pk for row in rows]
    held = OutboxMessage.objects.filter(pk__in=keys)
    try:
        compose(first, server).send()
    except (DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a mail server can do, the queue goes on
        _hang_up(server)
        _put_back(rows, error)
        bounces.refused(first, _refusal(error))
        return 0
    push.owe(rows)  # before a line of the audit
    bounces.taken(first)
    return held.update(
        state=OutboxMessage.State.SENT,
        sent_at=clock.Now(),
        sent_as=first.pk,
        leased_until=None,
        link="",
        error="",
        came_back_at=None,
    )


def _hang_up(server):
    """Close the connection, however it stands; the next mail opens a new one."""
    try:
        server.close()
    except Exception as error:  # noqa: BLE001 - it was broken already
        logger.info("a connection to the mail server ended with %s", type(error).__name__)


def compose(message, server=None):
    """The mail of one outbox row: one constant text a language and a link, and nothing else (R38).

    Whoever reads the envelope and the headers learns that a mail left, and when. The link that stops mail is
    in every one, also where it stops nothing, and leads nowhere where there is no member yet: what differs
    would tell. The audit's head has its day and its code besides: random signs that are about nobody.
    """
    with translation.override(_language(message)):
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


def _language(message):
    """The one that its reader chose for mail, or the row's own where nobody did."""
    mailbox = getattr(message.recipient, "mailbox", None)
    return mailbox.language if mailbox else message.language


def _key_to_stop(message):
    """The key in the link that stops mail; one that opens nothing for somebody who is no member yet."""
    if message.recipient:
        return MemberLink.key_to_stop(message.recipient)
    return salted_hmac("causeway.stop_nothing", str(message.pk), algorithm="sha256").hexdigest()


def _domain():
    """Of the sender: the mail's number and its signature are of one domain."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _refusal(error):
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


def _put_back(rows, error):
    """Try again later, each time after longer; after many tries lay it aside for an administrator."""
    now = clock.now()
    for row in rows:
        row.attempts += 1
        wait = min(15 * 2**row.attempts, LONGEST_WAIT)
        row.state = OutboxMessage.State.SET_ASIDE if row.attempts >= TRIES else OutboxMessage.State.WAITING
        row.available_at, row.leased_until = now + timedelta(seconds=wait), None
        row.error = type(error).__name__
    fields = ["attempts", "state", "available_at", "leased_until", "error"]
    OutboxMessage.objects.bulk_update(rows, fields)
    if any(row.attempts == TRIES for row in rows):
        tell_administrators(rows[0].organization_id)


def pull_back():
    """The clock was set back: what was written while it ran ahead must not wait until it is that late again.

    For the acting organization; call it in a transaction.
    """
    now = clock.now()
    waiting = OutboxMessage.objects.filter(state="waiting")
    ahead = waiting.filter(created_at__gt=now + CLOCKS_MAY_DIFFER)
    ahead.update(available_at=F("available_at") - (F("created_at") - now), created_at=now)
    waiting.filter(leased_until__gt=now + LEASE).update(leased_until=None)
    push.pull_back(now)
    tries = waiting.filter(attempts__gt=0, available_at__gt=now + timedelta(seconds=LONGEST_WAIT))
    tries.filter(leased_until=None).update(available_at=now)
