"""Whoever writes to an organization that has closed is told so at once, and whom to call (R48).

Nobody signs in there and no clock of it rings with anybody, so what would be laid there must not be. Whether
a house is closed is no secret: all that it says here stands in the directory.
"""

from django.utils.translation import gettext as _

from . import words
from .models import Organization
from .record import IllegalMove
from .tenancy import acting_for, current


def must_be_open(organization_id, verb, record):
    """Hold the organization open until the transaction ends: it closes before or after this, and not between.

    Before the row of `record` is locked, so that all take the two in one order. Raises `IllegalMove`.
    """
    with acting_for(organization_id):
        there = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    if not there.is_active:
        raise IllegalMove(verb, record, closed_words(there))


def closed_words(there):
    """That it has closed, and the numbers of it and of those who help still, but not one's own."""
    others = Organization.objects.helping().exclude(pk=current.get()).exclude(hotline="")
    numbers = [f"{one}: {words.phone(one.hotline)}" for one in others]
    if own := there.office_phone or there.hotline:
        numbers.insert(0, f"{there}: {words.phone(own)}")
    said = {"name": there, "numbers": "; ".join(numbers)}
    if numbers:
        return _("%(name)s has closed: nobody there reads it. Nothing was sent. Call (%(numbers)s).") % said
    return _("%(name)s has closed: nobody there reads it. Nothing was sent. Tell them another way.") % said
