"""What could not be sent or rung after many tries: an administrator sees that it is there, and tries again.

Nothing here says which record a reminder is of, or how many there are of somebody (R38, R42).
"""

from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import audit, bounces, clock, outbox
from .models import OutboxMessage, Reminder

# What went wrong, by the class of the error, in words for whoever can do something about it.
WHY = {
    "SMTPRecipientsRefused": gettext_lazy("the mail server refuses this address"),
    "SMTPSenderRefused": gettext_lazy("the mail server refuses us as a sender"),
    "SMTPDataError": gettext_lazy("the mail server refuses the message"),
    "SMTPServerDisconnected": gettext_lazy("the mail server hangs up"),
    "TimeoutError": gettext_lazy("the mail server does not answer"),
    "BadHeaderError": gettext_lazy("the address cannot be one"),
}


def mails():
    """The acting organization's mail that is set aside: dicts of whom, email, what, why and since.

    One for each person, kind and reason.
    """
    rows = OutboxMessage.objects.filter(state="set_aside")
    kinds = rows.values("recipient__name", "recipient__email", "address", "kind", "error")
    return [
        {
            "whom": row["recipient__name"] or row["address"],
            "email": row["recipient__email"] or "",
            "what": _("An invitation") if row["kind"] == "invitation" else _("A reminder or a notice"),
            "why": why(row["error"]),
            "since": row["since"],
        }
        for row in kinds.annotate(since=Min("created_at")).order_by("since")
    ]


def why(error):
    """Words for what is kept of a failure: a class of error, or a server's number (RFC 3463)."""
    if bounces.CODE.fullmatch(error):
        return _("the mail server refuses this address (%(number)s)") % {"number": error}
    return WHY.get(error, error)


def clocks():
    """What a clock of the acting organization fails with, for each kind of error since when."""
    failing = stuck().values("failed_as").annotate(since=Min("fire_at")).order_by("since")
    return list(failing)


def stuck():
    """The reminders of the acting organization that could not be rung after many tries."""
    return Reminder.objects.filter(fired_at=None, failures__gte=outbox.TRIES)


def any_here():
    """An expression for a query on organizations: whether anything is set aside in the acting one."""
    mail = OutboxMessage.objects.filter(organization=OuterRef("pk"), state="set_aside")
    rung = Reminder.objects.filter(organization=OuterRef("pk"), fired_at=None, failures__gte=outbox.TRIES)
    return Exists(mail) | Exists(rung)


def try_again(actor):
    """Everything that is set aside is due now, as if it had never failed. Call it in a transaction."""
    again = OutboxMessage.objects.filter(state="set_aside")
    count = again.update(state="waiting", attempts=0, available_at=clock.Now(), leased_until=None)
    count += stuck().update(not_before=None)
    audit.write(actor, "try_again", rows=count)
    return count
