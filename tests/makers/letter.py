"""Letters from the public page for tests; everybody in them is invented."""

from django.db import transaction

from orgs import clock
from orgs.tenancy import acting_for
from referrals import letterbox
from referrals.models import Inquiry

SAID = {"basis": "self", "danger": "standard", "way": "comes_back", "called": "Kingfisher", "language": "en"}


def a_letter(organization, text="Can somebody talk with me?", priority="standard", **said):
    """(letter, its digits) of somebody without an account; `said` goes over the usual answers."""
    ticket = letterbox.read_ticket(letterbox.new_ticket(clock.now()), clock.now())
    key = ticket.key_for(organization.pk)
    opener = letterbox.opener(ticket.number)
    Inquiry.receive(organization, key, opener, priority=priority, content={**SAID, **said}, text=text)
    with acting_for(organization.pk), transaction.atomic():
        return Inquiry.objects.select_related("organization").get(pk=key), ticket.number


def acknowledged(desk, **said):
    """(letter, its intake), read by `desk`; call it as they act."""
    letter, _number = a_letter(desk.organization, **said)
    return letter, letter.acknowledge(actor=desk)
