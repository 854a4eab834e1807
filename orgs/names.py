"""Whom a name means: inside an organization one member, so that audit and releases speak of one (C2).

Names are the same when their words are, whatever their order, case, accents and marks that nobody sees.
"""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from .models import Invitation, User
from .sealing.tokens import words_of
from .tenancy import acting_for

TAKEN = _(
    "A member of your organization has this name, or is invited under it. Write it so that the two can be "
    "told apart: with a middle name, an initial, or the unit in brackets."
)


class Several(LookupError):
    """More than one member has the name."""


def key_of(name):
    """What two names have in common when they are the same."""
    return tuple(sorted(words_of(name))) or name.strip().casefold()


def same(name, other):
    """Whether two names are of the same words, as a typed signature is held against the signer's name."""
    return key_of(name) == key_of(other)


def taken(organization_id, name, besides=""):
    """Whether a member, open or closed, or an invited person has this name; not the one at `besides`.

    Call it in the transaction that gives the name: it waits for any other that gives one there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"name {organization_id}"])
    members = User.objects.filter(organization_id=organization_id)
    invited = Invitation.objects.standing().filter(organization_id=organization_id, readmits=None)
    known = [
        *members.exclude(email=besides).values_list("name", flat=True),
        *invited.exclude(email=besides).values_list("name", flat=True),
    ]
    return key_of(name) in {key_of(one) for one in known}


def only(organization_id, name):
    """The id of the one member of any organization who has this name, or None. Raises `Several`."""
    with acting_for(organization_id):
        members = User.objects.active().filter(organization_id=organization_id)
        rows = list(members.values_list("pk", "name"))
    fit = [pk for pk, known in rows if key_of(known) == key_of(name)]
    if len(fit) > 1:
        raise Several
    return fit[0] if fit else None
