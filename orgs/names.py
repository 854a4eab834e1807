"""Whom a name means: inside an organization one member, so that audit and releases speak of one (C2).

Names are the same when their words are, whatever their order, case, accents and marks that nobody sees.
"""

import re

from django.db import connection
from django.utils.translation import gettext_lazy as _

from .models import Invitation, User
from .sealing.tokens import normalized, words_of
from .tenancy import acting_for

TAKEN = _(
    "A member of your organization has this name, or is invited under it. Write it so that the two can be "
    "told apart: with a middle name, an initial, or the unit in brackets."
)
ONE_ALONE = _(
    "This reads like more than one person, and only one can be meant. Write one name: first name first, with "
    "no comma, and nothing beside it. For another person, make another release."
)
ONE_SIGNS = _(
    "This reads like more than one person. Write the name of the one who signs: first name first, with no "
    "comma, and nothing beside it."
)
BETWEEN_TWO = re.compile("[&/;+|]")  # never inside a name
# Never inside a name: English, French, Creole. The others join surnames too ("Ortega y Gasset").
AND, PERHAPS_AND = ("and", "et", "ak", "avek"), ("y", "or", "oswa")
# What makes no name by itself, before or behind one.
SMALL = set(
    "de del la las los el al da das do dos di du van von der den bin ibn ben st "
    "jr sr ii iii iv esq md phd rn".split()
)


class Several(LookupError):
    """More than one member has the name."""


def key_of(name):
    """What two names have in common when they are the same."""
    return tuple(sorted(words_of(name))) or name.strip().casefold()


def names_two(name):
    """Whether a text reads like the names of two people, where one alone may be meant (R18).

    "Smith, Ana", "Smith Jr." and "José Ortega y Gasset" are one: a comma or a "y" parts two only where
    a whole name of two words or more stands on both sides.
    """
    plain = normalized(name)
    if BETWEEN_TWO.search(plain):
        return True
    said = [word.strip(",") for word in plain.split()]
    if any(word in AND for word in said[1:-1]):
        return True
    parts = [part for part in plain.split(",") if _weight(part.split())]
    halves = [(said[:at], said[at + 1 :]) for at, word in enumerate(said) if word in PERHAPS_AND]
    halves += [(parts[0].split(), parts[1].split())] if len(parts) == 2 else []
    return len(parts) > 2 or any(min(_weight(left), _weight(right)) > 1 for left, right in halves)


def _weight(said):
    """How many of these words are names by themselves."""
    return len([word for word in words_of(" ".join(said)) if word not in SMALL])


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
