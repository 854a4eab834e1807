"""`manage.py close_organization`: nobody of an organization comes in any more, once nothing runs there."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from orgs import audit
from orgs.models import HouseDuty, Organization, OutboxMessage, Reminder
from orgs.sealing import closed
from orgs.tenancy import acting_for


class Command(BaseCommand):
    help = (
        "Close an organization: nobody signs in, no packet goes there, its clocks do not ring. Refused, "
        "with counts and nothing else, while a clock of its records runs there, mail waits, or others are "
        "about to send something there. "
        "--open takes it back."
    )

    def add_arguments(self, parser):
        parser.add_argument("--code", required=True, help="the organization's code")
        parser.add_argument("--open", action="store_true", help="it works again")

    def handle(self, *, code, **options):
        organization = Organization.objects.filter(code=code).first()
        if organization is None:
            raise CommandError(f"There is no organization with the code {code}.")
        opens = options["open"]
        with closed(), acting_for(organization.pk), transaction.atomic():
            held = Organization.objects.select_for_update().get(pk=organization.pk)
            if not opens:
                _refuse_while_something_runs(held)
            held.is_active = opens
            held.save(update_fields=["is_active"])
            audit.write(None, "open_organization" if opens else "close_organization", by="operator")
        self.stdout.write(f"{code}: {'open' if opens else 'closed'}.")


def _refuse_while_something_runs(organization):
    """What the house owes as a whole ends with it; all else waits for somebody there to stop it."""
    ours = Reminder.objects.filter(organization_id=organization.pk, fired_at=None)
    ours = ours.exclude(subject_type=HouseDuty._meta.label_lower).order_by()
    clocks = ours.values("subject_id", "clock").distinct().count()
    mails = OutboxMessage.objects.filter(
        organization_id=organization.pk, state__in=("waiting", "gathered")
    ).count()
    if clocks or mails:
        raise CommandError(
            f"{organization.code}: {clocks} clocks run there and {mails} mails wait. Nothing was changed. "
            "Somebody there stops each clock first: closes, hands on or calls off what it runs for."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT handoffs, questions FROM counts_on_house()")
        handoffs, questions = cursor.fetchone()
    if handoffs or questions:
        raise CommandError(
            f"{organization.code}: {handoffs} handoffs to it are in review with those who send "
            f"them, or were sent back there, and {questions} questions of it wait for an answer. "
            "Nothing was changed. Those who send choose somebody else; a question is answered, or its packet "
            "closes by its day."
        )
